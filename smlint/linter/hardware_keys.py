"""Keys that say which hardware an image is for: the image that a fix writes must not contradict them.

An arm64 image under `x86_64:`, or a CPU image in `gpu_image_uri`, is wrong for whoever looks it up by that name: there, the instance type or
the choice of the key is the mistake.
"""

from __future__ import annotations

import re

from smlint.model.findings import Edit
from smlint.model.source import Source

_MAX_LINE = 500  # characters before an edit that are searched for its key
_KEY = r"([\w.-]{1,100})[\"']?\s{0,20}[:=]\s{0,20}[\"']?[^\s\"',{}=]*\Z"
_WORDS = r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+"
_X86, _ARM = frozenset({"x86", "amd64", "x64", "intel"}), frozenset({"arm64", "arm", "aarch64", "graviton"})
_GPU, _CPU = frozenset({"gpu", "cuda"}), frozenset({"cpu"})


def contradicted_key(old: str, new: str, edits: tuple[Edit, ...], pointer: str, source: Source) -> str | None:
    """Return the key around an edited image that the new image contradicts; None if there is none.

    `pointer` is the path of keys to the image, empty in a format whose names are not for hardware. `old` and `new` are the image URIs.
    """
    lost = _hardware_of(old) - _hardware_of(new)
    if not lost:
        return None
    for key in (*(_key_before(edit, source) for edit in edits), *reversed(pointer.split("/"))):
        if key and any(word in _keys_for(each) for word in _words_of(key) for each in lost):
            return key
    return None


def _hardware_of(image: str) -> set[str]:
    """Return what an image URI says about its hardware."""
    words = set(image.rpartition("/")[2].lower().replace(":", "-").replace("_", "-").split("-"))
    return {"arm" if words & _ARM else "x86", "gpu" if words & _GPU else "cpu" if words & _CPU else ""}


def _keys_for(hardware: str) -> frozenset[str]:
    return {"arm": _ARM, "x86": _X86, "gpu": _GPU, "cpu": _CPU}.get(hardware, frozenset())


def _words_of(key: str) -> set[str]:
    words = {word.lower() for word in re.findall(_WORDS, key)}
    lowered = key.lower()
    return words | {word for word in ("x86", "x64", "amd64", "arm64", "aarch64") if word in lowered}


def _key_before(edit: Edit, source: Source) -> str:
    """Return the key on the line of an edit whose value contains it; empty if there is none."""
    start = edit.span.start
    line = source.text[max(source.text.rfind("\n", 0, start) + 1, start - _MAX_LINE) : start]
    match = re.search(_KEY, line)
    return match.group(1) if match is not None else ""

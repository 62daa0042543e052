"""The grammar of image tags: what each token of `2.6.0-gpu-py312-cu124-ubuntu22.04-sagemaker` says.

    tag := token ("-" token)* ["-" YYYY-MM-DD-HH-MM-SS]

No catalogue is needed here, and none is asked; `families` says what the parts mean for a repository. Tokens are told
apart by hand, not with regular expressions, because those cost more at import than a whole run spends here.
"""

from __future__ import annotations

from functools import lru_cache

from smlint.runtime.named_tuple import NamedTuple

_DIGITS = frozenset("0123456789")
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
_WORDS = {
    "cpu": "processor",
    "gpu": "processor",
    "neuron": "processor",
    "neuronx": "processor",
    "hpu": "processor",
    "inf": "processor",
    "inf2": "processor",
    "trn": "processor",
    "eia": "processor",
    "sagemaker": "platform",
    "sm": "platform",
    "ec2": "platform",
    "e3": "platform",
    "arm64": "architecture",
    "graviton": "architecture",
}
_PROCESSORS = {"inf": "neuron", "inf2": "neuronx", "trn": "neuronx"}
"""`inf` is what the SDK writes for the Neo images of Inferentia 1; `inf2` and `trn` run Neuron's second generation."""

_PLATFORMS = {"sm": "sagemaker", "e3": "ec2"}
"""`e3` was the earlier name of the images for EC2, ECS and EKS; a few vLLM tags say `sm`."""

_FLAVOURS = frozenset(
    ["coach", "cuda", "devel", "full", "latest", "ml", "omni", "ray", "rayserve", "runtime", "serve", "server", "soci", "tf", "torch", "vw", "x86"]
)
_SYSTEMS = ("ubuntu", "amzn", "al", "debian", "rhel", "ubi")
_DATE_WIDTHS = (4, 2, 2, 2, 2, 2)


class Tag(NamedTuple):
    """A tag taken apart. What the tag does not say is None (or empty).

    `version` has its release number (`1.5-1`); `python` is `py312`, `processor` `cpu`, `gpu`, `neuron`, `neuronx`, `hpu`
    or `eia`, `accelerator` `cu124`, `os` `ubuntu22.04`, `platform` `sagemaker` or `ec2`, `sdk` the Neuron SDK (`2.9.1`),
    `revision` `v1.37`, `date` the build's time stamp. `libraries` are (name, version) pairs in the tag's order, `flavours`
    known words without a number, `unknown` all other tokens. `spans` maps a part to its half-open offsets in the tag.
    """

    text: str
    version: str | None
    python: str | None
    processor: str | None
    accelerator: str | None
    os: str | None
    platform: str | None
    architecture: str | None
    sdk: str | None
    revision: str | None
    date: str | None
    libraries: tuple[tuple[str, str], ...]
    flavours: tuple[str, ...]
    unknown: tuple[str, ...]
    spans: dict[str, tuple[int, int]]


def _is_version(text: str) -> bool:
    """`2.6.0`, `1.x`, `0.10.2rc1`, `22.`: begins with a digit, and has nothing but a short suffix of letters."""
    if not text or text[0] not in _DIGITS:
        return False
    rest = text.lstrip("0123456789.")
    if not rest or rest == "x":
        return True
    letters = rest.rstrip("0123456789")
    return letters in ("rc", "a", "b", "post", "dev") and len(rest) > len(letters)


@lru_cache(maxsize=4096)
def _classify(token: str) -> tuple[str, str]:
    """The kind of a token and its value; the kind `number` is a bare number of one or two digits, a release or a version."""
    kind = _WORDS.get(token)
    if kind == "processor":
        return kind, _PROCESSORS.get(token, token)
    if kind == "platform":
        return kind, _PLATFORMS.get(token, token)
    if kind:
        return kind, "arm64"
    if token in _FLAVOURS:
        return "flavour", token
    if not token:
        return "unknown", token
    first = token[0]
    if first in _DIGITS:
        if not _is_version(token):
            return "unknown", token
        return ("number" if len(token) <= 2 and token.isdigit() else "version"), token
    cut = next((i for i, c in enumerate(token) if c in _DIGITS), 0)
    name, number = token[:cut], token[cut:]
    if not cut or not _is_version(number):
        return "unknown", token
    if name == "py" and number.isdigit():
        return "python", token
    if name == "cu" and number.isdigit():
        return "accelerator", token
    if name == "sdk":
        return "sdk", number
    if name == "v":
        return "revision", token
    if name in _SYSTEMS:
        return "os", token
    if name == "b" and number.isdigit() and len(number) >= 3:
        return "version", token  # llama.cpp numbers its builds: b9522
    if name.isascii() and name.replace("_", "").isalpha() and name.islower():
        return "library", token
    return "unknown", token


def _split_date(tokens: list[str]) -> int:
    """How many tokens stand before a trailing time stamp; all of them when there is none."""
    if len(tokens) <= 6:
        return len(tokens)
    tail = tokens[-6:]
    if all(len(t) == width and t.isdigit() for t, width in zip(tail, _DATE_WIDTHS, strict=True)):
        return len(tokens) - 6
    return len(tokens)


def parse_tag(text: str) -> Tag:
    """Take a tag apart. Never raises: a token of no known kind is in `unknown`."""
    tokens = text.split("-")
    end = _split_date(tokens)
    version: str | None = None
    single: dict[str, str] = {}
    several: dict[str, list[str]] = {}
    spans: dict[str, tuple[int, int]] = {}
    at = 0
    previous = ""
    for token in tokens[:end] if end < len(tokens) else tokens:
        stop = at + len(token)
        kind, value = _classify(token)
        if kind in ("version", "number"):
            if version is None:
                version, kind = token, "version"
                spans["version"] = (at, stop)
            elif kind == "number" and previous == "version":
                version, kind = f"{version}-{token}", "release"
                spans["version"] = (spans["version"][0], stop)
            else:
                several.setdefault("unknown", []).append(token)
        elif kind in ("flavour", "library", "unknown"):
            several.setdefault(kind, []).append(value)
        elif kind not in single or (kind == "python" and len(value) > len(single[kind])):
            # `1.4-2-py312-cpu-py3` is the SDK's tag of an image whose Python is 3.12; the general word adds nothing.
            single[kind] = value
            spans[kind] = (at, stop)
        elif kind == "processor" and value != single[kind]:
            several.setdefault("unknown", []).append(token)
        previous = kind
        at = stop + 1
    flavours = tuple(several.get("flavour", ()))
    find = single.get
    processor = find("processor")
    if processor is None and ("accelerator" in single or "cuda" in flavours):
        processor = "gpu"
    return Tag(
        text, version, find("python"), processor, find("accelerator"), find("os"), find("platform"), find("architecture"),
        find("sdk"), find("revision"), "-".join(tokens[end:]) if end < len(tokens) else None,
        tuple([_library(token) for token in several["library"]]) if "library" in several else (), flavours,
        tuple(several.get("unknown", ())), spans,
    )  # fmt: skip


@lru_cache(maxsize=1024)
def _library(token: str) -> tuple[str, str]:
    cut = next(i for i, c in enumerate(token) if c in _DIGITS)
    return token[:cut], token[cut:]


def plain(text: str) -> str:
    """The tag without what does not change the image's meaning: time stamp, `soci` index, and revision after a version."""
    tokens = text.split("-")
    del tokens[_split_date(tokens) :]
    if "soci" in tokens and len(tokens) > 1:
        tokens.remove("soci")
    if len(tokens) > 1 and _classify(tokens[-1])[0] == "revision" and any(_classify(t)[0] == "version" for t in tokens[:-1]):
        tokens.pop()
    return "-".join(tokens)


def same_version(declared: str, actual: str) -> bool:
    """Whether a declared version means an image's: equal, or a beginning of it by whole components.

    `2.1` means `2.1.0`, and `1.5` means `1.5-1`; `2.1` does not mean `2.10.0`, nor `2.1.0` the floating `2.1`.
    """
    if declared == actual:
        return True
    return bool(declared) and actual.startswith(declared) and actual[len(declared)] in ".-"


def may_have_version(tag: str, version: str) -> bool:
    """Whether a tag may have this version, one that goes on behind it or one that it goes on behind (`2.6.0`, `2.6`, `2`).

    Looks at the text alone: False is certain, True is not.
    """
    first, *others = version.replace("-", ".").split(".")
    head = version[: len(first) + 1 + len(others[0])] if others else first
    return head in tag or (first in tag and any(token.lstrip(_LETTERS) == first for token in tag.split("-")))


def version_key(version: str) -> tuple[tuple[int, str], ...]:
    """A sort key for versions as images have them: `1.10` after `1.9`, `1.5-1` after `1.5`, `1.0rc1` before `1.0`."""
    key: list[tuple[int, str]] = []
    number = ""
    word = ""
    for character in f"{version}.":
        if character in _DIGITS:
            if word:
                key.append((-1, word) if word in ("rc", "a", "b", "dev") else (0, word))
                word = ""
            number += character
            continue
        if number:
            key.append((int(number[:18]), ""))
            number = ""
        if character in ".-+_":
            if word:
                key.append((0, word))
                word = ""
        else:
            word += character
    key.append((0, ""))  # so that `1.0rc1` sorts before `1.0`
    return tuple(key)

"""The grammar of image tags: what each token of `2.6.0-gpu-py312-cu124-ubuntu22.04-sagemaker` means.

    tag := token ("-" token)* ["-" YYYY-MM-DD-HH-MM-SS]

This is pure grammar and needs no catalog; `families` says what the tokens mean in a repository. Tokens are classified by hand, not with regular
expressions: compiling those at import takes longer than a whole run spends here.
"""

from __future__ import annotations

from functools import lru_cache

from smlint.runtime.named_tuple import NamedTuple

_DIGITS = frozenset("0123456789")
_DIGITS_AND_DOT = _DIGITS | {"."}
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
"""The SDK writes `inf` for the Neo images of Inferentia 1; `inf2` and `trn` images use the second generation of Neuron."""

_PLATFORMS = {"sm": "sagemaker", "e3": "ec2"}
"""`e3` is the former word for the images for EC2, ECS and EKS; a few vLLM tags use `sm`."""

_FLAVORS = frozenset(
    ["coach", "cuda", "devel", "full", "latest", "ml", "omni", "ray", "rayserve", "runtime", "serve", "server", "soci", "tf", "torch", "vw", "x86"]
)
_SYSTEMS = ("ubuntu", "amzn", "al", "debian", "rhel", "ubi")
_DATE_PARTS = ((4, 1, 9999), (2, 1, 12), (2, 1, 31), (2, 0, 23), (2, 0, 59), (2, 0, 59))
"""The number of digits, the least and the greatest value of each part of a time stamp."""


class Tag(NamedTuple):
    """The parts of a tag. A part that the tag does not have is None (or empty).

    `version` includes the release number (`1.5-1`); `python` is `py312`, `processor` `cpu`, `gpu`, `neuron`, `neuronx`, `hpu` or `eia`,
    `accelerator` `cu124`, `os` `ubuntu22.04`, `platform` `sagemaker` or `ec2`, `sdk` the Neuron SDK (`2.9.1`), `revision` `v1.37`, `date` the time
    stamp of the build. `libraries` are (name, version) pairs in the order of the tag, `flavors` known words without a number, `unknown` all
    other tokens. `spans` maps each part to its half-open offsets in the tag.
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
    flavors: tuple[str, ...]
    unknown: tuple[str, ...]
    spans: dict[str, tuple[int, int]]


def _is_version(text: str) -> bool:
    """Return whether a text is a version: `2.6.0`, `1.x`, `0.10.2rc1`, `22.`."""
    if not text or text[0] not in _DIGITS:
        return False
    rest = text.lstrip("0123456789.")
    if not rest or rest == "x":
        return True
    letters = rest.rstrip("0123456789")
    return letters in ("rc", "a", "b", "post", "dev") and len(rest) > len(letters)


@lru_cache(maxsize=4096)
def _classify(token: str) -> tuple[str, str]:
    """Return the kind of a token and its value. The kind `number` is a bare number of one or two digits: a release or a version."""
    kind = _WORDS.get(token)
    if kind == "processor":
        return kind, _PROCESSORS.get(token, token)
    if kind == "platform":
        return kind, _PLATFORMS.get(token, token)
    if kind:
        return kind, "arm64"
    if token in _FLAVORS:
        return "flavor", token
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
        return "version", token  # llama.cpp versions are build numbers: b9522
    if name.isascii() and name.replace("_", "").isalpha() and name.islower():
        return "library", token
    return "unknown", token


def _split_date(tokens: list[str]) -> int:
    """Return how many tokens precede a trailing time stamp: all, if there is none."""
    if len(tokens) <= 6:
        return len(tokens)
    tail = tokens[-6:]
    if all(len(t) == width and t.isdecimal() and low <= int(t) <= high for t, (width, low, high) in zip(tail, _DATE_PARTS, strict=True)):
        return len(tokens) - 6
    return len(tokens)


def parse_tag(text: str) -> Tag:
    """Parse a tag. Never raises: unrecognized tokens are in `unknown`."""
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
        elif kind in ("flavor", "library", "unknown"):
            several.setdefault(kind, []).append(value)
        elif kind not in single or (kind == "python" and value != single[kind] and value.startswith(single[kind])):
            # The image behind the SDK's tag `1.4-2-py312-cpu-py3` has Python 3.12: the longer word is the exact one.
            single[kind] = value
            spans[kind] = (at, stop)
        elif value != single[kind] and not (kind == "python" and single[kind].startswith(value)):
            several.setdefault("unknown", []).append(token)
        previous = kind
        at = stop + 1
    flavors = tuple(several.get("flavor", ()))
    find = single.get
    processor = find("processor")
    if processor is None and ("accelerator" in single or "cuda" in flavors):
        processor = "gpu"
    return Tag(
        text=text,
        version=version,
        python=find("python"),
        processor=processor,
        accelerator=find("accelerator"),
        os=find("os"),
        platform=find("platform"),
        architecture=find("architecture"),
        sdk=find("sdk"),
        revision=find("revision"),
        date="-".join(tokens[end:]) if end < len(tokens) else None,
        libraries=tuple([_library(token) for token in several["library"]]) if "library" in several else (),
        flavors=flavors,
        unknown=tuple(several.get("unknown", ())),
        spans=spans,
    )


def order_of(text: str) -> tuple[str, ...]:
    """Return the kinds of the tokens of a tag in their order; the names of libraries and flavors, and nothing for time stamp, `soci` and revision."""
    kinds: list[str] = []
    for token in normalize_tag(text).split("-"):
        kind, value = _classify(token)
        kinds.append(_library(token)[0] if kind == "library" else value if kind == "flavor" else "version" if kind == "number" else kind)
    return tuple(dict.fromkeys(kinds))


@lru_cache(maxsize=1024)
def _library(token: str) -> tuple[str, str]:
    cut = next(i for i, c in enumerate(token) if c in _DIGITS)
    return token[:cut], token[cut:]


def normalize_tag(text: str) -> str:
    """Return the tag without the parts that do not change its meaning: time stamp, `soci` index, and the revision after a version."""
    tokens = text.split("-")
    del tokens[_split_date(tokens) :]
    if "soci" in tokens and len(tokens) > 1:
        tokens.remove("soci")
    if len(tokens) > 1 and _classify(tokens[-1])[0] == "revision" and any(_classify(t)[0] == "version" for t in tokens[:-1]):
        tokens.pop()
    return "-".join(tokens)


def same_version(declared: str, actual: str) -> bool:
    """Return whether a declared version matches the version of an image: it is equal, or its leading components are.

    `2.1` matches `2.1.0`, and `1.5` matches `1.5-1`; but `2.1` does not match `2.10.0`, and `2.1.0` does not match the floating `2.1`.
    """
    if declared == actual:
        return True
    return bool(declared) and actual.startswith(declared) and actual[len(declared)] in ".-"


def may_have_version(tag: str, version: str) -> bool:
    """Return whether a tag may have this version, or a longer or shorter form of it (`2.6.0`, `2.6`, `2`).

    A quick text search: False is certain, True is not.
    """
    head, first = _first_numbers(version)
    return (head in tag and _has_number(tag, head)) or (
        first in tag and any(token.lstrip(_LETTERS) == first and _is_versioned(token) for token in tag.split("-"))
    )


def _has_number(tag: str, number: str) -> bool:
    """Return whether a tag has a number with these first components: `2.1.0` has `2.1`, but `2.10.0` and `1.2.1` do not."""
    at = tag.find(number)
    while at >= 0:
        end = at + len(number)
        if (at == 0 or tag[at - 1] not in _DIGITS_AND_DOT) and (end == len(tag) or tag[end] not in _DIGITS):
            return True
        at = tag.find(number, at + 1)
    return False


@lru_cache(maxsize=64)
def _first_numbers(version: str) -> tuple[str, str]:
    """Return the first two numbers of a version, as written, and the first one: `2.6` and `2`."""
    first, *others = version.replace("-", ".").split(".")
    return (version[: len(first) + 1 + len(others[0])] if others else first), first


def _is_versioned(token: str) -> bool:
    """Return whether a number at the end of a token may be a version, unlike the one in `ec2`, `inf2` and `py2`."""
    return token not in _WORDS and not token.startswith("py")


def version_key(version: str) -> tuple[tuple[int, str], ...]:
    """Return a sort key for image versions: `1.10` after `1.9`, `1.5-1` after `1.5`, `1.0rc1` before `1.0`."""
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

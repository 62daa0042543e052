"""Choose among the catalogue's releases: which run on an instance type, which are of a version, which tag form comes first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from smlint.images.catalog import Release
from smlint.images.families import neuron_generation
from smlint.images.instances import parse_instance_type
from smlint.images.tags import same_version, version_key


class Hardware(NamedTuple):
    """What an image must run on: `architecture`, and `processor` as of an instance type (`cpu`, `gpu`, `inf1`, `trn2`, `hpu`)."""

    architecture: str
    processor: str
    family: str = ""

    def __str__(self) -> str:
        return f"{self.architecture}, {self.processor}"


_LOCAL = {"local": Hardware("x86_64", "cpu"), "local_gpu": Hardware("x86_64", "gpu")}


def hardware_of(instance_type: str) -> Hardware | None:
    """The hardware of an instance type, or of the SDK's local mode; None for a malformed one."""
    if instance_type in _LOCAL:
        return _LOCAL[instance_type]
    instance = parse_instance_type(instance_type)
    return Hardware(instance.architecture, instance.processor, instance.family) if instance.well_formed else None


def runs_on_processor(release: Release, processor: str, scope: str | None) -> bool:
    """Whether an image is made for a processor. One that says none serves CPU and GPU, and no accelerator."""
    own = release.processor
    if processor in ("cpu", "gpu"):
        return own is None or own == processor
    if own in ("neuron", "neuronx") and processor[:3] in ("inf", "trn"):
        generation = neuron_generation(scope, own)
        return processor != "inf1" if generation == "neuronx" else processor.startswith(generation)
    return own == processor


def fits(release: Release, hardware: Hardware, scope: str | None) -> bool:
    """Whether an image runs on this hardware, and is made for it."""
    return release.architecture == hardware.architecture and runs_on_processor(release, hardware.processor, scope)


def same_python(declared: str, actual: str) -> bool:
    """Whether a declared Python means an image's: equal, or the general `py3` (`py2`) of it."""
    return declared == actual or (declared in ("py2", "py3") and actual.startswith(declared))


def python_key(python: str) -> tuple[int, int]:
    """A sort key: `py2` < `py27` < `py3` < `py36` < `py310`."""
    digits = python.removeprefix("py")
    if not digits.isdigit():
        return (0, 0)
    return (int(digits[0]), int(digits[1:] or "-1"))


def of_version(releases: Sequence[Release], version: str) -> list[Release]:
    """The releases that a version asks for: of exactly that text, else the newest of those that it is a beginning of.

    Where one version has several make-ups (DJL Serving's LMI), they can be asked for in full: `0.36.0-lmi28.0.0`.
    """
    exact = [release for release in releases if release.version == version]
    if exact:
        # The SDK's own tag for `vllm` 0.30 is that of 0.30.0, though a floating `0.30-...-v1` is published too.
        full = next((r.full for r in exact if r.full is not None), None)
        named = [r for r in releases if r.version == full and r.given] if full is not None else []
        return named or exact
    longer = {r.version for r in releases if r.version is not None and same_version(version, r.version)}
    if longer:
        newest = max(longer, key=version_key)
        return [release for release in releases if release.version == newest]
    made_up = f"{version}-"
    return [r for r in releases if r.libraries and r.tag.startswith(made_up) and version.startswith(f"{r.version}-")]


def newest_version(releases: Iterable[Release]) -> str | None:
    """The newest version among releases; of two spellings of it the longer (`2.6.0`, not `2.6`)."""
    found = {release.version for release in releases if release.version is not None}
    return max(found, key=lambda v: (version_key(v), len(v)), default=None)


def shape(release: Release) -> frozenset[str]:
    """The form of a tag: which kinds of token it has. What follows the processor is left out, and with it the toolkit."""
    tag = release.parsed
    kinds = {kind for kind in tag.spans if kind not in ("processor", "accelerator", "architecture")}
    kinds.update(name for name, _ in tag.libraries)
    kinds.update(tag.flavours)
    if tag.date is not None:
        kinds.add("date")
    return frozenset(kinds)


def order(releases: Sequence[Release], forms: Iterable[frozenset[str]] = ()) -> list[Release]:
    """Releases of one version and use, the one to answer with first.

    First the SDK's own tag, and of several the shortest. Else the published one nearest in form to what the SDK names in
    that repository (`forms`); of equal forms the newest Neuron SDK, libraries and toolkit.
    """
    known = list(forms)

    def key(release: Release) -> tuple[object, ...]:
        form = shape(release)
        distance = min((len(form ^ other) for other in known), default=0)
        return (
            not release.given,
            release.python is None,
            len(release.tag) if release.given else 0,
            distance,
            release.parsed.date is not None or "soci" in release.parsed.flavours,
            release.parsed.revision is not None,
            len(release.version or "") * -1,
        )

    def newness(release: Release) -> tuple[object, ...]:
        tag = release.parsed
        return (
            version_key(tag.sdk or ""),
            tuple(version_key(version) for _, version in tag.libraries),
            version_key((tag.accelerator or "").removeprefix("cu")),
            version_key((tag.os or "").strip("abcdefghijklmnopqrstuvwxyz")),
            len(release.tag) * -1,
            release.tag,
        )

    return sorted(sorted(releases, key=newness, reverse=True), key=key)


def nearest_versions(wanted: str, found: Iterable[str | None], count: int = 3) -> tuple[str, ...]:
    """Of the versions found, those nearest to the wanted one: the next below and above first, full versions only."""
    every = {version for version in found if version}
    full = sorted((v for v in every if not any(o != v and same_version(v, o) for o in every)), key=version_key)
    key = version_key(wanted)
    below = [v for v in full if version_key(v) < key]
    above = [v for v in full if version_key(v) >= key]
    picked: list[str] = []
    while len(picked) < count and (below or above):
        if below:
            picked.append(below.pop())
        if above and len(picked) < count:
            picked.append(above.pop(0))
    return tuple(sorted(picked, key=version_key))

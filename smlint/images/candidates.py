"""Choose among the releases of a catalog: which run on an instance type, which have a version, which tag form comes first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from smlint.images.caching import cached_per_catalog
from smlint.images.catalog import Catalog
from smlint.images.families import neuron_generation, scopes_of
from smlint.images.instances import parse_instance_type
from smlint.images.release import Release
from smlint.images.tags import Tag, parse_tag, same_version, version_key
from smlint.runtime.named_tuple import NamedTuple


class Hardware(NamedTuple):
    """The hardware that an image must run on. `processor` is that of an instance type: `cpu`, `gpu`, `inf1`, `trn2`, `hpu`."""

    architecture: str
    processor: str
    family: str = ""

    def __str__(self) -> str:
        return f"{self.architecture}, {self.processor}"


_NEAREST = 3  # versions that a message names
_LOCAL = {"local": Hardware("x86_64", "cpu"), "local_gpu": Hardware("x86_64", "gpu")}


def hardware_of(instance_type: str) -> Hardware | None:
    """Return the hardware of an instance type, or of the SDK's local mode; None for a malformed name."""
    if instance_type in _LOCAL:
        return _LOCAL[instance_type]
    instance = parse_instance_type(instance_type)
    return Hardware(instance.architecture, instance.processor, instance.family) if instance.well_formed else None


def runs_on_processor(release: Release, processor: str, scope: str | None) -> bool:
    """Return whether an image is for a processor. An image without one supports CPU and GPU, but no other accelerator."""
    own = release.processor
    if processor in ("cpu", "gpu"):
        return own is None or own == processor
    if own in ("neuron", "neuronx") and processor[:3] in ("inf", "trn"):
        generation = neuron_generation(scope, own)
        return processor != "inf1" if generation == "neuronx" else processor.startswith(generation)
    return own == processor


def fits(release: Release, hardware: Hardware, scope: str | None) -> bool:
    """Return whether an image is for this hardware."""
    return release.architecture == hardware.architecture and runs_on_processor(release, hardware.processor, scope)


def same_python(declared: str, actual: str) -> bool:
    """Return whether a declared Python version matches that of an image: it is equal, or the general `py3` (`py2`)."""
    return declared == actual or (declared in ("py2", "py3") and actual.startswith(declared))


def python_key(python: str) -> tuple[int, int]:
    """Return a sort key for Python versions: `py2` < `py27` < `py3` < `py36` < `py310`."""
    digits = python.removeprefix("py")
    if not digits.isdecimal():
        return (0, 0)
    return (int(digits[0]), int(digits[1:10] or "-1"))


class Candidates:
    """Releases to choose from, indexed by version."""

    __slots__ = ("_versions", "releases")

    def __init__(self, releases: Sequence[Release]) -> None:
        self.releases = tuple(releases)
        self._versions: dict[str | None, list[Release]] = {}
        for release in self.releases:
            self._versions.setdefault(release.version, []).append(release)

    @property
    def versions(self) -> tuple[str, ...]:
        """All versions, unordered."""
        return tuple(version for version in self._versions if version)

    def of_version(self, version: str) -> Sequence[Release]:
        """Return the releases that match a version: those with exactly that text, else the newest that it is a prefix of.

        If one version has several sets of libraries (DJL Serving's LMI), the version may include them: `0.36.0-lmi28.0.0`.
        """
        exact = self._versions.get(version)
        if exact is not None:
            # The SDK's tag for `vllm` 0.30 is that of 0.30.0, although a floating `0.30-...-v1` is published too.
            full = next((r.full_version for r in exact if r.full_version is not None), None)
            named = [r for r in self._versions.get(full, ()) if r.in_sdk] if full is not None else []
            return named or exact
        longer = [v for v in self._versions if v is not None and same_version(version, v)]
        if longer:
            return self._versions[max(longer, key=version_key)]
        prefix = f"{version}-"
        return [
            r for v, group in self._versions.items() if v and version.startswith(f"{v}-")
            for r in group if r.libraries and r.tag.startswith(prefix)
        ]  # fmt: skip


@cached_per_catalog(512)
def candidates_for(catalog: Catalog, framework: str, scope: str | None, hardware: Hardware | None) -> Candidates:
    """Return the SageMaker releases of a framework for a scope and hardware; None means any. Excludes plain EC2 and Elastic Inference."""
    return Candidates(
        [
            r for r in catalog.releases(framework, (scope,) if scope is not None else ())
            if r.platform != "ec2" and r.processor != "eia"
            and (scope is None or not r.scopes or scope in scopes_of(r.scopes, r.parsed))
            and (hardware is None or fits(r, hardware, scope))
        ]
    )  # fmt: skip


@cached_per_catalog(256)
def sdk_tag_forms(catalog: Catalog, repository: str) -> frozenset[frozenset[str]]:
    """Return the forms of the tags that the SDK names in a repository."""
    return frozenset(tag_form(parse_tag(text)) for text in catalog.sdk_tags(repository))


def of_version(releases: Sequence[Release], version: str) -> Sequence[Release]:
    """Return the releases that match a version; see `Candidates.of_version`."""
    return Candidates(releases).of_version(version)


def newest_version(versions: Iterable[str | None]) -> str | None:
    """Return the newest version; of two spellings of it, the longer (`2.6.0`, not `2.6`)."""
    return max((v for v in versions if v is not None), key=lambda v: (version_key(v), len(v)), default=None)


def tag_form(tag: Tag) -> frozenset[str]:
    """Return the form of a tag: the kinds of token that it has, without those that depend on the processor (such as the toolkit)."""
    kinds = {kind for kind in tag.spans if kind not in ("processor", "accelerator", "architecture")}
    kinds.update(name for name, _ in tag.libraries)
    kinds.update(flavor for flavor in tag.flavors if flavor != "cuda")
    if tag.date is not None:
        kinds.add("date")
    return frozenset(kinds)


def order(releases: Sequence[Release], forms: Iterable[frozenset[str]]) -> list[Release]:
    """Sort releases of one version and scope, best answer first.

    The tags that the SDK names come first: those of a repository for one scope only, then the shortest. Published tags follow, those nearest to
    the SDK's forms for that repository (`forms`) first; among equal forms, the newest Neuron SDK, libraries and toolkit.
    """
    if len(releases) < 2:
        return list(releases)
    known = list(forms)

    def key(release: Release) -> tuple[object, ...]:
        if release.in_sdk:
            return (False, release.python is None, len(release.scopes) > 1, len(release.tag))
        form = tag_form(release.parsed)
        return (
            True,
            release.python is None,
            min((len(form ^ other) for other in known), default=0),
            release.parsed.date is not None or "soci" in release.parsed.flavors,
            release.parsed.revision is not None,
            -len(release.version or ""),
        )

    def newness(release: Release) -> tuple[object, ...]:
        tag = release.parsed
        return (
            version_key(tag.sdk or ""),
            tuple(version_key(version) for _, version in tag.libraries),
            version_key((tag.accelerator or "").removeprefix("cu")),
            version_key((tag.os or "").strip("abcdefghijklmnopqrstuvwxyz")),
            -len(release.tag),
            release.tag,
        )

    return sorted(sorted(releases, key=newness, reverse=True), key=key)


def nearest_versions(version: str, versions: Iterable[str | None]) -> tuple[str, ...]:
    """Return up to three versions nearest to a version, from below and above in turn, in ascending order; full versions only.

    A leading `v` is ignored: `v2.6` is near 2.6.0.
    """
    known = {v for v in versions if v}
    every = {v for v in known if v[0].isdigit()} or known
    version = version.removeprefix("v").removeprefix("V")
    full = sorted((v for v in every if not any(o != v and same_version(v, o) for o in every)), key=version_key)
    key = version_key(version)
    below = [v for v in full if version_key(v) < key]
    above = [v for v in reversed(full) if version_key(v) >= key]
    picked: list[str] = []
    while len(picked) < _NEAREST and (below or above):
        if below:
            picked.append(below.pop())
        if above and len(picked) < _NEAREST:
            picked.append(above.pop())
    return tuple(sorted(picked, key=version_key))

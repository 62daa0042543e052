"""Choose among the catalogue's releases: which run on an instance type, which are of a version, which tag form comes first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from smlint.images.catalog import Catalog, Release
from smlint.images.families import neuron_generation, scopes_of
from smlint.images.instances import parse_instance_type
from smlint.images.tags import same_version, version_key
from smlint.runtime.named_tuple import NamedTuple


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
    if not digits.isdecimal():
        return (0, 0)
    return (int(digits[0]), int(digits[1:10] or "-1"))


class Pool:
    """Releases among which to choose, with an index by version."""

    __slots__ = ("_versions", "releases")

    def __init__(self, releases: Sequence[Release]) -> None:
        self.releases = tuple(releases)
        self._versions: dict[str | None, list[Release]] = {}
        for release in self.releases:
            self._versions.setdefault(release.version, []).append(release)

    @property
    def versions(self) -> tuple[str, ...]:
        """Every version, in no order."""
        return tuple(version for version in self._versions if version)

    def of_version(self, version: str) -> Sequence[Release]:
        """The releases that a version asks for: of exactly that text, else the newest of those that it is a beginning of.

        Where one version has several make-ups (DJL Serving's LMI), they can be asked for in full: `0.36.0-lmi28.0.0`.
        """
        exact = self._versions.get(version)
        if exact is not None:
            # The SDK's own tag for `vllm` 0.30 is that of 0.30.0, though a floating `0.30-...-v1` is published too.
            full = next((r.full for r in exact if r.full is not None), None)
            named = [r for r in self._versions.get(full, ()) if r.given] if full is not None else []
            return named or exact
        longer = [v for v in self._versions if v is not None and same_version(version, v)]
        if longer:
            return self._versions[max(longer, key=version_key)]
        made_up = f"{version}-"
        return [
            r for v, group in self._versions.items() if v and version.startswith(f"{v}-")
            for r in group if r.libraries and r.tag.startswith(made_up)
        ]  # fmt: skip


@lru_cache(maxsize=512)
def pool(catalog: Catalog, framework: str, scope: str | None, hardware: Hardware | None) -> Pool:
    """The releases for SageMaker of a framework (not for plain EC2, nor for Elastic Inference), for one use and hardware.

    With no hardware, on any; with no scope, for any use.
    """
    return Pool(
        [
            r for r in catalog.releases(framework, (scope,) if scope is not None else ())
            if r.platform != "ec2" and r.processor != "eia"
            and (scope is None or not r.scopes or scope in scopes_of(r.scopes, r.parsed))
            and (hardware is None or fits(r, hardware, scope))
        ]
    )  # fmt: skip


@lru_cache(maxsize=256)
def given_forms(catalog: Catalog, repository: str) -> frozenset[frozenset[str]]:
    """The forms of the tags that the SDK names in a repository."""
    return frozenset(shape(r) for r in catalog.releases_of(repository) if r.given)


def of_version(releases: Sequence[Release], version: str) -> Sequence[Release]:
    """The releases that a version asks for; see `Pool.of_version`."""
    return Pool(releases).of_version(version)


def forget() -> None:
    """Forget the catalogue used so far."""
    pool.cache_clear()
    given_forms.cache_clear()


def newest_version(versions: Iterable[str | None]) -> str | None:
    """The newest of the versions; of two spellings of it the longer (`2.6.0`, not `2.6`)."""
    return max((v for v in versions if v is not None), key=lambda v: (version_key(v), len(v)), default=None)


def shape(release: Release) -> frozenset[str]:
    """The form of a tag: which kinds of token it has. What follows the processor is left out, and with it the toolkit (a word in
    `server-cuda-v1`)."""
    tag = release.parsed
    kinds = {kind for kind in tag.spans if kind not in ("processor", "accelerator", "architecture")}
    kinds.update(name for name, _ in tag.libraries)
    kinds.update(flavour for flavour in tag.flavours if flavour != "cuda")
    if tag.date is not None:
        kinds.add("date")
    return frozenset(kinds)


def order(releases: Sequence[Release], forms: Iterable[frozenset[str]] = ()) -> list[Release]:
    """Releases of one version and use, the one to answer with first.

    First the SDK's own tag: of several, one of a repository for this use alone, and the shortest.
    Else the published one nearest in form to what the SDK names in
    that repository (`forms`); of equal forms the newest Neuron SDK, libraries and toolkit.
    """
    if len(releases) < 2:
        return list(releases)
    known = list(forms)

    def key(release: Release) -> tuple[object, ...]:
        if release.given:
            return (False, release.python is None, len(release.scopes) > 1, len(release.tag))
        form = shape(release)
        return (
            True,
            release.python is None,
            min((len(form ^ other) for other in known), default=0),
            release.parsed.date is not None or "soci" in release.parsed.flavours,
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


def nearest_versions(wanted: str, found: Iterable[str | None], count: int = 3) -> tuple[str, ...]:
    """Of the versions found, the neighbours of the wanted one: below and above in turn, in ascending order; full versions only.

    A `v` before the wanted one is passed over: `v2.6` is near to 2.6.0.
    """
    numbered = {version for version in found if version and version[0].isdigit()}
    every = numbered or {version for version in found if version}
    wanted = wanted.removeprefix("v").removeprefix("V")
    full = sorted((v for v in every if not any(o != v and same_version(v, o) for o in every)), key=version_key)
    key = version_key(wanted)
    below = [v for v in full if version_key(v) < key]
    above = [v for v in reversed(full) if version_key(v) >= key]
    picked: list[str] = []
    while len(picked) < count and (below or above):
        if below:
            picked.append(below.pop())
        if above and len(picked) < count:
            picked.append(above.pop())
    return tuple(sorted(picked, key=version_key))

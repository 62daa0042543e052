"""The catalog: which frameworks, repositories, tags, registry accounts and Regions exist.

Functions take the catalog that they use as an argument, and cache their results on it, so several catalogs can be in use at once. A user's
catalog is one file, `catalog.json`, which may contain the other files as sections (`SECTIONS`); the bundled files provide what it lacks.
"""

from __future__ import annotations

import os
from functools import cached_property
from typing import Literal

from smlint.images.catalog_file import CATALOG, DATA, read_catalog_file
from smlint.images.regions import RegionTable, in_mask
from smlint.images.release import ImageContents, Release, unpack_releases
from smlint.images.tags import Tag, same_version, version_key
from smlint.model.images import Image
from smlint.runtime.errors import SmlintError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from smlint.images.drivers import DriverTable
    from smlint.images.hardware import HardwareTable
    from smlint.images.instances import InstanceTypeTable
    from smlint.images.tag_index import TagIndex

FORMAT = 1
SECTIONS = ("sdk", "instances", "images", "releases", "hardware", "drivers")
"""The parts of the catalog that are files of their own, which few runs need."""
ListName = Literal["images", "accounts", "instances", "prices", "support"]
"""The lists of a catalog: images, accounts and Regions of registries, instance types, prices by Region, and support dates."""
DOCUMENTATION_ACCOUNTS = frozenset(("123456789012", "111122223333", "012345678912"))
"""Accounts that the AWS documentation uses as placeholders. They own no images."""


class Catalog:
    """A catalog, read-only. `as_of` is the ISO date of the oldest of its sources, `provenance` describes them.

    `repositories`, `registries` (account by Region, one mapping per group of repositories), `partitions`, `support`, `frameworks` and
    `gpu_servers` (the repositories whose GPU images do not start without a GPU) are the raw data of the file, for modules of this package;
    other code calls the methods. `path` is the file that the catalog comes from.
    Raises `SmlintError` if the data is not a catalog.
    """

    def __init__(self, data: dict[str, Any], path: str = "") -> None:
        try:
            if data["format"] != FORMAT:
                raise SmlintError(f"catalog {path} has format {data['format']!r}", f"this version of smlint reads format {FORMAT}")
            self.as_of: str = str(data["as_of"])
            self.provenance: list[dict[str, str]] = data["provenance"]
            self.partitions: list[list[str]] = data["partitions"]
            self.registries: list[dict[str, str]] = data["accounts"]
            self.repositories: dict[str, dict[str, Any]] = data["repositories"]
            self.support: dict[str, dict[str, list[str]]] = data["support"]
            self.frameworks: tuple[str, ...] = tuple(data["frameworks"].split())
            self._partition_regions: dict[str, str] = data["regions"]
            self._unsupported_below: dict[str, str] = data["unsupported_below"]
            self.gpu_servers: list[str] = data["needs_gpu"].split()
            self._published_regions: list[str] = data["published_regions"].split()
            self._region_sets: list[str] = data["region_sets"]
            # The catalog of a user that an earlier version wrote has none of these.
            self._documented_regions: dict[str, str] = data.get("documented_regions", {})
            self._unsupported: dict[str, dict[str, str]] = data.get("unsupported", {})
            self._gallery: dict[str, str] = data.get("gallery", {})
            self._owners: dict[str, str] = data.get("owners", {})
        except (KeyError, TypeError, AttributeError) as error:
            raise SmlintError(f"{path} is not an smlint catalog", "see `smlint catalog update`") from error
        self.path = path
        self.caches: dict[Callable[..., Any], Callable[..., Any]] = {}
        """The caches of `cached_per_catalog`, by function."""
        self._sections: dict[str, dict[str, Any]] = {k: data[k] for k in SECTIONS if isinstance(data.get(k), dict)}
        self._masks: dict[str, frozenset[str]] = {}
        self._tag_indexes: dict[str, TagIndex] = {}
        self._releases: dict[str, tuple[Release, ...]] = {}
        self._by_framework: dict[tuple[str, tuple[str, ...]], tuple[Release, ...]] = {}
        self._near: dict[tuple[str, tuple[str, ...], str], tuple[Release, ...]] = {}

    def date_of(self, name: ListName) -> str:
        """Return the ISO date of a list: that of the oldest source which makes it complete. Without such a source, the date of the catalog."""
        dates = [source["date"] for source in self.provenance if name in source.get("lists", "").split()]
        return min(dates, default=self.as_of)

    def section(self, name: str) -> dict[str, Any]:
        """Return one of `SECTIONS`, loaded on first use."""
        if name not in self._sections:
            self._sections[name] = read_catalog_file(os.path.join(DATA, f"{name}.json"))
        return self._sections[name]

    # ------------------------------------------------------------------ Regions and accounts

    @cached_property
    def regions(self) -> RegionTable:
        """The Regions of AWS."""
        return RegionTable(self.partitions, self._partition_regions, self.registries)

    @cached_property
    def instance_types(self) -> InstanceTypeTable:
        """The instance types of SageMaker."""
        from smlint.images.instances import InstanceTypeTable

        return InstanceTypeTable(self.section("instances"))

    @cached_property
    def hardware(self) -> HardwareTable:
        """The hardware of instance types."""
        from smlint.images.hardware import HardwareTable

        return HardwareTable(self.section("hardware"))

    @cached_property
    def drivers(self) -> DriverTable:
        """The drivers of families and of machine images."""
        from smlint.images.drivers import DriverTable

        return DriverTable(self.section("drivers"))

    @cached_property
    def aws_accounts(self) -> frozenset[str]:
        """Every registry account in the catalog. AWS has others, which the catalog does not know."""
        return frozenset(account for registry in self.registries for account in registry.values())

    def owner_of(self, registry: str) -> str | None:
        """Return the owner of a registry, an account or a host with the first folder, if it is neither AWS nor unknown: `marketplace`, `nvidia`."""
        return self._owners.get(registry) or self._owners.get(registry.partition("/")[0])

    def in_gallery(self, alias: str, name: str) -> bool:
        """Return whether AWS mirrors a repository in the public gallery, under an alias such as `public.ecr.aws/deep-learning-containers`."""
        return name in self._gallery.get(alias, "").split()

    def is_unlisted(self, repository: str) -> bool:
        """Return whether only some accounts of a repository are known, and nothing about its tags and contents."""
        return bool(self.repositories.get(repository, {}).get("unlisted"))

    def regions_of(self, repository: str) -> frozenset[str]:
        """Return the Regions in which a repository is published; empty if it is unknown or has no known account."""
        entry = self.repositories.get(repository)
        return self._region_set(entry["regions"]) if entry is not None and "regions" in entry else frozenset()

    def registry_of(self, repository: str, version: str | None = None) -> dict[str, str]:
        """Return the account that publishes a repository in each Region (for a repository that moved: this version of it)."""
        entry = self.repositories.get(repository)
        if entry is None or "accounts" not in entry:
            return {}
        before = entry.get("before")
        if before is not None and version is not None and version_key(version) < version_key(before[0]):
            return self.registries[int(before[1])]
        return self.registries[int(entry["accounts"])]

    def account_of(self, repository: str, region: str, version: str | None = None) -> str | None:
        """Return the account that publishes a repository in a Region; None if the repository is unknown or not published there.

        `version` matters for repositories that moved to other accounts (Triton before 23.12).
        """
        registry = self.registry_of(repository, version)
        if registry and registry is not self.registry_of(repository):
            return registry.get(region)
        return registry.get(region) if region in self.regions_of(repository) else None

    def documented_regions_of(self, repository: str) -> frozenset[str]:
        """Return the Regions for which the AWS documents, a source besides the SDK, list the repository's registry; empty if they do not list it."""
        accounts = frozenset(self.registry_of(repository).values())
        return next((frozenset(regions.split()) for account, regions in self._documented_regions.items() if account in accounts), frozenset())

    def owns(self, account: str, repository: str) -> bool:
        """Return whether the account publishes this repository in some Region (for a repository that moved: in some version)."""
        entry = self.repositories.get(repository)
        if entry is None or "accounts" not in entry:
            return False
        numbers = [entry["accounts"], *([entry["before"][1]] if "before" in entry else [])]
        return any(account in self.registries[number].values() for number in numbers)

    def _region_set(self, mask: str) -> frozenset[str]:
        """Return the Regions of a hexadecimal mask."""
        if mask not in self._masks:
            self._masks[mask] = frozenset(in_mask(mask, self._published_regions))
        return self._masks[mask]

    # ------------------------------------------------------------------ frameworks and releases

    def canonical_framework(self, name: str) -> str | None:
        """Return the catalog's name of a framework as users write it (`PyTorch`, `scikit-learn`, `HuggingFace`); None if unknown.

        Names that only the SDK uses internally (`pytorch-amzn2023`) are unknown: ask for the framework itself.
        """
        if name in self.frameworks:
            return name
        from smlint.images.names import SPELLINGS

        plain = name.strip().lower().replace("_", "-").replace(" ", "-")
        plain = SPELLINGS.get(plain, plain)
        return plain if plain in self.frameworks else None

    def releases(self, framework: str, scopes: tuple[str, ...] = ()) -> tuple[Release, ...]:
        """Return all known releases of a framework (by the catalog's name of it), in all its repositories.

        With `scopes`, only those of repositories that serve one of them.
        """
        key = (framework, scopes)
        if key not in self._by_framework:
            names = self._repositories_of(framework, scopes)
            self._by_framework[key] = tuple(r for name in names for r in self.releases_of(name) if r.framework == framework)
        return self._by_framework[key]

    def releases_near(self, framework: str, scopes: tuple[str, ...], version: str) -> tuple[Release, ...]:
        """Return those of `releases` that have this version, a longer one or a shorter one (`2.6.0`, `2.6`).

        Parses only the tags that may match, so this is cheaper than `releases`.
        """
        key = (framework, scopes, version)
        if key not in self._near:
            candidates = (r for name in self._repositories_of(framework, scopes) for r in self._unpack(name, version) if r.framework == framework)
            self._near[key] = tuple(r for r in candidates if r.version is not None and _is_near(version, r.version))
        return self._near[key]

    def releases_of(self, repository: str) -> tuple[Release, ...]:
        """Return all known releases of a repository, those that the SDK names first."""
        if repository not in self._releases:
            self._releases[repository] = tuple(self._unpack(repository)) if repository in self.repositories else ()
        return self._releases[repository]

    def sdk_tags(self, repository: str) -> frozenset[str]:
        """Return the tags of a repository that the SDK names."""
        return frozenset(tag for tags in self.repositories.get(repository, {}).get("given", {}).values() for tag in tags)

    def _repositories_of(self, framework: str, scopes: tuple[str, ...]) -> list[str]:
        return [name for name, entry in self.repositories.items() if framework in entry["frameworks"] and _serves(entry, scopes)]

    def _unpack(self, repository: str, near: str | None = None) -> list[Release]:
        """Return the releases of a repository; with a version, at least those that have it, a longer one or a shorter one."""
        entry = self.repositories[repository]
        in_sdk = [(self._region_set(self._region_sets[int(number)]), tags) for number, tags in entry.get("given", {}).items()]
        before = entry.get("before")
        moved = (str(before[0]), frozenset(self.registries[before[1]])) if before is not None else None
        return unpack_releases(repository, entry, in_sdk, self.regions_of(repository), moved=moved, near=near)

    # ------------------------------------------------------------------ single images

    def contents_of(self, repository: str, version: str | None, libraries: tuple[tuple[str, str], ...]) -> ImageContents:
        """Return what an image of the repository contains, with each short version replaced by the full one it means there, if known.

        `2.2` is 2.2.0 in `pytorch-inference`, but 2.2.1 in `pytorch-inference-graviton`.
        """
        entry = self.repositories.get(repository)
        if entry is None or version is None:
            return ImageContents(version, libraries)
        full: str = entry.get("full", {}).get(version) or entry.get("aliases", {}).get(version, version)
        full_libraries: dict[str, str] = entry.get("full_libraries", {}).get(full, {})
        expanded = [(name, full if number == version else full_libraries.get(f"{name}{number}", number)) for name, number in libraries]
        return ImageContents(full, tuple(expanded))

    def known_tag(self, repository: str, tag: Tag) -> bool:
        """Return whether a repository has a tag, exactly or in another form (`TagIndex`); True if its tags are not listed."""
        entry = self.repositories.get(repository)
        if entry is None:
            return False
        if entry.get("open_tags") or ("published" not in entry and "given" not in entry):
            return True
        if tag.text in entry.get("published", ()) or any(tag.text in tags for tags in entry.get("given", {}).values()):
            return True
        if repository not in self._tag_indexes:
            from smlint.images.tag_index import TagIndex

            self._tag_indexes[repository] = TagIndex(self.releases_of(repository), entry.get("patterns", ()))
        return self._tag_indexes[repository].has(repository, tag)

    def evidence_of(self, repository: str, tag: str) -> str | None:
        """Return what shows that a tag was released (a letter of `evidence`); None if it is unknown, or known only as a form of another tag."""
        from smlint.images.tags import normalize_tag

        by_tag = {release.tag: release.evidence for release in self.releases_of(repository)}
        return by_tag.get(tag) or by_tag.get(normalize_tag(tag))

    def support_of(self, repository: str, version: str, python: str | None = None) -> tuple[str, str] | None:
        """Return the dates (general availability, end of patch) of a version, or of this version with a Python if that has its own.

        The AWS documents list them for `2.6`, for the full version, or for `1.4-2-py312`.
        """
        table = self.support.get(repository)
        if table is None:
            return None
        row = table.get(f"{version}-{python}") or table.get(version)
        while row is None and "." in version:
            version = version.rpartition(".")[0]
            row = table.get(version)
        return (row[0], row[1]) if row is not None else None

    def needs_gpu(self, image: Image) -> bool:
        """Return whether a GPU image is known not to start without a GPU. Others may fall back to the CPU."""
        return image.processor == "gpu" and image.repository in self.gpu_servers

    def is_past_patch(self, image: Image, today: str) -> bool | None:
        """Return whether an image's end of patch is before `today` (an ISO date); None if no date is known.

        PyTorch before 1.13 and TensorFlow before 2.14 are past it on any day, although the date is unknown: the AWS documents list the
        support dates of all later versions. Of a few other versions it is known that their support ended before a certain day.
        """
        if image.end_of_patch is not None:
            return image.end_of_patch < today
        if image.repository is None or image.version is None:
            return None
        day = self._unsupported.get(image.repository, {}).get(f"{image.version}-{image.python}")
        if day is not None:
            return True if day < today else None
        first = self._unsupported_below.get(image.repository)
        return True if first is not None and version_key(image.version) < version_key(first) else None


def _is_near(first: str, second: str) -> bool:
    return same_version(first, second) or same_version(second, first)


def _serves(entry: dict[str, Any], scopes: tuple[str, ...]) -> bool:
    """Return whether a repository serves one of the scopes. It does if either has no scopes."""
    return not scopes or not entry["scopes"] or not set(scopes).isdisjoint(entry["scopes"])


def _users_catalog(path: str) -> Catalog:
    """Read the catalog in a user's file, and check its shape: the methods rely on it."""
    from smlint.images.catalog_shape import check_shape

    data = read_catalog_file(path)
    if data.get("format", FORMAT) == FORMAT:
        check_shape(data, path)
    return Catalog(data, path)


_loaded: dict[str, tuple[tuple[int, int], Catalog]] = {}


def load_catalog(path: str | None = None) -> Catalog:
    """Return the catalog in a file, by default the bundled one. Raises `SmlintError` for a bad file.

    A file is loaded once, and again only after its time stamp or size changed.
    """
    if path is None or path == CATALOG:
        if CATALOG not in _loaded:
            _loaded[CATALOG] = ((0, 0), Catalog(read_catalog_file(CATALOG), CATALOG))
        return _loaded[CATALOG][1]
    name = os.path.abspath(path)
    try:
        status = os.stat(name)
        identity = (status.st_mtime_ns, status.st_size)
    except (OSError, ValueError):
        identity = (0, 0)  # reading it says what is wrong
    if name not in _loaded or _loaded[name][0] != identity:
        _loaded[name] = (identity, _users_catalog(path))
    return _loaded[name][1]

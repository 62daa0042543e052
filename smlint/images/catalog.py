"""The catalogue: which repositories, tags, accounts and Regions exist. Loaded once, on first use, from `data/`.

`use(path)` replaces the bundled catalogue for the process (the option `--catalog`); every function here and in the modules
above asks `current()`. A user's catalogue is one file: `catalog.json`, which may bring its own `sdk` and `instances`
sections; what it lacks is taken from the bundled files.
"""

from __future__ import annotations

import os
from typing import Any

from smlint.images.bundled import CATALOG, DATA
from smlint.images.families import architecture_of, meaning, platform_of, processor_of
from smlint.images.tags import Tag, may_have_version, parse_tag, plain, same_version, version_key
from smlint.model.images import Image
from smlint.runtime.errors import SmlintError
from smlint.runtime.named_tuple import NamedTuple

FORMAT = 1
DOCUMENTATION_ACCOUNTS = frozenset(("123456789012", "111122223333", "012345678912"))
"""Accounts that AWS's documents use as placeholders; they own nothing."""


class Release(NamedTuple):
    """One tag of one repository, and what it means. `regions` are those in which the SDK or the registry has it;
    `given` tells that the SDK names this tag, `published` that it has been seen published. `full` is the full version that
    the SDK takes for this short one, where its own tag is that of the full version."""

    repository: str
    tag: str
    parsed: Tag
    framework: str | None
    version: str | None
    libraries: tuple[tuple[str, str], ...]
    python: str | None
    processor: str | None
    architecture: str
    platform: str | None
    scopes: tuple[str, ...]
    regions: frozenset[str]
    given: bool
    published: bool
    full: str | None = None


class Make(NamedTuple):
    """What an image is made of: its version, and its libraries with theirs. Two images are the same release when these are equal."""

    version: str | None
    libraries: tuple[tuple[str, str], ...]


class _Repository(NamedTuple):
    """What is looked up often about one repository, unpacked on first use."""

    plain: frozenset[str]
    keys: frozenset[tuple[object, ...]]


class Catalog:
    """A catalogue, read-only. `as_of` is the ISO date of its sources, `provenance` says what they were.

    `repositories`, `accounts`, `partitions` and the other sections are the file's own plain data, for the modules of this
    package; the functions below are the way to ask it.
    """

    def __init__(self, data: dict[str, Any], path: str = "") -> None:
        """Raises `SmlintError` when the file is no catalogue."""
        try:
            if data["format"] != FORMAT:
                raise SmlintError(f"catalogue {path} has format {data['format']!r}", f"this smlint reads format {FORMAT}")
            self.as_of: str = str(data["as_of"])
            self.provenance: list[dict[str, str]] = data["provenance"]
            self.partitions: list[list[str]] = data["partitions"]
            self.regions: dict[str, str] = data["regions"]
            self.accounts: list[dict[str, str]] = data["accounts"]
            self.repositories: dict[str, dict[str, Any]] = data["repositories"]
            self.support: dict[str, dict[str, list[str]]] = data["support"]
            self.unsupported_below: dict[str, str] = data["unsupported_below"]
            self.frameworks: tuple[str, ...] = tuple(data["frameworks"].split())
            self._every_region: list[str] = data["published_regions"].split()
            self._region_sets: list[str] = data["region_sets"]
        except (KeyError, TypeError, AttributeError) as error:
            raise SmlintError(f"{path} is not a catalogue of smlint", "see `smlint catalog update`") from error
        self.path = path
        self._sections: dict[str, dict[str, Any]] = {k: data[k] for k in ("sdk", "instances") if isinstance(data.get(k), dict)}
        self._masks: dict[str, frozenset[str]] = {}
        self._lookups: dict[str, _Repository] = {}
        self._releases: dict[str, tuple[Release, ...]] = {}
        self._by_framework: dict[tuple[str, tuple[str, ...]], tuple[Release, ...]] = {}
        self._near: dict[tuple[str, tuple[str, ...], str], tuple[Release, ...]] = {}
        self._owned: frozenset[str] | None = None

    def section(self, name: str) -> dict[str, Any]:
        """The section `sdk` or `instances`, read on first use."""
        if name not in self._sections:
            self._sections[name] = _read(os.path.join(DATA, f"{name}.json"))
        return self._sections[name]

    def region_set(self, mask: str) -> frozenset[str]:
        """The Regions of a hexadecimal mask."""
        if mask not in self._masks:
            bits = int(mask, 16)
            self._masks[mask] = frozenset(r for i, r in enumerate(self._every_region) if bits >> i & 1)
        return self._masks[mask]

    def regions_of(self, repository: str) -> frozenset[str]:
        """The Regions in which a repository is published; empty when it is unknown or has no known account."""
        entry = self.repositories.get(repository)
        return self.region_set(entry["regions"]) if entry is not None and "regions" in entry else frozenset()

    def family_of(self, repository: str, version: str | None = None) -> dict[str, str]:
        """Account by Region of the registry family that holds the repository (in this version of it)."""
        entry = self.repositories.get(repository)
        if entry is None or "accounts" not in entry:
            return {}
        before = entry.get("before")
        if before is not None and version is not None and version_key(version) < version_key(before[0]):
            return self.accounts[int(before[1])]
        return self.accounts[int(entry["accounts"])]

    def releases_of(self, repository: str) -> tuple[Release, ...]:
        """All known tags of a repository, those that the SDK names first."""
        if repository not in self._releases:
            self._releases[repository] = tuple(self._unpack(repository)) if repository in self.repositories else ()
        return self._releases[repository]

    def _unpack(self, repository: str, near: str | None = None) -> list[Release]:
        """The tags of a repository; with a version, at least those that have it, a longer or a shorter one."""
        entry = self.repositories[repository]
        everywhere = self.regions_of(repository)
        scopes: tuple[str, ...] = tuple(entry["scopes"])
        renamed: dict[str, str] = entry.get("versions", {})
        aliases: dict[str, str] = entry.get("aliases", {})
        seen = set(entry.get("published", ()))
        before = entry.get("before")
        found: dict[str, frozenset[str]] = {}
        by_version: dict[str | None, frozenset[str]] = {}
        for number, tags in entry.get("given", {}).items():
            regions = self.region_set(self._region_sets[int(number)])
            for tag in tags:
                found[tag] = found.get(tag, frozenset()) | regions
        result = []
        for text in (*found, *(t for t in entry.get("published", ()) if t not in found)):
            if near is not None and text not in renamed and not may_have_version(text, near):
                continue
            tag = parse_tag(text)
            framework, version, libraries = meaning(repository, tag)
            version = renamed.get(text, version)
            # The SDK's Regions of a version hold for its other tags too; of other versions only the registry is known.
            if text in found:
                where = found[text]
                by_version[version] = by_version.get(version, frozenset()) | where
            else:
                where = by_version.get(version, everywhere)
            if before is not None and version is not None and version_key(version) < version_key(before[0]):
                where = frozenset(self.accounts[before[1]])
            result.append(
                Release(
                    repository, text, tag, framework, version, libraries, tag.python, processor_of(repository, tag),
                    architecture_of(repository, tag), platform_of(repository, tag), scopes, where,
                    text in found, text in seen, aliases.get(version) if version is not None else None,
                )
            )  # fmt: skip
        return result

    def make_of(self, repository: str, version: str | None, libraries: tuple[tuple[str, str], ...]) -> Make:
        """What an image of the repository holds: in place of each short version the full one that it stands for there, if that is known.

        `2.2` is 2.2.0 in `pytorch-inference`, and 2.2.1 in `pytorch-inference-graviton`.
        """
        entry = self.repositories.get(repository)
        if entry is None or version is None:
            return Make(version, libraries)
        full: str = entry.get("full", {}).get(version) or entry.get("aliases", {}).get(version, version)
        told: dict[str, str] = entry.get("full_libraries", {}).get(full, {})
        held = [(name, full if number == version else told.get(f"{name}{number}", number)) for name, number in libraries]
        return Make(full, tuple(held))

    def releases(self, framework: str, scopes: tuple[str, ...] = ()) -> tuple[Release, ...]:
        """All known tags of a framework (by the catalogue's name of it), over its repositories.

        With `scopes`, of the repositories that serve one of them.
        """
        key = (framework, scopes)
        if key not in self._by_framework:
            names = self._repositories_of(framework, scopes)
            self._by_framework[key] = tuple(r for name in names for r in self.releases_of(name) if r.framework == framework)
        return self._by_framework[key]

    def releases_near(self, framework: str, scopes: tuple[str, ...], version: str) -> tuple[Release, ...]:
        """Those of `releases` that have this version, a longer one or a shorter one (`2.6.0`, `2.6`).

        For that, only the tags that may have it are taken apart.
        """
        key = (framework, scopes, version)
        if key not in self._near:
            found = (r for name in self._repositories_of(framework, scopes) for r in self._unpack(name, version) if r.framework == framework)
            self._near[key] = tuple(r for r in found if r.version is not None and _is_near(version, r.version))
        return self._near[key]

    def _repositories_of(self, framework: str, scopes: tuple[str, ...]) -> list[str]:
        return [name for name, entry in self.repositories.items() if framework in entry["frameworks"] and _serves(entry, scopes)]

    def known_tag(self, repository: str, tag: Tag) -> bool:
        """Whether a tag is one of the repository's: exactly, or but for time stamp, `soci` and revision, or by meaning.

        By meaning: an equal version, with equal libraries, processor, Python, Neuron SDK, architecture and flavour, is
        known under another form (short for long).
        """
        entry = self.repositories.get(repository)
        if entry is None:
            return False
        if tag.text in entry.get("published", ()) or any(tag.text in tags for tags in entry.get("given", {}).values()):
            return True
        if repository not in self._lookups:
            releases = self.releases_of(repository)
            self._lookups[repository] = _Repository(
                frozenset(plain(r.tag) for r in releases), frozenset(canonical_key(r.parsed, r.processor) for r in releases)
            )
        lookup = self._lookups[repository]
        if plain(tag.text) in lookup.plain:
            return True
        return not tag.unknown and canonical_key(tag, processor_of(repository, tag)) in lookup.keys

    def owned(self) -> frozenset[str]:
        """Every registry account of the catalogue."""
        if self._owned is None:
            self._owned = frozenset(account for family in self.accounts for account in family.values())
        return self._owned

    def support_of(self, repository: str, version: str) -> tuple[str, str] | None:
        """The dates [general availability, end of patch] of a version; the documents give them for `2.6`, or in full."""
        table = self.support.get(repository)
        if table is None:
            return None
        row = table.get(version)
        while row is None and "." in version:
            version = version.rpartition(".")[0]
            row = table.get(version)
        return (row[0], row[1]) if row is not None else None


def _is_near(one: str, other: str) -> bool:
    return same_version(one, other) or same_version(other, one)


def _serves(entry: dict[str, Any], scopes: tuple[str, ...]) -> bool:
    """Whether a repository serves one of the scopes (of none: whatever it serves). What names no scope serves any."""
    return not scopes or not entry["scopes"] or not set(scopes).isdisjoint(entry["scopes"])


def canonical_key(tag: Tag, processor: str | None) -> tuple[object, ...]:
    """What must agree for two tags to name the same image but for toolkit, system and platform."""
    flavours = tuple(flavour for flavour in tag.flavours if flavour != "soci")
    revision = tag.revision if tag.version is None else None
    return tag.version, tag.libraries, processor, tag.python, tag.sdk, flavours, tag.architecture, revision


def _read(path: str) -> dict[str, Any]:
    import json

    from smlint.files.read import read_data

    try:
        data = json.loads(read_data(path))
    except OSError as error:
        raise SmlintError(f"cannot read catalogue {path}: {error.strerror}", "name a file that `smlint catalog update` wrote") from None
    except (ValueError, RecursionError) as error:
        raise SmlintError(f"catalogue {path} is not JSON", "name a file that `smlint catalog update` wrote") from error
    if not isinstance(data, dict):
        raise SmlintError(f"{path} is not a catalogue of smlint", "name a file that `smlint catalog update` wrote")
    return data


_loaded: dict[str, Catalog] = {}
_used: list[str] = []
"""The path of the catalogue that `use` has named last; empty while it is the bundled one."""


def load(path: str | None = None) -> Catalog:
    """The catalogue in a file, the bundled one by default; each file is read once. Raises `SmlintError` for a bad file."""
    name = path or CATALOG
    if name not in _loaded:
        _loaded[name] = Catalog(_read(name), name)
    return _loaded[name]


def use(path: str | None) -> Catalog:
    """Make a file the catalogue of this process (None: the bundled one), and load it. Raises `SmlintError` for a bad file."""
    catalog = load(path)
    _used[:] = [path] if path else []
    _forget()
    return catalog


def _forget() -> None:
    """Drop what other modules have remembered about the catalogue used so far."""
    import sys

    for name in ("uri", "selection", "retrieve", "instances", "regions"):
        module = sys.modules.get(f"smlint.images.{name}")
        if module is not None:
            module.forget()


def current() -> Catalog:
    """The catalogue of this process."""
    return load(_used[0] if _used else None)


def account_of(repository: str, region: str, version: str | None = None) -> str | None:
    """The one account that holds a repository in a Region; None when the repository is unknown or not published there.

    `version` matters for repositories that have moved (Triton before 23.12).
    """
    catalog = current()
    family = catalog.family_of(repository, version)
    if family and family is not catalog.family_of(repository):
        return family.get(region)
    return family.get(region) if region in catalog.regions_of(repository) else None


def is_known_repository(repository: str) -> bool:
    """Whether the catalogue lists a repository of this name."""
    return repository in current().repositories


def published_regions(repository: str) -> tuple[str, ...]:
    """The Regions in which a repository is published, sorted; empty for an unknown one."""
    return tuple(sorted(current().regions_of(repository)))


def is_owner(account: str, repository: str) -> bool:
    """Whether the account serves this repository in some Region (for one that has moved: in some version of it)."""
    catalog = current()
    entry = catalog.repositories.get(repository)
    if entry is None or "accounts" not in entry:
        return False
    families = [catalog.accounts[entry["accounts"]], *([catalog.accounts[entry["before"][1]]] if "before" in entry else [])]
    return any(account in family.values() for family in families)


def is_aws_account(account: str) -> bool:
    """Whether this is one of SageMaker's registry accounts. AWS has others, which the catalogue does not know."""
    return account in current().owned()


def frameworks() -> tuple[str, ...]:
    """The names of all frameworks and algorithms, as users may write them, sorted."""
    return current().frameworks


def versions(
    framework: str, scope: str | None = None, architecture: str | None = None, processor: str | None = None
) -> tuple[str, ...]:
    """The versions of a framework that have an image for SageMaker, newest first.

    `framework` is a name of the catalogue (`resolve.spell_framework`). Each restriction that is given must be met; an image
    that serves CPU and GPU alike meets both.
    """
    found = {
        release.version
        for release in current().releases(framework)
        if release.version and release.platform != "ec2"
        and (scope is None or not release.scopes or scope in release.scopes)
        and (architecture is None or release.architecture == architecture)
        and (processor is None or release.processor == processor or (release.processor is None and processor in ("cpu", "gpu")))
    }  # fmt: skip
    return tuple(sorted(found, key=version_key, reverse=True))


def is_past_patch(image: Image, today: str) -> bool | None:
    """Whether an image's end of patch lies before `today` (an ISO date); None when no date is known.

    PyTorch before 1.13 and TensorFlow before 2.14 are past it on any day, though the date is unknown (the documents list
    the support dates of all later versions).
    """
    if image.end_of_patch is not None:
        return image.end_of_patch < today
    if image.repository is None or image.version is None:
        return None
    first = current().unsupported_below.get(image.repository)
    return True if first is not None and version_key(image.version) < version_key(first) else None

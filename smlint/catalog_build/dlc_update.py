"""Update a catalog with a clone of aws/deep-learning-containers: tags with their evidence, scopes, full versions and support dates.

The update keeps everything that the catalog has. Accounts and Regions do not come from the clone: those of a repository that the SDK does not
know stay unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from smlint.catalog_build.build import DocumentedImage, frameworks_of, is_conflict, repositories, support
from smlint.catalog_build.changes import CatalogUpdate, compare
from smlint.catalog_build.completeness import complete_versions, kept_complete_versions
from smlint.catalog_build.dlc_clone import DlcClone
from smlint.catalog_build.dlc_documents import ConfiguredImage
from smlint.catalog_build.evidence import evidence_by_tag
from smlint.catalog_build.full_versions import documented_full_versions
from smlint.catalog_build.known import bundled, full_versions, items, kept_overrides, published_tags
from smlint.catalog_build.provenance import date_of, newest, renew, rows
from smlint.catalog_build.release_tags import released_tags
from smlint.catalog_build.sdk_config import Json, Object, accounts_of, as_object
from smlint.catalog_build.update import expand
from smlint.images.evidence import CONFIGURATION, RELEASE, REVIEWED, STRENGTH
from smlint.runtime.errors import SmlintError

SOURCES = ("published_tags.json", "dlc-docs.tar.gz", "dlc_images.json.gz")
"""The sources of the bundled catalog that a clone is newer than."""

LEDGER = "dlc_release_tags.tsv.gz"
"""The source that a clone is newer than if it has the release git tags."""

NAME = "aws/deep-learning-containers"

Evidence = dict[str, dict[str, str]]


def update_from_clone(clone: DlcClone, today: str, start: Object | None = None) -> CatalogUpdate:
    """Update a catalog, by default the bundled one, with a clone. `today` is an ISO date.

    A clone that is older than the documents of the catalog adds nothing. Raises `SmlintError` if its documents give a version two support periods.
    """
    before = start or bundled("catalog.json")
    base = newest(rows(before["provenance"]), (*SOURCES, NAME), "support")
    if clone.date < base:
        return CatalogUpdate(before, base=base)
    images, left_out = _without_conflicts(clone.documents.images)
    published = _published(before, clone, images)
    section, overrides = bundled("sdk.json"), kept_overrides(before)
    # Kept in the overrides, so that the next update of this catalog has them too.
    overrides = overrides._replace(scopes={**_scopes(clone.configurations, as_object(before["repositories"])), **overrides.scopes})
    documented = documented_full_versions((image.repository, image.tags) for image in images)
    full = {name: {**documented.get(name, {}), **table} for name, table in {**documented, **full_versions(before)}.items()}
    complete = _complete_versions(published, images, kept_complete_versions(as_object(before["repositories"])))
    entries, registries = repositories(section, accounts_of(expand(section, before)), published, overrides, full, complete)
    try:
        dates = support(images, clone.documents.legacy, entries, overrides)
    except ValueError as error:
        raise SmlintError(f"the documents of the clone contradict each other: {error}", "use another commit, or update smlint") from error
    data = before | {
        "accounts": [dict(registry) for registry in registries],
        "frameworks": " ".join(frameworks_of(section, entries)),
        "repositories": dict(entries),
        "support": _merged_dates(as_object(before["support"]), dates),
        "overrides": as_object(before["overrides"]) | {"scopes": {name: list[Json](scopes) for name, scopes in overrides.scopes.items()}},
    }
    update = compare(before, data, base)
    names = (*SOURCES, NAME, *([LEDGER] if clone.release_tags else []))
    sources = renew(rows(before["provenance"]), names, _provenance(clone, min(clone.date, today)))
    data |= {"as_of": date_of(sources), "provenance": list[Json](sources)}
    data["changes"] = [*items(before.get("changes")), update.recorded(f"{NAME} {clone.commit}".strip())]
    return update._replace(data=data, left_out=left_out)


def _without_conflicts(images: Iterable[DocumentedImage]) -> tuple[list[DocumentedImage], tuple[tuple[str, str], ...]]:
    """Return the images without the tags whose documented platform contradicts the rules of smlint, and those tags with their repositories.

    A rule for a wrong platform would report a correct image, so such a tag stays unknown until smlint has a rule for it.
    """
    left_out = tuple((image.repository, tag) for image in images for tag in image.tags if is_conflict(image, tag))
    conflicts = frozenset(left_out)
    return [image._replace(tags=tuple(tag for tag in image.tags if (image.repository, tag) not in conflicts)) for image in images], left_out


def _published(before: Object, clone: DlcClone, images: Iterable[DocumentedImage]) -> Evidence:
    """Return the tags of each repository, each with the strongest evidence that the catalog or the clone has.

    A build configuration alone says nothing about the account of a repository, so it adds no repository.
    """
    known = published_tags(before)
    seen: dict[str, dict[str, list[str]]] = {}
    for image in images:
        for tag in image.tags:
            seen.setdefault(image.repository, {})[tag] = ["docs"]
    configured: dict[str, set[str]] = {}
    for one in clone.configurations:
        if one.is_production:
            configured.setdefault(one.repository, set()).add(one.tag)
    names = sorted({*known, *seen})
    candidates = {name: {*known.get(name, ()), *seen.get(name, ()), *configured.get(name, ()), *clone.planned.get(name, ())} for name in names}
    released = released_tags(clone.release_tags, candidates)
    found = {name: evidence_by_tag(seen.get(name, {}), released.get(name, ()), configured.get(name, ())) for name in names}
    return {name: _strongest(known.get(name, {}), found[name]) for name in names}


def _strongest(first: Mapping[str, str], second: Mapping[str, str]) -> dict[str, str]:
    return {tag: min((table[tag] for table in (first, second) if tag in table), key=STRENGTH.index) for tag in {**first, **second}}


def _complete_versions(published: Evidence, images: Iterable[DocumentedImage], before: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Return the versions of each repository whose releases are known completely.

    They are complete in the catalog before, or by the documents of the clone, and no other document names a tag without a release.
    """
    documented: dict[str, set[str]] = {}
    for image in images:
        documented.setdefault(image.repository, set()).update(image.tags)
    versions: dict[str, list[str]] = {}
    for name, tags in published.items():
        released = frozenset(tag for tag, evidence in tags.items() if evidence == RELEASE)
        confirmed = {*before.get(name, ()), *complete_versions(name, documented.get(name, ()), released)}
        every = [tag for tag, evidence in tags.items() if evidence not in (CONFIGURATION, REVIEWED)]
        versions[name] = [version for version in complete_versions(name, every, released) if version in confirmed]
    return versions


def _scopes(configurations: Iterable[ConfiguredImage], known: Object) -> dict[str, tuple[str, ...]]:
    """Return the scopes of new repositories whose build configurations all name one."""
    jobs: dict[str, set[str | None]] = {}
    for image in configurations:
        if image.repository not in known:
            jobs.setdefault(image.repository, set()).add(image.scope)
    return {name: tuple(sorted(scope for scope in scopes if scope is not None)) for name, scopes in jobs.items() if None not in scopes}


def _merged_dates(old: Object, new: Mapping[str, Mapping[str, list[str]]]) -> Object:
    merged: Object = {}
    for name in sorted({*old, *new}):
        table = {**as_object(old.get(name, {})), **{version: list[Json](row) for version, row in new.get(name, {}).items()}}
        merged[name] = dict[str, Json](sorted(table.items()))
    return merged


def _provenance(clone: DlcClone, day: str) -> Object:
    evidence = " and release git tags" if clone.release_tags else ""
    entry: Object = {"name": NAME}
    if clone.commit:
        entry["version"] = clone.commit
    return entry | {
        "date": day,
        "license": "Apache-2.0",
        "lists": "",
        "gives": f"documents, build configurations{evidence} of a clone (smlint catalog update)",
    }

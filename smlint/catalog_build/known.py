"""What a catalog knows, in the form that combining sources takes: its tags with their evidence, full versions, and reviewed exceptions."""

from __future__ import annotations

import json

from smlint.catalog_build.build import CatalogOverrides
from smlint.catalog_build.sdk_config import Json, Object, as_object
from smlint.images.catalog_file import CATALOG, DATA
from smlint.images.evidence import EARLIER_DOCUMENTS, REVIEWED


def bundled(name: str) -> Object:
    """Return the content of a bundled file, such as `catalog.json`."""
    with open(CATALOG if name == "catalog.json" else f"{DATA}/{name}", "rb") as file:
        return as_object(json.loads(file.read()))


def published_tags(catalog: Object) -> dict[str, dict[str, str]]:
    """Return the published tags by repository, each with its evidence, and the patterns of tags."""
    tables: dict[str, dict[str, str]] = {}
    for name, value in as_object(catalog["repositories"]).items():
        entry = as_object(value)
        tags = [str(tag) for tag in items(entry.get("published"))]
        evidence = str(entry.get("evidence", ""))
        tables[name] = dict(zip(tags, evidence or REVIEWED * len(tags), strict=True))
        tables[name].update(dict.fromkeys((str(pattern) for pattern in items(entry.get("patterns"))), EARLIER_DOCUMENTS))
    return tables


def full_versions(catalog: Object) -> dict[str, dict[str, str]]:
    """Return the full version of each short one, by repository. Those of a new SDK take precedence."""
    entries = as_object(catalog["repositories"])
    return {name: {short: str(full) for short, full in as_object(as_object(entry).get("full", {})).items()} for name, entry in entries.items()}


def kept_overrides(catalog: Object) -> CatalogOverrides:
    """Return the reviewed exceptions that apply to any SDK (the section `overrides` of the catalog)."""
    kept = as_object(catalog["overrides"])

    def lists(name: str) -> dict[str, tuple[str, ...]]:
        return {key: tuple(str(item) for item in items(value)) for key, value in as_object(kept[name]).items()}

    unpublished = lists("drop_unpublished")
    registries = [(name, items(row)) for name, row in as_object(kept.get("registries", {})).items()]
    return CatalogOverrides(
        scopes=lists("scopes"),
        accounts_like={key: str(value) for key, value in as_object(kept["accounts_like"]).items()},
        moved={key: (row[0], row[1]) for key, row in lists("moved").items()},
        drop=lists("drop"),
        drop_unpublished=unpublished["repositories"],
        drop_unpublished_aliases=unpublished["aliases"],
        add={},  # they are among the published tags of the catalog
        unsupported_below={},
        unsupported={},
        legacy_repositories=lists("legacy_repositories"),
        needs_gpu=(),
        registries={name: (tuple(map(str, items(row[0]))), {k: str(v) for k, v in as_object(row[1]).items()}) for name, row in registries},
        open_tags=tuple(map(str, items(kept.get("open_tags")))),
        gallery={},
        owners={},
    )


def items(value: Json) -> list[Json]:
    """Return the items of a list; empty for other values."""
    return value if isinstance(value, list) else []

"""Build the catalogue from its sources. Same inputs, same bytes.

    python tools/build_catalog.py --sagemaker-core A.whl --botocore B.whl --cfn-lint C.whl --moto D.whl \\
        --published-tags published_tags.json --dlc-docs dlc-docs.tar.gz --as-of 2026-11-22

Writes `catalog.json`, `instances.json` and `sdk.json` to `smlint/images/data/`. `tools/README.md` tells where the inputs
come from.
"""

from __future__ import annotations

import argparse
import datetime
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from smlint.catalog_build import build as assemble  # noqa: E402
from smlint.catalog_build.sdk_config import Json, Object, accounts_of, condense, mask  # noqa: E402
from tools import sources  # noqa: E402

FORMAT = 1
LIMIT = 300_000
"""Bytes that the catalogue may have, all files together: what start-up and the wheel can bear."""


def instances(botocore: sources.Botocore, priced: dict[str, dict[str, list[str]]], families: list[str]) -> Object:
    """`types` by purpose, `prices` (by purpose: Regions, and for each type the mask of its Regions) and EC2's families."""
    tables: Object = {}
    for purpose, by_region in priced.items():
        regions = sorted(by_region)
        types = sorted({name for names in by_region.values() for name in names})
        where = {name: [region for region in regions if name in by_region[region]] for name in types}
        tables[purpose] = {"regions": " ".join(regions), "types": {n: mask(r, regions) for n, r in where.items()}}
    return {
        "types": {purpose: " ".join(names) for purpose, names in sorted(botocore.instances.items())},
        "prices": tables,
        "ec2_families": " ".join(families),
    }


def kept(overrides: assemble.Overrides) -> Object:
    """The overrides that `smlint catalog update` needs to read another SDK; the others are in the catalogue's tables already."""
    return {
        "scopes": {name: list[Json](scopes) for name, scopes in overrides.scopes.items()},
        "accounts_like": dict(overrides.accounts_like),
        "moved": {name: list[Json](row) for name, row in overrides.moved.items()},
        "drop": {name: list[Json](tags) for name, tags in overrides.drop.items()},
        "drop_unpublished": {
            "repositories": list[Json](overrides.drop_unpublished),
            "aliases": list[Json](overrides.drop_unpublished_aliases),
        },
    }


def build(options: argparse.Namespace) -> dict[str, Object]:
    """The three files by name, as plain data."""
    configs = sources.sdk_configs(options.sagemaker_core)
    botocore = sources.botocore(options.botocore)
    documents = sources.documents(options.dlc_docs)
    overrides = sources.overrides(options.overrides)
    published = sources.published_tags(options.published_tags)
    for document in documents.images:
        published[document.repository] = sorted({*published.get(document.repository, ()), *document.tags})
    wrong = assemble.check_platforms(documents.images)
    if wrong:
        sys.exit("the rules of smlint/images/families.py contradict the documents:\n" + "\n".join(wrong))
    section = condense(configs)
    entries, families = assemble.repositories(section, accounts_of(configs), published, overrides, assemble.full_versions(documents.images))
    dates = assemble.support(documents.images, documents.legacy, entries, overrides)
    below: Object = {
        repository: version
        for stem, version in overrides.unsupported_below.items()
        for repository in sorted(entries)
        if repository in overrides.legacy_repositories.get(stem, ())
    }
    commit = options.dlc_commit or sources.commit(options.dlc_docs) or "unknown"
    provenance: list[Json] = [
        sources.provenance(options.sagemaker_core, "Apache-2.0", "accounts, versions and tags that the SDK names; sdk.json"),
        sources.provenance(options.botocore, "Apache-2.0", "instance types by purpose, partitions, Regions"),
        sources.provenance(options.cfn_lint, "MIT-0", "instance types by Region, from the price list"),
        sources.provenance(options.moto, "Apache-2.0", "the families of EC2"),
        sources.provenance(options.published_tags, "facts", "tags seen published in aws/deep-learning-containers, whole history"),
        sources.provenance(options.dlc_docs, "Apache-2.0", f"tags, platform and support dates; commit {commit}"),
        sources.provenance(options.overrides, "Apache-2.0", "reviewed exceptions, each with its source"),
    ]
    catalog: Object = {
        "format": FORMAT,
        "as_of": options.as_of,
        "provenance": provenance,
        "partitions": [list(row) for row in botocore.partitions],
        "regions": {name: " ".join(found) for name, found in botocore.regions.items()},
        "published_regions": section["regions"],
        "region_sets": section["region_sets"],
        "accounts": [dict(family) for family in families],
        "frameworks": " ".join(assemble.frameworks_of(section, entries)),
        "repositories": dict(entries),
        "support": {name: {v: list[Json](row) for v, row in table.items()} for name, table in dates.items()},
        "unsupported_below": below,
        "overrides": kept(overrides),
    }
    return {
        "catalog.json": catalog,
        "instances.json": instances(botocore, sources.prices(options.cfn_lint), sources.ec2_families(options.moto)),
        "sdk.json": section,
    }


def text(data: Json) -> str:
    """JSON with a line for each entry of the upper levels, so that a refresh can be read as a difference."""

    def write(value: Json, depth: int) -> str:
        if isinstance(value, dict) and value and depth < 4:
            inner = ",\n".join(f"{json.dumps(key)}: {write(item, depth + 1)}" for key, item in value.items())
            return "{\n" + inner + "\n}"
        if isinstance(value, list) and value and depth < 5 and isinstance(value[0], str | dict):
            return "[\n" + ",\n".join(json.dumps(item, separators=(",", ":")) for item in value) + "\n]"
        return json.dumps(value, separators=(",", ":"))

    return write(data, 0) + "\n"


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    for name in ("sagemaker-core", "botocore", "cfn-lint", "moto", "published-tags", "dlc-docs"):
        parser.add_argument(f"--{name}", type=Path, required=True, metavar="FILE")
    parser.add_argument("--overrides", type=Path, default=ROOT / "tools" / "overrides.toml", metavar="FILE")
    parser.add_argument("--dlc-commit", metavar="COMMIT", help="the commit of --dlc-docs, if it was not packed by `git archive`")
    parser.add_argument("--as-of", required=True, metavar="DATE", help="the day the sources were taken")
    parser.add_argument("--output", type=Path, default=ROOT / "smlint" / "images" / "data", metavar="FOLDER")
    options = parser.parse_args(argv)
    try:
        datetime.date.fromisoformat(options.as_of)
    except ValueError:
        parser.error(f"not a date: {options.as_of}")
    files = {name: text(data).encode() for name, data in build(options).items()}
    total = sum(map(len, files.values()))
    if total > LIMIT:
        sys.exit(f"the catalogue has {total} bytes, more than {LIMIT}")
    for name, content in files.items():
        (options.output / name).write_bytes(content)
        print(f"{name}: {len(content)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Build the catalog from its sources. The same inputs always produce the same bytes.

    python tools/build_catalog.py --sagemaker-core A.whl --botocore B.whl --cfn-lint C.whl --moto D.whl \\
        --published-tags published_tags.json --dlc-docs dlc-docs.tar.gz --releases dlc_release_tags.tsv.gz \\
        --build-configurations dlc_images.json.gz

Writes `catalog.json` and the files of its sections (`LIMITS`) to `smlint/images/data/`. `tools/README.md` lists the sources of the inputs.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from smlint.catalog_build import build as combine  # noqa: E402
from smlint.catalog_build import completeness  # noqa: E402
from smlint.catalog_build.evidence import evidence_by_tag  # noqa: E402
from smlint.catalog_build.full_versions import documented_full_versions  # noqa: E402
from smlint.catalog_build.image_facts import image_facts, release_dates  # noqa: E402
from smlint.catalog_build.provenance import date_of  # noqa: E402
from smlint.catalog_build.sdk_config import Json, Object, accounts_of, condense, mask  # noqa: E402
from tools import hardware, sources  # noqa: E402
from tools.arguments import Arguments, existing_file  # noqa: E402

FORMAT = 1
LIMITS = {
    "catalog.json": 170_000, "images.json": 20_000, "releases.json": 60_000, "instances.json": 50_000, "hardware.json": 20_000, "drivers.json": 4_000,
    "sdk.json": 100_000,
}  # fmt: skip
"""Maximum size of each file, in bytes: it keeps start-up fast and the wheel small. Few runs read more than `catalog.json` and `instances.json`."""


def instances(botocore: sources.BotocoreData, priced: dict[str, dict[str, list[str]]], prices_as_of: str, families: list[str]) -> Object:
    """Return `types` by purpose, `prices` (by purpose: the Regions, and the mask of its Regions for each type), their date, and the EC2 families."""
    tables: Object = {}
    for purpose, by_region in priced.items():
        regions = sorted(by_region)
        types = sorted({name for names in by_region.values() for name in names})
        priced_in = {name: [region for region in regions if name in by_region[region]] for name in types}
        tables[purpose] = {"regions": " ".join(regions), "types": {n: mask(r, regions) for n, r in priced_in.items()}}
    return {
        "types": {purpose: " ".join(names) for purpose, names in sorted(botocore.instances.items())},
        "prices_as_of": prices_as_of,
        "prices": tables,
        "ec2_families": " ".join(families),
    }


def kept_overrides(overrides: combine.CatalogOverrides) -> Object:
    """Return the overrides that `smlint catalog update` needs for another SDK; the catalog's tables already contain the others."""
    return {
        "scopes": {name: list[Json](scopes) for name, scopes in overrides.scopes.items()},
        "accounts_like": dict(overrides.accounts_like),
        "moved": {name: list[Json](row) for name, row in overrides.moved.items()},
        "drop": {name: list[Json](tags) for name, tags in overrides.drop.items()},
        "drop_unpublished": {
            "repositories": list[Json](overrides.drop_unpublished),
            "aliases": list[Json](overrides.drop_unpublished_aliases),
        },
        "registries": {name: [list[Json](names), dict[str, Json](accounts)] for name, (names, accounts) in overrides.registries.items()},
        "open_tags": list[Json](overrides.open_tags),
        "legacy_repositories": {name: list[Json](rows) for name, rows in overrides.legacy_repositories.items()},
    }


def complete_versions(options: argparse.Namespace, documents: Iterable[combine.DocumentedImage]) -> dict[str, list[str]]:
    """Return the versions in each repository whose releases are known completely."""
    documented: dict[str, set[str]] = {}
    for repository, tags in sources.published_tags(options.published_tags).items():
        documented.setdefault(repository, set()).update(tag for tag, seen in tags.items() if set(seen) - {"release"})
    for document in documents:
        documented.setdefault(document.repository, set()).update(document.tags)
    released = sources.released_tags(options.releases)
    return {name: completeness.complete_versions(name, tags, released.get(name, ())) for name, tags in documented.items()}


def evidence(
    options: argparse.Namespace, documents: Iterable[combine.DocumentedImage], overrides: combine.CatalogOverrides
) -> dict[str, dict[str, str]]:
    """Return the tags of each repository that have evidence of a release, each with that evidence."""
    seen = sources.published_tags(options.published_tags)
    for document in documents:
        for tag in document.tags:
            seen.setdefault(document.repository, {}).setdefault(tag, []).append("docs")
    released, configured = sources.released_tags(options.releases), sources.configured_tags(options.build_configurations)
    # A build configuration alone says nothing about the account of a repository.
    names = sorted(seen.keys() | released.keys() | overrides.accounts_like.keys())
    return {name: evidence_by_tag(seen.get(name, {}), released.get(name, ()), configured.get(name, ())) for name in names}


def build(options: argparse.Namespace) -> dict[str, Object]:
    """Return the files by name, as plain data."""
    configs = sources.sdk_configs(options.sagemaker_core)
    botocore = sources.botocore(options.botocore)
    documents = sources.documents(options.dlc_docs)
    overrides = sources.overrides(options.overrides)
    priced = sources.prices(options.cfn_lint)
    types = {name for names in botocore.instances.values() for name in names} | {
        name for by_region in priced.values() for names in by_region.values() for name in names
    }
    published = evidence(options, documents.images, overrides)
    conflicts = combine.platform_conflicts(documents.images)
    if conflicts:
        sys.exit("the rules in smlint/images/families.py contradict the documents:\n" + "\n".join(conflicts))
    section = condense(configs)
    full_versions = documented_full_versions((image.repository, image.tags) for image in documents.images)
    complete = complete_versions(options, documents.images)
    entries, registries = combine.repositories(section, accounts_of(configs), published, overrides, full_versions, complete)
    dates = combine.support(documents.images, documents.legacy, entries, overrides)
    below: Object = {
        repository: version
        for stem, version in overrides.unsupported_below.items()
        for repository in sorted(entries)
        if repository in overrides.legacy_repositories.get(stem, ())
    }
    second_source = combine.documented_regions(sources.documented_accounts(options.dlc_docs), registries)
    commit = options.dlc_commit or sources.commit(options.dlc_docs) or "unknown"

    def describe(name: str, license: str, gives: str, date: Callable[[Path], str], lists: str = "") -> Object:
        path: Path = getattr(options, name)
        return sources.provenance(path, license, gives, date(path), lists)

    rows = [
        describe("sagemaker_core", "Apache-2.0", "accounts, versions and tags that the SDK names; sdk.json", sources.wheel_date, "images accounts"),
        describe("botocore", "Apache-2.0", "instance types by purpose, partitions, Regions", sources.wheel_date, "instances accounts"),
        describe("cfn_lint", "MIT-0", "instance types by Region, from the price list", sources.prices_date, "prices"),
        describe("moto", "Apache-2.0", "the families of EC2, and the hardware of instance types", sources.wheel_date, "instances"),
        describe("published_tags", "facts", "tags seen published in aws/deep-learning-containers, whole history", sources.retrieval_date, "images"),
        describe("dlc_docs", "Apache-2.0", f"tags, platform and support dates; commit {commit}", sources.archive_date, "images support"),
        describe("releases", "facts", "release git tags of aws/deep-learning-containers: evidence of tags", sources.ledger_date, "images"),
        describe("build_configurations", "Apache-2.0", "tags in build configurations of production images", sources.configurations_date, "images"),
        describe("overrides", "Apache-2.0", "reviewed exceptions, each with its source", sources.review_date),
        describe("hardware", "Apache-2.0", "GPUs and drivers, each with its source", sources.review_date),
        describe("image_facts", "Apache-2.0", "labels and requirements of images, each with its source", sources.review_date),
    ]
    catalog: Object = {
        "format": FORMAT,
        "as_of": date_of(rows),
        "provenance": list[Json](rows),
        "partitions": [list(row) for row in botocore.partitions],
        "regions": {name: " ".join(names) for name, names in botocore.regions.items()},
        "published_regions": section["regions"],
        "region_sets": section["region_sets"],
        "accounts": [dict(registry) for registry in registries],
        "documented_regions": {account: " ".join(regions) for account, regions in second_source.items()},
        "frameworks": " ".join(combine.frameworks_of(section, entries)),
        "repositories": dict(entries),
        "support": {name: {v: list[Json](row) for v, row in table.items()} for name, table in dates.items()},
        "unsupported_below": below,
        "unsupported": {name: dict[str, Json](versions) for name, versions in overrides.unsupported.items()},
        "needs_gpu": " ".join(sorted(overrides.needs_gpu)),
        "gallery": {alias: " ".join(names) for alias, names in overrides.gallery.items()},
        "owners": dict(overrides.owners),
        "overrides": kept_overrides(overrides),
    }
    reviewed: Object = tomllib.loads(options.image_facts.read_text(encoding="utf-8"))
    table = hardware.hardware(options.moto, options.hardware, types)
    return {
        "catalog.json": catalog,
        "images.json": image_facts(entries, sources.toolkits(options.build_configurations), reviewed),
        "releases.json": release_dates(sources.releases(options.releases), reviewed),
        "instances.json": instances(botocore, priced, sources.prices_date(options.cfn_lint), sources.ec2_families(options.moto)),
        "hardware.json": table,
        "drivers.json": hardware.drivers(table, options.hardware, hardware.inference_ami_versions(options.botocore)),
        "sdk.json": section,
    }


def text(data: Json) -> str:
    """Return JSON with one line per entry of the upper levels, so that the diff of a refresh is readable."""

    def write(value: Json, depth: int) -> str:
        if isinstance(value, dict) and value and depth < 4:
            inner = ",\n".join(f"{json.dumps(key)}: {write(item, depth + 1)}" for key, item in value.items())
            return "{\n" + inner + "\n}"
        if isinstance(value, list) and value and depth < 5 and isinstance(value[0], str | dict):
            return "[\n" + ",\n".join(json.dumps(item, separators=(",", ":")) for item in value) + "\n]"
        return json.dumps(value, separators=(",", ":"))

    return write(data, 0) + "\n"


def main(argv: list[str] | None = None) -> int:
    """Build the catalog, and return the exit code."""
    parser = Arguments(__doc__)
    for name in ("sagemaker-core", "botocore", "cfn-lint", "moto", "published-tags", "dlc-docs", "releases", "build-configurations"):
        parser.add_argument(f"--{name}", type=existing_file, required=True, metavar="FILE")
    parser.add_argument("--overrides", type=existing_file, default=ROOT / "tools" / "overrides.toml", metavar="FILE")
    parser.add_argument("--hardware", type=existing_file, default=ROOT / "tools" / "hardware.toml", metavar="FILE")
    parser.add_argument("--image-facts", type=existing_file, default=ROOT / "tools" / "image_facts.toml", metavar="FILE")
    parser.add_argument("--dlc-commit", metavar="COMMIT", help="commit of --dlc-docs, if `git archive` did not create it")
    parser.add_argument("--output", type=Path, default=ROOT / "smlint" / "images" / "data", metavar="FOLDER")
    options = parser.parse_args(argv)
    files = {name: text(data).encode() for name, data in build(options).items()}
    for name, content in files.items():
        if len(content) > LIMITS[name]:
            sys.exit(f"{name} has {len(content)} bytes, more than {LIMITS[name]}")
    for name, content in files.items():
        (options.output / name).write_bytes(content)
        print(f"{name}: {len(content)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Read the sources of the catalog from files. This module downloads nothing, and imports nothing from them."""

from __future__ import annotations

import csv
import datetime
import gzip
import hashlib
import json
import re
import tarfile
import tomllib
import zipfile
from pathlib import Path
from typing import NamedTuple

from smlint.catalog_build import dlc_documents
from smlint.catalog_build.build import CatalogOverrides
from smlint.catalog_build.dlc_documents import DlcDocuments
from smlint.catalog_build.image_facts import ReleasedImage, ToolkitOfImage
from smlint.catalog_build.sdk_config import Json, Object, is_config

PURPOSES = {
    "hosting": "ProductionVariantInstanceType",
    "training": "TrainingInstanceType",
    "transform": "TransformInstanceType",
    "processing": "ProcessingInstanceType",
    "notebook": "InstanceType",
    "cluster": "ClusterInstanceType",
}
"""The purposes of instances, and the enumerations in botocore's SageMaker service model that list their types."""

PRICED = ("hosting", "processing", "transform", "cluster")
"""The purposes for which cfn-lint has the Regions of the price list."""


def provenance(path: Path, license: str, gives: str, date: str, lists: str = "") -> Object:
    """Describe a source: name and version (from the file name of a wheel), date, SHA-256 of the file, license, and what it provides.

    `lists` names the lists of the catalog (`Catalog.date_of`) that are only as new as this source, separated by blanks.
    """
    wheel = re.match(r"([A-Za-z0-9_]+)-([0-9][^-]*)-", path.name) if path.suffix == ".whl" else None
    entry: Object = {"name": wheel[1].replace("_", "-") if wheel else path.name}
    if wheel:
        entry["version"] = wheel[2]
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return entry | {"date": date, "sha256": sha256, "license": license, "lists": lists, "gives": gives}


def wheel_date(path: Path) -> str:
    """Return the ISO date of the newest file in a wheel. Builds that give every file the same old date do not occur among the sources."""
    with zipfile.ZipFile(path) as archive:
        year, month, day = max(entry.date_time for entry in archive.infolist())[:3]
    return f"{year:04}-{month:02}-{day:02}"


def archive_date(path: Path) -> str:
    """Return the ISO date of the newest file in a tar archive; `git archive` gives every file the date of the commit."""
    with tarfile.open(path) as tar:
        newest = max(member.mtime for member in tar)
    return datetime.datetime.fromtimestamp(newest, datetime.UTC).date().isoformat()


def ledger_date(path: Path) -> str:
    """Return the ISO date of the clone that a ledger of releases was read from, in its first line: `# NAME COMMIT DATE`."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return file.readline().split()[-1]


def configurations_date(path: Path) -> str:
    """Return the ISO date of the clone that the build configurations were read from."""
    return str(json.loads(gzip.decompress(path.read_bytes()))["commit_date"])[:10]


def retrieval_date(path: Path) -> str:
    """Return the ISO date on which the published tags were last merged with the documents."""
    return str(json.loads(path.read_text(encoding="utf-8"))["retrieved"])


def review_date(path: Path) -> str:
    """Return the ISO date of the last review of a file of reviewed facts."""
    return str(tomllib.loads(path.read_text(encoding="utf-8"))["reviewed"])


def sdk_configs(wheel: Path) -> dict[str, Json]:
    """Return the image configurations of the SDK, by framework."""
    configs: dict[str, Json] = {}
    with zipfile.ZipFile(wheel) as archive:
        for name in sorted(archive.namelist()):
            if "/image_uri_config/" in name and name.endswith(".json"):
                config: Json = json.loads(archive.read(name))
                if is_config(config):
                    configs[Path(name).stem] = config
    return configs


class BotocoreData(NamedTuple):
    """Instance types by purpose; partitions as [id, Region pattern, DNS suffix]; Regions by partition."""

    instances: dict[str, list[str]]
    partitions: list[list[str]]
    regions: dict[str, list[str]]


def botocore(wheel: Path) -> BotocoreData:
    """Return the data of botocore that the catalog uses."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(n for n in archive.namelist() if re.fullmatch(r"botocore/data/sagemaker/[\d-]+/service-2\.json\.gz", n))
        shapes = json.loads(gzip.decompress(archive.read(name)))["shapes"]
        partitions = json.loads(archive.read("botocore/data/partitions.json"))["partitions"]
        endpoints = json.loads(archive.read("botocore/data/endpoints.json"))["partitions"]
    order = ["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc"]
    partitions.sort(key=lambda p: (order.index(p["id"]) if p["id"] in order else len(order), p["id"]))
    regions = {p["id"]: {r for r in p["regions"] if not r.endswith("-global")} for p in partitions}
    for partition in endpoints:
        regions.setdefault(partition["partition"], set()).update(partition["regions"])
    return BotocoreData(
        {purpose: sorted(shapes[shape]["enum"]) for purpose, shape in PURPOSES.items()},
        [[p["id"], p["regionRegex"], p["outputs"]["dnsSuffix"]] for p in partitions],
        {name: sorted(names) for name, names in regions.items()},
    )


def prices(wheel: Path) -> dict[str, dict[str, list[str]]]:
    """Return the instance types on the price list by purpose and Region, as bundled with cfn-lint."""
    types_by_purpose: dict[str, dict[str, list[str]]] = {}
    with zipfile.ZipFile(wheel) as archive:
        for purpose in PRICED:
            name = f"cfnlint/data/schemas/extensions/aws_sagemaker_{purpose}/instancetype_enum.json"
            table = json.loads(archive.read(name))
            types_by_purpose[purpose] = {
                region: sorted(schema["enum"]) for region, schema in sorted(table.items()) if isinstance(schema, dict)
            }
    return types_by_purpose


def prices_date(wheel: Path) -> str:
    """Return the ISO date of the price lists that are bundled with cfn-lint: that of their files in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        dates = [entry.date_time for entry in archive.infolist() if entry.filename.endswith("/instancetype_enum.json")]
    year, month, day = max(dates)[:3]
    return f"{year:04}-{month:02}-{day:02}"


def ec2_families(wheel: Path) -> list[str]:
    """Return all EC2 families. They distinguish a type that SageMaker never offered (`t4g`) from one that it may still add (`c9g`)."""
    with zipfile.ZipFile(wheel) as archive:
        types = json.loads(gzip.decompress(archive.read("moto/ec2/resources/instance_types.json.gz")))
    return sorted({name.split(".")[0] for name in types if re.match(r"[a-z]+\d", name)})


def published_tags(path: Path) -> dict[str, dict[str, list[str]]]:
    """Return the published tags of each repository, each with where it has been seen."""
    tables: dict[str, dict[str, list[str]]] = json.loads(path.read_text())["repositories"]
    return tables


def released_tags(path: Path) -> dict[str, set[str]]:
    """Return the tags of each repository that the ledger of releases proves: a table with one line for each release git tag.

    Git tags name neither CUDA nor operating system; the table has those of the release plan at that commit.
    """
    tables: dict[str, set[str]] = {}
    for release in releases(path):
        for image in release.images:
            repository, _, tag = image.partition(":")
            tables.setdefault(repository, set()).add(tag)
    return tables


def releases(path: Path) -> list[ReleasedImage]:
    """Return the lines of the ledger of releases."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE)
        return [ReleasedImage(row["commit_date"], row["revision"], tuple(row["image_tags"].split())) for row in rows]


def toolkits(path: Path) -> list[ToolkitOfImage]:
    """Return the toolkits that the documents and build configurations of images state."""
    images = json.loads(gzip.decompress(path.read_bytes()))["images"]
    return [ToolkitOfImage(image["repository"], image["cuda"], tuple(image["tags"])) for image in images if image.get("cuda")]


def configured_tags(path: Path) -> dict[str, set[str]]:
    """Return the tags of each repository that the build configurations of production images name."""
    tables: dict[str, set[str]] = {}
    for image in json.loads(gzip.decompress(path.read_bytes()))["images"]:
        if image.get("environment") == "production":
            tables.setdefault(image["repository"], set()).update(image["tags"])
    return tables


def commit(archive: Path) -> str:
    """Return the commit that `git archive` wrote into the header of an archive; empty for an archive from another tool."""
    with tarfile.open(archive) as tar:
        return tar.pax_headers.get("comment", "")


def documents(archive: Path) -> DlcDocuments:
    """Read the Deep Learning Containers documents in an archive."""
    with tarfile.open(archive) as tar:
        members = [member for member in sorted(tar.getmembers(), key=lambda m: m.name) if member.isfile() and member.name.endswith(".yml")]
        files = [(member.name, file.read()) for member in members if (file := tar.extractfile(member)) is not None]
    return dlc_documents.documents(files)


def documented_accounts(archive: Path) -> list[dict[str, str]]:
    """Return the account by Region of each registry in the document `region_availability.md`: one table for each."""
    tables: list[dict[str, str]] = []
    with tarfile.open(archive) as tar:
        for member in sorted(tar.getmembers(), key=lambda m: m.name):
            file = tar.extractfile(member) if Path(member.name).name == "region_availability.md" else None
            for line in file.read().decode().splitlines() if file is not None else ():
                if line.startswith("#"):
                    tables.append({})
                elif row := re.fullmatch(r"\|[^|]*\| ([a-z0-9-]+) \| (\d{12}) \|", line):
                    tables[-1][row[1]] = row[2]
    return [table for table in tables if table]


def overrides(path: Path) -> CatalogOverrides:
    """Read the reviewed exceptions. The file explains each table."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return CatalogOverrides(
        scopes={name: tuple(scopes) for name, scopes in table["scopes"].items()},
        accounts_like=table["accounts_like"],
        moved={name: (row["version"], row["before"]) for name, row in table["moved"].items()},
        drop={name: tuple(tags) for name, tags in table["drop"].items()},
        drop_unpublished=tuple(table["drop_unpublished"]["repositories"]),
        drop_unpublished_aliases=tuple(table["drop_unpublished"]["aliases"]),
        add={name: tuple(tags) for name, tags in table["add"].items()},
        unsupported_below=table["unsupported_below"],
        unsupported=table["unsupported"],
        needs_gpu=tuple(table["needs_gpu"]["repositories"]),
        registries={name: (tuple(row["repositories"]), row["accounts"]) for name, row in table["registries"].items()},
        open_tags=tuple(table["open_tags"]["repositories"]),
        gallery={alias: tuple(names) for alias, names in table["gallery"].items()},
        owners={registry: owner for owner, registries in table["owners"].items() for registry in registries},
        legacy_repositories={name: tuple(rows) for name, rows in table["legacy_repositories"].items()},
    )

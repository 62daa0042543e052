"""Readers of the catalogue's sources, each given as a file. Nothing is downloaded and nothing of them is imported."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
import tarfile
import tomllib
import zipfile
from pathlib import Path
from typing import NamedTuple

from smlint.catalog_build.build import Document, Overrides
from smlint.catalog_build.sdk_config import Json, Object, is_config

PURPOSES = {
    "hosting": "ProductionVariantInstanceType",
    "training": "TrainingInstanceType",
    "transform": "TransformInstanceType",
    "processing": "ProcessingInstanceType",
    "notebook": "InstanceType",
    "cluster": "ClusterInstanceType",
}
"""What an instance is for, and the enumeration of botocore's SageMaker service model that lists its types."""

PRICED = ("hosting", "processing", "transform", "cluster")
"""The uses for which cfn-lint has the price list's Regions."""


def provenance(path: Path, licence: str, gives: str) -> Object:
    """One source: name and version (from a wheel's file name), sha256 of the file, licence, and what it gives."""
    wheel = re.match(r"([A-Za-z0-9_]+)-([0-9][^-]*)-", path.name) if path.suffix == ".whl" else None
    entry: Object = {"name": wheel[1].replace("_", "-") if wheel else path.name}
    if wheel:
        entry["version"] = wheel[2]
    return entry | {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "licence": licence, "gives": gives}


def sdk_configs(wheel: Path) -> dict[str, Json]:
    """The image configurations of the SDK, by framework."""
    found: dict[str, Json] = {}
    with zipfile.ZipFile(wheel) as archive:
        for name in sorted(archive.namelist()):
            if "/image_uri_config/" in name and name.endswith(".json"):
                config: Json = json.loads(archive.read(name))
                if is_config(config):
                    found[Path(name).stem] = config
    return found


class Botocore(NamedTuple):
    """Instance types by purpose; partitions as [id, Region pattern, DNS suffix]; Regions by partition."""

    instances: dict[str, list[str]]
    partitions: list[list[str]]
    regions: dict[str, list[str]]


def botocore(wheel: Path) -> Botocore:
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
    return Botocore(
        {purpose: sorted(shapes[shape]["enum"]) for purpose, shape in PURPOSES.items()},
        [[p["id"], p["regionRegex"], p["outputs"]["dnsSuffix"]] for p in partitions],
        {name: sorted(found) for name, found in regions.items()},
    )


def prices(wheel: Path) -> dict[str, dict[str, list[str]]]:
    """By purpose and Region, the instance types that the price list has there (as cfn-lint took it over)."""
    found: dict[str, dict[str, list[str]]] = {}
    with zipfile.ZipFile(wheel) as archive:
        for purpose in PRICED:
            name = f"cfnlint/data/schemas/extensions/aws_sagemaker_{purpose}/instancetype_enum.json"
            table = json.loads(archive.read(name))
            found[purpose] = {
                region: sorted(schema["enum"]) for region, schema in sorted(table.items()) if isinstance(schema, dict)
            }
    return found


def ec2_families(wheel: Path) -> list[str]:
    """All families of EC2, to tell a type that SageMaker never took over (`t4g`) from one that is yet to come (`c9g`)."""
    with zipfile.ZipFile(wheel) as archive:
        types = json.loads(gzip.decompress(archive.read("moto/ec2/resources/instance_types.json.gz")))
    return sorted({name.split(".")[0] for name in types if re.match(r"[a-z]+\d", name)})


def published_tags(path: Path) -> dict[str, list[str]]:
    """The tags of each repository that have been seen published."""
    return {repository: sorted(tags) for repository, tags in json.loads(path.read_text())["repositories"].items()}


def commit(archive: Path) -> str:
    """The commit that `git archive` packed; it writes that into the archive's head. Empty for an archive of other origin."""
    with tarfile.open(archive) as tar:
        return tar.pax_headers.get("comment", "")


class Documents(NamedTuple):
    images: list[Document]
    legacy: dict[str, dict[str, tuple[str, str]]]


def documents(archive: Path) -> Documents:
    """The Deep Learning Containers documents: every image, and the dates of older versions."""
    from ruamel.yaml import YAML

    yaml = YAML(typ="safe", pure=True)
    images: list[Document] = []
    legacy: dict[str, dict[str, tuple[str, str]]] = {}
    with tarfile.open(archive) as tar:
        for member in sorted(tar.getmembers(), key=lambda m: m.name):
            path = Path(member.name)
            file = tar.extractfile(member) if path.suffix == ".yml" else None
            if file is None or "template" in path.parts:
                continue
            if path.name == "legacy_support.yml":
                for stem, rows in yaml.load(io.BytesIO(file.read())).items():
                    legacy[stem] = {str(row["version"]): (str(row["ga"]), str(row["eop"])) for row in rows}
            elif path.parent.parent.name == "data":
                data = yaml.load(io.BytesIO(file.read()))
                images.append(
                    Document(
                        str(data.get("ecr_repository", path.parent.name)),
                        str(data["version"]),
                        str(data["platform"]),
                        str(data["ga"]) if data.get("ga") else None,
                        str(data["eop"]) if data.get("eop") else None,
                        tuple(str(tag) for tag in data["tags"]),
                    )
                )
    return Documents(images, legacy)


def overrides(path: Path) -> Overrides:
    """The reviewed hand-made facts; the file explains each table."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return Overrides(
        scopes={name: tuple(scopes) for name, scopes in table["scopes"].items()},
        accounts_like=table["accounts_like"],
        moved={name: (row["version"], row["before"]) for name, row in table["moved"].items()},
        drop={name: tuple(tags) for name, tags in table["drop"].items()},
        drop_unpublished=tuple(table["drop_unpublished"]["repositories"]),
        drop_unpublished_aliases=tuple(table["drop_unpublished"]["aliases"]),
        add={name: tuple(tags) for name, tags in table["add"].items()},
        unsupported_below=table["unsupported_below"],
        legacy_repositories={name: tuple(rows) for name, rows in table["legacy_repositories"].items()},
    )

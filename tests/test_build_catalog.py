"""The catalog build, with small sources in their real formats."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import zipfile
from pathlib import Path
from typing import get_args

import pytest

from smlint.catalog_build.build import DocumentedImage, platform_conflicts
from smlint.catalog_build.full_versions import documented_full_versions
from smlint.catalog_build.sdk_config import accounts_of, condense, is_config, mask
from smlint.catalog_build.sdk_tags import sdk_tags
from smlint.images.catalog import Catalog, ListName
from smlint.images.drivers import DriverTable, MachineImage
from smlint.images.regions import in_mask
from smlint.runtime.errors import SmlintError
from tools import build_catalog, hardware, merge_tags

REGISTRIES = {"us-west-2": "763104351884", "eu-south-1": "692866216735"}
PYTORCH = {
    "inference": {
        "processors": ["cpu", "gpu"],
        "version_aliases": {"2.6": "2.6.0"},
        "versions": {
            "2.5.1": {"py_versions": ["py311"], "registries": {"us-west-2": "763104351884"}, "repository": "pytorch-inference"},
            "2.6.0": {"py_versions": ["py312"], "registries": REGISTRIES, "repository": "pytorch-inference"},
        },
    }
}
DOCUMENT = """\
framework: PyTorch
version: "2.6"
accelerator: gpu
platform: sagemaker
ga: "2025-01-29"
eop: "2026-06-30"
tags:
  - "2.6.0-gpu-py312-cu124-ubuntu22.04-sagemaker"
"""

EC2 = {
    "c6g.xlarge": {"VCpuInfo": {"DefaultVCpus": 4}, "MemoryInfo": {"SizeInMiB": 8192}},
    "g9.xlarge": {
        "VCpuInfo": {"DefaultVCpus": 4},
        "MemoryInfo": {"SizeInMiB": 15872},
        "GpuInfo": {"Gpus": [{"Name": "T4", "Manufacturer": "NVIDIA", "Count": 1, "MemoryInfo": {"SizeInMiB": 22888}}]},
    },
    "g9.large": {
        "VCpuInfo": {"DefaultVCpus": 2},
        "MemoryInfo": {"SizeInMiB": 8192},
        "GpuInfo": {"Gpus": [{"Name": "T4", "Manufacturer": "NVIDIA", "Count": 0, "MemoryInfo": {"SizeInMiB": 2861}}]},
    },
    "trn2.3xlarge": {
        "VCpuInfo": {"DefaultVCpus": 12},
        "MemoryInfo": {"SizeInMiB": 131072},
        "NeuronInfo": {"NeuronDevices": [{"Name": "Trainium2", "Count": 1, "CoreInfo": {"Count": 8, "Version": 3}, "MemoryInfo": {"SizeInMiB": 524288}}]},
    },
    "t4g.nano": {},
    "mac-m4.metal": {},
}


def wheel(path: Path, files: dict[str, bytes], day: int) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2027, 1, day, 0, 0, 0)), content)
    return path


@pytest.fixture
def inputs(tmp_path: Path) -> list[str]:
    """Return the command line for a set of small sources."""
    sdk = wheel(
        tmp_path / "sagemaker_core-9.9.9-py3-none-any.whl",
        {
            "sagemaker/core/image_uri_config/pytorch.json": json.dumps(PYTORCH).encode(),
            "sagemaker/core/image_uri_config/instance_gpu_info.json": b'{"us-west-2": {}}',
            "sagemaker/core/image_uris.py": b"raise SystemExit('never imported')",
        },
        day=10,
    )
    shapes = {
        shape: {"enum": ["ml.m5.xlarge", "ml.c6g.xlarge", "ml.g9.large", "ml.g9.xlarge", "ml.trn2.3xlarge"]}
        for shape in ["ProductionVariantInstanceType", "TrainingInstanceType", "TransformInstanceType", "ProcessingInstanceType", "InstanceType", "ClusterInstanceType"]
    }
    partitions = [{"id": "aws", "regionRegex": "^(us|eu)\\-\\w+\\-\\d+$", "outputs": {"dnsSuffix": "amazonaws.com"}, "regions": {"us-west-2": {}, "aws-global": {}}}]
    botocore = wheel(
        tmp_path / "botocore-9.9.9-py3-none-any.whl",
        {
            "botocore/data/sagemaker/2017-07-24/service-2.json.gz": gzip.compress(json.dumps({"shapes": shapes}).encode()),
            "botocore/data/partitions.json": json.dumps({"partitions": partitions}).encode(),
            "botocore/data/endpoints.json": json.dumps({"partitions": [{"partition": "aws", "regions": {"eu-south-1": {}}}]}).encode(),
        },
        day=20,
    )
    priced = json.dumps({"description": "text", "us-west-2": {"enum": ["ml.m5.xlarge"]}, "eu-south-1": {"enum": ["ml.m5.xlarge", "ml.c6g.xlarge"]}})
    cfn_lint = wheel(
        tmp_path / "cfn_lint-9.9.9-py3-none-any.whl",
        {
            f"cfnlint/data/schemas/extensions/aws_sagemaker_{purpose}/instancetype_enum.json": priced.encode()
            for purpose in ("hosting", "processing", "transform", "cluster")
        },
        day=22,
    )
    moto = wheel(
        tmp_path / "moto-9.9.9-py3-none-any.whl",
        {"moto/ec2/resources/instance_types.json.gz": gzip.compress(json.dumps(EC2).encode())},
        day=21,
    )
    tags = tmp_path / "published_tags.json"
    tags.write_text(json.dumps({"retrieved": "2027-02-06", "repositories": {"pytorch-inference": {"2.4.0-cpu-py311": ["docs-hist"], "2.7.1-cpu-py312-ubuntu22.04-sagemaker": ["release"], "22.": ["avail"]}}}))
    releases = tmp_path / "releases.tsv.gz"
    releases.write_bytes(gzip.compress(b"# aws/deep-learning-containers 0123abc 2027-02-05\ngit_tag\tcommit_date\trevision\timage_tags\nv1.0\t2024-11-11\t1.0\tpytorch-inference:2.5.1-cpu-py311-ubuntu22.04-sagemaker\n"))
    configurations = tmp_path / "configurations.json.gz"
    images = [
        {"repository": "pytorch-inference", "tags": ["2.6-cpu"], "environment": "production"},
        {"repository": "pytorch-inference", "tags": ["2.9-cpu"], "environment": "gamma"},
    ]
    configurations.write_bytes(gzip.compress(json.dumps({"commit_date": "2027-02-04T10:00:00-07:00", "images": images}).encode()))
    docs = tmp_path / "dlc-docs.tar.gz"
    with tarfile.open(docs, "w:gz") as tar:
        for name, content in {
            "docs/src/data/pytorch-inference/2.6-gpu-sagemaker.yml": DOCUMENT,
            "docs/src/data/template/image-template.yml": DOCUMENT.replace("2.6.0", "0.0.0"),
            "docs/src/legacy/legacy_support.yml": 'pytorch:\n  - {version: "2.5", ga: "2024-10-29", eop: "2025-10-29"}\n',
        }.items():
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(content), 1_801_000_000  # 2027-01-26
            tar.addfile(info, io.BytesIO(content.encode()))
    overrides = tmp_path / "overrides.toml"
    overrides.write_text(
        'reviewed = "2020-01-01"\n'
        "[scopes]\n[accounts_like]\n[moved]\n[add]\n[drop]\n[drop_unpublished]\nrepositories = []\naliases = []\n"
        '[unsupported_below]\npytorch = "1.13"\n[needs_gpu]\nrepositories = []\n[unsupported]\n[gallery]\n[owners]\n[open_tags]\nrepositories = []\n'
        '[registries.new]\nrepositories = ["new-repository"]\naccounts = { us-west-2 = "444455556666" }\n[legacy_repositories]\npytorch = ["pytorch-inference"]\n'
    )
    return [
        f"--sagemaker-core={sdk}", f"--botocore={botocore}", f"--cfn-lint={cfn_lint}", f"--moto={moto}", f"--published-tags={tags}",
        f"--dlc-docs={docs}", f"--releases={releases}", f"--build-configurations={configurations}", f"--overrides={overrides}",
    ]  # fmt: skip


def build(inputs: list[str], folder: Path) -> dict[str, bytes]:
    folder.mkdir()
    assert build_catalog.main([*inputs, f"--output={folder}"]) == 0
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_same_inputs_give_the_same_bytes(inputs: list[str], tmp_path: Path):
    first = build(inputs, tmp_path / "one")
    assert first == build(inputs, tmp_path / "two")
    assert set(first) == set(build_catalog.LIMITS)


def test_the_catalog_has_the_facts_of_the_sources(inputs: list[str], tmp_path: Path):
    files = {name: json.loads(content) for name, content in build(inputs, tmp_path / "out").items()}
    data = files["catalog.json"]
    entry = data["repositories"]["pytorch-inference"]
    assert entry["scopes"] == ["inference"]
    assert sorted(tag for tags in entry["given"].values() for tag in tags) == [
        "2.5.1-cpu-py311", "2.5.1-gpu-py311", "2.6-cpu-py312", "2.6-gpu-py312", "2.6.0-cpu-py312", "2.6.0-gpu-py312",
    ]  # fmt: skip
    assert dict(zip(entry["published"], entry["evidence"], strict=True)) == {
        "2.4.0-cpu-py311": "w",
        "2.5.1-cpu-py311-ubuntu22.04-sagemaker": "r",
        "2.6-cpu": "c",
        "2.6.0-gpu-py312-cu124-ubuntu22.04-sagemaker": "d",
    }
    assert entry["patterns"] == ["22."]
    assert entry["full"] == {"2.6": "2.6.0"}
    assert Catalog(data).contents_of("pytorch-inference", "2.6", ()) == ("2.6.0", ())
    assert Catalog(data).contents_of("pytorch-inference", "2.7", ()) == ("2.7", ())
    assert data["accounts"] == [REGISTRIES, {"us-west-2": "444455556666"}]
    assert data["repositories"]["new-repository"] == {"accounts": 1, "regions": "2", "scopes": [], "unlisted": True, "frameworks": []}
    assert data["support"] == {"pytorch-inference": {"2.5": ["2024-10-29", "2025-10-29"], "2.6": ["2025-01-29", "2026-06-30"]}}
    assert data["unsupported_below"] == {"pytorch-inference": "1.13"}
    assert data["regions"] == {"aws": "eu-south-1 us-west-2"}
    source = data["provenance"][0]
    assert (source["name"], source["version"], len(source["sha256"])) == ("sagemaker-core", "9.9.9", 64)
    instances = files["instances.json"]
    assert instances["prices"]["hosting"] == {"regions": "eu-south-1 us-west-2", "types": {"ml.c6g.xlarge": "1", "ml.m5.xlarge": "3"}}
    assert instances["ec2_families"] == "c6g g9 t4g trn2"
    catalog = Catalog(data)
    regions = {r.tag: sorted(r.regions) for r in catalog.releases_of("pytorch-inference")}
    assert regions["2.5.1-cpu-py311"] == ["us-west-2"]
    assert regions["2.6.0-gpu-py312-cu124-ubuntu22.04-sagemaker"] == ["eu-south-1", "us-west-2"]


def test_hardware_comes_from_ec2_and_from_reviewed_facts(inputs: list[str], tmp_path: Path):
    section = json.loads(build(inputs, tmp_path / "out")["hardware.json"])
    families = section["families"]
    assert families["c6g"] == {"sizes": {"xlarge": [4, 8]}}
    assert families["g9"] == {"accelerator": "T4", "maker": "NVIDIA", "memory": 22.4, "sizes": {"xlarge": [4, 15.5, 1]}}  # not the part of a GPU
    assert families["trn2"] == {"accelerator": "Trainium2", "maker": "AWS", "memory": 96, "cores": 8, "core_version": 3, "sizes": {"3xlarge": [12, 128, 1]}}
    assert families["p2"]["source"] == "families"
    assert "m5" not in families
    assert section["sources"]["ec2"] == "moto-9.9.9, ec2/resources/instance_types.json.gz (2027-01-21)"


def test_a_new_machine_image_is_listed_without_its_driver(inputs: list[str], tmp_path: Path):
    reviewed = build_catalog.ROOT / "tools" / "hardware.toml"
    moto = next(Path(value.partition("=")[2]) for value in inputs if value.startswith("--moto"))
    section = hardware.drivers(hardware.hardware(moto, reviewed, []), reviewed, ["al2-ami-sagemaker-inference-gpu-2", "al9-ami-sagemaker-inference-gpu-9-1"])
    amis = DriverTable(section).inference_amis
    assert [ami for ami in amis if ami.driver is None] == [MachineImage("al9-ami-sagemaker-inference-gpu-9-1", None, None, None)]


def test_a_gpu_without_compute_capability_stops_the_build(tmp_path: Path):
    unknown = json.dumps({"g9.xlarge": {**EC2["g9.xlarge"], "GpuInfo": {"Gpus": [{"Name": "T9", "Manufacturer": "NVIDIA", "Count": 1, "MemoryInfo": {"SizeInMiB": 1024}}]}}})
    moto = wheel(tmp_path / "moto-9.9.9-py3-none-any.whl", {"moto/ec2/resources/instance_types.json.gz": gzip.compress(unknown.encode())}, day=1)
    with pytest.raises(SystemExit, match="lacks the compute capability of T9"):
        hardware.hardware(moto, build_catalog.ROOT / "tools" / "hardware.toml", ["ml.g9.xlarge"])


def test_a_short_version_means_the_full_one_in_the_same_document():
    documents = [
        ("vllm", ("0.15.1-gpu-py312", "0.15-gpu-py312")),
        ("vllm", ("0.14.0-gpu-py312", "0.14-gpu-py312")),
        ("vllm", ("0.14.1-gpu-py312", "0.14-gpu-py312")),
        ("vllm", ("0.13-gpu-py312",)),
    ]
    assert documented_full_versions(documents) == {"vllm": {"0.15": "0.15.1"}}


def test_documents_that_contradict_the_rules_stop_the_build():
    wrong = DocumentedImage(
        repository="pytorch", version="2.11", platform="sagemaker", available=None, end_of_patch=None, tags=("2.11-cpu-amzn2023",)
    )
    assert platform_conflicts([wrong]) == ["pytorch:2.11-cpu-amzn2023 is for sagemaker"]
    assert platform_conflicts([wrong._replace(platform="ec2")]) == []
    assert platform_conflicts([wrong._replace(platform="default")]) == []


def test_every_source_has_its_date_and_the_oldest_list_dates_the_catalog(inputs: list[str], tmp_path: Path):
    data = json.loads(build(inputs, tmp_path / "out")["catalog.json"])
    reviewed = ("hardware.toml", "image_facts.toml")
    assert {source["name"]: source["date"] for source in data["provenance"] if source["name"] not in reviewed} == {
        "sagemaker-core": "2027-01-10",
        "botocore": "2027-01-20",
        "cfn-lint": "2027-01-22",
        "moto": "2027-01-21",
        "published_tags.json": "2027-02-06",
        "dlc-docs.tar.gz": "2027-01-26",
        "releases.tsv.gz": "2027-02-05",
        "configurations.json.gz": "2027-02-04",
        "overrides.toml": "2020-01-01",  # exceptions make no list complete
    }
    assert data["as_of"] == "2027-01-10"
    catalog = Catalog(data)
    lists = {name: catalog.date_of(name) for name in get_args(ListName)}
    assert lists == {"images": "2027-01-10", "accounts": "2027-01-10", "instances": "2027-01-20", "prices": "2027-01-22", "support": "2027-01-26"}
    assert Catalog(data | {"provenance": [{"name": "by hand"}]}).date_of("prices") == "2027-01-10"


def test_two_accounts_for_one_repository_are_refused():
    other = json.loads(json.dumps(PYTORCH))
    other["inference"]["versions"]["2.6.0"]["registries"]["us-west-2"] = "111111111111"
    with pytest.raises(SmlintError, match="two accounts for pytorch-inference in us-west-2"):
        accounts_of({"a": PYTORCH, "b": other})


def test_a_condensed_configuration_keeps_everything():
    section = condense({"pytorch": PYTORCH})
    assert section["newest"] == {"pytorch": {"inference": "2.6.0"}}
    every = str(section["regions"]).split()
    sets = section["region_sets"]
    assert isinstance(sets, list)
    assert sorted(in_mask(str(number), every) for number in sets) == [["eu-south-1", "us-west-2"], ["us-west-2"]]
    assert {(item.tag, item.is_alias) for item in sdk_tags(section) if item.version == "2.6"} == {("2.6-cpu-py312", True), ("2.6-gpu-py312", True)}


def test_files_without_versions_are_not_configurations():
    assert is_config(PYTORCH)
    assert is_config({"versions": {}})
    assert not is_config({"us-west-2": {"ml.g5.xlarge": {}}})
    assert not is_config([])
    assert not is_config(None)


def test_a_mask_can_be_reversed():
    every = [f"region-{number}" for number in range(60)]
    chosen = ["region-0", "region-33", "region-59"]
    assert in_mask(mask(chosen, every), every) == chosen
    assert mask([], every) == "0"


def test_merging_tags_drops_none(inputs: list[str], tmp_path: Path):
    docs = next(value.partition("=")[2] for value in inputs if value.startswith("--dlc-docs"))
    previous, output = tmp_path / "previous.json", tmp_path / "merged.json"
    previous.write_text(json.dumps({"about": "x", "retrieved": "2020-01-01", "repositories": {"pytorch-inference": {"1.0": ["avail"]}}}))
    assert merge_tags.main([f"--dlc-docs={docs}", f"--previous={previous}", f"--output={output}", "--as-of=2027-01-02"]) == 0
    assert json.loads(output.read_text()) == {
        "about": "x",
        "retrieved": "2027-01-02",
        "repositories": {"pytorch-inference": {"1.0": ["avail"], "2.6.0-gpu-py312-cu124-ubuntu22.04-sagemaker": ["docs"]}},
    }

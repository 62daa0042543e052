"""Facts about images that their tags do not name."""

from __future__ import annotations

import csv
import gzip
import json

import pytest

from smlint import parse_image
from smlint.catalog_build.image_facts import ReleasedImage, ToolkitOfImage, release_dates
from smlint.catalog_build.image_facts import image_facts as build
from smlint.images.catalog import load_catalog
from smlint.images.image_facts import ImageFacts, cuda_of, image_facts
from smlint.images.tags import parse_tag
from tests.conftest import ROOT

CATALOG = load_catalog()
US = "763104351884.dkr.ecr.us-west-2.amazonaws.com"
ALGORITHMS = "246618743249.dkr.ecr.us-west-2.amazonaws.com"
TRITON = "007439368137.dkr.ecr.us-west-2.amazonaws.com/sagemaker-tritonserver"


def facts(image: str) -> ImageFacts:
    return image_facts(CATALOG, parse_image(image if ".dkr." in image else f"{US}/{image}"))


@pytest.mark.parametrize(
    ("image", "cuda"),
    [
        pytest.param("pytorch-inference:2.6.0-gpu-py312-cu124-ubuntu22.04-sagemaker", "12.4", id="in the tag"),
        pytest.param("pytorch-inference:2.6.0-gpu-py312", "12.4", id="short form"),
        pytest.param("pytorch-inference:2.6-gpu-py312", "12.4", id="short version"),
        pytest.param("vllm:server-sagemaker-cuda-v2", "13.0", id="vLLM"),
        pytest.param("vllm:0.15.1-gpu-py312-soci", "12.9", id="with an index"),
        pytest.param("ray:serve-ml-sagemaker-cuda-v1", "12.9", id="Ray"),
        pytest.param("tei:2.0.1-tei1.9.3-gpu-py310-cu129-ubuntu24.04", "12.9", id="TEI"),
        pytest.param(f"{TRITON}:25.09-py3", "13.0", id="Triton"),
        pytest.param(f"{TRITON}:25.09-py3-cpu", None, id="Triton on CPUs"),
        pytest.param(f"{TRITON}:24.01-py3", None, id="Triton whose sources contradict each other"),
        pytest.param("sglang:0.5-gpu-py312", None, id="two documents contradict each other"),
        pytest.param("pytorch-inference:2.6.0-cpu-py312", None, id="no CUDA"),
        pytest.param("pytorch-inference:9.9.9-gpu-py312", None, id="an unknown version"),
        pytest.param("111111111111.dkr.ecr.us-west-2.amazonaws.com/vllm:server-sagemaker-cuda-v2", None, id="a mirror"),
        pytest.param("docker.io/vllm:server-sagemaker-cuda-v2", None, id="outside ECR"),
    ],
)
def test_the_cuda_of_an_image(image: str, cuda: str | None):
    assert facts(image).cuda == cuda


def test_the_cuda_in_a_tag_is_right_for_every_documented_image():
    images = json.loads(gzip.decompress((ROOT / "fixtures/dlc_images.json.gz").read_bytes()))["images"]
    stated: dict[str, set[str]] = {}
    for image in images:
        for tag in image["tags"] if "cuda" in image else ():
            stated.setdefault(f"{image['repository']}:{tag}", set()).add(image["cuda"])
    found = {image: cuda_of(CATALOG, parse_image(f"{US}/{image}")) for image in stated if image.partition(":")[0] in CATALOG.repositories}
    wrong = {
        image: (cuda, stated[image])
        for image, cuda in found.items()
        if len(stated[image]) == 1 and f"cu{(cuda or '').replace('.', '')}" not in stated[image]
    }
    assert len(found) > 300
    assert wrong == {}


def test_a_tag_that_later_builds_share_may_change_its_cuda():
    assert facts("vllm:server-sagemaker-cuda-v2").cuda_may_change
    assert not facts("pytorch-inference:2.6.0-gpu-py312").cuda_may_change
    assert not facts("vllm:0.15.1-gpu-py312").cuda_may_change


@pytest.mark.parametrize(
    ("image", "multi_model", "bind_to_port"),
    [
        pytest.param("pytorch-inference:2.6.0-gpu-py312", True, True, id="PyTorch on GPUs"),
        pytest.param("pytorch-inference:1.13.1-gpu-py39", False, True, id="PyTorch 1 on GPUs"),
        pytest.param("pytorch-inference:1.13.1-cpu-py39", True, True, id="PyTorch 1 on CPUs"),
        pytest.param("pytorch-inference:1.8.1-cpu-py36-ubuntu18.04", None, None, id="a version without a Dockerfile"),
        pytest.param("tensorflow-inference:2.16.1-gpu-py310-cu122-ubuntu20.04-sagemaker", False, True, id="TensorFlow on GPUs"),
        pytest.param("huggingface-pytorch-inference:2.6.0-transformers4.49.0-gpu-py312-cu124-ubuntu22.04", True, True, id="the version of the framework"),
        pytest.param("pytorch-inference-neuronx:1.13.1-neuronx-py310-sdk2.18.0-ubuntu20.04", False, True, id="Neuron"),
        pytest.param("ray:serve-ml-sagemaker-cpu-v1", False, True, id="Ray"),
        pytest.param("vllm:server-sagemaker-cuda-v2", False, False, id="vLLM"),
        pytest.param("djl-inference:0.21.0-deepspeed0.8.3-cu117", None, False, id="DJL before 0.22"),
        pytest.param("djl-inference:0.33.0-lmi15.0.0-cu128", None, None, id="DJL"),
        pytest.param(f"{ALGORITHMS}/sagemaker-xgboost:3.0-5", True, True, id="XGBoost"),
        pytest.param(f"{TRITON}:25.09-py3", True, None, id="Triton"),
        pytest.param("pytorch-training:2.6.0-gpu-py312", None, None, id="training"),
    ],
)
def test_the_labels_of_an_image(image: str, multi_model: bool | None, bind_to_port: bool | None):
    assert (facts(image).multi_model, facts(image).bind_to_port) == (multi_model, bind_to_port)


@pytest.mark.parametrize(
    ("image", "needs_gpu", "least"),
    [
        pytest.param("tei:2.0.1-tei1.9.3-gpu-py310-cu129-ubuntu24.04", True, "7.5", id="TEI"),
        pytest.param("tei:2.0.1-tei1.8.2-gpu-py310-cu122-ubuntu22.04", True, None, id="an earlier TEI"),
        pytest.param("tei-cpu:2.0.1-tei1.9.3-cpu-py310-ubuntu24.04", False, None, id="TEI for CPUs"),
        pytest.param("vllm:server-sagemaker-cuda-v2.4", True, "7.0", id="vLLM"),
        pytest.param("vllm:omni-sagemaker-cuda-v1", True, "7.5", id="vLLM-Omni"),
        pytest.param("sglang:server-sagemaker-cuda-v1", True, None, id="disputed"),
        pytest.param("pytorch-inference:2.6.0-gpu-py312", None, None, id="nobody knows"),
        pytest.param("pytorch-inference:2.6.0-cpu-py312", False, None, id="a CPU image"),
    ],
)
def test_the_gpu_that_an_image_needs(image: str, needs_gpu: bool | None, least: str | None):
    assert (facts(image).needs_gpu, facts(image).least_capability) == (needs_gpu, least)


@pytest.mark.parametrize(
    ("capability", "supported"),
    [("7.0", False), ("7.5", True), ("8.0", True), ("8.6", True), ("8.9", True), ("9.0", True), ("10.0", True), ("10.3", False), ("12.0", True)],
)
def test_a_list_of_compute_capabilities(capability: str, supported: bool):
    assert facts("tei:2.0.1-tei1.9.3-gpu-py310-cu129-ubuntu24.04").supports(capability) is supported


def test_a_list_without_end():
    image = facts("vllm:server-sagemaker-cuda-v2")
    assert [image.supports(capability) for capability in ("3.7", "7.0", "12.0")] == [False, True, True]
    assert facts("pytorch-inference:2.6.0-gpu-py312").supports("3.7") is None


def test_other_facts():
    neuron = facts("pytorch-inference-neuronx:1.13.1-neuronx-py310-sdk2.18.0-ubuntu20.04")
    assert (neuron.neuron_sdk, neuron.cuda) == ("2.18.0", None)
    assert facts("pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker")[-2:] == ("2025-02-17", "r")
    assert facts("pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker-v1.3").released == "2025-02-17"
    assert facts("433757028032.dkr.ecr.us-west-2.amazonaws.com/image-classification:1").training_hardware == "gpu"
    assert facts("pytorch-inference:${Tag}") == facts("alpine") == ImageFacts()


def test_release_dates_are_those_of_the_ledger():
    """Each date is the first one in the ledger. Few tags that are younger than the ledger have none: those that are one of two candidates."""
    dates: dict[str, list[str]] = {}
    with gzip.open(ROOT / "fixtures/dlc_release_tags.tsv.gz", "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE):
            for image in row["image_tags"].split():
                dates.setdefault(image, []).append(row["commit_date"])
    released = {
        f"{repository}:{tag}": date
        for repository, groups in CATALOG.section("releases")["released"].items()
        for date, tags in groups.items()
        for tag in tags.split()
    }
    assert {image: date for image, date in released.items() if date != min(dates[image])} == {}
    young = [image for image, known in dates.items() if min(known) >= "2022"]
    assert len([image for image in young if image not in released]) < len(young) / 100


ENTRIES = {
    "a": {
        "given": {"0": ["1.0.0-gpu-py3", "1.0.0-gpu-py3-cu121-ubuntu22.04"]},
        "published": ["2.0.0-gpu-py3", "2.0.0-gpu-py3-cu121", "2.0.0-gpu-py3-cu124"],
    }
}
REVIEWED = {"sources": {"cuda": "x", "labels": "x", "released": "x"}, "cuda": {"a": {"11.8": ["0.1-gpu"]}}, "labels": {}, "images": []}


class TestBuild:
    """The file is built from releases, documents and reviewed facts."""

    def test_cuda_is_known_only_without_contradiction(self):
        toolkits = [ToolkitOfImage("a", "cu130", ("3-gpu", "3-gpu-cu130")), ToolkitOfImage("a", "cu130", ("4-gpu",)), ToolkitOfImage("a", "cu129", ("4-gpu",))]
        section = build(ENTRIES, toolkits, REVIEWED)
        assert section["cuda"] == {"a": {"11.8": "0.1-gpu", "12.1": "1.0.0-gpu-py3", "13.0": "3-gpu"}}

    @pytest.mark.parametrize(
        ("releases", "expected"),
        [
            pytest.param([("2022-03-01", "1.1", "a:1-cpu"), ("2022-02-01", "1.0", "a:1-cpu a:1-gpu")], {"2022-02-01": "1-cpu 1-gpu"}, id="the first one"),
            pytest.param([("2020-06-01", "3.2", "a:1-cpu"), ("2021-06-01", "3.3", "a:1-cpu")], None, id="older than the ledger"),
            pytest.param([("2022-02-01", "1.0", "a:1-gpu-cu110 a:1-gpu-cu111"), ("2022-03-01", "1.1", "a:1-gpu-cu111")], None, id="one of two candidates"),
        ],
    )
    def test_the_first_release(self, releases: list[tuple[str, str, str]], expected: dict[str, str] | None):
        lines = [ReleasedImage(date, revision, tuple(images.split())) for date, revision, images in releases]
        section = release_dates(lines, REVIEWED)
        assert section["released"] == ({} if expected is None else {"a": expected})


def test_every_reviewed_fact_is_about_a_known_image():
    section = CATALOG.section("images")
    for row in section["images"]:
        assert row["source"]
        assert set(row) - {"repository", "tags", "source"}
    for repository, by_processor in section["labels"].items():
        assert repository in CATALOG.repositories
        for words in by_processor.values():
            versions = [version for group in words.values() for version in group.split()]
            assert len(versions) == len(set(versions))
            assert all(parse_tag(version).version == version for version in versions)

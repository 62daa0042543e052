"""Severity follows certainty: a finding is an error if two sources agree or a list is known to be complete, else a warning."""

from __future__ import annotations

import pytest

from smlint import lint
from smlint.catalog_build.build import documented_regions
from smlint.catalog_build.completeness import complete_versions
from smlint.images.catalog import load_catalog

CATALOG = load_catalog()
US = "763104351884.dkr.ecr.us-west-2.amazonaws.com"
LONG_FORMS = ["2.6.0-cpu-py312-ubuntu22.04-sagemaker", "2.6.0-gpu-py312-cu124-ubuntu22.04-sagemaker"]


def severities(rule: str, **fields: str) -> list[str]:
    """Return the severity of each finding of a rule about a native model."""
    body = ", ".join(f"{name}: '{value}'" for name, value in {"name": "a", "region": "us-west-2", **fields}.items())
    return [finding.severity for finding in lint(f"smlint: 1\nmodels:\n  - {{{body}}}\n", as_of="2023-06-01").findings if finding.rule == rule]


def test_a_version_is_complete_if_each_documented_long_tag_has_a_release():
    assert complete_versions("pytorch-inference", LONG_FORMS, LONG_FORMS) == ["2.6.0"]
    assert complete_versions("pytorch-inference", [*LONG_FORMS, "2.6.0-cpu-py312", "2.6.0-cpu-py312-ubuntu22.04-sagemaker-v1.3"], LONG_FORMS) == ["2.6.0"]
    assert complete_versions("pytorch-inference", LONG_FORMS, LONG_FORMS[:1]) == []
    assert complete_versions("pytorch-inference", LONG_FORMS[:1], LONG_FORMS) == []


def test_a_version_of_transformers_is_complete_with_its_base_framework():
    tags = [f"2.6.0-transformers4.49.0-{rest}" for rest in ("cpu-py312-ubuntu22.04", "gpu-py312-cu124-ubuntu22.04")]
    assert complete_versions("huggingface-pytorch-inference", tags, tags) == ["4.49.0 pytorch2.6.0 transformers4.49.0"]


@pytest.mark.parametrize(
    ("tag", "severity"),
    [
        pytest.param("2.6.0-cpu-py312-ubuntu20.04-sagemaker", "error", id="another system"),
        pytest.param("2.6.0-gpu-py312-cu121-ubuntu22.04-sagemaker", "error", id="another toolkit"),
        pytest.param("2.6.0-cpu-py311-ubuntu22.04-sagemaker", "error", id="another Python"),
        pytest.param("2.6.0-cpu-py311", "error", id="another Python, in short"),
        pytest.param("2.6-cpu-py311-ubuntu22.04-sagemaker", "error", id="a short version"),
        pytest.param("2.6.0-neuronx-py312-sdk2.20.2-ubuntu22.04", "error", id="another processor"),
        pytest.param("2.6.0-gpu-py312-cu124-ubuntu22.04", "warning", id="without the platform"),
        pytest.param("2.6.0-cpu-py312-ubuntu22.04-sagemaker-patched", "warning", id="a word that smlint does not understand"),
        pytest.param("2.6.2-cpu-py312-ubuntu22.04-sagemaker", "warning", id="a version without releases"),
    ],
)
def test_a_tag_that_contradicts_all_releases_of_its_version_is_an_error(tag: str, severity: str):
    assert severities("unknown-image-tag", image_uri=f"{US}/pytorch-inference:{tag}", instance_type="ml.m5.xlarge") == [severity]


def test_a_version_with_a_documented_tag_that_has_no_release_is_not_complete():
    """The ledger has no release of AutoGluon 1.3.1, which the documents have."""
    image = f"{US}/autogluon-training:1.3.1-cpu-py310-ubuntu22.04"
    assert severities("unknown-image-tag", image_uri=image, instance_type="ml.m5.xlarge", image_scope="training") == ["warning"]


def test_a_registry_that_the_documents_list_is_a_second_source():
    registries = [{"us-west-2": "763104351884", "eu-south-1": "692866216735"}, {"us-west-2": "246618743249"}]
    assert documented_regions([{"us-west-2": "763104351884", "eu-west-1": "763104351884"}], registries) == {"763104351884": ["eu-west-1", "us-west-2"]}
    with pytest.raises(ValueError, match="different accounts"):
        documented_regions([{"us-west-2": "111122223333"}], registries)


@pytest.mark.parametrize(
    ("repository", "region", "severity"),
    [
        pytest.param("683313688378/sagemaker-xgboost", "mx-central-1", "error", id="neither source has the Region"),
        pytest.param("763104351884/huggingface-pytorch-inference", "ap-southeast-5", "warning", id="the registry is there"),
        pytest.param("081189585635/sagemaker-geospatial-v1-0", "us-east-1", "warning", id="only the SDK lists the registry"),
    ],
)
def test_an_image_is_surely_unavailable_if_two_sources_say_so(repository: str, region: str, severity: str):
    account, _, name = repository.partition("/")
    tag = next((release.tag for release in CATALOG.releases_of(name)), "latest")
    found = severities("unavailable-region", image_uri=f"{account}.dkr.ecr.{region}.amazonaws.com/{name}:{tag}", region=region, instance_type="ml.m5.xlarge")
    assert found == [severity]


def test_a_declared_framework_is_surely_unavailable_if_two_sources_say_so():
    fields = {"framework": "xgboost", "framework_version": "1.7-1", "instance_type": "ml.m5.xlarge"}
    assert severities("unavailable-region", region="mx-central-1", **fields) == ["error"]


@pytest.mark.parametrize(
    ("fields", "severity"),
    [
        pytest.param({"instance_type": "ml.p3.2xlarge"}, "error", id="an endpoint"),
        pytest.param({"instance_type": "ml.p3.2xlarge", "image_scope": "training"}, "warning", id="training, which has no price list"),
    ],
)
def test_retired_hardware_is_an_error_if_no_price_list_has_it(fields: dict[str, str], severity: str):
    repository = "pytorch-training" if "image_scope" in fields else "pytorch-inference"
    assert severities("retired-hardware", image_uri=f"{US}/{repository}:1.12.1-gpu-py38", **fields) == [severity]


@pytest.mark.parametrize("image", ["huggingface-pytorch-tgi-inference:2.4.0-tgi3.0.1-gpu-py311-cu124-ubuntu22.04", "vllm:0.24.0-gpu-py312-cu130-ubuntu22.04-sagemaker"])
def test_a_gpu_server_without_a_cpu_variant_is_an_error_on_a_cpu(image: str):
    assert severities("image-processor-mismatch", image_uri=f"{US}/{image}", instance_type="ml.c5.4xlarge") == ["error"]


def test_no_repository_whose_images_need_a_gpu_has_a_cpu_image_of_the_same_framework():
    for repository in CATALOG.repositories:
        releases = CATALOG.releases_of(repository)
        gpu = {release.framework for release in releases if release.processor == "gpu" and release.repository in CATALOG.gpu_servers}
        assert not [release.tag for release in releases if release.processor == "cpu" and release.framework in gpu], repository

"""Manifests in which several rules check the same value."""

from __future__ import annotations

import pytest

from smlint.api import lint

US = "763104351884.dkr.ecr.us-west-2.amazonaws.com"
ALGORITHMS = "246618743249.dkr.ecr.us-west-2.amazonaws.com"


def native(**entries: str) -> str:
    return "smlint: 1\nmodels:\n  - name: a\n" + "".join(f"    {key}: {value}\n" for key, value in entries.items())


def messages(text: str, name: str = "models.yaml") -> dict[str, str]:
    """Return the message of each rule that reports a finding."""
    return {finding.rule: finding.message for finding in lint(text, name, as_of="2026-01-01").findings if finding.category != "support"}


@pytest.mark.parametrize("version", ["1.2-1", "1.2-2", "1.3-1", "1.5-1", "1.7-1"])
@pytest.mark.parametrize("instance", ["ml.m5.xlarge", "ml.g5.xlarge"])
def test_the_long_xgboost_tag_runs_on_both_processors(version: str, instance: str):
    assert messages(native(image_uri=f"{ALGORITHMS}/sagemaker-xgboost:{version}-cpu-py3", instance_type=instance)) == {}


@pytest.mark.parametrize(
    ("image", "framework", "declared", "rules"),
    [
        pytest.param("sagemaker-xgboost:1.2-1", "xgboost", "1.2.1", set(), id="a patch release and a container release"),
        pytest.param("sagemaker-xgboost:1.7-1", "xgboost", "1.7.4", set(), id="any patch release"),
        pytest.param("sagemaker-scikit-learn:0.23-1-cpu-py3", "sklearn", "0.23.2", set(), id="scikit-learn"),
        pytest.param("sagemaker-xgboost:1.2-1", "xgboost", "1.3", {"image-version-mismatch"}, id="a different version"),
        pytest.param("sagemaker-xgboost:1.2-1", "xgboost", "1.2-2", {"image-version-mismatch"}, id="a different container release"),
    ],
)
def test_a_declared_version_is_compared_with_the_container_release(image: str, framework: str, declared: str, rules: set[str]):
    text = native(framework=framework, framework_version=f'"{declared}"', image_uri=f"{ALGORITHMS}/{image}", instance_type="ml.m5.large")
    assert set(messages(text)) == rules


@pytest.mark.parametrize(("version", "rules"), [("2.5.1", set()), ("4.49.0", set()), ("2.4.0", {"image-version-mismatch"})])
def test_outside_native_manifests_a_version_may_be_that_of_any_library(version: str, rules: set[str]):
    text = (
        f'training:\n  framework: huggingface\n  framework_version: "{version}"\n  pytorch_version: "2.5.1"\n  transformers_version: "4.49.0"\n'
        f"  image_uri: {US}/huggingface-pytorch-training:2.5.1-transformers4.49.0-gpu-py311-cu124-ubuntu22.04\n"
        "  image_scope: training\n  instance_type: ml.g5.xlarge\n"
    )
    assert set(messages(text, "deploy.yaml")) == rules


def test_in_native_manifests_a_version_is_that_of_the_framework():
    text = native(
        framework="huggingface", framework_version='"2.6.0"', instance_type="ml.g5.xlarge",
        image_uri=f"{US}/huggingface-pytorch-inference:2.6.0-transformers4.49.0-gpu-py312-cu124-ubuntu22.04",
    )  # fmt: skip
    assert set(messages(text)) == {"image-version-mismatch"}


def test_a_misspelled_region_is_one_finding():
    image = "763104351884.dkr.ecr.us-est-1.amazonaws.com/pytorch-inference:2.6.0-cpu-py312"
    assert messages(native(image_uri=image, instance_type="ml.m5.large")) == {"unavailable-region": "us-est-1 is not an AWS Region; did you mean us-east-1?"}
    assert set(messages(native(image_uri=image, instance_type="ml.m5.large", region="us-east-1"))) == {"image-region-mismatch"}
    assert messages(native(image_uri=image.replace("763104351884", "444455556666"), instance_type="ml.m5.large")) == {}


def test_a_port_is_one_finding():
    found = messages(native(image_uri=f"{US}:443/pytorch-inference:2.6.0-cpu-py312", instance_type="ml.m5.large"))
    assert found == {"malformed-image-uri": "malformed image URI: port 443 is not allowed in an ECR image URI"}


def test_an_unknown_size_and_another_architecture_are_two_faults():
    found = messages(native(image_uri=f"{US}/pytorch-inference:2.1.0-cpu-py310", instance_type="ml.c6g.42xlarge"))
    assert set(found) == {"unknown-instance-type", "image-architecture-mismatch"}


def test_a_fix_that_changes_architecture_and_python_is_unsafe():
    image = f"{US}/tensorflow-inference-graviton:2.9.1-cpu-py38-ubuntu20.04-sagemaker"
    findings = lint(native(image_uri=image, instance_type="ml.m5.large"), "models.yaml", as_of="2026-01-01").findings
    found = next(finding for finding in findings if finding.rule == "image-architecture-mismatch")
    assert found.message.endswith("the x86_64 image of this version has py39")
    assert found.fix is not None
    assert found.fix.applicability == "unsafe"


def test_the_nearest_tags_have_the_same_version():
    found = messages(native(image_uri=f"{ALGORITHMS}/sagemaker-xgboost:1.5-1-gpu-py39", instance_type="ml.g5.xlarge"))
    assert "nearest: 1.5-1" in found["unknown-image-tag"]


def test_a_job_on_graviton_is_one_finding_about_the_instance_type():
    text = """
Resources:
  Job:
    Type: AWS::SageMaker::ModelQualityJobDefinition
    Properties:
      ModelQualityAppSpecification:
        ImageUri: 156813124566.dkr.ecr.us-east-1.amazonaws.com/sagemaker-model-monitor-analyzer
      JobResources:
        ClusterConfig: {InstanceCount: 1, InstanceType: ml.c7g.xlarge, VolumeSizeInGB: 20}
"""
    assert set(messages(text, "template.yaml")) == {"instance-type-not-for-purpose"}

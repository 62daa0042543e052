"""A fix never writes an image under a key that names other hardware."""

from __future__ import annotations

import json

import pytest

from smlint import lint

HOST = "763104351884.dkr.ecr.us-west-2.amazonaws.com"
CPU = f"{HOST}/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker"
GPU = f"{HOST}/pytorch-inference:2.6.0-gpu-py312-cu124-ubuntu22.04-sagemaker"
ARM = f"{HOST}/pytorch-inference-arm64:2.6.0-cpu-py312-ubuntu22.04-sagemaker"
RULES = ("image-architecture-mismatch", "image-processor-mismatch")
C7G, M5 = "ml.c7g.xlarge", "ml.m5.xlarge"


def by_tag(key: str) -> dict[str, object]:
    tags = {"cpu": CPU.rpartition(":")[2], "gpu": GPU.rpartition(":")[2], "default": GPU.rpartition(":")[2]}
    image = {"Fn::Sub": [f"{GPU.rpartition(':')[0]}:${{T}}", {"T": {"Fn::FindInMap": ["Tags", "pt", key]}}]}
    variant = {"VariantName": "a", "ModelName": {"Fn::GetAtt": ["GpuModel", "ModelName"]}, "InstanceType": M5}
    resources = {
        "GpuModel": {"Type": "AWS::SageMaker::Model", "Properties": {"PrimaryContainer": {"Image": image}}},
        "C": {"Type": "AWS::SageMaker::EndpointConfig", "Properties": {"ProductionVariants": [variant]}},
    }
    return {"Mappings": {"Tags": {"pt": tags}}, "Resources": resources}


@pytest.mark.parametrize(
    ("data", "has_fix"),
    [
        pytest.param({"x86_64": {"image": CPU, "instance_type": C7G}}, False, id="an x86_64 image by its key"),
        pytest.param({"imageAmd64": {"image": CPU, "instance_type": C7G}}, False, id="another word for x86_64"),
        pytest.param({"images": {"gpu": GPU}, "instance_type": M5}, False, id="a GPU image by its key"),
        pytest.param({"gpu_image_uri": GPU, "instance_type": M5}, False, id="a GPU in the key of the image"),
        pytest.param({"gpu": {"image": GPU, "instance_type": M5}}, False, id="a GPU in the key of the mapping"),
        pytest.param({"graviton": {"image": ARM, "instance_type": M5}}, False, id="an arm64 image by its key"),
        pytest.param(by_tag("gpu"), False, id="a map of tags"),
        pytest.param({"graviton": {"image": CPU, "instance_type": C7G}}, True, id="a key that agrees with the fix"),
        pytest.param({"cpu": {"image": CPU, "instance_type": C7G}}, True, id="a key about the processor, which stays"),
        pytest.param({"model": {"image": GPU, "instance_type": M5}}, True, id="a key about something else"),
        pytest.param({"gpu_model": {"name": "x"}, "image": GPU, "instance_type": M5}, True, id="a key next to it"),
        pytest.param(by_tag("default"), True, id="a default tag, and a resource that is named after hardware"),
    ],
)
def test_a_fix_agrees_with_the_keys_around_the_image(data: dict[str, object], has_fix: bool) -> None:
    (finding,) = (each for each in lint(json.dumps(data, indent=1), "settings.json", as_of="2026-01-01").findings if each.rule in RULES)
    assert (finding.fix is not None) is has_fix, finding.message
    assert has_fix or "names other hardware" in finding.message

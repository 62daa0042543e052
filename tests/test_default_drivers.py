"""`missing-inference-ami-version` compares the CUDA of an image with the default driver of the instance family."""

from __future__ import annotations

import json

import pytest

from smlint import lint

OLD, NEW = "al2-ami-sagemaker-inference-gpu-3-1", "al2023-ami-sagemaker-inference-gpu-4-1"
CUDA_124 = "djl-inference:0.31.0-lmi13.0.0-cu124"
CUDA_128 = "djl-inference:0.33.0-lmi15.0.0-cu128"
CUDA_130 = "djl-inference:0.36.0-lmi25.0.0-cu130"


def template(image: str, instance: str) -> str:
    variant = {"VariantName": "a", "ModelName": {"Fn::GetAtt": ["M", "ModelName"]}, "InitialInstanceCount": 1, "InstanceType": instance}
    container = {"Image": f"763104351884.dkr.ecr.us-west-2.amazonaws.com/{image}"}
    resources = {
        "M": {"Type": "AWS::SageMaker::Model", "Properties": {"PrimaryContainer": container}},
        "C": {"Type": "AWS::SageMaker::EndpointConfig", "Properties": {"ProductionVariants": [variant]}},
    }
    return json.dumps({"Resources": resources}, indent=1)


@pytest.mark.parametrize(
    ("image", "instance", "severity", "ami"),
    [
        pytest.param(CUDA_124, "ml.g5.xlarge", None, None, id="12.4 on 470"),
        pytest.param(CUDA_128, "ml.g4dn.xlarge", "warning", OLD, id="12.8 on 470"),
        pytest.param(CUDA_128, "ml.p5.48xlarge", "note", OLD, id="12.8 on 535"),
        pytest.param(CUDA_128, "ml.p5en.48xlarge", None, None, id="12.8 on 550"),
        pytest.param(CUDA_128, "ml.g6e.xlarge", "note", OLD, id="12.8 on an unknown driver"),
        pytest.param(CUDA_128, "ml.g7e.2xlarge", "note", NEW, id="12.8 on Blackwell"),
        pytest.param(CUDA_128, "ml.p6-b200.48xlarge", "note", NEW, id="12.8 on another Blackwell"),
        pytest.param(CUDA_130, "ml.g5.xlarge", "warning", NEW, id="13.0 on 470"),
        pytest.param(CUDA_130, "ml.g6.xlarge", "warning", NEW, id="13.0 on 535"),
        pytest.param(CUDA_130, "ml.p5e.48xlarge", "note", NEW, id="13.0 on 550"),
        pytest.param(CUDA_130, "ml.g6e.xlarge", "note", NEW, id="13.0 on an unknown driver"),
    ],
)
def test_the_severity_follows_the_default_driver(image: str, instance: str, severity: str | None, ami: str | None) -> None:
    findings = [f for f in lint(template(image, instance), "template.json").findings if f.rule == "missing-inference-ami-version"]
    assert [(f.severity, f.message.partition("expected ")[2]) for f in findings] == ([] if severity is None else [(severity, ami)])

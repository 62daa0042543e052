"""A CPU image leaves no GPU idle if another container of the instance may use it."""

from __future__ import annotations

import json

import pytest

from smlint import lint

CPU = "246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3"
GPU = "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-gpu-py312-cu124-ubuntu22.04-sagemaker"
PRIVATE = "444455556666.dkr.ecr.us-west-2.amazonaws.com/team/model:v1"


def cloudformation(*images: str) -> str:
    model = {"Type": "AWS::SageMaker::Model", "Properties": {"Containers": [{"Image": image} for image in images]}}
    variant = {"VariantName": "a", "ModelName": {"Fn::GetAtt": ["M", "ModelName"]}, "InstanceType": "ml.g5.xlarge", "InitialInstanceCount": 1}
    config = {"Type": "AWS::SageMaker::EndpointConfig", "Properties": {"ProductionVariants": [variant]}}
    return json.dumps({"Resources": {"M": model, "C": config}})


def terraform(*images: str) -> str:
    model = {"name": "m", "execution_role_arn": "arn:aws:iam::111122223333:role/r", "container": [{"image": image} for image in images]}
    variants = {"variant_name": "a", "model_name": "${aws_sagemaker_model.m.name}", "instance_type": "ml.g5.xlarge"}
    return json.dumps({"resource": {"aws_sagemaker_model": {"m": model}, "aws_sagemaker_endpoint_configuration": {"c": {"production_variants": variants}}}})


def kubernetes(*images: str) -> str:
    containers = "".join(f"\n  - image: {image}" for image in images)
    return f"""
apiVersion: sagemaker.services.k8s.aws/v1alpha1
kind: Model
metadata: {{name: m}}
spec:
  modelName: churn
  containers:{containers}
---
apiVersion: sagemaker.services.k8s.aws/v1alpha1
kind: EndpointConfig
metadata: {{name: c}}
spec:
  endpointConfigName: c
  productionVariants: [{{variantName: a, modelName: churn, instanceType: ml.g5.xlarge, initialInstanceCount: 1}}]
"""


@pytest.mark.parametrize(("write", "filename"), [(cloudformation, "a.json"), (terraform, "a.tf.json"), (kubernetes, "a.yaml")])
@pytest.mark.parametrize(
    ("images", "count"),
    [
        pytest.param((CPU, GPU, CPU), 0, id="a GPU image uses it"),
        pytest.param((CPU, PRIVATE), 0, id="a private image may use it"),
        pytest.param((CPU,), 1, id="one container"),
        pytest.param((CPU, CPU), 2, id="only CPU images"),
    ],
)
def test_an_idle_gpu_is_reported_only_if_no_container_may_use_it(write, filename: str, images: tuple[str, ...], count: int) -> None:  # type: ignore[no-untyped-def]  # one of the functions above
    report = lint(write(*images), f"alone/{filename}", as_of="2026-01-01")
    assert report.summary.deployments == len(images)
    assert [finding.rule for finding in report.findings].count("image-processor-mismatch") == count

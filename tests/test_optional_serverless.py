"""A variant whose `ServerlessConfig` may be absent is not known to be serverless."""

from __future__ import annotations

import json

import pytest

from smlint import lint

GPU = "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-gpu-py312-cu124-ubuntu22.04-sagemaker"
CPU = GPU.replace("gpu-py312-cu124", "cpu-py312")
BLOCK = "{MemorySizeInMB: 2048, MaxConcurrency: 1}"


def cloudformation(config: str, image: str = GPU) -> str:
    return f"""
Parameters: {{S: {{Type: String}}}}
Conditions: {{Z: !Equals [!Ref S, 'true']}}
Resources:
  M:
    Type: AWS::SageMaker::Model
    Properties: {{PrimaryContainer: {{Image: {image}}}}}
  C:
    Type: AWS::SageMaker::EndpointConfig
    Properties:
      ProductionVariants: [{{ModelName: !GetAtt M.ModelName, VariantName: a, ServerlessConfig: {config}}}]
"""


def terraform(for_each: object, **variables: object) -> str:
    block = {"serverless_config": {"for_each": for_each, "content": {"max_concurrency": 1, "memory_size_in_mb": 1024}}}
    variants = {"variant_name": "a", "model_name": "${aws_sagemaker_model.m.name}", "dynamic": block}
    model = {"name": "m", "execution_role_arn": "arn:aws:iam::111122223333:role/r", "primary_container": {"image": GPU}}
    resources = {"aws_sagemaker_model": {"m": model}, "aws_sagemaker_endpoint_configuration": {"c": {"production_variants": variants}}}
    return json.dumps({"variable": {name: {"default": default} for name, default in variables.items()}, "resource": resources})


def is_reported(text: str, filename: str) -> bool:
    return "serverless-incompatible-image" in [finding.rule for finding in lint(text, f"alone/{filename}", as_of="2026-01-01").findings]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(cloudformation(BLOCK), True, id="block"),
        pytest.param(cloudformation("!Ref AWS::NoValue"), False, id="no value"),
        pytest.param(cloudformation(f"!If [Z, {BLOCK}, !Ref AWS::NoValue]"), False, id="undecided condition"),
        pytest.param(cloudformation(f"!If [Z, {BLOCK}, !Ref AWS::NoValue]", f"!If [Z, {CPU}, {GPU}]"), False, id="a CPU image under the same condition"),
        pytest.param(cloudformation(f"!If [Z, {BLOCK}, !Ref AWS::NoValue]", f"!If [Z, {GPU}, {CPU}]"), True, id="a GPU image under the same condition"),
        pytest.param(cloudformation(f"!If [Z, {BLOCK}, {BLOCK}]"), True, id="both arms are blocks"),
    ],
)
def test_cloudformation(text: str, expected: bool) -> None:
    assert is_reported(text, "a.yaml") is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(terraform([1]), True, id="one block"),
        pytest.param(terraform([]), False, id="no block"),
        pytest.param(terraform("${var.s ? [1] : []}", s=False), False, id="undecided condition"),
        pytest.param(terraform("${var.sc == null ? [] : [var.sc]}", sc=None), False, id="optional object"),
    ],
)
def test_terraform(text: str, expected: bool) -> None:
    assert is_reported(text, "a.tf.json") is expected


def machine(**variant: object) -> str:
    model = {"ModelName": "m", "ExecutionRoleArn": "arn:aws:iam::111122223333:role/r", "PrimaryContainer": {"Image": GPU}}
    config = {"EndpointConfigName": "c", "ProductionVariants": [{"ModelName": "m", "VariantName": "a", **variant}]}
    create = "arn:aws:states:::sagemaker:create"
    states = {
        "Model": {"Type": "Task", "Resource": create + "Model", "Parameters": model, "Next": "Config"},
        "Config": {"Type": "Task", "Resource": create + "EndpointConfig", "Parameters": config, "End": True},
    }
    return json.dumps({"StartAt": "Model", "States": states})


@pytest.mark.parametrize(
    ("variant", "expected"),
    [
        pytest.param({"ServerlessConfig": {"MemorySizeInMB": 2048, "MaxConcurrency": 1}}, True, id="block"),
        pytest.param({"ServerlessConfig": None, "InstanceType": "ml.g5.xlarge"}, False, id="null"),
        pytest.param({"ServerlessConfig.$": "$.s", "InstanceType.$": "$.t"}, False, id="path"),
        pytest.param({"ServerlessConfig": "{% $exists($s) ? $s : null %}", "InstanceType": "ml.g5.xlarge"}, False, id="JSONata"),
    ],
)
def test_step_functions(variant: dict[str, object], expected: bool) -> None:
    assert is_reported(machine(**variant), "a.asl.json") is expected

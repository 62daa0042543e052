"""A model package lists instance types for endpoints and for transform jobs: all of them run its containers."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from smlint.cli.main import main

MISMATCH = "image-architecture-mismatch"
REGISTRY = "763104351884.dkr.ecr.eu-west-1.amazonaws.com/"
X86 = REGISTRY + "pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker"
ARM = REGISTRY + "pytorch-inference-arm64:2.6.0-cpu-py312-ubuntu22.04-sagemaker"

Tree = dict[str, Any]


def specification(image: str, endpoint: list[str], transform: list[str]) -> Tree:
    specified: Tree = {"Containers": [{"Image": image}]}
    if endpoint:
        specified["SupportedRealtimeInferenceInstanceTypes"] = endpoint
    if transform:
        specified["SupportedTransformInstanceTypes"] = transform
    return specified


def request(package: Tree) -> Tree:
    return {"ModelPackageGroupName": "churn", **package}


def algorithm(package: Tree) -> Tree:
    return {"AlgorithmName": "churn", "TrainingSpecification": {"TrainingImage": "111122223333.dkr.ecr.eu-west-1.amazonaws.com/t:1"}, **package}


def pipeline(package: Tree) -> Tree:
    return {"Version": "2020-12-01", "Steps": [{"Name": "Register", "Type": "RegisterModel", "Arguments": request(package)}]}


def state_machine(package: Tree) -> Tree:
    state = {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:sagemaker:createModelPackage", "Parameters": request(package), "End": True}
    return {"StartAt": "Register", "States": {"Register": state}}


def template(package: Tree) -> Tree:
    return {"Resources": {"Package": {"Type": "AWS::SageMaker::ModelPackage", "Properties": request(package)}}}


FORMATS = [
    pytest.param(write, id=write.__name__) for write in (request, algorithm, pipeline, state_machine, template)
]


def findings(path: Path, document: Tree) -> list[Tree]:
    path.write_text(json.dumps(document), encoding="utf-8")
    out = io.StringIO()
    main(["check", "--isolated", "--output-format", "json", str(path)], stdin=io.BytesIO(), stdout=out, stderr=io.StringIO())
    reported: list[Tree] = json.loads(out.getvalue())["findings"]
    return [finding for finding in reported if finding["rule"] == MISMATCH]


@pytest.mark.parametrize("write", FORMATS)
@pytest.mark.parametrize(
    ("package", "is_fixed"),
    [
        pytest.param({"InferenceSpecification": specification(X86, ["ml.c7g.large"], [])}, True, id="endpoints only"),
        pytest.param({"InferenceSpecification": specification(X86, ["ml.c7g.large"], ["ml.m5.large"])}, False, id="transform jobs need the image as it is"),
        pytest.param({"InferenceSpecification": specification(ARM, ["ml.c7g.large"], ["ml.m5.large"])}, False, id="endpoints need the image as it is"),
        pytest.param({"InferenceSpecification": specification(ARM, ["ml.c5.large"], ["ml.m5.large", "ml.c5.xlarge"])}, True, id="all need the same"),
        pytest.param({"InferenceSpecification": specification(ARM, [], ["ml.m5.large"])}, True, id="transform jobs only"),
    ],
)
def test_an_image_is_fixed_if_every_listed_instance_type_needs_it(tmp_path: Path, write: Any, package: Tree, is_fixed: bool) -> None:
    found = findings(tmp_path / "register.json", write(package))
    assert [finding["fix"] is not None for finding in found] == [is_fixed]


@pytest.mark.parametrize("write", FORMATS)
def test_a_job_that_validates_a_package_runs_its_containers(tmp_path: Path, write: Any) -> None:
    profile = {"ProfileName": "smoke", "TransformJobDefinition": {"TransformResources": {"InstanceType": "ml.m5.large"}}}
    package = {"InferenceSpecification": specification(X86, ["ml.c7g.large"], []), "ValidationSpecification": {"ValidationProfiles": [profile]}}
    (finding,) = findings(tmp_path / "register.json", write(package))
    assert finding["fix"] is None

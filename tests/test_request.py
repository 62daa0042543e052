"""API requests and responses, and the SDK's configuration."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings

from smlint.model.deployment import DocumentReading, Kind
from smlint.readers import request
from smlint.readers.api.shapes import REQUEST_KINDS, kind_by_keys, kind_by_operation
from smlint.readers.reader import ReadContext
from smlint.syntax import parse
from tests.conftest import ROOT
from tests.mutated import mutated

IMAGE = "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-training:2.1.0-cpu-py310"
TYPE = "ml.m5.large"


def reading(tree: object) -> DocumentReading:
    (document,) = parse(json.dumps(tree))
    assert request.claims(document)
    return request.read(document, ReadContext())


def pairs(found: DocumentReading) -> list[tuple[Kind, str, str | None]]:
    return [(d.kind, d.pointer, d.instance_type.text.shown() if d.instance_type.text else None) for d in found.deployments]


ENDPOINT, TRAINING, PROCESSING, TRANSFORM = Kind.ENDPOINT, Kind.TRAINING, Kind.PROCESSING, Kind.TRANSFORM
CLUSTER = {"ClusterConfig": {"InstanceType": TYPE}}


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        pytest.param(
            {"TrainingJobName": "t", "AlgorithmSpecification": {"TrainingImage": IMAGE}, "ResourceConfig": {"InstanceType": TYPE}},
            [(TRAINING, "/AlgorithmSpecification/TrainingImage", TYPE)],
            id="a training job",
        ),
        pytest.param(
            {"TrainingJobName": "t", "AlgorithmSpecification": {"AlgorithmName": "own"}, "ResourceConfig": {"InstanceType": TYPE}},
            [(TRAINING, "/ResourceConfig/InstanceType", TYPE)],
            id="a training job with an algorithm by name",
        ),
        pytest.param(
            {"AlgorithmSpecification": {"TrainingImage": IMAGE}, "ResourceConfig": {"InstanceGroups": [{"InstanceType": TYPE}]}},
            [(TRAINING, "/AlgorithmSpecification/TrainingImage", TYPE)],
            id="one group of instances",
        ),
        pytest.param(
            {"AlgorithmSpecification": {"TrainingImage": IMAGE}, "ResourceConfig": {"InstanceGroups": [{"InstanceType": TYPE}, {"InstanceType": "ml.g5.xlarge"}]}},
            [
                (TRAINING, "/AlgorithmSpecification/TrainingImage", None),
                (TRAINING, "/ResourceConfig/InstanceGroups/0/InstanceType", TYPE),
                (TRAINING, "/ResourceConfig/InstanceGroups/1/InstanceType", "ml.g5.xlarge"),
            ],
            id="groups of different instances, not all of which need run the image",
        ),
        pytest.param(
            {
                "HyperParameterTuningJobConfig": {},
                "TrainingJobDefinition": {"AlgorithmSpecification": {"TrainingImage": IMAGE}, "HyperParameterTuningResourceConfig": {"InstanceType": TYPE}},
            },
            [(TRAINING, "/TrainingJobDefinition/AlgorithmSpecification/TrainingImage", TYPE)],
            id="a tuning job",
        ),
        pytest.param(
            {"ProcessingJobName": "p", "AppSpecification": {"ImageUri": IMAGE}, "ProcessingResources": CLUSTER},
            [(PROCESSING, "/AppSpecification/ImageUri", TYPE)],
            id="a processing job",
        ),
        pytest.param(
            {"TransformJobName": "t", "ModelName": "m", "TransformInput": {}, "TransformResources": {"InstanceType": TYPE}},
            [(TRANSFORM, "/TransformResources/InstanceType", TYPE)],
            id="a transform job of a model elsewhere",
        ),
        pytest.param(
            {"JobDefinitionName": "j", "ModelBiasAppSpecification": {"ImageUri": IMAGE}, "JobResources": CLUSTER},
            [(PROCESSING, "/ModelBiasAppSpecification/ImageUri", TYPE)],
            id="a monitoring job definition",
        ),
        pytest.param(
            {
                "MonitoringScheduleName": "m",
                "MonitoringScheduleConfig": {"MonitoringJobDefinition": {"MonitoringAppSpecification": {"ImageUri": IMAGE}, "MonitoringResources": CLUSTER}},
            },
            [(PROCESSING, "/MonitoringScheduleConfig/MonitoringJobDefinition/MonitoringAppSpecification/ImageUri", TYPE)],
            id="a monitoring schedule",
        ),
        pytest.param(
            {"InferenceComponentName": "i", "Specification": {"Container": {"Image": IMAGE}, "InstanceType": TYPE}},
            [(ENDPOINT, "/Specification/Container/Image", TYPE)],
            id="an inference component",
        ),
        pytest.param({"NotebookInstanceName": "n", "InstanceType": TYPE}, [(Kind.NOTEBOOK, "/InstanceType", TYPE)], id="a notebook"),
        pytest.param(
            {"ClusterName": "c", "InstanceGroups": [{"InstanceType": TYPE}]}, [(Kind.CLUSTER, "/InstanceGroups/0/InstanceType", TYPE)], id="a cluster"
        ),
        pytest.param(
            {"OptimizationConfigs": [{"ModelCompilationConfig": {"Image": IMAGE}}], "DeploymentInstanceType": TYPE},
            [(ENDPOINT, "/OptimizationConfigs/0/ModelCompilationConfig/Image", None), (ENDPOINT, "/DeploymentInstanceType", TYPE)],
            id="an optimization job, whose image does not run on the instance type",
        ),
        pytest.param(
            {"EndpointName": "e", "EndpointConfigName": "c", "ProductionVariants": [{"InstanceType": TYPE, "DeployedImages": [{"SpecifiedImage": IMAGE, "ResolvedImage": IMAGE}]}]},
            [(ENDPOINT, "/ProductionVariants/0/DeployedImages/0/SpecifiedImage", TYPE)],
            id="a described endpoint, without the resolved image",
        ),
        pytest.param(
            {"EndpointConfigName": "c", "ProductionVariants": [{"ModelName": "m", "ServerlessConfig": {"MaxConcurrency": 1}}]},
            [],
            id="a serverless variant of a model elsewhere",
        ),
        pytest.param(
            {"EndpointConfigName": "c", "ProductionVariants": [{"InstancePools": [{"InstanceType": TYPE}, {"InstanceType": "ml.c5.large"}]}]},
            [
                (ENDPOINT, "/ProductionVariants/0/InstancePools/0/InstanceType", TYPE),
                (ENDPOINT, "/ProductionVariants/0/InstancePools/1/InstanceType", "ml.c5.large"),
            ],
            id="pools of instances",
        ),
    ],
)
def test_deployments_of_requests(tree: object, expected: list[tuple[Kind, str, str | None]]) -> None:
    assert pairs(reading(tree)) == expected


MODEL = {"ModelName": "m", "ExecutionRoleArn": "r", "PrimaryContainer": {"Image": IMAGE}}
CONFIG = {"EndpointConfigName": "c", "ProductionVariants": [{"ModelName": "m", "InstanceType": TYPE, "InferenceAmiVersion": "a"}]}


def test_requests_of_one_file_are_linked_by_the_models_name() -> None:
    found = reading([MODEL, CONFIG])
    assert pairs(found) == [(ENDPOINT, "/0/PrimaryContainer/Image", TYPE)]
    assert found.deployments[0].inference_ami_version.value == "a"


def test_a_serverless_variant_runs_its_model() -> None:
    (found,) = reading([MODEL, {"EndpointConfigName": "c", "ProductionVariants": [{"ModelName": "m", "ServerlessConfig": {"MaxConcurrency": 1}}]}]).deployments
    assert found.serverless.value
    assert found.instance_type.absent


@pytest.mark.parametrize(
    ("more", "fixable"),
    [
        pytest.param({}, True, id="a request"),
        pytest.param({"CreationTime": "2024-01-01"}, False, id="a response with a time"),
        pytest.param({"ModelArn": "arn:aws:sagemaker:us-east-1:111122223333:model/m"}, False, id="a response with its own ARN"),
        pytest.param({"ResponseMetadata": {}}, False, id="a boto3 response"),
        pytest.param({"Tags": []}, True, id="a request with tags"),
    ],
)
def test_a_response_is_never_edited(more: dict[str, object], fixable: bool) -> None:
    (found,) = reading({**MODEL, **more}).deployments
    assert found.fixable is fixable


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        pytest.param({"RemoteFunction": {"ImageUri": IMAGE, "InstanceType": TYPE}}, [(TRAINING, "/SageMaker/PythonSDK/Modules/RemoteFunction/ImageUri", TYPE)], id="both"),
        pytest.param({"RemoteFunction": {"InstanceType": TYPE}}, [(TRAINING, "/SageMaker/PythonSDK/Modules/RemoteFunction/InstanceType", TYPE)], id="only the instance type"),
        pytest.param({"Serve": {"InstanceType": TYPE}}, [(ENDPOINT, "/SageMaker/PythonSDK/Modules/Serve/InstanceType", TYPE)], id="serving"),
        pytest.param({"RemoteFunction": None}, [], id="an empty section"),
        pytest.param([], [], id="a list"),
    ],
)
def test_deployments_of_an_sdk_configuration(module: object, expected: list[tuple[Kind, str, str | None]]) -> None:
    assert pairs(reading({"SchemaVersion": "1.0", "SageMaker": {"PythonSDK": {"Modules": module}}})) == expected


def test_any_image_can_run_a_remote_function() -> None:
    image = IMAGE.replace("training", "inference")
    (found,) = reading({"SchemaVersion": "1.0", "SageMaker": {"PythonSDK": {"Modules": {"RemoteFunction": {"ImageUri": image}}}}}).deployments
    assert found.scope == "inference"


@pytest.mark.parametrize(
    "tree",
    [
        pytest.param({"Image": IMAGE, "InstanceType": TYPE}, id="an ad-hoc configuration"),
        pytest.param({"Containers": [{"Image": IMAGE}]}, id="other containers"),
        pytest.param({"PrimaryContainer": None, "ModelName": "m"}, id="a key without a value"),
        pytest.param({"SageMaker": {"Model": {}}}, id="a configuration without a version"),
        pytest.param({"SchemaVersion": "2.0", "SageMaker": {}}, id="a configuration with another version"),
        pytest.param([MODEL, {"a": 1}], id="a list with other items"),
        pytest.param([], id="an empty list"),
        pytest.param({"ProductionVariants": [{"InstanceType": TYPE}]}, id="variants without a name"),
    ],
)
def test_other_documents_are_not_claimed(tree: object) -> None:
    assert not request.claims(parse(json.dumps(tree))[0])


@pytest.mark.parametrize("kind", REQUEST_KINDS)
def test_every_kind_of_request_has_unique_marks(kind: str) -> None:
    for marks in REQUEST_KINDS[kind].marks:
        assert kind_by_keys(frozenset(marks)) == kind
    assert kind_by_operation("create" + kind) == kind
    assert kind_by_operation("Update" + kind) == kind
    assert kind_by_operation("delete" + kind) is None


TREES = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(Path(ROOT / "fixtures").glob("*/request/**/*.json"))]


@settings(max_examples=200, deadline=None)
@given(tree=mutated(TREES))
def test_no_tree_raises(tree: object) -> None:
    text = json.dumps(tree) if isinstance(tree, dict | list) else json.dumps([tree])
    (document,) = parse(text)
    request.claims(document)
    for region in (None, "us-east-1"):
        for deployment in request.read(document, ReadContext(region)).deployments:
            assert all(0 <= found.anchor.start <= found.anchor.end <= len(text) for found in deployment.texts())


@settings(max_examples=100, deadline=None)
@given(tree=mutated(TREES))
def test_no_configuration_raises(tree: object) -> None:
    modules = {"RemoteFunction": tree, "Serve": tree}
    text = json.dumps({"SchemaVersion": "1.0", "SageMaker": {"PythonSDK": {"Modules": modules}, "TrainingJob": tree, "Model": tree, "Endpoint": tree}})
    (document,) = parse(text)
    assert request.claims(document)
    request.read(document, ReadContext())


@pytest.mark.parametrize(
    ("tree", "exports", "imports"),
    [
        pytest.param(MODEL, ["request m", "model m"], [], id="only a model"),
        pytest.param(CONFIG, [], ["request m", "model m"], id="only a variant"),
        pytest.param([MODEL, CONFIG], ["model m"], [], id="both"),
        pytest.param({**MODEL, "ModelName": "${Name}"}, [], [], id="a model with a templated name"),
        pytest.param({**CONFIG, "ProductionVariants": [{"ModelName": "<name>", "InstanceType": TYPE}]}, [], [], id="a variant of a model with a templated name"),
        pytest.param([MODEL, MODEL, CONFIG], ["request m", "request m", "model m", "model m"], [], id="two models of one name"),
    ],
)
def test_links_to_other_files(tree: object, exports: list[str], imports: list[str]) -> None:
    found = reading(tree)
    assert [link.key for link in found.exports] == exports
    assert [link.key for link in found.imports] == imports
    assert all(link.same_folder or link.other_formats for link in (*found.exports, *found.imports))


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        pytest.param({"TrainingJobArn": "arn:aws:sagemaker:eu-west-1:111122223333:training-job/n"}, ("eu-west-1", "manifest"), id="the ARN of the job"),
        pytest.param({"TrainingJobArn": "arn:aws-cn:sagemaker:cn-north-1:111122223333:training-job/n"}, ("cn-north-1", "manifest"), id="in China"),
        pytest.param({"TrainingJobArn": "arn:aws:sagemaker:{region}:111122223333:training-job/n"}, ("us-east-1", "settings"), id="an ARN with a placeholder"),
        pytest.param({"RoleArn": "arn:aws:iam::111122223333:role/n"}, ("us-east-1", "settings"), id="the ARN of another service"),
    ],
)
def test_the_region_of_a_response_is_that_of_its_arn(tree: dict[str, str], expected: tuple[str, str]) -> None:
    body = {"TrainingJobName": "t", "AlgorithmSpecification": {"TrainingImage": IMAGE}, "ResourceConfig": {"InstanceType": TYPE}}
    (document,) = parse(json.dumps(body | tree))
    (deployment,) = request.read(document, ReadContext(region="us-east-1")).deployments
    assert (deployment.region.value, deployment.region.origin) == expected

"""CloudFormation templates: state machines, pipelines, packages, inference components, and documents in strings."""

from __future__ import annotations

import json
from textwrap import indent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smlint.model.deployment import DocumentReading
from smlint.readers.cloudformation import reader as cloudformation
from smlint.readers.documents import read_documents, read_embedded
from smlint.readers.reader import ReadContext
from smlint.syntax import parse
from tests.mutated import mutated

IMAGE = "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-training:2.1.0-cpu-py310"
ARGUMENTS = {"AlgorithmSpecification": {"TrainingImage": IMAGE}, "ResourceConfig": {"InstanceType": "ml.m5.large"}}
TASK = {"Type": "Task", "Resource": "arn:aws:states:::sagemaker:createTrainingJob.sync", "Parameters": ARGUMENTS, "End": True}
MACHINE = {"StartAt": "Train", "States": {"Train": TASK}}
PIPELINE = {"Version": "2020-12-01", "Steps": [{"Name": "Train", "Type": "Training", "Arguments": ARGUMENTS}]}


def reading(resources: object, region: str | None = None, **more: object) -> DocumentReading:
    (document,) = parse(json.dumps({"Resources": resources, **more}))
    assert cloudformation.claims(document)
    return cloudformation.read(document, ReadContext(region, read_embedded=read_embedded))


def machine(definition: object, key: str = "DefinitionString", **more: object) -> dict[str, object]:
    return {"Machine": {"Type": "AWS::StepFunctions::StateMachine", "Properties": {key: definition, **more}}}


def pairs(found: DocumentReading) -> list[tuple[str, str | None, str | None]]:
    return [
        (d.resource, d.image.text.shown() if d.image.text else None, d.instance_type.text.shown() if d.instance_type.text else None)
        for d in found.deployments
    ]


STRING = json.dumps(MACHINE)
AT = STRING.index("us-west-2")
SPLIT = [STRING[:AT], {"Ref": "AWS::Region"}, STRING[AT + 9 :]]
IN_REGION = IMAGE.replace("us-west-2", "${AWS::Region}")


@pytest.mark.parametrize(
    ("definition", "image"),
    [
        pytest.param(STRING, IMAGE, id="a string"),
        pytest.param({"Fn::Sub": STRING.replace("us-west-2", "${AWS::Region}")}, IN_REGION, id="Sub"),
        pytest.param({"Fn::Sub": [STRING.replace("us-west-2", "${R}"), {"R": {"Ref": "AWS::Region"}}]}, IN_REGION, id="Sub with variables"),
        pytest.param({"Fn::Sub": [STRING.replace("us-west-2", "${R}"), {"R": "eu-west-1"}]}, IMAGE.replace("us-west-2", "eu-west-1"), id="Sub with a known variable"),
        pytest.param({"Fn::Join": ["", SPLIT]}, IN_REGION, id="Join"),
        pytest.param({"Fn::Join": ["", [{"Fn::Join": ["", SPLIT]}]]}, None, id="Join in Join, which is not evaluated"),
        pytest.param({"Fn::If": ["C", STRING, {"Ref": "AWS::NoValue"}]}, IMAGE, id="If"),
        pytest.param({"Fn::ToJsonString": MACHINE}, IMAGE, id="ToJsonString"),
        pytest.param(MACHINE, IMAGE, id="a mapping"),
        pytest.param({"Fn::ImportValue": "x"}, None, id="an imported value"),
        pytest.param({"Fn::Join": [",", "x"]}, None, id="Join of a string"),
        pytest.param("{}", None, id="another document"),
        pytest.param(None, None, id="null"),
        pytest.param(7, None, id="a number"),
    ],
)
def test_state_machine_definitions(definition: object, image: str | None) -> None:
    found = reading(machine(definition))
    assert pairs(found) == ([("Machine", image, "ml.m5.large")] if image is not None else [])
    assert all(d.format == "cloudformation" for d in found.deployments)


def test_the_region_of_the_run_is_filled_in() -> None:
    (found,) = reading(machine({"Fn::Join": ["", SPLIT]}), "eu-west-1").deployments
    assert found.image.value.region == "eu-west-1"


def test_pointers_continue_inside_the_string() -> None:
    (found,) = reading(machine(STRING)).deployments
    assert found.pointer == "/Resources/Machine/Properties/DefinitionString/States/Train/Parameters/AlgorithmSpecification/TrainingImage"


@pytest.mark.parametrize("kind", ["AWS::StepFunctions::StateMachine", "AWS::Serverless::StateMachine"])
def test_a_definition_with_functions_and_substitutions(kind: str) -> None:
    arguments = {"AlgorithmSpecification": {"TrainingImage": {"Fn::Sub": IN_REGION}}, "ResourceConfig": {"InstanceType": "${Type}"}}
    task = {**TASK, "Resource": {"Fn::Sub": "arn:${AWS::Partition}:states:::sagemaker:createTrainingJob"}, "Parameters": arguments}
    properties = {"Definition": {"StartAt": "Train", "States": {"Train": task}}, "DefinitionSubstitutions": {"Type": {"Ref": "Type"}}}
    found = reading({"Machine": {"Type": kind, "Properties": properties}}, Parameters={"Type": {"Default": "ml.c5.large"}})
    assert pairs(found) == [("Machine", IN_REGION, "ml.c5.large")]


def test_an_image_of_a_region_map_in_a_definition_is_unknown() -> None:
    arguments = {**ARGUMENTS, "AlgorithmSpecification": {"TrainingImage": {"Fn::FindInMap": ["M", {"Ref": "AWS::Region"}, "image"]}}}
    maps = {"M": {"us-east-1": {"image": "a"}, "us-west-2": {"image": "b"}}}
    (found,) = reading(machine({"StartAt": "T", "States": {"T": {**TASK, "Parameters": arguments}}}, "Definition"), Mappings=maps).deployments
    assert found.image.state.value == "unknown"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(json.dumps(PIPELINE), id="a string"),
        pytest.param({"Fn::Sub": json.dumps(PIPELINE)}, id="Sub"),
        pytest.param(PIPELINE, id="a mapping"),
    ],
)
def test_pipeline_definitions(body: object) -> None:
    found = reading({"P": {"Type": "AWS::SageMaker::Pipeline", "Properties": {"PipelineDefinition": {"PipelineDefinitionBody": body}}}})
    assert pairs(found) == [("P", IMAGE, "ml.m5.large")]


def test_parameters_of_an_action_are_read() -> None:
    action = {"Configuration": {"UserParameters": json.dumps({"image_uri": IMAGE, "instance_type": "ml.m5.large"})}}
    found = reading({"P": {"Type": "AWS::CodePipeline::Pipeline", "Properties": {"Stages": [{"Actions": [action]}]}}})
    assert pairs(found) == [("P", IMAGE, "ml.m5.large")]
    assert found.deployments[0].pointer == "/Resources/P/Properties/Stages/0/Actions/0/Configuration/UserParameters/image_uri"


# ---------------------------------------------------------------- resources with image and instance type in one


CONTAINER = {"Containers": [{"Image": IMAGE}]}
CLUSTER = {"ClusterConfig": {"InstanceType": "ml.m5.large"}}


@pytest.mark.parametrize(
    ("kind", "properties", "expected"),
    [
        pytest.param("ModelPackage", {"InferenceSpecification": CONTAINER}, [(IMAGE, None)], id="a model package"),
        pytest.param("ModelPackage", {"AdditionalInferenceSpecifications": [CONTAINER]}, [(IMAGE, None)], id="an additional specification"),
        pytest.param("ModelPackage", {"InferenceSpecification": {"Fn::If": ["C", CONTAINER, {"Ref": "AWS::NoValue"}]}}, [(IMAGE, None)], id="a conditional specification"),
        pytest.param("Algorithm", {"TrainingSpecification": {"TrainingImage": IMAGE}}, [(IMAGE, None)], id="an algorithm"),
        pytest.param("ProcessingJob", {"AppSpecification": {"ImageUri": IMAGE}, "ProcessingResources": CLUSTER}, [(IMAGE, "ml.m5.large")], id="a processing job"),
        pytest.param("DataQualityJobDefinition", {"DataQualityAppSpecification": {"ImageUri": IMAGE}, "JobResources": CLUSTER}, [(IMAGE, "ml.m5.large")], id="a job definition"),
        pytest.param("Cluster", {"InstanceGroups": [{"InstanceType": "ml.g5.xlarge"}, {"InstanceType": "ml.c5.large"}]}, [(None, "ml.g5.xlarge"), (None, "ml.c5.large")], id="a cluster"),
        pytest.param("MonitoringSchedule", {"MonitoringScheduleConfig": {"MonitoringJobDefinitionName": "x"}}, [], id="a schedule whose definition is elsewhere"),
        pytest.param("Image", {"ImageName": "x"}, [], id="a Studio image"),
        pytest.param("ModelPackage", {"InferenceSpecification": [CONTAINER]}, [], id="a list instead of a mapping"),
    ],
)
def test_resources_with_image_and_instance_type(kind: str, properties: object, expected: list[tuple[str | None, str | None]]) -> None:
    found = reading({"R": {"Type": "AWS::SageMaker::" + kind, "Properties": properties}})
    assert [(image, instance) for _, image, instance in pairs(found)] == expected


# ---------------------------------------------------------------- inference components


REQUEST = {"EndpointConfigName": "c", "ProductionVariants": [{"VariantName": "a", "ModelName": "m", "InstanceType": "ml.c6g.large"}]}


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(json.dumps(json.dumps(REQUEST)), id="on one line"),
        pytest.param(json.dumps(json.dumps(REQUEST, indent=2)), id="on several lines of a JSON string"),
        pytest.param(json.dumps("\n " + json.dumps(REQUEST)), id="after a line break"),
        pytest.param("|\n" + indent(json.dumps(REQUEST), " " * 9), id="in a block scalar"),
        pytest.param("|\n" + indent(json.dumps(REQUEST, indent=2), " " * 9), id="on several lines of a block scalar"),
        pytest.param(">2- # c\r\n" + " " * 10 + json.dumps(REQUEST), id="in a folded scalar"),
        pytest.param("'" + json.dumps(REQUEST, indent=2).replace("\n", "\n" + " " * 9) + "'", id="in single quotes"),
        pytest.param("'\n" + " " * 9 + json.dumps(REQUEST) + "'", id="in single quotes, on a line of its own"),
    ],
)
def test_a_document_is_found_in_every_style_of_string(value: str) -> None:
    text = f"Resources:\n  P:\n    Type: AWS::SSM::Parameter\n    Properties:\n        Value: {value}\n"
    documents = parse(text)
    (found,) = read_documents(documents, [ReadContext()])
    assert pairs(found) == [("P", None, "ml.c6g.large")]


def components(**specification: object) -> dict[str, object]:
    return {
        "Model": {"Type": "AWS::SageMaker::Model", "Properties": {"PrimaryContainer": {"Image": IMAGE}}},
        "Config": {"Type": "AWS::SageMaker::EndpointConfig", "Properties": {"ProductionVariants": [{"VariantName": "a", "InstanceType": "ml.c5.large"}, {"VariantName": "b", "InstanceType": "ml.c6g.large"}]}},
        "Endpoint": {"Type": "AWS::SageMaker::Endpoint", "Properties": {"EndpointConfigName": {"Fn::GetAtt": ["Config", "EndpointConfigName"]}}},
        "Component": {"Type": "AWS::SageMaker::InferenceComponent", "Properties": {"EndpointName": {"Fn::GetAtt": ["Endpoint", "EndpointName"]}, "VariantName": "b", **specification}},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("specification", "expected"),
    [
        pytest.param({"ModelName": {"Fn::GetAtt": ["Model", "ModelName"]}}, [("Config", None, "ml.c5.large"), ("Model", IMAGE, "ml.c6g.large")], id="a model"),
        pytest.param(
            {"Container": {"Image": IMAGE + "-own"}},
            [("Config", None, "ml.c5.large"), ("Component", IMAGE + "-own", "ml.c6g.large"), ("Model", IMAGE, None)],
            id="its own container",
        ),
        pytest.param({"ModelName": "elsewhere"}, [("Config", None, "ml.c5.large"), ("Config", None, "ml.c6g.large"), ("Model", IMAGE, None)], id="a model elsewhere"),
        pytest.param({"BaseInferenceComponentName": "x"}, [("Config", None, "ml.c5.large"), ("Config", None, "ml.c6g.large"), ("Model", IMAGE, None)], id="an adapter"),
    ],
)
def test_an_inference_component_runs_on_its_variant(specification: object, expected: list[tuple[str, str | None, str | None]]) -> None:
    found = reading(components(Specification=specification))
    assert pairs(found) == expected
    assert found.problems == ()


def test_an_inference_component_of_a_missing_model() -> None:
    (problem,) = reading(components(Specification={"ModelName": {"Ref": "Modell"}})).problems
    assert problem.message == "inference component refers to Modell, but the template has no such resource; its models are Model"
    assert problem.pointer == "/Resources/Component/Properties/Specification/ModelName"


def test_an_inference_component_on_another_endpoint_is_not_linked() -> None:
    resources = components(Specification={"ModelName": {"Ref": "Model"}})
    resources["Component"]["Properties"]["EndpointName"] = "elsewhere"  # type: ignore[index]
    assert all(image is None or instance is None for _, image, instance in pairs(reading(resources)))


TREES = [
    {**components(Specification={"ModelName": {"Ref": "Model"}}), **machine({"Fn::Join": ["", SPLIT]})},
    {**machine({"Fn::Sub": [STRING, {"R": {"Ref": "AWS::Region"}}]}, DefinitionSubstitutions={"R": "x"})},
    {**machine(MACHINE, "Definition"), "P": {"Type": "AWS::SageMaker::Pipeline", "Properties": {"PipelineDefinition": {"PipelineDefinitionBody": PIPELINE}}}},
    {"R": {"Type": "AWS::SageMaker::ModelPackage", "Properties": {"InferenceSpecification": CONTAINER, "AdditionalInferenceSpecifications": [CONTAINER]}}},
]


@settings(max_examples=200, deadline=None)
@given(tree=mutated(TREES), region=st.sampled_from([None, "us-east-1"]))
def test_no_tree_raises(tree: object, region: str | None) -> None:
    text = json.dumps({"Resources": tree, "Parameters": {"Type": {"Default": "x"}}})
    (document,) = parse(text)
    cloudformation.claims(document)
    for deployment in cloudformation.read(document, ReadContext(region, read_embedded=read_embedded)).deployments:
        assert all(0 <= found.anchor.start <= found.anchor.end <= len(text) for found in deployment.texts())

"""CloudFormation templates, as people or the CDK write them: image and instance type, in literals and in functions."""

from __future__ import annotations

from typing import TypeAlias

from hypothesis import strategies as st

from tests.manifests import ACCOUNT, DOMAIN, IMAGE, PATH, REGION
from tests.manifests.images import ChosenImage, chosen
from tests.manifests.shapes import ARN, TEXTS, Shape, as_text, container, training, variant
from tests.manifests.spelling import Tree

Sections: TypeAlias = "dict[str, dict[str, Tree]]"
"""The parameters, mappings and conditions of a template, to which resources may refer."""


@st.composite
def templates(draw: st.DrawFn) -> tuple[Shape, ChosenImage]:
    """A model, its endpoint configuration, and the endpoint."""
    image = draw(chosen())
    sections: Sections = {"Parameters": {"Unused": {"Type": "String"}}, "Mappings": {}, "Conditions": {}}
    uri = draw(st.sampled_from(_IMAGES))(image, sections)
    instance_type = draw(st.sampled_from(_INSTANCE_TYPES))(image, sections)
    in_list = draw(st.booleans())
    model: dict[str, Tree] = {"ExecutionRoleArn": {"Fn::GetAtt": ["Role", "Arn"]}}
    model |= {"Containers": [container(draw, uri)]} if in_list else {"PrimaryContainer": container(draw, uri)}
    references: tuple[Tree, Tree] = _ref("Model"), {"Fn::GetAtt": ["Model", "ModelName"]}
    variants: Tree = [variant(image, draw(st.sampled_from(references)), instance_type)]
    resources: dict[str, Tree] = {
        "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []}}},
        "Model": {"Type": "AWS::SageMaker::Model", "Properties": model},
        "Config": {"Type": "AWS::SageMaker::EndpointConfig", "Properties": {"ProductionVariants": variants}},
        "Endpoint": {"Type": "AWS::SageMaker::Endpoint", "Properties": {"EndpointConfigName": {"Fn::GetAtt": ["Config", "EndpointConfigName"]}}},
    }
    if draw(st.booleans()):
        resources["Model"] = {"Type": "AWS::SageMaker::Model", "Properties": model, "Metadata": {"aws:cdk:path": "Stack/Model/Resource"}}
    tree: dict[str, Tree] = {"AWSTemplateFormatVersion": "2010-09-09", "Description": draw(TEXTS)}
    tree |= {name: section for name, section in sections.items() if section}
    return Shape({**tree, "Resources": resources}, (image.region,)), image


@st.composite
def components(draw: st.DrawFn) -> tuple[Shape, ChosenImage]:
    """An inference component on a shared endpoint, with a model's name or its own container."""
    image = draw(chosen())
    specification: dict[str, Tree] = {"Container": {"Image": IMAGE}}
    resources: dict[str, Tree] = {}
    if draw(st.booleans()):
        specification = {"ModelName": {"Fn::GetAtt": ["Model", "ModelName"]}}
        resources["Model"] = {"Type": "AWS::SageMaker::Model", "Properties": {"PrimaryContainer": container(draw)}}
    specification["ComputeResourceRequirements"] = {"NumberOfCpuCoresRequired": 2, "MinMemoryRequiredInMb": 1024}
    variants: Tree = [{"VariantName": "shared", "InstanceType": image.instance_type, "InitialInstanceCount": 1}]
    resources |= {
        "Config": {"Type": "AWS::SageMaker::EndpointConfig", "Properties": {"ExecutionRoleArn": ARN, "ProductionVariants": variants}},
        "Endpoint": {"Type": "AWS::SageMaker::Endpoint", "Properties": {"EndpointConfigName": {"Fn::GetAtt": ["Config", "EndpointConfigName"]}}},
        "Component": {
            "Type": "AWS::SageMaker::InferenceComponent",
            "Properties": {"EndpointName": {"Fn::GetAtt": ["Endpoint", "EndpointName"]}, "VariantName": "shared", "Specification": specification},
        },
    }
    return Shape({"Resources": resources}, (image.region,)), image


@st.composite
def packages(draw: st.DrawFn) -> tuple[Shape, ChosenImage]:
    """A model package with the instance types that it supports."""
    image = draw(chosen())
    specification: Tree = {"Containers": [container(draw)], "SupportedRealtimeInferenceInstanceTypes": [image.instance_type], "SupportedContentTypes": ["text/csv"]}
    properties: Tree = {"ModelPackageGroupName": "churn", "InferenceSpecification": specification}
    return Shape({"Resources": {"Package": {"Type": "AWS::SageMaker::ModelPackage", "Properties": properties}}}, (image.region,), hardware=False), image


@st.composite
def machines(draw: st.DrawFn) -> tuple[Shape, ChosenImage]:
    """A state machine or a pipeline in a template, defined by an object or a string."""
    image = draw(chosen("training"))
    job = training(image)
    if draw(st.booleans()):
        task: Tree = {"Type": "Task", "Resource": "arn:aws:states:::sagemaker:createTrainingJob.sync", "Parameters": job, "End": True}
        definition: Tree = {"StartAt": "Train", "States": {"Train": task}}
        kind, key, text = "AWS::StepFunctions::StateMachine", "Definition", "DefinitionString"
    else:
        definition = {"Version": "2020-12-01", "Steps": [{"Name": "Train", "Type": "Training", "Arguments": job}]}
        kind, key, text = "AWS::SageMaker::Pipeline", "", "PipelineDefinition"
    indent = draw(st.sampled_from((None, 2, 2, 4)))
    written: Tree = as_text(definition, indent)
    if not key:
        written = {"PipelineDefinitionBody": written}
    properties: dict[str, Tree] = {key: definition} if key and draw(st.booleans()) else {text: written}
    resources: Tree = {"Machine": {"Type": kind, "Properties": {"RoleArn": ARN, **properties}}}
    # No fix changes a string whose quotes are escaped by the string around it.
    return Shape({"Resources": resources}, (image.region,), fixable=key in properties), image


def _ref(name: str) -> Tree:
    return {"Ref": name}


def _literal(image: ChosenImage, sections: Sections) -> Tree:
    return IMAGE


def _in_the_stack_region(image: ChosenImage, sections: Sections) -> Tree:
    return {"Fn::Sub": f"{ACCOUNT}.dkr.ecr.${{AWS::Region}}.{DOMAIN}/{PATH}"}


def _with_the_stack_suffix(image: ChosenImage, sections: Sections) -> Tree:
    return {"Fn::Sub": f"{ACCOUNT}.dkr.ecr.${{AWS::Region}}.${{AWS::URLSuffix}}/{PATH}"}


def _with_variables(image: ChosenImage, sections: Sections) -> Tree:
    return {"Fn::Sub": ["${Account}.dkr.ecr.${AWS::Region}.${AWS::URLSuffix}/${Path}", {"Account": ACCOUNT, "Path": PATH}]}


def _joined(image: ChosenImage, sections: Sections) -> Tree:
    return {"Fn::Join": ["", [ACCOUNT, ".dkr.ecr.", _ref("AWS::Region"), ".", _ref("AWS::URLSuffix"), f"/{PATH}"]]}


def _from_a_parameter(image: ChosenImage, sections: Sections) -> Tree:
    sections["Parameters"]["Image"] = {"Type": "String", "Default": IMAGE}
    return _ref("Image")


def _from_a_map_of_regions(image: ChosenImage, sections: Sections) -> Tree:
    sections["Mappings"] = {"Images": {image.region: {"uri": IMAGE}, "elsewhere": {"uri": "none"}}}
    return {"Fn::FindInMap": ["Images", _ref("AWS::Region"), "uri"]}


def _from_a_map_of_accounts(image: ChosenImage, sections: Sections) -> Tree:
    sections["Mappings"] = {"Accounts": {image.region: {"account": ACCOUNT}}}
    account: Tree = {"Fn::FindInMap": ["Accounts", _ref("AWS::Region"), "account"]}
    return {"Fn::Join": ["", [account, ".dkr.ecr.", REGION, f".{DOMAIN}/{PATH}"]]}


def _on_a_condition(image: ChosenImage, sections: Sections) -> Tree:
    sections["Parameters"]["Own"] = {"Type": "String", "Default": "no"}
    sections["Conditions"] = {"Own": {"Fn::Equals": [_ref("Own"), "yes"]}}
    return {"Fn::If": ["Own", f"111122223333.dkr.ecr.{image.region}.{image.image.domain}/own:1", IMAGE]}


_IMAGES = (
    _literal, _literal, _in_the_stack_region, _with_the_stack_suffix, _with_variables, _joined, _from_a_parameter,
    _from_a_map_of_regions, _from_a_map_of_accounts, _on_a_condition,
)  # fmt: skip


def _type_from_a_parameter(image: ChosenImage, sections: Sections) -> Tree:
    sections["Parameters"]["Type"] = {"Type": "String", "Default": image.instance_type}
    return _ref("Type")


def _type_from_a_map(image: ChosenImage, sections: Sections) -> Tree:
    sections["Mappings"]["Sizes"] = {"one": {"type": image.instance_type}}
    return {"Fn::FindInMap": ["Sizes", "one", "type"]}


def _type_itself(image: ChosenImage, sections: Sections) -> Tree:
    return image.instance_type


_INSTANCE_TYPES = (_type_itself, _type_itself, _type_from_a_parameter, _type_from_a_map)

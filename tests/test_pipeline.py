"""SageMaker Pipelines definitions: steps, parameters, joined strings, and models that other steps use."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings

from smlint import fix, lint
from smlint.model.deployment import DocumentReading
from smlint.readers import pipeline
from smlint.readers.reader import ReadContext
from smlint.syntax import parse
from tests.conftest import ROOT
from tests.mutated import mutated

IMAGE = "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-training:2.1.0-cpu-py310"


def definition(*steps: object, parameters: object = ()) -> str:
    return json.dumps({"Version": "2020-12-01", "Parameters": parameters, "Steps": list(steps)})


def training(image: object = IMAGE, instance: object = "ml.m5.large", name: str = "Train") -> dict[str, object]:
    arguments = {"AlgorithmSpecification": {"TrainingImage": image}, "ResourceConfig": {"InstanceType": instance}}
    return {"Name": name, "Type": "Training", "Arguments": arguments}


def model(name: str = "Model", kind: str = "Model") -> dict[str, object]:
    return {"Name": name, "Type": kind, "Arguments": {"PrimaryContainer": {"Image": IMAGE}}}


def transform(reference: object) -> dict[str, object]:
    return {"Name": "Score", "Type": "Transform", "Arguments": {"ModelName": reference, "TransformResources": {"InstanceType": "ml.m5.large"}}}


def reading(text: str, **parameters: str) -> DocumentReading:
    (document,) = parse(text)
    assert pipeline.claims(document)
    return pipeline.read(document, ReadContext(None, tuple(parameters.items())))


def pairs(found: DocumentReading) -> list[tuple[str, str | None, str | None]]:
    texts = [(d.image.text, d.instance_type.text) for d in found.deployments]
    return [
        (d.resource, image.shown().rpartition("/")[2] if image else None, instance.shown() if instance else None)
        for d, (image, instance) in zip(found.deployments, texts, strict=True)
    ]


TAGGED = "pytorch-training:2.1.0-cpu-py310"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("ml.m5.large", "ml.m5.large", id="a literal"),
        pytest.param({"Get": "Parameters.Type"}, "ml.c5.large", id="a parameter with a default"),
        pytest.param({"Get": "Parameters.Open"}, "${Parameters.Open}", id="a parameter without a default"),
        pytest.param({"Get": "Parameters.None"}, "${Parameters.None}", id="an undeclared parameter"),
        pytest.param({"Get": "Steps.Other.Type"}, "${Steps.Other.Type}", id="the result of a step"),
        pytest.param({"Std:Join": {"On": ".", "Values": ["ml", "m5", "large"]}}, "ml.m5.large", id="joined parts"),
        pytest.param({"Std:Join": {"On": "", "Values": ["ml.", {"Get": "Parameters.Open"}]}}, "ml.${Parameters.Open}", id="joined with an unknown part"),
        pytest.param({"Std:Join": {"On": {"a": 1}, "Values": ["ml."]}}, "${Std:Join}", id="joined by something other than a string"),
        pytest.param({"Std:JsonGet": {"Path": "x"}}, "${...}", id="another function"),
        pytest.param(["ml.m5.large"], "${...}", id="a list"),
    ],
)
def test_values_of_an_instance_type(value: object, expected: str) -> None:
    parameters = [{"Name": "Type", "Type": "String", "DefaultValue": "ml.c5.large"}, {"Name": "Open", "Type": "String"}]
    assert pairs(reading(definition(training(instance=value), parameters=parameters))) == [("Train", TAGGED, expected)]


def test_a_given_parameter_wins_over_its_default() -> None:
    text = definition(training(instance={"Get": "Parameters.T"}), parameters=[{"Name": "T", "DefaultValue": "ml.c5.large"}])
    assert pairs(reading(text, T="ml.p3.2xlarge")) == [("Train", TAGGED, "ml.p3.2xlarge")]


def test_a_default_has_its_span() -> None:
    text = definition(training(instance={"Get": "Parameters.T"}), parameters=[{"Name": "T", "DefaultValue": "ml.c5.large"}])
    (piece,) = reading(text).deployments[0].instance_type.text.pieces  # type: ignore[union-attr]
    assert piece.editable
    assert piece.span is not None
    assert text[piece.span.start : piece.span.end] == "ml.c5.large"


@pytest.mark.parametrize("kind", [pytest.param("Model", id="as the SDK writes it"), pytest.param("CreateModel", id="by its other type")])
def test_a_transform_runs_the_model_of_a_step(kind: str) -> None:
    found = reading(definition(model(kind=kind), transform({"Get": "Steps.Model.ModelName"})))
    assert pairs(found) == [("Model", TAGGED, "ml.m5.large")]
    assert found.problems == ()


@pytest.mark.parametrize(
    ("reference", "dangling"),
    [
        pytest.param({"Get": "Steps.Model.ModelName"}, False, id="an existing step"),
        pytest.param({"Get": "Steps.Inner.ModelName"}, False, id="a step in a condition"),
        pytest.param({"Get": "Steps.Modell.ModelName"}, True, id="a missing step"),
        pytest.param({"Get": "Steps.Modell.Other"}, False, id="another property of a step"),
        pytest.param({"Get": "Parameters.Model"}, False, id="a parameter"),
        pytest.param("churn", False, id="a literal name"),
        pytest.param({"Get": "Steps.${Name}.ModelName"}, False, id="a templated name"),
    ],
)
def test_a_dangling_reference(reference: object, dangling: bool) -> None:
    condition = {"Name": "If", "Type": "Condition", "Arguments": {"IfSteps": [model("Inner")], "ElseSteps": []}}
    assert bool(reading(definition(model(), condition, transform(reference))).problems) is dangling


@pytest.mark.parametrize("key", ["IfSteps", "ElseSteps"])
def test_the_steps_of_a_condition_are_read(key: str) -> None:
    text = definition({"Name": "If", "Type": "Condition", "Arguments": {key: [training()]}})
    (found,) = reading(text).deployments
    assert found.pointer == f"/Steps/0/Arguments/{key}/0/Arguments/AlgorithmSpecification/TrainingImage"


def test_a_registered_model_is_paired_with_the_instance_types_that_it_supports() -> None:
    register = {"Name": "R", "Type": "RegisterModel", "Arguments": {"InferenceSpecification": {"Containers": [{"Image": IMAGE}], "SupportedRealtimeInferenceInstanceTypes": ["ml.g5.xlarge"]}}}
    assert pairs(reading(definition(register))) == [("R", TAGGED, "ml.g5.xlarge")]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{Version: '2020-12-01'}", id="no steps"),
        pytest.param("{Version: '2020-12-01', Steps: []}", id="empty steps"),
        pytest.param("{Version: '2012-10-17', Steps: [{Name: a, Type: Training}]}", id="another version"),
        pytest.param("{Steps: [{Name: a, Type: Training}]}", id="no version"),
        pytest.param("{Version: '2020-12-01', Steps: {a: {Type: Training}}}", id="steps that are a mapping"),
        pytest.param("[]", id="a list"),
    ],
)
def test_other_documents_are_not_claimed(text: str) -> None:
    assert not pipeline.claims(parse(text)[0])


TREES = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(Path(ROOT / "fixtures").glob("*/pipeline/**/*.json"))]


@settings(max_examples=150, deadline=None)
@given(tree=mutated(TREES))
def test_no_tree_raises(tree: object) -> None:
    text = json.dumps({"root": tree}) if not isinstance(tree, dict | list) else json.dumps(tree)
    (document,) = parse(text)
    pipeline.claims(document)
    for environment in (ReadContext(), ReadContext("us-east-1", (("Instance", "ml.c5.large"),))):
        found = pipeline.read(document, environment)
        assert all(0 <= text_.anchor.start <= text_.anchor.end <= len(text) for d in found.deployments for text_ in d.texts())


ARM_IMAGE = "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference-arm64:2.6.0-cpu-py312-ubuntu22.04-sagemaker"
X86_IMAGE = "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker"
CHOSEN = {"Get": "Parameters.Chosen"}
ACCURACY = {"Std:JsonGet": {"PropertyFile": {"Get": "Steps.Evaluate.PropertyFiles.Report"}, "Path": "accuracy"}}


def parameter(name: str, *default: str, **more: object) -> dict[str, object]:
    return {"Name": name, "Type": "String", **({"DefaultValue": default[0]} if default else {}), **more}


def compare(left: object, right: object, kind: str = "Equals") -> dict[str, object]:
    return {"Type": kind, "LeftValue": left, "RightValue": right}


def endpoint(image: object, instance: object) -> dict[str, object]:
    containers = {"Containers": [{"Image": image}], "SupportedRealtimeInferenceInstanceTypes": [instance]}
    return {"Name": "R", "Type": "RegisterModel", "Arguments": {"InferenceSpecification": containers}}


def conditional(conditions: list[object], *steps: object, otherwise: tuple[object, ...] = ()) -> dict[str, object]:
    return {"Name": "If", "Type": "Condition", "Arguments": {"Conditions": conditions, "IfSteps": list(steps), "ElseSteps": list(otherwise)}}


def architecture_findings(text: str, filename: str = "pipeline.json") -> list[str]:
    return [one.message for one in lint(text, filename, as_of="2026-01-01").findings if one.rule == "image-architecture-mismatch"]


SIZE = {"Get": "Parameters.Size"}


@pytest.mark.parametrize(
    ("parameters", "conditions", "found"),
    [
        pytest.param([parameter("Chosen", "arm")], [compare(CHOSEN, "arm")], 1, id="the default makes it true"),
        pytest.param([parameter("Chosen", "x86")], [compare(CHOSEN, "arm")], 0, id="the default makes it false"),
        pytest.param([parameter("Chosen")], [compare(CHOSEN, "arm")], 0, id="a parameter without a default"),
        pytest.param([parameter("Chosen", "x86")], [{"Type": "Not", "Expression": compare(CHOSEN, "arm")}], 1, id="Not"),
        pytest.param([parameter("Chosen", "x86")], [{"Type": "In", "QueryValue": CHOSEN, "Values": ["arm", "a"]}], 0, id="In"),
        pytest.param([parameter("Chosen", "a")], [{"Type": "In", "QueryValue": CHOSEN, "Values": ["arm", "a"]}], 1, id="In a list with the default"),
        pytest.param([parameter("Chosen", "x86")], [{"Type": "Or", "Conditions": [compare(CHOSEN, "arm"), compare(CHOSEN, "x86")]}], 1, id="Or"),
        pytest.param([parameter("Chosen", "arm")], [compare(CHOSEN, "arm"), compare("a", "b")], 0, id="one of several is false"),
        pytest.param([parameter("Chosen", "5")], [compare(CHOSEN, 4, "GreaterThan")], 1, id="GreaterThan"),
        pytest.param([parameter("Chosen", "5")], [compare(CHOSEN, 5.0, "LessThan")], 0, id="LessThan"),
        pytest.param([], [compare(ACCURACY, 0.8, "GreaterThanOrEqualTo")], 1, id="a result of another step"),
        pytest.param([parameter("Chosen", "0.8")], [compare(ACCURACY, CHOSEN, "GreaterThanOrEqualTo")], 1, id="a result and a default"),
        pytest.param([], [compare("a", "b")], 0, id="literals that never hold"),
    ],
)
def test_a_condition_decides_whether_a_step_runs_with_defaults(parameters: list[object], conditions: list[object], found: int) -> None:
    parameters = [*parameters, parameter("Size", "ml.m5.large")]
    step = endpoint(ARM_IMAGE, SIZE)
    assert len(architecture_findings(definition(conditional(conditions, step), parameters=parameters))) == found
    nested = conditional([compare("a", "a")], conditional(conditions, step))
    assert len(architecture_findings(definition(nested, parameters=parameters))) == found
    inverted = conditional([{"Type": "Not", "Expression": each} for each in conditions], otherwise=(step,)) if len(conditions) == 1 else None
    if inverted is not None:
        assert len(architecture_findings(definition(inverted, parameters=parameters))) == found


def test_a_condition_in_an_embedded_definition() -> None:
    for default, found in (("arm", 1), ("x86", 0)):
        parameters = [parameter("Chosen", default), parameter("Size", "ml.m5.large")]
        body = definition(conditional([compare(CHOSEN, "arm")], endpoint(ARM_IMAGE, SIZE)), parameters=parameters)
        pipeline_resource = {"Type": "AWS::SageMaker::Pipeline", "Properties": {"PipelineDefinition": {"PipelineDefinitionBody": body}}}
        assert len(architecture_findings(json.dumps({"Resources": {"P": pipeline_resource}}), "template.json")) == found


def test_a_step_with_literal_values_is_checked_unless_it_never_runs() -> None:
    step = endpoint(ARM_IMAGE, "ml.m5.large")
    for conditions, found in (([compare(CHOSEN, "arm")], 1), ([compare("a", "b")], 0)):
        assert len(architecture_findings(definition(conditional(conditions, step), parameters=[parameter("Chosen", "x86")]))) == found


def test_a_given_value_decides_a_condition() -> None:
    text = definition(conditional([compare(CHOSEN, "arm")], endpoint(ARM_IMAGE, SIZE)), parameters=[parameter("Chosen", "arm"), parameter("Size", "ml.m5.large")])
    assert reading(text, Chosen="x86").deployments == ()
    (found,) = reading(text, Chosen="arm").deployments
    assert found.instance_type.known


def test_a_default_that_a_step_in_another_branch_uses_is_not_changed() -> None:
    image = {"Get": "Parameters.Image"}
    parameters = [parameter("Chosen", "x86"), parameter("Image", X86_IMAGE)]
    alone = definition(endpoint(image, "ml.c7g.large"), parameters=parameters)
    assert ARM_IMAGE in fix(alone, "pipeline.json", as_of="2026-01-01")
    both = definition(endpoint(image, "ml.c7g.large"), conditional([compare(CHOSEN, "arm")], endpoint(image, "ml.m5.large")), parameters=parameters)
    assert fix(both, "pipeline.json", as_of="2026-01-01") == both

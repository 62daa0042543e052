"""State machines: which tasks call SageMaker, which of their values are known, and which model runs on which variant."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smlint.model.deployment import Deployment, DocumentReading
from smlint.readers import stepfunctions
from smlint.readers.reader import ReadContext
from smlint.syntax import parse
from tests.conftest import ROOT
from tests.mutated import mutated

IMAGE = "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-training:2.1.0-cpu-py310"
TRAIN = {"AlgorithmSpecification": {"TrainingImage": IMAGE}, "ResourceConfig": {"InstanceType": "ml.m5.large"}}
SAGEMAKER = "arn:aws:states:::sagemaker:"


def reading(text: str) -> DocumentReading:
    (document,) = parse(text)
    assert stepfunctions.claims(document)
    return stepfunctions.read(document, ReadContext())


def task(resource: str, parameters: object = None, key: str = "Parameters") -> dict[str, object]:
    return {"Type": "Task", "Resource": resource, key: TRAIN if parameters is None else parameters, "End": True}


def machine(**states: object) -> str:
    return json.dumps({"StartAt": "A", "States": states})


def pairs(found: DocumentReading) -> list[tuple[str, str | None, str | None]]:
    return [(d.resource, shown(d), d.instance_type.text.shown() if d.instance_type.text else None) for d in found.deployments]


def shown(deployment: Deployment) -> str | None:
    return deployment.image.text.shown().rpartition("/")[2] if deployment.image.text is not None else None


@pytest.mark.parametrize(
    "resource",
    [
        pytest.param("arn:aws:states:::sagemaker:createTrainingJob", id="request and response"),
        pytest.param("arn:aws:states:::sagemaker:createTrainingJob.sync", id="run a job"),
        pytest.param("arn:aws:states:::aws-sdk:sagemaker:createTrainingJob", id="the SDK integration"),
        pytest.param("arn:aws-cn:states:::sagemaker:createTrainingJob.sync", id="another partition"),
        pytest.param("arn:${AWS::Partition}:states:::sagemaker:createTrainingJob.sync:2", id="a templated partition"),
    ],
)
def test_tasks_that_call_sagemaker(resource: str) -> None:
    assert pairs(reading(machine(A=task(resource)))) == [("A", "pytorch-training:2.1.0-cpu-py310", "ml.m5.large")]


@pytest.mark.parametrize(
    "resource",
    [
        pytest.param("arn:aws:states:::lambda:invoke", id="another service"),
        pytest.param("arn:aws:lambda:us-east-1:111122223333:function:sagemaker:createTrainingJob", id="a function with that name"),
        pytest.param("arn:aws:states:::sagemaker:createLabelingJob", id="an operation without an image"),
        pytest.param("arn:aws:states:::aws-sdk:sagemaker:describeTrainingJob", id="a read operation"),
        pytest.param("arn:aws:states:::aws-sdk:sagemakerruntime:createTrainingJob", id="a service with a longer name"),
    ],
)
def test_other_tasks_are_skipped(resource: str) -> None:
    assert reading(machine(A=task(resource))).deployments == ()


def test_arguments_of_jsonata_are_read() -> None:
    arguments = {**TRAIN, "ResourceConfig": {"InstanceType": "{% $states.input.type %}"}}
    assert pairs(reading(machine(A=task(SAGEMAKER + "createTrainingJob", arguments, "Arguments")))) == [
        ("A", "pytorch-training:2.1.0-cpu-py310", "${{% $states.input.type %}}")
    ]


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        pytest.param({"TrainingImage.$": "$.image"}, "${$.image}", id="a path"),
        pytest.param({"TrainingImage": "{% $image & ':1' %}"}, "${{% $image & ':1' %}}", id="JSONata"),
        pytest.param({"TrainingImage": "${Image}"}, "${Image}", id="a substitution"),
        pytest.param({"TrainingImage.$": "States.Format('{}.dkr.ecr.us-west-2.amazonaws.com/x:{}', $.a, $.v)"}, "x:${$.v}", id="States.Format"),
        pytest.param({"TrainingImage.$": "States.Format('{}', $.a, $.b)"}, "${States.Format('{}', $.a, $.b)}", id="States.Format with too many arguments"),
        pytest.param({"TrainingImage.$": "States.Format('\\'{}', $.a)"}, "${States.Format('\\'{}', $.a)}", id="States.Format with an escape"),
        pytest.param({"TrainingImage.$": "States.Format($.f, $.a)"}, "${States.Format($.f, $.a)}", id="States.Format of a path"),
        pytest.param({"TrainingImage": {"a": 1}}, "${...}", id="a mapping"),
    ],
)
def test_expressions_are_unknown(field: dict[str, object], expected: str) -> None:
    (found,) = reading(machine(A=task(SAGEMAKER + "createTrainingJob", {**TRAIN, "AlgorithmSpecification": field}))).deployments
    assert shown(found) == expected
    assert not found.image.text.known if found.image.text else False


def test_a_path_instead_of_a_part_of_the_request_is_unknown() -> None:
    (found,) = reading(machine(A=task(SAGEMAKER + "createTrainingJob", {"AlgorithmSpecification.$": "$.a", "ResourceConfig": {"InstanceType": "ml.m5.large"}}))).deployments
    assert found.image.state.value == "unknown"
    assert found.instance_type.value.name == "ml.m5.large"


def test_states_in_branches_and_maps_are_read() -> None:
    inner = {"StartAt": "A", "States": {"A": task(SAGEMAKER + "createTrainingJob")}}
    text = machine(
        P={"Type": "Parallel", "Branches": [inner, inner]}, M={"Type": "Map", "ItemProcessor": inner}, I={"Type": "Map", "Iterator": inner}
    )
    assert [d.pointer.removesuffix("/States/A/Parameters/AlgorithmSpecification/TrainingImage") for d in reading(text).deployments] == [
        "/States/P/Branches/0", "/States/P/Branches/1", "/States/M/ItemProcessor", "/States/I/Iterator",
    ]  # fmt: skip


def model(name: dict[str, str], image: str = IMAGE) -> dict[str, object]:
    return task(SAGEMAKER + "createModel", {**name, "PrimaryContainer": {"Image": image}})


def config(name: dict[str, str]) -> dict[str, object]:
    return task(SAGEMAKER + "createEndpointConfig", {"ProductionVariants": [{**name, "InstanceType": "ml.c6g.large"}]})


@pytest.mark.parametrize(
    ("own", "named", "linked"),
    [
        pytest.param({"ModelName": "m"}, {"ModelName": "m"}, True, id="the same name"),
        pytest.param({"ModelName": "m"}, {"ModelName": "n"}, False, id="another name"),
        pytest.param({"ModelName.$": "$.m"}, {"ModelName.$": "$.m"}, True, id="the same path"),
        pytest.param({"ModelName.$": "$.m"}, {"ModelName.$": "$.n"}, False, id="another path"),
        pytest.param({"ModelName": "{% $m %}"}, {"ModelName": "{% $m %}"}, True, id="the same expression"),
        pytest.param({}, {}, False, id="no names"),
        pytest.param({"ModelName": ""}, {"ModelName": ""}, False, id="empty names"),
    ],
)
def test_links_between_variants_and_models(own: dict[str, str], named: dict[str, str], linked: bool) -> None:
    found = pairs(reading(machine(A=model(own), B=config(named))))
    assert (("A", "pytorch-training:2.1.0-cpu-py310", "ml.c6g.large") in found) is linked
    assert len(found) == (1 if linked else 2)


def test_models_of_one_name_in_two_branches_are_not_linked() -> None:
    found = pairs(reading(machine(A=model({"ModelName": "m"}), B=model({"ModelName": "m"}, IMAGE + "-b"), C=config({"ModelName": "m"}))))
    assert all(image is None or instance is None for _, image, instance in found)
    assert len(found) == 3


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{}", id="an empty mapping"),
        pytest.param("{StartAt: A}", id="no states"),
        pytest.param("{StartAt: A, States: [A]}", id="states that are a list"),
        pytest.param("{StartAt: A, States: {}}", id="empty states"),
        pytest.param("{StartAt: [A], States: {A: {Type: Pass}}}", id="a list instead of a start state"),
        pytest.param("{States: {A: {Type: Pass}}}", id="no start state"),
    ],
)
def test_other_documents_are_not_claimed(text: str) -> None:
    assert not stepfunctions.claims(parse(text)[0])


TREES = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(Path(ROOT / "fixtures/ok/stepfunctions").glob("*.json"))]


@settings(max_examples=150, deadline=None)
@given(tree=mutated(TREES), region=st.sampled_from([None, "us-east-1"]))
def test_no_tree_raises(tree: object, region: str | None) -> None:
    for document in parse(json.dumps({"StartAt": "A", "States": tree})) + parse(json.dumps([tree])):
        stepfunctions.claims(document)
        stepfunctions.read(document, ReadContext(region))
    if isinstance(tree, dict):
        stepfunctions.read(parse(json.dumps(tree))[0], ReadContext(region))

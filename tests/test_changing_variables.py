"""An expression with a variable that changes between two states is not the same value in both."""

from __future__ import annotations

import json

import pytest

from smlint import lint

X86 = "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker"


def machine(name: str, assign_in_model: dict[str, str] | None = None, first: dict[str, str] | None = None, second: dict[str, str] | None = None) -> str:
    model = {"ModelName": name, "ExecutionRoleArn": "arn:aws:iam::111122223333:role/r", "PrimaryContainer": {"Image": X86}}
    config = {"EndpointConfigName": "c", "ProductionVariants": [{"ModelName": name, "VariantName": "a", "InstanceType": "ml.c7g.xlarge"}]}
    create = "arn:aws:states:::sagemaker:create"
    states = {
        "First": {"Type": "Pass", "Assign": first or {}, "Next": "Model"},
        "Model": {"Type": "Task", "Resource": create + "Model", "Arguments": model, "Assign": assign_in_model or {}, "Next": "Second"},
        "Second": {"Type": "Pass", "Assign": second or {}, "Next": "Config"},
        "Config": {"Type": "Task", "Resource": create + "EndpointConfig", "Arguments": config, "End": True},
    }
    return json.dumps({"QueryLanguage": "JSONata", "StartAt": "First", "States": states})


@pytest.mark.parametrize(
    ("text", "is_pair"),
    [
        pytest.param(machine("{% $name %}"), True, id="never assigned"),
        pytest.param(machine("{% $name %}", first={"name": "a"}), True, id="assigned once, before both"),
        pytest.param(machine("{% $name %}", {"name": "b"}), False, id="assigned by the task itself"),
        pytest.param(machine("{% $name %}", first={"name": "a"}, second={"name": "b"}), False, id="assigned twice"),
        pytest.param(machine("{% $name & '-m' %}", {"name": "b"}), False, id="part of an expression"),
        pytest.param(machine("{% $name %}", {"other": "b"}), True, id="another variable is assigned"),
    ],
)
def test_a_model_and_a_variant_are_linked_only_by_the_same_value(text: str, is_pair: bool) -> None:
    found = [finding.rule for finding in lint(text, "alone/a.asl.json", as_of="2026-01-01").findings]
    assert ("image-architecture-mismatch" in found) is is_pair

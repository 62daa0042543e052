"""A model that other files use by its literal name, or by the output of a nested stack."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from smlint.runner.run import check
from tests.test_parameter_files import SETTINGS
from tests.test_project import MISMATCH, X86, write

ARM_TYPE = "ml.c7g.xlarge"


def model(name: str = "churn", image: str = X86) -> str:
    return f"  M: {{Type: AWS::SageMaker::Model, Properties: {{ModelName: {name}, PrimaryContainer: {{Image: '{image}'}}}}}}\n"


def config(instance_type: str, name: str = "churn") -> str:
    variant = f"{{ModelName: {name}, InstanceType: {instance_type}}}"
    return f"  C: {{Type: AWS::SageMaker::EndpointConfig, Properties: {{ProductionVariants: [{variant}]}}}}\n"


def template(*resources: str) -> str:
    return "Resources:\n" + "".join(resources)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "model.yaml", template(model(), config(ARM_TYPE)))
    return tmp_path


@pytest.mark.parametrize("target", ["model.yaml", "."])
@pytest.mark.parametrize(
    ("other", "is_fixed"),
    [
        pytest.param(template(config("ml.m5.xlarge")), False, id="a variant of the model"),
        pytest.param(template(config("ml.m5.xlarge", "'churn'")), False, id="a quoted name"),
        pytest.param(template(config("ml.m5.xlarge", "fraud")), True, id="a variant of another model"),
        pytest.param(template(model(), config("ml.m5.xlarge")), True, id="a template with a model of this name"),
        pytest.param(template(config("ml.m5.xlarge", "!Ref Name")), True, id="a name that is not literal"),
    ],
)
def test_a_fix_counts_variants_of_other_templates_that_name_the_model(folder: Path, target: str, other: str, is_fixed: bool) -> None:
    write(folder / "endpoint.yaml", other)
    fixes = {finding.path: finding.fix for finding in check([target], SETTINGS).report.findings if finding.rule == MISMATCH}
    assert (fixes["model.yaml"] is not None) is is_fixed


def test_a_name_is_no_reason_to_doubt_files_that_were_not_read(folder: Path) -> None:
    for number in range(210):
        write(folder / f"a{number}.yaml", template(model(f"m{number}")))
    (finding,) = [each for each in check(["model.yaml"], SETTINGS).report.findings if each.rule == MISMATCH]
    assert finding.fix is not None


STATES = {
    "createEndpointConfig": {"ProductionVariants": [{"VariantName": "a", "ModelName": "churn", "InstanceType": "ml.m5.xlarge"}]},
    "createTransformJob": {"ModelName": "churn", "TransformResources": {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1}},
}
CONFIG_OBJECT = (
    "apiVersion: sagemaker.services.k8s.aws/v1alpha1\nkind: EndpointConfig\nmetadata: {name: c}\n"
    "spec: {productionVariants: [{variantName: a, modelName: churn, instanceType: ml.m5.xlarge}]}\n"
)
MODEL_OBJECT = (
    "apiVersion: sagemaker.services.k8s.aws/v1alpha1\nkind: Model\nmetadata: {name: m}\n"
    f"spec: {{modelName: churn, containers: [{{image: '{X86}'}}]}}\n---\n"
)
MODEL_REQUEST = {"ModelName": "churn", "ExecutionRoleArn": "arn:aws:iam::111122223333:role/r", "PrimaryContainer": {"Image": X86}}


def machine(*operations: tuple[str, object]) -> str:
    states = {
        operation: {"Type": "Task", "Resource": f"arn:aws:states:::sagemaker:{operation}", "Parameters": parameters, "End": True}
        for operation, parameters in operations
    }
    return json.dumps({"StartAt": operations[0][0], "States": states})


def terraform(resources: dict[str, object]) -> str:
    return json.dumps({"resource": resources})


def on_arm(text: str) -> str:
    return text.replace("ml.m5.xlarge", ARM_TYPE)


TERRAFORM_MODEL = {"m": {"name": "churn", "primary_container": {"image": X86}}}
TERRAFORM_CONFIG = {"c": {"production_variants": [{"model_name": "churn", "instance_type": ARM_TYPE}]}}
MODELS = {
    "CloudFormation": ("model.yaml", template(model(), config(ARM_TYPE))),
    "Kubernetes": ("model.yaml", MODEL_OBJECT + on_arm(CONFIG_OBJECT)),
    "Step Functions": ("model.asl.json", machine(("createModel", MODEL_REQUEST), ("createEndpointConfig", json.loads(on_arm(json.dumps(STATES["createEndpointConfig"])))))),
    "Terraform": ("model.tf.json", terraform({"aws_sagemaker_model": TERRAFORM_MODEL, "aws_sagemaker_endpoint_configuration": TERRAFORM_CONFIG})),
}
USES = {
    "CloudFormation": ("use.yaml", template(config("ml.m5.xlarge"))),
    "Kubernetes": ("use.yaml", CONFIG_OBJECT),
    "an endpoint in a state machine": ("use.asl.json", machine(("createEndpointConfig", STATES["createEndpointConfig"]))),
    "a job in a state machine": ("use.asl.json", machine(("createTransformJob", STATES["createTransformJob"]))),
    "a request": ("use.json", json.dumps({"EndpointConfigName": "c", **STATES["createEndpointConfig"]})),
    "Terraform": ("use/use.tf.json", on_arm(terraform({"aws_sagemaker_endpoint_configuration": TERRAFORM_CONFIG})).replace(ARM_TYPE, "ml.m5.xlarge")),
}


@pytest.mark.parametrize(("use", "text"), USES.values(), ids=USES)
@pytest.mark.parametrize(("path", "source"), MODELS.values(), ids=MODELS)
def test_a_fix_counts_uses_of_a_literal_name_in_other_formats(folder: Path, path: str, source: str, use: str, text: str) -> None:
    (folder / "model.yaml").unlink()
    write(folder / path, source)
    (alone,) = [finding for finding in check(["."], SETTINGS).report.findings if finding.rule == MISMATCH]
    assert alone.fix is not None
    write(folder / use, text)
    (finding,) = [each for each in check(["."], SETTINGS).report.findings if each.rule == MISMATCH]
    assert finding.fix is None


NESTING = "  N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ./model.yaml}}\n"


@pytest.mark.parametrize("target", ["model.yaml", "."])
@pytest.mark.parametrize(
    ("root", "is_fixed"),
    [
        pytest.param(NESTING + config("ml.m5.xlarge", "!GetAtt N.Outputs.Model"), False, id="a variant"),
        pytest.param(NESTING + config("ml.m5.xlarge", "{'Fn::GetAtt': [N, Outputs.Model]}"), False, id="the long form"),
        pytest.param(
            f"{NESTING}  E: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: ./ep.yaml, Parameters: {{M: !GetAtt N.Outputs.Model}}}}}}\n",
            False,
            id="another nested stack",
        ),
        pytest.param(NESTING + config("ml.m5.xlarge", "!GetAtt N.Outputs.Other"), True, id="another output"),
        pytest.param(f"{NESTING}Outputs: {{Model: {{Value: !GetAtt N.Outputs.Model}}}}\n", True, id="an output of the parent"),
    ],
)
def test_a_fix_counts_uses_of_an_output_of_a_nested_stack(folder: Path, target: str, root: str, is_fixed: bool) -> None:
    write(folder / "model.yaml", template(model("a"), config(ARM_TYPE, "!GetAtt M.ModelName")) + "Outputs: {Model: {Value: !GetAtt M.ModelName}}\n")
    write(folder / "root.yaml", template(root))
    fixes = {finding.path: finding.fix for finding in check([target], SETTINGS).report.findings if finding.rule == MISMATCH}
    assert (fixes["model.yaml"] is not None) is is_fixed

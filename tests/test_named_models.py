"""A CloudFormation model with a literal name, which variants of other templates name."""

from __future__ import annotations

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

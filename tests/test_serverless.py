"""Templates that the Serverless Framework merges: a part may use the models and parameters of another one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from smlint.runner.run import check
from tests.test_parameter_files import SETTINGS, TEMPLATE
from tests.test_project import MISMATCH, write

DANGLING = "dangling-model-reference"
PART = """Resources:
  Other: {Type: AWS::SageMaker::Model, Properties: {ExecutionRoleArn: r}}
  C: {Type: AWS::SageMaker::EndpointConfig, Properties: {ProductionVariants: [{ModelName: !GetAtt A.ModelName, InstanceType: ml.m5.large}]}}
"""
LIST = "service: x\nresources:\n- ${file(models.yml)}\n- ${file(stacks/part.yml)}\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def rules(path: str) -> set[str]:
    return {finding.rule for finding in check([path], SETTINGS).report.findings}


@pytest.mark.parametrize(
    ("name", "service", "is_reported"),
    [
        pytest.param("other.yml", LIST, True, id="no service"),
        pytest.param("serverless.yml", "service: x\nresources:\n- ${file(models.yml)}\n", True, id="a service without the file"),
        pytest.param("serverless.yml", LIST, False, id="a service"),
        pytest.param("serverless.yaml", LIST, False, id="another suffix"),
        pytest.param("stacks/serverless.yml", LIST.replace("stacks/", ""), False, id="a service in the folder"),
        pytest.param("serverless.yml", "resources: [\"${file(stacks/${opt:part, 'part'}.yml)}\"]\n", False, id="a variable in the path"),
        pytest.param("serverless.yml", "resources: [\"${file(stacks/models-${sls:stage}.yml)}\"]\n", True, id="a path that does not fit"),
        pytest.param("serverless.json", json.dumps({"resources": ["${file(stacks/part.yml)}"]}), False, id="JSON"),
        pytest.param("serverless.ts", "export default {resources: ['${file(stacks/part.yml)}']};\n", False, id="TypeScript"),
    ],
)
def test_a_part_may_refer_to_a_model_in_another_part(folder: Path, name: str, service: str, is_reported: bool) -> None:
    write(folder / "stacks/part.yml", PART)
    write(folder / name, service)
    assert (DANGLING in rules("stacks/part.yml")) is is_reported


@pytest.mark.parametrize(
    ("more", "is_reported"),
    [
        pytest.param("", True, id="no other default"),
        pytest.param("- Parameters: {Size: {Default: ml.m5.xlarge}}\n", False, id="another default"),
        pytest.param("- Parameters: {Other: {Default: ml.m5.xlarge}}\n", True, id="another parameter"),
        pytest.param("- ${file(parameters.yml)}\n", False, id="another default in a file"),
    ],
)
def test_another_part_may_replace_the_default_of_a_parameter(folder: Path, more: str, is_reported: bool) -> None:
    write(folder / "endpoint.yaml", TEMPLATE)
    write(folder / "parameters.yml", "Parameters: {Size: {Type: String, Default: ml.m5.xlarge}}\n")
    write(folder / "serverless.yml", f"service: x\nresources:\n- ${{file(endpoint.yaml)}}\n{more}")
    assert (MISMATCH in rules("endpoint.yaml")) is is_reported

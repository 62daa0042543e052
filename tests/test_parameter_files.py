"""Parameter files in a template's folder: values that its parameters may have besides the default."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from smlint.model.results import FixMode
from smlint.model.settings import Settings
from smlint.runner.run import check
from tests.test_project import MISMATCH, X86, write

TEMPLATE = f"""Parameters:
  Size: {{Type: String, Default: ml.c7g.xlarge}}
Resources:
  M: {{Type: AWS::SageMaker::Model, Properties: {{PrimaryContainer: {{Image: '{X86}'}}}}}}
  C: {{Type: AWS::SageMaker::EndpointConfig, Properties: {{ProductionVariants: [{{ModelName: !GetAtt M.ModelName, InstanceType: !Ref Size}}]}}}}
"""
PAIRS = [{"ParameterKey": "Size", "ParameterValue": "ml.m5.xlarge"}]
SETTINGS = Settings(today="2024-01-01")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "text", "is_fixed"),
    [
        pytest.param("prod.json", json.dumps(PAIRS), False, id="pairs"),
        pytest.param("prod.json", json.dumps({"Parameters": {"Size": "ml.m5.xlarge"}}), False, id="a template configuration"),
        pytest.param("prod.json", json.dumps({"Parameters": ["Size=ml.m5.xlarge"]}), False, id="a list of assignments"),
        pytest.param("samconfig.toml", '[prod.deploy.parameters]\nparameter_overrides = "Size=\\"ml.m5.xlarge\\" Other=1"\n', False, id="SAM: a string"),
        pytest.param("samconfig.toml", '[default.deploy.parameters]\nparameter_overrides = ["Size=ml.m5.xlarge"]\n', False, id="SAM: a list"),
        pytest.param(
            "samconfig.yaml", "default: {deploy: {parameters: {parameter_overrides: [Size=ml.m5.xlarge]}}}\n", False, id="SAM: YAML, a list"
        ),
        pytest.param("samconfig.yml", "default: {deploy: {parameters: {parameter_overrides: {Size: ml.m5.xlarge}}}}\n", False, id="SAM: YAML, a mapping"),
        pytest.param("samconfig.json", '{"a": {"deploy": {"parameters": {"parameter_overrides": "Size=ml.m5.xlarge"}}}}', False, id="SAM: JSON"),
        pytest.param("prod.yaml", "- ParameterKey: Size\n  ParameterValue: ml.m5.xlarge\n", False, id="pairs in YAML"),
        pytest.param("prod.yaml", "---\n- {ParameterKey: Size, ParameterValue: ml.m5.xlarge}\n", False, id="pairs in flow style"),
        pytest.param("rain.yaml", "Parameters:\n  Size: ml.m5.xlarge\nTags: {team: a}\n", False, id="Rain"),
        pytest.param("deployment.yml", "template-file-path: ./t.yaml\nparameters:\n  Size: ml.m5.xlarge\n", False, id="a Git sync deployment file"),
        pytest.param("other.yaml", "Parameters: {Size: {Default: ml.m5.xlarge}}\nResources: {}\n", True, id="another template"),
        pytest.param("prod.json", json.dumps(PAIRS).replace("m5", "c6g"), True, id="another arm64 instance type"),
        pytest.param("prod.json", json.dumps(PAIRS).replace("Size", "Other"), True, id="another parameter"),
        pytest.param("prod.json", "[", True, id="not JSON"),
        pytest.param("samconfig.toml", "[", True, id="not TOML"),
        pytest.param("prod.txt", json.dumps(PAIRS), False, id="a text"),
        pytest.param("prod.csv", json.dumps(PAIRS), True, id="another suffix"),
    ],
)
def test_an_image_that_another_value_needs_is_not_fixed(folder: Path, name: str, text: str, is_fixed: bool) -> None:
    write(folder / "t.yaml", TEMPLATE)
    write(folder / name, text)
    found = [finding for finding in check(["t.yaml"], SETTINGS).report.findings if finding.rule == MISMATCH]
    assert len(found) == 1  # what the default does is reported
    check(["t.yaml"], SETTINGS, FixMode.APPLY)
    assert ((folder / "t.yaml").read_text() != TEMPLATE) is is_fixed


def test_a_fix_is_withheld_in_a_folder_with_too_many_files(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smlint.project.parameter_files.MAX_FILES", 1)
    write(folder / "t.yaml", TEMPLATE)
    write(folder / "u.yaml", TEMPLATE)
    check(["t.yaml"], SETTINGS, FixMode.APPLY)
    assert (folder / "t.yaml").read_text() == TEMPLATE


def test_ignored_parameter_files_do_not_count(folder: Path) -> None:
    write(folder / "t.yaml", TEMPLATE)
    write(folder / "prod.json", json.dumps(PAIRS))
    check(["t.yaml"], SETTINGS._replace(exclude=("prod.json",)), FixMode.APPLY)
    assert (folder / "t.yaml").read_text() != TEMPLATE


@pytest.mark.parametrize(
    ("working_directory", "is_fixed"),
    [
        pytest.param("project", False, id="the folder above belongs to the project"),
        pytest.param("project/templates", True, id="smlint runs in the folder of the template"),
    ],
)
def test_without_a_repository_nothing_above_the_working_directory_counts(
    folder: Path, monkeypatch: pytest.MonkeyPatch, working_directory: str, is_fixed: bool
) -> None:
    templates = folder / "project" / "templates"
    templates.mkdir(parents=True)
    write(templates / "t.yaml", TEMPLATE)
    write(folder / "project" / "prod.json", json.dumps(PAIRS))
    monkeypatch.chdir(folder / working_directory)
    check([str(templates / "t.yaml")], SETTINGS, FixMode.APPLY)
    assert ((templates / "t.yaml").read_text() != TEMPLATE) is is_fixed


def test_a_folder_above_with_too_many_files_is_no_project(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smlint.project.setting_files.MAX_FILES", 2)
    for name in ("a", "b", "c"):
        write(folder / name / "x.py", "")
    write(folder / "project/t.yaml", TEMPLATE)
    monkeypatch.chdir("/")
    check([str(folder / "project/t.yaml")], SETTINGS, FixMode.APPLY)
    assert (folder / "project/t.yaml").read_text() != TEMPLATE


def test_files_in_the_home_directory_do_not_belong_to_a_project_in_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("USERPROFILE", str(folder))
    templates = folder / "project"
    templates.mkdir()
    write(templates / "t.yaml", TEMPLATE)
    write(folder / "prod.json", json.dumps(PAIRS))
    monkeypatch.chdir(templates)
    check(["t.yaml"], SETTINGS, FixMode.APPLY)
    assert (templates / "t.yaml").read_text() != TEMPLATE

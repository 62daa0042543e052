"""Files outside a Terraform module set its variables: the values take part in the decision about a fix."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from smlint.model.results import FixMode
from smlint.model.settings import Settings
from smlint.project.set_variables import set_variables
from smlint.runner.run import check

X86 = "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker"
SETTINGS = Settings(today="2026-01-01")
VARIANT = {"variant_name": "a", "model_name": "${aws_sagemaker_model.m.name}", "instance_type": "${var.type}"}
MODULE = {
    "variable": {"type": {"default": "ml.c7g.large"}, "image": {"default": X86}},
    "resource": {
        "aws_sagemaker_model": {"m": {"primary_container": {"image": "${var.image}"}}},
        "aws_sagemaker_endpoint_configuration": {"c": {"production_variants": [VARIANT]}},
    },
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)


def write(files: dict[str, object]) -> None:
    for name, content in files.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")


def is_fixed(name: str = "modules/churn/main.tf.json") -> bool:
    before = Path(name).read_text(encoding="utf-8")
    check(["."], SETTINGS, FixMode.APPLY)
    return Path(name).read_text(encoding="utf-8") != before


def inputs(value: str, source: str = "../../modules/churn") -> str:
    return f'terraform {{\n  source = "{source}"\n}}\n\ninputs = {{\n  name = "x" # a comment\n  type = {value}\n}}\n'


SETTERS = {
    "values": ("envs/prod.tfvars", 'type = "ml.m5.large"\n'),
    "values in JSON": ("deploy/prod/eu.tfvars.json", '{"type": "ml.m5.large"}'),
    "values with something unknown": ("envs/prod.tfvars", "type = join(\".\", [])\n"),
    "Terragrunt": ("live/prod/terragrunt.hcl", inputs('"ml.m5.large"')),
    "Terragrunt: one line": ("live/prod/terragrunt.hcl", 'terraform { source = "../../modules//churn" }\ninputs = { name = "x", "type" = "ml.m5.large" }\n'),
    "Terragrunt: a local value": ("live/prod/terragrunt.hcl", inputs("local.type")),
    "Terragrunt: a function": ("live/prod/terragrunt.hcl", "inputs = merge(local.common, { type = local.type })\n"),
    "Terragrunt: a path with a function": ("live/prod/terragrunt.hcl", inputs('"ml.m5.large"', "${get_repo_root()}/modules/churn")),
    "Terragrunt: an address": ("live/prod/terragrunt.hcl", inputs('"ml.m5.large"', "git::https://example.com/x.git//modules/churn?ref=v1")),
    "Terragrunt: arguments": ("terragrunt.hcl", 'terraform {\n  extra_arguments "x" {\n    arguments = ["-var", "type=ml.m5.large"]\n  }\n}\n'),
    "OpenTofu": ("app/main.tofu", 'module "m" {\n  source = "../modules/churn"\n  type   = "ml.m5.large"\n}\n'),
    "OpenTofu in JSON": ("app/main.tofu.json", '{"module": {"m": {"source": "../modules/churn", "type": "ml.m5.large"}}}'),
    "a command": ("Makefile", "apply:\n\tterraform -chdir=modules/churn apply -var type=ml.m5.large\n"),
    "a command: quotes": ("deploy.sh", "terraform apply -auto-approve -var='type=ml.m5.large'\n"),
    "a command: an unknown value": ("deploy.sh", 'tofu apply -var "type=${TYPE}"\n'),
    "a command: any variable": ("deploy.sh", 'terraform apply -var "$1"\n'),
    "a command: a file of an unknown form": ("deploy.sh", "terraform apply -var-file=prod.vars\n"),
    "a script": ("deploy.py", 'run(["terraform", "apply", "-var", "type=ml.m5.large"])\n'),
    "the environment": ("deploy.sh", "export TF_VAR_type=ml.m5.large\n"),
    "a workflow": (".github/workflows/deploy.yml", "env: {TF_VAR_type: ml.m5.large}\n"),
    "a workflow: a variable": (".github/workflows/deploy.yml", "env:\n  TF_VAR_type: ${{ vars.TYPE }}\n"),
    "GitLab": (".gitlab-ci.yml", "variables:\n  TF_VAR_type: 'ml.m5.large'\n"),
    "Python": ("deploy.py", 'os.environ["TF_VAR_type"] = "ml.m5.large"\n'),
}


@pytest.mark.parametrize(("name", "text"), SETTERS.values(), ids=SETTERS)
def test_a_fix_suits_the_values_that_other_files_set(name: str, text: str) -> None:
    write({"modules/churn/main.tf.json": MODULE, name: text})
    assert not is_fixed()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("environments/web-prod.tfvars", 'type = "t3.micro"\n', id="values for another stack"),
        pytest.param("deploy.sh", "cd web && terraform apply -var type=t3.small\n", id="a command for another stack"),
        pytest.param(".github/workflows/web.yml", "env: {TF_VAR_type: t3.small}\n", id="the environment of another stack"),
        pytest.param("README.md", "    terraform apply -var type=ml.xxx\n", id="a placeholder"),
        pytest.param("modules/churn/prod.tfvars", 'type = "ml.c99.xlarge"\n', id="an unknown instance type"),
    ],
)
def test_a_value_that_another_file_sets_makes_no_finding(name: str, text: str) -> None:
    write({"modules/churn/main.tf.json": MODULE, name: text})
    findings = check(["."], SETTINGS).report.findings
    assert "image-architecture-mismatch" in {finding.rule for finding in findings}
    assert "unknown-instance-type" not in {finding.rule for finding in findings}


def test_an_invalid_value_that_a_validation_allows_is_reported() -> None:
    validation = {"condition": '${contains(["ml.c7g.large", "t3.micro"], var.type)}', "error_message": "x"}
    variables = {"variable": {"type": {"default": "ml.c7g.large", "validation": validation}, "image": {"default": X86}}}
    write({"modules/churn/main.tf.json": {"resource": MODULE["resource"]}, "modules/churn/variables.tf.json": variables})
    assert "unknown-instance-type" in {finding.rule for finding in check(["."], SETTINGS).report.findings}


def test_a_fix_is_withheld_if_not_all_files_are_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smlint.project.setting_files.MAX_FILES", 1)
    write({"modules/churn/main.tf.json": MODULE, "a.py": "", "b.py": ""})
    assert not is_fixed()


UNRELATED = {
    "no other file": ("readme.md", ""),
    "the same type": ("deploy.sh", "terraform apply -var type=ml.c7g.xlarge\n"),
    "another variable": ("deploy.sh", "terraform apply -var name=ml.m5.large\n"),
    "the values of another module": ("modules/other/prod.tfvars", 'type = "ml.m5.large"\n'),
    "Terragrunt with another module": ("live/prod/terragrunt.hcl", inputs('"ml.m5.large"', "../../modules/other")),
    "Terragrunt without it": ("live/prod/terragrunt.hcl", 'inputs = {\n  name = "x"\n}\n'),
}


@pytest.mark.parametrize(("name", "text"), UNRELATED.values(), ids=UNRELATED)
def test_a_fix_is_made_without_other_values(name: str, text: str) -> None:
    write({"modules/churn/main.tf.json": MODULE, "modules/other/main.tf": "", name: text})
    assert is_fixed()


def test_terragrunt_also_deploys_a_module_that_another_one_calls() -> None:
    call = {"module": {"m": {"source": "../modules/churn", "type": "ml.c7g.large"}}}
    write({"modules/churn/main.tf.json": MODULE, "app/main.tf.json": call, "live/prod/terragrunt.hcl": inputs('"ml.m5.large"')})
    assert not is_fixed()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("terraform plan -var-file=envs/$ENV.tfvars -out=x", []),
        ("terraform plan --var 'a=1' \\\n  -var \\\n  b=2", [("a", "1"), ("b", "2")]),
        ('["-var", "a=x", f"-var=b={value}"]', [("a", "x"), ("b", None)]),
        ("TF_VAR_a=x TF_VAR_b='y' terraform apply", [("a", "x"), ("b", "y")]),
        ("uses -variable a=1, my-var a=1", []),
    ],
)
def test_variables_in_a_text(text: str, expected: list[tuple[str, str | None]]) -> None:
    assert list(set_variables(text)) == expected

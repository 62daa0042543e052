"""Terraform conditions that constants decide, and those that depend on what smlint cannot know; trimmed texts; files that may change a module."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from smlint.model.findings import Finding, Severity
from smlint.model.results import FixMode
from smlint.model.settings import Settings
from smlint.runner.run import check

X86 = "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker"
ARM = X86.replace("pytorch-inference", "pytorch-inference-arm64")
TODAY = "2026-01-01"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(files: dict[str, object]) -> None:
    for name, content in files.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(content if isinstance(content, str) else json.dumps(content, indent=1), encoding="utf-8")


def errors() -> list[Finding]:
    return [finding for finding in check(["."], Settings(today=TODAY)).report.findings if finding.severity is Severity.ERROR]


def deployed(image: str, instance: str = "ml.c7g.large", **more: object) -> dict[str, object]:
    variant = {"variant_name": "a", "model_name": "${aws_sagemaker_model.m.name}", "instance_type": instance}
    models = {"m": {"primary_container": {"image": image}}}
    return {"resource": {"aws_sagemaker_model": models, "aws_sagemaker_endpoint_configuration": {"c": {"production_variants": [variant]}}}, **more}


LOCALS = {"n": 2, "names": ["a", "b"], "sizes": {"cpu": "1", "gpu": 4}, "is_x86": False}
CONSTANT_TESTS = [
    "local.n > 2",
    "local.n >= 1 + 2",
    "1 < local.n - 1",
    "local.n * 2 <= 3",
    "-local.n > 0",
    "local.n % 2 == 1",
    "!(local.n / 2 == 1)",
    "length(local.names) > 2",
    "length(local.names) != 2",
    "local.sizes.gpu < local.sizes.cpu",
    'contains(keys(local.sizes), "tpu")',
    "max(1, local.n) > 2",
    'local.names == ["b", "a"]',
    "alltrue([local.is_x86, true])",
    'trimprefix("x86", "x") == "arm"',
]


@pytest.mark.parametrize("test", CONSTANT_TESTS)
@pytest.mark.parametrize("is_elsewhere", [False, True], ids=["own locals", "locals in another file"])
def test_an_arm_that_constants_rule_out_is_not_checked(test: str, is_elsewhere: bool) -> None:
    image = f'${{{test} ? "{X86}" : "{ARM}"}}'
    write({"a.tf.json": {"locals": LOCALS}, "main.tf.json": deployed(image)} if is_elsewhere else {"main.tf.json": deployed(image, locals=LOCALS)})
    assert errors() == []


@pytest.mark.parametrize("test", CONSTANT_TESTS)
def test_the_arm_that_constants_choose_is_checked(test: str) -> None:
    write({"main.tf.json": deployed(f'${{{test} ? "{ARM}" : "{X86}"}}', locals=LOCALS)})
    assert [finding.rule for finding in errors()] == ["image-architecture-mismatch"]


UNKNOWN_TESTS = [
    'aws_ssm_parameter.kind.value == "x86"',
    "aws_instance.host.cpu_core_count > 4",
    "module.platform.is_x86",
    'data.aws_ssm_parameter.kind.value == "x86" && var.enabled',
    'can(regex("x86", "arm"))',
    "local.elsewhere",
    'var.enabled || data.http.flag.body == "on"',
]


@pytest.mark.parametrize("test", UNKNOWN_TESTS)
@pytest.mark.parametrize(
    ("image", "instance"), [("PICK", "ml.c7g.large"), (X86, "PICK"), ("${local.image}", "ml.c7g.large")], ids=["image", "type", "local"]
)
def test_a_value_under_an_unknown_condition_is_not_checked(test: str, image: str, instance: str) -> None:
    picked = f'${{{test} ? "{X86}" : "{ARM}"}}'
    kinds = f'${{{test} ? "ml.c7g.large" : "ml.m5.large"}}'
    tree = deployed(image.replace("PICK", picked), instance.replace("PICK", kinds), locals={"image": picked}, variable={"enabled": {}})
    write({"main.tf.json": tree})
    assert errors() == []
    assert check(["."], Settings(today=TODAY)).report.summary.skipped_checks


@pytest.mark.parametrize("test", ["var.enabled", "var.count > 3", 'terraform.workspace == "prod"', 'data.aws_caller_identity.me.account_id == "1"'])
def test_both_arms_of_a_choice_are_checked(test: str) -> None:
    write({"main.tf.json": deployed(f'${{{test} ? "{X86}" : "{ARM}"}}', variable={"enabled": {}, "count": {"default": 1}})})
    assert [finding.rule for finding in errors()] == ["image-architecture-mismatch"]


@pytest.mark.parametrize("test", UNKNOWN_TESTS)
def test_a_fix_suits_a_deployment_under_an_unknown_condition(test: str) -> None:
    tree = deployed("${var.image}", variable={"image": {"default": X86}, "enabled": {}})
    variants = tree["resource"]["aws_sagemaker_endpoint_configuration"]["c"]["production_variants"]  # type: ignore[index]
    variants.append({**variants[0], "variant_name": "b", "instance_type": f'${{{test} ? "ml.m5.large" : "ml.c7g.large"}}'})
    write({"main.tf.json": tree})
    before = Path("main.tf.json").read_text(encoding="utf-8")
    check(["."], Settings(today=TODAY), FixMode.APPLY)
    assert Path("main.tf.json").read_text(encoding="utf-8") == before


@pytest.mark.parametrize(
    "image",
    [
        f'${{trimspace(" {ARM} ")}}',
        f'${{chomp("{ARM}\\n")}}',
        f'${{trim("/{ARM}/", "/")}}',
        f'${{trimprefix("docker://{ARM}", "docker://")}}',
        f'${{trimsuffix("{ARM}@latest", "@latest")}}',
        "${trimspace(var.image)}",
        "${trimspace(local.image)}",
        '${trimspace("${local.image}\\n")}',
    ],
)
def test_a_trimmed_image_is_right(image: str) -> None:
    write({"main.tf.json": deployed(image, variable={"image": {"default": f" {ARM}\n"}}, locals={"image": f"\t{ARM} "})})
    assert errors() == []


def test_a_text_without_blanks_is_fixed_through_trimspace() -> None:
    write({"main.tf.json": deployed("${trimspace(var.image)}", variable={"image": {"default": X86}})})
    check(["."], Settings(today=TODAY), FixMode.APPLY)
    assert ARM in Path("main.tf.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["override.tf", "p_override.tf"])
@pytest.mark.parametrize("provider", ['provider "aws" {\n  region = "eu-west-1"\n}\n', 'provider "aws" { region = var.r }\n'])
def test_the_region_of_a_provider_that_an_unread_file_overrides_is_unknown(name: str, provider: str) -> None:
    image = ARM.replace("us-west-2", "eu-west-1")
    write({"main.tf.json": deployed(image), "p.tf.json": {"provider": {"aws": {"region": "us-west-2"}}}, name: provider})
    assert errors() == []


@pytest.mark.parametrize("name", ["terragrunt.hcl", "../terragrunt.hcl", "stack.tm.hcl", "models.tf", "models.tofu", "models.tofu.json"])
def test_a_model_that_another_tool_may_add_is_not_missing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    write({".git/config": "", "unit/readme.md": ""})
    monkeypatch.chdir("unit")
    tree = deployed(ARM)
    del tree["resource"]["aws_sagemaker_model"]  # type: ignore[attr-defined]
    write({"main.tf.json": tree})
    assert [finding.rule for finding in errors()] == ["dangling-model-reference"]
    write({name: "# generated\n"})
    assert errors() == []

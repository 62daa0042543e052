"""Terraform conditions: the existence of resources, functions of variables and the Region, and what defaults decide."""

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
PICKED = f'${{TEST ? "{ARM}" : "{X86}"}}'
TODAY = "2026-01-01"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(files: dict[str, object]) -> None:
    for name, content in files.items():
        Path(name).write_text(json.dumps(content, indent=1), encoding="utf-8")


def errors(*regions: str) -> list[Finding]:
    found = check(["."], Settings(today=TODAY, regions=regions)).report.findings
    return [finding for finding in found if finding.severity is Severity.ERROR]


def resources(image: str, instance: str, of_model: object = None, of_config: object = None) -> dict[str, object]:
    model = {"primary_container": {"image": image}, **(of_model if isinstance(of_model, dict) else {})}
    index = "[0]" if "count" in model else '[\\"a\\"]' if "for_each" in model else ""
    name = f"${{aws_sagemaker_model.m{index}.name}}".replace("\\", "")
    config = {"production_variants": {"model_name": name, "instance_type": instance}, **(of_config if isinstance(of_config, dict) else {})}
    return {"aws_sagemaker_model": {"m": model}, "aws_sagemaker_endpoint_configuration": {"c": config}}


EXISTS = {"count": "${TEST ? 1 : 0}"}
EXISTS_FOR_EACH = {"for_each": '${TEST ? { a = "b" } : {}}'}
TESTS = [
    'split(".", var.size)[1] == "c7g"',
    'contains(["c7g", "m6g"], split(".", var.size)[1])',
    'startswith(var.size, "ml.c7g.")',
    'substr(var.size, 3, 3) == "c7g"',
    'endswith(join("-", [var.size, "x"]), "c7g.large-x")',
    'lookup({ "ml.c7g.large" = "arm" }, var.size, "x86") == "arm"',
    'format("%s!", var.size) == "ml.c7g.large!"',
    "local.is_arm",
    "!local.is_x86",
    'replace(upper(var.size), "ML.C7G", "") == ".LARGE" && var.on',
    'local.kinds[var.size] == "arm" || false',
]
LOCALS = {
    "is_arm": '${length(regexall("c7g", var.size)) > 0 || var.size == "ml.c7g.large"}',
    "is_x86": '${!startswith(var.size, "ml.c7g")}',
    "kinds": {"ml.c7g.large": "arm", "ml.m5.large": "x86"},
}


def variables(size: str | None, **more: object) -> dict[str, object]:
    default = {} if size is None else {"default": size}
    return {"variable": {"size": {"type": "string", **default}, "on": {"default": True}}, "locals": LOCALS, **more}


def with_test(test: str, tree: object) -> object:
    quoted = json.dumps(test)[1:-1]
    return json.loads(json.dumps(tree).replace("TEST", quoted))


@pytest.mark.parametrize("size", ["ml.c7g.large", "ml.m5.large", None])
@pytest.mark.parametrize("test", TESTS)
@pytest.mark.parametrize("exists", [EXISTS, EXISTS_FOR_EACH], ids=["count", "for_each"])
def test_a_resource_has_the_values_of_the_condition_under_which_it_exists(exists: dict[str, str], test: str, size: str | None) -> None:
    write({"main.tf.json": with_test(test, {**variables(size), "resource": resources(PICKED, "ml.m6g.large", exists, exists)})})
    assert errors() == []
    write({"main.tf.json": with_test(test, {**variables(size), "resource": resources(PICKED, "ml.m6g.large", None, exists)})})
    assert errors() == []
    # The other way round, the arm that is deployed is wrong.
    write({"main.tf.json": with_test(test, {**variables(size), "resource": resources(PICKED, "ml.m5.large", None, exists)})})
    assert [finding.rule for finding in errors()] == ["image-architecture-mismatch"]


@pytest.mark.parametrize("test", TESTS)
def test_a_default_decides_functions_of_its_variable(test: str) -> None:
    write({"main.tf.json": with_test(test, {**variables("ml.c7g.large"), "resource": resources(PICKED, "${var.size}")})})
    assert errors() == []
    swapped = f'${{TEST ? "{X86}" : "{ARM}"}}'
    write({"main.tf.json": with_test(test, {**variables("ml.c7g.large"), "resource": resources(swapped, "${var.size}")})})
    assert [finding.rule for finding in errors()] == ["image-architecture-mismatch"]
    before = Path("main.tf.json").read_bytes()
    check(["."], Settings(today=TODAY), FixMode.APPLY)
    assert Path("main.tf.json").read_bytes() == before


@pytest.mark.parametrize("test", ['split("-", data.aws_region.current.name)[0] == "cn"', 'data.aws_partition.current.partition == "aws-cn"', "local.is_china"])
@pytest.mark.parametrize(("region", "size"), [("cn-north-1", "ml.m6g.large"), ("us-west-2", "ml.m5.large")])
def test_the_region_of_the_provider_decides_conditions(test: str, region: str, size: str) -> None:
    image = X86 if size == "ml.m5.large" else ARM.replace("763104351884", "727897471807").replace("us-west-2.amazonaws.com", "cn-north-1.amazonaws.com.cn")
    other = "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference-neuronx:2.6.0-neuronx-py310-sdk2.23.0-ubuntu22.04"
    arms = (image, other) if region == "cn-north-1" else (other, image)
    tree = {
        "provider": {"aws": {"region": region}},
        "data": {"aws_region": {"current": {}}, "aws_partition": {"current": {}}},
        "locals": {"is_china": '${startswith(data.aws_region.current.name, "cn-")}'},
        "resource": resources(f'${{TEST ? "{arms[0]}" : "{arms[1]}"}}', size),
    }
    write({"main.tf.json": with_test(test, tree)})
    assert errors() == []


def test_conditions_on_one_variable_exclude_each_other() -> None:
    """`dev` and `prod` are never true together, whatever the stage is."""
    image = f'${{var.stage == "prod" ? "{ARM}" : var.stage == "dev" ? "{X86}" : "{X86}"}}'
    instance = '${var.stage == "dev" ? "ml.m5.large" : var.stage == "prod" ? "ml.m6g.large" : "ml.m5.large"}'
    stages = {"condition": '${contains(["dev", "prod", "test"], var.stage)}'}
    write({"main.tf.json": {"variable": {"stage": {"validation": stages}}, "resource": resources(image, instance)}})
    assert errors() == []


def test_part_of_an_image_is_no_default_under_an_undecided_condition() -> None:
    image = '${var.china ? "${var.account}.dkr.ecr.cn-north-1.amazonaws.com.cn/pytorch-inference:2.6.0-cpu-py312" : "x"}'
    write({"main.tf.json": {"variable": {"china": {}, "account": {"default": "763104351884"}}, "resource": resources(image, "ml.m5.large")}})
    assert errors() == []


def test_files_of_a_module_share_a_condition() -> None:
    both = resources(PICKED, '${TEST ? "ml.m6g.large" : "ml.m5.large"}', None, EXISTS)
    for kind, content in both.items():
        write({f"{kind}.tf.json": with_test("var.arm", {"resource": {kind: content}})})
    write({"variables.tf.json": {"variable": {"arm": {"default": False}}}})
    assert errors() == []


def test_a_default_in_another_file_is_reported() -> None:
    both = resources(PICKED, "${var.size}")
    for kind, content in both.items():
        write({f"{kind}.tf.json": with_test("var.arm", {"resource": {kind: content}})})
    write({"variables.tf.json": {"variable": {"arm": {"default": True}, "size": {"default": "ml.m5.large"}}}})
    assert [finding.rule for finding in errors()] == ["image-architecture-mismatch"]


@pytest.mark.parametrize("other", ['${replace(local.image, "2.6.0-cpu-py312", "2.5.1-cpu-py311")}', "${lower(local.image)}", "${local.changed}"])
def test_a_value_that_a_function_changes_for_another_model_is_not_fixed(other: str) -> None:
    both = {
        "aws_sagemaker_model": {name: {"primary_container": {"image": image}} for name, image in (("a", "${local.image}"), ("b", other))},
        "aws_sagemaker_endpoint_configuration": {
            name: {"production_variants": {"model_name": f"${{aws_sagemaker_model.{name}.name}}", "instance_type": size}}
            for name, size in (("a", "ml.m6g.large"), ("b", "ml.m5.large"))
        },
    }
    write({"main.tf.json": {"locals": {"image": X86, "changed": '${trimsuffix(local.image, "-sagemaker")}'}, "resource": both}})
    before = Path("main.tf.json").read_bytes()
    assert [finding.rule for finding in errors()] == ["image-architecture-mismatch"]
    check(["."], Settings(today=TODAY), FixMode.APPLY)
    assert Path("main.tf.json").read_bytes() == before

"""Terraform modules in local folders are checked with the arguments of their calls."""

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
SETTINGS = Settings(today="2026-01-01")
CHILD = {
    "variable": {"image": {"default": X86}, "size": {"default": "ml.c7g.large"}},
    "resource": {
        "aws_sagemaker_model": {"m": {"primary_container": {"image": "${var.image}"}}},
        "aws_sagemaker_endpoint_configuration": {
            "c": {"production_variants": {"model_name": "${aws_sagemaker_model.m.name}", "instance_type": "${var.size}"}}
        },
    },
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(name: str, content: object) -> None:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(json.dumps(content, indent=1), encoding="utf-8")


def errors(settings: Settings = SETTINGS) -> list[Finding]:
    return [finding for finding in check(["."], settings).report.findings if finding.severity is Severity.ERROR]


def call(**arguments: object) -> dict[str, object]:
    return {"source": "./child", **arguments}


def module(*calls: dict[str, object], **more: object) -> dict[str, object]:
    return {"module": {f"call_{number}": arguments for number, arguments in enumerate(calls)}, **more}




@pytest.mark.parametrize(
    ("main", "expected"),
    [
        pytest.param(module(call(image=X86, size="ml.m5.large")), 0, id="literal arguments"),
        pytest.param(module(call(image=ARM, size="ml.m5.large")), 1, id="wrong literal arguments"),
        pytest.param(module(call(size="ml.m5.large"), call(size="ml.m5.xlarge")), 0, id="a default that fits all calls"),
        pytest.param(module(call(size="ml.m5.large"), call(size="ml.c7g.xlarge")), 1, id="a default that fits one of two calls"),
        pytest.param(module(call(image=X86, size="ml.m5.large"), call(image=ARM, size="ml.m6g.large")), 0, id="calls with their own pairs"),
        pytest.param(module(call(image=ARM)), 0, id="an argument with the default of another variable"),
        pytest.param(module(call(image="${local.i}", size="${local.s}"), locals={"i": ARM, "s": "ml.m5.large"}), 1, id="local values"),
        pytest.param(module(call(image=ARM, size="${var.s}"), variable={"s": {"default": "ml.m5.large"}}), 1, id="a default of the caller"),
        pytest.param(module(call(image=ARM, size="${var.s}"), variable={"s": {}}), 0, id="a variable of the caller without a default"),
        pytest.param(module(call(image=ARM, size="${var.on ? \"ml.m5.large\" : \"ml.m6g.large\"}"), variable={"on": {}}), 0, id="an undecided condition"),
        pytest.param(module(call(image=ARM, size="ml.m5.large", count="${var.on ? 1 : 0}"), variable={"on": {}}), 1, id="a call under a condition"),
        pytest.param(module(call(image=ARM, size="ml.m5.large", count=0)), 0, id="a call without instances"),
        pytest.param(
            module(call(count="${var.on ? 1 : 0}", image=f'${{var.on ? "{ARM}" : "{X86}"}}', size="ml.m6g.large"), variable={"on": {"default": False}}),
            0,
            id="the arm under which the call exists",
        ),
        pytest.param(
            module(call(for_each="${local.all}", image="${each.value.image}", size="${each.value.size}"),
                   locals={"all": {"a": {"image": ARM, "size": "ml.m6g.large"}, "b": {"image": X86, "size": "ml.m5.large"}}}),
            0,
            id="for_each",
        ),
        pytest.param(
            module(call(for_each="${local.all}", image="${each.value.image}", size="${each.value.size}"),
                   locals={"all": {"a": {"image": ARM, "size": "ml.m5.large"}, "b": {"image": X86, "size": "ml.m5.large"}}}),
            1,
            id="one wrong element of for_each",
        ),
        pytest.param(module(call(image=None, size="ml.m5.large")), 0, id="null is the default"),
        pytest.param(module(call(image=ARM, size="ml.m5.large", source="acme/endpoint/aws")), 2, id="a module of a registry, and the default of the other"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("split", [False, True], ids=["one file", "two files"])
def test_arguments_of_calls(main: dict[str, object], expected: int, split: bool) -> None:
    write("main.tf.json", main)
    parts = CHILD["resource"]
    assert isinstance(parts, dict)
    write("child/main.tf.json", {**CHILD, "resource": {"aws_sagemaker_model": parts["aws_sagemaker_model"]}} if split else CHILD)
    if split:
        write("child/endpoint.tf.json", {"resource": {"aws_sagemaker_endpoint_configuration": parts["aws_sagemaker_endpoint_configuration"]}})
    assert [finding.rule for finding in errors()] == ["image-architecture-mismatch"] * expected


def test_an_object_is_an_argument() -> None:
    child = json.loads(json.dumps(CHILD).replace("var.image", "var.model.image").replace("var.size", "var.model.size"))
    write("child/main.tf.json", {**child, "variable": {"model": {"type": "any"}}})
    write("main.tf.json", module(call(model={"image": ARM, "size": "ml.m5.large", "tags": {"a": None}})))
    assert [finding.rule for finding in errors()] == ["image-architecture-mismatch"]


def test_calls_of_calls() -> None:
    write("child/main.tf.json", CHILD)
    middle = {"module": {"inner": {"source": "../child", "image": "${var.image}", "size": "${var.size}"}}, "variable": {"image": {}, "size": {}}}
    write("middle/main.tf.json", middle)
    write("main.tf.json", {"module": {"outer": {"source": "./middle", "image": ARM, "size": "ml.m6g.large"}}})
    assert errors() == []
    write("main.tf.json", {"module": {"outer": {"source": "./middle", "image": ARM, "size": "ml.m5.large"}}})
    (Path(".git")).mkdir()
    assert [finding.path for finding in errors()] == ["child/main.tf.json"]


def test_modules_that_call_each_other_are_read() -> None:
    write("child/main.tf.json", {**CHILD, "module": {"other": {"source": "../other", "size": "${var.size}"}}})
    write("other/main.tf.json", {**CHILD, "module": {"child": {"source": "../child", "size": "${var.size}"}}})
    assert errors() == []


def test_the_region_of_the_caller() -> None:
    write("child/main.tf.json", CHILD)
    write("main.tf.json", module(call(image=X86, size="ml.m5.large"), provider={"aws": {"region": "eu-west-1"}}))
    assert [finding.rule for finding in errors()] == ["image-region-mismatch"]


@pytest.mark.parametrize(
    ("main", "fixed"),
    [
        pytest.param(module(call(size="ml.m6g.large"), call(size="ml.m6g.xlarge")), True, id="all calls need it"),
        pytest.param(module(call(size="ml.m6g.large"), call(size="ml.m5.large")), False, id="one call does not"),
        pytest.param(module(call(size="ml.m6g.large"), call(size="${var.s}"), variable={"s": {}}), False, id="one call is unknown"),
        pytest.param(module(call(size="${var.s}"), variable={"s": {"default": "ml.m6g.large"}}), False, id="a default of the caller"),
    ],
)
@pytest.mark.parametrize("split", [False, True], ids=["one file", "two files"])
def test_a_fix_suits_all_calls(main: dict[str, object], fixed: bool, split: bool) -> None:
    write("main.tf.json", main)
    child = json.loads(json.dumps(CHILD).replace("${var.image}", X86))
    del child["variable"]["image"]
    configs = {"aws_sagemaker_endpoint_configuration": child["resource"]["aws_sagemaker_endpoint_configuration"]}
    if split:
        del child["resource"]["aws_sagemaker_endpoint_configuration"]
        write("child/endpoint.tf.json", {"resource": configs})
    write("child/main.tf.json", child)
    before = Path("child/main.tf.json").read_text(encoding="utf-8")
    assert errors()
    check(["."], SETTINGS, FixMode.APPLY)
    assert (Path("child/main.tf.json").read_text(encoding="utf-8") != before) is fixed


def test_another_value_in_a_second_file_prevents_the_fix() -> None:
    parts = json.loads(json.dumps(CHILD["resource"]).replace("${var.image}", "${local.image}"))
    write("main.tf.json", {"variable": {"size": {"default": "ml.c7g.large"}}, "locals": {"image": X86}, "resource": {"aws_sagemaker_model": parts["aws_sagemaker_model"]}})
    write("endpoint.tf.json", {"resource": {"aws_sagemaker_endpoint_configuration": parts["aws_sagemaker_endpoint_configuration"]}})
    write("prod.tfvars.json", {"size": "ml.m5.large"})
    before = Path("main.tf.json").read_text(encoding="utf-8")
    assert [finding.rule for finding in errors()] == ["image-architecture-mismatch"]
    check(["."], SETTINGS, FixMode.APPLY)
    assert Path("main.tf.json").read_text(encoding="utf-8") == before


def test_files_with_values_of_a_module_are_no_deployments() -> None:
    values = {"image_uri": X86, "instance_type": "ml.c7g.large"}
    write("prod.tfvars.json", values)
    assert [finding.path for finding in errors()] == ["prod.tfvars.json"]
    write("main.tf.json", CHILD)
    write("env/test.tfvars.json", values)
    assert {finding.path for finding in errors()} == {"main.tf.json"}


def test_files_are_linked_within_one_region() -> None:
    """A run for two Regions reads every file twice."""
    parts = json.loads(json.dumps(CHILD["resource"]).replace("var.image", "local.images[data.aws_region.current.name]").replace("var.size", "local.sizes[data.aws_region.current.name]"))
    ireland = ARM.replace("us-west-2", "eu-west-1")
    data = {"data": {"aws_region": {"current": {}}}, "locals": {"images": {"us-west-2": X86, "eu-west-1": ireland}}}
    write("main.tf.json", {**data, "resource": {"aws_sagemaker_model": parts["aws_sagemaker_model"]}})
    sizes = {"sizes": {"us-west-2": "ml.m5.large", "eu-west-1": "ml.m6g.large"}}
    configs = {"aws_sagemaker_endpoint_configuration": parts["aws_sagemaker_endpoint_configuration"]}
    write("endpoint.tf.json", {"data": data["data"], "locals": sizes, "resource": configs})
    assert errors(SETTINGS._replace(regions=("us-west-2", "eu-west-1"))) == []

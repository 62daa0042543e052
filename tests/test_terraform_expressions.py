"""The values of strings in a Terraform configuration."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smlint.readers.reader import ReadContext
from smlint.readers.terraform.configuration import TerraformConfiguration
from smlint.readers.terraform.expression_parser import parse_expression, parse_template
from smlint.readers.terraform.expressions import Reference, TemplatePart, Unsupported
from smlint.syntax import Mapping, parse, resolve

ACCOUNTS = {"us-east-1": "763104351884", "eu-south-1": "692866216735"}
ROOT = {
    "provider": {"aws": [{"region": "us-west-2"}, {"alias": "far", "region": "ap-south-1"}]},
    "variable": {
        "tag": {"default": "2.1.0"},
        "unset": {"type": "string"},
        "literal": {"default": "${x}"},
        "nothing": {"default": None},
        "images": {"default": {"cpu": "a:1", "gpu": "b:2"}},
        "list": {"default": ["x", "y"]},
    },
    "locals": {
        "name": "repo:${var.tag}",
        "nested": {"deep": [{"image": "c:${local.name}"}]},
        "accounts": ACCOUNTS,
        "loop": "${local.loop}",
        "here": "${local.there}",
        "there": "${local.here}",
        "null": None,
    },
    "data": {
        "aws_region": {"current": {}, "far": {"provider": "aws.far"}, "named": {"name": "eu-west-3"}},
        "aws_sagemaker_prebuilt_ecr_image": {
            "plain": {"repository_name": "kmeans"},
            "far": {"provider": "aws.far", "repository_name": "pytorch-inference", "image_tag": "2.1.0-${var.unset}"},
            "china": {"repository_name": "pytorch-inference", "image_tag": "2.1.0-cpu-py310", "region": "cn-north-1"},
            "odd": {"repository_name": ["x"]},
        },
    },
}


def shown(value: object, context: ReadContext | None = None, **root: object) -> list[str]:
    (document,) = parse(json.dumps({**ROOT, **root, "output": {"o": {"value": value}}}))
    tree = resolve(document.root)
    assert isinstance(tree, Mapping)
    node = tree
    for key in ("output", "o"):
        child = resolve(node.get(key))
        assert isinstance(child, Mapping)
        node = child
    found = TerraformConfiguration(tree, context or ReadContext()).texts(node.get("value"))
    return [one.text.shown() for one in found if one.text is not None]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("plain", ["plain"], id="literal text"),
        pytest.param("a-${var.tag}-b", ["a-2.1.0-b"], id="a variable's default inside text"),
        pytest.param("${var.unset}", ["${var.unset}"], id="a variable without a default"),
        pytest.param("${var.nothing}", ["${var.nothing}"], id="a variable whose default is null"),
        pytest.param("${var.missing}", ["${var.missing}"], id="a variable in another file"),
        pytest.param("${local.name}", ["repo:2.1.0"], id="a local value"),
        pytest.param("${local.nested.deep[0].image}", ["c:repo:2.1.0"], id="a path into local values"),
        pytest.param('${var.images["gpu"]}', ["b:2"], id="an index"),
        pytest.param("${var.images.cpu}", ["a:1"], id="an attribute of a map"),
        pytest.param("${var.list[1]}", ["y"], id="an element"),
        pytest.param("${var.list.0}", ["x"], id="an element in the old syntax"),
        pytest.param("${var.images}", ["${...}"], id="a map instead of a string"),
        pytest.param("${var.images.tpu}", ["${...}"], id="a missing key"),
        pytest.param("${local.loop}", ["${...}"], id="a local value that refers to itself"),
        pytest.param("${local.here}", ["${...}"], id="local values that refer to each other"),
        pytest.param("${local.null}", [], id="null"),
        pytest.param("${local.unknown}", ["${local.unknown}"], id="a local value in another file"),
        pytest.param("$${var.tag}", ["${var.tag}"], id="an escaped interpolation"),
        pytest.param("%{ if var.x }a%{ else }b%{ endif }", ["${...}"], id="a directive"),
        pytest.param("${var.tag", ["${...}"], id="an unclosed interpolation"),
        pytest.param("${var.list[*]}", ["${var.list[*]}"], id="a splat"),
        pytest.param("${1 + 1}", ["2"], id="arithmetic"),
        pytest.param('${"x-${var.tag}"}', ["x-2.1.0"], id="a quoted template"),
        pytest.param('${"a\\"b"}', ['a"b'], id="an escaped quote"),
        pytest.param('${var.unset ? "a" : "b"}', ["a", "b"], id="both arms of a condition"),
        pytest.param('${true ? "a" : "b"}', ["a"], id="a literal condition"),
        pytest.param('${var.tag == "2.1.0" ? "a" : "b"}', ["a", "b"], id="a default does not decide a condition"),
        pytest.param('${(var.unset == "x") ? "a" : "b"}', ["a", "b"], id="a condition in parentheses"),
        pytest.param('${var.unset ? "a" : "b"}-${var.unset ? "c" : "d"}', ["a-c", "b-d"], id="the same condition twice"),
        pytest.param('${var.unset ? "a" : "b"}-${var.more ? "c" : "d"}', ["a-${...}", "b-${...}"], id="two conditions are not combined"),
        pytest.param('${lookup(var.images, "cpu", "z")}', ["a:1"], id="lookup"),
        pytest.param('${lookup(var.images, "tpu", "z")}', ["z"], id="the default of lookup"),
        pytest.param('${lookup(var.images, var.unset, "z")}', ["${...}"], id="lookup of an unknown key"),
        pytest.param('${format("%s.dkr.%s/%s", "1", "x", local.name)}', ["1.dkr.x/repo:2.1.0"], id="format"),
        pytest.param('${format("%05d", 1)}', ["${format(...)}"], id="format with widths"),
        pytest.param('${format("%s%s", "a")}', ["${format(...)}"], id="format with too few arguments"),
        pytest.param('${join("-", ["a", var.tag, "b"])}', ["a-2.1.0-b"], id="join"),
        pytest.param('${join("-", var.unset)}', ["${join(...)}"], id="join of an unknown list"),
        pytest.param('${coalesce(null, "", "x")}', ["x"], id="coalesce"),
        pytest.param('${coalesce(var.unset, "x")}', ["${coalesce(...)}"], id="coalesce of an unknown value"),
        pytest.param("${tostring(element(var.list, 0))}", ["x"], id="element"),
        pytest.param('${jsondecode(file("x.json"))}', ["${jsondecode(...)}"], id="other functions"),
        pytest.param("${var.literal}", ["${x}"], id="a default with braces, which only a template engine interprets"),
        pytest.param("${data.aws_sagemaker_prebuilt_ecr_image.odd.registry_id}", ["${data.aws_sagemaker_prebuilt_ecr_image.odd.registry_id}"], id="a repository that is not a string"),
        pytest.param("${module.serving.image}", ["${module.serving.image}"], id="an output of a module"),
        pytest.param("${aws_ecr_repository.r.repository_url}:latest", ["${aws_ecr_repository.r.repository_url}:latest"], id="another resource"),
        pytest.param("${data.aws_region.current.name}", ["us-west-2"], id="the provider's Region"),
        pytest.param("${data.aws_region.far.region}", ["ap-south-1"], id="the Region of another provider"),
        pytest.param("${data.aws_region.named.id}", ["eu-west-3"], id="a Region by name"),
        pytest.param("${data.aws_partition.current.dns_suffix}", ["amazonaws.com"], id="the DNS suffix of the partition"),
        pytest.param("${data.aws_caller_identity.me.account_id}", ["${data.aws_caller_identity.me.account_id}"], id="the account"),
        pytest.param(
            "${data.aws_sagemaker_prebuilt_ecr_image.plain.registry_path}",
            ["174872318107.dkr.ecr.us-west-2.amazonaws.com/kmeans:1"],
            id="a prebuilt image with the default tag",
        ),
        pytest.param("${data.aws_sagemaker_prebuilt_ecr_image.plain.registry_id}", ["174872318107"], id="the registry of a prebuilt image"),
        pytest.param(
            "${data.aws_sagemaker_prebuilt_ecr_image.far.registry_path}",
            ["763104351884.dkr.ecr.ap-south-1.amazonaws.com/pytorch-inference:2.1.0-${var.unset}"],
            id="a prebuilt image with a partly known tag",
        ),
        pytest.param(
            "${data.aws_sagemaker_prebuilt_ecr_image.china.registry_path}",
            ["727897471807.dkr.ecr.cn-north-1.amazonaws.com.cn/pytorch-inference:2.1.0-cpu-py310"],
            id="a prebuilt image with its own Region",
        ),
        pytest.param(
            "${data.aws_sagemaker_prebuilt_ecr_image.elsewhere.registry_path}",
            ["${data.aws_sagemaker_prebuilt_ecr_image.elsewhere.registry_path}"],
            id="a prebuilt image in another file",
        ),
        pytest.param(
            "${local.accounts[data.aws_region.current.name]}", ["${...}"], id="a map without the Region"
        ),
    ],
)  # fmt: skip
def test_the_values_of_a_string(value: str, expected: list[str]) -> None:
    assert shown(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("${local.accounts[data.aws_region.current.name]}.${data.aws_region.current.name}", ["763104351884.us-east-1", "692866216735.eu-south-1"], id="a data source"),
        pytest.param("${lookup(local.accounts, var.region)}.${var.region}", ["763104351884.us-east-1", "692866216735.eu-south-1"], id="a variable"),
        pytest.param("${local.accounts[var.unset]}", ["${...}"], id="another variable"),
    ],
)  # fmt: skip
def test_an_unknown_region_selects_every_region_of_a_map(value: str, expected: list[str]) -> None:
    assert shown(value, provider={}) == expected


def test_parameters_override_defaults() -> None:
    context = ReadContext(None, (("tag", "9"), ("flag", "true"), ("images", '{"cpu": "given:1"}')))
    assert shown("x:${var.tag}", context) == ["x:9"]
    assert shown('${var.flag ? "a" : "b"}', context) == ["a"]
    assert shown('${!var.flag ? "a" : "b"}', context) == ["b"]
    assert shown('${var.tag != "9" ? "a" : "b"}', context) == ["b"]
    assert shown("${var.images.cpu}", context) == ["given:1"]


def test_the_region_of_the_run_overrides_the_default_of_the_region_variable() -> None:
    root = {
        "variable": {"where": {"default": "us-east-1"}, "image_region": {"default": "us-east-1"}},
        "provider": {"aws": {"region": "${local.where}"}},
    }
    locals_ = {"where": "${var.where}"}
    assert shown("${var.where} ${var.image_region}", ReadContext("eu-west-1"), **root, locals=locals_) == ["eu-west-1 us-east-1"]
    assert shown("${var.where}", ReadContext(None), **root, locals=locals_) == ["us-east-1"]


def test_local_values_that_double_end() -> None:
    doubling = {f"l{n}": "${local.l%d}${local.l%d}" % (n + 1, n + 1) for n in range(40)} | {"l40": "x"}  # noqa: UP031  # the braces belong to Terraform
    assert shown("${local.l0}", locals=doubling)


@given(st.text(alphabet='${}"[](). ?:=!,*%\\abn0', max_size=60))
def test_any_text_is_parsed_without_an_error(text: str) -> None:
    assert "".join(text[part.start : part.end] for part in parse_template(text)) == text
    parse_expression(text)


def test_unsupported_expressions() -> None:
    assert parse_template("a${[for x in y : x]}") == (TemplatePart(0, 20, "", Unsupported("...")),)
    assert parse_expression("var.x") == Reference("var", ("x",))
    assert isinstance(parse_expression("var.x var.y"), Unsupported)
    assert isinstance(parse_expression("(" * 5000), Unsupported)

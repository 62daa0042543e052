"""Terraform modules: Regions of providers, defaults under conditions, and values with several users."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from smlint.model.findings import Finding
from smlint.model.results import FixMode
from smlint.model.settings import Settings
from smlint.runner.run import check

X86 = "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310-ubuntu20.04-sagemaker"
ARM = X86.replace("pytorch-inference", "pytorch-inference-graviton")
IRELAND = X86.replace("us-west-2", "eu-west-1")
ARCHITECTURE, REGION = "image-architecture-mismatch", "image-region-mismatch"
TODAY = "2024-01-01"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def module(files: dict[str, object]) -> None:
    for name, content in files.items():
        Path(name).write_text(content if isinstance(content, str) else json.dumps(content, indent=1), encoding="utf-8")


def findings(*regions: str) -> list[Finding]:
    found = check(["."], Settings(today=TODAY, regions=regions)).report.findings
    return [finding for finding in found if finding.severity != "note"]


def rules(*regions: str) -> list[str]:
    return [finding.rule for finding in findings(*regions)]


def deployed(image: str, instance: str, common: object = None, resource: object = None, **more: object) -> dict[str, object]:
    """Return a model and its endpoint configuration. `common` are arguments of the model, `resource` are additional resources."""
    shared = common if isinstance(common, dict) else {}
    models = {"m": {**shared, "primary_container": {"image": image}}}
    variant = {"model_name": "${aws_sagemaker_model.m.name}", "instance_type": instance}
    configurations = {"c": {**shared, "production_variants": variant}}
    own = {"aws_sagemaker_model": models, "aws_sagemaker_endpoint_configuration": configurations}
    return {"resource": {**own, **(resource if isinstance(resource, dict) else {})}, **more}


# -------------------------------------------------------------------- locals

X86 = "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310-ubuntu20.04-sagemaker"
LOCALS = [
    pytest.param("${local.uri}", "ml.c7g.large", {"uri": X86}, id="an image"),
    pytest.param(X86, "${local.type}", {"type": "ml.c7g.large"}, id="an instance type"),
    pytest.param(X86.replace("2.1.0", "${local.version}"), "ml.c7g.large", {"version": "2.1.0"}, id="a part of an image"),
    pytest.param("${local.uri}", "ml.c7g.large", {"uri": X86.replace("2.1.0", "${local.v}"), "v": "${var.release}"}, id="built from other locals"),
    pytest.param('${local.images["cpu"]}', "${local.types[0]}", {"images": {"cpu": X86}, "types": ["ml.c7g.large"]}, id="collections"),
]


@pytest.mark.parametrize(("image", "instance", "values"), LOCALS)
def test_locals_in_another_file(image: str, instance: str, values: dict[str, object]) -> None:
    version = {"variable": {"release": {"default": "2.1.0"}}}
    module({"main.tf.json": deployed(image, instance), "locals.tf.json": {"locals": values, **version}})
    before = Path("main.tf.json").read_bytes()
    (finding,) = (one for one in findings() if one.path == "main.tf.json" and one.rule == "image-architecture-mismatch")
    check(["."], Settings(today=TODAY), FixMode.APPLY)
    if image.startswith("${"):
        assert finding.fix is None
        assert Path("main.tf.json").read_bytes() == before


def test_a_local_with_two_values_is_unknown() -> None:
    module({"main.tf.json": deployed("${local.uri}", "ml.c7g.large"), "a.tf.json": {"locals": {"uri": X86}}, "b.tf.json": {"locals": {"uri": "x"}}})
    assert findings() == []


# -------------------------------------------------------------------- Regions of providers

BOTH = {"provider": {"aws": [{"region": "us-west-2"}, {"alias": "eu", "region": "eu-west-1"}]}}


@pytest.mark.parametrize("written", ["aws.eu", "${aws.eu}"])
@pytest.mark.parametrize(
    ("providers", "image", "expected"),
    [
        pytest.param({"providers.tf.json": BOTH}, IRELAND, [], id="alias in another file, image in its Region"),
        pytest.param({"providers.tf.json": BOTH}, X86, [REGION], id="alias in another file, image in another Region"),
        pytest.param({"a.tf.json": {"provider": {"aws": {"region": "us-west-2"}}}, "b.tf": 'provider "aws" { alias = "eu" }'}, IRELAND, [], id="alias that may be in HCL"),
        pytest.param({"a.tf.json": {"provider": {"aws": [{"region": "us-west-2"}, {"alias": "eu", "region": "${var.eu}"}]}}}, IRELAND, [], id="alias with an expression as Region"),
        pytest.param({"a.tf.json": {"provider": {"aws": [{"region": "us-west-2"}, {"alias": "eu"}]}}}, IRELAND, [], id="alias without a Region"),
        pytest.param({"a.tf.json": BOTH, "b.tf.json": {"provider": {"aws": {"alias": "eu", "region": "eu-north-1"}}}}, IRELAND, [], id="different Regions in two files"),
    ],
)  # fmt: skip
def test_the_region_of_a_provider_alias(providers: dict[str, object], image: str, expected: list[str], written: str) -> None:
    module({**providers, "main.tf.json": deployed(image, "ml.m5.large", {"provider": written})})
    assert rules() == expected
    assert rules("us-west-2") == expected


def test_a_provider_alias_does_not_use_the_region_of_the_run() -> None:
    provider = {"aws": [{"region": "us-west-2"}, {"alias": "eu", "region": "${var.eu}"}]}
    module({"main.tf.json": deployed(IRELAND, "ml.m5.large", {"provider": "aws.eu"}, provider=provider)})
    assert rules("us-west-2") == []


def test_a_resource_with_an_unknown_region_does_not_use_the_region_of_the_run() -> None:
    module({"main.tf.json": deployed(IRELAND, "ml.m5.large", {"region": "${var.eu}"})})
    assert rules("us-west-2") == []


def test_the_default_provider_in_another_file_sets_the_region() -> None:
    module({"providers.tf.json": BOTH, "main.tf.json": deployed(IRELAND, "ml.m5.large")})
    assert rules() == [REGION]


def test_data_sources_use_the_region_of_their_provider() -> None:
    image = "763104351884.dkr.ecr.${data.aws_region.eu.name}.amazonaws.com/" + X86.partition("/")[2]
    module({"providers.tf.json": BOTH, "main.tf.json": deployed(image, "ml.c7g.large", {"provider": "aws.eu"}, data={"aws_region": {"eu": {"provider": "aws.eu"}}})})
    (finding,) = findings()
    assert (finding.rule, finding.regions) == (ARCHITECTURE, ("eu-west-1",))


# -------------------------------------------------------------------- defaults and conditions

TYPES = {"arm": "ml.c7g.large", "x86": "ml.c7i.large"}
PICKED = f'${{var.arch == "arm" ? "{ARM}" : "{X86}"}}'
DEFAULT = {"arch": {"default": "x86"}}


@pytest.mark.parametrize("default", ["x86", "arm"])
@pytest.mark.parametrize(
    ("image", "instance", "more"),
    [
        pytest.param(PICKED, "${local.t[var.arch]}", {"t": TYPES}, id="directly"),
        pytest.param("${local.image}", "${local.t[local.arch]}", {"t": TYPES, "arch": "${var.arch}", "image": PICKED}, id="through locals"),
        pytest.param(PICKED.replace("var.arch", "local.arch"), "${local.t[var.arch]}", {"t": TYPES, "arch": "${var.arch}"}, id="condition on a local"),
        pytest.param(f'${{"arm" != var.arch ? "{X86}" : "{ARM}"}}', "${local.t[var.arch]}", {"t": TYPES}, id="negated condition"),
        pytest.param(PICKED, '${lookup(local.t, var.arch, "ml.c7i.large")}', {"t": TYPES}, id="through lookup"),
        pytest.param(PICKED, '${lookup(local.a, var.arch, "ml.c7i.large")}', {"a": {"arm": "ml.c7g.large"}}, id="default of lookup"),
        pytest.param(PICKED, '${format("ml.%s.large", local.f[var.arch])}', {"f": {"arm": "c7g", "x86": "c7i"}}, id="within format"),
        pytest.param(PICKED.replace(" ?", " && var.on ?"), "${local.t[var.arch]}", {"t": TYPES}, id="condition with an operator that is not evaluated"),
        pytest.param(PICKED.replace('var.arch == "arm"', "local.is_arm"), "${local.t[var.arch]}", {"t": TYPES, "is_arm": '${startswith(var.arch, "a")}'}, id="condition on a function of the variable, through a local"),
        pytest.param(f'${{var.arch == "arm" ? "{ARM}" : var.arch == "x86" ? "{X86}" : "other"}}', "${local.t[var.arch]}", {"t": TYPES}, id="chained conditions"),
    ],
)  # fmt: skip
def test_a_default_is_not_combined_with_the_branch_that_it_rules_out(image: str, instance: str, more: dict[str, object], default: str) -> None:
    if default == "arm" and "local.a," in instance:
        more = {"a": {"x86": "ml.c7i.large"}}
        instance = instance.replace("c7i", "c7g")
    module({"main.tf.json": deployed(image, instance, variable={"arch": {"default": default}}, locals=more)})
    assert rules() == []


def test_a_default_in_another_file() -> None:
    module({"variables.tf.json": {"variable": DEFAULT}, "main.tf.json": deployed(PICKED, "${local.t[var.arch]}", locals={"t": TYPES})})
    assert rules() == []


def test_an_object_variable_has_one_default() -> None:
    default = {"arch": "x86", "instance": "ml.c7i.large"}
    module({"main.tf.json": deployed(PICKED.replace("var.arch", "var.s.arch"), "${var.s.instance}", variable={"s": {"default": default}})})
    assert rules() == []


def test_a_default_region_does_not_apply_to_the_other_branch() -> None:
    image = f'${{var.region == "eu-west-1" ? "{IRELAND}" : "{X86}"}}'
    module({"main.tf.json": deployed(image, "ml.m5.large", variable={"region": {"default": "us-west-2"}}, provider={"aws": {"region": "${var.region}"}})})
    assert rules() == []
    assert rules("eu-west-1") == []


def test_linked_files_use_the_same_default() -> None:
    whole = deployed(PICKED, "${local.t[var.arch]}")["resource"]
    assert isinstance(whole, dict)
    for kind, content in whole.items():
        module({f"{kind}.tf.json": {"resource": {kind: content}, "locals": {"t": TYPES}}})
    module({"variables.tf.json": {"variable": DEFAULT}})
    assert rules() == []


def test_files_are_linked_through_a_default() -> None:
    whole = deployed(X86, "${local.t[var.arch]}", variable={"arch": {"default": "arm"}})
    resource = whole["resource"]
    assert isinstance(resource, dict)
    for kind, content in resource.items():
        module({f"{kind}.tf.json": {"resource": {kind: content}, "locals": {"t": TYPES}, "variable": whole["variable"]}})
    assert rules() == [ARCHITECTURE]


@pytest.mark.parametrize(
    ("image", "instance", "expected"),
    [
        pytest.param(PICKED, "ml.c7i.large", [ARCHITECTURE], id="other branch, fixed instance type"),
        pytest.param(PICKED, "ml.c7g.large", [ARCHITECTURE], id="default branch, fixed instance type"),
        pytest.param(PICKED.replace(X86, ARM), "${local.t[var.arch]}", [ARCHITECTURE], id="default branch does not fit the default"),
        pytest.param(PICKED, '${var.arch == "arm" ? "ml.c7g.large" : "ml.c7i.large"}', [], id="same condition for image and instance type"),
        pytest.param(PICKED, '${var.arch == "arm" ? "ml.c7i.large" : "ml.c7g.large"}', [ARCHITECTURE], id="same condition, branches swapped"),
    ],
)  # fmt: skip
def test_both_branches_are_possible_without_a_dependency_on_the_default(image: str, instance: str, expected: list[str]) -> None:
    module({"main.tf.json": deployed(image, instance, variable=DEFAULT, locals={"t": TYPES})})
    assert rules() == expected


@pytest.mark.parametrize("test", ['length(regexall("gpu", var.image)) > 0', 'can(regex("arm64", var.image))', 'var.image != "" && upper(var.name) == "A"'])
def test_a_default_is_not_checked_under_a_condition_that_cannot_be_evaluated(test: str) -> None:
    image = f'${{{test} ? var.image : "{ARM}"}}'
    module({"main.tf.json": deployed(image, "${var.instance}", variable={"image": {"default": X86}, "instance": {"default": "ml.c7g.large"}})})
    assert findings() == []


@pytest.mark.parametrize("test", ["var.image != null", 'var.image != ""'])
def test_a_default_that_satisfies_its_condition_is_checked(test: str) -> None:
    image = f'${{{test} ? var.image : "{ARM}"}}'
    module({"main.tf.json": deployed(image, "${var.instance}", variable={"image": {"default": X86}, "instance": {"default": "ml.c7g.large"}})})
    (finding,) = findings()
    assert (finding.rule, finding.fix is not None) == (ARCHITECTURE, True)


def test_an_image_without_a_known_instance_type_is_checked_alone() -> None:
    image = PICKED.replace(ARM, IRELAND)
    provider = {"aws": {"region": "us-west-2"}}
    module({"main.tf.json": deployed(image, "${local.t[var.arch]}", variable=DEFAULT, locals={"t": TYPES}, provider=provider)})
    assert rules() == [REGION]


def test_a_given_value_decides() -> None:
    module({"main.tf.json": deployed(PICKED, "${local.t[var.arch]}", variable=DEFAULT, locals={"t": {**TYPES, "arm": "ml.c7i.large"}})})
    assert rules() == []
    module({"terraform.tfvars.json": {"arch": "arm"}})
    assert rules() == [ARCHITECTURE]


# -------------------------------------------------------------------- texts that serve others

USED: dict[str, object] = {"locals": {"img": X86}, "variable": {"img": {"default": X86}}}


def fixed() -> bool:
    """Return whether `--fix` changes anything, and assert that it adds no finding."""
    before = {path: path.read_text(encoding="utf-8") for path in Path().iterdir()}
    check(["."], Settings(today=TODAY), FixMode.APPLY)
    return any(path.read_text(encoding="utf-8") != text for path, text in before.items())


@pytest.mark.parametrize("name", ["local.img", "var.img"])
@pytest.mark.parametrize(
    ("more", "expected"),
    [
        pytest.param({}, True, id="no other use"),
        pytest.param({"resource": {"aws_codebuild_project": {"b": {"environment": {"image": "${NAME}"}}}}}, False, id="another resource"),
        pytest.param({"resource": {"aws_codebuild_project": {"b": {"environment": {"image": '${join("", [NAME])}'}}}}}, False, id="another resource, in an expression"),
        pytest.param({"resource": {"aws_ecs_task_definition": {"b": {"for_each": "${toset([ NAME ])}"}}}}, False, id="for_each of another resource"),
        pytest.param({"output": {"o": {"value": "${NAME}"}}}, False, id="an output"),
        pytest.param({"module": {"m": {"source": "./m", "image": "${NAME}"}}}, False, id="a module"),
        pytest.param({"common": {"tags": {"image": "${NAME}"}}}, False, id="another argument of the model"),
        pytest.param({"common": {"tags": {"${NAME}": "image"}}}, False, id="a key"),
        pytest.param({"common": {"name": "m-${md5(NAME)}"}}, False, id="the name of the model"),
        pytest.param({"common": {"tags": {"image": "NAME", "other": "${NAME2}"}}}, True, id="plain text, and another name"),
        pytest.param({"common": {"//": {"image": "${NAME}"}}}, True, id="a comment"),
        pytest.param({"data": {"aws_ecr_image": {"i": {"repository_name": "${NAME}"}}}}, False, id="a data source"),
    ],
)  # fmt: skip
def test_no_fix_of_a_value_with_other_uses(name: str, more: dict[str, object], expected: bool) -> None:
    more = json.loads(json.dumps(more).replace("NAME", name))
    content = deployed(f"${{{name}}}", "ml.c7g.large", more.pop("common", None), more.pop("resource", None), **USED, **more)
    module({"main.tf.json": content})
    (finding,) = findings()
    assert finding.rule == ARCHITECTURE
    assert (finding.fix is not None) is expected
    assert fixed() is expected


def test_no_fix_of_a_variable_with_a_validation() -> None:
    variable = {"img": {"default": X86, "validation": {"condition": f'${{contains(["{X86}"], var.img)}}', "error_message": "no"}}}
    module({"main.tf.json": deployed("${var.img}", "ml.c7g.large", variable=variable)})
    assert rules() == [ARCHITECTURE]
    assert not fixed()


@pytest.mark.parametrize(
    ("local", "image", "output", "expected"),
    [
        pytest.param({"img": X86, "again": "${local.img}"}, "${local.img}", "${local.again}", False, id="through another local"),
        pytest.param({"img": X86, "again": "${local.img}"}, "${local.again}", "${local.again}", False, id="both through the same local"),
        pytest.param({"img": X86, "again": "${local.img}"}, "${local.again}", "x", True, id="intermediate local without other uses"),
        pytest.param({"c": {"image": X86, "name": "n"}}, "${local.c.image}", "${local.c.name}", True, id="another attribute"),
        pytest.param({"c": {"image": X86, "name": "n"}}, "${local.c.image}", '${local.c["image"]}', False, id="the same attribute, as an index"),
        pytest.param({"c": {"image": X86, "name": "n"}}, '${local.c["image"]}', "${local.c.image}", False, id="the same attribute, read as an index"),
        pytest.param({"c": {"image": X86, "name": "n"}}, "${local.c.image}", "${jsonencode(local.c)}", False, id="all attributes"),
        pytest.param({"c": {"image": X86, "name": "n"}}, "${local.c.image}", "${local.c[var.x]}", False, id="an unknown attribute"),
        pytest.param({"c": {"image": X86}}, '${lookup(local.c, "image", "")}', "${local.c.image}", False, id="read by a function"),
    ],
)
def test_users_of_a_local_use_the_values_in_it(local: dict[str, object], image: str, output: str, expected: bool) -> None:
    module({"main.tf.json": deployed(image, "ml.c7g.large", locals=local, output={"o": {"value": output}})})
    (finding,) = findings()
    assert finding.rule == ARCHITECTURE
    assert fixed() is expected


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        pytest.param({}, True, id="only as the image"),
        pytest.param({"NAME": "${each.value.name}"}, True, id="another attribute"),
        pytest.param({"IMAGE": "${each.value.image}"}, False, id="the same attribute"),
        pytest.param({"ALL": "${jsonencode(each.value)}"}, False, id="the whole element"),
    ],
)
def test_an_element_of_for_each_can_have_other_uses(environment: dict[str, str], expected: bool) -> None:
    container = {"image": "${each.value.image}", "environment": environment}
    variant = {"model_name": "${aws_sagemaker_model.m[each.key].name}", "instance_type": "ml.c7g.large"}
    resource = {
        "aws_sagemaker_model": {"m": {"for_each": "${local.models}", "primary_container": container}},
        "aws_sagemaker_endpoint_configuration": {"c": {"for_each": "${local.models}", "production_variants": variant}},
    }
    module({"main.tf.json": {"locals": {"models": {"a": {"image": X86, "name": "a"}}}, "resource": resource}})
    assert rules() == [ARCHITECTURE]
    assert fixed() is expected


@pytest.mark.parametrize("other", [pytest.param(False, id="by deployments only"), pytest.param(True, id="also by other resources")])
def test_a_prebuilt_image(other: bool) -> None:
    source = {"repository_name": "pytorch-inference", "image_tag": "2.1.0-cpu-py310-ubuntu20.04-sagemaker", "region": "us-west-2"}
    path = "${data.aws_sagemaker_prebuilt_ecr_image.i.registry_path}"
    output: dict[str, object] = {"output": {"o": {"value": path}}} if other else {}
    module({"main.tf.json": deployed(path, "ml.c7g.large", data={"aws_sagemaker_prebuilt_ecr_image": {"i": source}}, **output)})
    assert rules() == [ARCHITECTURE]
    assert fixed() is not other


@pytest.mark.parametrize("name", ["local.img", "var.img"])
@pytest.mark.parametrize(
    ("file", "content", "expected"),
    [
        pytest.param("other.tf", 'resource "aws_codebuild_project" "b" { image = NAME }', False, id="HCL"),
        pytest.param("other.tf", 'resource "aws_codebuild_project" "b" { image = "${NAME}:x" }', False, id="a template in HCL"),
        pytest.param("other.tf.json", {"output": {"o": {"value": "${NAME}"}}}, False, id="JSON"),
        pytest.param("other.tf.json", '{"output": {"o": {"value": "${NAME}"}}', False, id="broken JSON"),
        pytest.param("other.tf", b"\xff\xfe\xff", False, id="unreadable file"),
        pytest.param("other.tf", 'output "o" { value = NAME2 }', True, id="another name"),
        pytest.param("other.txt", "${NAME}", True, id="file outside the module"),
    ],
)
def test_no_fix_of_a_value_that_another_file_uses(name: str, file: str, content: object, expected: bool) -> None:
    if isinstance(content, bytes):
        Path(file).write_bytes(content)
    else:
        module({file: json.loads(json.dumps(content).replace("NAME", name))})
    module({"main.tf.json": deployed(f"${{{name}}}", "ml.c7g.large", **USED)})
    before = Path("main.tf.json").read_text(encoding="utf-8")
    check(["main.tf.json"], Settings(today=TODAY), FixMode.APPLY)
    assert (Path("main.tf.json").read_text(encoding="utf-8") != before) is expected


@pytest.mark.parametrize(
    ("instance", "expected"),
    [
        pytest.param("ml.m5.large", [("main.tf.json", ARCHITECTURE)], id="fits the other model"),
        pytest.param("ml.c7g.large", [("main.tf.json", ARCHITECTURE), ("other.tf.json", ARCHITECTURE)], id="does not fit the other model"),
    ],
)
def test_no_fix_of_a_variable_that_a_model_in_another_file_uses(instance: str, expected: list[tuple[str, str]]) -> None:
    text = json.dumps(deployed("${var.img}", instance)).replace("aws_sagemaker_model.m", "aws_sagemaker_model.n").replace('{"m": ', '{"n": ').replace('{"c": ', '{"d": ')
    module({"main.tf.json": deployed("${var.img}", "ml.c7g.large", variable={"img": {"default": X86}}), "other.tf.json": text})
    found = findings()
    assert [(finding.path, finding.rule) for finding in found] == expected
    assert [finding.fix for finding in found] == [None] * len(found)
    assert not fixed()
    assert [(finding.path, finding.rule) for finding in findings()] == expected


GPU, CPU = "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-gpu-py312-cu124-ubuntu22.04-sagemaker", X86


@pytest.mark.parametrize(
    ("image", "instance", "found"),
    [
        pytest.param(f'${{var.gpu ? "{GPU}" : "{CPU}"}}', "${var.size}", 0, id="the arm that the default does not take, and another default"),
        pytest.param(f'${{var.gpu ? "{GPU}" : "{CPU}"}}', "ml.m5.large", 1, id="the arm that the default does not take, and a fixed value"),
        pytest.param(f'${{var.gpu ? "{CPU}" : "{GPU}"}}', "${var.size}", 1, id="the arm that the default takes, and another default"),
        pytest.param(f'${{var.stage == "x" ? "{GPU}" : "{CPU}"}}', "${var.size}", 0, id="a variable without a default"),
        pytest.param(f'${{var.stage == "x" ? "{GPU}" : "{CPU}"}}', "ml.m5.large", 1, id="a variable without a default, and a fixed value"),
        pytest.param(f'${{var.gpu ? "{GPU}" : "{CPU}"}}', '${var.gpu ? "ml.g5.xlarge" : var.size}', 0, id="the same condition"),
    ],
)
def test_a_condition_and_the_default_of_another_variable_are_not_combined(image: str, instance: str, found: int) -> None:
    variables = {"gpu": {"default": False}, "size": {"default": "ml.m5.large"}, "stage": {}}
    module({"main.tf.json": deployed(image, instance, variable=variables)})
    assert len(findings()) == found

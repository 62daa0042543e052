"""A fix must suit every user of a text: those in other files, and those that smlint cannot evaluate."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import pytest

from smlint.cli.main import main
from smlint.model.settings import Settings
from smlint.runner.run import check

MISMATCH = "image-architecture-mismatch"
X86, ARM = "pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker", "pytorch-inference-arm64:2.6.0-cpu-py312-ubuntu22.04-sagemaker"
REGISTRY = "763104351884.dkr.ecr.us-west-2.amazonaws.com/"


def ack(kind: str, name: str, spec: str, namespace: str | None = None) -> str:
    metadata = f"name: {name}" + (f", namespace: {namespace}" if namespace else "")
    return f"---\napiVersion: sagemaker.services.k8s.aws/v1alpha1\nkind: {kind}\nmetadata: {{{metadata}}}\nspec: {spec}\n"


def ack_model(namespace: str | None = None) -> str:
    return ack("Model", "churn", f"{{modelName: churn, primaryContainer: {{image: {REGISTRY}{X86}}}}}", namespace)


def ack_config(name: str, instance: str, namespace: str | None = None) -> str:
    return ack("EndpointConfig", name, f"{{productionVariants: [{{modelName: churn, instanceType: {instance}}}]}}", namespace)


def terraform(model: bool = True, instance: str = "", name: str = "live", model_name: str = "${aws_sagemaker_model.rank.name}", **more: object) -> str:
    resources: dict[str, object] = {}
    if model:
        resources["aws_sagemaker_model"] = {"rank": {"name": "rank", "primary_container": {"image": REGISTRY + X86}}}
    if instance:
        variant = {"model_name": model_name, "instance_type": instance}
        resources["aws_sagemaker_endpoint_configuration"] = {name: {"production_variants": variant}}
    return json.dumps({"resource": resources, **more})


def rules_of(path: Path, *options: str) -> list[str]:
    """Return the rules of the findings in a file, apart from the age of images."""
    out = io.StringIO()
    main(["check", "--isolated", "--output-format", "json", *options, str(path)], stdin=io.BytesIO(), stdout=out, stderr=io.StringIO())
    return [finding["rule"] for finding in json.loads(out.getvalue())["findings"] if finding["rule"] != "end-of-patch-image"]


class TestOtherUsers:
    """A variant in the target needs another architecture. Whether a second user of the model does too decides about the fix."""

    @pytest.mark.parametrize(
        ("target", "others", "fixed"),
        [
            pytest.param(("m.yaml", ack_model() + ack_config("a", "ml.c7g.large")), {}, True, id="ACK: no other user"),
            pytest.param(
                ("m.yaml", ack_model() + ack_config("a", "ml.c7g.large")),
                {"b.yaml": ack_config("b", "ml.c7g.xlarge")},
                True,
                id="ACK: a second file needs the same",
            ),
            pytest.param(
                ("m.yaml", ack_model() + ack_config("a", "ml.c7g.large")),
                {"b.yaml": ack_config("b", "ml.m5.large")},
                False,
                id="ACK: a second file needs the image as it is",
            ),
            pytest.param(
                ("m.yaml", ack_model("ml") + ack_config("a", "ml.c7g.large", "ml")),
                {"b.yaml": ack_config("b", "ml.m5.large", "other")},
                True,
                id="ACK: the same name in another namespace",
            ),
            pytest.param(
                ("m.yaml", ack_model("ml") + ack_config("a", "ml.c7g.large", "ml")),
                {"b.yaml": ack_config("b", "ml.m5.large")},
                False,
                id="ACK: no namespace may be any",
            ),
            pytest.param(
                ("m.yaml", ack_model() + ack_config("a", "ml.c7g.large")),
                {"b.yaml": ack_config("b", "$TYPE")},
                False,
                id="ACK: an unknown instance type",
            ),
            pytest.param(("main.tf.json", terraform(instance="ml.c7g.large")), {}, True, id="Terraform: no other user"),
            pytest.param(
                ("main.tf.json", terraform(instance="ml.c7g.large")),
                {"b.tf.json": terraform(model=False, instance="ml.m5.large", name="b")},
                False,
                id="Terraform: another JSON file",
            ),
            pytest.param(
                ("main.tf.json", terraform(instance="ml.c7g.large")),
                {"b.tf.json": terraform(model=False, instance="ml.m5.large", name="b", model_name="${var.old ? var.x : aws_sagemaker_model.rank.name}")},
                False,
                id="Terraform: a conditional name",
            ),
            pytest.param(
                ("main.tf.json", terraform(instance="ml.c7g.large")),
                {"b.tf": "model_name = aws_sagemaker_model.rank.name"},
                False,
                id="Terraform: HCL",
            ),
            pytest.param(
                ("main.tf.json", terraform(instance="ml.c7g.large")),
                {"b.tf": 'model_name = "rank"'},
                False,
                id="Terraform: HCL, the literal name",
            ),
            pytest.param(
                ("main.tf.json", terraform(instance="ml.c7g.large")),
                {"b.tf": "depends_on = [aws_sagemaker_model.rank]\nx = aws_sagemaker_model.rank.arn"},
                True,
                id="Terraform: HCL that only waits for the model, or names its ARN",
            ),
            pytest.param(
                ("main.tf.json", terraform(instance="ml.c7g.large", module={"canary": {"source": "./c", "model": "${aws_sagemaker_model.rank.name}"}})),
                {},
                False,
                id="Terraform: a module gets the name",
            ),
            pytest.param(
                ("main.tf.json", terraform(instance="ml.c7g.large", locals={"m": "${aws_sagemaker_model.rank.name}"})),
                {"b.tf": "model_name = local.m"},
                False,
                id="Terraform: HCL uses a local value",
            ),
        ],
    )
    def test_every_user_of_a_model_counts(self, tmp_path: Path, target: tuple[str, str], others: dict[str, str], fixed: bool) -> None:
        name, text = target
        for other, content in {name: text, **others}.items():
            (tmp_path / other).write_text(content)
        assert MISMATCH in rules_of(tmp_path / name)
        rules_of(tmp_path / name, "--fix")
        assert (tmp_path / name).read_text() == (text.replace(X86, ARM) if fixed else text)


LIST = {"condition": '${contains(["ml.c7g.large", "OTHER"], var.size)}', "error_message": "Unknown size."}


def sized(other: str | None = None, **variable: object) -> str:
    validation = {"validation": {**LIST, "condition": LIST["condition"].replace("OTHER", other)}} if other else {}
    return terraform(instance="${var.size}", variable={"size": {"default": "ml.c7g.large", **validation, **variable}})


def rows(**sizes: str) -> str:
    return terraform(instance="${local.sizes[var.env]}", variable={"env": {"default": "dev"}}, locals={"sizes": {"dev": "ml.c7g.large", **sizes}})


class TestOtherValues:
    """The default of a variable needs another architecture. Whether its other values do too decides about the fix."""

    @pytest.mark.parametrize(
        ("text", "others", "fixed"),
        [
            pytest.param(sized(), {}, True, id="no other value"),
            pytest.param(sized("ml.c7g.xlarge"), {}, True, id="a validation allows a type that needs the same"),
            pytest.param(sized("ml.m5.large"), {}, False, id="a validation allows a type that needs the image as it is"),
            pytest.param(sized(validation=[{"condition": '${can(regex("^ml\\\\.", var.size))}'}]), {}, False, id="a validation allows any type"),
            pytest.param(sized(validation=[{"condition": "${length(var.size) > 3}"}]), {}, True, id="a validation names no value"),
            pytest.param(sized(), {"prod.tfvars.json": '{"size": "ml.m5.large"}'}, False, id="a JSON file for -var-file"),
            pytest.param(sized(), {"prod.tfvars": 'size = "ml.m5.large" # x86'}, False, id="an HCL file for -var-file"),
            pytest.param(sized(), {"env/prod.tfvars": 'size = "ml.m5.large"'}, False, id="a file for -var-file in a folder"),
            pytest.param(sized(), {"x/prod.tfvars": 'size = "ml.m5.large"', "x/main.tf": ""}, True, id="a file of another module"),
            pytest.param(sized(), {"prod.tfvars": 'size = "ml.c7g.2xlarge"'}, True, id="a file for -var-file that needs the same"),
            pytest.param(sized(), {"prod.tfvars": "tags = {\n  a = 1 # }\n}\n/* size */ size = join(1)"}, False, id="a file with an unreadable value"),
            pytest.param(
                sized(),
                {"terraform.tfvars": 'size = "ml.c7g.xlarge"', "prod.tfvars": 'size = "ml.m5.large"'},
                False,
                id="a file for -var-file overrides an automatic one",
            ),
            pytest.param(sized(), {"variables.tf.json": "{}"}, True, id="an empty file"),
            pytest.param(rows(), {}, True, id="a map with one row"),
            pytest.param(
                rows(prod="ml.m5.large").replace("local.sizes[var.env]", 'lookup(local.sizes, \\"x${var.env}\\", \\"ml.c7g.large\\")'),
                {},
                False,
                id="a row that needs the image as it is, where the default has none",
            ),
            pytest.param(rows(prod="ml.c7g.xlarge"), {}, True, id="a row that needs the same"),
            pytest.param(rows(prod="ml.m5.large"), {}, False, id="a row that needs the image as it is"),
        ],
    )
    def test_listed_values_count_as_users(self, tmp_path: Path, text: str, others: dict[str, str], fixed: bool) -> None:
        (tmp_path / ".git").mkdir()  # the folders of the other tests do not belong to it
        for name, content in {"main.tf.json": text, **others}.items():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(content)
        path = tmp_path / "main.tf.json"
        assert MISMATCH in rules_of(path)
        rules_of(path, "--fix")
        assert path.read_text() == (text.replace(X86, ARM) if fixed else text)

    def test_a_listed_type_that_does_not_exist_is_reported(self, tmp_path: Path) -> None:
        (tmp_path / "main.tf.json").write_text(sized("ml.m5.larg"))
        assert "unknown-instance-type" in rules_of(tmp_path / "main.tf.json")


class TestFilesThatChangeAModule:
    """The file needs another architecture as it is. Another file of the folder decides what Terraform really applies."""

    @pytest.mark.parametrize(
        ("text", "others", "found"),
        [
            pytest.param(sized(), {"terraform.tfvars": 'size = "ml.m5.large"'}, False, id="terraform.tfvars"),
            pytest.param(sized(), {"x.auto.tfvars": '\n# size\nsize="ml.m5.large"\n'}, False, id="auto.tfvars"),
            pytest.param(sized(), {"terraform.tfvars": 'size = "ml.c7g.xlarge"'}, True, id="another value that is as wrong"),
            pytest.param(sized(), {"terraform.tfvars": "size = <<EOF\nml.m5.large\nEOF\n"}, False, id="a value that smlint cannot read"),
            pytest.param(sized(), {"terraform.tfvars": 'other = "ml.m5.large"'}, True, id="another variable"),
            pytest.param(
                sized(),
                {"terraform.tfvars": 'size = "ml.m5.large"', "a.auto.tfvars.json": '{"size": "ml.c7g.large"}'},
                True,
                id="a later file wins",
            ),
            pytest.param(sized(), {"override.tf.json": json.dumps({"variable": {"size": {"default": "ml.m5.large"}}})}, False, id="an override of a default"),
            pytest.param(
                terraform(instance="ml.c7g.large"),
                {"a_override.tf.json": terraform().replace(X86, ARM)},
                False,
                id="an override of a block",
            ),
            pytest.param(
                terraform(instance="ml.c7g.large"),
                {"override.tf.json": json.dumps({"resource": {"aws_sagemaker_model": {"other": {"primary_container": {"image": ARM}}}}})},
                True,
                id="an override of another resource",
            ),
            pytest.param(
                terraform(instance="ml.c7g.large"),
                {"override.tf": 'resource "aws_sagemaker_model" "rank" {\n  primary_container {\n    image = "x"\n  }\n}\n'},
                False,
                id="an override in HCL",
            ),
            pytest.param(sized(), {"override.tf": 'variable "size" {\n  default = "ml.m5.large"\n}\n'}, False, id="an override of a default in HCL"),
            pytest.param(rows(), {"override.tf": "locals {\n  sizes = {}\n}\n"}, False, id="an override of a local value in HCL"),
            pytest.param(rows(), {"override.tf": "locals {\n  other = {}\n}\n"}, True, id="an override of another local value in HCL"),
        ],
    )
    def test_what_terraform_applies_is_checked(self, tmp_path: Path, text: str, others: dict[str, str], found: bool) -> None:
        for name, content in {"main.tf.json": text, **others}.items():
            (tmp_path / name).write_text(content)
        assert (MISMATCH in rules_of(tmp_path / "main.tf.json")) is found
        assert all(MISMATCH not in rules_of(tmp_path / name) for name in others if name.endswith("override.tf.json"))


POD = f"apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec:\n  nodeSelector: {{node.kubernetes.io/instance-type: ml.c7g.large}}\n  containers: [{{name: c, image: '{REGISTRY}{X86}'}}]\n"
TO_X86 = "patches: [{target: {kind: EndpointConfig}, patch: '[{op: replace, path: /spec/productionVariants/0/instanceType, value: ml.m5.large}]'}]"
TO_ARM = f"images: [{{name: {REGISTRY}pytorch-inference, newName: {REGISTRY}pytorch-inference-arm64}}]"
SERVING = ack_model() + ack_config("a", "ml.c7g.large")
BASE = {"base/kustomization.yaml": "resources: [m.yaml]"}
UPPER = "resources: [../base]\n"


def flux(folder: str, spec: str) -> str:
    head = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: live}\n"
    return f"{head}spec:\n  path: {folder}\n  prune: true\n  {spec}\n"


def argo(folder: str, kustomize: str) -> str:
    head = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: live}\n"
    return f"{head}spec:\n  source:\n    path: {folder}\n    kustomize: {{{kustomize}}}\n"


class TestKustomize:
    """The base needs another architecture as it is. Overlays decide what is really applied."""

    @pytest.mark.parametrize(
        ("text", "others", "found", "fixed"),
        [
            pytest.param(SERVING, BASE, True, True, id="no overlay"),
            pytest.param(SERVING, {**BASE, "prod/kustomization.yaml": UPPER + TO_X86}, False, False, id="a JSON patch of the only overlay"),
            pytest.param(SERVING, {**BASE, "overlays/prod/kustomization.yaml": f"resources: [../../base]\n{TO_X86}"}, False, False, id="a deeper overlay"),
            pytest.param(
                SERVING,
                {**BASE, "mid/kustomization.yml": UPPER, "prod/kustomization.yaml": f"resources: [../mid]\n{TO_X86}"},
                False,
                False,
                id="an overlay of an overlay",
            ),
            pytest.param(
                SERVING,
                {**BASE, "dev/kustomization.yaml": UPPER, "prod/kustomization.yaml": UPPER + TO_X86},
                True,
                False,
                id="one overlay of two changes the type",
            ),
            pytest.param(SERVING, {**BASE, "prod/kustomization.yaml": UPPER + TO_X86.replace("ml.m5", "ml.c6g")}, True, True, id="an overlay that needs the same"),
            pytest.param(SERVING, {**BASE, "prod/kustomization.yaml": UPPER + TO_X86.replace("EndpointConfig", "Job")}, True, True, id="another kind"),
            pytest.param(SERVING, {**BASE, "prod/kustomization.yaml": UPPER + TO_X86.replace("EndpointConfig", "Endpoint.*")}, False, False, id="a pattern that matches"),
            pytest.param(SERVING, {**BASE, "prod/kustomization.yaml": UPPER + TO_X86.replace("EndpointConfig", "Endpoint.*Job")}, True, True, id="a pattern that does not match"),
            pytest.param(
                SERVING,
                {**BASE, "prod/kustomization.yaml": UPPER + TO_X86.replace("EndpointConfig", "'([A-Za-z]+)+!'")},
                False,
                False,
                id="a pattern that may take too long to match",
            ),
            pytest.param(SERVING, {"other/kustomization.yaml": UPPER + TO_X86}, True, True, id="a base that is no kustomization"),
            pytest.param(
                SERVING,
                {
                    **BASE,
                    "prod/kustomization.yaml": UPPER + "patches: [{path: p.yaml}]",
                    "prod/p.yaml": ack("EndpointConfig", "a", "{productionVariants: [{modelName: churn, instanceType: ml.m5.large}]}"),
                },
                False,
                False,
                id="a merge patch in a file",
            ),
            pytest.param(SERVING, {**BASE, "prod/kustomization.yaml": UPPER + "patches: [{path: missing.yaml}]"}, False, False, id="an unreadable patch"),
            pytest.param(SERVING, {**BASE, "prod/kustomization.yaml": UPPER + "replacements: [{path: r.yaml}]"}, False, False, id="replacements"),
            pytest.param(
                SERVING,
                {**BASE, "c/kustomization.yaml": f"kind: Component\n{TO_X86}", "prod/kustomization.yaml": UPPER + "components: [../c]"},
                False,
                False,
                id="a component",
            ),
            pytest.param(SERVING, {"live/kustomization.yaml": f"resources: [../base/m.yaml]\n{TO_X86}"}, False, False, id="a file in another folder"),
            pytest.param(SERVING, {**BASE, "live/flux.yaml": flux("./base", TO_X86)}, False, False, id="Flux: patches"),
            pytest.param(SERVING, {"live/flux.yaml": flux("base", TO_X86)}, False, False, id="Flux: no kustomization in the folder"),
            pytest.param(SERVING, {**BASE, "live/flux.yaml": flux("./base", "interval: 5m")}, True, True, id="Flux: no patches"),
            pytest.param(SERVING, {**BASE, "live/flux.yaml": flux("./other", TO_X86)}, True, True, id="Flux: another folder"),
            pytest.param(
                SERVING,
                {**BASE, "live/a.yaml": flux("./base", "interval: 5m"), "live/b.yaml": flux("./base", TO_X86)},
                True,
                False,
                id="Flux: with and without patches",
            ),
            pytest.param(SERVING, {**BASE, "live/app.yaml": argo("base", TO_X86)}, False, False, id="Argo CD: patches"),
            pytest.param(
                POD,
                {**BASE, "live/app.yaml": argo("base", f"images: ['{REGISTRY}pytorch-inference={REGISTRY}pytorch-inference-arm64']")},
                False,
                False,
                id="Argo CD: images",
            ),
            pytest.param(POD, {"base/kustomization.yaml": f"resources: [m.yaml]\n{TO_ARM}"}, False, False, id="images of the kustomization itself"),
            pytest.param(POD, {**BASE, "prod/kustomization.yaml": UPPER + TO_ARM}, False, False, id="images of an overlay"),
            pytest.param(POD, {**BASE, "prod/kustomization.yaml": UPPER + TO_ARM.replace("name: 7", "name: x7")}, True, True, id="another image"),
        ],
    )
    def test_what_kustomize_applies_is_checked(self, tmp_path: Path, text: str, others: dict[str, str], found: bool, fixed: bool) -> None:
        for name, content in {"base/m.yaml": text, **others}.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(content)
        path = tmp_path / "base" / "m.yaml"
        assert (MISMATCH in rules_of(path)) is found
        rules_of(path, "--fix")
        assert (path.read_text() != text) is fixed


def calling(source: str, **arguments: object) -> str:
    return json.dumps({"module": {"call": {"source": source, **arguments}}})


CALL_IN_HCL = 'module "call" {\n  source = "../modules/rank"\n  size   = var.size\n}\n'
DEFAULT_CALL_IN_HCL = 'module "call" {\n  source = "../modules/rank"\n}\n\nvariable "size" {\n  default = 1\n}\n'


class TestModuleCalls:
    """The default of a module's variable needs another architecture. What the calls of the module pass decides whether it is used at all."""

    @pytest.mark.parametrize(
        ("others", "found", "fixed"),
        [
            pytest.param({}, True, True, id="no call"),
            pytest.param({"prod/main.tf.json": calling("../modules/rank", size="ml.m5.large")}, False, False, id="a literal argument"),
            pytest.param({"prod/main.tf.json": calling("../modules/rank", size="${var.size}")}, False, False, id="an unknown argument"),
            pytest.param({"main.tf.json": calling("./modules/rank", size="${var.size}")}, False, False, id="a call two folders above"),
            pytest.param({"modules/all/main.tf.json": calling("../rank/", size="${var.size}")}, False, False, id="a call in a sibling folder"),
            pytest.param({"prod/main.tf": CALL_IN_HCL}, False, False, id="a call in HCL"),
            pytest.param({"prod/main.tf": DEFAULT_CALL_IN_HCL}, True, True, id="a call in HCL with the default"),
            pytest.param({"prod/main.tf.json": calling("../modules/rank", role="r")}, True, True, id="another argument"),
            pytest.param({"prod/main.tf.json": calling("../modules/other", size="ml.m5.large")}, True, True, id="a call of another module"),
            pytest.param({"prod/main.tf.json": calling("acme/rank/aws", size="ml.m5.large")}, True, True, id="a module of a registry"),
            pytest.param(
                {"prod/main.tf.json": calling("../modules/rank", size="ml.m5.large"), "dev/main.tf.json": calling("../modules/rank")},
                True,
                False,
                id="one of two calls",
            ),
            pytest.param(
                {"prod/main.tf.json": calling("../modules/rank", size="ml.m5.large"), "modules/rank/terraform.tfvars": 'size = "ml.c7g.large"\n'},
                True,
                False,
                id="a call of a module that has values of its own",
            ),
        ],
    )
    def test_what_calls_pass_decides(self, tmp_path: Path, others: dict[str, str], found: bool, fixed: bool) -> None:
        (tmp_path / ".git").mkdir()
        text = sized()
        for name, content in {"modules/rank/main.tf.json": text, **others}.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(content)
        path = tmp_path / "modules" / "rank" / "main.tf.json"
        assert (MISMATCH in rules_of(path)) is found
        rules_of(path, "--fix")
        assert (path.read_text() != text) is fixed

    def test_without_a_repository_only_the_folder_above_is_searched(self, tmp_path: Path) -> None:
        for folder, other, found in (("near", "main.tf.json", False), ("far", "../main.tf.json", True)):
            path = tmp_path / folder / "modules" / "rank" / "main.tf.json"
            path.parent.mkdir(parents=True)
            path.write_text(sized())
            caller = path.parent.parent / other
            caller.write_text(calling(f"./{os.path.relpath(path.parent, caller.parent)}", size="ml.m5.large"))
            assert (MISMATCH in rules_of(path)) is found


@pytest.mark.parametrize("has_repository", [True, False])
def test_the_call_of_a_module_counts_with_and_without_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_repository: bool) -> None:
    module = {
        "variable": {"size": {"default": "ml.c7g.large"}},
        "resource": {
            "aws_sagemaker_model": {"m": {"name": "m", "primary_container": {"image": REGISTRY + X86}}},
            "aws_sagemaker_endpoint_configuration": {
                "c": {"production_variants": {"variant_name": "a", "model_name": "${aws_sagemaker_model.m.name}", "instance_type": "${var.size}"}}
            },
        },
    }
    call = {"module": {"ep": {"source": "../../modules/ep", "size": "ml.m5.large"}}}
    for name, content in (("modules/ep/main.tf.json", module), ("envs/prod/main.tf.json", call)):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(json.dumps(content))
    if has_repository:
        (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    settings = Settings(today="2024-01-01")
    for targets in (["modules/ep/main.tf.json"], ["modules/ep/main.tf.json", "envs/prod/main.tf.json"]):
        assert [finding.rule for finding in check(targets, settings).report.findings] == []

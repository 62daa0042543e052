"""A fix must suit every user of a text: those in other files, and those that smlint cannot evaluate."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from smlint.cli.main import main

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

"""Terraform in JSON: the image and the instance type as literals, in variables and locals, in expressions and in `for_each`."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import strategies as st

from tests.manifests import ACCOUNT, DOMAIN, IMAGE, PATH
from tests.manifests.images import ChosenImage, chosen
from tests.manifests.shapes import ARN, TEXTS, Shape
from tests.manifests.spelling import Tree


@st.composite
def configurations(draw: st.DrawFn) -> tuple[Shape, ChosenImage]:
    """A model and its endpoint configuration."""
    image = draw(chosen())
    named = Named({"suffix": {"type": "string", "description": draw(TEXTS)}}, {})
    uri = draw(st.sampled_from(_IMAGES))(named)
    instance_type = image.instance_type
    if draw(st.booleans()):
        named.variables["instance_type"] = {"type": "string", "default": image.instance_type}
        instance_type = "${var.instance_type}"
    container: Tree = {"image": uri, "model_data_url": "s3://bucket/model.tar.gz", "environment": {"NOTE": "x"}}
    variant: Tree = {"variant_name": "a", "model_name": "${aws_sagemaker_model.churn.name}", "instance_type": instance_type, "initial_instance_count": 1}
    model: Tree = {"name": "churn", "execution_role_arn": ARN, "primary_container": draw(st.sampled_from((container, [container])))}
    config: Tree = {"name_prefix": "churn-", "production_variants": draw(st.sampled_from((variant, [variant])))}
    block: Tree = {"region": image.region}
    providers: tuple[Tree, Tree] = {"aws": block}, [{"aws": [block]}]
    tree: dict[str, Tree] = {
        "provider": draw(st.sampled_from(providers)),
        "variable": named.variables,
        "data": {"aws_region": {"current": {}}, "aws_partition": {"current": {}}},
        "resource": {"aws_sagemaker_model": {"churn": model}, "aws_sagemaker_endpoint_configuration": {"churn": config}},
    }
    if named.locals:
        tree["locals"] = named.locals
    return Shape(tree, json=True), image


@st.composite
def plans(draw: st.DrawFn) -> tuple[Shape, ChosenImage]:
    """A plan as `terraform show -json` prints it, which is reported and never edited."""
    image = draw(chosen())
    model: Tree = {"name": "churn", "execution_role_arn": ARN, "container": [], "primary_container": [{"image": IMAGE, "model_data_url": None}]}
    variant: Tree = {"variant_name": "a", "model_name": "churn", "instance_type": image.instance_type, "initial_instance_count": 1, "serverless_config": []}
    config: Tree = {"name": "churn", "production_variants": [variant], "shadow_production_variants": []}
    resources: Tree = [_planned("aws_sagemaker_model", model), _planned("aws_sagemaker_endpoint_configuration", config)]
    provider: Tree = {"aws": {"name": "aws", "full_name": "registry.terraform.io/hashicorp/aws", "expressions": {"region": {"constant_value": image.region}}}}
    tree: Tree = {
        "format_version": "1.2",
        "terraform_version": "1.9.8",
        "planned_values": {"root_module": {"resources": resources}},
        "configuration": {"provider_config": provider, "root_module": {}},
    }
    return Shape(tree, (image.region,), fixable=False, json=True), image


def _planned(kind: str, values: Tree) -> Tree:
    return {"address": f"{kind}.churn", "mode": "managed", "type": kind, "name": "churn", "values": values, "sensitive_values": {}}


class Named(NamedTuple):
    """What an expression may refer to."""

    variables: dict[str, Tree]
    locals: dict[str, Tree]


def _literal(_: Named) -> str:
    return IMAGE


def _variable(named: Named) -> str:
    named.variables["image"] = {"type": "string", "default": IMAGE}
    return "${var.image}"


def _local(named: Named) -> str:
    named.locals["image"] = IMAGE
    return "${local.image}"


def _in_the_region_of_the_provider(_: Named) -> str:
    return f"{ACCOUNT}.dkr.ecr.${{data.aws_region.current.name}}.{DOMAIN}/{PATH}"


def _in_pieces(named: Named) -> str:
    named.locals["registry"] = f"{ACCOUNT}.dkr.ecr.${{data.aws_region.current.name}}.${{data.aws_partition.current.dns_suffix}}"
    return f"${{local.registry}}/{PATH}"


_IMAGES = (_literal, _literal, _variable, _local, _in_the_region_of_the_provider, _in_pieces)

"""Terraform JSON configurations, plans and states: which image runs on which instance type."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smlint.model.deployment import Deployment, DocumentReading
from smlint.readers.documents import entry_for
from smlint.readers.reader import ReadContext
from smlint.readers.terraform import reader as terraform
from smlint.readers.terraform.configuration import defined_resources, missing_models
from smlint.syntax import parse
from tests.conftest import ROOT

IMAGE = "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310"
OTHER = "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-gpu-py310"


def reading(document: object, region: str | None = None, *parameters: tuple[str, str]) -> DocumentReading:
    (parsed,) = parse(json.dumps(document))
    assert terraform.claims(parsed)
    return terraform.read(parsed, ReadContext(region, parameters))


def shown(deployment: Deployment) -> tuple[str, str, str]:
    image, instance = deployment.image, deployment.instance_type
    tag = image.value.tag or image.value.uri if image.known else image.state.value
    return deployment.resource, tag, instance.value.name if instance.known else instance.state.value


def pairs(found: DocumentReading) -> list[tuple[str, str, str]]:
    return [shown(deployment) for deployment in found.deployments]


def configuration(variants: object, models: object = None, **more: object) -> dict[str, object]:
    models = {"m": {"name": "model-m", "primary_container": {"image": IMAGE}}} if models is None else models
    resources = {"aws_sagemaker_model": models, "aws_sagemaker_endpoint_configuration": {"c": {"production_variants": variants}}}
    extra = more.pop("resource", {})
    assert isinstance(extra, dict)
    return {"resource": {**resources, **extra}, **more}


M = "aws_sagemaker_model.m"
C = "aws_sagemaker_endpoint_configuration.c"
TAG = "2.1.0-cpu-py310"


@pytest.mark.parametrize(
    ("name", "linked"),
    [
        pytest.param("${aws_sagemaker_model.m.name}", True, id="by its name"),
        pytest.param("${aws_sagemaker_model.m.id}", True, id="by its ID"),
        pytest.param("${ aws_sagemaker_model.m.name }", True, id="with blanks"),
        pytest.param("${local.model}", True, id="through a local value"),
        pytest.param("model-m", True, id="by the same literal name"),
        pytest.param("${var.flag ? aws_sagemaker_model.m.name : aws_sagemaker_model.m.id}", True, id="in both arms of a condition"),
        pytest.param("aws_sagemaker_model.m.name", False, id="not by a reference without braces"),
        pytest.param("${aws_sagemaker_model.m.arn}", False, id="not by another attribute"),
        pytest.param("${aws_sagemaker_model.m.name}-v2", False, id="not by a longer name"),
        pytest.param("${aws_sagemaker_model.mm.name}", False, id="not by the name of another resource"),
        pytest.param("${aws_sagemaker_model.m[0].name}", False, id="not by a missing instance"),
        pytest.param("${module.m.model_name}", False, id="not by an output"),
        pytest.param("model-n", False, id="not by another literal name"),
        pytest.param(7, False, id="not by a number"),
    ],
)
def test_a_variant_is_linked_to_its_model(name: object, linked: bool) -> None:
    found = reading(configuration({"model_name": name, "instance_type": "ml.c5.large"}, locals={"model": "${aws_sagemaker_model.m.name}"}))
    alone = [(C, "unknown", "ml.c5.large"), (M, TAG, "absent")]
    assert sorted(set(pairs(found))) == ([(M, TAG, "ml.c5.large")] if linked else alone)
    assert found.problems == ()


@pytest.mark.parametrize(
    "wrap",
    [
        pytest.param(lambda block: block, id="an object"),
        pytest.param(lambda block: [block], id="a list of objects"),
    ],
)
def test_blocks_are_objects_or_lists(wrap: object) -> None:
    assert callable(wrap)
    model = wrap({"primary_container": wrap({"image": IMAGE})})
    document = {
        "resource": wrap(
            {
                "aws_sagemaker_model": wrap({"m": model}),
                "aws_sagemaker_endpoint_configuration": {
                    "c": wrap({"shadow_production_variants": wrap({"model_name": "${aws_sagemaker_model.m.name}", "instance_type": "ml.c5.large"})})
                },
            }
        )
    }
    assert pairs(reading(document)) == [(M, TAG, "ml.c5.large")]


def test_the_pointer_leads_to_the_image() -> None:
    document = configuration(
        {"model_name": "${aws_sagemaker_model.m.name}", "instance_type": "ml.c5.large"}, {"m": {"container": [{}, {"image": IMAGE}]}}
    )
    (deployment,) = reading(document).deployments
    node: object = document
    for step in deployment.pointer.split("/")[1:]:
        node = node[int(step)] if isinstance(node, list) else node[step] if isinstance(node, dict) else None
    assert node == IMAGE


def test_every_container_runs_on_every_variant() -> None:
    document = configuration(
        [{"model_name": "${aws_sagemaker_model.m.name}", "instance_type": kind} for kind in ("ml.c5.large", "ml.g5.xlarge")],
        {"m": {"container": [{"image": IMAGE}, {"image": OTHER}]}},
    )
    assert sorted(pairs(reading(document))) == [
        (M, TAG, "ml.c5.large"), (M, TAG, "ml.g5.xlarge"), (M, "2.1.0-gpu-py310", "ml.c5.large"), (M, "2.1.0-gpu-py310", "ml.g5.xlarge")
    ]  # fmt: skip


def test_a_model_from_a_package_leaves_the_instance_type() -> None:
    document = configuration(
        {"model_name": "${aws_sagemaker_model.m.name}", "instance_type": "ml.c5.large"}, {"m": {"primary_container": {"model_package_name": "p"}}}
    )
    assert pairs(reading(document)) == [(C, "unknown", "ml.c5.large")]


FOR_EACH = {
    "m": {"for_each": "${local.models}", "primary_container": {"image": "${each.value.image}"}},
}
MODELS = {"a": {"image": IMAGE, "kind": "ml.c5.large"}, "b": {"image": OTHER, "kind": "ml.g5.xlarge"}}


def test_instances_of_for_each_are_paired_by_key() -> None:
    document = configuration({}, FOR_EACH, locals={"models": MODELS})
    document["resource"]["aws_sagemaker_endpoint_configuration"]["c"] = {  # type: ignore[index]
        "for_each": "${local.models}",
        "production_variants": {"model_name": "${aws_sagemaker_model.m[each.key].name}", "instance_type": "${each.value.kind}"},
    }
    assert pairs(reading(document)) == [(f'{M}["a"]', TAG, "ml.c5.large"), (f'{M}["b"]', "2.1.0-gpu-py310", "ml.g5.xlarge")]


def test_dynamic_blocks_are_paired_by_key() -> None:
    document = configuration({}, FOR_EACH, locals={"models": MODELS})
    document["resource"]["aws_sagemaker_endpoint_configuration"]["c"] = {  # type: ignore[index]
        "dynamic": {
            "production_variants": {
                "for_each": "${local.models}",
                "iterator": "it",
                "content": {"model_name": "${aws_sagemaker_model.m[it.key].name}", "instance_type": "${it.value.kind}"},
            }
        }
    }
    assert pairs(reading(document)) == [(f'{M}["a"]', TAG, "ml.c5.large"), (f'{M}["b"]', "2.1.0-gpu-py310", "ml.g5.xlarge")]


@pytest.mark.parametrize(
    "index", [pytest.param("[0]", id="a number"), pytest.param("[count.index]", id="`count.index`"), pytest.param("", id="no index")]
)
def test_an_unknown_count_is_read_as_one_model(index: str) -> None:
    variants = {"model_name": f"${{aws_sagemaker_model.m{index}.name}}", "instance_type": "ml.c5.large"}
    assert pairs(reading(configuration(variants, {"m": {"count": "${var.n}", "primary_container": {"image": IMAGE}}}))) == [(M, TAG, "ml.c5.large")]


def test_a_count_of_zero_makes_no_model() -> None:
    assert pairs(reading(configuration([], {"m": {"count": 0, "primary_container": {"image": IMAGE}}}))) == []


def test_the_same_condition_for_image_and_instance_type_pairs_matching_arms() -> None:
    document = configuration(
        {"model_name": "${aws_sagemaker_model.m.name}", "instance_type": '${var.gpu ? "ml.g5.xlarge" : "ml.c5.large"}'},
        {"m": {"primary_container": {"image": f'${{var.gpu ? "{OTHER}" : "{IMAGE}"}}'}}},
    )
    assert pairs(reading(document)) == [(M, "2.1.0-gpu-py310", "ml.g5.xlarge"), (M, TAG, "ml.c5.large")]
    assert pairs(reading(document, None, ("gpu", "false"))) == [(M, TAG, "ml.c5.large")]


def test_two_conditions_leave_the_instance_type_unknown() -> None:
    document = configuration(
        {"model_name": "${aws_sagemaker_model.m.name}", "instance_type": '${var.big ? "ml.g5.xlarge" : "ml.c5.large"}'},
        {"m": {"primary_container": {"image": f'${{var.gpu ? "{OTHER}" : "{IMAGE}"}}'}}},
    )
    assert {instance for _, _, instance in pairs(reading(document))} == {"unknown"}


@pytest.mark.parametrize(
    ("provider", "model", "run", "expected"),
    [
        pytest.param({"region": "eu-west-1"}, {}, None, ("eu-west-1", "manifest"), id="the provider's Region"),
        pytest.param({"region": "eu-west-1"}, {}, "us-east-2", ("eu-west-1", "manifest"), id="the provider's Region before that of the run"),
        pytest.param({"region": "${var.region}"}, {}, None, ("us-east-1", "manifest"), id="a variable's default"),
        pytest.param({"region": "${var.region}"}, {}, "us-east-2", ("us-east-2", "settings"), id="the Region of the run before a variable's default"),
        pytest.param({"region": "${var.other}"}, {}, None, ("us-west-2", "image"), id="the image's Region if the variable has no default"),
        pytest.param({}, {}, None, ("us-west-2", "image"), id="the image's Region if the provider states none"),
        pytest.param({"region": "eu-west-1"}, {"region": "eu-west-3"}, None, ("eu-west-3", "manifest"), id="the resource's own Region"),
        pytest.param([{"region": "eu-west-1"}, {"alias": "b", "region": "eu-north-1"}], {"provider": "aws.b"}, None, ("eu-north-1", "manifest"), id="the Region of another provider"),
        pytest.param([{"alias": "b", "region": "eu-north-1"}], {"provider": "${aws.b}"}, None, ("eu-north-1", "manifest"), id="the Region of a provider in the old syntax"),
        pytest.param({"region": "eu-west-1"}, {"provider": "aws.c"}, None, ("us-west-2", "image"), id="the image's Region if the provider is in another file"),
        pytest.param({"region": "${data.aws_region.here.name}"}, {}, None, ("us-west-2", "image"), id="the image's Region if the provider refers to itself"),
    ],
)  # fmt: skip
def test_the_region(provider: object, model: dict[str, object], run: str | None, expected: tuple[str, str]) -> None:
    document = {
        "provider": {"aws": provider},
        "variable": {"region": {"default": "us-east-1"}, "other": {}},
        "data": {"aws_region": {"here": {}}},
        "resource": {"aws_sagemaker_model": {"m": {**model, "primary_container": {"image": IMAGE}}}},
    }
    (deployment,) = reading(document, run).deployments
    assert (deployment.region.get(), deployment.region.origin) == expected


def test_an_inference_component_runs_on_the_instance_type_of_its_variant() -> None:
    component = {
        "endpoint_name": "${aws_sagemaker_endpoint.e.name}",
        "variant_name": "pool",
        "specification": {"model_name": "${aws_sagemaker_model.m.name}"},
    }
    more = {
        "aws_sagemaker_endpoint": {"e": {"endpoint_config_name": "${aws_sagemaker_endpoint_configuration.c.name}"}},
        "aws_sagemaker_inference_component": {"i": component, "j": {**component, "variant_name": "other"}},
    }
    variants = [{"variant_name": "pool", "instance_type": "ml.g5.xlarge"}, {"variant_name": "spare", "instance_type": "ml.c5.large"}]
    found = pairs(reading(configuration(variants, resource=more)))
    assert found == [(C, "unknown", "ml.g5.xlarge"), (C, "unknown", "ml.c5.large"), (M, TAG, "ml.g5.xlarge"), (M, TAG, "absent")]


def test_missing_models_of_the_folder() -> None:
    document = configuration(
        [
            {"model_name": name, "instance_type": "ml.c5.large"}
            for name in ("${aws_sagemaker_model.m.name}", "${aws_sagemaker_model.n[0].name}", "literal")
        ]
    )
    (parsed,) = parse(json.dumps(document))
    (missing,) = missing_models(parsed, ReadContext())
    assert missing.address == "aws_sagemaker_model.n"
    assert missing.problem.resource == C
    assert missing.problem.pointer == "/resource/aws_sagemaker_endpoint_configuration/c/production_variants/1/model_name"
    assert defined_resources(parsed) == {M, C}
    assert reading(document).problems == ()


@pytest.mark.parametrize(
    ("model", "name"),
    [
        pytest.param({}, "${aws_sagemaker_model.m.name}", id="by its address"),
        pytest.param({"name": "x"}, "x", id="by its literal name"),
        pytest.param({"name": "${var.prefix}-x"}, "${aws_sagemaker_model.m.id}", id="by its address if its name is unknown"),
        pytest.param({"count": "${var.n}"}, "${aws_sagemaker_model.m[0].name}", id="by an index that may exist"),
        pytest.param({"for_each": {"a": 1}}, '${aws_sagemaker_model.m["a"].name}', id="by its key"),
    ],
)
def test_a_model_and_a_variant_in_two_files_share_a_key(model: dict[str, object], name: str) -> None:
    offering = reading({"resource": {"aws_sagemaker_model": {"m": {**model, "primary_container": {"image": IMAGE}}}}})
    wanting = reading(configuration({"model_name": name, "instance_type": "ml.c5.large"}, {}))
    assert {link.key for link in offering.exports} & {link.key for link in wanting.imports}
    assert next(link.deployment for link in wanting.imports) in wanting.deployments
    assert next(link.deployment for link in offering.exports) in offering.deployments


@pytest.mark.parametrize(
    ("model", "name"),
    [
        pytest.param({"name": "x"}, "y", id="different names"),
        pytest.param({"name": "${var.prefix}-x"}, "${var.prefix}-x", id="partly unknown names"),
        pytest.param({"for_each": {"a": 1}}, '${aws_sagemaker_model.m["b"].name}', id="different keys"),
        pytest.param({}, "${var.flag ? aws_sagemaker_model.m.name : null}", id="a conditional reference"),
        pytest.param({}, "${module.m.name}", id="an output"),
    ],
)
def test_a_model_and_a_variant_in_two_files_share_no_key(model: dict[str, object], name: str) -> None:
    offering = reading({"resource": {"aws_sagemaker_model": {"m": {**model, "primary_container": {"image": IMAGE}}}}})
    wanting = reading(configuration({"model_name": name, "instance_type": "ml.c5.large"}, {}))
    assert not {link.key for link in offering.exports} & {link.key for link in wanting.imports}


def test_a_pair_linked_in_its_file_exports_the_model_for_other_variants() -> None:
    found = reading(configuration({"model_name": "${aws_sagemaker_model.m.name}", "instance_type": "ml.c5.large"}))
    assert found.imports == ()
    assert all(link.deployment not in found.deployments for link in found.exports)
    assert "terraform aws_sagemaker_model.m" in {link.key for link in found.exports}


# -------------------------------------------------------------------- plans and states


def planned(kind: str, name: str, values: object, **more: object) -> dict[str, object]:
    return {"address": f"{kind}.{name}", "mode": "managed", "type": kind, "name": name, "values": values, **more}


def plan(resources: list[dict[str, object]], configured: object = None, **more: object) -> dict[str, object]:
    found: dict[str, object] = {"format_version": "1.2", "planned_values": {"root_module": {"resources": resources}}, **more}
    if configured is not None:
        found["configuration"] = {"root_module": configured, "provider_config": more.get("provider_config", {})}
    return found


MODEL = planned("aws_sagemaker_model", "m", {"name": "model-m", "primary_container": [{"image": IMAGE}]})
NAMELESS = planned("aws_sagemaker_model", "m", {"primary_container": [{"image": IMAGE}]})


def config(variant: dict[str, object], **more: object) -> dict[str, object]:
    return planned("aws_sagemaker_endpoint_configuration", "c", {"production_variants": [{"instance_type": "ml.c5.large", **variant}]}, **more)


def configured(*references: str, models: tuple[str, ...] = (M,)) -> dict[str, object]:
    expressions = {"production_variants": [{"model_name": {"references": list(references)}}]}
    return {"resources": [*({"address": name} for name in models), {"address": C, "expressions": expressions}]}


def test_a_plan_is_paired_by_name_and_not_fixable() -> None:
    (deployment,) = reading(plan([MODEL, config({"model_name": "model-m"})])).deployments
    assert shown(deployment) == (M, TAG, "ml.c5.large")
    assert not deployment.fixable
    assert deployment.image.text is not None
    assert not any(piece.editable for piece in deployment.image.text.pieces)


def test_a_model_name_outside_the_plan_is_not_dangling() -> None:
    found = reading(plan([MODEL, config({"model_name": "elsewhere"})], configured()))
    assert found.problems == ()
    assert pairs(found) == [(C, "unknown", "ml.c5.large"), (M, TAG, "absent")]


@pytest.mark.parametrize(
    ("references", "linked"),
    [
        pytest.param((f"{M}.name", M), True, id="by its name"),
        pytest.param((f"{M}.id", M), True, id="by its ID"),
        pytest.param(("local.model",), False, id="not through a local value, which a plan does not contain"),
        pytest.param((), False, id="not without references"),
    ],
)
def test_a_name_known_after_apply_is_linked_by_the_configuration(references: tuple[str, ...], linked: bool) -> None:
    found = reading(plan([NAMELESS, config({})], configured(*references)))
    assert ((M, TAG, "ml.c5.large") in pairs(found)) is linked
    assert found.problems == ()


@pytest.mark.parametrize(
    ("references", "models", "message"),
    [
        pytest.param(("aws_sagemaker_model.x.name", "aws_sagemaker_model.x"), (M,), "variant refers to aws_sagemaker_model.x, but the plan has no such resource", id="a missing model"),
        pytest.param(("aws_sagemaker_model.x.name",), (M, "aws_sagemaker_model.x"), None, id="a model in the configuration, without instances"),
        pytest.param(("data.aws_sagemaker_model.x.name",), (M,), None, id="a data source"),
        pytest.param(("each.value",), (M,), None, id="`each.value`"),
    ],
)  # fmt: skip
def test_a_reference_is_dangling_if_plan_and_configuration_lack_the_model(
    references: tuple[str, ...], models: tuple[str, ...], message: str | None
) -> None:
    found = reading(plan([NAMELESS, config({})], configured(*references, models=models)))
    assert [problem.message for problem in found.problems] == ([message] if message else [])


def test_instances_in_a_plan_are_linked_by_the_same_index() -> None:
    resources = []
    for key, image in (("a", IMAGE), ("b", OTHER)):
        index = {"index": key, "address": f'{M}["{key}"]'}
        resources.append({**NAMELESS, **index, "values": {"primary_container": [{"image": image}]}})
        resources.append({**config({}), **index, "address": f'{C}["{key}"]'})
    found = pairs(reading(plan(resources, configured(M, "each.key"))))
    assert found == [(f'{M}["a"]', TAG, "ml.c5.large"), (f'{M}["b"]', "2.1.0-gpu-py310", "ml.c5.large")]


def test_a_plan_with_only_its_changes() -> None:
    changes = []
    for one in (MODEL, config({"model_name": "model-m"})):
        changes.append({**{key: value for key, value in one.items() if key != "values"}, "change": {"actions": ["create"], "after": one["values"]}})
    changes.append({**MODEL, "address": "aws_sagemaker_model.old", "change": {"actions": ["delete"], "after": None}})
    assert pairs(reading({"format_version": "1.2", "resource_changes": changes})) == [(M, TAG, "ml.c5.large")]


def test_a_plan_with_only_a_prior_state() -> None:
    values = {"root_module": {"resources": [MODEL, config({"model_name": "model-m"})]}}
    assert pairs(reading({"format_version": "1.0", "prior_state": {"values": values}})) == [(M, TAG, "ml.c5.large")]
    assert pairs(reading({"format_version": "1.0", "terraform_version": "1.9.0", "values": values})) == [(M, TAG, "ml.c5.large")]


def test_values_that_a_plan_replaces_are_ignored() -> None:
    old = {"values": {"root_module": {"resources": [{**MODEL, "values": {"primary_container": [{"image": OTHER}]}}]}}}
    assert pairs(reading(plan([MODEL], prior_state=old))) == [(M, TAG, "absent")]


def test_of_two_models_with_the_same_name_the_one_in_the_same_module_is_linked() -> None:
    modules = []
    for module, image in (("module.a", IMAGE), ("module.b", OTHER)):
        models = {**MODEL, "address": f"{module}.{M}", "values": {"name": "model-m", "primary_container": [{"image": image}]}}
        modules.append({"address": module, "resources": [models, {**config({"model_name": "model-m"}), "address": f"{module}.{C}"}]})
    document = {"format_version": "1.2", "planned_values": {"root_module": {"child_modules": modules}}}
    assert pairs(reading(document)) == [(f"module.a.{M}", TAG, "ml.c5.large"), (f"module.b.{M}", "2.1.0-gpu-py310", "ml.c5.large")]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        pytest.param({"constant_value": "eu-west-1"}, ("eu-west-1", "manifest"), id="a constant"),
        pytest.param({"references": ["var.r"]}, ("eu-north-1", "manifest"), id="a variable"),
        pytest.param({"references": ["local.r"]}, ("us-west-2", "image"), id="a local value, which a plan does not contain"),
    ],
)
def test_the_region_of_a_plan_is_that_of_its_provider(more: object, expected: tuple[str, str]) -> None:
    body = {"resources": [{"address": M, "provider_config_key": "aws"}]}
    document = plan([MODEL], body, provider_config={"aws": {"expressions": {"region": more}}}, variables={"r": {"value": "eu-north-1"}})
    (deployment,) = reading(document).deployments
    assert (deployment.region.get(), deployment.region.origin) == expected


def test_data_sources_are_not_deployments() -> None:
    assert pairs(reading(plan([{**MODEL, "mode": "data"}]))) == []


# -------------------------------------------------------------------- near misses


@pytest.mark.parametrize(
    "document",
    [
        pytest.param({"resource": {"aws_instance": {"x": {"instance_type": "m5.large"}}}}, id="a configuration of other resources"),
        pytest.param({"resource": "aws_sagemaker_model"}, id="a resource that is a string"),
        pytest.param({"resource": ["aws_sagemaker_model"]}, id="resources that are strings"),
        pytest.param({"Resources": {"aws_sagemaker_model": {"m": {}}}}, id="another language"),
        pytest.param({"variable": {"image": {"default": IMAGE}}}, id="only variables"),
        pytest.param({"values": {"root_module": {}}}, id="values without a version"),
        pytest.param({"format_version": "1.0"}, id="only a version"),
        pytest.param({"format_version": "1.0", "values": [1]}, id="values that are a list"),
        pytest.param({"terraform_version": "1.0", "resources": []}, id="no lineage"),
        pytest.param([{"resource": {"aws_sagemaker_model": {}}}], id="a list"),
    ],
)
def test_not_claimed(document: object) -> None:
    (parsed,) = parse(json.dumps(document))
    assert not terraform.claims(parsed)


@pytest.mark.parametrize(
    "resource",
    [
        pytest.param({"aws_sagemaker_model": {"m": None}}, id="a null body"),
        pytest.param({"aws_sagemaker_model": {"m": {"primary_container": IMAGE}}}, id="a container that is a string"),
        pytest.param({"aws_sagemaker_model": {"m": {"primary_container": {"image": {"a": 1}}}}}, id="an image that is an object"),
        pytest.param({"aws_sagemaker_model": {"m": {"primary_container": {"image": [IMAGE]}}}}, id="an image that is a list"),
        pytest.param({"aws_sagemaker_model": {"m": {"primary_container": [[{"image": IMAGE}]]}}}, id="a list in a list"),
        pytest.param({"aws_sagemaker_model": {"//": {"primary_container": {"image": IMAGE}}}}, id="a comment"),
        pytest.param(
            {"aws_sagemaker_app": {"a": {"resource_spec": {"instance_type": "ml.t3.medium"}}}}, id="an app, which has other instance types"
        ),
    ],
)
def test_a_wrong_type_is_ignored(resource: object) -> None:
    assert not any(deployment.image.known for deployment in reading({"resource": resource}).deployments)


FIXTURES = sorted((ROOT / "fixtures").rglob("terraform/**/*.json"))


@pytest.mark.parametrize("path", [path for path in FIXTURES if path.stem != "fixed"], ids=lambda path: str(path.relative_to(ROOT / "fixtures")))
def test_fixtures_are_claimed_first_by_this_reader(path: object) -> None:
    assert hasattr(path, "read_text")
    (parsed,) = parse(path.read_text(encoding="utf-8"))
    entry = entry_for(parsed)
    assert entry is not None
    assert entry.name == "terraform"


SCRAP: st.SearchStrategy[object] = st.one_of(
    st.none(), st.booleans(), st.integers(-2, 70), st.text(alphabet='${}"[].ab', max_size=8), st.just([]), st.just({}), st.just([None]), st.just({"": 0}),
    st.sampled_from(["${each.value}", "${count.index}", "${local.models}", "${aws_sagemaker_model.m.name}", "${var.gpu ? 1 : 2}", "aws.x", "${toset([])}"]),
)  # fmt: skip


def mutated(draw: st.DrawFn, node: object, rate: int) -> object:
    if draw(st.integers(0, rate)) == 0:
        return draw(SCRAP)
    if isinstance(node, dict):
        return {key: mutated(draw, value, rate) for key, value in node.items()}
    if isinstance(node, list):
        return [mutated(draw, value, rate) for value in node]
    return node


@st.composite
def mutations(draw: st.DrawFn) -> str:
    path = draw(st.sampled_from(FIXTURES))
    return json.dumps(mutated(draw, json.loads(path.read_text(encoding="utf-8")), draw(st.sampled_from([6, 20, 60]))))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example])
@given(mutations(), st.sampled_from([None, "eu-west-1"]))
def test_a_mutated_document_is_read_without_an_error(text: str, region: str | None) -> None:
    (parsed,) = parse(text)
    terraform.claims(parsed)
    terraform.read(parsed, ReadContext(region, (("gpu", "true"), ("tag", "[1, {a = 2}]"))))
    missing_models(parsed, ReadContext(region))
    defined_resources(parsed)

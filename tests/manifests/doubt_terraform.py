"""Terraform modules in JSON, written from a table of environments (`doubt.py`): resources, `count` and `for_each`, dynamic blocks, calls."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st

from tests.manifests.doubt import Deployment, Environment, Fixed, Value, Written
from tests.manifests.doubt_terraform_module import Module, free, variant
from tests.manifests.shapes import ARN
from tests.manifests.spelling import Tree


def _one_model(module: Module) -> Written:
    """A model on several endpoints."""
    image = module.image()
    model = module.model(module.text(image))
    deployments = [Deployment(image, None)]
    for _ in range(module.draw(st.integers(1, 3))):
        instance_type, (count, exists) = module.instance_type(), module.maybe_count()
        module.config(model, module.text(instance_type), count)
        deployments.append(Deployment(image, instance_type, exists))
    return module.written(deployments)


def _many_models(module: Module) -> Written:
    """Several models, each on its endpoint, which may share variables."""
    deployments = []
    for _ in range(module.draw(st.integers(2, 3))):
        image, instance_type, (count, exists) = module.image(), module.instance_type(), module.maybe_count()
        module.config(module.model(module.text(image), count), module.text(instance_type), count)
        deployments.append(Deployment(image, instance_type, exists))
    return module.written(deployments)


def _branches(module: Module) -> Written:
    """A conditional expression selects the model."""
    named = [switch for switch in module.switches if not switch.is_key]
    if not named:
        return _one_model(module)
    switch = module.draw(st.sampled_from(named))
    first, second, size = module.image(), module.image(), module.instance_type()
    models = [module.model(module.text(image)) for image in (first, second)]
    module.config(f"{switch.written} ? {models[0]} : {models[1]}", module.text(size))
    deployments = [Deployment(first, None), Deployment(second, None)]
    for image, outcome in ((first, "true"), (second, "false")):
        deployments.append(Deployment(image, size, lambda environment, outcome=outcome: switch.of(environment) == outcome))
    return module.written(deployments)


def _for_each(module: Module) -> Written:
    """One resource of each kind for several services."""
    draw, cells = module.draw, module.cells
    one_image = module.image() if draw(st.booleans()) else None
    table: dict[str, Tree] = {}
    deployments = []
    for key in ("a", "b", "c")[: draw(st.integers(1, 3))]:
        image, size = one_image or Fixed(cells.cell(module.literal_image())), Fixed(cells.cell(cells.instance_type()))
        table[key] = {"size": size.cell} if one_image else {"size": size.cell, "image": image.cell}  # type: ignore[union-attr]
        deployments.append(Deployment(image, size))
    module.locals["services"] = table
    text = module.text(one_image) if one_image else "${each.value.image}"
    module.models["model"] = {"for_each": "${local.services}", "execution_role_arn": ARN, "primary_container": {"image": text}}
    module.configs["config"] = {"for_each": "${local.services}", "production_variants": variant("${aws_sagemaker_model.model[each.key].name}", "${each.value.size}")}
    return module.written(deployments)


def _called(module: Module) -> Written:
    """A module that calls another one several times."""
    draw, cells = module.draw, module.cells
    literal, optional = draw(st.booleans()), draw(st.booleans())
    defaults = {"size": Fixed(cells.cell(cells.instance_type()))} | ({} if literal else {"image": Fixed(cells.cell(module.literal_image()))})
    image = Fixed(cells.cell(module.literal_image()))
    called: Tree = {
        "variable": {name: {"type": "string", **({"default": default.cell} if optional else {})} for name, default in defaults.items()},
        "resource": {
            "aws_sagemaker_model": {"model": {"execution_role_arn": ARN, "primary_container": {"image": image.cell if literal else "${var.image}"}}},
            "aws_sagemaker_endpoint_configuration": {"config": {"production_variants": variant("${aws_sagemaker_model.model.name}", "${var.size}")}},
        },
    }
    deployments = []
    for _ in range(draw(st.integers(1, 3))):
        values: dict[str, Value] = {name: default for name, default in defaults.items() if optional and draw(st.booleans())}
        given = {name: module.image() if name == "image" else module.instance_type() for name in defaults if name not in values}
        count, exists = module.maybe_count()
        arguments = {name: module.text(value) for name, value in given.items()}
        module.calls[free(module.calls, "call")] = {"source": "./called", **arguments, **({"count": count} if count else {})}
        values |= given
        deployments.append(Deployment(image if literal else values["image"], values["size"], exists))
    return module.written(deployments, called)


def _for_each_if(module: Module) -> Written:
    """Resources for several services, which exist under a condition."""
    named = [switch for switch in module.switches if not switch.is_key]
    if not named:
        return _for_each(module)
    switch = module.draw(st.sampled_from(named))
    table, deployments = _services(module, lambda environment: switch.of(environment) == "true")
    module.locals["services"] = table
    for_each = f"${{{switch.written} ? local.services : {{}}}}"
    module.models["model"] = {"for_each": for_each, "execution_role_arn": ARN, "primary_container": {"image": "${each.value.image}"}}
    module.configs["config"] = {"for_each": for_each, "production_variants": variant("${aws_sagemaker_model.model[each.key].name}", "${each.value.size}")}
    return module.written(deployments)


def _services(module: Module, exists: Callable[[Environment], bool]) -> tuple[dict[str, Tree], list[Deployment]]:
    table: dict[str, Tree] = {}
    deployments = []
    for key in ("a", "b", "c")[: module.draw(st.integers(1, 3))]:
        image, size = Fixed(module.cells.cell(module.literal_image())), Fixed(module.cells.cell(module.cells.instance_type()))
        table[key] = {"size": size.cell, "image": image.cell}
        deployments.append(Deployment(image, size, exists))
    return table, deployments


def _dynamic(module: Module) -> Written:
    """Variants in dynamic blocks, one for each size, or one under a condition."""
    draw = module.draw
    image = module.image()
    name = module.model(module.text(image))
    deployments = [Deployment(image, None)]
    named = [switch for switch in module.switches if not switch.is_key]
    sizes = [Fixed(module.cells.cell(module.cells.instance_type())) for _ in range(draw(st.integers(1, 3)))]
    module.locals["sizes"] = {f"v{number}": size.cell for number, size in enumerate(sizes)}
    for_each, exists = "${local.sizes}", lambda environment: True
    if named and draw(st.booleans()):
        switch = draw(st.sampled_from(named))
        for_each, exists = f"${{{switch.written} ? local.sizes : {{}}}}", lambda environment: switch.of(environment) == "true"
    iterator = draw(st.sampled_from(("production_variants", "size")))
    content = {**variant(f"${{{name}}}", f"${{{iterator}.value}}"), "variant_name": f"${{{iterator}.key}}"}
    block: dict[str, Tree] = {"for_each": for_each, "content": content} | ({"iterator": iterator} if iterator == "size" else {})
    module.configs["config"] = {"dynamic": {"production_variants": block}}
    deployments += [Deployment(image, size, exists) for size in sizes]
    return module.written(deployments)


def _overridden(module: Module) -> Written:
    """An override file replaces the variant of one of two endpoints."""
    image = module.image()
    model = module.model(module.text(image))
    first, second, unused = (module.instance_type() for _ in range(3))
    module.config(model, module.text(first))
    module.config(model, module.text(unused))
    module.overriding["config_2"] = {"production_variants": variant(f"${{{model}}}", module.text(second))}
    return module.written([Deployment(image, None), Deployment(image, first), Deployment(image, second)])


def _called_for_each(module: Module) -> Written:
    """A module that another one calls for several services, perhaps through a module between them, and perhaps with objects."""
    draw = module.draw
    named = [switch for switch in module.switches if not switch.is_key]
    for_each, exists = "${local.services}", lambda environment: True
    if named and draw(st.booleans()):
        switch = draw(st.sampled_from(named))
        for_each, exists = f"${{{switch.written} ? local.services : {{}}}}", lambda environment: switch.of(environment) == "true"
    table, deployments = _services(module, exists)
    module.locals["services"] = table
    as_object, between, split = draw(st.booleans()), draw(st.booleans()), draw(st.booleans())
    arguments: dict[str, Tree] = {"service": "${each.value}"} if as_object else {"size": "${each.value.size}", "image": "${each.value.image}"}
    prefix = "var.service." if as_object else "var."
    variables: Tree = {name: {"type": "any"} for name in arguments}
    module.calls["call"] = {"source": "./between" if between else "./called", "for_each": for_each, **arguments}
    models: Tree = {"aws_sagemaker_model": {"model": {"execution_role_arn": ARN, "primary_container": {"image": f"${{{prefix}image}}"}}}}
    configs: Tree = {"aws_sagemaker_endpoint_configuration": {"config": {"production_variants": variant("${aws_sagemaker_model.model.name}", f"${{{prefix}size}}")}}}
    written = module.written(deployments)
    if between:
        passed = {name: f"${{var.{name}}}" for name in arguments}
        written.files["between/main.tf.json"] = {"variable": variables, "module": {"call": {"source": "../called", **passed}}}
    main: dict[str, Tree] = {"variable": variables, "resource": models if split else {**models, **configs}}  # type: ignore[dict-item]
    written.files["called/main.tf.json"] = main
    if split:
        written.files["called/endpoint.tf.json"] = {"resource": configs}
    return written


SHAPES = (
    _one_model, _one_model, _many_models, _many_models, _branches, _branches, _for_each, _for_each, _called, _called,
    _for_each_if, _dynamic, _overridden, _called_for_each,
)  # fmt: skip


@st.composite
def configurations(draw: st.DrawFn) -> Written:
    """A module, perhaps in two files, with variable files, or with a module that it calls."""
    return draw(st.sampled_from(SHAPES))(Module(draw))

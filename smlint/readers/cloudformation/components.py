"""Inference components: models placed on a variant of an endpoint, whose configuration has the instance type.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sagemaker-inferencecomponent.html (read 2026-11-22).
"""

from __future__ import annotations

from collections.abc import Iterator

from smlint.readers.assumptions import Assumptions
from smlint.readers.cloudformation.template import CloudFormationTemplate, TemplateContainer
from smlint.readers.common import EACH, pointer
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Node


class InferenceComponent(NamedTuple):
    """An inference component: the endpoint configuration (logical ID) and variant it is placed on, and the model it runs.

    `config` is None if the template does not determine it. `variant` is the name as written, empty if there is none. `model` is the name
    of the model, `containers` the component's own container. `pointer` is the JSON pointer of its specification.
    """

    name: str
    config: str | None
    variant: str
    model: Node | None
    containers: tuple[TemplateContainer, ...]
    pointer: str
    assumptions: Assumptions

    def is_on(self, variant: str) -> bool:
        """Return whether the component is placed on the variant of this name."""
        return bool(self.variant) and self.variant == variant


def inference_components(template: CloudFormationTemplate) -> Iterator[InferenceComponent]:
    """Yield the inference components of a template, one for each specification."""
    for resource in template.of_type("InferenceComponent"):
        base = ("Resources", resource.name, "Properties")
        for properties, assumptions in template.mappings(resource.properties, resource.assumptions):
            config = _config(template, properties.get("EndpointName"))
            variant = template.shown(properties.get("VariantName"))
            for path in (("Specification",), ("Specifications", EACH)):
                for body, assumed, steps in template.below(properties, path, assumptions):
                    containers = tuple(
                        TemplateContainer(inner.get("Image"), pointer(*base, *steps, "Container", "Image"), both)
                        for inner, both in template.mappings(body.get("Container"), assumed)
                        if inner.get("Image") is not None
                    )
                    yield InferenceComponent(
                        name=resource.name,
                        config=config,
                        variant=variant,
                        model=body.get("ModelName"),
                        containers=containers,
                        pointer=pointer(*base, *steps),
                        assumptions=assumed,
                    )


def package_containers(template: CloudFormationTemplate, name: Node | None, assumptions: Assumptions) -> Iterator[TemplateContainer]:
    """Yield the containers of the model package of this name; one without an image if the template does not have the package."""
    package = _named_resource(template, "ModelPackage", name, "ModelPackageName")
    found = False
    base = ("Resources", package or "", "Properties")
    for properties, assumed in template.mappings(template.resources[package].properties, assumptions) if package is not None else ():
        for body, both, steps in template.below(properties, ("InferenceSpecification", "Containers", EACH), assumed):
            if body.get("Image") is not None:
                found = True
                yield TemplateContainer(body.get("Image"), pointer(*base, *steps, "Image"), both)
    if not found:
        yield TemplateContainer(None, "", assumptions)


def _config(template: CloudFormationTemplate, name: Node | None) -> str | None:
    """Return the logical ID of the configuration of the endpoint with this name."""
    endpoint = _named_resource(template, "Endpoint", name, "EndpointName")
    if endpoint is None:
        return None
    for properties, _ in template.mappings(template.resources[endpoint].properties, ()):
        return _named_resource(template, "EndpointConfig", properties.get("EndpointConfigName"), "EndpointConfigName")
    return None


def _named_resource(template: CloudFormationTemplate, kind: str, name: Node | None, key: str) -> str | None:
    """Return the only resource of a type that `name` refers to, or whose own name, under `key`, reads the same."""
    referred = {template.target(node) for node, _ in template.branches.nodes_and_calls(name)} - {None}
    shown = template.shown(name)
    matching = [
        resource.name
        for resource in template.of_type(kind)
        if resource.name in referred
        or (shown and any(template.shown(body.get(key)) == shown for body, _ in template.mappings(resource.properties, resource.assumptions)))
    ]
    return matching[0] if len(matching) == 1 else None

"""Inference components of a template: models that are placed on a variant of an endpoint, whose configuration has the instance type.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sagemaker-inferencecomponent.html (read 2026-11-22).
"""

from __future__ import annotations

from collections.abc import Iterator

from smlint.readers.api.shapes import EACH
from smlint.readers.assumptions import Assumptions
from smlint.readers.cloudformation.template import CloudFormationTemplate, TemplateContainer
from smlint.readers.common import pointer
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Node


class InferenceComponent(NamedTuple):
    """An inference component: the endpoint configuration (logical id) and the variant that it is placed on, and what it runs.

    `config` is None when the template does not tell; `variant` is as written, and empty when it does not stand there. `model` is the model's
    name, `containers` its own container; `pointer` leads to its specification.
    """

    name: str
    config: str | None
    variant: str
    model: Node | None
    containers: tuple[TemplateContainer, ...]
    pointer: str
    assumptions: Assumptions

    def on(self, variant: str) -> bool:
        """Whether it is placed on the variant of this name."""
        return bool(self.variant) and self.variant == variant


def components(template: CloudFormationTemplate) -> Iterator[InferenceComponent]:
    """The inference components of a template, one for each specification."""
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
                    yield InferenceComponent(resource.name, config, variant, body.get("ModelName"), containers, pointer(*base, *steps), assumed)


def _config(template: CloudFormationTemplate, name: Node | None) -> str | None:
    """The logical id of the configuration of the endpoint that a name means."""
    endpoint = _target(template, "Endpoint", name, "EndpointName")
    if endpoint is None:
        return None
    for properties, _ in template.mappings(template.resources[endpoint].properties, ()):
        return _target(template, "EndpointConfig", properties.get("EndpointConfigName"), "EndpointConfigName")
    return None


def _target(template: CloudFormationTemplate, kind: str, name: Node | None, key: str) -> str | None:
    """The one resource of this type that is referred to, or whose own name, under `key`, reads the same."""
    referred = {template.target(node) for node, _ in template.intrinsics.branches_and_calls(name)} - {None}
    wanted = template.shown(name)
    found = [
        resource.name
        for resource in template.of_type(kind)
        if resource.name in referred
        or (wanted and any(template.shown(body.get(key)) == wanted for body, _ in template.mappings(resource.properties, resource.assumptions)))
    ]
    return found[0] if len(found) == 1 else None

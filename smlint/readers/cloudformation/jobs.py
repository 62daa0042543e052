"""Resources with both image and instance type: their properties have the shape of API requests."""

from __future__ import annotations

from collections.abc import Iterator

from smlint.model.deployment import Deployment, Kind
from smlint.model.facts import ABSENT, Fact, known, unknown
from smlint.model.images import Image
from smlint.readers.api.shapes import ENTRYPOINT, REQUEST_KINDS, DeploymentShape
from smlint.readers.assumptions import REGION, AssumedValue, Assumptions, regional
from smlint.readers.cloudformation.template import FORMAT, PREFIX, CloudFormationTemplate, PropertyValue, TemplateResource, alternatives
from smlint.readers.common import image_fact, instance_fact, on_any_processor, pointer, region_fact, scalar_text
from smlint.syntax import Mapping, Steps

# Their image and instance type are in different resources: endpoints.py links them.
_LINKED = frozenset({"Model", "EndpointConfig", "InferenceComponent"})


def job_deployments(template: CloudFormationTemplate) -> Iterator[Deployment]:
    """Yield the deployments of all resources but models, endpoint configurations and inference components."""
    for resource in template.resources.values():
        kind = resource.type.removeprefix(PREFIX)
        if kind == resource.type or kind in _LINKED or kind not in REQUEST_KINDS:
            continue
        for properties, assumptions in template.mappings(resource.properties, resource.assumptions):
            deployments = [
                deployment
                for shape in REQUEST_KINDS[kind].shapes
                for body, assumed, steps in template.below(properties, shape.base, assumptions)
                for deployment in _pairs(template, resource, shape, body, assumed, steps)
            ]
            yield from _without_unpaired(deployments)


def _without_unpaired(deployments: list[Deployment]) -> Iterator[Deployment]:
    """Yield the deployments; one of an image without an instance type only once, and only if the image runs on none in any shape."""
    seen = {deployment.pointer for deployment in deployments if not deployment.instance_type.absent}
    alone: set[tuple[str, Fact[Image], Fact[str]]] = set()
    for deployment in deployments:
        if not deployment.instance_type.absent:
            yield deployment
            continue
        key = deployment.pointer, deployment.image, deployment.region  # whatever it may be used for
        if deployment.pointer not in seen and key not in alone:
            alone.add(key)
            yield deployment


def _pairs(
    template: CloudFormationTemplate, resource: TemplateResource, shape: DeploymentShape, body: Mapping, assumptions: Assumptions, above: Steps
) -> Iterator[Deployment]:
    """Yield every image of a shape with every instance type that can hold at the same time; one without the other alone."""
    images = [value for path in shape.images for value in template.at(body, path, assumptions)]
    instances = [value for path in shape.instances for value in template.at(body, path, assumptions)]
    if not images and not instances:
        return
    none = PropertyValue(AssumedValue(None, assumptions), ())
    doubtful: dict[PropertyValue, None] = {}
    own_command = _has_entrypoint(template, shape, body, assumptions)

    def deployment(image: PropertyValue, instance: PropertyValue, assumed: Assumptions) -> Deployment:
        path = pointer("Resources", resource.name, "Properties", *above, *(image.steps or instance.steps))
        made = _deployment(template, resource, shape, path, image.value._replace(assumptions=assumed), instance.value)
        return made._replace(own_command=own_command)

    for image in images or [none]:
        for instance in instances or [none]:
            both = template.branches.combine(image.value.assumptions, instance.value.assumptions)
            if both is None:
                continue
            if template.branches.may_conflict(image.value.assumptions, instance.value.assumptions):
                doubtful[image] = doubtful[instance] = None
                continue
            is_mixed = template.branches.is_mixed(image.value.assumptions, instance.value.assumptions)
            made = deployment(image, instance, both)
            key = regional(made.pointer, made.pointer, image.value.assumptions, instance.value.assumptions)
            yield made._replace(fixable=not is_mixed, regional=key)
    for value in doubtful:
        if value in images:
            yield deployment(value, none, value.value.assumptions)._replace(instance_type=unknown())
        elif value in instances:
            yield deployment(none, value, value.value.assumptions)._replace(image=unknown())


def _has_entrypoint(template: CloudFormationTemplate, shape: DeploymentShape, body: Mapping, assumptions: Assumptions) -> bool:
    """Return whether a job may run its own command, not that of its image."""
    if shape.kind not in (Kind.TRAINING, Kind.PROCESSING):
        return False
    owners = (owner for path in shape.images for owner, _, _ in template.below(body, path[:-1], assumptions))
    return any(owner.get(ENTRYPOINT) is not None for owner in owners)


def _deployment(
    template: CloudFormationTemplate,
    resource: TemplateResource,
    shape: DeploymentShape,
    path: str,
    image: AssumedValue,
    instance: AssumedValue,
) -> Deployment:
    fact: Fact[Image] = image_fact(image.text, template.context.catalog) if image.text is not None else ABSENT
    region = dict(image.assumptions).get(REGION)
    declared: Fact[str] = known(region, None, "map") if region is not None else ABSENT
    return Deployment(
        format=FORMAT,
        kind=shape.kind,
        resource=resource.name,
        pointer=path,
        image=on_any_processor(fact) if shape.is_offer and instance.text is not None else fact,
        instance_type=instance_fact(instance.text),
        region=region_fact(declared, template.context, fact),
        anchor=image.text or instance.text or scalar_text(resource.key, editable=False),
        alternatives=alternatives(path, path, image.assumptions),
    )

"""Lambda functions whose environment variables pair an image with an instance type: the function starts a job, or an endpoint, with them.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-environment.html (read 2026-11-29).
"""

from __future__ import annotations

from collections.abc import Iterator

from smlint.model.deployment import Deployment, Kind
from smlint.model.facts import ABSENT, Fact, known
from smlint.readers.assumptions import REGION, Assumptions, regional
from smlint.readers.cloudformation.template import FORMAT, CloudFormationTemplate, PropertyValue, TemplateResource, alternatives
from smlint.readers.common import image_fact, instance_fact, pointer, region_fact
from smlint.readers.generic.keywords import is_list_of_options, is_not_deployed, is_not_run, kind_of
from smlint.readers.generic.levels import CandidateField
from smlint.readers.generic.pairing import is_ecr, is_instance_type, pair_siblings
from smlint.syntax import Mapping

FUNCTIONS = frozenset({"AWS::Lambda::Function", "AWS::Serverless::Function"})

_KIND_OF_SCOPE = {"training": Kind.TRAINING, "processing": Kind.PROCESSING}
_VARIABLES = ("Environment", "Variables")


def function_deployments(template: CloudFormationTemplate) -> Iterator[Deployment]:
    """Yield a deployment for each image and instance type among the environment variables of a Lambda function that belong together."""
    for resource in template.resources.values():
        if resource.type in FUNCTIONS:
            for properties, assumptions in template.mappings(resource.properties, resource.assumptions):
                for variables, assumed, _ in template.below(properties, _VARIABLES, assumptions):
                    yield from _deployments(template, resource, variables, assumed)


def _deployments(
    template: CloudFormationTemplate, resource: TemplateResource, variables: Mapping, assumptions: Assumptions
) -> Iterator[Deployment]:
    values: dict[str, list[PropertyValue]] = {}
    images: list[CandidateField] = []
    instances: list[CandidateField] = []
    for key, node in variables.own().items():
        if is_not_deployed(key) or is_not_run(key):
            continue
        values[key] = template.at(variables, (key,), assumptions)
        texts = [value.value.text.value for value in values[key] if value.value.text is not None]
        if any(map(is_ecr, texts)):
            images.append(CandidateField(0, key, ((node, (key,)),)))
        elif any(is_instance_type(key, text) for text in texts) and not is_list_of_options(key):
            instances.append(CandidateField(0, key, ((node, (key,)),)))
    for pair in pair_siblings([], images, instances):
        for image in values[pair.image.key]:
            for instance in values[pair.instance.key]:
                hint = kind_of(pair.instance.key) or kind_of(pair.image.key)
                deployment = _deployment(template, resource, image, instance, kind=hint.kind if hint is not None else None)
                if deployment is not None:
                    yield deployment


def _deployment(
    template: CloudFormationTemplate, resource: TemplateResource, image: PropertyValue, instance: PropertyValue, *, kind: Kind | None
) -> Deployment | None:
    """Return the deployment of an image and an instance type; None if they never, or not certainly, hold together."""
    both = template.branches.combine(image.value.assumptions, instance.value.assumptions)
    if both is None or template.branches.may_conflict(image.value.assumptions, instance.value.assumptions):
        return None
    fact = image_fact(image.value.text, template.context.catalog)
    scope = value.scope if (value := fact.get()) is not None else None
    region = dict(both).get(REGION)
    declared: Fact[str] = known(region, None, "map") if region is not None else ABSENT
    path = pointer("Resources", resource.name, "Properties", *_VARIABLES, *image.steps)
    return Deployment(
        format=FORMAT,
        kind=kind or _KIND_OF_SCOPE.get(scope or "", Kind.ENDPOINT),
        resource=resource.name,
        pointer=path,
        image=fact,
        instance_type=instance_fact(instance.value.text),
        region=region_fact(declared, template.context, fact),
        image_scope=known(scope, fact.text, "image") if scope is not None else ABSENT,
        anchor=image.value.text,
        alternatives=alternatives(path, path, both),
        regional=regional(path, path, image.value.assumptions, instance.value.assumptions),
    )

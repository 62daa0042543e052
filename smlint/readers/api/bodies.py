"""Requests to deployments: each image with the instance types that it runs on, in one request or linked by a model's name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from smlint.model.deployment import Deployment, Kind
from smlint.model.facts import ABSENT, Fact, known, unknown
from smlint.model.images import Image, InstanceType
from smlint.model.text import Text
from smlint.readers.api.fields import FieldReader, Steps
from smlint.readers.api.shapes import DeploymentShape, RequestKind
from smlint.readers.common import image_fact, instance_fact, is_null, pointer, region_fact, string_fact
from smlint.readers.reader import ReadContext
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Mapping

MAX_PAIRS = 4096
"""Deployments of one document; what is more is left out."""


class RequestBody(NamedTuple):
    """A request in a document: its mapping, where its kind has what, and what reads its fields.

    `names` are further names under which its images can be run; `resource` is what it is called in reports.
    """

    mapping: Mapping
    request: RequestKind
    fields: FieldReader
    steps: Steps
    resource: str
    names: tuple[str, ...] = ()
    fixable: bool = True


class LocatedText(NamedTuple):
    """An image or an instance type: its text, and its JSON pointer."""

    text: Text
    pointer: str


class DefinedModel(NamedTuple):
    """A model defined here: the names that it can be referred to by, and its images."""

    names: tuple[str, ...]
    images: tuple[LocatedText, ...]
    body: RequestBody


class InstanceUse(NamedTuple):
    """Instance types on which images run: those of the same request (`images`), or those of the model called `model`."""

    shape: DeploymentShape
    holder: Mapping | None
    images: tuple[LocatedText, ...]
    instances: tuple[LocatedText, ...]
    model: Text | None
    body: RequestBody


class LinkableDeployment(NamedTuple):
    """A deployment, the names under which its model can be run from elsewhere, and the name of the model that it runs, which is elsewhere."""

    deployment: Deployment
    offered: tuple[str, ...] = ()
    wanted: str = ""


def deployments_of(bodies: Iterable[RequestBody], context: ReadContext, format: str) -> list[Deployment]:
    """The deployments of the requests of one document."""
    return [made.deployment for made in linkable_deployments(bodies, context, format)]


def linkable_deployments(bodies: Iterable[RequestBody], context: ReadContext, format: str) -> list[LinkableDeployment]:
    """As `read_bodies`, with the names that link them to other documents. A name of which a part is unknown links nothing."""
    models: list[DefinedModel] = []
    uses: list[InstanceUse] = []
    for body in bodies:
        for shape in body.request.shapes:
            if shape.defines:
                models.append(_model(shape, body))
            else:
                uses.extend(_uses(shape, body))
    return list(islice(_deployments(models, uses, context, format), MAX_PAIRS))


def _model(shape: DeploymentShape, body: RequestBody) -> DefinedModel:
    name = _name(body.fields.text(body.mapping, shape.defines[0]))
    return DefinedModel((*body.names, *((name,) if name else ())), tuple(_found(body, body.mapping, shape.images, ())), body)


def _name(text: Text | None) -> str:
    """What a model's name reads as, the unknown parts by their names, so that the same expression is the same name. Empty for none."""
    shown = text.shown() if text is not None else ""
    return "" if "${...}" in shown else shown


def _uses(shape: DeploymentShape, body: RequestBody) -> Iterator[InstanceUse]:
    for holder, steps in body.fields.mappings(body.mapping, shape.base):
        if not isinstance(holder, Mapping):
            continue
        images = tuple(_found(body, holder, shape.images, steps))
        instances = tuple(_found(body, holder, shape.instances, steps))
        model = body.fields.text(holder, shape.model[0]) if shape.model else None
        groups = tuple(_found(body, holder, (shape.groups,), steps)) if shape.groups else ()
        if len(groups) == 1:
            instances += groups
        elif groups:
            # Which of the groups needs what the image has, only the program in it tells.
            yield InstanceUse(shape, None, images, (), None, body)
            yield InstanceUse(shape, None, (), groups, None, body)
            continue
        yield InstanceUse(shape, holder, images, instances, model, body)


def _found(body: RequestBody, holder: Mapping, paths: Iterable[tuple[str, ...]], above: Steps) -> Iterator[LocatedText]:
    for path in paths:
        for text, steps in body.fields.texts(holder, path):
            yield LocatedText(text, pointer(*body.steps, *above, *steps))


def _deployments(models: list[DefinedModel], uses: list[InstanceUse], context: ReadContext, format: str) -> Iterator[LinkableDeployment]:
    """Each pair once; then the models that nothing here runs. A use whose model is elsewhere has its instance type alone."""
    used: set[int] = set()
    for use in uses:
        # Two models of one name stand in branches of which one is taken; nothing tells which goes with this use.
        name = _name(use.model)
        named = [model for model in models if name and name in model.names]
        model = named[0] if len(named) == 1 and not use.images else None
        images, body = (use.images, use.body) if model is None else (model.images, model.body)
        if model is not None:
            used.add(id(model))
        for image in images:
            for instance in use.instances or (None,):
                yield LinkableDeployment(_deployment(use, body, image, instance, context, format))
        if not images:
            wanted = name if not named and use.model is not None and use.model.known else ""
            for instance in use.instances:
                yield LinkableDeployment(_deployment(use, use.body, None, instance, context, format), wanted=wanted)
    for model in models:
        if id(model) not in used:
            alone = InstanceUse(DeploymentShape(Kind.ENDPOINT), None, (), (), None, model.body)
            offered = tuple(name for name in model.names if "${" not in name)
            for image in model.images:
                yield LinkableDeployment(_deployment(alone, model.body, image, None, context, format), offered)


def _deployment(
    use: InstanceUse, body: RequestBody, image: LocatedText | None, instance: LocatedText | None, context: ReadContext, format: str
) -> Deployment:
    fact: Fact[Image] = image_fact(image.text, context.catalog) if image is not None else ABSENT
    instance_type: Fact[InstanceType] = instance_fact(instance.text) if instance is not None else ABSENT
    place = image or instance
    return Deployment(
        format=format,
        kind=use.shape.kind,
        resource=body.resource,
        pointer=place.pointer if place is not None else pointer(*body.steps),
        image=fact,
        instance_type=instance_type,
        region=region_fact(ABSENT, context, fact),
        image_scope=_own_scope(fact) if use.shape.any_scope else ABSENT,
        accelerator_type=_stated(use, "AcceleratorType"),
        inference_ami_version=_stated(use, "InferenceAmiVersion"),
        serverless=_serverless(use),
        anchor=place.text if place is not None else None,
        fixable=body.fixable and use.body.fixable,
    )


def _own_scope(image: Fact[Image]) -> Fact[str]:
    """The scope that the image itself tells: where it may be any, it cannot be the wrong one."""
    found = image.get()
    return known(found.scope, image.text, "image") if found is not None and found.scope is not None else unknown()


def _stated(use: InstanceUse, key: str) -> Fact[str]:
    """A field of a production variant."""
    if use.holder is None or not use.shape.model or use.shape.kind is not Kind.ENDPOINT:
        return ABSENT
    text = use.body.fields.text(use.holder, key)
    return string_fact(text) if text is not None and text.value else ABSENT


def _serverless(use: InstanceUse) -> Fact[bool]:
    if use.holder is None or not use.shape.model:
        return ABSENT
    node = use.body.fields.child(use.holder, "ServerlessConfig")
    return known(True) if node is not None and not is_null(node) else ABSENT

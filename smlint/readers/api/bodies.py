"""Turn requests into deployments: each image with the instance types it runs on, in one request or linked by a model's name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from smlint.model.deployment import Deployment, Kind, Link
from smlint.model.facts import ABSENT, Fact, known, unknown
from smlint.model.images import Image, InstanceType
from smlint.model.text import Text
from smlint.readers.api.fields import FieldReader
from smlint.readers.api.shapes import ENTRYPOINT, DeploymentShape, RequestKind
from smlint.readers.common import image_fact, instance_fact, is_explicit_null, mapping_of, on_any_processor, pointer, region_fact, string_fact
from smlint.readers.reader import ReadContext
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Mapping, Steps

MAX_DEPLOYMENTS = 4096
"""The most deployments to read from one document."""


class RequestBody(NamedTuple):
    """A request in a document: its mapping, its kind, and the reader of its fields.

    `steps` lead to the mapping. `resource` is the name of the request in reports; `names` are further names by which other requests may
    refer to its images. `region` is the Region that the body states, such as in the ARN of a response.
    """

    mapping: Mapping
    kind: RequestKind
    fields: FieldReader
    steps: Steps
    resource: str
    names: tuple[str, ...] = ()
    fixable: bool = True
    region: Fact[str] = ABSENT


class LocatedText(NamedTuple):
    """The text of an image or an instance type, and its JSON pointer."""

    text: Text
    pointer: str


class DefinedModel(NamedTuple):
    """A model that a request defines: the names that refer to it, and its images."""

    names: tuple[str, ...]
    images: tuple[LocatedText, ...]
    body: RequestBody


class InstanceUse(NamedTuple):
    """Instance types, and the images that run on them: those of the same request (`images`), or those of the model named `model`.

    `holder` is the mapping with further fields, such as those of a production variant.
    """

    shape: DeploymentShape
    body: RequestBody
    holder: Mapping | None = None
    images: tuple[LocatedText, ...] = ()
    instances: tuple[LocatedText, ...] = ()
    model: Text | None = None


class LinkableDeployment(NamedTuple):
    """A deployment with what links it to other files: the names of the model it `exports`, or the name of the model it `imports`."""

    deployment: Deployment
    exports: tuple[str, ...] = ()
    imports: str = ""


def deployments_of(bodies: Iterable[RequestBody], context: ReadContext, format: str) -> list[Deployment]:
    """Return the deployments of the requests of one document."""
    return [linkable.deployment for linkable in linkable_deployments(bodies, context, format)]


def linkable_deployments(bodies: Iterable[RequestBody], context: ReadContext, format: str) -> list[LinkableDeployment]:
    """Return the deployments of the requests of one document, with the names that link them to other files.

    A name with a placeholder links nothing.
    """
    models, uses = _models_and_uses(bodies)
    return list(islice(_deployments(models, uses, context, format), MAX_DEPLOYMENTS))


def name_links(
    bodies: Iterable[RequestBody], context: ReadContext, format: str, *, other_formats: bool = False
) -> tuple[tuple[Link, ...], tuple[Link, ...]]:
    """Return the links of the models with a literal name that the requests of one document create, and of those that they only use."""
    models, uses = _models_and_uses(bodies)
    exports: list[Link] = []
    for model in models:
        alone = InstanceUse(DeploymentShape(Kind.ENDPOINT), model.body)
        for name in (name for name in model.names if "${" not in name):
            for image in model.images:
                deployment = _deployment(alone, model.body, image, None, context, format)
                exports.append(Link.by_name(name, deployment._replace(key=image.pointer), other_formats=other_formats))
    defined = {name for model in models for name in model.names}
    imports: list[Link] = []
    for use in uses:
        name = _shown_name(use.model)
        if name and name not in defined and use.model is not None and use.model.known:
            deployments = (_deployment(use, use.body, None, instance, context, format) for instance in use.instances)
            imports += (Link.by_name(name, each, other_formats=other_formats) for each in deployments)
    return tuple(exports), tuple(imports)


def _models_and_uses(bodies: Iterable[RequestBody]) -> tuple[list[DefinedModel], list[InstanceUse]]:
    models: list[DefinedModel] = []
    uses: list[InstanceUse] = []
    for body in bodies:
        for shape in body.kind.shapes:
            if shape.defines:
                models.append(_model(shape, body))
            else:
                uses.extend(_uses(shape, body))
    return models, uses


def _model(shape: DeploymentShape, body: RequestBody) -> DefinedModel:
    name = _shown_name(body.fields.text(body.mapping, shape.defines[0]))
    return DefinedModel((*body.names, *((name,) if name else ())), tuple(_located(body, body.mapping, shape.images, ())), body)


def _shown_name(text: Text | None) -> str:
    """Return the name of a model, with named placeholders, so that the same expression is the same name; empty if a placeholder has no name."""
    shown = text.shown() if text is not None else ""
    return "" if "${...}" in shown else shown


def _uses(shape: DeploymentShape, body: RequestBody) -> Iterator[InstanceUse]:
    for holder, steps in body.fields.mappings(body.mapping, shape.base):
        if not isinstance(holder, Mapping):
            continue
        images = tuple(_located(body, holder, shape.images, steps))
        instances = tuple(_located(body, holder, shape.instances, steps))
        model = body.fields.text(holder, shape.model[0]) if shape.model else None
        groups = tuple(_located(body, holder, (shape.groups,), steps)) if shape.groups else ()
        if len(groups) > 1:
            # Only the program in the image determines which group runs what.
            yield InstanceUse(shape, body, images=images)
            yield InstanceUse(shape, body, instances=groups)
        else:
            yield InstanceUse(shape, body, holder=holder, images=images, instances=instances + groups, model=model)


def _located(body: RequestBody, holder: Mapping, paths: Iterable[tuple[str, ...]], above: Steps) -> Iterator[LocatedText]:
    for path in paths:
        for text, steps in body.fields.texts(holder, path):
            yield LocatedText(text, pointer(*body.steps, *above, *steps))


def _deployments(models: list[DefinedModel], uses: list[InstanceUse], context: ReadContext, format: str) -> Iterator[LinkableDeployment]:
    """Yield each pair once, then the models that nothing here runs. A use whose model is elsewhere has its instance type alone."""
    used: set[int] = set()
    seen = {image.pointer for use in uses if use.instances for image in use.images}
    for use in uses:
        name = _shown_name(use.model)
        named = [index for index, model in enumerate(models) if name and name in model.names]
        images, body = use.images, use.body
        # Two models with one name are in different branches; which of them runs here is unknown.
        if len(named) == 1 and not use.images:
            images, body = models[named[0]].images, models[named[0]].body
            used.add(named[0])
        for image in images:
            for instance in use.instances or _alone(image, seen):
                yield LinkableDeployment(_deployment(use, body, image, instance, context, format))
        if not images:
            imports = name if not named and use.model is not None and use.model.known else ""
            for instance in use.instances:
                yield LinkableDeployment(_deployment(use, use.body, None, instance, context, format), imports=imports)
    for index, model in enumerate(models):
        if index not in used:
            alone = InstanceUse(DeploymentShape(Kind.ENDPOINT), model.body)
            exports = tuple(name for name in model.names if "${" not in name)
            for image in model.images:
                yield LinkableDeployment(_deployment(alone, model.body, image, None, context, format), exports)


def _alone(image: LocatedText, seen: set[str]) -> tuple[None, ...]:
    """Return no instance type, once for an image that runs on none in any shape. `seen` are the images that need nothing more."""
    if image.pointer in seen:
        return ()
    seen.add(image.pointer)
    return (None,)


def _deployment(
    use: InstanceUse, body: RequestBody, image: LocatedText | None, instance: LocatedText | None, context: ReadContext, format: str
) -> Deployment:
    fact: Fact[Image] = image_fact(image.text, context.catalog) if image is not None else ABSENT
    instance_type: Fact[InstanceType] = instance_fact(instance.text) if instance is not None else ABSENT
    main = image or instance
    own_command = _has_entrypoint(use)
    return Deployment(
        format=format,
        kind=use.shape.kind,
        resource=body.resource,
        pointer=main.pointer if main is not None else pointer(*body.steps),
        image=on_any_processor(fact) if use.shape.is_offer and instance is not None else fact,
        instance_type=instance_type,
        region=region_fact(body.region if body.region.known else use.body.region, context, fact),
        image_scope=_image_scope(fact) if use.shape.any_scope or (own_command and use.shape.kind is Kind.TRAINING) else ABSENT,
        accelerator_type=_variant_field(use, "AcceleratorType"),
        inference_ami_version=_variant_field(use, "InferenceAmiVersion"),
        serverless=_serverless(use),
        anchor=main.text if main is not None else None,
        fixable=body.fixable and use.body.fixable,
        own_command=own_command,
    )


def _has_entrypoint(use: InstanceUse) -> bool:
    """Return whether a job runs its own command, for which any image will do that can run it."""
    if use.shape.kind not in (Kind.TRAINING, Kind.PROCESSING):
        return False
    fields, holder = use.body.fields, use.holder or use.body.mapping
    owners = (owner for path in use.shape.images for owner, _ in fields.mappings(holder, path[:-1]))
    return any(isinstance(owner, Mapping) and fields.child(owner, ENTRYPOINT) is not None for owner in owners)


def _image_scope(image: Fact[Image]) -> Fact[str]:
    """Return the scope of the image as the required one, for uses that any scope fits; unknown if the image has none."""
    value = image.get()
    return known(value.scope, image.text, "image") if value is not None and value.scope is not None else unknown()


def _variant_field(use: InstanceUse, key: str) -> Fact[str]:
    """Return a field of a production variant."""
    if use.holder is None or not use.shape.model or use.shape.kind is not Kind.ENDPOINT:
        return ABSENT
    text = use.body.fields.text(use.holder, key)
    return string_fact(text) if text is not None and text.value else ABSENT


def _serverless(use: InstanceUse) -> Fact[bool]:
    if use.holder is None or not use.shape.model:
        return ABSENT
    node = use.body.fields.child(use.holder, "ServerlessConfig")
    if node is None or is_explicit_null(node):
        return ABSENT
    return known(True) if mapping_of(node) is not None else unknown()  # an expression may be null

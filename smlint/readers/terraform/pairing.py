"""Images and instance types of Terraform's resources, paired: in one resource, or through the names of models, configurations and endpoints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from smlint.model.deployment import Deployment, DocumentReading, Kind, Link
from smlint.model.facts import ABSENT, Fact, State, known, unknown
from smlint.model.images import Image, InstanceType
from smlint.model.text import Text
from smlint.readers.assumptions import MAX_VALUES, AssumedValue, Assumptions, combine, may_conflict
from smlint.readers.common import image_fact, instance_fact, pointer, region_fact, string_fact
from smlint.readers.reader import ReadContext
from smlint.readers.terraform.blocks import Steps
from smlint.readers.terraform.possible_values import REGION, Scope
from smlint.readers.terraform.resources import (
    CONTAINERS,
    ENDPOINT,
    ENDPOINT_CONFIGURATION,
    INFERENCE_COMPONENT,
    MODEL,
    SHAPES,
    SPECIFICATIONS,
    VARIANTS,
    ResourceShape,
    ResourceSource,
    TerraformResource,
)
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Mapping, Sequence, resolve

FORMAT = "terraform"


class ResourceArgument(NamedTuple):
    """An argument of a resource: the values it may have, the block that it stands in, and the steps from the resource to it."""

    resource: TerraformResource
    values: tuple[AssumedValue, ...]
    body: Mapping
    steps: Steps
    scope: Scope

    @property
    def pointer(self) -> str:
        return pointer(*self.resource.path, *self.steps)


def pair_resources(source: ResourceSource, environment: ReadContext) -> DocumentReading:
    """Each image with each instance type it may run on; images and instance types that nothing links, alone, as offered and wanted."""
    pairs = _Pairs(source, environment)
    return DocumentReading(FORMAT, tuple(pairs.all()), exports=tuple(pairs.exports), imports=tuple(pairs.imports))


class _Pairs:
    def __init__(self, source: ResourceSource, environment: ReadContext) -> None:
        self.source = source
        self.environment = environment
        self.models = {one.address: list(self._images(one)) for one in source.resources if one.type == MODEL}
        self.configurations = {one.address: list(self._variants(one)) for one in source.resources if one.type == ENDPOINT_CONFIGURATION}
        self.used: set[str] = set()
        self.exports: list[Link] = []
        self.imports: list[Link] = []
        self.keys = 0

    def all(self) -> Iterator[Deployment]:
        for variants in self.configurations.values():
            for variant in variants:
                yield from self._hosted(variant)
        for resource in self.source.resources:
            if resource.type == INFERENCE_COMPONENT:
                yield from self._component(resource)
            for shape in SHAPES.get(resource.type, ()):
                yield from self._own(resource, shape)
        for address, images in self.models.items():
            if address not in self.used:
                for image in images:
                    for alone, assumptions in self._keyed(self._resting(Kind.ENDPOINT, image, None)):
                        self.exports += [Link(key, alone, same_folder=True, assumptions=assumptions) for key in self.source.offered(image.resource)]
                        yield alone

    def _keyed(self, found: Iterable[tuple[Deployment, Assumptions]]) -> Iterator[tuple[Deployment, Assumptions]]:
        """Give each deployment a key, for links."""
        for deployment, assumptions in found:
            self.keys += 1
            yield deployment._replace(key=str(self.keys)), assumptions

    # ---------------------------------------------------------------- fields

    def _images(self, model: TerraformResource) -> Iterator[ResourceArgument]:
        """The image of each container of a model."""
        for key in CONTAINERS:
            for steps, body, scope in self.source.blocks(model.body, key, model.scope):
                yield self._field(model, body, (*steps, "image"), scope)

    def _variants(self, config: TerraformResource) -> Iterator[ResourceArgument]:
        """The instance type of each variant of an endpoint configuration."""
        for key in VARIANTS:
            for steps, body, scope in self.source.blocks(config.body, key, config.scope):
                yield self._field(config, body, (*steps, "instance_type"), scope)

    def _field(self, resource: TerraformResource, body: Mapping, steps: Steps, scope: Scope) -> ResourceArgument:
        return ResourceArgument(resource, self.source.texts(body.get(str(steps[-1])), scope), body, steps, scope)

    def _fields(self, resource: TerraformResource, body: Mapping, path: tuple[str, ...], steps: Steps, scope: Scope) -> Iterator[ResourceArgument]:
        """The arguments at a path of block names below a block; each item of a list is one."""
        if len(path) > 1:
            for further, inner, inner_scope in self.source.blocks(body, path[0], scope):
                yield from self._fields(resource, inner, path[1:], (*steps, *further), inner_scope)
            return
        node = resolve(body.get(path[0]))
        if isinstance(node, Sequence):
            for index, item in enumerate(node.items):
                yield ResourceArgument(resource, self.source.texts(item, scope), body, (*steps, path[0], index), scope)
        elif node is not None:
            yield self._field(resource, body, (*steps, path[0]), scope)

    # ---------------------------------------------------------------- pairs

    def _hosted(self, variant: ResourceArgument) -> Iterator[Deployment]:
        """A variant with the images of its model; alone when that is not here, or has none."""
        steps = (*variant.steps[:-1], "model_name")
        name = variant.body.get("model_name")
        targets = self.source.targets(variant.resource, steps, name, variant.scope, MODEL)
        found: list[Deployment] = []
        for model, assumptions in targets.found:
            self.used.add(model.address)
            for image in self.models.get(model.address, ()):
                found.extend(self._paired(Kind.ENDPOINT, image, variant, assumptions))
        yield from found
        if targets.unclear or not found:
            keys = self.source.wanted(name, variant.scope, MODEL) if not targets.found else ()
            for alone, rests in self._keyed(self._resting(Kind.ENDPOINT, None, variant)):
                self.imports += [Link(key, alone, same_folder=True, assumptions=rests) for key in keys]
                yield alone

    def _component(self, component: TerraformResource) -> Iterator[Deployment]:
        """An inference component: its own container or its model, on its own instance type or that of the variant that it is placed on."""
        for key in SPECIFICATIONS:
            for steps, body, scope in self.source.blocks(component.body, key, component.scope):
                images = list(self._fields(component, body, ("container", "image"), steps, scope))
                node = body.get("model_name")
                for model, _ in self.source.targets(component, (*steps, "model_name"), node, scope, MODEL).found if node is not None else ():
                    self.used.add(model.address)
                    images.extend(self.models.get(model.address, ()))
                places: list[ResourceArgument] = list(self._fields(component, body, ("instance_type",), steps, scope)) or self._placed(component)
                for image in images:
                    for place in places:
                        yield from self._paired(Kind.ENDPOINT, image, place)
                    if not places:
                        yield from self._paired(Kind.ENDPOINT, image, None)

    def _placed(self, component: TerraformResource) -> list[ResourceArgument]:
        """The variants that an inference component's endpoint and variant name lead to."""
        wanted = self._shown(component.body, "variant_name", component.scope)
        found = []
        endpoints = self.source.targets(component, ("endpoint_name",), component.body.get("endpoint_name"), component.scope, ENDPOINT)
        for endpoint, _ in endpoints.found:
            node = endpoint.body.get("endpoint_config_name")
            configs = self.source.targets(endpoint, ("endpoint_config_name",), node, endpoint.scope, ENDPOINT_CONFIGURATION)
            for config, _ in configs.found:
                for variant in self.configurations.get(config.address, ()):
                    if len(wanted) == 1 and self._shown(variant.body, "variant_name", variant.scope) == wanted:
                        found.append(variant)
        return found

    def _shown(self, body: Mapping, key: str, scope: Scope) -> set[str]:
        """The values of an argument, unknown parts by their names."""
        return {value.text.shown() for value in self.source.texts(body.get(key), scope) if value.text is not None}

    def _own(self, resource: TerraformResource, shape: ResourceShape) -> Iterator[Deployment]:
        """Image and instance type that stand in one resource, or in one block of it."""
        if not shape.base:
            yield from self._in_block(resource, shape, resource.body, (), resource.scope)
            return
        for steps, body, scope in self.source.blocks(resource.body, shape.base[0], resource.scope):
            yield from self._in_block(resource, shape, body, steps, scope)

    def _in_block(self, resource: TerraformResource, shape: ResourceShape, body: Mapping, steps: Steps, scope: Scope) -> Iterator[Deployment]:
        images = list(self._fields(resource, body, shape.image, steps, scope)) if shape.image else []
        places = [field for path in shape.instances for field in self._fields(resource, body, path, steps, scope)]
        for image in images:
            for place in places:
                yield from self._paired(shape.kind, image, place, declared=shape.declared)
            if not places:
                yield from self._paired(shape.kind, image, None, declared=shape.declared)
        if not images:
            for place in places:
                yield from self._paired(shape.kind, None, place)

    # ---------------------------------------------------------------- deployments

    def _paired(
        self, kind: Kind, image: ResourceArgument | None, place: ResourceArgument | None, assumptions: Assumptions = (), *, declared: bool = False
    ) -> Iterator[Deployment]:
        """Every value of an image with every value of an instance type that can be true with it."""
        return (deployment for deployment, _ in self._resting(kind, image, place, assumptions, declared=declared))

    def _resting(
        self, kind: Kind, image: ResourceArgument | None, place: ResourceArgument | None, assumptions: Assumptions = (), *, declared: bool = False
    ) -> Iterator[tuple[Deployment, Assumptions]]:
        """As `_paired`, each with what it rests on."""
        holder = image if image is not None else place
        if holder is None or (image is not None and not image.values):
            return
        if image is None and not holder.values and not self._serverless(place):
            return
        made = 0
        for uri in image.values if image is not None else (AssumedValue(None),):
            alone = True
            for instance in (place.values if place is not None else ()) or (AssumedValue(None),):
                named = combine(uri.assumptions, assumptions)
                shared = combine(named, instance.assumptions) if named is not None else None
                if shared is None or made >= MAX_VALUES:
                    continue
                apart = (
                    may_conflict(uri.assumptions, instance.assumptions)
                    or may_conflict(uri.assumptions, assumptions)
                    or may_conflict(assumptions, instance.assumptions)
                )
                fact: Fact[InstanceType] = unknown() if apart else instance_fact(instance.text)
                made += 1
                alone = False
                yield self._deployment(kind, holder, image, uri.text, place, fact, shared, declared=declared), shared
            rests = combine(uri.assumptions, assumptions)
            if alone and rests is not None and made < MAX_VALUES:  # it runs on something that is not told
                made += 1
                yield self._deployment(kind, holder, image, uri.text, place, unknown(), rests, declared=declared), rests

    def _deployment(
        self,
        kind: Kind,
        holder: ResourceArgument,
        image: ResourceArgument | None,
        uri: Text | None,
        place: ResourceArgument | None,
        instance: Fact[InstanceType],
        assumptions: Assumptions,
        *,
        declared: bool,
    ) -> Deployment:
        runs = place if place is not None else holder
        fact: Fact[Image] = ABSENT if kind in (Kind.NOTEBOOK, Kind.CLUSTER) else unknown()
        if uri is not None:
            fact = image_fact(uri, self.environment.catalog)
        key = dict(assumptions).get(REGION)
        region: Fact[str] = known(key) if key is not None else runs.resource.region
        if key is None and combine(assumptions, runs.resource.resting) is None:
            region = unknown()  # with another value of the variable that the Region rests on, it is another Region
        # A Region that is declared, but cannot be told, is not that of the run.
        environment = self.environment if region.state is not State.UNKNOWN else self.environment._replace(region=None)
        hosts = place is not None and place.resource.type == ENDPOINT_CONFIGURATION
        return Deployment(
            format=FORMAT,
            kind=kind,
            resource=holder.resource.address,
            pointer=holder.pointer,
            image=fact,
            instance_type=instance,
            region=region_fact(region, environment, fact),
            framework=self._string(image, "framework") if declared else ABSENT,
            framework_version=self._string(image, "framework_version") if declared else ABSENT,
            accelerator_type=self._string(place, "accelerator_type") if hosts else ABSENT,
            inference_ami_version=self._string(place, "inference_ami_version") if hosts else ABSENT,
            serverless=known(True) if self._serverless(place) else ABSENT,
            anchor=uri or instance.text or holder.resource.anchor,
            fixable=self.source.fixable,
        )

    def _serverless(self, place: ResourceArgument | None) -> bool:
        if place is None or place.resource.type != ENDPOINT_CONFIGURATION:
            return False
        return next(self.source.blocks(place.body, "serverless_config", place.scope), None) is not None

    def _string(self, field: ResourceArgument | None, key: str) -> Fact[str]:
        values = self.source.texts(field.body.get(key), field.scope) if field is not None else ()
        if not values or values[0].text is None or (values[0].text.known and not values[0].text.value):
            return ABSENT
        return string_fact(values[0].text) if len(values) == 1 else unknown(values[0].text)

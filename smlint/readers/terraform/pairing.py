"""Pair images with instance types in Terraform resources: in one resource, or through the names of models, configurations and endpoints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from smlint.model.deployment import Deployment, DocumentReading, Kind, Link
from smlint.model.facts import ABSENT, Fact, State, known, unknown
from smlint.model.images import Image, InstanceType
from smlint.model.text import Text
from smlint.readers.assumptions import MAX_VALUES, REGION, AssumedValue, Assumptions, regional
from smlint.readers.common import image_fact, instance_fact, region_fact
from smlint.readers.reader import ReadContext
from smlint.readers.terraform.data_sources import in_registry
from smlint.readers.terraform.possible_values import Scope, assumptions_of
from smlint.readers.terraform.resource_arguments import ArgumentReader, ResourceArgument
from smlint.readers.terraform.resources import (
    ENDPOINT,
    ENDPOINT_CONFIGURATION,
    INFERENCE_COMPONENT,
    MODEL,
    NAME_KEY,
    SHAPES,
    SPECIFICATIONS,
    ResourceShape,
    ResourceSource,
    TerraformResource,
)
from smlint.syntax import Mapping, Steps

FORMAT = "terraform"


def pair_resources(source: ResourceSource, context: ReadContext) -> DocumentReading:
    """Return a deployment for each image and each instance type it may run on.

    Models and variants that are not linked in this file get a deployment of their own, and are exported or imported.
    """
    pairing = _Pairing(source, context)
    deployments = tuple(pairing.deployments())
    return DocumentReading(
        FORMAT, deployments, exports=tuple(pairing.exports), imports=tuple(pairing.imports), possible=tuple(pairing.possible)
    )


class _Pairing:
    def __init__(self, source: ResourceSource, context: ReadContext) -> None:
        self.exports: list[Link] = []
        self.imports: list[Link] = []
        self.possible: list[Deployment] = []
        self._source = source
        self._context = context
        self._arguments = ArgumentReader(source)
        self._images_by_model = {each.address: list(self._arguments.model_images(each)) for each in source.resources if each.type == MODEL}
        self._variants_by_config = {
            each.address: list(self._arguments.variants(each)) for each in source.resources if each.type == ENDPOINT_CONFIGURATION
        }
        self._used_models: set[str] = set()
        self._key_count = 0

    def deployments(self) -> Iterator[Deployment]:
        """Yield all deployments, and fill `exports`, `imports` and `possible`."""
        for variants in self._variants_by_config.values():
            for variant in variants:
                yield from self._variant_deployments(variant)
        for resource in self._source.resources:
            if resource.type == INFERENCE_COMPONENT:
                yield from self._component_deployments(resource)
            for shape in SHAPES.get(resource.type, ()):
                yield from self._shape_deployments(resource, shape)
        for address, images in self._images_by_model.items():
            for image in images:
                keys = self._source.export_keys(image.resource)
                for deployment, assumptions in self._with_keys(self._combinations(Kind.ENDPOINT, image, None)):
                    self.exports += self._links(keys, deployment, assumptions)
                    if self._source.has_unknown_users(image.resource):
                        self.possible.append(deployment._replace(instance_type=unknown(), key=""))
                    if address not in self._used_models:
                        yield deployment

    def _with_keys(self, combinations: Iterable[tuple[Deployment, Assumptions]]) -> Iterator[tuple[Deployment, Assumptions]]:
        """Give each deployment a key, so that a link can identify it, and the assumptions of the link."""
        for deployment, assumptions in combinations:
            self._key_count += 1
            yield deployment._replace(key=str(self._key_count)), self._source.compatibility.for_links(assumptions)

    def _links(self, keys: Iterable[str], deployment: Deployment, assumptions: Assumptions) -> Iterator[Link]:
        """Yield ends of links between files of a module, and by a literal name. Each call of the module has resources of its own."""
        for key in keys:
            yield Link(key, deployment, same_folder=True, assumptions=assumptions, namespace=self._context.call or None)
            _, is_name, name = key.partition(NAME_KEY)
            if is_name:
                yield Link.by_name(name, deployment)

    # ---------------------------------------------------------------- pairs

    def _variant_deployments(self, variant: ResourceArgument) -> Iterator[Deployment]:
        """Pair a variant with the images of its model; yield it alone if the model is not in this file or has no image."""
        steps = (*variant.steps[:-1], "model_name")
        name = variant.body.get("model_name")
        targets = self._source.targets(variant.resource, steps, name, variant.scope, MODEL)
        deployments: list[Deployment] = []
        for model, assumptions in targets.resources:
            self._used_models.add(model.address)
            for image in self._images_by_model.get(model.address, ()):
                deployments.extend(self._pairs(Kind.ENDPOINT, image, variant, assumptions))
        yield from deployments
        if targets.unclear or not deployments:
            keys = self._source.import_keys(name, variant.scope, MODEL) if not targets.resources else ()
            for deployment, link_assumptions in self._with_keys(self._combinations(Kind.ENDPOINT, None, variant)):
                self.imports += self._links(keys, deployment, link_assumptions)
                yield deployment

    def _component_deployments(self, component: TerraformResource) -> Iterator[Deployment]:
        """Pair an inference component's container or model with its own instance type or that of its variant."""
        for key in SPECIFICATIONS:
            for steps, body, scope in self._source.blocks(component.body, key, component.scope):
                images = list(self._arguments.at_path(component, body, ("container", "image"), steps, scope))
                name = body.get("model_name")
                if name is not None:
                    for model, _ in self._source.targets(component, (*steps, "model_name"), name, scope, MODEL).resources:
                        self._used_models.add(model.address)
                        images.extend(self._images_by_model.get(model.address, ()))
                instances = list(self._arguments.at_path(component, body, ("instance_type",), steps, scope)) or self._component_variants(component)
                yield from self._all_pairs(Kind.ENDPOINT, images, instances)

    def _component_variants(self, component: TerraformResource) -> list[ResourceArgument]:
        """Return the variants that an inference component's endpoint and variant names refer to."""
        variant_names = self._arguments.display_texts(component.body, "variant_name", component.scope)
        variants = []
        endpoint_name = component.body.get("endpoint_name")
        for endpoint, _ in self._source.targets(component, ("endpoint_name",), endpoint_name, component.scope, ENDPOINT).resources:
            config_name = endpoint.body.get("endpoint_config_name")
            configs = self._source.targets(endpoint, ("endpoint_config_name",), config_name, endpoint.scope, ENDPOINT_CONFIGURATION)
            for config, _ in configs.resources:
                for variant in self._variants_by_config.get(config.address, ()):
                    if len(variant_names) == 1 and self._arguments.display_texts(variant.body, "variant_name", variant.scope) == variant_names:
                        variants.append(variant)
        return variants

    def _shape_deployments(self, resource: TerraformResource, shape: ResourceShape) -> Iterator[Deployment]:
        """Pair image and instance type within one resource, or within one of its blocks."""
        if not shape.base:
            yield from self._block_deployments(resource, shape, resource.body, (), resource.scope)
            return
        for steps, body, scope in self._source.blocks(resource.body, shape.base[0], resource.scope):
            yield from self._block_deployments(resource, shape, body, steps, scope)

    def _block_deployments(
        self, resource: TerraformResource, shape: ResourceShape, body: Mapping, steps: Steps, scope: Scope
    ) -> Iterator[Deployment]:
        images = list(self._arguments.at_path(resource, body, shape.image, steps, scope)) if shape.image else []
        instances = [argument for path in shape.instances for argument in self._arguments.at_path(resource, body, path, steps, scope)]
        yield from self._all_pairs(shape.kind, images, instances, declared=shape.declared)
        if not images:
            for instance in instances:
                yield from self._pairs(shape.kind, None, instance)

    # ---------------------------------------------------------------- deployments

    def _all_pairs(
        self, kind: Kind, images: list[ResourceArgument], instances: list[ResourceArgument], *, declared: bool = False
    ) -> Iterator[Deployment]:
        """Pair every image with every instance type; images without an instance type are yielded alone."""
        for image in images:
            for instance in instances:
                yield from self._pairs(kind, image, instance, declared=declared)
            if not instances:
                yield from self._pairs(kind, image, None, declared=declared)

    def _pairs(
        self, kind: Kind, image: ResourceArgument | None, instance: ResourceArgument | None, assumptions: Assumptions = (), *, declared: bool = False
    ) -> Iterator[Deployment]:
        """Yield a deployment for every compatible combination of the values of an image and an instance type."""
        return (deployment for deployment, _ in self._combinations(kind, image, instance, assumptions, declared=declared))

    def _combinations(
        self, kind: Kind, image: ResourceArgument | None, instance: ResourceArgument | None, assumptions: Assumptions = (), *, declared: bool = False
    ) -> Iterator[tuple[Deployment, Assumptions]]:
        """As `_pairs`, with the assumptions of each deployment."""
        holder = image if image is not None else instance
        if holder is None or (image is not None and not image.values):
            return
        if image is None and not holder.values and self._arguments.serverless(instance).absent:
            return
        compatibility = self._source.compatibility
        # A variant that names a model exists only where the model does, so the model's own conditions cannot conflict.
        existence = image.resource.assumptions if image is not None else ()
        count = 0
        for uri in image.values if image is not None else (AssumedValue(None),):
            own = tuple(pair for pair in uri.assumptions if pair not in existence)
            with_image = compatibility.combine(uri.assumptions, assumptions)
            has_pair = False
            for instance_value in (instance.values if instance is not None else ()) or (AssumedValue(None),):
                with_both = compatibility.combine(with_image, instance_value.assumptions) if with_image is not None else None
                if with_both is None or count >= MAX_VALUES:
                    continue
                with_name = compatibility.combine(instance_value.assumptions, assumptions) or ()
                conflicting = compatibility.may_conflict(own, with_name)
                fact: Fact[InstanceType] = unknown() if conflicting else instance_fact(instance_value.text)
                count += 1
                has_pair = True
                deployment = self._deployment(
                    kind, holder, image=image, uri=uri.text, instance=instance, instance_type=fact, assumptions=with_both, declared=declared
                )
                deployment = self._unless_doubtful(deployment, own, _without(with_name, instance))
                # Deployments with other values of variables may have one value without the other.
                others = tuple(pair for pair in instance_value.assumptions if pair not in assumptions)
                yield (
                    deployment._replace(
                        fixable=deployment.fixable and not compatibility.is_mixed(own, with_name),
                        regional=regional(holder.pointer, instance.pointer if instance is not None else "", own, others),
                    ),
                    with_both,
                )
            if not has_pair and with_image is not None and count < MAX_VALUES:  # the image runs on an unknown instance type
                count += 1
                deployment = self._deployment(
                    kind,
                    holder,
                    image=image,
                    uri=uri.text,
                    instance=instance,
                    instance_type=unknown(),
                    assumptions=with_image,
                    declared=declared,
                )
                yield self._unless_doubtful(deployment, own, ()), with_image

    def _unless_doubtful(self, deployment: Deployment, of_image: Assumptions, of_instance: Assumptions) -> Deployment:
        """Return a deployment without the values that smlint cannot choose; with them, it is only possible."""
        unclear_image, unclear_instance = self._source.is_doubtful(of_image), self._source.is_doubtful(of_instance)
        if not unclear_image and not unclear_instance:
            return deployment
        self.possible.append(deployment if not deployment.instance_type.absent else deployment._replace(instance_type=unknown()))
        return deployment._replace(
            image=unknown() if unclear_image and not deployment.image.absent else deployment.image,
            instance_type=unknown() if unclear_instance and not deployment.instance_type.absent else deployment.instance_type,
        )

    def _deployment(
        self,
        kind: Kind,
        holder: ResourceArgument,
        *,
        image: ResourceArgument | None,
        uri: Text | None,
        instance: ResourceArgument | None,
        instance_type: Fact[InstanceType],
        assumptions: Assumptions,
        declared: bool,
    ) -> Deployment:
        """Build a deployment reported at `holder`, the image or else the instance type."""
        runs_in = instance if instance is not None else holder
        fact: Fact[Image] = ABSENT if kind in (Kind.NOTEBOOK, Kind.CLUSTER) else unknown()
        if uri is not None:
            fact = in_registry(uri, image_fact(uri, self._context.catalog))
        assumed_region = dict(assumptions).get(REGION)
        region: Fact[str] = known(assumed_region) if assumed_region is not None else runs_in.resource.region
        region_assumptions = runs_in.resource.region_assumptions
        compatibility = self._source.compatibility
        contradicts = compatibility.combine(assumptions, region_assumptions) is None
        if assumed_region is None and (contradicts or compatibility.may_conflict(assumptions, region_assumptions)):
            region = unknown()  # the Region is known only under an assumption that may contradict these
        # A Region that is declared but unknown is not the Region of the run.
        context = self._context if region.state is not State.UNKNOWN else self._context._replace(region=None)
        in_variant = instance is not None and instance.resource.type == ENDPOINT_CONFIGURATION
        return Deployment(
            format=FORMAT,
            kind=kind,
            resource=holder.resource.address,
            pointer=holder.pointer,
            image=fact,
            instance_type=instance_type,
            region=region_fact(region, context, fact),
            framework=self._arguments.string_fact(image, "framework") if declared else ABSENT,
            framework_version=self._arguments.string_fact(image, "framework_version") if declared else ABSENT,
            accelerator_type=self._arguments.string_fact(instance, "accelerator_type") if in_variant else ABSENT,
            inference_ami_version=self._arguments.string_fact(instance, "inference_ami_version") if in_variant else ABSENT,
            serverless=self._arguments.serverless(instance),
            anchor=uri or instance_type.text or holder.resource.anchor,
            fixable=self._source.fixable,
        )


def _without(assumptions: Assumptions, holder: ResourceArgument | None) -> Assumptions:
    """Return assumptions without those under which a block exists."""
    existence = assumptions_of(holder.scope) if holder is not None else ()
    return tuple(pair for pair in assumptions if pair not in existence)

"""Endpoints of a template: models have the image, endpoint configurations the instance type.

They are linked by `Ref`, `Fn::GetAtt` or the model's name, or by an inference component that places a model on a variant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from smlint.model.deployment import Deployment, Kind
from smlint.model.facts import ABSENT, Fact, known, unknown
from smlint.model.images import Image, InstanceType
from smlint.readers.assumptions import MAX_VALUES, REGION, AssumedValue, Assumptions, regional
from smlint.readers.cloudformation.calls import NO_VALUE, intrinsic_call
from smlint.readers.cloudformation.template import FORMAT, CloudFormationTemplate, TemplateContainer, TemplateResource, alternatives
from smlint.readers.common import EACH, image_fact, instance_fact, pointer, region_fact, scalar_text, string_fact
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Mapping, Node, Scalar, resolve

TYPE_CHECKING = False
if TYPE_CHECKING:
    from smlint.readers.cloudformation.components import InferenceComponent


class ProductionVariant(NamedTuple):
    """A production or shadow variant of an endpoint configuration; `config` is the configuration's logical ID."""

    body: Mapping
    pointer: str
    assumptions: Assumptions
    config: str


class Endpoints:
    """The models, endpoint configurations and inference components of a template."""

    def __init__(self, template: CloudFormationTemplate) -> None:
        self._template = template
        self._branches = template.branches
        self._values = template.intrinsics.values
        self.components = _components(template)
        # A container that an inference component defines runs on the endpoint like that of a model.
        self._containers: dict[str, list[TemplateContainer]] = {model.name: self._containers_of(model) for model in template.of_type("Model")}
        self._containers.update((component.name, list(component.containers)) for component in self.components if component.containers)

    def _containers_of(self, model: TemplateResource) -> list[TemplateContainer]:
        """Return the containers of a model: `PrimaryContainer`, or each of `Containers`."""
        containers: list[TemplateContainer] = []
        base = ("Resources", model.name, "Properties")
        for properties, assumptions in self._template.mappings(model.properties, model.assumptions):
            for body, assumed in self._template.mappings(properties.get("PrimaryContainer"), assumptions):
                containers += self._container(body, pointer(*base, "PrimaryContainer", "Image"), assumed)
            for index, body, assumed in self._template.items(properties.get("Containers"), assumptions):
                containers += self._container(body, pointer(*base, "Containers", index, "Image"), assumed)
        return containers

    def _container(self, body: Mapping, path: str, assumptions: Assumptions) -> list[TemplateContainer]:
        """Return the container itself, or those of the model package that it names, if the template has that package."""
        if body.get("Image") is None and body.get("ModelPackageName") is not None:
            from smlint.readers.cloudformation.components import package_containers

            return list(package_containers(self._template, body.get("ModelPackageName"), assumptions))
        return [TemplateContainer(body.get("Image"), path, assumptions)]

    def variants(self) -> Iterator[ProductionVariant]:
        """Yield the production and shadow variants of all endpoint configurations."""
        for config in self._template.of_type("EndpointConfig"):
            for properties, assumptions in self._template.mappings(config.properties, config.assumptions):
                for key in ("ProductionVariants", "ShadowProductionVariants"):
                    for index, body, assumed in self._template.items(properties.get(key), assumptions):
                        yield ProductionVariant(body, pointer("Resources", config.name, "Properties", key, index), assumed, config.name)

    # ---------------------------------------------------------------- links

    def _linked(self, name: Node | None, assumed: Assumptions) -> tuple[list[tuple[str, Assumptions]], bool]:
        """Return the models of this template that a model name may refer to, and whether it may refer to others."""
        linked: list[tuple[str, Assumptions]] = []
        unclear = False
        for node, assumptions in self._branches.nodes_and_calls(name):
            both = self._branches.combine(assumed, assumptions)
            if both is None:
                continue
            target = self._template.target(node)
            if target in self._containers:
                linked.append((target, both))
                continue
            models = [model for model in self._models_named(node) if self._may_be_created(model, both)] if target is None else []
            if len(models) == 1:
                linked.append((models[0], both))
            else:  # no model with this name, or several
                unclear = True
        return linked, unclear

    def has_model(self, name: Node) -> bool:
        """Return whether a model of the template may have this name."""
        return bool(self._models_named(name))

    def _may_be_created(self, model: str, assumptions: Assumptions) -> bool:
        """Return whether the model's own condition can hold under the assumptions."""
        return self._branches.combine(self._template.resources[model].assumptions, assumptions) is not None

    def _models_named(self, node: Node) -> list[str]:
        """Return the models whose own name reads like this one, placeholders included."""
        shown_names = {value.text.shown() for value in self._values(node) if value.text is not None and value.text.value}
        models = []
        for model in self._containers:
            for properties, _ in self._template.mappings(self._template.resources[model].properties, ()):
                names = self._values(properties.get("ModelName"))
                if any(value.text is not None and value.text.shown() in shown_names for value in names):
                    models.append(model)
        return models

    def _placed(self, variant: ProductionVariant) -> list[tuple[str, Assumptions]]:
        """Return the models of the inference components placed on a variant that names no model itself."""
        placed: dict[tuple[str, Assumptions], None] = {}
        for component in self.components if variant.body.get("ModelName") is None else ():
            both = self._branches.combine(variant.assumptions, component.assumptions)
            variant_name = self._template.shown(variant.body.get("VariantName"))
            if both is None or component.config != variant.config or not component.is_on(variant_name):
                continue
            if component.containers:
                placed[component.name, both] = None
            else:
                placed |= dict.fromkeys(self._linked(component.model, both)[0])
        return list(placed)

    # ---------------------------------------------------------------- deployments

    def deployments(self) -> Iterator[Deployment]:
        """Yield each image with each instance type it may run on; unlinked images and instance types alone."""
        used: set[str] = set()
        for variant in self.variants():
            linked, unclear = self._linked(variant.body.get("ModelName"), variant.assumptions)
            linked += self._placed(variant)
            doubtful: dict[AssumedValue, None] = {}
            for model, assumptions in linked:
                used.add(model)
                for container in self._containers[model]:
                    yield from self._pairs(model, container, variant, assumptions, doubtful)
            if unclear or not any(container.image is not None for model, _ in linked for container in self._containers[model]):
                yield from self._variant_alone(variant, self._instances(variant, variant.assumptions))
            else:
                yield from self._variant_alone(variant, doubtful)
        for model in self._containers:
            if model not in used:
                yield from (deployment for deployment, _ in self.images_of(model))

    def images_of(self, model: str) -> Iterator[tuple[Deployment, Assumptions]]:
        """Yield the images of a model alone, each with its assumptions other than the condition of the model; nothing for another resource."""
        for container in self._containers.get(model, ()):
            for value in self._image_values(container):
                own = tuple(pair for pair in value.assumptions if pair not in self._template.resources[model].assumptions)
                deployment = self._deployment(model, container.pointer, value, ABSENT)
                yield deployment._replace(key=_key(container.pointer, value)), own

    def types_of(self, variant: ProductionVariant) -> Iterator[tuple[Deployment, Assumptions]]:
        """Yield the instance types of a variant alone, each with its assumptions."""
        for instance in self._instances(variant, variant.assumptions):
            for deployment in self._variant_alone(variant, [instance]):
                yield deployment, instance.assumptions

    def possible_users(self) -> Iterator[Deployment]:
        """Yield the images of models that something unknown may run, each on an unknown instance type."""
        if not self._containers:
            return
        from smlint.readers.cloudformation.usage import models_used_elsewhere

        users = models_used_elsewhere(self._template, self._containers)
        users |= {model for component in self.components if component.config is None for model, _ in self._linked(component.model, ())[0]}
        for model in sorted(users):
            for container in self._containers[model]:
                for value in self._image_values(container):
                    yield self._deployment(model, container.pointer, value, unknown())

    def _image_values(self, container: TemplateContainer) -> Iterator[AssumedValue]:
        for value in self._values(container.image):
            both = self._branches.combine(container.assumptions, value.assumptions)
            if both is not None and value.text is not None:
                yield value._replace(assumptions=both)

    def _pairs(
        self,
        model: str,
        container: TemplateContainer,
        variant: ProductionVariant,
        assumptions: Assumptions,
        doubtful: dict[AssumedValue, None],
    ) -> Iterator[Deployment]:
        """Yield every image of a container with every instance type of a variant that can hold at the same time.

        Adds the instance types that may belong to another stack than an image to `doubtful`; the image then has an unknown instance type.
        """
        instances = self._instances(variant, assumptions)
        for value in self._image_values(container):
            shared = self._branches.combine(value.assumptions, assumptions)
            if shared is None:
                continue
            # A variant that names the model exists only where the model does, so the model's own condition cannot conflict.
            own = tuple(pair for pair in value.assumptions if pair not in self._template.resources[model].assumptions)
            is_doubtful = False
            for instance in instances:
                both = self._branches.combine(shared, instance.assumptions)
                if both is None:
                    continue
                if self._branches.may_conflict(own, instance.assumptions):
                    is_doubtful = True
                    doubtful[instance] = None
                    continue
                image = value._replace(assumptions=both)
                deployment = self._deployment(model, container.pointer, image, instance_fact(instance.text), variant, variant.pointer)
                # Stacks with other parameters may have one value without the other.
                others = tuple(pair for pair in instance.assumptions if pair not in assumptions)
                yield deployment._replace(
                    fixable=not self._branches.is_mixed(own, instance.assumptions),
                    regional=regional(container.pointer, variant.pointer, own, others),
                )
            if is_doubtful:
                yield self._deployment(model, container.pointer, value, unknown(), variant)

    def _instances(self, variant: ProductionVariant, assumptions: Assumptions) -> list[AssumedValue]:
        values = list(self._values(variant.body.get("InstanceType")))
        if not values:
            values = [property_value.value for property_value in self._template.at(variant.body, ("InstancePools", EACH, "InstanceType"), ())]
        instances = []
        for value in values or (AssumedValue(None),):
            both = self._branches.combine(assumptions, value.assumptions)
            if both is not None:
                instances.append(value._replace(assumptions=both))
        return instances[:MAX_VALUES]

    def _variant_alone(self, variant: ProductionVariant, instances: Iterable[AssumedValue]) -> Iterator[Deployment]:
        """Yield a variant whose model is not in this template: its instance type can still be checked."""
        for instance in instances:
            value = AssumedValue(None, instance.assumptions)
            path = variant.pointer + "/InstanceType"
            deployment = self._deployment(variant.config, path, value, instance_fact(instance.text), variant, variant.pointer)
            yield deployment._replace(key=_key(variant.pointer, instance))

    def _deployment(
        self,
        resource: str,
        path: str,
        image: AssumedValue,
        instance_type: Fact[InstanceType],
        variant: ProductionVariant | None = None,
        link: str = "",
    ) -> Deployment:
        fact: Fact[Image] = image_fact(image.text, self._template.context.catalog) if image.text is not None else unknown()
        region = dict(image.assumptions).get(REGION)
        declared: Fact[str] = known(region, None, "map") if region is not None else ABSENT
        holder = self._template.resources.get(resource)
        anchor = image.text or instance_type.text
        return Deployment(
            format=FORMAT,
            kind=Kind.ENDPOINT,
            resource=resource,
            pointer=path,
            image=fact,
            instance_type=instance_type,
            region=region_fact(declared, self._template.context, fact),
            accelerator_type=self._string(variant, "AcceleratorType"),
            inference_ami_version=self._string(variant, "InferenceAmiVersion"),
            serverless=self._serverless(variant, image.assumptions),
            anchor=anchor or (scalar_text(holder.key, editable=False) if holder is not None else None),
            alternatives=alternatives(path, link, image.assumptions),
        )

    def _serverless(self, variant: ProductionVariant | None, assumptions: Assumptions) -> Fact[bool]:
        """Return whether a variant is serverless under assumptions: unknown if a condition that they leave open decides."""
        nodes = self._branches.nodes_and_calls(variant.body.get("ServerlessConfig") if variant is not None else None)
        arms = {_is_block(node) for node, own in nodes if self._branches.combine(own, assumptions) is not None}
        return ABSENT if arms <= {False} else known(True) if arms == {True} else unknown()

    def _string(self, variant: ProductionVariant | None, key: str) -> Fact[str]:
        values = self._values(variant.body.get(key)) if variant is not None else ()
        if not values:
            return ABSENT
        return string_fact(values[0].text) if len(values) == 1 else unknown(values[0].text)


def _is_block(node: Node) -> bool | None:
    """Return whether a node is a mapping: False for `AWS::NoValue`, None for any other call."""
    call = intrinsic_call(node)
    if call is None:
        return True
    argument = resolve(call.argument)
    return False if call.name == "Ref" and isinstance(argument, Scalar) and argument.value == NO_VALUE else None


def _key(path: str, value: AssumedValue) -> str:
    """Return the key of a deployment for links from other files."""
    return f"{path} {value.text.value if value.text is not None else ''} {value.assumptions}"


def _components(template: CloudFormationTemplate) -> list[InferenceComponent]:
    if next(template.of_type("InferenceComponent"), None) is None:
        return []
    from smlint.readers.cloudformation.components import inference_components

    return list(inference_components(template))

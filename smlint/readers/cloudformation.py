"""CloudFormation and SAM templates, YAML or JSON, and what the CDK synthesises.

A model holds the image and an endpoint configuration the instance type; they are linked by `Ref`, `Fn::GetAtt` or by the model's
name. Resource properties: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_SageMaker.html (read 2026-11-22).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from smlint.model import (
    ABSENT,
    Deployment,
    Fact,
    Image,
    InstanceType,
    Kind,
    Place,
    Problem,
    ProblemKind,
    Reading,
    Text,
    known,
    unknown,
)
from smlint.nodes import Document, Mapping, Node, Scalar, Sequence, resolve
from smlint.readers.facts import (
    Environment,
    image_fact,
    instance_fact,
    mapping_of,
    pointer,
    region_fact,
    scalar_text,
    string_fact,
)
from smlint.readers.intrinsics import MAX_VALUES, Given, Intrinsics, Value, doubtful, function_of, together

FORMAT = "cloudformation"

_REGION = "AWS::Region"
_PREFIX = "AWS::SageMaker::"
# Transforms that leave SageMaker resources as they are written; any other may add or change resources.
_TRANSPARENT = frozenset({"AWS::Serverless-2016-10-31", "AWS::LanguageExtensions", "AWS::CodeDeployBlueGreen", "AWS::SecretsManager-2020-07-23"})


class Container(NamedTuple):
    """One container of a model: where its image is written."""

    image: Node | None
    pointer: str
    given: Given


class Variant(NamedTuple):
    """One production variant of an endpoint configuration."""

    body: Mapping
    pointer: str
    given: Given
    config: str


class Resource(NamedTuple):
    """One resource of the template."""

    name: str
    type: str
    properties: Node | None
    key: Scalar


def claims(document: Document) -> bool:
    """A template has `Resources`, of which one has an `AWS::` type."""
    root = mapping_of(document.root)
    resources = mapping_of(root.get("Resources")) if root is not None else None
    if resources is None:
        return False
    for _, node in resources.items:
        body = mapping_of(node)
        kind = resolve(body.get("Type")) if body is not None else None
        if isinstance(kind, Scalar) and kind.value.startswith(("AWS::", "Custom::", "Alexa::")):
            return True
    return False


def read(document: Document, environment: Environment) -> Reading:
    """The deployments of a template in the environment's Region."""
    root = mapping_of(document.root)
    if root is None:
        return Reading(FORMAT)
    template = _Template(root, environment)
    return Reading(FORMAT, tuple(template.deployments()), tuple(template.problems()))


class _Template:
    def __init__(self, root: Mapping, environment: Environment) -> None:
        self.environment = environment
        self.intrinsics = Intrinsics(root, environment)
        self.resources = {resource.name: resource for resource in _resources(root)}
        self.names = set(self.resources) | set(_keys(root.get("Parameters")))
        self.complete = not _has_macros(root)
        self.models = {r.name: self._containers(r) for r in self.resources.values() if r.type == _PREFIX + "Model"}

    # ---------------------------------------------------------------- what the template holds

    def _containers(self, model: Resource) -> list[Container]:
        """The containers of a model: of `PrimaryContainer`, or of each of `Containers`."""
        found = []
        base = ("Resources", model.name, "Properties")
        for properties, given in self._mappings(model.properties, ()):
            for body, assumed in self._mappings(properties.get("PrimaryContainer"), given):
                found.append(Container(body.get("Image"), pointer(*base, "PrimaryContainer", "Image"), assumed))
            for steps, body, assumed in self._items(properties.get("Containers"), given):
                found.append(Container(body.get("Image"), pointer(*base, "Containers", *steps, "Image"), assumed))
        return found

    def _variants(self) -> Iterator[Variant]:
        for config in self.resources.values():
            if config.type != _PREFIX + "EndpointConfig":
                continue
            for properties, given in self._mappings(config.properties, ()):
                for key in ("ProductionVariants", "ShadowProductionVariants"):
                    for steps, body, assumed in self._items(properties.get(key), given):
                        path = pointer("Resources", config.name, "Properties", key, *steps)
                        yield Variant(body, path, assumed, config.name)

    def _mappings(self, node: Node | None, given: Given) -> Iterator[tuple[Mapping, Given]]:
        """The mappings that may stand here, `Fn::If` followed."""
        for branch, assumed in self.intrinsics.branches(node):
            body, both = mapping_of(branch), together(given, assumed)
            if body is not None and both is not None:
                yield body, both

    def _items(self, node: Node | None, given: Given) -> Iterator[tuple[tuple[int, ...], Mapping, Given]]:
        """The mappings of a list, with their index, `Fn::If` around the list or an item followed."""
        for branch, assumed in self.intrinsics.branches(node):
            both, items = together(given, assumed), resolve(branch)
            if both is None or not isinstance(items, Sequence):
                continue
            for index, item in enumerate(items.items):
                for body, all_given in self._mappings(item, both):
                    yield (index,), body, all_given

    # ---------------------------------------------------------------- links

    def _linked(self, variant: Variant) -> tuple[list[tuple[str, Given]], bool]:
        """The models of this template that a variant may name, and whether there may be others."""
        linked: list[tuple[str, Given]] = []
        unclear = False
        for node, given in self.intrinsics.branches_and_calls(variant.body.get("ModelName")):
            both = together(variant.given, given)
            if both is None:
                continue
            target = self._target(node)
            if target in self.models:
                linked.append((target, both))
                continue
            named = [(name, both) for name in self._named(node)] if target is None else []
            linked.extend(named)
            unclear = unclear or not named
        return linked, unclear

    def _target(self, node: Node) -> str | None:
        """The logical id that a model name refers to, by `Ref`, `Fn::GetAtt` or a `Fn::Sub` of nothing else."""
        call = function_of(node)
        if call is None:
            return None
        argument = resolve(call.argument)
        if call.name == "Ref" and isinstance(argument, Scalar):
            return argument.value if argument.value in self.resources else None
        if call.name == "Fn::GetAtt":
            path = self.intrinsics.attribute(call)
            return path[0] if path else None
        if call.name == "Fn::Sub" and isinstance(argument, Scalar):
            text = argument.value.strip()
            if text.startswith("${") and text.find("}") == len(text) - 1:
                name = text[2:-1].split(".")[0]
                return name if name in self.resources else None
        return None

    def _named(self, node: Node) -> list[str]:
        """The models whose own name reads as this one, unknown parts included."""
        wanted = {value.text.shown() for value in self.intrinsics.values(node) if value.text is not None and value.text.value}
        found = []
        for name in self.models:
            for properties, _ in self._mappings(self.resources[name].properties, ()):
                own = self.intrinsics.values(properties.get("ModelName"))
                if any(value.text is not None and value.text.shown() in wanted for value in own):
                    found.append(name)
        return found

    # ---------------------------------------------------------------- deployments

    def deployments(self) -> Iterator[Deployment]:
        """Each image with each instance type it may run on; images and instance types that nothing links, alone."""
        used: set[str] = set()
        for variant in self._variants():
            linked, unclear = self._linked(variant)
            for model, given in linked:
                used.add(model)
                for container in self.models[model]:
                    yield from self._pairs(model, container, variant, given)
            if unclear or not any(self.models[model] for model, _ in linked):
                yield from self._variant_alone(variant)
        for model, containers in self.models.items():
            if model in used:
                continue
            for container in containers:
                for value in self._image_values(container):
                    yield self._deployment(model, container.pointer, value, ABSENT, "")
        yield from self._others()

    def _image_values(self, container: Container) -> Iterator[Value]:
        for value in self.intrinsics.values(container.image):
            both = together(container.given, value.given)
            if both is not None and value.text is not None:
                yield value._replace(given=both)

    def _pairs(self, model: str, container: Container, variant: Variant, given: Given) -> Iterator[Deployment]:
        """Every image value of a container with every instance type of a variant that can be true with it."""
        instances = self._instances(variant, given)
        for value in self._image_values(container):
            shared = together(value.given, given)
            if shared is None:
                continue
            if any(doubtful(value.given, instance.given) for instance in instances) or doubtful(value.given, given):
                yield self._deployment(model, container.pointer, value, unknown(), "", variant)
                continue
            for instance in instances:
                both = together(shared, instance.given)
                if both is None:
                    continue
                fact = instance_fact(instance.text)
                yield self._deployment(model, container.pointer, value._replace(given=both), fact, variant.pointer, variant)

    def _instances(self, variant: Variant, given: Given) -> list[Value]:
        values = self.intrinsics.values(variant.body.get("InstanceType")) or (Value(None),)
        found = []
        for value in values:
            both = together(given, value.given)
            if both is not None:
                found.append(value._replace(given=both))
        return found[:MAX_VALUES]

    def _variant_alone(self, variant: Variant) -> Iterator[Deployment]:
        """A variant whose model is not in this template: its instance type can be judged all the same."""
        for instance in self._instances(variant, variant.given):
            path = variant.pointer + "/InstanceType"
            value = Value(None, instance.given)
            yield self._deployment(variant.config, path, value, instance_fact(instance.text), variant.pointer, variant)

    def _deployment(
        self, resource: str, path: str, value: Value, instance: Fact[InstanceType], link: str, variant: Variant | None = None
    ) -> Deployment:
        image: Fact[Image] = image_fact(value.text) if value.text is not None else unknown()
        assumed = dict(value.given)
        key = assumed.get(_REGION)
        declared: Fact[str] = known(key, None, "map") if key is not None else ABSENT
        return Deployment(
            format=FORMAT,
            kind=Kind.ENDPOINT,
            resource=resource,
            pointer=path,
            image=image,
            instance_type=instance,
            region=region_fact(declared, self.environment, image),
            accelerator_type=self._string(variant, "AcceleratorType"),
            inference_ami_version=self._string(variant, "InferenceAmiVersion"),
            serverless=known(True) if variant is not None and variant.body.get("ServerlessConfig") is not None else ABSENT,
            anchor=value.text or instance.text or self._anchor(resource),
            alternatives=_alternatives(path, link, value.given),
        )

    def _string(self, variant: Variant | None, key: str) -> Fact[str]:
        values = self.intrinsics.values(variant.body.get(key)) if variant is not None else ()
        if not values:
            return ABSENT
        if len(values) == 1:
            return string_fact(values[0].text)
        return unknown(values[0].text)

    def _anchor(self, name: str) -> Text | None:
        resource = self.resources.get(name)
        return scalar_text(resource.key, editable=False) if resource is not None else None

    def _others(self) -> Iterator[Deployment]:
        """Resources that hold image and instance type themselves."""
        for resource in self.resources.values():
            for shape in _SHAPES.get(resource.type, ()):
                base = ("Resources", resource.name, "Properties")
                for properties, given in self._mappings(resource.properties, ()):
                    images = self._at(properties, shape.image, given) if shape.image else [Value(None, given)]
                    instances = self._at(properties, shape.instance, given)
                    for image in images:
                        for instance in instances:
                            both = together(image.given, instance.given)
                            if both is None or doubtful(image.given, instance.given):
                                continue
                            yield self._job(resource, shape, pointer(*base, *(shape.image or shape.instance)), image._replace(given=both), instance)

    def _job(self, resource: Resource, shape: Shape, path: str, image: Value, instance: Value) -> Deployment:
        fact: Fact[Image] = image_fact(image.text) if image.text is not None else ABSENT
        key = dict(image.given).get(_REGION)
        declared: Fact[str] = known(key, None, "map") if key is not None else ABSENT
        return Deployment(
            format=FORMAT,
            kind=shape.kind,
            resource=resource.name,
            pointer=path,
            image=fact,
            instance_type=instance_fact(instance.text),
            region=region_fact(declared, self.environment, fact),
            anchor=image.text or instance.text or self._anchor(resource.name),
            alternatives=_alternatives(path, path, image.given),
        )

    def _at(self, properties: Mapping, path: tuple[str, ...], given: Given) -> list[Value]:
        """The values at a path of property names; one of None when nothing stands there."""
        bodies = [(properties, given)]
        for step in path[:-1]:
            bodies = [pair for body, assumed in bodies for pair in self._mappings(body.get(step), assumed)]
        found = []
        for body, assumed in bodies:
            for value in self.intrinsics.values(body.get(path[-1])):
                both = together(assumed, value.given)
                if both is not None:
                    found.append(value._replace(given=both))
        return found[:MAX_VALUES] or [Value(None, given)]

    # ---------------------------------------------------------------- problems

    def problems(self) -> Iterator[Problem]:
        """Variants that refer to a logical id which the template does not have."""
        if not self.complete:
            return
        for variant in self._variants():
            for node, _ in self.intrinsics.branches_and_calls(variant.body.get("ModelName")):
                call = function_of(node)
                if call is None or call.name not in ("Ref", "Fn::GetAtt"):
                    continue
                argument = resolve(call.argument)
                path = self.intrinsics.attribute(call)
                name = path[0] if path else ""
                if not name or name.startswith("AWS::") or "${" in name or name in self.names:
                    continue
                scalar = argument if isinstance(argument, Scalar) else resolve(argument.items[0]) if isinstance(argument, Sequence) else None
                if not isinstance(scalar, Scalar):
                    continue
                yield Problem(
                    ProblemKind.DANGLING_REFERENCE,
                    Place(scalar_text(scalar, editable=False), 0, len(name)),
                    _dangling(name, self.models),
                    variant.pointer + "/ModelName",
                    variant.config,
                )


def _dangling(name: str, models: dict[str, list[Container]]) -> str:
    known_models = ", ".join(sorted(models)[:3])
    return f"variant refers to {name}, but the template has no such resource" + (f"; its models are {known_models}" if known_models else "")


class Shape(NamedTuple):
    """Where a resource type holds its image and its instance type."""

    kind: Kind
    image: tuple[str, ...]
    instance: tuple[str, ...]


_CLUSTER = ("JobResources", "ClusterConfig", "InstanceType")
_MONITORED = ("MonitoringScheduleConfig", "MonitoringJobDefinition")
_SHAPES: dict[str, tuple[Shape, ...]] = {
    _PREFIX + "DataQualityJobDefinition": (Shape(Kind.PROCESSING, ("DataQualityAppSpecification", "ImageUri"), _CLUSTER),),
    _PREFIX + "ModelQualityJobDefinition": (Shape(Kind.PROCESSING, ("ModelQualityAppSpecification", "ImageUri"), _CLUSTER),),
    _PREFIX + "ModelBiasJobDefinition": (Shape(Kind.PROCESSING, ("ModelBiasAppSpecification", "ImageUri"), _CLUSTER),),
    _PREFIX + "ModelExplainabilityJobDefinition": (Shape(Kind.PROCESSING, ("ModelExplainabilityAppSpecification", "ImageUri"), _CLUSTER),),
    _PREFIX + "MonitoringSchedule": (
        Shape(
            Kind.PROCESSING,
            (*_MONITORED, "MonitoringAppSpecification", "ImageUri"),
            (*_MONITORED, "MonitoringResources", "ClusterConfig", "InstanceType"),
        ),
    ),
    _PREFIX + "NotebookInstance": (Shape(Kind.NOTEBOOK, (), ("InstanceType",)),),
}


def _alternatives(path: str, link: str, given: Given) -> str:
    """The name of the group of deployments that differ only in which allowed value of a parameter is chosen."""
    if not any(variable.startswith("Parameter ") for variable, _ in given):
        return ""
    rest = [f"{variable}={value}" for variable, value in given if not variable.startswith("Parameter ")]
    return "|".join((path, link, *rest))


def _resources(root: Mapping) -> Iterator[Resource]:
    resources = mapping_of(root.get("Resources"))
    for key, node in resources.items if resources is not None else []:
        body, name = mapping_of(node), resolve(key)
        kind = resolve(body.get("Type")) if body is not None else None
        if body is not None and isinstance(name, Scalar) and isinstance(kind, Scalar):
            yield Resource(name.value, kind.value, body.get("Properties"), name)


def _keys(node: Node | None) -> list[str]:
    found = mapping_of(node)
    return list(found.keys()) if found is not None else []


def _has_macros(root: Mapping) -> bool:
    """Whether something may add resources that are not written here: a macro, `Fn::Transform`, `Fn::ForEach`, or a module."""
    transform = resolve(root.get("Transform"))
    items = transform.items if isinstance(transform, Sequence) else [transform] if transform is not None else []
    if any(not isinstance(item, Scalar) or item.value not in _TRANSPARENT for item in map(resolve, items)):
        return True
    resources = mapping_of(root.get("Resources"))
    for key in resources.keys() if resources is not None else ():
        if key.startswith(("Fn::", "AWS::Include")):
            return True
    if any(key.startswith("Fn::") for key in root.keys()):
        return True
    return any(resource.type.endswith("::MODULE") for resource in _resources(root))

"""CloudFormation and SAM templates, YAML or JSON, and what the CDK synthesises.

A model holds the image and an endpoint configuration the instance type; they are linked by `Ref`, `Fn::GetAtt` or by the model's
name. Resource properties: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_SageMaker.html (read 2026-11-22).
"""

from __future__ import annotations

from collections.abc import Iterator

from smlint.model.deployment import Deployment, DocumentReading, Kind, NestedTemplate, Problem, ProblemKind
from smlint.model.facts import ABSENT, Fact, known, unknown
from smlint.model.images import Image, InstanceType
from smlint.model.text import Text, TextRange
from smlint.readers.api.shapes import EACH, REQUEST_KINDS, DeploymentShape
from smlint.readers.assumptions import MAX_VALUES, AssumedValue, Assumptions
from smlint.readers.cloudformation.calls import LOOP, REGION, intrinsic_call
from smlint.readers.cloudformation.components import components
from smlint.readers.cloudformation.template import (
    PREFIX,
    CloudFormationTemplate,
    ProductionVariant,
    PropertyValue,
    Steps,
    TemplateContainer,
    TemplateResource,
)
from smlint.readers.common import image_fact, instance_fact, mapping_of, pointer, region_fact, scalar_text, string_fact
from smlint.readers.reader import ReadContext, Reader, by_form
from smlint.syntax import Document, Mapping, Node, Scalar, Sequence, resolve

FORMAT = "cloudformation"

# Resources whose image and instance type stand in different ones: they are linked here.
_LINKED = frozenset({"Model", "EndpointConfig", "InferenceComponent"})
# What a template has in which another document may stand.
_INNER_WORDS = ("StateMachine", "AWS::SageMaker::Pipeline", "UserParameters", '{\\"', "'{", "' {", '"{', '" {', '"\\n')
_LINE = r"\n[ \t]*\{"  # of YAML, in which a string may begin on a line of its own


def claims(document: Document) -> bool:
    """A template has `Resources`, of which one has an `AWS::` type."""
    root = mapping_of(document.root)
    resources = mapping_of(root.get("Resources")) if root is not None else None
    if resources is None:
        return False
    for key, node in resources.items:
        name = resolve(key)
        if isinstance(name, Scalar) and name.value.startswith(LOOP):
            return True
        body = mapping_of(node)
        kind = resolve(body.get("Type")) if body is not None else None
        if isinstance(kind, Scalar) and kind.value.startswith(("AWS::", "Custom::", "Alexa::")):
            return True
    return False


def read(document: Document, context: ReadContext) -> DocumentReading:
    """The deployments of a template in the environment's Region."""
    root = mapping_of(document.root)
    if root is None:
        return DocumentReading(FORMAT)
    template = _Template(root, context)
    inner = _documents(document, template)
    return DocumentReading(
        FORMAT,
        (*template.deployments(), *_looped(document, root), *(deployment for reading in inner for deployment in reading.deployments)),
        (*template.problems(), *(problem for reading in inner for problem in reading.problems)),
        nested=_nested(document, template),
    )


def _looped(document: Document, root: Mapping) -> tuple[Deployment, ...]:
    """What loops make, of which nothing is known."""
    if LOOP not in document.text:
        return ()
    from smlint.readers.cloudformation.loops import loops

    return tuple(loops(root, FORMAT))


def _nested(document: Document, template: CloudFormationTemplate) -> tuple[NestedTemplate, ...]:
    """The local templates that the template deploys."""
    if "AWS::CloudFormation::Stack" not in document.text and "AWS::Serverless::Application" not in document.text:
        return ()
    from smlint.readers.cloudformation.nested import nested

    return tuple(nested(template))


def _may_hold_documents(document: Document) -> bool:
    """Whether a document may stand inside the template, in a string that begins with a brace or in one of the resources made for it."""
    if any(word in document.text for word in _INNER_WORDS):
        return True
    if document.kind == "json":
        return False
    import re

    return re.search(_LINE, document.text) is not None


def _documents(document: Document, template: CloudFormationTemplate) -> list[DocumentReading]:
    """What the documents ask for that stand inside the template."""
    if not _may_hold_documents(document):
        return []
    from smlint.readers.cloudformation.documents import TemplateDocuments

    documents = TemplateDocuments(document, template.intrinsics, template.context, FORMAT)
    resources = template.resources.values()
    return [reading for resource in resources for reading in documents.readings(resource.name, resource.type, resource.properties)]


class _Template(CloudFormationTemplate):
    def __init__(self, root: Mapping, context: ReadContext) -> None:
        super().__init__(root, context)
        self.models = {model.name: self._containers(model) for model in self.of_type("Model")}
        self.components = list(components(self))
        # The container that an inference component brings itself runs on the endpoint as that of a model does.
        self.models.update((component.name, list(component.containers)) for component in self.components if component.containers)

    def _containers(self, model: TemplateResource) -> list[TemplateContainer]:
        """The containers of a model: of `PrimaryContainer`, or of each of `Containers`."""
        found = []
        base = ("Resources", model.name, "Properties")
        for properties, assumptions in self.mappings(model.properties, model.assumptions):
            for body, assumed in self.mappings(properties.get("PrimaryContainer"), assumptions):
                found.append(TemplateContainer(body.get("Image"), pointer(*base, "PrimaryContainer", "Image"), assumed))
            for steps, body, assumed in self.items(properties.get("Containers"), assumptions):
                found.append(TemplateContainer(body.get("Image"), pointer(*base, "Containers", *steps, "Image"), assumed))
        return found

    def variants(self) -> Iterator[ProductionVariant]:
        """The production and shadow variants of all endpoint configurations."""
        for config in self.of_type("EndpointConfig"):
            for properties, assumptions in self.mappings(config.properties, config.assumptions):
                for key in ("ProductionVariants", "ShadowProductionVariants"):
                    for steps, body, assumed in self.items(properties.get(key), assumptions):
                        path = pointer("Resources", config.name, "Properties", key, *steps)
                        yield ProductionVariant(body, path, assumed, config.name)

    # ---------------------------------------------------------------- links

    def _linked(self, name: Node | None, assumed: Assumptions) -> tuple[list[tuple[str, Assumptions]], bool]:
        """The models of this template that a model's name may mean, and whether there may be others."""
        linked: list[tuple[str, Assumptions]] = []
        unclear = False
        for node, assumptions in self.intrinsics.branches_and_calls(name):
            both = self.intrinsics.combine(assumed, assumptions)
            if both is None:
                continue
            target = self.target(node)
            if target in self.models:
                linked.append((target, both))
                continue
            named = [name for name in self._named(node) if self._may_be_made(name, both)] if target is None else []
            if len(named) == 1:
                linked.append((named[0], both))
            else:  # nothing of this name, or several of which nothing tells the one
                unclear = True
        return linked, unclear

    def _may_be_made(self, model: str, assumptions: Assumptions) -> bool:
        """Whether the model's own condition can hold under the assumptions."""
        return self.intrinsics.combine(self.resources[model].assumptions, assumptions) is not None

    def _named(self, node: Node) -> list[str]:
        """The models whose own name reads as this one, unknown parts included."""
        wanted = {value.text.shown() for value in self.intrinsics.values(node) if value.text is not None and value.text.value}
        found = []
        for name in self.models:
            for properties, _ in self.mappings(self.resources[name].properties, ()):
                own = self.intrinsics.values(properties.get("ModelName"))
                if any(value.text is not None and value.text.shown() in wanted for value in own):
                    found.append(name)
        return found

    def _placed(self, variant: ProductionVariant) -> list[tuple[str, Assumptions]]:
        """What the inference components run that are placed on a variant, which then names no model itself."""
        found: dict[tuple[str, Assumptions], None] = {}
        for component in self.components if variant.body.get("ModelName") is None else ():
            both = self.intrinsics.combine(variant.assumptions, component.assumptions)
            if both is None or component.config != variant.config or not component.on(self.shown(variant.body.get("VariantName"))):
                continue
            if component.containers:
                found[component.name, both] = None
            else:
                found |= dict.fromkeys(self._linked(component.model, both)[0])
        return list(found)

    # ---------------------------------------------------------------- deployments

    def deployments(self) -> Iterator[Deployment]:
        """Each image with each instance type it may run on; images and instance types that nothing links, alone."""
        used: set[str] = set()
        for variant in self.variants():
            linked, unclear = self._linked(variant.body.get("ModelName"), variant.assumptions)
            linked += self._placed(variant)
            for model, assumptions in linked:
                used.add(model)
                for container in self.models[model]:
                    yield from self._pairs(model, container, variant, assumptions)
            if unclear or not any(self.models[model] for model, _ in linked):
                yield from self._variant_alone(variant)
        for model, containers in self.models.items():
            if model in used:
                continue
            for container in containers:
                for value in self._image_values(container):
                    yield self._deployment(model, container.pointer, value, ABSENT, "")
        yield from self._others()

    def _image_values(self, container: TemplateContainer) -> Iterator[AssumedValue]:
        for value in self.intrinsics.values(container.image):
            both = self.intrinsics.combine(container.assumptions, value.assumptions)
            if both is not None and value.text is not None:
                yield value._replace(assumptions=both)

    def _pairs(self, model: str, container: TemplateContainer, variant: ProductionVariant, assumptions: Assumptions) -> Iterator[Deployment]:
        """Every image value of a container with every instance type of a variant that can be true with it."""
        instances = self._instances(variant, assumptions)
        for value in self._image_values(container):
            shared = self.intrinsics.combine(value.assumptions, assumptions)
            if shared is None:
                continue
            # A variant that names the model is made only where the model is: the model's own condition leaves no doubt.
            own = tuple(pair for pair in value.assumptions if pair not in self.resources[model].assumptions)
            if any(self.intrinsics.may_conflict(own, instance.assumptions) for instance in instances):
                yield self._deployment(model, container.pointer, value, unknown(), "", variant)
                continue
            for instance in instances:
                both = self.intrinsics.combine(shared, instance.assumptions)
                if both is None:
                    continue
                fact = instance_fact(instance.text)
                yield self._deployment(model, container.pointer, value._replace(assumptions=both), fact, variant.pointer, variant)

    def _instances(self, variant: ProductionVariant, assumptions: Assumptions) -> list[AssumedValue]:
        values = list(self.intrinsics.values(variant.body.get("InstanceType")))
        if not values:
            values = [found.value for found in self.at(variant.body, ("InstancePools", EACH, "InstanceType"), ())]
        found = []
        for value in values or (AssumedValue(None),):
            both = self.intrinsics.combine(assumptions, value.assumptions)
            if both is not None:
                found.append(value._replace(assumptions=both))
        return found[:MAX_VALUES]

    def _variant_alone(self, variant: ProductionVariant) -> Iterator[Deployment]:
        """A variant whose model is not in this template: its instance type can be judged all the same."""
        for instance in self._instances(variant, variant.assumptions):
            path = variant.pointer + "/InstanceType"
            value = AssumedValue(None, instance.assumptions)
            yield self._deployment(variant.config, path, value, instance_fact(instance.text), variant.pointer, variant)

    def _deployment(
        self, resource: str, path: str, value: AssumedValue, instance: Fact[InstanceType], link: str, variant: ProductionVariant | None = None
    ) -> Deployment:
        image: Fact[Image] = image_fact(value.text, self.context.catalog) if value.text is not None else unknown()
        assumed = dict(value.assumptions)
        key = assumed.get(REGION)
        declared: Fact[str] = known(key, None, "map") if key is not None else ABSENT
        return Deployment(
            format=FORMAT,
            kind=Kind.ENDPOINT,
            resource=resource,
            pointer=path,
            image=image,
            instance_type=instance,
            region=region_fact(declared, self.context, image),
            accelerator_type=self._string(variant, "AcceleratorType"),
            inference_ami_version=self._string(variant, "InferenceAmiVersion"),
            serverless=known(True) if variant is not None and variant.body.get("ServerlessConfig") is not None else ABSENT,
            anchor=value.text or instance.text or self._anchor(resource),
            alternatives=_alternatives(path, link, value.assumptions),
        )

    def _string(self, variant: ProductionVariant | None, key: str) -> Fact[str]:
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
        """Resources that hold image and instance type themselves: they have the shapes of the API's requests."""
        for resource in self.resources.values():
            kind = resource.type.removeprefix(PREFIX)
            if kind == resource.type or kind in _LINKED or kind not in REQUEST_KINDS:
                continue
            for properties, assumptions in self.mappings(resource.properties, resource.assumptions):
                for shape in REQUEST_KINDS[kind].shapes:
                    for body, assumed, steps in self.below(properties, shape.base, assumptions):
                        yield from self._jobs(resource, shape, body, assumed, ("Resources", resource.name, "Properties", *steps))

    def _jobs(self, resource: TemplateResource, shape: DeploymentShape, body: Mapping, assumptions: Assumptions, base: Steps) -> Iterator[Deployment]:
        """Every image of a shape with every instance type that can be true with it; one without the other, alone."""
        images, instances = ([one for path in paths for one in self.at(body, path, assumptions)] for paths in (shape.images, shape.instances))
        no_substitute = PropertyValue(AssumedValue(None, assumptions), ())
        for image in images or [no_substitute]:
            for instance in instances or [no_substitute]:
                both = self.intrinsics.combine(image.value.assumptions, instance.value.assumptions)
                if (
                    both is not None
                    and not self.intrinsics.may_conflict(image.value.assumptions, instance.value.assumptions)
                    and (images or instances)
                ):
                    path = pointer(*base, *(image.steps or instance.steps))
                    yield self._job(resource, shape, path, image.value._replace(assumptions=both), instance.value)

    def _job(self, resource: TemplateResource, shape: DeploymentShape, path: str, image: AssumedValue, instance: AssumedValue) -> Deployment:
        fact: Fact[Image] = image_fact(image.text, self.context.catalog) if image.text is not None else ABSENT
        key = dict(image.assumptions).get(REGION)
        declared: Fact[str] = known(key, None, "map") if key is not None else ABSENT
        return Deployment(
            format=FORMAT,
            kind=shape.kind,
            resource=resource.name,
            pointer=path,
            image=fact,
            instance_type=instance_fact(instance.text),
            region=region_fact(declared, self.context, fact),
            anchor=image.text or instance.text or self._anchor(resource.name),
            alternatives=_alternatives(path, path, image.assumptions),
        )

    # ---------------------------------------------------------------- problems

    def problems(self) -> Iterator[Problem]:
        """Variants and inference components that refer to a logical id which the template does not have."""
        if not self.complete:
            return
        for variant in self.variants():
            yield from self._dangling(variant.body.get("ModelName"), "variant", variant.pointer + "/ModelName", variant.config)
        for component in self.components:
            yield from self._dangling(component.model, "inference component", component.pointer + "/ModelName", component.name)

    def _dangling(self, name: Node | None, what: str, path: str, resource: str) -> Iterator[Problem]:
        for node, _ in self.intrinsics.branches_and_calls(name):
            call = intrinsic_call(node)
            if call is None or call.name not in ("Ref", "Fn::GetAtt"):
                continue
            argument = resolve(call.argument)
            steps = self.intrinsics.attribute(call)
            target = steps[0] if steps else ""
            if not target or target.startswith("AWS::") or "${" in target or target in self.names:
                continue
            scalar = argument if isinstance(argument, Scalar) else resolve(argument.items[0]) if isinstance(argument, Sequence) else None
            if not isinstance(scalar, Scalar):
                continue
            models = ", ".join(sorted(model.name for model in self.of_type("Model"))[:3])
            message = f"{what} refers to {target}, but the template has no such resource" + (f"; its models are {models}" if models else "")
            place = TextRange(scalar_text(scalar, editable=False), 0, len(target))
            yield Problem(ProblemKind.DANGLING_REFERENCE, place, message, path, resource)


def _alternatives(path: str, link: str, assumptions: Assumptions) -> str:
    """The name of the group of deployments that differ only in which allowed value of a parameter is chosen."""
    if not any(variable.startswith("Parameter ") for variable, _ in assumptions):
        return ""
    rest = [f"{variable}={value}" for variable, value in assumptions if not variable.startswith("Parameter ")]
    return "|".join((path, link, *rest))


READER = Reader(by_form(claims), read)

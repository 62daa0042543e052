"""The structure of a CloudFormation template: its resources, and what stands in them once `Fn::If` is followed."""

from __future__ import annotations

from collections.abc import Iterator

from smlint.readers.api.shapes import EACH, Path
from smlint.readers.assumptions import CONDITION, MAX_VALUES, AssumedValue, Assumptions
from smlint.readers.cloudformation.calls import intrinsic_call
from smlint.readers.cloudformation.intrinsics import Intrinsics
from smlint.readers.common import mapping_of
from smlint.readers.reader import ReadContext
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Mapping, Node, Scalar, Sequence, resolve

Steps = tuple[str | int, ...]
PREFIX = "AWS::SageMaker::"

# Transforms that leave SageMaker resources as they are written; any other may add or change resources.
_TRANSPARENT = frozenset({"AWS::Serverless-2016-10-31", "AWS::LanguageExtensions", "AWS::CodeDeployBlueGreen", "AWS::SecretsManager-2020-07-23"})


class TemplateContainer(NamedTuple):
    """One container of a model: where its image is written."""

    image: Node | None
    pointer: str
    assumptions: Assumptions


class ProductionVariant(NamedTuple):
    """One production variant of an endpoint configuration."""

    body: Mapping
    pointer: str
    assumptions: Assumptions
    config: str


class TemplateResource(NamedTuple):
    """One resource of the template. `given` is the condition under which it is made."""

    name: str
    type: str
    properties: Node | None
    key: Scalar
    assumptions: Assumptions


class PropertyValue(NamedTuple):
    """A value of a resource, and the steps that lead to it from the resource's properties."""

    value: AssumedValue
    steps: Steps


class CloudFormationTemplate:
    """A template as it is deployed in one environment.

    `names` are what a reference may name, and `complete` tells whether these are all: no macro, loop or module adds resources.
    """

    def __init__(self, root: Mapping, context: ReadContext) -> None:
        self.context = context
        self.intrinsics = Intrinsics(root, context)
        found = list(_resources(root))
        self.resources = {resource.name: resource for resource in found if not self._is_never_made(resource)}
        self.names = {resource.name for resource in found} | set(_keys(root.get("Parameters")))
        self.complete = not _has_macros(root)

    def _is_never_made(self, resource: TemplateResource) -> bool:
        """Whether the condition of a resource is decided, and does not hold."""
        return any(self.intrinsics.conditions.decide(variable, ()) is False for variable, _ in resource.assumptions)

    def of_type(self, kind: str) -> Iterator[TemplateResource]:
        """The resources of one type of SageMaker's."""
        return (resource for resource in self.resources.values() if resource.type == PREFIX + kind)

    def mappings(self, node: Node | None, assumptions: Assumptions) -> Iterator[tuple[Mapping, Assumptions]]:
        """The mappings that may stand here, `Fn::If` followed."""
        for branch, assumed in self.intrinsics.branches(node):
            body, both = mapping_of(branch), self.intrinsics.combine(assumptions, assumed)
            if body is not None and both is not None:
                yield body, both

    def items(self, node: Node | None, assumptions: Assumptions) -> Iterator[tuple[tuple[int, ...], Mapping, Assumptions]]:
        """The mappings of a list, with their index, `Fn::If` around the list or an item followed."""
        for branch, assumed in self.intrinsics.branches(node):
            both, items = self.intrinsics.combine(assumptions, assumed), resolve(branch)
            if both is None or not isinstance(items, Sequence):
                continue
            for index, item in enumerate(items.items):
                for body, all_given in self.mappings(item, both):
                    yield (index,), body, all_given

    def below(self, holder: Mapping, path: Path, assumptions: Assumptions) -> Iterator[tuple[Mapping, Assumptions, Steps]]:
        """The mappings at a path of property names, `EACH` standing for the elements of a list."""
        found: list[tuple[Mapping, Assumptions, Steps]] = [(holder, assumptions, ())]
        for index, step in enumerate(path):
            following: list[tuple[Mapping, Assumptions, Steps]] = []
            if step == EACH:
                continue
            for body, assumed, steps in found:
                node = body.get(step)
                if path[index + 1 : index + 2] == (EACH,):
                    following += ((inner, both, (*steps, step, *number)) for number, inner, both in self.items(node, assumed))
                else:
                    following += ((inner, both, (*steps, step)) for inner, both in self.mappings(node, assumed))
            found = following[:MAX_VALUES]
        yield from found

    def at(self, holder: Mapping, path: Path, assumptions: Assumptions) -> list[PropertyValue]:
        """The values at a path of property names; none when nothing stands there."""
        found = []
        for body, assumed, steps in self.below(holder, path[:-1], assumptions):
            for value in self.intrinsics.values(body.get(path[-1])):
                both = self.intrinsics.combine(assumed, value.assumptions)
                if both is not None and value.text is not None:
                    found.append(PropertyValue(value._replace(assumptions=both), (*steps, path[-1])))
        return found[:MAX_VALUES]

    def target(self, node: Node) -> str | None:
        """The logical id that a model name refers to, by `Ref`, `Fn::GetAtt` or a `Fn::Sub` of nothing else."""
        call = intrinsic_call(node)
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

    def shown(self, node: Node | None) -> str:
        """What a name reads as, unknown parts included; empty when there is none, or more than one."""
        values = self.intrinsics.values(node)
        text = values[0].text if len(values) == 1 else None
        return text.shown() if text is not None else ""


def _resources(root: Mapping) -> Iterator[TemplateResource]:
    resources = mapping_of(root.get("Resources"))
    for key, node in resources.items if resources is not None else []:
        body, name = mapping_of(node), resolve(key)
        kind = resolve(body.get("Type")) if body is not None else None
        if body is not None and isinstance(name, Scalar) and isinstance(kind, Scalar):
            condition = resolve(body.get("Condition"))
            assumptions: Assumptions = ((CONDITION + condition.value, "true"),) if isinstance(condition, Scalar) else ()
            yield TemplateResource(name.value, kind.value, body.get("Properties"), name, assumptions)


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
    if any(key.startswith("Fn::") for key in _keys(root)):
        return True
    return any(resource.type.endswith("::MODULE") for resource in _resources(root))

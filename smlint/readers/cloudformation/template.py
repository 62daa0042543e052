"""The structure of a CloudFormation template: its resources, and the properties they have once `Fn::If` is followed."""

from __future__ import annotations

from collections.abc import Iterator

from smlint.readers.assumptions import CONDITION, MAX_VALUES, PARAMETER, AssumedValue, Assumptions
from smlint.readers.cloudformation.calls import attribute_path, intrinsic_call
from smlint.readers.cloudformation.intrinsics import Intrinsics
from smlint.readers.cloudformation.parameters import ParameterMode
from smlint.readers.common import EACH, Path, mapping_of
from smlint.readers.reader import ReadContext
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Mapping, Node, Scalar, Sequence, Steps, resolve

FORMAT = "cloudformation"
PREFIX = "AWS::SageMaker::"

# Transforms that leave SageMaker resources as they are written; any other may add or change resources.
_TRANSPARENT = frozenset({"AWS::Serverless-2016-10-31", "AWS::LanguageExtensions", "AWS::CodeDeployBlueGreen", "AWS::SecretsManager-2020-07-23"})

_MACRO = "Fn::Transform"


class TemplateResource(NamedTuple):
    """A resource of a template. `key` is its logical ID in the file, `assumptions` the condition under which CloudFormation creates it."""

    name: str
    type: str
    properties: Node | None
    key: Scalar
    assumptions: Assumptions


class PropertyValue(NamedTuple):
    """A value of a property, and the steps that lead to it from the resource's properties."""

    value: AssumedValue
    steps: Steps


class TemplateContainer(NamedTuple):
    """A container of a model: its image, and the JSON pointer of the image."""

    image: Node | None
    pointer: str
    assumptions: Assumptions


class CloudFormationTemplate:
    """A template, read in one context.

    `resources` are those that may be created, by logical ID, `absent_resources` those whose condition is false. `names` are all names that a
    reference may use; `complete` says whether the template can have no others, that is, whether no macro, loop or module adds resources.
    """

    def __init__(self, root: Mapping, context: ReadContext, mode: ParameterMode = "default", *, has_aliases: bool = True) -> None:
        self.root = root
        self.context = context
        self.intrinsics = Intrinsics(root, context, mode, has_aliases=has_aliases)
        self.branches = self.intrinsics.branches
        resources = list(_resources(root))
        self.resources = {resource.name: resource for resource in resources if not self._is_never_created(resource)}
        self.absent_resources = [resource for resource in resources if resource.name not in self.resources]
        self.names = {resource.name for resource in resources} | set(_keys(root.get("Parameters")))
        self.complete = not _has_macros(root)

    def _is_never_created(self, resource: TemplateResource) -> bool:
        """Return whether the condition of a resource is known to be false."""
        return any(self.branches.conditions.decide(variable, ()) is False for variable, _ in resource.assumptions)

    def of_type(self, kind: str) -> Iterator[TemplateResource]:
        """Yield the resources of type `AWS::SageMaker::` + `kind`."""
        return (resource for resource in self.resources.values() if resource.type == PREFIX + kind)

    def mappings(self, node: Node | None, assumptions: Assumptions) -> Iterator[tuple[Mapping, Assumptions]]:
        """Yield the mappings that a node may be, `Fn::If` followed."""
        for branch, assumed in self.branches.nodes(node):
            body, both = mapping_of(branch), self.branches.combine(assumptions, assumed)
            if body is not None and both is not None:
                yield (body if body.get(_MACRO) is None else _unknown_values(body)), both

    def items(self, node: Node | None, assumptions: Assumptions) -> Iterator[tuple[int, Mapping, Assumptions]]:
        """Yield the mappings in a list, with their index, `Fn::If` around the list or an item followed."""
        for branch, assumed in self.branches.nodes(node):
            both, items = self.branches.combine(assumptions, assumed), resolve(branch)
            if both is None or not isinstance(items, Sequence):
                continue
            for index, item in enumerate(items.items):
                for body, item_assumptions in self.mappings(item, both):
                    yield index, body, item_assumptions

    def below(self, holder: Mapping, path: Path, assumptions: Assumptions) -> Iterator[tuple[Mapping, Assumptions, Steps]]:
        """Yield the mappings at a path of property names, in which `EACH` means every element of a list."""
        mappings: list[tuple[Mapping, Assumptions, Steps]] = [(holder, assumptions, ())]
        for index, step in enumerate(path):
            if step == EACH:
                continue
            following: list[tuple[Mapping, Assumptions, Steps]] = []
            for body, assumed, steps in mappings:
                node = body.get(step)
                if path[index + 1 : index + 2] == (EACH,):
                    following += ((inner, both, (*steps, step, number)) for number, inner, both in self.items(node, assumed))
                else:
                    following += ((inner, both, (*steps, step)) for inner, both in self.mappings(node, assumed))
            mappings = following[:MAX_VALUES]
        yield from mappings

    def at(self, holder: Mapping, path: Path, assumptions: Assumptions) -> list[PropertyValue]:
        """Return the values at a path of property names; empty if the path does not exist."""
        values = []
        if path[-1] == EACH:
            for body, assumed, steps in self.below(holder, path[:-2], assumptions):
                for index, value in self.intrinsics.elements(body.get(path[-2])):
                    both = self.branches.combine(assumed, value.assumptions)
                    if both is not None:
                        values.append(PropertyValue(value._replace(assumptions=both), (*steps, path[-2], index)))
            return values[:MAX_VALUES]
        for body, assumed, steps in self.below(holder, path[:-1], assumptions):
            for value in self.intrinsics.values(body.get(path[-1])):
                both = self.branches.combine(assumed, value.assumptions)
                if both is not None and value.text is not None:
                    values.append(PropertyValue(value._replace(assumptions=both), (*steps, path[-1])))
        return values[:MAX_VALUES]

    def target(self, node: Node) -> str | None:
        """Return the logical ID that a name refers to, by `Ref`, `Fn::GetAtt` or a `Fn::Sub` of nothing else; None if it refers to none."""
        call = intrinsic_call(node)
        if call is None:
            return None
        argument = resolve(call.argument)
        if call.name == "Ref" and isinstance(argument, Scalar):
            return argument.value if argument.value in self.resources else None
        if call.name == "Fn::GetAtt":
            return next(iter(attribute_path(call)), None)
        if call.name == "Fn::Sub" and isinstance(argument, Scalar):
            text = argument.value.strip()
            if text.startswith("${") and text.find("}") == len(text) - 1:
                name = text[2:-1].split(".")[0]
                return name if name in self.resources else None
        return None

    def shown(self, node: Node | None) -> str:
        """Return how a name reads, with its placeholders; empty if there is no name, or more than one."""
        text = self.intrinsics.single_text(node)
        return text.shown() if text is not None else ""


def alternatives(path: str, link: str, assumptions: Assumptions) -> str:
    """Return the key of the group of deployments that differ only in the allowed value of a parameter; empty without a group."""
    if not any(variable.startswith(PARAMETER) for variable, _ in assumptions):
        return ""
    others = [f"{variable}={value}" for variable, value in assumptions if not variable.startswith(PARAMETER)]
    return "|".join((path, link, *others))


def is_transformed(root: Mapping) -> bool:
    """Return whether a macro processes the whole template: what CloudFormation deploys may have other values."""
    return _names_macro(root) or any(_MACRO in _keys(node) for node in (root, root.get("Resources")))


def _names_macro(root: Mapping) -> bool:
    """Return whether `Transform` names a macro that may change SageMaker resources."""
    transform = resolve(root.get("Transform"))
    items = transform.items if isinstance(transform, Sequence) else [transform] if transform is not None else []
    return any(not isinstance(item, Scalar) or item.value not in _TRANSPARENT for item in map(resolve, items))


def _unknown_values(body: Mapping) -> Mapping:
    """Return a mapping with unknown values, because a macro in it may replace them."""
    opaque = Mapping(body.start)
    opaque.end = body.end
    opaque.items = [(key, Scalar("", value.start, value.end, "plain", tag="!Transform", exact=False)) for key, value in body.items]
    return opaque


def _resources(root: Mapping) -> Iterator[TemplateResource]:
    resources = mapping_of(root.get("Resources"))
    for key, node in resources.items if resources is not None else []:
        body, name = mapping_of(node), resolve(key)
        kind = resolve(body.get("Type")) if body is not None else None
        if body is not None and isinstance(name, Scalar) and isinstance(kind, Scalar):
            condition = resolve(body.get("Condition"))
            yield TemplateResource(
                name=name.value,
                type=kind.value,
                properties=body.get("Properties"),
                key=name,
                assumptions=((CONDITION + condition.value, "true"),) if isinstance(condition, Scalar) else (),
            )


def _keys(node: Node | None) -> list[str]:
    mapping = mapping_of(node)
    return list(mapping.keys()) if mapping is not None else []


def _has_macros(root: Mapping) -> bool:
    """Return whether something may add resources that are not written here: a macro, `Fn::Transform`, `Fn::ForEach`, or a module.

    Rain and `aws cloudformation package` replace the modules in `Modules`, and each resource whose type is `!Rain::Module` or
    `Fn::Rain::Module`, with the resources of another file.
    https://docs.aws.amazon.com/cli/latest/reference/cloudformation/package.html and https://aws-cloudformation.github.io/rain/README.html
    (read 2026-11-29).
    """
    if _names_macro(root):
        return True
    if any(key.startswith(("Fn::", "AWS::Include")) for key in _keys(root.get("Resources"))):
        return True
    if any(key.startswith("Fn::") for key in _keys(root)):
        return True
    if root.get("Modules") is not None:
        return True
    resources = mapping_of(root.get("Resources"))
    bodies = map(mapping_of, resources.own().values()) if resources is not None else ()
    return any(_is_module(body.get("Type")) for body in bodies if body is not None)


def _is_module(node: Node | None) -> bool:
    """Return whether the type of a resource is a registered module, or a call that packaging replaces with a module."""
    kind = resolve(node)
    if isinstance(kind, Scalar):
        return kind.tag is not None or kind.value.endswith("::MODULE")
    return kind is not None

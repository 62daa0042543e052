"""Find the parameters and maps that a template uses for more than the images and instance types of SageMaker resources.

smlint does not edit the default of such a parameter, or a cell of such a map: a value that suits a deployment need not suit the other
users, such as the image of a build project or an account in an ARN.
"""

from __future__ import annotations

from collections.abc import Iterable

from smlint.readers.cloudformation.calls import LOOP, attribute_path, intrinsic_call
from smlint.readers.common import mapping_of
from smlint.syntax import Alias, Mapping, Node, Scalar, Sequence, resolve, walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from smlint.readers.cloudformation.template import CloudFormationTemplate

_CHECKED_PROPERTIES = frozenset({"Image", "ImageUri", "TrainingImage", "InstanceType"})
# Resources that run no model, or whose instance types the template shows.
_NO_USERS = ("AWS::SageMaker::Model", "AWS::SageMaker::Endpoint", "AWS::SageMaker::InferenceComponent", "AWS::IAM::")
# Sections that define parameters and maps, or only describe the template.
_DEFINING = frozenset({"Parameters", "Mappings", "Metadata", "Description", "AWSTemplateFormatVersion", "Transform"})


def used_elsewhere(root: Mapping) -> frozenset[str]:
    """Return the names of parameters and maps that are used for anything but a checked property of a SageMaker resource."""
    names: set[str] = set()
    for key, node in root.items:
        section = resolve(key)
        if not isinstance(section, Scalar) or section.value in _DEFINING:
            continue
        resources = mapping_of(node) if section.value == "Resources" else None
        if resources is None:
            names |= _names_used(node, is_sagemaker=False)
            continue
        for _, body in resources.items:
            resource = mapping_of(body)
            kind = resolve(resource.get("Type")) if resource is not None else None
            names |= _names_used(body, is_sagemaker=isinstance(kind, Scalar) and kind.value.startswith("AWS::SageMaker::"))
    return frozenset(names)


def names_referred_to(node: Node | None) -> set[str]:
    """Return the names that the expressions at or below a node refer to: parameters, maps and resources."""
    names: set[str] = set()
    for content in walk(node):
        call = intrinsic_call(content)
        if call is None:
            continue
        names |= {name.partition(".")[0] for name in _names_in_call(call.name, call.argument)}
        if call.name == "Fn::GetAtt":
            names |= set(attribute_path(call)[:1])
    return names


def models_used_elsewhere(template: CloudFormationTemplate, models: Iterable[str]) -> set[str]:
    """Return the models that a loop, an export or a resource other than an endpoint configuration refers to.

    On which instance type they run there is unknown.
    """
    names: set[str] = set()
    resources = mapping_of(template.root.get("Resources"))
    for key, node in resources.items if resources is not None else ():
        name, body = resolve(key), mapping_of(node)
        kind = resolve(body.get("Type")) if body is not None else None
        if isinstance(name, Scalar) and name.value.startswith(LOOP):
            names |= names_referred_to(node)
        elif body is not None and isinstance(kind, Scalar) and not kind.value.startswith(_NO_USERS):
            names |= names_referred_to(body.get("Properties"))
    outputs = mapping_of(template.root.get("Outputs"))
    for _, node in outputs.items if outputs is not None else ():
        output = mapping_of(node)
        if output is not None and output.get("Export") is not None:
            names |= names_referred_to(output.get("Value"))
    return {model for model in models if any(_may_be(model, name) for name in names)}


def _may_be(model: str, name: str) -> bool:
    """Return whether a name, in which a loop may replace a part, is that of a model."""
    start, replaced, rest = name.partition("${")
    return model == name or (bool(replaced) and model.startswith(start) and model.endswith(rest.rpartition("}")[2]))


def shared_by_alias(root: Mapping) -> frozenset[Node]:
    """Return the nodes that an alias also uses outside of SageMaker deployments."""
    shared: set[Node] = set()
    waiting: list[tuple[Node, bool]] = [(root, False)]
    while waiting:
        node, is_checked = waiting.pop()
        if isinstance(node, Alias):
            if not is_checked:
                shared.update(walk(node.target))
            continue
        if isinstance(node, Sequence):
            waiting += ((item, is_checked) for item in node.items)
        elif isinstance(node, Mapping):
            kind = node.own().get("Type")
            content = resolve(kind) if kind is not None else None
            here = is_checked or (isinstance(content, Scalar) and content.value.startswith("AWS::SageMaker::"))
            for key, value in node.items:
                name = resolve(key)
                is_free = isinstance(name, Scalar) and name.value in ("Environment", "Tags", "Metadata")
                waiting.append((value, here and not is_free))
    return frozenset(shared)


def _names_used(node: Node, *, is_sagemaker: bool) -> set[str]:
    """Return the names used at or below a node, except below a checked property of a SageMaker resource."""
    names: set[str] = set()
    waiting: list[tuple[Node, str]] = [(node, "")]
    visited: set[Node] = set()
    while waiting:
        current, property_name = waiting.pop()
        content = resolve(current)
        if content is None or content in visited:
            continue
        visited.add(content)
        is_checked = is_sagemaker and property_name in _CHECKED_PROPERTIES
        call = intrinsic_call(content)
        if call is not None and not is_checked:
            names |= _names_in_call(call.name, call.argument)
        if isinstance(content, Sequence):
            waiting += ((item, property_name) for item in content.items)
        elif isinstance(content, Mapping):
            for key, value in content.items:
                scalar = resolve(key)
                inner = scalar.value if isinstance(scalar, Scalar) else ""
                # Below a checked property there are only calls, with variables of their own.
                waiting.append((value, property_name if is_checked or inner.startswith("Fn::") or inner == "Ref" else inner))
    return names


def _names_in_call(function: str, argument: Node) -> set[str]:
    """Return the names that one call uses."""
    content = resolve(argument)
    if function == "Ref" and isinstance(content, Scalar):
        return {content.value}
    if function == "Fn::FindInMap" and isinstance(content, Sequence) and content.items:
        name = resolve(content.items[0])
        return {name.value} if isinstance(name, Scalar) else set()
    if function == "Fn::Sub":
        template = resolve(content.items[0]) if isinstance(content, Sequence) and content.items else content
        if isinstance(template, Scalar):
            return {part.partition("}")[0].strip() for part in template.value.split("${")[1:]}
    return set()

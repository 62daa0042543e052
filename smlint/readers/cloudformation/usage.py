"""Find the parameters and maps that a template uses for more than the images and instance types of SageMaker resources.

smlint does not edit the default of such a parameter, or a cell of such a map: a value that suits a deployment need not suit the other
users, such as the image of a build project or an account in an ARN.
"""

from __future__ import annotations

from smlint.readers.cloudformation.calls import intrinsic_call
from smlint.readers.common import mapping_of
from smlint.syntax import Mapping, Node, Scalar, Sequence, resolve

_CHECKED_PROPERTIES = frozenset({"Image", "ImageUri", "TrainingImage", "InstanceType"})
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

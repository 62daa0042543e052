"""Where a template uses its parameters and maps besides the images and instance types of SageMaker's resources.

The default of a parameter, or a cell of a map, that something else rests on too (a build project's image, an account in an ARN) is
not edited: what is right for a deployment need not be right there.
"""

from __future__ import annotations

from smlint.readers.cloudformation.calls import intrinsic_call
from smlint.readers.common import mapping_of
from smlint.syntax import Mapping, Node, Scalar, Sequence, resolve

# The properties that a reader judges.
_JUDGED = frozenset({"Image", "ImageUri", "TrainingImage", "InstanceType"})
# What defines parameters and maps, and what only describes them.
_DEFINING = frozenset({"Parameters", "Mappings", "Metadata", "Description", "AWSTemplateFormatVersion", "Transform"})


def used_elsewhere(root: Mapping) -> frozenset[str]:
    """The names of parameters and maps that are used for anything that is not judged here."""
    found: set[str] = set()
    for key, node in root.items:
        name = resolve(key)
        if not isinstance(name, Scalar) or name.value in _DEFINING:
            continue
        resources = mapping_of(node) if name.value == "Resources" else None
        if resources is None:
            _collect(node, "", False, found)
            continue
        for _, body in resources.items:
            resource = mapping_of(body)
            kind = resolve(resource.get("Type")) if resource is not None else None
            ours = isinstance(kind, Scalar) and kind.value.startswith("AWS::SageMaker::")
            _collect(body, "", ours, found)
    return frozenset(found)


def _collect(node: Node, key: str, ours: bool, found: set[str]) -> None:
    """Add the names that are used at or below a node, but for those below a judged property of a resource of ours."""
    waiting: list[tuple[Node, str]] = [(node, key)]
    visited: set[int] = set()
    while waiting:
        current, property_name = waiting.pop()
        content = resolve(current)
        if content is None or id(content) in visited:
            continue
        visited.add(id(content))
        judged = ours and property_name in _JUDGED
        call = intrinsic_call(content)
        if call is not None and not judged:
            found |= _named(call.name, call.argument)
        if isinstance(content, Sequence):
            waiting += ((item, property_name) for item in content.items)
        elif isinstance(content, Mapping):
            for name, value in content.items:
                scalar = resolve(name)
                inner = scalar.value if isinstance(scalar, Scalar) else ""
                # Below a judged property stand functions only, with their own variables.
                waiting.append((value, property_name if judged or inner.startswith("Fn::") or inner == "Ref" else inner))


def _named(function: str, argument: Node) -> set[str]:
    """The names that one call uses."""
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

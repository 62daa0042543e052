"""Read JSON patches (RFC 6902) for Kustomize: lists of operations on an object in another file.

A patch does not name the kind of its object, but its paths suggest it. The values of a patch are read as every kind of object in turn,
and the result counts if all kinds that match best agree on what runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from smlint.model.deployment import Deployment, Kind
from smlint.readers.common import mapping_of, pointer
from smlint.readers.kubernetes.fields import APIS
from smlint.syntax import Document, Mapping, Node, Scalar, Sequence, resolve

_OPERATIONS = ("add", "replace")
_MAX_OPERATIONS = 500
_MAX_STEPS = 30
# Represents all kinds that contain Pods: the path of the patch shows how deep the Pod is.
_WORKLOAD = ("apps/v1", "Deployment")

_Branch: TypeAlias = "dict[str, _Branch | Node]"


def deployments(root: Node | None, read: Callable[[Document], tuple[Deployment, ...]]) -> list[Deployment]:
    """Return the deployments of a JSON patch, according to the kinds that use most of its values; none if those kinds disagree.

    `read` reads a document that contains the patched fields as an object of one kind. Returns nothing for a document that is not a patch.
    """
    branch = _branch(root)
    if not branch:
        return []
    best: tuple[Deployment, ...] = ()
    most, uses = 0, set[tuple[Kind, str]]()
    for candidate in _candidates(branch):
        candidate_deployments = read(candidate)
        used_values = sum(len(deployment.texts()) for deployment in candidate_deployments if _is_certain(deployment))
        if used_values > most:
            best, most, uses = candidate_deployments, used_values, set()
        if used_values == most:
            uses |= {(deployment.kind, deployment.platform) for deployment in candidate_deployments}
    if len(uses) != 1:
        return []
    pointers = [(pointer(*_steps_in_object(branch, steps)), pointer(index, "value")) for index, steps, _ in _assignments(root)]
    return [deployment._replace(pointer=_pointer_in_patch(deployment.pointer, pointers)) for deployment in best]


def _is_certain(deployment: Deployment) -> bool:
    """Return whether the image or the instance type is unmistakable."""
    image, instance = deployment.image.get(), deployment.instance_type.get()
    return (image is not None and image.is_in_ecr) or (instance is not None and instance.name.startswith("ml."))


def _candidates(branch: _Branch) -> Iterator[Document]:
    """Yield the object with only the patched fields, as a document of each possible kind."""
    kinds = [(f"{group}/v1", kind) for group, api in APIS.items() for kind in api.kinds]
    for version, kind in (*kinds, _WORKLOAD):
        body = _node(branch)
        if isinstance(body, Mapping):
            body.items[:0] = [(_scalar("apiVersion"), _scalar(version)), (_scalar("kind"), _scalar(kind))]
            yield Document(body)


def _pointer_in_patch(path: str, pointers: list[tuple[str, str]]) -> str:
    """Translate a JSON pointer in the object into one in the patch."""
    for in_object, in_patch in pointers:
        if path == in_object or path.startswith(in_object + "/"):
            return in_patch + path[len(in_object) :]
    return path


def _steps_in_object(branch: _Branch, steps: list[str]) -> list[str | int]:
    """Translate the steps of an operation's path into steps in the object of `_node`, whose lists start at 0."""
    translated: list[str | int] = []
    at: _Branch | Node = branch
    for step in steps:
        if not isinstance(at, dict) or step not in at:
            break
        translated.append(list(at).index(step) if _is_list(at) else step)
        at = at[step]
    return translated


def _assignments(root: Node | None) -> Iterator[tuple[int, list[str], Node]]:
    """Yield the operations that set a value in `spec`: index, steps of the path, and value; none if this is not a patch."""
    content = resolve(root)
    if not isinstance(content, Sequence) or content.tag is not None:
        return
    operations = []
    for index, item in enumerate(content.items[:_MAX_OPERATIONS]):
        body = mapping_of(item)
        operation, path = (resolve(body.get("op")), resolve(body.get("path"))) if body is not None else (None, None)
        if body is None or not isinstance(operation, Scalar) or not isinstance(path, Scalar):
            return
        value = body.get("value")
        if operation.value in _OPERATIONS and path.value.startswith("/spec/") and value is not None:
            steps = [step.replace("~1", "/").replace("~0", "~") for step in path.value[1:].split("/")]
            if len(steps) <= _MAX_STEPS:
                operations.append((index, steps, value))
    yield from operations


def _branch(root: Node | None) -> _Branch:
    """Return the values as a tree by path. If two operations overlap, the first wins."""
    branch: _Branch = {}
    for _, steps, value in _assignments(root):
        at = branch
        for step in steps[:-1]:
            below = at.setdefault(step, {})
            if not isinstance(below, dict):
                break
            at = below
        else:
            at.setdefault(steps[-1], value)
    return branch


def _is_list(branch: _Branch) -> bool:
    """Return whether all keys are list indexes."""
    return all(key == "-" or key.isdecimal() for key in branch)


def _node(branch: _Branch) -> Node:
    """Convert a branch to a node."""
    parts = {key: _node(value) if isinstance(value, dict) else value for key, value in branch.items()}
    if _is_list(branch):
        sequence = Sequence(0)
        sequence.items = list(parts.values())
        return sequence
    mapping = Mapping(0)
    mapping.items = [(_scalar(key), value) for key, value in parts.items()]
    return mapping


def _scalar(value: str) -> Scalar:
    """Return a scalar that has no position in the file."""
    return Scalar(value, 0, 0, "plain", exact=False)

"""JSON patches (RFC 6902), as Kustomize takes them: a list of operations on an object that stands elsewhere.

The object's kind is not in such a file. Its fields are: what a patch puts at a path is read as every kind of object that has such a path,
and taken when all that can read it agree on what runs there.
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
# What stands for all kinds that hold Pods: how deep the Pod is told by the path.
_WORKLOAD = ("apps/v1", "Deployment")

_Branch: TypeAlias = "dict[str, _Branch | Node]"


def deployments(root: Node | None, read: Callable[[Document], tuple[Deployment, ...]]) -> list[Deployment]:
    """What a JSON patch deploys: of the kinds that take the most of its values, if they agree on what runs there. None for what is no patch.

    `read` reads the object, given as a document of each kind.
    """
    branch = _branch(root)
    if not branch:
        return []
    best: tuple[Deployment, ...] = ()
    most, uses = 0, set[tuple[Kind, str]]()
    for candidate in _candidates(branch):
        found = read(candidate)
        told = sum(len(deployment.texts()) for deployment in found if _is_certain(deployment))
        if told > most:
            best, most, uses = found, told, set()
        if told == most:
            uses |= {(deployment.kind, deployment.platform) for deployment in found}
    if len(uses) != 1:
        return []
    places = [(pointer(*_steps_in_object(branch, steps)), pointer(index, "value")) for index, steps, _ in _settings(root)]
    return [found._replace(pointer=_pointer_in_patch(found.pointer, places)) for found in best]


def _is_certain(deployment: Deployment) -> bool:
    """Whether its image or its instance type can be nothing else."""
    image, instance = deployment.image.get(), deployment.instance_type.get()
    return (image is not None and image.is_ecr) or (instance is not None and instance.name.startswith("ml."))


def _candidates(branch: _Branch) -> Iterator[Document]:
    """The object that a patch makes of its fields alone, as a document of each kind that it may be of."""
    kinds = [(f"{group}/v1", kind) for group, api in APIS.items() for kind in api.kinds]
    for version, kind in (*kinds, _WORKLOAD):
        body = _node(branch)
        if isinstance(body, Mapping):
            body.items[:0] = [(_scalar("apiVersion"), _scalar(version)), (_scalar("kind"), _scalar(kind))]
            yield Document(body)


def _pointer_in_patch(path: str, places: list[tuple[str, str]]) -> str:
    """Where in the patch the value stands that the object has at this JSON pointer."""
    for own, place in places:
        if path == own or path.startswith(own + "/"):
            return place + path[len(own) :]
    return path


def _steps_in_object(branch: _Branch, steps: list[str]) -> list[str | int]:
    """The steps of an operation's path as they are in the object of `_node`, whose lists begin at 0."""
    found: list[str | int] = []
    at: _Branch | Node = branch
    for step in steps:
        if not isinstance(at, dict) or step not in at:
            break
        found.append(list(at).index(step) if _is_list(at) else step)
        at = at[step]
    return found


def _settings(root: Node | None) -> Iterator[tuple[int, list[str], Node]]:
    """The operations that set something in `spec`: their index, the steps of their path, and the value. None for what is no patch."""
    content = resolve(root)
    if not isinstance(content, Sequence) or content.tag is not None:
        return
    found = []
    for index, item in enumerate(content.items[:_MAX_OPERATIONS]):
        body = mapping_of(item)
        operation, path = (resolve(body.get("op")), resolve(body.get("path"))) if body is not None else (None, None)
        if body is None or not isinstance(operation, Scalar) or not isinstance(path, Scalar):
            return
        value = body.get("value")
        if operation.value in _OPERATIONS and path.value.startswith("/spec/") and value is not None:
            steps = [step.replace("~1", "/").replace("~0", "~") for step in path.value[1:].split("/")]
            if len(steps) <= _MAX_STEPS:
                found.append((index, steps, value))
    yield from found


def _branch(root: Node | None) -> _Branch:
    """The values by path. Of two operations on the same place, or one inside the other's value, the first counts."""
    branch: _Branch = {}
    for _, steps, value in _settings(root):
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
    """Whether all the keys are places in a list."""
    return all(key == "-" or key.isdecimal() for key in branch)


def _node(branch: _Branch) -> Node:
    """The branch as a node."""
    parts = {key: _node(value) if isinstance(value, dict) else value for key, value in branch.items()}
    if _is_list(branch):
        sequence = Sequence(0)
        sequence.items = list(parts.values())
        return sequence
    mapping = Mapping(0)
    mapping.items = [(_scalar(key), value) for key, value in parts.items()]
    return mapping


def _scalar(value: str) -> Scalar:
    """A word that stands nowhere in the file."""
    return Scalar(value, 0, 0, "plain", None, None, False)

"""Pods of any kind of object: what they run, and on which nodes they are made to run.

A node's label `node.kubernetes.io/instance-type` is an EC2 instance type (`c7g.xlarge`), or one of SageMaker's (`ml.g5.xlarge`) on HyperPod, and
`kubernetes.io/arch` its architecture (https://kubernetes.io/docs/reference/labels-annotations-taints/, read 2026-11-22).
"""

from __future__ import annotations

from collections.abc import Iterator

from smlint.images.catalog import Catalog
from smlint.images.instances import parse_instance_type
from smlint.model.facts import Fact, known, unknown
from smlint.model.images import Image, InstanceType
from smlint.model.text import Text
from smlint.readers.common import items_of, mapping_of, text_of
from smlint.readers.kubernetes.fields import HYPERPOD_TRAINING
from smlint.readers.kubernetes.objects import KubernetesObject, Steps, image_of
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Mapping, Node, Scalar, Sequence, merged, resolve

INSTANCE_LABELS = ("node.kubernetes.io/instance-type", "beta.kubernetes.io/instance-type")
ARCHITECTURE_LABELS = ("kubernetes.io/arch", "beta.kubernetes.io/arch")
_ARCHITECTURES = {"amd64": "x86_64", "arm64": "arm64"}
_CONTAINERS = ("initContainers", "containers")

Nodes = tuple[Fact[InstanceType], ...]


class Pod(NamedTuple):
    """One Pod or Pod template: where its specification stands, the image of each container, and the nodes that it may run on.

    No nodes: nothing tells. Several: any of them.
    """

    steps: Steps
    images: tuple[tuple[Steps, Node], ...]
    nodes: Nodes


def pods(body: Mapping) -> Iterator[Pod]:
    """Every Pod specification in an object, wherever its kind keeps it: what has a list of `containers`, or a `container`, with an image."""
    visited: set[int] = set()
    stack: list[tuple[Steps, Node]] = []
    stack += [((key,), value) for key, value in merged(body) if key not in ("metadata", "status")][::-1]
    while stack:
        steps, node = stack.pop()
        content = resolve(node)
        if isinstance(content, Scalar) or content is None or id(content) in visited:
            continue
        visited.add(id(content))
        if isinstance(content, Sequence):
            stack += [((*steps, index), item) for index, item in enumerate(content.items)][::-1]
            continue
        images = tuple(_images(content))
        if images:
            nodes = nodes_of(content)
            yield Pod(steps, images, nodes if len(images) == 1 else tuple(map(_for_several, nodes)))
        stack += [((*steps, key), value) for key, value in merged(content) if not images or key not in _CONTAINERS][::-1]


def _for_several(node: Fact[InstanceType]) -> Fact[InstanceType]:
    """A node as each of several containers sees it: which of them uses the node's GPU or accelerator is not told."""
    instance = node.get()
    if instance is None or instance.processor in ("", "cpu"):
        return node
    return known(instance._replace(processor=""), node.text)


def _images(specification: Mapping) -> Iterator[tuple[Steps, Node]]:
    for key in _CONTAINERS:
        for index, item in enumerate(items_of(specification.get(key))):
            container = mapping_of(item)
            image = container.get("image") if container is not None else None
            if image is not None:
                yield (key, index, "image"), image
    single = mapping_of(specification.get("container"))
    image = single.get("image") if single is not None else None
    if image is not None:
        yield ("container", "image"), image


def nodes_of(specification: Mapping) -> Nodes:
    """The nodes that a Pod specification demands, by its node selector or its node affinity; none when it leaves a choice that is not named."""
    selector = mapping_of(specification.get("nodeSelector"))
    affinity = mapping_of(specification.get("affinity"))
    required = nodes_required(affinity.get("nodeAffinity")) if affinity is not None else ()
    chosen = _selected(selector, INSTANCE_LABELS)
    if chosen is not None:
        return (instance_fact(chosen),)
    if any(fact.known and fact.value.family for fact in required):
        return required
    chosen = _selected(selector, ARCHITECTURE_LABELS)
    return (_architecture(chosen),) if chosen is not None else required


def _selected(selector: Mapping | None, labels: tuple[str, ...]) -> Text | None:
    for label in labels:
        text = text_of(selector.get(label)) if selector is not None else None
        if text is not None:
            return text
    return None


def nodes_required(node: Node | None) -> Nodes:
    """The nodes that a node affinity requires: of every term the instance types, else the architectures. Terms are alternatives, so one that

    says nothing of either allows any node.
    """
    affinity = mapping_of(node)
    required = mapping_of(affinity.get("requiredDuringSchedulingIgnoredDuringExecution")) if affinity is not None else None
    found: list[Fact[InstanceType]] = []
    for term in items_of(required.get("nodeSelectorTerms")) if required is not None else ():
        instances, architectures = _demanded(term, INSTANCE_LABELS), _demanded(term, ARCHITECTURE_LABELS)
        if not instances and not architectures:
            return ()
        found += [instance_fact(text) for text in instances] or [_architecture(text) for text in architectures]
    return tuple(found)


def _demanded(term: Node, labels: tuple[str, ...]) -> list[Text]:
    """The values that a term allows for a label."""
    body = mapping_of(term)
    for item in items_of(body.get("matchExpressions")) if body is not None else ():
        expression = mapping_of(item)
        if expression is None:
            continue
        key, operator = resolve(expression.get("key")), resolve(expression.get("operator"))
        if isinstance(key, Scalar) and key.value in labels and isinstance(operator, Scalar) and operator.value == "In":
            return [text for value in items_of(expression.get("values")) if (text := text_of(value)) is not None]
    return []


def instance_fact(text: Text) -> Fact[InstanceType]:
    """An instance type as a node's label has it: that of EC2 lacks the `ml.` of SageMaker's."""
    if not text.known or not text.value:
        return unknown(text)
    name = text.value
    if name.startswith("ml."):
        return known(parse_instance_type(name), text)
    found = parse_instance_type("ml." + name)
    return known(found._replace(name=name), text) if found.well_formed else unknown(text)


def _architecture(text: Text) -> Fact[InstanceType]:
    """Nodes of which only the architecture is told. Windows nodes and other architectures are not told apart here: unknown."""
    architecture = _ARCHITECTURES.get(text.value)
    return known(InstanceType("", "", "", architecture, "", True), text) if architecture is not None else unknown(text)


def containers_of(one: KubernetesObject, pod: Pod, catalog: Catalog) -> list[tuple[Steps, Fact[Image]]] | None:
    """The containers of a Pod that concern SageMaker, none where only its nodes do; None for a Pod of others.

    On nodes of HyperPod (`ml.*`), those are all with an image in ECR; elsewhere those with an image of AWS's Deep Learning Containers.
    """
    hyperpod = one.group == HYPERPOD_TRAINING or any(node.known and node.value.name.startswith("ml.") for node in pod.nodes)
    found = []
    for steps, node in pod.images:
        fact = image_of(node, catalog)
        image = fact.get()
        if image is not None and image.is_ecr and (hyperpod or image.known_repository or image.owner == "aws"):
            found.append((steps, fact))
    return found if found or hyperpod else None

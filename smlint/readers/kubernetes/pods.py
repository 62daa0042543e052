"""Find the Pods of any kind of object: the images they run and the nodes they require.

The node label `node.kubernetes.io/instance-type` is an EC2 instance type (`c7g.xlarge`), or a SageMaker one (`ml.g5.xlarge`) on HyperPod.
`kubernetes.io/arch` is the node's architecture (https://kubernetes.io/docs/reference/labels-annotations-taints/, as of 2026-11-22).
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
from smlint.readers.kubernetes.objects import KubernetesObject, image_of
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Content, Mapping, Node, Scalar, Sequence, Steps, merged, resolve

INSTANCE_LABELS = ("node.kubernetes.io/instance-type", "beta.kubernetes.io/instance-type")
ARCHITECTURE_LABELS = ("kubernetes.io/arch", "beta.kubernetes.io/arch")
_ARCHITECTURES = {"amd64": "x86_64", "arm64": "arm64"}
_CONTAINERS = ("initContainers", "containers")

Nodes = tuple[Fact[InstanceType], ...]


class Pod(NamedTuple):
    """One Pod or Pod template: the steps to its specification, the image of each container, and the nodes it may run on.

    Several nodes are alternatives; no nodes means that the Pod states no requirement.
    """

    steps: Steps
    images: tuple[tuple[Steps, Node], ...]
    nodes: Nodes


def pods(body: Mapping) -> Iterator[Pod]:
    """Yield every Pod specification in an object, at any depth: a mapping with `containers`, or a `container`, that have an image."""
    visited: set[Content] = set()
    stack: list[tuple[Steps, Node]] = []
    stack += [((key,), value) for key, value in merged(body) if key not in ("metadata", "status")][::-1]
    while stack:
        steps, node = stack.pop()
        content = resolve(node)
        if isinstance(content, Scalar) or content is None or content in visited:
            continue
        visited.add(content)
        if isinstance(content, Sequence):
            stack += [((*steps, index), item) for index, item in enumerate(content.items)][::-1]
            continue
        images = tuple(_images(content))
        if images:
            nodes = nodes_of(content)
            yield Pod(steps, images, nodes if len(images) == 1 else tuple(map(_shared_node, nodes)))
        stack += [((*steps, key), value) for key, value in merged(content) if not images or key not in _CONTAINERS][::-1]


def _shared_node(node: Fact[InstanceType]) -> Fact[InstanceType]:
    """Return a node without its processor: it is unknown which of several containers uses the GPU or accelerator."""
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
    """Return the nodes that a Pod specification requires through its node selector or node affinity; none if it does not restrict them."""
    selector = mapping_of(specification.get("nodeSelector"))
    affinity = mapping_of(specification.get("affinity"))
    required = nodes_required(affinity.get("nodeAffinity")) if affinity is not None else ()
    selected = _selected(selector, INSTANCE_LABELS)
    if selected is not None:
        return (node_instance_fact(selected),)
    if any(fact.known and fact.value.family for fact in required):
        return required
    selected = _selected(selector, ARCHITECTURE_LABELS)
    return (_architecture_fact(selected),) if selected is not None else required


def _selected(selector: Mapping | None, labels: tuple[str, ...]) -> Text | None:
    for label in labels:
        text = text_of(selector.get(label)) if selector is not None else None
        if text is not None:
            return text
    return None


def nodes_required(node: Node | None) -> Nodes:
    """Return the nodes that a node affinity requires: for each term the instance types, or else the architectures.

    Terms are alternatives, so a term without either allows any node: the result is empty.
    """
    affinity = mapping_of(node)
    required = mapping_of(affinity.get("requiredDuringSchedulingIgnoredDuringExecution")) if affinity is not None else None
    nodes: list[Fact[InstanceType]] = []
    for term in items_of(required.get("nodeSelectorTerms")) if required is not None else ():
        instances, architectures = _allowed_values(term, INSTANCE_LABELS), _allowed_values(term, ARCHITECTURE_LABELS)
        if not instances and not architectures:
            return ()
        nodes += [node_instance_fact(text) for text in instances] or [_architecture_fact(text) for text in architectures]
    return tuple(nodes)


def _allowed_values(term: Node, labels: tuple[str, ...]) -> list[Text]:
    """Return the values that a term allows for one of the labels."""
    body = mapping_of(term)
    for item in items_of(body.get("matchExpressions")) if body is not None else ():
        expression = mapping_of(item)
        if expression is None:
            continue
        key, operator = resolve(expression.get("key")), resolve(expression.get("operator"))
        if isinstance(key, Scalar) and key.value in labels and isinstance(operator, Scalar) and operator.value == "In":
            return [text for value in items_of(expression.get("values")) if (text := text_of(value)) is not None]
    return []


def node_instance_fact(text: Text) -> Fact[InstanceType]:
    """Return the instance type of a node label: an EC2 type, without `ml.`, or a SageMaker type."""
    if not text.known or not text.value:
        return unknown(text)
    name = text.value
    if name.startswith("ml."):
        return known(parse_instance_type(name), text)
    instance = parse_instance_type("ml." + name)
    return known(instance._replace(name=name), text) if instance.well_formed else unknown(text)


def _architecture_fact(text: Text) -> Fact[InstanceType]:
    """Return an instance type of which only the architecture is known; unknown for architectures other than amd64 and arm64."""
    architecture = _ARCHITECTURES.get(text.value)
    if architecture is None:
        return unknown(text)
    return known(InstanceType(name="", family="", size="", architecture=architecture, processor="", well_formed=True), text)


def relevant_containers(holder: KubernetesObject, pod: Pod, catalog: Catalog) -> list[tuple[Steps, Fact[Image]]] | None:
    """Return the containers of a Pod that concern SageMaker; an empty list if only its nodes do, and None if the Pod is unrelated.

    On HyperPod nodes (`ml.*`), all containers with an image in ECR are relevant; elsewhere those with an AWS Deep Learning Container image.
    """
    hyperpod = holder.group == HYPERPOD_TRAINING or any(node.known and node.value.name.startswith("ml.") for node in pod.nodes)
    containers = []
    for steps, node in pod.images:
        fact = image_of(node, catalog)
        image = fact.get()
        if image is not None and image.is_in_ecr and (hyperpod or image.known_repository or image.owner == "aws"):
            containers.append((steps, fact))
    return containers if containers or hyperpod else None

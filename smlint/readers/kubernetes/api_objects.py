"""Read the fields of one object of a SageMaker API: its parameters, images, instance types and Region."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product

from smlint.images.catalog import Catalog
from smlint.model.facts import ABSENT, Fact, unknown
from smlint.model.images import Image, InstanceType
from smlint.readers.common import instance_fact, mapping_of, stated
from smlint.readers.kubernetes.fields import ACK_REGION, ApiGroup, JobFields
from smlint.readers.kubernetes.links import ModelContainer, ModelUse
from smlint.readers.kubernetes.objects import LIMIT, KubernetesObject, at_path, field_text, image_of
from smlint.readers.kubernetes.pods import node_instance_fact, nodes_required
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Mapping as MappingNode
from smlint.syntax import Node, Steps, is_null, resolve
from smlint.syntax import Sequence as SequenceNode

_ENTRYPOINT = "containerEntrypoint"


class ImageOnInstance(NamedTuple):
    """One image on one instance type, with the steps to the image, or to the instance type if there is no image.

    `alternative` is whether the instance type is one of several that the container may run on, `own_command` whether a job runs its own
    command in the container.
    """

    image: Fact[Image]
    steps: Steps
    instance: Fact[InstanceType]
    alternative: bool = False
    own_command: bool = False


def parameters(api_object: KubernetesObject, api: ApiGroup) -> list[tuple[MappingNode, Steps]]:
    """Return the mappings that contain an object's parameters, each with the steps to it."""
    candidates = [(mapping_of(node), steps) for path in api.roots for steps, node in at_path(api_object.body, path)[:1]]
    return [(body, steps) for body, steps in candidates if body is not None]


def job_combinations(job: JobFields, root: MappingNode, path: Steps, api: ApiGroup, catalog: Catalog) -> Iterator[ImageOnInstance]:
    """Yield every combination of image and instance type of a job. `path` are the steps to its parameters, `root`."""
    for at, node in at_path(root, job.at):
        base = (*path, *at)
        images = [((*base, *steps), image_of(value, catalog)) for key in job.images for steps, value in at_path(node, key) if not is_null(value)]
        types = [((*base, *steps), instance_type(value, api)) for key in job.instances for steps, value in at_path(node, key) if not is_null(value)]
        by_affinity = not types and api.platform == "kubernetes"
        if by_affinity:
            affinity_steps = (*base, "nodeAffinity")
            types = [(affinity_steps, fact) for _, value in at_path(node, "nodeAffinity")[:1] for fact in nodes_required(value)]
        if not images and not types:
            continue
        no_steps: Steps = ()
        commands = (at_path(node, f"{key.rpartition('.')[0]}.{_ENTRYPOINT}") for key in job.images if "." in key)
        own_command = any(not is_null(value) for values in commands for _, value in values)
        for (image_steps, image), (type_steps, instance) in islice(product(images or [(no_steps, ABSENT)], types or [(no_steps, ABSENT)]), LIMIT):
            yield ImageOnInstance(image, image_steps or type_steps, instance, alternative=by_affinity and len(types) > 1, own_command=own_command)


def model_containers(body: MappingNode, paths: Sequence[str], base: Steps, catalog: Catalog) -> Iterator[ModelContainer]:
    """Yield the containers of a model at the given paths; `base` are the steps to the model."""
    for path in paths:
        for steps, node in at_path(body, path + ".image"):
            if not is_null(node):
                yield ModelContainer(image_of(node, catalog), (*base, *steps))


def instance_type(node: Node | None, api: ApiGroup) -> Fact[InstanceType]:
    """Return the instance type of a field. On HyperPod, `ml.` may be missing, as in node labels."""
    if node is None or is_null(node):
        return ABSENT
    text = field_text(node)
    if text is None:
        return unknown()
    return node_instance_fact(text) if api.platform == "kubernetes" else instance_fact(text)


def first_instance_type(body: MappingNode, path: str, api: ApiGroup) -> tuple[Fact[InstanceType], Steps]:
    """Return the first instance type at a path, with the steps to it."""
    for steps, node in at_path(body, path):
        return instance_type(node, api), steps
    return ABSENT, ()


def inference_ami_version(use: ModelUse | None, api: ApiGroup) -> Fact[str]:
    """Return the machine image of a production variant; unknown if its API has no field for it, because SageMaker then chooses one."""
    if use is None:
        return unknown() if not api.ami else ABSENT
    version = stated(use.body.get("inferenceAmiVersion") or use.body.get("inferenceAMIVersion"))
    return unknown() if version.absent and not api.ami else version


def stated_region(api_object: KubernetesObject, api: ApiGroup, namespace_regions: Mapping[str, Fact[str]]) -> Fact[str]:
    """Return the Region that an object states in its parameters, in an annotation, or in an annotation of its namespace."""
    for root, _ in parameters(api_object, api):
        for path in api.region:
            for _, node in at_path(root, path)[:1]:
                if not is_null(node):
                    return stated(node)
    if api.region:
        return ABSENT
    own = stated(api_object.annotation(ACK_REGION))
    return own if not own.absent else namespace_regions.get(api_object.namespace or "", ABSENT)


def is_stated(block: Node | None) -> bool:
    """Return whether a block is present: not null, and not one of Crossplane's lists without blocks."""
    content = resolve(block)
    if isinstance(content, SequenceNode):
        return any(not is_null(item) for item in content.items)
    return not is_null(block)

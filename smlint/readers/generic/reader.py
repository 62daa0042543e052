"""Configurations of no known format: an image in an ECR registry and an `ml.*` instance type that belong together.

Nothing is known of such a file but what its keys and values tell, so each doubt is decided for silence: an image whose hardware is
uncertain has none, and a Region or a framework that may mean something else is not taken.
"""

from __future__ import annotations

from collections.abc import Iterator

from smlint.images.catalog import Catalog
from smlint.images.instances import InstanceTypeStatus
from smlint.images.regions import RegionTable
from smlint.model.deployment import Deployment, DocumentReading, Kind, Problem
from smlint.model.facts import ABSENT, Fact, known, unknown
from smlint.model.images import Image, InstanceType
from smlint.model.text import Text
from smlint.readers.common import image_fact, instance_fact, mapping_of, pointer, region_fact, stated, text_of
from smlint.readers.generic.declared import declared, unquoted
from smlint.readers.generic.image_texts import image_text
from smlint.readers.generic.keywords import ESTIMATOR_KEYS, NAME_KEYS, REGION_HOLDERS, is_elsewhere, is_region_key, kind_beside, kind_of
from smlint.readers.generic.pairing import Level, Pair, find_pairs, is_ecr, side_kind
from smlint.readers.reader import ReadContext, Reader, without_context
from smlint.syntax import Document, Mapping, Node, Scalar, merged, resolve, walk

FORMAT = "generic"

_PURPOSES = {
    Kind.ENDPOINT: "hosting", Kind.TRAINING: "training", Kind.PROCESSING: "processing", Kind.TRANSFORM: "transform", Kind.CLUSTER: "cluster",
}  # fmt: skip
_KIND_OF_SCOPE = {"inference": Kind.ENDPOINT, "training": Kind.TRAINING, "processing": Kind.PROCESSING}

# Keys that only an answer of a service or a saved state has: such a file is not written by hand, and must not be edited.
_ANSWERS = frozenset({
    "ResponseMetadata", "CreationTime", "LastModifiedTime", "creationTime", "lastModifiedTime", "createdAt", "terraform_version",
    "TrainingJobStatus", "ProcessingJobStatus", "TransformJobStatus", "EndpointStatus", "ModelArn", "EndpointConfigArn",
    "TrainingJobArn", "ProcessingJobArn", "TransformJobArn", "EndpointArn",
})  # fmt: skip


def claims(document: Document) -> bool:
    """An ECR image and an `ml.*` instance type are in it, and it is no JSON Schema and no Kubernetes object of others."""
    root = mapping_of(document.root)
    if root is not None and _is_foreign(root):
        return False
    image = instance = False
    for node in walk(document.root):
        if isinstance(node, Scalar):
            value = node.value
            if not instance and value.startswith("ml."):
                instance = True
            elif not image and ".dkr" in value:
                image = is_ecr(value)
            if image and instance:
                return bool(find_pairs(document.root).pairs)
    return False


def read(document: Document, environment: ReadContext) -> DocumentReading:
    """The deployments of an ad-hoc configuration: every pair of image and instance type."""
    found = find_pairs(document.root, environment.catalog.regions.__contains__)
    deployments: list[Deployment] = []
    problems: list[Problem] = []
    for pair in found.pairs:
        made = list(_deployments(found.levels, pair, environment))
        deployments += made
        if made:
            problems += unquoted(_entries_beside(found.levels, pair), made[0].pointer, made[0].resource)
    return DocumentReading(FORMAT, tuple(deployments), tuple(dict.fromkeys(problems)))


def _is_foreign(root: Mapping) -> bool:
    schema = resolve(root.get("$schema"))
    if isinstance(schema, Scalar) and "json-schema.org" in schema.value:
        return True
    version = resolve(root.get("apiVersion"))
    return isinstance(version, Scalar) and root.get("kind") is not None and "sagemaker" not in version.value


def _deployments(levels: list[Level], pair: Pair, environment: ReadContext) -> Iterator[Deployment]:
    same_folder = _entries_beside(levels, pair)
    above = _steps(levels, pair.image.level)
    fixable = not any(_ANSWERS & levels[index].entries.keys() for index in _upwards(levels, pair.common))
    holder = levels[pair.image.level].entries
    resource = _resource(levels, pair)
    for image_node, image_steps in pair.image.nodes:
        text = image_text(image_node, holder)
        image = image_fact(text, environment.catalog)
        stated_region = _region(levels, pair, environment.catalog.regions)
        if image_steps[1:] and not stated_region.known:  # a mapping of images by Region
            stated_region = known(str(image_steps[1]))
        facts = declared(same_folder, image.get())
        for instance_node, _ in pair.instance.nodes:
            instance_type = _instance_type(text_of(instance_node))
            kind, certain = _kind(levels, pair, facts.image_scope, image.get(), instance_type, environment.catalog)
            yield Deployment(
                format=FORMAT,
                kind=kind,
                resource=resource,
                pointer=pointer(*above, *image_steps),
                image=image,
                instance_type=instance_type,
                region=region_fact(stated_region, environment, image),
                framework=facts.framework,
                framework_version=facts.framework_version,
                py_version=facts.py_version,
                image_scope=facts.image_scope if certain else _own_scope(image),
                libraries=facts.libraries,
                platform="kubernetes" if kind is Kind.CLUSTER else "sagemaker",
                anchor=text,
                fixable=fixable,
            )


def _instance_type(text: Text | None) -> Fact[InstanceType]:
    """An instance type of SageMaker. Without `ml.` it may be one of EC2: unknown."""
    fact = instance_fact(text)
    found = fact.get()
    return fact if found is not None and found.name.startswith("ml.") else unknown(text)


def _own_scope(image: Fact[Image]) -> Fact[str]:
    """The scope that the image itself tells, where nothing else does for certain: so it cannot be the wrong one."""
    found = image.get()
    return known(found.scope, image.text, "image") if found is not None and found.scope is not None else ABSENT


def _kind(
    levels: list[Level], pair: Pair, scope: Fact[str], image: Image | None, instance_type: Fact[InstanceType], catalog: Catalog
) -> tuple[Kind, bool]:
    """What runs there, and whether the file says so for certain: by its keys, else by the image, else an endpoint.

    Where it is uncertain and the instance type is none of that kind, it is taken for the kind that has it.
    """
    told = _told_kind(levels, pair)
    if told is not None and told[1]:
        return told
    declared_scope = scope.get()
    if declared_scope is not None:
        return _KIND_OF_SCOPE.get(declared_scope, Kind.ENDPOINT), True
    kind = told[0] if told is not None else _KIND_OF_SCOPE.get(image.scope or "" if image is not None else "", Kind.ENDPOINT)
    found = instance_type.get()
    known_type = InstanceTypeStatus.KNOWN
    if found is not None and catalog.instance_types.status(found.name, _PURPOSES[kind]) is not known_type:
        for other, purpose in _PURPOSES.items():
            if catalog.instance_types.status(found.name, purpose) is known_type:
                return other, False
    return kind, False


def _told_kind(levels: list[Level], pair: Pair) -> tuple[Kind, bool] | None:
    """What the keys tell: those of the instance type, those of the image, what stands beside them, then those above."""
    for field in (pair.instance, pair.image):
        found = side_kind(levels, pair.common, field)
        if found is not None:
            return found
    for index in dict.fromkeys((pair.instance.level, pair.image.level, pair.common)):
        found = kind_beside(levels[index].entries)
        if found is not None:
            return found
    for index in _upwards(levels, pair.common):
        found = kind_of(levels[index].key)
        if found is not None:
            return found[0], found[1] and index == pair.common
    return None


def _region(levels: list[Level], pair: Pair, regions: RegionTable) -> Fact[str]:
    """The Region that is stated beside the pair or above it, the nearest; unknown where that is no Region's name, or there are two."""
    below = {fact.get() or "": fact for field in (pair.instance, pair.image) for fact in _regions_between(levels, field.level, pair.common, regions)}
    if len(below) > 1:
        return unknown()
    for fact in below.values():
        return fact
    for index in _upwards(levels, pair.common):
        found = _region_at(levels[index], regions)
        if found is not None:
            return found
    return ABSENT


def _regions_between(levels: list[Level], index: int, common: int, regions: RegionTable) -> Iterator[Fact[str]]:
    while index != common:
        found = _region_at(levels[index], regions)
        if found is not None:
            yield found
        index = levels[index].parent


def _region_at(level: Level, regions: RegionTable) -> Fact[str] | None:
    """The Region that a mapping states: its `region`, that of its `aws`, or its own key where that is a Region. None for none."""
    if not is_elsewhere(level.key):
        for key, node in level.entries.items():
            if is_region_key(key):
                return _as_region(node, regions)
        for key in REGION_HOLDERS:
            holder = mapping_of(level.entries.get(key))
            if holder is not None and holder.get("region") is not None:
                return _as_region(holder.get("region"), regions)
    if level.key in regions:
        return known(level.key)
    return None


def _as_region(node: Node | None, regions: RegionTable) -> Fact[str]:
    fact = stated(node)
    return fact if fact.known and fact.value in regions else unknown(fact.text)


def _entries_beside(levels: list[Level], pair: Pair) -> list[dict[str, Node]]:
    """The mappings that hold the image and the instance type, and those between them and the common one, the nearest to the image first."""
    indices: dict[int, None] = {}
    for field in (pair.image, pair.instance):
        index = field.level
        while index != pair.common:
            indices[index] = None
            index = levels[index].parent
    found = [levels[index].entries for index in (*indices, pair.common)]
    for entries in list(found):
        for key in ESTIMATOR_KEYS:
            options = mapping_of(entries.get(key))
            if options is not None:
                found.append(dict(merged(options)))
    return found


def _resource(levels: list[Level], pair: Pair) -> str:
    """The name beside the image, or between it and the common mapping; else the keys that lead to the image."""
    index = pair.image.level
    while True:
        for key in NAME_KEYS:
            text = text_of(levels[index].entries.get(key))
            if text is not None and text.known and text.value:
                return text.value
        if index == pair.common:
            break
        index = levels[index].parent
    return ".".join(map(str, (*_steps(levels, pair.image.level), pair.image.key)))


def _upwards(levels: list[Level], index: int) -> Iterator[int]:
    while index >= 0:
        yield index
        index = levels[index].parent


def _steps(levels: list[Level], index: int) -> tuple[str | int, ...]:
    """The steps from the root to a level."""
    found: tuple[str | int, ...] = ()
    for at in _upwards(levels, index):
        found = levels[at].steps + found
    return found


READER = Reader(without_context(claims), read)

"""Read ad-hoc configurations of no known format: an ECR image and an `ml.*` instance type that belong together.

Only keys and values show what such a file means, so in doubt, smlint reports nothing: it pairs an image only with hardware that certainly
belongs to it, and ignores a Region or framework that may mean something else.
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
from smlint.readers.generic.declared import declarations, unquoted_versions
from smlint.readers.generic.image_texts import image_text
from smlint.readers.generic.keywords import (
    ESTIMATOR_KEYS,
    NAME_KEYS,
    REGION_HOLDERS,
    KindHint,
    is_other_service,
    is_region_key,
    kind_of,
    kind_of_siblings,
)
from smlint.readers.generic.pairing import MappingLevel, Pair, find_pairs, is_ecr, kind_of_field
from smlint.readers.reader import ReadContext, Reader, without_context
from smlint.syntax import Document, Mapping, Node, Scalar, Steps, merged, resolve, walk

FORMAT = "generic"

_PURPOSES = {
    Kind.ENDPOINT: "hosting", Kind.TRAINING: "training", Kind.PROCESSING: "processing", Kind.TRANSFORM: "transform", Kind.CLUSTER: "cluster",
}  # fmt: skip
_KIND_OF_SCOPE = {"inference": Kind.ENDPOINT, "training": Kind.TRAINING, "processing": Kind.PROCESSING}

# Keys that only a service response or a saved state has: nobody writes or edits such a file.
_RESPONSE_KEYS = frozenset({
    "ResponseMetadata", "CreationTime", "LastModifiedTime", "creationTime", "lastModifiedTime", "createdAt", "terraform_version",
    "TrainingJobStatus", "ProcessingJobStatus", "TransformJobStatus", "EndpointStatus", "ModelArn", "EndpointConfigArn",
    "TrainingJobArn", "ProcessingJobArn", "TransformJobArn", "EndpointArn",
})  # fmt: skip


def claims(document: Document) -> bool:
    """Return whether a document pairs an ECR image with an `ml.*` instance type, and is not a JSON Schema or an unrelated Kubernetes object."""
    root = mapping_of(document.root)
    if root is not None and _is_other_format(root):
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


def read(document: Document, context: ReadContext) -> DocumentReading:
    """Read the deployments of an ad-hoc configuration: every pair of image and instance type."""
    pairings = find_pairs(document.root, context.catalog.regions.__contains__)
    deployments: list[Deployment] = []
    problems: list[Problem] = []
    for pair in pairings.pairs:
        of_pair = list(_deployments(pairings.levels, pair, context))
        deployments += of_pair
        if of_pair:
            problems += unquoted_versions(_surrounding_entries(pairings.levels, pair), of_pair[0].pointer, of_pair[0].resource)
    return DocumentReading(FORMAT, tuple(deployments), tuple(dict.fromkeys(problems)))


def _is_other_format(root: Mapping) -> bool:
    schema = resolve(root.get("$schema"))
    if isinstance(schema, Scalar) and "json-schema.org" in schema.value:
        return True
    version = resolve(root.get("apiVersion"))
    return isinstance(version, Scalar) and root.get("kind") is not None and "sagemaker" not in version.value


def _deployments(levels: list[MappingLevel], pair: Pair, context: ReadContext) -> Iterator[Deployment]:
    """Yield a deployment for every image and every instance type of a pair."""
    surrounding = _surrounding_entries(levels, pair)
    steps_to_holder = _steps(levels, pair.image.level)
    fixable = not any(_RESPONSE_KEYS & levels[index].entries.keys() for index in _upwards(levels, pair.common))
    holder = levels[pair.image.level].entries
    resource = _resource_name(levels, pair)
    for image_node, image_steps in pair.image.nodes:
        text = image_text(image_node, holder)
        image = image_fact(text, context.catalog)
        region = _region(levels, pair, context.catalog.regions)
        if image_steps[1:] and not region.known:  # a mapping of images by Region
            region = known(str(image_steps[1]))
        declared = declarations(surrounding, image.get())
        for instance_node, _ in pair.instance.nodes:
            instance_type = _sagemaker_instance_type(text_of(instance_node))
            kind, certain = _kind(levels, pair, declared.image_scope, image.get(), instance_type=instance_type, catalog=context.catalog)
            yield Deployment(
                format=FORMAT,
                kind=kind,
                resource=resource,
                pointer=pointer(*steps_to_holder, *image_steps),
                image=image,
                instance_type=instance_type,
                region=region_fact(region, context, image),
                framework=declared.framework,
                framework_version=declared.framework_version,
                py_version=declared.py_version,
                image_scope=declared.image_scope if certain else _own_scope(image),
                libraries=declared.libraries,
                platform="kubernetes" if kind is Kind.CLUSTER else "sagemaker",
                anchor=text,
                fixable=fixable,
            )


def _sagemaker_instance_type(text: Text | None) -> Fact[InstanceType]:
    """Return a SageMaker instance type. Without `ml.`, it may be an EC2 type: unknown."""
    fact = instance_fact(text)
    instance = fact.get()
    return fact if instance is not None and instance.name.startswith("ml.") else unknown(text)


def _own_scope(image: Fact[Image]) -> Fact[str]:
    """Return the scope of the image if the kind is uncertain, so that no rule reports the scope as wrong."""
    value = image.get()
    return known(value.scope, image.text, "image") if value is not None and value.scope is not None else ABSENT


def _kind(
    levels: list[MappingLevel], pair: Pair, scope: Fact[str], image: Image | None, *, instance_type: Fact[InstanceType], catalog: Catalog
) -> KindHint:
    """Return what runs: according to the keys, or else the image, or else an endpoint.

    If that is uncertain and the instance type does not exist for the kind, the result is the kind for which it exists.
    """
    hint = _kind_from_keys(levels, pair)
    if hint is not None and hint.certain:
        return hint
    declared_scope = scope.get()
    if declared_scope is not None:
        return KindHint(_KIND_OF_SCOPE.get(declared_scope, Kind.ENDPOINT), certain=True)
    kind = hint.kind if hint is not None else _KIND_OF_SCOPE.get(image.scope or "" if image is not None else "", Kind.ENDPOINT)
    instance = instance_type.get()
    known_type = InstanceTypeStatus.KNOWN
    if instance is not None and catalog.instance_types.status(instance.name, _PURPOSES[kind]) is not known_type:
        for other, purpose in _PURPOSES.items():
            if catalog.instance_types.status(instance.name, purpose) is known_type:
                return KindHint(other, certain=False)
    return KindHint(kind, certain=False)


def _kind_from_keys(levels: list[MappingLevel], pair: Pair) -> KindHint | None:
    """Return what the keys say: those of the instance type and the image, then those next to them, then those above."""
    for field in (pair.instance, pair.image):
        hint = kind_of_field(levels, pair.common, field)
        if hint is not None:
            return hint
    for index in dict.fromkeys((pair.instance.level, pair.image.level, pair.common)):
        hint = kind_of_siblings(levels[index].entries)
        if hint is not None:
            return hint
    for index in _upwards(levels, pair.common):
        hint = kind_of(levels[index].key)
        if hint is not None:
            return KindHint(hint.kind, hint.certain and index == pair.common)
    return None


def _region(levels: list[MappingLevel], pair: Pair, regions: RegionTable) -> Fact[str]:
    """Return the nearest Region stated next to the pair or above it; unknown if that is not a Region, or there are two."""
    below = {fact.get() or "": fact for field in (pair.instance, pair.image) for fact in _regions_below(levels, field.level, pair.common, regions)}
    if len(below) > 1:
        return unknown()
    for fact in below.values():
        return fact
    for index in _upwards(levels, pair.common):
        region = _stated_region(levels[index], regions)
        if region is not None:
            return region
    return ABSENT


def _regions_below(levels: list[MappingLevel], index: int, common: int, regions: RegionTable) -> Iterator[Fact[str]]:
    """Yield the Regions stated from a level up to, but not in, the common mapping."""
    while index != common:
        region = _stated_region(levels[index], regions)
        if region is not None:
            yield region
        index = levels[index].parent


def _stated_region(level: MappingLevel, regions: RegionTable) -> Fact[str] | None:
    """Return the Region that a mapping states: its `region`, the `region` in its `aws`, or its own key if that is a Region."""
    if not is_other_service(level.key):
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


def _surrounding_entries(levels: list[MappingLevel], pair: Pair) -> list[dict[str, Node]]:
    """Return the entries of the mappings from the image and the instance type up to the common one, the nearest to the image first."""
    indexes: dict[int, None] = {}
    for field in (pair.image, pair.instance):
        index = field.level
        while index != pair.common:
            indexes[index] = None
            index = levels[index].parent
    surrounding = [levels[index].entries for index in (*indexes, pair.common)]
    for entries in list(surrounding):
        for key in ESTIMATOR_KEYS:
            options = mapping_of(entries.get(key))
            if options is not None:
                surrounding.append(dict(merged(options)))
    return surrounding


def _resource_name(levels: list[MappingLevel], pair: Pair) -> str:
    """Return the name next to the image, or between it and the common mapping; otherwise the keys that lead to the image."""
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


def _upwards(levels: list[MappingLevel], index: int) -> Iterator[int]:
    """Yield the index of a level and of all levels above it."""
    while index >= 0:
        yield index
        index = levels[index].parent


def _steps(levels: list[MappingLevel], index: int) -> Steps:
    """Return the steps from the root to a level."""
    steps: Steps = ()
    for above in _upwards(levels, index):
        steps = levels[above].steps + steps
    return steps


READER = Reader(without_context(claims), read)

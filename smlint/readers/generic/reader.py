"""Read ad-hoc configurations of no known format: an ECR image and an `ml.*` instance type that belong together.

Only keys and values show what such a file means, so in doubt, smlint reports nothing: it pairs an image only with hardware that certainly
belongs to it, and ignores a Region or framework that may mean something else.
"""

from __future__ import annotations

from collections.abc import Iterator

from smlint.model.deployment import Deployment, DocumentReading, Kind, Problem
from smlint.model.facts import ABSENT, Fact, known, unknown
from smlint.model.images import Image, InstanceType
from smlint.model.text import Text
from smlint.readers.common import image_fact, instance_fact, mapping_of, mentions_ecr, pointer, region_fact, text_of
from smlint.readers.generic import terraform
from smlint.readers.generic.declared import declarations, unquoted_versions
from smlint.readers.generic.foreign import BUILD_KEYS, is_build, is_foreign, is_past_run, is_test_case, names_model_package, runs_elsewhere
from smlint.readers.generic.image_texts import image_text
from smlint.readers.generic.keywords import (
    ESTIMATOR_KEYS,
    NAME_KEYS,
)
from smlint.readers.generic.kinds import kind_of_pair, other_use_of_image
from smlint.readers.generic.levels import MappingLevel, Pair, upwards
from smlint.readers.generic.pairing import Pairings, find_pairs, is_ecr
from smlint.readers.generic.recordings import is_local_service, is_recorded
from smlint.readers.generic.refused import is_refused
from smlint.readers.generic.region import StatedRegions
from smlint.readers.reader import ReadContext, Reader, without_context
from smlint.syntax import Document, Node, Scalar, Steps, merged, walk

FORMAT = "generic"

# Keys that only a service response or a saved state has: nobody writes or edits such a file.
_RESPONSE_KEYS = frozenset({
    "ResponseMetadata", "CreationTime", "LastModifiedTime", "creationTime", "lastModifiedTime", "createdAt", "terraform_version",
    "TrainingJobStatus", "ProcessingJobStatus", "TransformJobStatus", "EndpointStatus", "ModelArn", "EndpointConfigArn",
    "TrainingJobArn", "ProcessingJobArn", "TransformJobArn", "EndpointArn", "created_at", "updated_at", "updatedAt", "last_modified",
})  # fmt: skip

_NO_NAME = frozenset(",;|*?[](){}^$\\ \t\n")
"""Characters of lists and patterns, which no instance type contains."""


def claims(document: Document) -> bool:
    """Return whether a document pairs an ECR image with an `ml.*` instance type, and does not belong to a tool that deploys nothing."""
    root = mapping_of(document.root)
    if root is not None and is_foreign(root):
        return False
    image = instance = False
    for node in walk(document.root):
        if isinstance(node, Scalar):
            value = node.value
            if not instance and value.startswith("ml."):
                instance = True
            elif not image and mentions_ecr(value):
                image = is_ecr(value)
            if image and instance:
                pairings = find_pairs(document.root, skipped=_skipped_keys(document))
                return any(not pair.overridden for pair in _used(pairings, document))
    return False


def read(document: Document, context: ReadContext) -> DocumentReading:
    """Read the deployments of an ad-hoc configuration: every pair of image and instance type."""
    pairings = find_pairs(document.root, context.catalog.regions.__contains__, _skipped_keys(document))
    regions = StatedRegions(pairings.levels, context.catalog.regions)
    deployments: list[Deployment] = []
    possible: list[Deployment] = []
    problems: list[Problem] = []
    for pair in _used(pairings, document):
        of_pair = list(_deployments(pairings.levels, pair, regions, context))
        if pair.overridden:
            possible += of_pair
            continue
        deployments += of_pair
        if of_pair:
            problems += unquoted_versions(_surrounding_entries(pairings.levels, pair), of_pair[0].pointer, of_pair[0].resource)
    return DocumentReading(FORMAT, tuple(deployments), tuple(dict.fromkeys(problems)), possible=tuple(possible))


def _skipped_keys(document: Document) -> frozenset[str]:
    root = mapping_of(document.root)
    return BUILD_KEYS if root is not None and is_build(root) else frozenset()


def _used(pairings: Pairings, document: Document) -> Iterator[Pair]:
    """Yield the pairs that may be deployed: not those of test cases and past runs, nor of images that run on a developer's machine."""
    levels = pairings.levels
    root = mapping_of(document.root) if pairings.pairs else None
    in_terraform = root is not None and terraform.is_configuration(root)
    unused: dict[int, bool] = {-1: False}  # by level; each is before those inside it
    for index, level in enumerate(levels if pairings.pairs else ()):
        unused[index] = unused[level.parent] or is_test_case(level.entries) or is_past_run(_without_answers(level))
        unused[index] = unused[index] or names_model_package(level.entries) or is_refused(level.entries)
        unused[index] = unused[index] or is_recorded(level.entries) or is_local_service(level.entries)
    for pair in pairings.pairs:
        if in_terraform and not terraform.is_call(levels, pair.common, _steps(levels, pair.common)):
            continue
        if not (unused[pair.image.level] or unused[pair.instance.level] or runs_elsewhere(levels[pair.image.level].entries)):
            yield pair


def _without_answers(level: MappingLevel) -> dict[str, Node]:
    """Return the entries of a mapping; none if it is the answer of a service, which is read but never edited."""
    return {} if _RESPONSE_KEYS & level.entries.keys() else level.entries


def _deployments(levels: list[MappingLevel], pair: Pair, regions: StatedRegions, context: ReadContext) -> Iterator[Deployment]:
    """Yield a deployment for every image and every instance type of a pair."""
    surrounding = _surrounding_entries(levels, pair)
    steps_to_holder = _steps(levels, pair.image.level)
    fixable = not any(_RESPONSE_KEYS & levels[index].entries.keys() for index in upwards(levels, pair.common))
    holder = levels[pair.image.level].entries
    resource = _resource_name(levels, pair)
    for image_node, image_steps in pair.image.nodes:
        text = image_text(image_node, holder)
        image = image_fact(text, context.catalog)
        region = regions.of_pair(pair, image.get())
        if image_steps[1:] and not region.known:  # a mapping of images by Region
            region = known(str(image_steps[1]))
        declared = declarations(surrounding, image.get())
        for instance_node, _ in pair.instance.nodes:
            instance_type = _sagemaker_instance_type(text_of(instance_node))
            kind, certain = kind_of_pair(levels, pair, declared.image_scope, image.get(), instance_type=instance_type, catalog=context.catalog)
            deployment = Deployment(
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
            other = other_use_of_image(levels, pair)
            if other is None:
                yield deployment
            else:
                alone = Deployment(FORMAT, deployment.kind, resource, pointer(*steps_to_holder, *image_steps))
                yield alone._replace(instance_type=instance_type, region=deployment.region, anchor=instance_type.text, fixable=fixable)
                yield deployment._replace(kind=other, instance_type=ABSENT, image_scope=_own_scope(image))


def _sagemaker_instance_type(text: Text | None) -> Fact[InstanceType]:
    """Return a SageMaker instance type; unknown for a pattern, several types in one text, or a name without `ml.`, which may be of EC2."""
    fact = instance_fact(text)
    instance = fact.get()
    is_one = instance is not None and instance.name.startswith("ml.") and _NO_NAME.isdisjoint(instance.name)
    return fact if is_one else unknown(text)


def _own_scope(image: Fact[Image]) -> Fact[str]:
    """Return the scope of the image if the kind is uncertain, so that no rule reports the scope as wrong."""
    value = image.get()
    return known(value.scope, image.text, "image") if value is not None and value.scope is not None else ABSENT


def _surrounding_entries(levels: list[MappingLevel], pair: Pair) -> list[dict[str, Node]]:
    """Return the entries of the mappings from the image and the instance type up to the common one, the nearest to the image first."""
    indexes: dict[int, None] = {}
    for field in (pair.image, pair.instance):
        index = field.level
        while index not in (pair.common, -1):
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


def _steps(levels: list[MappingLevel], index: int) -> Steps:
    """Return the steps from the root to a level."""
    steps: Steps = ()
    for above in upwards(levels, index):
        steps = levels[above].steps + steps
    return steps


READER = Reader(without_context(claims), read)

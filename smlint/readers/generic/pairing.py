"""Find the images and instance types of an ad-hoc configuration that belong together.

Pairing everything in a file gave 60 false mismatches on one public list of benchmarks. So an image and an instance type are a pair only if
no other pairing is possible: they are in the same mapping, or the nearest mapping that contains both contains no other image or instance
type, with no list in between.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from itertools import islice

from smlint.images.regions import looks_like_region
from smlint.model.deployment import Kind
from smlint.readers.common import GALLERY_PREFIX, mentions_ecr
from smlint.readers.generic.keywords import (
    KindHint,
    image_prefix,
    image_stem,
    instance_stem,
    is_environment,
    is_image_key,
    is_instance_key,
    is_list_of_options,
    is_not_deployed,
    is_not_run,
    is_other_compute,
    kind_of,
    words_of,
)
from smlint.readers.generic.levels import CandidateField, MappingLevel, Pair, levels_of, upwards
from smlint.readers.generic.overrides import with_overrides
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Mapping, Node, Scalar, Sequence, Steps, merged, resolve

REACH = 2
"""How many levels the mappings of the image and the instance type may be below their common mapping."""

_MAX_KEPT = 16  # unpaired fields of a level that are remembered
_INHERITING_REACH = 8  # levels above an instance type that an image may be inherited from
_MAX_INHERITING = 100  # possible pairs of a document by inheritance
_DOTS = 2  # dots in ml.c5.xlarge
_SIZES = ("large", "medium", "small", "metal")
_MAX_TYPE_LENGTH = 64
_MAX_URI_LENGTH = 1000  # ECR allows 256 characters for a repository and 128 for a tag
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".ico", ".bmp", ".tif", ".tiff", ".iso", ".img", ".ami")


class Pairings(NamedTuple):
    """All mappings of a document, each before those inside it, and the pairs, ordered by the mapping and key of their image."""

    levels: list[MappingLevel]
    pairs: list[Pair]


class _UnpairedFields:
    """The number of unpaired images, or instance types, at and below a level, and the first few with their distance to the level."""

    __slots__ = ("count", "fields")

    def __init__(self) -> None:
        self.count = 0
        self.fields: list[tuple[CandidateField, int]] = []

    @property
    def only(self) -> tuple[CandidateField, int] | None:
        """The field and its distance, if there is exactly one."""
        return self.fields[0] if self.count == 1 and self.fields else None

    def add(self, field: CandidateField, distance: int) -> None:
        self.count += 1
        if len(self.fields) < _MAX_KEPT:
            self.fields.append((field, distance))

    def remove(self, field: CandidateField) -> None:
        self.fields = [(other, distance) for other, distance in self.fields if other is not field]
        self.count -= 1

    def pass_up(self, above: _UnpairedFields, level: MappingLevel) -> None:
        """Add the remaining fields to the level above. Fields inside a list are out of reach there, but count.

        Environment variables are for the program in a container, so they belong to no image outside.
        """
        fields = self.fields
        if is_environment(level.key) and not level.in_list:
            fields = [(field, distance) for field, distance in fields if not (distance == 0 and field.key.isupper())]
        above.count += self.count - (len(self.fields) - len(fields))
        room = _MAX_KEPT - len(above.fields)
        above.fields += [(field, REACH + 1 if level.in_list else distance + 1) for field, distance in fields[:room]]


def is_ecr(value: str) -> bool:
    """Return whether a string is an image in an ECR registry: a host with `.dkr.ecr` (or `.dkr-ecr`) and a repository, without blanks.

    An image in AWS's public gallery counts too.
    """
    if len(value) > _MAX_URI_LENGTH or not mentions_ecr(value):
        return False
    host, slash, repository = value.strip().partition("/")
    is_host = ".dkr.ecr" in host or ".dkr-ecr." in host or value.strip().startswith(GALLERY_PREFIX)
    if not slash or not repository or not is_host or "*" in value or "://" in value:
        return False
    return not any(character.isspace() for character in value.strip().replace("{{ ", "{{").replace(" }}", "}}"))


def is_instance_type(key: str, value: str) -> bool:
    """Return whether a string is a SageMaker instance type: by its form, or by its prefix if the key names an instance type."""
    if not value.startswith("ml.") or len(value) > _MAX_TYPE_LENGTH or any(c.isspace() for c in value):
        return False
    size = value.rpartition(".")[2]
    return is_instance_key(key) or (value.count(".") == _DOTS and any(word in size for word in _SIZES))


def find_pairs(
    root: Node | None, is_region: Callable[[str], bool] = looks_like_region, skipped: Container[str] = ()
) -> Pairings:
    """Find the pairs of a document. An image without an instance type is ignored, because nothing shows that it is deployed.

    The values of `skipped` keys are ignored.
    """
    levels = levels_of(root, skipped)
    pairs: list[Pair] = []
    fields: dict[int, list[CandidateField]] = {}
    all_instances: list[CandidateField] = []
    possible: list[Pair] = []
    unpaired = [(_UnpairedFields(), _UnpairedFields()) for _ in levels]
    children: dict[int, list[int]] = {}
    for index in range(len(levels) - 1, -1, -1):  # inner levels first
        level = levels[index]
        images: list[CandidateField] = []
        instances: list[CandidateField] = []
        for key, node in level.entries.items():
            kind, field = _candidate(levels, index, key, node, is_region)
            if field is not None:
                (images if kind == "image" else instances).append(field)
        if level.template:  # it may be deployed itself, too: `dev: &dev {...}`
            possible += [pair._replace(overridden=True) for pair in pair_siblings(levels, images, instances)]
            images, instances = [], []
        unpaired_images, unpaired_instances = unpaired[index]
        if images or instances:
            fields[index] = [*images, *instances]
            all_instances += instances
            pairs += pair_siblings(levels, images, instances)
            below = [(levels[child], unpaired[child][1]) for child in children.get(index, ()) if not levels[child].in_list]
            pairs += _pair_by_prefix(images, unpaired_instances, below, index)
            for field in images:
                unpaired_images.add(field, 0)
            for field in instances:
                unpaired_instances.add(field, 0)
        pair = _only_pair(levels, index, unpaired_images, unpaired_instances)
        if pair is not None:
            pairs.append(pair)
            unpaired[index] = (_UnpairedFields(), _UnpairedFields())
        elif level.parent >= 0:
            unpaired_images.pass_up(unpaired[level.parent][0], level)
            unpaired_instances.pass_up(unpaired[level.parent][1], level)
        children.setdefault(level.parent, []).append(index)
    pairs = with_overrides(levels, pairs, fields)
    pairs += possible
    pairs += list(islice(_inheriting(levels, pairs, all_instances), _MAX_INHERITING))
    pairs.sort(key=lambda pair: (pair.image.level, pair.image.key))
    return Pairings(levels, [pair for pair in pairs if pair.image.nodes])


def _inheriting(levels: list[MappingLevel], pairs: list[Pair], instances: list[CandidateField]) -> Iterator[Pair]:
    """Yield the pairs that may exist because an instance type further inside inherits the image: `variants: [{instance_type: ml.m5.large}]`."""
    paired = {(pair.instance.level, pair.instance.key) for pair in pairs}
    by_level: dict[int, list[Pair]] = {}
    for pair in pairs:
        if not pair.overridden:
            by_level.setdefault(pair.common, []).append(pair)
    for field in instances if by_level else ():
        if (field.level, field.key) not in paired:
            for index in islice(upwards(levels, levels[field.level].parent), _INHERITING_REACH):
                yield from (pair._replace(instance=field, overridden=True) for pair in by_level.get(index, ()))


def _candidate(
    levels: list[MappingLevel], index: int, key: str, node: Node, is_region: Callable[[str], bool]
) -> tuple[str, CandidateField | None]:
    """Return `image` or `instance` and the field, if an entry of a level contains one."""
    content = resolve(node)
    if isinstance(content, Scalar):
        if is_ecr(content.value) and (is_not_run(key) or _runs_elsewhere(levels[index])):
            return "", None
        return _scalar_candidate(levels, index, key, node, content)
    if isinstance(content, Sequence):
        texts = [item.value if isinstance(item, Scalar) else "" for item in map(resolve, content.items)]
        if any(is_instance_type(key, text) for text in texts) and all(texts) and not is_not_deployed(key) and not is_list_of_options(key):
            return "instance", CandidateField(index, key, tuple((item, (key, number)) for number, item in enumerate(content.items)))
        if is_image_key(key) and any(texts):
            return "image", CandidateField(index, key, ())
    elif isinstance(content, Mapping) and content.tag is None and not is_not_deployed(key):
        images = _images_by_region(content, key, is_region)
        if images:
            return "image", CandidateField(index, key, images)
    return "", None


def _runs_elsewhere(level: MappingLevel) -> bool:
    """Return whether a mapping has no SageMaker hardware: it describes a build, a copy, or what another service runs (`ecs: {image: ...}`)."""
    return (is_not_run(level.key) or is_other_compute(level.key)) and not any(map(is_instance_key, level.entries))


def _scalar_candidate(levels: list[MappingLevel], index: int, key: str, node: Node, scalar: Scalar) -> tuple[str, CandidateField | None]:
    value = scalar.value
    if scalar.tag is None and is_ecr(value):
        if not is_not_deployed(key):
            return "image", CandidateField(index, key, ((node, (key,)),))
    elif is_instance_type(key, value) or is_instance_key(key) or (key == "type" and levels[index].key == "instance"):
        if not is_not_deployed(key) and not is_list_of_options(key):
            return "instance", CandidateField(index, key, ((node, (key,)),))
    elif is_image_key(key) and not is_not_deployed(key) and not value.lower().endswith(_PICTURES):
        return "image", CandidateField(index, key, ())
    return "", None


def _images_by_region(mapping: Mapping, key: str, is_region: Callable[[str], bool]) -> tuple[tuple[Node, Steps], ...]:
    """Return the images of a mapping whose keys are all Regions; empty for any other mapping."""
    images: list[tuple[Node, Steps]] = []
    for region, node in merged(mapping):
        scalar = resolve(node)
        if not (looks_like_region(region) and is_region(region)) or not isinstance(scalar, Scalar) or not is_ecr(scalar.value):
            return ()
        images.append((node, (key, region)))
    return tuple(images)


def pair_siblings(levels: list[MappingLevel], images: list[CandidateField], instances: list[CandidateField]) -> list[Pair]:
    """Pair the fields of one mapping, and remove them from the lists.

    If there are several, keys with the same stem belong together (`training_image`, `training_instance_type`). If one image and one instance
    type remain, they belong together too.
    """
    pairs: list[Pair] = []
    if len(images) > 1 or len(instances) > 1:
        for image in list(images):
            stem = image_stem(image.key)
            if not stem:
                continue
            same = [field for field in instances if instance_stem(field.key) == stem]
            if len(same) == 1 and sum(image_stem(field.key) == stem for field in images) == 1:
                pairs.append(Pair(image, same[0], image.level))
                images.remove(image)
                instances.remove(same[0])
    if len(images) == 1 and len(instances) == 1 and _may_belong_together(levels, images[0].level, images[0], instances[0]):
        pairs.append(Pair(images[0], instances[0], images[0].level))
        images.clear()
        instances.clear()
    return pairs


def _pair_by_prefix(
    images: list[CandidateField], instances: _UnpairedFields, below: list[tuple[MappingLevel, _UnpairedFields]], index: int
) -> list[Pair]:
    """Pair images with the only instance type in the mapping of the same prefix, and remove both from the lists.

    `processing_image_uri` and `processing_input: {InstanceType: ml.m5.large}` belong together where the mapping holds several images.
    """
    pairs: list[Pair] = []
    prefixes = [image_prefix(field.key) for field in images]
    if len(images) < 2:
        return pairs
    for image, prefix in list(zip(images, prefixes, strict=True)):
        if not prefix or prefixes.count(prefix) > 1:
            continue
        named = [only for level, fields in below if words_of(level.key)[: len(prefix)] == prefix and (only := fields.only) is not None]
        if len(named) == 1 and named[0][1] < REACH and any(field is named[0][0] for field, _ in instances.fields):
            instance = named[0][0]
            pairs.append(Pair(image, instance, index))
            images.remove(image)
            instances.remove(instance)
    return pairs


def _only_pair(levels: list[MappingLevel], index: int, images: _UnpairedFields, instances: _UnpairedFields) -> Pair | None:
    """Return the pair of a level with exactly one unpaired image and one unpaired instance type, both within reach."""
    image, instance = images.only, instances.only
    if image is None or instance is None or image[1] > REACH or instance[1] > REACH:
        return None
    if not _may_belong_together(levels, index, image[0], instance[0]):
        return None
    return Pair(image[0], instance[0], index)


def _may_belong_together(levels: list[MappingLevel], common: int, image: CandidateField, instance: CandidateField) -> bool:
    """Return whether the keys of both, up to the common mapping, do not contradict each other about their use."""
    of_image, of_instance = (kind_of_field(levels, common, field) for field in (image, instance))
    if of_image is None or of_instance is None or of_image.kind == of_instance.kind:
        return True
    kinds = {of_image.kind, of_instance.kind}
    return Kind.CLUSTER in kinds or kinds == {Kind.ENDPOINT, Kind.TRANSFORM}


def kind_of_field(levels: list[MappingLevel], common: int, field: CandidateField) -> KindHint | None:
    """Return what the key of a field, or the nearest key above it, says about its use; excludes the key of the common mapping."""
    hint = kind_of(field.key)
    index = field.level
    while hint is None and index != common and index >= 0:
        hint = kind_of(levels[index].key)
        index = levels[index].parent
    return hint

"""Find the images and instance types of an ad-hoc configuration that belong together.

Pairing everything in a file gave 60 false mismatches on one public list of benchmarks. So an image and an instance type are a pair only if
no other pairing is possible: they are in the same mapping, or the nearest mapping that contains both contains no other image or instance
type, with no list in between.
"""

from __future__ import annotations

from collections.abc import Callable

from smlint.images.regions import looks_like_region
from smlint.model.deployment import Kind
from smlint.readers.generic.keywords import (
    KindHint,
    image_stem,
    instance_stem,
    is_image_key,
    is_instance_key,
    is_list_of_options,
    is_not_deployed,
    kind_of,
)
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Content, Mapping, Node, Scalar, Sequence, Steps, is_merge_key, merged, resolve

REACH = 2
"""How many levels the mappings of the image and the instance type may be below their common mapping."""

_DOTS = 2  # dots in ml.c5.xlarge
_SIZES = ("large", "medium", "small", "metal")
_MAX_TYPE_LENGTH = 64
_MAX_URI_LENGTH = 1000  # ECR allows 256 characters for a repository and 128 for a tag
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".ico", ".bmp", ".tif", ".tiff", ".iso", ".img", ".ami")


class MappingLevel(NamedTuple):
    """A mapping of the document.

    - `parent`: index of the enclosing mapping, -1 for none.
    - `steps`: steps from the enclosing mapping, or from the root.
    - `in_list`: whether one of the steps is an index.
    - `template`: whether other mappings merge this one, so that its values are used there.
    """

    entries: dict[str, Node]
    parent: int
    steps: Steps
    in_list: bool
    template: bool = False

    @property
    def key(self) -> str:
        """The key of the mapping, or of the list that it is an item of."""
        return next((step for step in reversed(self.steps) if isinstance(step, str)), "")


class CandidateField(NamedTuple):
    """An entry with an image or an instance type: its level and key.

    `nodes` are its values, with the steps to each: a single one, the items of a list of instance types, or the images of a mapping by Region.
    An image that is not in ECR has no nodes: it only claims its instance type.
    """

    level: int
    key: str
    nodes: tuple[tuple[Node, Steps], ...]


class Pair(NamedTuple):
    """An image and an instance type that belong together, and the index of the level that contains both."""

    image: CandidateField
    instance: CandidateField
    common: int


class Pairings(NamedTuple):
    """All mappings of a document, each before those inside it, and the pairs, ordered by the mapping and key of their image."""

    levels: list[MappingLevel]
    pairs: list[Pair]


class _UnpairedFields:
    """The number of unpaired images, or instance types, at and below a level; if there is one, its field and its distance to the level."""

    __slots__ = ("count", "distance", "field")

    def __init__(self) -> None:
        self.count = 0
        self.field: CandidateField | None = None
        self.distance = 0

    def add(self, field: CandidateField | None, distance: int, count: int = 1) -> None:
        self.count += count
        self.field, self.distance = field, distance

    def pass_up(self, above: _UnpairedFields, in_list: bool) -> None:
        """Add the remaining fields to the level above. Fields inside a list are out of reach there, but count."""
        if self.count:
            above.add(self.field, REACH + 1 if in_list else self.distance + 1, self.count)


def is_ecr(value: str) -> bool:
    """Return whether a string is an image in an ECR registry: a host with `.dkr.ecr` (or `.dkr-ecr`) and a repository, without blanks."""
    if len(value) > _MAX_URI_LENGTH or ".dkr" not in value:
        return False
    host, slash, repository = value.strip().partition("/")
    if not slash or not repository or not (".dkr.ecr" in host or ".dkr-ecr." in host) or "*" in value or "://" in value:
        return False
    return not any(character.isspace() for character in value.strip().replace("{{ ", "{{").replace(" }}", "}}"))


def is_instance_type(key: str, value: str) -> bool:
    """Return whether a string is a SageMaker instance type: by its form, or by its prefix if the key names an instance type."""
    if not value.startswith("ml.") or len(value) > _MAX_TYPE_LENGTH or any(c.isspace() for c in value):
        return False
    size = value.rpartition(".")[2]
    return is_instance_key(key) or (value.count(".") == _DOTS and any(word in size for word in _SIZES))


def find_pairs(root: Node | None, is_region: Callable[[str], bool] = looks_like_region) -> Pairings:
    """Find the pairs of a document. An image without an instance type is ignored, because nothing shows that it is deployed."""
    levels = _levels(root)
    pairs: list[Pair] = []
    unpaired = [(_UnpairedFields(), _UnpairedFields()) for _ in levels]
    for index in range(len(levels) - 1, -1, -1):  # inner levels first
        level = levels[index]
        images: list[CandidateField] = []
        instances: list[CandidateField] = []
        if not level.template:
            for key, node in level.entries.items():
                kind, field = _candidate(levels, index, key, node, is_region)
                if field is not None:
                    (images if kind == "image" else instances).append(field)
        unpaired_images, unpaired_instances = unpaired[index]
        if images or instances:
            pairs += _pair_siblings(levels, images, instances)
            for field in images:
                unpaired_images.add(field, 0)
            for field in instances:
                unpaired_instances.add(field, 0)
        pair = _only_pair(levels, index, unpaired_images, unpaired_instances)
        if pair is not None:
            pairs.append(pair)
        elif level.parent >= 0:
            unpaired_images.pass_up(unpaired[level.parent][0], level.in_list)
            unpaired_instances.pass_up(unpaired[level.parent][1], level.in_list)
    pairs.sort(key=lambda pair: (pair.image.level, pair.image.key))
    return Pairings(levels, [pair for pair in pairs if pair.image.nodes])


def _levels(root: Node | None) -> list[MappingLevel]:
    """Return every untagged mapping once, each before those inside it. Does not follow aliases; applies merge keys."""
    levels: list[MappingLevel] = []
    templates: set[Content] = set()
    visited: set[Content] = set()
    mappings: list[Mapping] = []
    stack: list[tuple[Node | None, int, Steps, bool]] = [(resolve(root), -1, (), False)]
    while stack:
        node, parent, steps, in_list = stack.pop()
        if not isinstance(node, (Mapping, Sequence)) or node.tag is not None or node in visited:
            continue
        visited.add(node)
        if isinstance(node, Sequence):
            stack.extend((item, parent, (*steps, number), True) for number, item in reversed(list(enumerate(node.items))))
            continue
        entries = dict(merged(node))
        if len(entries) != len(node.items):
            templates.update(_merged_mappings(node))
        mappings.append(node)
        levels.append(MappingLevel(entries, parent, steps, in_list))
        index = len(levels) - 1
        stack.extend((value, index, (key,), False) for key, value in reversed(entries.items()) if not is_not_deployed(key))
    if not templates:
        return levels
    return [level._replace(template=mapping in templates) for level, mapping in zip(levels, mappings, strict=True)]


def _merged_mappings(mapping: Mapping) -> set[Content]:
    """Return the nodes that a mapping merges."""
    nodes: set[Content] = set()
    for key, value in mapping.items:
        if is_merge_key(key):
            target = resolve(value)
            sources = [resolve(item) for item in target.items] if isinstance(target, Sequence) else [target]
            nodes.update(source for source in sources if source is not None)
    return nodes


def _candidate(
    levels: list[MappingLevel], index: int, key: str, node: Node, is_region: Callable[[str], bool]
) -> tuple[str, CandidateField | None]:
    """Return `image` or `instance` and the field, if an entry of a level contains one."""
    content = resolve(node)
    if isinstance(content, Scalar):
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


def _pair_siblings(levels: list[MappingLevel], images: list[CandidateField], instances: list[CandidateField]) -> list[Pair]:
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


def _only_pair(levels: list[MappingLevel], index: int, images: _UnpairedFields, instances: _UnpairedFields) -> Pair | None:
    """Return the pair of a level with exactly one unpaired image and one unpaired instance type, both within reach."""
    image, instance = images.field, instances.field
    if images.count != 1 or instances.count != 1 or image is None or instance is None:
        return None
    if images.distance > REACH or instances.distance > REACH or not _may_belong_together(levels, index, image, instance):
        return None
    return Pair(image, instance, index)


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

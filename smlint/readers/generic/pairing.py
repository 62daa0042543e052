"""Which image and which instance type of an ad-hoc configuration belong together.

Pairing by file gave 60 false mismatches on one public list of benchmarks; so an image and an instance type are a pair only when nothing
else could be meant: they stand side by side, or the nearest mapping that holds both holds no other of either, and no list is between.
"""

from __future__ import annotations

from collections.abc import Callable

from smlint.images.regions import looks_like_region
from smlint.model.deployment import Kind
from smlint.readers.generic.keywords import image_stem, instance_stem, is_aside, is_choice, is_image_key, is_instance_key, kind_of
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Mapping, Node, Scalar, Sequence, is_merge_key, merged, resolve

REACH = 2
"""How many levels below their common mapping the mappings may be that hold the image and the instance type."""

_DOTS = 2  # dots in ml.c5.xlarge
_SIZES = ("large", "medium", "small", "metal")
_LONGEST_TYPE = 64
_LONGEST = 1000  # characters of a value that may be a URI: ECR allows 256 for a repository and 128 for a tag
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".ico", ".bmp", ".tif", ".tiff", ".iso", ".img", ".ami")


class Level(NamedTuple):
    """A mapping of the document: its entries, and how it is reached from the mapping around it.

    `parent` is the index of that mapping, -1 for none; `steps` lead from there (or from the root) to here; `in_list` tells whether one of
    them is an index. `template` is True for a mapping that others merge: what it holds is used there.
    """

    entries: dict[str, Node]
    parent: int
    steps: tuple[str | int, ...]
    in_list: bool
    template: bool

    @property
    def key(self) -> str:
        """The key under which the mapping, or the list that it is an element of, stands."""
        return next((step for step in reversed(self.steps) if isinstance(step, str)), "")


class CandidateField(NamedTuple):
    """An entry that holds an image or an instance type: in which level, under which key.

    `nodes` are its values with the steps to each: one, or those of a list of instance types, or of a mapping of images by Region.
    An image that is no ECR image has none: it only takes the instance type that belongs to it.
    """

    level: int
    key: str
    nodes: tuple[tuple[Node, tuple[str | int, ...]], ...]


class Pair(NamedTuple):
    """An image and an instance type that belong together, and the level that holds both."""

    image: CandidateField
    instance: CandidateField
    common: int


class Pairings(NamedTuple):
    """All mappings of a document, each before those within it, and the pairs in the order of the mappings that hold their images."""

    levels: list[Level]
    pairs: list[Pair]


class _Side:
    """The unpaired images, or instance types, at and below one level: how many, and the one if it is one, with how far below it is."""

    __slots__ = ("count", "distance", "field")

    def __init__(self) -> None:
        self.count = 0
        self.field: CandidateField | None = None
        self.distance = 0

    def add(self, field: CandidateField | None, distance: int, count: int = 1) -> None:
        self.count += count
        self.field, self.distance = field, distance

    def pass_up(self, above: _Side, in_list: bool) -> None:
        """Count what is left for the level above; from within a list nothing can be paired there, but it is counted all the same."""
        if self.count:
            above.add(self.field, REACH + 1 if in_list else self.distance + 1, self.count)


def is_ecr(value: str) -> bool:
    """Whether a string is an image in an ECR registry: a host with `.dkr.ecr` (or `.dkr-ecr`), a repository, no blanks within."""
    if len(value) > _LONGEST or ".dkr" not in value:
        return False
    host, slash, repository = value.strip().partition("/")
    if not slash or not repository or not (".dkr.ecr" in host or ".dkr-ecr." in host) or "*" in value or "://" in value:
        return False
    return not any(character.isspace() for character in value.strip().replace("{{ ", "{{").replace(" }}", "}}"))


def is_instance_type(key: str, value: str) -> bool:
    """Whether a string is an instance type of SageMaker: by its form, or by its start under a key that says so."""
    if not value.startswith("ml.") or len(value) > _LONGEST_TYPE or any(c.isspace() for c in value):
        return False
    size = value.rpartition(".")[2]
    return is_instance_key(key) or (value.count(".") == _DOTS and any(word in size for word in _SIZES))


def find_pairs(root: Node | None, is_region: Callable[[str], bool] = looks_like_region) -> Pairings:
    """The pairs of a document. An image without an instance type is none of a deployment's as far as anyone can tell: it is left out."""
    levels = _levels(root)
    found: list[Pair] = []
    sides = [(_Side(), _Side()) for _ in levels]
    for index in range(len(levels) - 1, -1, -1):  # each level comes after the one that it is in
        level = levels[index]
        here: list[CandidateField] = []
        there: list[CandidateField] = []
        if not level.template:
            for key, node in level.entries.items():
                _classify(levels, index, key, node, here, there, is_region)
        of_images, of_instances = sides[index]
        if here or there:
            found += _siblings(levels, here, there)
            for field in here:
                of_images.add(field, 0)
            for field in there:
                of_instances.add(field, 0)
        pair = _only_pair(levels, index, of_images, of_instances)
        if pair is not None:
            found.append(pair)
        elif level.parent >= 0:
            of_images.pass_up(sides[level.parent][0], level.in_list)
            of_instances.pass_up(sides[level.parent][1], level.in_list)
    found.sort(key=lambda pair: (pair.image.level, pair.image.key))
    return Pairings(levels, [pair for pair in found if pair.image.nodes])


def _levels(root: Node | None) -> list[Level]:
    """Every untagged mapping, each once, a mapping before those within it. Aliases are not followed, merge keys are applied."""
    levels: list[Level] = []
    templates: set[int] = set()
    visited: set[int] = set()
    holders: list[Mapping] = []
    top = resolve(root)
    stack: list[tuple[Node | None, int, tuple[str | int, ...], bool]] = [(top, -1, (), False)]
    while stack:
        node, parent, steps, in_list = stack.pop()
        if not isinstance(node, (Mapping, Sequence)) or node.tag is not None or id(node) in visited:
            continue
        visited.add(id(node))
        if isinstance(node, Sequence):
            stack.extend((item, parent, (*steps, number), True) for number, item in reversed(list(enumerate(node.items))))
            continue
        entries = dict(merged(node))
        if len(entries) != len(node.items):
            templates.update(_merged_into(node))
        holders.append(node)
        levels.append(Level(entries, parent, steps, in_list, False))
        index = len(levels) - 1
        stack.extend((value, index, (key,), False) for key, value in reversed(entries.items()) if not is_aside(key))
    return [level._replace(template=id(holder) in templates) for level, holder in zip(levels, holders, strict=True)] if templates else levels


def _merged_into(mapping: Mapping) -> set[int]:
    """The mappings that this one merges."""
    found: set[int] = set()
    for key, value in mapping.items:
        if is_merge_key(key):
            target = resolve(value)
            sources = [resolve(item) for item in target.items] if isinstance(target, Sequence) else [target]
            found.update(id(source) for source in sources)
    return found


def _classify(
    levels: list[Level],
    index: int,
    key: str,
    node: Node,
    images: list[CandidateField],
    instances: list[CandidateField],
    is_region: Callable[[str], bool],
) -> None:
    """Add an entry to the images or the instance types of its level, if it is one."""
    found = resolve(node)
    if isinstance(found, Scalar):
        value = found.value
        if found.tag is None and is_ecr(value):
            if not is_aside(key):
                images.append(CandidateField(index, key, ((node, (key,)),)))
        elif is_instance_type(key, value) or is_instance_key(key) or (key == "type" and levels[index].key == "instance"):
            if not is_aside(key) and not is_choice(key):
                instances.append(CandidateField(index, key, ((node, (key,)),)))
        elif is_image_key(key) and not is_aside(key) and not value.lower().endswith(_PICTURES):
            images.append(CandidateField(index, key, ()))
    elif isinstance(found, Sequence):
        texts = [item.value if isinstance(item, Scalar) else "" for item in map(resolve, found.items)]
        if any(is_instance_type(key, text) for text in texts) and all(texts) and not is_aside(key) and not is_choice(key):
            instances.append(CandidateField(index, key, tuple((item, (key, number)) for number, item in enumerate(found.items))))
        elif is_image_key(key) and any(texts):
            images.append(CandidateField(index, key, ()))
    elif isinstance(found, Mapping) and found.tag is None and not is_aside(key):
        by_region = _by_region(found, key, is_region)
        if by_region:
            images.append(CandidateField(index, key, by_region))


def _by_region(mapping: Mapping, key: str, is_region: Callable[[str], bool]) -> tuple[tuple[Node, tuple[str | int, ...]], ...]:
    """The images of a mapping whose keys are all Regions; none for any other mapping."""
    found: list[tuple[Node, tuple[str | int, ...]]] = []
    for region, node in merged(mapping):
        scalar = resolve(node)
        if not (looks_like_region(region) and is_region(region)) or not isinstance(scalar, Scalar) or not is_ecr(scalar.value):
            return ()
        found.append((node, (key, region)))
    return tuple(found)


def _siblings(levels: list[Level], images: list[CandidateField], instances: list[CandidateField]) -> list[Pair]:
    """Pair what stands in one mapping, and take it from the lists: by what the keys are for (`training_image`,
    `training_instance_type`) where there are several; the last of each then belong together as well."""
    found: list[Pair] = []
    if len(images) > 1 or len(instances) > 1:
        for image in list(images):
            stem = image_stem(image.key)
            if not stem:
                continue
            same = [field for field in instances if instance_stem(field.key) == stem]
            if len(same) == 1 and sum(image_stem(field.key) == stem for field in images) == 1:
                found.append(Pair(image, same[0], image.level))
                images.remove(image)
                instances.remove(same[0])
    if len(images) == 1 and len(instances) == 1 and _agree(levels, images[0].level, images[0], instances[0]):
        found.append(Pair(images[0], instances[0], images[0].level))
        images.clear()
        instances.clear()
    return found


def _only_pair(levels: list[Level], index: int, images: _Side, instances: _Side) -> Pair | None:
    """The pair of a level that holds exactly one unpaired image and one unpaired instance type, both within reach."""
    image, instance = images.field, instances.field
    if images.count != 1 or instances.count != 1 or image is None or instance is None:
        return None
    if images.distance > REACH or instances.distance > REACH or not _agree(levels, index, image, instance):
        return None
    return Pair(image, instance, index)


def _agree(levels: list[Level], common: int, image: CandidateField, instance: CandidateField) -> bool:
    """Whether the keys from the common mapping down say the same of what both are for, as far as they say anything."""
    one, other = (side_kind(levels, common, field) for field in (image, instance))
    if one is None or other is None or one[0] == other[0]:
        return True
    kinds = {one[0], other[0]}
    return Kind.CLUSTER in kinds or kinds == {Kind.ENDPOINT, Kind.TRANSFORM}


def side_kind(levels: list[Level], common: int, field: CandidateField) -> tuple[Kind, bool] | None:
    """What the field's key, or the next key above it that says anything, tells of its use; up to the common mapping, without that."""
    found = kind_of(field.key)
    at = field.level
    while found is None and at != common and at >= 0:
        found = kind_of(levels[at].key)
        at = levels[at].parent
    return found

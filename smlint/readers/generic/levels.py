"""The mappings of an ad-hoc configuration, each with its entries and the mapping around it."""

from __future__ import annotations

from collections.abc import Container, Iterator

from smlint.readers.generic.keywords import is_not_deployed
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Content, Mapping, Node, Scalar, Sequence, Steps, is_merge_key, merged, resolve


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
    """An image and an instance type that belong together, and the index of the level that contains both.

    If `overridden`, the pair is only possible: every environment overrides one of them, or the instance type may belong to another image.
    """

    image: CandidateField
    instance: CandidateField
    common: int
    overridden: bool = False


def levels_of(root: Node | None, skipped: Container[str]) -> list[MappingLevel]:
    """Return every untagged mapping once, each before those inside it. Does not follow aliases; applies merge keys.

    Leaves out the values of `skipped` keys, of keys whose values are not deployed, and JSON Schemas.
    """
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
        if is_json_schema(node):
            continue
        entries = {key: value for key, value in merged(node) if key not in skipped}
        if any(is_merge_key(key) for key, _ in node.items):
            templates.update(_merged_mappings(node))
        mappings.append(node)
        levels.append(MappingLevel(entries, parent, steps, in_list))
        index = len(levels) - 1
        stack.extend((value, index, (key,), False) for key, value in reversed(entries.items()) if not is_not_deployed(key))
    if not templates:
        return levels
    return [level._replace(template=mapping in templates) for level, mapping in zip(levels, mappings, strict=True)]


def is_json_schema(mapping: Mapping) -> bool:
    """Return whether a mapping is the JSON Schema of an object: its values are defaults and examples."""
    kind = resolve(mapping.get("type"))
    return isinstance(kind, Scalar) and kind.value == "object" and isinstance(resolve(mapping.get("properties")), Mapping)


def _merged_mappings(mapping: Mapping) -> set[Content]:
    """Return the nodes that a mapping merges."""
    nodes: set[Content] = set()
    for key, value in mapping.items:
        if is_merge_key(key):
            target = resolve(value)
            sources = [resolve(item) for item in target.items] if isinstance(target, Sequence) else [target]
            nodes.update(source for source in sources if source is not None)
    return nodes


def upwards(levels: list[MappingLevel], index: int) -> Iterator[int]:
    """Yield the index of a level and of all levels above it."""
    while index >= 0:
        yield index
        index = levels[index].parent

"""The tree of a parsed YAML or JSON text, and the ways to go through it.

Offsets count characters of the text that was parsed (a byte order mark is not part of it). The tree has no parent links and
aliases are not expanded: an `Alias` refers to the node that carries the anchor, so an "alias bomb" costs nothing and a
recursive alias is a cycle only for those who follow it. All functions here are iterative.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from smlint.model.source import Span

MERGE_KEY = "<<"

MERGE_LIMIT = 100
"""Mappings that one mapping may merge, directly or not; without a bound, a chain of merges costs its length at every link."""

DEPTH_LIMIT = 1000
"""Collections inside collections; what is deeper is a `ParseError`. Counted while the text is read, which is in time: libyaml
looks at most 1,024 characters ahead of the event it gives, so its cost, quadratic in the depth of brackets, stays small."""


class ParseError(Exception):
    """The text is neither YAML nor JSON. `message` is one line, `offset` the character at which parsing stopped."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


class PositionedNode:
    """Where a node stands in the text: from the character `start` to before the character `end`."""

    # The length is kept, not the end: small numbers cost no memory, and a text may hold a node for every two of its characters.
    __slots__ = ("_length", "start")

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self._length = end - start

    @property
    def end(self) -> int:
        """The offset after the last character."""
        return self.start + self._length

    @end.setter
    def end(self, end: int) -> None:
        self._length = end - self.start

    @property
    def span(self) -> Span:
        """Both offsets."""
        return Span(self.start, self.start + self._length)


class Scalar(PositionedNode):
    """A single value as text.

    `value` is the decoded text. `start` and `end` are the offsets of the text itself: without anchor, tag and quotes; of a
    block scalar from its indicator (`|` or `>`) to its last character that is not blank. `style` is how it is written:
    `plain`, `single`, `double`, `literal`, `folded`, or `json` for a JSON string. JSON numbers, `true`, `false` and `null`
    are `plain`, as they are in YAML. `tag` and `anchor` are as written (`!Sub`, `!!str`; the anchor without `&`), else None.
    `exact` tells whether the characters from `start` to `end` are those of `value`: no escape, no folding. `aliased` tells
    whether an alias refers to this node, so that an edit here would change other places too.
    """

    __slots__ = ("aliased", "anchor", "exact", "style", "tag", "value")

    def __init__(self, value: str, start: int, end: int, style: str, tag: str | None, anchor: str | None, exact: bool) -> None:
        self.start = start  # not by the base class's initialiser: a call costs a tenth of the time that parsing takes
        self._length = end - start
        self.value = value
        self.style = style
        self.tag = tag
        self.anchor = anchor
        self.exact = exact
        self.aliased = False

    def part(self, start: int, end: int) -> Span:
        """Where the part `[start:end)` of the value stands; all of the text where that cannot be told."""
        return Span(self.start + start, self.start + end) if self.exact else Span(self.start, self.end)

    def runs(self) -> list[tuple[int, int]]:
        """The parts of the value that stand in one piece each, as far as `part` tells them apart: all of it."""
        return [(0, len(self.value))]

    def __repr__(self) -> str:
        return f"Scalar({self.value!r}, {self.start}, {self.end}, {self.style!r})"


class Mapping(PositionedNode):
    """Keys and values in the order of the text; duplicate keys are all kept in `items`.

    `start` and `end` go from the first to the last character of the content (the braces of a flow mapping, else the first
    key and the end of the last value), without anchor and tag, which are as for `Scalar`.
    """

    __slots__ = ("_own", "aliased", "anchor", "items", "tag")

    def __init__(self, start: int, tag: str | None = None, anchor: str | None = None) -> None:
        self.items: list[tuple[Node, Node]] = []
        super().__init__(start, start)
        self.tag = tag
        self.anchor = anchor
        self.aliased = False
        self._own: dict[str, Node] | None = None

    def own(self) -> dict[str, Node]:
        """The entries whose keys are scalars, the last of duplicates, without what is merged; made once, not to be changed."""
        if self._own is None:
            self._own = {scalar.value: value for key, value in self.items if isinstance(scalar := resolve(key), Scalar) and not is_merge_key(key)}
        return self._own

    def get(self, key: str) -> Node | None:
        """The value of a key, None if there is none; of duplicates the last, as YAML and JSON loaders take it.

        Merge keys (`<<`) are applied as by `merged`. The answer may be an `Alias`.
        """
        own = self.own()
        if key in own:
            return own[key]
        if len(own) == len(self.items):
            return None  # no merge key
        for source in merge_sources(self):
            entries = source.own()
            if key in entries:
                return entries[key]
        return None

    def keys(self) -> Iterator[str]:
        """The keys that are scalars, in order, duplicates too, merge keys not applied."""
        for key, _ in self.items:
            scalar = resolve(key)
            if isinstance(scalar, Scalar):
                yield scalar.value

    def __repr__(self) -> str:
        return f"Mapping({len(self.items)} items, {self.start}, {self.end})"


class Sequence(PositionedNode):
    """Values in order. `start`, `end`, `tag` and `anchor` are as for `Mapping` (the first `-`, or the bracket)."""

    __slots__ = ("aliased", "anchor", "items", "tag")

    def __init__(self, start: int, tag: str | None = None, anchor: str | None = None) -> None:
        self.items: list[Node] = []
        super().__init__(start, start)
        self.tag = tag
        self.anchor = anchor
        self.aliased = False

    def __repr__(self) -> str:
        return f"Sequence({len(self.items)} items, {self.start}, {self.end})"


class Alias(PositionedNode):
    """`*name`: a second use of the node `target`, which stands earlier in the document (or is a parent of the alias)."""

    __slots__ = ("name", "target")

    def __init__(self, name: str, start: int, end: int, target: Scalar | Mapping | Sequence) -> None:
        super().__init__(start, end)
        self.name = name
        self.target = target

    def __repr__(self) -> str:
        return f"Alias({self.name!r}, {self.start}, {self.end})"


Content: TypeAlias = Scalar | Mapping | Sequence
Node: TypeAlias = Scalar | Mapping | Sequence | Alias

Steps: TypeAlias = tuple[str | int, ...]
"""Keys and indexes that lead from one node to another below it."""


class Document:
    """One document of a text: `root` (None when it is empty), its `index` in the stream, and `kind`: `yaml` or `json`.

    `text` is all of the text that its offsets count in. `inner` caches the documents in its strings, by
    scalar, or by the scalars that a function joins.
    """

    __slots__ = ("index", "inner", "kind", "root", "text")

    def __init__(self, root: Node | None, index: int = 0, kind: str = "yaml", text: str = "") -> None:
        self.root = root
        self.index = index
        self.kind = kind
        self.text = text
        self.inner: dict[Scalar | tuple[Scalar | None, ...], Document | None] = {}

    def __repr__(self) -> str:
        return f"Document({self.root!r}, {self.index}, {self.kind!r})"


def resolve(node: Node | None) -> Content | None:
    """The node itself, or the node that an alias refers to (which is never an alias)."""
    return node.target if isinstance(node, Alias) else node


def walk(node: Node | None) -> Iterator[Node]:
    """Every node from here on, each once, in the order of the text, a key before its value.

    An alias is given, and the node that it refers to right after it, unless that came before.
    """
    visited: set[int] = set()  # only what an alias refers to is met twice; a set of all nodes would weigh half as much as they do
    stack: list[Node] = [node] if node is not None else []
    while stack:
        node = stack.pop()
        if isinstance(node, Alias):
            yield node
            stack.append(node.target)
            continue
        if node.aliased:
            if id(node) in visited:
                continue
            visited.add(id(node))
        yield node
        if isinstance(node, Mapping):
            for key, value in reversed(node.items):
                stack += (value, key)
        elif isinstance(node, Sequence):
            stack.extend(reversed(node.items))


def is_merge_key(key: Node) -> bool:
    """Whether this key asks to merge other mappings: a plain `<<` without a tag."""
    return isinstance(key, Scalar) and key.value == MERGE_KEY and key.style == "plain" and key.tag in (None, "!!merge")


def merge_sources(mapping: Mapping) -> Iterator[Mapping]:
    """The mappings that a mapping's merge keys name, each once, followed by what it merges itself: the first with a key wins.

    At most `MERGE_LIMIT`; a mapping that merges itself ends. What is merged but is no mapping is left out.
    """
    visited: set[int] = set()
    stack = [mapping]
    while stack and len(visited) <= MERGE_LIMIT:
        source = stack.pop()
        if id(source) in visited:
            continue
        visited.add(id(source))
        if source is not mapping:
            yield source
        found: list[Mapping] = []
        for key, value in source.items:
            if is_merge_key(key):
                target = resolve(value)
                candidates = [resolve(item) for item in target.items] if isinstance(target, Sequence) else [target]
                found += (item for item in candidates if isinstance(item, Mapping))
        stack += reversed(found)


def merged(mapping: Mapping) -> Iterator[tuple[str, Node]]:
    """The entries of a mapping whose keys are scalars, merge keys (`<<`) applied, each key once.

    A key of the mapping itself wins over a merged one, a mapping merged earlier over a later one, and of duplicates the last
    (at the place of the first). Many mappings that merge one large one have many entries: where a few keys are wanted, use
    `Mapping.get`.
    """
    own = mapping.own()
    yield from own.items()
    if len(own) < len(mapping.items):
        given = set(own)
        for source in merge_sources(mapping):
            for key, value in source.own().items():
                if key not in given:
                    given.add(key)
                    yield key, value


def joined_surrogates(value: str) -> str:
    r"""A value that can be written: the surrogates `\ud83d\ude00` become one character, a lone one becomes U+FFFD."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value

"""The tree of a parsed YAML or JSON text, and functions to traverse it.

Offsets count characters of the parsed text, without a byte order mark. The tree has no parent links, and aliases are not expanded: an
`Alias` refers to the node that carries the anchor. So an "alias bomb" costs nothing, and a recursive alias is a cycle only for callers
that follow it. All functions in this module are iterative.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from smlint.model.source import Span

MERGE_KEY = "<<"

MERGE_LIMIT = 100
"""Mappings that one mapping may merge, directly or indirectly. Without a limit, each link in a chain of merges costs the chain's length."""

DEPTH_LIMIT = 1000
"""Nesting depth of collections; deeper text is a `ParseError`.

Checked during parsing: libyaml reads at most 1,024 characters ahead of the event it returns, so its cost, quadratic in the depth of
brackets, stays small.
"""


class ParseError(Exception):
    """The text is not valid YAML or JSON. `message` is one line; `offset` is the character at which parsing stopped."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


class PositionedNode:
    """A node that covers the characters from `start` up to, but not including, `end`."""

    # Stores the length, not the end: Python caches small integers, and a text may have one node for every two characters.
    __slots__ = ("_length", "start")

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self._length = end - start

    @property
    def end(self) -> int:
        """Offset after the last character."""
        return self.start + self._length

    @end.setter
    def end(self, end: int) -> None:
        self._length = end - self.start

    @property
    def span(self) -> Span:
        """Start and end."""
        return Span(self.start, self.start + self._length)


class Scalar(PositionedNode):
    """A single value as text.

    - `value`: the decoded text.
    - `start`, `end`: offsets of the written text, without anchor, tag and quotes; for a block scalar from its indicator (`|` or `>`) to
      its last non-blank character.
    - `style`: `plain`, `single`, `double`, `literal`, `folded`, or `json` for a JSON string. JSON numbers, `true`, `false` and `null` are
      `plain`, as in YAML.
    - `tag`, `anchor`: as written (`!Sub`, `!!str`; the anchor without `&`), or None.
    - `exact`: whether the written text equals `value`: no escapes, no folding.
    - `aliased`: whether an alias refers to this node, so that editing it changes other values too.
    """

    __slots__ = ("aliased", "anchor", "exact", "style", "tag", "value")

    def __init__(
        self, value: str, start: int, end: int, style: str, tag: str | None = None, anchor: str | None = None, exact: bool = True
    ) -> None:
        self.start = start  # not set by the base class: that call would add a tenth to the time of parsing
        self._length = end - start
        self.value = value
        self.style = style
        self.tag = tag
        self.anchor = anchor
        self.exact = exact
        self.aliased = False

    def part(self, start: int, end: int) -> Span:
        """Return the span of the part `[start:end)` of the value, or the span of the whole scalar if it is not `exact`."""
        return Span(self.start + start, self.start + end) if self.exact else Span(self.start, self.end)

    def segments(self) -> list[tuple[int, int]]:
        """Return the parts of the value that are contiguous in the file, as offsets into `value`. A plain scalar is one segment."""
        return [(0, len(self.value))]

    def __repr__(self) -> str:
        return f"Scalar({self.value!r}, {self.start}, {self.end}, {self.style!r})"


class Mapping(PositionedNode):
    """Keys and values in file order. `items` keeps all duplicate keys.

    `start` and `end` cover the content, without anchor and tag: the braces of a flow mapping, otherwise from the first key to the end of
    the last value. `tag` and `anchor` are as for `Scalar`.
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
        """Return the entries with scalar keys, without merged ones; the last of duplicates wins. Cached: callers must not change it."""
        if self._own is None:
            self._own = {scalar.value: value for key, value in self.items if isinstance(scalar := resolve(key), Scalar) and not is_merge_key(key)}
        return self._own

    def get(self, key: str) -> Node | None:
        """Return the value of a key, or None. Of duplicates the last wins, as for YAML and JSON loaders.

        Merge keys (`<<`) apply, as in `merged`. The result may be an `Alias`.
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
        """Yield the scalar keys in file order, with duplicates and without merged keys."""
        for key, _ in self.items:
            scalar = resolve(key)
            if isinstance(scalar, Scalar):
                yield scalar.value

    def __repr__(self) -> str:
        return f"Mapping({len(self.items)} items, {self.start}, {self.end})"


class Sequence(PositionedNode):
    """Values in file order. `start` and `end` cover the content from the first `-` or the brackets; the rest is as for `Mapping`."""

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
    """`*name`: another use of `target`, a node earlier in the document or a parent of the alias."""

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


class JsonFlaw:
    """The reason why the text of a `.json` file is not JSON: a message, and the offset.

    `commented`: whether the text has comments, as the settings of editors and compilers do. `error`: why YAML parsers reject it too; None
    if they accept it.
    """

    __slots__ = ("commented", "error", "message", "offset")

    def __init__(self, message: str, offset: int, *, commented: bool = False, error: ParseError | None = None) -> None:
        self.message = message
        self.offset = offset
        self.commented = commented
        self.error = error


class Document:
    """One document of a text: its `root` (None if empty), its `index` in the stream, and its `kind`: `yaml` or `json`.

    `flaw` says why it is not JSON if its file is called `.json`; None if it is JSON, or another file.
    `text` is the whole text that its offsets refer to. `inner` caches the documents embedded in its strings, by the scalar or by the scalars
    that a function joins.
    """

    __slots__ = ("flaw", "index", "inner", "kind", "root", "text")

    def __init__(self, root: Node | None, index: int = 0, kind: str = "yaml", text: str = "") -> None:
        self.root = root
        self.index = index
        self.kind = kind
        self.text = text
        self.flaw: JsonFlaw | None = None
        self.inner: dict[Scalar | tuple[Scalar | None, ...], Document | None] = {}

    def __repr__(self) -> str:
        return f"Document({self.root!r}, {self.index}, {self.kind!r})"


def resolve(node: Node | None) -> Content | None:
    """Return the node, or the target of an alias (which is never an alias)."""
    return node.target if isinstance(node, Alias) else node


def walk(node: Node | None) -> Iterator[Node]:
    """Yield the node and every node below it once, in file order, keys before their values.

    Yields an alias and then its target, unless the target came before.
    """
    visited: set[Node] = set()  # only aliased nodes: no other node can be reached twice, and a set of all takes half their memory
    stack: list[Node] = [node] if node is not None else []
    while stack:
        node = stack.pop()
        if isinstance(node, Alias):
            yield node
            stack.append(node.target)
            continue
        if node.aliased:
            if node in visited:
                continue
            visited.add(node)
        yield node
        if isinstance(node, Mapping):
            for key, value in reversed(node.items):
                stack += (value, key)
        elif isinstance(node, Sequence):
            stack.extend(reversed(node.items))


def is_merge_key(key: Node) -> bool:
    """Return whether a key merges other mappings: a plain `<<` without a tag."""
    return isinstance(key, Scalar) and key.value == MERGE_KEY and key.style == "plain" and key.tag in (None, "!!merge")


def merge_sources(mapping: Mapping) -> Iterator[Mapping]:
    """Yield the mappings that a mapping merges, each once and followed by those it merges itself. The first one with a key wins.

    Yields at most `MERGE_LIMIT` mappings, terminates on cycles, and skips merged values that are not mappings.
    """
    visited: set[Mapping] = set()
    stack = [mapping]
    while stack and len(visited) <= MERGE_LIMIT:
        source = stack.pop()
        if source in visited:
            continue
        visited.add(source)
        if source is not mapping:
            yield source
        merged_here: list[Mapping] = []
        for key, value in source.items:
            if is_merge_key(key):
                target = resolve(value)
                candidates = [resolve(item) for item in target.items] if isinstance(target, Sequence) else [target]
                merged_here += (item for item in candidates if isinstance(item, Mapping))
        stack += reversed(merged_here)


def merged(mapping: Mapping) -> Iterator[tuple[str, Node]]:
    """Yield the entries of a mapping with scalar keys, each key once, with merge keys (`<<`) applied.

    The mapping's own keys win over merged ones, a mapping merged earlier wins over a later one, and the last of duplicates wins (in the
    position of the first). If many mappings merge one large mapping, use `Mapping.get` to look up a few keys.
    """
    own = mapping.own()
    yield from own.items()
    if len(own) < len(mapping.items):
        seen = set(own)
        for source in merge_sources(mapping):
            for key, value in source.own().items():
                if key not in seen:
                    seen.add(key)
                    yield key, value


def joined_surrogates(value: str) -> str:
    r"""Make a value encodable: combine surrogate pairs (`\ud83d\ude00`) into one character and replace lone surrogates with U+FFFD."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value

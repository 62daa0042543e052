"""YAML text to a tree, from the events of ruamel.yaml's C parser, or of its pure Python one where the C parser refuses.

The C parser (ruamel.yaml.clib 0.2.15, libyaml 0.1.7) is twelve times faster, but knows YAML 1.1 only: it refuses a `:` inside
a plain scalar of a flow collection (`[!Ref AWS::Region, x]`) and surrogate pairs. What it refuses goes through the pure parser.
Nothing here is recursive, so the depth of a text costs no stack.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    ScalarEvent,
)

from smlint.syntax.nodes import DEPTH_LIMIT, Alias, Content, Document, Mapping, Node, ParseError, Scalar, Sequence, joined_surrogates

PURE_LIMIT = 2_000_000
"""Characters up to which the pure Python parser is tried: it takes 1.2 s for a million of them."""

STYLES = {None: "plain", "": "plain", "'": "single", '"': "double", "|": "literal", ">": "folded"}

# A `:` in the middle of a word means nothing, in YAML 1.2 also in a flow collection. There it is what the C parser refuses most
# (`AWS::Region`, `s3://`, `repository:tag`), so it is asked again with a character in its place that means nothing anywhere.
# Elsewhere the exchange changes nothing, or (in a tag, after an alias) makes the C parser refuse again.
_STAND_IN = "\uf8ff"
_STAND_IN_ESCAPED = "f8ff"
_INNER_COLON = r"(?<=[A-Za-z0-9_./$)-]):+(?=[^\s,\[\]{}:])"

_WORD = re.compile(r"\S*+")
_GAP = re.compile(r"(?:\s++(?:#[^\r\n]*+)?)*+")
_BLANK = " \t\r\n"
_BLOCK_STYLES = ("literal", "folded")


def parse_yaml(text: str) -> list[Document]:
    """The documents of a YAML stream, without a byte order mark at its head; `ParseError` if it is not YAML."""
    try:
        return _build(text, _c_events(text))
    except _Refused as refused:
        first = refused
    if _STAND_IN not in text and _STAND_IN_ESCAPED not in text.lower():
        replaced = re.sub(_INNER_COLON, lambda match: _STAND_IN * len(match[0]), text)
        if replaced != text:
            try:
                return _build(text, _c_events(replaced), replaced=True)
            except _Refused:
                pass
    if len(text) <= PURE_LIMIT:
        try:
            return _build(text, _pure_events(text))
        except _Refused as refused:
            if refused.exact:
                first = refused
    raise ParseError(first.message, first.offset)


class _Refused(Exception):
    """A parser does not take the text. `exact`: it says where."""

    def __init__(self, message: str, offset: int, exact: bool = True) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.exact = exact


def _c_events(text: str) -> Iterator[Event]:
    """The events of the C parser; `_Refused` if it refuses the text or is not installed."""
    try:
        from _ruamel_yaml import CParser  # type: ignore[import-not-found]  # an extension without annotations
    except ImportError:
        raise _Refused(f"more than {PURE_LIMIT:,} characters, and ruamel.yaml.clib is not installed", 0) from None
    try:
        yield from iter(CParser(text).get_event, None)
    except (YAMLError, ValueError) as error:  # ValueError: a lone surrogate, or a character beyond Unicode
        raise _refused(error, text, in_bytes=True) from None


def _pure_events(text: str) -> Iterator[Event]:
    """The events of the pure Python parser; `_Refused` if it refuses the text."""
    from ruamel.yaml import YAML

    try:
        yield from YAML(typ="safe", pure=True).parse(text)
    except Exception as error:  # besides YAMLError, broken escapes and directives raise whatever their conversion raises
        raise _refused(error, text, in_bytes=False) from None


def _refused(error: Exception, text: str, *, in_bytes: bool) -> _Refused:
    """The parser's own words in one line, and the character it means. `in_bytes`: a reader's position counts UTF-8 bytes."""
    if isinstance(error, MarkedYAMLError):
        words = [part for part in (error.context, error.problem) if part]
        mark = error.problem_mark or error.context_mark
        return _Refused(", ".join(words) or "not YAML", min(mark.index, len(text)) if mark is not None else 0)
    if isinstance(error, UnicodeEncodeError):
        return _Refused("lone surrogate", error.start)
    position = getattr(error, "position", None)
    if not isinstance(position, int):
        return _Refused("not YAML", 0, exact=False)
    if in_bytes:
        position = len(text.encode(errors="replace")[:position].decode(errors="ignore"))
    return _Refused(str(getattr(error, "reason", "not YAML")), min(position, len(text)))


def _build(text: str, events: Iterator[Event], *, replaced: bool = False) -> list[Document]:
    """The tree of a stream of events; `replaced`: they come from a text with stand-ins for colons."""
    documents: list[Document] = []
    anchors: dict[str, Content] = {}
    root: Node | None = None
    parents: list[tuple[Mapping | Sequence | None, Node | None]] = []
    parent: Mapping | Sequence | None = None
    key: Node | None = None  # the key that waits for its value, where the parent is a mapping
    last = 0  # where the content given last ended, for the end of block collections
    node: Node
    for event in events:
        if isinstance(event, ScalarEvent):
            node, last = _scalar(text, event, replaced)
            if node.anchor is not None:
                anchors[node.anchor] = node
        elif isinstance(event, CollectionStartEvent):
            collection = _collection(text, event)
            if len(parents) >= DEPTH_LIMIT:
                raise ParseError(f"nested deeper than {DEPTH_LIMIT:,} levels", collection.start)
            if collection.anchor is not None:
                anchors[collection.anchor] = collection
            parents.append((parent, key))
            parent, key = collection, None
            continue
        elif isinstance(event, CollectionEndEvent) and parent is not None:
            start = event.start_mark.index
            if event.end_mark.index > start and text[start] in "]}":
                last = start + 1
            parent.end = max(last, parent.start)
            node = parent
            parent, key = parents.pop()
        elif isinstance(event, AliasEvent):
            node = _alias(event, anchors)
            last = node.end
        else:
            if isinstance(event, DocumentStartEvent):
                root, anchors = None, {}
            elif isinstance(event, DocumentEndEvent):
                documents.append(Document(root, len(documents)))
            continue
        if isinstance(parent, Sequence):
            parent.items.append(node)
        elif parent is None:
            root = None if isinstance(node, Scalar) and _is_nothing(node) else node
        elif key is None:
            key = node
        else:
            parent.items.append((key, node))
            key = None
    return documents


def _alias(event: AliasEvent, anchors: dict[str, Content]) -> Alias:
    start, end = event.start_mark.index, event.end_mark.index
    target = anchors.get(event.anchor)
    if target is None:
        raise ParseError(f"undefined alias *{event.anchor}", start)
    target.aliased = True
    return Alias(event.anchor, start, end, target)


def _is_nothing(scalar: Scalar) -> bool:
    """Whether nothing is written, which the parsers give as an empty plain scalar."""
    return scalar.start == scalar.end and scalar.style == "plain" and scalar.tag is None and scalar.anchor is None


def _scalar(text: str, event: ScalarEvent, replaced: bool) -> tuple[Scalar, int]:
    """The scalar of an event, and where it ends with its quotes."""
    start: int = event.start_mark.index
    last = end = event.end_mark.index
    tag = anchor = None
    if start < end and text[start] in "&!":
        start, tag, anchor = _after_properties(text, start, end, event.anchor)
    style = STYLES[event.style]
    value: str = event.value
    if replaced and _STAND_IN in value:
        value = value.replace(_STAND_IN, ":")
    exact = False
    if style == "plain":
        exact = end - start == len(value) and text[start:end] == value
    elif style in _BLOCK_STYLES:
        while end > start and text[end - 1] in _BLANK:
            end -= 1
        last = end
    else:
        start += 1
        end -= 1
        exact = end - start == len(value) and text[start:end] == value
        if not value.isascii():
            value = joined_surrogates(value)
    return Scalar(value, start, end, style, tag, anchor, exact), last


def _collection(text: str, event: CollectionStartEvent) -> Mapping | Sequence:
    """The mapping or sequence that begins with an event, still empty."""
    start: int = event.start_mark.index
    tag = anchor = None
    if start < len(text) and text[start] in "&!":
        start, tag, anchor = _after_properties(text, start, len(text), event.anchor)
    return Mapping(start, tag, anchor) if isinstance(event, MappingStartEvent) else Sequence(start, tag, anchor)


def _after_properties(text: str, start: int, limit: int, name: str | None) -> tuple[int, str | None, str | None]:
    """Where the content begins after an anchor and a tag, the tag as written, and the anchor.

    `name` is the anchor's name as the parser read it. An empty scalar begins at `limit`, the end of its event.
    """
    tag = anchor = None
    while start < limit:
        if text[start] == "&" and anchor is None and name is not None:
            anchor = name
            start += 1 + len(name)
        elif text[start] == "!" and tag is None:
            end = _end(_WORD, text, start, limit)
            tag = text[start:end]
            start = end
        else:
            break
        start = _end(_GAP, text, start, limit)
    return start, tag, anchor


def _end(pattern: re.Pattern[str], text: str, start: int, limit: int) -> int:
    """Where the match of a pattern ends that begins at `start`."""
    match = pattern.match(text, start, limit)
    return match.end() if match is not None else start

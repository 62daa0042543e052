"""Parse YAML text into a tree, from the events of ruamel.yaml's C parser, or of its pure Python parser if the C parser rejects the text.

The C parser (ruamel.yaml.clib 0.2.15, libyaml 0.1.7) is twelve times faster but limited to YAML 1.1: it rejects a `:` inside a plain scalar
of a flow collection (`[!Ref AWS::Region, x]`) and surrogate pairs. Nothing here is recursive, so deep nesting uses no stack.
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
"""Length in characters up to which the pure Python parser is tried. It takes 1.2 s per million characters."""

STYLES = {None: "plain", "": "plain", "'": "single", '"': "double", "|": "literal", ">": "folded"}

# A `:` inside a word has no meaning, in YAML 1.2 even inside a flow collection. It is the most frequent reason for the C parser to reject a
# text (`AWS::Region`, `s3://`, `repository:tag`), so a second attempt replaces it with a character that has no meaning anywhere. Elsewhere
# the replacement changes nothing, or (in a tag, after an alias) makes the C parser reject the text again.
_STAND_IN = "\uf8ff"
_STAND_IN_ESCAPED = "f8ff"
_INNER_COLON = r"(?<=[A-Za-z0-9_./$)-]):+(?=[^\s,\[\]{}:])"

_WORD = r"\S*+"
_GAP = r"(?:\s++(?:#[^\r\n]*+)?)*+"
_STREAM_END = "but (?:got|found) '<stream end>'"
_BLANK = " \t\r\n"
_BLOCK_STYLES = ("literal", "folded")


def parse_yaml(text: str) -> list[Document]:
    """Parse a YAML stream without a byte order mark into its documents. Raises `ParseError`."""
    if "&" not in text:
        return _parse(text)
    from smlint.syntax.anchors import replace_names, restore_names, special_names

    names = special_names(text)
    if not names:
        return _parse(text)
    try:
        documents = _parse(replace_names(text, names))
    except ParseError:
        return _parse(text)
    restore_names(documents, {new: old for old, new in names.items()}, text)
    return documents


def _parse(text: str) -> list[Document]:
    try:
        return _build(text, _c_events(text))
    except _NotYaml as error:
        first = error
    if _STAND_IN not in text and _STAND_IN_ESCAPED not in text.lower():
        replaced = re.sub(_INNER_COLON, lambda match: _STAND_IN * len(match[0]), text)
        if replaced != text:
            try:
                return _build(text, _c_events(replaced), replaced=True)
            except _NotYaml:
                pass
    if len(text) <= PURE_LIMIT:
        try:
            return _build(text, _pure_events(text))
        except _NotYaml as error:
            if error.exact:
                first = error
    raise ParseError(first.message, first.offset)


class _NotYaml(Exception):
    """A parser rejected the text. `exact` says whether `offset` is the position of the error."""

    def __init__(self, message: str, offset: int, exact: bool = True) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.exact = exact


def _c_events(text: str) -> Iterator[Event]:
    """Yield the events of the C parser. Raises `_NotYaml` if it rejects the text or is not installed."""
    try:
        from _ruamel_yaml import CParser  # type: ignore[import-not-found]  # an extension without annotations
    except ImportError:
        raise _NotYaml(f"more than {PURE_LIMIT:,} characters, and ruamel.yaml.clib is not installed", 0) from None
    try:
        yield from iter(CParser(text).get_event, None)
    except (YAMLError, ValueError) as error:  # ValueError: a lone surrogate, or a character beyond Unicode
        raise _not_yaml(error, text, in_bytes=True) from None


def _pure_events(text: str) -> Iterator[Event]:
    """Yield the events of the pure Python parser. Raises `_NotYaml` if it rejects the text."""
    from ruamel.yaml import YAML

    try:
        yield from YAML(typ="safe", pure=True).parse(text)
    except Exception as error:  # invalid escapes and directives raise other exceptions than YAMLError
        raise _not_yaml(error, text, in_bytes=False) from None


def _not_yaml(error: Exception, text: str, *, in_bytes: bool) -> _NotYaml:
    """Convert a parser's exception: its message in one line, and the character offset. `in_bytes`: reader positions count UTF-8 bytes."""
    if isinstance(error, MarkedYAMLError):
        words = [part for part in (error.context, error.problem) if part]
        mark = error.problem_mark or error.context_mark
        message = re.sub(_STREAM_END, "but the file ends", ", ".join(words))
        return _NotYaml(message or "not YAML", min(mark.index, len(text)) if mark is not None else 0)
    if isinstance(error, UnicodeEncodeError):
        return _NotYaml("lone surrogate", error.start)
    position = getattr(error, "position", None)
    if not isinstance(position, int):
        return _NotYaml("not YAML", 0, exact=False)
    if in_bytes:
        position = len(text.encode(errors="replace")[:position].decode(errors="ignore"))
    return _NotYaml(str(getattr(error, "reason", "not YAML")), min(position, len(text)))


def _build(text: str, events: Iterator[Event], *, replaced: bool = False) -> list[Document]:
    """Build the trees of a stream of events. `replaced`: the events come from a text with stand-ins for colons."""
    documents: list[Document] = []
    anchors: dict[str, Content] = {}
    root: Node | None = None
    parents: list[tuple[Mapping | Sequence | None, Node | None]] = []
    parent: Mapping | Sequence | None = None
    key: Node | None = None  # the key without a value yet, if the parent is a mapping
    last = 0  # where the previous content ended, for the end of block collections
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
            root = None if isinstance(node, Scalar) and _is_empty(node) else node
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


def _is_empty(scalar: Scalar) -> bool:
    """Return whether the document is empty, which the parsers report as an empty plain scalar."""
    return scalar.start == scalar.end and scalar.style == "plain" and scalar.tag is None and scalar.anchor is None


def _scalar(text: str, event: ScalarEvent, replaced: bool) -> tuple[Scalar, int]:
    """Build the scalar of an event; return it with the offset after its closing quote."""
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
    scalar = Scalar(value, start, end, style)
    # Assigned here because keyword arguments would add a tenth to the time of parsing.
    scalar.tag, scalar.anchor, scalar.exact = tag, anchor, exact
    return scalar, last


def _collection(text: str, event: CollectionStartEvent) -> Mapping | Sequence:
    """Build the empty mapping or sequence that an event starts."""
    start: int = event.start_mark.index
    tag = anchor = None
    if start < len(text) and text[start] in "&!":
        start, tag, anchor = _after_properties(text, start, len(text), event.anchor)
    return Mapping(start, tag, anchor) if isinstance(event, MappingStartEvent) else Sequence(start, tag, anchor)


def _after_properties(text: str, start: int, limit: int, name: str | None) -> tuple[int, str | None, str | None]:
    """Skip the anchor and the tag of a node; return the offset of its content, the tag as written, and the anchor.

    `name` is the anchor's name as the parser read it. An empty scalar starts at `limit`, the end of its event.
    """
    tag = anchor = None
    while start < limit:
        if text[start] == "&" and anchor is None and name is not None:
            anchor = name
            start += 1 + len(name)
        elif text[start] == "!" and tag is None:
            end = _end(re.compile(_WORD), text, start, limit)
            tag = text[start:end]
            start = end
        else:
            break
        start = _end(re.compile(_GAP), text, start, limit)
    return start, tag, anchor


def _end(pattern: re.Pattern[str], text: str, start: int, limit: int) -> int:
    """Return the end of the pattern's match at `start`."""
    match = pattern.match(text, start, limit)
    return match.end() if match is not None else start

"""Parse documents inside strings: map each character of a scalar's value to the file, and build a tree with file offsets.

The written form of a scalar is its value plus line breaks, indentation and escapes. Apart from blanks, both have the same characters in
the same order, which is how they are aligned. If they do not match completely, there is no map.
"""

from __future__ import annotations

import re
from collections.abc import Sequence as Series

from smlint.model.source import Span
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax.nodes import Document, Mapping, Node, ParseError, Scalar, Sequence, walk

_BLANKS = " \\t\\r\\n\\x85\\u2028\\u2029"
_NOT_BLANK = dict.fromkeys(map(ord, " \t\r\n\x85\u2028\u2029"))
_RUN = rf"[^{_BLANKS}]+"
_PLAIN_TOKEN = re.compile(_RUN)
_SINGLE_TOKEN = re.compile(rf"[^{_BLANKS}']+|''")
_DOUBLE_TOKEN = re.compile(
    rf"[^{_BLANKS}\\]+"
    r"|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\\U[0-9a-fA-F]{8}|\\(?:\r\n|.)",
    re.DOTALL,
)
# Non-blank escapes of YAML 1.2 (chapter 5.7), which include those of JSON.
_ESCAPED = {"0": "\0", "a": "\a", "b": "\b", "v": "\v", "f": "\f", "e": "\x1b", "_": "\xa0"}
_BLANK_ESCAPES = frozenset("tnrNLP \t\n\r\x85\u2028\u2029")
_HEADER = re.compile(r"[|>][^\r\n]*(?:\r\n|\r|\n)")


class SourceMap(NamedTuple):
    """For each character of a string, the offsets where its written form starts and ends in the file."""

    starts: Series[int]
    ends: Series[int]


def source_map(scalar: Scalar, text: str) -> SourceMap | None:
    """Map the characters of a scalar's value to the text it was parsed from; None if they cannot be aligned.

    A blank maps to the position after the preceding character, as far as there is room: the parser may have folded several blanks into one.
    """
    if scalar.exact:
        return SourceMap(range(scalar.start, scalar.end), range(scalar.start + 1, scalar.end + 1))
    aligned = _visible_characters(scalar, text)
    if aligned is None:
        return None
    visible, starts, ends = aligned
    if visible != scalar.value.translate(_NOT_BLANK):
        return None
    all_starts: list[int] = []
    all_ends: list[int] = []
    at = taken = 0
    last = scalar.start
    for run in _PLAIN_TOKEN.finditer(scalar.value):
        _add_blanks(all_starts, all_ends, run.start() - at, last, starts[taken])
        length = run.end() - run.start()
        all_starts += starts[taken : taken + length]
        all_ends += ends[taken : taken + length]
        taken += length
        at, last = run.end(), ends[taken - 1]
    _add_blanks(all_starts, all_ends, len(scalar.value) - at, last, scalar.end)
    return SourceMap(all_starts, all_ends)


def _add_blanks(starts: list[int], ends: list[int], count: int, last: int, following: int) -> None:
    """Append `count` blanks between the end of a character and the start of the next."""
    starts += [min(last + index, following) for index in range(count)]
    ends += [min(last + index + 1, following) for index in range(count)]


def _visible_characters(scalar: Scalar, text: str) -> tuple[str, list[int], list[int]] | None:
    """Return the decoded non-blank characters of a scalar, and the start and end offsets of each in the text."""
    begin = scalar.start
    token = _PLAIN_TOKEN
    if scalar.style in ("literal", "folded"):
        header = _HEADER.match(text, begin, scalar.end)
        if header is None:
            return None
        begin = header.end()
    elif scalar.style == "single":
        token = _SINGLE_TOKEN
    elif scalar.style in ("double", "json"):
        token = _DOUBLE_TOKEN
    elif scalar.style != "plain":
        return None
    decoded: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in token.finditer(text, begin, scalar.end):
        written = match.group()
        if written[0] == "\\" and token is _DOUBLE_TOKEN:
            character = _unescape(written)
        elif written == "''" and token is _SINGLE_TOKEN:
            character = "'"
        else:
            decoded.append(written)
            starts += range(match.start(), match.end())
            ends += range(match.start() + 1, match.end() + 1)
            continue
        if character:
            decoded.append(character)
            starts.append(match.start())
            ends.append(match.end())
    return "".join(decoded), starts, ends


def _unescape(escape: str) -> str:
    """Return the character of an escape, or an empty string for a blank and for an escaped line break."""
    kind = escape[1]
    if kind in _BLANK_ESCAPES:
        return ""
    if kind not in "uxU" or len(escape) == 2:
        return _ESCAPED.get(kind, kind)
    code = int(escape[2:6], 16) if kind == "u" else int(escape[2:], 16)
    if len(escape) == 12:
        code = 0x10000 + ((code - 0xD800) << 10) + (int(escape[8:], 16) - 0xDC00)
    if code > 0x10FFFF or 0xD800 <= code < 0xE000:
        return "\ufffd"
    return chr(code).translate(_NOT_BLANK)


def inner_document(value: str, where: SourceMap, text: str) -> Document | None:
    """Parse the single document in a string, with offsets in the file `text`; None if there is no document, or more than one.

    `where` maps the characters of `value` to the file. A scalar of the document is `exact` if the file contains its value unchanged.
    """
    documents = _documents(value)
    if len(documents) != 1 or not isinstance(documents[0].root, Mapping | Sequence):
        return None
    document = documents[0]
    nodes = list(walk(document.root))
    replaced = {node: moved for node in nodes if (moved := _move_to_file(node, where, text)) is not node}
    if replaced:
        for node in nodes:
            if isinstance(node, Mapping):
                node.items = [(replaced.get(key, key), replaced.get(value, value)) for key, value in node.items]
            elif isinstance(node, Sequence):
                node.items = [replaced.get(item, item) for item in node.items]
    return Document(document.root, 0, document.kind)


def _documents(value: str) -> list[Document]:
    """Parse a string; return no documents if it is invalid. Text that starts like JSON must be JSON."""
    try:
        if value.lstrip(" \t\r\n")[:1] in ("{", "["):
            from smlint.syntax.json_parser import NotJson, parse_json

            try:
                return [parse_json(value)]
            except NotJson:
                return []
        from smlint.syntax.yaml_parser import parse_yaml

        return parse_yaml(value)
    except ParseError:
        return []


class SegmentedScalar(Scalar):
    """A scalar whose characters are in the file in this order, but not contiguous: with escapes, or text of a `Fn::Join`, between them."""

    __slots__ = ("_where",)

    def __init__(self, scalar: Scalar, where: SourceMap) -> None:
        super().__init__(scalar.value, scalar.start, scalar.end, scalar.style, tag=scalar.tag, anchor=scalar.anchor, exact=False)
        self.aliased = scalar.aliased
        self._where = where

    def part(self, start: int, end: int) -> Span:
        if start >= end:
            return Span(self.start, self.end)
        return Span(self._where.starts[start], self._where.ends[end - 1])

    def segments(self) -> list[tuple[int, int]]:
        starts, ends = self._where
        breaks = [index for index in range(1, len(starts)) if starts[index] != ends[index - 1]]
        return list(zip([0, *breaks], [*breaks, len(self.value)], strict=True))


def _move_to_file(node: Node, where: SourceMap, text: str) -> Node:
    """Give a node its offsets in the file. Returns the node, or a `SegmentedScalar` for a scalar that is not contiguous there."""
    start, end = node.start, node.end
    if start >= len(where.starts):
        node.start = node.end = where.ends[-1] if where.ends else 0
    else:
        node.start = where.starts[start]
        node.end = where.ends[end - 1] if end > start else node.start
    if isinstance(node, Scalar) and node.exact and text[node.start : node.end] != node.value:
        node.exact = False
        # Keep an aliased node: its aliases refer to it.
        return node if node.aliased else SegmentedScalar(node, SourceMap(where.starts[start:end], where.ends[start:end]))
    return node

"""Documents inside strings: where each character of a scalar's value stands in the file, and a tree of the value with the file's offsets.

A scalar's text is its value with line breaks, indentation and escapes added. Apart from blanks, both have the same characters
in the same order, and that is how they are laid side by side; where they do not match to the last character, nothing is claimed.
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
# Escapes of YAML 1.2 (chapter 5.7) for what is no blank; JSON's are among them.
_ESCAPED = {"0": "\0", "a": "\a", "b": "\b", "v": "\v", "f": "\f", "e": "\x1b", "_": "\xa0"}
_BLANK_ESCAPES = frozenset("tnrNLP \t\n\r\x85\u2028\u2029")
_HEADER = re.compile(r"[|>][^\r\n]*(?:\r\n|\r|\n)")


class SourceMap(NamedTuple):
    """For each character of a string, where in the file its text begins and ends."""

    starts: Series[int]
    ends: Series[int]


def source_map(scalar: Scalar, text: str) -> SourceMap | None:
    """Where the characters of a scalar's value stand in the text that it was parsed from; None when that cannot be told.

    A blank stands behind the character before it, as far as the text there is long enough: a parser may have made one blank of many.
    """
    if scalar.exact:
        return SourceMap(range(scalar.start, scalar.end), range(scalar.start + 1, scalar.end + 1))
    found = _laid_out(scalar, text)
    if found is None:
        return None
    visible, starts, ends = found
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
    """Put blanks between the end of a character and the start of the next."""
    starts += [min(last + index, following) for index in range(count)]
    ends += [min(last + index + 1, following) for index in range(count)]


def _laid_out(scalar: Scalar, text: str) -> tuple[str, list[int], list[int]] | None:
    """The characters of a scalar that are no blanks, as they are meant, with where each begins and ends in the text."""
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
        found = match.group()
        if found[0] == "\\" and token is _DOUBLE_TOKEN:
            meant = _unescaped(found)
        elif found == "''" and token is _SINGLE_TOKEN:
            meant = "'"
        else:
            decoded.append(found)
            starts += range(match.start(), match.end())
            ends += range(match.start() + 1, match.end() + 1)
            continue
        if meant:
            decoded.append(meant)
            starts.append(match.start())
            ends.append(match.end())
    return "".join(decoded), starts, ends


def _unescaped(escape: str) -> str:
    """The character that an escape stands for; nothing for a blank, and for a line break that is taken out."""
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
    """The one document that a string holds, its offsets those of the file `text`; None when it holds none, or several.

    `where` tells where each character of `value` stands. A scalar of it is `exact` when its value stands in the file as it is.
    """
    documents = _documents(value)
    if len(documents) != 1 or not isinstance(documents[0].root, Mapping | Sequence):
        return None
    document = documents[0]
    nodes = list(walk(document.root))
    replaced = {id(node): placed for node in nodes if (placed := _placed(node, where, text)) is not node}
    if replaced:
        for node in nodes:
            if isinstance(node, Mapping):
                node.items = [(replaced.get(id(key), key), replaced.get(id(value), value)) for key, value in node.items]
            elif isinstance(node, Sequence):
                node.items = [replaced.get(id(item), item) for item in node.items]
    return Document(document.root, 0, document.kind)


def _documents(value: str) -> list[Document]:
    """The documents of a string; none where it is neither. What begins as JSON is taken for that only."""
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
    """A scalar whose characters stand in the file in this order, but with something between them: escapes, or another part of a `Fn::Join`."""

    __slots__ = ("_where",)

    def __init__(self, scalar: Scalar, where: SourceMap) -> None:
        super().__init__(scalar.value, scalar.start, scalar.end, scalar.style, scalar.tag, scalar.anchor, False)
        self.aliased = scalar.aliased
        self._where = where

    def part(self, start: int, end: int) -> Span:
        if start >= end:
            return Span(self.start, self.end)
        return Span(self._where.starts[start], self._where.ends[end - 1])

    def runs(self) -> list[tuple[int, int]]:
        starts, ends = self._where
        breaks = [index for index in range(1, len(starts)) if starts[index] != ends[index - 1]]
        return list(zip([0, *breaks], [*breaks, len(self.value)], strict=True))


def _placed(node: Node, where: SourceMap, text: str) -> Node:
    """The node with the offsets of the file; another one in place of a scalar that does not stand there in one piece."""
    start, end = node.start, node.end
    if start >= len(where.starts):
        node.start = node.end = where.ends[-1] if where.ends else 0
    else:
        node.start = where.starts[start]
        node.end = where.ends[end - 1] if end > start else node.start
    if isinstance(node, Scalar) and node.exact and text[node.start : node.end] != node.value:
        node.exact = False
        # An alias refers to its target as it is: the plain node stays.
        return node if node.aliased else SegmentedScalar(node, SourceMap(where.starts[start:end], where.ends[start:end]))
    return node

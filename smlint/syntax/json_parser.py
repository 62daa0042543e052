"""Parse JSON text into a tree with spans, in one iterative pass that spends most of its time in two regular expressions.

`json.loads` reports no positions, and libyaml rejects surrogate pairs (and needs ruamel.yaml, which takes longer to import than a manifest
takes to parse). The parser is strict (RFC 8259): text that it rejects may still be YAML.
"""

from __future__ import annotations

import json
import re

from smlint.syntax.nodes import DEPTH_LIMIT, Content, Document, Mapping, ParseError, Scalar, Sequence, joined_surrogates

_BLANKS = r"[ \t\n\r]*+"
_STRING = r'"([^"\\\x00-\x1f]*+)"'
_LITERAL = r"(-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?|true|false|null)"

# One match covers the common case: a key and its value, or an element, up to the next comma or bracket. Strings with escapes, empty
# collections and errors take the slow path. Matching is linear: each part is possessive or ends at one character.
# Groups, the same in both: 1 key, 2 string, 3 character after it, 4 literal, 5 character after it, 6 opening bracket.
_VALUE = rf"(?:{_STRING}{_BLANKS}([,%s])|{_LITERAL}{_BLANKS}([,%s])|([\[{{]))"
_MEMBER = re.compile(f"{_BLANKS}{_STRING}{_BLANKS}:{_BLANKS}" + _VALUE % ("}", "}"))
_ELEMENT = re.compile(f"(){_BLANKS}" + _VALUE % ("\\]", "\\]"))
_OPENING = 6
_STYLES = {3: "json", 5: "plain"}
_SKIP = re.compile(_BLANKS)
_PLAIN = re.compile(_LITERAL)
_DECODER = json.JSONDecoder()


class NotJson(Exception):
    """The text is not JSON. `message` says why; `offset` is the character of the error."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


def parse_json(text: str) -> Document:
    """Parse a JSON text whose value is an object or an array.

    Raises `NotJson` if the text is not JSON, and `ParseError` if it is nested too deeply or contains a lone surrogate, which no other
    parser accepts either.
    """
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise ParseError("lone surrogate", error.start) from None
    position = _skip(text, 0)
    if text[position : position + 1] not in ("{", "["):
        raise NotJson("expected '{' or '['", position)
    root = parent = _open(text, position)
    position += 1
    parents: list[Mapping | Sequence] = []
    first = True  # the parent has just opened and may be empty
    after_value = False
    while True:
        following = ""
        if not after_value:
            key, node, position, following = _next(text, position, isinstance(parent, Mapping), first)
            if isinstance(parent, Sequence):
                if node is not None:
                    parent.items.append(node)
            elif key is not None and node is not None:
                parent.items.append((key, node))
            if node is not None and not isinstance(node, Scalar):
                if len(parents) + 1 >= DEPTH_LIMIT:
                    raise ParseError(f"nested deeper than {DEPTH_LIMIT:,} levels", node.start)
                parents.append(parent)
                parent = node
                first = True
                continue
        if not following:
            position, following = _separator(text, position, "}" if isinstance(parent, Mapping) else "]")
        after_value = following != ","
        first = False
        if after_value:
            parent.end = position
            if not parents:
                break
            parent = parents.pop()
    position = _skip(text, position)
    if position < len(text):
        raise NotJson("unexpected text after the JSON value", position)
    return Document(root, 0, "json")


def _next(text: str, position: int, in_object: bool, first: bool) -> tuple[Scalar | None, Content | None, int, str]:
    """Read the next member or element: the key (in an object), its value, the end offset, and the delimiter after it if already read.

    A value that is a collection is still empty: only its opening bracket has been read. Without a value, the parent closes, and the
    delimiter is its closing bracket.
    """
    match = (_MEMBER if in_object else _ELEMENT).match(text, position)
    if match is None:
        key, node, position = _next_slow(text, position, in_object, first)
        return key, node, position, "" if node is not None else text[position - 1]
    key = Scalar(match[1], *match.span(1), "json") if in_object else None
    group = match.lastindex or _OPENING
    if group == _OPENING:
        return key, _open(text, match.end() - 1), match.end(), ""
    node = Scalar(match[group - 1], *match.span(group - 1), _STYLES[group])
    return key, node, match.end(), match[group]


def _separator(text: str, position: int, closing: str) -> tuple[int, str]:
    """Read the comma or closing bracket after a value; return the offset after it, and the character."""
    position = _skip(text, position)
    character = text[position : position + 1]
    if character not in (",", closing):
        raise NotJson(f"expected ',' or '{closing}'", position)
    return position + 1, character


def _skip(text: str, position: int) -> int:
    match = _SKIP.match(text, position)
    return match.end() if match is not None else position


def _open(text: str, position: int) -> Mapping | Sequence:
    return Mapping(position) if text[position] == "{" else Sequence(position)


def _next_slow(text: str, position: int, in_object: bool, first: bool) -> tuple[Scalar | None, Content | None, int]:
    """Read the next member or element without the regular expressions; as `_next`, without the delimiter."""
    position = _skip(text, position)
    key = None
    if first and text[position : position + 1] == ("}" if in_object else "]"):
        return None, None, position + 1
    if in_object:
        if text[position : position + 1] != '"':
            raise NotJson("expected a key in double quotes", position)
        key = _string(text, position)
        position = _skip(text, key.end + 1)
        if text[position : position + 1] != ":":
            raise NotJson("expected ':'", position)
        position = _skip(text, position + 1)
    character = text[position : position + 1]
    if character == '"':
        node = _string(text, position)
        return key, node, node.end + 1
    if character in ("{", "["):
        return key, _open(text, position), position + 1
    match = _PLAIN.match(text, position)
    if match is None:
        raise NotJson("expected a value", position)
    return key, Scalar(match[0], position, match.end(), "plain"), match.end()


def _string(text: str, position: int) -> Scalar:
    """Read the string whose opening quote is at `position`, and decode its escapes."""
    try:
        value, after = _DECODER.raw_decode(text, position)
    except json.JSONDecodeError as error:
        raise NotJson(error.msg[:1].lower() + error.msg[1:].removesuffix(" at"), error.pos) from None
    if not value.isascii():
        value = joined_surrogates(value)
    return Scalar(value, position + 1, after - 1, "json", exact=after - position - 2 == len(value))

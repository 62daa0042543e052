"""JSON text to a tree, with spans: one pass, iterative, most of the work in two regular expressions.

`json.loads` tells no positions, and libyaml refuses surrogate pairs (and needs ruamel.yaml, which takes longer to import than a
manifest to parse). Strictly RFC 8259: what it refuses may still be YAML.
"""

from __future__ import annotations

import json
import re

from smlint.syntax.nodes import DEPTH_LIMIT, Content, Document, Mapping, ParseError, Scalar, Sequence, joined_surrogates

_BLANKS = r"[ \t\n\r]*+"
_STRING = r'"([^"\\\x00-\x1f]*+)"'
_LITERAL = r"(-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?|true|false|null)"

# The common case in one match: a key and its value, or an element, up to the comma or bracket after it. A string with an
# escape, an empty collection and every error take the long way. Each part is possessive or ends at one character: linear.
# Groups, the same in both: 1 the key, 2 a string, 3 what follows it, 4 a literal, 5 what follows it, 6 an opening bracket.
_VALUE = rf"(?:{_STRING}{_BLANKS}([,%s])|{_LITERAL}{_BLANKS}([,%s])|([\[{{]))"
_MEMBER = re.compile(f"{_BLANKS}{_STRING}{_BLANKS}:{_BLANKS}" + _VALUE % ("}", "}"))
_ELEMENT = re.compile(f"(){_BLANKS}" + _VALUE % ("\\]", "\\]"))
_OPENING = 6
_STYLES = {3: "json", 5: "plain"}
_SKIP = re.compile(_BLANKS)
_PLAIN = re.compile(_LITERAL)
_DECODER = json.JSONDecoder()


class NotJson(Exception):
    """The text is not JSON: why, and the character at which that shows."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


def parse_json(text: str) -> Document:
    """The document of a JSON text whose value is an object or an array.

    `NotJson` if it is none; `ParseError` if it is too deep or holds a lone surrogate, which no other parser would take either.
    """
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise ParseError("lone surrogate", error.start) from None
    position = _skip(text, 0)
    if text[position : position + 1] not in ("{", "["):
        raise NotJson("expected '{' or '['", position)
    root = parent = _opened(text, position)
    position += 1
    parents: list[Mapping | Sequence] = []
    first = True  # the parent has just been opened, and may close at once
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
    """A key (in an object), its value or the collection that opens here, where that ends, and the character read after it, if any.

    Without a value the parent closes: its bracket is the character. A collection that opens is still empty.
    """
    match = (_MEMBER if in_object else _ELEMENT).match(text, position)
    if match is None:
        key, node, position = _long_way(text, position, in_object, first)
        return key, node, position, "" if node is not None else text[position - 1]
    key = Scalar(match[1], *match.span(1), "json", None, None, True) if in_object else None
    which = match.lastindex or _OPENING
    if which == _OPENING:
        return key, _opened(text, match.end() - 1), match.end(), ""
    node = Scalar(match[which - 1], *match.span(which - 1), _STYLES[which], None, None, True)
    return key, node, match.end(), match[which]


def _separator(text: str, position: int, closing: str) -> tuple[int, str]:
    """The comma or closing bracket after a value, and where it ends."""
    position = _skip(text, position)
    character = text[position : position + 1]
    if character not in (",", closing):
        raise NotJson(f"expected ',' or '{closing}'", position)
    return position + 1, character


def _skip(text: str, position: int) -> int:
    match = _SKIP.match(text, position)
    return match.end() if match is not None else position


def _opened(text: str, position: int) -> Mapping | Sequence:
    return Mapping(position) if text[position] == "{" else Sequence(position)


def _long_way(text: str, position: int, in_object: bool, first: bool) -> tuple[Scalar | None, Content | None, int]:
    """The key (in an object), the value or collection that opens here, and where that ends; no value when the parent closes."""
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
        return key, _opened(text, position), position + 1
    match = _PLAIN.match(text, position)
    if match is None:
        raise NotJson("expected a value", position)
    return key, Scalar(match[0], position, match.end(), "plain", None, None, True), match.end()


def _string(text: str, position: int) -> Scalar:
    """The string whose opening quote stands at `position`, escapes decoded."""
    try:
        value, after = _DECODER.raw_decode(text, position)
    except json.JSONDecodeError as error:
        raise NotJson(error.msg[:1].lower() + error.msg[1:].removesuffix(" at"), error.pos) from None
    if not value.isascii():
        value = joined_surrogates(value)
    return Scalar(value, position + 1, after - 1, "json", None, None, after - position - 2 == len(value))

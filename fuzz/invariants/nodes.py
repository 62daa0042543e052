"""What must hold for every text that `smlint.syntax.parse` is given."""

from __future__ import annotations

import json
from itertools import islice, pairwise

from fuzz.invariants.composer import compare
from smlint.syntax import Alias, Data, Document, Mapping, Node, ParseError, Scalar, Sequence, Unknown, merged, parse, to_data, walk
from smlint.syntax.comments import find_comments
from smlint.syntax.plain_data import DATA_DEPTH

COMPARED_LENGTH = 2_000
"""Characters of the longest text that ruamel.yaml parses as well, which takes several times as long."""

COMPARED_ENTRIES = 50
"""Entries of a mapping that are looked up one by one."""


def holds(text: str, filename: str = "") -> list[Document] | None:
    """Parse a text and look at all that comes out; None when it is neither YAML nor JSON. Raises `AssertionError`."""
    try:
        documents = parse(text, filename)
    except ParseError as error:
        assert 0 <= error.offset <= len(text), f"the offset {error.offset} is outside of the text"
        assert error.message, "an error without a message"
        assert "\n" not in error.message, "a message of several lines"
        refused_on_purpose = error.message == "lone surrogate" or error.message.startswith("nested deeper")
        assert refused_on_purpose or _json(text) is _NO_JSON, "a text that is JSON is refused"
        return None
    assert [document.index for document in documents] == list(range(len(documents)))
    for document in documents:
        assert document.text == text
        _look_at(document, text)
    _look_at_comments(text, documents)
    if [document.kind for document in documents] == ["json"]:
        _same_as_json(text, documents[0])
    elif len(text) <= COMPARED_LENGTH:
        compare(text, documents)
    return documents


def _look_at(document: Document, text: str) -> None:
    for node in walk(document.root):
        assert 0 <= node.start <= node.end <= len(text), f"{node!r} stands outside of the text"
        if isinstance(node, Scalar):
            _look_at_scalar(node, text)
        elif isinstance(node, Alias):
            assert text[node.start : node.end] == f"*{node.name}", f"{node!r} stands elsewhere"
            assert node.target.aliased, f"{node!r}: what it refers to does not know"
        else:
            _look_at_collection(node)
    _look_at_data(to_data(document.root))


def _look_at_scalar(node: Scalar, text: str) -> None:
    if node.exact:
        assert text[node.start : node.end] == node.value, f"{node!r} is exact, and another text stands there"
    if node.style in ("single", "double", "json"):
        quote = "'" if node.style == "single" else '"'
        assert text[node.start - 1] == text[node.end] == quote, f"{node!r} does not stand between its quotes"
    elif node.style in ("literal", "folded"):
        assert text[node.start] == {"literal": "|", "folded": ">"}[node.style], f"{node!r} does not begin at its indicator"
    assert [span for start, end in node.segments() if (span := node.part(start, end)).end > node.end] == []


def _look_at_collection(node: Mapping | Sequence) -> None:
    children = [child for pair in node.items for child in pair] if isinstance(node, Mapping) else node.items
    inside = [child for child in children if child.start < child.end]  # libyaml puts an empty value behind what it has looked at
    for child in inside:
        assert node.start <= child.start, f"{child!r} begins before {node!r}"
        assert child.end <= node.end, f"{child!r} ends after {node!r}"
    for one, other in pairwise(inside):
        assert one.end <= other.start, f"{one!r} overlaps {other!r}"
    if isinstance(node, Mapping):
        for key, value in islice(merged(node), COMPARED_ENTRIES):
            assert node.get(key) is value, f"{key!r} is one thing in `merged` and another in `get`"


def _look_at_data(data: Data) -> None:
    """Plain data are plain, and of a depth that a schema can be asked about."""
    level: list[Data] = [data]
    for _ in range(DATA_DEPTH + 1):
        below: list[Data] = []
        for one in islice(level, 10_000):
            if isinstance(one, dict):
                assert all(type(key) is str for key in one)
                below += one.values()
            elif isinstance(one, list):
                below += one
            else:
                assert one is None or isinstance(one, (str, int, float, bool, Unknown)), f"{one!r} is no plain data"
        level = below
    assert not level, "plain data deeper than the limit"


def _look_at_comments(text: str, documents: list[Document]) -> None:
    found = find_comments(text, documents)
    for comment in found:
        assert comment.text.startswith("#")
        assert text.startswith(comment.text, comment.offset), f"{comment} stands elsewhere"
    assert all(one.offset < other.offset for one, other in pairwise(found))


_NO_JSON = object()


def _json(text: str) -> object:
    """What Python's own parser makes of a text, objects as tuples of pairs; `_NO_JSON` where it refuses, or cannot go so deep."""

    def refuse(_: str) -> object:
        raise ValueError("no JSON, although Python takes it")

    try:
        if text.lstrip(" \t\r\n")[:1] not in ("{", "["):
            return _NO_JSON
        return json.loads(text, object_pairs_hook=tuple, parse_constant=refuse, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return _NO_JSON


def _same_as_json(text: str, document: Document) -> None:
    stack: list[tuple[Node | None, object]] = [(document.root, _json(text))]
    if stack[0][1] is _NO_JSON:
        assert _is_deep(document), "a text that is not JSON is read as JSON"
        return
    words: dict[str, str | bool | None] = {"true": True, "false": False, "null": None}
    while stack:
        node, other = stack.pop()
        if isinstance(node, Mapping):
            assert isinstance(other, tuple)
            for (key, value), (name, thing) in zip(node.items, other, strict=True):
                stack += [(key, name), (value, thing)]
        elif isinstance(node, Sequence):
            assert isinstance(other, list)
            stack += zip(node.items, other, strict=True)
        else:
            assert isinstance(node, Scalar)
            meant = words.get(node.value, node.value) if node.style == "plain" else node.value
            expected = other.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if isinstance(other, str) else other
            assert meant == expected, f"{node!r} is {other!r} in JSON"


def _is_deep(document: Document) -> bool:
    """Whether Python's parser may have refused a text for its depth."""
    depth, level = 0, [document.root]
    while level:
        depth += 1
        below: list[Node | None] = []
        for node in level:
            if isinstance(node, Mapping):
                below += [value for _, value in node.items]
            elif isinstance(node, Sequence):
                below += node.items
        level = below
    return depth > 300

"""Invariants for every text passed to `smlint.syntax.parse`."""

from __future__ import annotations

import json
from itertools import islice, pairwise

from fuzz.invariants.composer import compare
from smlint.syntax import Alias, Data, Document, Mapping, Node, ParseError, Scalar, Sequence, Unknown, merged, parse, to_data, walk
from smlint.syntax.comments import find_comments
from smlint.syntax.plain_data import DATA_DEPTH

COMPARED_LENGTH = 2_000
"""The longest text, in characters, to compare with ruamel.yaml, which takes several times as long."""

COMPARED_ENTRIES = 50
"""The number of entries of a mapping to look up individually."""


def holds(text: str, filename: str = "") -> list[Document] | None:
    """Parse a text and check the documents; None if it is not valid YAML or JSON. Raises `AssertionError`."""
    try:
        documents = parse(text, filename)
    except ParseError as error:
        assert 0 <= error.offset <= len(text), f"the offset {error.offset} is outside the text"
        assert error.message, "an error without a message"
        assert "\n" not in error.message, "a message of several lines"
        refused_on_purpose = error.message == "lone surrogate" or error.message.startswith("nested deeper")
        assert refused_on_purpose or _json(text) is _NOT_JSON, "valid JSON was rejected"
        return None
    assert [document.index for document in documents] == list(range(len(documents)))
    for document in documents:
        assert document.text == text
        _check_document(document, text)
    _check_comments(text, documents)
    if [document.kind for document in documents] == ["json"]:
        _compare_with_json(text, documents[0])
    elif len(text) <= COMPARED_LENGTH:
        compare(text, documents)
    return documents


def _check_document(document: Document, text: str) -> None:
    for node in walk(document.root):
        assert 0 <= node.start <= node.end <= len(text), f"{node!r} is outside the text"
        if isinstance(node, Scalar):
            _check_scalar(node, text)
        elif isinstance(node, Alias):
            assert text[node.start : node.end] == f"*{node.name}", f"{node!r} is at another position"
            assert node.target.aliased, f"{node!r}: its target is not marked as aliased"
        else:
            _check_collection(node)
    _check_data(to_data(document.root))


def _check_scalar(node: Scalar, text: str) -> None:
    if node.exact:
        assert text[node.start : node.end] == node.value, f"{node!r} is exact, but the source has another text there"
    if node.style in ("single", "double", "json"):
        quote = "'" if node.style == "single" else '"'
        assert text[node.start - 1] == text[node.end] == quote, f"{node!r} is not between its quotes"
    elif node.style in ("literal", "folded"):
        assert text[node.start] == {"literal": "|", "folded": ">"}[node.style], f"{node!r} does not start at its indicator"
    assert [span for start, end in node.segments() if (span := node.part(start, end)).end > node.end] == []


def _check_collection(node: Mapping | Sequence) -> None:
    children = [child for pair in node.items for child in pair] if isinstance(node, Mapping) else node.items
    placed = [child for child in children if child.start < child.end]  # libyaml places empty values after the text that it has scanned
    for child in placed:
        assert node.start <= child.start, f"{child!r} starts before {node!r}"
        assert child.end <= node.end, f"{child!r} ends after {node!r}"
    for first, second in pairwise(placed):
        assert first.end <= second.start, f"{first!r} overlaps {second!r}"
    if isinstance(node, Mapping):
        for key, value in islice(merged(node), COMPARED_ENTRIES):
            assert node.get(key) is value, f"{key!r} differs between `merged` and `get`"


def _check_data(data: Data) -> None:
    """Check that plain data contains only plain types, and is not too deep for a schema."""
    level: list[Data] = [data]
    for _ in range(DATA_DEPTH + 1):
        below: list[Data] = []
        for item in islice(level, 10_000):
            if isinstance(item, dict):
                assert all(type(key) is str for key in item)
                below += item.values()
            elif isinstance(item, list):
                below += item
            else:
                assert item is None or isinstance(item, (str, int, float, bool, Unknown)), f"{item!r} is not plain data"
        level = below
    assert not level, "plain data deeper than the limit"


def _check_comments(text: str, documents: list[Document]) -> None:
    comments = find_comments(text, documents)
    for comment in comments:
        assert comment.text.startswith("#")
        assert text.startswith(comment.text, comment.offset), f"{comment} is at another position"
    assert all(comment.offset < other.offset for comment, other in pairwise(comments))


_NOT_JSON = object()


def _json(text: str) -> object:
    """Parse a text with Python's parser, objects as tuples of pairs; `_NOT_JSON` if it fails or the nesting is too deep."""

    def refuse(_: str) -> object:
        raise ValueError("not JSON, although Python accepts it")

    try:
        if text.lstrip(" \t\r\n")[:1] not in ("{", "["):
            return _NOT_JSON
        return json.loads(text, object_pairs_hook=tuple, parse_constant=refuse, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return _NOT_JSON


def _compare_with_json(text: str, document: Document) -> None:
    stack: list[tuple[Node | None, object]] = [(document.root, _json(text))]
    if stack[0][1] is _NOT_JSON:
        assert _is_deep(document), "text that is not JSON was read as JSON"
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
            actual = words.get(node.value, node.value) if node.style == "plain" else node.value
            expected = other.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if isinstance(other, str) else other
            assert actual == expected, f"{node!r} is {other!r} in JSON"


def _is_deep(document: Document) -> bool:
    """Return whether Python's parser may have rejected a text because of its depth."""
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

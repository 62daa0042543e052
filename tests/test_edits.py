"""Spans of text ranges, and the edits that change a text."""

from __future__ import annotations

import pytest

from smlint.linter.edits import edits_for, span_of
from smlint.model.findings import Edit
from smlint.model.source import Span
from smlint.model.text import Piece, Text, TextRange
from smlint.readers.common import part_text, scalar_text
from smlint.syntax import Mapping, Scalar, parse


def scalar(source: str) -> Scalar:
    root = parse(source)[0].root
    assert isinstance(root, Mapping)
    value = root.items[0][1]
    assert isinstance(value, Scalar)
    return value


def edited(source: str, wanted: str) -> str | None:
    edits = edits_for(scalar_text(scalar(source)), wanted, source)
    if edits is None:
        return None
    (edit,) = edits
    return source[: edit.span.start] + edit.new + source[edit.span.end :]


@pytest.mark.parametrize(
    ("source", "wanted", "expected"),
    [
        pytest.param("a: host/x:1  # why\n", "host/y:1", "a: host/y:1  # why\n", id="plain scalar"),
        pytest.param("a: 'host/x:1'\n", "it's", "a: 'it''s'\n", id="single-quoted scalar"),
        pytest.param('a: "host/x:1"\n', 'say "x"', 'a: "say \\"x\\""\n', id="double-quoted scalar"),
        pytest.param('{"a": "host\\/x:1"}', "host/y:1", '{"a": "host/y:1"}', id="JSON string"),
        pytest.param("a: 1.10\n", "1.10", 'a: "1.10"\n', id="number becomes a quoted string"),
        pytest.param("a: x\n", "true", 'a: "true"\n', id="quotes for a YAML boolean"),
        pytest.param("a: x\n", "a: b", 'a: "a: b"\n', id="quotes for a mapping-like value"),
        pytest.param("[{a: x}]\n".replace("[{", "{").replace("}]", "}"), "y,z", '{a: "y,z"}\n', id="quotes for a comma in a flow mapping"),
        pytest.param("a: >-\n  host/x:1\n", "host/y:1", None, id="no edit of a folded scalar"),
        pytest.param("a: |\n  host/x:1\n", "host/y:1", None, id="no edit of a block scalar"),
        pytest.param("a: &n host/x:1\nb: *n\n", "host/y:1", None, id="no edit of a scalar with aliases"),
        pytest.param("a: &n host/x:1\nb: 1\n", "host/y:1", "a: &n host/y:1\nb: 1\n", id="unused anchor"),
        pytest.param("a: x\n", "x", None, id="no edit without a change"),
    ],
)
def test_edits_keep_the_quoting_of_the_scalar(source: str, wanted: str, expected: str | None) -> None:
    assert edited(source, wanted) == expected


def test_only_literal_pieces_change() -> None:
    source = "a: 7631.dkr.ecr.${R}.amazonaws.com/x:1-cpu\n"
    value = scalar(source)
    placeholder = value.value.index("${R}")
    text = part_text(value, [(0, placeholder, None), (placeholder, placeholder + 4, "R"), (placeholder + 4, len(value.value), None)])
    wanted = text.value.replace("/x:", "/x-arm64:")
    edits = edits_for(text, wanted, source)
    assert edits is not None
    assert [(source[e.span.start : e.span.end], e.new) for e in edits] == [(".amazonaws.com/x:1-cpu", ".amazonaws.com/x-arm64:1-cpu")]


def test_edits_never_change_a_placeholder() -> None:
    text = Text((Piece("a.", Span(0, 2), "plain"), Piece(None, Span(2, 6), None, "R"), Piece(".b", Span(6, 8), "plain")), Span(0, 8))
    assert edits_for(text, "a.us-east-1.b", "a.${R}.b") is None


def test_pieces_at_different_locations_change_together() -> None:
    source = "acc: '111'\nimg: .dkr.x/r:1\n"
    text = Text((Piece("111", Span(6, 9), "single"), Piece(".dkr.x/r:1", Span(16, 26), "plain")), Span(11, 26))
    edits = edits_for(text, "222.dkr.x/s:1", source)
    assert edits == (Edit(Span(6, 9), "111", "222"), Edit(Span(16, 26), ".dkr.x/r:1", ".dkr.x/s:1"))


def test_span_of_a_part_lies_in_its_piece() -> None:
    text = Text((Piece("111", Span(6, 9), "single"), Piece(".dkr.x/r:1", Span(16, 26), "plain")), Span(11, 26))
    assert span_of(TextRange(text, 8, 9)) == Span(21, 22)
    assert span_of(TextRange(text, 0, 3)) == Span(6, 9)
    assert span_of(TextRange(text)) == Span(6, 9), "a text from two locations has the span of its first piece"


def test_a_text_without_location_has_the_span_of_its_anchor() -> None:
    assert span_of(TextRange(Text((Piece("x"),), Span(3, 5)))) == Span(3, 5)

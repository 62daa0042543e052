"""Where the part of a text stands, and the edits that turn a text into another."""

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
        pytest.param("a: host/x:1  # why\n", "host/y:1", "a: host/y:1  # why\n", id="a plain scalar stays plain"),
        pytest.param("a: 'host/x:1'\n", "it's", "a: 'it''s'\n", id="a single-quoted one keeps its quotes"),
        pytest.param('a: "host/x:1"\n', 'say "x"', 'a: "say \\"x\\""\n', id="a double-quoted one keeps its quotes"),
        pytest.param('{"a": "host\\/x:1"}', "host/y:1", '{"a": "host/y:1"}', id="a JSON string is written anew"),
        pytest.param("a: 1.10\n", "1.10", 'a: "1.10"\n', id="a number that means a string gets quotes"),
        pytest.param("a: x\n", "true", 'a: "true"\n', id="a word that YAML reads as a Boolean gets quotes"),
        pytest.param("a: x\n", "a: b", 'a: "a: b"\n', id="what would not be one scalar gets quotes"),
        pytest.param("[{a: x}]\n".replace("[{", "{").replace("}]", "}"), "y,z", '{a: "y,z"}\n', id="what would end a flow mapping gets quotes"),
        pytest.param("a: >-\n  host/x:1\n", "host/y:1", None, id="a folded scalar is left alone"),
        pytest.param("a: |\n  host/x:1\n", "host/y:1", None, id="a block scalar is left alone"),
        pytest.param("a: &n host/x:1\nb: *n\n", "host/y:1", None, id="an anchored scalar in use is left alone"),
        pytest.param("a: &n host/x:1\nb: 1\n", "host/y:1", "a: &n host/y:1\nb: 1\n", id="an anchor that nobody uses does not matter"),
        pytest.param("a: x\n", "x", None, id="no edit where nothing changes"),
    ],
)
def test_a_scalar_is_written_in_its_own_quoting(source: str, wanted: str, expected: str | None) -> None:
    assert edited(source, wanted) == expected


def test_only_the_literal_pieces_of_a_text_change() -> None:
    source = "a: 7631.dkr.ecr.${R}.amazonaws.com/x:1-cpu\n"
    value = scalar(source)
    hole = value.value.index("${R}")
    text = part_text(value, [(0, hole, None), (hole, hole + 4, "R"), (hole + 4, len(value.value), None)])
    wanted = text.value.replace("/x:", "/x-arm64:")
    edits = edits_for(text, wanted, source)
    assert edits is not None
    assert [(source[e.span.start : e.span.end], e.new) for e in edits] == [(".amazonaws.com/x:1-cpu", ".amazonaws.com/x-arm64:1-cpu")]


def test_a_text_whose_unknown_piece_would_change_is_left_alone() -> None:
    text = Text((Piece("a.", Span(0, 2), "plain"), Piece(None, Span(2, 6), None, "R"), Piece(".b", Span(6, 8), "plain")), Span(0, 8))
    assert edits_for(text, "a.us-east-1.b", "a.${R}.b") is None


def test_two_pieces_from_two_corners_change_together() -> None:
    source = "acc: '111'\nimg: .dkr.x/r:1\n"
    text = Text((Piece("111", Span(6, 9), "single"), Piece(".dkr.x/r:1", Span(16, 26), "plain")), Span(11, 26))
    edits = edits_for(text, "222.dkr.x/s:1", source)
    assert edits == (Edit(Span(6, 9), "111", "222"), Edit(Span(16, 26), ".dkr.x/r:1", ".dkr.x/s:1"))


def test_the_span_of_a_part_lies_in_the_piece_that_holds_it() -> None:
    text = Text((Piece("111", Span(6, 9), "single"), Piece(".dkr.x/r:1", Span(16, 26), "plain")), Span(11, 26))
    assert span_of(TextRange(text, 8, 9)) == Span(21, 22)
    assert span_of(TextRange(text, 0, 3)) == Span(6, 9)
    assert span_of(TextRange(text)) == Span(6, 9), "a text from two corners is pointed at by its first piece"


def test_a_text_that_stands_nowhere_is_pointed_at_by_its_anchor() -> None:
    assert span_of(TextRange(Text((Piece("x"),), Span(3, 5)))) == Span(3, 5)

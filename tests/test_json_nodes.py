"""Parse JSON into the same tree as YAML, without the YAML parser."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import suppress
from typing import NoReturn

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml.cyaml import CSafeLoader

from smlint.syntax import Mapping, ParseError, Scalar, Sequence, parse, to_data, walk
from smlint.syntax.json_parser import NotJson, parse_json
from tests.conftest import ROOT
from tests.timing import assert_growth, seconds


def scalar(text: str) -> Scalar:
    (document,) = parse(text, "x.json")
    assert document.kind == "json"
    assert isinstance(document.root, Sequence)
    (node,) = document.root.items
    assert isinstance(node, Scalar)
    return node


@pytest.mark.parametrize(
    ("text", "written", "value", "style", "exact"),
    [
        pytest.param('["a"]', "a", "a", "json", True, id="a string"),
        pytest.param('[""]', "", "", "json", True, id="an empty string"),
        pytest.param('["é\U0001f600"]', "é\U0001f600", "é\U0001f600", "json", True, id="characters outside ASCII and the BMP"),
        pytest.param(r'["a\"b"]', r"a\"b", 'a"b', "json", False, id="an escaped quote"),
        pytest.param(r'["\ud83d\ude00"]', r"\ud83d\ude00", "\U0001f600", "json", False, id="a surrogate pair"),
        pytest.param(r'["\ud83d!"]', r"\ud83d!", "\ufffd!", "json", False, id="a lone surrogate"),
        pytest.param(r'["a\/b"]', r"a\/b", "a/b", "json", False, id="an escaped slash"),
        pytest.param("[1.10]", "1.10", "1.10", "plain", True, id="a number keeps its text"),
        pytest.param("[-0.5e+10]", "-0.5e+10", "-0.5e+10", "plain", True, id="a number with sign, fraction and exponent"),
        pytest.param("[true]", "true", "true", "plain", True, id="true"),
        pytest.param("[ \t\r\n null \t]\r\n", "null", "null", "plain", True, id="null among blanks and tabs"),
        pytest.param('["a\x7f"]', "a\x7f", "a\x7f", "json", True, id="a delete character, which YAML rejects"),
    ],
)
def test_a_scalar_has_the_span_of_its_text(text: str, written: str, value: str, style: str, exact: bool) -> None:
    node = scalar(text)
    assert (text[slice(*node.span)], node.value, node.style, node.exact) == (written, value, style, exact)
    assert (node.tag, node.anchor, node.aliased) == (None, None, False)


def test_collections_have_the_span_of_their_text() -> None:
    text = ' {"a": [ ], "b" : {"c": [1, {}]} } '
    (document,) = parse(text)
    found = [text[node.start : node.end] for node in walk(document.root) if not isinstance(node, Scalar)]
    assert found == [text.strip(), "[ ]", '{"c": [1, {}]}', "[1, {}]", "{}"]


def test_duplicate_keys_are_kept_and_the_last_one_wins() -> None:
    (document,) = parse('{"a": 1, "a": 2}')
    assert isinstance(document.root, Mapping)
    assert len(document.root.items) == 2
    assert to_data(document.root) == {"a": 2}


def test_a_merge_key_is_a_key_like_any_other() -> None:
    (document,) = parse('{"<<": {"a": 1}}')
    assert to_data(document.root) == {"<<": {"a": 1}}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('{"a": 1,}', id="a trailing comma"),
        pytest.param('{"a": 1 # why\n}', id="a comment"),
        pytest.param("{a: 1}", id="a key without quotes"),
        pytest.param("{'a': 1}", id="single quotes"),
        pytest.param("[NaN]", id="not a number"),
        pytest.param("[01]", id="a number with a leading zero"),
        pytest.param('["a\tb"]', id="a tab in a string"),
        pytest.param('{"a": 1}\n---\n{"b": 2}', id="two documents"),
        pytest.param("[a: 1]", id="a pair in a list"),
        pytest.param("{\n  # c\n}", id="only a comment"),
    ],
)
def test_text_that_only_resembles_json_is_yaml(text: str) -> None:
    with pytest.raises(NotJson):
        parse_json(text)
    assert parse(text, "x.json")[0].kind == "yaml"


@pytest.mark.parametrize(
    ("text", "message", "offset"),
    [
        pytest.param('{"a" 1}', "expected ':'", 5, id="a missing colon"),
        pytest.param('{"a": 1', "expected ',' or '}'", 7, id="an unclosed object"),
        pytest.param("[1", "expected ',' or ']'", 2, id="an unclosed array"),
        pytest.param("[", "expected a value", 1, id="only a bracket"),
        pytest.param('{"a": }x', "expected a value", 6, id="a missing value"),
        pytest.param('{"a": 1}}', "unexpected text after the JSON value", 8, id="an extra bracket"),
        pytest.param('{"a": "b', "unterminated string starting", 6, id="an unclosed string"),
        pytest.param('{"a": "\\q"}', "invalid \\escape", 7, id="an invalid escape"),
        pytest.param('{"a": "b\0"}', "invalid control character", 8, id="a NUL"),
        pytest.param("{", "expected a key in double quotes", 1, id="only a brace"),
        pytest.param('[1, "a": 2}', "expected ',' or ']'", 7, id="a pair in an array with the wrong bracket"),
    ],
)
def test_a_json_file_reports_the_json_error(text: str, message: str, offset: int) -> None:
    with pytest.raises(ParseError) as caught:
        parse(text, "deploy.JSON")
    assert caught.value.message.startswith(message)
    assert caught.value.offset == offset
    with pytest.raises(ParseError) as other:
        parse(text, "deploy.yaml")
    assert other.value.message != caught.value.message


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        pytest.param("[" * 1001 + "]" * 1001, 1000, id="arrays one level too deep"),
        pytest.param('{"a":' * 1001 + "1" + "}" * 1001, 5000, id="objects one level too deep"),
        pytest.param('{"a": "\ud800"}', 7, id="an unescaped surrogate"),
    ],
)
def test_text_that_no_parser_accepts(text: str, offset: int) -> None:
    with pytest.raises(ParseError) as caught:
        parse(text)
    assert caught.value.offset == offset


def test_the_deepest_supported_nesting() -> None:
    (document,) = parse("[" * 1000 + "]" * 1000)
    assert len(list(walk(document.root))) == 1000


def reject(word: str) -> NoReturn:
    raise ValueError(word)


def is_json(text: str) -> bool:
    try:
        value = json.loads(text, parse_constant=reject)
    except ValueError:
        return False
    return isinstance(value, dict | list)


FRAGMENTS = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    '"a"',
    '"b\\n"',
    '"',
    "\\",
    "1",
    "-0.5e3",
    "01",
    "-",
    "1.",
    "true",
    "null",
    "nul",
    "NaN",
    " ",
    "\n",
    "\t",
    "\x0c",
    "é",
    "\0",
    "\\u00e9",
]


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=14))
def test_valid_json_is_what_the_standard_library_accepts(fragments: list[str]) -> None:
    for text in ("".join(fragments), "[" + ",".join(fragments) + "]", '{"k":' + "".join(fragments) + "}"):
        if is_json(text):
            assert to_data(parse_json(text).root) == json.loads(text)
        else:
            with pytest.raises(NotJson):
                parse_json(text)


NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
LEAVES = st.none() | st.booleans() | NUMBERS | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
DATA = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4), max_leaves=20)


@settings(max_examples=200, deadline=None)
@given(st.lists(DATA, max_size=3), st.booleans(), st.sampled_from([None, 2, "\t"]))
def test_the_output_of_json_is_parsed_correctly(data: list[object], ascii_only: bool, indent: int | str | None) -> None:
    text = json.dumps(data, ensure_ascii=ascii_only, indent=indent)
    (document,) = parse(text)
    assert document.kind == "json"
    assert to_data(document.root) == json.loads(text)
    for node in walk(document.root):
        written = text[node.start : node.end]
        if isinstance(node, Scalar) and node.style == "json":
            assert json.loads(f'"{written}"') == node.value
            assert node.exact == (written == node.value)
        elif isinstance(node, Scalar):
            assert written == node.value
        else:
            assert (written[0], written[-1]) in (("{", "}"), ("[", "]"))


def test_json_does_not_import_the_yaml_parser() -> None:
    code = "import sys; from smlint.syntax import parse; parse('{\"a\": 1}'); sys.exit(any('ruamel' in name for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


def parse_seconds(text: str) -> float:
    def read() -> None:
        with suppress(NotJson, ParseError):
            parse_json(text)

    return seconds(read)


@pytest.mark.parametrize(
    "piece",
    ["[", '{"a":', '{"a": 1}, ', '"a\\n", ', '"', '\\"', "1", "1.1", " ", '"a": "b", ', '""', "[],"],
)
@pytest.mark.parametrize("head", ["[", '{"a": ', '["'])
def test_parsing_takes_linear_time(head: str, piece: str) -> None:
    # Eight times the length: quadratic time would be 64 times as long.
    assert_growth(lambda count: parse_seconds(head + piece * count), 4_000, 32_000, 40, 0.2)


def test_a_megabyte_on_one_line_takes_less_than_three_times_as_long_as_in_ruamel() -> None:
    text = json.dumps({f"Model{i}": {"Type": "AWS::SageMaker::Model", "Tags": [i, "a", {"Ref": "b"}]} for i in range(3_000)})
    assert parse_seconds(text) < 3 * seconds(lambda: CSafeLoader(text).get_single_node())

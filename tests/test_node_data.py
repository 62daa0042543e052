"""Types of scalars, and conversion of trees to plain data."""

from __future__ import annotations

import math

import pytest

from smlint.syntax import UNKNOWN, Mapping, PlainType, Scalar, Unknown, parse, plain_type, resolve, scalar_data, to_data


def scalar(text: str) -> Scalar:
    (document,) = parse(f"a: {text}")
    assert isinstance(document.root, Mapping)
    node = resolve(document.root.get("a"))
    assert isinstance(node, Scalar)
    return node


def data(text: str) -> object:
    (document,) = parse(text)
    return to_data(document.root)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        pytest.param("1.10", "float", 1.1, id="a version with one dot is a float"),
        pytest.param("2.10", "float", 2.1, id="a version loses its trailing zero"),
        pytest.param("1.10.0", "str", "1.10.0", id="a version with two dots is a string"),
        pytest.param('"1.10"', "str", "1.10", id="a quoted version is a string"),
        pytest.param("'1.10'", "str", "1.10", id="a single-quoted version is a string"),
        pytest.param("!!str 1.10", "str", "1.10", id="a string tag"),
        pytest.param("! 1.10", "str", "1.10", id="the non-specific tag"),
        pytest.param("!!float 1", "float", 1.0, id="a float tag on an integer"),
        pytest.param("py310", "str", "py310", id="a word with digits"),
        pytest.param("2", "int", 2, id="an integer"),
        pytest.param("-17", "int", -17, id="a negative integer"),
        pytest.param("+1_000", "int", 1000, id="an integer with a sign and an underscore"),
        pytest.param("0x1F", "int", 31, id="a hexadecimal integer"),
        pytest.param("0b101", "int", 5, id="a binary integer"),
        pytest.param("0o17", "int", 15, id="an octal integer of YAML 1.2"),
        pytest.param("017", "int", 15, id="an octal integer of YAML 1.1"),
        pytest.param("012345678912", "int", 12345678912, id="an account number with a leading zero"),
        pytest.param("1:30", "int", 90, id="a base-60 integer"),
        pytest.param("8080:80", "str", "8080:80", id="ports are not base 60"),
        pytest.param("1e3", "float", 1000.0, id="an exponent without a dot"),
        pytest.param("-1.5E-2", "float", -0.015, id="an exponent"),
        pytest.param(".5", "float", 0.5, id="a float without a leading zero"),
        pytest.param("5.", "float", 5.0, id="a float without decimals"),
        pytest.param("1:30.5", "float", 90.5, id="a base-60 float"),
        pytest.param(".inf", "float", math.inf, id="infinity"),
        pytest.param("-.INF", "float", -math.inf, id="negative infinity"),
        pytest.param("1.2.3e4", "str", "1.2.3e4", id="too many dots"),
        pytest.param(".", "str", ".", id="a dot"),
        pytest.param("yes", "bool", True, id="yes is true in YAML 1.1"),
        pytest.param("Off", "bool", False, id="off is false"),
        pytest.param("true", "bool", True, id="true"),
        pytest.param("y", "str", "y", id="y is a string, as for PyYAML"),
        pytest.param("null", "null", None, id="null"),
        pytest.param("~", "null", None, id="a tilde"),
        pytest.param("", "null", None, id="no value"),
        pytest.param('""', "str", "", id="an empty string"),
        pytest.param("2010-09-09", "timestamp", "2010-09-09", id="a date keeps its text"),
        pytest.param("2001-12-14t21:59:43.10-05:00", "timestamp", "2001-12-14t21:59:43.10-05:00", id="a time keeps its text"),
        pytest.param("2010-09", "str", "2010-09", id="a month is a string"),
        pytest.param("|\n  1.10", "str", "1.10", id="a block is a string"),
    ],
)
def test_the_type_of_a_scalar(text: str, kind: PlainType, value: object) -> None:
    node = scalar(text)
    assert plain_type(node) == kind
    found = scalar_data(node)
    assert found == value
    assert type(found) is type(value)


def test_not_a_number() -> None:
    found = scalar_data(scalar(".nan"))
    assert isinstance(found, float)
    assert math.isnan(found)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("!Ref Model", id="a CloudFormation tag"),
        pytest.param("!!int x", id="text that does not match its tag"),
        pytest.param("1" * 5000, id="more digits than Python converts"),
        pytest.param("!!binary aGk=", id="a type that JSON lacks"),
    ],
)
def test_values_that_cannot_be_converted_are_unknown(text: str) -> None:
    assert scalar_data(scalar(text)) is UNKNOWN


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a: [1, b, {c: ~}]", {"a": [1, "b", {"c": None}]}, id="a tree"),
        pytest.param("a: 1\na: 2", {"a": 2}, id="the last of duplicate keys"),
        pytest.param("1: a\ntrue: b\n~: c", {"1": "a", "true": "b", "~": "c"}, id="keys are texts"),
        pytest.param("? [a]\n: b\nc: d", {"c": "d"}, id="a non-scalar key is dropped"),
        pytest.param("a: &x {b: 1}\nc: *x", {"a": {"b": 1}, "c": {"b": 1}}, id="an alias is expanded"),
        pytest.param("a: &x {b: 1, c: 2}\nd: {<<: *x, b: 3}", {"a": {"b": 1, "c": 2}, "d": {"b": 3, "c": 2}}, id="merge keys are applied"),
        pytest.param("a: !If [x, y]\nb: !T {c: d}\ne: f", {"a": UNKNOWN, "b": UNKNOWN, "e": "f"}, id="a collection with a custom tag is unknown"),
        pytest.param("!!map {a: !!seq [b]}", {"a": ["b"]}, id="YAML tags have no effect"),
        pytest.param('{"a": [1.0, -2, true, null, "\\u00e9"]}', {"a": [1.0, -2, True, None, "é"]}, id="JSON"),
        pytest.param("---\n", None, id="an empty document"),
    ],
)
def test_plain_data(text: str, expected: object) -> None:
    assert data(text) == expected


def unknowns(value: object) -> int:
    if isinstance(value, dict):
        return sum(unknowns(item) for item in value.values())
    if isinstance(value, list):
        return sum(unknowns(item) for item in value)
    return isinstance(value, Unknown)


def test_a_cycle_ends_in_unknown() -> None:
    found = data("&a {b: *a }")
    for _ in range(100):
        assert isinstance(found, dict)
        found = found["b"]
    assert unknowns(found) == 1


def test_an_alias_bomb_ends_in_unknown() -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join([f'*{chr(97 + i)} '] * 9)}]" for i in range(12)]
    found = data("\n".join(lines))
    assert isinstance(found, dict)
    assert found["b"] == [["x"] * 9] * 9
    assert len(repr(found)) < 2_000_000
    assert "..." in repr(found)


def test_many_mappings_that_merge_a_large_one_end_in_unknown() -> None:
    large = "base: &base {" + ", ".join(f"k{i}: 1" for i in range(1_000)) + "}\n"
    found = data(large + "".join(f"m{i}: {{<<: *base }}\n" for i in range(1_000)))
    assert isinstance(found, dict)
    assert sum(len(value) for value in found.values() if isinstance(value, dict)) < 150_000


def test_deep_data_can_be_printed_in_a_message() -> None:
    assert "..." in repr(data("[" * 900 + "]" * 900))

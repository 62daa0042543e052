"""The part of JSON Schema that users' own rules may use: as jsonschema judges where all is known, and undecided where it is not."""

from __future__ import annotations

import copy

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from smlint.custom_rules.conditions import KEYWORDS, Shape, faults, judge
from smlint.syntax import UNKNOWN, Data

SHAPE = Shape(
    "object",
    {"a": Shape("string"), "b": Shape("string"), "n": Shape("integer"), "t": Shape("boolean"), "kind": Shape("string", None, ("x", "y")), "libs": Shape("object")},
)
WORDS = st.sampled_from(["", "x", "y", "xy", "yx"])
STRINGS = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["string", "integer", ["string", "null"]]),
        "const": WORDS,
        "enum": st.lists(WORDS, min_size=1, max_size=3),
        "pattern": st.sampled_from(["x", "^x", "y$", "^[xy]$"]),
        "minLength": st.integers(0, 3),
        "maxLength": st.integers(0, 3),
        "not": st.fixed_dictionaries({"const": WORDS}),
    },
)
NUMBERS = st.fixed_dictionaries(
    {}, optional={key: st.integers(-2, 2) for key in ("const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")}
)
LIBRARIES = st.fixed_dictionaries(
    {},
    optional={
        "properties": st.dictionaries(WORDS, STRINGS, min_size=1, max_size=2),
        "required": st.lists(WORDS, min_size=1, max_size=2, unique=True),
        "additionalProperties": STRINGS | st.booleans(),
        "minProperties": st.integers(0, 2),
        "maxProperties": st.integers(0, 2),
    },
)
PROPERTIES = st.fixed_dictionaries(
    {},
    optional={"a": STRINGS | st.booleans(), "b": STRINGS, "n": NUMBERS, "t": st.fixed_dictionaries({"const": st.booleans()}), "libs": LIBRARIES},
).filter(bool)
NAMES = st.lists(st.sampled_from(["a", "b", "n", "t", "libs"]), min_size=1, max_size=2, unique=True)
FLAT = st.fixed_dictionaries({}, optional={"properties": PROPERTIES, "required": NAMES})


def combined(inner: st.SearchStrategy[Data]) -> st.SearchStrategy[Data]:
    several = st.lists(inner, min_size=1, max_size=3)
    return st.fixed_dictionaries(
        {},
        optional={"properties": PROPERTIES, "required": NAMES, "allOf": several, "anyOf": several, "oneOf": several, "not": inner},
    ) | st.fixed_dictionaries({"if": inner}, optional={"then": inner, "else": inner})


SCHEMAS: st.SearchStrategy[Data] = st.recursive(FLAT | st.booleans(), combined, max_leaves=6)
RECORDS = st.fixed_dictionaries(
    {}, optional={"a": WORDS, "b": WORDS, "n": st.integers(-3, 3), "t": st.booleans(), "libs": st.dictionaries(WORDS, WORDS, max_size=2)}
)


@given(SCHEMAS, RECORDS)
def test_where_all_is_known_it_judges_as_jsonschema_does(schema: Data, record: dict[str, Data]) -> None:
    assert judge(schema, record).truth is Draft7Validator(schema).is_valid(record)


@given(SCHEMAS, RECORDS, NAMES)
def test_what_depends_on_the_unknown_is_never_decided_wrongly(schema: Data, record: dict[str, Data], names: list[str]) -> None:
    """Whatever an unknown value turns out to be, or if it turns out not to be there, a verdict that was given stays right."""
    partial = {**record, **dict.fromkeys(names, UNKNOWN)}
    verdict = judge(schema, partial).truth
    assume(verdict is not None)
    assert judge(schema, record).truth is verdict
    without = {name: value for name, value in record.items() if name not in names}
    assert judge(schema, without).truth is verdict


@given(SCHEMAS, RECORDS)
def test_a_fault_has_a_place(schema: Data, record: dict[str, Data]) -> None:
    verdict = judge(schema, record)
    assert bool(verdict.faults) is (verdict.truth is False)


@given(SCHEMAS)
def test_judging_changes_nothing(schema: Data) -> None:
    before = copy.deepcopy(schema)
    judge(schema, {"a": "x"})
    assert schema == before


@pytest.mark.parametrize(
    ("schema", "value", "paths"),
    [
        pytest.param({"properties": {"a": {"const": "x"}, "n": {"minimum": 5}}}, {"a": "y", "n": 1}, [("a",), ("n",)], id="each property"),
        pytest.param({"required": ["a", "b"]}, {"a": "x"}, [("b",)], id="the one that is missing"),
        pytest.param({"not": {"properties": {"a": {"const": "x"}}, "required": ["a"]}}, {"a": "x"}, [("a",)], id="what a negation speaks of"),
        pytest.param({"anyOf": [{"properties": {"a": {"const": "x"}}}, {"properties": {"b": {"const": "x"}}}]}, {"a": "y", "b": "y"}, [("a",), ("b",)], id="all ways"),
        pytest.param({"if": {"properties": {"a": {"const": "x"}}}, "then": {"required": ["b"]}}, {"a": "x"}, [("b",)], id="the consequence"),
        pytest.param({"properties": {"libs": {"properties": {"t": {"const": "1"}}}}}, {"libs": {"t": "2"}}, [("libs", "t")], id="a library"),
        pytest.param({"properties": {"a": False}}, {"a": "x"}, [("a",)], id="what may not be there"),
    ],
)
def test_the_values_at_fault_are_named(schema: Data, value: Data, paths: list[tuple[str, ...]]) -> None:
    assert list(judge(schema, value).faults) == paths


@pytest.mark.parametrize(
    ("schema", "message", "hint"),
    [
        pytest.param({"$ref": "http://example.com/x"}, "keyword '$ref' is not allowed", "", id="a reference elsewhere"),
        pytest.param({"$ref": "#/definitions/x"}, "keyword '$ref' is not allowed", "", id="a reference within"),
        pytest.param({"format": "uri"}, "keyword 'format' is not allowed", "", id="a format"),
        pytest.param({"patternProperties": {}}, "keyword 'patternProperties' is not allowed", "", id="patterns of names"),
        pytest.param({"propertes": {"a": True}}, "keyword 'propertes' is not allowed", "did you mean 'properties'?", id="a misspelt keyword"),
        pytest.param({"properties": {"knd": {"const": "x"}}}, "there is no fact 'knd'", "did you mean 'kind'?", id="a misspelt fact"),
        pytest.param({"required": ["knd"]}, "there is no fact 'knd'", "did you mean 'kind'?", id="a misspelt required fact"),
        pytest.param({"properties": {"a": {"const": 2.1}}}, "this is a string, and can never be the number 2.1", "put it into quotes", id="a version without quotes"),
        pytest.param({"properties": {"a": {"enum": ["x", True]}}}, "this is a string, and can never be true", "", id="a boolean among texts"),
        pytest.param({"properties": {"kind": {"const": "z"}}}, "this can never be 'z'", "it is one of x, y", id="a value that there is not"),
        pytest.param({"properties": {"n": {"pattern": "x"}}}, "'pattern' says nothing about an integer", "", id="a pattern of a number"),
        pytest.param({"properties": {"a": {"minimum": 1}}}, "'minimum' says nothing about a string", "", id="a bound of a text"),
        pytest.param({"properties": {"a": {"pattern": "^(a+)+$"}}}, "pattern '^(a+)+$' is not allowed", "", id="a slow pattern"),
        pytest.param({"properties": {"a": {"type": "integer"}}}, "'type' can never be true", "", id="another type"),
        pytest.param({"properties": {"a": 1}}, "a schema must be a mapping", "", id="no schema"),
        pytest.param({"properties": {}}, "'properties' must be", "", id="no properties"),
        pytest.param({"required": []}, "'required' must be", "", id="nothing required"),
        pytest.param({"anyOf": []}, "'anyOf' must be", "", id="no alternatives"),
        pytest.param({"then": True}, "'then' needs an 'if'", "", id="a consequence of nothing"),
        pytest.param({"additionalProperties": False}, "'additionalProperties' says nothing here", "", id="other facts"),
        pytest.param({"properties": {"a": {"minLength": -1}}}, "must be a whole number", "", id="a negative length"),
        pytest.param({"properties": {"n": {"minimum": "1"}}}, "must be a number", "", id="a text for a number"),
        pytest.param({"properties": {"a": {"const": UNKNOWN}}}, "can never be a value with a tag", "", id="a tag"),
    ],
)
def test_what_is_wrong_with_a_schema_is_said(schema: Data, message: str, hint: str) -> None:
    [fault] = faults(schema, SHAPE)
    assert message in fault.message
    assert hint in fault.hint


def test_a_schema_is_only_so_deep() -> None:
    schema: Data = True
    for _ in range(500):
        schema = {"not": schema}
    assert "too deep" in next(faults(schema, SHAPE)).message


@given(SCHEMAS)
def test_a_sound_schema_has_no_faults_but_for_values_that_can_never_be(schema: Data) -> None:
    assert all("can never be" in fault.message for fault in faults(schema, SHAPE))


def test_every_keyword_is_of_the_draft() -> None:
    assert set(KEYWORDS) - {"title", "description", "$comment", "if", "then", "else"} <= set(Draft7Validator.VALIDATORS)

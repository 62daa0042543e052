"""Conditions of custom rules: they evaluate like jsonschema if everything is known, and stay undecided otherwise."""

from __future__ import annotations

import copy

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from smlint.custom_rules.condition_schema import KEYWORDS, ValueType, schema_problems
from smlint.custom_rules.conditions import evaluate
from smlint.syntax import UNKNOWN, Data

FACTS = ValueType(
    "object",
    {"a": ValueType("string"), "b": ValueType("string"), "n": ValueType("integer"), "t": ValueType("boolean"), "kind": ValueType("string", None, ("x", "y")), "libs": ValueType("object")},
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
FACT_VALUES = st.fixed_dictionaries(
    {}, optional={"a": WORDS, "b": WORDS, "n": st.integers(-3, 3), "t": st.booleans(), "libs": st.dictionaries(WORDS, WORDS, max_size=2)}
)


@given(SCHEMAS, FACT_VALUES)
def test_known_values_evaluate_like_jsonschema(schema: Data, facts: dict[str, Data]) -> None:
    assert evaluate(schema, facts).holds is Draft7Validator(schema).is_valid(facts)


@given(SCHEMAS, FACT_VALUES, NAMES)
def test_a_decided_result_does_not_depend_on_unknown_values(schema: Data, facts: dict[str, Data], names: list[str]) -> None:
    """The result stays the same for any value of the unknown facts, and if they are missing."""
    partial = {**facts, **dict.fromkeys(names, UNKNOWN)}
    result = evaluate(schema, partial).holds
    assume(result is not None)
    assert evaluate(schema, facts).holds is result
    without = {name: value for name, value in facts.items() if name not in names}
    assert evaluate(schema, without).holds is result


@given(SCHEMAS, FACT_VALUES)
def test_every_violation_has_a_path(schema: Data, facts: dict[str, Data]) -> None:
    result = evaluate(schema, facts)
    assert bool(result.violations) is (result.holds is False)


@given(SCHEMAS)
def test_evaluating_changes_nothing(schema: Data) -> None:
    before = copy.deepcopy(schema)
    evaluate(schema, {"a": "x"})
    assert schema == before


@pytest.mark.parametrize(
    ("schema", "value", "paths"),
    [
        pytest.param({"properties": {"a": {"const": "x"}, "n": {"minimum": 5}}}, {"a": "y", "n": 1}, [("a",), ("n",)], id="each property"),
        pytest.param({"required": ["a", "b"]}, {"a": "x"}, [("b",)], id="missing property"),
        pytest.param({"not": {"properties": {"a": {"const": "x"}}, "required": ["a"]}}, {"a": "x"}, [("a",)], id="negated property"),
        pytest.param({"anyOf": [{"properties": {"a": {"const": "x"}}}, {"properties": {"b": {"const": "x"}}}]}, {"a": "y", "b": "y"}, [("a",), ("b",)], id="all alternatives"),
        pytest.param({"if": {"properties": {"a": {"const": "x"}}}, "then": {"required": ["b"]}}, {"a": "x"}, [("b",)], id="consequence"),
        pytest.param({"properties": {"libs": {"properties": {"t": {"const": "1"}}}}}, {"libs": {"t": "2"}}, [("libs", "t")], id="library"),
        pytest.param({"properties": {"a": False}}, {"a": "x"}, [("a",)], id="forbidden property"),
    ],
)
def test_violations_name_the_values(schema: Data, value: Data, paths: list[tuple[str, ...]]) -> None:
    assert list(evaluate(schema, value).violations) == paths


@pytest.mark.parametrize(
    ("schema", "message", "hint"),
    [
        pytest.param({"$ref": "http://example.com/x"}, "keyword '$ref' is not allowed", "", id="external reference"),
        pytest.param({"$ref": "#/definitions/x"}, "keyword '$ref' is not allowed", "", id="internal reference"),
        pytest.param({"format": "uri"}, "keyword 'format' is not allowed", "", id="format"),
        pytest.param({"patternProperties": {}}, "keyword 'patternProperties' is not allowed", "", id="name patterns"),
        pytest.param({"propertes": {"a": True}}, "keyword 'propertes' is not allowed", "did you mean 'properties'?", id="misspelled keyword"),
        pytest.param({"properties": {"knd": {"const": "x"}}}, "unknown fact 'knd'", "did you mean 'kind'?", id="misspelled fact"),
        pytest.param({"required": ["knd"]}, "unknown fact 'knd'", "did you mean 'kind'?", id="misspelled required fact"),
        pytest.param({"properties": {"a": {"const": 2.1}}}, "the value is a string and can never be the number 2.1", "quote the value", id="unquoted version"),
        pytest.param({"properties": {"a": {"enum": ["x", True]}}}, "the value is a string and can never be true", "", id="boolean in a list of strings"),
        pytest.param({"properties": {"kind": {"const": "z"}}}, "the value can never be 'z'", "expected one of x, y", id="impossible value"),
        pytest.param({"properties": {"n": {"pattern": "x"}}}, "'pattern' does not apply to an integer", "", id="pattern for a number"),
        pytest.param({"properties": {"a": {"minimum": 1}}}, "'minimum' does not apply to a string", "", id="bound for a string"),
        pytest.param({"properties": {"a": {"pattern": "^(a+)+$"}}}, "pattern '^(a+)+$' is not allowed", "", id="slow pattern"),
        pytest.param({"properties": {"a": {"type": "integer"}}}, "'type' can never match", "", id="other type"),
        pytest.param({"properties": {"a": 1}}, "a schema must be a mapping", "", id="not a schema"),
        pytest.param({"properties": {}}, "'properties' must be", "", id="no properties"),
        pytest.param({"required": []}, "'required' must be", "", id="nothing required"),
        pytest.param({"anyOf": []}, "'anyOf' must be", "", id="no alternatives"),
        pytest.param({"then": True}, "'then' needs an 'if'", "", id="then without if"),
        pytest.param({"additionalProperties": False}, "'additionalProperties' has no effect here", "", id="additional facts"),
        pytest.param({"properties": {"a": {"minLength": -1}}}, "must be a non-negative integer", "", id="negative length"),
        pytest.param({"properties": {"n": {"minimum": "1"}}}, "must be a number", "", id="string instead of a number"),
        pytest.param({"properties": {"a": {"const": UNKNOWN}}}, "can never be a value with a tag", "", id="tag"),
    ],
)
def test_schema_problems(schema: Data, message: str, hint: str) -> None:
    [problem] = schema_problems(schema, FACTS)
    assert message in problem.message
    assert hint in problem.hint


def test_schema_depth_is_limited() -> None:
    schema: Data = True
    for _ in range(500):
        schema = {"not": schema}
    assert "too deeply" in next(schema_problems(schema, FACTS)).message


@given(SCHEMAS)
def test_a_valid_schema_only_has_impossible_values(schema: Data) -> None:
    assert all("can never" in problem.message for problem in schema_problems(schema, FACTS))


def test_every_keyword_is_in_the_draft() -> None:
    assert set(KEYWORDS) - {"title", "description", "$comment", "if", "then", "else"} <= set(Draft7Validator.VALIDATORS)

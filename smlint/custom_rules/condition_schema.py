"""Validate the conditions of a custom rule before they run: unknown keywords and facts, and conditions that can never hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from smlint.custom_rules.conditions import Path, has_type
from smlint.custom_rules.regex import compile_regex
from smlint.custom_rules.regex_parser import RegexError
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax.plain_data import UNKNOWN, Data

MOST_DEPTH = 12

TYPES = ("string", "boolean", "integer", "number", "object", "null")
FOR_TYPES: Mapping[str, tuple[str, ...]] = {
    "pattern": ("string",),
    "minLength": ("string",),
    "maxLength": ("string",),
    "minimum": ("integer", "number"),
    "maximum": ("integer", "number"),
    "exclusiveMinimum": ("integer", "number"),
    "exclusiveMaximum": ("integer", "number"),
    "properties": ("object",),
    "required": ("object",),
    "additionalProperties": ("object",),
    "minProperties": ("object",),
    "maxProperties": ("object",),
}
"""The keywords that apply only to values of certain types."""
COMBINING = ("allOf", "anyOf", "oneOf", "not", "if", "then", "else")
KEYWORDS = ("type", "const", "enum", *FOR_TYPES, *COMBINING, "title", "description", "$comment")
"""Every supported keyword."""


class SchemaProblem(NamedTuple):
    """A problem in a condition: its path in the schema, a message, and a hint (may be empty)."""

    path: Path
    message: str
    hint: str = ""


class ValueType(NamedTuple):
    """The type of the values that a schema applies to.

    `type` is a JSON Schema type. For an object, `properties` are the types of its properties; None means any name, each with a string.
    `values` are all possible values, if there are few.
    """

    type: str
    properties: Mapping[str, ValueType] | None = None
    values: tuple[str, ...] = ()


_STRING = ValueType("string")


def schema_problems(schema: Data, expected: ValueType, path: Path = ()) -> Iterator[SchemaProblem]:
    """Yield the problems of a schema for values of the expected type. `path` is the path of the schema itself."""
    if isinstance(schema, bool):
        return
    if not isinstance(schema, dict):
        yield SchemaProblem(path, "a schema must be a mapping, true or false")
        return
    if len(path) > 2 * MOST_DEPTH:
        yield SchemaProblem(path, "the schema is nested too deeply")
        return
    for keyword, argument in schema.items():
        keyword_path = (*path, keyword)
        if keyword not in KEYWORDS:
            hint = _did_you_mean(keyword, KEYWORDS) or f"keywords are {', '.join(KEYWORDS)}"
            yield SchemaProblem(keyword_path, f"keyword '{keyword}' is not allowed", hint)
        elif expected.type not in FOR_TYPES.get(keyword, (expected.type,)):
            yield SchemaProblem(keyword_path, f"'{keyword}' does not apply to {_with_article(expected.type)}")
        elif keyword in ("then", "else") and "if" not in schema:
            yield SchemaProblem(keyword_path, f"'{keyword}' needs an 'if'")
        else:
            yield from _argument_problems(keyword, argument, expected, keyword_path)


def _argument_problems(keyword: str, argument: Data, expected: ValueType, path: Path) -> Iterator[SchemaProblem]:
    match keyword:
        case "properties":
            yield from _properties_problems(argument, expected, path)
        case "required":
            if not isinstance(argument, list) or not argument or not all(isinstance(name, str) for name in argument):
                yield SchemaProblem(path, "'required' must be a list of names")
                return
            for index, required in enumerate(argument):
                yield from _name_problems(str(required), expected, (*path, index))
        case "additionalProperties":
            if expected.properties is not None:
                yield SchemaProblem(path, "'additionalProperties' has no effect here: the set of facts is fixed")
            else:
                yield from schema_problems(argument, _STRING, path)
        case "allOf" | "anyOf" | "oneOf":
            if not isinstance(argument, list) or not argument:
                yield SchemaProblem(path, f"'{keyword}' must be a list of schemas")
                return
            for index, schema in enumerate(argument):
                yield from schema_problems(schema, expected, (*path, index))
        case "not" | "if" | "then" | "else":
            yield from schema_problems(argument, expected, path)
        case "pattern":
            yield from _pattern_problems(argument, path)
        case "type":
            yield from _type_problems(argument, expected, path)
        case "const":
            yield from _value_problems(argument, expected, path)
        case "enum":
            if not isinstance(argument, list) or not argument:
                yield SchemaProblem(path, "'enum' must be a list of values")
                return
            for index, choice in enumerate(argument):
                yield from _value_problems(choice, expected, (*path, index))
        case "title" | "description" | "$comment":
            if not isinstance(argument, str):
                yield SchemaProblem(path, f"'{keyword}' must be a string")
        case "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum":
            if not has_type(argument, "number"):
                yield SchemaProblem(path, f"'{keyword}' must be a number, not {_described(argument)}")
        case _:
            if not isinstance(argument, int) or isinstance(argument, bool) or argument < 0:
                yield SchemaProblem(path, f"'{keyword}' must be a non-negative integer, not {_described(argument)}")


def _properties_problems(argument: Data, expected: ValueType, path: Path) -> Iterator[SchemaProblem]:
    if not isinstance(argument, dict) or not argument:
        yield SchemaProblem(path, "'properties' must be a mapping of names to schemas")
        return
    for name, schema in argument.items():
        yield from _name_problems(name, expected, (*path, name))
        property_type = _STRING if expected.properties is None else expected.properties.get(name)
        if property_type is not None:
            yield from schema_problems(schema, property_type, (*path, name))


def _pattern_problems(argument: Data, path: Path) -> Iterator[SchemaProblem]:
    if not isinstance(argument, str):
        yield SchemaProblem(path, f"'pattern' must be a string, not {_described(argument)}")
        return
    try:
        compile_regex(argument)
    except RegexError as error:
        yield SchemaProblem(path, f"pattern '{argument[:60]}' is not allowed: {error}")


def _type_problems(argument: Data, expected: ValueType, path: Path) -> Iterator[SchemaProblem]:
    names = argument if isinstance(argument, list) else [argument]
    if not names or not all(name in TYPES for name in names):
        yield SchemaProblem(path, f"'type' must be one of {', '.join(TYPES)}")
    elif expected.type not in names and not (expected.type == "integer" and "number" in names):
        yield SchemaProblem(path, f"'type' can never match: the value is {_with_article(expected.type)}")


def _name_problems(name: str, expected: ValueType, path: Path) -> Iterator[SchemaProblem]:
    if expected.properties is not None and name not in expected.properties:
        hint = _did_you_mean(name, expected.properties) or "'smlint schema rules' describes all facts"
        yield SchemaProblem(path, f"unknown fact '{name}'", hint)


def _value_problems(value: Data, expected: ValueType, path: Path) -> Iterator[SchemaProblem]:
    """Yield a problem for a value that can never occur, such as an unquoted version."""
    if not has_type(value, expected.type):
        hint = "quote the value" if expected.type == "string" and isinstance(value, int | float) else ""
        yield SchemaProblem(path, f"the value is {_with_article(expected.type)} and can never be {_described(value)}", hint)
    elif expected.values and value not in expected.values:
        suggestion = _did_you_mean(value, expected.values) if isinstance(value, str) else ""
        yield SchemaProblem(path, f"the value can never be {_described(value)}", suggestion or f"expected one of {', '.join(expected.values)}")


def _did_you_mean(word: str, names: Iterable[str]) -> str:
    from smlint.runtime.suggest import did_you_mean

    return did_you_mean(word, names)


def _with_article(type_: str) -> str:
    return f"an {type_}" if type_[0] in "aeiou" else f"a {type_}"


def _described(value: Data) -> str:
    if value is UNKNOWN:
        return "a value with a tag"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "a list"
    return f"'{value[:60]}'" if isinstance(value, str) else f"the number {value}"

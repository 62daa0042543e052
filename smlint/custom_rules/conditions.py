"""Evaluate the conditions of custom rules: a subset of JSON Schema (draft-07) over data that may be partly unknown.

The subset is pure data: no `$ref`, no formats, and patterns as in `smlint.custom_rules.regex`. A condition that depends on an unknown value is
undecided, neither true nor false (Kleene's three-valued logic), so a rule never guesses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from smlint.custom_rules.regex import compile_regex
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax.plain_data import UNKNOWN, Data

Path = tuple[str | int, ...]
Schema = Mapping[str, Data]


class Evaluation(NamedTuple):
    """Whether a value satisfies a schema (None: undecided), and if not, the paths of the values that violate it."""

    holds: bool | None
    violations: tuple[Path, ...] = ()


_HOLDS, _UNDECIDED = Evaluation(True), Evaluation(None)


def evaluate(schema: Data, value: Data, path: Path = ()) -> Evaluation:
    """Evaluate a schema that `schema_problems` accepts. An object can lack a value, or hold `UNKNOWN` for it.

    `path` is the path of `value`, and the prefix of the paths in the result.
    """
    if schema is True or schema == {}:
        return _HOLDS
    if value is UNKNOWN or not isinstance(schema, dict | bool):
        return _UNDECIDED
    if isinstance(schema, bool):
        return Evaluation(False, (path,))
    return _all_of(_evaluate_keyword(keyword, argument, schema, value, path) for keyword, argument in schema.items())


def _evaluate_keyword(keyword: str, argument: Data, schema: Schema, value: Data, path: Path) -> Evaluation:
    match keyword, argument:
        case "properties", dict(schemas) if isinstance(value, dict):
            return _all_of(evaluate(inner, value[name], (*path, name)) for name, inner in schemas.items() if name in value)
        case "required", list(names) if isinstance(value, dict):
            return _all_of(_evaluate_required(str(name), value, path) for name in names)
        case "additionalProperties", inner if isinstance(value, dict):
            properties = schema.get("properties")
            named = properties if isinstance(properties, dict) else {}
            return _all_of(evaluate(inner, item, (*path, name)) for name, item in value.items() if name not in named)
        case "allOf", list(schemas):
            return _all_of(evaluate(inner, value, path) for inner in schemas)
        case "anyOf", list(schemas):
            return _any_of([evaluate(inner, value, path) for inner in schemas])
        case "oneOf", list(schemas):
            return _one_of([evaluate(inner, value, path) for inner in schemas], argument, value, path)
        case "not", inner:
            holds = evaluate(inner, value, path).holds
            return _UNDECIDED if holds is None else Evaluation(False, tuple(_constrained(inner, value, path))) if holds else _HOLDS
        case "if", condition:
            return _conditional(evaluate(condition, value, path).holds, schema, value, path)
        case ("then" | "else" | "properties" | "required" | "additionalProperties" | "title" | "description" | "$comment"), _:
            return _HOLDS
    return _HOLDS if _ASSERTIONS[keyword](argument, value) else Evaluation(False, (path,))


def _evaluate_required(name: str, value: Mapping[str, Data], path: Path) -> Evaluation:
    if name not in value:
        return Evaluation(False, ((*path, name),))
    return _UNDECIDED if value[name] is UNKNOWN else _HOLDS  # an unknown value may be missing


def _all_of(evaluations: Iterable[Evaluation]) -> Evaluation:
    violations: list[Path] = []
    undecided = violated = False
    for evaluation in evaluations:
        if evaluation.holds is False:
            violated = True
            violations += evaluation.violations
        undecided = undecided or evaluation.holds is None
    return Evaluation(False, tuple(dict.fromkeys(violations))) if violated else _UNDECIDED if undecided else _HOLDS


def _any_of(evaluations: list[Evaluation]) -> Evaluation:
    results = [evaluation.holds for evaluation in evaluations]
    if True in results:
        return _HOLDS
    if None in results:
        return _UNDECIDED
    return Evaluation(False, tuple(dict.fromkeys(path for evaluation in evaluations for path in evaluation.violations)))


def _one_of(evaluations: list[Evaluation], schemas: Data, value: Data, path: Path) -> Evaluation:
    results = [evaluation.holds for evaluation in evaluations]
    if results.count(True) > 1:
        return Evaluation(False, tuple(_constrained({"anyOf": schemas}, value, path)))
    if None in results:
        return _UNDECIDED
    return _HOLDS if results.count(True) == 1 else _any_of(evaluations)


def _conditional(condition: bool | None, schema: Schema, value: Data, path: Path) -> Evaluation:
    then, otherwise = (evaluate(schema.get(name, True), value, path) for name in ("then", "else"))
    if condition is not None:
        return then if condition else otherwise
    return then if then.holds == otherwise.holds else _UNDECIDED


def _constrained(schema: Data, value: Data, path: Path) -> Iterator[Path]:
    """Yield the paths of the values that a schema constrains; the path of the value itself if the schema names none."""
    paths = dict.fromkeys(_named_paths(schema, value, path))
    yield from paths or (path,)


def _named_paths(schema: Data, value: Data, path: Path) -> Iterator[Path]:
    if not isinstance(schema, dict):
        return
    properties, required = schema.get("properties"), schema.get("required")
    if isinstance(value, dict):
        names = properties if isinstance(properties, dict) else ()
        for name in (*names, *(map(str, required) if isinstance(required, list) else ())):
            if name in value:
                yield (*path, name)
    for keyword in ("allOf", "anyOf", "oneOf"):
        members = schema.get(keyword)
        for member in members if isinstance(members, list) else ():
            yield from _named_paths(member, value, path)
    for keyword in ("not", "if", "then", "else"):
        if keyword in schema:
            yield from _named_paths(schema[keyword], value, path)


def _equal(left: Data, right: Data) -> bool:
    """Compare as in JSON: `true` is not 1, but 1.0 is."""
    return isinstance(left, bool) is isinstance(right, bool) and left == right


def has_type(value: Data, name: Data) -> bool:
    """Return whether a value has the JSON Schema type of this name."""
    match name:
        case "string":
            return isinstance(value, str)
        case "boolean":
            return isinstance(value, bool)
        case "integer":
            return (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, float) and value.is_integer())
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "object":
            return isinstance(value, dict)
    return name == "null" and value is None


Assertion = Callable[[Data, Data], bool]
"""Checks the argument of a keyword against a value. Values of types that the keyword does not apply to pass."""


def _compare_number(accepts: Callable[[float, float], bool]) -> Assertion:
    def compare(argument: Data, value: Data) -> bool:
        if not has_type(value, "number") or not isinstance(value, int | float) or not isinstance(argument, int | float):
            return True
        return accepts(value, argument)

    return compare


def _compare_size(accepts: Callable[[float, float], bool], type_: type) -> Assertion:
    def compare(argument: Data, value: Data) -> bool:
        if not isinstance(value, str | dict) or not isinstance(value, type_) or not isinstance(argument, int | float):
            return True
        return accepts(len(value), argument)

    return compare


_ASSERTIONS: Mapping[str, Assertion] = {
    "type": lambda names, value: any(has_type(value, name) for name in names) if isinstance(names, list) else has_type(value, names),
    "const": _equal,
    "enum": lambda choices, value: isinstance(choices, list) and any(_equal(choice, value) for choice in choices),
    "pattern": lambda pattern, value: not isinstance(value, str) or not isinstance(pattern, str) or compile_regex(pattern).search(value),
    "minLength": _compare_size(lambda size, bound: size >= bound, str),
    "maxLength": _compare_size(lambda size, bound: size <= bound, str),
    "minProperties": _compare_size(lambda size, bound: size >= bound, dict),
    "maxProperties": _compare_size(lambda size, bound: size <= bound, dict),
    "minimum": _compare_number(lambda value, bound: value >= bound),
    "maximum": _compare_number(lambda value, bound: value <= bound),
    "exclusiveMinimum": _compare_number(lambda value, bound: value > bound),
    "exclusiveMaximum": _compare_number(lambda value, bound: value < bound),
}

"""The part of JSON Schema (draft-07) that users' own rules may use, over data of which some is unknown.

Data and nothing else: there is no `$ref`, no format, and no keyword beyond those below, and patterns are those of `smlint.custom_rules.regex`. What
depends on something unknown is undecided, neither true nor false (Kleene's three values), so that a rule cannot guess.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from smlint.custom_rules.regex import PatternError, compiled
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax.plain_data import UNKNOWN, Data

Path = tuple[str | int, ...]
Schema = Mapping[str, Data]

MOST_DEPTH = 12


class Verdict(NamedTuple):
    """Whether data satisfies a schema (None: undecided), and, where it does not, the paths of the values at fault."""

    truth: bool | None
    faults: tuple[Path, ...] = ()


class Fault(NamedTuple):
    """What is wrong with a schema itself: where in it, what, and a hint."""

    path: Path
    message: str
    hint: str = ""


_YES, _UNDECIDED = Verdict(True), Verdict(None)


def judge(schema: Data, value: Data, path: Path = ()) -> Verdict:
    """Judge a value by a schema in which `faults` found nothing. An object may lack a value, or hold UNKNOWN for one."""
    if schema is True or schema == {}:
        return _YES
    if value is UNKNOWN or not isinstance(schema, dict | bool):
        return _UNDECIDED
    if isinstance(schema, bool):
        return Verdict(False, (path,))
    return _all(_keyword(keyword, argument, schema, value, path) for keyword, argument in schema.items())


def _keyword(keyword: str, argument: Data, schema: Schema, value: Data, path: Path) -> Verdict:
    match keyword, argument:
        case "properties", dict(parts) if isinstance(value, dict):
            return _all(judge(part, value[name], (*path, name)) for name, part in parts.items() if name in value)
        case "required", list(names) if isinstance(value, dict):
            # A value that cannot be told may be missing.
            found = [(str(name), value.get(str(name), None) if str(name) in value else _MISSING) for name in names]
            return _all(
                Verdict(False, ((*path, name),)) if held is _MISSING else _UNDECIDED if held is UNKNOWN else _YES for name, held in found
            )
        case "additionalProperties", others if isinstance(value, dict):
            known = schema.get("properties")
            named = known if isinstance(known, dict) else {}
            return _all(judge(others, item, (*path, name)) for name, item in value.items() if name not in named)
        case "allOf", list(parts):
            return _all(judge(part, value, path) for part in parts)
        case "anyOf", list(parts):
            return _any([judge(part, value, path) for part in parts])
        case "oneOf", list(parts):
            return _one([judge(part, value, path) for part in parts], argument, value, path)
        case "not", part:
            truth = judge(part, value, path).truth
            return _UNDECIDED if truth is None else Verdict(False, tuple(_named(part, value, path))) if truth else _YES
        case "if", condition:
            return _conditional(judge(condition, value, path).truth, schema, value, path)
        case ("then" | "else" | "properties" | "required" | "additionalProperties" | "title" | "description" | "$comment"), _:
            return _YES
    return _YES if _SIMPLE[keyword](argument, value) else Verdict(False, (path,))


class _Missing:
    """Marks a name that an object does not have."""


_MISSING = _Missing()


def _all(verdicts: Iterable[Verdict]) -> Verdict:
    faults: list[Path] = []
    undecided = failed = False
    for verdict in verdicts:
        if verdict.truth is False:
            failed = True
            faults += verdict.faults
        undecided = undecided or verdict.truth is None
    return Verdict(False, tuple(dict.fromkeys(faults))) if failed else _UNDECIDED if undecided else _YES


def _any(verdicts: list[Verdict]) -> Verdict:
    truths = [verdict.truth for verdict in verdicts]
    if True in truths:
        return _YES
    return _UNDECIDED if None in truths else Verdict(False, tuple(dict.fromkeys(f for verdict in verdicts for f in verdict.faults)))


def _one(verdicts: list[Verdict], parts: Data, value: Data, path: Path) -> Verdict:
    truths = [verdict.truth for verdict in verdicts]
    if truths.count(True) > 1:
        return Verdict(False, tuple(_named({"anyOf": parts}, value, path)))
    if None in truths:
        return _UNDECIDED
    return _YES if truths.count(True) == 1 else _any(verdicts)


def _conditional(truth: bool | None, schema: Schema, value: Data, path: Path) -> Verdict:
    then, otherwise = (judge(schema.get(name, True), value, path) for name in ("then", "else"))
    if truth is not None:
        return then if truth else otherwise
    return then if then.truth == otherwise.truth else _UNDECIDED


def _named(schema: Data, value: Data, path: Path) -> Iterator[Path]:
    """The values that a schema speaks of; the value itself when it speaks of none in particular."""
    found = dict.fromkeys(_spoken_of(schema, value, path))
    yield from found or (path,)


def _spoken_of(schema: Data, value: Data, path: Path) -> Iterator[Path]:
    if not isinstance(schema, dict):
        return
    parts, required = schema.get("properties"), schema.get("required")
    if isinstance(value, dict):
        for name in (*(parts if isinstance(parts, dict) else ()), *(map(str, required) if isinstance(required, list) else ())):
            if name in value:
                yield (*path, name)
    for keyword in ("allOf", "anyOf", "oneOf"):
        members = schema.get(keyword)
        for member in members if isinstance(members, list) else ():
            yield from _spoken_of(member, value, path)
    for keyword in ("not", "if", "then", "else"):
        if keyword in schema:
            yield from _spoken_of(schema[keyword], value, path)


def _same(one: Data, other: Data) -> bool:
    """Equal as in JSON: true is not 1, but 1.0 is."""
    return isinstance(one, bool) is isinstance(other, bool) and one == other


def _is(value: Data, name: Data) -> bool:
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


def _compared(accepts: Callable[[float, float], bool]) -> Callable[[Data, Data], bool]:
    def compare(argument: Data, value: Data) -> bool:
        if not _is(value, "number") or not isinstance(value, int | float) or not isinstance(argument, int | float):
            return True
        return accepts(value, argument)

    return compare


def _measured(accepts: Callable[[float, float], bool], kind: type) -> Callable[[Data, Data], bool]:
    def measure(argument: Data, value: Data) -> bool:
        if not isinstance(value, str | dict) or not isinstance(value, kind) or not isinstance(argument, int | float):
            return True
        return accepts(len(value), argument)

    return measure


_SIMPLE: Mapping[str, Callable[[Data, Data], bool]] = {
    "type": lambda names, value: any(_is(value, name) for name in names) if isinstance(names, list) else _is(value, names),
    "const": _same,
    "enum": lambda choices, value: isinstance(choices, list) and any(_same(choice, value) for choice in choices),
    "pattern": lambda pattern, value: not isinstance(value, str) or not isinstance(pattern, str) or compiled(pattern).search(value),
    "minLength": _measured(lambda value, bound: value >= bound, str),
    "maxLength": _measured(lambda value, bound: value <= bound, str),
    "minProperties": _measured(lambda value, bound: value >= bound, dict),
    "maxProperties": _measured(lambda value, bound: value <= bound, dict),
    "minimum": _compared(lambda value, bound: value >= bound),
    "maximum": _compared(lambda value, bound: value <= bound),
    "exclusiveMinimum": _compared(lambda value, bound: value > bound),
    "exclusiveMaximum": _compared(lambda value, bound: value < bound),
}
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
"""The keywords that say something about values of some types only."""
COMBINING = ("allOf", "anyOf", "oneOf", "not", "if", "then", "else")
KEYWORDS = ("type", "const", "enum", *FOR_TYPES, *COMBINING, "title", "description", "$comment")
"""Every keyword that there is."""


class Shape(NamedTuple):
    """What the values of a schema are: their JSON type; of an object the shapes of its properties (None: any name, each a string)."""

    type: str
    properties: Mapping[str, Shape] | None = None
    values: tuple[str, ...] = ()


_TEXT = Shape("string")


def faults(schema: Data, shape: Shape, path: Path = ()) -> Iterator[Fault]:
    """What is wrong with a schema for values of this shape: unknown keywords and names, and what can never be true of such a value."""
    if isinstance(schema, bool):
        return
    if not isinstance(schema, dict):
        yield Fault(path, "a schema must be a mapping, or true or false")
        return
    if len(path) > 2 * MOST_DEPTH:
        yield Fault(path, "the schema is nested too deep")
        return
    for keyword, argument in schema.items():
        where = (*path, keyword)
        if keyword not in KEYWORDS:
            yield Fault(where, f"keyword '{keyword}' is not allowed", _near(keyword, KEYWORDS) or f"keywords are {', '.join(KEYWORDS)}")
        elif shape.type not in FOR_TYPES.get(keyword, (shape.type,)):
            yield Fault(where, f"'{keyword}' says nothing about {_article(shape.type)}")
        elif keyword in ("then", "else") and "if" not in schema:
            yield Fault(where, f"'{keyword}' needs an 'if' beside it")
        else:
            yield from _argument_faults(keyword, argument, shape, where)


def _argument_faults(keyword: str, argument: Data, shape: Shape, path: Path) -> Iterator[Fault]:
    match keyword:
        case "properties":
            if not isinstance(argument, dict) or not argument:
                yield Fault(path, "'properties' must be a mapping of names to schemas")
                return
            for name, part in argument.items():
                yield from _name_faults(name, shape, (*path, name))
                inner = _TEXT if shape.properties is None else shape.properties.get(name)
                if inner is not None:
                    yield from faults(part, inner, (*path, name))
        case "required":
            if not isinstance(argument, list) or not argument or not all(isinstance(name, str) for name in argument):
                yield Fault(path, "'required' must be a list of names")
                return
            for index, required in enumerate(argument):
                yield from _name_faults(str(required), shape, (*path, index))
        case "additionalProperties":
            if shape.properties is not None:
                yield Fault(path, "'additionalProperties' says nothing here: a record has the facts it has")
            else:
                yield from faults(argument, _TEXT, path)
        case "allOf" | "anyOf" | "oneOf":
            if not isinstance(argument, list) or not argument:
                yield Fault(path, f"'{keyword}' must be a list of schemas")
                return
            for index, part in enumerate(argument):
                yield from faults(part, shape, (*path, index))
        case "not" | "if" | "then" | "else":
            yield from faults(argument, shape, path)
        case "pattern":
            if not isinstance(argument, str):
                yield Fault(path, f"'pattern' must be a string, not {_described(argument)}")
                return
            try:
                compiled(argument)
            except PatternError as error:
                yield Fault(path, f"pattern '{argument[:60]}' is not allowed: {error}")
        case "type":
            yield from _type_faults(argument, shape, path)
        case "const":
            yield from _value_faults(argument, shape, path)
        case "enum":
            if not isinstance(argument, list) or not argument:
                yield Fault(path, "'enum' must be a list of values")
                return
            for index, choice in enumerate(argument):
                yield from _value_faults(choice, shape, (*path, index))
        case "title" | "description" | "$comment":
            if not isinstance(argument, str):
                yield Fault(path, f"'{keyword}' must be a string")
        case "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum":
            if not _is(argument, "number"):
                yield Fault(path, f"'{keyword}' must be a number, not {_described(argument)}")
        case _:
            if not isinstance(argument, int) or isinstance(argument, bool) or argument < 0:
                yield Fault(path, f"'{keyword}' must be a whole number, not {_described(argument)}")


def _type_faults(argument: Data, shape: Shape, path: Path) -> Iterator[Fault]:
    names = argument if isinstance(argument, list) else [argument]
    if not names or not all(name in TYPES for name in names):
        yield Fault(path, f"'type' must be one of {', '.join(TYPES)}")
    elif shape.type not in names and not (shape.type == "integer" and "number" in names):
        yield Fault(path, f"'type' can never be true: this is {_article(shape.type)}")


def _name_faults(name: str, shape: Shape, path: Path) -> Iterator[Fault]:
    if shape.properties is not None and name not in shape.properties:
        yield Fault(path, f"there is no fact '{name}'", _near(name, shape.properties) or "'smlint schema rules' describes them all")


def _value_faults(value: Data, shape: Shape, path: Path) -> Iterator[Fault]:
    """A value that the data can never have, such as a version without quotes."""
    if not _is(value, shape.type):
        hint = "put it into quotes" if shape.type == "string" and isinstance(value, int | float) else ""
        yield Fault(path, f"this is {_article(shape.type)}, and can never be {_described(value)}", hint)
    elif shape.values and value not in shape.values:
        near = _near(value, shape.values) if isinstance(value, str) else ""
        yield Fault(path, f"this can never be {_described(value)}", near or f"it is one of {', '.join(shape.values)}")


def _near(word: str, names: Iterable[str]) -> str:
    from smlint.runtime.suggest import did_you_mean

    return did_you_mean(word, names)


def _article(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


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

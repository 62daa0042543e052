"""Terraform's functions over plain values, for conditions.

Source: https://developer.hashicorp.com/terraform/language/functions (read 2026-11-29). A function that is not here has an unknown value.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import TypeAlias, Union


class Null(Enum):
    """Terraform's null, which is known, unlike None."""

    NULL = "null"


Plain: TypeAlias = Union[str, Null, "list[Plain | None]", "dict[str, Plain | None]"]
"""A value without provenance. Numbers and booleans are text; None, in collections too, is an unknown value."""


_MAX_DIGITS = 20


def call(name: str, arguments: list[Plain | None]) -> Plain | None:
    """Return the value of a call; None if it is unknown."""
    if name in ("coalesce", "try"):
        return _first(name, arguments)
    function = _FUNCTIONS.get(name)
    known = [argument for argument in arguments if argument is not None]
    if function is None or len(known) != len(arguments):
        return None
    try:
        return function(*known)
    except (TypeError, AttributeError, ValueError, IndexError, KeyError):
        return None


def is_complete(value: Plain | None) -> bool:
    """Return whether a value is known, with all values in it."""
    if isinstance(value, list):
        return all(map(is_complete, value))
    if isinstance(value, dict):
        return all(map(is_complete, value.values()))
    return value is not None


def truth(value: bool | None) -> str | None:
    """Return a decision as text."""
    return None if value is None else str(value).lower()


def operation(left: Plain | None, operator: str, right: Plain | None) -> Plain | None:
    """Return the result of an arithmetic operation or an ordering; None if it is unknown."""
    first, second = _number(left), _number(right)
    if first is None or second is None:
        return None
    try:
        match operator:
            case "<" | ">" | "<=" | ">=":
                return truth({"<": first < second, ">": first > second, "<=": first <= second, ">=": first >= second}[operator])
            case "+" | "-":
                result = first + second if operator == "+" else first - second
            case "*":
                result = first * second
            case _:
                result = first / second if operator == "/" else first % second
    except ArithmeticError:
        return None
    return _number_text(result)


def _number(value: Plain | None) -> Decimal | None:
    try:
        return Decimal(value) if isinstance(value, str) and len(value) < _MAX_DIGITS else None
    except InvalidOperation:
        return None


def _number_text(value: Decimal) -> str | None:
    """Return a number as Terraform writes it; None for one with too many digits, which may be rounded."""
    text = f"{value.normalize():f}" if value.is_finite() and abs(value.adjusted()) < _MAX_DIGITS else ""
    return text if 0 < len(text) < _MAX_DIGITS else None


def entry(collection: Plain | None, key: Plain | None) -> Plain | None:
    """Return an entry of a list or a map; None if it is unknown or missing."""
    if isinstance(collection, dict) and isinstance(key, str):
        return collection.get(key)
    if isinstance(collection, list) and isinstance(key, str) and key.isascii() and key.isdecimal() and len(key) < 10 and int(key) < len(collection):
        return collection[int(key)]
    return None


def _first(name: str, arguments: list[Plain | None]) -> Plain | None:
    """Return the first value that is not null or empty (`coalesce`), or the first (`try`); None if it is unknown which."""
    for argument in arguments:
        if argument is None or name == "try" or (argument is not Null.NULL and argument != ""):
            return argument
    return None


def _text(value: Plain) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _list(value: Plain) -> list[Plain | None]:
    if not isinstance(value, list):
        raise TypeError
    return value


def _contains(items: Plain, item: Plain) -> Plain | None:
    if item in _list(items):
        return "true"
    return None if None in _list(items) else "false"


def _format(pattern: Plain, *values: Plain) -> Plain | None:
    parts = _text(pattern).replace("%d", "%s").split("%s")
    if len(parts) != len(values) + 1 or any("%" in part for part in parts):
        return None
    return parts[0] + "".join(_text(value) + part for value, part in zip(values, parts[1:], strict=True))


def _join(separator: Plain, items: Plain) -> Plain | None:
    texts = _list(items)
    return None if None in texts else _text(separator).join(_text(text) for text in texts if text is not None)


def _lookup(table: Plain, key: Plain, *default: Plain) -> Plain | None:
    if not isinstance(table, dict):
        return None
    return table[_text(key)] if key in table else default[0] if default else None


def _substr(text: Plain, offset: Plain, length: Plain) -> Plain | None:
    start, count = int(_text(offset)), int(_text(length))
    return None if start < 0 else _text(text)[start:] if count < 0 else _text(text)[start : start + count]


def _replace(text: Plain, old: Plain, new: Plain) -> Plain | None:
    is_pattern = _text(old).startswith("/") and _text(old).endswith("/") and len(_text(old)) > 1
    return None if is_pattern or not old else _text(text).replace(_text(old), _text(new))


def _split(separator: Plain, text: Plain) -> Plain | None:
    return list(_text(text).split(_text(separator)))


def _element(items: Plain, index: Plain) -> Plain | None:
    return _list(items)[int(_text(index)) % len(_list(items))] if items else None


def _length(value: Plain) -> Plain | None:
    return None if value is Null.NULL else str(len(value))


def _concat(*lists: Plain) -> Plain | None:
    return [item for items in lists for item in _list(items)]


def _quantifier(name: str) -> Callable[[Plain], Plain | None]:
    """Return `alltrue` or `anytrue`."""
    deciding = "false" if name == "alltrue" else "true"

    def quantifier(items: Plain) -> Plain | None:
        if deciding in _list(items):
            return deciding
        return None if None in _list(items) else truth(name == "alltrue")

    return quantifier


def _merge(*tables: Plain) -> Plain | None:
    merged: dict[str, Plain | None] = {}
    for table in tables:
        if not isinstance(table, dict):
            return None
        merged |= table
    return merged


def _extreme(choose: Callable[[list[Decimal]], Decimal]) -> Callable[..., Plain | None]:
    """Return `min` or `max`."""

    def extreme(*values: Plain) -> Plain | None:
        numbers = [number for value in values if (number := _number(value)) is not None]
        return _number_text(choose(numbers)) if len(numbers) == len(values) else None

    return extreme


def _chomp(text: Plain) -> Plain | None:
    return _text(text).rstrip("\r\n")


def _same(value: Plain) -> Plain | None:
    return value


_FUNCTIONS: dict[str, Callable[..., Plain | None]] = {
    **dict.fromkeys(("tostring", "tobool", "tonumber", "tolist", "toset", "tomap", "sensitive", "nonsensitive"), _same),
    "alltrue": _quantifier("alltrue"),
    "anytrue": _quantifier("anytrue"),
    "can": lambda value: "true",
    "chomp": _chomp,
    "concat": _concat,
    "contains": _contains,
    "element": _element,
    "endswith": lambda text, end: truth(_text(text).endswith(_text(end))),
    "format": _format,
    "join": _join,
    "keys": lambda table: sorted(table) if isinstance(table, dict) else None,
    "length": _length,
    "lookup": _lookup,
    "max": _extreme(max),
    "merge": _merge,
    "min": _extreme(min),
    "lower": lambda text: _text(text).lower(),
    "one": lambda items: _list(items)[0] if len(_list(items)) == 1 else None,
    "replace": _replace,
    "split": _split,
    "startswith": lambda text, start: truth(_text(text).startswith(_text(start))),
    "substr": _substr,
    "trim": lambda text, characters: _text(text).strip(_text(characters)),
    "trimprefix": lambda text, start: _text(text).removeprefix(_text(start)),
    "trimspace": lambda text: _text(text).strip(),
    "trimsuffix": lambda text, end: _text(text).removesuffix(_text(end)),
    "upper": lambda text: _text(text).upper(),
    "values": lambda table: [table[key] for key in sorted(table)] if isinstance(table, dict) else None,
}

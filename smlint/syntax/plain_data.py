"""Convert scalars and trees to plain Python values, as a JSON Schema validator needs them."""

from __future__ import annotations

import re
from itertools import islice
from typing import Literal, TypeAlias

from smlint.syntax.nodes import Alias, Mapping, Node, Scalar, merged

PlainType: TypeAlias = Literal["str", "int", "float", "bool", "null", "timestamp"]


class Unknown:
    """Placeholder in plain data for a value that the file does not show: a tagged node (`!Ref x`), or one nested too deeply or repeated too often."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "..."


UNKNOWN = Unknown()

Data: TypeAlias = "str | int | float | bool | list[Data] | dict[str, Data] | Unknown | None"

DATA_DEPTH = 200
"""Levels that `to_data` converts. Schemas need only the first few; messages that show a value must be able to print it."""

DATA_REPEATS = 100_000
"""Limit on nodes that `to_data` converts again, through aliases and merge keys."""

DIGIT_LIMIT = 4000
"""Digits of the longest integer that is converted (Python's own limit is 4,300)."""

# The implicit types of YAML 1.1 (https://yaml.org/type/, 2005), as PyYAML and most configuration loaders resolve them, plus the additions
# of YAML 1.2 and JSON: 0o17, 1e3, .5. The regular expressions are compiled on first use: most runs never need them.
_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_TRUE = frozenset(("yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"))
_FALSE = frozenset(("no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"))
_NUMERIC_START = frozenset("+-.0123456789")
_NUMERIC = frozenset("+-.:_ \t0123456789abcdefABCDEFinINoxtTZ")  # the characters of numbers and timestamps
_INT = r"[-+]?(?:0b[01_]+|0o[0-7_]+|0x[0-9a-fA-F_]+|[0-9][0-9_]*+(?::[0-5]?[0-9])*)"
_FLOAT = (
    r"[-+]?(?:(?:[0-9][0-9_]*+(?:\.[0-9_]*+)?|\.[0-9][0-9_]*+)(?:[eE][-+]?[0-9]+)?"
    r"|[0-9][0-9_]*+(?::[0-5]?[0-9])+\.[0-9_]*|\.(?:inf|Inf|INF))|\.(?:nan|NaN|NAN)"
)
_TIMESTAMP = (
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
    r"(?:(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?[ \t]*(?:Z|[-+][0-9]{1,2}(?::?[0-9]{2})?)?)?"
)
_TAGGED: dict[str | None, PlainType] = {
    "!!str": "str",
    "!!int": "int",
    "!!float": "float",
    "!!bool": "bool",
    "!!null": "null",
    "!!timestamp": "timestamp",
}


def plain_type(scalar: Scalar) -> PlainType:
    """Return the type that a YAML 1.1 loader gives a scalar: `1.10` is a float, `"1.10"` and `1.10.0` are strings.

    Quoted scalars, block scalars, and scalars with a custom tag (`!Sub`) are strings.
    """
    if scalar.tag is not None:
        return _TAGGED.get(scalar.tag, "str")
    if scalar.style != "plain":
        return "str"
    value = scalar.value
    if value in _NULL:
        return "null"
    if value in _TRUE or value in _FALSE:
        return "bool"
    if value[0] not in _NUMERIC_START or not _NUMERIC.issuperset(value):
        return "str"
    if re.fullmatch(_INT, value):
        return "int"
    if re.fullmatch(_FLOAT, value):
        return "float"
    return "timestamp" if re.fullmatch(_TIMESTAMP, value) else "str"


def is_null(node: Node | None) -> bool:
    """Return whether a node is missing, or is (an alias of) an empty, `~` or `null` scalar."""
    if isinstance(node, Alias):
        node = node.target
    return node is None or (isinstance(node, Scalar) and is_null_scalar(node))


def is_null_scalar(scalar: Scalar) -> bool:
    """Return whether a scalar is null. Unlike `plain_type`, this needs no regular expression; most runs ask for no other type."""
    if scalar.tag is not None:
        return scalar.tag == "!!null"
    return scalar.style == "plain" and scalar.value in _NULL


def scalar_data(scalar: Scalar) -> str | int | float | bool | Unknown | None:
    """Convert a scalar to a Python value. A timestamp stays text, as in JSON; a custom tag or an invalid value gives UNKNOWN."""
    if scalar.tag is not None and scalar.tag not in _TAGGED and scalar.tag != "!":
        return UNKNOWN
    try:
        match plain_type(scalar):
            case "null":
                return None
            case "bool":
                return scalar.value in _TRUE
            case "int":
                return _int(scalar.value)
            case "float":
                return _float(scalar.value)
            case _:
                return scalar.value
    except ValueError:
        return UNKNOWN


def _int(value: str) -> int:
    """Convert a YAML 1.1 integer, with sign, underscores, base prefix or base 60. Raises `ValueError`."""
    digits = value.replace("_", "").lstrip("+-")
    if len(digits) > DIGIT_LIMIT:
        raise ValueError("too many digits")
    if ":" in digits:
        number = 0
        for part in digits.split(":"):
            number = number * 60 + int(part)
    elif digits[:2] in ("0b", "0o", "0x"):
        number = int(digits, 0)
    elif len(digits) > 1 and digits[0] == "0" and not set(digits) & set("89"):
        number = int(digits, 8)
    else:
        number = int(digits)
    return -number if value.startswith("-") else number


def _float(value: str) -> float:
    """Convert a YAML 1.1 floating-point number. Raises `ValueError`."""
    digits = value.replace("_", "").lstrip("+-").lower()
    if digits in (".inf", ".nan"):
        number = float(digits[1:])
    elif ":" in digits:
        number = 0.0
        for part in digits.split(":"):
            number = number * 60 + float(part)
    else:
        number = float(digits)
    return -number if value.startswith("-") else number


def to_data(node: Node | None) -> Data:
    """Convert a tree to plain data: dict, list, str, int, float, bool, None and UNKNOWN.

    Merge keys are applied, and the last of duplicate keys wins. Keys become text, whatever their type; non-scalar keys are dropped. Aliases
    are expanded. UNKNOWN replaces nodes with custom tags, nodes below `DATA_DEPTH` levels (cycles too), and nodes beyond `DATA_REPEATS`.
    """
    result: list[Data] = [UNKNOWN]
    visited: set[Node] = set()
    repeats = DATA_REPEATS
    pending: list[tuple[list[Data] | dict[str, Data], int | str, Node, int]] = []
    if node is None:
        return None
    pending.append((result, 0, node, 0))
    while pending:
        container, key, node, depth = pending.pop()
        if isinstance(node, Alias):
            node = node.target
        if node in visited:
            repeats -= 1
            if repeats < 0:
                continue
        visited.add(node)
        value: Data = UNKNOWN
        if isinstance(node, Scalar):
            value = scalar_data(node)
        elif depth >= DATA_DEPTH or node.tag not in (None, "!", "!!map", "!!seq"):
            continue
        elif isinstance(node, Mapping):
            entries = dict(islice(merged(node), len(node.items) + max(repeats, 0)))
            repeats -= max(0, len(entries) - len(node.items))
            fields: dict[str, Data] = dict.fromkeys(entries, UNKNOWN)
            pending += ((fields, name, entry, depth + 1) for name, entry in reversed(entries.items()))
            value = fields
        else:
            elements: list[Data] = [UNKNOWN] * len(node.items)
            pending += ((elements, index, item, depth + 1) for index, item in reversed(list(enumerate(node.items))))
            value = elements
        if isinstance(container, list) and isinstance(key, int):  # noqa: SIM114  # two branches, for the type checker
            container[key] = value
        elif isinstance(container, dict) and isinstance(key, str):
            container[key] = value
    return result[0]

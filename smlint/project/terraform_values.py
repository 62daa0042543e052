"""The files that assign values to the variables of a Terraform module: `terraform.tfvars`, `*.auto.tfvars`, and files for `-var-file`.

Terraform loads the automatic ones, later files over earlier ones. The others hold values that some deployments use.
Precedence: https://developer.hashicorp.com/terraform/language/values/variables#variable-definition-precedence (read 2026-11-22).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from smlint.readers.reader import ANY
from smlint.runtime.named_tuple import NamedTuple

SUFFIXES = (".tfvars", ".tfvars.json")
_FIRST = ("terraform.tfvars", "terraform.tfvars.json")
_AUTOMATIC = (".auto.tfvars", ".auto.tfvars.json")

_NAME = re.compile(r"[ \t\r\n]*([A-Za-z_][\w-]*)[ \t]*=[ \t]*")
_ENTRY = re.compile(r'"?([A-Za-z_][\w-]*)"?[ \t]*[=:][ \t]*')
_SEPARATORS = re.compile(r"(?:[\s,]|#[^\n]*+|//[^\n]*+|/\*.*?\*/)*+", re.DOTALL)
_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')
_COMMENT = re.compile(r"#[^\n]*|//[^\n]*|/\*.*?\*/", re.DOTALL)


class Assignments(NamedTuple):
    """The values that a file assigns, as text, and the variables to which it assigns something that smlint cannot read."""

    values: dict[str, str]
    unknown: frozenset[str] = frozenset()


def automatic(names: tuple[str, ...]) -> list[str]:
    """Return the files among these that Terraform always loads, in its order."""
    return [*(name for name in _FIRST if name in names), *(name for name in names if name.endswith(_AUTOMATIC))]


def assignments(name: str, text: str | None) -> Assignments:
    """Return what a file assigns."""
    if text is None:
        return Assignments({}, frozenset({ANY}))
    if not name.endswith(".json"):
        return _in_hcl(text)
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        return Assignments({}, frozenset({ANY}))
    values = simple_values(data)
    return Assignments(values, frozenset(key for key, value in data.items() if key not in values and value is not None and value != ""))


def named(pair: tuple[str, str | None], variables: Sequence[str]) -> Iterator[tuple[str, str | None]]:
    """Yield a variable and its value if it is among these; each of them, if the variable is any."""
    if pair[0] == ANY:
        yield from ((name, None) for name in variables)
    elif pair[0] in variables:
        yield pair


def simple_values(values: dict[str, object]) -> dict[str, str]:
    """Return values as text: booleans as Terraform writes them, maps and lists as JSON. Leave out empty values, which are to be replaced."""
    texts = {}
    for name, value in values.items():
        text = value if isinstance(value, str) else json.dumps(value)
        if value is not None and text and "${" not in text:
            texts[name] = text
    return texts


def _in_hcl(text: str) -> Assignments:
    values: dict[str, str] = {}
    unknown: set[str] = set()
    offset = 0
    while text[offset:].strip():
        comment = _COMMENT.match(text, offset + len(text[offset:]) - len(text[offset:].lstrip()))
        if comment is not None:
            offset = comment.end()
            continue
        match = _NAME.match(text, offset)
        end = _end_of_value(text, match.end()) if match is not None else None
        if match is None or end is None:
            return Assignments(values, frozenset({*unknown, ANY}))
        name, value = match[1], _value(text[match.end() : end])
        if value is None:
            unknown.add(name)
            values.pop(name, None)
        elif value:
            values[name] = value
        offset = end
    return Assignments(values, frozenset(unknown))


def in_object(text: str, start: int) -> Assignments:
    """Return what an object in HCL assigns, given the offset after its opening brace."""
    values: dict[str, str] = {}
    unknown: set[str] = set()
    offset = start
    while True:
        offset = _SEPARATORS.match(text, offset).end()  # type: ignore[union-attr]  # it matches nothing, too
        if text.startswith("}", offset):
            return Assignments(values, frozenset(unknown))
        match = _ENTRY.match(text, offset)
        end = _end_of_value(text, match.end(), ",\n}") if match is not None else None
        if match is None or end is None:
            return Assignments(values, frozenset({*unknown, ANY}))
        value = _value(text[match.end() : end])
        if value is None:
            unknown.add(match[1])
        elif value:
            values[match[1]] = value
        offset = end


def _end_of_value(text: str, start: int, ends: str = "\n") -> int | None:
    """Return the offset of the line end after a value, or of another end; None if it is a heredoc, or does not end."""
    depth, offset = 0, start
    while offset < len(text):
        character = text[offset]
        if character == '"':
            string = _STRING.match(text, offset)
            if string is None:
                return None
            offset = string.end()
            continue
        comment = _COMMENT.match(text, offset)
        if comment is not None:
            offset = comment.end()
            continue
        if text.startswith("<<", offset):
            return None
        if character in ends and depth == 0:
            return offset
        depth += (character in "[{(") - (character in "]})")
        offset += 1
    return offset if depth == 0 else None


def _value(written: str) -> str | None:
    """Return a string, number, boolean or collection as text; empty for null or an empty string, None for anything else."""
    pieces, offset = [], 0
    for string in _STRING.finditer(written):
        pieces += [_COMMENT.sub("", written[offset : string.start()]), string[0]]
        offset = string.end()
    value = "".join([*pieces, _COMMENT.sub("", written[offset:])]).strip()
    if "${" in value or "%{" in value:
        return None
    if _STRING.fullmatch(value):
        try:
            text = json.loads(value)
        except ValueError:
            return None
        return text if isinstance(text, str) else None
    if value[:1] in ("[", "{"):
        return value
    if value == "null":
        return ""
    return value if re.fullmatch(r"true|false|-?\d[\w.]*", value) else None

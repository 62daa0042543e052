"""A quick check for the common case that data certainly satisfies a JSON Schema.

Importing `jsonschema` takes longer than checking a file, and nearly every manifest is valid. This check reads the same schema file; if it
does not accept the data, `jsonschema` decides and reports the errors. So it may reject valid data, but must never accept invalid data.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from smlint.syntax import Data

Schema = Mapping[str, "Data"]

_TYPES: dict[str, type] = {"string": str, "array": list, "object": dict, "boolean": bool, "integer": int}
_SILENT = frozenset({"$schema", "$id", "title", "description", "examples", "definitions", "else", "then"})


def accepts(schema: Data, value: Data, root: Schema) -> bool:
    """Return whether a value certainly satisfies `schema`, a part of the draft-07 schema `root`. False leaves the question open.

    Knows the keywords that the manifest's schema uses, and returns False for any other. Recurses only as deep as the schema.
    """
    if isinstance(schema, bool):
        return schema
    if not isinstance(schema, dict):
        return False
    if "$ref" in schema:  # draft-07 ignores its sibling keywords
        return accepts(_referred(schema["$ref"], root), value, root)
    return all(_holds(keyword, argument, value, schema, root) for keyword, argument in schema.items())


def _holds(keyword: str, argument: Data, value: Data, schema: Schema, root: Schema) -> bool:
    """Return whether a value certainly satisfies one keyword of a schema."""
    match keyword, argument:
        case "type", list(names):
            return any(_is(value, name) for name in names)
        case "type", name:
            return _is(value, name)
        case "const", constant:
            return type(value) is type(constant) and value == constant
        case "enum", list(choices):
            return isinstance(value, str) and value in choices
        case "pattern", str(pattern):
            return isinstance(value, str) and re.search(pattern, value) is not None
        case "minLength", int(least):
            return isinstance(value, str) and len(value) >= least
        case "minItems", int(least):
            return isinstance(value, list) and len(value) >= least
        case "uniqueItems", True:
            return isinstance(value, list) and all(isinstance(item, str) for item in value) and len(set(map(str, value))) == len(value)
        case "items", items:
            return not isinstance(value, list) or all(accepts(items, item, root) for item in value)
        case "required", list(names):
            return isinstance(value, dict) and all(isinstance(name, str) and name in value for name in names)
        case "properties", dict(properties):
            return isinstance(value, dict) and all(accepts(properties[key], value[key], root) for key in value if key in properties)
        case "additionalProperties", others:
            known = schema.get("properties")
            named = known if isinstance(known, dict) else {}
            return not isinstance(value, dict) or all(accepts(others, item, root) for key, item in value.items() if key not in named)
        case "allOf", list(parts):
            return all(accepts(part, value, root) for part in parts)
        case "anyOf", list(parts):
            return any(accepts(part, value, root) for part in parts)
        case "not", {"type": "object", "required": list(names), **more} if not more:
            return isinstance(value, dict) and not all(isinstance(name, str) and name in value for name in names)
        case "if", condition if "then" not in schema:
            return accepts(condition, value, root) or accepts(schema.get("else", True), value, root)
        case _:
            return keyword in _SILENT


def _is(value: Data, name: Data) -> bool:
    kind = _TYPES.get(name) if isinstance(name, str) else None
    return kind is not None and type(value) is kind


def _referred(reference: Data, root: Schema) -> Data:
    """Return the part of the schema that a local `$ref` names; `False`, which rejects everything, for any other reference."""
    if not isinstance(reference, str) or not reference.startswith("#/"):
        return False
    part: Data = dict(root)
    for step in reference[2:].split("/"):
        part = part.get(step, False) if isinstance(part, dict) else False
    return part

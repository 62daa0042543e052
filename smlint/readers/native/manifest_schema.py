"""What is wrong with a native manifest by its JSON Schema, each fault at the key or value that has it."""

from __future__ import annotations

from collections.abc import Iterator

from smlint.model.deployment import Problem, ProblemKind
from smlint.model.source import Span
from smlint.model.text import Text, TextRange
from smlint.readers.common import mapping_of, pointer, scalar_text, templated
from smlint.readers.native.manifest_words import Path, SchemaViolation
from smlint.readers.versions import unquoted_version
from smlint.syntax import UNKNOWN, Data, Mapping, Node, Scalar, Sequence, plain_type, resolve, to_data

# Keys that a float or integer may stand under by mistake: the version that was meant is the text as written.
VERSION_KEYS = frozenset({"framework_version"})


def models_of(root: Mapping) -> list[tuple[Path, Node, Scalar | None]]:
    """The models of a manifest, in order: where each is, its node, and its key where the models are a mapping by name."""
    models = resolve(root.get("models"))
    if isinstance(models, Sequence):
        return [(("models", index), node, None) for index, node in enumerate(models.items)]
    found: list[tuple[Path, Node, Scalar | None]] = []
    if not isinstance(models, Mapping):
        return found
    for key, node in models.items:
        scalar = resolve(key)
        if isinstance(scalar, Scalar) and scalar.value != "<<":
            found.append((("models", scalar.value), node, scalar))
    return found


def problems(root: Mapping) -> list[Problem]:
    """Every fault of the manifest, in no order: unquoted versions, keys given twice, and what breaks the JSON Schema."""
    data = to_data(root)
    if not isinstance(data, dict):
        return []
    found = list(_unquoted_versions(root, data))
    found += _twice(root)
    schema = load_schema()
    from smlint.readers.native.quick_schema import accepts

    if not accepts(schema, data, schema):
        found += _violations(root, data, schema)
    return found


def load_schema() -> dict[str, Data]:
    """The JSON Schema (draft-07) of the native manifest."""
    import json
    import os.path

    with open(os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(__file__))), "schemas", "manifest.json"), encoding="utf-8") as file:
        loaded: dict[str, Data] = json.load(file)
    return loaded


def _fields(root: Mapping) -> Iterator[tuple[Path, Mapping]]:
    """The mappings that hold fields: the defaults and each model."""
    defaults = mapping_of(root.get("defaults"))
    if defaults is not None:
        yield ("defaults",), defaults
    for path, node, _ in models_of(root):
        model = mapping_of(node)
        if model is not None:
            yield path, model


def _unquoted_versions(root: Mapping, data: dict[str, Data]) -> Iterator[Problem]:
    """Versions that YAML reads as numbers; in `data` they become the text as written, so that the schema passes over them."""
    for path, fields in _fields(root):
        held = _at(data, path)
        for key in VERSION_KEYS:
            scalar = resolve(fields.get(key))
            if not isinstance(scalar, Scalar) or scalar.tag is not None or plain_type(scalar) not in ("int", "float"):
                continue
            if isinstance(held, dict):
                held[key] = scalar.value
            yield unquoted_version(scalar, key, pointer(*path, key), _name(fields, path))


def _twice(root: Mapping) -> Iterator[Problem]:
    for path, fields in (((), root), *_fields(root)):
        seen: set[str] = set()
        for key, _ in fields.items:
            scalar = resolve(key)
            if not isinstance(scalar, Scalar) or scalar.value == "<<":
                continue
            if scalar.value in seen:
                yield _problem(TextRange(scalar_text(scalar)), f"key {scalar.value!r} is given twice, expected once", (*path, scalar.value), root)
            seen.add(scalar.value)


def _violations(root: Mapping, data: dict[str, Data], schema: dict[str, Data]) -> Iterator[Problem]:
    """What jsonschema refuses, each fault once: a key that is missing because it is misspelt is only misspelt."""
    from jsonschema import Draft7Validator
    from referencing import Registry

    found: list[SchemaViolation] = []
    # An empty registry: no reference ever makes jsonschema fetch anything.
    for error in Draft7Validator(schema, registry=Registry()).iter_errors(data):
        part: dict[str, Data] = error.schema if isinstance(error.schema, dict) else {}
        path: Path = tuple(error.absolute_path)
        if error.instance is not UNKNOWN and not _is_template(root, path):
            found.append(SchemaViolation(path, str(error.validator), error.validator_value, error.instance, part))
    told: dict[tuple[Path, str], Problem] = {}
    misspelt: set[tuple[Path, str]] = set()
    for violation in found:
        path = violation.path
        for key in violation.unknown_keys:
            meant = violation.meant_by(key)
            if meant is not None:
                misspelt.add((path, meant))
            message = f"unknown key {key[:60]!r}" + (f"; did you mean {meant!r}?" if meant is not None else "")
            told[path, message] = _problem(_key_place(root, path, key), message, (*path, key), root)
    for violation in found:
        path = violation.path
        if violation.keyword == "additionalProperties" or any((path, key) in misspelt for key in violation.lacking):
            continue
        place = _head_place(root, path) if violation.about_keys else _value_place(root, path)
        told.setdefault((path, violation.message()), _problem(place, violation.message(), path, root))
    yield from told.values()


def _problem(place: TextRange, message: str, path: Path, root: Mapping) -> Problem:
    resource = _name(mapping_of(_node(root, path[:2])), path[:2]) if path[:1] == ("models",) and path[1:] else ""
    return Problem(ProblemKind.SCHEMA, place, message, pointer(*path), resource)


def _name(fields: Mapping | None, path: Path) -> str:
    """What a model is called in reports: its name, else its key, else its place in the list."""
    name = resolve(fields.get("name")) if fields is not None else None
    if path[0] == "models" and isinstance(name, Scalar) and name.value:
        return name.value
    return path[1] if len(path) > 1 and isinstance(path[1], str) else ".".join(map(str, path))


def _at(data: Data, path: Path) -> Data:
    for step in path:
        if isinstance(data, dict) and isinstance(step, str):
            data = data.get(step)
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            return None
    return data


def _node(root: Mapping, path: Path) -> Node | None:
    """The node at a path of the data; None when it cannot be reached."""
    node: Node | None = root
    for step in path:
        found = resolve(node)
        if isinstance(found, Mapping) and isinstance(step, str):
            node = found.get(step)
        elif isinstance(found, Sequence) and isinstance(step, int) and step < len(found.items):
            node = found.items[step]
        else:
            return None
    return node


def _is_template(root: Mapping, path: Path) -> bool:
    """Whether a template engine will write the value here: what it will be is unknown."""
    found = resolve(_node(root, path)) if path else None
    return isinstance(found, Scalar) and not templated(found).known


def _value_place(root: Mapping, path: Path) -> TextRange:
    """The value at a path, when it is a scalar that shows; else the key that leads to it."""
    found = resolve(_node(root, path))
    if isinstance(found, Scalar) and found.end > found.start:
        return TextRange(scalar_text(found))
    return _head_place(root, path)


def _head_place(root: Mapping, path: Path) -> TextRange:
    """What names the node at a path: its key; in a list the value of its `name`, or its first key."""
    if path and isinstance(path[-1], str):
        return _key_place(root, path[:-1], path[-1])
    found = resolve(_node(root, path))
    if isinstance(found, Scalar):
        return TextRange(scalar_text(found))
    if isinstance(found, Mapping) and found.items:
        first = resolve(found.items[0][0])
        named = resolve(found.get("name"))
        for scalar in (named, first):
            if isinstance(scalar, Scalar) and scalar.end > scalar.start:
                return TextRange(scalar_text(scalar, editable=False))
    start = found.start if found is not None else root.start
    return TextRange(Text((), Span(start, start + 1)))


def _key_place(root: Mapping, path: Path, key: str) -> TextRange:
    """A key of the mapping at a path; where it was merged in from elsewhere, what names that mapping."""
    holder = resolve(_node(root, path))
    if isinstance(holder, Mapping):
        for candidate, _ in holder.items:
            scalar = resolve(candidate)
            if isinstance(scalar, Scalar) and scalar.value == key:
                return TextRange(scalar_text(scalar, editable=False))
    return _head_place(root, path)

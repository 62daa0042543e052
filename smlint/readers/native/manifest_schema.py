"""Check a native manifest against its JSON Schema: each problem is reported once, at the key or value that causes it."""

from __future__ import annotations

from collections.abc import Iterator

from smlint.model.deployment import Problem, ProblemKind
from smlint.model.text import TextRange
from smlint.readers.common import mapping_of, pointer, scalar_text
from smlint.readers.native.messages import SchemaViolation
from smlint.readers.native.places import Path, head_place, is_template, key_place, node_at, value_place
from smlint.readers.versions import unquoted_version
from smlint.syntax import UNKNOWN, Data, Mapping, Node, Scalar, Sequence, plain_type, resolve, to_data

# Keys whose value may be a float or integer by mistake: the intended version is the text as written.
VERSION_KEYS = frozenset({"framework_version"})


def models_of(root: Mapping) -> list[tuple[Path, Node, Scalar | None]]:
    """Return the models of a manifest in order: path, node, and key if the models are a mapping by name."""
    models = resolve(root.get("models"))
    if isinstance(models, Sequence):
        return [(("models", index), node, None) for index, node in enumerate(models.items)]
    if not isinstance(models, Mapping):
        return []
    keyed: list[tuple[Path, Node, Scalar | None]] = []
    for key, node in models.items:
        scalar = resolve(key)
        if isinstance(scalar, Scalar) and scalar.value != "<<":
            keyed.append((("models", scalar.value), node, scalar))
    return keyed


def problems(root: Mapping) -> list[Problem]:
    """Return all problems of a manifest, in no particular order: unquoted versions, duplicate keys, and violations of the schema."""
    data = to_data(root)
    if not isinstance(data, dict):
        return []
    all_problems = list(_unquoted_versions(root, data))
    all_problems += _duplicate_keys(root)
    schema = load_schema()
    from smlint.readers.native.quick_schema import accepts

    if not accepts(schema, data, schema):
        all_problems += _violations(root, data, schema)
    return all_problems


def load_schema() -> dict[str, Data]:
    """Load the JSON Schema (draft-07) of the native manifest."""
    import json
    import os.path

    with open(os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(__file__))), "schemas", "manifest.json"), encoding="utf-8") as file:
        loaded: dict[str, Data] = json.load(file)
    return loaded


def _field_mappings(root: Mapping) -> Iterator[tuple[Path, Mapping]]:
    """Yield the mappings with fields: the defaults and each model."""
    defaults = mapping_of(root.get("defaults"))
    if defaults is not None:
        yield ("defaults",), defaults
    for path, node, _ in models_of(root):
        model = mapping_of(node)
        if model is not None:
            yield path, model


def _unquoted_versions(root: Mapping, data: dict[str, Data]) -> Iterator[Problem]:
    """Yield versions that YAML reads as numbers. In `data` they become the text as written, so that the schema accepts them."""
    for path, fields in _field_mappings(root):
        plain_fields = _data_at(data, path)
        for key in VERSION_KEYS:
            scalar = resolve(fields.get(key))
            if not isinstance(scalar, Scalar) or scalar.tag is not None or plain_type(scalar) not in ("int", "float"):
                continue
            if isinstance(plain_fields, dict):
                plain_fields[key] = scalar.value
            yield unquoted_version(scalar, key, pointer(*path, key), _resource_name(fields, path))


def _duplicate_keys(root: Mapping) -> Iterator[Problem]:
    for path, fields in (((), root), *_field_mappings(root)):
        seen: set[str] = set()
        for key, _ in fields.items:
            scalar = resolve(key)
            if not isinstance(scalar, Scalar) or scalar.value == "<<":
                continue
            if scalar.value in seen:
                message = f"key {scalar.value!r} is given twice, expected once"
                yield _problem(TextRange(scalar_text(scalar)), message, (*path, scalar.value), root)
            seen.add(scalar.value)


def _violations(root: Mapping, data: dict[str, Data], schema: dict[str, Data]) -> Iterator[Problem]:
    """Yield the errors of jsonschema. A required key that is misspelled is reported as misspelled, not as missing too."""
    from jsonschema import Draft7Validator
    from referencing import Registry

    violations: list[SchemaViolation] = []
    # An empty registry: no reference can make jsonschema fetch anything.
    for error in Draft7Validator(schema, registry=Registry()).iter_errors(data):
        path: Path = tuple(error.absolute_path)
        if error.instance is not UNKNOWN and not is_template(root, path):
            violation = SchemaViolation(
                path=path,
                keyword=str(error.validator),
                argument=error.validator_value,
                value=error.instance,
                schema=error.schema if isinstance(error.schema, dict) else {},
            )
            violations.append(violation)
    problem_by_key: dict[tuple[Path, str], Problem] = {}
    misspelled: set[tuple[Path, str]] = set()
    for violation in violations:
        path = violation.path
        for key in violation.unknown_keys:
            intended = violation.intended_key(key)
            if intended is not None:
                misspelled.add((path, intended))
            message = f"unknown key {key[:60]!r}" + (f"; did you mean {intended!r}?" if intended is not None else "")
            problem_by_key[path, message] = _problem(key_place(root, path, key), message, (*path, key), root)
    for violation in violations:
        path = violation.path
        if violation.keyword == "additionalProperties" or any((path, key) in misspelled for key in violation.missing_keys):
            continue
        place = head_place(root, path) if violation.about_keys else value_place(root, path)
        problem_by_key.setdefault((path, violation.message()), _problem(place, violation.message(), path, root))
    yield from problem_by_key.values()


def _problem(place: TextRange, message: str, path: Path, root: Mapping) -> Problem:
    resource = _resource_name(mapping_of(node_at(root, path[:2])), path[:2]) if path[:1] == ("models",) and path[1:] else ""
    return Problem(kind=ProblemKind.SCHEMA, place=place, message=message, pointer=pointer(*path), resource=resource)


def _resource_name(fields: Mapping | None, path: Path) -> str:
    """Return the name of a model in reports: its `name`, else its key, else its path."""
    name = resolve(fields.get("name")) if fields is not None else None
    if path[0] == "models" and isinstance(name, Scalar) and name.value:
        return name.value
    return path[1] if len(path) > 1 and isinstance(path[1], str) else ".".join(map(str, path))


def _data_at(data: Data, path: Path) -> Data:
    for step in path:
        if isinstance(data, dict) and isinstance(step, str):
            data = data.get(step)
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            return None
    return data

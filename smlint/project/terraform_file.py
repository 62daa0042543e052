"""What one file of a Terraform module contributes to the others."""

from __future__ import annotations

import json
from collections.abc import Iterator

from smlint.project.terraform_values import simple_values
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import ParseError, parse

JSON_SUFFIX = ".tf.json"
HCL_SUFFIX = ".tf"
OPENTOFU_SUFFIXES = (".tofu", ".tofu.json")


class ModuleFile(NamedTuple):
    """What one file contributes to its module.

    `defaults` are the defaults of variables, `locals` local values as (name, template or expression) pairs, `providers` the Region of each
    provider where that is literal, `uses` the names that the file refers to, `users` the models that it uses other than by a name that
    links them, and `listed` other values that validations of its variables allow.
    """

    defaults: dict[str, str]
    locals: tuple[tuple[str, str], ...]
    providers: tuple[tuple[str, str | None], ...]
    uses: frozenset[str]
    users: frozenset[str]
    listed: frozenset[tuple[str, str | None]]


def read_module_file(name: str, text: str | None) -> ModuleFile:
    """Return what a file with this name and text contributes; a text of None may use everything."""
    from smlint.readers.terraform.usage import EVERYTHING, references

    configuration = parse_object(text) if name.endswith(JSON_SUFFIX) else {}
    return ModuleFile(
        defaults=_defaults(configuration),
        locals=tuple(_locals(configuration)),
        providers=tuple(_providers(configuration)),
        uses=frozenset({EVERYTHING}) if text is None else references(text),
        users=_users(name, text),
        listed=frozenset(_listed(configuration)),
    )


def _users(name: str, text: str | None) -> frozenset[str]:
    """Return the models that a file uses other than by a name that links them; everything if it is unreadable."""
    from smlint.readers.common import mapping_of
    from smlint.readers.terraform.usage import EVERYTHING, users_in_hcl, users_in_json

    if text is None:
        return frozenset({EVERYTHING})
    if not name.endswith(JSON_SUFFIX):
        return users_in_hcl(text)
    if "${" not in text:
        return frozenset()
    try:
        roots = [mapping_of(document.root) for document in parse(text, name)]
    except ParseError:
        return frozenset({EVERYTHING})
    return frozenset(user for root in roots if root is not None for user in users_in_json(root))


def blocks(value: object) -> list[dict[str, object]]:
    """Return the blocks of one type: Terraform's JSON allows an object or a list of objects."""
    return [block for block in (value if isinstance(value, list) else [value]) if isinstance(block, dict)]


def _defaults(configuration: dict[str, object]) -> dict[str, str]:
    """Return the defaults of the variables that a configuration declares."""
    defaults: dict[str, object] = {}
    for variables in blocks(configuration.get("variable")):
        for name, bodies in variables.items():
            for body in blocks(bodies)[:1]:
                if "default" in body:
                    defaults[name] = body["default"]
    return simple_values(defaults)


def _listed(configuration: dict[str, object]) -> Iterator[tuple[str, str | None]]:
    """Yield the other values that the validations of a configuration's variables allow."""
    from smlint.readers.terraform.other_values import values_in_condition

    for variables in blocks(configuration.get("variable")):
        for name, bodies in variables.items():
            for body in blocks(bodies)[:1]:
                for validation in blocks(body.get("validation")):
                    default = body.get("default")
                    yield from values_in_condition(name, str(validation.get("condition")), default if isinstance(default, str) else None)


def _locals(configuration: dict[str, object]) -> list[tuple[str, str]]:
    """Return the local values of a configuration: a template as written, anything else as JSON. Leaves out strings that look like a collection."""
    local_values = []
    for block in blocks(configuration.get("locals")):
        for name, value in block.items():
            if isinstance(value, (dict, list, bool, int, float)):
                local_values.append((name, json.dumps(value)))
            elif isinstance(value, str) and value and value.lstrip()[:1] not in ("{", "["):
                local_values.append((name, value))
    return local_values


def _providers(configuration: dict[str, object]) -> list[tuple[str, str | None]]:
    """Return the providers of a configuration, `aws` or `aws.alias`, each with its Region if that is literal."""
    regions: list[tuple[str, str | None]] = []
    for providers in blocks(configuration.get("provider")):
        for name, bodies in providers.items():
            for body in blocks(bodies):
                alias, region = body.get("alias"), body.get("region")
                literal = isinstance(region, str) and region and "${" not in region
                regions.append((name if alias is None else f"{name}.{alias}", str(region) if literal else None))
    return regions


def parse_object(text: str | None) -> dict[str, object]:
    """Return the JSON object in a text; an empty one for anything else."""
    try:
        data = json.loads(text or "")
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}

"""What the files of a Terraform module's folder tell of each other: values of variables, Regions of providers, resources, and what they use.

Precedence of values: https://developer.hashicorp.com/terraform/language/values/variables#variable-definition-precedence (read 2026-11-22).
"""

from __future__ import annotations

import json
import os
from functools import lru_cache

from smlint.model.deployment import Problem
from smlint.readers.reader import ReadContext
from smlint.syntax import ParseError, parse


def outside_of(path: str) -> ReadContext:
    """What the other files of a configuration's folder tell of it."""
    folder, own = os.path.split(os.path.abspath(path))
    defaults: dict[str, str] = {}
    providers: dict[str, set[str | None]] = {}
    uses: set[str] = set()
    local_values: dict[str, set[str]] = {}
    names = _names(folder)
    for name in names:
        if name == own or not name.endswith((".tf.json", ".tf")):
            continue
        text = _text(os.path.join(folder, name))
        uses |= _uses(text)
        if name.endswith(".tf.json"):
            configuration = _parsed(text)
            defaults.update(_defaults(configuration))
            for key, value in _locals(configuration):
                local_values.setdefault(key, set()).add(value)
            for provider, region in _providers(configuration):
                providers.setdefault(provider, set()).add(region)
    values: dict[str, str] = {}
    automatic = [name for name in names if name.endswith(".auto.tfvars.json")]
    for name in [*(name for name in names if name == "terraform.tfvars.json"), *automatic]:
        values.update(_simple(_parsed(_text(os.path.join(folder, name)))))
    return ReadContext(
        parameters=tuple(sorted(values.items())),
        defaults=tuple(sorted(defaults.items())),
        providers=tuple(sorted((name, region) for name, (region, *others) in providers.items() if region is not None and not others)),
        uses=tuple(sorted(uses)),
        locals=tuple(sorted((name, value) for name, (value, *others) in local_values.items() if not others)),
    )


def dangling(path: str, text: str) -> tuple[Problem, ...]:
    """The references to models that no file of the folder defines; none where a file that is not JSON may define them."""
    from smlint.readers.terraform.configuration import missing_models

    folder, own = os.path.split(os.path.abspath(path))
    names = _names(folder)
    if any(name.endswith(".tf") for name in names):
        return ()
    try:
        missing = [one for document in parse(text, path) for one in missing_models(document, ReadContext())]
    except ParseError:
        return ()
    if not missing:
        return ()
    defined: set[str] = set()
    for name in names:
        if name != own and name.endswith(".tf.json"):
            found = _defined(os.path.join(folder, name))
            if found is None:
                return ()
            defined |= found
    return tuple(one.problem for one in missing if one.address not in defined)


def _defined(path: str) -> frozenset[str] | None:
    """The SageMaker resources that a file defines; None when it cannot be read."""
    from smlint.files.read import SourceError, read_source
    from smlint.readers.terraform.configuration import defined_resources

    try:
        return frozenset(address for document in parse(read_source(path).text, path) for address in defined_resources(document))
    except (SourceError, ParseError):
        return None


def _names(folder: str) -> list[str]:
    """The names in a folder, in order."""
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


def _blocks(node: object) -> list[dict[str, object]]:
    """The blocks that stand here: JSON allows an object, or a list of them."""
    return [block for block in (node if isinstance(node, list) else [node]) if isinstance(block, dict)]


def _defaults(configuration: dict[str, object]) -> dict[str, str]:
    """The defaults of the variables that a configuration declares."""
    found: dict[str, object] = {}
    for variables in _blocks(configuration.get("variable")):
        for name, bodies in variables.items():
            for body in _blocks(bodies)[:1]:
                if "default" in body:
                    found[name] = body["default"]
    return _simple(found)


def _locals(configuration: dict[str, object]) -> list[tuple[str, str]]:
    """The local values that a configuration defines: a template as it is, a collection as JSON; not a text that looks like a collection."""
    found = []
    for block in _blocks(configuration.get("locals")):
        for name, value in block.items():
            if isinstance(value, (dict, list)):
                found.append((name, json.dumps(value)))
            elif isinstance(value, str) and value and value.lstrip()[:1] not in ("{", "["):
                found.append((name, value))
    return found


def _providers(configuration: dict[str, object]) -> list[tuple[str, str | None]]:
    """The providers that a configuration has, `aws` or `aws.alias`, each with its Region where that is literal."""
    found: list[tuple[str, str | None]] = []
    for providers in _blocks(configuration.get("provider")):
        for name, bodies in providers.items():
            for body in _blocks(bodies):
                alias, region = body.get("alias"), body.get("region")
                literal = isinstance(region, str) and region and "${" not in region
                found.append((name if alias is None else f"{name}.{alias}", str(region) if literal else None))
    return found


@lru_cache(maxsize=256)
def _uses(text: str | None) -> frozenset[str]:
    """What a file of the folder refers to; everything, if it cannot be read."""
    from smlint.readers.terraform.usage import EVERYTHING, references

    return frozenset({EVERYTHING}) if text is None else references(text)


def _simple(values: dict[str, object]) -> dict[str, str]:
    """Values as texts: booleans as Terraform writes them, maps and lists as JSON. Empty ones stand for something to be given."""
    found = {}
    for name, value in values.items():
        text = value if isinstance(value, str) else json.dumps(value)
        if value is not None and text and "${" not in text:
            found[name] = text
    return found


def _text(path: str) -> str | None:
    """The text of a file; None when it cannot be read."""
    from smlint.files.read import SourceError, read_source

    try:
        return read_source(path).text
    except SourceError:
        return None


def _parsed(text: str | None) -> dict[str, object]:
    try:
        data = json.loads(text or "")
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}

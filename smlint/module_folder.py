"""What the files of a Terraform module's folder tell of each other: values of variables, the provider's Region, and which resources there are.

Precedence of values: https://developer.hashicorp.com/terraform/language/values/variables#variable-definition-precedence (read 2026-11-22).
"""

from __future__ import annotations

import json
import os
from functools import lru_cache

from smlint.engine import Outside
from smlint.model import Problem
from smlint.nodes import ParseError, parse
from smlint.readers import Environment


def outside_of(path: str) -> Outside:
    """What the other files of a configuration's folder tell of it."""
    folder, own = os.path.split(os.path.abspath(path))
    defaults: dict[str, str] = {}
    regions: set[str] = set()
    for name in _names(folder, ".tf.json"):
        if name != own:
            configuration = _read(os.path.join(folder, name))
            defaults.update(_defaults(configuration))
            regions |= _provider_regions(configuration)
    values: dict[str, str] = {}
    automatic = _names(folder, ".auto.tfvars.json")
    for name in (*(name for name in _names(folder, ".json") if name == "terraform.tfvars.json"), *automatic):
        values.update(_simple(_read(os.path.join(folder, name))))
    region = next(iter(regions)) if len(regions) == 1 else None
    return Outside(region, tuple(sorted(values.items())), tuple(sorted(defaults.items())))


def dangling(path: str, text: str) -> tuple[Problem, ...]:
    """The references to models that no file of the folder defines; none where a file that is not JSON may define them."""
    from smlint.readers.terraform_configuration import missing_models

    folder, own = os.path.split(os.path.abspath(path))
    if _names(folder, ".tf"):
        return ()
    try:
        missing = [one for document in parse(text, path) for one in missing_models(document, Environment())]
    except ParseError:
        return ()
    if not missing:
        return ()
    defined: set[str] = set()
    for name in _names(folder, ".tf.json"):
        if name != own:
            found = _defined(os.path.join(folder, name))
            if found is None:
                return ()
            defined |= found
    return tuple(one.problem for one in missing if one.address not in defined)


def _defined(path: str) -> frozenset[str] | None:
    """The SageMaker resources that a file defines; None when it cannot be read."""
    from smlint.readers.terraform_configuration import defined_resources
    from smlint.source import SourceError, read

    try:
        return frozenset(address for document in parse(read(path).text, path) for address in defined_resources(document))
    except (SourceError, ParseError):
        return None


@lru_cache(maxsize=64)
def _all_names(folder: str) -> tuple[str, ...]:
    try:
        return tuple(sorted(os.listdir(folder)))
    except OSError:
        return ()


def _names(folder: str, suffix: str) -> tuple[str, ...]:
    return tuple(name for name in _all_names(folder) if name.endswith(suffix))


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


def _provider_regions(configuration: dict[str, object]) -> set[str]:
    """The literal Regions of the AWS provider's default configuration (those with an alias are for the resources that name them)."""
    found = set()
    for providers in _blocks(configuration.get("provider")):
        for body in _blocks(providers.get("aws")):
            region = body.get("region")
            if "alias" not in body and isinstance(region, str) and region and "${" not in region:
                found.add(region)
    return found


def _simple(values: dict[str, object]) -> dict[str, str]:
    """Values as texts: booleans as Terraform writes them, maps and lists as JSON. Empty ones stand for something to be given."""
    found = {}
    for name, value in values.items():
        text = value if isinstance(value, str) else json.dumps(value)
        if value is not None and text and "${" not in text:
            found[name] = text
    return found


def _read(path: str) -> dict[str, object]:
    from smlint.source import SourceError, read

    try:
        data = json.loads(read(path).text)
    except (SourceError, ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}

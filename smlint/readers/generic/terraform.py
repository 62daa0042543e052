"""What counts in Terraform configuration without a SageMaker resource: the arguments of one call of a module from elsewhere.

A module in a local folder is read with the arguments of its calls. The defaults of variables and the local values belong to no deployment.
Source: https://developer.hashicorp.com/terraform/language/syntax/json (read 2026-11-29).
"""

from __future__ import annotations

from smlint.readers.common import items_of, mapping_of, scalar_of
from smlint.readers.generic.levels import MappingLevel, upwards
from smlint.syntax import Mapping, Steps

_BLOCKS = frozenset({
    "terraform", "provider", "variable", "locals", "data", "resource", "module", "output", "moved", "import", "removed", "check", "ephemeral", "//",
})  # fmt: skip
_VARIABLE = frozenset({"type", "default", "description", "validation", "sensitive", "nullable", "ephemeral", "//"})


def is_configuration(root: Mapping) -> bool:
    """Return whether a document is a Terraform configuration: it has nothing but its blocks, and a variable, a module or a provider."""
    if not _BLOCKS.issuperset(root.own()):
        return False
    if root.get("terraform") is not None or root.get("provider") is not None:
        return True
    modules = [body for block in _blocks(root, "module") for body in map(mapping_of, block.own().values())]
    variables = [body for block in _blocks(root, "variable") for body in map(mapping_of, block.own().values())]
    if any(body is None or scalar_of(body.get("source")) is None for body in modules):
        return False
    return bool(modules or variables) and all(body is not None and _VARIABLE.issuperset(body.own()) for body in variables)


def is_call(levels: list[MappingLevel], common: int, steps: Steps) -> bool:
    """Return whether a pair, of which both parts are in a mapping, is in one resource, or one call of a module that is not in a local folder."""
    sources = (scalar_of(levels[index].entries.get("source")) for index in upwards(levels, common))
    if any(source is not None and source.value.startswith(("./", "../")) for source in sources):
        return False
    return (steps[:1] == ("module",) and len(steps) > 1) or (steps[:1] == ("resource",) and len(steps) > 2)


def _blocks(root: Mapping, key: str) -> list[Mapping]:
    node = root.get(key)
    mapping = mapping_of(node)
    return [mapping] if mapping is not None else [block for item in items_of(node) if (block := mapping_of(item)) is not None]

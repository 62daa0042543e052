"""The values that a file of a Terraform module gives to the others: variables, their defaults, and local values."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Any

from smlint.model.deployment import Deployment, RemoteDeployment
from smlint.model.source import Source
from smlint.model.text import Text
from smlint.project.reading import FileReading
from smlint.readers.common import items_of, mapping_of, scalar_of, scalar_text
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Mapping, Node, ParseError, parse

CONFIGURATION_SUFFIX, VALUES_SUFFIX = ".tf.json", ".tfvars.json"
MAX_VALUES = 1_000
"""The most values of one file to follow to other files."""


class ModuleUse(NamedTuple):
    """A deployment of a module, its file, the index of its document, and the value that it uses."""

    deployment: Deployment
    source: Source
    document: int
    value: str


def module_values(source: Source) -> dict[str, Text]:
    """Return the literal values in a file of a Terraform module, by the names that refer to them: `var.size`, `local.image`."""
    if not source.path.endswith((CONFIGURATION_SUFFIX, VALUES_SUFFIX)):
        return {}
    try:
        documents = parse(source.text, source.path)
    except ParseError:
        return {}
    root = mapping_of(documents[0].root) if documents else None
    if root is None:
        return {}
    pairs = _assignments(root) if source.path.endswith(VALUES_SUFFIX) else _declarations(root)
    values: dict[str, Text] = {}
    for name, node in pairs:
        scalar = scalar_of(node)
        if scalar is not None and scalar.value and "${" not in scalar.value and len(values) < MAX_VALUES:
            values[name] = scalar_text(scalar)
    return values


def uses_by_name(files: Iterable[FileReading]) -> dict[tuple[str, str], list[ModuleUse]]:
    """Return the deployments of Terraform modules by the folder of the module, and the name of each value that they use."""
    uses: dict[tuple[str, str], list[ModuleUse]] = {}
    for file in files:
        if not file.source.path.endswith(CONFIGURATION_SUFFIX):
            continue
        folder = os.path.dirname(os.path.abspath(file.source.path))
        for reading in file.readings:
            for deployment in reading.deployments:
                names = {piece.name: piece.text for text in deployment.texts() for piece in text.pieces if piece.text is not None and piece.name}
                for name, value in names.items():
                    use = ModuleUse(deployment=deployment, source=file.source, document=reading.document, value=value)
                    uses.setdefault((folder, name), []).append(use)
    return uses


def remote_deployments(values: dict[str, Text], uses: Iterable[ModuleUse]) -> Iterator[RemoteDeployment]:
    """Yield the deployments that use some values, with the text of the values in place of the references to them."""
    for use in uses:
        changed: dict[str, Any] = {}
        for field, fact in use.deployment.facts():
            pieces = fact.text.pieces if fact.text is not None else ()
            name = next((piece.name for piece in pieces if _is_value(piece.name, piece.text, values)), None)
            if name is not None:
                text = values[name]
                changed[field] = fact._replace(text=Text(tuple(piece._replace(style=None) for piece in text.pieces), text.anchor))
        if changed:
            deployment = use.deployment.located_in(use.source)._replace(**changed)
            yield RemoteDeployment(deployment, use.source, linked=False, document=use.document)


def _is_value(name: str, text: str | None, values: dict[str, Text]) -> bool:
    return name in values and values[name].value == text


def _assignments(root: Mapping) -> Iterator[tuple[str, Node]]:
    """Yield the values that a `.tfvars.json` file assigns to variables."""
    for name, node in root.own().items():
        yield f"var.{name}", node


def _declarations(root: Mapping) -> Iterator[tuple[str, Node]]:
    """Yield the defaults of variables and the local values of a configuration."""
    for block in _blocks(root.get("variable")):
        for name, body in block.own().items():
            for variable in _blocks(body)[:1]:
                default = variable.get("default")
                if default is not None:
                    yield f"var.{name}", default
    for block in _blocks(root.get("locals")):
        for name, node in block.own().items():
            yield f"local.{name}", node


def _blocks(node: Node | None) -> list[Mapping]:
    """Return the blocks of one type: Terraform's JSON allows an object or a list of objects."""
    mapping = mapping_of(node)
    return [mapping] if mapping is not None else [block for item in items_of(node) if (block := mapping_of(item)) is not None]

"""Evaluate the calls of local modules in a Terraform configuration: the instances of each call, and the arguments of each instance."""

from __future__ import annotations

import json
from collections.abc import Iterator

from smlint.readers.common import mapping_of, scalar_of
from smlint.readers.reader import ReadContext
from smlint.readers.terraform.blocks import META_ARGUMENTS, arguments, labeled_blocks
from smlint.readers.terraform.instances import instances_of
from smlint.readers.terraform.module_evaluator import ModuleEvaluator
from smlint.readers.terraform.plain_functions import Null, Plain, is_complete
from smlint.readers.terraform.plain_values import World
from smlint.readers.terraform.possible_values import Scope, assumptions_of
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Document, Mapping


class CallInstance(NamedTuple):
    """One instance of a call, by its address: the values that it passes to variables, and the Region of its default provider, if known.

    `unknown` are the variables that it sets to something unknown, `varying` those whose value depends on defaults.
    """

    address: str
    source: str
    values: tuple[tuple[str, str], ...]
    unknown: frozenset[str]
    varying: frozenset[str]
    region: str | None


def call_instances(document: Document, context: ReadContext) -> Iterator[CallInstance]:
    """Yield the instances of the calls of local modules, those whose source is a folder, in a document."""
    root = mapping_of(document.root)
    if root is None:
        return
    if context.overrides:
        from smlint.readers.terraform.overrides import with_overrides

        root = with_overrides(root, context.overrides)
    evaluator = ModuleEvaluator(root, context)
    for (name,), body, _, _ in labeled_blocks(root.get("module"), 1):
        source = scalar_of(body.get("source"))
        if source is not None and source.value.startswith("."):
            for index, scope in instances_of(body, evaluator):
                yield _instance(f"module.{name}{index}", source.value, body, scope, evaluator)


def _instance(address: str, source: str, body: Mapping, scope: Scope, evaluator: ModuleEvaluator) -> CallInstance:
    existence = assumptions_of(scope)
    exists_by_default = evaluator.compatibility.holds_by_default(existence)
    values: dict[str, str] = {}
    unknown: set[str] = set()
    varying: set[str] = set()
    for key, node in arguments(body):
        if key in META_ARGUMENTS:
            continue
        value, defaults = evaluator.plain(node, World({}), scope)
        text = _text(value)
        if text is None and exists_by_default:
            value, defaults = evaluator.plain(node, World({}, all_defaults=True), scope)
            text = _text(value)
        if value is Null.NULL and not defaults:
            continue
        if text is None or value is Null.NULL:
            unknown.add(key)
            continue
        values[key] = text
        if defaults:
            varying.add(key)
    region = evaluator.region_of(Mapping(0), ())
    own_region = region.fact.get() if body.get("providers") is None and not region.assumptions else None
    return CallInstance(
        address=address,
        source=source,
        values=tuple(sorted(values.items())),
        unknown=frozenset(unknown),
        varying=frozenset(varying),
        region=own_region,
    )


def _text(value: Plain | None) -> str | None:
    """Return a value as the text of a parameter; None if any of it is unknown."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, default=lambda null: None) if is_complete(value) else None

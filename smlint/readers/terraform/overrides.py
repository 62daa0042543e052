"""Apply override files: `override.tf.json`, `*_override.tf.json`, and the same in HCL.

Terraform merges them into the other files: an argument or a type of nested block in an override replaces that of the original. smlint reads
those in JSON; what one in HCL overrides is unknown.
Source: https://developer.hashicorp.com/terraform/language/files/override (read 2026-11-28).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from smlint.readers.common import mapping_of, scalar_of
from smlint.readers.terraform.blocks import labeled_blocks
from smlint.syntax import Mapping, Node, ParseError, Sequence, parse, resolve
from smlint.syntax.copies import copy_at, key_text, with_values

_LABELS = {"resource": 2, "data": 2, "variable": 1, "provider": 1, "locals": 0}
_HEADER = re.compile(r'^[ \t]*(resource|data|variable|provider|locals)((?:[ \t]++"[^"\n]*+")*+)[ \t]*\{', re.MULTILINE)
_ARGUMENT = re.compile(r"^[ \t]*([A-Za-z_][\w-]*)[ \t]*=", re.MULTILINE)
_NAMES = frozenset({"name", "model_name", "endpoint_config_name", "alias"})
_UNKNOWN = "${override.value}"

_PROVIDER = re.compile(r'^[ \t]*provider[ \t]+"aws"[ \t]*\{', re.MULTILINE)

Change = Callable[[Mapping], Mapping]


def is_override(name: str) -> bool:
    """Return whether a file of this name overrides the others of its folder."""
    return name in ("override.tf", "override.tf.json") or name.endswith(("_override.tf", "_override.tf.json"))


def may_override_provider(name: str, text: str | None) -> bool:
    """Return whether a file in HCL, whose text is None if it cannot be read, overrides a provider of AWS."""
    return is_override(name) and not name.endswith(".json") and (text is None or _PROVIDER.search(text) is not None)


def with_overrides(root: Mapping, overrides: Iterable[tuple[str, str]]) -> Mapping:
    """Return the root of a configuration with override files, given as (name, text), applied in order."""
    for name, text in overrides:
        changes = _changes_of_json(name, text) if name.endswith(".json") else _changes_of_hcl(text)
        changed = Mapping(root.start)
        changed.items = [(key, _change(node, kind, changes)) for key, node in root.items for kind in [key_text(key)]]
        root = changed
    return root


def _change(node: Node, kind: str, changes: dict[tuple[str, ...], Change]) -> Node:
    if kind not in _LABELS or not any(labels[0] == kind for labels in changes):
        return node
    return _changed(node, _LABELS[kind], (kind,), changes)


def _changed(node: Node, depth: int, labels: tuple[str, ...], changes: dict[tuple[str, ...], Change]) -> Node:
    """Apply the change for these labels to the blocks at a node."""
    content = resolve(node)
    if isinstance(content, Sequence):
        items = Sequence(content.start)
        items.items = [_changed(item, depth, labels, changes) for item in content.items]
        return items
    if not isinstance(content, Mapping):
        return node
    if depth == 0:
        alias = scalar_of(content.get("alias")) if labels[0] == "provider" else None
        change = changes.get(labels if alias is None else (*labels, alias.value))
        return change(content) if change is not None else content
    copy = Mapping(content.start)
    copy.items = [(key, _changed(child, depth - 1, (*labels, key_text(key)), changes)) for key, child in content.items]
    return copy


def _changes_of_json(name: str, text: str) -> dict[tuple[str, ...], Change]:
    try:
        roots = [mapping_of(document.root) for document in parse(text, name)]
    except ParseError:
        return {}
    changes: dict[tuple[str, ...], Change] = {}
    for root in roots:
        for kind, labels in _LABELS.items():
            for names, body, _, _ in labeled_blocks(root.get(kind) if root is not None else None, labels):
                alias = scalar_of(body.get("alias")) if kind == "provider" else None
                changes[(kind, *names, *((alias.value,) if alias is not None else ()))] = _merge_of(body)
    return changes


def _merge_of(override: Mapping) -> Change:
    def merge(body: Mapping) -> Mapping:
        merged = Mapping(body.start)
        own = {key_text(key): node for key, node in override.items}
        merged.items = [(key, copy_at(own[key_text(key)], node) if key_text(key) in own else node) for key, node in body.items]
        present = {key_text(key) for key, _ in body.items}
        merged.items += [(copy_at(key, body), copy_at(node, body)) for key, node in override.items if key_text(key) not in present]
        return merged

    return merge


def _changes_of_hcl(text: str) -> dict[tuple[str, ...], Change]:
    arguments = frozenset(_ARGUMENT.findall(text))
    changes: dict[tuple[str, ...], Change] = {}
    for match in _HEADER.finditer(text):
        labels = tuple(re.findall(r'"([^"\n]*)"', match[2]))
        changes[(match[1], *labels)] = (lambda body: _unknown(body, arguments)) if match[1] == "locals" else _unknown
    return changes


def _unknown(body: Mapping, only: frozenset[str] | None = None) -> Mapping:
    """Return a copy of a body with unknown values, apart from names; `only` are the keys to replace, all by default."""
    copy = Mapping(body.start)
    copy.items = [(key, _unknown_value(key, node) if only is None or key_text(key) in only else node) for key, node in body.items]
    return copy


def _unknown_value(key: Node, node: Node) -> Node:
    return node if key_text(key) in _NAMES else with_values(node, _UNKNOWN, keep=_NAMES)

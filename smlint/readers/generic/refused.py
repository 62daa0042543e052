"""Recognize pairs that a configuration rules out: rules that deny them, and rows of a table of what fits."""

from __future__ import annotations

from collections.abc import Mapping

from smlint.readers.generic.keywords import words_of
from smlint.syntax import Node, Scalar, resolve

_VERDICT_KEYS = frozenset({("action",), ("effect",), ("decision",), ("verdict",), ("rule", "action"), ("enforcement", "action"), ("on", "match")})
_REFUSALS = frozenset({
    "deny", "denied", "block", "blocked", "reject", "rejected", "forbid", "forbidden", "disallow", "disallowed", "prohibit", "prohibited", "fail",
    "warn", "dryrun", "refuse", "refused",
})  # fmt: skip
# A pair with one of these keys is a row of a table, or a test case, whatever the value.
_ROW_KEYS = frozenset({
    ("supported",), ("is", "supported"), ("compatible",), ("is", "compatible"), ("valid",), ("is", "valid"), ("allowed",), ("is", "allowed"),
    ("works",), ("should", "fail"), ("must", "fail"), ("expect", "failure"), ("expect", "fail"), ("should", "pass"), ("should", "succeed"),
})  # fmt: skip


def is_refused(entries: Mapping[str, Node]) -> bool:
    """Return whether a mapping is a rule that refuses what it describes, or says whether something fits."""
    for key, node in entries.items():
        words = words_of(key)
        if words not in _VERDICT_KEYS and words not in _ROW_KEYS:
            continue
        scalar = resolve(node)
        if not isinstance(scalar, Scalar):
            continue
        value = scalar.value.lower()
        if value in ("true", "false") if words in _ROW_KEYS else value in _REFUSALS:
            return True
    return False

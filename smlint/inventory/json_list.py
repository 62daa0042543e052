"""The inventory as a JSON list with one object per deployment."""

from __future__ import annotations

from smlint.inventory.collect import Inventory, InventoryRow
from smlint.linter.fact_fields import FIELDS
from smlint.model.facts import State
from smlint.runtime.escaping import for_json, to_json


def render(inventory: Inventory, today: str, color: bool) -> str:
    """Return the list. A fact that is not known is null; `unknown` names the facts whose values smlint could not determine."""
    del today, color
    return to_json([_record(row) for row in inventory.rows])


def _record(row: InventoryRow) -> dict[str, object]:
    record: dict[str, object] = {"file": for_json(row.file), "line": row.line, "pointer": for_json(row.pointer)}
    for field in FIELDS:
        value = row.get(field.name)
        if isinstance(value, dict):
            record[field.name] = {for_json(name): for_json(version) for name, version in value.items()}
        else:
            record[field.name] = for_json(value) if isinstance(value, str) else value
    record["unknown"] = [name for name, entry in row.facts.items() if entry.state is State.UNKNOWN]
    return record

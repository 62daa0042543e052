"""The inventory as a table for a terminal."""

from __future__ import annotations

from smlint.inventory.collect import Inventory, InventoryRow
from smlint.reporters.display import table
from smlint.runtime.escaping import for_terminal

COLUMNS = (
    ("RESOURCE", "resource"),
    ("KIND", "kind"),
    ("FRAMEWORK", "framework"),
    ("VERSION", "version"),
    ("ARCH", "architecture"),
    ("INSTANCE TYPE", "instance_type"),
    ("REGION", "region"),
    ("END OF PATCH", "end_of_patch"),
)


def render(inventory: Inventory, today: str, color: bool) -> str:
    """Return columns under a header, with `-` for absent facts and `?` for unknown ones; empty if there are no deployments."""
    del today
    if not inventory.rows:
        return ""
    cells = [("FILE", *(title for title, _ in COLUMNS))]
    cells += [(for_terminal(f"{row.file}:{row.line}"), *(for_terminal(_cell(row, name)) for _, name in COLUMNS)) for row in inventory.rows]
    return table(cells, color)


def _cell(row: InventoryRow, name: str) -> str:
    text = row.text(name)
    if name == "end_of_patch":
        ended = row.get("past_patch") is True
        text = f"{text} (ended)" if text and ended else "ended" if ended else text
    if name == "instance_type" and row.get("serverless") is True:
        return "serverless"
    return text or ("?" if row.is_unknown(name) else "-")

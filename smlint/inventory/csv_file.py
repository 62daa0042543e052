"""The inventory as comma-separated values (RFC 4180, but with `\\n` as line end)."""

from __future__ import annotations

import csv
from io import StringIO

from smlint.inventory.collect import Inventory
from smlint.linter.fact_fields import FIELDS
from smlint.runtime.escaping import for_csv


def render(inventory: Inventory, today: str, color: bool) -> str:
    """Return a header with the names of the facts, and a row per deployment. Facts that are not known are empty."""
    del today, color
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["file", "line", "pointer", *(field.name for field in FIELDS)])
    for row in inventory.rows:
        cells: list[str | float] = [for_csv(row.file), row.line, for_csv(row.pointer)]
        for field in FIELDS:
            value = row.get(field.name)
            cells.append(value if isinstance(value, int | float) and not isinstance(value, bool) else for_csv(row.text(field.name)))
        writer.writerow(cells)
    return stream.getvalue()

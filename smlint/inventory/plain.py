"""The inventory as JSON, as CSV, and as a table for a terminal."""

from __future__ import annotations

from smlint.inventory import Row
from smlint.linter.deployment_facts import FIELDS
from smlint.model.facts import State

_FORMULA_SIGNS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What begins a formula (OWASP, "CSV Injection", read in 2026): the last four are their full-width forms."""

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


def as_json(rows: tuple[Row, ...]) -> str:
    """A list of records. A fact that is not known is null; `unknown` names those that are stated, or must be there, but cannot be told."""
    from smlint.reporters.machine import as_json as text_of

    return text_of([_record(row) for row in rows])


def _record(row: Row) -> dict[str, object]:
    found: dict[str, object] = {"file": _text(row.file), "line": row.line, "pointer": _text(row.pointer)}
    for field in FIELDS:
        value = row.get(field.name)
        if isinstance(value, dict):
            found[field.name] = {_text(name): _text(version) for name, version in value.items()}
        else:
            found[field.name] = _text(value) if isinstance(value, str) else value
    found["unknown"] = [name for name, entry in row.facts.items() if entry.state is State.UNKNOWN]
    return found


def _text(text: str) -> str:
    """A string that every JSON reader takes: half a surrogate pair, as in a file name that is not UTF-8, is spelt out."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


def as_csv(rows: tuple[Row, ...]) -> str:
    """Comma-separated values (RFC 4180, but with plain line ends) under a header with the facts' names; empty where nothing is known."""
    import csv
    from io import StringIO

    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["file", "line", "pointer", *(field.name for field in FIELDS)])
    for row in rows:
        cells = [_cell(row.file), row.line, _cell(row.pointer)]
        for field in FIELDS:
            value = row.get(field.name)
            cells.append(value if isinstance(value, int) and not isinstance(value, bool) else _cell(row.text(field.name)))
        writer.writerow(cells)
    return stream.getvalue()


def _cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula, and no terminal obeys: what the names in a manifest are is up to whoever wrote it."""
    from smlint.reporters.display import shown

    text = shown(text)
    return f"'{text}" if text.lstrip()[:1] in _FORMULA_SIGNS else text


def as_table(rows: tuple[Row, ...], color: bool) -> str:
    """Columns under a header; `-` where there is nothing, `?` where it cannot be told."""
    from smlint.reporters.display import shown

    lines = [("FILE", *(title for title, _ in COLUMNS))]
    lines += [(shown(f"{row.file}:{row.line}"), *(shown(_shown(row, name)) for _, name in COLUMNS)) for row in rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    texts = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    if color:
        from smlint.reporters.display import BOLD, paint

        texts[0] = paint(texts[0], BOLD, color)
    return "\n".join(texts) + "\n"


def _shown(row: Row, name: str) -> str:
    text = row.text(name)
    if name == "end_of_patch":
        over = row.get("past_patch") is True
        text = f"{text} (over)" if text and over else "over" if over else text
    if name == "instance_type" and row.get("serverless") is True:
        return "serverless"
    return text or ("?" if row.is_unknown(name) else "-")

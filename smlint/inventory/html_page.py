"""The inventory as a self-contained HTML page: style, script and timeline are inline, and its security policy forbids everything else."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from html import escape

from smlint import __version__
from smlint.inventory.collect import Inventory, InventoryRow
from smlint.inventory.timeline import NEAR_DAYS, as_svg, key_of, state_of, timeline_entries
from smlint.runtime.escaping import for_html

COLUMNS = (
    ("File", "file"),
    ("Resource", "resource"),
    ("Kind", "kind"),
    ("Framework", "framework"),
    ("Version", "version"),
    ("Architecture", "architecture"),
    ("Instance type", "instance_type"),
    ("Region", "region"),
    ("End of patch", "end_of_patch"),
    ("Python", "python"),
    ("Libraries", "libraries"),
    ("Processor", "processor"),
    ("Accelerator", "accelerator"),
    ("Account", "account"),
    ("Repository", "repository"),
    ("Tag", "tag"),
    ("Format", "format"),
)
FILTERS = (
    ("Framework", "framework"),
    ("Architecture", "architecture"),
    ("Instance family", "instance_family"),
    ("Region", "region"),
    ("Kind", "kind"),
    ("Format", "format"),
)
STATES = {"over": "over", "near": f"within {NEAR_DAYS} days", "good": "in support", "": "unknown"}


def render(inventory: Inventory, today: str, color: bool) -> str:
    """Return the page. `today` is an ISO date."""
    del color
    style, script = _asset("page.css"), _asset("page.js")
    # Whatever a manifest contains, the page fetches nothing and runs only this script and style.
    policy = f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; base-uri 'none'; form-action 'none'"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>SageMaker deployments, {escape(today)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        f"{_head(inventory, today)}\n{_timeline(inventory.rows, today)}\n{_table(inventory.rows)}\n"
        f"<script>{script}</script>\n</body>\n</html>\n"
    )


def _asset(name: str) -> str:
    with open(os.path.join(os.path.dirname(__file__), name), encoding="utf-8", newline="") as file:
        return file.read().replace("\r\n", "\n")


def _hash(text: str) -> str:
    return "sha256-" + b64encode(sha256(text.encode()).digest()).decode("ascii")


def _head(inventory: Inventory, today: str) -> str:
    states = [state_of(row) for row in inventory.rows]
    arm = sum(row.get("architecture") == "arm64" for row in inventory.rows)
    tiles = [
        ("", len(inventory.rows), "deployments"),
        ("", len({row.file for row in inventory.rows}), f"of {inventory.files} files"),
        ("over", states.count("over"), "past end of patch"),
        ("near", states.count("near"), f"end of patch within {NEAR_DAYS} days"),
        ("", states.count(""), "end of patch unknown"),
        ("good", arm, "on arm64 images"),
    ]
    items = "".join(f'<li class="{kind}"><b>{count}</b><span>{label}</span></li>' for kind, count, label in tiles)
    unreadable = ""
    if inventory.broken:
        unreadable = "<p class=note>Not read: " + "; ".join(f"{for_html(path)} ({for_html(reason)})" for path, reason in inventory.broken) + "</p>"
    about = f"Container images, instance types and Regions as of {escape(today)}. Created by smlint {__version__}."
    return (
        f"<header><h1>SageMaker deployments</h1>\n<p class=about>{about}</p>{unreadable}\n"
        f'<ul class="tiles">{items}</ul></header>'
    )


def _timeline(rows: Sequence[InventoryRow], today: str) -> str:
    entries = timeline_entries(rows)
    if not entries:
        return "<section><h2>End of patch</h2><p class=note>The catalog has no end of patch for any of these images.</p></section>"
    return f'<section><h2>End of patch</h2>\n<div class="timeline">{as_svg(entries, date.fromisoformat(today))}</div></section>'


def _table(rows: Sequence[InventoryRow]) -> str:
    if not rows:
        return "<section><h2>Deployments</h2><p class=note>No deployments found.</p></section>"
    heads = "".join(f'<th scope="col">{escape(title)}</th>' for title, _ in COLUMNS)
    body = "\n".join(_row(row) for row in rows)
    return (
        f"<section><h2>Deployments</h2>\n{_filters(rows)}\n"
        f'<div class="scroll"><table><thead><tr>{heads}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div></section>'
    )


def _filters(rows: Sequence[InventoryRow]) -> str:
    """Return the filter form, which the script enables. A filter is left out if it has only one value."""
    parts = ['<label>Search<input type="search" name="search" placeholder="name, image, Region ..." autocomplete="off"></label>']
    for title, name in FILTERS:
        values = sorted({row.text(name) for row in rows} - {""})
        if len(values) > 1:
            parts.append(_select(title, name, [(value, value) for value in values]))
    present = {state_of(row) for row in rows}
    if len(present) > 1:
        parts.append(_select("Support", "support", [(value or "unknown", label) for value, label in STATES.items() if value in present]))
    return f'<form class="filters" hidden>{"".join(parts)}<button type="reset">Reset</button><output aria-live="polite"></output></form>'


def _select(title: str, name: str, values: Sequence[tuple[str, str]]) -> str:
    options = "".join(f'<option value="{for_html(value)}">{for_html(label)}</option>' for value, label in values)
    # The script reads data-instance-family as dataset.instanceFamily.
    first, *others = name.split("_")
    return f'<label>{title}<select name="{first + "".join(map(str.capitalize, others))}"><option value="">all</option>{options}</select></label>'


def _row(row: InventoryRow) -> str:
    data = {name.replace("_", "-"): row.text(name) for _, name in FILTERS}
    data["support"] = state_of(row) or "unknown"
    data["group"] = key_of(row)
    data["search"] = " ".join([row.file, *(row.text(name) for name in row.facts)]).lower()
    attributes = "".join(f' data-{name}="{for_html(value)}"' for name, value in data.items())
    return f"<tr{attributes}>{''.join(_cell(row, name) for _, name in COLUMNS)}</tr>"


def _cell(row: InventoryRow, name: str) -> str:
    if name == "file":
        return f'<td class="file" data-key="{for_html(row.file)}:{row.line:06}">{for_html(row.file)}:{row.line}</td>'
    text = row.text(name)
    if name == "end_of_patch":
        kind = state_of(row)
        if kind:
            return f'<td data-key="{for_html(text or "0000")}"><span class="state {kind}">{for_html(text or "over")}</span></td>'
    if name == "instance_type" and not text and row.get("serverless") is True:
        text = "serverless"
    if not text:
        sign, title = ("?", "unknown") if row.is_unknown(name) else ("\N{EN DASH}", "none")
        return f'<td data-key=""><span class="unknown" title="{title}">{sign}</span></td>'
    if name == "tag":
        return f'<td class="tag" data-key="{for_html(text)}" title="{for_html(text)}">{for_html(text)}</td>'
    wide = ' class="wide"' if name in ("resource", "libraries") else ""
    return f'<td{wide} data-key="{for_html(text)}">{for_html(text)}</td>'

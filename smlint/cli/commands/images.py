"""`smlint images`: which images there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smlint.cli.commands.catalog_option import CATALOG, TEXT_OR_JSON, use_catalog
from smlint.cli.console import Console
from smlint.cli.options import Command, Group, Option, Parsed
from smlint.reporters.display import shown
from smlint.runtime.errors import SmlintError

if TYPE_CHECKING:
    from smlint.cli.commands.image_list import Row, Wanted

COMMAND = Command(
    "images",
    "list the images there are: versions, hardware, Regions, end of patch",
    (
        Group(
            "Only images",
            (
                Option(("--framework",), "of this framework or algorithm", "NAME"),
                Option(("--arch",), "for this architecture", "ARCH", ("arm64", "x86_64")),
                Option(("--processor",), "for this processor", "PROCESSOR", ("cpu", "gpu", "neuron", "neuronx", "hpu", "eia")),
                Option(("--region",), "published in this Region", "REGION"),
                Option(("--scope",), "for this use: inference, training, processing, ...", "SCOPE"),
                Option(("--supported",), "whose end of patch is known and not over"),
                Option(("--as-of",), "the day for --supported (default: today, UTC)", "DATE"),
            ),
        ),
        Group("Output", (TEXT_OR_JSON, CATALOG)),
    ),
)

HEADER = ("FRAMEWORK", "VERSION", "SCOPE", "ARCH", "PROCESSOR", "PYTHON", "REGIONS", "END OF PATCH")


def run(parsed: Parsed, console: Console) -> int:
    """Print the list; exit 1 when no image fits."""
    use_catalog(parsed, console)
    from smlint.cli.commands.image_list import listing

    rows = listing(_wanted(parsed, console))
    if parsed.value("--output-format") == "json":
        from smlint.reporters.machine import as_json as json_text

        console.write(json_text([_as_json(row) for row in rows]))
    elif rows:
        console.write(_as_table(rows, console.colored()))
    if not rows:
        console.warn("there is no such image")
    return 0 if rows else 1


def _wanted(parsed: Parsed, console: Console) -> Wanted:
    from smlint.cli.commands.image_list import Wanted
    from smlint.cli.commands.values import day, require_regions

    if parsed.flag("--as-of") and not parsed.flag("--supported"):
        raise SmlintError("--as-of is the day for --supported, which was not given")
    region = parsed.value("--region")
    if region is not None:
        require_regions((region,), console, "option '--region'")
    return Wanted(
        _framework(parsed.value("--framework")),
        parsed.value("--arch"),
        parsed.value("--processor"),
        region,
        parsed.value("--scope"),
        day(parsed.value("--as-of")) if parsed.flag("--supported") else None,
    )


def _framework(name: str | None) -> str | None:
    """The catalogue's name for what the user calls a framework."""
    if name is None:
        return None
    from smlint.images.catalog import frameworks
    from smlint.images.resolve import spell_framework

    spelled = spell_framework(name)
    if spelled is None:
        from smlint.runtime.suggest import did_you_mean

        raise SmlintError(f"unknown framework '{name}'", did_you_mean(name, frameworks()) or "'smlint images' lists all")
    return spelled


def _as_json(row: Row) -> dict[str, object]:
    return {
        "framework": row.key.framework,
        "version": row.key.version,
        "scopes": list(row.key.scopes),
        "architecture": row.key.architecture,
        "processor": row.key.processor,
        "python": list(row.pythons),
        "accelerators": list(row.accelerators),
        "repositories": list(row.repositories),
        "regions": list(row.regions),
        "end_of_patch": row.end_of_patch,
        "patch_over": row.over,
    }


def _as_table(rows: list[Row], color: bool) -> str:
    """Columns under a header; `-` where nothing is known."""
    cells = [HEADER, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEADER))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells]
    if color:
        from smlint.reporters.display import BOLD, paint

        lines[0] = paint(lines[0], BOLD, color)
    return "\n".join(lines) + "\n"


def _cells(row: Row) -> tuple[str, ...]:
    key = row.key
    cells = (
        key.framework,
        key.version,
        ",".join(key.scopes) or "-",
        key.architecture,
        key.processor or "any",
        ",".join(row.pythons) or "-",
        str(len(row.regions)) if row.regions else "-",
        row.end_of_patch or ("over" if row.over else "-"),
    )
    return tuple(shown(cell) for cell in cells)

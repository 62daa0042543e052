"""`smlint images`: list known images."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smlint.cli.commands.values import chosen_catalog
from smlint.cli.console import Console
from smlint.cli.options.model import Command, Option, OptionGroup, ParsedOptions
from smlint.cli.options.shared import CATALOG, TEXT_OR_JSON
from smlint.reporters.display import table
from smlint.runtime.errors import SmlintError
from smlint.runtime.escaping import for_terminal, to_json

if TYPE_CHECKING:
    from smlint.cli.commands.image_list import ImageFilter, ImageRow
    from smlint.images.catalog import Catalog

COMMAND = Command(
    "images",
    "list known images: versions, hardware, Regions, end of patch",
    (
        OptionGroup(
            "Filters",
            (
                Option(("--framework",), "show only images of this framework or algorithm", "NAME"),
                Option(("--arch",), "show only images for this architecture", "ARCH", ("arm64", "x86_64")),
                Option(("--processor",), "show only images for this processor", "PROCESSOR", ("cpu", "gpu", "neuron", "neuronx", "hpu", "eia")),
                Option(("--region",), "show only images published in this Region", "REGION"),
                Option(("--scope",), "show only images for this use: inference, training, processing, ...", "SCOPE"),
                Option(("--supported",), "show only images that still receive patches"),
                Option(("--as-of",), "evaluate --supported as of this day (default: today, UTC)", "DATE"),
            ),
        ),
        OptionGroup("Output", (TEXT_OR_JSON, CATALOG)),
    ),
)

HEADER = ("FRAMEWORK", "VERSION", "SCOPE", "ARCH", "PROCESSOR", "PYTHON", "CUDA/NEURON", "REGIONS", "RELEASED", "END OF PATCH")
_MOST_VERSIONS = 3
"""The versions of CUDA or Neuron in a row of the table."""


def run(parsed: ParsedOptions, console: Console) -> int:
    """Print the list; return 1 if no image matches."""
    catalog = chosen_catalog(parsed, console)
    from smlint.cli.commands.image_list import listing

    rows = listing(_image_filter(parsed, console, catalog), catalog)
    if parsed.value("--output-format") == "json":
        console.write(to_json([_as_json(row) for row in rows]))
    elif rows:
        console.write(_table(rows, console.colored()))
    if not rows:
        console.warn("no matching image")
    return 0 if rows else 1


def _image_filter(parsed: ParsedOptions, console: Console, catalog: Catalog) -> ImageFilter:
    from smlint.cli.commands.image_list import ImageFilter
    from smlint.cli.commands.values import day, require_regions

    if parsed.flag("--as-of") and not parsed.flag("--supported"):
        raise SmlintError("--as-of needs --supported", "add --supported, or remove --as-of")
    region = parsed.value("--region")
    if region is not None:
        require_regions((region,), console, "option '--region'", catalog)
    return ImageFilter(
        framework=_framework(parsed.value("--framework"), catalog),
        architecture=parsed.value("--arch"),
        processor=parsed.value("--processor"),
        region=region,
        scope=parsed.value("--scope"),
        day=day(parsed.value("--as-of")) if parsed.flag("--supported") else None,
    )


def _framework(name: str | None, catalog: Catalog) -> str | None:
    """Return the catalog's spelling of a framework."""
    if name is None:
        return None
    spelled = catalog.canonical_framework(name)
    if spelled is None:
        from smlint.runtime.suggest import did_you_mean

        raise SmlintError(f"unknown framework '{name}'", did_you_mean(name, catalog.frameworks) or "run 'smlint images' for all frameworks")
    return spelled


def _as_json(row: ImageRow) -> dict[str, object]:
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
        "released": row.released,
        "evidence": list(row.evidence),
        "cuda": list(row.cuda),
        "neuron_sdks": list(row.neuron_sdks),
        "least_compute_capability": row.least_capability,
        "needs_gpu": row.needs_gpu,
        "multi_model": row.multi_model,
        "bind_to_port": row.bind_to_port,
    }


def _table(rows: list[ImageRow], color: bool) -> str:
    """Return columns under a header, with `-` for unknown values."""
    return table([HEADER, *(_cells(row) for row in rows)], color)


def _cells(row: ImageRow) -> tuple[str, ...]:
    key = row.key
    cells = (
        key.framework,
        key.version,
        ",".join(key.scopes) or "-",
        key.architecture,
        key.processor or "any",
        ",".join(row.pythons) or "-",
        _newest(row.cuda or row.neuron_sdks) or "-",
        str(len(row.regions)) if row.regions else "-",
        row.released or "-",
        row.end_of_patch or ("over" if row.over else "-"),
    )
    return tuple(for_terminal(cell) for cell in cells)


def _newest(versions: tuple[str, ...]) -> str:
    """Return the newest versions first, and the number of the others: `2.28.0,2.27.1,+7`."""
    shown = versions[::-1]
    return ",".join(shown if len(shown) <= _MOST_VERSIONS else (*shown[: _MOST_VERSIONS - 1], f"+{len(shown) - _MOST_VERSIONS + 1}"))

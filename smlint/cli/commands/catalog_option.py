"""Which catalogue the commands `resolve`, `inspect` and `images` ask."""

from __future__ import annotations

from smlint.cli.console import Console
from smlint.cli.options import Option, Parsed

CATALOG = Option(("--catalog",), "use this catalogue of images, not the one that came with smlint", "FILE")
TEXT_OR_JSON = Option(("--output-format",), "the form of the answer (default: text)", "FORMAT", ("text", "json"))


def use_catalog(parsed: Parsed, console: Console) -> None:
    """Take the catalogue that the option or the environment names, and say when it is old. Raises `SmlintError` for a bad file."""
    from smlint.cli.commands.catalog_age import warn_if_old
    from smlint.images.catalog import load, use
    from smlint.runtime.clock import today

    path = parsed.value("--catalog") or console.environment.get("SMLINT_CATALOG")
    warn_if_old((use(path) if path else load()).as_of, today(), console)

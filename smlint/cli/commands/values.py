"""Values of options that several commands take: a day, and Regions."""

from __future__ import annotations

from collections.abc import Sequence

from smlint.cli.console import Console
from smlint.runtime.errors import SmlintError


def day(text: str | None) -> str:
    """The day of `--as-of` as an ISO date; today (UTC) when it is not given. Raises `SmlintError` for what is no day."""
    if text is None:
        from smlint.runtime.clock import today

        return today()
    from datetime import date

    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise SmlintError(f"option '--as-of' does not take '{text}'", "write a day as 2026-01-31") from None


def require_regions(regions: Sequence[str], console: Console, where: str) -> None:
    """Refuse what cannot be a Region. One that is only unknown is used, with a warning: it may be newer than the catalogue."""
    if not regions:
        return
    from smlint.images.regions import is_region, looks_like_region, nearest_regions

    for region in regions:
        if is_region(region):
            continue
        near = nearest_regions(region, 1)
        hint = f"did you mean '{near[0]}'?" if near else ""
        if not looks_like_region(region):
            raise SmlintError(f"{where}: '{region}' is no Region", hint or "write a Region such as us-east-1")
        console.warn(f"{where}: the catalogue does not know the Region '{region}'" + (f"; {hint}" if hint else ""))

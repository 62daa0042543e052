"""Read the values of options that several commands share: a day, Regions, and the catalog."""

from __future__ import annotations

from smlint.cli.console import Console
from smlint.cli.options.model import ParsedOptions
from smlint.runtime.errors import SmlintError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from smlint.images.catalog import Catalog


def day(text: str | None) -> str:
    """Return the day of `--as-of` as an ISO date, by default today (UTC). Raises `SmlintError` if it is not a date."""
    if text is None:
        from smlint.runtime.clock import today

        return today()
    from datetime import date

    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise SmlintError(f"invalid value '{text}' for option '--as-of'", "use an ISO date such as 2026-01-31") from None


def require_regions(regions: Sequence[str], console: Console, where: str, catalog: Catalog) -> None:
    """Raise `SmlintError` for a name that cannot be a Region. Warn about an unknown one, which may be newer than the catalog."""
    from smlint.images.regions import looks_like_region

    known = catalog.regions
    for region in regions:
        if region in known:
            continue
        nearest = known.nearest(region, 1)
        hint = f"did you mean '{nearest[0]}'?" if nearest else ""
        if not looks_like_region(region):
            raise SmlintError(f"{where}: '{region}' is not an AWS Region", hint or "use a Region such as us-east-1")
        console.warn(f"{where}: Region '{region}' is not in the catalog" + (f"; {hint}" if hint else ""))


def chosen_catalog(parsed: ParsedOptions, console: Console) -> Catalog:
    """Load the catalog that `--catalog` or SMLINT_CATALOG names, and warn if it is old. Raises `SmlintError` for an invalid file."""
    from smlint.cli.commands.catalog_age import warn_if_old
    from smlint.images.catalog import load_catalog
    from smlint.runtime.clock import today

    path = parsed.value("--catalog") or console.environment.get("SMLINT_CATALOG")
    catalog = load_catalog(path or None)
    warn_if_old(catalog.as_of, today(), console)
    return catalog

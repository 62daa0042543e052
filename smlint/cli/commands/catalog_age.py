"""The warning about an old catalog."""

from __future__ import annotations

from smlint.cli.console import Console
from smlint.runtime.clock import days_between, older_than_a_year

OLD_CATALOG_DAYS = 120


def warn_if_old(as_of: str, today: str, console: Console) -> None:
    """Warn if the catalog is more than `OLD_CATALOG_DAYS` old. Both days are ISO dates; an invalid `as_of` is ignored.

    The date of a catalog is that of its oldest list. After a year, the engine makes errors that rest on such a list warnings.
    """
    try:
        days = days_between(as_of, today)
    except ValueError:  # a hand-made catalog
        return
    if days > OLD_CATALOG_DAYS:
        result = ", so errors that rest on its older lists are warnings" if older_than_a_year(as_of, today) else ""
        hint = "update smlint, or run 'smlint catalog update'"
        console.warn(f"the catalog is {days} days old ({as_of}) and lacks newer images{result}; {hint}")

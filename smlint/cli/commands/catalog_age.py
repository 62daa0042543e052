"""The warning about an old catalog."""

from __future__ import annotations

from smlint.cli.console import Console

OLD_CATALOG_DAYS = 120


def warn_if_old(as_of: str, today: str, console: Console) -> None:
    """Warn if the catalog is more than `OLD_CATALOG_DAYS` old. Both days are ISO dates; an invalid `as_of` is ignored."""
    if not as_of or as_of[:7] >= today[:7]:
        return  # without importing datetime, which takes a millisecond
    from datetime import date

    try:
        days = (date.fromisoformat(today) - date.fromisoformat(as_of)).days
    except ValueError:  # a hand-made catalog
        return
    if days > OLD_CATALOG_DAYS:
        hint = "update smlint, or run 'smlint catalog update'"
        console.warn(f"the catalog is {days} days old ({as_of}) and lacks newer images; {hint}")

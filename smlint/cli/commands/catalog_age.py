"""How old the catalogue is, and the line that says so when it is too old."""

from __future__ import annotations

from smlint.cli.console import Console

OLD_CATALOG_DAYS = 120


def warn_if_old(day: str, today: str, console: Console) -> None:
    """Say on standard error that the catalogue of this day is old. Both days are ISO dates; one that is none is not old."""
    if not day or day[:7] >= today[:7]:
        return  # without importing datetime, which takes a millisecond
    from datetime import date

    try:
        days = (date.fromisoformat(today) - date.fromisoformat(day)).days
    except ValueError:  # a catalogue that somebody has made by hand
        return
    if days > OLD_CATALOG_DAYS:
        hint = "update smlint, or use 'smlint catalog update'"
        console.warn(f"the catalogue is {days} days old ({day}): newer images are unknown to it; {hint}")

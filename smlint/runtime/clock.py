"""Read the clock."""


def today() -> str:
    """Return today's date in UTC, as `YYYY-MM-DD`. Nothing else in smlint reads the clock."""
    from time import gmtime, strftime

    return strftime("%Y-%m-%d", gmtime())

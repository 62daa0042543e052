"""The clock."""


def today() -> str:
    """Today in UTC as an ISO date: the one place that reads the clock."""
    from time import gmtime, strftime

    return strftime("%Y-%m-%d", gmtime())

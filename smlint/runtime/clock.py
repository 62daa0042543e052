"""Read the clock, and count days without `datetime`, whose import takes a millisecond."""


def today() -> str:
    """Return today's date in UTC, as `YYYY-MM-DD`. Nothing else in smlint reads the clock."""
    from time import time

    return day_of(time())


def day_of(seconds: float) -> str:
    """Return the day, in UTC and as an ISO date, of a time in seconds since 1970."""
    from time import gmtime, strftime

    return strftime("%Y-%m-%d", gmtime(seconds))


def older_than_a_year(day: str, today: str) -> bool:
    """Return whether an ISO date is more than one year before today. ISO dates compare as text; other text is never old."""
    year = day[:4]
    return year.isdecimal() and f"{int(year) + 1:04}{day[4:]}" < today


def days_between(first: str, second: str) -> int:
    """Return the number of days from one ISO date to another. Raises `ValueError` for other text."""
    return _day_number(second) - _day_number(first)


def _day_number(day: str) -> int:
    """Return the number of a day in the Gregorian calendar. Years start in March here, so that a leap day is the last day of one."""
    year, month, number = map(int, day.split("-"))
    if month < 3:
        year, month = year - 1, month + 12
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * month - 457) // 5 + number

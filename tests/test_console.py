"""Standard streams: encodings, closed pipes, color and width."""

from __future__ import annotations

import io

import pytest

from smlint.cli.console import OFF_TERMINAL_WIDTH, Console


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class ClosedPipe(io.StringIO):
    """A pipe without a reader."""

    def write(self, text: str) -> int:
        raise BrokenPipeError


def console(stdout: io.TextIOBase, environment: dict[str, str] | None = None) -> Console:
    return Console(None, stdout, io.StringIO(), environment or {})  # type: ignore[arg-type]  # has all methods that Console uses


@pytest.mark.parametrize(
    ("terminal", "option", "environment", "expected"),
    [
        pytest.param(True, "auto", {}, True, id="on a terminal"),
        pytest.param(False, "auto", {}, False, id="in a pipe"),
        pytest.param(True, "auto", {"NO_COLOR": "1"}, False, id="NO_COLOR"),
        pytest.param(True, "auto", {"NO_COLOR": ""}, True, id="an empty NO_COLOR"),
        pytest.param(False, "auto", {"FORCE_COLOR": "1"}, True, id="FORCE_COLOR"),
        pytest.param(True, "auto", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, id="NO_COLOR and FORCE_COLOR"),
        pytest.param(True, "auto", {"TERM": "dumb"}, False, id="a dumb terminal"),
        pytest.param(False, "always", {"NO_COLOR": "1"}, True, id="--color always overrides the environment"),
        pytest.param(True, "never", {"FORCE_COLOR": "1"}, False, id="--color never overrides the environment"),
    ],
)
def test_color(terminal: bool, option: str, environment: dict[str, str], expected: bool) -> None:
    given = console(Terminal() if terminal else io.StringIO(), environment)
    given.color = option
    assert given.colored() is expected


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        pytest.param("72", 72, id="COLUMNS"),
        pytest.param("5", 40, id="at least 40"),
        pytest.param("0", OFF_TERMINAL_WIDTH, id="COLUMNS is zero"),
        pytest.param("many", OFF_TERMINAL_WIDTH, id="COLUMNS is not a number"),
    ],
)
def test_width(columns: str, expected: int) -> None:
    assert console(io.StringIO(), {"COLUMNS": columns}).width() == expected


def test_terminals_of_unknown_width_have_80_columns() -> None:
    assert console(Terminal()).width() == 80


def test_characters_outside_the_encoding_are_escaped() -> None:
    data = io.BytesIO()
    given = console(io.TextIOWrapper(data, "ascii"))
    given.write("naïve 日本\n")
    given.flush()
    assert data.getvalue() == b"na\\xefve \\u65e5\\u672c\n"


def test_bytes_are_written_unchanged_and_in_order() -> None:
    data = io.BytesIO()
    given = console(io.TextIOWrapper(data, "utf-8", newline="\r\n"))
    given.write("first\n")
    given.write_bytes(b"\xef\xbb\xbfa\n\xff")
    given.flush()
    assert data.getvalue() == b"first\r\n\xef\xbb\xbfa\n\xff"


def test_a_closed_pipe_is_not_an_error() -> None:
    given = console(ClosedPipe())
    given.write("x")
    given.write("y")
    given.write_bytes(b"z")
    given.flush()
    assert given.pipe_closed


def test_quiet_hides_warnings_and_verbose_logs() -> None:
    given = console(io.StringIO())
    given.log("not logged")
    given.warn("careful")
    given.quiet, given.verbose = True, True
    given.warn("not warned")
    given.log("why")
    given.print_error("always")
    assert isinstance(given.stderr, io.StringIO)
    assert given.stderr.getvalue() == "smlint: warning: careful\nsmlint: why\nalways\n"

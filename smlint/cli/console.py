"""The streams and environment variables of one call. Commands access the outside world only through them."""

from __future__ import annotations

import os

from smlint.runtime.errors import SmlintError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import BinaryIO, TextIO

OFF_TERMINAL_WIDTH = 200
"""The width of excerpts in files and logs, in columns: room for an indented image URI with a comment, but not for a minified file."""


class Console:
    """Standard input, output and error, and the environment variables.

    A closed pipe (`smlint ... | head -1`) is not an error: further output is dropped, and the exit code still reports the findings.
    """

    def __init__(self, stdin: BinaryIO | None, stdout: TextIO, stderr: TextIO, environment: Mapping[str, str]) -> None:
        self.stdin = stdin
        self.stdout = stdout
        self.stderr = stderr
        self.environment = environment
        self.quiet = False
        self.verbose = False
        self.color = "auto"
        self.pipe_closed = False

    def write(self, text: str) -> None:
        """Write to standard output. Characters outside its encoding are written as escapes."""
        if self.pipe_closed or not text:
            return
        try:
            self.stdout.write(text)
        except UnicodeEncodeError:
            encoding = self.stdout.encoding or "ascii"
            self.write(text.encode(encoding, "backslashreplace").decode(encoding))
        except OSError as error:
            self._failed(error)

    def write_bytes(self, data: bytes) -> None:
        """Write bytes to standard output unchanged, without translating line ends."""
        binary = getattr(self.stdout, "buffer", None)
        if binary is None:
            self.write(data.decode("utf-8", "backslashreplace"))
            return
        if self.pipe_closed:
            return
        try:
            self.stdout.flush()
            binary.write(data)
        except OSError as error:
            self._failed(error)

    def flush(self) -> None:
        """Flush standard output."""
        try:
            self.stdout.flush()
        except OSError as error:
            self._failed(error)

    def _failed(self, error: OSError) -> None:
        """Stop writing. A closed pipe is not an error, but a full disk is."""
        already_failed = self.pipe_closed
        self.pipe_closed = True
        if not already_failed and not isinstance(error, BrokenPipeError):
            raise SmlintError(f"cannot write to standard output: {error.strerror or error}")

    def warn(self, text: str) -> None:
        """Print a warning to standard error, unless --quiet was given."""
        if not self.quiet:
            self.print_error(f"smlint: warning: {text}")

    def log(self, text: str) -> None:
        """Print a line to standard error if --verbose was given."""
        if self.verbose:
            self.print_error(f"smlint: {text}")

    def print_error(self, line: str) -> None:
        """Print a line to standard error, escaped for a terminal: it may quote files and options."""
        from smlint.runtime.escaping import for_terminal

        self.write_stderr(for_terminal(line))

    def write_stderr(self, text: str) -> None:
        """Print text to standard error that is already safe for a terminal, such as a report. Failures are ignored."""
        try:
            encoding = self.stderr.encoding or "utf-8"
            self.stderr.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")
            self.stderr.flush()
        except OSError:
            pass

    def read(self, limit: int) -> bytes:
        """Read all of standard input; empty if it is closed. Raises `SmlintError` if it has more than `limit` bytes or cannot be read."""
        if self.stdin is None:
            return b""
        try:
            data = self.stdin.read(limit + 1) or b""  # None if it is non-blocking and has no data yet
        except OSError as error:
            raise SmlintError(f"cannot read standard input: {error.strerror or error}") from None
        if len(data) > limit:
            raise SmlintError(f"standard input is larger than {limit // 1_000_000} MB")
        return data

    def colored(self, stream: TextIO | None = None) -> bool:
        """Return whether text on a stream (default: standard output) is colored."""
        if self.color != "auto":
            return self.color == "always"
        if self.environment.get("NO_COLOR"):
            return False
        if self.environment.get("FORCE_COLOR"):
            return True
        return _is_terminal(stream or self.stdout) and self.environment.get("TERM") != "dumb"

    def on_terminal(self) -> bool:
        """Return whether standard output is a terminal."""
        return _is_terminal(self.stdout)

    def width(self) -> int:
        """Return the width at which to cut lines on standard output, in columns."""
        columns = self.environment.get("COLUMNS", "")
        if columns.isascii() and columns.isdigit() and len(columns) < 7 and int(columns) > 0:
            return max(int(columns), 40)
        if _is_terminal(self.stdout):
            try:
                return max(os.get_terminal_size(self.stdout.fileno()).columns, 40)
            except (OSError, ValueError):
                return 80
        return OFF_TERMINAL_WIDTH


def _is_terminal(stream: TextIO) -> bool:
    try:
        return stream.isatty()
    except ValueError:
        return False

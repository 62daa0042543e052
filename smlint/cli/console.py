"""The streams and the environment of one call: the only things through which the commands touch the world around them."""

from __future__ import annotations

import os

from smlint.runtime.errors import SmlintError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import BinaryIO, TextIO

OFF_TERMINAL_WIDTH = 200
"""The width of lines in files and logs, in columns: an image URI with indentation and a comment fits, a one-line file not."""


class Console:
    """Standard input, output and error, and the environment variables.

    A reader that goes away (`smlint ... | head -1`) is no error: what follows is dropped, and the exit code tells what was found.
    """

    def __init__(self, stdin: BinaryIO | None, stdout: TextIO, stderr: TextIO, environment: Mapping[str, str]) -> None:
        self.stdin = stdin
        self.stdout = stdout
        self.stderr = stderr
        self.environment = environment
        self.quiet = False
        self.verbose = False
        self.color = "auto"
        self.reader_left = False

    def write(self, text: str) -> None:
        """Write to standard output. What its encoding cannot express is written as an escape."""
        if self.reader_left or not text:
            return
        try:
            self.stdout.write(text)
        except UnicodeEncodeError:
            encoding = self.stdout.encoding or "ascii"
            self.write(text.encode(encoding, "backslashreplace").decode(encoding))
        except OSError as error:
            self._failed(error)

    def write_bytes(self, data: bytes) -> None:
        """Write bytes to standard output as they are, without any translation of line ends."""
        binary = getattr(self.stdout, "buffer", None)
        if binary is None:
            self.write(data.decode("utf-8", "backslashreplace"))
            return
        if self.reader_left:
            return
        try:
            self.stdout.flush()
            binary.write(data)
        except OSError as error:
            self._failed(error)

    def flush(self) -> None:
        """Send what was written."""
        try:
            self.stdout.flush()
        except OSError as error:
            self._failed(error)

    def _failed(self, error: OSError) -> None:
        """A reader that left is no error; a full disk is one, and nothing more is written."""
        silent = self.reader_left
        self.reader_left = True
        if not silent and not isinstance(error, BrokenPipeError):
            raise SmlintError(f"cannot write to standard output: {error.strerror or error}")

    def warn(self, text: str) -> None:
        """A line on standard error, unless --quiet was given."""
        if not self.quiet:
            self.complain(f"smlint: warning: {text}")

    def tell(self, text: str) -> None:
        """A line on standard error, if --verbose was given."""
        if self.verbose:
            self.complain(f"smlint: {text}")

    def complain(self, line: str) -> None:
        """A line on standard error. What it quotes of files and options is shown, not obeyed by the terminal."""
        from smlint.reporters.display import shown

        self.write_aside(shown(line))

    def write_aside(self, text: str) -> None:
        """Lines on standard error that are fit for a terminal, such as a report. Nothing can be done when that fails."""
        try:
            encoding = self.stderr.encoding or "utf-8"
            self.stderr.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")
            self.stderr.flush()
        except OSError:
            pass

    def read(self, limit: int) -> bytes:
        """All of standard input; nothing when it is closed. Raises `SmlintError` when there is more than `limit` bytes, or it cannot be read."""
        if self.stdin is None:
            return b""
        try:
            data = self.stdin.read(limit + 1) or b""  # None where nothing has come yet
        except OSError as error:
            raise SmlintError(f"cannot read standard input: {error.strerror or error}") from None
        if len(data) > limit:
            raise SmlintError(f"standard input is too large: at most {limit // 1_000_000} MB are read")
        return data

    def colored(self, stream: TextIO | None = None) -> bool:
        """Whether text on a stream (by default standard output) is shown in colour."""
        if self.color != "auto":
            return self.color == "always"
        if self.environment.get("NO_COLOR"):
            return False
        if self.environment.get("FORCE_COLOR"):
            return True
        return _is_terminal(stream or self.stdout) and self.environment.get("TERM") != "dumb"

    def on_terminal(self) -> bool:
        """Whether a person reads standard output."""
        return _is_terminal(self.stdout)

    def width(self) -> int:
        """The width at which lines on standard output are cut, in columns."""
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

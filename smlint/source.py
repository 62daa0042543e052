"""Bytes to text and back, and the only way to a manifest on the disk.

Texts are kept exactly, line ends included; a byte order mark is taken off and put back. A file is replaced in one step: it is
either the old one or the new one, whatever happens in between.
"""

from __future__ import annotations

import os
import stat
from bisect import bisect_right

from smlint.model import Position, SmlintError

MAX_BYTES = 50_000_000
_BOM = "\ufeff"
# A byte order mark and the encoding it stands for; UTF-32's begin with UTF-16's, so they come first.
_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)


class SourceError(Exception):
    """A file that cannot be read as text. `message` is one line, `offset` the place where decoding stopped, if it did."""

    def __init__(self, message: str, offset: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


class Source:
    """A text and where it came from. `path` is as the user knows it, `text` has no byte order mark."""

    __slots__ = ("_starts", "bom", "encoding", "path", "text")

    def __init__(self, path: str, text: str, *, bom: bool = False, encoding: str = "utf-8") -> None:
        self.path = path
        self.text = text
        self.bom = bom
        self.encoding = encoding
        self._starts: list[int] | None = None

    def position(self, offset: int) -> Position:
        """The 1-based line and column of a character; a line ends at a line feed, a carriage return, or both together."""
        starts = self._line_starts()
        line = bisect_right(starts, offset)
        return Position(line, offset - starts[line - 1] + 1)

    def line_text(self, line: int) -> str:
        """The text of a line (counted from 1) without its end; an empty string where there is no such line."""
        starts = self._line_starts()
        if not 1 <= line <= len(starts):
            return ""
        end = starts[line] if line < len(starts) else len(self.text)
        return self.text[starts[line - 1] : end].rstrip("\r\n")

    def _line_starts(self) -> list[int]:
        if self._starts is None:
            starts = [0]
            text = self.text
            if "\r" in text:
                import re

                starts += [match.end() for match in re.finditer(r"\r\n?|\n", text)]
            else:
                at = text.find("\n")
                while at >= 0:
                    starts.append(at + 1)
                    at = text.find("\n", at + 1)
            self._starts = starts
        return self._starts

    def encode(self) -> bytes:
        """The bytes of the file: the encoding and the byte order mark it had."""
        return ((_BOM if self.bom else "") + self.text).encode(self.encoding)

    def replaced(self, text: str) -> Source:
        """The same file with another text."""
        return Source(self.path, text, bom=self.bom, encoding=self.encoding)


def from_text(text: str, path: str) -> Source:
    """A source of a text that was decoded already."""
    return Source(path, text.removeprefix(_BOM), bom=text.startswith(_BOM))


def from_bytes(data: bytes, path: str) -> Source:
    """Decode: UTF-8, or what a byte order mark says. Raises `SourceError` for anything else."""
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SourceError(f"not valid {encoding.upper()}: byte 0x{data[error.start]:02x} in line {line}", error.start) from None
    return Source(path, text.removeprefix(_BOM), bom=text.startswith(_BOM), encoding=encoding)


def read_bytes(path: str) -> bytes:
    """The bytes of a regular file of at most 50 MB. Raises `SourceError`; never waits for a pipe or a device."""
    try:
        # Without O_NONBLOCK the opening of a FIFO would wait for a writer.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0))
    except (OSError, ValueError) as error:
        raise SourceError(f"cannot be read: {_words(error)}") from None
    with open(descriptor, "rb", closefd=True) as file:
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise SourceError("cannot be read: not a regular file")
            if status.st_size > MAX_BYTES:
                raise SourceError(f"is not read: {status.st_size:,} bytes, more than the limit of {MAX_BYTES:,}")
            return file.read(MAX_BYTES + 1)[:MAX_BYTES]
        except OSError as error:
            raise SourceError(f"cannot be read: {_words(error)}") from None


def read(path: str) -> Source:
    """Read and decode a file. Raises `SourceError`."""
    return from_bytes(read_bytes(path), path)


def write_atomically(path: str, data: bytes) -> None:
    """Replace a file's content in one step, its mode kept; of a symbolic link the target is replaced. Raises `SmlintError`."""
    target = os.path.realpath(path)
    folder, name = os.path.split(target)
    temporary = os.path.join(folder, f".{name[:100]}.{os.getpid()}.smlint")
    hint = "the file was not changed"
    try:
        if not os.access(target, os.W_OK):
            raise SmlintError(f"{path}: cannot be written: it is read-only", hint)
        mode = stat.S_IMODE(os.stat(target).st_mode)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0), 0o600)
    except OSError as error:
        raise SmlintError(f"{path}: cannot be written: {_words(error)}", hint) from None
    try:
        with open(descriptor, "wb", closefd=True) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, mode)
        os.replace(temporary, target)
    except OSError as error:
        _remove(temporary)
        raise SmlintError(f"{path}: cannot be written: {_words(error)}", hint) from None
    except BaseException:  # Ctrl-C must not leave the temporary file behind either
        _remove(temporary)
        raise


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        return


def _words(error: Exception) -> str:
    """What the system says, in lower case as part of a sentence."""
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return text[:1].lower() + text[1:]

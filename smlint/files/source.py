"""Manifests as bytes and as text: the only place that reads or writes them."""

from __future__ import annotations

import os
import stat
from bisect import bisect_right
from contextlib import suppress

from smlint.model import Position, SmlintError

SIZE_LIMIT = 50_000_000
"""Bytes of the largest file that is read. CloudFormation takes templates of 1 MB, Kubernetes objects of 1.5 MB."""

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
LOCK_PATIENCE = 5.0
"""Seconds to wait for another run that is writing the same file."""

_LONG_NAME = 240
_SHORT = 16_384  # bytes; most files are shorter

# Without O_NONBLOCK the opening of a pipe would wait for a writer.
_READ_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


class SourceError(SmlintError):
    """A file is not a readable text. `message` is one line; `offset` the byte at which that shows, where there is one.

    `before` is the text up to there, as far as the file is one: its end is the place of the fault.
    """

    def __init__(self, message: str, offset: int | None = None, before: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.before = before


class _Changed(Exception):
    """A file does not hold what it is thought to hold."""


class Source:
    """A text with the name it is shown by. Not to be changed after it is made.

    `text` is the decoded text with its line ends as they are, without a byte order mark; `bom` tells whether it had one; `encoding` is
    `utf-8`, `utf-16-le` or `utf-16-be`. Offsets are characters of `text`.
    """

    __slots__ = ("_starts", "bom", "encoding", "path", "text")

    def __init__(self, path: str, text: str, bom: bool = False, encoding: str = "utf-8") -> None:
        self.path = path
        self.text = text
        self.bom = bom
        self.encoding = encoding
        self._starts: list[int] | None = None

    def __repr__(self) -> str:
        return f"Source({self.path!r}, {len(self.text)} characters)"

    def replaced(self, text: str) -> Source:
        """The same file with another text."""
        return Source(self.path, text, self.bom, self.encoding)

    def encode(self) -> bytes:
        """The bytes of the file: those it was read from, if the text is the one that was read."""
        return (("\ufeff" if self.bom else "") + self.text).encode(self.encoding)

    def position(self, offset: int) -> Position:
        """The line and column of a character; of an offset beyond the text, those of its end. A line ends at `\\n`, `\\r\\n` or `\\r`."""
        offset = max(0, min(offset, len(self.text)))
        starts = self._line_starts()
        line = bisect_right(starts, offset)
        return Position(line, offset - starts[line - 1] + 1)

    def line_text(self, line: int) -> str:
        """The text of a line (the first is 1) without its line end; `IndexError` for a line that is not there."""
        starts = self._line_starts()
        if not 1 <= line <= len(starts):
            raise IndexError(f"no line {line} in {self.path}")
        end = starts[line] if line < len(starts) else len(self.text)
        return self.text[starts[line - 1] : end].rstrip("\r\n")

    def _line_starts(self) -> list[int]:
        """The offset at which each line begins."""
        if self._starts is None and "\r" not in self.text:
            from itertools import accumulate

            self._starts = [0, *accumulate(len(line) + 1 for line in self.text.split("\n")[:-1])]
        elif self._starts is None:
            import re

            self._starts = [0, *(match.end() for match in re.finditer(r"\n|\r\n?", self.text))]
        return self._starts


def from_text(text: str, path: str) -> Source:
    """A text that is already decoded; a byte order mark at its head is taken off."""
    if text.startswith("\ufeff"):
        return Source(path, text[1:], bom=True)
    return Source(path, text)


def from_bytes(data: bytes, path: str) -> Source:
    """The text of a file in UTF-8, or in UTF-16 if a byte order mark says so. Raises `SourceError` for any other encoding."""
    bom, encoding = next(((mark, name) for mark, name in _BOMS if data.startswith(mark)), (b"", "utf-8"))
    if encoding == "utf-32":
        raise SourceError("encoded in UTF-32, not in UTF-8", 0)
    content = data[len(bom) :]
    try:
        return Source(path, content.decode(encoding), bool(bom), encoding)
    except UnicodeDecodeError as error:
        before = Source(path, content[: error.start].decode(encoding, "replace"))
        at = before.position(len(before.text))
        name = encoding.upper()[:6].rstrip("-")
        message = f"not valid {name}: byte 0x{content[error.start]:02x} at line {at.line}, column {at.column}"
        raise SourceError(message, len(bom) + error.start, before.text) from None


def read(path: str) -> Source:
    """The text of a file. Raises `SourceError` as `read_bytes` and `from_bytes` do."""
    return from_bytes(read_bytes(path), path)


def read_bytes(path: str, regular: bool = False) -> bytes:
    """The bytes of a regular file of at most `SIZE_LIMIT`. `regular` says that it was one when its folder was listed.

    Raises `SourceError` if it is none or cannot be read. Never waits: a pipe or device is opened without blocking, and not read, unless one has taken
    the place of a file since its folder was listed.
    """
    try:
        descriptor = os.open(path, _READ_FLAGS)
        try:
            data = os.read(descriptor, _SHORT) if regular else b""
            if 0 < len(data) < _SHORT:
                return data  # without a look at its status, which is a fifth of the time
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode) or status.st_size > SIZE_LIMIT:
                raise _unfit(status)
            data += os.read(descriptor, max(status.st_size + 1 - len(data), 0))
            if len(data) != status.st_size:  # it grew meanwhile, or has no size (/proc)
                data += _rest(descriptor, SIZE_LIMIT + 1 - len(data))
            if len(data) > SIZE_LIMIT:
                raise _too_large(len(data))
            return data
        finally:
            os.close(descriptor)
    except OSError as error:
        raise SourceError(f"cannot be read: {_reason(error)}") from None
    except ValueError:
        raise SourceError("cannot be read: the path holds a NUL character") from None


def _rest(descriptor: int, limit: int) -> bytes:
    """What is left to read, at most `limit` bytes."""
    chunks = []
    while limit > 0 and (chunk := os.read(descriptor, min(limit, 1 << 20))):
        chunks.append(chunk)
        limit -= len(chunk)
    return b"".join(chunks)


def _unfit(status: os.stat_result) -> SourceError:
    if stat.S_ISDIR(status.st_mode):
        return SourceError("cannot be read: a folder, not a file")
    if not stat.S_ISREG(status.st_mode):
        return SourceError("cannot be read: a pipe, socket or device, not a file")
    return _too_large(status.st_size)


def _too_large(size: int) -> SourceError:
    return SourceError(f"too large: {size // 1_000_000} MB, and at most {SIZE_LIMIT // 1_000_000} MB are read")


def _reason(error: OSError) -> str:
    """What the system says, as the end of a sentence: `permission denied`."""
    words = error.strerror or type(error).__name__
    return words[:1].lower() + words[1:]


def write_atomically(path: str, data: bytes, within: str | None = None, before: bytes | None = None) -> None:
    """Put the bytes in place of an existing file, in one step: at any moment the file is the old one or the new one.

    A temporary file in the same folder gets the bytes, the owner and the mode, and is renamed. A symbolic link stays one: its target is
    written, but not if that lies outside the folder `within`. The temporary file has one name for each target and is locked while it is in use, so
    that what a killed run leaves is taken over by the next one. `before` is what the file is thought to hold: what somebody else has put there
    meanwhile is not lost, unless it is these bytes. Raises `SmlintError` if it holds something else, if the file or its folder is read-only or the
    disk is full; then the file is as it was.
    """
    target = os.path.realpath(path)
    folder = os.path.dirname(target)
    if within is not None and os.path.commonpath((os.path.realpath(within), target)) != os.path.realpath(within):
        raise SmlintError(f"{path}: not written: the link leads out of {within}", "name the file itself")
    temporary = os.path.join(folder, _temporary_name(os.path.basename(target)))
    from smlint.runtime.signals import HeldBack

    try:
        status = os.stat(target)
        _require_writable(path, status, target, "read-only")
        _require_writable(path, os.stat(folder), folder, "its folder is read-only")
        with HeldBack():  # an interrupt between two steps would leave the temporary file behind
            _replace(target, temporary, data, status, before)
    except _Changed:
        raise SmlintError(f"{path}: not written: it has changed since it was read", "run it again") from None
    except SourceError as error:
        raise SmlintError(f"{path}: not written: it {error.message}") from None
    except OSError as error:
        raise SmlintError(f"{path}: cannot be written: {_reason(error)}") from None


def _replace(target: str, temporary: str, data: bytes, status: os.stat_result, before: bytes | None) -> None:
    """Write the temporary file and rename it to the target, if that holds `before`. Raises `OSError` or `_Changed`; then it is removed."""
    descriptor = _open_locked(temporary)
    try:
        if before is not None and (now := read_bytes(target)) != before:
            if now != data:
                raise _Changed
            os.unlink(temporary)  # another run has made the same change
            return
        _fill(descriptor, data, status)
        if os.name == "nt":  # an open file cannot be renamed there
            os.close(descriptor)
            descriptor = -1
        os.replace(temporary, target)
    except BaseException:
        with suppress(OSError):  # the first error is the one to tell
            os.unlink(temporary)
        raise
    finally:
        if descriptor >= 0:
            os.close(descriptor)


def _temporary_name(name: str) -> str:
    """The one name that the temporary file of this file may have; a name near the limit of 255 bytes is told by its checksum."""
    if len(os.fsencode(name)) > _LONG_NAME:
        from zlib import crc32

        name = f"{crc32(os.fsencode(name)):08x}"
    return f".{name}.smlint-tmp"


def _require_writable(shown: str, status: os.stat_result, path: str, why: str) -> None:
    """Refuse what nobody may write, which the superuser could, and what this user may not: a rename asks no leave of the file."""
    if status.st_mode & 0o222 == 0 or not os.access(path, os.W_OK):
        raise SmlintError(f"{shown}: cannot be written: {why}", "give write permission, or leave the file out")


def _open_locked(path: str) -> int:
    """A descriptor of the file `path`, which no other run holds. A file that a killed run left there is taken over."""
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    try:
        from fcntl import LOCK_EX, LOCK_NB, flock
    except ImportError:  # Windows: a file that is open cannot be removed there, so that removing it is the lock
        if os.path.exists(path):
            os.unlink(path)
        return os.open(path, flags | os.O_EXCL, 0o600)
    from time import monotonic, sleep

    deadline = monotonic() + LOCK_PATIENCE
    while True:
        descriptor = os.open(path, flags, 0o600)
        try:
            flock(descriptor, LOCK_EX | LOCK_NB)
            held = os.fstat(descriptor)
            current = os.stat(path, follow_symlinks=False)
            if (current.st_dev, current.st_ino) == (held.st_dev, held.st_ino):
                if held.st_nlink == 1 and held.st_uid == os.geteuid():
                    return descriptor
                os.unlink(path)  # it has another name, or another owner, who may hold it open: not what a run of this user left
        except (BlockingIOError, FileNotFoundError):
            pass  # another run holds it, or has renamed it meanwhile
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)
        if monotonic() > deadline:
            raise TimeoutError(0, "another run is writing it")
        sleep(0.005)


def _fill(descriptor: int, data: bytes, status: os.stat_result) -> None:
    """Write the bytes, make them last, and give the file the owner and mode of `status`."""
    os.ftruncate(descriptor, 0)
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
    if hasattr(os, "fchown"):
        own = os.fstat(descriptor)
        if (own.st_uid, own.st_gid) != (status.st_uid, status.st_gid):
            with suppress(PermissionError):  # another's file that this user may write becomes this user's, as with any editor that renames
                os.fchown(descriptor, status.st_uid, status.st_gid)
        os.fchmod(descriptor, stat.S_IMODE(status.st_mode))
    os.fsync(descriptor)

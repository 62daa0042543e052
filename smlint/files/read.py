"""Read files: bytes to a `Source`. With `smlint.files.write`, the only place that opens manifests."""

from __future__ import annotations

import os
import stat

from smlint.model.source import Source
from smlint.runtime.errors import SmlintError

SIZE_LIMIT = 50_000_000
"""Bytes of the largest file that is read. CloudFormation takes templates of 1 MB, Kubernetes objects of 1.5 MB."""

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)

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


def read_source(path: str) -> Source:
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
        raise SourceError(f"cannot be read: {os_reason(error)}") from None
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


def os_reason(error: OSError) -> str:
    """What the system says, as the end of a sentence: `permission denied`."""
    words = error.strerror or type(error).__name__
    return words[:1].lower() + words[1:]

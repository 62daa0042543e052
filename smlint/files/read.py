"""Read files without ever blocking: manifests as `Source`, and other files as bytes."""

from __future__ import annotations

import os
import stat

from smlint.model.source import Source
from smlint.runtime.errors import SmlintError

SIZE_LIMIT = 50_000_000
"""Largest file that smlint reads, in bytes. CloudFormation accepts templates up to 1 MB; the bundled catalog has 0.15 MB."""

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)

_FIRST_READ = 16_384  # bytes; most files are shorter

# Without O_NONBLOCK, opening a pipe waits for a writer.
_READ_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


class SourceError(SmlintError):
    """A file that is not readable text.

    `message` is one line. `offset` is the byte offset of the error, if it has one. `before` is the decoded text up to the error.
    """

    def __init__(self, message: str, offset: int | None = None, before: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.before = before


def from_bytes(data: bytes, path: str) -> Source:
    """Decode the content of a file: UTF-8, or UTF-16 with a byte order mark. Raises `SourceError` for any other encoding."""
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
    """Read and decode a file. Raises `SourceError` as `read_bytes` and `from_bytes` do."""
    return from_bytes(read_bytes(path), path)


def read_bytes(path: str, regular: bool = False) -> bytes:
    """Read a regular file of at most `SIZE_LIMIT` bytes.

    `regular` says that the directory listing showed a regular file, which saves a status check for short files. Never blocks: a pipe or
    device is opened without waiting, and is not read unless it replaced a file after the listing.

    Raises `SourceError` if the path is not a regular file, is too large, or cannot be read.
    """
    try:
        descriptor = os.open(path, _READ_FLAGS)
        try:
            data = os.read(descriptor, _FIRST_READ) if regular else b""
            if 0 < len(data) < _FIRST_READ:
                return data  # skip fstat, which takes a fifth of the time
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode) or status.st_size > SIZE_LIMIT:
                raise _not_readable(status)
            data += os.read(descriptor, max(status.st_size + 1 - len(data), 0))
            if len(data) != status.st_size:  # it grew in the meantime, or reports no size (/proc)
                data += _read_rest(descriptor, SIZE_LIMIT + 1 - len(data))
            if len(data) > SIZE_LIMIT:
                raise _too_large(len(data))
            return data
        finally:
            os.close(descriptor)
    except OSError as error:
        raise SourceError(f"cannot be read: {os_reason(error)}") from None
    except ValueError:
        raise SourceError("cannot be read: the path contains a NUL character") from None


def read_data(path: str, limit: int = SIZE_LIMIT) -> bytes:
    """Read a file that the user names: a configuration, a baseline, a catalog. Never blocks.

    Raises `OSError` if the path is not a regular file of at most `limit` bytes; its `strerror` says what it is instead.
    """
    from errno import EFBIG, EINVAL

    if "\0" in path:
        raise OSError(EINVAL, "the path contains a NUL character")
    descriptor = os.open(path, _READ_FLAGS)
    with open(descriptor, "rb") as file:  # raises for a folder
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(EINVAL, "a pipe, socket or device, not a file")
        data = file.read(limit + 1)
    if len(data) > limit:
        raise OSError(EFBIG, f"too large: the limit is {limit:,} bytes")
    return data


def _read_rest(descriptor: int, limit: int) -> bytes:
    """Read to the end of the file, at most `limit` bytes."""
    chunks = []
    while limit > 0 and (chunk := os.read(descriptor, min(limit, 1 << 20))):
        chunks.append(chunk)
        limit -= len(chunk)
    return b"".join(chunks)


def _not_readable(status: os.stat_result) -> SourceError:
    if stat.S_ISDIR(status.st_mode):
        return SourceError("cannot be read: a folder, not a file")
    if not stat.S_ISREG(status.st_mode):
        return SourceError("cannot be read: a pipe, socket or device, not a file")
    return _too_large(status.st_size)


def _too_large(size: int) -> SourceError:
    return SourceError(f"too large: {size // 1_000_000} MB (limit {SIZE_LIMIT // 1_000_000} MB)")


def os_reason(error: OSError) -> str:
    """Return the operating system's message in lower case, to end a sentence: `permission denied`."""
    words = error.strerror or type(error).__name__
    return words[:1].lower() + words[1:]


def shown_path(path: str) -> str:
    """Return the path for a message: relative if it is below the working directory."""
    try:
        relative = os.path.relpath(path)
    except ValueError:  # on another drive
        return path
    return path if relative.startswith("..") else relative

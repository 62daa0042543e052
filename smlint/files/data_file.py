"""Files that tell smlint something (a configuration, a baseline, a catalogue), and those it writes for its user. Anything may be in their place."""

from __future__ import annotations

import os
import stat
from errno import EFBIG, EINVAL

SIZE_LIMIT = 50_000_000
"""Bytes of the largest file that is read. The catalogue that comes with smlint has 0.15 MB."""

# Without O_NONBLOCK the opening of a pipe would wait for its other end.
_WAITLESS = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


def read_data(path: str, limit: int = SIZE_LIMIT) -> bytes:
    """The bytes of a regular file of at most `limit` bytes. Never waits.

    Raises `OSError`, whose `strerror` says in a few words what else is there: nothing, a pipe, a folder, a file that is too large.
    """
    if "\0" in path:
        raise OSError(EINVAL, "the path holds a NUL character")
    descriptor = os.open(path, os.O_RDONLY | _WAITLESS)
    with open(descriptor, "rb") as file:  # a folder is an error here
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(EINVAL, "a pipe, socket or device, not a file")
        data = file.read(limit + 1)
    if len(data) > limit:
        raise OSError(EFBIG, f"too large: at most {limit:,} bytes are read")
    return data


def write_data(path: str, data: bytes, append: bool = False) -> None:
    """Put the bytes into a file that the user names for them, or behind what is in it. Raises `OSError`; does not wait for the reader of a pipe."""
    flags = os.O_WRONLY | os.O_CREAT | (os.O_APPEND if append else os.O_TRUNC) | _WAITLESS
    descriptor = os.open(path, flags, 0o666)
    with open(descriptor, "wb") as file:
        if hasattr(os, "set_blocking"):
            os.set_blocking(descriptor, True)  # a reader that is there may be slow
        file.write(data)

"""Write files: manifests atomically and only over the content that was read, and the output files that the user names."""

from __future__ import annotations

import os
import stat
from contextlib import suppress

from smlint.files.read import SourceError, os_reason, read_bytes
from smlint.runtime.errors import SmlintError

LOCK_TIMEOUT = 5.0
"""Seconds to wait for another run that is writing the same file."""

_LONG_NAME = 240  # bytes; file systems allow 255

# Without O_NONBLOCK, opening a pipe waits for a reader.
_WRITE_FLAGS = (
    os.O_WRONLY | os.O_CREAT | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
)


class _Changed(Exception):
    """The file does not have the expected content."""


def write_data(path: str, data: bytes, append: bool = False) -> None:
    """Write an output file that the user names, or append to it. Does not wait for the reader of a pipe. Raises `OSError`."""
    descriptor = os.open(path, _WRITE_FLAGS | (os.O_APPEND if append else os.O_TRUNC), 0o666)
    with open(descriptor, "wb") as file:
        if hasattr(os, "set_blocking"):
            os.set_blocking(descriptor, True)  # a reader that is already there may be slow
        file.write(data)


def write_atomically(path: str, data: bytes, within: str | None = None, before: bytes | None = None) -> None:
    """Replace the content of an existing file in one step: at any moment, the file has either the old or the new content.

    Writes a temporary file with the same owner and mode in the same folder, and renames it. A symbolic link remains a link: its target is
    replaced, but only if the target is inside the folder `within`. Each target has one temporary name, locked during use, so that the next
    run takes over what a killed run left behind. `before` is the expected content: if the file changed in the meantime, it is not
    overwritten, unless its content is already `data`.

    Raises `SmlintError` if the file has changed, the file or its folder is read-only, or the disk is full. The file is then unchanged.
    """
    target = os.path.realpath(path)
    folder = os.path.dirname(target)
    if within is not None and os.path.commonpath((os.path.realpath(within), target)) != os.path.realpath(within):
        raise SmlintError(f"{path}: not written: the link leads out of {within}", "name the file itself")
    temporary = os.path.join(folder, _temporary_name(os.path.basename(target)))
    from smlint.runtime.signals import DeferSignals

    try:
        status = os.stat(target)
        _require_writable(path, status, target, "read-only")
        _require_writable(path, os.stat(folder), folder, "its folder is read-only")
        with DeferSignals():  # an interrupt between two steps would leave the temporary file behind
            _replace(target, temporary, data, status, before)
    except _Changed:
        raise SmlintError(f"{path}: not written: it has changed since it was read", "run smlint again") from None
    except SourceError as error:
        raise SmlintError(f"{path}: not written: it {error.message}") from None
    except OSError as error:
        raise SmlintError(f"{path}: cannot be written: {os_reason(error)}") from None


def _replace(target: str, temporary: str, data: bytes, status: os.stat_result, before: bytes | None) -> None:
    """Write the temporary file and rename it to the target, if the content of the target is `before`.

    Raises `OSError` or `_Changed` after removing the temporary file.
    """
    descriptor = _open_locked(temporary)
    try:
        if before is not None and (now := read_bytes(target)) != before:
            if now != data:
                raise _Changed
            os.unlink(temporary)  # another run made the same change
            return
        _fill(descriptor, data, status)
        if os.name == "nt":  # Windows cannot rename an open file
            os.close(descriptor)
            descriptor = -1
        os.replace(temporary, target)
    except BaseException:
        with suppress(OSError):  # report the first error
            os.unlink(temporary)
        raise
    finally:
        if descriptor >= 0:
            os.close(descriptor)


def _temporary_name(name: str) -> str:
    """Return the one temporary name for a file. A checksum replaces a name near the limit of 255 bytes."""
    if len(os.fsencode(name)) > _LONG_NAME:
        from zlib import crc32

        name = f"{crc32(os.fsencode(name)):08x}"
    return f".{name}.smlint-tmp"


def _require_writable(shown: str, status: os.stat_result, path: str, why: str) -> None:
    """Raise `SmlintError` for a path without write permission: the superuser ignores it, and a rename does not check the file's mode."""
    if status.st_mode & 0o222 == 0 or not os.access(path, os.W_OK):
        raise SmlintError(f"{shown}: cannot be written: {why}", "give write permission, or leave the file out")


def _open_locked(path: str) -> int:
    """Open and lock a temporary file; take over a file that a killed run left behind.

    Raises `TimeoutError` if another run holds the lock for longer than `LOCK_TIMEOUT`.
    """
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    try:
        from fcntl import LOCK_EX, LOCK_NB, flock
    except ImportError:  # Windows cannot remove an open file, so removing it serves as the lock
        if os.path.exists(path):
            os.unlink(path)
        return os.open(path, flags | os.O_EXCL, 0o600)
    from time import monotonic, sleep

    deadline = monotonic() + LOCK_TIMEOUT
    while True:
        descriptor = os.open(path, flags, 0o600)
        try:
            flock(descriptor, LOCK_EX | LOCK_NB)
            opened = os.fstat(descriptor)
            current = os.stat(path, follow_symlinks=False)
            if (current.st_dev, current.st_ino) == (opened.st_dev, opened.st_ino):
                if opened.st_nlink == 1 and opened.st_uid == os.geteuid():
                    return descriptor
                os.unlink(path)  # a hard link, or another user's file that may still be open: no run of this user left it
        except (BlockingIOError, FileNotFoundError):
            pass  # another run holds the lock, or has renamed the file
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)
        if monotonic() > deadline:
            raise TimeoutError(0, "another run is writing it")
        sleep(0.005)


def _fill(descriptor: int, data: bytes, status: os.stat_result) -> None:
    """Write the content, copy owner and mode from `status`, and flush to disk."""
    os.ftruncate(descriptor, 0)
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
    if hasattr(os, "fchown"):
        own = os.fstat(descriptor)
        if (own.st_uid, own.st_gid) != (status.st_uid, status.st_gid):
            with suppress(PermissionError):  # a writable file of another user becomes this user's, as with any editor that renames
                os.fchown(descriptor, status.st_uid, status.st_gid)
        os.fchmod(descriptor, stat.S_IMODE(status.st_mode))
    os.fsync(descriptor)

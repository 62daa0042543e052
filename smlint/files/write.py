"""Write a file in one atomic step, and only over the content that was read."""

from __future__ import annotations

import os
import stat
from contextlib import suppress

from smlint.files.read import SourceError, os_reason, read_bytes
from smlint.runtime.errors import SmlintError

LOCK_PATIENCE = 5.0
"""Seconds to wait for another run that is writing the same file."""

_LONG_NAME = 240


class _Changed(Exception):
    """A file does not hold what it is thought to hold."""


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
        raise SmlintError(f"{path}: cannot be written: {os_reason(error)}") from None


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

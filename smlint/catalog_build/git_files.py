"""Read the tags and the dates of commits in a clone from the files of Git. smlint starts no program, so it does not run `git`.

Tags are in `packed-refs` and in `refs/tags/`. A commit is a loose object, or in a pack, whose index (version 2) says where. Commits that a
pack has only as a difference to another object are not read, nor is the format `reftable`.
"""

from __future__ import annotations

import os
import re

from smlint.runtime.clock import day_of
from smlint.runtime.named_tuple import NamedTuple

_COMMIT = 1  # the type of an object in a pack
_ENOUGH = 4096  # bytes that contain the header of a commit


class GitClone(NamedTuple):
    """The folder `.git` of a clone, and the commit of each tag. `head` is the commit of the working tree; empty if it is not known."""

    folder: str
    head: str
    tags: dict[str, str]


def open_clone(path: str) -> GitClone | None:
    """Read the tags in the clone at a path; None if it is no clone of Git."""
    folder = os.path.join(path, ".git")
    if os.path.isfile(folder):  # a linked work tree, or a submodule
        folder = os.path.join(path, _read(folder).partition("gitdir:")[2].strip())
    if not os.path.isdir(folder):
        return None
    common = os.path.normpath(os.path.join(folder, _read(os.path.join(folder, "commondir")).strip()))
    refs = _packed_refs(common) | _loose_refs(common)
    head = _read(os.path.join(folder, "HEAD")).strip()
    if head.startswith("ref:"):
        head = refs.get(head.partition(":")[2].strip(), "")
    tags = {name.removeprefix("refs/tags/"): commit for name, commit in refs.items() if name.startswith("refs/tags/")}
    return GitClone(common, head, tags)


def commit_date(clone: GitClone, commit: str) -> str | None:
    """Return the ISO date on which a commit was made, in the time zone of the committer; None if its object cannot be read."""
    if not re.fullmatch(r"[0-9a-f]{40}", commit):
        return None
    found = re.search(rb"^committer .* (\d{1,12}) ([+-])(\d\d)(\d\d)$", _loose(clone, commit) or _packed(clone, commit), re.MULTILINE)
    if found is None:
        return None
    ahead = 3600 * int(found[3]) + 60 * int(found[4])
    return day_of(int(found[1]) + (ahead if found[2] == b"+" else -ahead))


def _read(path: str) -> str:
    """Return the text of a small file; empty if there is none."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def _packed_refs(folder: str) -> dict[str, str]:
    """Return the commit of each packed reference. For an annotated tag, the line after it has the commit."""
    refs: dict[str, str] = {}
    name = ""
    for line in _read(os.path.join(folder, "packed-refs")).splitlines():
        if line.startswith("^"):
            refs[name] = line[1:].strip()
        elif not line.startswith("#"):
            commit, _, name = line.strip().partition(" ")
            refs[name] = commit
    return refs


def _loose_refs(folder: str) -> dict[str, str]:
    refs: dict[str, str] = {}
    for root, _, names in os.walk(os.path.join(folder, "refs")):
        for name in names:
            path = os.path.join(root, name)
            refs[os.path.relpath(path, folder).replace(os.sep, "/")] = _read(path).strip()
    return refs


def _loose(clone: GitClone, commit: str) -> bytes:
    """Return the start of a loose object; empty if there is none."""
    import zlib

    try:
        with open(os.path.join(clone.folder, "objects", commit[:2], commit[2:]), "rb") as file:
            return zlib.decompressobj().decompress(file.read(_ENOUGH), _ENOUGH)
    except (OSError, zlib.error):
        return b""


def _packed(clone: GitClone, commit: str) -> bytes:
    """Return the start of a commit in a pack; empty if no pack has it whole."""
    folder = os.path.join(clone.folder, "objects", "pack")
    try:
        names = sorted(name for name in os.listdir(folder) if name.endswith(".idx"))
    except OSError:
        return b""
    for name in names:
        with open(os.path.join(folder, name), "rb") as file:
            offset = _offset(file.read(), bytes.fromhex(commit))
        if offset is not None:
            return _object_at(os.path.join(folder, name.removesuffix(".idx") + ".pack"), offset)
    return b""


def _offset(index: bytes, name: bytes) -> int | None:
    """Return the offset of an object in a pack, from the pack's index: a table of counts by first byte, the sorted names, checksums, offsets."""
    if index[:8] != b"\xfftOc\0\0\0\2":
        return None

    def number(position: int) -> int:
        return int.from_bytes(index[position : position + 4])

    names = 8 + 4 * 256
    low = number(8 + 4 * (name[0] - 1)) if name[0] else 0
    high, count = number(8 + 4 * name[0]), number(names - 4)
    while low < high:
        middle = (low + high) // 2
        found = index[names + 20 * middle : names + 20 * middle + 20]
        if found == name:
            offset = number(names + 24 * count + 4 * middle)
            return offset if offset < 1 << 31 else None  # larger packs have a second table
        low, high = (middle + 1, high) if found < name else (low, middle)
    return None


def _object_at(path: str, offset: int) -> bytes:
    """Return the start of the commit at an offset of a pack; empty if something else, or a difference, is there."""
    import zlib

    try:
        with open(path, "rb") as file:
            file.seek(offset)
            data = file.read(_ENOUGH)
        start = next(i for i, byte in enumerate(data) if not byte & 0x80) + 1
        return zlib.decompressobj().decompress(data[start:], _ENOUGH) if data[0] >> 4 & 7 == _COMMIT else b""
    except (OSError, StopIteration, zlib.error):
        return b""

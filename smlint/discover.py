"""From the paths of a command line to files; and the cheap look at the bytes that says whether a file could be ours."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from smlint.model import SmlintError

SUFFIXES = (".yaml", ".yml", ".json", ".template")
NOT_WALKED = frozenset({"node_modules", "__pycache__"})


class Found(NamedTuple):
    """A file to look at. `named` tells that the user named it, rather than a folder it is in."""

    path: str
    named: bool


class _Spec(Protocol):
    """What is asked of a compiled list of git-style patterns."""

    def match_file(self, file: str) -> bool: ...


def find(paths: Sequence[str], exclude: tuple[str, ...] = (), force_exclude: bool = False, root: str = ".") -> Iterator[Found]:
    """The files that the paths name, each once, in the order of the paths and sorted within a folder.

    Folders are walked for `.yaml`, `.yml`, `.json` and `.template`; hidden folders, `node_modules` and what `.gitignore` names are not.
    A path that is named is taken whatever it is called and whatever `.gitignore` says, unless `force_exclude` and `exclude` (git-style patterns
    relative to `root`) say otherwise. A pattern that the shell did not expand is expanded. Raises `SmlintError` for a path that is not there.
    """
    excluded = _spec(exclude) if exclude else None
    seen: set[str] = set()
    for path in paths:
        for named in _expanded(path):
            if os.path.isdir(named):
                if force_exclude and excluded is not None and _matches(excluded, named + "/", root):
                    continue
                files: Iterator[Found] = (Found(file, False) for file in sorted(_walk(named, excluded, root)))
            elif force_exclude and excluded is not None and _matches(excluded, named, root):
                continue
            else:
                files = iter((Found(named, True),))
            for found in files:
                key = os.path.abspath(found.path)
                if key not in seen:
                    seen.add(key)
                    yield found


def matches(path: str, patterns: Sequence[str], root: str = ".") -> bool:
    """Whether a path, taken relative to `root`, matches one of these git-style patterns."""
    return _matches(_spec(tuple(patterns)), path, root)


def _expanded(path: str) -> list[str]:
    if os.path.lexists(path):
        return [path]
    if any(mark in path for mark in "*?["):
        from glob import glob

        found = sorted(glob(path, recursive=True))
        if found:
            return found
    raise SmlintError(f"{path}: no such file or folder", "name a file, a folder, or - for stdin")


def _walk(folder: str, excluded: _Spec | None, root: str) -> Iterator[str]:
    """The files below a folder. A folder reached twice, as through a symbolic link that leads upwards, is walked once."""
    ignores = _Ignores(folder)
    visited: set[tuple[int, int]] = set()
    waiting = [folder]
    while waiting:
        current = waiting.pop()
        try:
            status = os.stat(current)
            entries = sorted(os.scandir(current), key=lambda entry: entry.name)
        except OSError:
            continue  # vanished, or not ours to read: a folder that was named is checked before
        if (status.st_dev, status.st_ino) in visited:
            continue
        visited.add((status.st_dev, status.st_ino))
        ignores.enter(current, any(entry.name == ".gitignore" for entry in entries))
        folders = []
        for entry in entries:
            path = entry.name if current == "." else os.path.join(current, entry.name)
            if entry.is_dir():
                hidden = entry.name.startswith(".") or entry.name in NOT_WALKED
                if not hidden and not ignores.ignored(path, folder=True) and not (excluded and _matches(excluded, path + "/", root)):
                    folders.append(path)
            elif entry.name.lower().endswith(SUFFIXES) and (entry.is_file() or entry.is_symlink()):
                if not ignores.ignored(path, folder=False) and not (excluded and _matches(excluded, path, root)) and os.path.isfile(path):
                    yield path
        waiting.extend(reversed(folders))


class _Ignores:
    """The `.gitignore` files that hold for a walk: those of the folders walked, and those above it up to the repository's root."""

    def __init__(self, start: str) -> None:
        self._specs: list[tuple[str, _Spec]] = []
        top = os.path.abspath(start)
        above: list[str] = []
        folder = top
        while not os.path.exists(os.path.join(folder, ".git")):
            parent = os.path.dirname(folder)
            if parent == folder:
                above = []  # no repository: what stands above is nobody's business
                break
            above.append(parent)
            folder = parent
        for one in reversed(above):
            self.enter(one, os.path.isfile(os.path.join(one, ".gitignore")))
        # A folder that the user named is entered even if a .gitignore above names it.
        self._specs = [(base, spec) for base, spec in self._specs if not spec.match_file(os.path.relpath(top, base).replace(os.sep, "/") + "/")]

    def enter(self, folder: str, has_ignores: bool) -> None:
        """Read the `.gitignore` of a folder."""
        if not has_ignores:
            return
        try:
            with open(os.path.join(folder, ".gitignore"), encoding="utf-8", errors="surrogateescape") as file:
                lines = tuple(file.read().splitlines())
        except OSError:
            return
        self._specs.append((os.path.abspath(folder), _spec(lines)))

    def ignored(self, path: str, *, folder: bool) -> bool:
        """Whether a `.gitignore` at or above the path names it."""
        if not self._specs:
            return False
        absolute = os.path.abspath(path)
        for base, spec in self._specs:
            if absolute.startswith(base + os.sep):
                relative = absolute[len(base) + 1 :].replace(os.sep, "/")
                if spec.match_file(relative + "/" if folder else relative):
                    return True
        return False


def _spec(patterns: tuple[str, ...]) -> _Spec:
    from pathspec import PathSpec

    try:
        return PathSpec.from_lines("gitignore", patterns)
    except (LookupError, ValueError):
        return PathSpec.from_lines("gitwildmatch", patterns)


def _matches(spec: _Spec, path: str, root: str) -> bool:
    """Whether a path matches; one that is not below `root` matches as it was given."""
    relative = os.path.relpath(path, root).replace(os.sep, "/") if os.path.isabs(path) or root != "." else os.path.normpath(path).replace(os.sep, "/")
    return spec.match_file(relative + "/" if path.endswith("/") else relative)


# One of these words stands in every file of every format, or it cannot concern SageMaker: the service's name in CloudFormation types,
# Kubernetes API groups, Terraform resources and Step Functions ARNs; our own marker; an ECR registry or an `ml.` instance type
# for requests and configurations of people's own, which name no service.
_WORDS = re.compile(rb"(?i:sagemaker)|smlint|[.]dkr[.]ecr|[.]dkr-ecr|\bml\.[a-z]+[0-9]")
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")


def concerns_sagemaker(data: bytes) -> bool:
    """Whether the bytes of a file could concern SageMaker in any format. False is certain, True is not."""
    if data.startswith(_WIDE):
        data = data.replace(b"\x00", b"")
    return _WORDS.search(data) is not None

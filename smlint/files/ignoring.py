"""Decide which files `.gitignore` ignores, and which ones the configuration excludes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from errno import EFBIG
from functools import lru_cache

from smlint.runtime.errors import SmlintError
from smlint.runtime.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

IGNORE_FILE = ".gitignore"
_SIZE_LIMIT = 1_000_000
_SPECIAL = frozenset("*?[\\")


class IgnoreSpec(NamedTuple):
    """Compiled patterns. `skipped` is the number of characters of a path that lie above the folder of the patterns."""

    spec: GitIgnoreSpec
    skipped: int


class FolderFilter:
    """Decides which files of one folder are ignored or excluded.

    A folder that `is_named`, on the command line or by a file in it, is not ignored as a whole: a pattern that ignores the folder itself has
    no effect. `exclude` contains globs relative to `root`. Most files are accepted without compiling a pattern, since importing pathspec
    takes longer than linting a file.
    """

    def __init__(self, folder: str, exclude: Sequence[str], root: str, *, is_named: bool = True) -> None:
        self._is_named = is_named
        self._folder = os.path.abspath(folder)
        self._exclude = tuple(exclude)
        self._root = root
        self._segments: list[str] | None = None
        self._ignoring: tuple[str, list[IgnoreSpec]] | None = None

    def accepts(self, name: str) -> bool:
        """Return whether a file of the folder should be read: it is not ignored and not excluded. Raises `SmlintError` for a malformed glob."""
        if self._exclude:
            relative = relative_to(self._folder, self._root)
            prefix = "" if relative == "." else relative + "/"
            globs = compile_globs(self._exclude)
            if is_ignored(prefix + name, [IgnoreSpec(spare_folder(globs, prefix) if self._is_named else globs, 0)]):
                return False
        if not self._may_be_ignored(name):
            return True
        if self._ignoring is None:
            above, ignoring = ignore_specs_above(self._folder, spare=self._is_named)
            own = os.path.join(self._folder, IGNORE_FILE)
            if os.path.isfile(own):
                ignoring = [*ignoring, IgnoreSpec(read_ignore_file(own), len(above))]
            self._ignoring = above, ignoring
        above, ignoring = self._ignoring
        return not is_ignored(above + name, ignoring)

    def _may_be_ignored(self, name: str) -> bool:
        """Return False only if no ignore file can match the file. Compares only the last segment of each pattern."""
        if self._segments is None:
            self._segments = _last_segments(self._folder)
        if not self._segments:
            return False
        from fnmatch import fnmatchcase

        parts = {name, *self._folder.split(os.sep)}
        return any(
            segment in parts if _SPECIAL.isdisjoint(segment) else _is_complex(segment) or any(fnmatchcase(part, segment) for part in parts)
            for segment in self._segments
        )


def _is_complex(segment: str) -> bool:
    """Return whether a segment has an escape or a class, which `.gitignore` and `fnmatch` read differently."""
    return "\\" in segment or "[" in segment


def _last_segments(folder: str) -> list[str]:
    """Return the last segment of each pattern in the ignore files of a folder and of those above it, up to the root of the repository."""
    files = [os.path.join(folder, IGNORE_FILE)]
    while not os.path.lexists(os.path.join(folder, ".git")):
        above = os.path.dirname(folder)
        if above == folder:
            files = files[:1]  # outside of a repository, only the folder's own file counts
            break
        folder = above
        files.append(os.path.join(folder, IGNORE_FILE))
    lines = [line for file in files if os.path.isfile(file) for line in _lines_of(file)]
    patterns = (line.strip() for line in lines if line.strip() and not line.startswith("#"))
    return list(dict.fromkeys(pattern.lstrip("!").rstrip("/").rpartition("/")[2] for pattern in patterns))


def is_ignored(path: str, ignoring: Sequence[IgnoreSpec]) -> bool:
    """Return whether a path is ignored: the deepest ignore file with a matching pattern decides, by its last such pattern."""
    for spec, skipped in reversed(ignoring):
        include = spec.check_file(path[skipped:]).include
        if include is not None:
            return include
    return False


def ignore_specs_above(folder: str, *, spare: bool = True) -> tuple[str, list[IgnoreSpec]]:
    """Return the path of a folder relative to the root of its repository, ending in a slash, and the ignore files above it.

    A pattern that ignores the folder itself is left out, since the folder was named. Outside a repository, there are no ignore files above.
    """
    parts: list[str] = []
    while not os.path.lexists(os.path.join(folder, ".git")):
        folder, part = os.path.split(folder)
        if not part:
            return "", []
        parts.append(part)
    path = "".join(part + "/" for part in reversed(parts))
    ignoring = []
    skipped = 0
    for part in reversed(parts):
        file = os.path.join(folder, IGNORE_FILE)
        if os.path.isfile(file):
            ignoring.append(IgnoreSpec(spare_folder(read_ignore_file(file), path[skipped:] if spare else ""), skipped))
        folder = os.path.join(folder, part)
        skipped += len(part) + 1
    return path, ignoring


def spare_folder(spec: GitIgnoreSpec, folder: str) -> GitIgnoreSpec:
    """Return the patterns without those that match a folder (a path that ends in a slash) or everything in it."""
    if not folder:
        return spec
    anything = folder + "\x01"
    return type(spec)([pattern for pattern in spec.patterns if not (pattern.include and pattern.match_file(anything))], backend="simple")


def read_ignore_file(path: str) -> GitIgnoreSpec:
    """Compile an ignore file. As in git, malformed lines and an unreadable file ignore nothing."""
    from smlint.files.gitignore import compile_patterns

    lines = _lines_of(path)
    try:
        return compile_patterns(lines)
    except ValueError:
        return compile_patterns([line for line in lines if _is_well_formed(line)])


def _lines_of(path: str) -> list[str]:
    """Return the lines of an ignore file; none if it cannot be read. Raises `SmlintError` for one that is too large."""
    from smlint.files.read import read_data

    try:
        return read_data(path, _SIZE_LIMIT).decode("utf-8-sig", "surrogateescape").splitlines()
    except OSError as error:
        if error.errno == EFBIG:
            raise SmlintError(f"{path}: {error.strerror}") from None
        return []


def _is_well_formed(line: str) -> bool:
    from smlint.files.gitignore import compile_patterns

    try:
        compile_patterns([line])
    except ValueError:
        return False
    return True


@lru_cache(maxsize=16)
def compile_globs(globs: tuple[str, ...]) -> GitIgnoreSpec:
    """Compile the globs of a configuration or an option. Raises `SmlintError` for a malformed one."""
    from smlint.files.gitignore import compile_patterns

    for glob in globs:
        if not _is_well_formed(glob):
            raise SmlintError(f"malformed glob: {glob}", "write it as a line of .gitignore")
    return compile_patterns(globs)


def matches(path: str, globs: Sequence[str], root: str = ".") -> bool:
    """Return whether a file or folder, or a folder above it, matches one of the globs; the last that matches decides.

    A glob has the form of a line of `.gitignore` and is relative to `root`. Raises `SmlintError` for a malformed one.
    """
    if not globs:
        return False
    relative = relative_to(path, root)
    if os.path.isdir(path):
        relative += "/"
    return bool(compile_globs(tuple(globs)).check_file(relative).include)


def relative_to(path: str, root: str) -> str:
    """Return a path relative to `root`, with forward slashes."""
    try:
        relative = os.path.relpath(path, root)
    except ValueError:  # on another drive of Windows
        relative = os.path.abspath(path)
    return relative.replace(os.sep, "/")

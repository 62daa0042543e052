"""Find the files that the paths on the command line name."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from errno import EFBIG
from functools import lru_cache

from smlint.runtime.errors import SmlintError
from smlint.runtime.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_NOT_WALKED = frozenset(("node_modules",))
_IGNORE_FILE = ".gitignore"
_IGNORE_FILE_LIMIT = 1_000_000


class DiscoveredFile(NamedTuple):
    """A file to check: its path as it is shown, and the named folder in which it was found; empty for a file that was named itself."""

    path: str
    folder: str = ""


class _Ignoring(NamedTuple):
    """The patterns of an ignore file, or of `exclude`. `skipped`: how many characters of a path are above the folder they are relative to."""

    spec: GitIgnoreSpec
    skipped: int


def find(
    paths: Sequence[str],
    exclude: Sequence[str] = (),
    force_exclude: bool = False,
    root: str = ".",
    *,
    suffixes: tuple[str, ...],
) -> list[DiscoveredFile]:
    """The files that the paths name, sorted by path, each once.

    A folder is walked, but for hidden folders, `node_modules`, links to folders, what a `.gitignore` names and what matches the globs
    `exclude`, which are in the form of `.gitignore` and relative to the folder `root`. A path that is named is taken, whatever ignores
    or (without `force_exclude`) excludes it. A glob that the shell left as it is is expanded. A folder that cannot be read is given as if
    it were a file, so that reading it tells why.

    Raises `SmlintError` for a path that is not there and for a malformed glob.
    """
    found: dict[str, DiscoveredFile] = {}
    for path in _expanded(paths):
        shown = path
        while shown.startswith("./"):
            shown = shown[2:].lstrip("/") or "."
        if force_exclude and exclude and matches(path, tuple(exclude), root):
            continue
        if os.path.isdir(path):
            absolute = os.path.abspath(path)
            above = absolute.rstrip(os.sep) + os.sep
            for inner, file in _walk(shown, absolute, tuple(exclude), root, suffixes):
                found.setdefault(above + inner, file)
        else:
            found.setdefault(os.path.abspath(path), DiscoveredFile(shown))
    return sorted(found.values(), key=_path)


def _path(found: DiscoveredFile) -> str:
    return found.path


def matches(path: str, globs: Sequence[str], root: str = ".") -> bool:
    """Whether a file or folder, or a folder above it, matches one of the globs; the last that matches decides.

    A glob has the form of a line of `.gitignore` and is relative to `root`. Raises `SmlintError` for a malformed one.
    """
    if not globs:
        return False
    relative = _relative(path, root)
    if os.path.isdir(path):
        relative += "/"
    return bool(_globs(tuple(globs)).check_file(relative).include)


def _expanded(paths: Sequence[str]) -> Iterator[str]:
    """The paths, with globs that name no file themselves replaced by what they match."""
    for path in paths:
        try:
            os.lstat(path)
        except (FileNotFoundError, NotADirectoryError, ValueError):
            pass
        except OSError:  # it may be there: reading it tells why it cannot be read
            yield path
            continue
        else:
            yield path
            continue
        hint = "check the spelling"
        if any(character in path for character in "*?["):
            from glob import glob

            if expanded := sorted(glob(path, recursive=True)):
                yield from expanded
                continue
            hint = "no file matches this pattern"
        raise SmlintError(f"no such file or folder: {path}", hint)


def _walk(
    shown: str, absolute: str, exclude: tuple[str, ...], root: str, suffixes: tuple[str, ...]
) -> Iterator[tuple[str, DiscoveredFile]]:
    """The files below a folder, each with its path relative to it, in no order. Iterative; a link to a folder is not followed."""
    prefix = "" if shown == "." else shown.rstrip("/" + os.sep) + "/"
    # Paths are matched as seen from the root of the repository, so that the ignore files above the folder count too.
    above, ignoring = _ignoring_above(absolute)
    excluding: list[_Ignoring] = []
    seen_from_root = ""
    if exclude:
        seen_from_root = _relative(absolute, root)
        seen_from_root = "" if seen_from_root == "." else seen_from_root + "/"
        excluding = [_Ignoring(_sparing(_globs(exclude), seen_from_root), 0)]
    pending: list[tuple[str, list[_Ignoring]]] = [("", ignoring)]
    while pending:
        inner, ignoring = pending.pop()
        try:
            with os.scandir(os.path.join(absolute, inner)) as scan:
                entries = list(scan)
        except (FileNotFoundError, NotADirectoryError):  # it has gone since
            continue
        except OSError:
            yield inner, DiscoveredFile(prefix + inner.rstrip("/"), shown)
            continue
        if any(entry.name == _IGNORE_FILE and _is_file(entry) for entry in entries):
            spec = _ignore_file(os.path.join(absolute, inner, _IGNORE_FILE))
            ignoring = [*ignoring, _Ignoring(spec, len(above) + len(inner))]
        for entry in entries:
            name = entry.name
            is_folder = entry.is_dir(follow_symlinks=False)
            if is_folder:
                if name.startswith(".") or name in _NOT_WALKED:
                    continue
                name += "/"
            elif not (name.endswith(suffixes) or name.lower().endswith(suffixes)) or not _is_file(entry):
                continue
            path = inner + name
            if ignoring and _ignored(above + path, ignoring):
                continue
            if excluding and _ignored(seen_from_root + path, excluding):
                continue
            if is_folder:
                pending.append((path, ignoring))
            else:
                yield path, DiscoveredFile._make((prefix + path, shown))


def _is_file(entry: os.DirEntry[str]) -> bool:
    """Whether it is a regular file, or a link to one; a pipe is none, nor is a link that leads nowhere or in a circle."""
    try:
        return entry.is_file()
    except OSError:
        return False


def _ignored(path: str, ignoring: Sequence[_Ignoring]) -> bool:
    """Whether the path is ignored: the deepest ignore file that says anything decides, and in it the last pattern that matches."""
    for spec, skipped in reversed(ignoring):
        include = spec.check_file(path[skipped:]).include
        if include is not None:
            return include
    return False


def _ignoring_above(absolute: str) -> tuple[str, list[_Ignoring]]:
    """The path of a folder from the root of its repository, ending in a slash, and the ignore files on the way there.

    A pattern that ignores the folder itself is left out, since the folder was named. Outside a repository nothing is ignored from above.
    """
    parts: list[str] = []
    folder = absolute
    while not os.path.lexists(os.path.join(folder, ".git")):
        folder, part = os.path.split(folder)
        if not part:
            return "", []
        parts.append(part)
    way = "".join(part + "/" for part in reversed(parts))
    ignoring = []
    skipped = 0
    for part in reversed(parts):
        file = os.path.join(folder, _IGNORE_FILE)
        if os.path.isfile(file):
            ignoring.append(_Ignoring(_sparing(_ignore_file(file), way[skipped:]), skipped))
        folder = os.path.join(folder, part)
        skipped += len(part) + 1
    return way, ignoring


def _sparing(spec: GitIgnoreSpec, folder: str) -> GitIgnoreSpec:
    """The patterns but for those that match the folder (a path ending in a slash) itself or whatever is in it."""
    if not folder:
        return spec
    anything = folder + "\x01"
    return type(spec)([pattern for pattern in spec.patterns if not (pattern.include and pattern.match_file(anything))], backend="simple")


def _ignore_file(path: str) -> GitIgnoreSpec:
    """The patterns of an ignore file; lines that are malformed, and a file that cannot be read, ignore nothing, as in git."""
    from smlint.files.gitignore import compile_patterns
    from smlint.files.read import read_data

    try:
        lines = read_data(path, _IGNORE_FILE_LIMIT).decode("utf-8-sig", "surrogateescape").splitlines()
    except OSError as error:
        if error.errno == EFBIG:
            raise SmlintError(f"{path}: {error.strerror}") from None
        lines = []
    try:
        return compile_patterns(lines)
    except ValueError:
        return compile_patterns([line for line in lines if _well_formed(line)])


def _well_formed(line: str) -> bool:
    from smlint.files.gitignore import compile_patterns

    try:
        compile_patterns([line])
    except ValueError:
        return False
    return True


@lru_cache(maxsize=16)
def _globs(globs: tuple[str, ...]) -> GitIgnoreSpec:
    from smlint.files.gitignore import compile_patterns

    for glob in globs:
        if not _well_formed(glob):
            raise SmlintError(f"malformed glob: {glob}", "write it as a line of .gitignore")
    return compile_patterns(globs)


def _relative(path: str, root: str) -> str:
    """The path as seen from `root`, with forward slashes."""
    try:
        relative = os.path.relpath(path, root)
    except ValueError:  # another drive of Windows
        relative = os.path.abspath(path)
    return relative.replace(os.sep, "/")


def find_context(patterns: Sequence[str], root: str) -> list[str]:
    """The files that glob patterns relative to `root` name, sorted, as seen from here; a pattern that names nothing is no fault."""
    from glob import glob

    found = (path for pattern in patterns for path in glob(os.path.join(root, pattern), recursive=True))
    return sorted({_relative(path, os.curdir) for path in found if os.path.isfile(path)})

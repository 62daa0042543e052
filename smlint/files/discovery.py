"""Find the files that the paths on the command line name."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from smlint.runtime.errors import SmlintError
from smlint.runtime.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from smlint.files.ignoring import IgnoreSpec

_NOT_WALKED = frozenset(("node_modules",))


class DiscoveredFile(NamedTuple):
    """A file to check: its path as shown, and the named folder in which it was found; empty for a file that was named explicitly."""

    path: str
    folder: str = ""


def find(
    paths: Sequence[str],
    exclude: Sequence[str] = (),
    force_exclude: bool = False,
    root: str = ".",
    *,
    suffixes: tuple[str, ...],
) -> list[DiscoveredFile]:
    """Return the files that the paths name, sorted by path, without duplicates.

    A folder is walked for files with one of the `suffixes`. Hidden folders, `node_modules`, links to folders, files that a `.gitignore`
    ignores, and files that match the globs `exclude` (in the form of `.gitignore`, relative to `root`) are left out. A named path is
    included even if it is ignored or, without `force_exclude`, excluded. Globs that the shell did not expand are expanded. A folder that
    cannot be read is returned like a file, so that reading it reports why.

    Raises `SmlintError` for a path that does not exist and for a malformed glob.
    """
    files: dict[str, DiscoveredFile] = {}
    for path in _expand(paths):
        shown = path
        while shown.startswith("./"):
            shown = shown[2:].lstrip("/") or "."
        if force_exclude and exclude:
            from smlint.files.ignoring import matches

            if matches(path, tuple(exclude), root):
                continue
        if os.path.isdir(path):
            absolute = os.path.abspath(path)
            above = absolute.rstrip(os.sep) + os.sep
            for inner, file in _walk(shown, absolute, tuple(exclude), root, suffixes):
                files.setdefault(above + inner, file)
        else:
            files.setdefault(os.path.abspath(path), DiscoveredFile(shown))
    return sorted(files.values(), key=_path)


def _path(file: DiscoveredFile) -> str:
    return file.path


def _expand(paths: Sequence[str]) -> Iterator[str]:
    """Yield the paths; a glob that is not itself the name of a file is replaced by the files that it matches."""
    for path in paths:
        try:
            os.lstat(path)
        except (FileNotFoundError, NotADirectoryError, ValueError):
            pass
        except OSError:  # it may exist: reading it reports why it cannot be read
            yield path
            continue
        else:
            yield path
            continue
        hint = ""
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
    """Yield the files below a folder, each with its path relative to the folder, in no particular order."""
    from smlint.files.ignoring import (
        IGNORE_FILE,
        IgnoreSpec,
        compile_globs,
        ignore_specs_above,
        is_ignored,
        read_ignore_file,
        relative_to,
        spare_folder,
    )

    prefix = "" if shown == "." else shown.rstrip("/" + os.sep) + "/"
    # Paths are matched relative to the root of the repository, so that the ignore files above the folder count too.
    above, ignoring = ignore_specs_above(absolute)
    excluding: list[IgnoreSpec] = []
    from_root = ""
    if exclude:
        from_root = relative_to(absolute, root)
        from_root = "" if from_root == "." else from_root + "/"
        excluding = [IgnoreSpec(spare_folder(compile_globs(exclude), from_root), 0)]
    pending: list[tuple[str, list[IgnoreSpec]]] = [("", ignoring)]
    while pending:
        inner, ignoring = pending.pop()
        try:
            with os.scandir(os.path.join(absolute, inner)) as scan:
                entries = list(scan)
        except (FileNotFoundError, NotADirectoryError):  # it was removed meanwhile
            continue
        except OSError:
            yield inner, DiscoveredFile(prefix + inner.rstrip("/"), shown)
            continue
        if any(entry.name == IGNORE_FILE and is_regular_file(entry) for entry in entries):
            spec = read_ignore_file(os.path.join(absolute, inner, IGNORE_FILE))
            ignoring = [*ignoring, IgnoreSpec(spec, len(above) + len(inner))]
        for entry in entries:
            name = entry.name
            is_folder = entry.is_dir(follow_symlinks=False)
            if is_folder:
                if name.startswith(".") or name in _NOT_WALKED:
                    continue
                name += "/"
            elif not (name.endswith(suffixes) or name.lower().endswith(suffixes)) or not is_regular_file(entry):
                continue
            path = inner + name
            if ignoring and is_ignored(above + path, ignoring):
                continue
            if excluding and is_ignored(from_root + path, excluding):
                continue
            if is_folder:
                pending.append((path, ignoring))
            else:
                yield path, DiscoveredFile._make((prefix + path, shown))


def is_regular_file(entry: os.DirEntry[str]) -> bool:
    """Return whether an entry is a regular file or a link to one: not a pipe, nor a dangling or circular link."""
    try:
        return entry.is_file()
    except OSError:
        return False


def list_folder(folder: str) -> list[str]:
    """Return the names of the regular files in a folder, sorted; none if it cannot be read."""
    try:
        with os.scandir(folder or ".") as scan:
            return sorted(entry.name for entry in scan if is_regular_file(entry))
    except OSError:
        return []


def find_context(patterns: Sequence[str], root: str) -> list[str]:
    """Return the files that glob patterns relative to `root` match, sorted, relative to the working directory."""
    from glob import glob

    from smlint.files.ignoring import relative_to

    matches = (path for pattern in patterns for path in glob(os.path.join(root, pattern), recursive=True))
    return sorted({relative_to(path, os.curdir) for path in matches if os.path.isfile(path)})

"""The folders around a file in which others may refer to it: those of its repository, or of the project that smlint runs in."""

from __future__ import annotations

import os
import stat

from smlint.project.files import MAX_FILES, ProjectFiles

MAX_LEVELS = 4
"""The most folders above a file to search for the root of its repository."""

_MAX_DEPTH = 8


class FolderTrees:
    """Lists the folders around files. Each tree is listed once."""

    def __init__(self, files: ProjectFiles, most: int = MAX_FILES, depth: int = _MAX_DEPTH) -> None:
        self._files = files
        self._most = most
        self._depth = depth
        self._trees: dict[str, tuple[tuple[str, ...], bool]] = {}

    def around(self, folder: str) -> tuple[tuple[str, ...], bool]:
        """Return the folders of a tree, its root first, and whether these are all: large and deep trees are cut off."""
        return self.below(root_of(folder, self._files))

    def below(self, root: str) -> tuple[tuple[str, ...], bool]:
        """Return a folder and those in it, and whether these are all."""
        if root not in self._trees:
            found, waiting = [root], [(root, 0)]
            while waiting and len(found) <= self._most:
                above, depth = waiting.pop(0)
                inner = [each for each in self._files.folders(above) if not is_virtual_environment(each)] if depth < self._depth else []
                found += inner
                waiting += [(each, depth + 1) for each in inner]
            self._trees[root] = tuple(found[: self._most]), not waiting and len(found) <= self._most
        return self._trees[root]


def root_of(folder: str, files: ProjectFiles) -> str:
    """Return the folder above which nothing belongs to the files of a folder: the root of its repository.

    Without a repository, that is the working directory or the folder of all targets, whichever is higher, at most `MAX_LEVELS` above; else
    the folder above. A folder that many projects share is none of these.
    """
    root, above = None, folder
    for _ in range(MAX_LEVELS + 1):
        if is_repository(above) and not (is_submodule(above) and _is_inside(above, files)):
            return above
        if (above == os.getcwd() or (above != folder and above == files.folder_of_targets)) and not is_shared(above):
            root = above
        above = os.path.dirname(above)
    if root is None:
        return folder if is_shared(os.path.dirname(folder)) else os.path.dirname(folder)
    return root


def _is_inside(folder: str, files: ProjectFiles) -> bool:
    """Return whether the working directory or the folder of all targets is above a folder."""
    above = (os.getcwd(), files.folder_of_targets)
    return any(each is not None and each != folder and folder.startswith(each.rstrip(os.sep) + os.sep) for each in above)


def is_virtual_environment(folder: str) -> bool:
    """Return whether a folder holds a virtual environment of Python."""
    return os.path.lexists(os.path.join(folder, "pyvenv.cfg"))


def is_shared(folder: str) -> bool:
    """Return whether what is in a folder, an absolute path, has nothing in common: the root, the home directory, one that all users may write to."""
    if folder in (os.path.dirname(folder), os.path.expanduser("~")):
        return True
    try:
        return bool(os.stat(folder).st_mode & stat.S_ISVTX)  # as /tmp has it
    except OSError:
        return False


def is_repository(folder: str) -> bool:
    """Return whether a folder is the root of a Git repository."""
    return os.path.lexists(os.path.join(folder, ".git"))


def is_submodule(folder: str) -> bool:
    """Return whether a folder is the root of a submodule, or of another working tree, of a Git repository."""
    return os.path.isfile(os.path.join(folder, ".git"))

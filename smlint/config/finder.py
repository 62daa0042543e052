# os.path, not pathlib: importing pathlib takes several milliseconds
"""Find the configuration file of a file or folder: `smlint.toml`, `.smlint.toml`, or `pyproject.toml` with `[tool.smlint]`."""

from __future__ import annotations

import os

from smlint.config.layers import CONFIG_NAMES, ConfigFile


class ConfigFinder:
    """Finds and reads configuration files. It searches each folder once, and reads each file once."""

    def __init__(self) -> None:
        self._nearest: dict[str, str] = {}
        self._read: dict[str, ConfigFile] = {}

    def nearest(self, folder: str) -> ConfigFile:
        """Return the configuration of a folder: the nearest file from there up to the root of the repository or file system."""
        folder = os.path.abspath(folder)
        visited = []
        path = None
        while path is None:
            if folder in self._nearest:
                path = self._nearest[folder]
                break
            visited.append(folder)
            path = file_in(folder)
            parent = os.path.dirname(folder)
            if path is None and (parent == folder or os.path.exists(os.path.join(folder, ".git"))):
                path = ""
            folder = parent
        for known in visited:
            self._nearest[known] = path
        return self.read(path, os.path.dirname(path)) if path else ConfigFile()

    def read(self, path: str, root: str) -> ConfigFile:
        """Read a configuration file. Raises `SmlintError` with the file and the key at fault."""
        if path not in self._read:
            from smlint.config.file import load_config

            self._read[path] = ConfigFile(path, root, load_config(path))
        return self._read[path]


def file_in(folder: str) -> str | None:
    """Return the configuration file in this folder. A `pyproject.toml` counts if it has a table `[tool.smlint]`."""
    for name in CONFIG_NAMES:
        path = os.path.join(folder, name)
        if os.path.isfile(path) and (name != "pyproject.toml" or _has_table(path)):
            return path
    return None


def has_nested(folder: str) -> bool:
    """Return whether there is a configuration file anywhere below a folder, but not in it. Hidden folders are skipped."""
    pending = [folder]
    while pending:
        current = pending.pop()
        try:
            entries = list(os.scandir(current))
        except OSError:
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if entry.name[0] != "." and entry.name != "node_modules":
                    pending.append(entry.path)
            elif entry.name not in CONFIG_NAMES or current == folder or not os.path.isfile(entry.path):  # a link may form a loop
                continue
            elif entry.name != "pyproject.toml" or _has_table(entry.path):
                return True
    return False


def _has_table(path: str) -> bool:
    from smlint.config.file import has_table

    return has_table(path)

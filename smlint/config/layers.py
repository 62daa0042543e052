# pathlib costs several milliseconds at start
"""The configuration file: `smlint.toml`, `.smlint.toml` or `[tool.smlint]` in `pyproject.toml`. Data only; nothing in it is run.

What is said comes in layers: a file that is extended, the file itself, the environment, the command line. Each layer is laid
over the one before it, and only the last step makes `Settings` of it.
"""

from __future__ import annotations

import os

from smlint.model.findings import Severity
from smlint.model.settings import Settings
from smlint.runtime.named_tuple import NamedTuple

NAMES = ("smlint.toml", ".smlint.toml", "pyproject.toml")

Pairs = tuple[tuple[str, str], ...]


class Layer(NamedTuple):
    """What one place says. None (or nothing) where it is silent. Fields are those of `Settings`."""

    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severities: tuple[tuple[str, Severity], ...] = ()
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    fail_on: Severity | None = None
    regions: tuple[str, ...] | None = None
    parameters: Pairs = ()
    exclude: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    unsafe_fixes: bool | None = None
    eol_warn_days: int | None = None
    require_ignore_reason: bool | None = None
    rules_files: tuple[str, ...] = ()
    preview: bool | None = None
    images: tuple[tuple[str, str | None, str | None], ...] = ()
    registries: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def over(self, lower: Layer) -> Layer:
        """Both layers in one, where this one is the stronger.

        To select starts afresh: what the lower layer selects and ignores is forgotten. What this layer adds to the selection is
        no longer ignored. Single values replace, `exclude`, `context`, `rules-files` and `per-file-ignores` add up, and tables are merged key by key.
        """
        if self.select is not None:
            lower = lower._replace(select=None, extend_select=(), ignore=())
        return Layer(
            select=lower.select if self.select is None else self.select,
            extend_select=lower.extend_select + self.extend_select,
            ignore=tuple(name for name in lower.ignore if name not in self.extend_select) + self.ignore,
            severities=tuple({**dict(lower.severities), **dict(self.severities)}.items()),
            per_file_ignores=lower.per_file_ignores + self.per_file_ignores,
            fail_on=self.fail_on or lower.fail_on,
            regions=lower.regions if self.regions is None else self.regions,
            parameters=tuple({**dict(lower.parameters), **dict(self.parameters)}.items()),
            exclude=lower.exclude + self.exclude,
            context=lower.context + self.context,
            unsafe_fixes=lower.unsafe_fixes if self.unsafe_fixes is None else self.unsafe_fixes,
            eol_warn_days=lower.eol_warn_days if self.eol_warn_days is None else self.eol_warn_days,
            require_ignore_reason=lower.require_ignore_reason
            if self.require_ignore_reason is None
            else self.require_ignore_reason,
            rules_files=lower.rules_files + self.rules_files,
            preview=lower.preview if self.preview is None else self.preview,
            # The last pattern that matches counts: those of the stronger layer come last.
            images=tuple(one for one in lower.images if one[0] not in {own[0] for own in self.images}) + self.images,
            registries=tuple({**dict(lower.registries), **dict(self.registries)}.items()),
        )

    def settings(self, root: str) -> Settings:
        """Settings of what is said, and of the defaults where nothing is. Globs are relative to the folder `root`."""
        default = Settings()
        return Settings(
            root=root,
            select=self.select or (),
            extend_select=self.extend_select,
            ignore=self.ignore,
            severities=self.severities,
            per_file_ignores=self.per_file_ignores,
            fail_on=self.fail_on or default.fail_on,
            regions=self.regions or (),
            parameters=self.parameters,
            exclude=self.exclude,
            context=self.context,
            unsafe_fixes=bool(self.unsafe_fixes),
            require_ignore_reason=bool(self.require_ignore_reason),
            eol_warn_days=default.eol_warn_days if self.eol_warn_days is None else self.eol_warn_days,
            rules_files=self.rules_files,
            preview=bool(self.preview),
            images=self.images,
            registries=self.registries,
        )


class ConfigFile(NamedTuple):
    """One configuration file, with those it extends; an empty `path` when there is none. Its globs are relative to `root`."""

    path: str = ""
    root: str = "."
    layer: Layer = Layer()


class Finder:
    """Finds and reads the configuration of a file or folder. Each folder is looked at once, and each file read once."""

    def __init__(self) -> None:
        self._nearest: dict[str, str] = {}
        self._read: dict[str, ConfigFile] = {}

    def nearest(self, folder: str) -> ConfigFile:
        """The configuration of a folder: the nearest file from there up to the root of the repository, or of the file system."""
        folder = os.path.abspath(folder)
        passed = []
        found = None
        while found is None:
            if folder in self._nearest:
                found = self._nearest[folder]
                break
            passed.append(folder)
            found = file_in(folder)
            parent = os.path.dirname(folder)
            if found is None and (parent == folder or os.path.exists(os.path.join(folder, ".git"))):
                found = ""
            folder = parent
        for known in passed:
            self._nearest[known] = found
        return self.read(found, os.path.dirname(found)) if found else ConfigFile()

    def read(self, path: str, root: str) -> ConfigFile:
        """The configuration in a file. Raises `SmlintError` that names the file and the key."""
        if path not in self._read:
            from smlint.config.file import load_config

            self._read[path] = ConfigFile(path, root, load_config(path))
        return self._read[path]


def file_in(folder: str) -> str | None:
    """The configuration file that stands in this very folder. A `pyproject.toml` counts when it has a table `[tool.smlint]`."""
    for name in NAMES:
        path = os.path.join(folder, name)
        if os.path.isfile(path) and (name != "pyproject.toml" or _concerns(path)):
            return path
    return None


def has_nested(folder: str) -> bool:
    """Whether a configuration file stands anywhere below a folder (not in it). Hidden folders are not looked into."""
    waiting = [folder]
    while waiting:
        current = waiting.pop()
        try:
            entries = list(os.scandir(current))
        except OSError:
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if entry.name[0] != "." and entry.name != "node_modules":
                    waiting.append(entry.path)
            elif entry.name not in NAMES or current == folder or not os.path.isfile(entry.path):  # a link may lead in a circle
                continue
            elif entry.name != "pyproject.toml" or _concerns(entry.path):
                return True
    return False


def _concerns(path: str) -> bool:
    from smlint.config.file import has_table

    return has_table(path)

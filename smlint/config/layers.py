"""Settings come in layers: a file that is extended, the configuration file, the environment, the command line.

Each layer overrides the one before it, and only the last step turns them into `Settings`.
"""

from __future__ import annotations

from smlint.model.findings import Severity
from smlint.model.settings import Settings
from smlint.runtime.named_tuple import NamedTuple

CONFIG_NAMES = ("smlint.toml", ".smlint.toml", "pyproject.toml")
"""The names of configuration files, in order of precedence within a folder."""

Pairs = tuple[tuple[str, str], ...]


class SettingsLayer(NamedTuple):
    """The settings that one layer states; None or empty for the others. The fields are those of `Settings`."""

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

    def over(self, lower: SettingsLayer) -> SettingsLayer:
        """Merge this layer with a lower one, which it overrides.

        `select` discards what the lower layer selects and ignores. Rules in `extend_select` are no longer ignored. Single values replace,
        `exclude`, `context`, `rules-files` and `per-file-ignores` add up, and tables are merged key by key.
        """
        if self.select is not None:
            lower = lower._replace(select=None, extend_select=(), ignore=())
        own_patterns = {pattern for pattern, _, _ in self.images}
        return SettingsLayer(
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
            # The last matching pattern counts, so this layer's patterns come last.
            images=tuple(image for image in lower.images if image[0] not in own_patterns) + self.images,
            registries=tuple({**dict(lower.registries), **dict(self.registries)}.items()),
        )

    def settings(self, root: str) -> Settings:
        """Convert the layer to `Settings`, with defaults for what it does not state. Globs are relative to the folder `root`."""
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
    """A configuration file merged with the files it extends; `path` is empty if there is none. Globs are relative to `root`."""

    path: str = ""
    root: str = "."
    layer: SettingsLayer = SettingsLayer()

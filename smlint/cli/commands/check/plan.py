# os.path, not pathlib: importing pathlib takes several milliseconds
"""Plan a run: group the paths by their configuration file, and compute the settings of each group."""

from __future__ import annotations

import os
from collections.abc import Sequence

from smlint.cli.commands.values import day, require_regions
from smlint.cli.console import Console
from smlint.cli.options.model import ParsedOptions
from smlint.config.layers import ConfigFile, SettingsLayer
from smlint.model.findings import Severity
from smlint.model.settings import Settings
from smlint.runtime.errors import SmlintError
from smlint.runtime.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from smlint.config.finder import ConfigFinder
    from smlint.model.results import RunResult


class PathGroup(NamedTuple):
    """Paths that are checked with the same settings."""

    paths: tuple[str, ...]
    settings: Settings


class GroupResult(NamedTuple):
    """The result of checking one group of paths, and the settings it was checked with."""

    result: RunResult
    settings: Settings


def plan(parsed: ParsedOptions, console: Console, paths: Sequence[str]) -> list[PathGroup]:
    """Return the groups in the order of their first paths. Raises `SmlintError` for an invalid option, variable or configuration file."""
    overrides = _overrides(parsed, console)
    by_configuration = {ConfigFile(): list(paths)} if parsed.flag("--isolated") else _by_configuration(parsed, console, paths, overrides)
    others = _custom_rule_names(overrides, list(by_configuration))
    groups = []
    for configuration, members in by_configuration.items():
        console.log(f"configuration: {configuration.path or 'none'}")
        settings = _settings(configuration, overrides, parsed, console)._replace(other_rules=others)
        if members == ["-"] and _is_excluded(parsed.value("--stdin-filename"), settings):
            settings = _without_rules(settings)
        groups.append(PathGroup(tuple(members), settings))
    return groups


def _by_configuration(
    parsed: ParsedOptions, console: Console, paths: Sequence[str], overrides: SettingsLayer
) -> dict[ConfigFile, list[str]]:
    """Group the paths by the configuration file that --config names; without it, by the nearest one."""
    from smlint.config.finder import ConfigFinder

    finder = ConfigFinder()
    path = parsed.value("--config") or console.environment.get("SMLINT_CONFIG")
    if path:
        return {finder.read(path, "."): list(paths)}
    if paths == ("-",):
        return {finder.nearest(os.path.dirname(parsed.value("--stdin-filename") or "")): ["-"]}
    return _group_by_nearest(paths, finder, overrides)


def _group_by_nearest(paths: Sequence[str], finder: ConfigFinder, overrides: SettingsLayer) -> dict[ConfigFile, list[str]]:
    """Group the paths by their nearest configuration. A folder is expanded only if there are configuration files below it."""
    from smlint.config.finder import has_nested

    groups: dict[ConfigFile, list[str]] = {}
    for path in paths:
        if not os.path.isdir(path):
            groups.setdefault(finder.nearest(os.path.dirname(path)), []).append(path)
            continue
        outer = finder.nearest(path)
        if not has_nested(path):
            groups.setdefault(outer, []).append(path)
            continue
        from smlint.files.discovery import find
        from smlint.readers.table import SUFFIXES

        exclude = (*outer.layer.exclude, *rebased(overrides.exclude, outer.root))
        for file in find([path], exclude, False, outer.root, suffixes=SUFFIXES):
            inner = finder.nearest(os.path.dirname(file.path))
            if inner != outer and _matches(file.path, (*inner.layer.exclude, *rebased(overrides.exclude, inner.root)), inner.root):
                continue
            groups.setdefault(inner, []).append(file.path)
        groups.setdefault(outer, [])
    return groups


def _matches(path: str, globs: tuple[str, ...], root: str) -> bool:
    if not globs:
        return False
    from smlint.files.ignoring import matches

    return matches(path, globs, root)


def _is_excluded(name: str | None, settings: Settings) -> bool:
    return name is not None and settings.force_exclude and _matches(name, settings.exclude, settings.root)


def _overrides(parsed: ParsedOptions, console: Console) -> SettingsLayer:
    """Return the settings of the command line and the environment."""
    regions = parsed.split_values("--region") or tuple((console.environment.get("SMLINT_REGION") or "").replace(",", " ").split())
    if regions:
        from smlint.images.catalog import load_catalog

        where = "option '--region'" if parsed.flag("--region") else "SMLINT_REGION"
        require_regions(regions, console, where, load_catalog(_catalog_path(parsed, console)))
    fail_on = parsed.value("--fail-on")
    return SettingsLayer(
        select=parsed.split_values("--select") or None,
        extend_select=parsed.split_values("--extend-select"),
        ignore=parsed.split_values("--ignore"),
        fail_on=Severity(fail_on) if fail_on is not None else None,
        regions=regions or None,
        parameters=tuple(_parameter(word) for word in parsed.values("--param")),
        exclude=parsed.values("--exclude"),
        unsafe_fixes=True if parsed.flag("--unsafe-fixes") else None,
    )


def _custom_rule_names(overrides: SettingsLayer, configurations: Sequence[ConfigFile]) -> tuple[str, ...]:
    """Check that the rules named by options exist, and return the names of the custom rules of all configurations."""
    if not (overrides.select or overrides.extend_select or overrides.ignore):
        return ()
    from smlint.config.rule_names import check_rule_names

    groups = list(dict.fromkeys(configuration.layer.rules_files for configuration in configurations if configuration.layer.rules_files))
    check_rule_names(overrides, "option '--{key}'", groups)
    if len(configurations) < 2 or not groups:
        return ()
    from smlint.runner.registry import load_custom

    return tuple(rule.name for files in groups for rule in load_custom(files))


def _settings(configuration: ConfigFile, overrides: SettingsLayer, parsed: ParsedOptions, console: Console) -> Settings:
    """Combine the configuration file with the command line and the environment."""
    catalog = _catalog_path(parsed, console)
    if overrides.regions is None and configuration.layer.regions:
        from smlint.files.read import shown_path
        from smlint.images.catalog import load_catalog

        require_regions(configuration.layer.regions, console, f"{shown_path(configuration.path)}: 'regions'", load_catalog(catalog))
    if configuration.layer.registries:
        _require_aws_accounts(configuration, catalog)
    overrides = overrides._replace(exclude=rebased(overrides.exclude, configuration.root))
    settings = overrides.over(configuration.layer).settings(configuration.root)
    if parsed.flag("--list-files"):
        settings = _without_rules(settings)
    return settings._replace(
        force_exclude=parsed.flag("--force-exclude"),
        apply_suppressions=not parsed.flag("--no-ignores"),
        today=day(parsed.value("--as-of")),
        catalog=catalog,
        baseline=parsed.value("--baseline"),
    )


def _catalog_path(parsed: ParsedOptions, console: Console) -> str | None:
    """Return the path of the user's catalog; None for the bundled one."""
    return parsed.value("--catalog") or console.environment.get("SMLINT_CATALOG") or None


def _require_aws_accounts(configuration: ConfigFile, catalog: str | None) -> None:
    """Raise `SmlintError` if `registries` maps a mirror to an account that is not an AWS registry."""
    from smlint.files.read import shown_path
    from smlint.images.catalog import load_catalog
    from smlint.runtime.suggest import did_you_mean

    owned = load_catalog(catalog).aws_accounts
    for prefix, accounts in configuration.layer.registries:
        for account in accounts:
            if account not in owned:
                hint = did_you_mean(account, sorted(owned)) or "AWS Deep Learning Containers are in 763104351884"
                raise SmlintError(f"{shown_path(configuration.path)}: 'registries.{prefix}': {account} is not an AWS registry account", hint)


def _parameter(word: str) -> tuple[str, str]:
    key, equals, value = word.partition("=")
    if not (key and equals):
        raise SmlintError(f"invalid value '{word}' for option '--param'", "use --param KEY=VALUE")
    return key, value


def _without_rules(settings: Settings) -> Settings:
    return settings._replace(select=(), extend_select=(), ignore=("ALL",))


def rebased(globs: tuple[str, ...], root: str) -> tuple[str, ...]:
    """Convert globs that are relative to the working directory to globs relative to the folder `root`.

    A glob without a slash, except at its end, matches at any depth and stays as it is. A glob that leaves `root` is dropped.
    """
    here = os.path.relpath(".", root).replace(os.sep, "/")
    if here == "." or not globs:
        return globs
    below = os.path.relpath(root, ".").replace(os.sep, "/") + "/"
    converted = []
    for glob in globs:
        if "/" not in glob.rstrip("/") or glob.startswith("**/"):
            converted.append(glob)
        elif not here.startswith(".."):
            converted.append(f"/{here}/{glob.lstrip('/')}")
        elif glob.lstrip("/").startswith(below):
            converted.append("/" + glob.lstrip("/")[len(below) :])
    return tuple(converted)

# pathlib costs several milliseconds at start
"""What `smlint check` is to do: the paths, grouped by the configuration that holds for them, and the settings of each group."""

from __future__ import annotations

import os
from collections.abc import Sequence

from smlint.cli.commands.values import day, require_regions
from smlint.cli.console import Console
from smlint.cli.options import Parsed
from smlint.config import rule_names
from smlint.config.layers import Configuration, Finder, Layer, has_nested
from smlint.model.findings import Severity
from smlint.model.settings import Settings
from smlint.runtime.errors import SmlintError
from smlint.runtime.named_tuple import NamedTuple


class Group(NamedTuple):
    """Paths that are checked with the same settings."""

    paths: tuple[str, ...]
    settings: Settings


def plan(parsed: Parsed, console: Console, paths: Sequence[str]) -> list[Group]:
    """The groups, in the order of their first paths. Raises `SmlintError` for a bad option, variable or configuration file."""
    told = _told(parsed, console)
    finder = Finder()
    chosen = _chosen(parsed, console, finder)
    if paths == ("-",):
        name = parsed.value("--stdin-filename")
        by_configuration = {chosen or finder.nearest(os.path.dirname(name or "")): ["-"]}
    elif chosen is not None:
        by_configuration = {chosen: list(paths)}
    else:
        by_configuration = _grouped(paths, finder, told)
    others = _rule_names(told, list(by_configuration))
    groups = []
    for configuration, members in by_configuration.items():
        console.tell(f"configuration: {configuration.path or 'none'}")
        settings = _settings(configuration, told, parsed, console)._replace(other_rules=others)
        if members == ["-"] and _is_excluded(parsed.value("--stdin-filename"), settings):
            settings = _without_rules(settings)
        groups.append(Group(tuple(members), settings))
    return groups


def _chosen(parsed: Parsed, console: Console, finder: Finder) -> Configuration | None:
    """The one configuration that was asked for; None when each file has its nearest."""
    if parsed.flag("--isolated"):
        return Configuration()
    path = parsed.value("--config") or console.environment.get("SMLINT_CONFIG")
    return finder.read(path, ".") if path else None


def _grouped(paths: Sequence[str], finder: Finder, told: Layer) -> dict[Configuration, list[str]]:
    """Each path with its nearest configuration; a folder is taken apart only if a configuration file stands below it."""
    groups: dict[Configuration, list[str]] = {}
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

        exclude = (*outer.layer.exclude, *rebased(told.exclude, outer.root))
        for found in find([path], exclude, False, outer.root, suffixes=SUFFIXES):
            inner = finder.nearest(os.path.dirname(found.path))
            if inner != outer and _matches(found.path, (*inner.layer.exclude, *rebased(told.exclude, inner.root)), inner.root):
                continue
            groups.setdefault(inner, []).append(found.path)
        groups.setdefault(outer, [])
    return groups


def _matches(path: str, globs: tuple[str, ...], root: str) -> bool:
    if not globs:
        return False
    from smlint.files.ignoring import matches

    return matches(path, globs, root)


def _is_excluded(name: str | None, settings: Settings) -> bool:
    return name is not None and settings.force_exclude and _matches(name, settings.exclude, settings.root)


def _told(parsed: Parsed, console: Console) -> Layer:
    """What the command line and the environment say."""
    regions = parsed.listed("--region") or tuple((console.environment.get("SMLINT_REGION") or "").replace(",", " ").split())
    require_regions(regions, console, "option '--region'" if parsed.flag("--region") else "SMLINT_REGION")
    fail_on = parsed.value("--fail-on")
    return Layer(
        select=parsed.listed("--select") or None,
        extend_select=parsed.listed("--extend-select"),
        ignore=parsed.listed("--ignore"),
        fail_on=Severity(fail_on) if fail_on is not None else None,
        regions=regions or None,
        parameters=tuple(_parameter(word) for word in parsed.values("--param")),
        exclude=parsed.values("--exclude"),
        unsafe_fixes=True if parsed.flag("--unsafe-fixes") else None,
    )


def _rule_names(told: Layer, configurations: Sequence[Configuration]) -> tuple[str, ...]:
    """Check the rules that the options name. They may be users' own ones of any of the configurations: the names of those are returned."""
    groups = list(dict.fromkeys(configuration.layer.rules_files for configuration in configurations if configuration.layer.rules_files))
    rule_names.check(told, "option '--{key}'", groups)
    if len(configurations) < 2 or not groups or not (told.select or told.extend_select or told.ignore):
        return ()
    from smlint.runner.registry import load_custom

    return tuple(rule.name for files in groups for rule in load_custom(files))


def _settings(configuration: Configuration, told: Layer, parsed: Parsed, console: Console) -> Settings:
    """All that is said, from the configuration to the command line."""
    if told.regions is None and configuration.layer.regions:
        from smlint.config.file import shown_path

        require_regions(configuration.layer.regions, console, f"{shown_path(configuration.path)}: 'regions'")
    catalog = parsed.value("--catalog") or console.environment.get("SMLINT_CATALOG") or None
    if configuration.layer.registries:
        _require_aws_accounts(configuration, catalog)
    told = told._replace(exclude=rebased(told.exclude, configuration.root))
    settings = told.over(configuration.layer).settings(configuration.root)
    if parsed.flag("--list-files"):
        settings = _without_rules(settings)
    return settings._replace(
        force_exclude=parsed.flag("--force-exclude"),
        honour_suppressions=not parsed.flag("--no-ignores"),
        today=day(parsed.value("--as-of")),
        catalog=catalog,
        baseline=parsed.value("--baseline"),
    )


def _require_aws_accounts(configuration: Configuration, catalog: str | None) -> None:
    """Refuse a mirror of an account that is none of AWS's: nothing would be understood by it."""
    from smlint.config.file import shown_path
    from smlint.images.catalog import load
    from smlint.runtime.suggest import did_you_mean

    owned = load(catalog).owned()
    for prefix, accounts in configuration.layer.registries:
        for account in accounts:
            if account not in owned:
                hint = did_you_mean(account, sorted(owned)) or "AWS's Deep Learning Containers are in 763104351884"
                raise SmlintError(f"{shown_path(configuration.path)}: 'registries.{prefix}': {account} is no registry account of AWS's", hint)


def _parameter(word: str) -> tuple[str, str]:
    key, equals, value = word.partition("=")
    if not (key and equals):
        raise SmlintError(f"option '--param' does not take '{word}'", "write --param KEY=VALUE")
    return key, value


def _without_rules(settings: Settings) -> Settings:
    return settings._replace(select=(), extend_select=(), ignore=("ALL",))


def rebased(globs: tuple[str, ...], root: str) -> tuple[str, ...]:
    """Globs of the command line, which are relative to the working directory, as relative to the folder `root`.

    A glob without a slash before its end matches at any depth and stays as it is. One that leads out of `root` is left out.
    """
    here = os.path.relpath(".", root).replace(os.sep, "/")
    if here == "." or not globs:
        return globs
    below = os.path.relpath(root, ".").replace(os.sep, "/") + "/"
    moved = []
    for glob in globs:
        if "/" not in glob.rstrip("/") or glob.startswith("**/"):
            moved.append(glob)
        elif not here.startswith(".."):
            moved.append(f"/{here}/{glob.lstrip('/')}")
        elif glob.lstrip("/").startswith(below):
            moved.append("/" + glob.lstrip("/")[len(below) :])
    return tuple(moved)

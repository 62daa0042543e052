"""What a run was told, from the command line, the environment and the configuration file, merged. A value, nothing else."""

from typing import NamedTuple

from smlint.model import Severity


class Settings(NamedTuple):
    """Everything that decides what is checked. Paths and globs are relative to `root`.

    `select`, `extend_select` and `ignore` hold rule names, categories or `ALL`. `severities` remaps rules, as (name, severity) pairs.
    `per_file_ignores` are (glob, rule names) pairs. `context` are globs of files that are read and not reported. `parameters` are
    (name, value) pairs that stand in for template parameters. `today` is an ISO date (UTC). `catalog` is the path of a user's
    catalogue file, None for the bundled one.
    """

    root: str = "."
    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severities: tuple[tuple[str, Severity], ...] = ()
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    fail_on: Severity = Severity.ERROR
    regions: tuple[str, ...] = ()
    parameters: tuple[tuple[str, str], ...] = ()
    exclude: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    force_exclude: bool = False
    unsafe_fixes: bool = False
    honour_suppressions: bool = True
    require_ignore_reason: bool = False
    eol_warn_days: int = 60
    today: str = "1970-01-01"
    catalog: str | None = None

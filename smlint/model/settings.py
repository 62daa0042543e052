"""What a run was told, from the command line, the environment and the configuration file, merged. A value, nothing else."""

from __future__ import annotations

from smlint.model.findings import Severity
from smlint.runtime.named_tuple import NamedTuple


class Settings(NamedTuple):
    """Everything that decides what is checked. Paths and globs are relative to `root`.

    `select`, `extend_select` and `ignore` hold rule names, categories or `ALL`. `severities` remaps rules, as (name, severity) pairs.
    `per_file_ignores` are (glob, rule names) pairs. `context` are globs of files that are read and not reported. `parameters` are
    (name, value) pairs that stand in for template parameters. `images` says of images of one's own, by glob, (pattern, architecture,
    processor), and `registries` which hold copies of AWS's images, as (prefix, AWS's accounts); see `smlint.images.overrides`. `preview` runs the
    rules that are on trial. `baseline` is the path of a file of findings that are accepted.
    `rules_files` are the paths of users' own rules, and `other_rules` the names of rules that exist in a run, but not for these files.
    `today` is an ISO date (UTC). `catalog` is the path of a user's catalogue file, None for the bundled one.
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
    images: tuple[tuple[str, str | None, str | None], ...] = ()
    registries: tuple[tuple[str, tuple[str, ...]], ...] = ()
    exclude: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    force_exclude: bool = False
    unsafe_fixes: bool = False
    honour_suppressions: bool = True
    require_ignore_reason: bool = False
    eol_warn_days: int = 60
    today: str = "1970-01-01"
    catalog: str | None = None
    preview: bool = False
    baseline: str | None = None
    rules_files: tuple[str, ...] = ()
    other_rules: tuple[str, ...] = ()

"""The settings of a run, merged from the command line, the environment and the configuration file."""

from __future__ import annotations

from smlint.model.findings import Severity
from smlint.runtime.named_tuple import NamedTuple


class Settings(NamedTuple):
    """The settings that apply to a group of files. Paths and globs are relative to `root`.

    - `select`, `extend_select`, `ignore`: rule names, categories or `ALL`.
    - `severities`: (rule name, severity) pairs that override the defaults.
    - `per_file_ignores`: (glob, rule names) pairs.
    - `regions`: the AWS Regions to check if a file names none.
    - `parameters`: (name, value) pairs for template parameters.
    - `images`: (pattern, architecture, processor) of the user's own images; `registries`: (prefix, mirrored AWS accounts). See
      `smlint.images.overrides`.
    - `context`: globs of files to read without reporting on them.
    - `apply_suppressions`: False reports suppressed findings as well.
    - `eol_warn_days`: the days before an end of patch from which it is reported.
    - `today`: an ISO date (UTC).
    - `catalog`: the path of a catalog file; None for the bundled one.
    - `preview`: whether to run preview rules.
    - `baseline`: the path of a baseline file.
    - `rules_files`: the paths of custom rules; `other_rules`: names of rules that only other files of the run have.
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
    apply_suppressions: bool = True
    require_ignore_reason: bool = False
    eol_warn_days: int = 60
    today: str = "1970-01-01"
    catalog: str | None = None
    preview: bool = False
    baseline: str | None = None
    rules_files: tuple[str, ...] = ()
    other_rules: tuple[str, ...] = ()

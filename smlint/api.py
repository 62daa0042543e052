"""smlint as a library: one text in, a report or the repaired text out."""

from __future__ import annotations

from collections.abc import Sequence

from smlint.model.findings import Applicability
from smlint.model.images import Image
from smlint.model.results import Report
from smlint.model.settings import Settings
from smlint.runtime.clock import today


def lint(
    text: str,
    filename: str = "deploy.yaml",
    *,
    regions: Sequence[str] = (),
    as_of: str | None = None,
    settings: Settings | None = None,
) -> Report:
    """Judge one manifest.

    `filename` is how findings name it, `regions` the Regions it is deployed to (as `--region`), `as_of` the day of the judgement as
    an ISO date (None: today, UTC). A text that cannot be parsed is a finding; nothing is raised for any text. Raises `SmlintError`
    for an unknown rule in the settings. A rule that fails is left out, with a `RuntimeWarning`: it is a fault of smlint's.
    """
    from smlint.linter.engine import check
    from smlint.model.source import from_text
    from smlint.runner.file_linter import new_job
    from smlint.runner.totals import added_up, of_file

    merged = _merged(settings, regions, as_of)
    checked = check(from_text(text, filename), new_job(merged))
    _warn(checked.crashes)
    return added_up([of_file(filename, checked)], merged.catalog).report


def fix(
    text: str,
    filename: str = "deploy.yaml",
    *,
    unsafe: bool = False,
    regions: Sequence[str] = (),
    as_of: str | None = None,
    settings: Settings | None = None,
) -> str:
    """The manifest with every safe fix made (with `unsafe`, the unsafe ones too); the text itself when there is nothing to fix."""
    from smlint.linter.engine import check
    from smlint.linter.fixer import apply_fixes
    from smlint.model.source import from_text
    from smlint.runner.file_linter import new_job

    job = new_job(_merged(settings, regions, as_of))
    repaired = apply_fixes(from_text(text, filename), lambda source: check(source, job), Applicability.UNSAFE if unsafe else Applicability.SAFE)
    _warn(repaired.checked.crashes)
    return ("\ufeff" if repaired.source.bom else "") + repaired.source.text


def parse_image(uri: str) -> Image:
    """Describe an image URI by the bundled catalog; see `smlint.images.uri.parse_image`. Never raises."""
    from smlint.images import uri as uris
    from smlint.images.catalog import load_catalog

    return uris.parse_image(uri, load_catalog())


def _warn(crashes: Sequence[str]) -> None:
    """Tell of rules that failed: without a word, their silence would look like a clean manifest."""
    for crash in crashes:
        import warnings

        warnings.warn(crash, RuntimeWarning, stacklevel=3)


def _merged(settings: Settings | None, regions: Sequence[str], as_of: str | None) -> Settings:
    merged = settings or Settings()
    if regions:
        merged = merged._replace(regions=tuple(regions))
    if as_of is not None:
        merged = merged._replace(today=as_of)
    elif settings is None or settings.today == Settings().today:
        merged = merged._replace(today=today())
    return merged

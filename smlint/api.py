"""smlint as a library: one text in, a report or the fixed text out."""

from __future__ import annotations

from collections.abc import Sequence

from smlint.model.images import Image
from smlint.model.results import FixMode, Report
from smlint.model.settings import Settings
from smlint.runtime.clock import today

DEFAULT_FILENAME = "deploy.yaml"
"""The name in findings of a text without a file name."""


def lint(
    text: str,
    filename: str | None = None,
    *,
    regions: Sequence[str] = (),
    as_of: str | None = None,
    settings: Settings | None = None,
) -> Report:
    """Lint one manifest.

    With a `filename`, the text replaces that file: other files of its folder complete its deployments, as for `smlint check`. Without
    one, findings call it `deploy.yaml`, and no other file is read. `regions` are the AWS Regions to use if the text states none, like
    `--region`. `as_of` is the day for which support dates are evaluated, an ISO date; None is today (UTC).

    Text that cannot be parsed is a finding. Raises `SmlintError` for an unknown rule in the settings. A rule that raises an exception is
    left out, with a `RuntimeWarning`: that is a bug in smlint.
    """
    from smlint.model.source import from_text
    from smlint.runner.run import check_text

    result = check_text(from_text(text, filename or DEFAULT_FILENAME), _merge(settings, regions, as_of), has_file=filename is not None)
    _warn(result.crashes)
    return result.report


def fix(
    text: str,
    filename: str | None = None,
    *,
    unsafe: bool = False,
    regions: Sequence[str] = (),
    as_of: str | None = None,
    settings: Settings | None = None,
) -> str:
    """Return the manifest with every safe fix applied, or the same text if there is nothing to fix. The other arguments are as for `lint`.

    With `unsafe`, fixes that change a version or the instance type are applied too.
    """
    from smlint.model.source import from_text
    from smlint.runner.run import check_text

    merged = _merge(settings, regions, as_of)
    source = from_text(text, filename or DEFAULT_FILENAME)
    result = check_text(source, merged._replace(unsafe_fixes=unsafe), FixMode.APPLY, has_file=filename is not None)
    _warn(result.crashes)
    return text if result.stdin_text is None else result.stdin_text.decode("utf-8", "surrogatepass")


def parse_image(uri: str) -> Image:
    """Describe an image URI by the bundled catalog; see `smlint.images.uri.parse_image`. Never raises."""
    from smlint.images import uri as uris
    from smlint.images.catalog import load_catalog

    return uris.parse_image(uri, load_catalog())


def _warn(crashes: Sequence[str]) -> None:
    """Warn about rules that failed: otherwise their missing findings would look like a clean manifest."""
    for crash in crashes:
        import warnings

        warnings.warn(crash, RuntimeWarning, stacklevel=3)


def _merge(settings: Settings | None, regions: Sequence[str], as_of: str | None) -> Settings:
    merged = settings or Settings()
    if regions:
        merged = merged._replace(regions=tuple(regions))
    if as_of is not None:
        merged = merged._replace(today=as_of)
    elif settings is None or settings.today == Settings().today:
        merged = merged._replace(today=today())
    return merged

"""Lint one document of the editor as `smlint check - --stdin-filename NAME --force-exclude` does."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

from smlint.cli.commands.check.command import COMMAND
from smlint.cli.commands.check.plan import plan
from smlint.cli.console import Console
from smlint.cli.options.parse import parse
from smlint.model.findings import Finding
from smlint.model.results import FixMode
from smlint.model.settings import Settings
from smlint.model.source import Source, from_text
from smlint.runner.run import check
from smlint.runtime.named_tuple import NamedTuple


class LintedDocument(NamedTuple):
    """One version of a document, and its findings that are not suppressed."""

    version: int | None
    source: Source
    settings: Settings
    findings: tuple[Finding, ...]


class DocumentLinter:
    """Lints documents with the options of the server. It looks up the configuration each time, because files may have changed."""

    def __init__(self, words: Sequence[str], environment: Mapping[str, str]) -> None:
        self._words = list(words)
        self._environment = environment

    def settings(self, path: str) -> Settings:
        """Return the settings for a file. Raises `SmlintError` for an invalid option, variable or configuration file."""
        console = Console(None, io.StringIO(), io.StringIO(), self._environment)
        words = [*self._words, "--stdin-filename", path, "--force-exclude", "--", "-"]
        [group] = plan(parse(COMMAND, words), console, ("-",))
        return group.settings

    def lint(self, path: str, text: str, version: int | None, others: Mapping[str, str]) -> LintedDocument:
        """Lint a text. `others` are the other open documents, by path: their text replaces the saved files.

        Raises `SmlintError` as `settings` does.
        """
        settings = self.settings(path)
        unsaved = [from_text(other, other_path) for other_path, other in others.items()]
        result = check(("-",), settings, FixMode.NO, text.encode("utf-8", "surrogatepass"), path, unsaved=unsaved)
        findings = tuple(finding for finding in result.report.findings if finding.suppressed is None)
        # The findings have another source with the same text.
        return LintedDocument(version=version, source=from_text(text, path), settings=settings, findings=findings)

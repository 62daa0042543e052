"""One document of the editor, judged as `smlint check - --stdin-filename NAME --force-exclude` would judge it."""

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
from smlint.runner.run import check as run
from smlint.runtime.named_tuple import NamedTuple


class Judgement(NamedTuple):
    """A document in one version of its text, and what was found in it."""

    version: int | None
    source: Source
    settings: Settings
    findings: tuple[Finding, ...]


class Judge:
    """Judges documents with the options that the server was started with. The configuration is looked for each time: it may change."""

    def __init__(self, words: Sequence[str], environment: Mapping[str, str]) -> None:
        self._words = list(words)
        self._environment = environment

    def settings(self, path: str) -> Settings:
        """The settings for a file. Raises `SmlintError` for a bad option, variable or configuration file."""
        console = Console(None, io.StringIO(), io.StringIO(), self._environment)
        words = [*self._words, "--stdin-filename", path, "--force-exclude", "--", "-"]
        [group] = plan(parse(COMMAND, words), console, ("-",))
        return group.settings

    def judge(self, path: str, text: str, version: int | None) -> Judgement:
        """What there is to say about a text. Raises `SmlintError` as `settings` does."""
        settings = self.settings(path)
        outcome = run(("-",), settings, FixMode.NO, text.encode("utf-8", "surrogatepass"), path)
        live = tuple(finding for finding in outcome.report.findings if finding.suppressed is None)
        # The findings point into a source of their own; its text is the same.
        return Judgement(version, from_text(text, path), settings, live)

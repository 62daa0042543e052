"""Hand-made reports for machine-readable formats, with and without findings and without files, and their golden files."""

from __future__ import annotations

from smlint import __version__
from smlint.model.findings import Applicability, Edit, Finding, Fix, RelatedSpan, RuleInfo, Severity, Suppression
from smlint.model.results import Report, Summary
from smlint.model.source import Span
from smlint.reporters import render
from smlint.reporters.style import Style
from tests.conftest import ROOT
from tests.sample_reports import TEMPLATE, Source, mismatch, report, span

RULES = (
    RuleInfo(
        name="image-architecture-mismatch",
        category="hardware",
        severity=Severity.ERROR,
        summary="The image is built for another architecture.",
        description="The image is built for another architecture. It fails with `exec format error`.",
        help_text="image-architecture-mismatch (error)\n\nThe image is built for another architecture.\n",
        help_markdown="The image is built for another architecture.\n\n**Bad**\n",
    ),
    RuleInfo(name="graviton-candidate", category="advice", severity=Severity.NOTE, summary="Runs on arm64 too.", description="Runs on arm64 too.", help_text="text", help_markdown="**markdown**", enabled=False),
)
STYLE = Style(rules=RULES)

HOSTILE = 'a|b <i> & "q" %0A ::set-output name=x::y,z\r\n::error::fake \x1b[31m [link](1) caf\xe9 \U0001f600'
ODD = Source("odd/100%, a:b \xe9&<x>.yaml", f"# \xe9 \U0001f600\nimage: '\U0001f600 {HOSTILE}' # \xe9\n")


def _odd() -> Finding:
    """A finding with hostile text everywhere, in a line with characters of one to four bytes; its fix has two edits."""
    value = span(ODD.text, "\U0001f600 a|b")
    first, second = span(ODD.text, "a|b"), span(ODD.text, "<i>")
    edits = (Edit(second, "<i>", "\xe9"), Edit(first, "a|b", "\U0001f600"))
    return Finding(
        rule="image-architecture-mismatch",
        category="hardware",
        severity=Severity.WARNING,
        message=HOSTILE,
        source=ODD,
        span=value,
        pointer="/image",
        format="generic",
        regions=("eu-west-1", "us-east-1"),
        related=(RelatedSpan(Span(0, 1), "[label] \\ %", Source("other/file.yaml", "smlint: 1\n")),),
        fix=Fix("replace \xe9", Applicability.UNSAFE, edits),
        value=HOSTILE,
    )


def bad() -> Report:
    """Findings of every severity and applicability, suppressed and repeated ones, an unreadable file and a skipped one."""
    unreadable = Finding(rule="syntax-error", category="manifest", severity=Severity.ERROR, message="cannot be read: permission denied", source=Source("locked.yaml", ""), span=Span(0, 0))
    found = report(
        _odd(),
        mismatch(),
        mismatch(applicability=Applicability.DISPLAY, severity=Severity.NOTE, message="the same version exists for arm64"),
        mismatch(suppressed=Suppression("comment", "migrating in May"), message="silenced by a comment"),
        mismatch(suppressed=Suppression("baseline", ""), message="silenced by the baseline"),
        mismatch("deploy/lines.yaml", TEMPLATE)._replace(
            rule="of-the-user", span=Span(0, len("Resources:\n  ChurnModel:")), fix=None, related=(), pointer="", resource=""
        ),
        unreadable,
    )
    formats = [("deploy/churn.yaml", "cloudformation"), ("good.yaml", "native"), ("values.yaml", "skipped: no SageMaker content")]
    return found._replace(formats=tuple(formats))


def clean() -> Report:
    """One manifest without findings."""
    return report()._replace(formats=(("good.yaml", "native"),), skipped=())


def empty() -> Report:
    """No files."""
    return Report((), (), Summary(), "2026-11-22")


RUNS = {"bad": bad, "clean": clean, "empty": empty}


def rendered(output_format: str, run: str, style: Style = STYLE) -> str:
    return render(output_format, RUNS[run](), style)


def assert_golden(name: str, text: str, update: bool) -> None:
    """Compare the text, without the version of smlint, with a golden file, or write it."""
    path = ROOT / "tests" / "golden" / name
    text = text.replace(f'ersion": "{__version__}"', 'ersion": "VERSION"')
    if update:
        path.write_text(text, encoding="utf-8", newline="")
    assert path.read_bytes().decode("utf-8") == text



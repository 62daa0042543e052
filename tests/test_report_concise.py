"""The `concise` format, and statistics."""

from __future__ import annotations

import pytest

from smlint.model.findings import Applicability, Severity, Suppression
from smlint.model.results import Report
from smlint.reporters import render
from smlint.reporters.style import Style
from smlint.reporters.summary import statistics
from tests.sample_reports import mismatch, report

LINE = "deploy/churn.yaml:6:61: error[image-architecture-mismatch] x86_64 image on arm64 instance type ml.c6g.xlarge"


@pytest.mark.parametrize(
    ("given", "style", "expected"),
    [
        pytest.param(report(), Style(), "", id="no findings"),
        pytest.param(report(mismatch()), Style(), f"{LINE} [*]\n", id="a mark for a safe fix"),
        pytest.param(report(mismatch(applicability=Applicability.UNSAFE)), Style(), f"{LINE}\n", id="no mark for an unsafe fix"),
        pytest.param(
            report(mismatch(applicability=Applicability.UNSAFE)),
            Style(unsafe_fixes=True),
            f"{LINE} [*]\n",
            id="a mark for an unsafe fix with --unsafe-fixes",
        ),
        pytest.param(report(mismatch(suppressed=Suppression("comment", ""))), Style(), "", id="suppressed findings are left out"),
        pytest.param(
            report(mismatch("a\nb:1.yaml", message="tab\tand\nline")),
            Style(),
            "a\\nb:1.yaml:6:61: error[image-architecture-mismatch] tab    and\\nline [*]\n",
            id="always one line",
        ),
        pytest.param(
            report(mismatch()),
            Style(color=True),
            "\x1b[1mdeploy/churn.yaml:6:61:\x1b[0m \x1b[31merror[image-architecture-mismatch]\x1b[0m "
            "x86_64 image on arm64 instance type ml.c6g.xlarge [*]\n",
            id="in color",
        ),
    ],
)
def test_concise(given: Report, style: Style, expected: str) -> None:
    assert render("concise", given, style) == expected


def test_statistics_are_sorted_by_count() -> None:
    note = mismatch(severity=Severity.NOTE, applicability=Applicability.UNSAFE)
    given = report(note, mismatch(), mismatch(), mismatch(suppressed=Suppression("comment", "")))
    assert statistics(given, Style()) == (
        "2  error    image-architecture-mismatch  2 fixable\n1  note     image-architecture-mismatch\n"
    )
    assert statistics(report(), Style()) == ""

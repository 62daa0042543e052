"""The `github` format, and the job summary."""

from __future__ import annotations

import re

import pytest

from smlint.model.findings import Applicability, Severity
from smlint.reporters import render, step_summary
from smlint.reporters.style import Style
from tests.machine_reports import RUNS, STYLE, assert_golden, bad, rendered
from tests.sample_reports import mismatch, report


@pytest.mark.parametrize("run", RUNS)
def test_golden(run: str, update_golden: bool) -> None:
    assert_golden(f"{run}.github", rendered("github", run), update_golden)


@pytest.mark.parametrize("run", RUNS)
def test_golden_summary(run: str, update_golden: bool) -> None:
    assert_golden(f"{run}.md", step_summary.render(RUNS[run](), STYLE), update_golden)


def unescaped(text: str) -> str:
    """Decode a workflow command as the runner does."""
    for escape, character in (("%2C", ","), ("%3A", ":"), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
        text = text.replace(escape, character)
    return text


def test_one_finding() -> None:
    assert render("github", report(mismatch()), Style()) == (
        "::error file=deploy/churn.yaml,line=6,endLine=6,col=61,endColumn=78,title=smlint image-architecture-mismatch"
        "::x86_64 image on arm64 instance type ml.c6g.xlarge"
        "%0Aline 11, column 25: arm64 instance type%0Afix: use the arm64 image of the same version (--fix)\n"
    )


@pytest.mark.parametrize("run", ["clean", "empty"])
def test_no_findings(run: str) -> None:
    assert rendered("github", run) == ""


def test_errors_come_first_and_suppressed_findings_are_left_out() -> None:
    kinds = [line.split(" ")[0] for line in rendered("github", "bad").splitlines()]
    assert kinds == ["::error", "::error", "::error", "::warning", "::notice"]
    assert "silenced" not in rendered("github", "bad")


def test_text_from_manifests_starts_no_command() -> None:
    lines = rendered("github", "bad").split("\n")
    assert lines.pop() == ""
    pattern = re.compile(r"::(error|warning|notice) ([^:]*)::(.*)")
    assert all(pattern.fullmatch(line) for line in lines)
    odd = next(line for line in lines if line.startswith("::warning"))
    found = pattern.fullmatch(odd)
    assert found is not None
    properties = dict(part.split("=", 1) for part in found[2].split(","))
    assert unescaped(properties["file"]) == "odd/100%, a:b \xe9&<x>.yaml"
    assert unescaped(found[3]).startswith('a|b <i> & "q" %0A ::set-output name=x::y,z\\r\\n::error::fake \\x1b[31m')
    assert not any(ord(character) < 32 for line in lines for character in line)


def test_multiline_findings_have_no_columns() -> None:
    line = next(line for line in rendered("github", "bad").splitlines() if "of-the-user" in line)
    assert "line=1,endLine=2,title=" in line


def test_regions_are_named_if_the_run_covers_several() -> None:
    line = render("github", report(mismatch(regions=("us-east-1", "us-west-2"))), Style(regions=True))
    assert "ml.c6g.xlarge (in us-east-1, us-west-2)%0A" in line


def test_the_summary_is_a_table_without_other_markup() -> None:
    text = step_summary.render(bad(), STYLE)
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert len(rows) == 1 + 5
    assert rows[1].startswith("| error | ")
    for row in rows:
        assert len(re.findall(r"(?<!\\)\|", row)) == 5
        assert not re.search(r"(?<!\\)[<\[]", row)
    assert "(fixable with `--fix`)" in text
    assert "silenced" not in text


def test_a_long_summary_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(step_summary, "SIZE_LIMIT", 2000)
    notes = [mismatch(severity=Severity.NOTE, applicability=Applicability.DISPLAY) for _ in range(100)]
    text = step_summary.render(report(*notes, mismatch()), STYLE)
    assert len(text.encode()) < 2200
    shown = text.count("\n| note")
    assert text.count("\n| error") == 1
    assert f"{100 - shown} more findings in the log." in text

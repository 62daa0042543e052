"""The `rdjson` format: Reviewdog Diagnostic Format."""

from __future__ import annotations

import json

import pytest

from smlint.model.findings import Severity
from smlint.reporters import render
from smlint.reporters.style import Style
from tests.machine_reports import ODD, RUNS, assert_golden, rendered
from tests.sample_reports import TEMPLATE, mismatch, report


@pytest.mark.parametrize("run", RUNS)
def test_golden(run: str, update_golden: bool) -> None:
    assert_golden(f"{run}.rdjson", rendered("rdjson", run), update_golden)


@pytest.mark.parametrize("run", ["clean", "empty"])
def test_no_findings(run: str) -> None:
    assert json.loads(rendered("rdjson", run)) == {"source": {"name": "smlint"}, "diagnostics": []}


def test_only_documented_fields() -> None:
    diagnostics = json.loads(rendered("rdjson", "bad"))["diagnostics"]
    assert len(diagnostics) == 5, "suppressed findings are left out"
    for diagnostic in diagnostics:
        assert set(diagnostic) - {"suggestions"} == {"message", "location", "severity", "code"}
        assert set(diagnostic["location"]) == {"path", "range"}


def cut(text: str, place: dict) -> str:
    """Return the text of a range within one line, by columns in bytes."""
    start, end = place["start"], place["end"]
    assert start["line"] == end["line"]
    return text.split("\n")[start["line"] - 1].encode()[start["column"] - 1 : end["column"] - 1].decode()


def test_columns_count_bytes() -> None:
    odd = json.loads(rendered("rdjson", "bad"))["diagnostics"][0]
    assert cut(ODD.text, odd["location"]["range"]) == "\U0001f600 a|b"
    assert odd["location"]["range"] == {"start": {"line": 2, "column": 9}, "end": {"line": 2, "column": 17}}


def test_a_suggestion_contains_the_complete_fix() -> None:
    odd, plain, shown, *_ = json.loads(rendered("rdjson", "bad"))["diagnostics"]
    (suggestion,) = odd["suggestions"]
    assert cut(ODD.text, suggestion["range"]) == "a|b <i>"
    assert suggestion["text"] == "\U0001f600 \xe9"
    (suggestion,) = plain["suggestions"]
    assert cut(TEMPLATE, suggestion["range"]) == "", "an insertion"
    assert suggestion["text"] == "-graviton"
    assert "suggestions" not in shown, "a part of a larger change"


def test_severities() -> None:
    given = report(*(mismatch(severity=severity) for severity in Severity))
    assert [one["severity"] for one in json.loads(render("rdjson", given, Style()))["diagnostics"]] == ["INFO", "WARNING", "ERROR"]

"""The `gitlab` format: Code Quality."""

from __future__ import annotations

import json

import pytest

from smlint.model.findings import Severity
from smlint.reporters import render
from smlint.reporters.style import Style
from tests.machine_reports import RUNS, assert_golden, rendered
from tests.sample_reports import TEMPLATE, mismatch, report


@pytest.mark.parametrize("run", RUNS)
def test_golden(run: str, update_golden: bool) -> None:
    assert_golden(f"{run}.gitlab", rendered("gitlab", run), update_golden)


@pytest.mark.parametrize("run", ["clean", "empty"])
def test_no_findings_are_an_empty_list(run: str) -> None:
    assert json.loads(rendered("gitlab", run)) == []


def test_required_keys_of_an_entry() -> None:
    entries = json.loads(rendered("gitlab", "bad"))
    assert len(entries) == 5, "suppressed findings are left out"
    assert len({entry["fingerprint"] for entry in entries}) == 5
    for entry in entries:
        assert set(entry) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert entry["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert not entry["location"]["path"].startswith(("/", "./"))
        assert entry["location"]["lines"]["begin"] >= 1
        assert entry["description"].startswith(f"{entry['check_name']}: ")


def test_severities() -> None:
    given = report(*(mismatch(severity=severity) for severity in Severity))
    assert [entry["severity"] for entry in json.loads(render("gitlab", given, Style()))] == ["info", "minor", "major"]


def test_fingerprints_survive_moved_lines() -> None:
    def prints(text: str) -> list[str]:
        return [entry["fingerprint"] for entry in json.loads(render("gitlab", report(mismatch(text=text), mismatch(text=text)), Style()))]

    assert prints(TEMPLATE) == prints("# one line more\n" + TEMPLATE)
    assert len(set(prints(TEMPLATE))) == 2


def test_paths_are_relative_to_the_repository() -> None:
    style = Style(folder="/builds/me/project/infra", repository="/builds/me/project")
    assert json.loads(render("gitlab", report(mismatch("./churn.yaml")), style))[0]["location"]["path"] == "infra/churn.yaml"

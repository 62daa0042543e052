"""Errors that rest on a complete list are warnings if the list is older than a year; what is known to be wrong stays an error."""

from __future__ import annotations

import io
import json
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from smlint.api import lint
from smlint.cli.main import main
from smlint.images import catalog_file
from smlint.linter.examples import to_manifest
from smlint.linter.rule import Invalid, LoadedRule, Severity
from smlint.model.findings import Finding
from smlint.model.settings import Settings
from smlint.runner.registry import load
from smlint.runtime.clock import days_between, older_than_a_year

if TYPE_CHECKING:
    from _pytest.mark.structures import ParameterSet

LATER = "2099-01-01"
CATALOG = json.loads(Path(catalog_file.CATALOG).read_text(encoding="utf-8"))


def examples() -> list[ParameterSet]:
    return [pytest.param(rule, example, id=f"{rule.name} {index}") for rule in load() for index, example in enumerate(rule.rule.invalid, 1)]


def findings(rule: LoadedRule, example: Invalid, day: str, settings: Settings | None = None) -> tuple[Finding, ...]:
    manifest = to_manifest(example.text)
    return lint(manifest.text, manifest.filename, as_of=day, settings=(settings or Settings())._replace(select=(rule.name,))).findings


@pytest.mark.parametrize(("rule", "example"), examples())
def test_only_errors_that_rest_on_a_list_change(rule: LoadedRule, example: Invalid) -> None:
    if rule.name == "end-of-patch-image":
        pytest.skip("its findings depend on the day")
    before, after = findings(rule, example, example.on), findings(rule, example, LATER)
    assert [finding.message for finding in before] == [finding.message for finding in after]
    rests = rule.rule.rests_on is not None
    for old, new in zip(before, after, strict=True):
        is_certain = "unknown instance type" in old.message and "has no size" not in old.message
        lowered = rests and not is_certain and old.severity is Severity.ERROR
        assert new.severity is (Severity.WARNING if lowered else old.severity), old.message


def test_the_rules_that_rest_on_a_list() -> None:
    assert {rule.name: rule.rule.rests_on for rule in load() if rule.rule.rests_on} == {
        "instance-type-not-for-purpose": "instances",
        "instance-type-not-in-region": "prices",
        "retired-hardware": "prices",
        "unavailable-region": "accounts",
        "unknown-image-tag": "images",
        "unknown-instance-type": "instances",
        "unsupported-framework-version": "images",
        "unsupported-graviton-framework": "images",
        "unsupported-graviton-version": "images",
        "unsupported-python-version": "images",
    }


def test_a_configured_severity_stays() -> None:
    [rule] = [rule for rule in load() if rule.name == "unsupported-python-version"]
    settings = Settings(severities=((rule.name, Severity.ERROR),))
    assert {finding.severity for finding in findings(rule, rule.rule.invalid[0], LATER, settings)} == {Severity.ERROR}


@pytest.mark.parametrize(
    ("day", "today", "is_old"),
    [
        pytest.param("2025-11-29", "2026-11-29", False, id="a year"),
        pytest.param("2025-11-28", "2026-11-29", True, id="a year and a day"),
        pytest.param("2024-02-29", "2025-02-28", False, id="a leap day"),
        pytest.param("2024-02-29", "2025-03-01", True, id="after a leap day"),
        pytest.param("yesterday", "2026-11-29", False, id="no date"),
    ],
)
def test_a_year(day: str, today: str, is_old: bool) -> None:
    assert older_than_a_year(day, today) is is_old


def check(tmp_path: Path, text: str, *words: str) -> tuple[int, list[str], str]:
    """Return the exit code, the severities of the findings, and standard error."""
    (tmp_path / "a.yaml").write_text(text)
    out, err = io.StringIO(), io.StringIO()
    code = main(["check", "--isolated", "--output-format", "json", *words, str(tmp_path / "a.yaml")], io.BytesIO(), out, err, {})
    return code, [finding["severity"] for finding in json.loads(out.getvalue())["findings"]], err.getvalue()


ABSENT = 'smlint: 1\nmodels:\n  - name: a\n    region: us-west-2\n    instance_type: ml.m5.xlarge\n    framework: pytorch\n    framework_version: "2.7.1"\n'


def test_each_list_has_its_own_age(tmp_path: Path) -> None:
    """A catalog whose price list is old, but whose images are not, still reports an absent version as an error."""
    sources = [source | {"date": "2026-01-01" if source["lists"] == "prices" else "2027-12-01"} for source in CATALOG["provenance"]]
    (tmp_path / "mine.json").write_text(json.dumps(CATALOG | {"as_of": "2026-01-01", "provenance": sources}))
    words = ("--catalog", str(tmp_path / "mine.json"))
    assert check(tmp_path, ABSENT, "--as-of", "2028-01-01", *words)[:2] == (1, ["error"])
    assert check(tmp_path, ABSENT, "--as-of", "2029-01-01", *words)[:2] == (0, ["warning"])


def test_one_line_on_standard_error_says_so(tmp_path: Path) -> None:
    code, severities, stderr = check(tmp_path, ABSENT, "--as-of", LATER)
    assert (code, severities) == (0, ["warning"])
    assert len(stderr.splitlines()) == 1
    assert f"({CATALOG['as_of']}) and lacks newer images, so errors that rest on its older lists are warnings; " in stderr
    half_a_year = f"{int(CATALOG['as_of'][:4]) + 1}-01-31"
    code, severities, stderr = check(tmp_path, ABSENT, "--as-of", half_a_year)
    assert (code, severities) == (1, ["error"])
    assert "are warnings" not in stderr


@pytest.mark.parametrize("first", ["2024-02-28", "2024-12-31", "1999-12-31", "2100-02-28", "2026-08-21"])
@pytest.mark.parametrize("days", [0, 1, 2, 59, 365, 366, 1461, 40000])
def test_days_are_counted_as_datetime_does(first: str, days: int) -> None:
    second = (date.fromisoformat(first) + timedelta(days=days)).isoformat()
    assert days_between(first, second) == days
    assert days_between(second, first) == -days

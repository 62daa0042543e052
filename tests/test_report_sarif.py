"""The `sarif` format: valid against the published schema, and as code scanning reads it."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft4Validator

from smlint.cli.commands.rule_info import infos
from smlint.model.findings import Severity, Suppression
from smlint.reporters import render
from smlint.reporters.machine import uri
from smlint.reporters.sarif import DESCRIPTION_LIMIT
from smlint.reporters.style import Style
from smlint.runner.registry import load
from tests.conftest import ROOT
from tests.machine_reports import ODD, RULES, RUNS, STYLE, assert_golden, bad, rendered
from tests.sample_reports import TEMPLATE, mismatch, report

VALIDATOR = Draft4Validator(json.loads((ROOT / "tests/schemas/sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8")))


def run_of(text: str) -> dict:
    return json.loads(text)["runs"][0]


@pytest.mark.parametrize("run", RUNS)
def test_golden(run: str, update_golden: bool) -> None:
    assert_golden(f"{run}.sarif", rendered("sarif", run), update_golden)


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("style", [pytest.param(Style(), id="bare"), pytest.param(Style(rules=infos(load())), id="with all rules")])
def test_reports_are_valid(run: str, style: Style) -> None:
    text = rendered("sarif", run, style)
    assert text.isascii()
    assert [error.message for error in VALIDATOR.iter_errors(json.loads(text))] == []


def test_the_schema_rejects_errors() -> None:
    data = json.loads(rendered("sarif", "bad"))
    data["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0
    assert not VALIDATOR.is_valid(data)


@pytest.mark.parametrize("run", ["clean", "empty"])
def test_a_clean_run_lists_all_rules(run: str) -> None:
    found = run_of(rendered("sarif", run))
    assert found["results"] == []
    assert [rule["id"] for rule in found["tool"]["driver"]["rules"]] == [rule.name for rule in RULES]
    assert found["columnKind"] == "unicodeCodePoints"


def test_rules_are_fully_documented() -> None:
    rules = run_of(rendered("sarif", "empty", Style(rules=infos(load()))))["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [one.name for one in load()]
    for rule in rules:
        assert 0 < len(rule["shortDescription"]["text"]) <= DESCRIPTION_LIMIT
        assert len(rule["shortDescription"]["text"]) < len(rule["fullDescription"]["text"]) <= DESCRIPTION_LIMIT
        assert "Bad:" in rule["help"]["text"]
        assert "```yaml\n" in rule["help"]["markdown"]
        assert rule["help"]["markdown"].count("```") % 2 == 0
    off = [rule["id"] for rule in rules if not rule["defaultConfiguration"]["enabled"]]
    assert "graviton-candidate" in off


def test_long_descriptions_end_at_a_sentence() -> None:
    long = RULES[0]._replace(description="One sentence of it. " * 80, summary="x" * 2000)
    rule = run_of(rendered("sarif", "empty", Style(rules=(long,))))["tool"]["driver"]["rules"][0]
    assert len(rule["fullDescription"]["text"]) <= DESCRIPTION_LIMIT
    assert rule["fullDescription"]["text"].endswith("One sentence of it.")
    assert rule["shortDescription"]["text"] == "x" * (DESCRIPTION_LIMIT - 3) + "..."


def test_results_index_rules_including_undocumented_ones() -> None:
    found = run_of(rendered("sarif", "bad"))
    rules = [rule["id"] for rule in found["tool"]["driver"]["rules"]]
    assert rules == ["image-architecture-mismatch", "graviton-candidate", "of-the-user", "syntax-error"]
    for result in found["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert set(result["locations"][0]["physicalLocation"]["region"]) == {"startLine", "startColumn", "endLine", "endColumn"}


def test_columns_count_code_points_and_fixes_replace_exactly() -> None:
    result = run_of(rendered("sarif", "bad"))["results"][0]
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 2, "startColumn": 9, "endLine": 2, "endColumn": 14}
    lines = ODD.text.split("\n")
    change = result["fixes"][0]["artifactChanges"][0]
    assert change["artifactLocation"] == result["locations"][0]["physicalLocation"]["artifactLocation"]
    removed = [replacement["deletedRegion"] for replacement in change["replacements"]]
    assert [lines[one["startLine"] - 1][one["startColumn"] - 1 : one["endColumn"] - 1] for one in removed] == ["a|b", "<i>"]
    assert [replacement["insertedContent"]["text"] for replacement in change["replacements"]] == ["\U0001f600", "\xe9"]


def test_related_locations_are_linked_and_may_be_in_another_file() -> None:
    odd, plain = run_of(rendered("sarif", "bad"))["results"][:2]
    assert plain["message"]["text"] == "x86_64 image on arm64 instance type ml.c6g.xlarge ([arm64 instance type](1))"
    assert plain["relatedLocations"][0]["id"] == 1
    assert plain["relatedLocations"][0]["physicalLocation"]["region"]["startLine"] == 11
    assert odd["message"]["text"].endswith(" ([\\[label\\] \\\\ %](1))")
    assert "\\[link\\](1)" in odd["message"]["text"], "what a manifest says is no link"
    assert odd["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "other/file.yaml"


def test_fixes_for_display_are_left_out() -> None:
    results = run_of(rendered("sarif", "bad"))["results"]
    assert [("fixes" in result) for result in results[:3]] == [True, True, False]


def test_suppressed_findings_are_kept_and_marked() -> None:
    results = run_of(rendered("sarif", "bad"))["results"]
    assert [result["suppressions"] for result in results] == [
        [],
        [],
        [],
        [{"kind": "inSource", "status": "accepted", "justification": "migrating in May"}],
        [{"kind": "external", "status": "accepted"}],
        [],
        [],
    ]
    assert all("suppressions" not in result for result in run_of(render("sarif", report(mismatch()), STYLE))["results"])


@pytest.mark.parametrize("by", ["comment", "metadata", "config", "baseline"])
def test_kinds_of_suppressions(by: str) -> None:
    result = run_of(render("sarif", report(mismatch(suppressed=Suppression(by, "why"))), STYLE))["results"][0]
    assert result["suppressions"][0]["kind"] == ("inSource" if by in ("comment", "metadata") else "external")


def test_fingerprints_have_no_line_and_are_unique() -> None:
    def prints(text: str) -> list[str]:
        return [result["partialFingerprints"]["primaryLocationLineHash"] for result in run_of(text)["results"]]

    before = prints(render("sarif", report(mismatch(), mismatch()), STYLE))
    moved = mismatch(text="# one line more\n" + TEMPLATE)
    assert prints(render("sarif", report(moved, moved), STYLE)) == before
    assert before == [mismatch().fingerprint, f"{mismatch().fingerprint}:2"]
    assert len(set(prints(rendered("sarif", "bad")))) == len(bad().findings)


def test_levels() -> None:
    given = report(*(mismatch(severity=severity) for severity in Severity))
    assert [result["level"] for result in run_of(render("sarif", given, STYLE))["results"]] == ["note", "warning", "error"]


@pytest.mark.parametrize(
    ("path", "folder", "repository", "expected"),
    [
        pytest.param("deploy/churn.yaml", "", "", "deploy/churn.yaml", id="as given"),
        pytest.param("./a.yaml", "", "", "a.yaml", id="without a dot"),
        pytest.param("a b%[1]#?:\xe9.yaml", "", "", "a%20b%25%5B1%5D%23%3F%3A%C3%A9.yaml", id="percent-encoded"),
        pytest.param("caf\udce9.yaml", "", "", "caf%E9.yaml", id="a name that is not UTF-8"),
        pytest.param("half\ud83d.yaml", "", "", "half%5Cud83d.yaml", id="a lone surrogate"),
        pytest.param("<stdin>", "/home/me", "/home/me", "%3Cstdin%3E", id="standard input"),
        pytest.param("a.yaml", "/home/me/repo/sub", "/home/me/repo", "sub/a.yaml", id="from a subfolder of the repository"),
        pytest.param("../a.yaml", "/home/me/repo/sub", "/home/me/repo", "a.yaml", id="above the working directory"),
        pytest.param("/home/me/repo/x/a.yaml", "/home/me/repo", "/home/me/repo", "x/a.yaml", id="an absolute path"),
        pytest.param("/home/me/repository/a.yaml", "/home/me/repo", "/home/me/repo", "file:///home/me/repository/a.yaml", id="outside the repository"),
        pytest.param("a.yaml", "/", "/", "a.yaml", id="the repository is the root folder"),
    ],
)
def test_uris(path: str, folder: str, repository: str, expected: str) -> None:
    assert uri(path, Style(folder=folder, repository=repository)) == expected

"""The `json` format, version 1, which is frozen."""

from __future__ import annotations

import json

from smlint import __version__
from smlint.model.findings import Suppression
from smlint.reporters import render
from smlint.reporters.style import Style
from tests.sample_reports import HOST, TAG, TEMPLATE, mismatch, report


def test_every_field_in_the_documented_order() -> None:
    given = report(mismatch(), mismatch(suppressed=Suppression("comment", "migrating in May")), files=3, deployments=4)
    place = {"path": "deploy/churn.yaml", "start": {"line": 6, "column": 61}, "end": {"line": 6, "column": 78}}
    finding = {
        "rule": "image-architecture-mismatch",
        "category": "hardware",
        "severity": "error",
        "message": "x86_64 image on arm64 instance type ml.c6g.xlarge",
        **place,
        "pointer": "/Resources/ChurnModel/Properties/PrimaryContainer/Image",
        "resource": "ChurnModel",
        "format": "cloudformation",
        "regions": ["us-west-2"],
        "related": [
            {
                "path": "deploy/churn.yaml",
                "start": {"line": 11, "column": 25},
                "end": {"line": 11, "column": 38},
                "message": "arm64 instance type",
            }
        ],
        "fix": {
            "title": "use the arm64 image of the same version",
            "safety": "safe",
            "edits": [{**place, "start": {"line": 6, "column": 78}, "text": "-graviton"}],
        },
        "url": None,
        "fingerprint": mismatch().fingerprint,
        "suppressed": None,
    }
    expected = {
        "version": 1,
        "tool": {"name": "smlint", "version": __version__, "catalog": {"as_of": "2026-11-22"}},
        "summary": {
            "files": 3,
            "manifests": 1,
            "deployments": 4,
            "errors": 1,
            "warnings": 0,
            "notes": 0,
            "fixable": 1,
            "fixed": 0,
            "suppressed": 1,
            "skipped_checks": 0,
        },
        "skipped": [{"path": "values.yaml", "reason": "no SageMaker content"}],
        "findings": [finding, {**finding, "suppressed": {"by": "comment", "reason": "migrating in May"}}],
    }
    assert render("json", given, Style()) == json.dumps(expected, indent=2) + "\n"


def test_a_clean_run_is_valid() -> None:
    data = json.loads(render("json", report(), Style()))
    assert data["findings"] == []
    assert data["summary"]["errors"] == 0


def test_a_missing_fix_is_null() -> None:
    assert json.loads(render("json", report(mismatch()._replace(fix=None)), Style()))["findings"][0]["fix"] is None


def test_text_outside_utf_8() -> None:
    text = render("json", report(mismatch("caf\udce9/日本.yaml", message="half a pair: \ud83d")), Style())
    assert text.isascii()
    finding = json.loads(text)["findings"][0]
    assert finding["path"] == "caf\\udce9/日本.yaml"
    assert finding["message"] == "half a pair: \\ud83d"
    json.dumps(finding, ensure_ascii=False).encode("utf-8")


def test_columns_count_characters_and_fingerprints_have_no_line() -> None:
    moved = mismatch(text="# \U0001f600 one line more\n" + TEMPLATE.replace("Image: ", 'Image: "\U0001f600" '))
    data = json.loads(render("json", report(moved), Style()))["findings"][0]
    assert data["start"] == {"line": 7, "column": 65}
    assert data["fingerprint"] == mismatch().fingerprint
    assert len(data["fingerprint"]) == 32
    assert mismatch().value == f"{HOST}/pytorch-inference:{TAG}"

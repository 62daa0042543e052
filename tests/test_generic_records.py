"""Ad-hoc files that rule a pair out, or repeat it: policies, tables, records, tests and documents. Nothing in them is deployed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from smlint import lint
from smlint.model.settings import Settings
from smlint.runner.run import check

MISMATCH = "image-architecture-mismatch"
IMAGE = "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker"
PAIR = {"image_uri": IMAGE, "instance_type": "ml.c7g.xlarge"}
TEXT = json.dumps(PAIR)
DEPLOYED = {"image_uri": IMAGE, "instance_type": "ml.m5.xlarge"}
REQUEST = {"method": "POST", "path": "/", "body": PAIR}


def is_reported(data: object, filename: str = "settings.json") -> bool:
    return MISMATCH in {finding.rule for finding in lint(json.dumps(data), filename).findings}


@pytest.mark.parametrize(
    "data",
    [
        pytest.param({"rules": [{"name": "r", "match": PAIR, "action": "deny"}]}, id="a rule that denies"),
        pytest.param({"rules": [{"match": PAIR, "effect": "Forbid"}]}, id="a rule that forbids"),
        pytest.param({"deny": [PAIR]}, id="a list of what is denied"),
        pytest.param({"blocked_instance_types": ["ml.c7g.xlarge"], "image_uri": IMAGE}, id="blocked instance types"),
        pytest.param({"incompatible": {"a": PAIR}}, id="what is incompatible"),
        pytest.param({"current": DEPLOYED, "rejected": [{**PAIR, "reason": "exec format error"}]}, id="what was rejected"),
        pytest.param({"matrix": [{**PAIR, "supported": False}, {**DEPLOYED, "supported": True}]}, id="a table of what fits"),
        pytest.param({"invalid": [PAIR], "valid": []}, id="invalid examples"),
        pytest.param({"cases": [{**PAIR, "should_fail": True}]}, id="a case that should fail"),
        pytest.param({"todo": [PAIR]}, id="a list of things to do"),
        pytest.param({"audit_log": [{"user": "x", **PAIR}]}, id="an audit log"),
        pytest.param([{"at": "2026-01-01", **PAIR}], id="an entry with its date"),
        pytest.param([{**PAIR, "outcome": "failed health check"}], id="a result of a benchmark"),
        pytest.param({"title": "down", "root_cause": "x86 on Graviton", "details": PAIR}, id="an incident"),
        pytest.param({"alert": {"labels": PAIR}}, id="an alert"),
        pytest.param({"alarm": {"status": "resolved", "labels": PAIR}}, id="a resolved alarm"),
        pytest.param({"title": "fails", "state": "open", "body": "x", "env": PAIR}, id="a ticket"),
        pytest.param({"run_id": "a", "status": 4, "end_time": 1700000, "tags": PAIR}, id="a run of MLflow"),
        pytest.param({"version": "2.1.0", "runs": [{"tool": {"driver": {}}, "results": [{"properties": PAIR}]}]}, id="SARIF"),
        pytest.param({"tool": {"name": "smlint"}, "findings": [PAIR]}, id="a report of smlint"),
        pytest.param({"consumer": {"name": "a"}, "provider": {"name": "b"}, "interactions": [{"request": REQUEST}]}, id="Pact"),
        pytest.param({"request": {"method": "POST", "bodyPatterns": [{"equalToJson": TEXT}]}, "response": {"jsonBody": PAIR}}, id="WireMock"),
        pytest.param({"interactions": [{"request": {"method": "POST", "uri": "x", "body": TEXT}, "response": {}}]}, id="a cassette of VCR"),
        pytest.param({"info": {"name": "api"}, "item": [{"request": {"body": {"raw": TEXT}}}]}, id="a string in a Postman collection"),
        pytest.param({"GET /endpoints": {"body": PAIR}}, id="handlers of requests"),
        pytest.param({"a": {"status": 200, "body": PAIR}}, id="an answer over HTTP"),
        pytest.param({"endpoint_url": "http://localhost:4566", **PAIR}, id="LocalStack"),
        pytest.param({"aws": {"endpoint-url": "http://127.0.0.1:5000/", "model": PAIR}}, id="moto"),
        pytest.param({"cells": [{"outputs": [{"data": {"application/json": PAIR}}]}], "nbformat": 4}, id="a notebook"),
        pytest.param([{"role": "user", "content": "deploy", "args": PAIR}], id="a chat"),
        pytest.param({"run": {"bad": {"command": "plan", "variables": PAIR}}}, id="a test of Terraform"),
        pytest.param({"site_name": "x", "extra": PAIR}, id="MkDocs"),
    ],
)
def test_what_is_ruled_out_or_repeated_is_not_deployed(data: object) -> None:
    assert not is_reported(data)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param({"rules": [{"match": PAIR, "action": "deploy"}]}, id="a rule that deploys"),
        pytest.param({"valid_until": "2027-01-01", **PAIR}, id="a date of validity"),
        pytest.param({"alert-triage": PAIR}, id="a model for alerts"),
        pytest.param({"supported": ["a"], **PAIR}, id="a list of what is supported"),
        pytest.param({"endpoint_url": "https://api.sagemaker.us-west-2.amazonaws.com", **PAIR}, id="an endpoint of AWS"),
        pytest.param({"run_id": "abc", **PAIR}, id="the run that made the model"),
        pytest.param({"title": "Churn", **PAIR}, id="a title"),
        pytest.param({"status": "200", **PAIR}, id="a number without a body"),
        pytest.param({"role": "arn:aws:iam::111122223333:role/sm", "content": "x", **PAIR}, id="an IAM role"),
        pytest.param({"run": {"serve": PAIR}}, id="a run that is no test"),
        pytest.param({"request": PAIR, "response": {"kind": "x"}}, id="a request that is not over HTTP"),
    ],
)
def test_what_resembles_a_record_is_deployed(data: object) -> None:
    assert is_reported(data)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param("__snapshots__/a.json", False, id="a snapshot"),
        pytest.param("src/__mocks__/a.json", False, id="a mock"),
        pytest.param("tests/fixtures/bad.json", False, id="a fixture of tests"),
        pytest.param("fixtures/bad.json", True, id="fixtures of something else"),
        pytest.param("tests/settings.json", True, id="the settings of tests"),
        pytest.param("x.stories.json", False, id="a story"),
        pytest.param("locales/en.json", False, id="texts in a language"),
        pytest.param("i18n/pt-BR.json", False, id="texts in a regional language"),
        pytest.param("locales/settings.json", True, id="settings of languages"),
    ],
)
def test_paths_of_data_for_tests(path: str, expected: bool) -> None:
    assert is_reported(PAIR, path) is expected


def test_a_template_in_a_folder_of_fixtures_is_checked() -> None:
    variant = {"VariantName": "a", "ModelName": {"Ref": "M"}, "InstanceType": "ml.c7g.xlarge"}
    model = {"Type": "AWS::SageMaker::Model", "Properties": {"PrimaryContainer": {"Image": IMAGE}}}
    config = {"Type": "AWS::SageMaker::EndpointConfig", "Properties": {"ProductionVariants": [variant]}}
    assert is_reported({"Resources": {"M": model, "C": config}}, "tests/fixtures/t.json")


def test_the_inventory_of_smlint_is_no_deployment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from smlint.cli.main import main

    monkeypatch.chdir(tmp_path)
    (tmp_path / "settings.json").write_text(TEXT, encoding="utf-8")
    main(["facts", "--output-format", "json", "settings.json"])
    (tmp_path / "facts.json").write_text(capsys.readouterr().out, encoding="utf-8")
    assert "ml.c7g.xlarge" in (tmp_path / "facts.json").read_text(encoding="utf-8")
    assert check(["facts.json"], Settings()).report.findings == ()

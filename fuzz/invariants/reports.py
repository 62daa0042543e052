"""Invariants of every report: it is well-formed in every format, and the JSON report is valid against its schema."""

from __future__ import annotations

import json
from functools import cache
from xml.etree import ElementTree

import jsonschema

from smlint.cli.commands.schema import text as schema_text
from smlint.model.results import Report
from smlint.reporters import REPORTERS
from smlint.reporters.style import Style
from smlint.runtime.escaping import Medium


def reports_hold(report: Report) -> None:
    """Write the report in every format and parse it. Raises `AssertionError`, or an error of the format's parser."""
    active = [finding for finding in report.findings if finding.suppressed is None]
    for name, reporter in REPORTERS.items():
        text = reporter.render(report, Style())
        text.encode("utf-8")
        assert "\x1b" not in text, f"{name}: the report contains a control character of the manifest"
        if reporter.medium is Medium.JSON:
            data = json.loads(text)
            if name == "json":
                _validator().validate(data)
                assert len(data["findings"]) == len(report.findings)
        elif reporter.medium is Medium.XML:
            ElementTree.fromstring(text)  # noqa: S314  # written by smlint
        elif reporter.medium in (Medium.TERMINAL, Medium.WORKFLOW_COMMANDS):
            assert len(text.splitlines()) >= len(active), f"{name}: a finding is missing"


@cache
def _validator() -> jsonschema.Draft7Validator:
    return jsonschema.Draft7Validator(json.loads(schema_text("output")))

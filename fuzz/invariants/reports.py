"""What must hold for every report: it is well-formed in every format, and the JSON one obeys its schema."""

from __future__ import annotations

import json
from functools import cache
from xml.etree import ElementTree

import jsonschema

from smlint.cli.commands.schema import text as schema_text
from smlint.model.results import Report
from smlint.reporters import REPORTERS, render
from smlint.reporters.style import Style

_STYLE = Style()
_JSON = ("json", "sarif", "gitlab", "rdjson")


def reports_hold(report: Report) -> None:
    """Write the report in every format and read it back. Raises `AssertionError`, or what the reader of a format raises."""
    for name in REPORTERS:
        text = render(name, report, _STYLE)
        text.encode("utf-8")
        assert "\x1b" not in text, f"{name}: a control character of the manifest reaches the terminal"
        if name in _JSON:
            data = json.loads(text)
            if name == "json":
                _validator().validate(data)
                assert len(data["findings"]) == len(report.findings)
        elif name == "junit":
            ElementTree.fromstring(text)  # noqa: S314  # the text is smlint's own
        elif name in ("concise", "github"):
            live = [finding for finding in report.findings if finding.suppressed is None]
            assert len(text.splitlines()) >= len(live), f"{name}: a finding is missing"


@cache
def _validator() -> jsonschema.Draft7Validator:
    return jsonschema.Draft7Validator(json.loads(schema_text("output")))

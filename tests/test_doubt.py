"""smlint reports what fails, and fixes what stays right, in templates whose values depend on parameters, conditions and the Region.

The generator draws the table of environments and writes the template from it (`tests/manifests/doubt.py`), so the table is an oracle: it
knows in which environments a deployment fails without evaluating the template.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor

from fuzz.invariants.whole import DAY
from smlint.model.findings import Finding, Severity
from smlint.model.results import FixMode
from smlint.model.settings import Settings
from smlint.runner.run import check
from tests.manifests import doubt_cloudformation, doubt_terraform
from tests.manifests.doubt import FAILS, HARDWARE_RULES, REGISTRY_RULES, Cell, Doubt, Expression, Row, Written
from tests.manifests.spelling import Spelling, spelled, spellings

QUIET = list(HealthCheck)
SHORT = settings(max_examples=500, derandomize=True, database=None, deadline=None, suppress_health_check=QUIET)
LONG = settings(max_examples=20_000, deadline=None, suppress_health_check=QUIET)

INSTANCE_TYPE = re.compile(r"\bml\.\w+\.\w+")


class Case:
    """A table and its files on disk."""

    def __init__(self, written: Written, spelling: Spelling, folder: str) -> None:
        self.written = written
        self.doubt: Doubt = written.doubt
        ending = "json" if spelling.json else "yaml"
        self.trees = {Path(folder, name if "." in name else f"{name}.{ending}"): tree for name, tree in written.files.items()}
        for path, tree in self.trees.items():
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(spelled(tree, spelling).replace(".FORMAT", f".{ending}").encode())
        self.settings = Settings(regions=self.doubt.regions, today=DAY)
        self.folder = folder
        self._findings: list[Finding] | None = None

    def texts(self) -> dict[str, str]:
        return {path.relative_to(self.folder).as_posix(): path.read_bytes().decode() for path in self.trees}

    def findings(self) -> list[Finding]:
        if self._findings is None:
            self._findings = list(check([self.folder], self.settings).report.findings)
        return self._findings

    def fix(self) -> None:
        self._findings = None
        check([self.folder], self.settings, FixMode.APPLY)

    def cells(self) -> dict[int, str]:
        """Return the text of every cell as the files have it now."""
        found: dict[int, str] = {}
        for path, tree in self.trees.items():
            collect(tree, load(path.read_bytes().decode()), found)
        return found

    def shown(self, findings: list[Finding] = ()) -> str:
        files = "\n".join(f"--- {name}\n{text}" for name, text in self.texts().items())
        reported = "\n".join(f"{finding.severity.value} {finding.rule}: {finding.message}" for finding in findings)
        return f"Regions: {self.doubt.regions}\n{files}\n{reported}"


def load(text: str) -> Any:
    """Parse a template with `ruamel.yaml` and write short forms as long ones."""
    text = text.removeprefix("\ufeff")
    if text.lstrip()[:1] == "{":
        try:
            return json.loads(text)
        except ValueError:
            pass
    return _yaml().load(text.replace("\t#", " #"))  # ruamel refuses a tab before a comment


def _yaml() -> YAML:
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = _LongForms
    return yaml


class _LongForms(SafeConstructor):
    """Constructs `!Sub x` as `{"Fn::Sub": x}`."""

    def long_form(self, suffix: str, node: Any) -> Any:
        name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
        if hasattr(node.value, "encode"):
            return {name: node.value}
        return {name: self.construct_sequence(node, deep=True)}


_LongForms.add_multi_constructor("!", _LongForms.long_form)


def collect(tree: Any, parsed: Any, found: dict[int, str]) -> None:
    """Find the cells of a tree in the parsed text that was written from it."""
    if isinstance(tree, Cell):
        found[tree.number] = parsed
    elif isinstance(tree, Expression):
        found.update(tree.cells_in(parsed))
    elif isinstance(tree, dict):
        for key, value in tree.items():
            collect(value, parsed[key], found)
    elif isinstance(tree, list) and isinstance(parsed, list):
        for value, other in zip(tree, parsed, strict=True):
            collect(value, other, found)


def instance_types(finding: Finding) -> list[str]:
    """Return the instance types that a finding blames; after a semicolon, its message may name others."""
    return INSTANCE_TYPE.findall(finding.message.partition(";")[0])


def related(finding: Finding) -> list[str]:
    """Return the instance types in the texts that explain a finding."""
    texts = ((span.elsewhere or finding.source).text[span.span.start : span.span.end] for span in finding.related)
    return [name for text in texts for name in INSTANCE_TYPE.findall(text)]


def findings_are_right(case: Case) -> None:
    """Every finding reports a group of environments that fails."""
    findings = case.findings()
    rows = case.doubt.justified()
    for finding in findings:
        if finding.rule in HARDWARE_RULES and finding.severity is not Severity.NOTE:
            named = instance_types(finding)
            levels = [max((row.hardware for row in rows if row.instance_type == name), default=0) for name in named]
            assert named, case.shown([finding])
            assert min(levels) > 0, f"wrong finding\n{case.shown([finding])}"
        elif finding.rule in REGISTRY_RULES:
            assert any(row.registry for row in rows), f"wrong finding\n{case.shown([finding])}"


def errors_are_failures(case: Case) -> None:
    """No error reports an image that falls back to the CPU, or leaves a device idle."""
    rows = case.doubt.justified()
    for finding in case.findings():
        if finding.rule in HARDWARE_RULES and finding.severity is Severity.ERROR:
            named = instance_types(finding)
            assert any(row.hardware == FAILS and row.instance_type in named for row in rows), f"wrong severity\n{case.shown([finding])}"


def default_failures_are_reported(case: Case) -> None:
    """The environment of all defaults is reported if it fails; a fault of a Terraform module with several files may be missed.

    A finding whose parts are the same as those of another one, as in an override, is counted in its message, but not described.
    """
    if {"endpoint.tf.json", "called/main.tf.json", "override.tf.json"} & case.written.files.keys():
        return
    findings = case.findings()
    named = {name for finding in findings if finding.rule in HARDWARE_RULES for name in (*instance_types(finding), *related(finding))}
    for row in case.doubt.default_failures():
        assert row.instance_type in named, f"missed: {row.image} on {row.instance_type}\n{case.shown(findings)}"


def fixes_are_safe(case: Case) -> None:
    """After a safe fix, no environment is worse than before, and there is nothing left to fix."""
    before, texts = case.shown(), case.texts()
    case.fix()
    fixed = case.texts()
    if fixed == texts:
        return
    after = case.shown(case.findings())
    cells = case.cells()
    old, new = case.doubt.rows({}), case.doubt.rows(cells)
    worse = [(old[key], new[key]) for key in old if is_worse(old[key], new[key])]
    assert not worse, f"wrong fix: {describe(*worse[0])}\n{before}\n{after}"
    for parameter in case.doubt.parameters:
        if isinstance(parameter.default, Cell) and parameter.closed:
            allowed = [cells.get(value.number, value) for value in parameter.values if isinstance(value, Cell)]
            assert cells.get(parameter.default.number, parameter.default) in allowed, f"invalid default of {parameter.name}\n{before}\n{after}"
    case.fix()
    assert case.texts() == fixed, f"the second fix changes something\n{before}\n{after}\n{case.shown()}"


def is_worse(old: Row, new: Row) -> bool:
    return new.hardware > old.hardware or new.registry > old.registry


def describe(old: Row, new: Row) -> str:
    environment = {**old.environment.values, "Region": old.environment.region}
    return f"{old.image} on {old.instance_type} is now {new.image} on {new.instance_type} in {environment}"


PROPERTIES: Mapping[str, Callable[[Case], None]] = {
    "findings are right": findings_are_right,
    "errors are failures": errors_are_failures,
    "default failures are reported": default_failures_are_reported,
    "fixes are safe": fixes_are_safe,  # changes the files
}


def holds(property: Callable[[Case], None]) -> Callable[[Written, Spelling], None]:
    def run(written: Written, spelling: Spelling) -> None:
        with tempfile.TemporaryDirectory() as folder:
            property(Case(written, spelling, folder))

    return run


def all_hold(case: Case) -> None:
    for property in PROPERTIES.values():
        property(case)


STRATEGIES = {
    "cloudformation": (doubt_cloudformation.templates(), spellings(st.booleans())),
    "terraform": (doubt_terraform.configurations(), spellings(st.just(True))),
}


@pytest.mark.parametrize("format", STRATEGIES)
def test_templates(format: str) -> None:
    SHORT(given(*STRATEGIES[format])(holds(all_hold)))()


@pytest.mark.long
@pytest.mark.parametrize("format", STRATEGIES)
def test_many_templates(format: str) -> None:
    LONG(given(*STRATEGIES[format])(holds(all_hold)))()

"""Paths, standard input, the library and the language server report the same faults of the same deployments."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from smlint import lint
from smlint.cli.lsp.document_linter import DocumentLinter
from smlint.model.findings import Finding, Severity
from smlint.model.settings import Settings
from smlint.runner.run import check
from tests.conftest import ROOT

DAY = "2026-01-01"
SETTINGS = Settings(today=DAY)
Faults = set[tuple[str, str]]
"""Rules, each with the fingerprint of the deployment."""

MISMATCH, REGION, DANGLING = "image-architecture-mismatch", "image-region-mismatch", "dangling-model-reference"
# The targets of each project, and the rules whose faults touch them.
PROJECTS: dict[str, dict[str, set[str]]] = {
    "kubernetes": {"model.yaml": {MISMATCH}, "config.yaml": {MISMATCH}, "endpoint.yaml": set()},
    "requests": {"create-model.json": {MISMATCH}, "create-endpoint-config.json": {MISMATCH}},
    "terraform": {"model.tf.json": {MISMATCH}, "endpoint.tf.json": {MISMATCH}, "ranker.tf.json": {DANGLING}},
    "terraform-values": {"main.tf.json": {MISMATCH, REGION}, "terraform.tfvars.json": {MISMATCH}, "variables.tf.json": set()},
    "nested-stack": {"main.yaml": {MISMATCH}, "endpoint/template.yaml": {MISMATCH}},
    "nested-twice": {"main.yaml": {MISMATCH}, "child.yaml": {MISMATCH}, "grandchild.yaml": {MISMATCH}},
    "cdk": {"Churn.template.json": {REGION}},
}
TARGETS = [pytest.param(name, target, id=f"{name}: {target}") for name, targets in PROJECTS.items() for target in targets]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    def copy(name: str) -> Path:
        shutil.copytree(ROOT / "fixtures" / "projects" / name, tmp_path / name)
        monkeypatch.chdir(tmp_path / name)
        return tmp_path / name

    return copy


def faults(findings: Iterable[Finding], target: str) -> Faults:
    """Return the faults that touch a file: they are shown in it, or one of their related locations is in it."""
    found = set()
    for finding in findings:
        paths = {finding.path, *(related.elsewhere.path for related in finding.related if related.elsewhere is not None)}
        if finding.severity is not Severity.NOTE and any(os.path.abspath(path) == os.path.abspath(target) for path in paths):
            found.add((finding.rule, finding.fingerprint_for(os.path.abspath(finding.home_path))))
    return found


def of_the_folder(target: str) -> Faults:
    return faults(check(["."], SETTINGS).report.findings, target)


def of_the_path(target: str) -> Faults:
    return faults(check([target], SETTINGS).report.findings, target)


def of_stdin(target: str) -> Faults:
    data = Path(target).read_bytes()
    Path(target).write_text("")  # what is saved does not count
    return faults(check(["-"], SETTINGS, stdin=data, stdin_filename=target).report.findings, target)


def of_the_library(target: str) -> Faults:
    text = Path(target).read_text()
    Path(target).unlink()
    return faults(lint(text, target, as_of=DAY).findings, target)


def of_the_language_server(target: str) -> Faults:
    text = Path(target).read_text()
    Path(target).write_text("smlint: 1\nmodels: []\n")
    path = os.path.abspath(target)
    linter = DocumentLinter(["--isolated", "--as-of", DAY], {})
    return faults(linter.lint(path, text, 1, {}).findings, path)


WAYS = [of_the_path, of_stdin, of_the_library, of_the_language_server]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__.replace("_", " "))
@pytest.mark.parametrize(("name", "target"), TARGETS)
def test_every_way_reports_the_same_faults(project: Callable[[str], Path], name: str, target: str, way: Callable[[str], Faults]) -> None:
    project(name)
    expected = of_the_folder(target)
    assert {rule for rule, _ in expected} == PROJECTS[name][target]
    assert way(target) == expected


@pytest.mark.parametrize("name", PROJECTS)
def test_the_folder_reports_each_fault_once(project: Callable[[str], Path], name: str) -> None:
    project(name)
    found = [(finding.rule, finding.fingerprint) for finding in check(["."], SETTINGS).report.findings]
    assert len(found) == len(set(found))
    assert all(finding.home is None for finding in check(["."], SETTINGS).report.findings)


def test_every_project_is_tested() -> None:
    assert {path.name for path in (ROOT / "fixtures" / "projects").iterdir()} == set(PROJECTS)

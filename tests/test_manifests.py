"""Manifests in every format and spelling: correct ones have no finding, broken ones are reported and fixed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from fuzz.invariants.whole import DAY, holds
from smlint import fix, lint
from smlint.model.findings import Severity
from smlint.model.results import Report
from smlint.syntax import parse
from tests.manifests import Manifest
from tests.manifests.formats import FORMATS, manifests
from tests.manifests.images import broken_images

SHORT = settings(max_examples=25, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
LONG = settings(max_examples=3_000, deadline=None, suppress_health_check=list(HealthCheck))

RULES = {
    "Region": {"image-region-mismatch"},
    "account": {"image-account-mismatch"},
    "domain": {"image-domain-mismatch"},
    "architecture": {"image-architecture-mismatch"},
    "processor": {"image-processor-mismatch", "image-architecture-mismatch"},
}
"""The rules that report each broken part."""


@pytest.fixture(scope="module", autouse=True)
def empty_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Run in an empty folder: files of this repository name templates and Regions, too."""
    before = Path.cwd()
    os.chdir(tmp_path_factory.mktemp("manifests"))
    yield
    os.chdir(before)


def correct_is_unchanged(manifest: Manifest) -> None:
    text = manifest.correct
    report = lint(text, manifest.filename, as_of=DAY, regions=manifest.regions)
    assert errors(report) == [], text
    assert report.formats == ((manifest.filename, manifest.format),), text
    assert report.summary.deployments == manifest.deployments, text
    assert fix(text, manifest.filename, as_of=DAY, regions=manifest.regions) == text
    assert holds(text, manifest.filename, regions=manifest.regions).refused == ""


def broken_is_reported_and_fixed(manifest: Manifest, data: st.DataObject) -> None:
    candidates = [broken for broken in broken_images(manifest.image) if manifest.can_break(broken.part)]
    assume(candidates)
    part = data.draw(st.sampled_from(sorted({broken.part for broken in candidates})))
    wrong = data.draw(st.sampled_from([broken.uri for broken in candidates if broken.part == part]))
    text = manifest.text(wrong)
    report = lint(text, manifest.filename, as_of=DAY, regions=manifest.regions)
    found = {finding.rule for finding in report.findings}
    assert found & RULES[part], (part, wrong, found, text)
    fixed = fix(text, manifest.filename, as_of=DAY, regions=manifest.regions)
    assert len(parse(fixed.removeprefix("\ufeff"))) == len(parse(text.removeprefix("\ufeff")))
    assert holds(text, manifest.filename, regions=manifest.regions).refused == ""
    if not manifest.fixable:
        return
    if part == "processor" and manifest.image.image.processor == "gpu":
        assert fixed == text, (wrong, fixed)  # a CPU image works on a GPU instance type: either may be the mistake
        return
    assert manifest.only_the_image_differs(fixed), (text, fixed)
    left = lint(fixed, manifest.filename, as_of=DAY, regions=manifest.regions)
    assert not {finding.rule for finding in left.findings} & found & RULES[part], (part, wrong, fixed)
    assert errors(left) == [], (part, wrong, fixed)
    if part in ("Region", "account", "domain"):
        assert manifest.is_correct(fixed), (text, fixed)


def errors(report: Report) -> list[tuple[str, str]]:
    return [(finding.rule, finding.message) for finding in report.findings if finding.severity is Severity.ERROR]


@pytest.mark.parametrize("format", FORMATS)
def test_a_correct_manifest_is_unchanged(format: str) -> None:
    SHORT(given(manifests(format))(correct_is_unchanged))()


@pytest.mark.parametrize("format", FORMATS)
def test_a_broken_manifest_is_reported_and_fixed(format: str) -> None:
    SHORT(given(manifests(format), st.data())(broken_is_reported_and_fixed))()


@pytest.mark.long
@pytest.mark.parametrize("format", FORMATS)
def test_many_correct_manifests_are_unchanged(format: str) -> None:
    LONG(given(manifests(format))(correct_is_unchanged))()


@pytest.mark.long
@pytest.mark.parametrize("format", FORMATS)
def test_many_broken_manifests_are_reported_and_fixed(format: str) -> None:
    LONG(given(manifests(format), st.data())(broken_is_reported_and_fixed))()

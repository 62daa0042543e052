"""Manifests of every format and in every spelling: the right ones are left alone, and the wrong ones found and repaired."""

from __future__ import annotations

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
from tests.manifests.images import spoilt

SHORT = settings(max_examples=25, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
LONG = settings(max_examples=3_000, deadline=None, suppress_health_check=list(HealthCheck))

RULES = {
    "Region": {"image-region-mismatch"},
    "account": {"image-account-mismatch"},
    "domain": {"image-domain-mismatch"},
    "architecture": {"image-architecture-mismatch"},
    "processor": {"image-processor-mismatch", "image-architecture-mismatch"},
}
"""The rule that tells what is wrong."""


def right_is_left_alone(manifest: Manifest) -> None:
    text = manifest.right
    report = lint(text, manifest.filename, as_of=DAY, regions=manifest.regions)
    assert errors(report) == [], text
    assert report.formats == ((manifest.filename, manifest.format),), text
    assert report.summary.deployments == manifest.deployments, text
    assert fix(text, manifest.filename, as_of=DAY, regions=manifest.regions) == text
    assert holds(text, manifest.filename, regions=manifest.regions).refused == ""


def wrong_is_found_and_repaired(manifest: Manifest, data: st.DataObject) -> None:
    ways = [way for way in spoilt(manifest.image) if manifest.can_tell(way.what)]
    assume(ways)
    what = data.draw(st.sampled_from(sorted({way.what for way in ways})))
    wrong = data.draw(st.sampled_from([way.uri for way in ways if way.what == what]))
    text = manifest.text(wrong)
    report = lint(text, manifest.filename, as_of=DAY, regions=manifest.regions)
    found = {finding.rule for finding in report.findings}
    assert found & RULES[what], (what, wrong, found, text)
    repaired = fix(text, manifest.filename, as_of=DAY, regions=manifest.regions)
    assert len(parse(repaired.removeprefix("\ufeff"))) == len(parse(text.removeprefix("\ufeff")))
    assert holds(text, manifest.filename, regions=manifest.regions).refused == ""
    if not manifest.fixable:
        return
    assert manifest.is_otherwise_as_written(repaired), (text, repaired)
    left = lint(repaired, manifest.filename, as_of=DAY, regions=manifest.regions)
    assert not {finding.rule for finding in left.findings} & found & RULES[what], (what, wrong, repaired)
    assert errors(left) == [], (what, wrong, repaired)
    if what in ("Region", "account", "domain"):
        assert manifest.is_right(repaired), (text, repaired)


def errors(report: Report) -> list[tuple[str, str]]:
    return [(finding.rule, finding.message) for finding in report.findings if finding.severity is Severity.ERROR]


@pytest.mark.parametrize("format", FORMATS)
def test_a_right_manifest_is_left_alone(format: str) -> None:
    SHORT(given(manifests(format))(right_is_left_alone))()


@pytest.mark.parametrize("format", FORMATS)
def test_a_wrong_manifest_is_found_and_repaired(format: str) -> None:
    SHORT(given(manifests(format), st.data())(wrong_is_found_and_repaired))()


@pytest.mark.long
@pytest.mark.parametrize("format", FORMATS)
def test_many_right_manifests_are_left_alone(format: str) -> None:
    LONG(given(manifests(format))(right_is_left_alone))()


@pytest.mark.long
@pytest.mark.parametrize("format", FORMATS)
def test_many_wrong_manifests_are_found_and_repaired(format: str) -> None:
    LONG(given(manifests(format), st.data())(wrong_is_found_and_repaired))()

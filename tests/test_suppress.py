"""Suppression comments."""

from __future__ import annotations

import pytest

from smlint import fix, lint
from smlint.linter.examples import to_manifest
from smlint.linter.rule import LoadedRule
from smlint.model.settings import Settings
from smlint.runner.registry import load

X86 = "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310-ubuntu20.04-sagemaker"
ARM = X86.replace("pytorch-inference", "pytorch-inference-graviton")
RULE = "image-architecture-mismatch"


def manifest(image: str = X86, before: str = "", above: str = "", after: str = "") -> str:
    return f"{before}smlint: 1\nmodels:\n  - instance_type: ml.c7g.large\n    region: us-west-2\n{above}    image_uri: {image}{after}\n"


def live_and_suppressed(text: str, **settings: object) -> tuple[list[str], int]:
    report = lint(text, as_of="2024-01-01", settings=Settings(**settings))  # type: ignore[arg-type]  # only what the cases below give
    return sorted(f"{f.severity} {f.rule}" for f in report.findings if f.suppressed is None), report.summary.suppressed


@pytest.mark.parametrize(
    ("text", "expected", "suppressed"),
    [
        pytest.param(manifest(after=f"  # smlint: ignore[{RULE}] in May"), [], 1, id="same line"),
        pytest.param(manifest(above=f"    # smlint: ignore[{RULE}] in May\n"), [], 1, id="line above"),
        pytest.param(manifest(before=f"# smlint: file-ignore[{RULE}] in May\n"), [], 1, id="whole file"),
        pytest.param(manifest(after=f"  # smlint: ignore[{RULE}, image-region-mismatch] x"), ["warning unused-suppression"], 1, id="one of two names is unused"),
        pytest.param(manifest(ARM, after=f"  # smlint: ignore[{RULE}] x"), ["warning unused-suppression"], 0, id="no finding to suppress"),
        pytest.param(manifest(after="  # smlint: ignore[image-architecture] x"), [f"error {RULE}", "error unused-suppression"], 0, id="unknown rule"),
        pytest.param(manifest(before=f"# smlint: ignore[{RULE}] too far away\n"), [f"error {RULE}", "warning unused-suppression"], 0, id="comment elsewhere"),
        pytest.param(manifest(f"'{X86}#smlint: ignore[{RULE}]'"), None, 0, id="text inside a scalar"),
        pytest.param(manifest(after=f"  # smlint: ignore {RULE}"), [f"error {RULE}", "error unused-suppression"], 0, id="missing brackets are reported"),
        pytest.param(manifest(ARM, after="  # smlint: a word about it"), [], 0, id="other comment about smlint"),
    ],
)
def test_suppressions(text: str, expected: list[str] | None, suppressed: int) -> None:
    found, count = live_and_suppressed(text)
    assert count == suppressed
    if expected is not None:
        assert found == expected


def test_without_a_required_reason_the_finding_stays() -> None:
    text = manifest(after=f"  # smlint: ignore[{RULE}]")
    assert live_and_suppressed(text) == ([], 1)
    assert live_and_suppressed(text, require_ignore_reason=True) == ([f"error {RULE}", "warning unused-suppression"], 0)


def test_no_ignores_reports_suppressed_findings() -> None:
    assert live_and_suppressed(manifest(after=f"  # smlint: ignore[{RULE}] x"), apply_suppressions=False) == ([f"error {RULE}"], 0)


def test_a_suppression_of_a_disabled_rule_is_not_unused() -> None:
    assert live_and_suppressed(manifest(ARM, after=f"  # smlint: ignore[{RULE}] x"), ignore=("hardware",)) == ([], 0)


TEMPLATE = """
Parameters:
  Size: {{Type: String{default}}}
Resources:
  Churn:
    Type: AWS::SageMaker::Model
    Properties: {{PrimaryContainer: {{Image: '{image}'}}}}  # smlint: ignore[{rule}] x
  Config:
    Type: AWS::SageMaker::EndpointConfig
    Properties:
      ProductionVariants: [{{VariantName: All, ModelName: !Ref Churn, InstanceType: !Ref Size, InitialInstanceCount: 1}}]
"""


@pytest.mark.parametrize(
    ("rule", "default", "regions", "expected"),
    [
        pytest.param(RULE, "", (), [], id="the instance type is unknown"),
        pytest.param(RULE, ", Default: ml.c7g.large", (), ["warning unused-suppression"], id="the instance type is known"),
        pytest.param("image-region-mismatch", "", (), [], id="only an option can give the Region"),
        pytest.param("image-region-mismatch", "", ("us-west-2",), ["warning unused-suppression"], id="an option gives the Region"),
    ],
)
def test_a_suppression_of_a_check_that_was_not_decided_is_not_unused(rule: str, default: str, regions: tuple[str, ...], expected: list[str]) -> None:
    text = TEMPLATE.format(default=default, image=ARM, rule=rule)
    assert live_and_suppressed(text, regions=regions) == (expected, 0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(manifest(ARM, after=f"  # smlint: ignore[{RULE}] x"), manifest(ARM), id="comment and blanks before it"),
        pytest.param(manifest(ARM, above=f"    # smlint: ignore[{RULE}] x\n"), manifest(ARM), id="whole comment line"),
        pytest.param(manifest(X86, after=f"  # smlint: ignore[{RULE}, image-region-mismatch] x"), manifest(X86, after=f"  # smlint: ignore[{RULE}] x"), id="one of two names"),
        pytest.param(manifest(ARM, above=f"    # why  # smlint: ignore[{RULE}] x\n"), manifest(ARM, above="    # why\n"), id="comment before it stays"),
        pytest.param(manifest(ARM, after=f"  # smlint: ignore[{RULE}] x # other: keep"), manifest(ARM, after="  # other: keep"), id="comment after it stays"),
    ],
)
def test_an_unused_suppression_is_removed(text: str, expected: str) -> None:
    assert fix(text, as_of="2024-01-01") == expected


@pytest.mark.parametrize("rule", load(), ids=lambda rule: rule.name)
def test_a_comment_suppresses_every_suppressible_rule(rule: LoadedRule) -> None:
    example = rule.rule.invalid[0]
    manifest = to_manifest(example.text)
    text = f"# smlint: file-ignore[{rule.name}] a reason\n{manifest.text}"
    report = lint(text, manifest.filename, as_of=example.on, settings=Settings(select=(rule.name,)))
    assert report.findings
    assert {finding.suppressed is not None for finding in report.findings if finding.rule == rule.name} == {rule.rule.suppressible}

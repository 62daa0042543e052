"""Fixes: which are chosen, how they are spliced, and which are refused."""

from __future__ import annotations

import pytest

from smlint import fix, lint
from smlint.linter.fixer import apply_fixes
from smlint.linter.splicing import choose_fixes, only_scalars_changed, splice
from smlint.model.findings import Applicability, Edit, Finding, Fix, Severity
from smlint.model.results import FileResult
from smlint.model.settings import Settings
from smlint.model.source import Source, Span, from_text

X86 = "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310-ubuntu20.04-sagemaker"
ARM = X86.replace("pytorch-inference", "pytorch-inference-graviton")
SOURCE = from_text("a: 1\nb: 2\n", "a.yaml")


def finding(span: Span, new: str, applicability: Applicability = Applicability.SAFE) -> Finding:
    return Finding(rule="r", category="c", severity=Severity.ERROR, message="m", source=SOURCE, span=span, fix=Fix("t", applicability, (Edit(span, SOURCE.text[span.start : span.end], new),)))


def test_overlapping_fixes_wait_for_the_next_round() -> None:
    chosen, edits = choose_fixes([finding(Span(0, 4), "x"), finding(Span(3, 6), "y"), finding(Span(8, 9), "z")], Applicability.SAFE)
    assert [f.span for f in chosen] == [Span(0, 4), Span(8, 9)]
    assert [e.new for e in edits] == ["x", "z"]


def test_identical_edits_are_applied_once() -> None:
    chosen, edits = choose_fixes([finding(Span(3, 4), "x"), finding(Span(3, 4), "x")], Applicability.SAFE)
    assert len(chosen) == 2
    assert len(edits) == 1


def test_unsafe_fixes_need_the_option() -> None:
    unsafe = finding(Span(3, 4), "x", Applicability.UNSAFE)
    assert choose_fixes([unsafe], Applicability.SAFE) == ([], [])
    assert choose_fixes([unsafe], Applicability.UNSAFE)[0] == [unsafe]
    assert choose_fixes([finding(Span(3, 4), "x", Applicability.DISPLAY)], Applicability.UNSAFE) == ([], [])


def test_an_edit_with_other_old_text_is_refused() -> None:
    with pytest.raises(ValueError, match="not what the edit expects"):
        splice("abc", [Edit(Span(0, 1), "x", "y")])


@pytest.mark.parametrize(
    ("after", "same"),
    [
        pytest.param("a: 9\nb: 2\n", True, id="the edited scalar"),
        pytest.param("a: 9\nb: 3\n", False, id="another scalar"),
        pytest.param("a: [9]\nb: 2\n", False, id="another node type"),
        pytest.param("a: [9\nb: 2\n", False, id="invalid YAML"),
        pytest.param("a: 9\nb: 2\n---\nc: 1\n", False, id="additional document"),
    ],
)
def test_only_edited_scalars_may_differ(after: str, same: bool) -> None:
    assert only_scalars_changed(SOURCE.text, after, [Edit(Span(3, 4), "1", "9")], "a.yaml") is same


def native(*models: str) -> str:
    return "smlint: 1\nmodels:\n" + "".join(f"  - name: m{n}\n" + "".join(f"    {line}\n" for line in model.split("; ")) for n, model in enumerate(models))


def test_a_second_fix_changes_nothing() -> None:
    text = native(f"instance_type: ml.c7g.large; region: us-west-2; image_uri: {X86}")
    once = fix(text, as_of="2024-01-01")
    assert once == text.replace(X86, ARM)
    assert fix(once, as_of="2024-01-01") == once


def test_two_faults_of_one_uri_are_fixed_in_turn() -> None:
    text = native(f"instance_type: ml.c7g.large; region: eu-south-1; image_uri: {X86}")
    result = fix(text, as_of="2024-01-01")
    assert result == text.replace(X86, ARM.replace("763104351884.dkr.ecr.us-west-2", "692866216735.dkr.ecr.eu-south-1"))


def test_no_fix_for_an_image_shared_by_arm64_and_x86_variants() -> None:
    text = native(f"instance_types: [ml.c7g.large, ml.c7i.large]; region: us-west-2; image_uri: {X86}")
    report = lint(text, as_of="2024-01-01")
    (found,) = report.findings
    assert found.rule == "image-architecture-mismatch"
    assert found.fix is None
    assert "no fix: " in found.message
    assert fix(text, as_of="2024-01-01") == text


def test_no_fix_if_two_regions_need_different_values() -> None:
    text = native(f"instance_type: ml.c7i.large; image_uri: {X86}")
    report = lint(text, as_of="2024-01-01", regions=("eu-south-1", "eu-west-1"))
    (found,) = report.findings
    assert found.rule == "image-region-mismatch"
    assert found.regions == ("eu-south-1", "eu-west-1")
    assert found.fix is None


def test_suppressed_findings_are_not_fixed() -> None:
    text = native(f"instance_type: ml.c7g.large; region: us-west-2; image_uri: {X86}  # smlint: ignore[image-architecture-mismatch] later")
    assert fix(text, as_of="2024-01-01") == text


def test_only_selected_rules_fix() -> None:
    text = native(f"instance_type: ml.c7g.large; region: us-west-2; image_uri: {X86}")
    assert fix(text, as_of="2024-01-01", settings=Settings(ignore=("hardware",))) == text


def test_no_fix_for_a_text_that_another_deployment_uses_in_part() -> None:
    text = (
        f"Parameters: {{P: {{Type: String, Default: '{X86}'}}}}\nResources:\n"
        "  A: {Type: 'AWS::SageMaker::Model', Properties: {PrimaryContainer: {Image: !Ref P}}}\n"
        "  B: {Type: 'AWS::SageMaker::Model', Properties: {PrimaryContainer: {Image: !Join [':', [!Select [0, !Split [':', !Ref P]], 2.6.0-cpu-py312]]}}}\n"
        "  C: {Type: 'AWS::SageMaker::EndpointConfig', Properties: {ProductionVariants: ["
        "{ModelName: !Ref A, InstanceType: ml.c7g.large}, {ModelName: !Ref B, InstanceType: ml.m5.large}]}}\n"
    )
    (found,) = lint(text, as_of="2024-01-01").findings
    assert found.fix is None
    assert fix(text, as_of="2024-01-01") == text


def test_fixes_that_undo_each_other_are_refused() -> None:
    one, other = (from_text(f"a: {value}\n", "a.yaml") for value in "12")
    ways = {one.text: (one, "2"), other.text: (other, "1")}

    def lint_source(source: Source) -> FileResult:
        own, new = ways[source.text]
        return FileResult(source.path, findings=(finding_in(own, new),))

    result = apply_fixes(one, lint_source, Applicability.SAFE)
    assert result.source.text == one.text
    assert result.fixed == ()
    assert "undo each other" in result.refused


def finding_in(source: Source, new: str) -> Finding:
    return Finding(rule="r", category="c", severity=Severity.ERROR, message="m", source=source, span=Span(3, 4), fix=Fix("t", Applicability.SAFE, (Edit(Span(3, 4), source.text[3], new),)))

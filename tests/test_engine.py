"""The engine: merged findings, alternatives, skipped checks, order."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from smlint import fix, lint
from smlint.linter.aggregate import merge_messages
from smlint.linter.rule import Invalid, Rule, RuleContext, Valid, Violation
from smlint.model.deployment import Deployment
from smlint.model.findings import Severity
from smlint.model.results import FileResult
from smlint.model.settings import Settings

X86 = "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310-ubuntu20.04-sagemaker"
DAY = "2024-01-01"


def template(variants: str, more: str = "", image: str = X86) -> str:
    return (
        f"Resources:\n  M:\n    Type: AWS::SageMaker::Model\n    Properties: {{PrimaryContainer: {{Image: {image}}}}}\n"
        f"  C:\n    Type: AWS::SageMaker::EndpointConfig\n    Properties:\n      ProductionVariants:\n{variants}{more}"
    )


def test_an_image_used_by_two_variants_gives_one_finding_with_two_related_locations() -> None:
    text = template("        - {ModelName: !Ref M, InstanceType: ml.c6g.large}\n        - {ModelName: !Ref M, InstanceType: ml.c7g.large}\n")
    (finding,) = lint(text, as_of=DAY).findings
    assert len(finding.related) == 2
    assert "ml.c6g.large" in finding.message
    assert "ml.c7g.large" in finding.message
    assert finding.fix is not None


@pytest.mark.parametrize(
    ("allowed", "found"),
    [
        pytest.param("ml.c6g.large, ml.c7g.large", 1, id="wrong for every allowed value"),
        pytest.param("ml.c6g.large, ml.c7i.large", 0, id="right for one of them"),
    ],
)
def test_a_finding_must_hold_for_all_allowed_values(allowed: str, found: int) -> None:
    text = template("        - {ModelName: !Ref M, InstanceType: !Ref Size}\n", f"Parameters:\n  Size: {{Type: String, AllowedValues: [{allowed}]}}\n")
    assert len(lint(text, as_of=DAY).findings) == found


def test_checks_of_unknown_facts_are_skipped_and_counted() -> None:
    report = lint(template("        - {ModelName: !Ref M, InstanceType: !Ref Size}\n", "Parameters: {Size: {Type: String}}\n"), as_of=DAY)
    assert report.findings == ()
    assert report.summary.skipped_checks > 0
    assert report.summary.deployments == 1


def test_two_regions_are_merged_into_one_finding() -> None:
    image = "!Sub '763104351884.dkr.ecr.${AWS::Region}.amazonaws.com/pytorch-inference:2.1.0-cpu-py310-ubuntu20.04-sagemaker'"
    text = template("        - {ModelName: !Ref M, InstanceType: ml.c6g.large}\n", image=image)
    report = lint(text, as_of=DAY, regions=("us-west-2", "us-east-1"))
    (finding,) = report.findings
    assert finding.regions == ("us-east-1", "us-west-2")
    assert report.summary.deployments == 1


def test_findings_are_in_text_order() -> None:
    text = "smlint: 1\nmodels:\n" + "".join(f"  - {{instance_type: ml.c7g.large, image_uri: '{X86}'}}\n" for _ in range(3))
    report = lint(text, as_of=DAY)
    assert [finding.start.line for finding in report.findings] == [3, 4, 5]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("on: push\njobs: {}\n", "no SageMaker deployment", id="unrelated file"),
        pytest.param("{{- if .Values.x }}\nkind: Pod\n", "a template that is not YAML until it is rendered", id="Helm template"),
        pytest.param('{"ModelName": "churn", "PrimaryContainer": ${Container}}', "a template that is not YAML until it is rendered", id="JSON with a bare substitution"),
        pytest.param("kind: Model\nname: @@NAME@@\n", "a template that is not YAML until it is rendered", id="value between two at signs"),
        pytest.param("kind: Model\nname: %NAME%\n", "a template that is not YAML until it is rendered", id="value between percent signs"),
        pytest.param("kind: Model\nenv: {A: ${A}, B: b}\n", "a template that is not YAML until it is rendered", id="envsubst in a flow mapping"),
        pytest.param("kind: Model\nenv: {A: #{A}#}\n", "a template that is not YAML until it is rendered", id="Octopus in a flow mapping"),
        pytest.param("<% if x %>\nkind: Model\n<% end %>\n: [", "a template that is not YAML until it is rendered", id="ERB"),
        pytest.param("a: b\n%{ if x }\nb: c\n%{ endif }\n", "a template that is not YAML until it is rendered", id="templatefile of Terraform"),
        pytest.param('{"ModelName": "churn", "Tags": %TAGS%}', "a template that is not YAML until it is rendered", id="JSON with a bare word in percent signs"),
        pytest.param("", "no SageMaker deployment", id="empty file"),
    ],
)
def test_other_files_are_skipped_with_a_reason(text: str, reason: str) -> None:
    report = lint(text, as_of=DAY)
    assert report.findings == ()
    assert [skip.reason for skip in report.skipped] == [reason]


def test_a_broken_manifest_is_a_syntax_error() -> None:
    (finding,) = lint("a: [1, 2\nb: ml.c5.large\n", as_of=DAY).findings
    assert (finding.rule, finding.severity, finding.start.line) == ("syntax-error", "error", 2)


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("image: !Sub ${AWS::AccountId}.dkr.ecr.us-east-1.amazonaws.com/x", id="intrinsic function"),
        pytest.param("image: ${IMAGE}\n", id="placeholder that is valid YAML, elsewhere"),
        pytest.param("image: '<IMAGE>'", id="quoted placeholder"),
        pytest.param("image: <IMAGE>", id="placeholder that is valid YAML, on the line above"),
    ],
)
def test_a_placeholder_that_is_not_at_the_error_does_not_hide_it(line: str) -> None:
    assert [finding.rule for finding in lint(f"{line}\na: [1, 2\nb: ml.c5.large\n", as_of=DAY).findings] == ["syntax-error"]


def test_severities_can_be_changed() -> None:
    text = template("        - {ModelName: !Ref M, InstanceType: ml.c6g.large}\n")
    report = lint(text, as_of=DAY, settings=Settings(severities=(("image-architecture-mismatch", Severity.NOTE),)))
    assert [finding.severity for finding in report.findings] == ["note"]


@pytest.mark.parametrize(
    ("messages", "joined"),
    [
        pytest.param(["a b c"], "a b c", id="one"),
        pytest.param(["a b c", "a b c"], "a b c", id="the same twice"),
        pytest.param(["image on type x", "image on type y"], "image on type x, y", id="two that differ at the end"),
        pytest.param(["x", "y"], "x, y", id="two words"),
        pytest.param(["a b", "c d"], "a b (and in 1 other way)", id="two that differ everywhere"),
        pytest.param(["not in r1; only here", "not in r2; only here"], "not in r1, r2; only here", id="two that differ in the middle"),
        pytest.param([f"on {n}" for n in range(6)], "on 0, 1, 2, 3 and 2 more", id="many"),
    ],
)
def test_messages_are_joined(messages: list[str], joined: str) -> None:
    assert merge_messages(messages) == joined


def test_milder_messages_are_counted() -> None:
    messages = ["arm64 image on x86_64 instance type ml.m5.xlarge", "CPU image on Neuron instance type ml.inf2.xlarge leaves it idle"]
    assert merge_messages(messages, 0, ["ml.m5.xlarge", "ml.inf2.xlarge"]) == f"{messages[0]} (and on ml.inf2.xlarge)"
    assert merge_messages(messages, 0, ["ml.m5.xlarge", ""]) == f"{messages[0]} (and in 1 other way)"
    assert merge_messages(["on a"], 1) == "on a (and in 1 other way)"
    assert merge_messages(["on a", "on b"], 1) == "on a (and in 2 other ways)"


def test_a_crashing_rule_is_named_and_the_others_run() -> None:
    from smlint.linter.engine import lint_source
    from smlint.model.source import from_text
    from smlint.runner.file_linter import lint_context

    def crash(deployment: Deployment, context: RuleContext) -> Iterator[Violation]:
        raise KeyError("oops")
        yield

    job = lint_context(Settings(today=DAY))
    good = next(one for one in job.rules if one.name == "image-architecture-mismatch")
    bad = good._replace(name="bad-rule", rule=Rule(crash, category="meta", severity=Severity.ERROR, valid=[Valid("a")], invalid=[Invalid("b")]))
    text = template("        - {ModelName: !Ref M, InstanceType: ml.c6g.large}\n")
    checked = lint_source(from_text(text, "t.yaml"), job._replace(rules=(bad, good)))
    assert [finding.rule for finding in checked.findings] == [good.name]
    assert checked.crashes == ("rule bad-rule failed: KeyError: 'oops'",)


def test_a_loop_is_counted_as_an_unknown_deployment() -> None:
    loop = "Fn::ForEach::Models:\n    - Name\n    - [a, b]\n    - ${Name}: {Type: AWS::SageMaker::Model, Properties: {PrimaryContainer: {Image: x}}}\n"
    summary = lint("Transform: AWS::LanguageExtensions\nResources:\n  " + loop, as_of=DAY).summary
    assert (summary.manifests, summary.deployments, summary.errors) == (1, 1, 0)
    assert summary.skipped_checks > 5
    assert lint("Resources:\n  " + loop.replace("SageMaker::Model", "SNS::Topic"), as_of=DAY).summary.deployments == 0


def test_the_library_warns_about_a_rule_that_crashes(monkeypatch: pytest.MonkeyPatch) -> None:
    from smlint.linter import engine

    text = "smlint: v1\nmodels: []\n"
    crashed = FileResult("deploy.yaml", format="native", crashes=("rule x failed: KeyError: 'oops'",))
    monkeypatch.setattr(engine, "lint", lambda file, context: crashed)
    with pytest.warns(RuntimeWarning, match="rule x failed"):
        assert lint(text).summary.manifests == 1
    with pytest.warns(RuntimeWarning, match="rule x failed"):
        assert fix(text) == text

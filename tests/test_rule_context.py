"""The answers of the rule context."""

from __future__ import annotations

import pytest

from smlint import parse_image
from smlint.images.catalog import load_catalog
from smlint.images.instances import parse_instance_type
from smlint.linter.rule_context import RuleContext
from smlint.model.deployment import Deployment, Kind
from smlint.model.facts import ABSENT, known, unknown
from smlint.model.images import Expected, Image, Reason, Unresolved
from smlint.runtime.errors import SmlintError

BUNDLED = load_catalog()
USW2 = "763104351884.dkr.ecr.us-west-2.amazonaws.com"
LONG = f"{USW2}/pytorch-inference:2.1.0-cpu-py310-ubuntu20.04-sagemaker"
MIRROR = "444455556666.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310-ubuntu20.04-sagemaker"
DIGEST = "sha256:" + "0f1e2d3c" * 8


@pytest.fixture
def context() -> RuleContext:
    return RuleContext("2026-01-01", 60)


def image(uri: str) -> Image:
    return parse_image(uri)


def model(
    framework: str = "pytorch", version: str | None = None, *, on: str | None = "ml.m5.large", region: str | None = None, python: str | None = None
) -> Deployment:
    """Return a model with these declarations and no image."""
    return Deployment(
        "native", Kind.ENDPOINT, "m", "/models/0",
        framework=known(framework),
        framework_version=known(version) if version else ABSENT,
        py_version=known(python) if python else ABSENT,
        instance_type=known(parse_instance_type(on)) if on else ABSENT,
        region=known(region) if region else ABSENT,
    )  # fmt: skip


@pytest.mark.parametrize("name", ["images", "instances", "regions", "today", "patch_horizon", "anything"])
def test_a_rule_cannot_change_the_context(context: RuleContext, name: str) -> None:
    with pytest.raises(AttributeError):
        setattr(context, name, None)


class TestDays:
    """The day of the run and the patch horizon."""

    @pytest.mark.parametrize(
        ("today", "days", "horizon"),
        [
            pytest.param("2026-01-01", 60, "2026-03-02", id="a month of 28 days"),
            pytest.param("2024-01-01", 60, "2024-03-01", id="a leap year"),
            pytest.param("2026-11-22", 60, "2027-01-21", id="across the end of the year"),
            pytest.param("2026-01-01", 0, "2026-01-01", id="zero days"),
        ],
    )
    def test_the_horizon_is_that_many_days_ahead(self, today: str, days: int, horizon: str) -> None:
        context = RuleContext(today, days)
        assert (context.today, context.patch_horizon) == (today, horizon)

    @pytest.mark.parametrize(("today", "days"), [("today", 60), ("9999-12-31", 60)])
    def test_an_invalid_day_is_an_error(self, today: str, days: int) -> None:
        with pytest.raises(SmlintError):
            _ = RuleContext(today, days).patch_horizon

    @pytest.mark.parametrize(
        ("tag", "today", "past"),
        [
            pytest.param("2.6.0-cpu-py312", "2026-06-30", False, id="on the last day"),
            pytest.param("2.6.0-cpu-py312", "2026-07-01", True, id="on the day after"),
            pytest.param("1.9.0-cpu-py38", "2020-01-01", True, id="too old for a date"),
        ],
    )
    def test_past_patch(self, tag: str, today: str, past: bool) -> None:
        assert RuleContext(today).images.is_past_patch(image(f"{USW2}/pytorch-inference:{tag}")) is past

    def test_an_image_without_dates_is_unknown(self, context: RuleContext) -> None:
        assert context.images.is_past_patch(image("174872318107.dkr.ecr.us-west-2.amazonaws.com/kmeans:1")) is None


class TestAccounts:
    """Registry accounts and mirrors."""

    @pytest.mark.parametrize(
        ("repository", "region", "version", "account"),
        [
            pytest.param("pytorch-inference", "eu-south-1", None, "692866216735", id="a repository that never moved"),
            pytest.param("sagemaker-tritonserver", "us-east-1", "23.12", "763104351884", id="Triton since 23.12"),
            pytest.param("sagemaker-tritonserver", "us-east-1", "22.07", "785573368785", id="Triton before 23.12, from Neo's account"),
            pytest.param("sagemaker-tritonserver", "us-east-1", None, None, id="Triton without a version"),
            pytest.param("sagemaker-xgboost", "mx-central-1", None, None, id="not published in the Region"),
            pytest.param("no-such-thing", "us-east-1", None, None, id="unknown"),
        ],
    )
    def test_the_account_of_a_repository(
        self, context: RuleContext, repository: str, region: str, version: str | None, account: str | None
    ) -> None:
        assert context.images.account(repository, region, version) == account

    def test_an_image_in_a_mirror_has_no_replacement(self, context: RuleContext) -> None:
        assert image(MIRROR).is_mirror
        assert context.images.in_region(image(MIRROR), "eu-west-1") is None
        changed = context.images.substitute(image(MIRROR), architecture="arm64")
        assert isinstance(changed, Unresolved)
        assert changed.reason is Reason.UNKNOWN

    @pytest.mark.parametrize(
        ("account", "mirror"),
        [
            pytest.param("763104351884", False, id="an AWS account"),
            pytest.param("444455556666", True, id="a private account"),
            pytest.param("123456789012", True, id="a placeholder account from the AWS documentation"),
            pytest.param("\ue001", False, id="an unknown account"),
        ],
    )
    def test_an_aws_repository_in_a_private_account_is_a_mirror(self, account: str, mirror: bool) -> None:
        assert image(f"{account}.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310").is_mirror is mirror

    def test_a_private_repository_is_not_a_mirror(self) -> None:
        assert not image("444455556666.dkr.ecr.us-west-2.amazonaws.com/team/model:v1").is_mirror


class TestSubstitutes:
    """The image that a fix writes."""

    def test_the_arm64_image_of_the_same_version(self, context: RuleContext) -> None:
        changed = context.images.substitute(image(LONG), architecture="arm64")
        assert isinstance(changed, Expected)
        assert changed.uri == LONG.replace("pytorch-inference", "pytorch-inference-graviton")

    @pytest.mark.parametrize("uri", [f"{LONG}@{DIGEST}", f"{USW2}/pytorch-inference@{DIGEST}"])
    def test_a_digest_is_never_replaced(self, context: RuleContext, uri: str) -> None:
        assert isinstance(context.images.substitute(image(uri), architecture="arm64"), Unresolved)

    def test_an_unchanged_image_is_not_a_substitute(self, context: RuleContext) -> None:
        assert isinstance(context.images.substitute(image(LONG), architecture="x86_64"), Unresolved)


class TestExpected:
    """The image for the declared facts."""

    def test_the_image_exists(self, context: RuleContext) -> None:
        expected = context.images.expected(model("pytorch", "2.1.0", on="ml.c6g.xlarge", region="us-west-2"))
        assert isinstance(expected, Expected)
        assert "pytorch-inference-graviton:2.1.0" in expected.uri

    @pytest.mark.parametrize(
        ("deployment", "reason"),
        [
            pytest.param(model("pytroch"), Reason.FRAMEWORK, id="an unknown framework"),
            pytest.param(model("pytorch", "9.9.9"), Reason.VERSION, id="an unknown version"),
            pytest.param(model("pytorch", "1.13.1", on="ml.c6g.large"), Reason.GRAVITON_VERSION, id="a version without an arm64 image"),
            pytest.param(model("kmeans", on="ml.c6g.large"), Reason.GRAVITON_FRAMEWORK, id="a framework without arm64 images"),
            pytest.param(model("pytorch", "2.1.0", python="py39"), Reason.PYTHON, id="a different Python"),
            pytest.param(model("xgboost", "1.7-1", region="mx-central-1"), Reason.REGION, id="not published in the Region"),
        ],
    )
    def test_no_image_has_an_exact_reason(self, context: RuleContext, deployment: Deployment, reason: Reason) -> None:
        expected = context.images.expected(deployment)
        assert isinstance(expected, Unresolved)
        assert expected.reason is reason

    @pytest.mark.parametrize(
        "deployment",
        [
            pytest.param(model("pytorch", "9.9.9")._replace(framework_version=unknown()), id="version"),
            pytest.param(model("pytorch", "9.9.9")._replace(image_scope=unknown()), id="scope"),
            pytest.param(model("pytorch", "9.9.9")._replace(base_framework_version=unknown()), id="base framework"),
            pytest.param(model("pytorch", "9.9.9")._replace(framework=unknown()), id="framework"),
        ],
    )
    def test_an_unknown_fact_has_no_answer(self, context: RuleContext, deployment: Deployment) -> None:
        assert context.images.expected(deployment) is None

    def test_a_deployment_with_an_image_or_without_hardware_has_no_answer(self, context: RuleContext) -> None:
        deployment = model("pytorch", "9.9.9")
        assert context.images.expected(deployment._replace(image=known(image(LONG)))) is None
        assert context.images.expected(deployment._replace(image=unknown())) is None
        assert context.images.expected(deployment._replace(instance_type=ABSENT)) is None
        assert context.images.expected(deployment._replace(instance_type=unknown())) is None

    def test_serverless_needs_no_instance_type(self, context: RuleContext) -> None:
        deployment = model("pytorch", "2.1.0", on=None)._replace(serverless=known(True))
        expected = context.images.expected(deployment)
        assert isinstance(expected, Expected)
        assert "-cpu-" in expected.uri

    def test_alternatives_run_on_the_hardware(self, context: RuleContext) -> None:
        expected = context.images.expected(model("pytorch", "2.1.9"))
        assert isinstance(expected, Unresolved)
        # 2.1.1 and 2.1.2 were built for Neuron only.
        assert expected.alternatives == ("2.0.1", "2.1.0", "2.2.0")

    def test_answers_of_different_deployments_are_not_mixed_up(self, context: RuleContext) -> None:
        first, second = model("pytorch", "9.9.9"), model("pytorch", "2.1.0")
        answers = [type(context.images.expected(deployment)) for deployment in (first, second, first, first)]
        assert answers == [Unresolved, Expected, Unresolved, Unresolved]


class TestNearest:
    """Suggestions."""

    @pytest.mark.parametrize(
        ("expected", "versions", "nearest"),
        [
            pytest.param("2.2.0", ("2.0.1", "2.1.0", "2.2.1"), "2.2.1", id="the patch release"),
            pytest.param("1.13.1", ("1.12.1", "2.0.0", "2.0.1"), "1.12.1", id="the same major version"),
            pytest.param("9.9.9", ("2.10.0", "2.6.0", "2.7.1"), "2.10.0", id="compared as numbers"),
            pytest.param("1.2-1", ("1.0-1", "0.23-1"), "1.0-1", id="release numbers"),
            pytest.param("2.6", ("2.6.0", "2.5.1"), "2.6.0", id="a short version"),
            pytest.param("latest", ("1", "2"), "1", id="a word"),
            pytest.param("2.6", (), None, id="no candidates"),
        ],
    )
    def test_version(self, context: RuleContext, expected: str, versions: tuple[str, ...], nearest: str | None) -> None:
        assert context.images.nearest_version(expected, versions) == nearest

    @pytest.mark.parametrize(
        ("tag", "nearest"),
        [
            pytest.param("2.1.0-cpu-py39-ubuntu20.04-sagemaker", "2.1.0-cpu-py310-ubuntu20.04-sagemaker", id="a different Python"),
            pytest.param("2.6.0-gpu-py312-cu128-ubuntu22.04-sagemaker", "2.6.0-gpu-py312-cu124-ubuntu22.04-sagemaker", id="a different CUDA"),
            pytest.param("2.6.1-cpu-py312", "2.6.0-cpu-py312", id="a different patch release, in the same form"),
            pytest.param("2.6.0-cpu-py312-ubuntu22.04-ec3", "2.6.0-cpu-py312-ubuntu22.04-sagemaker", id="not the EC2 build"),
        ],
    )
    def test_tag(self, context: RuleContext, tag: str, nearest: str) -> None:
        found = context.images.nearest_tags(image(f"{USW2}/pytorch-inference:{tag}"))
        assert found[0] == nearest
        assert len(found) == 3
        assert tag not in found
        published = {release.tag for release in BUNDLED.releases_of("pytorch-inference")}
        assert published.issuperset(found)

    def test_a_repository_without_other_tags_has_no_nearest_tags(self, context: RuleContext) -> None:
        assert context.images.nearest_tags(image("503895931360.dkr.ecr.us-east-1.amazonaws.com/sagemaker-debugger-rules:latest")) == ()
        assert context.images.nearest_tags(image("444455556666.dkr.ecr.us-east-1.amazonaws.com/team/model:v1")) == ()

    @pytest.mark.parametrize(
        ("name", "kind", "status"),
        [
            ("ml.m5.xlarge", Kind.ENDPOINT, "known"),
            ("ml.c7g.xlarge", Kind.ENDPOINT, "known"),
            ("ml.c7g.xlarge", Kind.TRAINING, "wrong-purpose"),
            ("ml.t4g.medium", Kind.ENDPOINT, "wrong-purpose"),
            ("ml.m7g.large", Kind.CLUSTER, "known"),
            ("ml.c9g.xlarge", Kind.ENDPOINT, "new"),
            ("ml.c6g.42xlarge", Kind.ENDPOINT, "unknown-size"),
            ("m5.xlarge", Kind.ENDPOINT, "malformed"),
            ("ml.t3.medium", Kind.NOTEBOOK, "known"),
        ],
    )
    def test_instance_type_status(self, context: RuleContext, name: str, kind: Kind, status: str) -> None:
        assert context.instances.status(name, kind) == status


def test_contexts_share_the_bundled_catalog() -> None:
    assert RuleContext("2026-01-01").catalog is RuleContext("2026-01-02").catalog is BUNDLED

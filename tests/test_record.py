"""The record of a deployment: what is known, what is missing, and what cannot be told."""

from __future__ import annotations

import pytest

from smlint.linter.deployment_facts import BY_NAME, FIELDS, DeploymentFacts, Value, deployment_facts
from smlint.linter.edits import span_of
from smlint.linter.engine import read
from smlint.linter.rule_context import RuleContext
from smlint.model.facts import State
from smlint.model.settings import Settings
from smlint.model.source import Source, from_text

AWS = "763104351884.dkr.ecr.eu-west-1.amazonaws.com"
LONG = f"{AWS}/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker"
DAY = "2026-05-31"


def records(text: str, filename: str = "m.yaml", settings: Settings | None = None) -> tuple[Source, list[DeploymentFacts]]:
    source = from_text(text, filename)
    found = read(source, settings or Settings())
    return source, [deployment_facts(deployment, RuleContext(DAY)) for reading, _ in found.readings for deployment in reading.deployments]


def one(body: str) -> tuple[Source, DeploymentFacts]:
    indented = "".join(f"    {line}\n" for line in body.strip().splitlines())
    source, found = records(f"smlint: 1\nmodels:\n  - name: churn\n{indented}")
    [facts] = found
    return source, facts


def known(facts: DeploymentFacts) -> dict[str, Value | None]:
    return {name: entry.value for name, entry in facts.items() if entry.state is State.KNOWN}


def states(facts: DeploymentFacts, state: State) -> set[str]:
    return {name for name, entry in facts.items() if entry.state is state}


def test_all_of_a_sagemaker_image_is_known() -> None:
    _, facts = one(f"instance_type: ml.m5.xlarge\nregion: eu-west-1\nimage_uri: {LONG}")
    assert known(facts) == {
        "format": "native",
        "kind": "endpoint",
        "platform": "sagemaker",
        "resource": "churn",
        "region": "eu-west-1",
        "instance_type": "ml.m5.xlarge",
        "instance_family": "m5",
        "instance_architecture": "x86_64",
        "instance_processor": "cpu",
        "image": LONG,
        "image_origin": "manifest",
        "registry": AWS,
        "account": "763104351884",
        "image_region": "eu-west-1",
        "owner": "aws",
        "repository": "pytorch-inference",
        "tag": "2.6.0-cpu-py312-ubuntu22.04-sagemaker",
        "known_tag": True,
        "framework": "pytorch",
        "version": "2.6.0",
        "python": "py312",
        "scope": "inference",
        "architecture": "x86_64",
        "processor": "cpu",
        "os": "ubuntu22.04",
        "end_of_patch": "2026-06-30",
        "patch_days_left": 30,
        "past_patch": False,
    }
    assert states(facts, State.ABSENT) == {"serverless", "digest", "accelerator", "accelerator_type", "inference_ami_version"}
    assert list(facts) == [field.name for field in FIELDS]


def test_an_image_that_is_not_named_is_the_one_that_would_be_deployed() -> None:
    source, facts = one("instance_type: ml.c7g.xlarge\nregion: eu-west-1\nframework: pytorch\nframework_version: '2.6.0'")
    assert facts["image"].value == f"{AWS}/pytorch-inference-arm64:2.6.0-cpu-py312-ubuntu22.04-sagemaker"
    assert (facts["image_origin"].value, facts["architecture"].value, facts["end_of_patch"].value) == ("resolved", "arm64", "2026-06-30")
    place = facts["architecture"].place
    assert place is not None
    assert source.position(span_of(place).start).line == 7


def test_without_a_region_the_registry_of_an_image_that_is_not_named_is_unknown() -> None:
    _, facts = one("instance_type: ml.c7g.xlarge\nframework: pytorch\nframework_version: '2.6.0'")
    assert {"image", "registry", "account", "image_region", "repository", "tag", "owner"} <= states(facts, State.UNKNOWN)
    assert facts["region"].state is State.ABSENT
    assert facts["architecture"].value == "arm64"


def test_of_a_private_image_only_what_stands_in_its_uri_is_known() -> None:
    _, facts = one("instance_type: ml.m5.xlarge\nregion: eu-west-1\nimage_uri: 111122223333.dkr.ecr.eu-west-1.amazonaws.com/own:7")
    assert (facts["account"].value, facts["repository"].value, facts["tag"].value) == ("111122223333", "own", "7")
    assert facts["digest"].state is State.ABSENT
    assert {"framework", "version", "python", "architecture", "processor", "scope", "os", "end_of_patch", "known_tag"} <= states(facts, State.UNKNOWN)


def test_what_the_manifest_declares_of_a_private_image_is_taken() -> None:
    _, facts = one("instance_type: ml.m5.xlarge\nframework: pytorch\nframework_version: '2.6.0'\nimage_uri: example.com/own:7")
    assert (facts["framework"].value, facts["version"].value) == ("pytorch", "2.6.0")
    assert facts["architecture"].state is State.UNKNOWN
    assert facts["account"].state is State.ABSENT


def test_the_image_goes_before_what_is_declared_because_it_is_what_runs() -> None:
    _, facts = one(f"instance_type: ml.m5.xlarge\nframework: tensorflow\nframework_version: '2.14'\nimage_uri: {LONG}")
    assert (facts["framework"].value, facts["version"].value) == ("pytorch", "2.6.0")


@pytest.mark.parametrize(
    ("uri", "unknown", "rest"),
    [
        pytest.param("${Registry}/pytorch-inference:2.6.0-cpu-py312", {"registry", "account", "owner", "image_region", "digest"}, {"tag"}, id="the registry"),
        pytest.param("{{ image }}", {"registry", "account", "repository", "tag", "digest", "image", "architecture"}, set(), id="all"),
        pytest.param(f"{AWS}/${{Name}}", {"repository", "tag", "digest", "architecture"}, {"account", "owner"}, id="the name, and perhaps the tag"),
        pytest.param(f"{AWS}/pytorch-inference:${{Tag}}", {"tag", "digest", "version"}, {"framework", "architecture"}, id="the tag"),
    ],
)
def test_where_something_is_filled_in_later_nothing_is_called_missing(uri: str, unknown: set[str], rest: set[str]) -> None:
    _, facts = one(f'instance_type: ml.m5.xlarge\nimage_uri: "{uri}"')
    assert unknown <= states(facts, State.UNKNOWN)
    assert rest <= states(facts, State.KNOWN)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("region", "eu-central-1"),
        ("account", "763104351884"),
        ("image_region", "eu-west-1"),
        ("repository", "pytorch-inference"),
        ("tag", "2.6.0-cpu-py312-ubuntu22.04-sagemaker"),
        ("version", "2.6.0"),
        ("python", "py312"),
        ("processor", "cpu"),
        ("end_of_patch", "2.6.0"),
        ("instance_family", "ml.m5.xlarge"),
        ("image", LONG),
        ("architecture", LONG),
    ],
)
def test_a_fact_stands_on_the_exact_value(name: str, shown: str) -> None:
    source, facts = one(f"instance_type: ml.m5.xlarge\nregion: eu-central-1\nimage_uri: {LONG}")
    place = facts[name].place
    assert place is not None
    span = span_of(place)
    assert source.text[span.start : span.end] == shown


def test_a_region_that_only_the_image_tells_stands_in_the_image() -> None:
    source, facts = one(f"instance_type: ml.m5.xlarge\nimage_uri: {LONG}")
    place = facts["region"].place
    assert place is not None
    span = span_of(place)
    assert (facts["region"].value, source.text[span.start : span.end]) == ("eu-west-1", "eu-west-1")


def test_every_known_value_is_of_its_fields_type(fixtures: list[tuple[str, str]]) -> None:
    types: dict[str, type] = {"string": str, "boolean": bool, "integer": int, "object": dict}
    seen = 0
    for filename, text in fixtures:
        for facts in records(text, filename)[1]:
            for name, value in known(facts).items():
                field = BY_NAME[name]
                assert type(value) is types[field.type], (filename, name)
                assert not field.values or value in field.values, (filename, name, value)
                seen += 1
    assert seen > 1000


@pytest.fixture
def fixtures() -> list[tuple[str, str]]:
    """Every manifest of the fixtures that must stay silent."""
    from tests.conftest import ROOT

    paths = sorted(path for path in (ROOT / "fixtures/ok").rglob("*") if path.suffix in (".yaml", ".yml", ".json", ".template"))
    return [(str(path.relative_to(ROOT)), path.read_text("utf-8")) for path in paths]

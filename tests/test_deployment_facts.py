"""Deployment facts: known, absent and unknown values."""

from __future__ import annotations

import pytest

from smlint.linter.catalog_facts import HARDWARE_FACTS, IMAGE_FACTS
from smlint.linter.deployment_facts import deployment_facts
from smlint.linter.edits import span_of
from smlint.linter.fact_fields import BY_NAME, FIELDS, DeploymentFacts, Value
from smlint.linter.rule_context import RuleContext
from smlint.model.facts import State
from smlint.model.settings import Settings
from smlint.model.source import Source, from_text
from smlint.project.reading import read_file
from smlint.readers.reader import ReadContext

AWS = "763104351884.dkr.ecr.eu-west-1.amazonaws.com"
LONG = f"{AWS}/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker"
DAY = "2026-05-31"


def facts_of(text: str, filename: str = "m.yaml", settings: Settings | None = None) -> tuple[Source, list[DeploymentFacts]]:
    source = from_text(text, filename)
    file = read_file(source, settings or Settings(), ReadContext())
    return source, [deployment_facts(deployment, RuleContext(DAY)) for reading in file.readings for deployment in reading.deployments]


def facts_of_model(body: str) -> tuple[Source, DeploymentFacts]:
    indented = "".join(f"    {line}\n" for line in body.strip().splitlines())
    source, found = facts_of(f"smlint: 1\nmodels:\n  - name: churn\n{indented}")
    [facts] = found
    return source, facts


def known(facts: DeploymentFacts) -> dict[str, Value | None]:
    return {name: entry.value for name, entry in facts.items() if entry.state is State.KNOWN}


def states(facts: DeploymentFacts, state: State) -> set[str]:
    return {name for name, entry in facts.items() if entry.state is state}


def test_a_sagemaker_image_gives_all_facts() -> None:
    _, facts = facts_of_model(f"instance_type: ml.m5.xlarge\nregion: eu-west-1\nimage_uri: {LONG}")
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
        "instance_vcpus": 4,
        "instance_memory_gib": 16.0,
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
        "needs_gpu": False,
        "multi_model": True,
        "bind_to_port": True,
        "released": "2025-02-17",
        "evidence": "release",
        "end_of_patch": "2026-06-30",
        "patch_days_left": 30,
        "past_patch": False,
    }
    assert states(facts, State.UNKNOWN) == {"least_compute_capability", "libraries"}
    assert list(facts) == [field.name for field in FIELDS]


def test_hardware_and_requirements_are_facts() -> None:
    _, facts = facts_of_model(f"instance_type: ml.g5.12xlarge\nregion: eu-west-1\nimage_uri: {AWS}/vllm:server-sagemaker-cuda-v2")
    assert {name: known(facts)[name] for name in (*HARDWARE_FACTS, *IMAGE_FACTS) if name in known(facts)} == {
        "instance_vcpus": 48,
        "instance_memory_gib": 192.0,
        "instance_accelerator": "A10G",
        "instance_accelerators": 4,
        "accelerator_memory_gib": 22.4,
        "compute_capability": 8.6,
        "default_driver": 470,
        "cuda": "13.0",
        "least_compute_capability": 7.0,
        "needs_gpu": True,
        "multi_model": False,
        "bind_to_port": False,
        "evidence": "build configuration",
    }
    assert facts["neuron_cores"].state is facts["neuron_sdk"].state is State.ABSENT
    assert facts["released"].state is State.UNKNOWN


@pytest.mark.parametrize(
    ("instance_type", "expected"),
    [
        pytest.param("ml.trn2.48xlarge", {"instance_accelerator": "Trainium2", "neuron_cores": 128, "compute_capability": None, "default_driver": None}, id="Neuron"),
        pytest.param("ml.m5.large", {"instance_accelerator": None, "instance_accelerators": None, "neuron_cores": None}, id="no accelerator"),
    ],
)
def test_facts_of_other_hardware_are_absent(instance_type: str, expected: dict[str, Value | None]) -> None:
    _, facts = facts_of_model(f"instance_type: {instance_type}\nimage_uri: {LONG}")
    assert {name: facts[name].value for name in expected} == expected
    assert {facts[name].state for name, value in expected.items() if value is None} == {State.ABSENT}


def test_facts_that_no_source_has_are_unknown() -> None:
    _, facts = facts_of_model(f"instance_type: ml.g6e.xlarge\nimage_uri: {AWS}/pytorch-inference:${{Tag}}")
    assert facts["default_driver"].state is State.UNKNOWN
    assert set(IMAGE_FACTS) <= states(facts, State.UNKNOWN)
    _, facts = facts_of_model(f"instance_type: ml.c99.xlarge\nimage_uri: {LONG}")
    assert set(HARDWARE_FACTS) <= states(facts, State.UNKNOWN)


def test_framework_and_version_resolve_to_the_deployed_image() -> None:
    source, facts = facts_of_model("instance_type: ml.c7g.xlarge\nregion: eu-west-1\nframework: pytorch\nframework_version: '2.6.0'")
    assert facts["image"].value == f"{AWS}/pytorch-inference-arm64:2.6.0-cpu-py312-ubuntu22.04-sagemaker"
    assert (facts["image_origin"].value, facts["architecture"].value, facts["end_of_patch"].value) == ("resolved", "arm64", "2026-06-30")
    place = facts["architecture"].place
    assert place is not None
    assert source.position(span_of(place).start).line == 7


def test_without_a_region_the_resolved_registry_is_unknown() -> None:
    _, facts = facts_of_model("instance_type: ml.c7g.xlarge\nframework: pytorch\nframework_version: '2.6.0'")
    assert {"image", "registry", "account", "image_region", "repository", "tag", "owner"} <= states(facts, State.UNKNOWN)
    assert facts["region"].state is State.ABSENT
    assert facts["architecture"].value == "arm64"


def test_a_private_image_gives_only_the_facts_in_its_uri() -> None:
    _, facts = facts_of_model("instance_type: ml.m5.xlarge\nregion: eu-west-1\nimage_uri: 111122223333.dkr.ecr.eu-west-1.amazonaws.com/own:7")
    assert (facts["account"].value, facts["repository"].value, facts["tag"].value) == ("111122223333", "own", "7")
    assert facts["digest"].state is State.ABSENT
    assert {"framework", "version", "python", "architecture", "processor", "scope", "os", "end_of_patch", "known_tag"} <= states(facts, State.UNKNOWN)


def test_declared_facts_describe_a_private_image() -> None:
    _, facts = facts_of_model("instance_type: ml.m5.xlarge\nframework: pytorch\nframework_version: '2.6.0'\nimage_uri: example.com/own:7")
    assert (facts["framework"].value, facts["version"].value) == ("pytorch", "2.6.0")
    assert facts["architecture"].state is State.UNKNOWN
    assert facts["account"].state is State.ABSENT


def test_the_image_takes_precedence_over_declared_facts() -> None:
    _, facts = facts_of_model(f"instance_type: ml.m5.xlarge\nframework: tensorflow\nframework_version: '2.14'\nimage_uri: {LONG}")
    assert (facts["framework"].value, facts["version"].value) == ("pytorch", "2.6.0")


@pytest.mark.parametrize(
    ("uri", "unknown", "rest"),
    [
        pytest.param("${Registry}/pytorch-inference:2.6.0-cpu-py312", {"registry", "account", "owner", "image_region", "digest"}, {"tag"}, id="registry"),
        pytest.param("{{ image }}", {"registry", "account", "repository", "tag", "digest", "image", "architecture"}, set(), id="whole URI"),
        pytest.param(f"{AWS}/${{Name}}", {"repository", "tag", "digest", "architecture"}, {"account", "owner"}, id="repository, and maybe the tag"),
        pytest.param(f"{AWS}/pytorch-inference:${{Tag}}", {"tag", "digest", "version"}, {"framework", "architecture"}, id="tag"),
    ],
)
def test_placeholders_make_facts_unknown_not_absent(uri: str, unknown: set[str], rest: set[str]) -> None:
    _, facts = facts_of_model(f'instance_type: ml.m5.xlarge\nimage_uri: "{uri}"')
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
def test_facts_point_at_the_exact_value(name: str, shown: str) -> None:
    source, facts = facts_of_model(f"instance_type: ml.m5.xlarge\nregion: eu-central-1\nimage_uri: {LONG}")
    place = facts[name].place
    assert place is not None
    span = span_of(place)
    assert source.text[span.start : span.end] == shown


def test_a_region_inferred_from_the_image_points_at_the_image() -> None:
    source, facts = facts_of_model(f"instance_type: ml.m5.xlarge\nimage_uri: {LONG}")
    place = facts["region"].place
    assert place is not None
    span = span_of(place)
    assert (facts["region"].value, source.text[span.start : span.end]) == ("eu-west-1", "eu-west-1")


def test_known_values_have_the_type_of_their_field(fixtures: list[tuple[str, str]]) -> None:
    types: dict[str, type] = {"string": str, "boolean": bool, "integer": int, "number": float, "object": dict}
    seen = 0
    for filename, text in fixtures:
        for facts in facts_of(text, filename)[1]:
            for name, value in known(facts).items():
                field = BY_NAME[name]
                assert type(value) is types[field.type], (filename, name)
                assert not field.values or value in field.values, (filename, name, value)
                seen += 1
    assert seen > 1000


@pytest.fixture
def fixtures() -> list[tuple[str, str]]:
    """Return the name and text of every fixture without findings."""
    from tests.conftest import ROOT

    paths = sorted(path for path in (ROOT / "fixtures/ok").rglob("*") if path.suffix in (".yaml", ".yml", ".json", ".template"))
    return [(str(path.relative_to(ROOT)), path.read_text("utf-8")) for path in paths]

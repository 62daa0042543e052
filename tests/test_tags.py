"""The grammar of tags."""

from __future__ import annotations

import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smlint.images.tags import normalize_tag, parse_tag, same_version, version_key
from tests.oracle import FIXTURES


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "2.6.0-gpu-py312-cu124-ubuntu22.04-sagemaker",
            {"version": "2.6.0", "processor": "gpu", "python": "py312", "accelerator": "cu124", "os": "ubuntu22.04", "platform": "sagemaker"},
            id="a long Deep Learning Containers tag",
        ),
        pytest.param("1.7-1", {"version": "1.7-1"}, id="a version with its release number"),
        pytest.param("1", {"version": "1"}, id="a bare number is a version"),
        pytest.param("3.x", {"version": "3.x"}, id="a version with a wildcard"),
        pytest.param("b9522-cpu-ubuntu24.04", {"version": "b9522", "processor": "cpu", "os": "ubuntu24.04"}, id="a build number of llama.cpp"),
        pytest.param(
            "2.6.0-transformers4.49.0-gpu-py312-cu124-ubuntu22.04",
            {"version": "2.6.0", "libraries": (("transformers", "4.49.0"),), "accelerator": "cu124"},
            id="a library with its version",
        ),
        pytest.param("0.36.0-lmi28.0.0-cu130", {"version": "0.36.0", "libraries": (("lmi", "28.0.0"),), "processor": "gpu"}, id="CUDA means GPU"),
        pytest.param("server-sagemaker-cuda-v2.3", {"version": None, "flavors": ("server", "cuda"), "revision": "v2.3", "processor": "gpu"}, id="a server"),
        pytest.param("1.5-1-arm64", {"version": "1.5-1", "architecture": "arm64"}, id="arm64 in the tag"),
        pytest.param("1.4-2-py312-cpu-py3", {"version": "1.4-2", "python": "py312"}, id="the more exact of two Python versions"),
        pytest.param("1.13.0-neuronx-py38-sdk2.9.1-ubuntu20.04", {"processor": "neuronx", "sdk": "2.9.1"}, id="a Neuron SDK"),
        pytest.param("1.9-inf-py3", {"processor": "neuron"}, id="inf means Neuron for Inferentia 1"),
        pytest.param("1.9.0-cpu-py38-ubuntu20.04-e3", {"platform": "ec2"}, id="e3 means EC2"),
        pytest.param(
            "1.1.0-cpu-py310-ubuntu20.04-v1.1-2024-05-23-17-49-22",
            {"version": "1.1.0", "revision": "v1.1", "date": "2024-05-23-17-49-22"},
            id="a time stamp is not a version",
        ),
        pytest.param("coach0.11-cpu-py3", {"version": None, "libraries": (("coach", "0.11"),)}, id="a tag that starts with a library"),
        pytest.param("my-branch-7f3a9c", {"version": None, "unknown": ("my", "branch", "7f3a9c")}, id="free text"),
        pytest.param("", {"version": None, "unknown": ("",)}, id="an empty tag"),
    ],
)
def test_parse_tag(text: str, expected: dict[str, object]):
    tag = parse_tag(text)
    assert {name: getattr(tag, name) for name in expected} == expected


def test_spans():
    text = "1.5-1-gpu-py312-cu124-ubuntu22.04-sagemaker-v1"
    tag = parse_tag(text)
    assert {name: text[start:end] for name, (start, end) in tag.spans.items()} == {
        "version": "1.5-1", "processor": "gpu", "python": "py312", "accelerator": "cu124", "os": "ubuntu22.04",
        "platform": "sagemaker", "revision": "v1",
    }  # fmt: skip


def test_every_published_tag_parses():
    """No published tag has an unknown token; 1,638 were known on 2026-11-22. Only base images lack both a version and a revision."""
    repositories = json.loads((FIXTURES / "published_tags.json").read_text())["repositories"]
    tags = [(repository, parse_tag(text)) for repository, found in repositories.items() for text in found]
    assert len(tags) >= 1638
    assert [tag.text for _, tag in tags if tag.unknown] == []
    assert {repository for repository, tag in tags if tag.version is None and tag.revision is None} == {"base"}


def test_tags_of_the_sdk_parse_except_its_faults():
    """98.7 %: the others are tags with a second processor, which the SDK inserted."""
    with gzip.open(FIXTURES / "oracle_golden.jsonl.gz", "rt") as lines:
        outcomes = json.loads(next(lines))["outcomes"]
    tags = [parse_tag(outcome.partition(":")[2]) for outcome in outcomes if not outcome.startswith("!")]
    odd = [tag for tag in tags if tag.unknown and tag.text]
    assert len(tags) == 3117
    assert len(odd) == 40
    assert all(word in ("cpu", "neuron", "neuronx") for tag in odd for word in tag.unknown)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("2.6-cpu-py312-ubuntu22.04-sagemaker-v1", "2.6-cpu-py312-ubuntu22.04-sagemaker", id="a revision after a version"),
        pytest.param("server-sagemaker-cuda-v2.3", "server-sagemaker-cuda-v2.3", id="a revision that is the version stays"),
        pytest.param("0.30.0-gpu-py312-soci", "0.30.0-gpu-py312", id="a SOCI index"),
        pytest.param("1.1.0-cpu-v1.1-2024-05-23-17-49-22", "1.1.0-cpu", id="a time stamp and a revision"),
        pytest.param("v1", "v1", id="nothing to remove"),
    ],
)
def test_normalize_tag(text: str, expected: str):
    assert normalize_tag(text) == expected


def test_versions_sort_naturally():
    ordered = ["b9522", "0.10.2rc1", "0.10.2", "1", "1.4-2-py312", "1.5", "1.5-1", "1.9", "1.10", "2.6", "2.6.0", "2.6.1", "22.07", "23.12"]
    assert sorted(set(ordered), key=version_key) == ordered


@pytest.mark.parametrize(
    ("declared", "actual", "same"),
    [
        pytest.param("2.1", "2.1.0", True, id="a prefix"),
        pytest.param("1.5", "1.5-1", True, id="a prefix before the release number"),
        pytest.param("2.1", "2.10.0", False, id="not by whole components"),
        pytest.param("2.1.0", "2.1", False, id="a floating version does not match a full one"),
        pytest.param("", "2.1", False, id="an empty version"),
        pytest.param("2.1.0", "2.1.0", True, id="equal"),
    ],
)
def test_same_version(declared: str, actual: str, same: bool):
    assert same_version(declared, actual) is same


@given(st.text(max_size=60) | st.from_regex(r"[a-z0-9.\-]{0,60}", fullmatch=True))
def test_any_text_parses(text: str):
    tag = parse_tag(text)
    assert tag.text == text
    assert all(0 <= start <= end <= len(text) for start, end in tag.spans.values())
    normalize_tag(text)
    version_key(text)

"""What is newer than the catalog is a note at most, and never fixed. What the catalog lacks below its newest version does not exist."""

from __future__ import annotations

import pytest

from smlint.api import fix, lint
from smlint.images.catalog import ListName, load_catalog
from smlint.linter.rule import Severity

DAY = "2026-10-01"
HOST = "763104351884.dkr.ecr.us-west-2.amazonaws.com"
CATALOG = load_catalog()


def model(**fields: str) -> str:
    values = {"instance_type": "ml.m5.xlarge", "region": "us-west-2"} | fields
    return "smlint: 1\nmodels:\n  - name: churn\n" + "".join(f"    {key}: {value}\n" for key, value in values.items())


NEWER: list[tuple[str, str, ListName, dict[str, str]]] = [
    ("a version of an image", "unknown-image-tag", "images", {"image_uri": f"{HOST}/pytorch-inference:2.99.0-cpu-py312-ubuntu22.04-sagemaker"}),
    ("a short version of an image", "unknown-image-tag", "images", {"image_uri": f"{HOST}/tensorflow-inference:2.99-cpu"}),
    ("a monthly release", "unknown-image-tag", "images", {"image_uri": f"{HOST}/sagemaker-tritonserver:38.01-py3", "instance_type": "ml.g5.xlarge"}),
    (
        "a library of an image", "unknown-image-tag", "images",
        {"image_uri": f"{HOST}/huggingface-pytorch-tgi-inference:2.7.0-tgi99.1.0-gpu-py311-cu124-ubuntu22.04", "instance_type": "ml.g5.xlarge"},
    ),
    ("a repository", "unknown-image-repository", "images", {"image_uri": f"{HOST}/marimba-inference:1.0-cpu-py312"}),
    ("a declared version", "unsupported-framework-version", "images", {"framework": "pytorch", "framework_version": '"2.99.0"'}),
    (
        "a declared version on Graviton", "unsupported-framework-version", "images",
        {"framework": "pytorch", "framework_version": '"2.99.0"', "instance_type": "ml.c7g.xlarge"},
    ),
    (
        "a declared version with a Python", "unsupported-framework-version", "images",
        {"framework": "pytorch", "framework_version": '"2.99.0"', "py_version": "py316"},
    ),
    (
        "a base framework", "unsupported-framework-version", "images",
        {"framework": "huggingface", "framework_version": '"4.49.0"', "base_framework_version": "pytorch2.99.0", "instance_type": "ml.g5.xlarge"},
    ),
    (
        "the Region of an image", "unavailable-region", "accounts",
        {"image_uri": "763104351884.dkr.ecr.us-east-3.amazonaws.com/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker", "region": "us-east-3"},
    ),
    ("the Region of a framework", "unavailable-region", "accounts", {"framework": "pytorch", "framework_version": '"2.6.0"', "region": "us-east-3"}),
    (
        "an instance family", "unknown-instance-type", "instances",
        {"image_uri": f"{HOST}/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker", "instance_type": "ml.m99i.xlarge"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "name", "fields"), [pytest.param(*row, id=title) for title, *row in NEWER])
def test_it_is_a_note_that_names_the_date_of_the_list_and_nothing_is_fixed(rule: str, name: ListName, fields: dict[str, str]) -> None:
    text = model(**fields)
    found = [finding for finding in lint(text, as_of=DAY).findings if finding.category != "support"]
    assert [(finding.rule, finding.severity, finding.fix) for finding in found] == [(rule, Severity.NOTE, None)]
    assert f"newer than the catalog of {CATALOG.date_of(name)}" in found[0].message
    assert fix(text, unsafe=True, as_of=DAY) == text


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        pytest.param("unknown-image-tag", {"image_uri": f"{HOST}/pytorch-inference:2.7.1-cpu-py312-ubuntu22.04-sagemaker"}, id="an image"),
        pytest.param("unsupported-framework-version", {"framework": "pytorch", "framework_version": '"2.7.1"'}, id="a declared version"),
        pytest.param(
            "unsupported-framework-version",
            {"framework": "huggingface", "framework_version": '"4.49.0"', "base_framework_version": "pytorch2.7.0", "instance_type": "ml.g5.xlarge"},
            id="a base framework",
        ),
        pytest.param("unknown-instance-type", {"instance_type": "ml.m5.99xlarge", "framework": "xgboost", "framework_version": '"1.7-1"'}, id="a size"),
        pytest.param("unavailable-region", {"region": "us-est-1", "image_uri": f"{HOST.replace('west-2', 'est-1')}/pytorch-inference:2.6.0-cpu-py312"}, id="a Region"),
    ],
)
def test_below_the_newest_version_what_no_list_has_is_absent(rule: str, fields: dict[str, str]) -> None:
    """PyTorch is known up to 2.14 or later, in training images, so that the inference image 2.7.1 would be known too."""
    [found] = [finding for finding in lint(model(**fields), as_of=DAY).findings if finding.rule == rule]
    assert found.severity.rank >= Severity.WARNING.rank
    assert "newer" not in found.message


def test_an_image_that_is_newer_than_the_catalog_is_not_replaced_by_the_declared_version() -> None:
    text = model(image_uri=f"{HOST}/pytorch-inference:2.99.0-cpu-py312-ubuntu22.04-sagemaker", framework_version='"2.6.0"')
    [found] = [finding for finding in lint(text, as_of=DAY).findings if finding.rule == "image-version-mismatch"]
    assert (found.severity, found.fix) == (Severity.ERROR, None)
    assert fix(text, unsafe=True, as_of=DAY) == text


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        pytest.param({"image_uri": f"{HOST}/pytorch-inference:2.99.0-cpu-py312", "instance_type": "ml.c7g.xlarge"}, "image-architecture-mismatch", id="architecture"),
        pytest.param({"image_uri": f"{HOST.replace('763104351884', '246618743249')}/pytorch-inference:2.99.0-cpu-py312"}, "image-account-mismatch", id="account"),
        pytest.param({"image_uri": f"{HOST}/pytorch-inference:2.99.0-cpu-py312", "region": "eu-west-1"}, "image-region-mismatch", id="Region"),
    ],
)
def test_what_is_known_to_be_wrong_is_an_error_in_a_newer_image_too(fields: dict[str, str], rule: str) -> None:
    assert [finding.severity for finding in lint(model(**fields), as_of=DAY).findings if finding.rule == rule] == [Severity.ERROR]

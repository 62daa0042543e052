"""Which tags the catalog knows, and on what evidence: released, documented, or named by the SDK; never a plan."""

from __future__ import annotations

import csv
import gzip
import itertools
import json

import pytest

from smlint import lint, parse_image
from smlint.catalog_build.evidence import evidence_by_tag, mixes_spellings
from smlint.images.catalog import load_catalog
from smlint.images.resolve import ImageRequest, resolve
from smlint.images.substitute import substitute
from smlint.images.tags import normalize_tag, parse_tag
from smlint.linter.violation import Replacement
from smlint.model.findings import Applicability
from smlint.model.images import Expected
from tests.conftest import ROOT

CATALOG = load_catalog()
FIXTURES = ROOT / "fixtures"
US = "763104351884.dkr.ecr.us-west-2.amazonaws.com"


def known(image: str) -> bool:
    repository, _, tag = image.partition(":")
    return CATALOG.known_tag(repository, parse_tag(tag))


def ledger() -> dict[str, str]:
    """Return the date of the first release of each image in the ledger."""
    with gzip.open(FIXTURES / "dlc_release_tags.tsv.gz", "rt", encoding="utf-8", newline="") as file:
        lines = (line for line in file if not line.startswith("#"))
        rows = sorted(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE), key=lambda row: row["commit_date"], reverse=True)
    return {image: row["commit_date"] for row in rows for image in row["image_tags"].split()}


def named_anywhere() -> dict[str, set[str]]:
    """Return the tags of each repository that any source names, plans included."""
    published = json.loads((FIXTURES / "published_tags.json").read_text(encoding="utf-8"))["repositories"]
    names: dict[str, set[str]] = {repository: {normalize_tag(tag) for tag in tags} for repository, tags in published.items()}
    for repository in CATALOG.repositories:
        names.setdefault(repository, set()).update(normalize_tag(release.tag) for release in CATALOG.releases_of(repository))
    return names


def test_every_released_tag_is_known():
    assert [image for image in ledger() if not known(image)] == []


def test_a_suffix_of_another_version_makes_no_tag():
    """Cross the parts after the processor of two versions of a repository, and leave out what any source names."""
    names = named_anywhere()
    by_repository: dict[str, list[str]] = {}
    for image, date in ledger().items():
        if date >= "2022":
            by_repository.setdefault(image.partition(":")[0], []).append(image.partition(":")[2])
    invented = set()
    for repository, tags in by_repository.items():
        for tag, other in itertools.permutations(tags, 2):
            processor = parse_tag(tag).processor
            if processor and parse_tag(other).processor == processor and f"-{processor}-" in tag and f"-{processor}-" in other:
                text = f"{tag.partition(f'-{processor}-')[0]}-{processor}-{other.partition(f'-{processor}-')[2]}"
                if normalize_tag(text) not in names[repository]:
                    invented.add(f"{repository}:{text}")
    assert len(invented) > 1000
    assert [image for image in sorted(invented)[::5] if known(image)] == []


@pytest.mark.parametrize(
    "image",
    [
        pytest.param("pytorch-inference:2.6.0-gpu-py312-cu121-ubuntu20.04-sagemaker", id="toolkit and system of another version"),
        pytest.param("pytorch-inference:2.6.0-gpu-py312-cu124-ubuntu20.04-sagemaker", id="another system"),
        pytest.param("pytorch-inference:2.6.0-cpu-py312-cu124-ubuntu22.04-sagemaker", id="CUDA in a CPU image"),
        pytest.param("pytorch-inference:2.6.0-cpu-py311-ubuntu22.04-sagemaker", id="another Python"),
        pytest.param("pytorch-inference:2.6.0-cpu-py312-ubuntu22.04", id="a long form without its platform"),
        pytest.param("pytorch-inference:2.5.1-cpu-py311-ubuntu22.04-e3", id="a former word for the platform"),
        pytest.param("pytorch-inference:2.7.1-cpu-py312-ubuntu22.04-sagemaker", id="planned, never released"),
        pytest.param("pytorch-training:1.13.1-cpu-py3999999999-ubuntu20.04-ec2", id="a test entry in a plan"),
        pytest.param("tensorflow-inference:2.19.0-gpu-py312-cu125-ubuntu22.04-sagemaker", id="planned with another CUDA than released"),
        pytest.param("djl-inference:0.33.0-lmi15.0.0-cu124", id="CUDA of an older DJL Serving"),
        pytest.param("huggingface-pytorch-inference:1.13-transformers4.26.0-cpu-py39-ubuntu20.04", id="one short and one full version"),
        pytest.param("huggingface-tensorflow-training:2.4-transformers4.6.1-gpu-py37-cu110-ubuntu18.04", id="the same for TensorFlow"),
        pytest.param("huggingface-pytorch-training:2.11.0-transformers5.13.1-gpu-py312-cu130-amzn2023", id="not in production yet"),
        pytest.param("huggingface-pytorch-inference:2.1.0-cpu-py310-ubuntu20.04", id="a form without Transformers and another system"),
        pytest.param("ray:train-ml-cuda", id="a floating tag that is not in production yet"),
        pytest.param("pytorch-inference:2.6.0-py312-cpu-ubuntu22.04-sagemaker", id="another order"),
        pytest.param("pytorch-inference:2.6.0-cpu-py312-sagemaker-ubuntu22.04", id="the platform before the system"),
        pytest.param("pytorch-inference:2.6.0-gpu-cu124-py312-ubuntu22.04-sagemaker", id="the toolkit before Python"),
        pytest.param("pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker-ec2", id="two platforms"),
        pytest.param("pytorch-inference:2.6.0-cpu-py312-py311-ubuntu22.04-sagemaker", id="two Pythons"),
        pytest.param("pytorch-inference:2.6.0-gpu-py312-cu124-cu126-ubuntu22.04-sagemaker", id="two toolkits"),
        pytest.param("pytorch-inference:2.6.0-gpu-py312-cu124-ubuntu22.04-sagemaker-2024-13-45-99-99-99", id="an impossible date"),
        pytest.param("pytorch-inference:2.6.0-arm64-cpu-py312-ubuntu22.04-sagemaker", id="an architecture of another repository"),
        pytest.param("pytorch-training-neuronx:2.1.2-neuronx-py310-sdk2.21.0-ubuntu22.04", id="the Neuron SDK of another version"),
        pytest.param("huggingface-pytorch-tgi-inference:2.6.0-tgi3.3.6-gpu-py311-cu124-ubuntu22.04", id="TGI with the PyTorch of another version"),
        pytest.param("sagemaker-tritonserver:24.09-py3-gpu", id="a processor that no tag of the repository names"),
        pytest.param("sagemaker-tritonserver:23.02-py3-sagemaker", id="a platform in a year that documents give as a pattern"),
        pytest.param("sagemaker-xgboost:1.7-1-gpu-py3", id="another processor in a tag of an image that runs on both"),
        pytest.param("vllm:server-cuda-v1.99", id="a revision between those of a server"),
    ],
)
def test_these_tags_are_unknown(image: str):
    assert not known(image)


@pytest.mark.parametrize(
    "image",
    [
        pytest.param("pytorch-inference:2.6.0-gpu-py312-cu124-ubuntu22.04-sagemaker", id="a long form"),
        pytest.param("pytorch-inference:2.6.0-gpu-py312-cu124-ubuntu22.04-sagemaker-2025-03-04-05-06-07", id="with a date"),
        pytest.param("pytorch-inference:2.6-gpu-py312-cu124-ubuntu22.04-sagemaker-v1.20", id="with a revision"),
        pytest.param("pytorch-inference:2.6.0-gpu-py312-cu124", id="a short form that names its CUDA"),
        pytest.param("djl-inference:0.30.0-cpu-full", id="a release that documents leave out"),
        pytest.param("huggingface-pytorch-tgi-inference:2.4.0-tgi2.4.0-gpu-py311-cu124-ubuntu22.04", id="TGI"),
        pytest.param("huggingface-pytorch-inference:2.1-transformers4.37-gpu-py310-cu118-ubuntu20.04", id="short forms of both versions"),
        pytest.param("huggingface-pytorch-inference:2.1.0-cpu-py310-ubuntu22.04", id="a form without Transformers"),
        pytest.param("huggingface-pytorch-inference:2.1-gpu-py310", id="a short form without Transformers"),
        pytest.param("huggingface-vllm:0.27-gpu-py312-cu130-ubuntu22.04", id="a build configuration"),
        pytest.param("ray:serve-ml-sagemaker-cuda", id="a floating tag"),
        pytest.param("sagemaker-xgboost:3.0-5-cpu-py3", id="a tag of XGBoost with a processor"),
        pytest.param("sagemaker-tritonserver:23.08-py3-cpu", id="Triton in use, of a year that documents give as a pattern"),
        pytest.param("sagemaker-tritonserver:22.10-py3", id="any month of such a year"),
        pytest.param("sagemaker-scikit-learn:1.4-2-py312-cpu-py3", id="the SDK's word for a Python after the exact one"),
        pytest.param("pytorch-inference:1.2.0-cpu-py3-ubuntu16.04", id="a long form, where only the SDK names the version, in short"),
    ],
)
def test_these_tags_are_known(image: str):
    assert known(image)


def test_the_strongest_evidence_of_a_tag_is_kept():
    seen = {"a": ["release"], "b": ["docs-hist", "release"], "c": ["avail", "docs-hist"], "d": ["docs"], "e": ["docs-hist"]}
    assert evidence_by_tag(seen, {"d", "f"}, {"e", "g"}) == {"b": "w", "c": "e", "d": "r", "e": "c", "f": "r", "g": "c"}


def test_every_published_tag_has_evidence():
    for entry in CATALOG.repositories.values():
        assert len(entry.get("evidence", "")) == len(entry.get("published", ()))
        assert set(entry.get("evidence", "")) <= set("rdecow")
    by_tag = {release.tag: release.evidence for release in CATALOG.releases_of("pytorch-inference")}
    assert by_tag["2.6.0-gpu-py312-cu124-ubuntu22.04-sagemaker"] == "r"
    assert by_tag["1.2.0-cpu-py2"] == "s"


def test_mixed_spellings_are_only_hugging_face_s():
    assert mixes_spellings("huggingface-pytorch-training", "2.1-transformers4.36.0-gpu-py310-cu121-ubuntu20.04")
    assert not mixes_spellings("huggingface-pytorch-training", "2.1.0-transformers4.36.0-gpu-py310-cu121-ubuntu20.04")
    assert not mixes_spellings("huggingface-pytorch-training", "2.1-transformers4.36-gpu-py310-cu121-ubuntu20.04")
    assert not mixes_spellings("djl-inference", "0.21.0-fastertransformer5.3-cu117")


@pytest.mark.parametrize("instance", ["ml.g5.xlarge", "ml.m5.xlarge", "ml.c7g.xlarge"])
def test_pytorch_for_an_endpoint_is_never_an_image_for_training(instance: str):
    found = resolve(ImageRequest("pytorch", "us-west-2", instance), CATALOG)
    assert isinstance(found, Expected)
    assert "/pytorch-inference" in found.uri
    refused = resolve(ImageRequest("pytorch", "us-west-2", instance, version="2.12"), CATALOG)
    assert not isinstance(refused, Expected)


def test_a_short_base_framework_means_the_full_one():
    request = ImageRequest("huggingface", "us-west-2", "ml.g5.xlarge", version="4.37.0", base_framework_version="pytorch2.1")
    found = resolve(request, CATALOG)
    assert isinstance(found, Expected)
    assert found.uri.endswith(":2.1.0-transformers4.37.0-gpu-py310-cu118-ubuntu20.04")


def test_a_substitute_that_only_withdrawn_documents_name_is_marked_and_unsafe():
    image = parse_image(f"{US}/pytorch-inference-arm64:2.6.0-gpu-py312-cu124-ubuntu22.04-ec2")
    found = substitute(image, CATALOG, platform="sagemaker")
    assert isinstance(found, Expected)
    assert found.withdrawn
    assert Replacement.with_image(found, "use it").applicability is Applicability.UNSAFE
    assert Replacement.with_image(found, "use it", Applicability.DISPLAY).applicability is Applicability.DISPLAY
    assert Replacement.with_image(found._replace(withdrawn=False), "use it") == Replacement(found.uri, "use it")


@pytest.mark.parametrize(
    ("image", "day"),
    [
        pytest.param("sagemaker-scikit-learn:1.4-2-py312", "2026-10-30", id="a Python with its own dates"),
        pytest.param("sagemaker-scikit-learn:1.4-2-cpu-py3", None, id="the version with another Python"),
        pytest.param("pytorch-training-arm64:2.7.0-gpu-py312-cu128-ubuntu22.04-ec2", "2026-04-23", id="a repository for EC2 only"),
        pytest.param("base:12.8.0-gpu-py312-cu128-ubuntu22.04-ec2", "2026-06-05", id="a base image"),
    ],
)
def test_end_of_patch(image: str, day: str | None):
    account = "246618743249" if image.startswith("sagemaker-") else "763104351884"
    assert parse_image(f"{account}.dkr.ecr.us-west-2.amazonaws.com/{image}").end_of_patch == day


@pytest.mark.parametrize(("today", "ended"), [("2026-08-22", True), ("2026-01-01", None)])
def test_a_version_without_a_date_that_a_document_calls_unsupported(today: str, ended: bool | None):
    """aws/deep-learning-containers at e0ecede (2026-08-21): scikit-learn 1.4-2 for Python 3.10 is no longer supported."""
    assert CATALOG.is_past_patch(parse_image("246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-scikit-learn:1.4-2-cpu-py3"), today) is ended


def tag_finding(repository: str, tag: str, instance: str = "ml.m5.xlarge") -> tuple[str, str, str | None, str | None]:
    """Return severity, message, fixed tag and applicability of the finding about a tag."""
    text = f"smlint: 1\nmodels:\n  - {{name: a, image_uri: '{US}/{repository}:{tag}', instance_type: {instance}, region: us-west-2}}\n"
    [finding] = [f for f in lint(text, as_of="2023-06-01").findings if f.rule == "unknown-image-tag"]
    if finding.fix is None:
        return finding.severity, finding.message, None, None
    [edit] = finding.fix.edits
    fixed = text[: edit.span.start] + edit.new + text[edit.span.end :]
    return finding.severity, finding.message, fixed.partition(f"{repository}:")[2].partition("'")[0], finding.fix.applicability


@pytest.mark.parametrize(
    ("repository", "tag", "fixed", "applicability"),
    [
        pytest.param("pytorch-inference", "2.6.0-cpu-py312-ubuntu20.04-sagemaker", "2.6.0-cpu-py312-ubuntu22.04-sagemaker", "safe", id="system"),
        pytest.param("pytorch-inference", "2.6.0-cpu-py312-cu124-ubuntu22.04-sagemaker", "2.6.0-cpu-py312-ubuntu22.04-sagemaker", "safe", id="CUDA"),
        pytest.param("pytorch-inference", "2.6.0-cpu-py311-ubuntu22.04-sagemaker", "2.6.0-cpu-py312-ubuntu22.04-sagemaker", "unsafe", id="Python"),
        pytest.param("pytorch-inference", "2.7.1-cpu-py312-ubuntu22.04-sagemaker", "2.6.0-cpu-py312-ubuntu22.04-sagemaker", "unsafe", id="version"),
        pytest.param("djl-inference", "0.33.0-lmi15.0.0-cu126", "0.33.0-lmi15.0.0-cu128", "safe", id="CUDA, where no tag names the system"),
        pytest.param("sagemaker-tritonserver", "24.09-py3-gpu", "24.09-py3", "unsafe", id="a processor, where GPU images name none"),
        pytest.param("vllm", "server-cuda-v1.99", "server-cuda-v1", "unsafe", id="a server for EC2"),
        pytest.param("pytorch-inference", "2.6.0-py312-cpu-ubuntu22.04-sagemaker", "2.6.0-cpu-py312-ubuntu22.04-sagemaker", "safe", id="order"),
        pytest.param(
            "pytorch-inference", "2.6.0-cpu-py312-ubuntu20.04-sagemaker-2025-03-04-05-06-07", "2.6.0-cpu-py312-ubuntu22.04-sagemaker", "unsafe", id="a build"
        ),
        pytest.param(
            "huggingface-pytorch-inference",
            "1.13-transformers4.26.0-cpu-py39-ubuntu20.04",
            "1.13.1-transformers4.26.0-cpu-py39-ubuntu20.04",
            "unsafe",
            id="a mixed spelling",
        ),
    ],
)
def test_the_fix_of_an_unknown_tag(repository: str, tag: str, fixed: str, applicability: str):
    severity, message, *fix = tag_finding(repository, tag)
    assert severity in ("error", "warning")
    assert fix == [fixed, applicability]
    assert message.startswith(f"unknown tag {tag} of {repository}; nearest: ")


@pytest.mark.parametrize(
    ("repository", "tag", "instance"),
    [
        pytest.param("vllm", "0.99.0-gpu-py312-cu130-ubuntu22.04-sagemaker", "ml.g5.12xlarge", id="vLLM"),
        pytest.param("vllm", "server-sagemaker-cuda-v99.0", "ml.g5.12xlarge", id="a revision that is the version"),
        pytest.param("pytorch-inference", "2.99.0-cpu-py313-ubuntu24.04-sagemaker", "ml.m5.xlarge", id="PyTorch"),
        pytest.param("huggingface-pytorch-inference", "2.6.0-transformers99.1.0-cpu-py312-ubuntu22.04", "ml.m5.xlarge", id="Transformers"),
        pytest.param("huggingface-pytorch-inference", "2.99.0-transformers4.51.3-cpu-py312-ubuntu22.04", "ml.m5.xlarge", id="the base framework"),
        pytest.param("djl-inference", "0.36.0-lmi99.0.0-cu130", "ml.g5.12xlarge", id="a library"),
    ],
)
def test_a_version_above_all_may_be_newer_than_the_catalog(repository: str, tag: str, instance: str):
    assert tag_finding(repository, tag, instance) == ("note", f"tag {tag} of {repository} is newer than the catalog of {CATALOG.date_of('images')}", None, None)


def test_a_version_below_that_of_another_repository_of_the_framework_is_absent():
    """PyTorch 2.7.1 and later were released for training, and 2.6.0 was the last for inference before them (DLC issues 5239 and 5673)."""
    severity, message, *fix = tag_finding("pytorch-inference", "2.7.1-cpu-py312-ubuntu22.04-sagemaker")
    assert severity == "warning"
    assert "nearest: 2.6.0-cpu-py312-ubuntu22.04-sagemaker" in message
    assert fix == ["2.6.0-cpu-py312-ubuntu22.04-sagemaker", "unsafe"]


@pytest.mark.parametrize(("version", "severity"), [("3.0.0", "note"), ("2.9.9", "error"), ("9.9.9", "error")])
def test_a_declared_version_above_all_may_be_newer_than_the_catalog(version: str, severity: str):
    text = f"smlint: 1\nmodels:\n  - {{name: a, framework: pytorch, framework_version: '{version}', instance_type: ml.m5.xlarge, region: us-west-2}}\n"
    [finding] = lint(text).findings
    assert (finding.rule, finding.severity) == ("unsupported-framework-version", severity)
    assert (finding.fix is None) == ("newer than the catalog" in finding.message) == (severity == "note")

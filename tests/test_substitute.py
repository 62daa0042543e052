"""`substitute` and `in_region`: the image that differs in the requested properties only."""

from __future__ import annotations

import pytest

from smlint import parse_image
from smlint.images.catalog import load_catalog
from smlint.images.registries import in_region
from smlint.images.resolve import ImageRequest, resolve
from smlint.images.substitute import substitute
from smlint.model.images import Expected, Reason, Unresolved

BUNDLED = load_catalog()
US = "763104351884.dkr.ecr.us-west-2.amazonaws.com"
ALGORITHMS = "246618743249.dkr.ecr.us-west-2.amazonaws.com"


@pytest.mark.parametrize(
    ("image", "arguments", "expected"),
    [
        pytest.param(f"{US}/pytorch-inference:2.1.0-cpu-py310-ubuntu20.04-sagemaker", {"architecture": "arm64"}, f"{US}/pytorch-inference-graviton:2.1.0-cpu-py310-ubuntu20.04-sagemaker", id="to arm64, the long form stays"),
        pytest.param(f"{US}/pytorch-inference-graviton:2.1.0-cpu-py310-ubuntu20.04-sagemaker", {"instance_type": "ml.m5.large"}, f"{US}/pytorch-inference:2.1.0-cpu-py310-ubuntu20.04-sagemaker", id="to x86_64"),
        pytest.param(f"{US}/pytorch-inference:2.6.0-cpu-py312", {"instance_type": "ml.c8g.large"}, f"{US}/pytorch-inference-arm64:2.6.0-cpu-py312", id="the short form stays if it is published"),
        pytest.param(f"{US}/pytorch-inference:2.1.0-cpu-py310", {"instance_type": "ml.c7g.large"}, f"{US}/pytorch-inference-graviton:2.1.0-cpu-py310-ubuntu20.04-sagemaker", id="else the form that retrieve returns"),
        pytest.param(f"{US}/pytorch-inference:2.6-cpu-py312-ubuntu22.04-sagemaker-v1", {"architecture": "arm64"}, f"{US}/pytorch-inference-arm64:2.6-cpu-py312-ubuntu22.04-sagemaker-v1", id="the form with a revision stays"),
        pytest.param(f"{US}/pytorch-inference:2.6.0-gpu-py312-cu124-ubuntu22.04-sagemaker", {"processor": "cpu"}, f"{US}/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker", id="to CPU, without toolkit"),
        pytest.param(f"{US}/pytorch-inference:2.6.0-gpu-py312-cu124-ubuntu22.04-sagemaker", {"instance_type": "ml.c7g.xlarge"}, f"{US}/pytorch-inference-arm64:2.6.0-cpu-py312-ubuntu22.04-sagemaker", id="GPU to arm64 in one step"),
        pytest.param(f"{US}/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker", {"instance_type": "ml.g5.xlarge"}, f"{US}/pytorch-inference:2.6.0-gpu-py312-cu124-ubuntu22.04-sagemaker", id="to GPU, with a toolkit"),
        pytest.param("763104351884.dkr.ecr.{region}.amazonaws.com/pytorch-inference:2.6.0-gpu-py312", {"processor": "cpu"}, "763104351884.dkr.ecr.{region}.amazonaws.com/pytorch-inference:2.6.0-cpu-py312", id="a placeholder stays"),
        pytest.param("763104351884.dkr.ecr.\ue001.amazonaws.com/pytorch-inference:2.1.0-cpu-py310-ubuntu20.04-sagemaker", {"architecture": "arm64"}, "763104351884.dkr.ecr.\ue001.amazonaws.com/pytorch-inference-graviton:2.1.0-cpu-py310-ubuntu20.04-sagemaker", id="an unknown part stays"),
        pytest.param(f"{US}/pytorch-training:2.6.0-gpu-py312-cu126-ubuntu22.04-sagemaker", {"scope": "inference"}, f"{US}/pytorch-inference:2.6.0-gpu-py312-cu124-ubuntu22.04-sagemaker", id="to inference, with the published toolkit"),
        pytest.param(f"{US}/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-ec2", {"platform": "sagemaker"}, f"{US}/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker", id="to SageMaker"),
        pytest.param(f"{US}/pytorch-inference:2.6.0-cpu-py312-ec2", {"platform": "sagemaker"}, f"{US}/pytorch-inference:2.6.0-cpu-py312", id="to SageMaker, the short form"),
        pytest.param(f"{US}/vllm:server-cuda-v2.3", {"platform": "sagemaker"}, f"{US}/vllm:server-sagemaker-cuda-v2.3", id="to SageMaker, a server"),
        pytest.param(f"{ALGORITHMS}/sagemaker-xgboost:1.5-1", {"architecture": "arm64"}, f"{ALGORITHMS}/sagemaker-xgboost:1.5-1-arm64", id="xgboost to arm64"),
        pytest.param(f"{ALGORITHMS}/sagemaker-scikit-learn:1.0-1-cpu-py3", {"instance_type": "ml.c7g.large"}, f"{ALGORITHMS}/sagemaker-scikit-learn:1.0-1-arm64-cpu-py3", id="scikit-learn to arm64"),
        pytest.param(f"{US}/huggingface-pytorch-inference:2.6.0-transformers4.49.0-gpu-py312-cu124-ubuntu22.04", {"instance_type": "ml.m5.large"}, f"{US}/huggingface-pytorch-inference:2.6.0-transformers4.49.0-cpu-py312-ubuntu22.04", id="Hugging Face with the same base"),
        pytest.param(f"{US}/sagemaker-tritonserver:24.09-py3", {"processor": "cpu"}, f"{US}/sagemaker-tritonserver:24.09-py3-cpu", id="Triton to CPU"),
        pytest.param(f"{US}/llama-cpp:server-sagemaker-cuda-v1", {"processor": "cpu"}, f"{US}/llama-cpp:server-sagemaker-cpu-v1", id="a server to CPU"),
        pytest.param(f"{US}/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker", {"version": "2.5.1"}, f"{US}/pytorch-inference:2.5.1-cpu-py311-ubuntu22.04-sagemaker", id="another version, with its Python"),
        pytest.param(f"{US}/pytorch-inference:2.6.0-cpu-py312", {"framework": "tensorflow", "version": "2.16.1"}, f"{US}/tensorflow-inference:2.16.1-cpu", id="another framework"),
        pytest.param(f"{US}/pytorch-inference:2.6.0-cpu-py312", {"framework": "xgboost", "version": "1.7-1"}, f"{ALGORITHMS}/sagemaker-xgboost:1.7-1", id="another framework in another account"),
        pytest.param(f"{US}/tensorflow-inference:2.1.0-cpu", {"scope": "training"}, f"{US}/tensorflow-training:2.1.0-cpu-py3", id="the patch release stays; the short tag means another"),
        pytest.param(f"{US}/pytorch-inference:2.1-cpu-py310", {"instance_type": "ml.c7g.large"}, f"{US}/pytorch-inference-graviton:2.1.0-cpu-py310-ubuntu20.04-sagemaker", id="a short version that means the same in both repositories"),
        pytest.param(f"{US}/pytorch-inference:1.13-cpu-py39", {"instance_type": "ml.g5.xlarge"}, f"{US}/pytorch-inference:1.13-gpu-py39", id="the short version stays"),
        pytest.param(f"{US}/huggingface-pytorch-inference:2.6.0-transformers4.49.0-cpu-py312-ubuntu22.04-v2.1", {"instance_type": "ml.g5.xlarge"}, f"{US}/huggingface-pytorch-inference:2.6.0-transformers4.49.0-gpu-py312-cu124-ubuntu22.04", id="the same spelling of the version, if the form does not exist"),
        pytest.param(f"{US}/llama-cpp:server-sagemaker-cuda-v1.0.1", {"instance_type": "ml.c7g.large"}, f"{US}/llama-cpp-arm64:server-sagemaker-cpu-v1.0.1", id="a server, down to its patch release"),
        pytest.param(f"{ALGORITHMS}/sagemaker-scikit-learn:1.4-2-cpu-py3", {"scope": "inference"}, f"{ALGORITHMS}/sagemaker-scikit-learn:1.4-2-cpu-py3", id="scikit-learn serves both scopes, and py3 is not py312"),
        pytest.param(f"{US}/tensorflow-training:2.10-cpu-py39", {"scope": "inference"}, f"{US}/tensorflow-inference:2.10-cpu", id="a tag without Python, if no other is known"),
        pytest.param("520713654638.dkr.ecr.us-west-2.amazonaws.com/sagemaker-mxnet:1.4.1-gpu-py2", {"processor": "cpu"}, "520713654638.dkr.ecr.us-west-2.amazonaws.com/sagemaker-mxnet:1.4.1-cpu-py2", id="an image for two scopes stays one"),
        pytest.param("111111111111.dkr.ecr.us-east-1.amazonaws.com/pytorch-inference:2.1.0-cpu-py310-ubuntu20.04-sagemaker", {"architecture": "arm64"}, "111111111111.dkr.ecr.us-east-1.amazonaws.com/pytorch-inference-graviton:2.1.0-cpu-py310-ubuntu20.04-sagemaker", id="a mirror stays a mirror"),
    ],
)  # fmt: skip
def test_the_substitute(image: str, arguments: dict[str, str], expected: str):
    found = substitute(parse_image(image), BUNDLED, **arguments)
    assert isinstance(found, Expected), found
    assert found.uri == expected
    assert parse_image(found.uri).known_tag
    assert found.why


@pytest.mark.parametrize(
    ("image", "arguments", "reason", "alternatives"),
    [
        pytest.param(f"{US}/pytorch-inference:1.13.1-cpu-py39", {"instance_type": "ml.c7g.large"}, Reason.GRAVITON_VERSION, ("1.12.1", "2.0.0", "2.0.1"), id="no arm64 image of this version"),
        pytest.param(f"{US}/tensorflow-inference-graviton:2.9.1-cpu-py38-ubuntu20.04-sagemaker", {"instance_type": "ml.m5.large"}, Reason.PYTHON, ("py39",), id="the same patch release with another Python"),
        pytest.param(f"{US}/pytorch-inference-graviton:2.2.1-cpu-py310-ubuntu20.04-sagemaker", {"instance_type": "ml.m5.large"}, Reason.PROCESSOR, ("2.1.0", "2.2.0", "2.3.0"), id="2.2 is 2.2.0 among the x86_64 images"),
        pytest.param(f"{US}/pytorch-inference:2.2-cpu-py310", {"instance_type": "ml.c7g.large"}, Reason.GRAVITON_VERSION, ("2.0.1", "2.1.0", "2.2.1"), id="2.2 is 2.2.1 among the arm64 images"),
        pytest.param(f"{US}/pytorch-inference:1.13.0-cpu-py39", {"instance_type": "ml.g5.xlarge"}, Reason.PROCESSOR, ("1.12.0", "1.12.1", "1.13.1"), id="1.13 is 1.13.1"),
        pytest.param(f"{US}/pytorch-inference:1.7-cpu-py3", {"instance_type": "ml.inf1.xlarge"}, Reason.PYTHON, ("py36",), id="py3 in a tag is not py36"),
        pytest.param(f"{ALGORITHMS}/sagemaker-xgboost:1.7-1", {"architecture": "arm64"}, Reason.GRAVITON_VERSION, ("1.3-1", "1.5-1"), id="no arm64 image of this version either"),
        pytest.param(f"{US}/pytorch-training:2.6.0-cpu-py312", {"architecture": "arm64"}, Reason.GRAVITON_FRAMEWORK, (), id="no arm64 image for this scope"),
        pytest.param(f"{US}/djl-inference:0.33.0-lmi15.0.0-cu128", {"instance_type": "ml.m5.large"}, Reason.PROCESSOR, (), id="CUDA only"),
        pytest.param(f"{US}/pytorch-inference:2.1.0-gpu-py310", {"instance_type": "ml.inf2.xlarge"}, Reason.PROCESSOR, ("1.13.0", "1.13.1", "2.1.1"), id="no Neuron image of this version"),
        pytest.param(f"{US}/pytorch-inference:2.6.0-cpu-py312", {"version": "1.5.9"}, Reason.VERSION, ("1.5.0", "1.5.1", "1.6.0"), id="an unknown version"),
        pytest.param(f"{US}/pytorch-inference:2.6.0-cpu-py312", {"scope": "monitoring"}, Reason.SCOPE, (), id="an unknown scope"),
        pytest.param(f"{US}/pytorch-inference:2.6.0-cpu-py312", {"python": "py39"}, Reason.PYTHON, ("py312",), id="an unknown Python"),
        pytest.param(f"{US}/pytorch-inference:2.6.0-cpu-py312", {"instance_type": "m5.large"}, Reason.INSTANCE_TYPE, (), id="not an instance type"),
        pytest.param(f"{US}/pytorch-inference:2.6.0-cpu-py312@sha256:" + "0" * 64, {"processor": "gpu"}, Reason.UNKNOWN, (), id="pinned by digest"),
        pytest.param(f"{US}/pytorch-inference:${{TAG}}", {"processor": "gpu"}, Reason.UNKNOWN, (), id="an unknown tag"),
        pytest.param("nginx:1.2", {"processor": "gpu"}, Reason.UNKNOWN, (), id="an image outside ECR"),
    ],
)  # fmt: skip
def test_the_reason_why_there_is_no_substitute(image: str, arguments: dict[str, str], reason: Reason, alternatives: tuple[str, ...]):
    found = substitute(parse_image(image), BUNDLED, **arguments)
    assert isinstance(found, Unresolved), found
    assert (found.reason, found.alternatives) == (reason, alternatives)
    assert found.message


def full_versions() -> dict[str, dict[str, str]]:
    """Return the full version that the SDK uses for each short one, by repository, directly from its configurations."""
    found: dict[str, dict[str, str]] = {}
    for config in BUNDLED.section("sdk")["configs"].values():
        for tree in [config, *(value for value in config.values() if isinstance(value, dict))]:
            versions = tree.get("versions", {})
            for short, full in tree.get("version_aliases", {}).items():
                leaf = versions.get(full, {})
                leaves = [leaf] if "repository" in leaf else [inner for inner in leaf.values() if isinstance(inner, dict)]
                for inner in leaves:
                    if "repository" in inner:
                        found.setdefault(inner["repository"], {})[short] = full
    return found


def test_a_substitute_never_changes_the_patch_release():
    """For every tag of these frameworks, all hardware and both scopes, the substitute has the full version of the image.

    `resolve` agrees: if it has no image of the full version for the hardware, there is no substitute.
    """
    known = full_versions()
    assert known["pytorch-inference"]["2.2"] == "2.2.0"
    assert known["pytorch-inference-graviton"]["2.2"] == "2.2.1"
    wanted = [{"instance_type": f"ml.{family}.xlarge"} for family in ("m5", "g5", "c7g", "inf1", "inf2", "trn1")] + [{"scope": "training"}, {"scope": "inference"}]
    count = 0

    def full(repository: str, version: str | None) -> set[str]:
        """Return the full versions that a version may mean: one, if it is known."""
        assert version is not None
        if version in known.get(repository, {}):
            return {known[repository][version]}
        if version.count(".") >= 2:
            return {version}
        return {r.version for r in BUNDLED.releases_of(repository) if r.version and r.version.count(".") >= 2 and r.version.startswith(f"{version}.")} or {version}

    for framework in ("pytorch", "tensorflow", "huggingface", "mxnet", "autogluon"):
        for release in BUNDLED.releases(framework):
            account = BUNDLED.account_of(release.repository, "us-west-2")
            if account is None or release.version is None:
                continue
            image = parse_image(f"{account}.dkr.ecr.us-west-2.amazonaws.com/{release.repository}:{release.tag}")
            for arguments in wanted:
                found = substitute(image, BUNDLED, **arguments)
                if isinstance(found, Unresolved):
                    continue
                other = parse_image(found.uri)
                count += 1
                assert other.repository is not None
                theirs, ours = full(other.repository, other.version), full(release.repository, image.version)
                # A repository with short versions only, such as `pytorch`, does not say which full one it means.
                assert ours & theirs or image.version == other.version, (image.uri, arguments, found.uri)
                # If one of the two is ambiguous, they are at least spelled alike.
                assert (len(ours) == len(theirs) == 1) or other.version == image.version, (image.uri, arguments, found.uri)
                for (name, number), (same, theirs_number) in zip(image.libraries, other.libraries, strict=True):
                    assert name == same
                    assert theirs_number.startswith(number) or number.startswith(theirs_number), (image.uri, found.uri)
                if release.version.count(".") >= 2 and "instance_type" in arguments and release.platform != "ec2":
                    request = ImageRequest(framework, "us-west-2", arguments["instance_type"], release.version, scope=image.scope or "inference")
                    assert not isinstance(resolve(request, BUNDLED), Unresolved), (image.uri, arguments)
    assert count > 3_000


def test_a_full_version_never_becomes_a_short_one():
    count = 0
    for framework in ("pytorch", "tensorflow", "huggingface", "mxnet", "autogluon", "llama-cpp", "ray-serve"):
        for release in BUNDLED.releases(framework):
            account = BUNDLED.account_of(release.repository, "us-west-2")
            if account is None or release.version is None or release.version.count(".") < 2:
                continue
            if release.libraries and any(number.count(".") < 2 for _, number in release.libraries):
                continue
            image = parse_image(f"{account}.dkr.ecr.us-west-2.amazonaws.com/{release.repository}:{release.tag}")
            for instance in ("ml.m5.xlarge", "ml.g5.xlarge", "ml.c7g.xlarge"):
                found = substitute(image, BUNDLED, instance_type=instance)
                if isinstance(found, Expected):
                    count += 1
                    other = parse_image(found.uri)
                    assert other.version == image.version, (image.uri, found.uri)
                    assert other.libraries == image.libraries, (image.uri, found.uri)
    assert count > 1_000


def test_substitute_and_resolve_agree_on_2_2_1():
    image = parse_image(f"{US}/pytorch-inference-graviton:2.2.1-cpu-py310-ubuntu20.04-sagemaker")
    substituted = substitute(image, BUNDLED, instance_type="ml.m5.large")
    resolved = resolve(ImageRequest("pytorch", "us-west-2", "ml.m5.large", "2.2.1"), BUNDLED)
    assert isinstance(substituted, Unresolved)
    assert isinstance(resolved, Unresolved)
    assert (substituted.reason, substituted.alternatives) == (resolved.reason, resolved.alternatives)


def test_a_substitute_with_the_same_properties_is_the_image_itself():
    """For every published x86_64 tag for SageMaker, nothing changes, or only the spelling of one version."""
    count = 0
    for repository in BUNDLED.repositories:
        account = BUNDLED.account_of(repository, "us-west-2")
        for release in BUNDLED.releases_of(repository):
            if account is None or release.platform == "ec2" or release.processor in (None, "eia") or not release.version:
                continue
            image = parse_image(f"{account}.dkr.ecr.us-west-2.amazonaws.com/{repository}:{release.tag}")
            if image.owner != "aws" or not image.is_ecr or "us-west-2" not in release.regions or "before" in BUNDLED.repositories[repository]:
                continue
            found = substitute(image, BUNDLED, architecture=image.architecture)
            assert isinstance(found, Expected), (image.uri, found)
            other = parse_image(found.uri)
            count += 1
            assert (other.architecture, other.processor, other.framework, other.account) == (image.architecture, image.processor, image.framework, image.account)
            assert other.python in (image.python, None) or image.python in (None, "py2", "py3"), (image.uri, found.uri)
            assert other.accelerator == image.accelerator or image.accelerator is None or other.accelerator is None, (image.uri, found.uri)
    assert count > 1_500


@pytest.mark.parametrize(
    ("image", "region", "expected"),
    [
        pytest.param(f"{US}/pytorch-inference:2.6.0-cpu-py312", "eu-south-1", "692866216735.dkr.ecr.eu-south-1.amazonaws.com/pytorch-inference:2.6.0-cpu-py312", id="another account"),
        pytest.param(f"{US}/pytorch-inference:what-ever", "cn-north-1", "727897471807.dkr.ecr.cn-north-1.amazonaws.com.cn/pytorch-inference:what-ever", id="another partition, with an unknown tag"),
        pytest.param("763104351884.dkr.ecr-fips.us-east-1.amazonaws.com/pytorch-inference:x", "us-west-2", "763104351884.dkr.ecr-fips.us-west-2.amazonaws.com/pytorch-inference:x", id="FIPS stays"),
        pytest.param("763104351884.dkr-ecr.us-east-1.on.aws/pytorch-inference:x", "cn-north-1", "727897471807.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn/pytorch-inference:x", id="dual stack stays"),
        pytest.param(f"{ALGORITHMS}/sagemaker-xgboost@sha256:" + "0" * 64, "us-east-1", "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost@sha256:" + "0" * 64, id="a digest is kept"),
        pytest.param("999999999999.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:x", "us-west-2", f"{US}/pytorch-inference:x", id="a wrong account"),
        pytest.param("301217895009.dkr.ecr.us-west-2.amazonaws.com/sagemaker-tritonserver:22.07-py3", "us-east-1", "785573368785.dkr.ecr.us-east-1.amazonaws.com/sagemaker-tritonserver:22.07-py3", id="old Triton in the Neo accounts"),
        pytest.param(f"{US}/pytorch-inference:${{TAG}}", "us-east-1", "763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-inference:${TAG}", id="an unknown tag stays"),
        pytest.param(f"{US}/nope:x", "us-east-1", None, id="an unknown repository"),
        pytest.param("081189585635.dkr.ecr.us-west-2.amazonaws.com/sagemaker-geospatial-v1-0:latest", "us-east-1", None, id="not published in the Region"),
        pytest.param("nginx:1.2", "us-east-1", None, id="an image outside ECR"),
        pytest.param(US, "us-east-1", None, id="no repository"),
    ],
)  # fmt: skip
def test_the_same_image_in_another_region(image: str, region: str, expected: str | None):
    assert in_region(parse_image(image), region, BUNDLED) == expected


@pytest.mark.parametrize(
    ("tag", "asked", "wanted"),
    [
        pytest.param("pytorch-training-neuronx:2.1.2-neuronx-py310-sdk2.18.1-ubuntu20.04", {"scope": "inference"}, "pytorch-inference-neuronx:2.1.2-neuronx-py310-sdk2.18.1-ubuntu20.04", id="the Neuron SDK stays"),
        pytest.param("pytorch-training-neuronx:1.13.0-neuronx-py38-sdk2.9.1-ubuntu20.04", {"scope": "inference"}, None, id="another Neuron SDK makes another image"),
        pytest.param("pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker-2025-03-14-12-30-45", {"instance_type": "ml.g5.xlarge"}, "pytorch-inference:2.6.0-gpu-py312-cu124-ubuntu22.04-sagemaker", id="a date is not part of the form"),
        pytest.param("pytorch-inference:2.6.0-gpu-py312-cu124-ubuntu22.04-sagemaker-soci", {"instance_type": "ml.m5.large"}, "pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker", id="soci is not part of the form"),
    ],
)
def test_parts_of_a_tag_that_stay(tag: str, asked: dict[str, str], wanted: str | None) -> None:
    answer = substitute(parse_image(f"763104351884.dkr.ecr.us-east-1.amazonaws.com/{tag}"), BUNDLED, **asked)
    assert (answer.uri.partition("/")[2] if isinstance(answer, Expected) else None) == wanted

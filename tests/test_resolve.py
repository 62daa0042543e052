"""The resolver."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smlint import parse_image
from smlint.images.catalog import load_catalog
from smlint.images.resolve import ImageRequest, resolve
from smlint.model.images import Expected, Reason, Unresolved
from tests.catalog_versions import versions

BUNDLED = load_catalog()
GRAVITON = ["c6g", "c6gd", "c6gn", "m6g", "m6gd", "r6g", "r6gd", "t4g", "c7g", "c7gn", "m7g", "r7g", "r7gd", "c8g", "m8g", "r8g", "x2gd", "c9g"]


def resolve_for(framework: str, **arguments: object) -> Expected | Unresolved:
    return resolve(ImageRequest(framework, str(arguments.pop("region", "us-west-2")))._replace(**arguments), BUNDLED)


def tag(result: Expected | Unresolved) -> str:
    assert isinstance(result, Expected), result
    return result.uri.partition("/")[2]


@pytest.mark.parametrize("family", GRAVITON)
@pytest.mark.parametrize(
    ("framework", "version", "image"),
    [
        pytest.param("pytorch", "1.12.1", "pytorch-inference-graviton:1.12.1-cpu-py38-ubuntu20.04-sagemaker", id="PyTorch"),
        pytest.param("tensorflow", "2.9.1", "tensorflow-inference-graviton:2.9.1-cpu-py38-ubuntu20.04-sagemaker", id="TensorFlow"),
    ],
)
def test_every_graviton_family_gets_the_arm64_image_in_every_region(framework: str, version: str, image: str, family: str):
    repository = image.partition(":")[0]
    regions = tuple(sorted(BUNDLED.regions_of(repository)))
    assert len(regions) >= 25
    for region in regions:
        result = resolve_for(framework, version=version, instance_type=f"ml.{family}.4xlarge", region=region)
        host = f"{BUNDLED.account_of(repository, region)}.dkr.ecr.{region}.{BUNDLED.regions.domain_of(region)}"
        assert isinstance(result, Expected), region
        assert result.uri == f"{host}/{image}"


@pytest.mark.parametrize(
    ("framework", "arguments", "image"),
    [
        pytest.param("pytorch", {"version": "1.12.1", "instance_type": "ml.c5.4xlarge"}, "pytorch-inference:1.12.1-cpu-py38", id="the regular image on x86_64"),
        pytest.param("pytorch", {"version": "2.6.0", "instance_type": "ml.c8g.xlarge"}, "pytorch-inference-arm64:2.6.0-cpu-py312-ubuntu22.04-sagemaker", id="the new arm64 repository"),
        pytest.param("pytorch", {"version": "2.6", "instance_type": "ml.c8g.xlarge"}, "pytorch-inference-arm64:2.6-cpu-py312-ubuntu22.04-sagemaker-v1", id="a short version with its published tag"),
        pytest.param("pytorch", {"version": "2.1", "instance_type": "ml.c7g.xlarge"}, "pytorch-inference-graviton:2.1.0-cpu-py310-ubuntu20.04-sagemaker", id="a short version without a tag"),
        pytest.param("pytorch", {"version": "2.5.1", "instance_type": "ml.c7g.xlarge"}, "pytorch-inference-arm64:2.5.1-cpu-py311-ubuntu22.04-sagemaker", id="a version that only the documents have"),
        pytest.param("pytorch", {"version": "2.6.0", "instance_type": "ml.p6e-gb200.36xlarge"}, "pytorch-inference-arm64:2.6.0-gpu-py312-cu124-ubuntu22.04-sagemaker", id="a GPU on arm64"),
        pytest.param("tensorflow", {"version": "2.19.0", "instance_type": "ml.c8g.large"}, "tensorflow-inference-arm64:2.19.0-cpu-py312-ubuntu22.04-sagemaker", id="an arm64 version that only the documents have"),
        pytest.param("pytorch", {"version": "2.6.0", "instance_type": "ml.c5.xlarge", "scope": "inference"}, "pytorch-inference:2.6.0-cpu-py312", id="the form that the SDK uses"),
        pytest.param("PyTorch", {"version": "2.6.0", "instance_type": "ml.g5.xlarge", "scope": "training"}, "pytorch-training:2.6.0-gpu-py312", id="training on GPU, with a common spelling of the name"),
        pytest.param("pytorch", {"version": "2.12", "instance_type": "ml.g5.xlarge", "scope": "training"}, "pytorch:2.12-cu130-amzn2023-sagemaker", id="the newer repository"),
        pytest.param("pytorch", {"instance_type": "ml.inf2.xlarge"}, "pytorch-inference-neuronx:2.9.0-neuronx-py312-sdk2.31.1-ubuntu24.04", id="Inferentia 2: newest version, newest Neuron SDK"),
        pytest.param("pytorch", {"version": "2.9.0", "instance_type": "ml.inf2.xlarge", "neuron_sdk": "sdk2.28.0"}, "pytorch-inference-neuronx:2.9.0-neuronx-py312-sdk2.28.0-ubuntu24.04", id="a requested Neuron SDK"),
        pytest.param("pytorch", {"version": "1.9.1", "instance_type": "ml.inf1.xlarge"}, "pytorch-inference-neuron:1.9.1-neuron-py37-sdk1.16.1-ubuntu18.04", id="Inferentia 1"),
        pytest.param("pytorch", {"instance_type": "ml.trn2.48xlarge", "scope": "training"}, "pytorch-training-neuronx:2.9.0-neuronx-py312-sdk2.30.0-ubuntu24.04", id="Trainium"),
        pytest.param("pytorch", {"version": "1.11.0", "instance_type": "ml.dl1.24xlarge", "scope": "training"}, "pytorch-training-habana:1.11.0-hpu-py38-synapseai1.5.0-ubuntu20.04", id="Gaudi"),
        pytest.param("pytorch", {"version": "2.6.0", "serverless": True}, "pytorch-inference:2.6.0-cpu-py312", id="serverless is CPU"),
        pytest.param("pytorch", {"version": "2.6.0", "instance_type": "local_gpu"}, "pytorch-inference:2.6.0-gpu-py312", id="the SDK's local mode"),
        pytest.param("vllm-server", {"version": "latest", "instance_type": "ml.g5.xlarge"}, "vllm:server-sagemaker-cuda-v2", id="latest means the floating tag of the newest version"),
        pytest.param("debugger", {"version": "latest"}, "sagemaker-debugger-rules:latest", id="latest is a version"),
        pytest.param("xgboost", {"version": "1.7", "instance_type": "ml.m5.large", "scope": "training"}, "sagemaker-xgboost:1.7-1", id="a version without its release number"),
        pytest.param("vllm", {"version": "0.30", "instance_type": "ml.g5.xlarge"}, "vllm:0.30.0-gpu-py312-cu130-ubuntu24.04-sagemaker", id="a short version for which the SDK uses the full tag"),
        pytest.param("vllm", {"version": "0.20.1", "instance_type": "ml.g5.xlarge"}, "vllm:0.20.1-gpu-py312-cu130-ubuntu22.04-sagemaker", id="the published form that is most like the SDK's"),
        pytest.param("djl-lmi", {"version": "0.36.0", "instance_type": "ml.g5.xlarge"}, "djl-inference:0.36.0-lmi27.0.0-cu130", id="the engine that the SDK uses"),
        pytest.param("djl-lmi", {"version": "0.36.0-lmi28.0.0", "instance_type": "ml.g5.xlarge"}, "djl-inference:0.36.0-lmi28.0.0-cu130", id="a requested engine"),
        pytest.param("huggingface", {"version": "4.49.0", "base_framework_version": "pytorch2.6.0", "instance_type": "ml.m5.xlarge"}, "huggingface-pytorch-inference:2.6.0-transformers4.49.0-cpu-py312-ubuntu22.04", id="Hugging Face"),
        pytest.param("huggingface", {"version": "4.48", "base_framework_version": "pytorch2.3.0", "instance_type": "ml.g5.xlarge", "scope": "training"}, "huggingface-pytorch-training:2.3.0-transformers4.48.0-gpu-py311-cu121-ubuntu20.04", id="a short version, for a base framework that its newest release lacks"),
        pytest.param("huggingface", {"instance_type": "ml.g5.xlarge"}, "huggingface-pytorch-inference:2.6.0-transformers5.5.3-gpu-py312-cu124-ubuntu22.04", id="the newest Hugging Face image"),
        pytest.param("spark", {"version": "3.5", "python": "py39", "instance_type": "ml.m5.xlarge"}, "sagemaker-spark-processing:3.5-cpu-py39", id="the only scope of a framework"),
        pytest.param("spark", {"version": "3.3", "python": "py39", "instance_type": "ml.m5.xlarge", "container_version": "v1"}, "sagemaker-spark-processing:3.3-cpu-py39-v1", id="a container version"),
        pytest.param("sklearn", {"version": "1.2-1", "instance_type": "ml.m5.xlarge", "scope": "processing"}, "sagemaker-scikit-learn:1.2-1-cpu-py3", id="processing runs the training image"),
        pytest.param("sklearn", {"version": "1.2-1", "instance_type": "ml.m5.xlarge", "scope": "transform"}, "sagemaker-scikit-learn:1.2-1-cpu-py3", id="transform runs the inference image"),
        pytest.param("autogluon", {"version": "1.5.0", "instance_type": "ml.m5.large"}, "autogluon-inference:1.5.0-cpu-py312-ubuntu22.04", id="the published tag, not the SDK's"),
        pytest.param("model-monitor", {}, "sagemaker-model-monitor-analyzer", id="an image without a tag"),
        pytest.param("kmeans", {}, "kmeans:1", id="an algorithm needs no instance type"),
        pytest.param("llama-cpp", {"instance_type": "ml.c7g.large"}, "llama-cpp-arm64:server-sagemaker-cpu-v1.0.1", id="an arm64 repository with another name"),
        pytest.param("sagemaker-tritonserver", {"version": "24.09", "instance_type": "ml.m5.large"}, "sagemaker-tritonserver:24.09-py3-cpu", id="Triton on CPU"),
        pytest.param("tensorflow", {"version": "2.3.1", "instance_type": "ml.p4d.24xlarge", "scope": "training", "python": "py37"}, "tensorflow-training:2.3.1-gpu-py37-cu110-ubuntu18.04", id="CUDA 11.0 for p4d"),
        pytest.param("sagemaker-base-python", {"python": "38"}, "sagemaker-base-python-38:1.0", id="the Python in the repository name"),
        pytest.param("hyperpod-recipes-neuron", {"version": "2.1.2"}, "pytorch-training-neuronx:2.1.2-neuronx-py310-sdk2.20.2-ubuntu20.04", id="a name for the images of another framework"),
        pytest.param("mxnet", {"version": "1.7.0", "python": "py36", "instance_type": "ml.m5.large"}, "mxnet-inference:1.7.0-cpu-py36-ubuntu16.04", id="a Python that only the published tag names"),
    ],
)  # fmt: skip
def test_the_image_for_a_request(framework: str, arguments: dict[str, object], image: str):
    assert tag(resolve_for(framework, **arguments)) == image


@pytest.mark.parametrize("framework", ["pytorch", "tensorflow", "xgboost", "sklearn"])
def test_latest_means_the_newest_version(framework: str):
    result = resolve_for(framework, version="latest", instance_type="ml.m5.large")
    assert isinstance(result, Expected)
    newest = versions(BUNDLED, framework, "inference", "x86_64", "cpu")[0]
    assert parse_image(result.uri).version == newest


def test_old_triton_is_in_the_neo_account():
    result = resolve_for("sagemaker-tritonserver", version="22.07", instance_type="ml.g5.xlarge")
    assert isinstance(result, Expected)
    assert result.uri == "301217895009.dkr.ecr.us-west-2.amazonaws.com/sagemaker-tritonserver:22.07-py3"


@pytest.mark.parametrize(
    ("framework", "arguments", "reason", "alternatives"),
    [
        pytest.param("nope", {}, Reason.FRAMEWORK, (), id="an unknown framework"),
        pytest.param("pytorh", {}, Reason.FRAMEWORK, ("pytorch", "ray-pytorch", "pytorch-smp"), id="a misspelled framework"),
        pytest.param("pytorch-amzn2023", {}, Reason.FRAMEWORK, ("pytorch",), id="an internal name"),
        pytest.param("pytorch", {"version": "1.5.9", "instance_type": "ml.m5.xlarge"}, Reason.VERSION, ("1.5.0", "1.5.1", "1.6.0"), id="an unknown version"),
        pytest.param("pytorch", {"version": "1.5.9", "instance_type": "ml.c7g.xlarge"}, Reason.VERSION, ("1.12.1", "2.0.0", "2.0.1"), id="an unknown version: the alternatives run on the hardware"),
        pytest.param("kmeans", {"version": "99", "instance_type": "ml.m5.xlarge"}, Reason.VERSION, ("1",), id="another version than the only one"),
        pytest.param("pytorch", {"version": "1.13.1", "instance_type": "ml.c6g.xlarge"}, Reason.GRAVITON_VERSION, ("1.12.1", "2.0.0", "2.0.1"), id="no arm64 image of this version"),
        pytest.param("pytorch", {"version": "2.2.0", "instance_type": "ml.c6g.xlarge"}, Reason.GRAVITON_VERSION, ("2.0.1", "2.1.0", "2.2.1"), id="no arm64 image of this version either"),
        pytest.param("sklearn", {"version": "1.2-1", "instance_type": "ml.c7g.large"}, Reason.GRAVITON_VERSION, ("1.0-1",), id="the only arm64 version of scikit-learn"),
        pytest.param("pytorch", {"version": "2.1.0", "instance_type": "ml.c7g.large", "scope": "training"}, Reason.GRAVITON_FRAMEWORK, (), id="no arm64 image for training"),
        pytest.param("kmeans", {"instance_type": "ml.c7g.large"}, Reason.GRAVITON_FRAMEWORK, (), id="no arm64 image at all"),
        pytest.param("djl-lmi", {"version": "0.33.0", "instance_type": "ml.m5.xlarge"}, Reason.PROCESSOR, (), id="CUDA only"),
        pytest.param("djl-lmi", {"version": "0.33.0", "serverless": True}, Reason.PROCESSOR, (), id="CUDA only, and serverless"),
        pytest.param("pytorch", {"version": "2.6.0", "instance_type": "ml.g5g.xlarge", "scope": "training"}, Reason.GRAVITON_FRAMEWORK, (), id="arm64 with a GPU, for training"),
        pytest.param("kmeans", {"instance_type": "ml.inf2.xlarge"}, Reason.PROCESSOR, (), id="no Neuron image"),
        pytest.param("pytorch", {"version": "2.1.0", "instance_type": "ml.inf2.xlarge"}, Reason.PROCESSOR, ("1.13.0", "1.13.1", "2.1.1"), id="no Neuron image of this version"),
        pytest.param("llama-cpp-arm64", {"instance_type": "ml.m5.xlarge"}, Reason.PROCESSOR, (), id="arm64 images only"),
        pytest.param("pytorch", {"version": "2.6.0", "python": "py39", "instance_type": "ml.m5.xlarge"}, Reason.PYTHON, ("py312",), id="another Python"),
        pytest.param("spark", {"scope": "inference"}, Reason.SCOPE, ("processing",), id="another scope"),
        pytest.param("sklearn", {"version": "1.2-1", "instance_type": "ml.m5.xlarge", "scope": "processing", "strict_scope": True}, Reason.SCOPE, ("inference", "training"), id="processing, taken strictly"),
        pytest.param("tensorflow", {"scope": "eia", "instance_type": "ml.m5.xlarge"}, Reason.SCOPE, ("inference", "training"), id="Elastic Inference"),
        pytest.param("pytorch", {"version": "2.6.0", "instance_type": "ml.m5.xlarge", "region": "us-est-1"}, Reason.REGION, ("us-east-1", "us-west-1", "us-east-2"), id="a misspelled Region"),
        pytest.param("sagemaker-geospatial", {"region": "eu-west-1"}, Reason.REGION, ("us-west-2",), id="not published in the Region"),
        pytest.param("pytorch", {"version": "2.6.0", "instance_type": "m5.xlarge"}, Reason.INSTANCE_TYPE, (), id="no ml. prefix"),
        pytest.param("kmeans", {"instance_type": "ml.foo.bar"}, Reason.INSTANCE_TYPE, (), id="no family"),
        pytest.param("mxnet", {"version": "1.7.0", "instance_type": "ml.p2.xlarge"}, Reason.INSTANCE_TYPE, (), id="a retired family"),
        pytest.param("pytorch", {"version": "2.6.0"}, Reason.ARGUMENT, (), id="ambiguous between CPU and GPU"),
        pytest.param("huggingface", {"version": "4.49.0", "base_framework_version": "pytorch9.9", "instance_type": "ml.m5.xlarge"}, Reason.BASE_FRAMEWORK, ("pytorch2.6.0",), id="an unknown base framework"),
        pytest.param("kmeans", {"container_version": "v1"}, Reason.ARGUMENT, (), id="an unsupported container version"),
    ],
)  # fmt: skip
def test_the_reason_why_there_is_no_image(framework: str, arguments: dict[str, object], reason: Reason, alternatives: tuple[str, ...]):
    result = resolve_for(framework, **arguments)
    assert isinstance(result, Unresolved), result
    assert (result.reason, result.alternatives) == (reason, alternatives)
    assert result.message
    assert len(result.alternatives) <= 3


def test_the_message_lists_supported_versions():
    result = resolve_for("pytorch", version="1.13.1", instance_type="ml.c6g.xlarge")
    assert isinstance(result, Unresolved)
    assert result.message.startswith("Unsupported pytorch version: 1.13.1.")
    newest = versions(BUNDLED, "pytorch", "inference", "arm64")[0]
    assert f"Supported pytorch version(s): {newest}, " in result.message
    assert "ml.c6g.xlarge" in result.message


@pytest.mark.parametrize("framework", ["pytorch", "pytorc"], ids=["versions", "frameworks"])
def test_the_message_lists_a_dozen_and_counts_the_rest(framework: str) -> None:
    result = resolve_for(framework, version="9.9", instance_type="ml.m5.xlarge")
    assert isinstance(result, Unresolved)
    listed = result.message.partition("(s): ")[2]
    assert listed.count(", ") == 11
    assert re.search(r" and \d+ more\.$", listed)


def test_the_explanation_names_the_defaults():
    result = resolve_for("pytorch", instance_type="ml.c8g.xlarge")
    assert isinstance(result, Expected)
    newest = versions(BUNDLED, "pytorch", "inference", "arm64")[0]
    assert result.why == f"pytorch {newest} (newest version and Python) for inference on ml.c8g.xlarge (arm64, cpu) in us-west-2"


def test_every_answer_is_a_known_tag_that_fits_the_request():
    """For all frameworks, versions, scopes and kinds of hardware, the image fits the hardware and its tag is known."""
    instances = ("ml.m5.xlarge", "ml.g5.xlarge", "ml.c7g.xlarge", "ml.inf1.xlarge", "ml.inf2.xlarge", "ml.trn1.2xlarge", "ml.dl1.24xlarge")
    processors = {"ml.m5.xlarge": ("cpu",), "ml.g5.xlarge": ("gpu",), "ml.c7g.xlarge": ("cpu",), "ml.inf1.xlarge": ("neuron",),
              "ml.inf2.xlarge": ("neuronx",), "ml.trn1.2xlarge": ("neuronx", "neuron"), "ml.dl1.24xlarge": ("hpu",)}  # fmt: skip
    cpu_or_gpu = ("ml.m5.xlarge", "ml.g5.xlarge", "ml.c7g.xlarge")
    count = 0
    for framework in BUNDLED.frameworks:
        for version in {r.version for r in BUNDLED.releases(framework)}:
            for scope in ("inference", "training"):
                for instance in instances:
                    result = resolve_for(framework, version=version, scope=scope, instance_type=instance)
                    if isinstance(result, Unresolved):
                        continue
                    image = parse_image(result.uri)
                    count += 1
                    assert image.known_tag, result.uri
                    assert image.problems == ()
                    assert image.architecture == ("arm64" if "c7g" in instance else "x86_64"), result.uri
                    assert image.processor in processors[instance] or (image.processor is None and instance in cpu_or_gpu), (instance, result.uri)
                    assert scope in image.scopes or not image.scopes, result.uri
                    assert image.platform != "ec2", result.uri
    assert count > 1_500


@pytest.mark.parametrize(
    ("written", "name"),
    [
        pytest.param("PyTorch", "pytorch", id="the official spelling"),
        pytest.param("scikit-learn", "sklearn", id="the project's name"),
        pytest.param("HuggingFace", "huggingface", id="two words in one"),
        pytest.param("hugging face", "huggingface", id="two words"),
        pytest.param("XGBoost", "xgboost", id="mixed case"),
        pytest.param("linear_learner", "linear-learner", id="an underscore"),
        pytest.param(" tensorflow ", "tensorflow", id="surrounding spaces"),
        pytest.param("pytorch-amzn2023", None, id="an internal name"),
        pytest.param("theano", None, id="unknown"),
        pytest.param("", None, id="an empty name"),
    ],
)
def test_canonical_framework(written: str, name: str | None):
    assert BUNDLED.canonical_framework(written) == name


TEXTS = st.none() | st.text(max_size=12) | st.sampled_from(["pytorch", "huggingface", "2.6.0", "latest", "ml.c7g.large", "training", "py3", "neuron", "pytorch2"])


@given(st.builds(ImageRequest, st.text(max_size=12) | st.sampled_from(["pytorch", "huggingface", "xgboost", "djl-lmi"]), st.sampled_from(["us-west-2", "", "x"]),
                 TEXTS, TEXTS, TEXTS, TEXTS, TEXTS, st.booleans(), TEXTS, TEXTS, st.booleans(), st.booleans(), TEXTS))  # fmt: skip
def test_every_request_gets_an_answer(request: ImageRequest):
    result = resolve(request, BUNDLED)
    assert isinstance(result, Expected | Unresolved)
    if isinstance(result, Unresolved):
        assert result.message

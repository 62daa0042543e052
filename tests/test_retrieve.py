"""`retrieve`: the SDK's signature, typed errors, and arbitrary input."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import smlint
from smlint.images import retrieve as home
from smlint.images.catalog import load_catalog
from smlint.images.retrieve import ImageError, retrieve

BUNDLED = load_catalog()
US = "763104351884.dkr.ecr.us-west-2.amazonaws.com"


def test_it_is_public():
    assert smlint.retrieve is retrieve


@pytest.mark.parametrize("family", ["c6g", "c6gd", "c6gn", "m6g", "m6gd", "r6g", "r6gd", "t4g"])
def test_graviton(family: str):
    uri = retrieve("pytorch", "us-west-2", version="1.12.1", instance_type=f"ml.{family}.4xlarge")
    assert uri == f"{US}/pytorch-inference-graviton:1.12.1-cpu-py38-ubuntu20.04-sagemaker"


def test_positional_arguments_are_those_of_the_sdk():
    assert retrieve("pytorch", "us-west-2", "2.6.0", "py312", "ml.m5.xlarge", None, "training") == f"{US}/pytorch-training:2.6.0-cpu-py312"


@pytest.mark.parametrize(
    ("arguments", "error", "begins"),
    [
        pytest.param({"framework": "nope"}, "UnsupportedFramework", "Unsupported framework: nope. Supported framework(s): ", id="framework"),
        pytest.param({"version": "9.9"}, "UnsupportedVersion", "Unsupported pytorch version: 9.9. Supported pytorch version(s): ", id="version"),
        pytest.param({"py_version": "py27"}, "UnsupportedPython", "Unsupported Python version: py27. Supported Python version(s): py312.", id="python"),
        pytest.param({"image_scope": "monitoring"}, "UnsupportedScope", "Unsupported image scope: monitoring. Supported image scope(s): ", id="scope"),
        pytest.param({"region": "us-west-9"}, "UnsupportedRegion", "Unsupported region: us-west-9. Supported region(s): ", id="region"),
        pytest.param({"version": "1.13.1", "instance_type": "ml.c7g.large"}, "UnsupportedGraviton", "Unsupported pytorch version: 1.13.1.", id="arm64 version"),
        pytest.param({"version": "2.2.1", "instance_type": "ml.m5.large", "image_scope": "inference"}, "UnsupportedProcessor", "Unsupported pytorch version: 2.2.1.", id="a version for arm64 only"),
        pytest.param({"version": "2.7.0", "instance_type": "ml.m5.large", "image_scope": "training"}, "UnsupportedProcessor", "Unsupported pytorch version: 2.7.0.", id="a version for Neuron only"),
        pytest.param({"framework": "huggingface", "version": "4.49.0", "base_framework_version": "pytorch2.1.0"}, "UnsupportedVersion", "Unsupported base framework: pytorch2.1.0. Supported base framework(s): pytorch2.6.0.", id="base framework"),
        pytest.param({"framework": "mxnet", "version": "1.9.0", "instance_type": "ml.c7g.large"}, "UnsupportedGraviton", "Unsupported framework: mxnet.", id="arm64 framework"),
        pytest.param({"framework": "djl-lmi", "version": "0.33.0"}, "UnsupportedProcessor", "Unsupported processor: cpu.", id="processor"),
        pytest.param({"instance_type": "m5.xlarge"}, "InvalidInstanceType", "Invalid SageMaker instance type: m5.xlarge. For options, see: ", id="instance type"),
        pytest.param({"instance_type": None}, "InvalidArgument", "Empty SageMaker instance type. For options, see: ", id="no instance type"),
        pytest.param({"accelerator_type": "ml.eia2.medium"}, "UnsupportedProcessor", "Unsupported accelerator type: ", id="Elastic Inference"),
        pytest.param({"inference_tool": "magic"}, "InvalidArgument", "Unsupported inference tool: 'magic'.", id="inference tool"),
        pytest.param({"container_version": "1.1"}, "InvalidArgument", "container_version '1.1' is not supported for framework ", id="container version"),
        pytest.param({"version": 1.1}, "InvalidArgument", "version must be a string, not float.", id="a float as version"),
        pytest.param({"framework": None}, "InvalidArgument", "framework and region are required.", id="no framework"),
        pytest.param({"region": ""}, "InvalidArgument", "framework and region are required.", id="no Region"),
        pytest.param({"distribution": "smdistributed"}, "InvalidArgument", "distribution must be a dictionary, not str.", id="a string instead of a dictionary"),
    ],
)
def test_errors_are_typed_and_start_like_those_of_the_sdk(arguments: dict[str, object], error: str, begins: str):
    call = {"framework": "pytorch", "region": "us-west-2", "version": "2.6.0", "instance_type": "ml.m5.xlarge"} | arguments
    with pytest.raises(ImageError) as caught:
        retrieve(**call)
    assert type(caught.value) is getattr(home, error)
    assert str(caught.value).startswith(begins)
    assert len(caught.value.alternatives) <= 3


@pytest.mark.parametrize("framework", ["pytorch", "tensorflow", "mxnet", "xgboost", "sklearn"])
def test_a_version_for_other_hardware_is_refused_like_in_the_sdk(framework: str):
    """For all versions on CPU and GPU, if the SDK reports an unsupported version, `retrieve` does too."""
    # Published for CPU, but not in the SDK's list for this scope: `retrieve` reports the processor.
    exceptions = {("pytorch", "1.13.0", "ml.g5.xlarge"), ("sklearn", "1.4-2", "ml.g5.xlarge")}
    count = 0
    for version in {r.version for r in BUNDLED.releases(framework)} - {None, "latest"}:
        for scope in ("inference", "training"):
            if {release.in_sdk for release in BUNDLED.releases_near(framework, (scope,), version)} == {False}:
                continue  # only documents name it: they may have it for the CPU only
            for instance in ("ml.m5.xlarge", "ml.g5.xlarge"):
                texts = []
                for sdk_compatible in (True, False):
                    try:
                        retrieve(framework, "us-west-2", version, instance_type=instance, image_scope=scope, sdk_compatible=sdk_compatible)
                    except ImageError as error:
                        texts.append(str(error))
                begins = f"Unsupported {framework} version: {version}."
                if len(texts) == 2 and texts[0].startswith(begins) and (framework, version, instance) not in exceptions:
                    count += 1
                    assert texts[1].startswith(begins), (version, scope, instance, texts[1])
    assert count or framework in ("xgboost", "sklearn")


def test_an_error_has_the_nearest_alternatives():
    with pytest.raises(home.UnsupportedGraviton) as caught:
        retrieve("pytorch", "us-west-2", version="1.13.1", instance_type="ml.c7g.large")
    assert caught.value.alternatives == ("1.12.1", "2.0.0", "2.0.1")
    with pytest.raises(home.UnsupportedFramework) as misspelled:
        retrieve("tensorfow", "us-west-2")
    assert misspelled.value.alternatives[0] == "tensorflow"


def test_every_error_is_a_value_error():
    errors = [getattr(home, name) for name in home.__all__ if name != "retrieve"]
    assert len(errors) == 10
    assert all(issubclass(error, ImageError) and issubclass(error, ValueError) for error in errors)


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        pytest.param({"distribution": {"smdistributed": {}}, "framework": "pytorch", "version": "1.6.0", "py_version": "py36", "instance_type": "ml.p3.2xlarge", "image_scope": "training"}, "pytorch-training:1.6.0-gpu-py36-cu110-ubuntu18.04", id="smdistributed"),
        pytest.param({"training_compiler_config": object(), "framework": "pytorch", "version": "1.13.1", "instance_type": "ml.g5.xlarge", "image_scope": "training"}, "pytorch-trcomp-training:1.13.1-gpu-py39", id="the training compiler"),
        pytest.param({"serverless_inference_config": object(), "framework": "pytorch", "version": "2.6.0"}, "pytorch-inference:2.6.0-cpu-py312", id="serverless"),
        pytest.param({"inference_tool": "neuronx", "framework": "huggingface", "version": "4.36.2", "base_framework_version": "pytorch2.1.2", "instance_type": "ml.inf2.xlarge"}, "huggingface-pytorch-inference-neuronx:2.1.2-transformers4.36.2-neuronx-py310-sdk2.18.0-ubuntu20.04", id="a Neuron image of Hugging Face"),
        pytest.param({"sdk_version": "sdk2.26.1", "framework": "pytorch", "version": "2.8.0", "instance_type": "ml.inf2.xlarge"}, "pytorch-inference-neuronx:2.8.0-neuronx-py311-sdk2.26.1-ubuntu22.04", id="a Neuron SDK"),
    ],
)  # fmt: skip
def test_rare_arguments(arguments: dict[str, object], answer: str):
    assert retrieve(region="us-west-2", **arguments).partition("/")[2] == answer


ANYTHING = (
    st.none() | st.text(max_size=20) | st.integers() | st.floats() | st.booleans() | st.binary(max_size=5) | st.just([]) | st.just({})
    | st.sampled_from(["pytorch", "huggingface", "us-west-2", "2.6.0", "ml.c7g.large", "ml.inf2.xlarge", "training", "latest", "x" * 1000, " ", "\ud800", "ml.\n"])
)  # fmt: skip
NAMES = ["version", "py_version", "instance_type", "accelerator_type", "image_scope", "container_version", "distribution", "base_framework_version", "training_compiler_config", "sdk_version", "inference_tool", "serverless_inference_config"]


@settings(max_examples=400)
@given(ANYTHING | st.just("pytorch"), ANYTHING | st.just("us-west-2"), st.dictionaries(st.sampled_from(NAMES), ANYTHING, max_size=5), st.booleans())
def test_any_arguments_return_an_image_or_raise_a_value_error_with_a_sentence(framework, region, arguments, sdk_compatible):
    try:
        answer = retrieve(framework, region, **arguments, sdk_compatible=sdk_compatible)
    except ImageError as error:
        answer = str(error)
    assert ".dkr.ecr." in answer or answer.strip().endswith((".", "instance-types", "12"))


@pytest.mark.parametrize("scope", ["foo", "training", "eia"])
def test_the_sdk_ignores_a_scope_that_the_only_configuration_does_not_list(scope: str) -> None:
    uri = retrieve("djl-lmi", "us-west-2", image_scope=scope, instance_type="ml.g5.xlarge", sdk_compatible=True)
    assert uri == retrieve("djl-lmi", "us-west-2", image_scope="inference", instance_type="ml.g5.xlarge", sdk_compatible=True)

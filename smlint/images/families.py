"""The meaning of a tag in its repository: the framework, and which token is the version that `retrieve` takes.

This module has the general rules; exceptions for single tags are in the catalog. The rules come from the SDK's configurations (sagemaker-core
2.27.0) and the Deep Learning Containers documents (e0ecede, 2026-08-21). The catalog build checks them against every tag in either source.
"""

from __future__ import annotations

from functools import lru_cache

from smlint.images.tags import Tag, version_key
from smlint.runtime.named_tuple import NamedTuple

_BY_REPOSITORY = {
    "tei": ("huggingface-tei", "tei"),
    "tei-cpu": ("huggingface-tei-cpu", "tei"),
    "stabilityai-pytorch-inference": ("stabilityai", "sgm"),
    "huggingface-vllm-inference-neuronx": ("huggingface-vllm-neuronx", "optimum"),
    "huggingface-pytorch-trcomp-training": ("huggingface-training-compiler", "transformers"),
    "huggingface-tensorflow-trcomp-training": ("huggingface-training-compiler", "transformers"),
}
"""Framework by repository, with the library whose version is that of the framework."""

_PLAIN = {
    "pytorch-trcomp-training": "pytorch-training-compiler",
    "smdistributed-modelparallel": "pytorch-smp",
    "llama-cpp-arm64": "llama-cpp",
    "sagemaker-scikit-learn": "sklearn",
    "sagemaker-xgboost": "xgboost",
    "sagemaker-chainer": "chainer",
    "sagemaker-clarify-processing": "clarify",
    "sagemaker-data-wrangler-container": "data-wrangler",
    "sagemaker-debugger-rules": "debugger",
    "detailed-profiler-processing": "detailed-profiler",
    "sagemaker-distribution-prod": "sagemaker-distribution",
    "sagemaker-geospatial-v1-0": "sagemaker-geospatial",
    "sagemaker-model-monitor-analyzer": "model-monitor",
    "sagemaker-spark-processing": "spark",
    "sagemaker-sparkml-serving": "sparkml-serving",
    "sagemaker-inference-mxnet": "neo-mxnet",
    "sagemaker-inference-pytorch": "neo-pytorch",
    "sagemaker-inference-tensorflow": "neo-tensorflow",
    "sagemaker-neo-mxnet": "inferentia-mxnet",
    "sagemaker-neo-pytorch": "inferentia-pytorch",
    "sagemaker-neo-tensorflow": "inferentia-tensorflow",
    "sagemaker-rl-vw-container": "vw",
    "sagemaker-rl-coach-container": "coach-tensorflow",
    "sagemaker-base-python-38": "sagemaker-base-python",
    "sagemaker-base-python-310": "sagemaker-base-python",
    "ray": "ray-serve",
    "vllm-arm64": "vllm",
}
_ENGINES = {
    "deepspeed": "djl-deepspeed",
    "fastertransformer": "djl-fastertransformer",
    "lmi": "djl-lmi",
    "tensorrtllm": "djl-tensorrtllm",
}
_STEMS = ("pytorch", "tensorflow", "mxnet", "autogluon")
_STEM_ENDS = frozenset(
    ["training", "inference", "serving", "eia", "scriptmode", "neuron", "neuronx", "habana", "graviton", "arm64"]
)
_TWO_PLATFORMS = frozenset(["pytorch", "vllm", "sglang", "ray", "llama-cpp", "llama-cpp-arm64", "whisperx", "vllm-omni"])
"""Repositories in which only the word `sagemaker` distinguishes the SageMaker images from those for EC2 (`server-cuda-v1` is for EC2)."""


_XGBOOST_ON_GPU = "1.2-1"
"""The first version whose images support GPUs (sagemaker-core 2.27.0, fw_utils.framework_name_from_image and image_uri_config/xgboost.json)."""


class TagMeaning(NamedTuple):
    """The meaning of a tag in its repository. `libraries` are the other components of the image, such as ("pytorch", "2.6.0")."""

    framework: str | None
    version: str | None
    libraries: tuple[tuple[str, str], ...]


@lru_cache(maxsize=512)
def stem_of(repository: str) -> str | None:
    """Return the framework in a repository name such as `pytorch-inference-arm64` or `sagemaker-tensorflow-serving-eia`; None for other names."""
    parts = repository.removeprefix("sagemaker-").split("-")
    return parts[0] if parts[0] in _STEMS and _STEM_ENDS.issuperset(parts[1:]) else None


def interpret_tag(repository: str, tag: Tag) -> TagMeaning:
    """Return the framework, version and libraries that a tag means in a repository of the catalog.

    Unless a rule says otherwise, the framework has the name of the repository (`kmeans`).
    """
    version = tag.version
    if version is None and tag.revision is not None and tag.flavors:
        version = tag.revision[1:]
    elif version is None and tag.text == "latest":
        version = "latest"
    libraries = tag.libraries
    stem = stem_of(repository)
    if stem is not None:
        return TagMeaning(stem, version, libraries)
    if repository in _PLAIN:
        return TagMeaning(_PLAIN[repository], version, libraries)
    named = dict(libraries)
    if repository.startswith(("huggingface-pytorch-", "huggingface-tensorflow-")) or repository in _BY_REPOSITORY:
        return _hugging_face(repository, tag, named)
    if repository == "djl-inference":
        return TagMeaning(_djl(tag, named), version, libraries)
    if repository in ("vllm", "sglang", "vllm-omni"):
        if "omni" in tag.flavors or repository == "vllm-omni":
            return TagMeaning("vllm-omni", version, libraries)
        return TagMeaning(f"{repository}-server" if "server" in tag.flavors else repository, version, libraries)
    if repository.startswith("sagemaker-rl-"):
        kind = "ray" if "ray" in named or "ray" in tag.flavors else "coach"
        base = "mxnet" if "mxnet" in repository else "pytorch" if "torch" in tag.flavors else "tensorflow"
        return TagMeaning(f"{kind}-{base}", named.get(kind, version), libraries)
    return TagMeaning(repository, version, libraries)


def _hugging_face(repository: str, tag: Tag, named: dict[str, str]) -> TagMeaning:
    base = "tensorflow" if "tensorflow" in repository else "pytorch"
    if repository in _BY_REPOSITORY:
        framework, library = _BY_REPOSITORY[repository]
        if library == "optimum":
            base = "vllm"
    elif repository == "huggingface-pytorch-tgi-inference":
        framework, library = ("huggingface-llm", "tgi") if "tgi" in named else ("huggingface-llm-neuronx", "optimum")
    else:
        framework, library = "huggingface", "transformers"
    libraries = tag.libraries if tag.version is None else ((base, tag.version), *tag.libraries)
    return TagMeaning(framework, named.get(library), libraries)


def _djl(tag: Tag, named: dict[str, str]) -> str | None:
    for engine, framework in _ENGINES.items():
        if engine in named:
            return framework
    if tag.processor == "neuronx":
        return "djl-neuronx"
    return "djl-cpu-full" if "full" in tag.flavors else None


def processor_of(repository: str, tag: Tag) -> str | None:
    """Return the processor of an image, from its tag or its repository; None if one image supports several.

    XGBoost images since 1.2-1 support GPUs even if the tag contains `cpu`: `1.5-1-cpu-py3` is another name of `1.5-1`. DJL Serving images without
    a processor in the tag are CUDA images, Triton images are too; scikit-learn runs on CPUs only. The `-eia` repositories contain CPU images
    that use an Elastic Inference accelerator.
    """
    if repository.endswith("-eia"):
        return "eia"
    if repository == "sagemaker-xgboost" and tag.version is not None and version_key(tag.version) >= version_key(_XGBOOST_ON_GPU):
        return None
    if tag.processor is not None:
        return tag.processor
    if repository == "djl-inference" or (repository == "sagemaker-tritonserver" and tag.python is not None):
        return "gpu"
    return "cpu" if repository == "sagemaker-scikit-learn" else None


def platform_of(repository: str, tag: Tag) -> str | None:
    """Return the platform of an image, `sagemaker` or `ec2`, from its tag or its repository; None if they do not decide it."""
    if tag.platform is None and repository in _TWO_PLATFORMS and (tag.os == "amzn2023" or tag.version is None):
        return "ec2" if tag.text != "latest" else None
    return "ec2" if repository == "base" else tag.platform


def architecture_of(repository: str, tag: Tag) -> str:
    """Return the architecture of an image: `arm64` if the repository name or the tag says so, else `x86_64`."""
    return "arm64" if tag.architecture or repository.endswith(("-arm64", "-graviton")) else "x86_64"


def scopes_of(scopes: tuple[str, ...], tag: Tag) -> tuple[str, ...]:
    """Return the scopes of a tag in a repository with the given scopes.

    In a repository that serves training too, arm64 tags are for inference only: the SDK lists those of XGBoost and scikit-learn under
    `inference_graviton` alone (sagemaker-core 2.27.0), and SageMaker offers no Graviton instance type for training.
    """
    return ("inference",) if tag.architecture and "inference" in scopes else scopes


def neuron_generation(scope: str | None, processor: str) -> str:
    """Return the prefix of the instance families that an image with processor `neuron` or `neuronx` runs on.

    `neuron` images are for Inferentia 1, except those for training (also of Neuron 2.x), which are for Trainium. `neuronx` images run on
    Inferentia 2 and Trainium.
    """
    if processor == "neuron":
        return "trn" if scope == "training" else "inf1"
    return "neuronx"

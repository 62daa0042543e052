"""What a tag means in its repository: which token is the version that `retrieve` would be asked for, and of which framework.

Only rules stand here; single exceptions are in the catalogue. Rules come from the SDK's configurations
(sagemaker-core 2.27.0) and the Deep Learning Containers documents (e0ecede, 2026-08-21), and are checked against every tag
that either of them names when the catalogue is built.
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
"""Repository -> framework, and the library whose version is the framework's."""

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
"""Repositories whose images for EC2 and for SageMaker differ in the word `sagemaker` alone (`server-cuda-v1` is EC2's)."""


_XGBOOST_ON_GPU = "1.2-1"
"""The first version whose images drive GPUs (sagemaker-core 2.27.0, fw_utils.framework_name_from_image and image_uri_config/xgboost.json)."""


class Meaning(NamedTuple):
    """What a tag means in its repository. `libraries` has what else the image is made of, such as ("pytorch", "2.6.0")."""

    framework: str | None
    version: str | None
    libraries: tuple[tuple[str, str], ...]


@lru_cache(maxsize=512)
def stem_of(repository: str) -> str | None:
    """`pytorch` of `pytorch-inference-arm64`, `sagemaker-tensorflow-serving-eia`, `pytorch`, ...; None for any other name."""
    parts = repository.removeprefix("sagemaker-").split("-")
    return parts[0] if parts[0] in _STEMS and _STEM_ENDS.issuperset(parts[1:]) else None


def meaning(repository: str, tag: Tag) -> Meaning:
    """The framework and version of a tag in a repository of the catalogue. A repository's own name is its framework's
    where no rule says otherwise (`kmeans`, `djl-inference` apart)."""
    version = tag.version
    if version is None and tag.revision is not None and tag.flavours:
        version = tag.revision[1:]
    elif version is None and tag.text == "latest":
        version = "latest"
    libraries = tag.libraries
    stem = stem_of(repository)
    if stem is not None:
        return Meaning(stem, version, libraries)
    if repository in _PLAIN:
        return Meaning(_PLAIN[repository], version, libraries)
    named = dict(libraries)
    if repository.startswith(("huggingface-pytorch-", "huggingface-tensorflow-")) or repository in _BY_REPOSITORY:
        return _hugging_face(repository, tag, named)
    if repository == "djl-inference":
        return Meaning(_djl(tag, named), version, libraries)
    if repository in ("vllm", "sglang", "vllm-omni"):
        if "omni" in tag.flavours or repository == "vllm-omni":
            return Meaning("vllm-omni", version, libraries)
        return Meaning(f"{repository}-server" if "server" in tag.flavours else repository, version, libraries)
    if repository.startswith("sagemaker-rl-"):
        kind = "ray" if "ray" in named or "ray" in tag.flavours else "coach"
        base = "mxnet" if "mxnet" in repository else "pytorch" if "torch" in tag.flavours else "tensorflow"
        return Meaning(f"{kind}-{base}", named.get(kind, version), libraries)
    return Meaning(repository, version, libraries)


def _hugging_face(repository: str, tag: Tag, named: dict[str, str]) -> Meaning:
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
    return Meaning(framework, named.get(library), libraries)


def _djl(tag: Tag, named: dict[str, str]) -> str | None:
    for engine, framework in _ENGINES.items():
        if engine in named:
            return framework
    if tag.processor == "neuronx":
        return "djl-neuronx"
    return "djl-cpu-full" if "full" in tag.flavours else None


def processor_of(repository: str, tag: Tag) -> str | None:
    """The processor of an image: as the tag says, or as is certain for the repository; None where one image serves several.

    XGBoost's tags of 1.2-1 and later may say `cpu` and serve GPU all the same: `1.5-1-cpu-py3` is another name of `1.5-1`.
    DJL Serving's images without a word for it are CUDA images; Triton's CPU image is the one that says so; scikit-learn
    runs on CPUs only. The `-eia` repositories hold CPU images that drive an Elastic Inference accelerator.
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
    """`sagemaker` or `ec2`: as the tag says, or as is certain for the repository."""
    if tag.platform is None and repository in _TWO_PLATFORMS and (tag.os == "amzn2023" or tag.version is None):
        return "ec2" if tag.text != "latest" else None
    return "ec2" if repository == "base" else tag.platform


def architecture_of(repository: str, tag: Tag) -> str:
    """`arm64` where the repository's name or the tag says so, else `x86_64`."""
    return "arm64" if tag.architecture or repository.endswith(("-arm64", "-graviton")) else "x86_64"


def scopes_of(scopes: tuple[str, ...], tag: Tag) -> tuple[str, ...]:
    """The scopes that a tag serves in a repository of these.

    An arm64 tag of a repository that serves training too is for inference alone: the SDK names those of XGBoost and scikit-learn under
    `inference_graviton` only (sagemaker-core 2.27.0), and no Graviton instance type trains.
    """
    return ("inference",) if tag.architecture and "inference" in scopes else scopes


def neuron_generation(scope: str | None, processor: str) -> str:
    """The prefix of the instance families that an image of processor `neuron` or `neuronx` runs on.

    `neuron` images are for Inferentia 1, but those for training (of Neuron 2.x too) were made for Trainium; `neuronx` images
    run on Inferentia 2 and Trainium.
    """
    if processor == "neuron":
        return "trn" if scope == "training" else "inf1"
    return "neuronx"

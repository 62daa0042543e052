"""What the keys of ad-hoc configurations tell. Nobody defined these names: they are what a survey of 630 public files found (2026-11-22).

All is told from words: `EndpointInstanceType`, `endpoint_instance_type` and `endpoint-instance-type` are the same three words.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from smlint.model.deployment import Kind

_LONGEST = 200  # characters of a key that are looked at

# Words that say what a field is. Without them, what is left of a key says what the field is for: its stem.
_IMAGE_WORDS = frozenset({
    "image", "images", "uri", "uris", "url", "docker", "container", "ecr", "name", "address", "custom", "full", "model", "algorithm",
})  # fmt: skip
_INSTANCE_WORDS = frozenset({"instance", "instances", "type", "types", "class", "ml", "sagemaker", "ec2", "aws", "model", "name", "default"})

# The last words of a key that holds a container image, whatever its value.
_IMAGE_ENDS = (("image",), ("image", "uri"), ("image", "url"), ("image", "name"), ("ecr", "address"), ("ecr", "uri"), ("container", "uri"))

# Hardware and images that are not deployed: notebooks and studios, what a test expects, what a service has answered.
_ASIDE = frozenset({
    "notebook", "notebooks", "studio", "jupyter", "jupyterlab", "jupyterserver", "kernel", "kernelgateway", "bastion",
    "expected", "resolved", "previous", "deprecated",
})  # fmt: skip

# Lists to choose from.
_CHOICES = frozenset({
    "supported", "allowed", "available", "valid", "possible", "eligible", "candidate", "candidates", "option", "options", "choice", "choices",
    "enum", "example", "examples", "unsupported", "excluded", "denied", "old",
})  # fmt: skip

# What the words of a key say of the use of image and hardware.
_KINDS = {
    Kind.ENDPOINT: "endpoint endpoints hosting variant variants realtime inference serving",
    Kind.TRAINING: "training train trainer estimator estimators finetuning finetune tuning tuner hpo",
    Kind.PROCESSING: "processing processor preprocess preprocessing preprocessor postprocess postprocessing evaluate evaluation "
    "monitor monitoring clarify quality bias explainability baseline",
    Kind.TRANSFORM: "transform transforms",
    Kind.CLUSTER: "hyperpod cluster clusters eks kubernetes k8s",
}
_KIND_OF = {word: kind for kind, words in _KINDS.items() for word in words.split()}

# Words that mean one thing only. `inference` may well be a processing job, and `finetune` name the model that an endpoint serves.
_CERTAIN = frozenset(
    {"endpoint", "endpoints", "hosting", "variant", "variants", "realtime", "training", "train", "trainer", "estimator", "estimators"}
)

# Keys that stand beside an image and an instance type. Those of an endpoint are certain: `training_job_name` may also tell where
# the model of an endpoint comes from.
_BESIDE = {
    ("endpoint", "name"): Kind.ENDPOINT, ("ep", "name"): Kind.ENDPOINT, ("endpoint", "config", "name"): Kind.ENDPOINT,
    ("variant", "name"): Kind.ENDPOINT, ("variant", "weight"): Kind.ENDPOINT, ("initial", "instance", "count"): Kind.ENDPOINT,
    ("initial", "variant", "weight"): Kind.ENDPOINT, ("training", "job", "name"): Kind.TRAINING,
    ("training", "input", "mode"): Kind.TRAINING, ("hyperparameters",): Kind.TRAINING, ("hyper", "parameters"): Kind.TRAINING,
    ("processing", "job", "name"): Kind.PROCESSING, ("transform", "job", "name"): Kind.TRANSFORM,
}  # fmt: skip

# `clusterConfig` is how the API calls the machines of a processing job.
_CLUSTER_CONFIG = ("cluster", "config")

_REGION_KEYS = frozenset({
    ("region",), ("aws", "region"), ("region", "name"), ("aws", "region", "name"), ("sagemaker", "region"), ("deployment", "region"),
})  # fmt: skip
REGION_HOLDERS = ("aws", "sagemaker", "endpoint", "AWS", "SageMaker")
"""Keys of mappings whose `region` is that of all that stands beside them: `aws: {region: eu-west-1}`."""

_ELSEWHERE = frozenset({
    "s3", "ecr", "bucket", "storage", "registry", "repository", "docker", "bedrock", "dynamodb", "secrets", "codecommit", "image",
})  # fmt: skip

NAME_KEYS = (
    "name", "model_name", "modelName", "ModelName", "model_id", "modelId", "ep_name", "endpoint_name", "endpointName", "EndpointName", "id",
)  # fmt: skip
"""Keys that name a deployment, the most telling first."""

ESTIMATOR_KEYS = ("estimator_options", "estimatorOptions", "estimator_args", "estimator")
"""Keys of mappings that hold the arguments of an SDK estimator, framework and versions among them (Hydra's launcher)."""


@lru_cache(4096)
def words_of(key: str) -> tuple[str, ...]:
    """The words of a key, in lower case: split at what is no letter or digit, and between `aB` and `ABc`."""
    found: list[str] = []
    word = ""
    for index, character in enumerate(key[:_LONGEST]):
        following = key[index + 1 : index + 2]
        if word and (not character.isalnum() or (character.isupper() and (not word[-1].isupper() or following.islower()))):
            found.append(word.lower())
            word = ""
        if character.isalnum():
            word += character
    return (*found, word.lower()) if word else tuple(found)


@lru_cache(4096)
def is_image_key(key: str) -> bool:
    """Whether a key says that its value is a container image."""
    words = words_of(key)
    return any(words[-len(end) :] == end for end in _IMAGE_ENDS)


@lru_cache(4096)
def is_instance_key(key: str) -> bool:
    """Whether a key says that its value is an instance type, or several: `instanceType`, `instance_type_1`, `instance_types`."""
    words = words_of(key)
    if words and words[-1].isdecimal():
        words = words[:-1]
    return words[-2:] in (("instance", "type"), ("instance", "types")) or words[-1:] == ("instancetype",)


@lru_cache(4096)
def is_aside(key: str) -> bool:
    """Whether what stands under this key is not deployed: a notebook's hardware, an expectation, an answer."""
    words = words_of(key)
    return not _ASIDE.isdisjoint(words) or words == ("status",)


@lru_cache(4096)
def is_choice(key: str) -> bool:
    """Whether the instance types under this key are those that one may choose, rather than the one chosen."""
    return not _CHOICES.isdisjoint(words_of(key))


def image_stem(key: str) -> tuple[str, ...]:
    """What the image under this key is for: `training` in `training_image_uri`."""
    return tuple(word for word in words_of(key) if word not in _IMAGE_WORDS)


def instance_stem(key: str) -> tuple[str, ...]:
    """What the instance type under this key is for: `training` in `TrainingInstanceType`."""
    return tuple(word for word in words_of(key) if word not in _INSTANCE_WORDS)


@lru_cache(4096)
def kind_of(key: str) -> tuple[Kind, bool] | None:
    """What a key says of the use of image or hardware, and whether it says so for certain. None when it says nothing, or two things."""
    words = words_of(key)
    if words == _CLUSTER_CONFIG:
        return None
    kinds = {_KIND_OF[word] for word in words if word in _KIND_OF}
    if len(kinds) != 1:
        return None
    return kinds.pop(), not _CERTAIN.isdisjoint(words)


def kind_beside(keys: Iterable[str]) -> tuple[Kind, bool] | None:
    """What the keys of one mapping say of what it describes, and whether for certain. None when they say nothing, or two things."""
    kinds = {_BESIDE[words] for words in map(words_of, keys) if words in _BESIDE}
    if len(kinds) != 1:
        return None
    kind = kinds.pop()
    return kind, kind is Kind.ENDPOINT


def is_region_key(key: str) -> bool:
    """Whether a key holds the Region of what stands beside it."""
    return words_of(key) in _REGION_KEYS


def is_elsewhere(key: str) -> bool:
    """Whether a `region` in the mapping under this key is that of a bucket or a registry, and not of the deployment."""
    return not _ELSEWHERE.isdisjoint(words_of(key))

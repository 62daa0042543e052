"""Interpret the keys of ad-hoc configurations.

No standard defines these names; they come from a survey of 630 public files (2026-11-22). Keys are compared by their words:
`EndpointInstanceType`, `endpoint_instance_type` and `endpoint-instance-type` are the same three words.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from smlint.model.deployment import Kind
from smlint.runtime.named_tuple import NamedTuple

_MAX_LENGTH = 200  # characters of a key that are analyzed

# Words that say what a field is. The remaining words of a key, its stem, say what the field is for.
_IMAGE_WORDS = frozenset({
    "image", "images", "uri", "uris", "url", "docker", "container", "ecr", "name", "address", "custom", "full", "model", "algorithm",
})  # fmt: skip
_INSTANCE_WORDS = frozenset({"instance", "instances", "type", "types", "class", "ml", "sagemaker", "ec2", "aws", "model", "name", "default"})

# The last words of a key for a container image, whatever its value.
_IMAGE_ENDS = (("image",), ("image", "uri"), ("image", "url"), ("image", "name"), ("ecr", "address"), ("ecr", "uri"), ("container", "uri"))

# Hardware and images that are not deployed: notebooks and studios, expectations of tests, responses of services, records of the past, and
# what a rule or a list refuses.
_NOT_DEPLOYED = frozenset({
    "notebook", "notebooks", "studio", "jupyter", "jupyterlab", "jupyterserver", "kernel", "kernelgateway", "bastion",
    "expected", "resolved", "previous", "deprecated", "example", "examples", "rollback", "history", "archive", "archived", "executions",
    "last", "former", "past",
    "deny", "denied", "denylist", "forbid", "forbidden", "blocked", "blocklist", "blacklist", "blacklisted", "disallowed", "prohibited",
    "reject", "rejected", "rejects", "incompatible", "unsupported", "invalid", "broken", "todo",
})  # fmt: skip

# Records of the past, alone or before the word for a list of them: `audit`, `audit_log`. A model may be called `alert-triage`.
_RECORDS = frozenset({"audit", "audits", "incident", "incidents", "postmortem", "postmortems", "alert", "alerts", "evidence"})
_OF_RECORDS = frozenset({"log", "logs", "trail", "record", "records", "report", "reports"})

_BEFORE = frozenset({("from",), ("before",), ("old",), ("original",)})  # next to `to`, `after`, `new`

# Images that are copied, extended or replaced, not run: `source_image` of a mirror, `base_image` of a build, `old_image` of an upgrade.
_NOT_RUN = frozenset({
    "source", "src", "from", "base", "parent", "origin", "original", "upstream", "builder", "build", "old", "former", "legacy", "last", "mirror",
    "cache", "backup",
})  # fmt: skip

_OTHER_COMPUTE = frozenset({
    "ecs", "fargate", "lambda", "batch", "ec2", "glue", "emr", "apprunner", "docker", "compose", "codebuild", "ci", "local",
})  # fmt: skip

_ENVIRONMENT = frozenset({
    ("environment",), ("env",), ("envs",), ("variables",), ("environment", "variables"), ("env", "vars"), ("container", "env"), ("remote", "env"),
})  # fmt: skip

# Mappings with one entry for each environment, and the names of environments.
_ENVIRONMENTS = frozenset({
    "environment", "environments", "env", "envs", "stage", "stages", "profile", "profiles", "override", "overrides", "overlay", "overlays",
    "tier", "tiers", "workspace", "workspaces", "account", "accounts", "region", "regions", "targets",
})  # fmt: skip
_ENVIRONMENT_NAMES = frozenset({
    "dev", "develop", "development", "test", "testing", "qa", "uat", "staging", "stage", "stg", "prod", "production", "prd", "preprod", "beta",
    "gamma", "alpha", "sandbox", "integration", "canary", "nonprod",
})  # fmt: skip
_DEFAULTS = frozenset({"default", "defaults", "base", "common", "shared", "global"})

# Lists of options.
_OPTIONS = frozenset({
    "supported", "allowed", "available", "valid", "possible", "eligible", "candidate", "candidates", "option", "options", "choice", "choices",
    "enum", "example", "examples", "unsupported", "excluded", "denied", "old",
})  # fmt: skip

# Words that say how an image and its hardware are used.
_KINDS = {
    Kind.ENDPOINT: "endpoint endpoints hosting variant variants realtime inference serving",
    Kind.TRAINING: "training train trainer estimator estimators finetuning finetune tuning tuner hpo",
    Kind.PROCESSING: "processing processor preprocess preprocessing preprocessor postprocess postprocessing evaluate evaluation "
    "monitor monitoring clarify quality bias explainability baseline",
    Kind.TRANSFORM: "transform transforms",
    Kind.CLUSTER: "hyperpod cluster clusters eks kubernetes k8s",
}
_KIND_OF = {word: kind for kind, words in _KINDS.items() for word in words.split()}

# Unambiguous words. `inference` may be a processing job, and `finetune` may name the model that an endpoint serves.
_UNAMBIGUOUS = frozenset(
    {"endpoint", "endpoints", "hosting", "variant", "variants", "realtime", "training", "train", "trainer", "estimator", "estimators"}
)

# Keys next to an image and an instance type. Those of an endpoint are unambiguous; `training_job_name` may also be the source of an
# endpoint's model.
_SIBLINGS = {
    ("endpoint", "name"): Kind.ENDPOINT, ("ep", "name"): Kind.ENDPOINT, ("endpoint", "config", "name"): Kind.ENDPOINT,
    ("variant", "name"): Kind.ENDPOINT, ("variant", "weight"): Kind.ENDPOINT, ("initial", "instance", "count"): Kind.ENDPOINT,
    ("initial", "variant", "weight"): Kind.ENDPOINT, ("production", "variants"): Kind.ENDPOINT, ("training", "job", "name"): Kind.TRAINING,
    ("training", "input", "mode"): Kind.TRAINING, ("hyperparameters",): Kind.TRAINING, ("hyper", "parameters"): Kind.TRAINING,
    ("processing", "job", "name"): Kind.PROCESSING, ("transform", "job", "name"): Kind.TRANSFORM,
}  # fmt: skip

# Keys of the API that only an endpoint has. They say more than the name of an image: `TrainingImage` may also be the image to serve.
_CERTAIN_SIBLINGS = frozenset({
    ("endpoint", "config", "name"), ("production", "variants"), ("variant", "name"), ("initial", "instance", "count"),
    ("initial", "variant", "weight"),
})  # fmt: skip

# In the API, `clusterConfig` contains the instances of a processing job.
_CLUSTER_CONFIG = ("cluster", "config")

_REGION_KEYS = frozenset({
    ("region",), ("aws", "region"), ("region", "name"), ("aws", "region", "name"), ("sagemaker", "region"), ("deployment", "region"),
})  # fmt: skip
REGION_HOLDERS = ("aws", "sagemaker", "endpoint", "AWS", "SageMaker")
"""Keys of mappings whose `region` applies to everything next to them: `aws: {region: eu-west-1}`."""

_OTHER_SERVICES = frozenset({
    "s3", "ecr", "bucket", "storage", "registry", "repository", "docker", "bedrock", "dynamodb", "secrets", "codecommit", "image",
})  # fmt: skip

NAME_KEYS = (
    "name", "model_name", "modelName", "ModelName", "model_id", "modelId", "ep_name", "endpoint_name", "endpointName", "EndpointName", "id",
)  # fmt: skip
"""Keys that name a deployment, the most specific first."""

ESTIMATOR_KEYS = ("estimator_options", "estimatorOptions", "estimator_args", "estimator")
"""Keys of mappings with the arguments of an SDK estimator, such as framework and versions (used by Hydra launchers)."""


class KindHint(NamedTuple):
    """What keys say about the use of image or hardware, and whether that is unambiguous."""

    kind: Kind
    certain: bool


@lru_cache(4096)
def words_of(key: str) -> tuple[str, ...]:
    """Split a key into lower-case words: at characters other than letters and digits, and inside `aB` and `ABc`."""
    words: list[str] = []
    word = ""
    for index, character in enumerate(key[:_MAX_LENGTH]):
        following = key[index + 1 : index + 2]
        if word and (not character.isalnum() or (character.isupper() and (not word[-1].isupper() or following.islower()))):
            words.append(word.lower())
            word = ""
        if character.isalnum():
            word += character
    return (*words, word.lower()) if word else tuple(words)


@lru_cache(4096)
def is_image_key(key: str) -> bool:
    """Return whether a key names a container image."""
    words = words_of(key)
    return any(words[-len(end) :] == end for end in _IMAGE_ENDS)


@lru_cache(4096)
def is_instance_key(key: str) -> bool:
    """Return whether a key names one or several instance types: `instanceType`, `instance_type_1`, `instance_types`."""
    words = words_of(key)
    if words and words[-1].isdecimal():
        words = words[:-1]
    return words[-2:] in (("instance", "type"), ("instance", "types")) or words[-1:] == ("instancetype",)


@lru_cache(4096)
def is_not_deployed(key: str) -> bool:
    """Return whether the value of a key is not deployed: the hardware of a notebook, an expectation, a response."""
    words = words_of(key)
    if not words:
        return False
    is_record = words[0] in _RECORDS and (len(words) == 1 or words[-1] in _OF_RECORDS)
    return is_record or not _NOT_DEPLOYED.isdisjoint(words) or words == ("status",) or words in _BEFORE


@lru_cache(4096)
def is_list_of_options(key: str) -> bool:
    """Return whether the instance types of a key are options to choose from, not a choice."""
    return not _OPTIONS.isdisjoint(words_of(key))


@lru_cache(4096)
def is_not_run(key: str) -> bool:
    """Return whether the image of a key is copied, extended or replaced: nothing shows that it runs."""
    return not _NOT_RUN.isdisjoint(words_of(key))


@lru_cache(4096)
def is_other_compute(key: str) -> bool:
    """Return whether a mapping describes what another service, or a developer's machine, runs: `ecs: {image: ..., cpu: 4}`."""
    return not _OTHER_COMPUTE.isdisjoint(words_of(key))


@lru_cache(4096)
def is_environment(key: str) -> bool:
    """Return whether a key holds environment variables, if its keys are written like them."""
    return words_of(key) in _ENVIRONMENT


@lru_cache(4096)
def holds_environments(key: str) -> bool:
    """Return whether a key holds settings for each environment: `environments`, `per_stage`."""
    words = words_of(key)
    return bool(words) and words[-1] in _ENVIRONMENTS


@lru_cache(4096)
def is_environment_name(key: str) -> bool:
    """Return whether a key is the name of an environment: `prod`, `eu-staging`."""
    return not _ENVIRONMENT_NAMES.isdisjoint(words_of(key)) and len(words_of(key)) <= 2


@lru_cache(4096)
def is_defaults(key: str) -> bool:
    """Return whether a key holds the values that other mappings next to it override."""
    return bool(words_of(key)) and words_of(key)[0] in _DEFAULTS


def image_prefix(key: str) -> tuple[str, ...]:
    """Return the words of an image's key before those that say that it is an image: `container` in `container_image_uri`."""
    words = words_of(key)
    longest = max((len(end) for end in _IMAGE_ENDS if words[-len(end) :] == end), default=len(words))
    return words[: len(words) - longest]


def image_stem(key: str) -> tuple[str, ...]:
    """Return the words that say what the image of a key is for: `training` in `training_image_uri`."""
    return tuple(word for word in words_of(key) if word not in _IMAGE_WORDS)


def instance_stem(key: str) -> tuple[str, ...]:
    """Return the words that say what the instance type of a key is for: `training` in `TrainingInstanceType`."""
    return tuple(word for word in words_of(key) if word not in _INSTANCE_WORDS)


@lru_cache(4096)
def kind_of(key: str) -> KindHint | None:
    """Return what a key says about the use of image or hardware; None if it says nothing, or is contradictory."""
    words = words_of(key)
    if words == _CLUSTER_CONFIG:
        return None
    kinds = {_KIND_OF[word] for word in words if word in _KIND_OF}
    if len(kinds) != 1:
        return None
    return KindHint(kinds.pop(), not _UNAMBIGUOUS.isdisjoint(words))


def kind_of_siblings(keys: Iterable[str]) -> KindHint | None:
    """Return what the keys of one mapping say about what it describes; None if they say nothing, or are contradictory."""
    kinds = {_SIBLINGS[words] for words in map(words_of, keys) if words in _SIBLINGS}
    if len(kinds) != 1:
        return None
    kind = kinds.pop()
    return KindHint(kind, kind is Kind.ENDPOINT)


def is_certain_endpoint(keys: Iterable[str]) -> bool:
    """Return whether the keys of one mapping include some that only the configuration of an endpoint has."""
    return any(words_of(key) in _CERTAIN_SIBLINGS for key in keys)


def is_region_key(key: str) -> bool:
    """Return whether the value of a key is the Region of everything next to it."""
    return words_of(key) in _REGION_KEYS


def is_other_service(key: str) -> bool:
    """Return whether a `region` in the mapping of a key belongs to a bucket or a registry, not to the deployment."""
    return not _OTHER_SERVICES.isdisjoint(words_of(key))

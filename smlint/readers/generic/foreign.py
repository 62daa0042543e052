"""Recognize what names an image and an instance type but deploys nothing: files of other tools, and records of past runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from smlint.readers.common import items_of, mapping_of
from smlint.readers.generic.keywords import words_of
from smlint.readers.generic.recordings import is_recording
from smlint.syntax import Mapping as MappingNode
from smlint.syntax import Node, Scalar, Sequence, resolve

BUILD_KEYS = frozenset({
    "container", "services", "docker", "env", "environment", "variables", "vars", "matrix", "secrets", "pool", "workflow_call", "workflow_dispatch",
})  # fmt: skip
"""In the file of a build service: the containers that a build runs in, and the variables that its scripts read."""

# https://github.com/compose-spec/compose-spec/blob/main/05-services.md (read 2026-11-29): what only a container on this machine has.
_CONTAINER_KEYS = frozenset({
    "build", "ports", "volumes", "volumes_from", "depends_on", "container_name", "restart", "env_file", "networks", "network_mode", "healthcheck",
    "extra_hosts", "cap_add", "privileged", "shm_size", "tty", "stdin_open",
})  # fmt: skip
# Those of them that no ad-hoc configuration of a SageMaker deployment shares.
_LOCAL_KEYS = frozenset({
    "depends_on", "container_name", "env_file", "network_mode", "extra_hosts", "stdin_open", "runs-on", "runArgs", "forwardPorts", "remoteUser",
    "postCreateCommand", "customizations", "containerEnv", "remoteEnv", "workspaceFolder",
})  # fmt: skip
_COMPOSE_KEYS = frozenset({"services", "version", "volumes", "networks", "configs", "secrets", "name", "include", "models"})
_COMPOSE_SERVICE_KEYS = _CONTAINER_KEYS | {
    "image", "environment", "command", "entrypoint", "deploy", "platform", "labels", "profiles", "user", "working_dir", "expose", "hostname",
    "init", "ipc", "logging", "mem_limit", "cpus", "pull_policy", "runtime", "gpus", "scale", "secrets", "configs", "devices", "extends",
    "cgroup", "cgroup_parent", "cpu_shares", "cpuset", "credential_spec", "device_cgroup_rules", "dns_search", "domainname", "external_links",
    "group_add", "isolation", "label_file", "mac_address", "mem_reservation", "pid", "pids_limit", "post_start", "pre_stop", "provider",
    "stop_signal", "storage_opt", "sysctls", "userns_mode", "uts",
    "security_opt", "stop_grace_period", "tmpfs", "ulimits", "develop", "annotations", "attach", "dns", "read_only", "links",
}  # fmt: skip

_RUNNERS = frozenset({"docker", "executor", "machine", "macos"})  # of CircleCI
_BITBUCKET_KEYS = frozenset({"default", "branches", "pull-requests", "custom", "tags"})

_ENDED = frozenset({
    "failed", "failure", "error", "errored", "complete", "completed", "succeeded", "success", "successful", "finished", "done", "stopped",
    "cancelled", "canceled", "aborted", "terminated", "timedout", "killed", "rejected", "rolledback", "passed", "pass", "fail", "ok", "closed",
    "resolved", "wontfix",
})  # fmt: skip
_MODEL_PACKAGES = (("model", "package", "arn"), ("model", "package", "name"), ("model", "package", "version"))
_STATUS_WORDS = ("status", "state", "result", "conclusion", "phase")
_RUN_TIMES = frozenset({
    ("started", "at"), ("start", "time"), ("started",), ("finished", "at"), ("finish", "time"), ("finished",), ("ended", "at"), ("end", "time"),
    ("completed", "at"), ("completion", "time"), ("stopped", "at"), ("failed", "at"), ("executed", "at"), ("run", "at"), ("timestamp",),
    ("launched", "at"), ("deployed", "at"), ("time",), ("at",), ("occurred", "at"), ("detected", "at"), ("resolved", "at"),
})  # fmt: skip
_RUN_PREFIXES = frozenset({"run", "job", "training", "processing", "execution", "task", "actual", "event"})
_RUN_RESULTS = frozenset({
    ("error",), ("exception",), ("outcome",), ("root", "cause"),
    ("exit", "code"), ("failure", "reason"), ("error", "message"), ("traceback",), ("elapsed",),
    ("elapsed", "seconds"), ("billable", "seconds"), ("runtime", "seconds"),
})  # fmt: skip
_OUTCOMES = (
    (), ("error",), ("errors",), ("output",), ("result",), ("results",), ("exception",), ("findings",), ("response",), ("status",), ("message",),
)  # fmt: skip
_RUN_HOLDERS = frozenset({"run", "result", "results", "execution", "outcome", "job", "metadata", "info", "summary", "timing", "times", "status"})


def is_foreign(root: MappingNode) -> bool:
    """Return whether a document belongs to a tool that deploys nothing to SageMaker."""
    return any(recognize(root) for recognize in _RECOGNIZERS)


def is_build(root: MappingNode) -> bool:
    """Return whether a document configures a build service: GitHub, GitLab, Azure, CircleCI, Bitbucket, Drone or Task. Parts of it may deploy."""
    jobs = [job for job in map(mapping_of, _values(root.get("jobs"))) if job is not None]
    if any("runs-on" in job.own() or "uses" in job.own() or (_is_list(job.get("steps")) and _RUNNERS & job.own().keys()) for job in jobs):
        return True
    if any(task is not None and "cmds" in task.own() for task in map(mapping_of, _values(root.get("tasks")))):
        return True
    runs = mapping_of(root.get("runs"))
    if runs is not None and "using" in runs.own():
        return True
    pipelines = mapping_of(root.get("pipelines"))
    if pipelines is not None and _BITBUCKET_KEYS & pipelines.own().keys():
        return True
    if "trigger" in root.own() and any(_is_list(root.get(key)) for key in ("steps", "stages", "jobs")):
        return True
    if any(step is not None and ("commands" in step.own() or "script" in step.own()) for step in map(mapping_of, items_of(root.get("steps")))):
        return True
    return any(job is not None and _is_list(job.get("script")) for job in map(mapping_of, _values(root)))


def runs_elsewhere(entries: Iterable[str]) -> bool:
    """Return whether the mapping of an image describes a container on a developer's machine, or on that of a build."""
    return not _LOCAL_KEYS.isdisjoint(entries)


def is_test_case(entries: Iterable[str]) -> bool:
    """Return whether a mapping is a test case, with the outcome that it expects."""
    return any(words[:1] in (("expected",), ("expect",)) and words[1:2] in _OUTCOMES for words in map(words_of, entries))


def names_model_package(entries: Mapping[str, Node]) -> bool:
    """Return whether a mapping names a version of a model package, which has an image of its own: which of the two is deployed is not certain."""
    for key, node in entries.items():
        scalar = resolve(node)
        if words_of(key)[-3:] in _MODEL_PACKAGES and isinstance(scalar, Scalar) and scalar.value:
            return True
    return False


def is_past_run(entries: Mapping[str, Node]) -> bool:
    """Return whether a mapping records a run of the past: it has ended, or states when it took place."""
    for key, node in entries.items():
        if _is_evidence_of_run(key, node):
            return True
        inner = mapping_of(node) if words_of(key)[-1:] and words_of(key)[-1] in _RUN_HOLDERS else None
        if inner is not None and any(_is_evidence_of_run(name, value) for name, value in inner.own().items()):
            return True
    return False


def _is_evidence_of_run(key: str, node: Node) -> bool:
    scalar = resolve(node)
    if not isinstance(scalar, Scalar) or not scalar.value:
        return False
    words = words_of(key)
    if not words:
        return False
    if words[-1] in _STATUS_WORDS:
        return "".join(c for c in scalar.value.lower() if c.isalpha()) in _ENDED
    if len(words) == 1 and words[0] in _ENDED and scalar.value.lower() in ("true", "false"):
        return True
    if words in _RUN_RESULTS:
        return scalar.value not in ("null", "~")
    return (words in _RUN_TIMES or (words[0] in _RUN_PREFIXES and words[1:] in _RUN_TIMES)) and _is_time(scalar.value)


def _is_time(value: str) -> bool:
    """Return whether a value is a date, or seconds since 1970: not the time of day of a schedule."""
    return (value[:4].isdecimal() and value[4:5] == "-") or (len(value) >= 10 and value.replace(".", "", 1).isdecimal())


def _is_json_schema(root: MappingNode) -> bool:
    schema = resolve(root.get("$schema"))
    return isinstance(schema, Scalar) and "json-schema.org" in schema.value


def _is_kubernetes_object(root: MappingNode) -> bool:
    version = resolve(root.get("apiVersion"))
    return isinstance(version, Scalar) and root.get("kind") is not None and "sagemaker" not in version.value


def _is_api_description(root: MappingNode) -> bool:
    if any(isinstance(resolve(root.get(key)), Scalar) for key in ("openapi", "swagger", "asyncapi")):
        return True
    paths = mapping_of(root.get("paths"))
    return paths is not None and any(key.startswith("/") for key in paths.own())


def _is_compose(root: MappingNode) -> bool:
    services = [mapping_of(service) for service in _values(root.get("services"))]
    if not services or not all(key in _COMPOSE_KEYS or key.startswith("x-") for key in root.own()):
        return False
    return all(service is not None and all(key in _COMPOSE_SERVICE_KEYS or key.startswith("x-") for key in service.own()) for service in services)


def _is_buildspec(root: MappingNode) -> bool:
    phases = mapping_of(root.get("phases"))
    return phases is not None and any(mapping_of(phase) is not None for phase in _values(phases)) and "version" in root.own()


def _is_editor_settings(root: MappingNode) -> bool:
    launches = [mapping_of(item) for item in items_of(root.get("configurations"))]
    if any(launch is not None and "request" in launch.own() and "type" in launch.own() for launch in launches):
        return True
    tasks = [mapping_of(item) for item in items_of(root.get("tasks"))]
    return any(task is not None and "label" in task.own() and "type" in task.own() for task in tasks)


def _is_task_definition(root: MappingNode) -> bool:
    return _is_list(root.get("containerDefinitions")) or mapping_of(root.get("containerProperties")) is not None


_RECOGNIZERS: tuple[Callable[[MappingNode], bool], ...] = (
    _is_json_schema, _is_kubernetes_object, _is_api_description, _is_compose, _is_buildspec, _is_editor_settings, _is_task_definition,
    is_recording,
)  # fmt: skip


def _values(node: Node | None) -> list[Node]:
    mapping = mapping_of(node)
    return list(mapping.own().values()) if mapping is not None else []


def _is_list(node: Node | None) -> bool:
    return isinstance(resolve(node), Sequence)

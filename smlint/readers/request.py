"""Requests of SageMaker's API as files (`aws sagemaker create-training-job --cli-input-json file://...`), what Describe operations
answer, and the SageMaker SDK's `config.yaml`.

A request is told by the keys at its root (`api_shapes`); a file may hold one, or a list of them. An answer has the same shape and is never
edited. The SDK's configuration: https://sagemaker.readthedocs.io/en/stable/overview.html#configuring-and-using-defaults-with-the-sagemaker-python-sdk
(read 2026-11-22; its schema is `config_schema.py` of sagemaker-core 2.27.0).
"""

from __future__ import annotations

from collections.abc import Iterator

from smlint.model.deployment import Deployment, DocumentReading, Kind, Link
from smlint.readers.api.bodies import RequestBody, linkable_deployments
from smlint.readers.api.fields import FieldReader, Steps
from smlint.readers.api.shapes import REQUEST_KINDS, DeploymentShape, RequestKind, kind_by_keys
from smlint.readers.common import is_null, mapping_of, text_of
from smlint.readers.reader import ReadContext, Reader, by_form
from smlint.syntax import Document, Mapping, Scalar, Sequence, resolve

FORMAT = "request"

# Keys of answers only. A request may name the resource that it changes by its ARN, but not when that was made or how it fares.
_ANSWER_KEYS = frozenset({
    "ResponseMetadata", "CreationTime", "LastModifiedTime", "FailureReason", "ModelArn", "EndpointConfigArn", "EndpointArn", "EndpointStatus",
    "TrainingJobArn", "TrainingJobStatus", "ProcessingJobArn", "ProcessingJobStatus", "TransformJobArn", "TransformJobStatus",
    "HyperParameterTuningJobArn", "HyperParameterTuningJobStatus", "ModelPackageStatus", "AlgorithmArn", "AlgorithmStatus", "JobDefinitionArn",
    "MonitoringScheduleArn", "MonitoringScheduleStatus", "InferenceComponentArn", "InferenceComponentStatus", "NotebookInstanceArn",
    "NotebookInstanceStatus", "ClusterArn", "ClusterStatus", "OptimizationJobArn", "OptimizationJobStatus",
})  # fmt: skip

_SDK_MODULES = ("PythonSDK", "Modules")
_SDK_VERSIONS = ("1.0",)


def claims(document: Document) -> bool:
    """Its root is a request or an answer, a list of them, or the configuration of the SDK."""
    root = resolve(document.root)
    if isinstance(root, Sequence):
        return root.tag is None and bool(root.items) and all(_request_of(mapping_of(item)) is not None for item in root.items)
    mapping = mapping_of(document.root)
    return mapping is not None and (_request_of(mapping) is not None or _is_sdk_config(mapping))


def read(document: Document, context: ReadContext) -> DocumentReading:
    """The deployments of one file of requests."""
    made = linkable_deployments(_bodies(document), context, FORMAT)
    return DocumentReading(
        FORMAT,
        tuple(each.deployment for each in made),
        exports=tuple(_link(name, each.deployment) for each in made for name in each.offered),
        imports=tuple(_link(each.wanted, each.deployment) for each in made if each.wanted),
    )


def _link(name: str, deployment: Deployment) -> Link:
    """A model by its name, which means something in one folder only: another may have the requests for another account."""
    return Link(f"{FORMAT} {name}", deployment, same_folder=True)


def _request_of(root: Mapping | None) -> str | None:
    if root is None:
        return None
    return kind_by_keys(frozenset(key for key, node in root.own().items() if not is_null(node)))


def _is_sdk_config(root: Mapping) -> bool:
    version = resolve(root.get("SchemaVersion"))
    return isinstance(version, Scalar) and version.value in _SDK_VERSIONS and mapping_of(root.get("SageMaker")) is not None


def _bodies(document: Document) -> Iterator[RequestBody]:
    root = resolve(document.root)
    if isinstance(root, Sequence):
        for index, item in enumerate(root.items):
            yield from _body(mapping_of(item), (index,))
        return
    mapping = mapping_of(document.root)
    if mapping is not None and _is_sdk_config(mapping):
        yield from _sdk_bodies(mapping)
    else:
        yield from _body(mapping, ())


def _body(root: Mapping | None, steps: Steps) -> Iterator[RequestBody]:
    request = _request_of(root)
    if root is not None and request is not None:
        name = text_of(root.get(REQUEST_KINDS[request].name))
        answer = not _ANSWER_KEYS.isdisjoint(root.own())
        yield RequestBody(
            root, REQUEST_KINDS[request], FieldReader(), steps, name.shown() if name is not None and name.shown() else request, fixable=not answer
        )


def _sdk_bodies(root: Mapping) -> Iterator[RequestBody]:
    """The defaults that the SDK's configuration sets: for each kind of request, and for the SDK's own functions."""
    sagemaker = mapping_of(root.get("SageMaker"))
    for name, node in sagemaker.own().items() if sagemaker is not None else ():
        section = mapping_of(node)
        if section is not None and name in REQUEST_KINDS:
            yield RequestBody(section, REQUEST_KINDS[name], FieldReader(), ("SageMaker", name), name)
    modules: Mapping | None = sagemaker
    for key in _SDK_MODULES:
        modules = mapping_of(modules.get(key)) if modules is not None else None
    for name, request in _SDK_FUNCTIONS.items():
        section = mapping_of(modules.get(name)) if modules is not None else None
        if section is not None:
            yield RequestBody(section, request, FieldReader(), ("SageMaker", *_SDK_MODULES, name), name)


_SDK_FUNCTIONS: dict[str, RequestKind] = {
    # A remote function is a training job; any image that has Python can run it.
    "RemoteFunction": RequestKind((), "", (DeploymentShape(Kind.TRAINING, (), (("ImageUri",),), (("InstanceType",),), any_scope=True),)),
    "Serve": RequestKind((), "", (DeploymentShape(Kind.ENDPOINT, (), (("ImageUri",),), (("InstanceType",),)),)),
}


READER = Reader(by_form(claims), read)

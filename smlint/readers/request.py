"""SageMaker API requests in files (`aws sagemaker create-training-job --cli-input-json file://...`), responses of Describe operations,
and the SageMaker SDK's `config.yaml`.

The keys at the root identify a request (`api/shapes.py`). A file contains one request, or a list of them. A Describe response has the same
shape and is never edited. SDK configuration:
https://sagemaker.readthedocs.io/en/stable/overview.html#configuring-and-using-defaults-with-the-sagemaker-python-sdk (read 2026-11-22; its
schema is `config_schema.py` of sagemaker-core 2.27.0).
"""

from __future__ import annotations

from collections.abc import Iterator

from smlint.model.deployment import Deployment, DocumentReading, Kind, Link
from smlint.readers.api.bodies import RequestBody, linkable_deployments, name_links
from smlint.readers.api.fields import FieldReader
from smlint.readers.api.responses import RESPONSE_KEYS, region_of_response
from smlint.readers.api.shapes import REQUEST_KINDS, DeploymentShape, RequestKind, kind_by_keys
from smlint.readers.common import is_explicit_null, mapping_of, text_of
from smlint.readers.reader import ReadContext, Reader, without_context
from smlint.syntax import Document, Mapping, Scalar, Sequence, Steps, resolve

FORMAT = "request"

_SDK_MODULES = ("PythonSDK", "Modules")
_SDK_VERSIONS = ("1.0",)


def claims(document: Document) -> bool:
    """Return whether the root is a request or a response, a list of them, or an SDK configuration."""
    root = resolve(document.root)
    if isinstance(root, Sequence):
        return root.tag is None and bool(root.items) and all(_kind_of(mapping_of(item)) is not None for item in root.items)
    mapping = mapping_of(document.root)
    return mapping is not None and (_kind_of(mapping) is not None or _is_sdk_config(mapping))


def read(document: Document, context: ReadContext) -> DocumentReading:
    """Read the deployments of a file of requests."""
    bodies = list(_bodies(document))
    linkables = [
        linkable._replace(deployment=linkable.deployment._replace(key=str(index)))
        for index, linkable in enumerate(linkable_deployments(bodies, context, FORMAT))
    ]
    exports, imports = name_links(bodies, context, FORMAT, other_formats=True)
    return DocumentReading(
        FORMAT,
        deployments=tuple(linkable.deployment for linkable in linkables),
        exports=(*(_link(name, linkable.deployment) for linkable in linkables for name in linkable.exports), *exports),
        imports=(*(_link(linkable.imports, linkable.deployment) for linkable in linkables if linkable.imports), *imports),
    )


def _link(name: str, deployment: Deployment) -> Link:
    """Return a link by a model's name, valid within one folder: another folder may have the requests for another account."""
    return Link(f"{FORMAT} {name}", deployment, same_folder=True)


def _kind_of(root: Mapping | None) -> str | None:
    if root is None:
        return None
    return kind_by_keys(frozenset(key for key, node in root.own().items() if not is_explicit_null(node)))


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
    kind = _kind_of(root)
    if root is not None and kind is not None:
        name = text_of(root.get(REQUEST_KINDS[kind].name))
        yield RequestBody(
            mapping=root,
            kind=REQUEST_KINDS[kind],
            fields=FieldReader(),
            steps=steps,
            resource=(name.shown() if name is not None else "") or kind,
            fixable=RESPONSE_KEYS.isdisjoint(root.own()),
            region=region_of_response(root.own()),
        )


def _sdk_bodies(root: Mapping) -> Iterator[RequestBody]:
    """Yield the defaults in an SDK configuration: for each kind of request, and for functions of the SDK."""
    sagemaker = mapping_of(root.get("SageMaker"))
    for name, node in sagemaker.own().items() if sagemaker is not None else ():
        section = mapping_of(node)
        if section is not None and name in REQUEST_KINDS:
            yield _sdk_body(section, REQUEST_KINDS[name], ("SageMaker", name), name)
    modules: Mapping | None = sagemaker
    for key in _SDK_MODULES:
        modules = mapping_of(modules.get(key)) if modules is not None else None
    for name, kind in _SDK_FUNCTIONS.items():
        section = mapping_of(modules.get(name)) if modules is not None else None
        if section is not None:
            yield _sdk_body(section, kind, ("SageMaker", *_SDK_MODULES, name), name)


def _sdk_body(section: Mapping, kind: RequestKind, steps: Steps, name: str) -> RequestBody:
    return RequestBody(mapping=section, kind=kind, fields=FieldReader(), steps=steps, resource=name)


_SDK_FUNCTIONS: dict[str, RequestKind] = {
    # A remote function is a training job; any image with Python can run it.
    "RemoteFunction": RequestKind((), "", (DeploymentShape(Kind.TRAINING, images=(("ImageUri",),), instances=(("InstanceType",),), any_scope=True),)),
    "Serve": RequestKind((), "", (DeploymentShape(Kind.ENDPOINT, images=(("ImageUri",),), instances=(("InstanceType",),)),)),
}

READER = Reader(without_context(claims), read)

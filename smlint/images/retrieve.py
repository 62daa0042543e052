"""`retrieve`, with the signature of `sagemaker.image_uris.retrieve`: right by default, or exactly as the SDK on demand."""

from __future__ import annotations

from functools import lru_cache

from smlint.images import sdk_compat as sdk
from smlint.images.catalog import Catalog, current
from smlint.images.errors import (
    ImageError,
    InvalidArgument,
    InvalidInstanceType,
    UnsupportedFramework,
    UnsupportedGraviton,
    UnsupportedProcessor,
    UnsupportedPython,
    UnsupportedRegion,
    UnsupportedScope,
    UnsupportedVersion,
)
from smlint.images.resolve import Request, resolve
from smlint.images.substitute import host_of
from smlint.model.images import Expected, Reason, Unresolved

__all__ = [
    "ImageError",
    "InvalidArgument",
    "InvalidInstanceType",
    "UnsupportedFramework",
    "UnsupportedGraviton",
    "UnsupportedProcessor",
    "UnsupportedPython",
    "UnsupportedRegion",
    "UnsupportedScope",
    "UnsupportedVersion",
    "retrieve",
]

_ERRORS: dict[Reason, type[ImageError]] = {
    Reason.ARGUMENT: InvalidArgument,
    Reason.FRAMEWORK: UnsupportedFramework,
    Reason.VERSION: UnsupportedVersion,
    Reason.BASE_FRAMEWORK: UnsupportedVersion,
    Reason.PYTHON: UnsupportedPython,
    Reason.SCOPE: UnsupportedScope,
    Reason.PROCESSOR: UnsupportedProcessor,
    Reason.GRAVITON_FRAMEWORK: UnsupportedGraviton,
    Reason.GRAVITON_VERSION: UnsupportedGraviton,
    Reason.REGION: UnsupportedRegion,
    Reason.INSTANCE_TYPE: InvalidInstanceType,
    Reason.UNKNOWN: ImageError,
}


def retrieve(
    framework: str,
    region: str,
    version: str | None = None,
    py_version: str | None = None,
    instance_type: str | None = None,
    accelerator_type: str | None = None,
    image_scope: str | None = None,
    container_version: str | None = None,
    distribution: dict[str, object] | None = None,
    base_framework_version: str | None = None,
    training_compiler_config: object = None,
    sdk_version: str | None = None,
    inference_tool: str | None = None,
    serverless_inference_config: object = None,
    *,
    sdk_compatible: bool = False,
) -> str:
    """The URI of the image for a framework, version, instance type and Region.

    Takes what `sagemaker.image_uris.retrieve` takes. A missing scope means inference (for a framework with images of one
    other use only, that use), a missing version the newest that has an image for this hardware and Region, a missing Python
    the newest of that version. Nothing that is asked for is changed silently. `docs/sdk-deviations.md` lists where this
    differs from the SDK; with `sdk_compatible` the answer is exactly that of sagemaker-core 2.27.0, faults included.

    Raises an `ImageError`, which is a `ValueError`; its text begins as the SDK's does, and its `alternatives` are at most
    three nearest values.
    """
    texts = (
        framework, region, version, py_version, instance_type, accelerator_type, image_scope, container_version,
        base_framework_version, sdk_version, inference_tool,
    )  # fmt: skip
    for text in texts:
        if text is not None and type(text) is not str:
            _refuse(texts)
    if distribution is not None and not isinstance(distribution, dict):
        raise InvalidArgument(f"distribution must be a dictionary, not {type(distribution).__name__}.")
    if not framework or not region:
        raise InvalidArgument("framework and region must be given.")
    smdistributed = distribution is not None and "smdistributed" in distribution
    if sdk_compatible:
        return _as_sdk(
            sdk.Call(
                framework, region, version, py_version, instance_type, accelerator_type, image_scope, container_version,
                distribution, base_framework_version, training_compiler_config, sdk_version, inference_tool,
                serverless_inference_config,
            )
        )  # fmt: skip
    return _right(
        Request(
            framework, region, instance_type or None, version or None, py_version or None, image_scope or None,
            base_framework_version or None, serverless_inference_config is not None, sdk_version or None,
            inference_tool or None, bool(training_compiler_config), smdistributed, container_version or None, True,
        ),
        accelerator_type or None,
    )  # fmt: skip


_NAMES = (
    "framework", "region", "version", "py_version", "instance_type", "accelerator_type", "image_scope", "container_version",
    "base_framework_version", "sdk_version", "inference_tool",
)  # fmt: skip


def _refuse(texts: tuple[object, ...]) -> None:
    for name, text in zip(_NAMES, texts, strict=True):
        if text is not None and not isinstance(text, str):
            raise InvalidArgument(f"{name} must be a string, not {type(text).__name__}.")


def _as_sdk(call: sdk.Call) -> str:
    catalog = current()
    section = catalog.section("sdk")
    answer = sdk.answer(call, section)
    regions = _sdk_regions(catalog)[answer.regions]
    if call.region not in regions:
        listed = ", ".join(sorted(regions))
        raise UnsupportedRegion(
            f"Unsupported region: {call.region}. You may need to upgrade your SDK version "
            f"(pip install -U sagemaker) for newer regions. Supported region(s): {listed}."
        )
    host = _host(answer.repository, call.region)
    return f"{host}/{answer.repository}:{answer.tag}" if answer.tag else f"{host}/{answer.repository}"


@lru_cache(maxsize=2)
def _sdk_regions(catalog: Catalog) -> list[frozenset[str]]:
    section = catalog.section("sdk")
    every = section["regions"].split()
    return [frozenset(r for i, r in enumerate(every) if int(mask, 16) >> i & 1) for mask in section["region_sets"]]


@lru_cache(maxsize=8192)
def _host(repository: str, region: str) -> str:
    account = current().family_of(repository).get(region)
    host = host_of(account, region) if account is not None else None
    if host is None:
        raise UnsupportedRegion(f"Unsupported region: {region}. {repository} has no known account there.")
    return host


@lru_cache(maxsize=4096)
def _asked(request: Request) -> Expected | Unresolved:
    return resolve(request)


def forget() -> None:
    """Forget the catalogue used so far."""
    for cached in (_sdk_regions, _host, _asked):
        cached.cache_clear()


def _right(request: Request, accelerator_type: str | None) -> str:
    if accelerator_type is not None:
        raise UnsupportedProcessor(
            "Unsupported accelerator type: Elastic Inference is not offered any more. Use an instance type with the hardware."
        )
    if request.tool is not None and request.tool not in ("neuron", "neuronx"):
        raise InvalidArgument(f"Unsupported inference tool: {request.tool[:40]!r}. Supported inference tool(s): neuron, neuronx.")
    found = _asked(request)
    if isinstance(found, Unresolved):
        raise _ERRORS[found.reason](found.message, found.alternatives)
    return found.uri

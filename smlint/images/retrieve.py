"""`retrieve`, with the signature of `sagemaker.image_uris.retrieve`: correct by default, optionally exactly as the SDK."""

from __future__ import annotations

from smlint.images import sdk_compat as sdk
from smlint.images.caching import cached_per_catalog
from smlint.images.catalog import Catalog, load_catalog
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
from smlint.images.regions import in_mask
from smlint.images.registries import host_of
from smlint.images.resolve import ImageRequest, resolve
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
    catalog: Catalog | None = None,
) -> str:
    """Return the image URI for a framework, version, instance type and Region.

    Takes the arguments of `sagemaker.image_uris.retrieve`. The default scope is inference (or the only scope of a framework that has no
    inference images), the default version the newest that has an image for this hardware and Region, the default Python the newest of that
    version. `retrieve` never silently changes what was requested. `docs/sdk-deviations.md` lists the differences from the SDK; with
    `sdk_compatible` the result is exactly that of sagemaker-core 2.27.0, including its bugs. `catalog` is the bundled one by default.

    Raises an `ImageError`, which is a `ValueError`. Its text starts like that of the SDK, and its `alternatives` are up to three nearest values.
    """
    catalog = catalog or load_catalog()
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
        raise InvalidArgument("framework and region are required.")
    smdistributed = distribution is not None and "smdistributed" in distribution
    if sdk_compatible:
        return _as_sdk(
            catalog,
            sdk.SdkCall(
                framework=framework,
                region=region,
                version=version,
                py_version=py_version,
                instance_type=instance_type,
                accelerator_type=accelerator_type,
                image_scope=image_scope,
                container_version=container_version,
                distribution=distribution,
                base_framework_version=base_framework_version,
                training_compiler_config=training_compiler_config,
                sdk_version=sdk_version,
                inference_tool=inference_tool,
                serverless_inference_config=serverless_inference_config,
            ),
        )
    return _resolved_uri(
        catalog,
        ImageRequest(
            framework=framework,
            region=region,
            instance_type=instance_type or None,
            version=version or None,
            python=py_version or None,
            scope=image_scope or None,
            base_framework_version=base_framework_version or None,
            serverless=serverless_inference_config is not None,
            neuron_sdk=sdk_version or None,
            tool=inference_tool or None,
            compiler=bool(training_compiler_config),
            smdistributed=smdistributed,
            container_version=container_version or None,
            strict_scope=True,
        ),
        accelerator_type or None,
    )


_NAMES = (
    "framework", "region", "version", "py_version", "instance_type", "accelerator_type", "image_scope", "container_version",
    "base_framework_version", "sdk_version", "inference_tool",
)  # fmt: skip


def _refuse(texts: tuple[object, ...]) -> None:
    for name, text in zip(_NAMES, texts, strict=True):
        if text is not None and not isinstance(text, str):
            raise InvalidArgument(f"{name} must be a string, not {type(text).__name__}.")


def _as_sdk(catalog: Catalog, call: sdk.SdkCall) -> str:
    answer = sdk.answer(call, catalog.section("sdk"))
    regions = _sdk_regions(catalog)[answer.regions]
    if call.region not in regions:
        listed = ", ".join(sorted(regions))
        raise UnsupportedRegion(
            f"Unsupported region: {call.region}. You may need to upgrade your SDK version "
            f"(pip install -U sagemaker) for newer regions. Supported region(s): {listed}."
        )
    host = _host(catalog, answer.repository, call.region)
    return f"{host}/{answer.repository}:{answer.tag}" if answer.tag else f"{host}/{answer.repository}"


@cached_per_catalog(1)
def _sdk_regions(catalog: Catalog) -> list[frozenset[str]]:
    section = catalog.section("sdk")
    every = section["regions"].split()
    return [frozenset(in_mask(mask, every)) for mask in section["region_sets"]]


@cached_per_catalog(8192)
def _host(catalog: Catalog, repository: str, region: str) -> str:
    account = catalog.registry_of(repository).get(region)
    host = host_of(catalog.regions, account, region) if account is not None else None
    if host is None:
        raise UnsupportedRegion(f"Unsupported region: {region}. {repository} has no known account there.")
    return host


@cached_per_catalog(4096)
def _resolve_cached(catalog: Catalog, request: ImageRequest) -> Expected | Unresolved:
    return resolve(request, catalog)


def _resolved_uri(catalog: Catalog, request: ImageRequest, accelerator_type: str | None) -> str:
    if accelerator_type is not None:
        raise UnsupportedProcessor(
            "Unsupported accelerator type: AWS no longer offers Elastic Inference. Use an instance type with an accelerator."
        )
    if request.tool is not None and request.tool not in ("neuron", "neuronx"):
        raise InvalidArgument(f"Unsupported inference tool: {request.tool[:40]!r}. Supported inference tool(s): neuron, neuronx.")
    answer = _resolve_cached(catalog, request)
    if isinstance(answer, Unresolved):
        raise _ERRORS[answer.reason](answer.message, answer.alternatives)
    return answer.uri

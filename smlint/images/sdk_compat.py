"""Reproduce `image_uris.retrieve` of sagemaker-core 2.27.0, including its bugs.

Only this module has the bugs of the SDK; `docs/sdk-deviations.md` lists them. `retrieve(..., sdk_compatible=True)`, the catalog build and
tests use it; the linter does not.
"""

from __future__ import annotations

from typing import Any

from smlint.images.errors import ImageError
from smlint.runtime.named_tuple import NamedTuple

GRAVITON_FAMILIES = frozenset(["m6g", "m6gd", "c6g", "c6gd", "c6gn", "c7g", "r6g", "r6gd"])
"""The families that the SDK recognizes as Graviton (`fw_utils.GRAVITON_ALLOWED_TARGET_INSTANCE_FAMILY`)."""

GRAVITON_FRAMEWORKS = ("tensorflow", "pytorch", "xgboost", "sklearn")
_ARM64_TAGS = {
    "xgboost": {"1.5-1": "1.5-1-arm64", "1.3-1": "1.3-1-arm64"},
    "sklearn": {"1.0-1": "1.0-1-arm64-cpu-py3"},
}
_OWN_CONTAINER_VERSION = ("huggingface", "pytorch-smp", "spark")
_SDK_IN_TAG = ("pytorch-training-neuron", "pytorch-training-neuronx", "huggingface-vllm-inference-neuronx")
P4D_TAGS = {
    "tensorflow-2.3-gpu-py37": "cu110-ubuntu18.04-v3",
    "tensorflow-2.3.1-gpu-py37": "cu110-ubuntu18.04",
    "tensorflow-2.3.2-gpu-py37": "cu110-ubuntu18.04",
    "tensorflow-1.15-gpu-py37": "cu110-ubuntu18.04-v8",
    "tensorflow-1.15.4-gpu-py37": "cu110-ubuntu18.04",
    "tensorflow-1.15.5-gpu-py37": "cu110-ubuntu18.04",
    "mxnet-1.8-gpu-py37": "cu110-ubuntu16.04-v1",
    "mxnet-1.8.0-gpu-py37": "cu110-ubuntu16.04",
    "pytorch-1.6-gpu-py36": "cu110-ubuntu18.04-v3",
    "pytorch-1.6.0-gpu-py36": "cu110-ubuntu18.04",
    "pytorch-1.6-gpu-py3": "cu110-ubuntu18.04-v3",
    "pytorch-1.6.0-gpu-py3": "cu110-ubuntu18.04",
}
"""The suffix that the SDK appends for p4d instances and for the smdistributed libraries, if CUDA 11.0 images exist too."""

Tree = dict[str, Any]
"""A part of the SDK's JSON. Its shape varies by framework, and a wrong shape must fail where the SDK fails: hence Any."""


class SdkCall(NamedTuple):
    """The arguments of one call of the SDK's `retrieve`, by its names."""

    framework: str
    region: str
    version: str | None = None
    py_version: str | None = None
    instance_type: str | None = None
    accelerator_type: str | None = None
    image_scope: str | None = None
    container_version: str | None = None
    distribution: object = None
    base_framework_version: str | None = None
    training_compiler_config: object = None
    sdk_version: str | None = None
    inference_tool: str | None = None
    serverless_inference_config: object = None


class SdkAnswer(NamedTuple):
    """What the SDK answers: `repository`, `tag` (may be empty) and the number of the set of Regions that it lists for this version."""

    repository: str
    tag: str
    regions: int


def answer(call: SdkCall, sdk: Tree) -> SdkAnswer:
    """Return what the SDK answers, before it looks at the Region. Raises `ImageError` for any error of the SDK, including crashes.

    `sdk` is the section `sdk` of the catalog (`catalog_build.sdk_config.condense`).
    """
    try:
        return _answer(call, sdk)
    except ImageError:
        raise
    except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
        # The SDK raises KeyError, TypeError, UnboundLocalError or FileNotFoundError here (deviation 17).
        raise ImageError(f"Unsupported request: the SDK fails with {type(error).__name__}.") from error


def family_of(instance_type: object) -> str:
    """Return the instance family that the SDK sees in `ml.<family>.<size>` or `ml_<family>`; empty if it sees none."""
    if not isinstance(instance_type, str) or instance_type[:3] not in ("ml.", "ml_"):
        return ""
    rest = instance_type[3:].removesuffix("\n")
    family, _, size = rest.partition(".")
    if not family or any(not (c.isdecimal() or "a" <= c <= "z" or c == "-") for c in family):
        # Without a dot, the SDK's expression may still split `m5_x` into a family and a size.
        head = next((i for i, c in enumerate(family) if not (c.isdecimal() or "a" <= c <= "z" or c == "-")), 0)
        size, family = family[head:] + ("." + size if "." in rest else ""), family[:head]
    if not family or any(not (c.isalnum() or c == "_") for c in size):
        return ""
    return family


def _check(value: object, options: object, name: str) -> None:
    if value not in options:  # type: ignore[operator]  # a wrong shape must fail, as in the SDK
        listed = ", ".join(str(option) for option in options)  # type: ignore[attr-defined]  # same
        raise ImageError(
            f"Unsupported {name}: {value}. You may need to upgrade your SDK version "
            f"(pip install -U sagemaker) for newer {name}s. Supported {name}(s): {listed}."
        )


def _answer(call: SdkCall, sdk: Tree) -> SdkAnswer:
    framework, image_scope = call.framework, call.image_scope
    inference_tool = call.inference_tool
    family = family_of(call.instance_type)
    if call.training_compiler_config and framework in ("huggingface", "pytorch"):
        scope = image_scope
        config = _config(sdk, f"{framework}-training-compiler", scope, call.accelerator_type)
    else:
        name = framework
        if framework == "huggingface" or framework in "pytorch":
            if not inference_tool and family.startswith(("inf", "trn")):
                inference_tool = "neuron"
            if inference_tool in ("neuron", "neuronx"):
                name = f"{framework}-{inference_tool}"
        scope = _scope(framework, family, image_scope)
        _check_hardware(framework, call.instance_type, family)
        config = _config(sdk, name, scope, call.accelerator_type)

    version = _version(call, config, sdk)
    aliases = config.get("version_aliases", {})
    leaf: Tree = config["versions"][aliases.get(version, version)]
    if framework == "huggingface":
        leaf = _base(call, leaf)
    py_version = _python(call.py_version, leaf, framework)
    leaf = leaf.get(py_version or "") or leaf
    regions: int = leaf["registries"]
    repository: str = leaf["repository"]
    processor = _processor(
        call.instance_type, family, config.get("processors") or leaf.get("processors"), call.serverless_inference_config
    )
    container_version = call.container_version
    if leaf.get("container_version"):
        container_version = leaf["container_version"][processor or ""]
    sdk_version = call.sdk_version
    if repository in _SDK_IN_TAG:
        container_version = f"{sdk_version or max(leaf['sdk_versions'])}-" + container_version  # type: ignore[operator]

    if framework == "huggingface":
        prefix, container_version = _hugging_face(call, config, leaf, version, container_version)
    else:
        prefix = leaf.get("tag_prefix", version)
    if repository in (f"{framework}-inference-graviton", f"{framework}-inference-arm64"):
        container_version = f"{container_version}-sagemaker"
    if not leaf.get("processor_in_tag", True):
        processor = None
    if family == "p2":
        _check_p2(framework, version)
    if call.container_version is not None and not leaf.get("container_version"):
        _check_container_version(call, repository, version)
    tag = _tag(call, family, scope, version, prefix, inference_tool or processor, py_version, container_version)
    if framework == "sagemaker-tritonserver" and processor == "gpu":
        tag = tag.rstrip("-gpu")  # strips characters, not the word, like the SDK
    return SdkAnswer(repository, tag, regions)


def _check_container_version(call: SdkCall, repository: str, version: str) -> None:
    framework = call.framework
    if framework in _OWN_CONTAINER_VERSION or repository == f"{framework}-inference-graviton" or "neuron" in repository:
        return
    raise ImageError(
        f"container_version '{call.container_version}' is not supported for framework '{framework}' version '{version}'."
    )


def _base(call: SdkCall, leaf: Tree) -> Tree:
    bases = leaf["version_aliases"]  # without it, the SDK fails with an unbound variable
    if not bases:
        raise KeyError("version_aliases")
    base = bases.get(call.base_framework_version, call.base_framework_version)
    _check(base, list(leaf), "base framework")
    inner: Tree = leaf[base]
    return inner


def _scope(framework: str, family: str, scope: str | None) -> str | None:
    if framework in GRAVITON_FRAMEWORKS and family in GRAVITON_FAMILIES:
        return "inference_graviton"
    if scope is None and framework in ("xgboost", "sklearn"):
        return "training"
    return scope


def _check_hardware(framework: str, instance_type: str | None, family: str) -> None:
    if instance_type is None:
        return
    if "trn" in instance_type and framework not in "pytorch":
        raise ImageError(f"Unsupported framework: {framework}. Supported framework(s) for Trainium instances: pytorch.")
    if family in GRAVITON_FAMILIES and framework not in GRAVITON_FRAMEWORKS:
        listed = ", ".join(sorted(GRAVITON_FRAMEWORKS))
        raise ImageError(f"Unsupported framework: {framework}. Supported framework(s) for Graviton instances: {listed}.")


def _config(sdk: Tree, name: str, scope: str | None, accelerator_type: str | None) -> Tree:
    config: Tree = sdk["configs"][name]
    if accelerator_type:
        if not accelerator_type.startswith("ml.eia") and accelerator_type != "local_sagemaker_notebook":
            raise ImageError(f"Invalid SageMaker Elastic Inference accelerator type: {accelerator_type}.")
        scope = "eia"
    available: list[str] = config.get("scope", list(config))
    if len(available) == 1:
        scope = available[0]
    if not scope and "scope" in config and set(available) == {"training", "inference"}:
        scope = available[0]
    _check(scope, available, "image scope")
    inner: Tree = config if "scope" in config else config[scope or ""]
    return inner


def _version(call: SdkCall, config: Tree, sdk: Tree) -> str:
    available, aliases = config["versions"], config.get("version_aliases", {})
    if len(available) == 1 and call.version not in aliases:
        return str(next(iter(available)))
    version = call.version
    if not version:
        version = _newest(call, sdk)
    _check(version, [*available, *aliases], f"{call.framework} version")
    return str(version)


def _newest(call: SdkCall, sdk: Tree) -> str | None:
    """Return the default version; of a scope that the configuration does not list, that of no scope (`_fetch_latest_version_from_config`)."""
    newest: dict[str, str] = sdk["newest"].get(call.framework, {})
    config: Tree = sdk["configs"].get(call.framework, {})
    scope = call.image_scope or ""
    return newest.get(scope if scope in config.get("scope", config) else "")


def _python(py_version: str | None, leaf: Tree, framework: str) -> str | None:
    available = leaf.get("py_versions") if "repository" in leaf else list(leaf)
    if not available or (py_version is None and framework == "spark"):
        return None
    if py_version is None and len(available) == 1:
        return str(available[0])
    _check(py_version, available, "Python version")
    return py_version


def _processor(instance_type: str | None, family: str, available: list[str] | None, serverless: object) -> str | None:
    if not available:
        return None
    if len(available) == 1 and not instance_type:
        return available[0]
    if serverless is not None:
        return "cpu"
    if not instance_type:
        raise ImageError(
            "Empty SageMaker instance type. For options, see: https://aws.amazon.com/sagemaker/pricing/instance-types"
        )
    if instance_type.startswith("local"):
        processor = "cpu" if instance_type == "local" else "gpu"
    elif instance_type.startswith("neuron"):
        processor = "neuron"
    elif not family:
        raise ImageError(
            f"Invalid SageMaker instance type: {instance_type}. For options, see: "
            "https://aws.amazon.com/sagemaker/pricing/instance-types"
        )
    elif family in available:
        processor = family
    elif family.startswith(("inf", "trn")):
        processor = family[:3]
    else:
        processor = "gpu" if family[0] in "gp" else "cpu"
    _check(processor, available, "processor")
    return processor


def _hugging_face(
    call: SdkCall, config: Tree, leaf: Tree, version: str, container_version: str | None
) -> tuple[str, str | None]:
    """Return the start of the tag (`2.6.0-transformers4.49.0`) and the container version."""
    aliases = config.get("version_aliases", {})
    written = call.base_framework_version
    base = _base_number(written)
    shown = aliases.get(version, version)
    repository = leaf["repository"]
    if repository in ("huggingface-pytorch-trcomp-training", "huggingface-tensorflow-trcomp-training"):
        shown = version
    if repository in ("huggingface-pytorch-inference-neuron", "huggingface-pytorch-inference-neuronx"):
        sdk_version = call.sdk_version or max(leaf["sdk_versions"])
        container_version = f"{sdk_version}-" + container_version  # type: ignore[operator]  # None must fail, as in the SDK
        shown = aliases.get(call.version) or shown
        full = config["versions"].get(shown, {}).get("version_aliases", {}).get(written)
        if full:
            base = _base_number(full)
    return f"{base}-transformers{shown}", container_version


def _base_number(base: str | None) -> str:
    if base is None:
        raise TypeError(base)
    for name in ("pytorch", "tensorflow"):
        if base.startswith(name):
            return base[len(name) :]
    raise AttributeError(base)


def _check_p2(framework: str, version: str) -> None:
    from packaging.version import Version

    first = {"pytorch": "1.13", "tensorflow": "2.12"}.get(framework)
    if first is not None and Version(version) >= Version(first):
        raise ImageError("P2 instances have been deprecated for sagemaker jobs starting PyTorch 1.13 and TensorFlow 2.12")


def _tag(
    call: SdkCall,
    family: str,
    scope: str | None,
    version: str,
    prefix: str,
    processor: str | None,
    py_version: str | None,
    container_version: str | None,
) -> str:
    framework = call.framework
    graviton = scope == "inference_graviton"
    if framework in _ARM64_TAGS and (family in GRAVITON_FAMILIES or graviton):
        if family and graviton:
            _check(family, sorted(GRAVITON_FAMILIES), "instance type")
        return _ARM64_TAGS[framework][version]
    tag = "-".join(part for part in (prefix, processor, py_version, container_version) if part)
    if framework in _ARM64_TAGS or call.instance_type is None:
        return tag
    if family == "p4d" or (call.distribution and "smdistributed" in call.distribution):  # type: ignore[operator]
        more = P4D_TAGS.get(f"{framework}-{tag}")
        if more:
            return f"{tag}-{more}"
    return tag

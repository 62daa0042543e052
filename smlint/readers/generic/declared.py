"""Find what ad-hoc configurations declare next to an image: framework, versions, Python. Ambiguous keys are ignored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from smlint.model.deployment import Problem
from smlint.model.facts import ABSENT, Fact, known
from smlint.model.images import Image
from smlint.model.text import Text
from smlint.readers.common import scalar_of, text_of
from smlint.readers.versions import unquoted_version
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Node, Scalar, plain_type, resolve

# Frameworks that their images are named after. A serving stack (DJL, Triton, TGI, vLLM) may serve a model of any framework, and a
# `framework` next to it usually names the framework of the model.
_FRAMEWORKS = {
    "pytorch": "pytorch", "torch": "pytorch", "tensorflow": "tensorflow", "tf": "tensorflow", "mxnet": "mxnet", "xgboost": "xgboost",
    "sklearn": "sklearn", "scikitlearn": "sklearn", "huggingface": "huggingface",
}  # fmt: skip
_LIBRARY_KEYS = {
    "pytorch_version": "pytorch", "pytorchVersion": "pytorch", "PytorchVersion": "pytorch", "PyTorchVersion": "pytorch", "torch_version": "pytorch",
    "tensorflow_version": "tensorflow", "tensorflowVersion": "tensorflow", "TensorflowVersion": "tensorflow", "TensorFlowVersion": "tensorflow",
    "transformers_version": "transformers", "transformersVersion": "transformers", "TransformersVersion": "transformers",
}  # fmt: skip
_FRAMEWORK_KEYS = ("framework", "Framework", "framework_name", "frameworkName", "FrameworkName")
_VERSION_KEYS = ("framework_version", "frameworkVersion", "FrameworkVersion", "framework-version")
_PYTHON_KEYS = ("py_version", "pyVersion", "PyVersion", "python_version", "pythonVersion", "PythonVersion")
_SCOPE_KEYS = ("image_scope", "imageScope", "ImageScope")
SCOPES = ("inference", "training", "processing")

Entries = Sequence[Mapping[str, Node]]
"""The entries of several mappings, the nearest to the image first."""


class Declared(NamedTuple):
    """The declarations for an image; ABSENT if there is none, or only an ambiguous one."""

    framework: Fact[str] = ABSENT
    framework_version: Fact[str] = ABSENT
    py_version: Fact[str] = ABSENT
    image_scope: Fact[str] = ABSENT
    libraries: tuple[tuple[str, Fact[str]], ...] = ()


def declarations(entries: Entries, image: Image | None) -> Declared:
    """Return what the entries declare about the image."""
    scope = _value(entries, _SCOPE_KEYS)
    scope_fact = known(scope.value.lower(), scope) if scope is not None and scope.value.lower() in SCOPES else ABSENT
    if image is None or image.framework not in _FRAMEWORKS.values():
        return Declared(image_scope=scope_fact)
    framework = _value(entries, _FRAMEWORK_KEYS)
    name = _FRAMEWORKS.get("".join(c for c in framework.value.lower() if c.isalnum())) if framework is not None else None
    version = _version(entries, _VERSION_KEYS)
    # Without a framework, the version next to a Hugging Face image may be that of PyTorch or of transformers.
    frameworks_in_image = {image.framework, *dict(image.libraries)}
    certain = name in frameworks_in_image if framework is not None else image.framework != "huggingface"
    libraries = []
    for key, library in _LIBRARY_KEYS.items():
        library_version = _version(entries, (key,))
        if library_version is not None:
            libraries.append((library, known(library_version.value, library_version)))
    return Declared(
        framework=known(name, framework) if name is not None else ABSENT,
        framework_version=known(version.value, version) if version is not None and certain else ABSENT,
        py_version=_python(entries, image) if framework is None or name in frameworks_in_image else ABSENT,
        image_scope=scope_fact,
        libraries=tuple(libraries),
    )


def unquoted_versions(entries: Entries, pointer: str, resource: str) -> Iterator[Problem]:
    """Yield a problem for each version that loses a digit when it is loaded: `1.10` becomes 1.1."""
    for key in (*_VERSION_KEYS, *_LIBRARY_KEYS):
        for level in entries:
            scalar = resolve(level.get(key))
            if isinstance(scalar, Scalar) and scalar.tag is None and _loses_a_digit(scalar):
                yield unquoted_version(scalar, key, pointer, resource)


def _loses_a_digit(scalar: Scalar) -> bool:
    integer, dot, fraction = scalar.value.partition(".")
    is_decimal = bool(dot) and integer.isdecimal() and fraction.isdecimal()
    return is_decimal and len(fraction) > 1 and fraction.endswith("0") and plain_type(scalar) == "float"


def _python(entries: Entries, image: Image) -> Fact[str]:
    """Return the declared Python version as in a tag: `py310` for `3.10`. `py3` and `py2` are not specific enough to compare."""
    text = _value(entries, _PYTHON_KEYS)
    if text is None or image.python is None or len(image.python) < 4:
        return ABSENT
    digits = text.value.lower().removeprefix("python").removeprefix("py")
    parts = digits.split(".")[:2]
    digits = "".join(parts)
    if not digits.isdecimal() or len(digits) < 2 or not digits.startswith(("2", "3")):
        return ABSENT
    return known("py" + digits, text)


def _version(entries: Entries, keys: Sequence[str]) -> Text | None:
    text = _value(entries, keys)
    if text is None or not text.value[:1].isdecimal() or not all(part.isalnum() for part in text.value.replace("-", ".").split(".")):
        return None
    return text


def _value(entries: Entries, keys: Sequence[str]) -> Text | None:
    """Return the nearest known scalar of one of the keys."""
    for level in entries:
        for key in keys:
            node = level.get(key)
            if node is None:
                continue
            text = text_of(node) if scalar_of(node) is not None else None
            return text if text is not None and text.known and text.value else None
    return None

"""What ad-hoc configurations declare beside an image: framework, versions, Python. Evidence only where it can mean nothing else."""

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

# Frameworks that are what their image is called after. A serving stack (DJL, Triton, TGI, vLLM) may serve a model of any framework, and
# `framework` beside it usually tells the model's.
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

Levels = Sequence[Mapping[str, Node]]


class Declared(NamedTuple):
    """What is declared of an image, each ABSENT where nothing certain is."""

    framework: Fact[str] = ABSENT
    framework_version: Fact[str] = ABSENT
    py_version: Fact[str] = ABSENT
    image_scope: Fact[str] = ABSENT
    libraries: tuple[tuple[str, Fact[str]], ...] = ()


def declared(levels: Levels, image: Image | None) -> Declared:
    """What the entries of these mappings, the nearest first, declare of the image."""
    scope = _value(levels, _SCOPE_KEYS)
    scope_fact = known(scope.value.lower(), scope) if scope is not None and scope.value.lower() in SCOPES else ABSENT
    if image is None or image.framework not in _FRAMEWORKS.values():
        return Declared(image_scope=scope_fact)
    framework = _value(levels, _FRAMEWORK_KEYS)
    name = _FRAMEWORKS.get("".join(c for c in framework.value.lower() if c.isalnum())) if framework is not None else None
    version = _version(levels, _VERSION_KEYS)
    # Without a framework, the version of a HuggingFace image may be that of PyTorch or of transformers.
    held = {image.framework, *dict(image.libraries)}
    certain = name in held if framework is not None else image.framework != "huggingface"
    libraries = []
    for key, library in _LIBRARY_KEYS.items():
        found = _version(levels, (key,))
        if found is not None:
            libraries.append((library, known(found.value, found)))
    return Declared(
        known(name, framework) if name is not None else ABSENT,
        known(version.value, version) if version is not None and certain else ABSENT,
        _python(levels, image),
        scope_fact,
        tuple(libraries),
    )


def unquoted(levels: Levels, where: str, resource: str) -> Iterator[Problem]:
    """The versions that lose a digit when they are read: `1.10` is 1.1 to the program that reads the file."""
    for key in (*_VERSION_KEYS, *_LIBRARY_KEYS):
        for entries in levels:
            scalar = resolve(entries.get(key))
            if isinstance(scalar, Scalar) and scalar.tag is None and _loses_a_digit(scalar):
                yield unquoted_version(scalar, key, where, resource)


def _loses_a_digit(scalar: Scalar) -> bool:
    whole, dot, fraction = scalar.value.partition(".")
    return bool(dot) and whole.isdecimal() and fraction.isdecimal() and len(fraction) > 1 and fraction.endswith("0") and plain_type(scalar) == "float"


def _python(levels: Levels, image: Image) -> Fact[str]:
    """The declared Python as in a tag: `py310`, also where `3.10` is written. `py3` and `py2` tell too little to be compared."""
    text = _value(levels, _PYTHON_KEYS)
    if text is None or image.python is None or len(image.python) < 4:
        return ABSENT
    digits = text.value.lower().removeprefix("python").removeprefix("py")
    parts = digits.split(".")[:2]
    digits = "".join(parts)
    if not digits.isdecimal() or len(digits) < 2 or not digits.startswith(("2", "3")):
        return ABSENT
    return known("py" + digits, text)


def _version(levels: Levels, keys: Sequence[str]) -> Text | None:
    text = _value(levels, keys)
    if text is None or not text.value[:1].isdecimal() or not all(part.isalnum() for part in text.value.replace("-", ".").split(".")):
        return None
    return text


def _value(levels: Levels, keys: Sequence[str]) -> Text | None:
    """The nearest known scalar under one of the keys."""
    for entries in levels:
        for key in keys:
            node = entries.get(key)
            if node is None:
                continue
            text = text_of(node) if scalar_of(node) is not None else None
            return text if text is not None and text.known and text.value else None
    return None

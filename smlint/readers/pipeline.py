"""Definitions of SageMaker Pipelines (schema version 2020-12-01): steps with the request of a job each.

Values may be `{"Get": "Parameters.X"}` and `{"Std:Join": {"On": "", "Values": [...]}}`.
https://aws-sagemaker-mlops.github.io/sagemaker-model-building-pipeline-definition-JSON-schema/ (read 2026-11-22).
"""

from __future__ import annotations

from collections.abc import Iterator

from smlint.model.deployment import DocumentReading, Problem, ProblemKind
from smlint.model.text import Piece, Text, TextRange
from smlint.readers.api.bodies import RequestBody, deployments_of
from smlint.readers.api.fields import Evaluate, FieldReader, Steps, unknown_text
from smlint.readers.api.shapes import REQUEST_KINDS, kind_by_keys
from smlint.readers.common import is_null, items_of, mapping_of, pointer, scalar_of, scalar_text, text_of
from smlint.readers.reader import ReadContext, Reader, Substitute, by_form, no_substitute
from smlint.syntax import Document, Mapping, Node, Scalar, Sequence, resolve

FORMAT = "pipeline"

VERSION = "2020-12-01"
MAX_STEPS = 10_000
_MAX_DEPTH = 20
# The request of each type of step; types that run a job of their own kind (quality checks, Clarify) are processing jobs.
_REQUESTS = {
    "Training": "TrainingJob",
    "Tuning": "HyperParameterTuningJob",
    "Processing": "ProcessingJob",
    "QualityCheck": "ProcessingJob",
    "ClarifyCheck": "ProcessingJob",
    "Transform": "TransformJob",
    "Model": "Model",
    "CreateModel": "Model",
    "RegisterModel": "ModelPackage",
    "EndpointConfig": "EndpointConfig",
    "InferenceComponent": "InferenceComponent",
}
_MODELS = frozenset({"Model", "CreateModel"})


def claims(document: Document) -> bool:
    """A definition has a list of `Steps` with types, and the version of the schema."""
    root = mapping_of(document.root)
    version = resolve(root.get("Version")) if root is not None else None
    if root is None or not isinstance(version, Scalar) or not version.value.startswith(VERSION):
        return False
    return any(step.get("Type") is not None for step in map(mapping_of, items_of(root.get("Steps"))) if step is not None)


def read(document: Document, context: ReadContext) -> DocumentReading:
    """The deployments of the steps of a pipeline."""
    return read_pipeline(document.root, context)


def read_pipeline(
    root: Node | None, context: ReadContext, substitute: Substitute = no_substitute, evaluate: Evaluate | None = None
) -> DocumentReading:
    """As `read`, of a definition that stands in another document.

    `substitute` tells what a `${name}` stands for, `evaluate` the text of a node in another language than that of pipelines.
    """
    mapping = mapping_of(root)
    if mapping is None:
        return DocumentReading(FORMAT)
    fields = StepFields(mapping, context, substitute, evaluate)
    steps = list(_steps(mapping))
    bodies = (body for step, name, path in steps for body in _bodies(step, name, path, fields))
    return DocumentReading(FORMAT, tuple(deployments_of(bodies, context, FORMAT)), tuple(_problems(steps)))


def _steps(root: Mapping) -> Iterator[tuple[Mapping, str, Steps]]:
    """Every step with its name and where it stands, those of conditions too."""
    waiting: list[tuple[Node | None, Steps]] = [(root.get("Steps"), ("Steps",))]
    count = 0
    while waiting:
        listed, path = waiting.pop(0)
        for index, item in enumerate(items_of(listed)):
            step = mapping_of(item)
            count += 1
            if step is None or count > MAX_STEPS:
                continue
            name = scalar_of(step.get("Name"))
            yield step, name.value if name is not None else "", (*path, index)
            arguments = mapping_of(step.get("Arguments"))
            for key in ("IfSteps", "ElseSteps"):
                if arguments is not None and arguments.get(key) is not None:
                    waiting.append((arguments.get(key), (*path, index, "Arguments", key)))


def _bodies(step: Mapping, name: str, path: Steps, fields: FieldReader) -> Iterator[RequestBody]:
    arguments = mapping_of(step.get("Arguments"))
    if arguments is None:
        return
    kind = scalar_of(step.get("Type"))
    request = _REQUESTS.get(kind.value if kind is not None else "") or kind_by_keys(frozenset(arguments.keys()))
    if request is not None:
        names = (_reference(f"Steps.{name}.ModelName"),) if request == "Model" and name else ()
        yield RequestBody(arguments, REQUEST_KINDS[request], fields, (*path, "Arguments"), name, names)


def _problems(steps: list[tuple[Mapping, str, Steps]]) -> Iterator[Problem]:
    """Transform jobs on the model of a step that the pipeline does not have."""
    names = {name for _, name, _ in steps}
    for step, name, path in steps:
        arguments = mapping_of(step.get("Arguments"))
        scalar = _got(arguments.get("ModelName")) if arguments is not None else None
        parts = scalar.value.split(".") if scalar is not None else []
        if scalar is None or len(parts) != 3 or parts[0] != "Steps" or parts[2] != "ModelName" or parts[1] in names or "$" in parts[1]:
            continue
        models = sorted(other for found, other, _ in steps if (kind := scalar_of(found.get("Type"))) is not None and kind.value in _MODELS)
        suffix = f"; its models are made by {', '.join(models[:3])}" if models else ""
        place = TextRange(scalar_text(scalar, editable=False), len("Steps."), len("Steps.") + len(parts[1]))
        message = f"step refers to the model of {parts[1]}, but the pipeline has no such step{suffix}"
        yield Problem(ProblemKind.DANGLING_REFERENCE, place, message, pointer(*path, "Arguments", "ModelName"), name)


def _got(node: Node | None) -> Scalar | None:
    """What a `{"Get": "..."}` refers to."""
    mapping = mapping_of(node)
    return scalar_of(mapping.get("Get")) if mapping is not None and len(mapping.items) == 1 else None


def _reference(path: str) -> str:
    """How a text shows a reference."""
    return "${" + path + "}"


class StepFields(FieldReader):
    """The fields of a step's arguments, with references to the pipeline's parameters."""

    def __init__(self, root: Mapping, context: ReadContext, substitute: Substitute, evaluate: Evaluate | None) -> None:
        super().__init__(substitute, evaluate)
        self._given = dict(context.parameters)
        self._parameters: dict[str, Mapping] = {}
        for parameter in map(mapping_of, items_of(root.get("Parameters"))):
            name = scalar_of(parameter.get("Name")) if parameter is not None else None
            if parameter is not None and name is not None:
                self._parameters[name.value] = parameter

    def value(self, node: Node) -> Text:
        return self._value(node, 0)

    def _value(self, node: Node, depth: int) -> Text:
        mapping = mapping_of(node)
        if mapping is None or depth > _MAX_DEPTH:
            return super().value(node)
        got = _got(mapping)
        if got is not None:
            return self._parameter(got, node)
        join = mapping_of(mapping.get("Std:Join"))
        if join is None or len(mapping.items) != 1:
            return super().value(node)
        delimiter, values = resolve(join.get("On")), resolve(join.get("Values"))
        if not isinstance(values, Sequence) or not (delimiter is None or isinstance(delimiter, Scalar)):
            return unknown_text(node, "Std:Join")
        pieces: list[Piece] = []
        for index, item in enumerate(values.items):
            if index and delimiter is not None and delimiter.value:
                pieces.append(Piece(delimiter.value))
            pieces += self._value(item, depth + 1).pieces
        return Text(tuple(pieces), node.span)

    def _parameter(self, got: Scalar, node: Node) -> Text:
        """The text of `{"Get": "Parameters.X"}`: as given from outside, else its default; unknown for any other reference."""
        kind, _, name = got.value.partition(".")
        if kind == "Parameters" and name in self._given:
            return Text((Piece(self._given[name], got.span, None, name),), node.span)
        parameter = self._parameters.get(name) if kind == "Parameters" else None
        default = parameter.get("DefaultValue") if parameter is not None else None
        text = text_of(default) if default is not None and not is_null(default) else None
        return self.filled(text) if text is not None else unknown_text(node, got.value)


READER = Reader(by_form(claims), read)

"""SageMaker Pipelines definitions (schema version 2020-12-01): steps, each with the request of a job.

Values may be `{"Get": "Parameters.X"}` and `{"Std:Join": {"On": "", "Values": [...]}}`.
https://aws-sagemaker-mlops.github.io/sagemaker-model-building-pipeline-definition-JSON-schema/ (read 2026-11-22).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import prod

from smlint.model.deployment import Deployment, DocumentReading, Problem, ProblemKind
from smlint.model.text import Constraint, Piece, Text, TextRange
from smlint.readers.api.bodies import RequestBody, deployments_of
from smlint.readers.api.fields import Evaluate, FieldReader, unknown_text
from smlint.readers.api.shapes import REQUEST_KINDS, kind_by_keys
from smlint.readers.common import is_explicit_null, items_of, mapping_of, pointer, scalar_of, scalar_text, text_of
from smlint.readers.reader import ReadContext, Reader, Substitute, no_substitute, without_context
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Document, Mapping, Node, Scalar, Sequence, Steps, resolve

FORMAT = "pipeline"

VERSION = "2020-12-01"
MAX_STEPS = 10_000
MAX_COMBINATIONS = 64
"""The most combinations of listed parameter values to read a pipeline with."""

_MAX_DEPTH = 20
_CHECKED_FIELDS = frozenset({"TrainingImage", "ImageUri", "Image", "RuleEvaluatorImage", "InstanceType"})
_JOIN_KEYS = frozenset({"Std:Join", "Values"})
# The request of each type of step. Quality checks and Clarify run processing jobs.
_KINDS = {
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
_MODEL_STEPS = frozenset({"Model", "CreateModel"})


class PipelineStep(NamedTuple):
    """A step of a pipeline, and the path that leads to it. `name` and `type` are empty if they are not literal."""

    body: Mapping
    name: str
    type: str
    path: Steps

    @property
    def arguments(self) -> Mapping | None:
        return mapping_of(self.body.get("Arguments"))


def claims(document: Document) -> bool:
    """Return whether the document is a pipeline definition: it has `Steps` with types, and the version of the schema."""
    root = mapping_of(document.root)
    version = resolve(root.get("Version")) if root is not None else None
    if root is None or not isinstance(version, Scalar) or not version.value.startswith(VERSION):
        return False
    return any(step.get("Type") is not None for step in map(mapping_of, items_of(root.get("Steps"))) if step is not None)


def read(document: Document, context: ReadContext) -> DocumentReading:
    """Read the deployments of the steps of a pipeline."""
    return read_pipeline(document.root, context)


def read_pipeline(
    root: Node | None, context: ReadContext, substitute: Substitute = no_substitute, evaluate: Evaluate | None = None
) -> DocumentReading:
    """Read a pipeline definition that may be part of another document.

    `substitute` returns the text of a `${name}` in it, `evaluate` the text of a node in the language of the document around it.
    """
    mapping = mapping_of(root)
    if mapping is None:
        return DocumentReading(FORMAT)
    steps = list(_steps(mapping))
    parameters = PipelineParameters(mapping, context)
    parameters.protect(_used_elsewhere(mapping, steps))

    def deployments(values: dict[str, Text | None]) -> tuple[Deployment, ...]:
        fields = StepFieldReader(parameters, values, substitute, evaluate)
        return tuple(deployments_of((body for step in steps for body in _bodies(step, fields)), context, FORMAT))

    return DocumentReading(
        FORMAT,
        deployments({}),
        tuple(_problems(steps)),
        possible=tuple(one for values in parameters.other_values() for one in deployments(values)),
    )


def _used_elsewhere(root: Mapping, steps: list[PipelineStep]) -> frozenset[str]:
    """Return the parameters that are used for anything but the image or instance type of a step that smlint reads."""
    names: set[str] = set()
    read = {step.arguments for step in steps if step.arguments is not None and _kind_of(step, step.arguments) is not None}
    waiting: list[tuple[Node, str, bool]] = [(value, "", False) for key, value in root.own().items() if key != "Parameters"]
    while waiting:
        node, field, is_read = waiting.pop()
        content = resolve(node)
        target = _referred(content)
        if target is not None:
            kind, _, name = target.value.partition(".")
            if kind == "Parameters" and not (is_read and field in _CHECKED_FIELDS):
                names.add(name)
        elif isinstance(content, Sequence):
            waiting += ((item, field, is_read) for item in content.items)
        elif isinstance(content, Mapping):
            here = is_read or content in read
            waiting += ((value, field if key in _JOIN_KEYS else key, here) for key, value in content.own().items())
    return frozenset(names)


def _kind_of(step: PipelineStep, arguments: Mapping) -> str | None:
    return _KINDS.get(step.type) or kind_by_keys(frozenset(arguments.keys()))


def _steps(root: Mapping) -> Iterator[PipelineStep]:
    """Yield every step, those inside conditions included."""
    waiting: list[tuple[Node | None, Steps]] = [(root.get("Steps"), ("Steps",))]
    count = 0
    while waiting:
        steps, path = waiting.pop(0)
        for index, item in enumerate(items_of(steps)):
            body = mapping_of(item)
            count += 1
            if body is None or count > MAX_STEPS:
                continue
            name, kind = scalar_of(body.get("Name")), scalar_of(body.get("Type"))
            step = PipelineStep(body, name.value if name is not None else "", kind.value if kind is not None else "", (*path, index))
            yield step
            for key in ("IfSteps", "ElseSteps"):
                if step.arguments is not None and step.arguments.get(key) is not None:
                    waiting.append((step.arguments.get(key), (*path, index, "Arguments", key)))


def _bodies(step: PipelineStep, fields: FieldReader) -> Iterator[RequestBody]:
    arguments = step.arguments
    if arguments is None:
        return
    kind = _kind_of(step, arguments)
    if kind is not None:
        yield RequestBody(
            mapping=arguments,
            kind=REQUEST_KINDS[kind],
            fields=fields,
            steps=(*step.path, "Arguments"),
            resource=step.name,
            # Other steps refer to the model by this expression.
            names=("${" + f"Steps.{step.name}.ModelName" + "}",) if kind == "Model" and step.name else (),
        )


def _problems(steps: list[PipelineStep]) -> Iterator[Problem]:
    """Yield a problem for each transform job that uses the model of a step that the pipeline does not have."""
    names = {step.name for step in steps}
    for step in steps:
        scalar = _referred(step.arguments.get("ModelName")) if step.arguments is not None else None
        parts = scalar.value.split(".") if scalar is not None else []
        if scalar is None or len(parts) != 3 or parts[0] != "Steps" or parts[2] != "ModelName" or parts[1] in names or "$" in parts[1]:
            continue
        models = sorted(other.name for other in steps if other.type in _MODEL_STEPS)
        suffix = f"; its models are made by {', '.join(models[:3])}" if models else ""
        yield Problem(
            kind=ProblemKind.DANGLING_REFERENCE,
            place=TextRange(scalar_text(scalar, editable=False), len("Steps."), len("Steps.") + len(parts[1])),
            message=f"step refers to the model of {parts[1]}, but the pipeline has no such step{suffix}",
            pointer=pointer(*step.path, "Arguments", "ModelName"),
            resource=step.name,
        )


def _referred(node: Node | None) -> Scalar | None:
    """Return the target of a `{"Get": "..."}`; None for any other node."""
    mapping = mapping_of(node)
    return scalar_of(mapping.get("Get")) if mapping is not None and len(mapping.items) == 1 else None


class PipelineParameters:
    """The parameters of a pipeline: given values, defaults, and the values that `EnumValues` lists."""

    def __init__(self, root: Mapping, context: ReadContext) -> None:
        self.given = dict(context.parameters)
        self._parameters: dict[str, Mapping] = {}
        self._protected: frozenset[str] = frozenset()
        for parameter in map(mapping_of, items_of(root.get("Parameters"))):
            name = scalar_of(parameter.get("Name")) if parameter is not None else None
            if parameter is not None and name is not None:
                self._parameters[name.value] = parameter

    def protect(self, names: frozenset[str]) -> None:
        """Keep the defaults of these parameters from being edited."""
        self._protected = names

    def default(self, name: str) -> Text | None:
        """Return the text of a parameter's default; None if there is none."""
        parameter = self._parameters.get(name)
        default = parameter.get("DefaultValue") if parameter is not None else None
        text = text_of(default) if default is not None and not is_explicit_null(default) else None
        scalar = scalar_of(default)
        if text is None or scalar is None:
            return text
        if name in self._protected:
            return text.read_only()
        listed = tuple(choice.value for choice in self._listed(name))
        if not listed:
            return text
        constraint = Constraint(scalar.value, scalar.span, listed)
        return text._replace(pieces=tuple(piece._replace(constraint=constraint) for piece in text.pieces))

    def _listed(self, name: str) -> list[Scalar]:
        parameter = self._parameters.get(name)
        items = items_of(parameter.get("EnumValues")) if parameter is not None else []
        return [scalar for scalar in map(scalar_of, items) if scalar is not None]

    def other_values(self) -> Iterator[dict[str, Text | None]]:
        """Yield the values that the parameters with listed values may have together; None for each, if there are too many combinations."""
        choices: list[list[tuple[str, Text | None]]] = []
        for name in self._parameters:
            listed = self._listed(name) if name not in self.given else []
            default = self.default(name)
            texts: dict[str, Text | None] = {scalar.value: scalar_text(scalar, editable=False) for scalar in listed}
            if texts and default is not None:
                texts[default.value] = default
            if len(texts) > 1 or (texts and default is None):
                choices.append([(name, text) for text in texts.values()])
        if choices and prod(len(values) for values in choices) > MAX_COMBINATIONS:
            choices = [[(values[0][0], None)] for values in choices]
        return (dict(combination) for combination in product(*choices) if choices)


class StepFieldReader(FieldReader):
    """Reads the fields of a step's arguments, with references to the pipeline's parameters.

    `values` are further values of parameters; None for one that is unknown.
    """

    def __init__(
        self, parameters: PipelineParameters, values: dict[str, Text | None], substitute: Substitute, evaluate: Evaluate | None
    ) -> None:
        super().__init__(substitute, evaluate)
        self._parameters = parameters
        self._values = values

    def value(self, node: Node) -> Text:
        return self._value(node, 0)

    def _value(self, node: Node, depth: int) -> Text:
        mapping = mapping_of(node)
        if mapping is None or depth > _MAX_DEPTH:
            return super().value(node)
        target = _referred(mapping)
        if target is not None:
            return self._reference(target, node)
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

    def _reference(self, target: Scalar, node: Node) -> Text:
        """Return the text of `{"Get": "Parameters.X"}`: the given value, else the default; a placeholder for any other reference."""
        kind, _, name = target.value.partition(".")
        if kind == "Parameters" and name in self._parameters.given:
            return Text((Piece(self._parameters.given[name], target.span, None, name),), node.span)
        text = None
        if kind == "Parameters":
            text = self._values[name] if name in self._values else self._parameters.default(name)
        return self.fill_in(text) if text is not None else unknown_text(node, target.value)


READER = Reader(without_context(claims), read)

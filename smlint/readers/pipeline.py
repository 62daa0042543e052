"""SageMaker Pipelines definitions (schema version 2020-12-01): steps, each with the request of a job.

Values may be `{"Get": "Parameters.X"}` and `{"Std:Join": {"On": "", "Values": [...]}}`.
https://aws-sagemaker-mlops.github.io/sagemaker-model-building-pipeline-definition-JSON-schema/ (read 2026-11-22).
"""

from __future__ import annotations

from collections.abc import Iterator

from smlint.model.deployment import Deployment, DocumentReading, Problem, ProblemKind
from smlint.model.text import Text, TextRange
from smlint.readers.api.bodies import RequestBody, deployments_of
from smlint.readers.api.fields import Evaluate, FieldReader
from smlint.readers.api.shapes import REQUEST_KINDS, kind_by_keys
from smlint.readers.common import items_of, mapping_of, pointer, scalar_of, scalar_text
from smlint.readers.pipeline_values import PipelineParameters, StepFieldReader, referred
from smlint.readers.reader import ReadContext, Reader, Substitute, no_substitute, without_context
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Document, Mapping, Node, Scalar, Sequence, Steps, resolve

FORMAT = "pipeline"

VERSION = "2020-12-01"
MAX_STEPS = 10_000
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
    """A step of a pipeline, and the path that leads to it. `name` and `type` are empty if they are not literal.

    `branches` are the conditions of the condition steps around it, each with whether they hold where the step is.
    """

    body: Mapping
    name: str
    type: str
    path: Steps
    branches: tuple[tuple[Node, bool], ...] = ()

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
    from smlint.readers.outside_values import plausible

    mapping = mapping_of(root)
    if mapping is None:
        return DocumentReading(FORMAT)
    steps = list(_steps(mapping))
    parameters = PipelineParameters(mapping, context)
    parameters.protect(_used_elsewhere(mapping, steps))

    def deployments(values: dict[str, Text | None], *, only_if_run: bool = True) -> tuple[Deployment, ...]:
        fields = StepFieldReader(parameters, values, substitute, evaluate)
        without_defaults = StepFieldReader(parameters, parameters.unknown | values, substitute, evaluate)
        bodies = (body for step in steps for body in _bodies_if_run(step, fields, without_defaults if only_if_run else fields))
        return tuple(deployments_of(bodies, context, FORMAT))

    is_conditional = any(step.branches for step in steps)
    return DocumentReading(
        FORMAT,
        deployments({}),
        tuple(_problems(steps)),
        possible=(
            # A step that does not run with all defaults may run with some of them.
            *(deployments({}, only_if_run=False) if is_conditional else ()),
            *plausible(one for values in parameters.other_values() for one in deployments(values)),
        ),
    )


def _used_elsewhere(root: Mapping, steps: list[PipelineStep]) -> frozenset[str]:
    """Return the parameters that are used for anything but the image or instance type of a step that smlint reads."""
    names: set[str] = set()
    read = {step.arguments for step in steps if step.arguments is not None and _kind_of(step, step.arguments) is not None}
    waiting: list[tuple[Node, str, bool]] = [(value, "", False) for key, value in root.own().items() if key != "Parameters"]
    while waiting:
        node, field, is_read = waiting.pop()
        content = resolve(node)
        target = referred(content)
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
    waiting: list[tuple[Node | None, Steps, tuple[tuple[Node, bool], ...]]] = [(root.get("Steps"), ("Steps",), ())]
    count = 0
    while waiting:
        steps, path, branches = waiting.pop(0)
        for index, item in enumerate(items_of(steps)):
            body = mapping_of(item)
            count += 1
            if body is None or count > MAX_STEPS:
                continue
            name, kind = scalar_of(body.get("Name")), scalar_of(body.get("Type"))
            step = PipelineStep(
                body=body,
                name=name.value if name is not None else "",
                type=kind.value if kind is not None else "",
                path=(*path, index),
                branches=branches,
            )
            yield step
            conditions = step.arguments.get("Conditions") if step.arguments is not None else None
            for key, holds in (("IfSteps", True), ("ElseSteps", False)):
                if step.arguments is not None and step.arguments.get(key) is not None:
                    inner = (*branches, (conditions, holds)) if conditions is not None else branches
                    waiting.append((step.arguments.get(key), (*path, index, "Arguments", key), inner))


def _bodies_if_run(step: PipelineStep, fields: StepFieldReader, otherwise: StepFieldReader) -> Iterator[RequestBody]:
    """Yield the request of a step with these `fields` if it runs with all defaults, with others if it only may run."""
    if not step.branches:
        yield from _bodies(step, fields)
        return
    from smlint.readers.pipeline_conditions import Execution, execution

    runs = execution(step.branches, fields.certain, fields.known)
    if runs is not Execution.NEVER:
        yield from _bodies(step, fields if runs is Execution.RUNS else otherwise)


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
        scalar = referred(step.arguments.get("ModelName")) if step.arguments is not None else None
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


READER = Reader(without_context(claims), read)

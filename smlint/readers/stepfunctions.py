"""State machines of AWS Step Functions, in Amazon States Language (JSON or YAML): tasks that call SageMaker.

A task's `Resource` names the operation, by the optimised integration (`arn:aws:states:::sagemaker:createTrainingJob.sync`) or by that
of the SDK (`arn:aws:states:::aws-sdk:sagemaker:createModel`); its request stands under `Parameters`, or `Arguments` with JSONata.
https://docs.aws.amazon.com/step-functions/latest/dg/connect-sagemaker.html (read 2026-11-22).
"""

from __future__ import annotations

from collections.abc import Iterator

from smlint.model.deployment import DocumentReading
from smlint.model.text import Piece, Text
from smlint.readers.api.bodies import RequestBody, deployments_of
from smlint.readers.api.fields import Evaluate, FieldReader, Steps, unknown_text
from smlint.readers.api.shapes import REQUEST_KINDS, kind_by_operation
from smlint.readers.common import is_null, mapping_of, scalar_of
from smlint.readers.reader import ReadContext, Reader, Substitute, by_form, no_substitute
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Document, Mapping, Node, Scalar, Sequence, resolve

FORMAT = "stepfunctions"

MAX_STATES = 10_000
_SERVICE = ":states:"
_INTEGRATION = "sagemaker:"
_EXPRESSION = ".$"
_FORMAT_CALL = "States.Format("


class Machine(NamedTuple):
    """What is known of a state machine from outside.

    `substitute` gives what a `${name}` in it stands for; `evaluate` the text of a node that is written in another language (functions of
    CloudFormation in a definition that stands in a template), None for a node of its own.
    """

    substitute: Substitute = no_substitute
    evaluate: Evaluate | None = None


def claims(document: Document) -> bool:
    """A state machine has `StartAt`, the name of one of its `States`."""
    return _is_machine(mapping_of(document.root))


def read(document: Document, context: ReadContext) -> DocumentReading:
    """The deployments that the tasks of a state machine ask for."""
    return read_machine(document.root, context, Machine())


def read_machine(root: Node | None, context: ReadContext, machine: Machine) -> DocumentReading:
    """As `read`, of a definition that stands in another document."""
    mapping = mapping_of(root)
    if mapping is None:
        return DocumentReading(FORMAT)
    return DocumentReading(FORMAT, tuple(deployments_of(_bodies(mapping, StateFields(machine)), context, FORMAT)))


def _is_machine(root: Mapping | None) -> bool:
    if root is None or not isinstance(resolve(root.get("StartAt")), Scalar):
        return False
    states = mapping_of(root.get("States"))
    return states is not None and any(mapping_of(node) is not None for _, node in states.items)


def _bodies(root: Mapping, fields: FieldReader) -> Iterator[RequestBody]:
    """The requests of all tasks, those in branches and maps too, in the order of the text."""
    waiting: list[tuple[Mapping, Steps]] = [(root, ())]
    count = 0
    while waiting:
        machine, steps = waiting.pop(0)
        states = mapping_of(machine.get("States"))
        for key, node in states.items if states is not None else ():
            name, state = resolve(key), mapping_of(node)
            count += 1
            if not isinstance(name, Scalar) or state is None or count > MAX_STATES:
                continue
            here = (*steps, "States", name.value)
            yield from _task(state, name.value, here, fields)
            for inner in ("Iterator", "ItemProcessor"):
                processor = mapping_of(state.get(inner))
                if processor is not None:
                    waiting.append((processor, (*here, inner)))
            branches = resolve(state.get("Branches"))
            for index, item in enumerate(branches.items if isinstance(branches, Sequence) else ()):
                branch = mapping_of(item)
                if branch is not None:
                    waiting.append((branch, (*here, "Branches", index)))


def _task(state: Mapping, name: str, steps: Steps, fields: FieldReader) -> Iterator[RequestBody]:
    request = kind_by_operation(_operation(fields.text(state, "Resource")))
    if request is None:
        return
    for key in ("Parameters", "Arguments"):
        mapping = mapping_of(state.get(key))
        if mapping is not None:
            yield RequestBody(mapping, REQUEST_KINDS[request], fields, (*steps, key), name)


def _operation(resource: Text | None) -> str:
    """The operation of SageMaker that a resource names: `createTrainingJob`; empty for any other resource."""
    if resource is None:
        return ""
    _, found, integration = resource.value.partition(_SERVICE)
    _, found_service, operation = integration.rpartition(_INTEGRATION)
    return operation.partition(".")[0] if found and found_service else ""


class StateFields(FieldReader):
    """The fields of a task: `X.$` holds a path or a function of the States Language, `{% ... %}` an expression of JSONata."""

    def __init__(self, machine: Machine) -> None:
        super().__init__(machine.substitute, machine.evaluate)

    def text(self, holder: Mapping, key: str) -> Text | None:
        node = holder.get(key)
        if node is not None and not is_null(node):
            return self.value(node)
        expression = scalar_of(holder.get(key + _EXPRESSION))
        return _of_expression(expression) if expression is not None else None

    def child(self, holder: Mapping, key: str) -> Node | None:
        node = holder.get(key)
        return node if node is not None else holder.get(key + _EXPRESSION)

    def value(self, node: Node) -> Text:
        scalar = scalar_of(node)
        if scalar is not None and scalar.value.lstrip().startswith("{%"):
            return unknown_text(scalar, scalar.value)
        return super().value(node)


def _of_expression(expression: Scalar) -> Text:
    """What the value of an `X.$` field is: unknown, but for the literal parts of `States.Format('...{}...', ...)`."""
    value = expression.value.strip()
    if value.startswith(_FORMAT_CALL) and "\\" not in value:
        template, quote, arguments = value[len(_FORMAT_CALL) :].strip()[1:].partition("'")
        names = [name.strip() for name in arguments.strip().rstrip(")").split(",")][1:]
        parts = template.split("{}")
        if quote and len(parts) == len(names) + 1 and value[len(_FORMAT_CALL) :].lstrip().startswith("'"):
            pieces = [Piece(parts[0], expression.span)]
            for name, part in zip(names, parts[1:], strict=True):
                pieces += (Piece(None, expression.span, None, name), Piece(part, expression.span))
            return Text(tuple(piece for piece in pieces if piece.text != ""), expression.span)
    return unknown_text(expression, value or "...")


READER = Reader(by_form(claims), read)

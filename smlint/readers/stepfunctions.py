"""AWS Step Functions state machines in Amazon States Language (JSON or YAML): tasks that call SageMaker.

A task's `Resource` names the operation, through the optimized integration (`arn:aws:states:::sagemaker:createTrainingJob.sync`) or the
SDK integration (`arn:aws:states:::aws-sdk:sagemaker:createModel`). Its request is under `Parameters`, or `Arguments` with JSONata.
https://docs.aws.amazon.com/step-functions/latest/dg/connect-sagemaker.html (read 2026-11-22).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from smlint.model.deployment import DocumentReading
from smlint.model.source import Span
from smlint.model.text import Piece, Text
from smlint.readers.api.bodies import RequestBody, deployments_of, name_links
from smlint.readers.api.fields import Evaluate, FieldReader, unknown_text
from smlint.readers.api.shapes import REQUEST_KINDS, kind_by_operation
from smlint.readers.common import is_explicit_null, mapping_of, scalar_of
from smlint.readers.reader import ReadContext, Reader, Substitute, no_substitute, without_context
from smlint.syntax import Document, Mapping, Node, Scalar, Sequence, Steps, resolve, walk

FORMAT = "stepfunctions"

MAX_STATES = 10_000
_SERVICE = ":states:"
_INTEGRATION = "sagemaker:"
_EXPRESSION = ".$"
_FORMAT_CALL = "States.Format("
_VARIABLE = r"\$([A-Za-z_]\w*)"


def claims(document: Document) -> bool:
    """Return whether the document is a state machine: it has `StartAt` and `States`."""
    root = mapping_of(document.root)
    if root is None or not isinstance(resolve(root.get("StartAt")), Scalar):
        return False
    states = mapping_of(root.get("States"))
    return states is not None and any(mapping_of(node) is not None for _, node in states.items)


def read(document: Document, context: ReadContext) -> DocumentReading:
    """Read the deployments that the tasks of a state machine create."""
    given = dict(context.parameters)

    def substitute(name: str) -> Text | None:
        return Text((Piece(given[name], None, None, name),), Span(0, 0)) if name in given else None

    reading = read_machine(document.root, context, substitute if given else no_substitute)
    # A template may have a state machine with this definition, and fill in its substitutions.
    return reading._replace(parameters=Span(0, 0)) if "${" in document.text else reading


def read_machine(
    root: Node | None, context: ReadContext, substitute: Substitute = no_substitute, evaluate: Evaluate | None = None
) -> DocumentReading:
    """Read a state machine that may be part of another document.

    `substitute` returns the text of a `${name}` in it. `evaluate` returns the text of a node in the language of the document around it,
    such as a function of CloudFormation.
    """
    mapping = mapping_of(root)
    if mapping is None:
        return DocumentReading(FORMAT)
    fields = StateFieldReader(substitute, evaluate, _changing_variables(mapping))
    bodies = list(_bodies(mapping, fields))
    exports, imports = name_links(bodies, context, FORMAT)
    return DocumentReading(FORMAT, tuple(deployments_of(bodies, context, FORMAT)), exports=exports, imports=imports)


def _bodies(root: Mapping, fields: FieldReader) -> Iterator[RequestBody]:
    """Yield the requests of all tasks in document order, those in branches and maps included."""
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


def _changing_variables(root: Mapping) -> frozenset[str]:
    """Return the variables that several states assign, or that a task with a request assigns: they may change between two tasks."""
    assigned: set[str] = set()
    changing: set[str] = set()
    for state in walk(root):
        names = mapping_of(state.get("Assign")) if isinstance(state, Mapping) else None
        if names is None or not isinstance(state, Mapping):
            continue
        for name in (key.removesuffix(_EXPRESSION) for key in names.keys()):  # noqa: SIM118  # a node is no container
            if name in assigned or state.get("Arguments") is not None or state.get("Parameters") is not None:
                changing.add(name)
            assigned.add(name)
    return frozenset(changing)


def _task(state: Mapping, name: str, steps: Steps, fields: FieldReader) -> Iterator[RequestBody]:
    kind = kind_by_operation(_operation(fields.text(state, "Resource")))
    if kind is None:
        return
    for key in ("Parameters", "Arguments"):
        mapping = mapping_of(state.get(key))
        if mapping is not None:
            yield RequestBody(mapping=mapping, kind=REQUEST_KINDS[kind], fields=fields, steps=(*steps, key), resource=name)


def _operation(resource: Text | None) -> str:
    """Return the SageMaker operation that a resource names, such as `createTrainingJob`; empty for any other resource."""
    if resource is None:
        return ""
    _, service, integration = resource.value.partition(_SERVICE)
    _, sagemaker, operation = integration.rpartition(_INTEGRATION)
    return operation.partition(".")[0] if service and sagemaker else ""


class StateFieldReader(FieldReader):
    """Reads the fields of a task: the value of `X.$` is a path or function of the States Language, `{% ... %}` a JSONata expression.

    `changing` are the variables that may have another value in another state.
    """

    def __init__(self, substitute: Substitute, evaluate: Evaluate | None, changing: frozenset[str]) -> None:
        super().__init__(substitute, evaluate)
        self._changing = changing

    def text(self, holder: Mapping, key: str) -> Text | None:
        node = holder.get(key)
        if node is not None and not is_explicit_null(node):
            return self.value(node)
        expression = scalar_of(holder.get(key + _EXPRESSION))
        if expression is None:
            return None
        text = _of_expression(expression)
        return text._replace(pieces=tuple(piece._replace(name=self._named(expression, piece.name)) for piece in text.pieces))

    def _named(self, scalar: Scalar, expression: str) -> str:
        """Return the name of an unknown value. The same expression is the same value everywhere, unless it uses a variable that changes."""
        changes = not self._changing.isdisjoint(re.findall(_VARIABLE, expression))
        return f"{expression} at {scalar.span.start}" if changes else expression

    def child(self, holder: Mapping, key: str) -> Node | None:
        node = holder.get(key)
        return node if node is not None else holder.get(key + _EXPRESSION)

    def value(self, node: Node) -> Text:
        scalar = scalar_of(node)
        if scalar is not None and scalar.value.lstrip().startswith("{%"):
            return unknown_text(scalar, self._named(scalar, scalar.value))
        return super().value(node)


def _of_expression(expression: Scalar) -> Text:
    """Return the text of an `X.$` field: unknown, except for the literal parts of `States.Format('...{}...', ...)`."""
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


READER = Reader(without_context(claims), read)

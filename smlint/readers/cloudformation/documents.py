"""Documents inside a template: state machines and pipeline definitions, as strings, as functions that make a string, or as they are.

`AWS::StepFunctions::StateMachine` has `DefinitionString` or `Definition`, SAM's `AWS::Serverless::StateMachine` has `Definition`,
`AWS::SageMaker::Pipeline` has `PipelineDefinition.PipelineDefinitionBody`; all other strings that hold JSON are looked into as well.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/ (read 2026-11-22).
"""

from __future__ import annotations

from collections.abc import Iterator

from smlint.model.deployment import DocumentReading
from smlint.model.text import Text
from smlint.readers import pipeline, stepfunctions
from smlint.readers.api.fields import Steps, unknown_text
from smlint.readers.cloudformation.calls import IntrinsicCall, intrinsic_call
from smlint.readers.cloudformation.intrinsics import Intrinsics
from smlint.readers.common import mapping_of, pointer
from smlint.readers.embedded import (
    EmbeddedDocument,
    Holder,
    JoinPart,
    embedded_document,
    joined_document,
    long_strings,
    read_document,
    read_string,
    within,
)
from smlint.readers.reader import ReadContext, Substitute, no_substitute
from smlint.syntax import Document, Mapping, Node, Scalar, Sequence, resolve

MAX_PARTS = 1000

_STATE_MACHINES = frozenset({"AWS::StepFunctions::StateMachine", "AWS::Serverless::StateMachine"})
_PIPELINE = "AWS::SageMaker::Pipeline"


class TemplateDocuments:
    """Reads the documents that stand in the resources of one template."""

    def __init__(self, document: Document, intrinsics: Intrinsics, context: ReadContext, format: str) -> None:
        self._document = document
        self._intrinsics = intrinsics
        self._context = context
        self._format = format

    def readings(self, name: str, kind: str, properties: Node | None) -> Iterator[DocumentReading]:
        """What the documents in one resource ask for, `name` being its logical id and `kind` its type."""
        base: Steps = ("Resources", name, "Properties")
        for branch, _ in self._intrinsics.branches(properties):
            body = mapping_of(branch)
            if body is None:
                continue
            if kind in _STATE_MACHINES:
                yield from self._state_machine(name, body, base)
            elif kind == _PIPELINE:
                for inner, _ in self._intrinsics.branches(body.get("PipelineDefinition")):
                    definition = mapping_of(inner)
                    if definition is not None:
                        where = (*base, "PipelineDefinition", "PipelineDefinitionBody")
                        yield from self._strings(name, definition.get("PipelineDefinitionBody"), where, no_substitute)
            else:
                for scalar, steps in long_strings(body):
                    if scalar.value.lstrip().startswith("{"):
                        found = read_string(scalar, self._document, self._context, Holder(self._format, name, pointer(*base, *steps)))
                        if found is not None:
                            yield found

    def _state_machine(self, name: str, body: Mapping, base: Steps) -> Iterator[DocumentReading]:
        substitutions = mapping_of(body.get("DefinitionSubstitutions"))

        def substitute(variable: str) -> Text | None:
            return self._single(substitutions.get(variable)) if substitutions is not None else None

        yield from self._strings(name, body.get("DefinitionString"), (*base, "DefinitionString"), substitute)
        for inner, _ in self._intrinsics.branches(body.get("Definition")):
            machine = stepfunctions.Machine(substitute, self._evaluated)
            yield self._within(stepfunctions.read_machine(inner, self._context, machine), name, (*base, "Definition"))

    def _strings(self, name: str, node: Node | None, steps: Steps, substitute: Substitute) -> Iterator[DocumentReading]:
        """The documents that a string property may hold."""
        for branch, _ in self._intrinsics.branches_and_calls(node):
            call = intrinsic_call(branch)
            if call is not None and call.name == "Fn::ToJsonString":
                yield from self._tree(name, call.argument, (*steps, call.name), substitute)
                continue
            if call is None and isinstance(resolve(branch), Mapping):
                yield from self._tree(name, branch, steps, substitute)
                continue
            inner, filled = self._inner(branch, call, substitute)
            holder = Holder(self._format, name, pointer(*steps))
            reading = read_document(inner, self._context, holder, filled) if inner is not None else None
            if reading is not None:
                yield reading

    def _tree(self, name: str, node: Node, steps: Steps, substitute: Substitute) -> Iterator[DocumentReading]:
        """A definition that is written out as it is."""
        inner = Document(resolve(node))
        if stepfunctions.claims(inner):
            machine = stepfunctions.Machine(substitute, self._evaluated)
            yield self._within(stepfunctions.read_machine(node, self._context, machine), name, steps)
        elif pipeline.claims(inner):
            yield self._within(pipeline.read_pipeline(node, self._context, substitute, self._evaluated), name, steps)

    def _within(self, reading: DocumentReading, name: str, steps: Steps) -> DocumentReading:
        return within(reading, Holder(self._format, name, pointer(*steps)))

    def _inner(self, node: Node, call: IntrinsicCall | None, substitute: Substitute) -> tuple[EmbeddedDocument | None, Substitute]:
        """The document in a string or in a function that makes one, and what its placeholders stand for."""
        found = resolve(node) if call is None else resolve(call.argument)
        if call is None:
            return (embedded_document(found, self._document) if isinstance(found, Scalar) else None), substitute
        if call.name == "Fn::Join":
            parts = self._parts(found)
            return (joined_document(parts, self._document) if parts is not None else None), substitute
        if call.name != "Fn::Sub":
            return None, substitute
        variables: Mapping | None = None
        if isinstance(found, Sequence) and len(found.items) == 2:
            variables, found = mapping_of(found.items[1]), resolve(found.items[0])
        filled = self._of_sub(variables, substitute)
        return (embedded_document(found, self._document) if isinstance(found, Scalar) else None), filled

    def _of_sub(self, variables: Mapping | None, substitute: Substitute) -> Substitute:
        def filled(name: str) -> Text | None:
            bound = variables.get(name) if variables is not None else None
            if bound is not None:
                return self._single(bound)
            # `${!X}` is `${X}` in the string that is made.
            return substitute(name[1:]) if name.startswith("!") else self._intrinsics.named(name)

        return filled

    def _parts(self, argument: Node | None) -> list[JoinPart] | None:
        """The parts of a `Fn::Join`; what is no literal string is left for `substitute`, or known by its value."""
        items = argument.items if isinstance(argument, Sequence) else []
        delimiter, listed = (resolve(items[0]), resolve(items[1])) if len(items) == 2 else (None, None)
        if not isinstance(delimiter, Scalar) or not isinstance(listed, Sequence) or len(listed.items) > MAX_PARTS:
            return None
        parts: list[JoinPart] = []
        for index, item in enumerate(listed.items):
            if index and delimiter.value:
                parts.append(JoinPart(delimiter))
            found = resolve(item)
            if intrinsic_call(item) is None and isinstance(found, Scalar):
                parts.append(JoinPart(found))
            elif found is not None:
                text = self._single(item)
                known = text is not None and text.known and '"' not in text.value and "\\" not in text.value
                parts.append(
                    JoinPart(None, text.value, found.span, known=True) if known and text is not None else JoinPart(None, _name(item), found.span)
                )
        return parts

    def _single(self, node: Node | None) -> Text | None:
        """The one text that a node may have."""
        values = self._intrinsics.values(node)
        return values[0].text if len(values) == 1 else None

    def _evaluated(self, node: Node) -> Text | None:
        """The text of a node that calls a function; None for any other node."""
        call = intrinsic_call(node)
        if call is None:
            return None
        return self._single(node) or unknown_text(node, call.name)


def _name(node: Node) -> str:
    """What an unknown part is called: the resource or pseudo parameter that it refers to, else its function."""
    call = intrinsic_call(node)
    argument = resolve(call.argument) if call is not None else None
    if call is not None and call.name == "Ref" and isinstance(argument, Scalar):
        return "".join(c for c in argument.value if c not in '{}"\\\n')
    if call is not None and call.name == "Fn::GetAtt":
        return "".join(c for c in ".".join(Intrinsics.attribute(call) or ()) if c not in '{}"\\\n')
    return call.name if call is not None else "..."

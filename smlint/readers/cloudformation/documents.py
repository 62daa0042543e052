"""Documents inside a template: state machines and pipeline definitions, in a string, in a function that makes one, or written out.

`AWS::StepFunctions::StateMachine` has `DefinitionString` or `Definition`, SAM's `AWS::Serverless::StateMachine` has `Definition`,
`AWS::SageMaker::Pipeline` has `PipelineDefinition.PipelineDefinitionBody`; in other resources, any string may contain JSON.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/ (read 2026-11-22).
"""

from __future__ import annotations

from collections.abc import Iterator

from smlint.model.deployment import DocumentReading
from smlint.model.text import Text
from smlint.readers import pipeline, stepfunctions
from smlint.readers.api.fields import unknown_text
from smlint.readers.cloudformation.calls import IntrinsicCall, attribute_path, intrinsic_call
from smlint.readers.cloudformation.template import FORMAT, CloudFormationTemplate, TemplateResource
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
from smlint.readers.reader import Substitute, no_substitute
from smlint.syntax import Document, Mapping, Node, Scalar, Sequence, Steps, resolve

MAX_PARTS = 1000
"""A `Fn::Join` of more parts is not evaluated."""

_STATE_MACHINES = frozenset({"AWS::StepFunctions::StateMachine", "AWS::Serverless::StateMachine"})
_PIPELINE = "AWS::SageMaker::Pipeline"


class TemplateDocuments:
    """Reads the documents in the resources of one template."""

    def __init__(self, document: Document, template: CloudFormationTemplate) -> None:
        self._document = document
        self._context = template.context
        self._intrinsics = template.intrinsics
        self._branches = template.branches

    def read(self, resource: TemplateResource) -> Iterator[DocumentReading]:
        """Read the documents in one resource."""
        base: Steps = ("Resources", resource.name, "Properties")
        for branch, _ in self._branches.nodes(resource.properties):
            body = mapping_of(branch)
            if body is None:
                continue
            if resource.type in _STATE_MACHINES:
                yield from self._state_machine(resource.name, body, base)
            elif resource.type == _PIPELINE:
                for inner, _ in self._branches.nodes(body.get("PipelineDefinition")):
                    definition = mapping_of(inner)
                    if definition is not None:
                        steps = (*base, "PipelineDefinition", "PipelineDefinitionBody")
                        yield from self._string(resource.name, definition.get("PipelineDefinitionBody"), steps, no_substitute)
            else:
                for scalar, inner_steps in long_strings(body):
                    if scalar.value.lstrip().startswith("{"):
                        reading = read_string(scalar, self._document, self._context, _holder(resource.name, (*base, *inner_steps)))
                        if reading is not None:
                            yield reading

    def _state_machine(self, name: str, body: Mapping, base: Steps) -> Iterator[DocumentReading]:
        substitutions = mapping_of(body.get("DefinitionSubstitutions"))

        def substitute(variable: str) -> Text | None:
            return self._intrinsics.single_text(substitutions.get(variable)) if substitutions is not None else None

        yield from self._string(name, body.get("DefinitionString"), (*base, "DefinitionString"), substitute)
        for inner, _ in self._branches.nodes(body.get("Definition")):
            reading = stepfunctions.read_machine(inner, self._context, substitute, self._evaluate)
            yield within(reading, _holder(name, (*base, "Definition")))

    def _string(self, name: str, node: Node | None, steps: Steps, substitute: Substitute) -> Iterator[DocumentReading]:
        """Yield the documents that a string property may contain."""
        for branch, _ in self._branches.nodes_and_calls(node):
            call = intrinsic_call(branch)
            if call is not None and call.name == "Fn::ToJsonString":
                yield from self._written_out(name, call.argument, (*steps, call.name), substitute)
            elif call is None and isinstance(resolve(branch), Mapping):
                yield from self._written_out(name, branch, steps, substitute)
            else:
                embedded, substitute_all = self._embedded(branch, call, substitute)
                if embedded is not None:
                    reading = read_document(embedded, self._context, _holder(name, steps), substitute_all)
                    if reading is not None:
                        yield reading

    def _written_out(self, name: str, node: Node, steps: Steps, substitute: Substitute) -> Iterator[DocumentReading]:
        """Yield a definition that is part of the template's own tree."""
        definition = Document(resolve(node))
        if stepfunctions.claims(definition):
            yield within(stepfunctions.read_machine(node, self._context, substitute, self._evaluate), _holder(name, steps))
        elif pipeline.claims(definition):
            yield within(pipeline.read_pipeline(node, self._context, substitute, self._evaluate), _holder(name, steps))

    def _embedded(self, node: Node, call: IntrinsicCall | None, substitute: Substitute) -> tuple[EmbeddedDocument | None, Substitute]:
        """Return the document in a string, or in a function that makes one, and the `Substitute` for its placeholders."""
        content = resolve(node) if call is None else resolve(call.argument)
        if call is None:
            return (embedded_document(content, self._document) if isinstance(content, Scalar) else None), substitute
        if call.name == "Fn::Join":
            parts = self._join_parts(call)
            return (joined_document(parts, self._document) if parts is not None else None), substitute
        if call.name != "Fn::Sub":
            return None, substitute
        variables: Mapping | None = None
        if isinstance(content, Sequence) and len(content.items) == 2:
            variables, content = mapping_of(content.items[1]), resolve(content.items[0])
        embedded = embedded_document(content, self._document) if isinstance(content, Scalar) else None
        return embedded, self._substitute_of_sub(variables, substitute)

    def _substitute_of_sub(self, variables: Mapping | None, outer: Substitute) -> Substitute:
        def substitute(name: str) -> Text | None:
            bound = variables.get(name) if variables is not None else None
            if bound is not None:
                return self._intrinsics.single_text(bound)
            # `${!X}` becomes `${X}` in the string that `Fn::Sub` makes.
            return outer(name[1:]) if name.startswith("!") else self._intrinsics.references.single(name)

        return substitute

    def _join_parts(self, call: IntrinsicCall) -> list[JoinPart] | None:
        """Return the parts that a `Fn::Join` joins: literal strings, known values, and placeholders for the rest; None if it is malformed."""
        delimiter, listed = (resolve(call.items[0]), resolve(call.items[1])) if len(call.items) == 2 else (None, None)
        if not isinstance(delimiter, Scalar) or not isinstance(listed, Sequence) or len(listed.items) > MAX_PARTS:
            return None
        parts: list[JoinPart] = []
        for index, item in enumerate(listed.items):
            if index and delimiter.value:
                parts.append(JoinPart(delimiter))
            content = resolve(item)
            if intrinsic_call(item) is None and isinstance(content, Scalar):
                parts.append(JoinPart(content))
            elif content is not None:
                text = self._intrinsics.single_text(item)
                if text is not None and text.known and '"' not in text.value and "\\" not in text.value:
                    parts.append(JoinPart(None, text.value, content.span, known=True))
                else:
                    parts.append(JoinPart(None, _placeholder_name(item), content.span))
        return parts

    def _evaluate(self, node: Node) -> Text | None:
        """Return the text of a node that calls a function; None for any other node."""
        call = intrinsic_call(node)
        if call is None:
            return None
        return self._intrinsics.single_text(node) or unknown_text(node, call.name)


def _holder(resource: str, steps: Steps) -> Holder:
    return Holder(FORMAT, resource, pointer(*steps))


def _placeholder_name(node: Node) -> str:
    """Return the name of a placeholder: the resource or pseudo parameter that a call refers to, else its function."""
    call = intrinsic_call(node)
    if call is None:
        return "..."
    argument = resolve(call.argument)
    if call.name == "Ref" and isinstance(argument, Scalar):
        return "".join(c for c in argument.value if c not in '{}"\\\n')
    if call.name == "Fn::GetAtt":
        return "".join(c for c in ".".join(attribute_path(call)) if c not in '{}"\\\n')
    return call.name

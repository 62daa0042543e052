"""Documents that stand inside a string of another: a pipeline definition in a block scalar, a state machine as escaped JSON.

They are read as files of their own, and every place is mapped back to the file that holds them. They may be edited only where
they stand there verbatim: in a literal block scalar, or in a scalar without escapes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from smlint.model.deployment import Deployment, DocumentReading, Problem
from smlint.model.source import Span
from smlint.readers.api.fields import Substitute, nothing
from smlint.readers.common import ReadContext, pointer
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Document, Mapping, Node, Scalar, resolve
from smlint.syntax import Sequence as Listed
from smlint.syntax.embedded import SourceMap, inner_document, source_map

LONGEST = 2_000_000
"""Characters of a string that is looked into."""

YAML_LONGEST = 100_000
"""Characters of one that may be YAML, of which the slow parser has the last word."""

YAML_STRINGS = 30
"""Strings of a document after which those that may be YAML are passed over."""

_SHORTEST = 30
"""Characters of the shortest string that could be a document with an image or an instance type in it."""

# What a document of ours has in it; a string without any of these is not parsed.
_WORDS = (".dkr.", ":states:", '"2020-12-01"', "2020-12-01", "sagemaker", "SageMaker", '"ml.', " ml.")
_YAML_START = re.compile(r"(?:(?:#[^\n]*+|---[^\n]*+|[ \t]*+)\n)*+(?:- )?[\"']?[A-Za-z_][A-Za-z0-9_./-]{0,100}[\"']?:(?:[ \t][^\n]*)?\n")
_STRING_OR_PLACEHOLDER = re.compile(r'"(?:[^"\\]|\\.)*"|\$\{[^{}\n]{1,200}\}')


class Inner(NamedTuple):
    """A document inside a string, and whether it stands there verbatim."""

    document: Document
    verbatim: bool


class Part(NamedTuple):
    """A part of a string that is put together: literal text of a scalar; else what stands at a span, `${name}` or (`known`) `name` itself."""

    scalar: Scalar | None
    name: str = ""
    span: Span = Span(0, 0)
    known: bool = False


def embedded_document(scalar: Scalar, document: Document) -> Inner | None:
    """The document that a scalar of a document holds; None when it holds none, or its places cannot be told exactly."""
    if not _may_be_ours(scalar.value) or not document.text:
        return None
    if id(scalar) not in document.inner:  # the document keeps the scalar, so that its identity stays its own
        where = source_map(scalar, document.text) if _affordable(scalar.value, document) else None
        document.inner[id(scalar)] = _parsed(scalar.value, where, document.text) if where is not None else None
    found = document.inner[id(scalar)]
    if found is None:
        return None
    verbatim = (scalar.exact or scalar.style == "literal") and not scalar.aliased
    return Inner(found, verbatim)


def joined_document(parts: Sequence[Part], document: Document) -> Inner | None:
    """The document that parts make up; it is nowhere verbatim."""
    values: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for part in parts:
        if part.scalar is not None:
            where = source_map(part.scalar, document.text)
            if where is None:
                return None
            values.append(part.scalar.value)
            starts += where.starts
            ends += where.ends
        else:
            value = part.name if part.known else "${" + part.name + "}"
            values.append(value)
            starts += [part.span.start] * len(value)
            ends += [part.span.end] * len(value)
    value = "".join(values)
    if not _may_be_ours(value) or not document.text:
        return None
    found = _parsed(value, SourceMap(starts, ends), document.text)
    if found is None:
        return None
    first = next((part.scalar for part in parts if part.scalar is not None), None)
    document.inner[-id(first)] = found  # kept for those who look for suppressions in it
    return Inner(found, False)


def _may_be_ours(value: str) -> bool:
    if len(value) > LONGEST or not any(word in value for word in _WORDS):
        return False
    start = value.lstrip()
    return start[:1] in ("{", "[") or _YAML_START.match(start) is not None


def _affordable(value: str, document: Document) -> bool:
    """Whether a string may be parsed: YAML, which takes long where it is none after all, only in the first strings of a document."""
    return value.lstrip()[:1] in ("{", "[") or (len(value) <= YAML_LONGEST and len(document.inner) < YAML_STRINGS)


def _parsed(value: str, where: SourceMap, text: str) -> Document | None:
    found = inner_document(value, where, text)
    if found is not None or "${" not in value:
        return found
    # `"InstanceCount": ${Count}` is JSON once it is filled in: meanwhile a string of the same length that is a placeholder too.
    filled = _STRING_OR_PLACEHOLDER.sub(lambda match: match[0] if match[0][0] == '"' else '"$' + "X" * (len(match[0]) - 3) + '"', value)
    return inner_document(filled, where, text) if filled != value else None


def embedded_reading(
    scalar: Scalar,
    document: Document,
    environment: ReadContext,
    *,
    substitute: Substitute = nothing,
    format: str = "",
    resource: str = "",
    where: str = "",
) -> DocumentReading | None:
    """What the document in a scalar asks for; None when the scalar holds none of ours.

    `format`, `resource` and `where` (the JSON pointer of the scalar) say what holds it: if given, deployments and problems are reported as that
    resource's, with pointers that begin there. `substitute` tells what a `${name}` in it stands for.
    """
    inner = embedded_document(scalar, document)
    return reading_of(inner, environment, substitute=substitute, format=format, resource=resource, where=where) if inner is not None else None


def reading_of(
    inner: Inner, environment: ReadContext, *, substitute: Substitute = nothing, format: str = "", resource: str = "", where: str = ""
) -> DocumentReading | None:
    """As `embedded_reading`, of a document that has been found."""
    reading = _read(inner.document, environment, substitute)
    if reading is None or not (reading.deployments or reading.problems):
        return None
    return within(reading, format=format, resource=resource, where=where, fixable=inner.verbatim)


def _read(document: Document, environment: ReadContext, substitute: Substitute) -> DocumentReading | None:
    from smlint.readers import pipeline, reader_for, stepfunctions

    if stepfunctions.claims(document):
        return stepfunctions.read_machine(document.root, environment, stepfunctions.Machine(substitute))
    if pipeline.claims(document):
        return pipeline.read_pipeline(document.root, environment, substitute)
    reader = reader_for(document)
    # A configuration of no known format is taken from JSON only: a block of YAML may be an example, or part of a script.
    if reader is None or (reader.format == "generic" and document.kind != "json"):
        return None
    return reader.read(document, environment)


def within(reading: DocumentReading, *, format: str = "", resource: str = "", where: str = "", fixable: bool = True) -> DocumentReading:
    """A reading as part of the document that holds its own."""
    return DocumentReading(
        format or reading.format,
        tuple(_within(deployment, format, resource, where, fixable) for deployment in reading.deployments),
        tuple(_problem_within(problem, resource, where, fixable) for problem in reading.problems),
    )


def _within(deployment: Deployment, format: str, resource: str, where: str, fixable: bool) -> Deployment:
    return deployment._replace(
        format=format or deployment.format,
        resource=resource or deployment.resource,
        pointer=where + deployment.pointer,
        alternatives=deployment.alternatives and where + deployment.alternatives,
        fixable=deployment.fixable and fixable,
    )


def _problem_within(problem: Problem, resource: str, where: str, fixable: bool) -> Problem:
    return problem._replace(
        pointer=where + problem.pointer, resource=resource or problem.resource, replacement=problem.replacement if fixable else None
    )


# ---------------------------------------------------------------- documents of no other format


def claims(document: Document) -> bool:
    """Some string in it, whatever its key, holds a document of ours."""
    return next(_readings(document, ReadContext()), None) is not None


def read(document: Document, environment: ReadContext) -> DocumentReading:
    """The deployments of all documents in strings, and those of the document itself as a configuration of no known format."""
    from smlint.readers.generic import reader as generic

    readings = list(_readings(document, environment))
    format = readings[0].format if readings else generic.FORMAT
    if generic.claims(document):
        readings.append(generic.read(document, environment))
    return DocumentReading(
        format,
        tuple(deployment for reading in readings for deployment in reading.deployments),
        tuple(problem for reading in readings for problem in reading.problems),
    )


def _readings(document: Document, environment: ReadContext) -> Iterator[DocumentReading]:
    if not any(word in document.text for word in _WORDS):
        return
    for scalar, steps in long_strings(document.root):
        reading = embedded_reading(scalar, document, environment, where=pointer(*steps))
        if reading is not None:
            yield reading


def long_strings(root: Node | None) -> Iterator[tuple[Scalar, tuple[str | int, ...]]]:
    """The strings that may hold a document, each with the steps that lead to it; what an alias refers to only once."""
    seen: set[int] = set()
    stack: list[tuple[Node | None, tuple[str | int, ...]]] = [(root, ())]
    while stack:
        node, steps = stack.pop()
        found = resolve(node)
        if found is None or id(found) in seen:
            continue
        seen.add(id(found))
        if isinstance(found, Scalar):
            if len(found.value) >= _SHORTEST and found.style != "plain":
                yield found, steps
        elif isinstance(found, Mapping):
            for key, value in reversed(found.items):
                name = resolve(key)
                stack.append((value, (*steps, name.value if isinstance(name, Scalar) else "")))
        elif isinstance(found, Listed):
            for index, item in reversed(list(enumerate(found.items))):
                stack.append((item, (*steps, index)))

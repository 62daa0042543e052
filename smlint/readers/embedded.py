"""Read documents inside strings: a pipeline definition in a block scalar, a state machine as escaped JSON.

They are read like files, and every span is mapped back to the file around them. They are editable only if the file contains them verbatim:
in a literal block scalar, or in a scalar without escapes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from smlint.model.deployment import Deployment, DocumentReading, Problem
from smlint.model.source import Span
from smlint.readers.reader import ReadContext, Substitute, no_substitute
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Document, Mapping, Node, Scalar, resolve
from smlint.syntax import Sequence as SequenceNode
from smlint.syntax.embedded import SourceMap, inner_document, source_map
from smlint.syntax.substitutions import quote_substitutions

MAX_CHARACTERS = 2_000_000
"""Longer strings are not parsed."""

MAX_YAML_CHARACTERS = 100_000
"""Longer strings are not parsed as YAML, which only the slow parser can rule out."""

MAX_YAML_STRINGS = 30
"""After this many strings of a document, further ones are parsed only if they look like JSON."""

_MIN_CHARACTERS = 30
"""A shorter string cannot be a document with an image or an instance type."""

# A document that smlint reads contains at least one of these; a string without any is not parsed.
_WORDS = (".dkr.", ":states:", '"2020-12-01"', "2020-12-01", "sagemaker", "SageMaker", '"ml.', " ml.")
_YAML_START = re.compile(r"(?:(?:#[^\n]*+|---[^\n]*+|[ \t]*+)\n)*+(?:- )?[\"']?[A-Za-z_][A-Za-z0-9_./-]{0,100}[\"']?:(?:[ \t][^\n]*)?\n")


class EmbeddedDocument(NamedTuple):
    """A document inside a string, and whether the file contains it verbatim."""

    document: Document
    verbatim: bool


class JoinPart(NamedTuple):
    """A part of a string that a function joins: the literal text of a `scalar`, else the text at `span`.

    Without a scalar, the text is `name` itself if `known`, else the placeholder `${name}`.
    """

    scalar: Scalar | None
    name: str = ""
    span: Span = Span(0, 0)
    known: bool = False


class Holder(NamedTuple):
    """What contains an embedded document, for reports: format, resource, and the JSON pointer of the string.

    An empty format or resource keeps that of the embedded document.
    """

    format: str = ""
    resource: str = ""
    pointer: str = ""


def embedded_document(scalar: Scalar, document: Document) -> EmbeddedDocument | None:
    """Return the document in a scalar of `document`; None if there is none, or if its spans cannot be mapped exactly."""
    if not may_be_document(scalar.value) or not document.text:
        return None
    if scalar not in document.inner:
        source = source_map(scalar, document.text) if _affordable(scalar.value, document) else None
        document.inner[scalar] = _parsed(scalar.value, source, document.text) if source is not None else None
    inner = document.inner[scalar]
    if inner is None:
        return None
    return EmbeddedDocument(inner, verbatim=(scalar.exact or scalar.style == "literal") and not scalar.aliased)


def joined_document(parts: Sequence[JoinPart], document: Document) -> EmbeddedDocument | None:
    """Return the document that joined parts make up, which is never verbatim; None if they make up none."""
    values: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for part in parts:
        if part.scalar is not None:
            source = source_map(part.scalar, document.text)
            if source is None:
                return None
            values.append(part.scalar.value)
            starts += source.starts
            ends += source.ends
        else:
            value = part.name if part.known else "${" + part.name + "}"
            values.append(value)
            starts += [part.span.start] * len(value)
            ends += [part.span.end] * len(value)
    value = "".join(values)
    if not may_be_document(value) or not document.text:
        return None
    inner = _parsed(value, SourceMap(starts, ends), document.text)
    if inner is None:
        return None
    document.inner[tuple(part.scalar for part in parts)] = inner  # kept for suppressions, which may be in it
    return EmbeddedDocument(inner, verbatim=False)


def may_be_document(value: str) -> bool:
    """Return whether a string starts like JSON or YAML and contains a word of a document that smlint reads."""
    if len(value) > MAX_CHARACTERS or not any(word in value for word in _WORDS):
        return False
    start = value.lstrip()
    return start[:1] in ("{", "[") or _YAML_START.match(start) is not None


def _affordable(value: str, document: Document) -> bool:
    """Return whether to parse a string. YAML takes long to rule out, so only the first strings of a document are tried as YAML."""
    return value.lstrip()[:1] in ("{", "[") or (len(value) <= MAX_YAML_CHARACTERS and len(document.inner) < MAX_YAML_STRINGS)


def _parsed(value: str, source: SourceMap, text: str) -> Document | None:
    inner = inner_document(value, source, text)
    if inner is not None or "${" not in value:
        return inner
    # `"InstanceCount": ${Count}` is JSON once it is filled in. Until then, parse it with a string of the same length in its place.
    filled = quote_substitutions(value)
    return inner_document(filled, source, text) if filled != value else None


def read_string(
    scalar: Scalar, document: Document, context: ReadContext, holder: Holder, substitute: Substitute = no_substitute
) -> DocumentReading | None:
    """Read the document in a scalar of `document`; None if no format claims it, or if it has no deployments or problems.

    `substitute` returns the text of a `${name}` in it.
    """
    embedded = embedded_document(scalar, document)
    return read_document(embedded, context, holder, substitute) if embedded is not None else None


def read_document(embedded: EmbeddedDocument, context: ReadContext, holder: Holder, substitute: Substitute = no_substitute) -> DocumentReading | None:
    """Read an embedded document, as `read_string` does."""
    reading = context.read_embedded(embedded.document, context, substitute)
    if reading is None or not (reading.deployments or reading.problems):
        return None
    return within(reading, holder, fixable=embedded.verbatim)


def within(reading: DocumentReading, holder: Holder, *, fixable: bool = True) -> DocumentReading:
    """Return a reading as part of the surrounding document: its pointers start with the holder's."""
    return DocumentReading(
        holder.format or reading.format,
        tuple(_deployment_within(deployment, holder, fixable) for deployment in reading.deployments),
        tuple(_problem_within(problem, holder, fixable) for problem in reading.problems),
        possible=tuple(_deployment_within(deployment, holder, fixable) for deployment in reading.possible),
    )


def _deployment_within(deployment: Deployment, holder: Holder, fixable: bool) -> Deployment:
    return deployment._replace(
        format=holder.format or deployment.format,
        resource=holder.resource or deployment.resource,
        pointer=holder.pointer + deployment.pointer,
        alternatives=deployment.alternatives and holder.pointer + deployment.alternatives,
        fixable=deployment.fixable and fixable,
    )


def _problem_within(problem: Problem, holder: Holder, fixable: bool) -> Problem:
    return problem._replace(
        pointer=holder.pointer + problem.pointer,
        resource=holder.resource or problem.resource,
        replacement=problem.replacement if fixable else None,
    )


def long_strings(root: Node | None) -> Iterator[tuple[Scalar, tuple[str | int, ...]]]:
    """Yield the strings that may contain a document, each once, with the steps that lead to it."""
    visited: set[Node] = set()
    stack: list[tuple[Node | None, tuple[str | int, ...]]] = [(root, ())]
    while stack:
        node, steps = stack.pop()
        content = resolve(node)
        if content is None or content in visited:
            continue
        visited.add(content)
        if isinstance(content, Scalar):
            if len(content.value) >= _MIN_CHARACTERS and content.style != "plain":
                yield content, steps
        elif isinstance(content, Mapping):
            for key, value in reversed(content.items):
                name = resolve(key)
                stack.append((value, (*steps, name.value if isinstance(name, Scalar) else "")))
        elif isinstance(content, SequenceNode):
            for index, item in reversed(list(enumerate(content.items))):
                stack.append((item, (*steps, index)))

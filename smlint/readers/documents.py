"""Read documents: find the reader that claims each one, and let it read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from smlint.model.deployment import Deployment, DocumentReading
from smlint.model.source import Span
from smlint.readers.reader import DEFAULT_CONTEXT, ReadContext, Substitute
from smlint.readers.table import GENERIC, READERS, ReaderEntry
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Document


class _Claim(NamedTuple):
    """Documents of one text that a reader reads at once: all that it claims, or a single one."""

    entry: ReaderEntry
    documents: list[Document]


def read_documents(documents: Sequence[Document], contexts: Sequence[ReadContext]) -> list[DocumentReading]:
    """Read the documents of one text in each of one or more contexts.

    Returns one reading per context for each document that a format claims, with the index of the document. Readings are in the order of
    the documents, then of the contexts; documents that a format reads together come in the place of the first one.
    """
    contexts = [context._replace(read_embedded=read_embedded) for context in contexts]
    readings = []
    for entry, claimed in _claims(documents, contexts[0]):
        for context in contexts:
            for reading, document in zip(_read(entry, claimed, context), claimed, strict=True):
                readings.append((_as_possible(reading) if context.is_possible else reading)._replace(document=document.index))
    return readings


def entry_for(document: Document, context: ReadContext = DEFAULT_CONTEXT) -> ReaderEntry | None:
    """Return the table entry of the reader that claims a document; None if no reader does."""
    return _claiming(document, context, _possible(document.text))


def read_embedded(document: Document, context: ReadContext, substitute: Substitute) -> DocumentReading | None:
    """Read a document inside a string of another one; None if no format claims it.

    `substitute` returns the text of a `${name}` in it.
    """
    from smlint.readers import pipeline, stepfunctions

    if stepfunctions.claims(document):
        return stepfunctions.read_machine(document.root, context, substitute)
    if pipeline.claims(document):
        return pipeline.read_pipeline(document.root, context, substitute)
    entry = entry_for(document, context)
    # A configuration of no known format is read from JSON only: a block of YAML may be an example, or part of a script.
    if entry is None or (entry.name == GENERIC and document.kind != "json"):
        return None
    return entry.load().read(document, context)


def _read(entry: ReaderEntry, documents: Sequence[Document], context: ReadContext) -> list[DocumentReading]:
    reader = entry.load()
    if reader.read_together is not None:
        readings = reader.read_together(documents, context)
    else:
        readings = [reader.read(document, context) for document in documents]
    if context.region is not None:
        readings = [_with_other_regions(reading, document, context) for reading, document in zip(readings, documents, strict=True)]
    readings = [_with_shared_devices(reading) if len(reading.deployments) > 1 else reading for reading in readings]
    return readings if entry.editable else [_without_fixes(reading) for reading in readings]


def _with_shared_devices(reading: DocumentReading) -> DocumentReading:
    """Return a reading whose deployments know whether another container of their instance may use its device."""
    users: dict[Span, set[str]] = {}
    for deployment in reading.deployments:
        image = deployment.image.get()
        if deployment.instance_type.text is not None and (image is None or image.may_be_mirror or image.processor != "cpu"):
            users.setdefault(deployment.instance_type.text.anchor, set()).add(deployment.pointer)
    if not users:
        return reading
    return reading._replace(deployments=tuple(each._replace(shares_device=_has_neighbor(each, users)) for each in reading.deployments))


def _has_neighbor(deployment: Deployment, users: Mapping[Span, AbstractSet[str]]) -> bool:
    text = deployment.instance_type.text
    return text is not None and bool(users.get(text.anchor, frozenset()) - {deployment.pointer})


def _with_other_regions(reading: DocumentReading, document: Document, context: ReadContext) -> DocumentReading:
    """Return a reading whose deployments know whether the document mentions Regions other than that of the run."""
    if not any(deployment.follows_region() for deployment in reading.deployments):
        return reading
    if all(region == context.region for region in context.catalog.regions.mentioned_in(document.text)):
        return reading
    return reading._replace(deployments=tuple(each._replace(other_regions=each.follows_region()) for each in reading.deployments))


def _as_possible(reading: DocumentReading) -> DocumentReading:
    return DocumentReading(
        reading.format,
        nested=tuple(stack._replace(exists=False) for stack in reading.nested),
        possible=(*reading.deployments, *reading.possible),
        exports=tuple(link._replace(certain=False) for link in reading.exports),
        imports=tuple(link._replace(certain=False) for link in reading.imports),
    )


def _without_fixes(reading: DocumentReading) -> DocumentReading:
    return reading._replace(
        deployments=tuple(deployment._replace(fixable=False) for deployment in reading.deployments),
        problems=tuple(problem._replace(replacement=None) for problem in reading.problems),
    )


def _claims(documents: Sequence[Document], context: ReadContext) -> list[_Claim]:
    """Return the documents of one text by the reader that claims each, in order; unclaimed ones are left out."""
    claims: list[_Claim] = []
    together: dict[str, _Claim] = {}
    # A text may have a hundred thousand documents: search it for the readers' words once.
    text, possible = "", list(READERS)
    for document in documents:
        if document.text is not text:
            text, possible = document.text, _possible(document.text)
        entry = _claiming(document, context, possible)
        if entry is None:
            continue
        if entry.name in together:
            together[entry.name].documents.append(document)
            continue
        claim = _Claim(entry, [document])
        claims.append(claim)
        if entry.load().read_together is not None:
            together[entry.name] = claim
    return claims


def _possible(text: str) -> list[ReaderEntry]:
    """Return the readers that may claim a document of this text, by the words in it; all readers if the text is empty, that is, unknown."""
    return [entry for entry in READERS if not text or not entry.document_words or any(word in text for word in entry.document_words)]


def _claiming(document: Document, context: ReadContext, possible: Sequence[ReaderEntry]) -> ReaderEntry | None:
    return next((entry for entry in possible if entry.load().claims(document, context)), None)

"""Read one file: parse it, and turn its documents into deployments."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from smlint.images.catalog import load_catalog
from smlint.model.deployment import DocumentReading, Problem, ProblemKind
from smlint.model.settings import Settings
from smlint.model.source import Source, Span
from smlint.model.text import Text, TextRange
from smlint.readers.documents import read_documents
from smlint.readers.reader import ReadContext
from smlint.readers.table import GENERIC
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Document, ParseError, parse
from smlint.syntax.nodes import JsonFlaw

ReadDocuments = Callable[[Sequence[Document]], "tuple[DocumentReading, ...]"]
"""Read documents of a file that other files have changed, in the context of that file."""


class FileReading(NamedTuple):
    """A file that was parsed and read: a reading for each document and Region, or the error that stopped the parser.

    `linked_files` are the files with the other parts of its linked deployments. `arguments` are the values that parent templates pass to a
    nested one, by parameter, as text of those templates, the nearest first. `is_incomplete` says that other files may complete its
    deployments, but were not searched.
    """

    source: Source
    documents: tuple[Document, ...] = ()
    readings: tuple[DocumentReading, ...] = ()
    error: ParseError | None = None
    linked_files: tuple[FileReading, ...] = ()
    arguments: tuple[tuple[str, tuple[Text, ...]], ...] = ()
    is_incomplete: bool = False

    @property
    def has_links(self) -> bool:
        """Whether its readings name models, templates or parameters that other files may have."""
        return any(reading.exports or reading.imports or reading.nested or reading.parameters for reading in self.readings)


def read_file(source: Source, settings: Settings, context: ReadContext) -> FileReading:
    """Read a source in each Region of the settings. `context` comes from its folder, or from the template that nests it.

    Raises `SmlintError` for a catalog that cannot be read.
    """
    try:
        documents = parse(source.text, source.path)
    except ParseError as error:
        return FileReading(source, error=error)
    return read_parsed(source, documents, settings, context)


def read_parsed(source: Source, documents: Sequence[Document], settings: Settings, context: ReadContext) -> FileReading:
    """Read the documents of a source, as `read_file` does."""
    catalog = load_catalog(settings.catalog)
    contexts = [
        each._replace(
            region=region, parameters=each.parameters if each.is_nested else (*each.parameters, *settings.parameters), custom_catalog=catalog
        )
        for each in (context, *context.others)
        for region in ((each.region,) if each.region is not None else settings.regions or (None,))
    ]
    readings = read_documents(documents, contexts)
    if documents and documents[0].flaw is not None:
        flaw = documents[0].flaw
        commented_manifest = flaw.commented and any(reading.format != GENERIC for reading in readings)
        if flaw.error is not None and (commented_manifest or not flaw.commented):
            return FileReading(source, error=flaw.error)
        if commented_manifest or not flaw.commented:
            readings = [_add_flaw(reading, flaw) for reading in readings]
    if any(reading.format == GENERIC for reading in readings):
        from smlint.readers.generic.paths import deploys_nothing

        if deploys_nothing(source.path):
            readings = [reading for reading in readings if reading.format != GENERIC]
    kept = tuple(reading for reading in readings if _is_kept(reading))
    if settings.images or settings.registries:
        from smlint.project.image_overrides import apply_image_overrides

        kept = tuple(apply_image_overrides(reading, settings, catalog) for reading in kept)
    return FileReading(source, tuple(documents), kept)


def _is_kept(reading: DocumentReading) -> bool:
    return bool(reading.deployments or reading.problems or reading.nested or reading.parameters or reading.possible)


def _add_flaw(reading: DocumentReading, flaw: JsonFlaw) -> DocumentReading:
    """Add the reason why a `.json` file is not JSON to a reading with deployments."""
    if not reading.deployments:
        return reading
    place = TextRange(Text((), Span(flaw.offset, flaw.offset + 1)))
    return reading._replace(problems=(*reading.problems, Problem(kind=ProblemKind.NOT_JSON, place=place, message=f"not JSON: {flaw.message}")))

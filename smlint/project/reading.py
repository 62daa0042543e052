"""Read one file: parse it, and turn its documents into deployments."""

from __future__ import annotations

from smlint.images.catalog import load_catalog
from smlint.model.deployment import DocumentReading
from smlint.model.settings import Settings
from smlint.model.source import Source
from smlint.model.text import Text
from smlint.readers.documents import read_documents
from smlint.readers.reader import ReadContext
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Document, ParseError, parse


class FileReading(NamedTuple):
    """A file that was parsed and read: a reading for each document and Region, or the error that stopped the parser.

    `linked_files` are the files with the other parts of its linked deployments. `arguments` are the values that parent templates pass to a
    nested one, by parameter, as text of those templates, the nearest first.
    """

    source: Source
    documents: tuple[Document, ...] = ()
    readings: tuple[DocumentReading, ...] = ()
    error: ParseError | None = None
    linked_files: tuple[FileReading, ...] = ()
    arguments: tuple[tuple[str, tuple[Text, ...]], ...] = ()


def read_file(source: Source, settings: Settings, context: ReadContext) -> FileReading:
    """Read a source in each Region of the settings. `context` comes from its folder, or from the template that nests it.

    Raises `SmlintError` for a catalog that cannot be read.
    """
    try:
        documents = parse(source.text, source.path)
    except ParseError as error:
        return FileReading(source, error=error)
    parameters = (*context.parameters, *settings.parameters)
    regions = (context.region,) if context.region is not None else settings.regions or (None,)
    catalog = load_catalog(settings.catalog)
    contexts = [context._replace(region=region, parameters=parameters, custom_catalog=catalog) for region in regions]
    readings = read_documents(documents, contexts)
    kept = tuple(reading for reading in readings if reading.deployments or reading.problems or reading.nested or reading.parameters)
    if settings.images or settings.registries:
        from smlint.project.image_overrides import apply_image_overrides

        kept = tuple(apply_image_overrides(reading, settings, catalog) for reading in kept)
    return FileReading(source, tuple(documents), kept)

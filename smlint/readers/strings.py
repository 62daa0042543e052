"""Documents of no known format that contain other documents in their strings, whatever the key."""

from __future__ import annotations

from smlint.model.deployment import DocumentReading
from smlint.readers.common import mapping_of, pointer
from smlint.readers.embedded import Holder, long_strings, may_be_document, read_string
from smlint.readers.generic import reader as generic
from smlint.readers.generic.recordings import is_recording
from smlint.readers.reader import ReadContext, Reader, without_context
from smlint.syntax import Document


def claims(document: Document) -> bool:
    """Return whether some string in the document may contain a document that smlint reads."""
    root = mapping_of(document.root)
    if root is not None and is_recording(root):
        return False
    return document.text != "" and any(may_be_document(scalar.value) for scalar, _ in long_strings(document.root))


def read(document: Document, context: ReadContext) -> DocumentReading:
    """Read all documents in strings, and the document itself as a configuration of no known format."""
    strings = (read_string(scalar, document, context, Holder(pointer=pointer(*steps))) for scalar, steps in long_strings(document.root))
    readings = [reading for reading in strings if reading is not None]
    format = readings[0].format if readings else generic.FORMAT
    if generic.claims(document):
        readings.append(generic.read(document, context))
    return DocumentReading(
        format,
        tuple(deployment for reading in readings for deployment in reading.deployments),
        tuple(problem for reading in readings for problem in reading.problems),
        possible=tuple(deployment for reading in readings for deployment in reading.possible),
    )


READER = Reader(without_context(claims), read)

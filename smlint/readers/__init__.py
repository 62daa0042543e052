"""One reader a format: each turns the documents it claims into deployments, and knows no rule."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from smlint.model.deployment import DocumentReading
from smlint.readers.common import ReadContext
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Document

__all__ = ["Claim", "Environment", "Reader", "claimed", "reader_for"]


class Reader(NamedTuple):
    """A format: its name in reports, whether it claims a document, and what it reads in one.

    `read_together`, where a format has it, reads all the documents of one text that it claims, since objects in one may refer to
    objects in another; it gives one reading for each, in order.
    """

    format: str
    claims: Callable[[Document], bool]
    read: Callable[[Document, ReadContext], DocumentReading]
    read_together: Callable[[Sequence[Document], ReadContext], list[DocumentReading]] | None = None


class Claim(NamedTuple):
    """Documents of one text that a reader reads together: all that it claims, or one, as its format is."""

    reader: Reader
    documents: tuple[Document, ...]

    def readings(self, environment: ReadContext) -> list[tuple[DocumentReading, Document]]:
        """What the reader sees in each of the documents."""
        if self.reader.read_together is None:
            return [(self.reader.read(document, environment), document) for document in self.documents]
        return list(zip(self.reader.read_together(self.documents, environment), self.documents, strict=True))


def _native() -> Reader:
    from smlint.readers import native

    return Reader(native.FORMAT, native.claims, native.read)


def _cloudformation() -> Reader:
    from smlint.readers import cloudformation

    return Reader(cloudformation.FORMAT, cloudformation.claims, cloudformation.read)


def _terraform() -> Reader:
    from smlint.readers.terraform import reader as terraform

    return Reader(terraform.FORMAT, terraform.claims, terraform.read)


def _kubernetes() -> Reader:
    from smlint.readers.kubernetes import reader as kubernetes

    return Reader(kubernetes.FORMAT, kubernetes.claims, kubernetes.read, kubernetes.read_together)


def _stepfunctions() -> Reader:
    from smlint.readers import stepfunctions

    return Reader(stepfunctions.FORMAT, stepfunctions.claims, stepfunctions.read)


def _pipeline() -> Reader:
    from smlint.readers import pipeline

    return Reader(pipeline.FORMAT, pipeline.claims, pipeline.read)


def _request() -> Reader:
    from smlint.readers import request

    return Reader(request.FORMAT, request.claims, request.read)


def _embedded() -> Reader:
    from smlint.readers import embedded

    return Reader("embedded", embedded.claims, embedded.read)


def _generic() -> Reader:
    from smlint.readers.generic import reader as generic

    return Reader(generic.FORMAT, generic.claims, generic.read)


# The order decides: the first that claims a document reads it. Each is imported when it is asked.
_READERS: tuple[Callable[[], Reader], ...] = (
    _native,
    _cloudformation,
    _terraform,
    _kubernetes,
    _stepfunctions,
    _pipeline,
    _request,
    _embedded,
    _generic,
)

# What a text of the format has in it: without that, the reader is not even imported. Keys and values stand in a text as they are, or in
# quotes; `embedded` looks for JSON in quotes and for block scalars.
_WORDS: dict[Callable[[], Reader], tuple[str, ...]] = {
    _native: ("smlint",),
    _cloudformation: ("Resources",),
    _terraform: ("aws_sagemaker_", "aws_sfn_state_machine", "format_version", "terraform_version"),
    _stepfunctions: ("StartAt",),
    _pipeline: ("2020-12-01",),
    _request: ("AlgorithmSpecification", "AppSpecification", "TransformResources", "Container", "Variants", "Specification", "InstanceGroups",
               "MonitoringSchedule", "NotebookInstanceName", "OptimizationConfigs", "HyperParameterTuningJobConfig", "SchemaVersion"),
    _embedded: (*(quote + begin for quote in "\"'" for begin in ("{", "[", " {", " [", "  ", "\t", "\n", "\r")), "\\n", "|", ">"),
}  # fmt: skip


def reader_for(document: Document) -> Reader | None:
    """The reader that claims the document; None when it is nobody's."""
    return _claiming(document, _possible(document.text))


def _possible(text: str) -> list[Callable[[], Reader]]:
    """The readers of which a text has a word, and those that have none; all for an empty text, which nobody knows."""
    return [load for load in _READERS if not text or (words := _WORDS.get(load)) is None or any(word in text for word in words)]


def _claiming(document: Document, possible: Sequence[Callable[[], Reader]]) -> Reader | None:
    for load in possible:
        reader = load()
        if reader.claims(document):
            return reader
    return None


def claimed(documents: Sequence[Document]) -> list[Claim]:
    """The documents of one text by the reader that claims each, in order; those that are nobody's are left out."""
    found: list[tuple[Reader, list[Document]]] = []
    together: dict[str, list[Document]] = {}
    # A text may have a hundred thousand documents: it is searched once.
    text, possible = "", list(_READERS)
    for document in documents:
        if document.text is not text:
            text, possible = document.text, _possible(document.text)
        reader = _claiming(document, possible)
        if reader is None:
            continue
        if reader.format in together:
            together[reader.format].append(document)
            continue
        found.append((reader, [document]))
        if reader.read_together is not None:
            together[reader.format] = found[-1][1]
    return [Claim(reader, tuple(own)) for reader, own in found]

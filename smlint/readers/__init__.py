"""One reader a format: each turns the documents it claims into deployments, and knows no rule."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from smlint.model import Reading
from smlint.nodes import Document
from smlint.readers.facts import Environment

__all__ = ["Environment", "Reader", "reader_for"]


class Reader(NamedTuple):
    """A format: its name in reports, whether it claims a document, and what it reads in one."""

    format: str
    claims: Callable[[Document], bool]
    read: Callable[[Document, Environment], Reading]


def _native() -> Reader:
    from smlint.readers import native

    return Reader(native.FORMAT, native.claims, native.read)


def _cloudformation() -> Reader:
    from smlint.readers import cloudformation

    return Reader(cloudformation.FORMAT, cloudformation.claims, cloudformation.read)


def _generic() -> Reader:
    from smlint.readers import generic

    return Reader(generic.FORMAT, generic.claims, generic.read)


# The order decides: the first that claims a document reads it. Each is imported when it is asked.
_READERS: tuple[Callable[[], Reader], ...] = (_native, _cloudformation, _generic)


def reader_for(document: Document) -> Reader | None:
    """The reader that claims the document; None when it is nobody's."""
    for load in _READERS:
        reader = load()
        if reader.claims(document):
            return reader
    return None

"""Fuzz `smlint.syntax`: any text gives a tree with exact spans, or a `ParseError`."""

from __future__ import annotations

from fuzz.invariants.nodes import holds
from fuzz.text import decoded, filename_of
from fuzz.vocabulary import manifests


def check(data: bytes) -> None:
    """Test one text."""
    text = decoded(data)
    holds(text.removeprefix("\ufeff"), filename_of(text))


def seeds() -> list[bytes]:
    """Return the initial inputs: the manifests in `fixtures`."""
    return manifests()

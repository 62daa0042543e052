"""Fuzz `smlint.syntax`: any text is a tree with exact places, or a `ParseError`."""

from __future__ import annotations

from fuzz.invariants.nodes import holds
from fuzz.text import decoded, filename_of
from fuzz.vocabulary import manifests


def check(data: bytes) -> None:
    """One input: a text."""
    text = decoded(data)
    holds(text.removeprefix("\ufeff"), filename_of(text))


def seeds() -> list[bytes]:
    """Inputs to begin with: the manifests of `fixtures`."""
    return manifests()

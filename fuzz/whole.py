"""Fuzz `smlint.lint` and `smlint.fix`: whatever the text, findings that stand in it, and repairs that touch nothing else."""

from __future__ import annotations

from zlib import crc32

from fuzz.invariants.whole import holds
from fuzz.text import decoded, filename_of
from fuzz.vocabulary import manifests


def check(data: bytes) -> None:
    """One input: a manifest. How it is judged follows from its bytes, so that an input is a plain file."""
    text = decoded(data)
    choice = crc32(data)
    holds(text, filename_of(text), regions=("eu-south-1",) if choice & 3 == 0 else (), unsafe=bool(choice & 4))


def seeds() -> list[bytes]:
    """Inputs to begin with: the manifests of `fixtures`."""
    return manifests()

"""Fuzz `smlint.lint` and `smlint.fix`: for any text, findings lie within it, and fixes change nothing else."""

from __future__ import annotations

from zlib import crc32

from fuzz.invariants.whole import holds
from fuzz.text import decoded, filename_of
from fuzz.vocabulary import manifests


def check(data: bytes) -> None:
    """Test one manifest. A checksum of its bytes selects the options, so that an input is a plain file."""
    text = decoded(data)
    choice = crc32(data)
    holds(text, filename_of(text), regions=("eu-south-1",) if choice & 3 == 0 else (), unsafe=bool(choice & 4))


def seeds() -> list[bytes]:
    """Return the initial inputs: the manifests in `fixtures`."""
    return manifests()

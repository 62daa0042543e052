"""Turn bytes into texts for smlint."""

from __future__ import annotations


def decoded(data: bytes) -> str:
    """Decode any bytes. Invalid UTF-8 becomes lone surrogates, which callers of the library could also pass."""
    return data.decode("utf-8", "surrogateescape")


def filename_of(text: str) -> str:
    """Return a plausible name for a file with this text."""
    return "deploy.json" if text.lstrip("\ufeff \t\r\n")[:1] in ("{", "[") else "deploy.yaml"

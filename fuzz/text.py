"""Bytes as the texts that smlint is given."""

from __future__ import annotations


def decoded(data: bytes) -> str:
    """The text of any bytes; what is not UTF-8 becomes a lone surrogate, which a caller of the library may pass as well."""
    return data.decode("utf-8", "surrogateescape")


def filename_of(text: str) -> str:
    """The name that a file with this text would have."""
    return "deploy.json" if text.lstrip("\ufeff \t\r\n")[:1] in ("{", "[") else "deploy.yaml"

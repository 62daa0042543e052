"""Texts from manifests in HTML."""

from html import escape


def shown(text: str) -> str:
    """The text as HTML shows it and no more: nothing in it is obeyed, what cannot be printed is a blank, half a surrogate pair is spelt out."""
    return escape("".join(c if c.isprintable() else " " for c in text.encode("utf-8", "backslashreplace").decode("utf-8")))

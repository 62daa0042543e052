"""Parse YAML or JSON text into documents."""

from __future__ import annotations

from smlint.syntax.nodes import Document, ParseError


def parse(text: str, filename: str = "") -> list[Document]:
    """The documents of a YAML or JSON text.

    JSON (one value, by RFC 8259) is read without the YAML parser, which knows no surrogate pairs and takes longer to import than
    to run. All else is YAML, also what only looks like JSON (comments, trailing commas, NaN); `filename` decides whose
    error is shown then. Raises `ParseError`.
    """
    if text.startswith("\ufeff"):
        raise ParseError("second byte order mark", 0)  # the source takes one off; the C parser would be off by one
    # The collector goes through the growing tree again and again and finds nothing: without it 10 MB take a third of the time.
    import gc

    enabled = gc.isenabled()
    gc.disable()
    try:
        documents = _parse(text, filename)
    finally:
        if enabled:
            gc.enable()
    for document in documents:
        document.text = text
    return documents


def _parse(text: str, filename: str) -> list[Document]:
    not_json = None
    if text.lstrip(" \t\r\n")[:1] in ("{", "["):
        from smlint.syntax.json_parser import NotJson, parse_json

        try:
            return [parse_json(text)]
        except NotJson as error:
            not_json = error
    from smlint.syntax.yaml_parser import parse_yaml

    try:
        return parse_yaml(text)
    except ParseError:
        if not_json is not None and filename.lower().endswith(".json"):
            raise ParseError(not_json.message, not_json.offset) from None
        raise

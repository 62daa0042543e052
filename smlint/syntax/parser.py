"""Parse YAML or JSON text into documents."""

from __future__ import annotations

from smlint.syntax.nodes import Document, ParseError


def parse(text: str, filename: str = "") -> list[Document]:
    """Parse a YAML or JSON text into its documents.

    Strict JSON (RFC 8259) does not use the YAML parser, which rejects surrogate pairs and takes longer to import than to run. Everything
    else is parsed as YAML, including text that only resembles JSON (trailing commas, NaN). If `filename` ends in `.json`, comments are
    skipped, the documents say why they are not JSON, and errors describe JSON. Raises `ParseError`.
    """
    if text.startswith("\ufeff"):
        raise ParseError("second byte order mark", 0)  # `Source` has removed one; with another, the C parser's offsets are off by one
    # The garbage collector would traverse the growing tree repeatedly and find nothing. Without it, 10 MB take a third of the time.
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


def _state_machine(text: str) -> Document | None:
    """Parse the definition of a state machine with substitutions outside strings; None for any other text."""
    if "${" not in text or '"StartAt"' not in text or '"States"' not in text:
        return None
    from smlint.syntax.json_parser import NotJson, parse_json
    from smlint.syntax.substitutions import quote_substitutions

    try:
        return parse_json(quote_substitutions(text))
    except NotJson:
        return None


def _parse(text: str, filename: str) -> list[Document]:
    not_json = None
    if text.lstrip(" \t\r\n")[:1] in ("{", "["):
        from smlint.syntax.json_parser import NotJson, parse_json

        try:
            return [parse_json(text)]
        except NotJson as error:
            not_json = error
        document = _state_machine(text)
        if document is not None:
            return [document]
    if filename.lower().endswith(".json"):
        from smlint.syntax.almost_json import parse_almost_json

        return parse_almost_json(text, not_json)
    from smlint.syntax.yaml_parser import parse_yaml

    return parse_yaml(text)

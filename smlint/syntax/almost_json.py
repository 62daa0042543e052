"""Parse `.json` files that are not JSON: with comments or trailing commas, in single quotes, or one value per line.

Editors and compilers read JSON with comments (https://code.visualstudio.com/docs/languages/json#_json-with-comments, read 2026-11-29). The
tools that deploy to SageMaker do not, so each document has a `JsonFlaw`, and its reader decides whether to report it.
"""

from __future__ import annotations

import json
import re

from smlint.syntax.json_parser import NotJson, parse_json
from smlint.syntax.nodes import Document, JsonFlaw, ParseError

_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*+"|//[^\n]*+|/\*(?:[^*]|\*(?!/))*+\*/')
_TRAILING_COMMA = re.compile(r'("(?:[^"\\\n]|\\.)*+")|,(?=[ \t\r\n]*+[}\]])')
_SUBSTITUTION = re.compile(r"[:,\[][ \t]{0,20}\$\{[A-Za-z_]")


def parse_almost_json(text: str, not_json: NotJson | None) -> list[Document]:
    """Parse a text that is not JSON. `not_json` is the error of the JSON parser; None if the text does not start like JSON. Raises `ParseError`."""
    from smlint.syntax.yaml_parser import parse_yaml

    reason = _described(not_json, text) if not_json is not None else NotJson("expected '{' or '['", len(text) - len(text.lstrip()))
    error = None
    try:
        documents = parse_yaml(text)
    except ParseError as failure:
        if _is_json_lines(text):
            return []
        documents = []
        error = ParseError(reason.message, reason.offset) if not_json is not None else failure
    without_comments = _without_comments(text)
    commented = without_comments != text
    if commented and (document := _json(_without_trailing_commas(without_comments))) is not None:
        documents = [document]
    elif error is not None and commented:
        try:
            documents = parse_yaml(without_comments)
        except ParseError:
            raise error from None
    elif error is not None:
        raise error
    if error is not None or not _is_loose_json(text):
        for document in documents:
            document.flaw = JsonFlaw(reason.message, reason.offset, commented=commented, error=error)
    return documents


def _described(error: NotJson, text: str) -> NotJson:
    """Name the fault if it is a common one."""
    if text[error.offset : error.offset + 1] in ("}", "]") and text[: error.offset].rstrip().endswith(","):
        return NotJson("trailing comma", error.offset)
    return NotJson("single quotes", error.offset) if text[error.offset : error.offset + 1] == "'" else error


def _json(text: str) -> Document | None:
    try:
        return parse_json(text)
    except NotJson:
        return None


def _without_comments(text: str) -> str:
    """Replace the comments in a text with blanks, so that offsets stay valid."""
    return _TOKEN.sub(lambda match: match[0] if match[0][0] == '"' else re.sub(r"[^\n\r]", " ", match[0]), text) if "/" in text else text


def _without_trailing_commas(text: str) -> str:
    return _TRAILING_COMMA.sub(lambda match: match[1] or " ", text)


def _is_loose_json(text: str) -> bool:
    """Return whether common JSON parsers accept the text (`NaN`, line breaks in strings), or it has a `${Name}` that is filled in first."""
    if _SUBSTITUTION.search(text) is not None:
        return True
    try:
        json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return False
    return True


def _is_json_lines(text: str) -> bool:
    """Return whether every line is a JSON value, as in a log, which no tool deploys."""
    lines = [line for line in text.splitlines() if line.strip()]
    try:
        return len(lines) > 1 and all(isinstance(json.loads(line), dict | list) for line in lines)
    except (ValueError, RecursionError):
        return False

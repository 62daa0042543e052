"""Recognize text that is no YAML or JSON because a template engine has yet to fill it in."""

from __future__ import annotations

import re

_CONTROL_LINE = r"(?m)^[ \t]*(?:<%|%\{)"
"""A line of ERB, EJS or JSP, or a directive of Terraform's `templatefile`."""

_JSON_SUBSTITUTION = r"[:,\[][ \t]{0,20}\$\{[A-Za-z_]"

_VALUE = r"(?m)(?:[:,\[{]|^[ \t]*-)[ \t]{0,20}(?:@@?[A-Za-z_]|%[A-Za-z_]\w{0,100}%)|[{\[].{0,200}[:,\[{][ \t]{0,20}[$#]\{"
"""A placeholder without quotes that is no YAML: one that starts with `@` or `%`, or one with braces inside a flow collection."""

_JSON_VALUE = _VALUE + r"|[:,\[][ \t]{0,20}(?:##[A-Za-z_]|__[A-Za-z]|<[A-Za-z_%])"
"""A placeholder without quotes that is no JSON. In YAML, these are strings and comments."""

_NEARBY = 2000
"""The most characters to search on either side of an error."""


def is_unrendered(text: str, offset: int) -> bool:
    """Return whether text that a parser rejects at an offset is a template.

    It is if it has an expression or a directive of a template engine (`{{ x }}`, `{% x %}`, `<% x %>`) anywhere, or a placeholder that its
    format does not allow without quotes on the line of the error or the one above. In JSON, `${x}` counts anywhere.
    """
    if "{{" in text or "{%" in text or re.search(_CONTROL_LINE, text) is not None:
        return True
    is_json = text.lstrip()[:1] in ("{", "[")
    if is_json and re.search(_JSON_SUBSTITUTION, text) is not None:
        return True
    line = text.rfind("\n", 0, offset) + 1
    start = max(text.rfind("\n", 0, max(line - 1, 0)) + 1, offset - _NEARBY)
    end = text.find("\n", offset)
    lines = text[start : min(end if end >= 0 else len(text), offset + _NEARBY)]
    return (re.search(_JSON_VALUE, lines) if is_json else re.search(_VALUE, lines)) is not None

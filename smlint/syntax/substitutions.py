"""JSON with values that a deployment fills in: `"InstanceCount": ${Count}` in the definition of a state machine."""

from __future__ import annotations

import re

_STRING_OR_SUBSTITUTION = re.compile(r'"(?:[^"\\]|\\.)*"|\$\{[^{}\n]{1,200}\}')


def quote_substitutions(text: str) -> str:
    """Replace each `${name}` outside a string by a string of the same length that is a placeholder, so that the text may be JSON."""
    return _STRING_OR_SUBSTITUTION.sub(lambda match: match[0] if match[0][0] == '"' else '"$' + "X" * (len(match[0]) - 3) + '"', text)

"""Read the names of anchors as YAML 1.2 does: up to the next blank or flow indicator.

The parsers follow YAML 1.1, where a name consists of letters, digits, `-` and `_`: they read `&img:v1 value` as the anchor `img` on the
value `:v1 value`, and reject `&a.b`. So names with other characters are replaced, before parsing, with names of the same length that do not
occur in the text. After parsing, the original names are restored, also in values. https://yaml.org/spec/1.2.2/#692-node-anchors
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from smlint.syntax.nodes import Alias, Document, Scalar, walk

_MAX_NAMES = 100
_NAME = r"[^\s,\[\]{}\"'\\]{1,200}"  # without quotes, which end a string that contains the name
_SPECIAL_ANCHOR = re.compile(rf"(?:^|(?<=[\s\[{{,]))&(?=[A-Za-z0-9_-]*+[^A-Za-z0-9_\-\s,\[\]{{}}\"'])({_NAME})(?=[\s,\[\]{{}}]|$)")
_REFERENCE = re.compile(rf"(?:^|(?<=[\s\[{{,]))[&*]({_NAME})(?=[\s,\[\]{{}}]|$)")
_FILLERS = "xyzuvwqjk0123456789"


def special_names(text: str) -> dict[str, str]:
    """Return the names of anchors that YAML 1.1 cannot read, each with a replacement of the same length.

    Leaves out a name if all possible replacements occur in the text.
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    for match in _SPECIAL_ANCHOR.finditer(text):
        name = match[1]
        if name in names or len(names) >= _MAX_NAMES:
            continue
        for filler in _FILLERS:
            plain = "".join(c if (c.isascii() and c.isalnum()) or c in "-_" else filler for c in name)
            if plain not in text and plain not in taken:
                names[name] = plain
                taken.add(plain)
                break
    return names


def replace_names(text: str, names: Mapping[str, str]) -> str:
    """Replace the names of anchors and aliases in a text."""

    def replace(match: re.Match[str]) -> str:
        new = names.get(match[1])
        return match[0] if new is None else match[0][0] + new

    return _REFERENCE.sub(replace, text)


def restore_names(documents: Iterable[Document], names: Mapping[str, str], text: str) -> None:
    """Restore the original names in documents. `names` maps replacements to original names; `text` is the original text."""
    for document in documents:
        for node in walk(document.root):
            if isinstance(node, Alias):
                node.name = names.get(node.name, node.name)
                continue
            if node.anchor is not None:
                node.anchor = names.get(node.anchor, node.anchor)
            if not isinstance(node, Scalar):
                continue
            if node.exact:
                node.value = text[node.start : node.end]
            else:
                for new, old in names.items():
                    node.value = node.value.replace(new, old)

"""The tree that ruamel.yaml's own composer makes of a text, to compare smlint's with."""

from __future__ import annotations

import re
import warnings

from ruamel.yaml import YAML
from ruamel.yaml.composer import ComposerError
from ruamel.yaml.cyaml import CSafeLoader
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from smlint.syntax import Document, Mapping, Node, Scalar, Sequence, resolve
from smlint.syntax.nodes import joined_surrogates


def compare(text: str, documents: list[Document]) -> None:
    """Raise `AssertionError` unless both trees have one shape and equal values. Texts that ruamel.yaml cannot compose are left alone."""
    known = composed(text)
    if known is None:
        return
    assert len(known) == len(documents), f"{len(documents)} documents instead of {len(known)}"
    stack: list[tuple[Node | None, object]] = [(document.root, other) for document, other in zip(documents, known, strict=True)]
    visited: set[int] = set()
    while stack:
        mine, other = stack.pop()
        node = resolve(mine)
        if node is None:
            assert isinstance(other, ScalarNode), f"nothing instead of {other!r}"
            assert other.value == "", f"nothing instead of {other.value!r}"
        elif id(node) not in visited:
            visited.add(id(node))
            if isinstance(other, ScalarNode):
                assert isinstance(node, Scalar), f"{node!r} instead of a scalar"
                assert node.value == joined_surrogates(other.value), f"{node!r} instead of {other.value!r}"
            elif isinstance(other, MappingNode):
                assert isinstance(node, Mapping), f"{node!r} instead of a mapping"
                assert len(node.items) == len(other.value), f"{node!r} instead of {len(other.value)} items"
                for pair, theirs in zip(node.items, other.value, strict=True):
                    stack += zip(pair, theirs, strict=True)
            else:
                assert isinstance(other, SequenceNode)
                assert isinstance(node, Sequence), f"{node!r} instead of a sequence"
                assert len(node.items) == len(other.value), f"{node!r} instead of {len(other.value)} items"
                stack += zip(node.items, other.value, strict=True)


def composed(text: str) -> list[object] | None:
    """The documents' nodes, by its C parser or, where that refuses, by the pure one, as smlint does it; None where both refuse.

    A composer refuses some texts that smlint takes: an anchor that is used again, for one.
    """
    try:
        loader = CSafeLoader(text)
        found: list[object] = []
        while loader.check_node():
            found.append(loader.get_node())
    except ComposerError:
        return None
    except (YAMLError, UnicodeError):
        return _composed_purely(text)
    return found


def _composed_purely(text: str) -> list[object] | None:
    """By the pure composer, which alone takes a marker of documents for a part of the block scalar before it, and a byte order mark for text."""
    if "\ufeff" in text or (re.search(r"[|>]", text) and re.search(r"(?:^|[\r\n\x85\u2028\u2029])(?:---|\.\.\.)", text)):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an anchor that is used again
            return list(YAML(typ="safe", pure=True).compose_all(text))
    except Exception:  # of a text that is not YAML, ruamel.yaml raises ValueError, IndexError and more
        return None

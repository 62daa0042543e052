"""Compare the trees of smlint with those of ruamel.yaml's composer."""

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
    """Raise `AssertionError` if the trees differ in structure or values. Texts that ruamel.yaml cannot compose are ignored."""
    expected = composed(text)
    if expected is None:
        return
    assert len(expected) == len(documents), f"{len(documents)} documents instead of {len(expected)}"
    stack: list[tuple[Node | None, object]] = [(document.root, other) for document, other in zip(documents, expected, strict=True)]
    visited: set[Node] = set()
    while stack:
        actual, other = stack.pop()
        node = resolve(actual)
        if node is None:
            assert isinstance(other, ScalarNode), f"nothing instead of {other!r}"
            assert other.value == "", f"nothing instead of {other.value!r}"
        elif node not in visited:
            visited.add(node)
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
    """Return the root nodes from the C parser, or if that fails from the pure Python parser, like smlint; None if both fail.

    The composer rejects some texts that smlint accepts, such as a redefined anchor.
    """
    try:
        loader = CSafeLoader(text)
        roots: list[object] = []
        while loader.check_node():
            roots.append(loader.get_node())
    except ComposerError:
        return None
    except (YAMLError, UnicodeError):
        return _composed_purely(text)
    return roots


def _composed_purely(text: str) -> list[object] | None:
    """Compose with the pure Python parser. It misreads document markers after block scalars, and byte order marks, so skip those texts."""
    if "\ufeff" in text or (re.search(r"[|>]", text) and re.search(r"(?:^|[\r\n\x85\u2028\u2029])(?:---|\.\.\.)", text)):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # redefined anchors
            return list(YAML(typ="safe", pure=True).compose_all(text))
    except Exception:  # for invalid YAML, ruamel.yaml also raises ValueError, IndexError and others
        return None

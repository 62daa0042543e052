"""Read the fields of a request: as the API names them, or through the expressions of the surrounding format."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from smlint.model.text import Piece, Text
from smlint.readers.common import EACH, Path, is_explicit_null, text_of
from smlint.readers.reader import Substitute, no_substitute
from smlint.syntax import Mapping, Node, Scalar, Sequence, Steps, resolve

Evaluate = Callable[[Node], Text | None]
"""Return the text of a node in the language of the document around the request; None for any other node."""


def unknown_text(node: Node, name: str) -> Text:
    """Return a text that is one placeholder, called `name`, at the span of a node."""
    return Text((Piece(None, node.span, None, name),), node.span)


class FieldReader:
    """Reads the fields of requests as they are written; formats with expressions of their own override `text`, `child` and `value`."""

    def __init__(self, substitute: Substitute = no_substitute, evaluate: Evaluate | None = None) -> None:
        self._substitute = substitute
        self._evaluate = evaluate

    def text(self, holder: Mapping, key: str) -> Text | None:
        """Return the text of a field, with placeholders for what is unknown; None if the field is absent or null."""
        node = holder.get(key)
        return None if node is None or is_explicit_null(node) else self.value(node)

    def value(self, node: Node) -> Text:
        """Return the text of a node that is not null."""
        evaluated = self._evaluate(node) if self._evaluate is not None else None
        if evaluated is not None:
            return evaluated
        text = text_of(node)
        return self.fill_in(text) if text is not None else unknown_text(node, "...")

    def child(self, holder: Mapping, key: str) -> Node | None:
        """Return the node under a key; None if there is none."""
        return holder.get(key)

    def fill_in(self, text: Text) -> Text:
        """Return a text with its known placeholders filled in."""
        if text.known or self._substitute is no_substitute:
            return text
        pieces: list[Piece] = []
        for piece in text.pieces:
            value = self._substitute(piece.name) if piece.text is None else None
            if value is None:
                pieces.append(piece)
            else:
                pieces += (part if part.span is not None else part._replace(span=piece.span) for part in value.pieces)
        return Text(tuple(pieces), text.anchor)

    def texts(self, holder: Mapping, path: Path) -> Iterator[tuple[Text, Steps]]:
        """Yield the texts at a path below a mapping, with the steps to each."""
        for owner, steps in self.mappings(holder, path[:-1] if path[-1] != EACH else path[:-2]):
            if not isinstance(owner, Mapping):
                yield unknown_text(owner, "..."), steps
            elif path[-1] == EACH:
                yield from self._elements(owner, path[-2], steps)
            else:
                text = self.text(owner, path[-1])
                if text is not None:
                    yield text, (*steps, path[-1])

    def _elements(self, owner: Mapping, key: str, steps: Steps) -> Iterator[tuple[Text, Steps]]:
        elements = resolve(self.child(owner, key))
        if isinstance(elements, Sequence):
            for index, item in enumerate(elements.items):
                if not is_explicit_null(item):
                    yield self.value(item), (*steps, key, index)

    def mappings(self, holder: Mapping, path: Path) -> Iterator[tuple[Mapping | Scalar, Steps]]:
        """Yield the mappings at a path, with the steps to each; a scalar where an expression is written instead of a mapping."""
        nodes: list[tuple[Node, Steps]] = [(holder, ())]
        for step in path:
            below: list[tuple[Node, Steps]] = []
            for node, steps in nodes:
                owner = resolve(node)
                if isinstance(owner, Scalar) and not is_explicit_null(owner):
                    below.append((owner, steps))
                elif step == EACH and isinstance(owner, Sequence):
                    below += ((item, (*steps, index)) for index, item in enumerate(owner.items))
                elif isinstance(owner, Mapping) and step != EACH:
                    child = self.child(owner, step)
                    if child is not None:
                        below.append((child, (*steps, step)))
            nodes = below
        for node, steps in nodes:
            owner = resolve(node)
            if isinstance(owner, Mapping) or (isinstance(owner, Scalar) and not is_explicit_null(owner)):
                yield owner, steps

"""The fields of a request: as the API has them, or by the expressions of the format that holds the request."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from smlint.model.text import Piece, Text
from smlint.readers.api.shapes import EACH, Path
from smlint.readers.common import is_null, text_of
from smlint.readers.reader import Substitute, no_substitute
from smlint.syntax import Mapping, Node, Scalar, Sequence, resolve

Steps = tuple[str | int, ...]
Evaluate = Callable[[Node], Text | None]
"""Gives the text of a node that is written in the language of the document around the request; None for any other node."""


def unknown_text(node: Node, name: str) -> Text:
    """A text of which nothing is known but where it stands; `name` is shown for it."""
    return Text((Piece(None, node.span, None, name),), node.span)


class FieldReader:
    """Reads the fields of requests as they stand; formats with expressions of their own override `text` and `child`."""

    def __init__(self, substitute: Substitute = no_substitute, evaluate: Evaluate | None = None) -> None:
        self._substitute = substitute
        self._evaluate = evaluate

    def text(self, holder: Mapping, key: str) -> Text | None:
        """The text of a field, what cannot be told of it unknown; None when it is absent or null."""
        node = holder.get(key)
        return None if node is None or is_null(node) else self.value(node)

    def value(self, node: Node) -> Text:
        """The text of a node, which is not null."""
        evaluated = self._evaluate(node) if self._evaluate is not None else None
        if evaluated is not None:
            return evaluated
        text = text_of(node)
        return self.filled(text) if text is not None else unknown_text(node, "...")

    def child(self, holder: Mapping, key: str) -> Node | None:
        """What stands under a key; None when it is absent."""
        return holder.get(key)

    def filled(self, text: Text) -> Text:
        """A text with its placeholders filled in, as far as they are known."""
        if text.known or self._substitute is no_substitute:
            return text
        pieces: list[Piece] = []
        for piece in text.pieces:
            found = self._substitute(piece.name) if piece.text is None else None
            if found is None:
                pieces.append(piece)
            else:
                pieces += (part if part.span is not None else part._replace(span=piece.span) for part in found.pieces)
        return Text(tuple(pieces), text.anchor)

    def texts(self, holder: Mapping, path: Path) -> Iterator[tuple[Text, Steps]]:
        """The texts at a path below a mapping, with the steps to each; none where nothing stands."""
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
        listed = resolve(self.child(owner, key))
        if isinstance(listed, Sequence):
            for index, item in enumerate(listed.items):
                if not is_null(item):
                    yield self.value(item), (*steps, key, index)

    def mappings(self, holder: Mapping, path: Path) -> Iterator[tuple[Mapping | Scalar, Steps]]:
        """The mappings at a path, with the steps to each. Where an expression stands for one of them, the scalar that holds it."""
        found: list[tuple[Node, Steps]] = [(holder, ())]
        for step in path:
            below: list[tuple[Node, Steps]] = []
            for node, steps in found:
                owner = resolve(node)
                if isinstance(owner, Scalar) and not is_null(owner):
                    below.append((owner, steps))
                elif step == EACH and isinstance(owner, Sequence):
                    below += ((item, (*steps, index)) for index, item in enumerate(owner.items))
                elif isinstance(owner, Mapping) and step != EACH:
                    child = self.child(owner, step)
                    if child is not None:
                        below.append((child, (*steps, step)))
            found = below
        for node, steps in found:
            owner = resolve(node)
            if isinstance(owner, Mapping) or (isinstance(owner, Scalar) and not is_null(owner)):
                yield owner, steps

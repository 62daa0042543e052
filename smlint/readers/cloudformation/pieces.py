"""Split and join texts for `Fn::Sub`, `Fn::Split` and `Fn::Join`; every piece keeps its span."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from smlint.images.regions import RegionTable
from smlint.model.source import Span
from smlint.model.text import Piece, Text
from smlint.readers.assumptions import DEFAULT, MAX_VALUES, REGION, AssumedValue, Assumptions
from smlint.readers.cloudformation.branches import Branches
from smlint.readers.cloudformation.calls import pseudo_parameter
from smlint.runtime.named_tuple import NamedTuple

_MAX_PIECES = 1000
"""The most pieces of one text: aliases and parameters can double a text over and over."""


class AssumedList(NamedTuple):
    """A list that a node may be, with the values that each element may have, and the assumptions under which it is that list."""

    items: tuple[tuple[AssumedValue, ...], ...]
    assumptions: Assumptions = ()


def unknown_value(span: Span, name: str) -> AssumedValue:
    """Return a value that consists of one placeholder."""
    return AssumedValue(Text((Piece(None, span, None, name),), span))


def split(text: Text, delimiter: str) -> Iterator[Text]:
    """Split a text at each delimiter."""
    pieces: list[Piece] = []
    for piece in text.pieces:
        if piece.text is None:
            # A part of an unknown Region is not the Region.
            pieces.append(piece if delimiter in "/:," or not piece.name.startswith("AWS::") else piece._replace(name="..."))
            continue
        if delimiter not in piece.text:
            pieces.append(piece)
            continue
        at = 0
        exact = piece.span is not None and piece.span.end - piece.span.start == len(piece.text)
        for index, part in enumerate(piece.text.split(delimiter)):
            if index:
                yield Text(tuple(pieces), text.anchor)
                pieces = []
            span = Span(piece.span.start + at, piece.span.start + at + len(part)) if exact and piece.span is not None else piece.span
            pieces.append(piece._replace(text=part, span=span, style=piece.style if exact else None))
            at += len(part) + len(delimiter)
    yield Text(tuple(pieces), text.anchor)


def trimmed(text: Text) -> Text:
    """Return a text without the blanks around it, as CloudFormation trims the members of a `CommaDelimitedList`."""
    pieces = list(text.pieces)
    for index in (0, -1):
        piece = pieces[index] if pieces else Piece(None)
        if piece.text is None or piece.text.strip() == piece.text:
            continue
        start = len(piece.text) - len(piece.text.lstrip()) if index == 0 else 0
        end = len(piece.text.rstrip()) if index == -1 or len(pieces) == 1 else len(piece.text)
        exact = piece.span is not None and piece.span.end - piece.span.start == len(piece.text)
        span = Span(piece.span.start + start, piece.span.start + max(start, end)) if exact and piece.span is not None else piece.span
        pieces[index] = piece._replace(text=piece.text[start:end], span=span, style=piece.style if exact else None)
    return Text(tuple(pieces), text.anchor)


def joined(choices: Sequence[Sequence[AssumedValue]], anchor: Span, branches: Branches) -> Iterator[AssumedValue]:
    """Join one value of every choice, in each way that the assumptions allow.

    Where two choices depend on different conditions, the second one becomes a placeholder. Too many ways make one placeholder.
    """
    ways: list[tuple[tuple[Piece, ...], Assumptions]] = [((), ())]
    for values in choices:
        longer: list[tuple[tuple[Piece, ...], Assumptions]] = []
        for pieces, assumptions in ways:
            for value in values:
                both = branches.combine(assumptions, value.assumptions)
                if both is None:
                    continue
                if value.text is None or (pieces and branches.may_conflict(assumptions, value.assumptions)):
                    longer.append(((*pieces, Piece(None, None, None, "...")), assumptions))
                    break
                longer.append(((*pieces, *value.text.pieces), both))
        ways = longer[:MAX_VALUES]
        if len(longer) > MAX_VALUES or any(len(pieces) > _MAX_PIECES for pieces, _ in longer):
            yield unknown_value(anchor, "...")
            return
    for pieces, assumptions in ways:
        yield AssumedValue(Text(pieces, anchor), assumptions)


def in_assumed_region(value: AssumedValue, regions: RegionTable) -> AssumedValue:
    """Fill in the pseudo parameters of a value that assumes an AWS Region."""
    region = dict(value.assumptions).get(REGION)
    if region is None or value.text is None or value.text.known:
        return value
    pieces = (piece if piece.text is not None else piece._replace(text=pseudo_parameter(piece.name, region, regions)) for piece in value.text.pieces)
    return value._replace(text=Text(tuple(pieces), value.text.anchor))


def is_partly_default(value: AssumedValue) -> bool:
    """Return whether a text depends on the default of a parameter without being just that default."""
    names = {variable.removeprefix(DEFAULT) for variable, _ in value.assumptions if variable.startswith(DEFAULT)}
    return bool(names) and value.text is not None and any(piece.name not in names for piece in value.text.pieces)

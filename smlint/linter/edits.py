"""From a text with provenance back to the file: where a part of it stands, and which edits turn it into another text."""

from __future__ import annotations

from smlint.model.findings import Edit
from smlint.model.source import Span
from smlint.model.text import Piece, Text, TextRange

_WORD = r"[^/:@.\-]+|[/:@.\-]"


def span_of(place: TextRange) -> Span:
    """Where a place stands in the file.

    From the first piece of the part to the last, when they stand there in this order; the first piece alone when the
    text was put together from several corners of the file; the anchor of the text when no piece stands anywhere.
    """
    text = place.text
    length = sum(_length(piece) for piece in text.pieces)
    wanted_end = length if place.end is None else place.end
    found: list[Span] = []
    at = 0
    for piece in text.pieces:
        start, end = at, at + _length(piece)
        at = end
        if end <= place.start or start >= wanted_end or piece.span is None:
            continue
        found.append(_within(piece, max(place.start, start) - start, min(wanted_end, end) - start))
    if not found:
        return text.anchor
    first = found[0]
    for span in found[1:]:
        if span.start < first.end or not _inside(span, text.anchor) or not _inside(first, text.anchor):
            break
        first = Span(first.start, span.end)
    return first


def edits_for(text: Text, wanted: str, source: str) -> tuple[Edit, ...] | None:
    """The edits that make a text read `wanted`; None when they would touch something that must not be edited.

    `wanted` holds the same private-use characters for the unknown pieces, in the same order.
    """
    pieces = text.pieces
    if len(pieces) == 1:
        piece = pieces[0]
        if not piece.editable or piece.span is None or piece.style is None:
            return None
        return _edit(piece, piece.span, wanted, source)
    if not text.known and [c for c in wanted if _is_private(c)] != [c for c in text.value if _is_private(c)]:
        return None
    return _in_pieces(text, wanted, source)


def _in_pieces(text: Text, wanted: str, source: str) -> tuple[Edit, ...] | None:
    import re
    from difflib import SequenceMatcher

    old, new = re.findall(_WORD, text.value), re.findall(_WORD, wanted)
    offsets = [0]
    for token in old:
        offsets.append(offsets[-1] + len(token))
    bounds = []
    at = 0
    for piece in text.pieces:
        bounds.append((at, at + _length(piece)))
        at += _length(piece)
    changed: dict[int, list[tuple[int, int, str]]] = {}
    for operation, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if operation == "equal":
            continue
        start, end = offsets[i1], offsets[i2]
        holder = _holder(text.pieces, bounds, start, end)
        if holder is None:
            return None
        low = bounds[holder][0]
        changed.setdefault(holder, []).append((start - low, end - low, "".join(new[j1:j2])))
    edits: list[Edit] = []
    for index, changes in changed.items():
        piece = text.pieces[index]
        value = piece.text or ""
        for start, end, replacement in reversed(changes):
            value = value[:start] + replacement + value[end:]
        if piece.span is None:
            return None
        made = _edit(piece, piece.span, value, source)
        if made is None:
            return None
        edits.extend(made)
    return tuple(sorted(edits)) or None


def _holder(pieces: tuple[Piece, ...], bounds: list[tuple[int, int]], start: int, end: int) -> int | None:
    """The one editable piece that holds all of a change; an insertion between two goes into the editable one."""
    for index, (low, high) in enumerate(bounds):
        if low <= start and end <= high and pieces[index].editable:
            return index
    return None


def _edit(piece: Piece, span: Span, wanted: str, source: str) -> tuple[Edit, ...] | None:
    old = source[span.start : span.end]
    whole = _is_whole_scalar(span, source, piece.style)
    new = _written(wanted, piece.style or "", whole=whole)
    if new is None or new == old or (not whole and old != piece.text):
        return None
    return (Edit(span, old, new),)


def _is_whole_scalar(span: Span, source: str, style: str | None) -> bool:
    """Whether the span is all of a quoted scalar (its quotes stand around it); a plain one is whole by its neighbours."""
    before, after = source[span.start - 1 : span.start], source[span.end : span.end + 1]
    if style in ("double", "json"):
        return before == '"' and after == '"'
    if style == "single":
        return before == "'" and after == "'"
    return before in ("", " ", "\t", "\n", "\r", "[", "{", ",", ":", "-") and after in ("", " ", "\t", "\n", "\r", "]", "}", ",", ":")


def _written(value: str, style: str, *, whole: bool) -> str | None:
    """The value in a scalar's own quoting; None when it cannot be written there."""
    if style in ("double", "json"):
        import json

        return json.dumps(value, ensure_ascii=False)[1:-1]
    if style == "single":
        return None if any(c < " " for c in value) else value.replace("'", "''")
    if style != "plain":
        return None
    if not whole:
        return value if all(c.isalnum() or c in "-_./:@+" for c in value) else None
    if _stays_plain(value):
        return value
    return None if any(c < " " for c in value) else '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _stays_plain(value: str) -> bool:
    """Whether any YAML parser reads these characters, unquoted, back as this very string, in block and in flow context."""
    if not value or not (value[0].isalnum() or value[0] in "_/.") or value.endswith(":"):
        return False
    if not all(c.isascii() and (c.isalnum() or c in "_-./@:+") for c in value):
        return False
    from smlint.syntax import Scalar, plain_type

    return plain_type(Scalar(value, 0, len(value), "plain", None, None, True)) == "str"


def _within(piece: Piece, start: int, end: int) -> Span:
    """The part `[start:end)` of a piece's text in the file; all of the piece where offsets do not carry over."""
    span = piece.span or Span(0, 0)
    if piece.text is None or span.end - span.start != len(piece.text):
        return span
    return Span(span.start + start, span.start + end)


def _length(piece: Piece) -> int:
    return 1 if piece.text is None else len(piece.text)


def _inside(inner: Span, outer: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _is_private(character: str) -> bool:
    return "\ue000" <= character <= "\uf8ff"

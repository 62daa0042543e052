"""Map a text with provenance back to its file: the span of a part, and the edits that change its value."""

from __future__ import annotations

from functools import lru_cache

from smlint.model.findings import Edit
from smlint.model.source import Span
from smlint.model.text import Piece, Text, TextRange, is_placeholder

_PLAIN_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./@:+")

_WORD = r"[^/:@.\-]+|[/:@.\-]"


def span_of(range_: TextRange) -> Span:
    """Return the span of a text range in its file.

    It reaches from the first piece of the range to the last if the pieces follow each other within the anchor. Otherwise the text was
    assembled from several locations, and the span is that of the leading pieces. Without any located piece, it is the anchor of the text.
    """
    text = range_.text
    range_end = sum(_length(piece) for piece in text.pieces) if range_.end is None else range_.end
    spans: list[Span] = []
    offset = 0
    for piece in text.pieces:
        start, end = offset, offset + _length(piece)
        offset = end
        if end <= range_.start or start >= range_end or piece.span is None:
            continue
        spans.append(_part_span(piece, max(range_.start, start) - start, min(range_end, end) - start))
    if not spans:
        return text.anchor
    joined = spans[0]
    for span in spans[1:]:
        if span.start < joined.end or not _inside(span, text.anchor) or not _inside(joined, text.anchor):
            break
        joined = Span(joined.start, span.end)
    return joined


def edits_for(text: Text, value: str, source: str) -> tuple[Edit, ...] | None:
    """Return the edits that change a text to `value`; None if they would touch text that must not be edited.

    `value` must contain the same placeholders as the text, in the same order.
    """
    pieces = text.pieces
    if len(pieces) == 1:
        piece = pieces[0]
        if not piece.editable or piece.span is None or piece.style is None:
            return None
        return _edit(piece, piece.span, value, source)
    if not text.known and [c for c in value if is_placeholder(c)] != [c for c in text.value if is_placeholder(c)]:
        return None
    return _edit_pieces(text, value, source)


def _edit_pieces(text: Text, value: str, source: str) -> tuple[Edit, ...] | None:
    """Compare the values word by word, and edit each piece that contains a difference."""
    bounds = []
    offset = 0
    for piece in text.pieces:
        bounds.append((offset, offset + _length(piece)))
        offset += _length(piece)
    changes: dict[int, list[tuple[int, int, str]]] = {}
    for start, end, replacement in _differences(text.value, value):
        owner = _owner(text.pieces, bounds, start, end)
        if owner is None:
            return None
        low = bounds[owner][0]
        changes.setdefault(owner, []).append((start - low, end - low, replacement))
    edits: list[Edit] = []
    for index, replacements in changes.items():
        piece = text.pieces[index]
        piece_value = piece.text or ""
        for start, end, replacement in reversed(replacements):
            piece_value = piece_value[:start] + replacement + piece_value[end:]
        if piece.span is None:
            return None
        piece_edits = _edit(piece, piece.span, piece_value, source)
        if piece_edits is None:
            return None
        edits.extend(piece_edits)
    return tuple(sorted(edits)) or None


@lru_cache(maxsize=256)
def _differences(old: str, new: str) -> tuple[tuple[int, int, str], ...]:
    """Return what changes one value to another, word by word: half-open offsets in the old value, and the text to put there.

    Cached, because the same fix is often right for many deployments: of 1,000 templates with maps and conditions, it takes a third of the time.
    """
    import re
    from difflib import SequenceMatcher

    old_words, new_words = re.findall(_WORD, old), re.findall(_WORD, new)
    offsets = [0]
    for word in old_words:
        offsets.append(offsets[-1] + len(word))
    operations = SequenceMatcher(None, old_words, new_words, autojunk=False).get_opcodes()
    return tuple((offsets[i1], offsets[i2], "".join(new_words[j1:j2])) for operation, i1, i2, j1, j2 in operations if operation != "equal")


def _owner(pieces: tuple[Piece, ...], bounds: list[tuple[int, int]], start: int, end: int) -> int | None:
    """Return the index of the editable piece that contains a change. An insertion between two pieces goes into the editable one."""
    for index, (low, high) in enumerate(bounds):
        if low <= start and end <= high and pieces[index].editable:
            return index
    return None


def _edit(piece: Piece, span: Span, value: str, source: str) -> tuple[Edit, ...] | None:
    if piece.constraint is not None and not piece.constraint.allows(span, value):
        return None
    old = source[span.start : span.end]
    complete = _is_whole_scalar(span, source, piece.style)
    new = _quoted(value, piece.style or "", complete=complete)
    if new is None or new == old or (not complete and old != piece.text):
        return None
    return (Edit(span, old, new),)


def _is_whole_scalar(span: Span, source: str, style: str | None) -> bool:
    """Return whether the span covers a complete scalar: its quotes, or for a plain scalar its delimiters, surround the span."""
    before, after = source[span.start - 1 : span.start], source[span.end : span.end + 1]
    if style in ("double", "json"):
        return before == '"' and after == '"'
    if style == "single":
        return before == "'" and after == "'"
    return before in ("", " ", "\t", "\n", "\r", "[", "{", ",", ":", "-") and after in ("", " ", "\t", "\n", "\r", "]", "}", ",", ":")


def _quoted(value: str, style: str, *, complete: bool) -> str | None:
    """Return the value as written in a scalar of this style; None if the style cannot express it."""
    if style in ("double", "json"):
        import json

        return json.dumps(value, ensure_ascii=False)[1:-1]
    if style == "single":
        return None if any(c < " " for c in value) else value.replace("'", "''")
    if style != "plain":
        return None
    if not complete:
        return value if all(c.isalnum() or c in "-_./:@+" for c in value) else None
    if _stays_plain(value):
        return value
    return None if any(c < " " for c in value) else '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _stays_plain(value: str) -> bool:
    """Return whether every YAML parser reads the unquoted value back as the same string, in block and in flow context."""
    if not value or not (value[0].isalnum() or value[0] in "_/.") or value.endswith(":"):
        return False
    if not _PLAIN_CHARACTERS.issuperset(value):
        return False
    from smlint.syntax import Scalar, plain_type

    return plain_type(Scalar(value=value, start=0, end=len(value), style="plain", tag=None, anchor=None, exact=True)) == "str"


def _part_span(piece: Piece, start: int, end: int) -> Span:
    """Return the span of `[start:end)` of a piece's text; the span of the piece if its offsets do not map to the source."""
    span = piece.span or Span(0, 0)
    if piece.text is None or span.end - span.start != len(piece.text):
        return span
    return Span(span.start + start, span.start + end)


def _length(piece: Piece) -> int:
    return 1 if piece.text is None else len(piece.text)


def _inside(inner: Span, outer: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end

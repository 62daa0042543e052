"""Compose the text of an image in an ad-hoc configuration, with placeholders of any kind, or from two fields."""

from __future__ import annotations

from collections.abc import Mapping

from smlint.model.source import Span
from smlint.model.text import Piece, Text, has_placeholder
from smlint.readers.common import GALLERY_PREFIX, text_of
from smlint.syntax import Node, is_null

_TAG_KEYS = ("tag", "image_tag", "imageTag", "ImageTag", "image-tag")


def image_text(node: Node, entries: Mapping[str, Node]) -> Text | None:
    """Return the text of an ECR image. Parts that cannot be an account or a Region are placeholders: `SMP_ACCOUNTID.dkr.ecr.MY_REGION...`.

    `entries` are the entries of its mapping, which may contain the tag: `{repository: <registry>/<name>, tag: 2.6.0}`.
    """
    text = text_of(node)
    if text is None:
        return None
    text = _placeholders_in_host(text)
    last = text.value.rpartition("/")[2]
    if ":" in last or "@" in last or has_placeholder(last):
        return text
    for key in _TAG_KEYS:
        tag = entries.get(key)
        if tag is not None and not is_null(tag):
            tag_text = text_of(tag)
            if tag_text is not None and not tag_text.value:
                return text
            pieces = tag_text.pieces if tag_text is not None else (Piece(None, None, None, key),)
            return Text((*text.pieces, Piece(":"), *pieces), text.anchor)
    return text


def _placeholders_in_host(text: Text) -> Text:
    """Replace the account and the Region in the host with placeholders if they cannot be real."""
    if text.value.strip().startswith(GALLERY_PREFIX):
        return text
    host = text.value.partition("/")[0]
    start = len(host) - len(host.lstrip())
    account = host.strip().partition(".")[0]
    at = host.find("ecr.")
    if at >= 0:  # replace from the end, so that offsets stay valid
        region = host[at + 4 :].partition(".")[0]
        if region and not has_placeholder(region) and (region != region.lower() or not any(c.isdigit() for c in region)):
            text = _with_placeholder(text, at + 4, at + 4 + len(region), region)
    if account and not has_placeholder(account) and not account.isdigit():
        text = _with_placeholder(text, start, start + len(account), account)
    return text


def _with_placeholder(text: Text, start: int, end: int, name: str) -> Text:
    """Replace the part `[start:end)` of a text, which is within one piece, with a placeholder."""
    pieces: list[Piece] = []
    at = 0
    for piece in text.pieces:
        length = 1 if piece.text is None else len(piece.text)
        low, high = start - at, end - at
        at += length
        if piece.text is None or low < 0 or high > length:
            pieces.append(piece)
            continue
        pieces += [_part(piece, 0, low), Piece(None, _part(piece, low, high).span, None, name), _part(piece, high, length)]
    return Text(tuple(piece for piece in pieces if piece.text != ""), text.anchor)


def _part(piece: Piece, start: int, end: int) -> Piece:
    """Return a part of a literal piece. If its offsets do not map to the file, the part keeps the span of the piece and is not editable."""
    literal = piece.text or ""
    span = piece.span
    if span is None or span.end - span.start != len(literal):
        return Piece(literal[start:end], span, None, piece.name)
    return Piece(literal[start:end], Span(span.start + start, span.start + end), piece.style, piece.name)

"""What the readers share: how a node of the tree becomes a text with provenance, and a text a fact."""

from __future__ import annotations

from smlint.images.catalog import Catalog
from smlint.images.instances import parse_instance_type
from smlint.images.uri import parse_image
from smlint.model.facts import ABSENT, Fact, known, unknown
from smlint.model.images import Image, InstanceType
from smlint.model.text import Piece, Text, has_placeholder
from smlint.readers.reader import ReadContext
from smlint.syntax import Alias, Mapping, Node, Scalar, Sequence, is_null_scalar, resolve

EDITABLE_STYLES = frozenset({"plain", "single", "double", "json"})


def scalar_text(scalar: Scalar, *, editable: bool = True) -> Text:
    """The text of one scalar. It may be edited unless it is a block scalar, or an anchored one that an alias uses too."""
    runs = scalar.segments()
    if len(runs) > 1:
        return Text(tuple(Piece(scalar.value[start:end], scalar.part(start, end)) for start, end in runs), scalar.span)
    editable = editable and scalar.style in EDITABLE_STYLES and not scalar.aliased
    return Text((Piece(scalar.value, scalar.span, scalar.style if editable else None),), scalar.span)


def part_text(scalar: Scalar, parts: list[tuple[int, int, str | None]]) -> Text:
    """The text of a scalar of which some parts are unknown.

    `parts` are (start, end, name) in order, offsets into the scalar's value; a name of None means literal text. Where the scalar is
    written with escapes or folded, offsets do not carry over to the file, and no part may be edited.
    """
    exact = scalar.exact
    style = scalar.style if exact and scalar.style in EDITABLE_STYLES and not scalar.aliased else None
    pieces = []
    for start, end, name in parts:
        span = scalar.part(start, end)
        literal = scalar.value[start:end]
        pieces.append(Piece(literal, span, style) if name is None else Piece(None, span, None, name))
    return Text(tuple(pieces), scalar.span)


def _may_hold_placeholder(value: str) -> bool:
    return any(mark in value for mark in ("{", "<", "$", "((", "%(", "ACCOUNT", "REGION", "["))


def templated(scalar: Scalar) -> Text:
    """The text of a scalar that a template engine may fill in first: each `{{ x }}`, `${x}`, `{x}`, `<x>`, `((x))` is unknown."""
    value = scalar.value
    if not _may_hold_placeholder(value):
        return scalar_text(scalar)
    from smlint.readers.placeholders import placeholders

    parts: list[tuple[int, int, str | None]] = []
    at = 0
    for start, end, name in placeholders(value):
        if start > at:
            parts.append((at, start, None))
        parts.append((start, end, name))
        at = end
    if not parts:
        return scalar_text(scalar)
    if at < len(value):
        parts.append((at, len(value), None))
    return part_text(scalar, parts)


def scalar_of(node: Node | None) -> Scalar | None:
    """The scalar that a node is or refers to; None for anything else, and for a null."""
    found = resolve(node)
    return found if isinstance(found, Scalar) and found.tag in (None, "!!str") and not is_null(found) else None


def text_of(node: Node | None) -> Text | None:
    """The text of a scalar node, templates in it unknown; None for anything else. Through an alias it cannot be edited."""
    scalar = scalar_of(node)
    if scalar is None:
        return None
    text = templated(scalar)
    if isinstance(node, Alias):
        return Text(tuple(piece._replace(style=None) for piece in text.pieces), text.anchor)
    return text


def stated(node: Node | None) -> Fact[str]:
    """The string fact of a node: absent without one, unknown when it is not a plain string or holds a template."""
    if node is None:
        return ABSENT
    text = text_of(node)
    return string_fact(text) if text is not None else (unknown() if not is_null(node) else ABSENT)


def is_null(node: Node | None) -> bool:
    """Whether the node is YAML's or JSON's null."""
    found = resolve(node)
    return isinstance(found, Scalar) and found.tag is None and is_null_scalar(found)


def string_fact(text: Text | None) -> Fact[str]:
    """A text as a fact: unknown unless all of it is known."""
    if text is None:
        return ABSENT
    return known(text.value, text) if text.known and text.value else unknown(text)


def image_fact(text: Text | None, catalog: Catalog) -> Fact[Image]:
    """An image URI as a fact. Parts of it may be unknown; it is unknown itself only when nothing of it can be told."""
    if text is None:
        return ABSENT
    if not any(piece.text for piece in text.pieces):
        return unknown(text)
    return known(parse_image(text.value, catalog), text)


def instance_fact(text: Text | None) -> Fact[InstanceType]:
    """An instance type as a fact: unknown unless all of it is known."""
    if text is None:
        return ABSENT
    value = text.value
    return known(parse_instance_type(value), text) if value and not has_placeholder(value) else unknown(text)


def region_fact(declared: Fact[str], context: ReadContext, image: Fact[Image]) -> Fact[str]:
    """The deployment's Region: declared in the manifest, else as `--region` says, else the image's own, in this order of trust."""
    if declared.known:
        return declared
    if context.region is not None:
        return known(context.region, None, "settings")
    found = image.get()
    if found is not None and found.region is not None:
        return known(found.region, image.text, "image")
    return declared


def pointer(*steps: str | int) -> str:
    """The JSON pointer (RFC 6901) of these steps."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def mapping_of(node: Node | None) -> Mapping | None:
    """The untagged mapping that a node is or refers to."""
    found = resolve(node)
    return found if isinstance(found, Mapping) and found.tag is None else None


def items_of(node: Node | None) -> list[Node]:
    """The items of the untagged sequence that a node is or refers to; none otherwise."""
    found = resolve(node)
    return list(found.items) if isinstance(found, Sequence) and found.tag is None else []

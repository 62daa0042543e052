"""Helpers that the readers share: from a node to a text with provenance, and from a text to a fact."""

from __future__ import annotations

from smlint.images.catalog import Catalog
from smlint.images.instances import parse_instance_type
from smlint.images.placeholders import is_one_placeholder, mask
from smlint.images.uri import parse_image
from smlint.model.facts import ABSENT, Fact, known, unknown
from smlint.model.images import Image, InstanceType
from smlint.model.text import Piece, Text, has_placeholder
from smlint.readers.reader import ReadContext
from smlint.syntax import Alias, Mapping, Node, Scalar, Sequence, is_null_scalar, resolve

GALLERY_PREFIX = "public.ecr.aws/deep-learning-containers/"
"""The start of an image in AWS's public gallery of Deep Learning Containers."""

EACH = "[]"
"""The step of a path that means every element of a list."""

Path = tuple[str, ...]
"""A path of property names, with `EACH` for the elements of a list."""

EDITABLE_STYLES = frozenset({"plain", "single", "double", "json"})

_PLACEHOLDER_STARTS = ("{", "<", "$", "((", "%", "ACCOUNT", "REGION", "[", "##", "@", "__")


def mentions_ecr(text: str) -> bool:
    """Return whether a text may be an image in an ECR registry or in AWS's public gallery: a fast check."""
    return ".dkr" in text or GALLERY_PREFIX in text


def scalar_text(scalar: Scalar, *, editable: bool = True) -> Text:
    """Return the text of a scalar. It is editable unless it is a block scalar, or has an anchor that an alias refers to."""
    segments = scalar.segments()
    if len(segments) > 1:
        return Text(tuple(Piece(scalar.value[start:end], scalar.part(start, end)) for start, end in segments), scalar.span)
    editable = editable and scalar.style in EDITABLE_STYLES and not scalar.aliased
    return Text((Piece(scalar.value, scalar.span, scalar.style if editable else None),), scalar.span)


def part_text(scalar: Scalar, parts: list[tuple[int, int, str | None]]) -> Text:
    """Return the text of a scalar that contains placeholders.

    `parts` are (start, end, name) in order, offsets into the scalar's value; a name of None means literal text. If the scalar is folded
    or written with escapes, offsets do not carry over to the file, and no part is editable.
    """
    style = scalar.style if scalar.exact and scalar.style in EDITABLE_STYLES and not scalar.aliased else None
    pieces = []
    for start, end, name in parts:
        span = scalar.part(start, end)
        literal = scalar.value[start:end]
        pieces.append(Piece(literal, span, style) if name is None else Piece(None, span, None, name))
    return Text(tuple(pieces), scalar.span)


def templated(scalar: Scalar) -> Text:
    """Return the text of a scalar that a template engine may fill in: each `{{ x }}`, `${x}`, `<x>`, `##x##` is a placeholder."""
    value = scalar.value
    if not any(start in value for start in _PLACEHOLDER_STARTS):
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
    """Return the string scalar that a node is or refers to; None for any other node, and for null."""
    content = resolve(node)
    return content if isinstance(content, Scalar) and content.tag in (None, "!!str") and not is_explicit_null(content) else None


def text_of(node: Node | None) -> Text | None:
    """Return the text of a string, with placeholders; None for any other node. Through an alias, it is not editable."""
    scalar = scalar_of(node)
    if scalar is None:
        return None
    text = templated(scalar)
    return text.read_only() if isinstance(node, Alias) else text


def stated(node: Node | None) -> Fact[str]:
    """Return a node as a string fact: absent if there is no node or it is null, unknown if it is not a string or has placeholders."""
    text = text_of(node)
    if text is not None:
        return string_fact(text)
    return ABSENT if node is None or is_explicit_null(node) else unknown()


def is_explicit_null(node: Node | None) -> bool:
    """Return whether a null is written at a node: neither a missing node nor a tagged one counts, unlike for `is_null`."""
    content = resolve(node)
    return isinstance(content, Scalar) and content.tag is None and is_null_scalar(content)


def string_fact(text: Text | None) -> Fact[str]:
    """Return a text as a fact: unknown if it is empty or has placeholders."""
    if text is None:
        return ABSENT
    return known(text.value, text) if text.known and text.value else unknown(text)


def image_fact(text: Text | None, catalog: Catalog) -> Fact[Image]:
    """Return an image URI as a fact: known even if it has placeholders, unknown if it consists of nothing else."""
    if text is None:
        return ABSENT
    if not any(piece.text for piece in text.pieces) or is_one_placeholder(text.value):
        return unknown(text)
    return known(parse_image(text.value, catalog), text)


def on_any_processor(image: Fact[Image]) -> Fact[Image]:
    """Return an image without what it needs of the processor, for instance types that users may choose from."""
    value = image.get()
    return image if value is None else image._replace(raw_value=value._replace(processor=None, accelerator=None))


def instance_fact(text: Text | None) -> Fact[InstanceType]:
    """Return an instance type as a fact: unknown if it is empty or has placeholders."""
    if text is None:
        return ABSENT
    value = text.value
    return known(parse_instance_type(value), text) if value and not has_placeholder(mask(value)) else unknown(text)


def region_fact(declared: Fact[str], context: ReadContext, image: Fact[Image]) -> Fact[str]:
    """Return the AWS Region of a deployment: declared in the manifest, else given for the run, else that of the image."""
    if declared.known:
        return declared
    if context.region is not None:
        return known(context.region, None, "settings")
    value = image.get()
    if value is not None and value.region is not None:
        return known(value.region, image.text, "image")
    return declared


def pointer(*steps: str | int) -> str:
    """Return the JSON pointer (RFC 6901) of these steps."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def mapping_of(node: Node | None) -> Mapping | None:
    """Return the untagged mapping that a node is or refers to; None for any other node."""
    content = resolve(node)
    return content if isinstance(content, Mapping) and content.tag is None else None


def items_of(node: Node | None) -> list[Node]:
    """Return the items of the untagged sequence that a node is or refers to; empty for any other node."""
    content = resolve(node)
    return list(content.items) if isinstance(content, Sequence) and content.tag is None else []

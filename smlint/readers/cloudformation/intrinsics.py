"""Evaluate CloudFormation's intrinsic functions as far as the template determines their values.

A node evaluates to the values it may have. That is usually one; it is several where the template branches (`Fn::If`, a map with a key
for each AWS Region, a parameter's allowed values). Whatever the template does not determine becomes a placeholder, never a guess. Each
value carries the assumptions under which it holds, so that two values are paired only if both can hold at once.

Functions: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html (read 2026-11-22).
"""

from __future__ import annotations

from collections.abc import Iterator

from smlint.images.regions import RegionTable
from smlint.model.source import Span
from smlint.model.text import Piece, Text
from smlint.readers.assumptions import MAX_VALUES, AssumedValue, Assumptions
from smlint.readers.cloudformation.branches import Branches
from smlint.readers.cloudformation.calls import REGION, IntrinsicCall, attribute_path, intrinsic_call, pseudo_parameter
from smlint.readers.cloudformation.conditions import TemplateConditions
from smlint.readers.cloudformation.parameters import References
from smlint.readers.cloudformation.pieces import joined, split, substitutions, unknown_value
from smlint.readers.common import is_null, mapping_of, part_text, templated
from smlint.readers.reader import ReadContext
from smlint.syntax import Alias, Mapping, Node, Scalar, Sequence, resolve

_MAX_DEPTH = 50


class Intrinsics:
    """Evaluates the nodes of one template in one context."""

    def __init__(self, root: Mapping, context: ReadContext) -> None:
        self.branches = Branches(TemplateConditions(mapping_of(root.get("Conditions")), context))
        self.references = References(root, context)
        self._regions = context.catalog.regions
        self._mappings = mapping_of(root.get("Mappings"))
        self._evaluated: dict[Node, tuple[AssumedValue, ...]] = {}

    def values(self, node: Node | None) -> tuple[AssumedValue, ...]:
        """Return the values that a node may have as a string, at most 64; empty for a missing node."""
        if node is None:
            return ()
        return tuple(_in_assumed_region(value, self._regions) for value in self._values(node, 0))

    def single_text(self, node: Node | None) -> Text | None:
        """Return the text of a node that has a single value; None for any other node."""
        values = self.values(node)
        return values[0].text if len(values) == 1 else None

    def _values(self, node: Node, depth: int) -> tuple[AssumedValue, ...]:
        if depth > _MAX_DEPTH:
            return (unknown_value(Span(0, 0), "..."),)
        content = resolve(node)
        call = intrinsic_call(node)
        if call is not None and content is not None:
            # Through aliases, a call may occur a million times, or inside itself.
            if content not in self._evaluated:
                self._evaluated[content] = (unknown_value(call.span, "..."),)
                self._evaluated[content] = tuple(self._call(call, depth + 1))[:MAX_VALUES]
            return self._evaluated[content]
        if isinstance(content, Scalar):
            if is_null(content):
                return ()
            text = templated(content)
            return (AssumedValue(text.read_only() if isinstance(node, Alias) else text),)
        return (unknown_value(content.span if content is not None else Span(0, 0), "..."),)

    def _call(self, call: IntrinsicCall, depth: int) -> Iterator[AssumedValue]:
        match call.name:
            case "Ref":
                yield from self._ref(call)
            case "Fn::Sub":
                yield from self._sub(call, depth)
            case "Fn::Join":
                yield from self._join(call, depth)
            case "Fn::FindInMap":
                yield from self._find_in_map(call, depth)
            case "Fn::If":
                for branch, assumptions in self.branches.arms(call):
                    for value in self._values(branch, depth):
                        both = self.branches.combine(value.assumptions, assumptions)
                        if both is not None:
                            yield value._replace(assumptions=both)
            case "Fn::Select":
                yield self._select(call, depth)
            case "Fn::GetAtt":
                yield unknown_value(call.span, ".".join(attribute_path(call)) or "...")
            case _:
                yield unknown_value(call.span, call.name)

    def _ref(self, call: IntrinsicCall) -> Iterator[AssumedValue]:
        target = resolve(call.argument)
        if isinstance(target, Scalar):
            yield from self.references.values(target.value, call.span, call.span)
        else:
            yield unknown_value(call.span, "Ref")

    def _sub(self, call: IntrinsicCall, depth: int) -> Iterator[AssumedValue]:
        argument = resolve(call.argument)
        variables: Mapping | None = None
        if isinstance(argument, Sequence) and len(argument.items) == 2:
            variables = mapping_of(argument.items[1])
            argument = resolve(argument.items[0])
        if not isinstance(argument, Scalar):
            yield unknown_value(call.span, "Fn::Sub")
            return
        parts = list(substitutions(argument.value))
        template = part_text(argument, parts)
        choices: list[tuple[AssumedValue, ...]] = []
        for piece, (start, end, name) in zip(template.pieces, parts, strict=True):
            if name is None:
                literal = piece._replace(text=argument.value[start:end].replace("${!", "${"))
                if literal.text != piece.text:
                    literal = literal._replace(style=None)
                choices.append((AssumedValue(Text((literal,), template.anchor)),))
            elif variables is not None and (bound := variables.get(name)) is not None:
                choices.append(self._values(bound, depth) or (unknown_value(call.span, name),))
            elif "." in name:
                choices.append((unknown_value(piece.span or call.span, name),))
            else:
                choices.append(tuple(self.references.values(name, piece.span or call.span, template.anchor)))
        yield from joined(choices, template.anchor, self.branches)

    def _join(self, call: IntrinsicCall, depth: int) -> Iterator[AssumedValue]:
        delimiter, parts = (resolve(call.items[0]), resolve(call.items[1])) if len(call.items) == 2 else (None, None)
        if not isinstance(delimiter, Scalar) or not isinstance(parts, Sequence) or intrinsic_call(parts) is not None:
            yield unknown_value(call.span, "Fn::Join")
            return
        choices: list[tuple[AssumedValue, ...]] = []
        for index, item in enumerate(parts.items):
            if index and delimiter.value:
                choices.append((AssumedValue(Text((Piece(delimiter.value),), call.span)),))
            choices.append(self._values(item, depth) or (unknown_value(call.span, "Fn::Join"),))
        yield from joined(choices, call.span, self.branches)

    def _find_in_map(self, call: IntrinsicCall, depth: int) -> Iterator[AssumedValue]:
        name = self._known(call.items[0], depth) if len(call.items) >= 3 else None
        table = mapping_of(self._mappings.get(name)) if self._mappings is not None and name is not None else None
        is_empty = True
        if table is not None and name is not None:
            for cell, assumptions in self._cells(call, table, depth):
                for value in self._values(cell, depth):
                    is_empty = False
                    text = self.references.protect(name, value.text) if value.text is not None else None
                    yield AssumedValue(text, self.branches.combine(value.assumptions, assumptions) or assumptions)
        if is_empty:
            yield unknown_value(call.span, "Fn::FindInMap")

    def _cells(self, call: IntrinsicCall, table: Mapping, depth: int) -> Iterator[tuple[Node, Assumptions]]:
        """Yield the cells of a map that the two keys of a `Fn::FindInMap` may select."""
        for top_key, top_assumptions in self._keys(call.items[1], table, depth):
            row = mapping_of(table.get(top_key))
            for second_key, second_assumptions in self._keys(call.items[2], row, depth) if row is not None else ():
                assumptions = self.branches.combine(top_assumptions, second_assumptions)
                cell = row.get(second_key) if row is not None else None
                if cell is not None and assumptions is not None:
                    yield cell, assumptions

    def _keys(self, node: Node, table: Mapping, depth: int) -> Iterator[tuple[str, Assumptions]]:
        """Yield the keys of a map that an expression may select: those of all AWS Regions, if it is the unknown Region."""
        for value in self._values(node, depth):
            text = value.text
            if text is None:
                continue
            if text.known:
                yield text.value, value.assumptions
            elif len(text.pieces) == 1 and text.pieces[0].name == REGION:
                for key, _ in table.items:
                    if isinstance(key, Scalar) and key.value in self._regions:
                        assumptions = self.branches.combine(value.assumptions, ((REGION, key.value),))
                        if assumptions is not None:
                            yield key.value, assumptions

    def _select(self, call: IntrinsicCall, depth: int) -> AssumedValue:
        index = self._known(call.items[0], depth) if len(call.items) == 2 else None
        if index is None or not (index.isascii() and index.isdigit() and len(index) < 10):
            return unknown_value(call.span, "Fn::Select")
        elements = self._elements(call.items[1], depth)
        if elements is None or int(index) >= len(elements):
            return unknown_value(call.span, "Fn::Select")
        return elements[int(index)]

    def _elements(self, node: Node, depth: int) -> list[AssumedValue] | None:
        """Return the elements of a list expression; None unless each has a single value."""
        call = intrinsic_call(node)
        if call is None:
            content = resolve(node)
            if not isinstance(content, Sequence):
                return None
            elements = [self._values(item, depth) for item in content.items]
            return [element[0] for element in elements] if all(len(element) == 1 for element in elements) else None
        if call.name == "Fn::Split":
            delimiter = self._known(call.items[0], depth) if len(call.items) == 2 else None
            sources = self._values(call.items[1], depth) if len(call.items) == 2 else ()
        elif call.name == "Ref":
            delimiter, sources = ",", tuple(self._ref(call))
        else:
            return None
        if not delimiter or len(sources) != 1 or sources[0].text is None:
            return None
        return [AssumedValue(part, sources[0].assumptions) for part in split(sources[0].text, delimiter)]

    def _known(self, node: Node, depth: int) -> str | None:
        """Return the single, known value of a node; None if there is no such value."""
        values = self._values(node, depth)
        if len(values) != 1 or values[0].text is None or not values[0].text.known:
            return None
        return values[0].text.value


def _in_assumed_region(value: AssumedValue, regions: RegionTable) -> AssumedValue:
    """Fill in the pseudo parameters of a value that assumes an AWS Region."""
    region = dict(value.assumptions).get(REGION)
    if region is None or value.text is None or value.text.known:
        return value
    pieces = (piece if piece.text is not None else piece._replace(text=pseudo_parameter(piece.name, region, regions)) for piece in value.text.pieces)
    return value._replace(text=Text(tuple(pieces), value.text.anchor))

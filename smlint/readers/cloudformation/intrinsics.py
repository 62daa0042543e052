"""Evaluate CloudFormation's intrinsic functions as far as the template determines their values.

A node evaluates to the values it may have. That is usually one; it is several where the template branches (`Fn::If`, a map with a key
for each AWS Region, a parameter's allowed values). Whatever the template does not determine becomes a placeholder, never a guess. Each
value carries the assumptions under which it holds, so that two values are paired only if both can hold at once.

Functions: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html (read 2026-11-22).
"""

from __future__ import annotations

from collections.abc import Iterator

from smlint.model.source import Span
from smlint.model.text import Piece, Text
from smlint.readers.assumptions import MAX_VALUES, PARAMETER, REGION, AssumedValue, Assumptions
from smlint.readers.cloudformation.branches import Branches
from smlint.readers.cloudformation.calls import IntrinsicCall, attribute_path, intrinsic_call, substitutions
from smlint.readers.cloudformation.conditions import TemplateConditions
from smlint.readers.cloudformation.parameters import ParameterMode, References
from smlint.readers.cloudformation.pieces import AssumedList, in_assumed_region, is_partly_default, joined, split, trimmed, unknown_value
from smlint.readers.common import is_explicit_null, mapping_of, part_text, templated
from smlint.readers.reader import ReadContext
from smlint.syntax import Alias, Mapping, Node, Scalar, Sequence, resolve

_MAX_DEPTH = 50


class Intrinsics:
    """Evaluates the nodes of one template in one context."""

    def __init__(
        self,
        root: Mapping,
        context: ReadContext,
        mode: ParameterMode = "default",
        branches: Branches | None = None,
        *,
        has_aliases: bool = True,
    ) -> None:
        self.branches = branches or Branches(TemplateConditions(root, context))
        self.references = References(root, context, mode, has_aliases=has_aliases)
        self._root, self._context, self._mode, self._has_aliases = root, context, mode, has_aliases
        self._without_defaults: Intrinsics | None = None
        self._regions = context.catalog.regions
        self._mappings = mapping_of(root.get("Mappings"))
        self._evaluated: dict[Node, tuple[AssumedValue, ...]] = {}

    def values(self, node: Node | None) -> tuple[AssumedValue, ...]:
        """Return the values that a node may have as a string, at most 64; empty for a missing node."""
        if node is None:
            return ()
        return tuple(in_assumed_region(value, self._regions) for value in self._values(node, 0))

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
                values = tuple(self._call(call, depth + 1))
                # Where all values count, too many are as good as an unknown one.
                too_many = self._mode == "all" and len(values) > MAX_VALUES
                self._evaluated[content] = (unknown_value(call.span, "..."),) if too_many else values[:MAX_VALUES]
            return self._evaluated[content]
        if isinstance(content, Scalar):
            if is_explicit_null(content):
                return ()
            text = templated(content)
            return (AssumedValue(text.read_only() if isinstance(node, Alias) or self.references.is_shared(content) else text),)
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
                    yield from self._arm(branch, assumptions, depth)
            case "Fn::Select":
                yield from self._select(call, depth)
            case "Fn::GetAtt":
                yield unknown_value(call.span, ".".join(attribute_path(call)) or "...")
            case _:
                yield unknown_value(call.span, call.name)

    def _arm(self, branch: Node, assumptions: Assumptions, depth: int) -> Iterator[AssumedValue]:
        """Return the values of an arm of `Fn::If`. Where defaults need not hold, a text that is only partly a default leaves that part open."""
        values = self._values(branch, depth)
        if assumptions and any(is_partly_default(value) and self.branches.may_conflict(assumptions, value.assumptions) for value in values):
            if self._without_defaults is None:
                self._without_defaults = Intrinsics(
                    self._root, self._context, "unknown", self.branches, has_aliases=self._has_aliases
                )
            values = self._without_defaults._values(branch, depth)
        for value in values:
            both = self.branches.combine(value.assumptions, assumptions)
            if both is not None:
                yield value._replace(assumptions=both)

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
        if self.references.is_shared(argument):
            template = template.read_only()
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
        delimiter = resolve(call.items[0]) if len(call.items) == 2 else None
        lists = self._lists(call.items[1], depth) if isinstance(delimiter, Scalar) else []
        if not isinstance(delimiter, Scalar) or not lists:
            yield unknown_value(call.span, "Fn::Join")
            return
        for joinable in lists:
            choices: list[tuple[AssumedValue, ...]] = []
            for index, values in enumerate(joinable.items):
                if index and delimiter.value:
                    choices.append((AssumedValue(Text((Piece(delimiter.value),), call.span)),))
                choices.append(values or (unknown_value(call.span, "Fn::Join"),))
            for value in joined(choices, call.span, self.branches):
                both = self.branches.combine(joinable.assumptions, value.assumptions)
                if both is not None:
                    yield value._replace(assumptions=both)

    def _find_in_map(self, call: IntrinsicCall, depth: int) -> Iterator[AssumedValue]:
        is_empty = True
        for name, cell, assumptions in self._cells_of(call, depth):
            for value in self._values(cell, depth):
                is_empty = False
                text = self.references.protect(name, value.text) if value.text is not None else None
                yield AssumedValue(text, self.branches.combine(value.assumptions, assumptions) or assumptions)
        if is_empty:
            yield unknown_value(call.span, "Fn::FindInMap")

    def _cells_of(self, call: IntrinsicCall, depth: int) -> Iterator[tuple[str, Node, Assumptions]]:
        """Return the name of the map that a `Fn::FindInMap` reads, with each cell that it may select."""
        name = self._known(call.items[0], depth) if len(call.items) >= 3 else None
        table = mapping_of(self._mappings.get(name)) if self._mappings is not None and name is not None else None
        if table is not None and name is not None:
            for cell, assumptions in self._cells(call, table, depth):
                yield name, cell, assumptions

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
            parameter = text.pieces[0].name if len(text.pieces) == 1 else ""
            if self._mode == "all" and self._is_free(parameter):
                for row in dict.fromkeys(table.keys()):
                    yield row, ((PARAMETER + parameter, row),)
            elif text.known:
                yield text.value, value.assumptions
            elif len(text.pieces) == 1 and text.pieces[0].name == REGION:
                for key, _ in table.items:
                    if isinstance(key, Scalar) and key.value in self._regions:
                        assumptions = self.branches.combine(value.assumptions, ((REGION, key.value),))
                        if assumptions is not None:
                            yield key.value, assumptions

    def _is_free(self, name: str) -> bool:
        """Return whether a name is that of a parameter whose values the template does not list, so that it may be any key of a map."""
        return bool(name) and not name.startswith("AWS::") and self.references.is_open(name)

    def _select(self, call: IntrinsicCall, depth: int) -> Iterator[AssumedValue]:
        is_empty = True
        for index in self._values(call.items[0], depth) if len(call.items) == 2 else ():
            number = index.text.value if index.text is not None and index.text.known else ""
            if not (number.isascii() and number.isdigit() and len(number) < 10):
                continue
            for elements in self._lists(call.items[1], depth):
                assumptions = self.branches.combine(index.assumptions, elements.assumptions)
                for value in elements.items[int(number)] if int(number) < len(elements.items) else ():
                    both = self.branches.combine(assumptions, value.assumptions) if assumptions is not None else None
                    if both is not None:
                        is_empty = False
                        yield value._replace(assumptions=both)
        if is_empty:
            yield unknown_value(call.span, "Fn::Select")

    def elements(self, node: Node | None) -> Iterator[tuple[int, AssumedValue]]:
        """Yield the values in a list of strings, each with its index."""
        for elements in self._lists(node, 0) if node is not None else ():
            for index, values in enumerate(elements.items):
                for value in values:
                    both = self.branches.combine(elements.assumptions, value.assumptions)
                    if both is not None and value.text is not None:
                        yield index, in_assumed_region(value._replace(assumptions=both), self._regions)

    def _lists(self, node: Node, depth: int) -> list[AssumedList]:
        """Return the lists that an expression may be; empty if that is unknown."""
        if depth > _MAX_DEPTH:
            return []
        call = intrinsic_call(node)
        if call is None:
            content = resolve(node)
            if not isinstance(content, Sequence):
                return []
            items = tuple(self._values(item, depth + 1) for item in content.items)
            # `AWS::NoValue` removes an element, so the ones that follow have another index.
            has_gap = any(value.text is None for values in items for value in values)
            return [] if has_gap else [AssumedList(items)]
        lists: list[AssumedList] = []
        if call.name == "Fn::If":
            for branch, assumptions in self.branches.arms(call):
                lists += self._assuming(self._lists(branch, depth + 1), assumptions)
        elif call.name == "Fn::FindInMap":
            for name, cell, assumptions in self._cells_of(call, depth + 1):
                for elements in self._assuming(self._lists(cell, depth + 1), assumptions):
                    items = tuple(
                        tuple(value._replace(text=self.references.protect(name, value.text)) for value in values if value.text is not None)
                        for values in elements.items
                    )
                    lists.append(elements._replace(items=items))
        elif call.name == "Fn::Split" and len(call.items) == 2:
            delimiter = self._known(call.items[0], depth + 1)
            for value in self._values(call.items[1], depth + 1) if delimiter else ():
                if value.text is not None and delimiter:
                    lists.append(AssumedList(tuple((AssumedValue(part),) for part in split(value.text, delimiter)), value.assumptions))
        elif call.name == "Ref":
            target = resolve(call.argument)
            for value in self._ref(call) if isinstance(target, Scalar) and self.references.is_list(target.value) else ():
                if value.text is not None:
                    lists.append(AssumedList(tuple((AssumedValue(trimmed(part)),) for part in split(value.text, ",")), value.assumptions))
        return lists[:MAX_VALUES]

    def _assuming(self, lists: list[AssumedList], assumptions: Assumptions) -> Iterator[AssumedList]:
        for elements in lists:
            both = self.branches.combine(elements.assumptions, assumptions)
            if both is not None:
                yield elements._replace(assumptions=both)

    def _known(self, node: Node, depth: int) -> str | None:
        """Return the single, known value of a node; None if there is no such value."""
        values = self._values(node, depth)
        if len(values) != 1 or values[0].text is None or not values[0].text.known:
            return None
        return values[0].text.value

"""Evaluate the expressions in conditions to plain strings and lists, without provenance."""

from __future__ import annotations

from collections.abc import Callable

from smlint.readers.cloudformation.calls import IntrinsicCall, intrinsic_call, substitutions
from smlint.readers.common import is_explicit_null, mapping_of
from smlint.syntax import Mapping, Node, Scalar, Sequence, resolve

Lookup = Callable[[str], "str | None"]
"""Return the value of a parameter or pseudo parameter; None if it is unknown."""

_MAX_DEPTH = 20


class PlainValues:
    """Evaluates expressions with the maps of one template."""

    def __init__(self, mappings: Mapping | None) -> None:
        self._mappings = mappings

    def string(self, node: Node | None, lookup: Lookup, depth: int = 0) -> str | None:
        """Return the string that a node evaluates to; None if anything in it is unknown."""
        content, call = resolve(node), intrinsic_call(node)
        if call is None:
            return content.value if isinstance(content, Scalar) and not is_explicit_null(content) else None
        if depth > _MAX_DEPTH:
            return None
        argument = resolve(call.argument)
        if call.name == "Ref":
            return lookup(argument.value) if isinstance(argument, Scalar) else None
        if call.name == "Fn::Sub":
            return self._sub(argument, lookup, depth)
        if call.name == "Fn::Join" and len(call.items) == 2:
            delimiter, parts = self.string(call.items[0], lookup, depth + 1), self.strings(call.items[1], lookup, depth + 1)
            return delimiter.join(parts) if delimiter is not None and parts is not None else None
        if call.name == "Fn::Select" and len(call.items) == 2:
            index, parts = self.string(call.items[0], lookup, depth + 1), self.strings(call.items[1], lookup, depth + 1)
            known = index is not None and index.isascii() and index.isdigit() and len(index) < 10 and parts is not None
            return parts[int(index)] if known and index is not None and parts is not None and int(index) < len(parts) else None
        if call.name == "Fn::FindInMap":
            return self.string(self._cell(call, lookup, depth), lookup, depth + 1)
        return None

    def strings(self, node: Node | None, lookup: Lookup, depth: int = 0) -> list[str] | None:
        """Return the list of strings that a node evaluates to; None if anything in it is unknown."""
        content, call = resolve(node), intrinsic_call(node)
        if depth > _MAX_DEPTH:
            return None
        if call is None:
            items = [self.string(item, lookup, depth + 1) for item in content.items] if isinstance(content, Sequence) else [None]
            known = [item for item in items if item is not None]
            return known if len(known) == len(items) else None
        if call.name == "Fn::Split" and len(call.items) == 2:
            delimiter, text = self.string(call.items[0], lookup, depth + 1), self.string(call.items[1], lookup, depth + 1)
            return text.split(delimiter) if delimiter and text is not None else None
        if call.name == "Ref":
            text = self.string(node, lookup, depth + 1)
            return [part.strip() for part in text.split(",")] if text is not None else None
        if call.name == "Fn::FindInMap":
            return self.strings(self._cell(call, lookup, depth), lookup, depth + 1)
        return None

    def _sub(self, argument: Node | None, lookup: Lookup, depth: int) -> str | None:
        variables: Mapping | None = None
        if isinstance(argument, Sequence) and len(argument.items) == 2:
            variables, argument = mapping_of(argument.items[1]), resolve(argument.items[0])
        if not isinstance(argument, Scalar):
            return None
        parts: list[str] = []
        for start, end, name in substitutions(argument.value):
            if name is None:
                parts.append(argument.value[start:end].replace("${!", "${"))
                continue
            bound = variables.get(name) if variables is not None else None
            value = self.string(bound, lookup, depth + 1) if bound is not None else lookup(name)
            if value is None:
                return None
            parts.append(value)
        return "".join(parts)

    def _cell(self, call: IntrinsicCall, lookup: Lookup, depth: int) -> Node | None:
        """Return the cell of a map that a `Fn::FindInMap` selects; None if its keys are unknown, or the map has no such cell."""
        cell: Node | None = self._mappings
        for item in call.items[:3]:
            key, table = self.string(item, lookup, depth + 1), mapping_of(cell)
            cell = table.get(key) if table is not None and key is not None else None
        return cell if len(call.items) >= 3 else None

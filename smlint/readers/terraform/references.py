"""Evaluate references in Terraform expressions: variables, locals, `each` and `count`, data sources, and attributes and indexes."""

from __future__ import annotations

from collections.abc import Iterator

from smlint.model.source import Span
from smlint.model.text import Piece, Text
from smlint.readers.assumptions import DEFAULT, MAX_VALUES, REGION, Assumptions, combine
from smlint.readers.reader import ReadContext
from smlint.readers.terraform.blocks import arguments, labeled_blocks
from smlint.readers.terraform.data_sources import PREBUILT, REGION_ATTRIBUTES, DataSource
from smlint.readers.terraform.expression_parser import parse_local_value
from smlint.readers.terraform.expressions import Expression, Literal, Reference
from smlint.readers.terraform.possible_values import (
    NOWHERE,
    Collection,
    PossibleValue,
    Scope,
    ValueEvaluator,
    literal,
    placeholder,
    read_only,
    under_assumptions,
    unknown_value,
)
from smlint.readers.terraform.usage import NameUsage, attribute_of
from smlint.readers.terraform.variables import Variables, VariableValue
from smlint.syntax import Mapping, Node, Sequence


class ReferenceEvaluator:
    """Evaluates the references in one configuration file. `region_variables` are the variables that set the AWS Region."""

    def __init__(self, evaluator: ValueEvaluator, root: Mapping, context: ReadContext, region_variables: frozenset[str]) -> None:
        self._evaluator = evaluator
        self.regions = context.catalog.regions
        self._variables = Variables(root, context, region_variables)
        self._locals = {key: node for _, body, _, _ in labeled_blocks(root.get("locals"), 0) for key, node in arguments(body)}
        self._locals_elsewhere = dict(context.locals)
        self._data = {names: body for names, body, _, _ in labeled_blocks(root.get("data"), 2)}
        self.other_rows: set[tuple[str, str | None]] = set()
        self.usage = NameUsage(root, context.uses, context.users)

    def evaluate(self, reference: Reference, scope: Scope, span: Span, depth: int) -> tuple[PossibleValue, ...]:
        """Return the possible values of a reference. A reference to something outside the file is a placeholder with its address."""
        root, steps = reference
        first = steps[0] if steps else None
        if not isinstance(first, str):
            return (self._placeholder(reference, scope, span, depth),)
        iteration = next((each for each in reversed(scope) if each.name == root), None)
        if iteration is not None and first in ("key", "index") and iteration.key is not None:
            return (PossibleValue(literal(iteration.key, span)),)
        if iteration is not None and first == "value" and iteration.values:
            return self.follow(iteration.values, steps[1:], scope, span, depth)
        if root == "var" or (root == "local" and first in self._locals):
            values = self._variable(first, span, depth) if root == "var" else self._evaluator.node(self._locals[first], (), depth)
            followed = self.follow(values, steps[1:], scope, span, depth)
            return read_only(followed) if self.usage.is_shared(f"{root}.{first}", attribute_of(steps)) else followed
        if root == "local" and first in self._locals_elsewhere:
            # Another file defines it, so it is not editable here, and it does not depend on the scope of the resource that refers to it.
            values = self._evaluator.expression(parse_local_value(self._locals_elsewhere[first]), (), span, depth)
            return read_only(self.follow(values, steps[1:], scope, span, depth))
        attributes = [step for step in steps if isinstance(step, str)]
        if root == "data" and len(attributes) == 3:
            return self._data_source(*attributes, scope=scope, span=span, depth=depth)
        return (self._placeholder(reference, scope, span, depth),)

    def _data_source(self, kind: str, label: str, attribute: str, *, scope: Scope, span: Span, depth: int) -> tuple[PossibleValue, ...]:
        body = self._data.get((kind, label))
        source = DataSource(self._evaluator, kind, label, attribute, body=body, scope=scope, span=span, depth=depth)
        values = source.values()
        return read_only(values) if kind == PREBUILT and self.usage.is_shared(source.address) else values

    def _placeholder(self, reference: Reference, scope: Scope, span: Span, depth: int) -> PossibleValue:
        """Return an unknown value named by its address, with indexes evaluated as far as they are known."""
        address = reference.root
        assumptions: Assumptions | None = ()
        for step in reference.steps:
            if isinstance(step, str):
                address += "." + step
                continue
            index = self._evaluator.single(step, scope, depth)
            key = index.text if index is not None else None
            assumptions = combine(assumptions, index.assumptions) if index is not None and assumptions is not None else assumptions
            is_number = isinstance(step, (Literal, Reference)) and key is not None and key.isdecimal()
            address += "[...]" if key is None else f"[{key}]" if is_number else f'["{key}"]'
        return PossibleValue(placeholder(address, span), assumptions or ())

    def _variable(self, name: str, span: Span, depth: int) -> tuple[PossibleValue, ...]:
        value, assumptions = self._variables.value_of(name, span)
        if isinstance(value, Text):
            return (PossibleValue(value, assumptions),)
        if isinstance(value, (Mapping, Sequence)):
            values = self._evaluator.node(value, (), depth)
        else:
            values = self._evaluator.expression(value, (), span, depth)
        return under_assumptions(values, assumptions)

    def follow(
        self, values: tuple[PossibleValue, ...], steps: tuple[str | Expression, ...], scope: Scope, span: Span, depth: int
    ) -> tuple[PossibleValue, ...]:
        """Apply attributes and indexes to values."""
        for step in steps:
            following: list[PossibleValue] = []
            for each in values:
                if not isinstance(each.value, Collection):
                    following.append(PossibleValue(placeholder("...", span), each.assumptions))
                    continue
                for key, assumptions in self._keys(each.value, step, scope, depth):
                    both = combine(each.assumptions, assumptions)
                    if both is not None:
                        following.extend(_entry(each.value, key, both, span))
            values = tuple(following[:MAX_VALUES])
        return values or (unknown_value("...", span),)

    def _keys(self, collection: Collection, step: str | Expression, scope: Scope, depth: int) -> Iterator[tuple[str | None, Assumptions]]:
        """Yield the possible keys of an index: every Region of the collection, if the index is the unknown Region of the deployment."""
        if isinstance(step, str):
            yield step, ()
            return
        for each in self._evaluator.expression(step, scope, NOWHERE, depth + 1):
            text = each.value if isinstance(each.value, Text) else None
            regions = []
            if text is not None and len(text.pieces) == 1 and not text.known and self._is_region(text.pieces[0].name):
                regions = [key for key in collection.entries if key in self.regions]
            for key in regions:
                assumptions = combine(each.assumptions, ((REGION, key),))
                if assumptions is not None:
                    yield key, assumptions
            if not regions:
                index = text.value if text is not None and text.known else None
                self._add_other_rows(collection, step, index, each.assumptions)
                yield index, each.assumptions

    def _add_other_rows(self, collection: Collection, index: Expression, key: str | None, assumptions: Assumptions) -> None:
        """Record the other keys of a map as other values of the variable whose default is the index."""
        others = [each for each in collection.entries if each != key]
        for variable, value in assumptions if others else ():
            if not variable.startswith(DEFAULT + "var."):
                continue
            name = variable.removeprefix(DEFAULT + "var.")
            if index == Reference("var", (name,)) and value == key:
                self.other_rows.update((name, other) for other in others)
            else:
                self.other_rows.add((name, None))

    # ---------------------------------------------------------------- names in conditions

    def local(self, name: str) -> Node | Expression | None:
        """Return the definition of a local value, in this file or another one."""
        if name in self._locals:
            return self._locals[name]
        return parse_local_value(self._locals_elsewhere[name]) if name in self._locals_elsewhere else None

    def variable(self, name: str) -> VariableValue:
        """Return the value of a variable."""
        return self._variables.value_of(name, NOWHERE)

    def domain(self, name: str) -> tuple[str, ...]:
        """Return the only values that a variable may have; empty if there may be others."""
        return self._variables.domain(name)

    def region(self, kind: str, label: str) -> tuple[str | None, Assumptions]:
        """Return the Region of a data source, and its assumptions."""
        return self._evaluator.data_source_region(self._data.get((kind, label)), ())

    # ---------------------------------------------------------------- Regions

    def fill_in_region(self, text: Text, assumptions: Assumptions) -> Text:
        """Fill in the placeholders that the assumed Region determines."""
        region = dict(assumptions).get(REGION)
        if region is None or text.known:
            return text
        return Text(tuple(self._filled(piece, region) for piece in text.pieces), text.anchor)

    def _filled(self, piece: Piece, region: str) -> Piece:
        if piece.text is None and self._is_region(piece.name):
            return piece._replace(text=region)
        if piece.text is None and piece.name.startswith("data.aws_partition.") and piece.name.endswith(".dns_suffix"):
            return piece._replace(text=self.regions.domain_of(region))
        return piece

    def _is_region(self, name: str) -> bool:
        """Return whether an unknown piece with this name is the Region of the deployment."""
        if name.startswith("var."):
            return name[4:] in self._variables.region_variables
        return name.startswith("data.aws_region.") and name.rpartition(".")[2] in REGION_ATTRIBUTES


def _entry(collection: Collection, key: str | None, assumptions: Assumptions, span: Span) -> Iterator[PossibleValue]:
    """Yield the values of an entry under assumptions; an unknown value without a key or an entry."""
    entry = collection.entries.get(key) if key is not None else None
    for each in entry() if entry is not None else (unknown_value("...", span),):
        both = combine(assumptions, each.assumptions)
        if both is not None:
            yield PossibleValue(each.value, both)

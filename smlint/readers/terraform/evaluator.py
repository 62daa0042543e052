"""Evaluate Terraform expressions as far as one file shows their values: variable defaults, locals, maps, conditions, some functions.

A node evaluates to the values it may have: usually one, both arms of a conditional, or one for each Region of a map indexed by an unknown
Region. An unknown value is a placeholder named by its reference (`aws_sagemaker_model.m.name`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from smlint.model.source import Span
from smlint.model.text import Text
from smlint.readers.assumptions import DEFAULT, MAX_VALUES, AssumedValue, Assumptions, Compatibility, combine
from smlint.readers.common import is_explicit_null, part_text, templated
from smlint.readers.reader import ReadContext
from smlint.readers.terraform.blocks import arguments
from smlint.readers.terraform.conditions import ConditionEvaluator
from smlint.readers.terraform.expression_parser import has_template, parse_expression, parse_template
from smlint.readers.terraform.expressions import (
    Access,
    Conditional,
    Expression,
    FunctionCall,
    ListLiteral,
    Literal,
    ObjectLiteral,
    Operation,
    QuotedTemplate,
    Reference,
    TemplatePart,
    Unsupported,
)
from smlint.readers.terraform.functions import Arguments, call
from smlint.readers.terraform.other_values import OtherValue
from smlint.readers.terraform.plain_functions import Plain
from smlint.readers.terraform.plain_values import PlainEvaluation, World
from smlint.readers.terraform.possible_values import (
    NOWHERE,
    Collection,
    PossibleValue,
    Scope,
    SingleValue,
    assumptions_of,
    concatenate,
    literal,
    placeholder,
    single,
    under_assumptions,
    unknown_value,
)
from smlint.readers.terraform.references import ReferenceEvaluator
from smlint.readers.terraform.usage import NameUsage
from smlint.syntax import Mapping, Node, Scalar, Sequence, resolve

_MAX_DEPTH = 50
_MAX_STEPS_PER_VALUE = 5_000
"""Nodes and expressions evaluated for one value: without a limit, locals that refer to each other twice double the work at each level."""
_MAX_STEPS = 500_000
"""The same for a whole file."""


class Evaluator:
    """Evaluates the nodes of one configuration file.

    `region` is the Region of the run. `region_variables` are the variables that set the AWS Region.
    """

    def __init__(self, root: Mapping, context: ReadContext, region_variables: frozenset[str]) -> None:
        self.region = context.region
        self.catalog = context.catalog
        self._references = ReferenceEvaluator(self, root, context, region_variables)
        self._conditions = ConditionEvaluator(self._references)
        self._steps_of_value = 0
        self._steps = 0

    @property
    def compatibility(self) -> Compatibility:
        """Which assumptions hold together in the module."""
        return Compatibility(self._conditions.decide, self._conditions.holds_by_default)

    def is_doubtful(self, assumptions: Assumptions) -> bool:
        """Return whether assumptions include a condition that may never hold, as far as smlint can evaluate it."""
        return self._conditions.is_doubtful(assumptions)

    @property
    def usage(self) -> NameUsage:
        """The uses of names in the module."""
        return self._references.usage

    @property
    def other_rows(self) -> frozenset[OtherValue]:
        """The other values of variables that index a map by their default, as far as values were evaluated."""
        return frozenset(self._references.other_rows)

    def texts(self, node: Node | None, scope: Scope = ()) -> tuple[AssumedValue, ...]:
        """Return the string values that a node may have, at most `MAX_VALUES`; empty if the node is missing or null."""
        if node is None:
            return ()
        texts = []
        existence = assumptions_of(scope)
        compatibility = self.compatibility
        for each in self.values(node, scope):
            assumptions = compatibility.combine(existence, each.assumptions)
            if assumptions is None:
                continue
            if isinstance(each.value, Text):
                text = self._references.fill_in_region(each.value, assumptions)
                if len(text.pieces) > 1 and compatibility.may_conflict(assumptions, ()):
                    text = _without_defaults(text, assumptions)
                texts.append(AssumedValue(text, assumptions))
            elif isinstance(each.value, Collection):
                texts.append(AssumedValue(placeholder("...", _span_of(node)), assumptions))
        return tuple(texts[:MAX_VALUES])

    def values(self, node: Node, scope: Scope = ()) -> tuple[PossibleValue, ...]:
        """Return the values that a node may have."""
        self.start_value()
        return self.node(node, scope, 0)

    def text_of_expression(self, expression: str) -> Text | None:
        """Return the text of an expression with a single value; None otherwise."""
        self.start_value()
        values = self.expression(parse_expression(expression), (), NOWHERE, 0)
        value = values[0].value if len(values) == 1 else None
        return value if isinstance(value, Text) else None

    def start_value(self) -> None:
        """Reset the step count for a new value."""
        self._steps_of_value = 0

    def argument(self, body: Mapping, key: str, scope: Scope, depth: int) -> tuple[PossibleValue, ...]:
        """Evaluate an optional argument of a block; empty if it is missing or null."""
        node = body.get(key)
        values = self.node(node, scope, depth) if node is not None else ()
        return tuple(each for each in values if each.value is not None)

    def data_source_region(self, body: Mapping | None, scope: Scope) -> tuple[str | None, Assumptions]:
        """Return the Region of a data source, and its assumptions: here the Region of the run, because providers are unknown."""
        return self.region, ()

    # ---------------------------------------------------------------- nodes

    def node(self, node: Node, scope: Scope, depth: int) -> tuple[PossibleValue, ...]:
        """Evaluate a node of the configuration."""
        content = resolve(node)
        if content is None or content.tag not in (None, "!!str") or self._exceeds_limits(depth):
            return (unknown_value("...", _span_of(node)),)
        if isinstance(content, Mapping):
            return (PossibleValue(Collection({key: partial(self.node, child, scope, depth + 1) for key, child in arguments(content)})),)
        if isinstance(content, Sequence):
            items = {str(index): partial(self.node, item, scope, depth + 1) for index, item in enumerate(content.items)}
            return (PossibleValue(Collection(items, is_list=True)),)
        if is_explicit_null(content):
            return (PossibleValue(None),)
        if not has_template(content.value):
            return (PossibleValue(templated(content)),)
        parts = parse_template(content.value)
        if len(parts) == 1 and parts[0].expression is not None:
            return self.expression(parts[0].expression, scope, content.span, depth + 1)
        return self._template(content, parts, scope, depth + 1)

    def _exceeds_limits(self, depth: int) -> bool:
        self._steps_of_value += 1
        self._steps += 1
        return depth > _MAX_DEPTH or self._steps_of_value > _MAX_STEPS_PER_VALUE or self._steps > _MAX_STEPS

    def _template(self, scalar: Scalar, parts: tuple[TemplatePart, ...], scope: Scope, depth: int) -> tuple[PossibleValue, ...]:
        text = part_text(scalar, [(part.start, part.end, None if part.expression is None else "...") for part in parts])
        values: list[tuple[PossibleValue, ...]] = []
        for piece, part in zip(text.pieces, parts, strict=True):
            if part.expression is not None:
                values.append(self.expression(part.expression, scope, piece.span or scalar.span, depth))
            elif part.literal == piece.text:
                values.append((PossibleValue(Text((piece,), text.anchor)),))
            else:  # an escape, so the value differs from the written text
                values.append((PossibleValue(Text((piece._replace(text=part.literal, style=None),), text.anchor)),))
        return concatenate(values, text.anchor)

    # ---------------------------------------------------------------- expressions

    def expression(self, expression: Expression, scope: Scope, span: Span, depth: int) -> tuple[PossibleValue, ...]:
        """Evaluate an expression at `span`."""
        if self._exceeds_limits(depth):
            return (unknown_value("...", span),)
        match expression:
            case Literal(value):
                return (PossibleValue(None) if value is None else PossibleValue(literal(value, span)),)
            case QuotedTemplate(parts):
                return concatenate([self._part(part, scope, span, depth + 1) for part in parts], span)
            case Reference():
                return self._references.evaluate(expression, scope, span, depth + 1)
            case Conditional():
                return self._conditional(expression, scope, span, depth + 1)
            case FunctionCall(name, operands):
                values = call(name, Arguments(self, operands, scope, span=span, depth=depth + 1))
                return values or self._plain(expression, scope, span) or (unknown_value(f"{name}(...)", span),)
            case Access(of, steps):
                return self._plain(expression, scope, span) or self.follow(self.expression(of, scope, span, depth + 1), steps, scope, span, depth + 1)
            case Operation():
                return self._plain(expression, scope, span) or (unknown_value("...", span),)
            case ListLiteral(items):
                entries = {str(index): partial(self.expression, item, scope, span, depth + 1) for index, item in enumerate(items)}
                return (PossibleValue(Collection(entries, is_list=True)),)
            case ObjectLiteral(pairs):
                return (self._object(pairs, scope, span, depth + 1),)
            case Unsupported(written):
                return (unknown_value(written, span),)
            case _:  # a test, which is only evaluated as a condition
                return (unknown_value("...", span),)

    def plain(self, node: Node, world: World, scope: Scope) -> tuple[Plain | None, Assumptions]:
        """Return the plain value of a node in a world, None if it is unknown, and the defaults that it depends on."""
        evaluation = PlainEvaluation(self._references, world, scope)
        value = evaluation.node(node)
        return value, tuple(sorted(evaluation.defaults))

    def _plain(self, expression: Expression, scope: Scope, span: Span) -> tuple[PossibleValue, ...]:
        """Return the text that an expression has with the defaults of its variables; empty if it is unknown."""
        evaluation = PlainEvaluation(self._references, World({}, all_defaults=True), scope)
        value = evaluation.value(expression)
        return (PossibleValue(literal(value, span), tuple(sorted(evaluation.defaults))),) if isinstance(value, str) else ()

    def _part(self, part: TemplatePart, scope: Scope, span: Span, depth: int) -> tuple[PossibleValue, ...]:
        if part.expression is None:
            return (PossibleValue(literal(part.literal, span)),)
        return self.expression(part.expression, scope, span, depth)

    def _object(self, pairs: tuple[tuple[Expression, Expression], ...], scope: Scope, span: Span, depth: int) -> PossibleValue:
        assumptions: Assumptions | None = ()
        entries: dict[str, Callable[[], tuple[PossibleValue, ...]]] = {}
        for key, value in pairs:
            name = self.single(key, scope, depth)
            assumptions = combine(assumptions, name.assumptions) if name is not None and assumptions is not None else None
            if name is None or name.text is None or assumptions is None:
                return unknown_value("...", span)
            entries[name.text] = partial(self.expression, value, scope, span, depth)
        return PossibleValue(Collection(entries), assumptions or ())

    def single(self, expression: Expression, scope: Scope, depth: int) -> SingleValue | None:
        """Evaluate an expression that has a single known value; None otherwise."""
        return single(self.expression(expression, scope, NOWHERE, depth + 1))

    def follow(
        self, values: tuple[PossibleValue, ...], steps: tuple[str | Expression, ...], scope: Scope, span: Span, depth: int
    ) -> tuple[PossibleValue, ...]:
        """Apply attributes and indexes to values."""
        return self._references.follow(values, steps, scope, span, depth)

    def _conditional(self, conditional: Conditional, scope: Scope, span: Span, depth: int) -> tuple[PossibleValue, ...]:
        values: list[PossibleValue] = []
        for arm in self._conditions.arms(conditional, scope):
            values.extend(under_assumptions(self.expression(arm.expression, scope, span, depth), arm.assumptions))
        return tuple(values[:MAX_VALUES]) or (unknown_value("...", span),)


def _without_defaults(text: Text, assumptions: Assumptions) -> Text:
    """Return a text that is only partly a default, without it: whoever decides the conditions of the text may override the default."""
    defaults = {variable.removeprefix(DEFAULT) for variable, _ in assumptions if variable.startswith(DEFAULT)}
    return text._replace(pieces=tuple(piece._replace(text=None) if piece.name in defaults else piece for piece in text.pieces))


def _span_of(node: Node) -> Span:
    content = resolve(node)
    return content.span if content is not None else NOWHERE

"""Terraform's expressions, evaluated as far as one file tells: variables by their defaults, locals, maps, conditionals, a few functions.

A node evaluates to the values it may have: usually one, both of a conditional, or one for each Region of a map that an unknown Region
indexes. What cannot be told is an unknown piece that is named by its reference (`aws_sagemaker_model.m.name`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from smlint.model.source import Span
from smlint.model.text import Piece, Text
from smlint.readers.assumptions import MAX_VALUES, AssumedValue, Assumptions, combine
from smlint.readers.common import is_null, part_text, scalar_of, templated
from smlint.readers.reader import ReadContext
from smlint.readers.terraform.blocks import entries, labelled
from smlint.readers.terraform.conditions import ConditionEvaluator
from smlint.readers.terraform.data_sources import REGION_ATTRIBUTES, DataSource
from smlint.readers.terraform.expressions import (
    Conditional,
    Expression,
    FunctionCall,
    ListLiteral,
    Literal,
    ObjectLiteral,
    QuotedTemplate,
    Reference,
    TemplatePart,
    Unsupported,
    has_template,
    local_value,
    parse_expression,
    parse_template,
)
from smlint.readers.terraform.functions import Arguments, call
from smlint.readers.terraform.possible_values import (
    NOWHERE,
    REGION,
    Collection,
    PossibleValue,
    Scope,
    SingleValue,
    concatenate,
    literal,
    placeholder,
    read_only,
    single,
    under_assumptions,
    unknown_value,
)
from smlint.readers.terraform.usage import NameUsage, attribute_of
from smlint.readers.terraform.variables import Variables
from smlint.syntax import Mapping, Node, Scalar, Sequence, resolve

_MAX_DEPTH = 50
_MAX_EFFORT = 5_000  # nodes and expressions looked at for one value: locals that use each other twice would double at each
_MAX_TOTAL = 500_000  # the same for a whole file


class Evaluator:
    """Evaluates the nodes of one configuration file.

    `region` is that of the run; a variable in `region_variables` is the Region that is deployed to.
    """

    def __init__(self, root: Mapping, environment: ReadContext, region_variables: frozenset[str]) -> None:
        self.region = environment.region
        self.catalog = environment.catalog
        self._variables = Variables(root, environment, region_variables)
        self._locals = {key: node for _, body, _, _ in labelled(root.get("locals"), 0) for key, node in entries(body)}
        self._locals_elsewhere = dict(environment.locals)
        self._data = {names: body for names, body, _, _ in labelled(root.get("data"), 2)}
        self._uses = NameUsage(root, environment.uses)
        self._conditions = ConditionEvaluator(self.single, self._defaults_in)
        self._effort = 0
        self._total = 0

    def texts(self, node: Node | None, scope: Scope = ()) -> tuple[AssumedValue, ...]:
        """The values that a node may have as a string, at most 64; empty for a missing node or null."""
        if node is None:
            return ()
        found = []
        for option in self.options(node, scope):
            if isinstance(option.value, Text):
                found.append(AssumedValue(self._settled(option.value, option.assumptions), option.assumptions))
            elif isinstance(option.value, Collection):
                found.append(AssumedValue(placeholder("...", _span_of(node)), option.assumptions))
        return tuple(found[:MAX_VALUES])

    def options(self, node: Node, scope: Scope = ()) -> tuple[PossibleValue, ...]:
        """The values that a node may have."""
        self.begin()
        return self.node(node, scope, 0)

    def named(self, expression: str) -> Text | None:
        """The text of an expression that has one value; None for any other."""
        self.begin()
        options = self.expression(parse_expression(expression), (), NOWHERE, 0)
        value = options[0].value if len(options) == 1 else None
        return value if isinstance(value, Text) else None

    def begin(self) -> None:
        """Begin with a new value: what was spent on others does not count against it."""
        self._effort = 0

    def argument(self, body: Mapping, key: str, scope: Scope, depth: int) -> tuple[PossibleValue, ...]:
        """The values of an optional argument of a block; none when it is not given or null."""
        node = body.get(key)
        options = self.node(node, scope, depth) if node is not None else ()
        return tuple(option for option in options if option.value is not None)

    def region_where(self, body: Mapping | None, scope: Scope) -> tuple[str | None, Assumptions]:
        """The Region where a data source looks, and what that rests on; the Region of the run here, where nothing is known of providers."""
        return self.region, ()

    def is_shared(self, name: str, attribute: str | None = None) -> bool:
        """Whether something that is no deployment uses a variable, local or data source, or the attribute of it; in doubt it does."""
        return self._uses.is_shared(name, attribute)

    # ---------------------------------------------------------------- nodes

    def node(self, node: Node, scope: Scope, depth: int) -> tuple[PossibleValue, ...]:
        """The values of a node of the configuration."""
        found = resolve(node)
        if found is None or found.tag not in (None, "!!str") or self._too_much(depth):
            return (unknown_value("...", _span_of(node)),)
        if isinstance(found, Mapping):
            return (PossibleValue(Collection({key: partial(self.node, child, scope, depth + 1) for key, child in entries(found)})),)
        if isinstance(found, Sequence):
            items = {str(index): partial(self.node, item, scope, depth + 1) for index, item in enumerate(found.items)}
            return (PossibleValue(Collection(items, is_list=True)),)
        if is_null(found):
            return (PossibleValue(None),)
        if not has_template(found.value):
            return (PossibleValue(templated(found)),)
        parts = parse_template(found.value)
        if len(parts) == 1 and parts[0].expression is not None:
            return self.expression(parts[0].expression, scope, found.span, depth + 1)
        return self._template(found, parts, scope, depth + 1)

    def _too_much(self, depth: int) -> bool:
        self._effort += 1
        self._total += 1
        return depth > _MAX_DEPTH or self._effort > _MAX_EFFORT or self._total > _MAX_TOTAL

    def _template(self, scalar: Scalar, parts: tuple[TemplatePart, ...], scope: Scope, depth: int) -> tuple[PossibleValue, ...]:
        text = part_text(scalar, [(part.start, part.end, None if part.expression is None else "...") for part in parts])
        choices: list[tuple[PossibleValue, ...]] = []
        for piece, part in zip(text.pieces, parts, strict=True):
            if part.expression is not None:
                choices.append(self.expression(part.expression, scope, piece.span or scalar.span, depth))
            elif part.literal == piece.text:
                choices.append((PossibleValue(Text((piece,), text.anchor)),))
            else:  # an escape: what stands there is not what it reads
                choices.append((PossibleValue(Text((piece._replace(text=part.literal, style=None),), text.anchor)),))
        return concatenate(choices, text.anchor)

    # ---------------------------------------------------------------- expressions

    def expression(self, expression: Expression, scope: Scope, span: Span, depth: int) -> tuple[PossibleValue, ...]:
        """The values of an expression that stands at `span`."""
        if self._too_much(depth):
            return (unknown_value("...", span),)
        match expression:
            case Literal(value):
                return (PossibleValue(None) if value is None else PossibleValue(literal(value, span)),)
            case QuotedTemplate(parts):
                return concatenate([self._part(part, scope, span, depth + 1) for part in parts], span)
            case Reference():
                return self._reference(expression, scope, span, depth + 1)
            case Conditional():
                return self._conditional(expression, scope, span, depth + 1)
            case FunctionCall(name, arguments):
                return call(name, Arguments(self, arguments, scope, span, depth + 1))
            case ListLiteral(items):
                listed = {str(index): partial(self.expression, item, scope, span, depth + 1) for index, item in enumerate(items)}
                return (PossibleValue(Collection(listed, is_list=True)),)
            case ObjectLiteral(pairs):
                return (self._object(pairs, scope, span, depth + 1),)
            case Unsupported(written):
                return (unknown_value(written, span),)
            case _:  # a comparison: its value decides conditions only
                return (unknown_value("...", span),)

    def _part(self, part: TemplatePart, scope: Scope, span: Span, depth: int) -> tuple[PossibleValue, ...]:
        return (PossibleValue(literal(part.literal, span)),) if part.expression is None else self.expression(part.expression, scope, span, depth)

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
        """The one known value of an expression, with what it rests on."""
        return single(self.expression(expression, scope, NOWHERE, depth + 1))

    def _conditional(self, conditional: Conditional, scope: Scope, span: Span, depth: int) -> tuple[PossibleValue, ...]:
        found: list[PossibleValue] = []
        for arm, assumptions, unclear in self._conditions.arms(conditional, scope, depth):
            for option in self.expression(arm, scope, span, depth):
                # A value that is the default itself goes with all else that rests on it.
                own = {variable for variable, _ in option.assumptions}
                found.extend(under_assumptions((option,), tuple(sorted((*assumptions, *(pair for pair in unclear if pair[0] not in own))))))
        return tuple(found[:MAX_VALUES]) or (unknown_value("...", span),)

    def _defaults_in(self, test: str) -> Assumptions:
        """The defaults that a test rests on, as it is written."""
        told = (self._variables.told(name, NOWHERE).assumptions for name in sorted(self._uses.variables(test)))
        return tuple(pair for assumptions in told for pair in assumptions)

    # ---------------------------------------------------------------- references

    def _reference(self, reference: Reference, scope: Scope, span: Span, depth: int) -> tuple[PossibleValue, ...]:
        root, steps = reference
        first = steps[0] if steps else None
        if not isinstance(first, str):
            return (self._elsewhere(reference, scope, span, depth),)
        each = next((each for each in reversed(scope) if each.name == root), None)
        if each is not None and first in ("key", "index") and each.key is not None:
            return (PossibleValue(literal(each.key, span)),)
        if each is not None and first == "value" and each.value is not None:
            return self.follow((each.value,), steps[1:], scope, span, depth)
        if root == "var" or (root == "local" and first in self._locals):
            options = self._variable(first, span, depth) if root == "var" else self.node(self._locals[first], (), depth)
            found = self.follow(options, steps[1:], scope, span, depth)
            return read_only(found) if self.is_shared(f"{root}.{first}", attribute_of(steps)) else found
        if root == "local" and first in self._locals_elsewhere:
            # It is told by another file, which is not edited from here; nothing of the resource that refers to it is known there.
            value = self.expression(local_value(self._locals_elsewhere[first]), (), span, depth)
            return read_only(self.follow(value, steps[1:], scope, span, depth))
        named = [step for step in steps if isinstance(step, str)]
        if root == "data" and len(named) == 3:
            kind, label, attribute = named
            return DataSource(self, kind, label, attribute, self._data.get((kind, label)), scope, span, depth).options()
        return (self._elsewhere(reference, scope, span, depth),)

    def _elsewhere(self, reference: Reference, scope: Scope, span: Span, depth: int) -> PossibleValue:
        """What is not told here, named as an address is written, its indexes evaluated as far as they are known."""
        spelled = reference.root
        rests: Assumptions | None = ()
        for step in reference.steps:
            if isinstance(step, str):
                spelled += "." + step
                continue
            found = self.single(step, scope, depth)
            key = found.text if found is not None else None
            rests = combine(rests, found.assumptions) if found is not None and rests is not None else rests
            number = isinstance(step, (Literal, Reference)) and key is not None and key.isdecimal()
            spelled += "[...]" if key is None else f"[{key}]" if number else f'["{key}"]'
        return PossibleValue(placeholder(spelled, span), rests or ())

    def _variable(self, name: str, span: Span, depth: int) -> tuple[PossibleValue, ...]:
        value, assumptions = self._variables.told(name, span)
        if isinstance(value, Text):
            return (PossibleValue(value, assumptions),)
        found = self.node(value, (), depth) if isinstance(value, (Mapping, Sequence)) else self.expression(value, (), span, depth)
        return under_assumptions(found, assumptions)

    def follow(
        self, options: tuple[PossibleValue, ...], steps: tuple[str | Expression, ...], scope: Scope, span: Span, depth: int
    ) -> tuple[PossibleValue, ...]:
        """What the steps (attributes and indexes) lead to."""
        for step in steps:
            found: list[PossibleValue] = []
            for option in options:
                if not isinstance(option.value, Collection):
                    found.append(PossibleValue(placeholder("...", span), option.assumptions))
                    continue
                for key, assumptions in self._keys(option.value, step, scope, depth):
                    both = combine(option.assumptions, assumptions)
                    if both is not None:
                        found.extend(self._entry(option.value, key, both, span))
            options = tuple(found[:MAX_VALUES])
        return options or (unknown_value("...", span),)

    @staticmethod
    def _entry(collection: Collection, key: str | None, assumptions: Assumptions, span: Span) -> Iterator[PossibleValue]:
        entry = collection.entries.get(key) if key is not None else None
        for option in entry() if entry is not None else (unknown_value("...", span),):
            both = combine(assumptions, option.assumptions)
            if both is not None:
                yield PossibleValue(option.value, both)

    def _keys(self, collection: Collection, step: str | Expression, scope: Scope, depth: int) -> Iterator[tuple[str | None, Assumptions]]:
        """The keys that an index may be: those of all Regions, when it is the Region of the deployment, which is not known."""
        if isinstance(step, str):
            yield step, ()
            return
        for option in self.expression(step, scope, NOWHERE, depth + 1):
            text = option.value if isinstance(option.value, Text) else None
            regions = []
            if text is not None and len(text.pieces) == 1 and not text.known and self._is_region(text.pieces[0].name):
                regions = [key for key in collection.entries if key in self.catalog.regions]
            for key in regions:
                assumptions = combine(option.assumptions, ((REGION, key),))
                if assumptions is not None:
                    yield key, assumptions
            if not regions:
                yield text.value if text is not None and text.known else None, option.assumptions

    # ---------------------------------------------------------------- Regions

    def _is_region(self, name: str) -> bool:
        """Whether an unknown piece of this name is the Region of the deployment."""
        if name.startswith("var."):
            return name[4:] in self._variables.of_region
        return name.startswith("data.aws_region.") and name.rpartition(".")[2] in REGION_ATTRIBUTES

    def _settled(self, text: Text, assumptions: Assumptions) -> Text:
        """A text that holds in one Region knows what follows from it."""
        region = dict(assumptions).get(REGION)
        if region is None or text.known:
            return text
        return Text(tuple(self._filled(piece, region) for piece in text.pieces), text.anchor)

    def _filled(self, piece: Piece, region: str) -> Piece:
        if piece.text is None and self._is_region(piece.name):
            return piece._replace(text=region)
        if piece.text is None and piece.name.startswith("data.aws_partition.") and piece.name.endswith(".dns_suffix"):
            return piece._replace(text=self.catalog.regions.domain_of(region))
        return piece


def simple_reference(node: Node | None) -> tuple[str, str] | None:
    """The root and name of a node that is nothing but `${root.name}`."""
    scalar = scalar_of(node)
    parts = parse_template(scalar.value) if scalar is not None and has_template(scalar.value) else ()
    expression = parts[0].expression if len(parts) == 1 else None
    if isinstance(expression, Reference) and len(expression.steps) == 1 and isinstance(expression.steps[0], str):
        return expression.root, expression.steps[0]
    return None


def _span_of(node: Node) -> Span:
    found = resolve(node)
    return found.span if found is not None else NOWHERE

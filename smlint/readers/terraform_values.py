"""Terraform's expressions, evaluated as far as one file tells: variables by their defaults, locals, maps, conditionals, a few functions.

A node evaluates to the values it may have: usually one, both of a conditional, or one for each Region of a map that an unknown Region
indexes. What cannot be told is an unknown piece that is named by its reference (`aws_sagemaker_model.m.name`).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from smlint.images.regions import domain_of, is_region
from smlint.model import Piece, Span, Text
from smlint.nodes import Mapping, Node, Scalar, Sequence, resolve
from smlint.readers.assumptions import Given, together
from smlint.readers.facts import Environment, is_null, part_text, scalar_of, templated
from smlint.readers.intrinsics import MAX_VALUES, Value
from smlint.readers.terraform_blocks import entries, labelled
from smlint.readers.terraform_conditions import Conditions
from smlint.readers.terraform_data import REGION_ATTRIBUTES, Source
from smlint.readers.terraform_expressions import (
    Call,
    Conditional,
    Expression,
    Items,
    Literal,
    Object,
    Other,
    Part,
    Reference,
    Template,
    has_template,
    parse_expression,
    parse_template,
)
from smlint.readers.terraform_functions import Arguments, call
from smlint.readers.terraform_options import NOWHERE, REGION, Collection, Option, Scope, hole, joined, literal, only_text, unknown_option

_MAX_DEPTH = 50
_MAX_EFFORT = 5_000  # nodes and expressions looked at for one value: locals that use each other twice would double at each
_MAX_TOTAL = 500_000  # the same for a whole file


class Evaluator:
    """Evaluates the nodes of one configuration file.

    `parameters` are the values of variables, `defaults` those that another file of the folder declares, `region` is that of the
    run; a variable in `region_variables` is the Region that is deployed to, so that its default gives way to the Region of the run.
    """

    def __init__(self, root: Mapping, environment: Environment, region_variables: frozenset[str]) -> None:
        self.parameters = dict(environment.parameters)
        self.defaults = dict(environment.defaults)
        self.region = environment.region
        self.region_variables = region_variables
        self._variables = {names[0]: body for names, body, _, _ in labelled(root.get("variable"), 1)}
        self._locals = {key: node for _, body, _, _ in labelled(root.get("locals"), 0) for key, node in entries(body)}
        self._data = {names: body for names, body, _, _ in labelled(root.get("data"), 2)}
        self._conditions = Conditions(self.parameters, self.plain)
        self._effort = 0
        self._total = 0

    def texts(self, node: Node | None, scope: Scope = ()) -> tuple[Value, ...]:
        """The values that a node may have as a string, at most 64; empty for a missing node or null."""
        if node is None:
            return ()
        found = []
        for option in self.options(node, scope):
            if isinstance(option.value, Text):
                found.append(Value(self._settled(option.value, option.given), option.given))
            elif isinstance(option.value, Collection):
                found.append(Value(hole("...", _span_of(node)), option.given))
        return tuple(found[:MAX_VALUES])

    def options(self, node: Node, scope: Scope = ()) -> tuple[Option, ...]:
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

    def argument(self, body: Mapping, key: str, scope: Scope, depth: int) -> tuple[Option, ...]:
        """The values of an optional argument of a block; none when it is not given or null."""
        node = body.get(key)
        options = self.node(node, scope, depth) if node is not None else ()
        return tuple(option for option in options if option.value is not None)

    def region_where(self, body: Mapping | None, scope: Scope) -> str | None:
        """The Region where a data source looks; the Region of the run here, where nothing is known of providers."""
        return self.region

    # ---------------------------------------------------------------- nodes

    def node(self, node: Node, scope: Scope, depth: int) -> tuple[Option, ...]:
        """The values of a node of the configuration."""
        found = resolve(node)
        if found is None or found.tag not in (None, "!!str") or self._too_much(depth):
            return (unknown_option("...", _span_of(node)),)
        if isinstance(found, Mapping):
            return (Option(Collection({key: partial(self.node, child, scope, depth + 1) for key, child in entries(found)})),)
        if isinstance(found, Sequence):
            items = {str(index): partial(self.node, item, scope, depth + 1) for index, item in enumerate(found.items)}
            return (Option(Collection(items, is_list=True)),)
        if is_null(found):
            return (Option(None),)
        if not has_template(found.value):
            return (Option(templated(found)),)
        parts = parse_template(found.value)
        if len(parts) == 1 and parts[0].expression is not None:
            return self.expression(parts[0].expression, scope, found.span, depth + 1)
        return self._template(found, parts, scope, depth + 1)

    def _too_much(self, depth: int) -> bool:
        self._effort += 1
        self._total += 1
        return depth > _MAX_DEPTH or self._effort > _MAX_EFFORT or self._total > _MAX_TOTAL

    def _template(self, scalar: Scalar, parts: tuple[Part, ...], scope: Scope, depth: int) -> tuple[Option, ...]:
        text = part_text(scalar, [(part.start, part.end, None if part.expression is None else "...") for part in parts])
        choices: list[tuple[Option, ...]] = []
        for piece, part in zip(text.pieces, parts, strict=True):
            if part.expression is not None:
                choices.append(self.expression(part.expression, scope, piece.span or scalar.span, depth))
            elif part.literal == piece.text:
                choices.append((Option(Text((piece,), text.anchor)),))
            else:  # an escape: what stands there is not what it reads
                choices.append((Option(Text((piece._replace(text=part.literal, style=None),), text.anchor)),))
        return joined(choices, text.anchor)

    # ---------------------------------------------------------------- expressions

    def expression(self, expression: Expression, scope: Scope, span: Span, depth: int) -> tuple[Option, ...]:
        """The values of an expression that stands at `span`."""
        if self._too_much(depth):
            return (unknown_option("...", span),)
        match expression:
            case Literal(value):
                return (Option(None) if value is None else Option(literal(value, span)),)
            case Template(parts):
                return joined([self._part(part, scope, span, depth + 1) for part in parts], span)
            case Reference():
                return self._reference(expression, scope, span, depth + 1)
            case Conditional():
                return self._conditional(expression, scope, span, depth + 1)
            case Call(name, arguments):
                return call(name, Arguments(self, arguments, scope, span, depth + 1))
            case Items(items):
                listed = {str(index): partial(self.expression, item, scope, span, depth + 1) for index, item in enumerate(items)}
                return (Option(Collection(listed, is_list=True)),)
            case Object(pairs):
                named = [(self.plain(key, scope, depth + 1), value) for key, value in pairs]
                if any(key is None for key, _ in named):
                    return (unknown_option("...", span),)
                return (Option(Collection({key or "": partial(self.expression, value, scope, span, depth + 1) for key, value in named})),)
            case Other(written):
                return (unknown_option(written, span),)
            case _:  # a comparison: its value decides conditions only
                return (unknown_option("...", span),)

    def _part(self, part: Part, scope: Scope, span: Span, depth: int) -> tuple[Option, ...]:
        return (Option(literal(part.literal, span)),) if part.expression is None else self.expression(part.expression, scope, span, depth)

    def plain(self, expression: Expression, scope: Scope, depth: int) -> str | None:
        """The one known string of an expression."""
        text = only_text(self.expression(expression, scope, NOWHERE, depth + 1))
        return text.value if text is not None else None

    def _conditional(self, conditional: Conditional, scope: Scope, span: Span, depth: int) -> tuple[Option, ...]:
        found: list[Option] = []
        for arm, given in self._conditions.arms(conditional, scope, depth):
            for option in self.expression(arm, scope, span, depth):
                both = together(option.given, given)
                if both is not None:
                    found.append(Option(option.value, both))
        return tuple(found[:MAX_VALUES]) or (unknown_option("...", span),)

    # ---------------------------------------------------------------- references

    def _reference(self, reference: Reference, scope: Scope, span: Span, depth: int) -> tuple[Option, ...]:
        root, steps = reference
        first = steps[0] if steps else None
        if not isinstance(first, str):
            return (unknown_option(self._spelled(reference, scope, depth), span),)
        each = next((each for each in reversed(scope) if each.name == root), None)
        if each is not None and first in ("key", "index") and each.key is not None:
            return (Option(literal(each.key, span)),)
        if each is not None and first == "value" and each.value is not None:
            return self.follow((each.value,), steps[1:], scope, span, depth)
        if root == "var":
            return self.follow(self._variable(first, span, depth), steps[1:], scope, span, depth)
        if root == "local" and first in self._locals:
            return self.follow(self.node(self._locals[first], (), depth), steps[1:], scope, span, depth)
        named = [step for step in steps if isinstance(step, str)]
        if root == "data" and len(named) == 3:
            kind, label, attribute = named
            return Source(self, kind, label, attribute, self._data.get((kind, label)), scope, span, depth).options()
        return (unknown_option(self._spelled(reference, scope, depth), span),)

    def _spelled(self, reference: Reference, scope: Scope, depth: int) -> str:
        """A reference as an address is written, its indexes evaluated as far as they are known."""
        spelled = reference.root
        for step in reference.steps:
            if isinstance(step, str):
                spelled += "." + step
                continue
            key = self.plain(step, scope, depth)
            number = isinstance(step, (Literal, Reference)) and key is not None and key.isdecimal()
            spelled += "[...]" if key is None else f"[{key}]" if number else f'["{key}"]'
        return spelled

    def _variable(self, name: str, span: Span, depth: int) -> tuple[Option, ...]:
        label = f"var.{name}"
        variable = self._variables.get(name)
        default = resolve(variable.get("default")) if variable is not None else None
        if name in self.parameters:
            given = self.parameters[name]
            if given.lstrip()[:1] in ("{", "[") and not isinstance(default, Scalar):
                return self.expression(parse_expression(given), (), span, depth)
            return (Option(Text((Piece(given, span, None, label),), span)),)
        if name in self.region_variables and self.region is not None:
            return (Option(Text((Piece(self.region, None, None, label),), span)),)
        if default is None and name in self.defaults:
            given = self.defaults[name]
            if given.lstrip()[:1] in ("{", "["):
                return self.expression(parse_expression(given), (), span, depth)
            return (Option(Text((Piece(given, span, None, label),), span)),)
        if default is None or is_null(default) or (isinstance(default, Scalar) and default.value == ""):
            return (unknown_option(label, span),)
        if isinstance(default, Scalar):  # a literal, in which `${` means nothing
            text = templated(default)
            return (Option(Text(tuple(piece._replace(name=piece.name or label) for piece in text.pieces), text.anchor)),)
        return self.node(default, (), depth)

    def follow(self, options: tuple[Option, ...], steps: tuple[str | Expression, ...], scope: Scope, span: Span, depth: int) -> tuple[Option, ...]:
        """What the steps (attributes and indexes) lead to."""
        for step in steps:
            found: list[Option] = []
            for option in options:
                if not isinstance(option.value, Collection):
                    found.append(Option(hole("...", span), option.given))
                    continue
                for key, given in self._keys(option.value, step, scope, depth):
                    both = together(option.given, given)
                    if both is not None:
                        found.extend(self._entry(option.value, key, both, span))
            options = tuple(found[:MAX_VALUES])
        return options or (unknown_option("...", span),)

    @staticmethod
    def _entry(collection: Collection, key: str | None, given: Given, span: Span) -> Iterator[Option]:
        entry = collection.entries.get(key) if key is not None else None
        for option in entry() if entry is not None else (unknown_option("...", span),):
            both = together(given, option.given)
            if both is not None:
                yield Option(option.value, both)

    def _keys(self, collection: Collection, step: str | Expression, scope: Scope, depth: int) -> Iterator[tuple[str | None, Given]]:
        """The keys that an index may be: those of all Regions, when it is the Region of the deployment, which is not known."""
        if isinstance(step, str):
            yield step, ()
            return
        for option in self.expression(step, scope, NOWHERE, depth + 1):
            text = option.value if isinstance(option.value, Text) else None
            regions = []
            if text is not None and len(text.pieces) == 1 and not text.known and self._is_region(text.pieces[0].name):
                regions = [key for key in collection.entries if is_region(key)]
            for key in regions:
                given = together(option.given, ((REGION, key),))
                if given is not None:
                    yield key, given
            if not regions:
                yield text.value if text is not None and text.known else None, option.given

    # ---------------------------------------------------------------- Regions

    def _is_region(self, name: str) -> bool:
        """Whether an unknown piece of this name is the Region of the deployment."""
        if name.startswith("var."):
            return name[4:] in self.region_variables
        return name.startswith("data.aws_region.") and name.rpartition(".")[2] in REGION_ATTRIBUTES

    def _settled(self, text: Text, given: Given) -> Text:
        """A text that holds in one Region knows what follows from it."""
        region = dict(given).get(REGION)
        if region is None or text.known:
            return text
        return Text(tuple(self._filled(piece, region) for piece in text.pieces), text.anchor)

    def _filled(self, piece: Piece, region: str) -> Piece:
        if piece.text is None and self._is_region(piece.name):
            return piece._replace(text=region)
        if piece.text is None and piece.name.startswith("data.aws_partition.") and piece.name.endswith(".dns_suffix"):
            return piece._replace(text=domain_of(region))
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

"""The values of `Ref: Name`: pseudo parameters, given parameters, and the defaults and allowed values of a template's parameters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from smlint.model.source import Span
from smlint.model.text import Constraint, Piece, Text
from smlint.readers.assumptions import CONDITION, DEFAULT, MAX_VALUES, PARAMETER, AssumedValue, Assumptions
from smlint.readers.cloudformation.calls import NO_VALUE, pseudo_parameter
from smlint.readers.cloudformation.pieces import unknown_value
from smlint.readers.common import is_explicit_null, mapping_of, scalar_text, templated
from smlint.readers.reader import ANY, ReadContext
from smlint.syntax import Mapping, Node, Scalar, Sequence, resolve

_NO_SPAN = Span(0, 0)
_PARENT = "of the parent"
"""The name of the conditions on which the arguments of a nested template depend. No condition has this name."""


ParameterMode = Literal["default", "unknown", "all"]
"""Which values a parameter that is not given has: its default, an unknown value, or all that the template lists."""


class References:
    """Evaluates references to names in one template and one context."""

    def __init__(self, root: Mapping, context: ReadContext, mode: ParameterMode, *, has_aliases: bool) -> None:
        self._root = root
        self._mode = mode
        self._parameters = mapping_of(root.get("Parameters"))
        self._given = dict(context.parameters)
        self._unknown = frozenset(context.unknown) - self._given.keys()
        self._listed: dict[str, list[str | None]] = {}
        for listed, other in context.listed:
            self._listed.setdefault(listed, []).append(other)
        self._is_nested = context.is_nested
        self._passed: dict[str, Assumptions] = dict.fromkeys(context.conditional, ((CONDITION + _PARENT, "true"),))
        if context.is_nested and mode != "all":
            self._passed |= {name: ((DEFAULT + name, value),) for name, value in context.defaults}
        self._region = context.region
        self._regions = context.catalog.regions
        self._used_elsewhere: frozenset[str] | None = None
        self._has_aliases = has_aliases
        self._shared: frozenset[Node] | None = None

    def protect(self, name: str, text: Text) -> Text:
        """Return a text of a parameter or a map, not editable if anything else in the template uses that parameter or map."""
        if self._used_elsewhere is None:
            from smlint.readers.cloudformation.usage import used_elsewhere

            self._used_elsewhere = used_elsewhere(self._root)
        return text.read_only() if name in self._used_elsewhere else text

    def is_shared(self, node: Node) -> bool:
        """Return whether an alias also puts a node where no deployment is."""
        if self._shared is None:
            from smlint.readers.cloudformation.usage import shared_by_alias

            self._shared = shared_by_alias(self._root) if self._has_aliases else frozenset()
        return node in self._shared

    def values(self, name: str, span: Span, anchor: Span) -> Iterator[AssumedValue]:
        """Yield the values of `Ref: name`; a value from outside the template gets the span of the reference."""
        if name == NO_VALUE:
            yield AssumedValue(None)
            return
        if name.startswith("AWS::"):
            value = pseudo_parameter(name, self._region, self._regions) if self._region is not None else None
            yield AssumedValue(Text((Piece(value, span, None, name),), anchor))
            return
        if name in self._given:
            passed = self._passed.get(name, ())
            if passed and self._mode == "unknown":
                yield unknown_value(span, name)
            else:
                yield AssumedValue(Text((Piece(self._given[name], span, None, name),), anchor), passed)
            return
        parameter = mapping_of(self._parameters.get(name)) if self._parameters is not None else None
        kind = parameter.get("Type") if parameter is not None else None
        if parameter is None or name in self._unknown or (isinstance(kind, Scalar) and kind.value.startswith("AWS::SSM::")):
            # CloudFormation makes up the name of a resource, and looks up a Systems Manager parameter when it deploys the stack.
            yield unknown_value(span, name)
            return
        default = resolve(parameter.get("Default"))
        has_default = isinstance(default, Scalar) and not is_explicit_null(default)
        choices = _scalars(parameter.get("AllowedValues"))
        if self._mode == "all":
            yield from self._all_values(name, default if isinstance(default, Scalar) and has_default else None, choices, span)
        elif has_default and isinstance(default, Scalar):
            known = default.value and self._mode != "unknown"
            yield self._default(name, default, parameter) if known else unknown_value(span, name)
        elif not choices or len(choices) > MAX_VALUES:
            yield unknown_value(span, name)
        else:
            for choice in choices:
                assumptions: Assumptions = ((PARAMETER + name, choice.value),) if len(choices) > 1 else ()
                yield AssumedValue(self.protect(name, scalar_text(choice)), assumptions)

    def _default(self, name: str, default: Scalar, parameter: Mapping) -> AssumedValue:
        text = self.protect(name, templated(default))
        constraint = _constraint(default, parameter)
        pieces = tuple(piece._replace(name=piece.name or name, constraint=constraint) for piece in text.pieces)
        named = Text(pieces, text.anchor)
        # A pattern of Java's regular expressions cannot be checked here.
        assumptions: Assumptions = () if self._is_nested else ((DEFAULT + name, text.value),)
        return AssumedValue(named if parameter.get("AllowedPattern") is None else named.read_only(), assumptions)

    def _all_values(self, name: str, default: Scalar | None, choices: list[Scalar], span: Span) -> Iterator[AssumedValue]:
        """Return the default, the allowed values and those in parameter files, each as one of several that the parameter may have."""
        values = {choice.value: scalar_text(choice).read_only() for choice in choices}
        if default is not None:
            values[default.value] = templated(default)
        # CloudFormation accepts no other value than an allowed one: other files can only set the parameter to one of these.
        listed = [*self._listed.get(name, ()), *self._listed.get(ANY, ())] if not choices else []
        for other in listed:
            if other is not None:
                values.setdefault(other, Text((Piece(other, span, None, name, outside=True),), span))
        if values and None in listed:
            yield unknown_value(span, name)
        if not values or len(values) > MAX_VALUES or "" in values:
            yield unknown_value(span, name)
            return
        for value, text in values.items():
            pieces = tuple(piece._replace(name=piece.name or name) for piece in text.pieces)
            yield AssumedValue(text._replace(pieces=pieces), ((PARAMETER + name, value),))

    def is_open(self, name: str) -> bool:
        """Return whether a name is that of a parameter which is not given, and whose values the template does not list."""
        parameter = mapping_of(self._parameters.get(name)) if self._parameters is not None else None
        return parameter is not None and name not in self._given and not _scalars(parameter.get("AllowedValues"))

    def is_list(self, name: str) -> bool:
        """Return whether a parameter is a list, written as one string with commas."""
        parameter = mapping_of(self._parameters.get(name)) if self._parameters is not None else None
        kind = resolve(parameter.get("Type")) if parameter is not None else None
        return isinstance(kind, Scalar) and (kind.value == "CommaDelimitedList" or kind.value.startswith("List<"))

    def single(self, name: str) -> Text | None:
        """Return the only text that `${name}` can have in a `Fn::Sub`; None if it is unknown. Values from outside have no span."""
        values = [] if "." in name else list(self.values(name, _NO_SPAN, _NO_SPAN))
        text = values[0].text if len(values) == 1 else None
        if text is None or not text.known:
            return None
        return Text(tuple(piece._replace(span=None) if piece.span == _NO_SPAN else piece for piece in text.pieces), text.anchor)


def _scalars(node: Node | None) -> list[Scalar]:
    content = resolve(node)
    return [item for item in map(resolve, content.items) if isinstance(item, Scalar)] if isinstance(content, Sequence) else []


def _constraint(default: Scalar, parameter: Mapping) -> Constraint | None:
    """Return what CloudFormation requires of the default of a parameter; None if it requires nothing."""
    values = tuple(choice.value for choice in _scalars(parameter.get("AllowedValues")))
    shortest, longest = _number(parameter.get("MinLength")), _number(parameter.get("MaxLength"))
    if not values and shortest is None and longest is None:
        return None
    return Constraint(value=default.value, span=default.span, values=values or None, min_length=shortest or 0, max_length=longest)


def _number(node: Node | None) -> int | None:
    content = resolve(node)
    digits = content.value if isinstance(content, Scalar) else ""
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None

"""The values of `Ref: Name`: pseudo parameters, given parameters, and the defaults and allowed values of a template's parameters."""

from __future__ import annotations

from collections.abc import Iterator

from smlint.model.source import Span
from smlint.model.text import Piece, Text
from smlint.readers.assumptions import DEFAULT, MAX_VALUES, PARAMETER, AssumedValue, Assumptions
from smlint.readers.cloudformation.calls import pseudo_parameter
from smlint.readers.cloudformation.pieces import unknown_value
from smlint.readers.common import is_null, mapping_of, scalar_text, templated
from smlint.readers.reader import ReadContext
from smlint.syntax import Mapping, Scalar, Sequence, resolve

_NO_SPAN = Span(0, 0)


class References:
    """Evaluates references to names in one template and one context."""

    def __init__(self, root: Mapping, context: ReadContext) -> None:
        self._root = root
        self._parameters = mapping_of(root.get("Parameters"))
        self._given = dict(context.parameters)
        self._region = context.region
        self._regions = context.catalog.regions
        self._used_elsewhere: frozenset[str] | None = None

    def protect(self, name: str, text: Text) -> Text:
        """Return a text of a parameter or a map, not editable if anything else in the template uses that parameter or map."""
        if self._used_elsewhere is None:
            from smlint.readers.cloudformation.usage import used_elsewhere

            self._used_elsewhere = used_elsewhere(self._root)
        return text.read_only() if name in self._used_elsewhere else text

    def values(self, name: str, span: Span, anchor: Span) -> Iterator[AssumedValue]:
        """Yield the values of `Ref: name`; a value from outside the template gets the span of the reference."""
        if name == "AWS::NoValue":
            yield AssumedValue(None)
            return
        if name.startswith("AWS::"):
            value = pseudo_parameter(name, self._region, self._regions) if self._region is not None else None
            yield AssumedValue(Text((Piece(value, span, None, name),), anchor))
            return
        if name in self._given:
            yield AssumedValue(Text((Piece(self._given[name], span, None, name),), anchor))
            return
        parameter = mapping_of(self._parameters.get(name)) if self._parameters is not None else None
        kind = parameter.get("Type") if parameter is not None else None
        if parameter is None or (isinstance(kind, Scalar) and kind.value.startswith("AWS::SSM::")):
            # CloudFormation generates the name of a resource, and looks up a Systems Manager parameter when it deploys the stack.
            yield unknown_value(span, name)
            return
        default = resolve(parameter.get("Default"))
        if isinstance(default, Scalar) and not is_null(default):
            yield self._default(name, default) if default.value else unknown_value(span, name)
            return
        allowed = resolve(parameter.get("AllowedValues"))
        choices = [item for item in allowed.items if isinstance(item, Scalar)] if isinstance(allowed, Sequence) else []
        if not choices or len(choices) > MAX_VALUES:
            yield unknown_value(span, name)
            return
        for choice in choices:
            assumptions: Assumptions = ((PARAMETER + name, choice.value),) if len(choices) > 1 else ()
            yield AssumedValue(self.protect(name, scalar_text(choice)), assumptions)

    def _default(self, name: str, default: Scalar) -> AssumedValue:
        text = self.protect(name, templated(default))
        named = Text(tuple(piece._replace(name=piece.name or name) for piece in text.pieces), text.anchor)
        return AssumedValue(named, ((DEFAULT + name, text.value),))

    def single(self, name: str) -> Text | None:
        """Return the only text that `${name}` can have in a `Fn::Sub`; None if it is unknown. Values from outside have no span."""
        values = [] if "." in name else list(self.values(name, _NO_SPAN, _NO_SPAN))
        text = values[0].text if len(values) == 1 else None
        if text is None or not text.known:
            return None
        return Text(tuple(piece._replace(span=None) if piece.span == _NO_SPAN else piece for piece in text.pieces), text.anchor)

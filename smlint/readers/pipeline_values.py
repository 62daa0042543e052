"""The values in a pipeline: its parameters, and the fields of a step's arguments."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import prod

from smlint.model.text import Constraint, Piece, Text
from smlint.readers.api.fields import Evaluate, FieldReader, unknown_text
from smlint.readers.common import is_explicit_null, items_of, mapping_of, scalar_of, scalar_text, text_of
from smlint.readers.reader import ANY, ReadContext, Substitute
from smlint.syntax import Mapping, Node, Scalar, Sequence, resolve

MAX_COMBINATIONS = 64
"""The most combinations of listed parameter values to read a pipeline with."""

_MAX_DEPTH = 20


def referred(node: Node | None) -> Scalar | None:
    """Return the target of a `{"Get": "..."}`; None for any other node."""
    mapping = mapping_of(node)
    return scalar_of(mapping.get("Get")) if mapping is not None and len(mapping.items) == 1 else None


class PipelineParameters:
    """The parameters of a pipeline: given values, defaults, and other values, which `EnumValues` lists or executions are started with."""

    def __init__(self, root: Mapping, context: ReadContext) -> None:
        self.given = dict(context.parameters)
        self._started_with: dict[str, list[str | None]] = {}
        for started, value in context.listed:
            self._started_with.setdefault(started, []).append(value)
        self._parameters: dict[str, Mapping] = {}
        self._protected: frozenset[str] = frozenset()
        for parameter in map(mapping_of, items_of(root.get("Parameters"))):
            name = scalar_of(parameter.get("Name")) if parameter is not None else None
            if parameter is not None and name is not None:
                self._parameters[name.value] = parameter

    @property
    def unknown(self) -> dict[str, Text | None]:
        """All parameters, with an unknown value each."""
        return dict.fromkeys(self._parameters)

    def protect(self, names: frozenset[str]) -> None:
        """Keep the defaults of these parameters from being edited."""
        self._protected = names

    def default(self, name: str) -> Text | None:
        """Return the text of a parameter's default; None if there is none."""
        parameter = self._parameters.get(name)
        default = parameter.get("DefaultValue") if parameter is not None else None
        text = text_of(default) if default is not None and not is_explicit_null(default) else None
        scalar = scalar_of(default)
        if text is None or scalar is None:
            return text
        if name in self._protected:
            return text.read_only()
        listed = tuple(choice.value for choice in self._listed(name))
        if not listed:
            return text
        constraint = Constraint(scalar.value, scalar.span, listed)
        return text._replace(pieces=tuple(piece._replace(constraint=constraint) for piece in text.pieces))

    def _listed(self, name: str) -> list[Scalar]:
        parameter = self._parameters.get(name)
        items = items_of(parameter.get("EnumValues")) if parameter is not None else []
        return [scalar for scalar in map(scalar_of, items) if scalar is not None]

    def other_values(self) -> Iterator[dict[str, Text | None]]:
        """Yield the values that the parameters with listed values may have together; None for each, if there are too many combinations."""
        choices: list[list[tuple[str, Text | None]]] = []
        for name in self._parameters:
            listed = self._listed(name) if name not in self.given else []
            default = self.default(name)
            texts: dict[str | None, Text | None] = {scalar.value: scalar_text(scalar, editable=False) for scalar in listed}
            started_with = [*self._started_with.get(name, ()), *self._started_with.get(ANY, ())]
            for value in started_with if name not in self.given else ():
                texts.setdefault(value, self._started(name, value))
            if texts and default is not None:
                texts[default.value] = default
            if len(texts) > 1 or (texts and default is None):
                choices.append([(name, text) for text in texts.values()])
        if choices and prod(len(values) for values in choices) > MAX_COMBINATIONS:
            choices = [[(values[0][0], None)] for values in choices]
        return (dict(combination) for combination in product(*choices) if choices)

    def _started(self, name: str, value: str | None) -> Text | None:
        """Return a value that an execution is started with as the text of its parameter; None for an unknown one."""
        return Text((Piece(value, None, None, name, outside=True),), self._parameters[name].span) if value is not None else None


class StepFieldReader(FieldReader):
    """Reads the fields of a step's arguments, with references to the pipeline's parameters.

    `values` are further values of parameters; None for one that is unknown.
    """

    def __init__(
        self, parameters: PipelineParameters, values: dict[str, Text | None], substitute: Substitute, evaluate: Evaluate | None
    ) -> None:
        super().__init__(substitute, evaluate)
        self._parameters = parameters
        self._values = values

    def value(self, node: Node) -> Text:
        return self._value(node, 0)

    def known(self, node: Node) -> str | None:
        """Return the value of a node; None if it is unknown."""
        text = self.value(node)
        return text.value if text.known else None

    def certain(self, node: Node) -> str | None:
        """Return the value of a node without the defaults of parameters; None if it is unknown."""
        values = self._parameters.unknown | self._values
        return StepFieldReader(self._parameters, values, self._substitute, self._evaluate).known(node)

    def _value(self, node: Node, depth: int) -> Text:
        mapping = mapping_of(node)
        if mapping is None or depth > _MAX_DEPTH:
            return super().value(node)
        target = referred(mapping)
        if target is not None:
            return self._reference(target, node)
        join = mapping_of(mapping.get("Std:Join"))
        if join is None or len(mapping.items) != 1:
            return super().value(node)
        delimiter, values = resolve(join.get("On")), resolve(join.get("Values"))
        if not isinstance(values, Sequence) or not (delimiter is None or isinstance(delimiter, Scalar)):
            return unknown_text(node, "Std:Join")
        pieces: list[Piece] = []
        for index, item in enumerate(values.items):
            if index and delimiter is not None and delimiter.value:
                pieces.append(Piece(delimiter.value))
            pieces += self._value(item, depth + 1).pieces
        return Text(tuple(pieces), node.span)

    def _reference(self, target: Scalar, node: Node) -> Text:
        """Return the text of `{"Get": "Parameters.X"}`: the given value, else the default; a placeholder for any other reference."""
        kind, _, name = target.value.partition(".")
        if kind == "Parameters" and name in self._parameters.given:
            return Text((Piece(self._parameters.given[name], target.span, None, name),), node.span)
        text = None
        if kind == "Parameters":
            text = self._values[name] if name in self._values else self._parameters.default(name)
        return self.fill_in(text) if text is not None else unknown_text(node, target.value)

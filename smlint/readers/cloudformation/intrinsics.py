"""CloudFormation's intrinsic functions, evaluated as far as the template alone tells.

A node evaluates to the values it may have: usually one, several where the template branches (`Fn::If`, a map with a key for each
Region, a parameter's allowed values), never a guess: what cannot be told is an unknown piece. Each value says what it rests on, so
that two values of one deployment are put together only when they can be true at the same time.

Functions: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html (read 2026-11-22).
"""

from __future__ import annotations

from collections.abc import Iterator

from smlint.model.source import Span
from smlint.model.text import Piece, Text
from smlint.readers.assumptions import CONDITION, DEFAULT, MAX_VALUES, PARAMETER, AssumedValue, Assumptions, combine, may_conflict
from smlint.readers.cloudformation.calls import REGION, IntrinsicCall, intrinsic_call, pseudo_parameter
from smlint.readers.cloudformation.conditions import TemplateConditions
from smlint.readers.common import is_null, mapping_of, part_text, scalar_text, templated
from smlint.readers.reader import ReadContext
from smlint.syntax import Alias, Mapping, Node, Scalar, Sequence, resolve

_MAX_DEPTH = 50

_MAX_PIECES = 1000
"""Pieces of one text. Aliases and parameters can double a text again and again."""


class Intrinsics:
    """Evaluates the nodes of one template in one Region (or in an unknown one)."""

    def __init__(self, root: Mapping, context: ReadContext) -> None:
        self._root = root
        self._used_elsewhere: frozenset[str] | None = None
        self._parameters = mapping_of(root.get("Parameters"))
        self._mappings = mapping_of(root.get("Mappings"))
        self.conditions = TemplateConditions(mapping_of(root.get("Conditions")), context)
        self._given_parameters = dict(context.parameters)
        self._region = context.region
        self._catalog = context.catalog
        # What each function was evaluated to. The node is kept, so that no other one can get its identity.
        self._evaluated: dict[int, tuple[Node, tuple[AssumedValue, ...]]] = {}

    def _kept(self, name: str, text: Text) -> Text:
        """A text of a parameter or a map, which must not be edited when anything else rests on that parameter or map."""
        if self._used_elsewhere is None:
            from smlint.readers.cloudformation.references import used_elsewhere

            self._used_elsewhere = used_elsewhere(self._root)
        if name not in self._used_elsewhere:
            return text
        return text._replace(pieces=tuple(piece._replace(style=None) for piece in text.pieces))

    def combine(self, first: Assumptions, second: Assumptions) -> Assumptions | None:
        """Both assumptions at once; None when they contradict each other, also by what the template's conditions say."""
        return combine(first, second, self.conditions.decide)

    def may_conflict(self, first: Assumptions, second: Assumptions) -> bool:
        """Whether each rests on a condition of which the other tells nothing."""
        return may_conflict(first, second, self.conditions.decide)

    # ---------------------------------------------------------------- texts

    def values(self, node: Node | None) -> tuple[AssumedValue, ...]:
        """The values that a node may have as a string, at most 64; empty for a missing node."""
        if node is None:
            return ()
        return tuple(self._settled(value) for value in self._values(node, 0))

    def _settled(self, value: AssumedValue) -> AssumedValue:
        """A value that assumes a Region knows its pseudo parameters."""
        region = dict(value.assumptions).get(REGION)
        if region is None or value.text is None or value.text.known:
            return value
        regions = self._catalog.regions
        pieces = tuple(
            piece._replace(text=pseudo_parameter(piece.name, region, regions)) if piece.text is None else piece for piece in value.text.pieces
        )
        return value._replace(text=Text(pieces, value.text.anchor))

    def _values(self, node: Node, depth: int) -> tuple[AssumedValue, ...]:
        if depth > _MAX_DEPTH:
            return (_unknown(Span(0, 0), "..."),)
        found = resolve(node)
        call = intrinsic_call(node)
        if call is not None and found is not None:
            # Through aliases a function may stand in a million places, or in itself.
            if id(found) not in self._evaluated:
                self._evaluated[id(found)] = found, (_unknown(call.span, "..."),)
                self._evaluated[id(found)] = found, tuple(self._call(call, depth + 1))[:MAX_VALUES]
            return self._evaluated[id(found)][1]
        if isinstance(found, Scalar):
            if is_null(found):
                return ()
            text = templated(found)
            if isinstance(node, Alias):
                text = Text(tuple(piece._replace(style=None) for piece in text.pieces), text.anchor)
            return (AssumedValue(text),)
        return (_unknown(found.span if found is not None else Span(0, 0), "..."),)

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
                for branch, assumptions in self.branches_of(call):
                    for value in self._values(branch, depth):
                        both = self.combine(value.assumptions, assumptions)
                        if both is not None:
                            yield value._replace(assumptions=both)
            case "Fn::Select":
                yield self._select(call, depth)
            case "Fn::GetAtt":
                yield _unknown(call.span, ".".join(self.attribute(call) or ("...",)))
            case _:
                yield _unknown(call.span, call.name)

    def _ref(self, call: IntrinsicCall) -> Iterator[AssumedValue]:
        target = resolve(call.argument)
        if not isinstance(target, Scalar):
            yield _unknown(call.span, "Ref")
            return
        yield from self._named(target.value, call.span, call.span)

    def _named(self, name: str, span: Span, anchor: Span) -> Iterator[AssumedValue]:
        """The values of `Ref: name`, standing at `span`."""
        if name == "AWS::NoValue":
            yield AssumedValue(None)
            return
        if name.startswith("AWS::"):
            known = pseudo_parameter(name, self._region, self._catalog.regions) if self._region is not None else None
            yield AssumedValue(Text((Piece(known, span, None, name),), anchor))
            return
        if name in self._given_parameters:
            yield AssumedValue(Text((Piece(self._given_parameters[name], span, None, name),), anchor))
            return
        parameter = mapping_of(self._parameters.get(name)) if self._parameters is not None else None
        kind = parameter.get("Type") if parameter is not None else None
        if parameter is None or (isinstance(kind, Scalar) and kind.value.startswith("AWS::SSM::")):
            # A resource's name is made by CloudFormation; a Systems Manager parameter is looked up when the stack is made.
            yield _unknown(span, name)
            return
        default = resolve(parameter.get("Default"))
        if isinstance(default, Scalar) and not is_null(default):
            if default.value == "":
                yield _unknown(span, name)
                return
            text = self._kept(name, templated(default))
            yield AssumedValue(
                Text(tuple(piece._replace(name=piece.name or name) for piece in text.pieces), text.anchor), ((DEFAULT + name, text.value),)
            )
            return
        allowed = resolve(parameter.get("AllowedValues"))
        choices = [item for item in allowed.items if isinstance(item, Scalar)] if isinstance(allowed, Sequence) else []
        if not choices or len(choices) > MAX_VALUES:
            yield _unknown(span, name)
            return
        for choice in choices:
            assumptions: Assumptions = ((PARAMETER + name, choice.value),) if len(choices) > 1 else ()
            yield AssumedValue(self._kept(name, scalar_text(choice)), assumptions)

    def named(self, name: str) -> Text | None:
        """The one text that `${name}` has in a `Fn::Sub`; None where it is unknown. A value that stands nowhere has no span."""
        nowhere = Span(0, 0)
        found = [] if "." in name else list(self._named(name, nowhere, nowhere))
        text = found[0].text if len(found) == 1 else None
        if text is None or not text.known:
            return None
        return Text(tuple(piece._replace(span=None) if piece.span == nowhere else piece for piece in text.pieces), text.anchor)

    def _sub(self, call: IntrinsicCall, depth: int) -> Iterator[AssumedValue]:
        argument = resolve(call.argument)
        variables: Mapping | None = None
        if isinstance(argument, Sequence):
            if len(argument.items) != 2:
                yield _unknown(call.span, "Fn::Sub")
                return
            variables = mapping_of(argument.items[1])
            argument = resolve(argument.items[0])
        if not isinstance(argument, Scalar):
            yield _unknown(call.span, "Fn::Sub")
            return
        parts = list(_substitutions(argument.value))
        template = part_text(argument, parts)
        choices: list[tuple[AssumedValue, ...]] = []
        for piece, (start, end, name) in zip(template.pieces, parts, strict=True):
            if name is None:
                literal = piece._replace(text=argument.value[start:end].replace("${!", "${"))
                if literal.text != piece.text:
                    literal = literal._replace(style=None)
                choices.append((AssumedValue(Text((literal,), template.anchor)),))
            elif variables is not None and (bound := variables.get(name)) is not None:
                choices.append(self._values(bound, depth) or (_unknown(call.span, name),))
            elif "." in name:
                choices.append((_unknown(piece.span or call.span, name),))
            else:
                choices.append(tuple(self._named(name, piece.span or call.span, template.anchor)))
        yield from self._product(choices, template.anchor)

    def _join(self, call: IntrinsicCall, depth: int) -> Iterator[AssumedValue]:
        argument = resolve(call.argument)
        items = argument.items if isinstance(argument, Sequence) else []
        delimiter = resolve(items[0]) if len(items) == 2 else None
        parts = resolve(items[1]) if len(items) == 2 else None
        if not isinstance(delimiter, Scalar) or not isinstance(parts, Sequence) or intrinsic_call(parts) is not None:
            yield _unknown(call.span, "Fn::Join")
            return
        choices: list[tuple[AssumedValue, ...]] = []
        for index, item in enumerate(parts.items):
            if index and delimiter.value:
                choices.append((AssumedValue(Text((Piece(delimiter.value),), call.span)),))
            choices.append(self._values(item, depth) or (_unknown(call.span, "Fn::Join"),))
        yield from self._product(choices, call.span)

    def _find_in_map(self, call: IntrinsicCall, depth: int) -> Iterator[AssumedValue]:
        argument = resolve(call.argument)
        items = argument.items if isinstance(argument, Sequence) else []
        name = self._plain(items[0], depth) if len(items) >= 3 else None
        table = mapping_of(self._mappings.get(name)) if self._mappings is not None and name is not None else None
        if table is None or name is None:
            yield _unknown(call.span, "Fn::FindInMap")
            return
        found = False
        for top, top_given in self._keys(items[1], table, depth):
            row = mapping_of(table.get(top))
            for second, second_given in self._keys(items[2], row, depth) if row is not None else ():
                assumptions = self.combine(top_given, second_given)
                cell = row.get(second) if row is not None else None
                if cell is None or assumptions is None:
                    continue
                for value in self._values(cell, depth):
                    found = True
                    text = self._kept(name, value.text) if value.text is not None else None
                    yield AssumedValue(text, self.combine(value.assumptions, assumptions) or assumptions)
        if not found:
            yield _unknown(call.span, "Fn::FindInMap")

    def _keys(self, node: Node, table: Mapping, depth: int) -> Iterator[tuple[str, Assumptions]]:
        """The keys of a map that a key expression may stand for: those of all Regions, when it is an unknown Region."""
        for value in self._values(node, depth):
            text = value.text
            if text is None:
                continue
            if text.known:
                yield text.value, value.assumptions
            elif len(text.pieces) == 1 and text.pieces[0].name == REGION:
                for key, _ in table.items:
                    if isinstance(key, Scalar) and key.value in self._catalog.regions:
                        assumptions = self.combine(value.assumptions, ((REGION, key.value),))
                        if assumptions is not None:
                            yield key.value, assumptions

    def _select(self, call: IntrinsicCall, depth: int) -> AssumedValue:
        argument = resolve(call.argument)
        items = argument.items if isinstance(argument, Sequence) else []
        index = self._plain(items[0], depth) if len(items) == 2 else None
        if index is None or not (index.isascii() and index.isdigit() and len(index) < 10):
            return _unknown(call.span, "Fn::Select")
        listed = self._list(items[1], depth)
        if listed is None or int(index) >= len(listed):
            return _unknown(call.span, "Fn::Select")
        return listed[int(index)]

    def _list(self, node: Node, depth: int) -> list[AssumedValue] | None:
        """The elements of a list expression, each with one value; None when they cannot be told."""
        call = intrinsic_call(node)
        if call is None:
            found = resolve(node)
            if not isinstance(found, Sequence):
                return None
            elements = [self._values(item, depth) for item in found.items]
            return [element[0] for element in elements] if all(len(element) == 1 for element in elements) else None
        if call.name == "Fn::Split":
            argument = resolve(call.argument)
            items = argument.items if isinstance(argument, Sequence) else []
            delimiter = self._plain(items[0], depth) if len(items) == 2 else None
            sources = self._values(items[1], depth) if len(items) == 2 else ()
        elif call.name == "Ref":
            delimiter, sources = ",", tuple(self._ref(call))
        else:
            return None
        if not delimiter or len(sources) != 1 or sources[0].text is None:
            return None
        return [AssumedValue(part, sources[0].assumptions) for part in _split(sources[0].text, delimiter)]

    def _plain(self, node: Node, depth: int) -> str | None:
        """The one known value of a node."""
        values = self._values(node, depth)
        if len(values) != 1 or values[0].text is None or not values[0].text.known:
            return None
        return values[0].text.value

    def _product(self, choices: list[tuple[AssumedValue, ...]], anchor: Span) -> Iterator[AssumedValue]:
        """Each way to join one value of every part, as far as their assumptions agree and no two conditions are combined."""
        joined: list[tuple[tuple[Piece, ...], Assumptions]] = [((), ())]
        for options in choices:
            longer: list[tuple[tuple[Piece, ...], Assumptions]] = []
            for pieces, assumptions in joined:
                for value in options:
                    both = self.combine(assumptions, value.assumptions)
                    if both is None:
                        continue
                    if self.may_conflict(assumptions, value.assumptions) or value.text is None:
                        longer.append(((*pieces, Piece(None, None, None, "...")), assumptions))
                        break
                    longer.append(((*pieces, *value.text.pieces), both))
            joined = longer[:MAX_VALUES]
            if len(longer) > MAX_VALUES or any(len(pieces) > _MAX_PIECES for pieces, _ in longer):
                yield _unknown(anchor, "...")
                return
        for pieces, assumptions in joined:
            yield AssumedValue(Text(pieces, anchor), assumptions)

    # ---------------------------------------------------------------- structure

    def branches(self, node: Node | None) -> list[tuple[Node, Assumptions]]:
        """The nodes that stand here, once `Fn::If` around a whole mapping or list is followed into its arms."""
        return self._follow(node, keep_calls=False)

    def _follow(self, node: Node | None, *, keep_calls: bool) -> list[tuple[Node, Assumptions]]:
        done: list[tuple[Node, Assumptions]] = []
        waiting: list[tuple[Node, Assumptions]] = [(node, ())] if node is not None else []
        while waiting and len(done) < MAX_VALUES:
            current, assumptions = waiting.pop(0)
            call = intrinsic_call(current)
            if call is None or (keep_calls and call.name != "Fn::If"):
                done.append((current, assumptions))
            elif call.name == "Fn::If":
                for branch, assumed in self.branches_of(call):
                    both = self.combine(assumptions, assumed)
                    if both is not None and len(waiting) < MAX_VALUES:
                        waiting.append((branch, both))
        return done

    def branches_and_calls(self, node: Node | None) -> list[tuple[Node, Assumptions]]:
        """As `branches`, but other functions are kept as they are written, to see what they refer to."""
        return self._follow(node, keep_calls=True)

    def branches_of(self, call: IntrinsicCall) -> list[tuple[Node, Assumptions]]:
        """The arms of one `Fn::If`, each with the condition it rests on; only one when the condition is decided."""
        argument = resolve(call.argument)
        items = argument.items if isinstance(argument, Sequence) else []
        condition = resolve(items[0]) if len(items) == 3 else None
        if not isinstance(condition, Scalar):
            return []
        decided = self.conditions.holds(condition.value)
        variable = CONDITION + condition.value
        arms: list[tuple[Node, Assumptions]] = [(items[1], ((variable, "true"),)), (items[2], ((variable, "false"),))]
        return arms if decided is None else [(items[1] if decided else items[2], ())]

    @staticmethod
    def attribute(call: IntrinsicCall) -> tuple[str, ...] | None:
        """The logical id and attribute path of a `Fn::GetAtt`, in its list or its dotted form."""
        argument = resolve(call.argument)
        if isinstance(argument, Scalar):
            return tuple(argument.value.split(".", 1))
        if isinstance(argument, Sequence):
            scalars = [item for item in map(resolve, argument.items) if isinstance(item, Scalar)]
            if len(scalars) == len(argument.items) and scalars:
                return tuple(scalar.value for scalar in scalars)
        return None


def _unknown(span: Span, name: str) -> AssumedValue:
    return AssumedValue(Text((Piece(None, span, None, name),), span))


def _substitutions(template: str) -> Iterator[tuple[int, int, str | None]]:
    """The parts of a `Fn::Sub` string: literal ones (name None), and `${Name}`; `${!Name}` is literal."""
    at = 0
    while (start := template.find("${", at)) >= 0:
        end = template.find("}", start)
        if end < 0:
            break
        if template.startswith("${!", start):
            yield at, end + 1, None
        else:
            if start > at:
                yield at, start, None
            yield start, end + 1, template[start + 2 : end].strip()
        at = end + 1
    if at < len(template) or not template:
        yield at, len(template), None


def _split(text: Text, delimiter: str) -> Iterator[Text]:
    """A text cut at each delimiter; the parts keep their places."""
    pieces: list[Piece] = []
    for piece in text.pieces:
        if piece.text is None or delimiter not in piece.text:
            pieces.append(piece)
            continue
        at = 0
        exact = piece.span is not None and piece.span.end - piece.span.start == len(piece.text)
        for index, part in enumerate(piece.text.split(delimiter)):
            if index:
                yield Text(tuple(pieces), text.anchor)
                pieces = []
            span = Span(piece.span.start + at, piece.span.start + at + len(part)) if exact and piece.span is not None else piece.span
            pieces.append(Piece(part, span, piece.style if exact else None, piece.name))
            at += len(part) + len(delimiter)
    yield Text(tuple(pieces), text.anchor)

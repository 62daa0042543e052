"""Terraform's expressions, as far as strings of a JSON configuration use them: `${var.image}`, `${local.images["cpu"]}`, `${a ? b : c}`.

Only what can decide an image, an instance type or a name is understood: references, indexes, literals, conditionals, function calls, lists and
objects. Operators, `for` expressions and splats become `Other`: their value is unknown, and so is a string that does not parse.
Grammar: https://developer.hashicorp.com/terraform/language/expressions and .../language/syntax/json (read 2026-11-22).
"""

from __future__ import annotations

from typing import TypeAlias

from smlint.runtime.named_tuple import NamedTuple

_MAX_DEPTH = 40
_MAX_LENGTH = 8000
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")
_DIGITS = frozenset("0123456789")
_WORD = _LETTERS | _DIGITS | {"-"}
_OPERATORS = ("==", "!=", "<=", ">=", "&&", "||", "<", ">", "+", "-", "*", "/", "%")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


class Literal(NamedTuple):
    """A number, `true`, `false` or `null` (None), as text."""

    value: str | None


class TemplatePart(NamedTuple):
    """A part `[start:end)` of a template: literal text as it will read, or an expression."""

    start: int
    end: int
    literal: str
    expression: Expression | None = None


class QuotedTemplate(NamedTuple):
    """A quoted string in an expression."""

    parts: tuple[TemplatePart, ...]


class Reference(NamedTuple):
    """`root.step[index]`: a step is an attribute name or an index expression."""

    root: str
    steps: tuple[str | Expression, ...]


class FunctionCall(NamedTuple):
    """A function call."""

    name: str
    arguments: tuple[Expression, ...]


class Comparison(NamedTuple):
    """`left == right`, or `!=` when not `equal`."""

    left: Expression
    right: Expression
    equal: bool


class Conditional(NamedTuple):
    """`test ? yes : no`; `text` is the test as written, without blanks."""

    text: str
    test: Expression
    yes: Expression
    no: Expression


class ObjectLiteral(NamedTuple):
    """`{key = value}`."""

    items: tuple[tuple[Expression, Expression], ...]


class ListLiteral(NamedTuple):
    """`[value, ...]`."""

    items: tuple[Expression, ...]


class Unsupported(NamedTuple):
    """What is not understood, as written."""

    text: str


Expression: TypeAlias = Literal | QuotedTemplate | Reference | FunctionCall | Comparison | Conditional | ObjectLiteral | ListLiteral | Unsupported


class _Refused(Exception):
    """The text is no expression that is understood."""


def has_template(value: str) -> bool:
    """Whether a string of the configuration is more than literal text."""
    return "${" in value or "%{" in value


def parse_template(value: str) -> tuple[TemplatePart, ...]:
    """The parts of a string of the configuration, in order; one `Other` for all of it when it does not parse or holds a directive."""
    try:
        if len(value) > _MAX_LENGTH:
            raise _Refused
        parts, end = _Parser(value).template(0, quoted=False, depth=0)
        return parts if end == len(value) else _whole(value)
    except _Refused:
        return _whole(value)


def local_value(text: str) -> Expression:
    """The value of a local of another file: a collection as JSON, anything else a template."""
    return parse_expression(text) if text[:1] in ("{", "[") else QuotedTemplate(parse_template(text))


def parse_expression(text: str) -> Expression:
    """The expression that is all of a text, such as the value of a variable given on the command line."""
    try:
        if len(text) > _MAX_LENGTH:
            raise _Refused
        parser = _Parser(text)
        expression, end = parser.expression(0, 0)
        return expression if parser.blanks(end) == len(text) else Unsupported(text)
    except _Refused:
        return Unsupported(text)


def _whole(value: str) -> tuple[TemplatePart, ...]:
    return (TemplatePart(0, len(value), "", Unsupported("...")),)


class _Parser:
    """Recursive descent; each method takes an offset and gives what it read and the offset behind it."""

    def __init__(self, text: str) -> None:
        self.text = text

    def template(self, at: int, *, quoted: bool, depth: int) -> tuple[tuple[TemplatePart, ...], int]:
        """Template parts up to the end, or to the closing quote (the end is then that quote)."""
        text = self.text
        parts: list[TemplatePart] = []
        start, literal = at, ""

        def flush(end: int) -> None:
            if end > start:
                parts.append(TemplatePart(start, end, literal))

        while at < len(text):
            char = text[at]
            if quoted and char == '"':
                flush(at)
                return tuple(parts), at
            if text.startswith(("$${", "%%{"), at):
                literal, at = literal + char + "{", at + 3
            elif text.startswith("%{", at):
                raise _Refused
            elif text.startswith("${", at):
                flush(at)
                expression, end = self.expression(at + 2, depth + 1)
                end = self.blanks(end)
                if text[end : end + 1] != "}":
                    raise _Refused
                parts.append(TemplatePart(at, end + 1, "", expression))
                start = at = end + 1
                literal = ""
            elif quoted and char == "\\":
                escaped = _ESCAPES.get(text[at + 1 : at + 2])
                if escaped is None:
                    raise _Refused
                literal, at = literal + escaped, at + 2
            else:
                literal, at = literal + char, at + 1
        if quoted:
            raise _Refused
        flush(at)
        return tuple(parts), at

    def blanks(self, at: int) -> int:
        while at < len(self.text) and self.text[at] in " \t\r\n":
            at += 1
        return at

    def expect(self, at: int, mark: str) -> int:
        at = self.blanks(at)
        if not self.text.startswith(mark, at):
            raise _Refused
        return at + len(mark)

    def expression(self, at: int, depth: int) -> tuple[Expression, int]:
        if depth > _MAX_DEPTH:
            raise _Refused
        start = self.blanks(at)
        test, at = self.operation(start, depth)
        mark = self.blanks(at)
        if self.text[mark : mark + 1] != "?":
            return test, at
        written = "".join(self.text[start:at].split())
        yes, at = self.expression(mark + 1, depth + 1)
        no, at = self.expression(self.expect(at, ":"), depth + 1)
        return Conditional(written, test, yes, no), at

    def operation(self, start: int, depth: int) -> tuple[Expression, int]:
        left, at = self.operand(start, depth)
        found: list[tuple[str, Expression]] = []
        while True:
            mark = self.blanks(at)
            operator = next((one for one in _OPERATORS if self.text.startswith(one, mark)), None)
            if operator is None:
                break
            right, at = self.operand(mark + len(operator), depth)
            found.append((operator, right))
        if not found:
            return left, at
        if len(found) == 1 and found[0][0] in ("==", "!="):
            return Comparison(left, found[0][1], found[0][0] == "=="), at
        return Unsupported(self.text[start:at]), at

    def operand(self, at: int, depth: int) -> tuple[Expression, int]:
        start = self.blanks(at)
        if self.text[start : start + 1] in ("!", "-"):
            inner, at = self.operand(start + 1, depth + 1) if depth < _MAX_DEPTH else (Unsupported(""), start + 1)
            if self.text[start] == "!":
                return Comparison(inner, Literal("false"), True), at
            return Unsupported(self.text[start:at]), at
        expression, at = self.primary(start, depth)
        return self.steps(expression, start, at, depth)

    def primary(self, at: int, depth: int) -> tuple[Expression, int]:
        text = self.text
        char = text[at : at + 1]
        if char == '"':
            parts, end = self.template(at + 1, quoted=True, depth=depth + 1)
            return QuotedTemplate(parts), end + 1
        if char in _DIGITS:
            end = at
            while end < len(text) and (text[end] in _DIGITS or text[end] == "."):
                end += 1
            return Literal(text[at:end]), end
        if char in _LETTERS:
            word, end = self.word(at)
            if text[end : end + 1] == "(":
                arguments, end = self.items(end + 1, ")", depth)
                return FunctionCall(word, arguments), end
            if word in ("true", "false", "null"):
                return Literal(None if word == "null" else word), end
            return Reference(word, ()), end
        if char == "(":
            inner, end = self.expression(at + 1, depth + 1)
            return inner, self.expect(end, ")")
        if char in ("[", "{"):
            head = self.blanks(at + 1)
            if self.word(head)[0] == "for":
                raise _Refused
            if char == "[":
                items, end = self.items(at + 1, "]", depth)
                return ListLiteral(items), end
            return self.object(at + 1, depth)
        raise _Refused

    def word(self, at: int) -> tuple[str, int]:
        end = at
        if end < len(self.text) and self.text[end] in _LETTERS:
            while end < len(self.text) and self.text[end] in _WORD:
                end += 1
        return self.text[at:end], end

    def items(self, at: int, closing: str, depth: int) -> tuple[tuple[Expression, ...], int]:
        found: list[Expression] = []
        while True:
            mark = self.blanks(at)
            if self.text.startswith(closing, mark):
                return tuple(found), mark + 1
            expression, at = self.expression(mark, depth + 1)
            found.append(expression)
            mark = self.blanks(at)
            if self.text.startswith("...", mark):
                raise _Refused
            at = mark + 1 if self.text[mark : mark + 1] == "," else mark
            if at == mark and not self.text.startswith(closing, mark):
                raise _Refused

    def object(self, at: int, depth: int) -> tuple[Expression, int]:
        found: list[tuple[Expression, Expression]] = []
        while True:
            mark = self.blanks(at)
            if self.text[mark : mark + 1] == "}":
                return ObjectLiteral(tuple(found)), mark + 1
            key, at = self.expression(mark, depth + 1)
            if isinstance(key, Reference) and not key.steps:
                key = Literal(key.root)
            mark = self.blanks(at)
            if self.text[mark : mark + 1] not in ("=", ":"):
                raise _Refused
            value, at = self.expression(mark + 1, depth + 1)
            found.append((key, value))
            mark = self.blanks(at)
            at = mark + 1 if self.text[mark : mark + 1] == "," else mark

    def steps(self, expression: Expression, start: int, at: int, depth: int) -> tuple[Expression, int]:
        """What follows an operand: `.attribute`, `[index]`; a splat, or a step into anything but a reference, is not understood."""
        steps: list[str | Expression] = []
        other = False
        while True:
            char = self.text[at : at + 1]
            if char == ".":
                if self.text[at + 1 : at + 2] == "*":
                    other, at = True, at + 2
                    continue
                word, end = self.word(at + 1)
                if not word:
                    while end < len(self.text) and self.text[end] in _DIGITS:
                        end += 1
                    word = self.text[at + 1 : end]
                if not word:
                    raise _Refused
                steps.append(word)
                at = end
            elif char == "[":
                if self.text[at + 1 : at + 2] == "*":
                    other, at = True, self.expect(at + 2, "]")
                    continue
                index, at = self.expression(at + 1, depth + 1)
                at = self.expect(at, "]")
                steps.append(index)
            else:
                break
        if other or (steps and not isinstance(expression, Reference)):
            return Unsupported(self.text[start:at]), at
        return Reference(expression.root, tuple(steps)) if isinstance(expression, Reference) else expression, at

"""Parse Terraform expressions in the strings of a JSON configuration: `${var.image}`, `${local.images["cpu"]}`, `${a ? b : c}`.

Grammar: https://developer.hashicorp.com/terraform/language/expressions and .../language/syntax/json (as of 2026-11-22).
"""

from __future__ import annotations

from itertools import pairwise

from smlint.readers.terraform.expressions import (
    Access,
    Comparison,
    Conditional,
    Expression,
    FunctionCall,
    ListLiteral,
    Literal,
    Logical,
    ObjectLiteral,
    Operation,
    QuotedTemplate,
    Reference,
    TemplatePart,
    Unsupported,
    negated,
)

_MAX_DEPTH = 40
_MAX_LENGTH = 8000
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")
_DIGITS = frozenset("0123456789")
_WORD = _LETTERS | _DIGITS | {"-"}
_OPERATORS = ("==", "!=", "<=", ">=", "&&", "||", "<", ">", "+", "-", "*", "/", "%")
_BINARY = (("==", "!="), ("<", ">", "<=", ">="), ("+", "-"), ("*", "/", "%"))
"""The operators other than `||` and `&&`, those that bind least first."""

_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


class _NotSupported(Exception):
    """The text is not a supported expression."""


def has_template(value: str) -> bool:
    """Return whether a string of the configuration contains a template."""
    return "${" in value or "%{" in value


def parse_template(value: str) -> tuple[TemplatePart, ...]:
    """Parse a string of the configuration into its parts. A string that is invalid or contains a directive is one `Unsupported` part."""
    try:
        if len(value) > _MAX_LENGTH:
            raise _NotSupported
        parts, end = _ExpressionParser(value).template(0, quoted=False, depth=0)
        return parts if end == len(value) else _unsupported(value)
    except _NotSupported:
        return _unsupported(value)


def parse_local_value(text: str) -> Expression:
    """Parse the value of a local in another file: a collection in JSON, or a template."""
    return parse_expression(text) if text[:1] in ("{", "[") else QuotedTemplate(parse_template(text))


def parse_expression(text: str) -> Expression:
    """Parse a complete text as an expression, such as the value of a variable on the command line."""
    try:
        if len(text) > _MAX_LENGTH:
            raise _NotSupported
        parser = _ExpressionParser(text)
        expression, end = parser.expression(0, 0)
        return expression if parser.blanks(end) == len(text) else Unsupported(text)
    except _NotSupported:
        return Unsupported(text)


def _unsupported(value: str) -> tuple[TemplatePart, ...]:
    return (TemplatePart(0, len(value), "", Unsupported("...")),)


def _joined(operands: list[Expression], operators: list[str]) -> Expression:
    """Join operands by the operators between them: those that bind least are applied last."""
    if not operators:
        return operands[0]
    for operator in ("||", "&&"):
        if operator in operators:
            splits = [-1, *(index for index, each in enumerate(operators) if each == operator), len(operators)]
            ranges = [slice(first + 1, last + 1) for first, last in pairwise(splits)]
            parts = [_joined(operands[part], operators[part.start : part.stop - 1]) for part in ranges]
            return Logical(tuple(parts), operator == "&&")
    for level in _BINARY:
        index = max((index for index, each in enumerate(operators) if each in level), default=None)
        if index is not None:
            left = _joined(operands[: index + 1], operators[:index])
            right = _joined(operands[index + 1 :], operators[index + 1 :])
            if operators[index] in ("==", "!="):
                return Comparison(left, right, operators[index] == "==")
            return Operation(left, operators[index], right)
    return operands[0]


class _ExpressionParser:
    """Recursive-descent parser. Each method takes an offset, and returns what it parsed and the offset after it."""

    def __init__(self, text: str) -> None:
        self.text = text

    def template(self, at: int, *, quoted: bool, depth: int) -> tuple[tuple[TemplatePart, ...], int]:
        """Parse template parts up to the end of the text, or up to the closing quote if `quoted` (the offset of that quote is returned)."""
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
                raise _NotSupported
            elif text.startswith("${", at):
                flush(at)
                expression, end = self.expression(at + 2, depth + 1)
                end = self.blanks(end)
                if text[end : end + 1] != "}":
                    raise _NotSupported
                parts.append(TemplatePart(at, end + 1, "", expression))
                start = at = end + 1
                literal = ""
            elif quoted and char == "\\":
                escaped = _ESCAPES.get(text[at + 1 : at + 2])
                if escaped is None:
                    raise _NotSupported
                literal, at = literal + escaped, at + 2
            else:
                literal, at = literal + char, at + 1
        if quoted:
            raise _NotSupported
        flush(at)
        return tuple(parts), at

    def blanks(self, at: int) -> int:
        while at < len(self.text) and self.text[at] in " \t\r\n":
            at += 1
        return at

    def expect(self, at: int, mark: str) -> int:
        at = self.blanks(at)
        if not self.text.startswith(mark, at):
            raise _NotSupported
        return at + len(mark)

    def expression(self, at: int, depth: int) -> tuple[Expression, int]:
        if depth > _MAX_DEPTH:
            raise _NotSupported
        start = self.blanks(at)
        test, at = self.operation(start, depth)
        mark = self.blanks(at)
        if self.text[mark : mark + 1] != "?":
            return test, at
        yes, at = self.expression(mark + 1, depth + 1)
        no, at = self.expression(self.expect(at, ":"), depth + 1)
        return Conditional(test, yes, no), at

    def operation(self, start: int, depth: int) -> tuple[Expression, int]:
        operand, at = self.operand(start, depth)
        operands, operators = [operand], list[str]()
        while True:
            mark = self.blanks(at)
            operator = next((each for each in _OPERATORS if self.text.startswith(each, mark)), None)
            if operator is None:
                return _joined(operands, operators), at
            operand, at = self.operand(mark + len(operator), depth)
            operands.append(operand)
            operators.append(operator)

    def operand(self, at: int, depth: int) -> tuple[Expression, int]:
        start = self.blanks(at)
        if self.text[start : start + 1] in ("!", "-"):
            inner, at = self.operand(start + 1, depth + 1) if depth < _MAX_DEPTH else (Unsupported(""), start + 1)
            if self.text[start] == "!":
                return negated(inner), at
            return Operation(Literal("0"), "-", inner), at
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
                raise _NotSupported
            if char == "[":
                items, end = self.items(at + 1, "]", depth)
                return ListLiteral(items), end
            return self.object(at + 1, depth)
        raise _NotSupported

    def word(self, at: int) -> tuple[str, int]:
        end = at
        if end < len(self.text) and self.text[end] in _LETTERS:
            while end < len(self.text) and self.text[end] in _WORD:
                end += 1
        return self.text[at:end], end

    def items(self, at: int, closing: str, depth: int) -> tuple[tuple[Expression, ...], int]:
        items: list[Expression] = []
        while True:
            mark = self.blanks(at)
            if self.text.startswith(closing, mark):
                return tuple(items), mark + 1
            expression, at = self.expression(mark, depth + 1)
            items.append(expression)
            mark = self.blanks(at)
            if self.text.startswith("...", mark):
                raise _NotSupported
            at = mark + 1 if self.text[mark : mark + 1] == "," else mark
            if at == mark and not self.text.startswith(closing, mark):
                raise _NotSupported

    def object(self, at: int, depth: int) -> tuple[Expression, int]:
        items: list[tuple[Expression, Expression]] = []
        while True:
            mark = self.blanks(at)
            if self.text[mark : mark + 1] == "}":
                return ObjectLiteral(tuple(items)), mark + 1
            key, at = self.expression(mark, depth + 1)
            if isinstance(key, Reference) and not key.steps:
                key = Literal(key.root)
            mark = self.blanks(at)
            if self.text[mark : mark + 1] not in ("=", ":"):
                raise _NotSupported
            value, at = self.expression(mark + 1, depth + 1)
            items.append((key, value))
            mark = self.blanks(at)
            at = mark + 1 if self.text[mark : mark + 1] == "," else mark

    def steps(self, expression: Expression, start: int, at: int, depth: int) -> tuple[Expression, int]:
        """Parse what follows an operand: `.attribute` or `[index]`. Splats are not supported."""
        steps: list[str | Expression] = []
        unsupported = False
        while True:
            char = self.text[at : at + 1]
            if char == ".":
                if self.text[at + 1 : at + 2] == "*":
                    unsupported, at = True, at + 2
                    continue
                word, end = self.word(at + 1)
                if not word:
                    while end < len(self.text) and self.text[end] in _DIGITS:
                        end += 1
                    word = self.text[at + 1 : end]
                if not word:
                    raise _NotSupported
                steps.append(word)
                at = end
            elif char == "[":
                if self.text[at + 1 : at + 2] == "*":
                    unsupported, at = True, self.expect(at + 2, "]")
                    continue
                index, at = self.expression(at + 1, depth + 1)
                at = self.expect(at, "]")
                steps.append(index)
            else:
                break
        if unsupported:
            return Unsupported(self.text[start:at]), at
        if isinstance(expression, Reference):
            return Reference(expression.root, (*expression.steps, *steps)), at
        return Access(expression, tuple(steps)) if steps else expression, at

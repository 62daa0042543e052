"""Parse the regular expressions of custom rules into a syntax tree.

Supported: literals, `.`, classes, `\\d \\w \\s` (ASCII, as in ECMA-262) and their opposites, groups, `|`, `* + ? {n,m}`, `^` and `$`.
"""

from __future__ import annotations

from typing import Union

from smlint.runtime.named_tuple import NamedTuple

MOST_REPEATS = 100
MOST_DEPTH = 20


class RegexError(ValueError):
    """A pattern that is malformed or uses unsupported syntax. The text continues the sentence "pattern 'X' is not allowed: ..."."""


class CharacterSet(NamedTuple):
    """One character from inclusive ranges, or if negated, one character from none of them."""

    ranges: tuple[tuple[str, str], ...]
    negated: bool = False

    def contains(self, character: str) -> bool:
        """Return whether the set contains the character."""
        return any(first <= character <= last for first, last in self.ranges) is not self.negated


class Anchor(NamedTuple):
    """The start (`^`) or the end (`$`) of the text."""

    sign: str


class Repeat(NamedTuple):
    """A repeated node: at least `least` times, at most `most` times (None: no limit)."""

    node: RegexNode
    least: int
    most: int | None


class Concatenation(NamedTuple):
    """Nodes in sequence."""

    nodes: tuple[RegexNode, ...]


class Alternation(NamedTuple):
    """One of several nodes."""

    nodes: tuple[RegexNode, ...]


RegexNode = Union[CharacterSet, Anchor, Repeat, Concatenation, Alternation]  # noqa: UP007  # forward references do not support |

_DIGITS = (("0", "9"),)
_WORD = (("0", "9"), ("A", "Z"), ("_", "_"), ("a", "z"))
_SPACE = (("\t", "\r"), (" ", " "), ("\xa0", "\xa0"), ("\u2028", "\u2029"), ("\ufeff", "\ufeff"))
_ESCAPES = {"d": _DIGITS, "w": _WORD, "s": _SPACE}
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v"}
_ANY = CharacterSet((("\n", "\n"), ("\r", "\r"), ("\u2028", "\u2029")), negated=True)


def parse_regex(pattern: str) -> RegexNode:
    """Parse a pattern. Raises `RegexError`."""
    parser = _Parser(pattern)
    node = parser.alternation()
    if parser.offset < len(pattern):
        raise RegexError("it has a ')' without a '('")
    return node


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.offset = 0
        self.depth = 0

    def peek(self) -> str:
        return self.text[self.offset : self.offset + 1]

    def alternation(self) -> RegexNode:
        nodes = [self.concatenation()]
        while self.peek() == "|":
            self.offset += 1
            nodes.append(self.concatenation())
        return nodes[0] if len(nodes) == 1 else Alternation(tuple(nodes))

    def concatenation(self) -> RegexNode:
        nodes = []
        while self.peek() not in ("", "|", ")"):
            nodes.append(self.repeated(self.atom()))
        return Concatenation(tuple(nodes))

    def repeated(self, node: RegexNode) -> RegexNode:
        bounds = self.bounds()
        if bounds is None:
            return node
        least, most = bounds
        if isinstance(node, Anchor):
            raise RegexError(f"it repeats '{node.sign}'")
        if most != 1 and _varies(node):
            raise RegexError("it nests repetitions, as in (a+)+")
        if self.peek() == "?":
            self.offset += 1  # greedy and lazy repetition match the same texts
        if self.peek() in ("*", "+", "?"):
            raise RegexError("it repeats a repetition")
        return Repeat(node, least, most)

    def bounds(self) -> tuple[int, int | None] | None:
        sign = self.peek()
        if sign in ("*", "+", "?") and sign:
            self.offset += 1
            return {"*": (0, None), "+": (1, None), "?": (0, 1)}[sign]
        if sign != "{":
            return None
        end = self.text.find("}", self.offset)
        least, comma, most = self.text[self.offset + 1 : end].partition(",")
        if end < 0 or not _is_number(least) or (most and not _is_number(most)):
            raise RegexError("it needs {n}, {n,} or {n,m} after '{'; write \\{ for a literal brace")
        self.offset = end + 1
        low, high = int(least), int(most) if most else None if comma else int(least)
        if max(low, high or 0) > MOST_REPEATS or (high is not None and high < low):
            raise RegexError(f"it has a repetition out of order or above {MOST_REPEATS} times")
        return low, high

    def atom(self) -> RegexNode:
        sign = self.peek()
        self.offset += 1
        match sign:
            case "(":
                return self.group()
            case "[":
                return self.character_class()
            case ".":
                return _ANY
            case "^" | "$":
                return Anchor(sign)
            case "\\":
                return self.escape()
            case "*" | "+" | "?" | "{":
                raise RegexError(f"it has a '{sign}' with nothing to repeat")
        return CharacterSet(((sign, sign),))

    def group(self) -> RegexNode:
        if self.peek() == "?":
            if self.text[self.offset + 1 : self.offset + 2] != ":":
                raise RegexError("it has a group other than (...) or (?:...); instead of lookaround use 'not', or several patterns in 'allOf'")
            self.offset += 2
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise RegexError("its groups are nested too deeply")
        node = self.alternation()
        self.depth -= 1
        if self.peek() != ")":
            raise RegexError("it has a '(' without a ')'")
        self.offset += 1
        return node

    def escape(self) -> CharacterSet:
        sign = self.peek()
        self.offset += 1
        if sign.lower() in _ESCAPES and sign:
            return CharacterSet(_ESCAPES[sign.lower()], negated=sign.isupper())
        if sign in _CONTROLS:
            return CharacterSet(((_CONTROLS[sign], _CONTROLS[sign]),))
        if not sign or (sign.isascii() and sign.isalnum()):
            raise RegexError(f"it has the unsupported escape '\\{sign}'; use \\d \\w \\s \\D \\W \\S \\t \\n \\r \\f \\v, or \\ before punctuation")
        return CharacterSet(((sign, sign),))

    def character_class(self) -> CharacterSet:
        negated = self.peek() == "^"
        self.offset += negated
        ranges: list[tuple[str, str]] = []
        while self.peek() != "]":
            first = self.member()
            if len(first) == 1 and self.peek() == "-" and self.text[self.offset + 1 : self.offset + 2] not in ("]", ""):
                self.offset += 1
                last = self.member()
                if len(last) != 1 or first[0][0] != first[0][1] or last[0][0] != last[0][1] or first[0][0] > last[0][0]:
                    raise RegexError("it has an invalid range in [...]")
                ranges.append((first[0][0], last[0][0]))
            else:
                ranges += first
        self.offset += 1
        if not ranges:
            raise RegexError("it has an empty class []")
        return CharacterSet(tuple(ranges), negated)

    def member(self) -> tuple[tuple[str, str], ...]:
        """Return the ranges of the next character or escape in a class."""
        sign = self.peek()
        if not sign:
            raise RegexError("it has a '[' without a ']'")
        self.offset += 1
        if sign != "\\":
            return ((sign, sign),)
        escaped = self.escape()
        if escaped.negated:
            raise RegexError("it has \\D, \\W or \\S in [...]")
        return escaped.ranges


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 6


def _varies(node: RegexNode) -> bool:
    """Return whether a node contains a repetition with a variable count."""
    if isinstance(node, Repeat):
        return node.most not in (1, node.least) or _varies(node.node)
    return isinstance(node, Concatenation | Alternation) and any(_varies(inner) for inner in node.nodes)

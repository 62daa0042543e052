"""Patterns of users' own rules: a part of regular expressions that is matched in a time proportional to the text, whatever the pattern.

The rules of a repository are data that somebody else wrote, and Python's `re` can be kept busy for hours by a line of it. Here a pattern
becomes an automaton whose states are tried side by side (Thompson 1968, "Regular expression search algorithm"), so nothing is tried twice.
What there is: literals, `.`, classes, `\\d \\w \\s` (ASCII, as in ECMA-262) and their opposites, groups, `|`, `* + ? {n,m}`, `^` and `$`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Union

from smlint.runtime.named_tuple import NamedTuple

MOST_CHARACTERS = 200
MOST_REPEATS = 100
MOST_STATES = 2000
MOST_DEPTH = 20
_MOST_REMEMBERED = 5000


class PatternError(ValueError):
    """A pattern that is malformed, or that has what patterns may not have. Its text says which, in a few words."""


class Characters(NamedTuple):
    """One character of a set: of the ranges (both ends within), or, negated, of none of them."""

    ranges: tuple[tuple[str, str], ...]
    negated: bool = False

    def has(self, character: str) -> bool:
        return any(first <= character <= last for first, last in self.ranges) is not self.negated


class Anchor(NamedTuple):
    """The start of the text (`^`), or its end (`$`)."""

    sign: str


class Repeat(NamedTuple):
    """A part, from `least` to `most` times (None: any number)."""

    part: Part
    least: int
    most: int | None


class Joined(NamedTuple):
    """Parts, one after the other."""

    parts: tuple[Part, ...]


class Choice(NamedTuple):
    """One of several parts."""

    parts: tuple[Part, ...]


Part = Union[Characters, Anchor, Repeat, Joined, Choice]  # noqa: UP007  # forward references do not take |

_DIGITS = (("0", "9"),)
_WORD = (("0", "9"), ("A", "Z"), ("_", "_"), ("a", "z"))
_SPACE = (("\t", "\r"), (" ", " "), ("\xa0", "\xa0"), ("\u2028", "\u2029"), ("\ufeff", "\ufeff"))
_ESCAPES = {"d": _DIGITS, "w": _WORD, "s": _SPACE}
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v"}
_ANY = Characters((("\n", "\n"), ("\r", "\r"), ("\u2028", "\u2029")), negated=True)


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0

    def whole(self) -> Part:
        part = self.choice()
        if self.at < len(self.text):
            raise PatternError("it has a ')' without a '('")
        return part

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def choice(self) -> Part:
        parts = [self.joined()]
        while self.peek() == "|":
            self.at += 1
            parts.append(self.joined())
        return parts[0] if len(parts) == 1 else Choice(tuple(parts))

    def joined(self) -> Part:
        parts = []
        while self.peek() not in ("", "|", ")"):
            parts.append(self.repeated(self.atom()))
        return Joined(tuple(parts))

    def repeated(self, part: Part) -> Part:
        bounds = self.bounds()
        if bounds is None:
            return part
        least, most = bounds
        if isinstance(part, Anchor):
            raise PatternError(f"'{part.sign}' cannot be repeated")
        if most != 1 and _varies(part):
            raise PatternError("a repetition may not hold another one, as in (a+)+")
        if self.peek() == "?":
            self.at += 1  # lazy or not, what matches is the same
        if self.peek() in ("*", "+", "?"):
            raise PatternError("it has a repetition of a repetition")
        return Repeat(part, least, most)

    def bounds(self) -> tuple[int, int | None] | None:
        sign = self.peek()
        if sign in ("*", "+", "?") and sign:
            self.at += 1
            return {"*": (0, None), "+": (1, None), "?": (0, 1)}[sign]
        if sign != "{":
            return None
        end = self.text.find("}", self.at)
        least, comma, most = self.text[self.at + 1 : end].partition(",")
        if end < 0 or not _is_number(least) or (most and not _is_number(most)):
            raise PatternError("after '{' it needs {n}, {n,} or {n,m}; a brace itself is written \\{")
        self.at = end + 1
        low, high = int(least), int(most) if most else None if comma else int(least)
        if max(low, high or 0) > MOST_REPEATS or (high is not None and high < low):
            raise PatternError(f"a repetition is from fewer to more, at most {MOST_REPEATS} times")
        return low, high

    def atom(self) -> Part:
        sign = self.peek()
        self.at += 1
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
                raise PatternError(f"there is nothing that '{sign}' could repeat")
        return Characters(((sign, sign),))

    def group(self) -> Part:
        if self.peek() == "?":
            if self.text[self.at + 1 : self.at + 2] != ":":
                raise PatternError("groups are (...) or (?:...): there is no looking ahead or behind; use 'not', or several patterns in 'allOf'")
            self.at += 2
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise PatternError("its groups are too deep")
        part = self.choice()
        self.depth -= 1
        if self.peek() != ")":
            raise PatternError("it has a '(' without a ')'")
        self.at += 1
        return part

    def escape(self) -> Characters:
        sign = self.peek()
        self.at += 1
        if sign.lower() in _ESCAPES and sign:
            return Characters(_ESCAPES[sign.lower()], negated=sign.isupper())
        if sign in _CONTROLS:
            return Characters(((_CONTROLS[sign], _CONTROLS[sign]),))
        if not sign or (sign.isascii() and sign.isalnum()):
            raise PatternError(f"it has the escape '\\{sign}'; there are \\d \\w \\s \\D \\W \\S \\t \\n \\r \\f \\v, and \\ before a sign")
        return Characters(((sign, sign),))

    def character_class(self) -> Characters:
        negated = self.peek() == "^"
        self.at += negated
        ranges: list[tuple[str, str]] = []
        while self.peek() != "]":
            first = self.member()
            if len(first) == 1 and self.peek() == "-" and self.text[self.at + 1 : self.at + 2] not in ("]", ""):
                self.at += 1
                last = self.member()
                if len(last) != 1 or first[0][0] != first[0][1] or last[0][0] != last[0][1] or first[0][0] > last[0][0]:
                    raise PatternError("a range in [...] goes from one character to a later one")
                ranges.append((first[0][0], last[0][0]))
            else:
                ranges += first
        self.at += 1
        if not ranges:
            raise PatternError("a class [...] may not be empty")
        return Characters(tuple(ranges), negated)

    def member(self) -> tuple[tuple[str, str], ...]:
        """The next character of a class, or the set that an escape stands for."""
        sign = self.peek()
        if not sign:
            raise PatternError("it has a '[' without a ']'")
        self.at += 1
        if sign != "\\":
            return ((sign, sign),)
        found = self.escape()
        if found.negated:
            raise PatternError("\\D, \\W and \\S cannot stand in [...]")
        return found.ranges


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 6


def _varies(part: Part) -> bool:
    """Whether a part repeats something a number of times that it does not fix."""
    if isinstance(part, Repeat):
        return part.most not in (1, part.least) or _varies(part.part)
    return isinstance(part, Joined | Choice) and any(_varies(inner) for inner in part.parts)


States = frozenset[int]
_ACCEPT = 0


class Pattern:
    """A pattern that was taken apart. Raises `PatternError` for one that is not allowed."""

    def __init__(self, text: str) -> None:
        if len(text) > MOST_CHARACTERS:
            raise PatternError(f"it is longer than {MOST_CHARACTERS} characters")
        self.text = text
        # State 0 accepts. Each other one moves on without a character (`_free`), reads one, or asks where it is.
        self._free: list[tuple[int, ...]] = [()]
        self._reads: list[tuple[Characters, int] | None] = [None]
        self._asks: list[tuple[str, int] | None] = [None]
        self._first = self._compiled(_Parser(text).whole(), _ACCEPT)
        self._begin = self._reached((self._first,), start=True)
        self._steps: dict[tuple[States, str], States] = {}
        self._answers: dict[str, bool] = {}

    def search(self, value: str) -> bool:
        """Whether the pattern matches anywhere in the text, as JSON Schema's `pattern` does."""
        found = self._answers.get(value)
        if found is None:
            if len(self._answers) > _MOST_REMEMBERED:
                self._answers.clear()
            found = self._answers[value] = self._searched(value)  # deployments are many, their values few
        return found

    def _searched(self, value: str) -> bool:
        states = self._begin
        for character in value:
            if _ACCEPT in states:
                return True
            states = self._step(states, character)
        return _ACCEPT in states or _ACCEPT in self._reached(states, end=True, start=not value)

    def _step(self, states: States, character: str) -> States:
        key = (states, character)
        found = self._steps.get(key)
        if found is None:
            after = {self._first}  # a match may begin anywhere
            for state in states:
                reads = self._reads[state]
                if reads is not None and reads[0].has(character):
                    after.add(reads[1])
            found = self._reached(after)
            if len(self._steps) > _MOST_REMEMBERED:
                self._steps.clear()
            self._steps[key] = found
        return found

    def _reached(self, states: set[int] | States | tuple[int, ...], *, start: bool = False, end: bool = False) -> States:
        """These states and those that follow without reading a character."""
        found: set[int] = set()
        waiting = list(states)
        while waiting:
            state = waiting.pop()
            if state in found:
                continue
            found.add(state)
            waiting += self._free[state]
            asks = self._asks[state]
            if asks is not None and ((asks[0] == "^" and start) or (asks[0] == "$" and end)):
                waiting.append(asks[1])
        return frozenset(found)

    def _state(self, free: tuple[int, ...] = (), reads: tuple[Characters, int] | None = None, asks: tuple[str, int] | None = None) -> int:
        if len(self._free) >= MOST_STATES:
            raise PatternError("its repetitions make it too large")
        self._free.append(free)
        self._reads.append(reads)
        self._asks.append(asks)
        return len(self._free) - 1

    def _compiled(self, part: Part, after: int) -> int:
        """The first state of a part that goes on to the state `after`."""
        match part:
            case Characters():
                return self._state(reads=(part, after))
            case Anchor(sign):
                return self._state(asks=(sign, after))
            case Joined(parts):
                for inner in reversed(parts):
                    after = self._compiled(inner, after)
                return after
            case Choice(parts):
                return self._state(tuple(self._compiled(inner, after) for inner in parts))
            case Repeat(inner, least, most):
                if most is None:
                    loop = self._state()
                    self._free[loop] = (self._compiled(inner, loop), after)
                    after = loop
                for _ in range((most or least) - least):
                    after = self._state((self._compiled(inner, after), after))
                for _ in range(least):
                    after = self._compiled(inner, after)
                return after


@lru_cache(maxsize=256)
def compiled(text: str) -> Pattern:
    """The pattern of a text, made once."""
    return Pattern(text)

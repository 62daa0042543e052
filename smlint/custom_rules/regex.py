"""Regular expressions for custom rules, matched in time proportional to the text, whatever the pattern.

A repository's rules are data from someone else, and one line of it can keep Python's `re` busy for hours. These patterns become an automaton
whose states advance in parallel (Thompson 1968, "Regular expression search algorithm"), so that matching never backtracks.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from smlint.custom_rules.regex_parser import Alternation, Anchor, CharacterSet, Concatenation, RegexError, RegexNode, Repeat, parse_regex
from smlint.runtime.named_tuple import NamedTuple

MOST_CHARACTERS = 200
MOST_STATES = 2000
_MOST_CACHED = 5000

StateSet = frozenset[int]
_ACCEPT = 0


class _State(NamedTuple):
    """One state of an automaton. At most one field is set.

    `epsilon`: the states that follow without reading a character. `reads`: a character set and the state that follows it. `anchor`: `^` or `$`,
    and the state that follows at that position.
    """

    epsilon: tuple[int, ...] = ()
    reads: tuple[CharacterSet, int] | None = None
    anchor: tuple[str, int] | None = None


class _Compiler:
    """Turns a syntax tree into states. State 0 accepts."""

    def __init__(self) -> None:
        self.states = [_State()]

    def compile(self, node: RegexNode, following: int) -> int:
        """Return the first state of a node that continues at `following`."""
        match node:
            case CharacterSet():
                return self._add(_State(reads=(node, following)))
            case Anchor(sign):
                return self._add(_State(anchor=(sign, following)))
            case Concatenation(nodes):
                for inner in reversed(nodes):
                    following = self.compile(inner, following)
                return following
            case Alternation(nodes):
                return self._add(_State(epsilon=tuple(self.compile(inner, following) for inner in nodes)))
            case Repeat(inner, least, most):
                if most is None:
                    loop = self._add(_State())
                    self.states[loop] = _State(epsilon=(self.compile(inner, loop), following))
                    following = loop
                for _ in range((most or least) - least):
                    following = self._add(_State(epsilon=(self.compile(inner, following), following)))
                for _ in range(least):
                    following = self.compile(inner, following)
                return following

    def _add(self, state: _State) -> int:
        if len(self.states) >= MOST_STATES:
            raise RegexError("its repetitions make it too large")
        self.states.append(state)
        return len(self.states) - 1


class Regex:
    """A compiled pattern. Create it with `compile_regex`."""

    def __init__(self, states: list[_State], first: int) -> None:
        self._states = states
        self._first = first
        self._start = self._closure((first,), at_start=True)
        self._transitions: dict[tuple[StateSet, str], StateSet] = {}
        self._results: dict[str, bool] = {}

    def search(self, text: str) -> bool:
        """Return whether the pattern matches anywhere in the text, like `pattern` in JSON Schema."""
        result = self._results.get(text)
        if result is None:
            if len(self._results) > _MOST_CACHED:
                self._results.clear()
            result = self._results[text] = self._search(text)  # many deployments share few values
        return result

    def _search(self, text: str) -> bool:
        states = self._start
        for character in text:
            if _ACCEPT in states:
                return True
            states = self._step(states, character)
        return _ACCEPT in states or _ACCEPT in self._closure(states, at_end=True, at_start=not text)

    def _step(self, states: StateSet, character: str) -> StateSet:
        """Return the states after reading a character."""
        key = (states, character)
        following = self._transitions.get(key)
        if following is None:
            reached = {self._first}  # a match can start at any position
            for state in states:
                reads = self._states[state].reads
                if reads is not None and reads[0].contains(character):
                    reached.add(reads[1])
            following = self._closure(reached)
            if len(self._transitions) > _MOST_CACHED:
                self._transitions.clear()
            self._transitions[key] = following
        return following

    def _closure(self, states: Iterable[int], *, at_start: bool = False, at_end: bool = False) -> StateSet:
        """Return these states and all that follow without reading a character."""
        closure: set[int] = set()
        pending = list(states)
        while pending:
            index = pending.pop()
            if index in closure:
                continue
            closure.add(index)
            state = self._states[index]
            pending += state.epsilon
            if state.anchor is not None:
                sign, following = state.anchor
                if (sign == "^" and at_start) or (sign == "$" and at_end):
                    pending.append(following)
        return frozenset(closure)


@lru_cache(maxsize=256)
def compile_regex(pattern: str) -> Regex:
    """Compile a pattern. Raises `RegexError` if it is malformed, unsupported or too large."""
    if len(pattern) > MOST_CHARACTERS:
        raise RegexError(f"it is longer than {MOST_CHARACTERS} characters")
    compiler = _Compiler()
    first = compiler.compile(parse_regex(pattern), _ACCEPT)
    return Regex(compiler.states, first)

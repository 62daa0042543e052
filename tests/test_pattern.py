"""Patterns of users' own rules: they match what Python's own expressions match, and in a time that no pattern can make long."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smlint.custom_rules.regex import Pattern, PatternError
from tests.timing import seconds

LITERALS = st.sampled_from(["a", "b", "0", "-", r"\.", ".", "[ab]", "[^a]", "[a-c0]", r"\d", r"\w", r"\D", r"\W", r"\s", r"\S", r"[\d-]"])


def grouped(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    joined = st.lists(inner, min_size=1, max_size=4).map("".join)
    return joined | st.lists(joined, min_size=1, max_size=3).map(lambda parts: f"(?:{'|'.join(parts)})") | joined.map(lambda part: f"({part})")


QUANTIFIED = st.builds(str.__add__, LITERALS | st.just("(?:ab|b)") | st.just("(a|0b)"), st.sampled_from(["", "*", "+", "?", "{2}", "{1,3}", "{2,}", "*?"]))
PATTERNS = st.recursive(QUANTIFIED, grouped, max_leaves=6)
ANCHORED = st.builds(lambda start, body, end: start + body + end, st.sampled_from(["", "^"]), PATTERNS, st.sampled_from(["", "$"]))


@given(ANCHORED, st.text("ab0-. c\n", max_size=12))
def test_it_matches_what_python_matches(pattern: str, value: str) -> None:
    # In Python `$` also matches before a last line end, in JSON Schema it does not; `.` is the same in both for these texts.
    theirs = re.search(pattern.replace("$", r"\Z"), value, re.ASCII) is not None
    assert Pattern(pattern).search(value) is theirs


@pytest.mark.parametrize(
    ("pattern", "matches", "others"),
    [
        pytest.param("^eu-", ["eu-west-1"], ["us-east-1", "xeu-"], id="a beginning"),
        pytest.param("", ["", "a"], [], id="nothing is everywhere"),
        pytest.param("^$", [""], ["a"], id="only the empty text"),
        pytest.param("a|^b$", ["xa", "b"], ["xb", "bx"], id="an anchor in an alternative"),
        pytest.param(r"^ml\.[a-z0-9]+(-[a-z]+)?\.", ["ml.c7g.xlarge", "ml.p6e-gb.large"], ["c7g.xlarge"], id="an instance type"),
        pytest.param(r"^\w+$", ["abc_9"], ["é", ""], id="words are of ASCII"),
        pytest.param("^.$", ["é", "\U0001f600"], ["\n", "ab"], id="any one character but a line end"),
        pytest.param(r"[\]\-a]", ["]", "-", "a"], ["b"], id="escapes in a class"),
    ],
)
def test_it_finds(pattern: str, matches: list[str], others: list[str]) -> None:
    assert [value for value in matches + others if Pattern(pattern).search(value)] == matches


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        pytest.param("(a+)+", "a repetition may not hold another one", id="nested"),
        pytest.param("^(a*)*$", "a repetition may not hold another one", id="nested stars"),
        pytest.param("((x|a{1,9})b){2,}", "a repetition may not hold another one", id="deeply nested"),
        pytest.param("a**", "repetition of a repetition", id="twice"),
        pytest.param("a++", "repetition of a repetition", id="possessive"),
        pytest.param("(?=a)", "no looking ahead", id="lookahead"),
        pytest.param("(?<n>a)", "no looking ahead", id="a named group"),
        pytest.param("(?i)a", "no looking ahead", id="flags"),
        pytest.param(r"(a)\1", "escape", id="a reference back"),
        pytest.param(r"a\b", "escape", id="a word boundary"),
        pytest.param("a\\", "escape", id="a lone backslash"),
        pytest.param("a{1000}", "at most 100 times", id="many times"),
        pytest.param("a{3,2}", "from fewer to more", id="backwards"),
        pytest.param("a{99999999999999999}", "after '{'", id="a huge number"),
        pytest.param("a{x}", "after '{'", id="no number"),
        pytest.param("((((a{100}){100}){100}){100})", "too large", id="fixed counts multiply"),
        pytest.param("*", "nothing", id="nothing to repeat"),
        pytest.param("(a", "without a ')'", id="an open group"),
        pytest.param("a)", "without a '('", id="a closed group"),
        pytest.param("[a", "without a ']'", id="an open class"),
        pytest.param("[]", "may not be empty", id="an empty class"),
        pytest.param("[z-a]", "range", id="a range backwards"),
        pytest.param("^*", "cannot be repeated", id="a repeated anchor"),
        pytest.param("a" * 201, "longer than 200", id="too long"),
        pytest.param("(" * 50 + ")" * 50, "too deep", id="too deep"),
    ],
)
def test_what_is_not_allowed_is_said(pattern: str, words: str) -> None:
    with pytest.raises(PatternError, match=re.escape(words)):
        Pattern(pattern)


@pytest.mark.parametrize("pattern", [".*.*.*.*.*.*.*.*x", "^(a|a|a)*$", "(a|ab|abc|b|c)*x", "a?" * 60 + "a{60}", "[ab]*[bc]*[ac]*x"])
def test_no_pattern_keeps_it_busy(pattern: str) -> None:
    compiled = Pattern(pattern)
    assert seconds(lambda: compiled.search("abc" * 3000)) < 1
    assert seconds(lambda: compiled.search("a" * 9000 + "b")) < 1


@given(st.text("ab(){}[]|*+?\\^$.,-:0123456789", max_size=30))
def test_any_text_is_a_pattern_or_refused(text: str) -> None:
    try:
        pattern = Pattern(text)
    except PatternError:
        return
    assert pattern.search("ab0-") in (True, False)

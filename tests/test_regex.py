"""Regular expressions of custom rules: they match like Python's, in time that no pattern can prolong."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smlint.custom_rules.regex import compile_regex
from smlint.custom_rules.regex_parser import RegexError
from tests.timing import seconds

LITERALS = st.sampled_from(["a", "b", "0", "-", r"\.", ".", "[ab]", "[^a]", "[a-c0]", r"\d", r"\w", r"\D", r"\W", r"\s", r"\S", r"[\d-]"])


def grouped(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    joined = st.lists(inner, min_size=1, max_size=4).map("".join)
    return joined | st.lists(joined, min_size=1, max_size=3).map(lambda parts: f"(?:{'|'.join(parts)})") | joined.map(lambda part: f"({part})")


QUANTIFIED = st.builds(str.__add__, LITERALS | st.just("(?:ab|b)") | st.just("(a|0b)"), st.sampled_from(["", "*", "+", "?", "{2}", "{1,3}", "{2,}", "*?"]))
PATTERNS = st.recursive(QUANTIFIED, grouped, max_leaves=6)
ANCHORED = st.builds(lambda start, body, end: start + body + end, st.sampled_from(["", "^"]), PATTERNS, st.sampled_from(["", "$"]))


@given(ANCHORED, st.text("ab0-. c\n", max_size=12))
def test_matches_like_python(pattern: str, value: str) -> None:
    # In Python, `$` also matches before a final newline; in JSON Schema it does not. For these texts, `.` means the same in both.
    expected = re.search(pattern.replace("$", r"\Z"), value, re.ASCII) is not None
    assert compile_regex(pattern).search(value) is expected


@pytest.mark.parametrize(
    ("pattern", "matches", "others"),
    [
        pytest.param("^eu-", ["eu-west-1"], ["us-east-1", "xeu-"], id="prefix"),
        pytest.param("", ["", "a"], [], id="empty pattern"),
        pytest.param("^$", [""], ["a"], id="empty text"),
        pytest.param("a|^b$", ["xa", "b"], ["xb", "bx"], id="anchor in an alternative"),
        pytest.param(r"^ml\.[a-z0-9]+(-[a-z]+)?\.", ["ml.c7g.xlarge", "ml.p6e-gb.large"], ["c7g.xlarge"], id="instance type"),
        pytest.param(r"^\w+$", ["abc_9"], ["é", ""], id="ASCII word characters"),
        pytest.param("^.$", ["é", "\U0001f600"], ["\n", "ab"], id="any character except a line break"),
        pytest.param(r"[\]\-a]", ["]", "-", "a"], ["b"], id="escapes in a class"),
    ],
)
def test_search(pattern: str, matches: list[str], others: list[str]) -> None:
    assert [value for value in matches + others if compile_regex(pattern).search(value)] == matches


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        pytest.param("(a+)+", "it nests repetitions", id="nested"),
        pytest.param("^(a*)*$", "it nests repetitions", id="nested stars"),
        pytest.param("((x|a{1,9})b){2,}", "it nests repetitions", id="deeply nested"),
        pytest.param("a**", "repeats a repetition", id="double star"),
        pytest.param("a++", "repeats a repetition", id="possessive"),
        pytest.param("(?=a)", "group other than", id="lookahead"),
        pytest.param("(?<n>a)", "group other than", id="named group"),
        pytest.param("(?i)a", "group other than", id="flags"),
        pytest.param(r"(a)\1", "escape", id="backreference"),
        pytest.param(r"a\b", "escape", id="word boundary"),
        pytest.param("a\\", "escape", id="trailing backslash"),
        pytest.param("a{1000}", "above 100 times", id="too many repetitions"),
        pytest.param("a{3,2}", "out of order", id="reversed bounds"),
        pytest.param("a{99999999999999999}", "after '{'", id="huge number"),
        pytest.param("a{x}", "after '{'", id="not a number"),
        pytest.param("((((a{100}){100}){100}){100})", "too large", id="multiplied counts"),
        pytest.param("*", "nothing to repeat", id="nothing to repeat"),
        pytest.param("(a", "without a ')'", id="unclosed group"),
        pytest.param("a)", "without a '('", id="unopened group"),
        pytest.param("[a", "without a ']'", id="unclosed class"),
        pytest.param("[]", "empty class", id="empty class"),
        pytest.param("[z-a]", "invalid range", id="reversed range"),
        pytest.param("^*", "it repeats '^'", id="repeated anchor"),
        pytest.param("a" * 201, "longer than 200", id="too long"),
        pytest.param("(" * 50 + ")" * 50, "nested too deeply", id="nested too deeply"),
    ],
)
def test_unsupported_patterns_are_refused(pattern: str, words: str) -> None:
    with pytest.raises(RegexError, match=re.escape(words)):
        compile_regex(pattern)


@pytest.mark.parametrize("pattern", [".*.*.*.*.*.*.*.*x", "^(a|a|a)*$", "(a|ab|abc|b|c)*x", "a?" * 60 + "a{60}", "[ab]*[bc]*[ac]*x"])
def test_matching_takes_linear_time(pattern: str) -> None:
    regex = compile_regex(pattern)
    assert seconds(lambda: regex.search("abc" * 3000)) < 1
    assert seconds(lambda: regex.search("a" * 9000 + "b")) < 1


@given(st.text("ab(){}[]|*+?\\^$.,-:0123456789", max_size=30))
def test_any_text_compiles_or_is_refused(text: str) -> None:
    try:
        regex = compile_regex(text)
    except RegexError:
        return
    assert regex.search("ab0-") in (True, False)

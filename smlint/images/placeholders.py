"""Placeholders that people write into image URIs (`{region}`, `${AWS::Region}`, `<account>`, `((REGION))`, `##TAG##`, `%s`, `ACCOUNT_ID`).

Like the placeholders of a `Text` they are unknown parts. The parser replaces each with placeholder characters of the same length, so that offsets
stay valid.
"""

from __future__ import annotations

from functools import lru_cache

from smlint.model.text import PLACEHOLDER_FIRST, is_placeholder

_PAIRS = (
    ("${", "}"), ("$((", "))"), ("$(", ")"), ("{{", "}}"), ("{", "}"), ("((", "))"), ("<", ">"), ("[[", "]]"), ("#{", "}"),
)  # fmt: skip
_MARKS = ("##", "@@", "__", "%", "@")
"""Marks at the start and the end of a placeholder: `##TAG##`. Longer marks come first."""
_MAX_NAME = 100
_VERBS = frozenset("sdvqriu")
"""Letters that end a conversion of `printf` in C, Go, Python and Java: `%s`, `%+v`, `%1$s`, `%(tag)s`."""
_WORDS = frozenset(
    (
        *("account", "account-id", "account_id", "accountid", "aws-account", "aws-account-id", "aws_account_id"),
        *("region", "aws-region", "aws_region", "regionname", "region-name"),
        *("your-account", "your-account-id", "your-region"),
    )
)
_STARTS = frozenset("${(<[%#@_")


def mask(text: str) -> str:
    """Return the text with every bracketed placeholder and `$NAME` replaced with placeholder characters of the same length."""
    if not ("{" in text or "<" in text or "(" in text or "$" in text or "[" in text or "%" in text or "#" in text or "@" in text or "__" in text):
        return text
    pieces: list[str] = []
    at = 0
    while at < len(text):
        if text[at] in _STARTS:
            end = _end_of(text, at)
            if end > at:
                pieces.append(PLACEHOLDER_FIRST * (end - at))
                at = end
                continue
        pieces.append(text[at])
        at += 1
    return "".join(pieces)


def is_one_placeholder(text: str) -> bool:
    """Return whether a text consists only of placeholders."""
    stripped = text.strip()
    return bool(stripped) and not stripped[0].isalnum() and all(map(is_placeholder, mask(stripped)))


def _end_of(text: str, at: int) -> int:
    """Return the end of the placeholder that starts at an offset; the offset itself if none starts there."""
    for opening, closing in _PAIRS:
        if text.startswith(opening, at):
            end = text.find(closing, at + len(opening), at + 200)
            if end >= 0:
                return end + len(closing)
    if text[at] == "$":
        end = at + 1
        while end < len(text) and (text[end].isalnum() or text[end] == "_") and text[end].isascii():
            end += 1
        return end if end > at + 1 else at
    conversion = _end_of_conversion(text, at) if text[at] == "%" else at
    if conversion > at and not text[conversion : conversion + 1].isalpha():
        return conversion
    for mark in _MARKS:
        if text.startswith(mark, at):
            end = _end_of_marked(text, at, mark)
            return end if end > at else conversion
    return at


def _end_of_conversion(text: str, at: int) -> int:
    """Return the end of the conversion of `printf` that starts at an offset; the offset itself if none starts there.

    A width is not part of one, because `%2f` is a percent-encoded slash.
    """
    start = at + 1
    if text.startswith("(", start):
        closing = text.find(")", start, start + _MAX_NAME)
        if closing < 0:
            return at
        return closing + 2 if text[closing + 1 : closing + 2] in _VERBS else closing + 1
    position = start
    while text[position : position + 1].isdecimal():
        position += 1
    if position > start and text[position : position + 1] == "$":
        start = position + 1
    elif text[start : start + 1] in ("+", "#"):
        start += 1
    return start + 1 if text[start : start + 1] in _VERBS else at


def _end_of_marked(text: str, at: int, mark: str) -> int:
    """Return the end of the placeholder between two marks; `at` itself if there is none. Underscores inside a longer word are not marks."""
    start = at + len(mark)
    end = text.find(mark, start, start + _MAX_NAME)
    name = text[start:end] if end > start else ""
    if not name or not (name[0].isalpha() or name[0] == "_") or not name.replace("_", "").replace("-", "").replace(".", "").isalnum():
        return at
    after = end + len(mark)
    if mark == "__" and (name[-1] == "_" or _is_word(text[at - 1 : at]) or _is_word(text[after : after + 1])):
        return at
    return after


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


@lru_cache(maxsize=1024)
def names_placeholder(component: str) -> bool:
    """Return whether an account or Region is a word in place of one (`ACCOUNT_ID`, `xxxxxxxxxxxx`, `region`) or contains a placeholder."""
    if not component.isascii() and any(is_placeholder(c) for c in component):
        return True
    word = component.strip("_")
    if not word or not component.isascii():
        return False
    if component.lower() in _WORDS or set(word.lower()) <= {"x"}:
        return True
    return word.replace("_", "").replace("-", "").isalnum() and word.isupper()

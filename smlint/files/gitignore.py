"""The patterns of `.gitignore`, matched in a time proportional to the path, whatever the pattern.

`pathspec` makes a regular expression of each. In one such as `*a*a*a*a*b` every star is tried with every other: a name of 250 characters takes
ten seconds. But a star never needs a second try: if what follows it matches early, whatever comes after has the more to choose from. So all but
the last star of a name become atomic groups, and likewise all but the last `**` of a path. That holds since nothing but a slash matches a slash,
which in pathspec (1.0, unlike git) `[!a]` does too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pathspec import GitIgnoreSpec
from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

MAX_PATTERN_LENGTH = 4096
"""Characters of a pattern; a longer one is malformed. No path is longer."""

# What pathspec writes for `*`, for `**` at the head, and for `**` between folders.
_STAR, _HEAD, _FOLDERS = "[^/]*", "^(?:.+/)?", "(?:/.+)?"
# A class that does not end, which pathspec does not write, would go on to the end.
_ESCAPE_OR_CLASS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*+\]?", re.DOTALL)


class GitIgnorePattern(GitIgnoreSpecPattern):
    """A line of `.gitignore`."""

    @classmethod
    def pattern_to_regex(cls, pattern):  # type: ignore[no-untyped-def]  # of str or bytes in pathspec, here of str
        if len(pattern) > MAX_PATTERN_LENGTH:
            raise ValueError(f"longer than {MAX_PATTERN_LENGTH} characters")
        regex, include = super().pattern_to_regex(pattern)
        if regex is None:
            return None, include
        regex = make_linear(regex)
        try:
            re.compile(regex)
        except re.error as error:
            raise ValueError(f"malformed: {error}") from None
        return regex, include


def compile_patterns(lines: Iterable[str]) -> GitIgnoreSpec:
    """The patterns of the lines. Raises `ValueError` when one is malformed."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # `re` warns of `[[a]`, which may mean something else one day
        return GitIgnoreSpec.from_lines(lines, GitIgnorePattern, backend="simple")  # the other engines, where installed, know no atomic groups


def make_linear(regex: str) -> str:
    """A regular expression of pathspec's, in which no choice is made anew that cannot change the outcome."""
    *parts, last = _ESCAPE_OR_CLASS.sub(_without_slash, regex).split(_FOLDERS)
    if not parts:
        return _stars(last)
    first, *between = parts
    if first.startswith(_HEAD):  # noqa: SIM108  # too long for a line
        first = f"^(?>(?:.+?/)??{_stars(first.removeprefix(_HEAD))}(?=/))"
    else:
        first = _stars(first)
    return first + "".join(f"(?>(?:/.+?)??{_stars(part)}(?=/))" for part in between) + _FOLDERS + _stars(last)


def _without_slash(match: re.Match[str]) -> str:
    """A class of characters that has no slash among them; an escape as it is."""
    return f"(?![/]){match[0]}" if match[0].startswith("[^") and match[0] != "[^/]" else match[0]


def _stars(part: str) -> str:
    """A part in which a star that another one of the same name follows is tried once."""
    head, *rest = part.split(_STAR)
    if not rest:
        return part
    *texts, last = rest
    return head + "".join(_STAR + text if _ends_name(text) else f"(?>[^/]*?{text})" for text in texts) + _STAR + last


def _ends_name(text: str) -> bool:
    """Whether a slash stands in a piece of a regular expression, so that its star cannot go on."""
    return "/" in _ESCAPE_OR_CLASS.sub("", text)

"""Match `.gitignore` patterns in time proportional to the path, whatever the pattern.

`pathspec` translates each pattern to a regular expression. For `*a*a*a*a*b`, backtracking tries every combination of stars: a name of
250 characters takes ten seconds. A star never needs a second try, because an early match of what follows it leaves the most text for
everything after it. So all but the last star of a name become atomic groups, and likewise all but the last `**` of a path. This relies on
slashes matching only slashes; in pathspec 1.0, unlike in git, `[!a]` matches one too, so classes are fixed as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pathspec import GitIgnoreSpec
from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

MAX_PATTERN_LENGTH = 4096
"""Characters of the longest valid pattern. No path is longer."""

# pathspec's translations of `*`, of `**` at the start, and of `**` between folders.
_STAR, _HEAD, _FOLDERS = "[^/]*", "^(?:.+/)?", "(?:/.+)?"
# An unterminated class, which pathspec never writes, would match up to the end.
_ESCAPE_OR_CLASS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*+\]?", re.DOTALL)


class GitIgnorePattern(GitIgnoreSpecPattern):
    """A line of `.gitignore`."""

    @classmethod
    def pattern_to_regex(cls, pattern):  # type: ignore[no-untyped-def]  # str or bytes in pathspec, str here
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
    """Compile the lines of an ignore file. Raises `ValueError` for a malformed pattern."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # `re` warns that the meaning of `[[a]` may change
        return GitIgnoreSpec.from_lines(lines, GitIgnorePattern, backend="simple")  # the other backends do not support atomic groups


def make_linear(regex: str) -> str:
    """Rewrite a regular expression of pathspec so that it never retries a choice that cannot change the result."""
    *parts, last = _ESCAPE_OR_CLASS.sub(_exclude_slash, regex).split(_FOLDERS)
    if not parts:
        return _make_stars_atomic(last)
    first, *between = parts
    if first.startswith(_HEAD):  # noqa: SIM108  # too long for one line
        first = f"^(?>(?:.+?/)??{_make_stars_atomic(first.removeprefix(_HEAD))}(?=/))"
    else:
        first = _make_stars_atomic(first)
    return first + "".join(f"(?>(?:/.+?)??{_make_stars_atomic(part)}(?=/))" for part in between) + _FOLDERS + _make_stars_atomic(last)


def _exclude_slash(match: re.Match[str]) -> str:
    """Exclude the slash from a negated character class; return an escape unchanged."""
    return f"(?![/]){match[0]}" if match[0].startswith("[^") and match[0] != "[^/]" else match[0]


def _make_stars_atomic(part: str) -> str:
    """Make every star atomic that is followed by another star of the same name."""
    head, *rest = part.split(_STAR)
    if not rest:
        return part
    *texts, last = rest
    return head + "".join(_STAR + text if _contains_slash(text) else f"(?>[^/]*?{text})" for text in texts) + _STAR + last


def _contains_slash(regex: str) -> bool:
    """Return whether a part of a regular expression contains a slash, which ends the name that a star matches."""
    return "/" in _ESCAPE_OR_CLASS.sub("", regex)

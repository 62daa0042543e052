"""Suppression comments: `# smlint: ignore[rule] reason` on the line or the line above, `file-ignore` anywhere in the file.

The grammar is strict: comma-separated rule names in brackets, then the reason, up to the next `#`. A comment that starts like a suppression
but does not follow the grammar has no effect and is reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from smlint.linter.suppressions.directive import Directive, Directives, MalformedDirective
from smlint.model.findings import Edit
from smlint.model.source import Source, Span

_DIRECTIVE = re.compile(r"#\s*smlint:\s*(?P<file>file-)?ignore\[(?P<names>[^\[\]]*)\](?P<reason>[^#]*)")
_LOOKALIKE = re.compile(r"#\s*smlint:\s*(?:file-)?ignore")


def comment_directives(source: Source, comments: Iterable[tuple[int, str]]) -> Directives:
    """Return the directives among the comments of a source.

    Each comment is a pair: the offset of its `#`, and its text from there to the end of the line.
    """
    valid: list[Directive] = []
    malformed: list[MalformedDirective] = []
    for offset, comment in comments:
        match = _DIRECTIVE.match(comment)
        if match is None:
            lookalike = _LOOKALIKE.match(comment)
            if lookalike is not None:
                span = Span(offset, offset + lookalike.end())
                malformed.append(MalformedDirective(span, "not a suppression, expected `# smlint: ignore[rule] reason`"))
            continue
        names = []
        for name in re.finditer(r"[^,\s]+", match["names"]):
            start = offset + match.start("names") + name.start()
            names.append((name.group(), Span(start, start + len(name.group()))))
        line = 0 if match["file"] else source.position(offset).line
        end = offset + match.end()
        is_whole_comment = match.end() == len(comment)
        removal = _remove_comment(source.text, offset, end) if is_whole_comment else Edit(Span(offset, end), source.text[offset:end], "")
        valid.append(Directive(tuple(names), match["reason"].strip(), line=line, removal=removal))
    return Directives(tuple(valid), tuple(malformed))


def _remove_comment(text: str, start: int, end: int) -> Edit | None:
    """Return the edit that deletes a comment with the blanks before it, and its line if nothing else is on it."""
    while start > 0 and text[start - 1] in " \t":
        start -= 1
    if start == 0 or text[start - 1] == "\n":
        newline = text.find("\n", end)
        if newline < 0:
            return None
        end = newline + 1
    return Edit(Span(start, end), text[start:end], "")

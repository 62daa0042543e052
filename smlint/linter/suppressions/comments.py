"""Comments that silence findings: `# smlint: ignore[rule] reason` on the line or the line above, `file-ignore` anywhere.

The grammar is strict: rule names in brackets, commas between them, then the reason, up to the next comment. What does not follow it
silences nothing, and is reported.
"""

import re
from collections.abc import Iterable

from smlint.linter.suppressions.directive import Directive, Mistake
from smlint.model.findings import Edit
from smlint.model.source import Source, Span

_FORM = re.compile(r"#\s*smlint:\s*(?P<file>file-)?ignore\[(?P<names>[^\[\]]*)\](?P<reason>[^#]*)")


_MEANT = re.compile(r"#\s*smlint:\s*(?:file-)?ignore")


def in_comments(source: Source, comments: Iterable[tuple[int, str]]) -> tuple[list[Directive], list[Mistake]]:
    """The suppressions among a text's comments, each given as the offset of its `#` and its text; and what is meant as one, and has another form."""
    found: list[Directive] = []
    mistakes: list[Mistake] = []
    for offset, comment in comments:
        match = _FORM.match(comment)
        if match is None:
            meant = _MEANT.match(comment)
            if meant is not None:
                span = Span(offset, offset + meant.end())
                mistakes.append(Mistake(span, "not a suppression, expected `# smlint: ignore[rule] reason`"))
            continue
        names = []
        for name in re.finditer(r"[^,\s]+", match["names"]):
            start = offset + match.start("names") + name.start()
            names.append((name.group(), Span(start, start + len(name.group()))))
        line = 0 if match["file"] else source.position(offset).line
        end = offset + match.end()
        alone = match.end() == len(comment)
        removal = _removal(source.text, offset, end) if alone else Edit(Span(offset, end), source.text[offset:end], "")
        found.append(Directive(tuple(names), match["reason"].strip(), line, removal=removal))
    return found, mistakes


def _removal(text: str, start: int, end: int) -> Edit | None:
    """The edit that takes a comment away, with the blanks (and the line) it stands on."""
    while start > 0 and text[start - 1] in " \t":
        start -= 1
    if start == 0 or text[start - 1] == "\n":
        newline = text.find("\n", end)
        if newline < 0:
            return None
        end = newline + 1
    return Edit(Span(start, end), text[start:end], "")

"""Comments that silence findings: `# smlint: ignore[rule] reason` on the line or the line above, `file-ignore` anywhere.

The grammar is strict: rule names in brackets, commas between them, then the reason. What does not follow it silences nothing.
"""

import re
from collections.abc import Iterable, Iterator

from smlint.model import Edit, Span
from smlint.source import Source
from smlint.suppress.directive import Directive

_FORM = re.compile(r"#\s*smlint:\s*(?P<file>file-)?ignore\[(?P<names>[^\[\]]*)\](?P<reason>[^#]*)")


def in_comments(source: Source, comments: Iterable[tuple[int, str]]) -> Iterator[Directive]:
    """The suppressions among a text's comments, each given as the offset of its `#` and its text."""
    for offset, comment in comments:
        match = _FORM.match(comment)
        if match is None:
            continue
        names = []
        for name in re.finditer(r"[^,\s]+", match["names"]):
            start = offset + match.start("names") + name.start()
            names.append((name.group(), Span(start, start + len(name.group()))))
        line = 0 if match["file"] else source.position(offset).line
        removal = _removal(source.text, offset, offset + len(comment.rstrip()))
        yield Directive(tuple(names), match["reason"].strip(), line, removal=removal)


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

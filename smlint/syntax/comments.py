"""Comments that speak to smlint. Event parsers drop comments, so they are found in the text, outside every scalar."""

from __future__ import annotations

import re
from collections.abc import Iterable

from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax.nodes import Document, Scalar, walk

MARK = "smlint:"

# What YAML takes for a line break. A `#` begins a comment only at the head of a line or after a blank.
_BREAKS = "\n\r\x85\u2028\u2029"
_COMMENT = rf"(?:^|(?<=[ \t{_BREAKS}]))#[ \t]*+{MARK}[^{_BREAKS}]*+"  # compiled on first use: most texts have no mark


class Comment(NamedTuple):
    """A comment: the offset of its `#`, and its text from there to the end of the line, trailing blanks left out."""

    offset: int
    text: str


def comments(text: str, documents: Iterable[Document]) -> list[Comment]:
    """The comments of a text that begin with `smlint:`, in order, also at the end of another comment (`# a note # smlint: ...`).

    `documents` are all the documents that `parse` gave for this text. A `# smlint:` inside a scalar is none; JSON has none.
    """
    if MARK not in text:
        return []
    found = [Comment(match.start(), match.group().rstrip(" \t")) for match in re.finditer(_COMMENT, text)]
    if not found:
        return []
    from bisect import bisect_right

    starts: list[int] = []
    ends: list[int] = []
    for document in documents:
        if document.kind == "json":
            return []
        for node in walk(document.root):
            if isinstance(node, Scalar) and node.end > node.start:
                starts.append(node.start)
                ends.append(node.end)
    order = sorted(range(len(starts)), key=starts.__getitem__)
    starts, ends = [starts[i] for i in order], [ends[i] for i in order]
    outside: list[Comment] = []
    for comment in found:
        before = bisect_right(starts, comment.offset) - 1
        if before < 0 or comment.offset >= ends[before]:
            outside.append(comment)
    return outside

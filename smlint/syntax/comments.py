"""Find `# smlint:` comments. Event parsers drop comments, so they are searched for in the text, outside every scalar."""

from __future__ import annotations

import re
from collections.abc import Iterable

from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax.nodes import Document, Scalar, walk

MARK = "smlint:"

# The line breaks of YAML. A `#` starts a comment only at the start of a line or after a blank.
_BREAKS = "\n\r\x85\u2028\u2029"
_COMMENT = rf"(?:^|(?<=[ \t{_BREAKS}]))#[ \t]*+{MARK}[^{_BREAKS}]*+"  # compiled on first use: most texts do not contain the mark


class Comment(NamedTuple):
    """A comment: the offset of its `#`, and its text up to the end of the line without trailing blanks."""

    offset: int
    text: str


def find_comments(text: str, documents: Iterable[Document]) -> list[Comment]:
    """Return the comments of a text that start with `smlint:`, in order, including those at the end of another comment.

    `documents` are all documents that `parse` returned for the text. A `# smlint:` inside a scalar is not a comment; JSON has none.
    """
    if MARK not in text:
        return []
    candidates = [Comment(match.start(), match.group().rstrip(" \t")) for match in re.finditer(_COMMENT, text)]
    if not candidates:
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
    for comment in candidates:
        before = bisect_right(starts, comment.offset) - 1
        if before < 0 or comment.offset >= ends[before]:
            outside.append(comment)
    return outside

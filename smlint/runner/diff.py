"""The fixes of a file as a patch that `git apply` accepts."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from smlint.model.source import Source
from smlint.runtime.errors import SmlintError

CONTEXT = 3
"""The number of unchanged lines around a change."""


def patch(before: Source, after: Source) -> str:
    """Return a git-style unified diff, with paths relative to the working directory, and byte order mark and line ends preserved.

    Raises `SmlintError` for a file that is not UTF-8, which a text patch cannot change.
    """
    if before.encoding != "utf-8":
        raise SmlintError(f"{before.path}: cannot create a patch: the file is {before.encoding.upper()}", "use --fix instead of --diff")
    name = _git_path(before.path)
    lines = _unified_diff(_lines(before), _lines(after), _quoted(f"a/{name}"), _quoted(f"b/{name}"))
    return "".join(line if line.endswith("\n") else line + "\n\\ No newline at end of file\n" for line in lines)


def _unified_diff(before: Sequence[str], after: Sequence[str], old_name: str, new_name: str) -> Iterator[str]:
    """Yield the lines of a unified diff. If a fix keeps the number of lines, as nearly all do, lines are compared one by one.

    `difflib` takes quadratic time for many equal lines: a minute for 5,000 fixes.
    """
    if len(before) != len(after):
        from difflib import unified_diff

        yield from unified_diff(before, after, old_name, new_name)
        return
    changed = [index for index, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
    hunks: list[list[int]] = []
    for index in changed:
        if hunks and index - hunks[-1][-1] <= 2 * CONTEXT + 1:
            hunks[-1].append(index)
        else:
            hunks.append([index])
    if hunks:
        yield f"--- {old_name}\n"
        yield f"+++ {new_name}\n"
    for hunk in hunks:
        start, end = max(hunk[0] - CONTEXT, 0), min(hunk[-1] + CONTEXT + 1, len(before))
        lines = f"{start + 1},{end - start}" if end - start != 1 else f"{start + 1}"
        yield f"@@ -{lines} +{lines} @@\n"
        added: list[str] = []
        for index in range(start, end):
            if before[index] != after[index]:
                yield "-" + before[index]
                added.append("+" + after[index])
                continue
            yield from added
            added = []
            yield " " + before[index]
        yield from added


def _lines(source: Source) -> list[str]:
    """Split the text at line feeds, which alone end a line for git."""
    text = ("\ufeff" if source.bom else "") + source.text
    lines = text.split("\n")
    return [line + "\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def _quoted(name: str) -> str:
    """Return the name as git writes it: with control characters, quotes or backslashes, it is quoted as in C.

    Otherwise a name with a line end could continue as a patch of another file.
    """
    if name.isprintable() and '"' not in name and "\\" not in name:
        return name
    quoted = "".join(f"\\{ord(c):03o}" if c < " " or c == "\x7f" else f"\\{c}" if c in '"\\' else c for c in name)
    return f'"{quoted}"'


def _git_path(path: str) -> str:
    """Return the path as git writes it: relative, with forward slashes. git stores only the target of a symbolic link, so name the target."""
    real = os.path.realpath(path) if os.path.islink(path) else path
    relative = os.path.relpath(real, os.path.realpath(".")) if os.path.isabs(real) else os.path.normpath(real)
    return relative.replace(os.sep, "/")

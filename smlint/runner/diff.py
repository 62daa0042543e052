"""A repaired file as a patch that `git apply` takes."""

from __future__ import annotations

import os
from difflib import unified_diff

from smlint.model.source import Source
from smlint.runtime.errors import SmlintError


def patch(before: Source, after: Source) -> str:
    """The change as a git-style unified diff: paths relative to the working directory, byte order mark and line ends as they are.

    Raises `SmlintError` for a file that is not UTF-8, which no text patch can change.
    """
    if before.encoding != "utf-8":
        raise SmlintError(f"{before.path}: cannot be shown as a patch: it is {before.encoding.upper()}", "--fix repairs it")
    name = _shown(before.path)
    lines = unified_diff(_lines(before), _lines(after), _quoted(f"a/{name}"), _quoted(f"b/{name}"))
    return "".join(line if line.endswith("\n") else line + "\n\\ No newline at end of file\n" for line in lines)


def _lines(source: Source) -> list[str]:
    """The lines with their line feeds; only a line feed ends a line for git."""
    text = ("\ufeff" if source.bom else "") + source.text
    lines = text.split("\n")
    return [line + "\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def _quoted(name: str) -> str:
    """The name as git writes it: one with control characters, quotes or backslashes in quotes, as in C.

    A name with a line end could otherwise go on as a patch of another file.
    """
    if name.isprintable() and '"' not in name and "\\" not in name:
        return name
    quoted = "".join(f"\\{ord(c):03o}" if c < " " or c == "\x7f" else f"\\{c}" if c in '"\\' else c for c in name)
    return f'"{quoted}"'


def _shown(path: str) -> str:
    """The path as git writes it: relative, with forward slashes. Of a symbolic link git keeps where it leads, so its target is named."""
    real = os.path.realpath(path) if os.path.islink(path) else path
    relative = os.path.relpath(real, os.path.realpath(".")) if os.path.isabs(real) else os.path.normpath(real)
    return relative.replace(os.sep, "/")

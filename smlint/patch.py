"""A repaired file as a patch that `git apply` takes."""

from __future__ import annotations

import os
from difflib import unified_diff

from smlint.source import Source


def patch(before: Source, after: Source) -> str:
    """The change as a git-style unified diff with the paths relative to the working directory, byte order mark and line ends as they are."""
    name = _shown(before.path)
    old, new = _lines(before), _lines(after)
    lines = unified_diff(old, new, f"a/{name}", f"b/{name}")
    return "".join(line if line.endswith("\n") else line + "\n\\ No newline at end of file\n" for line in lines)


def _lines(source: Source) -> list[str]:
    """The lines with their line feeds; only a line feed ends a line for git."""
    text = ("\ufeff" if source.bom else "") + source.text
    lines = text.split("\n")
    return [line + "\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def _shown(path: str) -> str:
    """The path as git writes it: relative, with forward slashes."""
    relative = os.path.relpath(path) if os.path.isabs(path) else os.path.normpath(path)
    return relative.replace(os.sep, "/")

"""Targets that are the same file, through symbolic links: a fix has to suit each of them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from smlint.model.findings import Finding
from smlint.model.results import FileResult


class SameFiles:
    """The groups of paths that lead to one file."""

    def __init__(self, paths: Iterable[str]) -> None:
        groups: dict[str, list[str]] = {}
        for path in paths:
            groups.setdefault(os.path.realpath(path), []).append(path)
        self._groups = {path: group for group in groups.values() if len(group) > 1 for path in group}

    def others(self, path: str) -> list[str]:
        """Return the other paths of a file."""
        return [other for other in self._groups.get(path, ()) if other != path]


def agreed(file: FileResult, others: Sequence[FileResult]) -> FileResult:
    """Return the result of a file without the fixes that it does not need at another path. `others` are its results at the other paths."""
    if not others or not any(finding.fix is not None for finding in file.findings):
        return file
    needed = [(other.path, {(finding.rule, finding.fix.edits) for finding in other.findings if finding.fix is not None}) for other in others]

    def at_all_paths(finding: Finding) -> Finding:
        fix = finding.fix
        path = next((path for path, fixes in needed if (finding.rule, fix.edits) not in fixes), None) if fix is not None else None
        if path is None:
            return finding
        return finding._replace(fix=None, message=f"{finding.message}; no fix: {path} is the same file and does not need it")

    return file._replace(findings=tuple(map(at_all_paths, file.findings)))

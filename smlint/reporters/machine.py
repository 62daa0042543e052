"""Helpers for machine-readable formats: paths relative to the repository, stable fingerprints, messages and fixes."""

from __future__ import annotations

import os
from collections.abc import Sequence

from smlint.model.findings import Applicability, Finding, Fix
from smlint.model.source import Source, Span
from smlint.reporters.style import Style

_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")
"""Bytes that need no percent-encoding in the path of a URI (RFC 3986, 2.3), and the slash."""

_HOW_TO_APPLY = {Applicability.SAFE: "--fix", Applicability.UNSAFE: "--fix --unsafe-fixes", Applicability.DISPLAY: "suggestion only"}


def repository_path(path: str, style: Style) -> str:
    """Return the path with forward slashes, relative to the repository; absolute if it is outside.

    If `style.folder` is empty, the path stays as it is.
    """
    if not style.folder:
        return path.replace(os.sep, "/").removeprefix("./")
    absolute = os.path.normpath(os.path.join(style.folder, path))
    repository = os.path.normpath(style.repository or style.folder)
    inside = repository if repository.endswith(os.sep) else repository + os.sep
    return absolute.removeprefix(inside).replace(os.sep, "/")


def uri(path: str, style: Style) -> str:
    """Return the URI of a file: relative to the repository, or a `file:` URI if it is outside."""
    relative = repository_path(path, style)
    if relative.startswith("/"):
        return "file://" + _percent_encoded(relative)
    if os.path.isabs(relative):  # C:/...
        return f"file:///{relative[:2]}{_percent_encoded(relative[2:])}"
    return _percent_encoded(relative)


def _percent_encoded(path: str) -> str:
    try:
        data = path.encode("utf-8", "surrogateescape")  # restores the bytes of a name that is not UTF-8
    except UnicodeEncodeError:
        data = path.encode("utf-8", "backslashreplace")
    return "".join(chr(byte) if byte in _UNRESERVED else f"%{byte:02X}" for byte in data)


def fingerprints(findings: Sequence[Finding], style: Style) -> list[str]:
    """Return a fingerprint for each finding that survives moved lines and does not depend on the working directory.

    Repeated fingerprints are numbered from the second on: `...:2`.
    """
    seen: dict[str, int] = {}
    names = []
    for finding in findings:
        name = finding.fingerprint_for(repository_path(finding.home_path, style))
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name}:{seen[name]}")
    return names


def message(finding: Finding, style: Style) -> str:
    """Return the message, with the Regions it applies to if the run covers several."""
    regions = f" (in {', '.join(finding.regions)})" if style.regions and finding.regions else ""
    return finding.message + regions


def notes(finding: Finding) -> list[str]:
    """Return a line for each related location, and one for the title of the fix."""
    lines = []
    for related in finding.related:
        line, column = (related.elsewhere or finding.source).position(related.span.start)
        where = f"{related.elsewhere.path}:{line}:{column}" if related.elsewhere is not None else f"line {line}, column {column}"
        lines.append(f"{where}: {related.message}")
    if finding.fix is not None:
        lines.append(f"fix: {finding.fix.title} ({_HOW_TO_APPLY[finding.fix.applicability]})")
    return lines


def applicable_fix(finding: Finding) -> Fix | None:
    """Return the fix if another tool may apply it on its own. A fix for display is part of a larger change."""
    return finding.fix if finding.fix is not None and finding.fix.applicability is not Applicability.DISPLAY else None


def replacement(source: Source, fix: Fix) -> tuple[Span, str]:
    """Merge the edits of a fix into one: the span from the first to the last edit, and its new text."""
    edits = sorted(fix.edits, key=lambda edit: edit.span)
    parts, position = [], edits[0].span.start
    for edit in edits:
        parts += [source.text[position : edit.span.start], edit.new]
        position = edit.span.end
    return Span(edits[0].span.start, position), "".join(parts)

"""What the formats for machines share: texts that every reader takes, paths as seen from the repository, names for findings."""

from __future__ import annotations

import os
from collections.abc import Sequence

from smlint.model.findings import Applicability, Finding, Fix
from smlint.model.source import Source, Span
from smlint.reporters import Style

_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")
"""What stands in the path of a URI as it is (RFC 3986, 2.3), and the slash."""

_HOW_TO_APPLY = {Applicability.SAFE: "--fix", Applicability.UNSAFE: "--fix --unsafe-fixes", Applicability.DISPLAY: "a suggestion"}


def as_json(data: object) -> str:
    """The data as JSON text in ASCII, so that it comes through every terminal, log and encoding."""
    from json import dumps

    return dumps(data, indent=2, ensure_ascii=True).replace("\x7f", "\\u007f") + "\n"


def plain(text: str) -> str:
    """A string that every JSON reader takes: half a surrogate pair, as in a file name that is not UTF-8, is spelt out."""
    if text.isascii():
        return text
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def repository_path(path: str, style: Style) -> str:
    """The path with forward slashes, relative to the repository; absolute if it lies outside.

    Without a folder in the style, the path as it was given.
    """
    if not style.folder:
        return path.replace(os.sep, "/").removeprefix("./")
    absolute = os.path.normpath(os.path.join(style.folder, path))
    repository = os.path.normpath(style.repository or style.folder)
    inside = repository if repository.endswith(os.sep) else repository + os.sep
    return absolute.removeprefix(inside).replace(os.sep, "/")


def uri(path: str, style: Style) -> str:
    """The address of a file: relative to the repository, or a `file:` URI if it lies outside."""
    found = repository_path(path, style)
    if found.startswith("/"):
        return "file://" + _quoted(found)
    if os.path.isabs(found):  # C:/...
        return f"file:///{found[:2]}{_quoted(found[2:])}"
    return _quoted(found)


def _quoted(path: str) -> str:
    try:
        data = path.encode("utf-8", "surrogateescape")  # the bytes of a name that is not UTF-8
    except UnicodeEncodeError:
        data = path.encode("utf-8", "backslashreplace")
    return "".join(chr(byte) if byte in _UNRESERVED else f"%{byte:02X}" for byte in data)


def fingerprints(findings: Sequence[Finding], style: Style) -> list[str]:
    """A name for each finding that stays the same when lines move, and in whatever folder smlint runs.

    Of several with the same one, all but the first are counted: `...:2`.
    """
    seen: dict[str, int] = {}
    names = []
    for finding in findings:
        name = finding.fingerprint_in(repository_path(finding.path, style))
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name}:{seen[name]}")
    return names


def message(finding: Finding, style: Style) -> str:
    """What is wrong; and in which Regions, if the run was for several."""
    regions = f" (in {', '.join(finding.regions)})" if style.regions and finding.regions else ""
    return finding.message + regions


def notes(finding: Finding) -> list[str]:
    """The second places that explain the finding, and the title of its fix: a line each."""
    lines = []
    for also in finding.related:
        line, column = (also.elsewhere or finding.source).position(also.span.start)
        where = f"{also.elsewhere.path}:{line}:{column}" if also.elsewhere is not None else f"line {line}, column {column}"
        lines.append(f"{where}: {also.message}")
    if finding.fix is not None:
        lines.append(f"fix: {finding.fix.title} ({_HOW_TO_APPLY[finding.fix.applicability]})")
    return lines


def offered(finding: Finding) -> Fix | None:
    """The fix, if others may offer to make it by itself. One that is only shown is a part of a larger change."""
    return finding.fix if finding.fix is not None and finding.fix.applicability is not Applicability.DISPLAY else None


def replacement(source: Source, fix: Fix) -> tuple[Span, str]:
    """All edits of a fix as one: the text from the first to the last of them, and what takes its place."""
    edits = sorted(fix.edits, key=lambda edit: edit.span)
    parts, position = [], edits[0].span.start
    for edit in edits:
        parts += [source.text[position : edit.span.start], edit.new]
        position = edit.span.end
    return Span(edits[0].span.start, position), "".join(parts)

"""The `junit` format: JUnit XML, as Jenkins, GitLab and others read it. A suite per file, a failing case per finding.

Elements and attributes are those of Jenkins's schema (`junit-10.xsd` of its xunit plugin). Names contain no line numbers, so that CI
recognizes a case in the next run; times are left out. The text is ASCII, whatever the encoding of the terminal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from smlint.model.findings import Finding
from smlint.model.results import Report
from smlint.reporters.machine import message, notes
from smlint.reporters.style import Style
from smlint.reporters.summary import active
from smlint.runtime.escaping import for_xml


def render(report: Report, style: Style) -> str:
    """Return a suite for every file. A file without findings is a passing case, a skipped file a skipped case."""
    files: dict[str, list[Finding]] = {path: [] for path, _ in report.formats}
    skipped = {skip.path: skip.reason for skip in report.skipped}
    for path in skipped:
        files.setdefault(path, [])
    for finding in active(report):
        files.setdefault(finding.path, []).append(finding)
    failures = sum(len(findings) for findings in files.values())
    tests = sum(max(1, len(findings)) for findings in files.values())
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<testsuites{_counts('smlint', max(1, tests), failures)}>"]
    for path, findings in sorted(files.items()):
        lines += _suite(path, findings, skipped.get(path), style)
    if not files:  # Jenkins fails the build if a report has no case
        lines += [f"  <testsuite{_counts('smlint', 1, 0)}>", f"    <testcase{_names('no files')}/>", "  </testsuite>"]
    return "\n".join((*lines, "</testsuites>\n"))


def _suite(path: str, findings: Sequence[Finding], skipped: str | None, style: Style) -> Iterator[str]:
    yield f"  <testsuite{_counts(path, max(1, len(findings)), len(findings))}{_attributes({'file': path})}>"
    if findings:
        seen: dict[str, int] = {}
        for finding in findings:
            name = f"{path}: {finding.rule}" + (f" {finding.pointer}" if finding.pointer else "")
            seen[name] = seen.get(name, 0) + 1
            number = f" ({seen[name]})" if seen[name] > 1 else ""
            yield f"    <testcase{_names(name + number)}>"
            yield f"      {_failure(finding, style)}"
            yield "    </testcase>"
    elif skipped is not None:
        yield f"    <testcase{_names(path)}>"
        yield f"      <skipped{_attributes({'message': skipped})}/>"
        yield "    </testcase>"
    else:
        yield f"    <testcase{_names(path)}/>"
    yield "  </testsuite>"


def _failure(finding: Finding, style: Style) -> str:
    summary = message(finding, style)
    location = f"{finding.path}:{finding.start.line}:{finding.start.column}"
    lines = [f"{location}: {finding.severity.value}[{finding.rule}] {summary}", *notes(finding)]
    text = "\n".join(for_xml(line) for line in lines)
    return f"<failure{_attributes({'type': finding.severity.value, 'message': summary})}>{text}</failure>"


def _counts(name: str, tests: int, failures: int) -> str:
    return _attributes({"name": name, "tests": str(tests), "failures": str(failures), "errors": "0"})


def _names(name: str) -> str:
    return _attributes({"classname": "smlint", "name": name})


def _attributes(values: dict[str, str]) -> str:
    return "".join(f' {name}="{for_xml(value)}"' for name, value in values.items())

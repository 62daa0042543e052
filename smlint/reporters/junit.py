"""JUnit's XML, as Jenkins, GitLab and others read it: a suite for each file, a failing case for each finding.

Elements and attributes are those of Jenkins's schema (`junit-10.xsd` of its xunit plugin). Names hold no line and nothing is timed, so that a
case is known again in the next run. The text is ASCII, whatever the encoding of the terminal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from smlint.model.findings import Finding
from smlint.model.results import Report
from smlint.reporters import Style
from smlint.reporters.display import shown
from smlint.reporters.machine import message, notes
from smlint.reporters.summary import live


def render(report: Report, style: Style) -> str:
    """A suite for every file: a file without findings is a passing case, one that was not checked a skipped one."""
    files: dict[str, list[Finding]] = {path: [] for path, _ in report.formats}
    skipped = {skip.path: skip.reason for skip in report.skipped}
    for path in skipped:
        files.setdefault(path, [])
    for finding in live(report):
        files.setdefault(finding.path, []).append(finding)
    failures = sum(len(findings) for findings in files.values())
    tests = sum(max(1, len(findings)) for findings in files.values())
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<testsuites{_counts('smlint', max(1, tests), failures)}>"]
    for path, findings in sorted(files.items()):
        lines += _suite(path, findings, skipped.get(path), style)
    if not files:  # Jenkins takes a report without any case for a broken build
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
    told = message(finding, style)
    place = f"{finding.path}:{finding.start.line}:{finding.start.column}"
    lines = [f"{place}: {finding.severity.value}[{finding.rule}] {told}", *notes(finding)]
    text = "\n".join(_escaped(line) for line in lines)
    return f"<failure{_attributes({'type': finding.severity.value, 'message': told})}>{text}</failure>"


def _counts(name: str, tests: int, failures: int) -> str:
    return _attributes({"name": name, "tests": str(tests), "failures": str(failures), "errors": "0"})


def _names(name: str) -> str:
    return _attributes({"classname": "smlint", "name": name})


def _attributes(values: dict[str, str]) -> str:
    return "".join(f' {name}="{_escaped(value)}"' for name, value in values.items())


def _escaped(text: str) -> str:
    """Text in ASCII; a character that XML does not allow is shown as an escape such as `\\x1b`."""
    safe = shown(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return safe.encode("ascii", "xmlcharrefreplace").decode("ascii")

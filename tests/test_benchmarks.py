"""The benchmark: its inputs, its measurements, its report, and a short run of all of it."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

import smlint
from benchmarks import cases, environments, inputs, measuring, report, speed
from benchmarks.cases import Goal, Group
from benchmarks.measuring import BrokenBenchmark, Command, Figure
from smlint.readers.table import QUICK_SCAN
from tests.conftest import ROOT

TOOLS = cases.Tools(smlint="smlint", python="python", cfn_lint="cfn-lint", check_jsonschema="check-jsonschema", yamllint="yamllint")
NUMBERS = range(200)
SMALL = 30_000


def rules(text: str) -> list[str]:
    return [finding.rule for finding in smlint.lint(text, "template.yaml", as_of=inputs.AS_OF).findings]


class TestInputs:
    """If you change the inputs on purpose, change the digests. Figures from before and after cannot be compared."""

    @pytest.mark.parametrize(
        ("make", "digest"),
        [
            pytest.param(inputs.template, "697a619a1d88f867", id="correct templates"),
            pytest.param(inputs.wrong_template, "7b0a5d7b2a359201", id="wrong templates"),
            pytest.param(inputs.foreign, "ae6d3e2a1c219ff7", id="foreign files"),
            pytest.param(lambda number: "".join(inputs.large_template(SMALL, number + 1)), "27ab4caa375a383c", id="large templates"),
        ],
    )
    def test_inputs_are_the_same_on_every_machine(self, make, digest: str) -> None:
        texts = "".join(make(number) for number in NUMBERS)
        assert hashlib.sha256(texts.encode()).hexdigest()[:16] == digest

    def test_a_template_has_20_lines_and_no_error(self) -> None:
        for number in NUMBERS:
            text = inputs.template(number)
            assert text.count("\n") == 20
            assert rules(text) == []

    def test_a_wrong_template_has_one_error_that_is_fixed(self) -> None:
        for number in NUMBERS:
            text = inputs.wrong_template(number)
            assert rules(text) == ["image-architecture-mismatch"]
            assert rules(smlint.fix(text, "template.yaml", as_of=inputs.AS_OF)) == []

    @pytest.mark.parametrize("shape", cases.SHAPES, ids=lambda shape: shape.title)
    def test_a_large_template_has_its_size_and_no_error(self, shape: cases.Shape) -> None:
        text = "".join(shape.pieces(SMALL))
        assert abs(len(text.encode()) - SMALL) < (10_000 if shape.dense else 1000)
        outcome = smlint.lint(text, "template.yaml", as_of=inputs.AS_OF)
        assert not outcome.findings
        assert outcome.summary.deployments == {"all SageMaker": 44, "one deployment in 20 resources": 4}.get(shape.title, 1)

    def test_a_foreign_file_is_yaml_that_the_quick_scan_skips(self) -> None:
        for number in NUMBERS:
            text = inputs.foreign(number)
            assert YAML(typ="safe").load(text)
            assert b"SageMaker" not in text.encode()
            assert not QUICK_SCAN.may_match(text.encode())

    def test_all_inputs_of_the_commands_are_written(self, tmp_path: Path) -> None:
        cases.prepare(tmp_path / "inputs", cases.SHORT)
        for group in cases.groups(TOOLS, tmp_path / "inputs", cases.SHORT):
            for command in group.commands:
                if command.prepare is not None:
                    command.prepare()
                for word in command.words[1:]:
                    if (word.endswith((".yaml", "schema.json")) and " " not in word) or word.startswith("templates"):
                        assert (tmp_path / "inputs" / word).exists(), word
        assert len(list((tmp_path / "inputs/foreign").rglob("*.yaml"))) == cases.SHORT.foreign
        assert len(list((tmp_path / "inputs/fixes").iterdir())) == cases.SHORT.fixes


def python(name: str, program: str) -> Command:
    return Command(name, (sys.executable, "-c", program))


class TestMeasuring:
    def test_commands_run_in_turns_after_a_warm_up_that_is_not_counted(self, tmp_path: Path) -> None:
        commands = [python(name, f"open('log', 'a').write('{name}')") for name in "ab"]
        figures = measuring.measure([*commands, python("c", "open('log', 'a').write('c')")._replace(most_runs=1)], 2, tmp_path, os.environ)
        assert (tmp_path / "log").read_text() == "abc" "abc" "ab"
        assert [len(figures[name].seconds) for name in "abc"] == [2, 2, 1]

    def test_time_is_for_the_whole_process_without_its_preparation(self, tmp_path: Path) -> None:
        slow = python("slow", "import time; time.sleep(0.2)")._replace(prepare=(tmp_path / "prepared").touch)
        seconds, _ = measuring.run_once(slow, tmp_path, os.environ)
        assert 0.2 <= seconds < 10
        assert (tmp_path / "prepared").exists()

    def test_memory_is_the_peak(self, tmp_path: Path) -> None:
        _, small = measuring.run_once(python("small", "pass"), tmp_path, os.environ)
        _, large = measuring.run_once(python("large", f"len(b'x' * {measuring.smallest_peak() + 50_000_000})"), tmp_path, os.environ)
        assert small <= measuring.smallest_peak() < large - 45_000_000

    @pytest.mark.parametrize(
        "command",
        [
            pytest.param(python("x", "raise SystemExit(3)"), id="another exit code"),
            pytest.param(python("x", "print('nothing')")._replace(says="1 file"), id="other output"),
            pytest.param(python("x", "import os; os.kill(os.getpid(), 9)"), id="a signal"),
        ],
    )
    def test_a_program_with_unexpected_behavior_is_not_measured(self, command: Command, tmp_path: Path) -> None:
        with pytest.raises(BrokenBenchmark, match="x: expected exit code 0"):
            measuring.measure([command], 1, tmp_path, os.environ)

    def test_a_program_that_hangs_is_ended(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(measuring, "TIME_LIMIT", 1)
        with pytest.raises(BrokenBenchmark, match="no end after 1 s"):
            measuring.run_once(python("x", "import time; time.sleep(60)"), tmp_path, os.environ)

    def test_variables_for_python_and_smlint_are_removed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
        monkeypatch.setenv("SMLINT_REGION", "us-east-1")
        monkeypatch.setenv("PIP_INDEX_URL", "https://example.com")
        kept = environments.clean_environment()
        assert not [name for name in kept if name.startswith(("PYTHON", "SMLINT"))]
        assert kept["PIP_INDEX_URL"] == "https://example.com"


@pytest.mark.parametrize(
    ("goal", "met"),
    [
        pytest.param(Goal("a", 1.5, "x", 1.5), True, id="at the limit"),
        pytest.param(Goal("a", 1.51, "x", 1.5), False, id="above the limit"),
        pytest.param(Goal("a", 4.9, "x", 5, at_least=True), False, id="below a lower limit"),
        pytest.param(Goal("a", 5.1, "x", 5, at_least=True), True, id="above a lower limit"),
        pytest.param(Goal("a", 100, "x"), None, id="no limit"),
    ],
)
def test_a_goal_is_met_or_missed_or_has_no_limit(goal: Goal, met: bool | None) -> None:
    assert goal.met is met


def test_goals_are_derived_from_minimums() -> None:
    group = cases.start(TOOLS, cases.FULL)
    seconds = {name: 0.010 * number for number, name in enumerate((command.name for command in group.commands), 1)}
    figures = {name: Figure((second, second * 9), 0) for name, second in seconds.items()}
    one = next(goal for goal in group.goals(figures) if goal.name.startswith("smlint, one template :"))
    assert one == Goal(f"smlint, one template : {cases.RUAMEL}", pytest.approx(5 / 2), "x", 1.5)


FIGURES = {
    "floor": Figure((0.010, 0.012, 0.011), 9_000_000),
    "tool": Figure((2.5, 2.0), 120_000_000),
}


def page(*, short: bool = False) -> str:
    goals = [Goal("tool : floor", 200.0, "x", 3), Goal("floor : tool", 5, "x", 5, at_least=True), Goal("memory", 120.4, "MB", 100), Goal("for information", 1, "ms")]
    groups = [
        Group("First", "What it is.", (), 3, "floor", lambda figures: goals if figures is FIGURES else []),
        Group("Second", "Without a reference.", (), 3, None, lambda figures: []),
    ]
    return report.render(report.Page(
        short=short,
        command="run",
        date="2026-01-02",
        machine={"processor": "P"},
        versions={"smlint": "1.2"},
        floor=17_000_000,
        results=[(group, FIGURES) for group in groups],
    ))


class TestReport:
    def test_each_command_has_its_figures(self) -> None:
        first = page().partition("## First")[2]
        assert "| floor | 3 | 10.0 ms | 11.0 ms | < 17 MB | 1.00 x |\n" in first
        assert "| tool | 2 | 2.00 s | 2.25 s | 120 MB | 200.00 x |\n" in first
        assert "What it is. Ratios are to *floor*." in first

    def test_without_a_reference_there_are_no_ratios(self) -> None:
        second = page().partition("## Second")[2]
        assert "| tool | 2 | 2.00 s | 2.25 s | 120 MB |\n" in second
        assert "atio" not in second

    def test_each_goal_is_next_to_its_figure(self) -> None:
        text = page()
        assert "| tool : floor | 200.0 x | at most 3 x | **missed** |\n" in text
        assert "| floor : tool | 5.000 x | at least 5 x | met |\n" in text
        assert "| for information | 1.000 ms |  |  |\n" in text

    def test_missed_goals_are_at_the_top(self) -> None:
        top = page().partition("## ")[0]
        assert "**1 of 3 goals are met.** Missed:" in top
        assert "- First: tool : floor is 200.0 x, but should be at most 3 x\n- First: memory is 120 MB, but should be at most 100 MB\n" in top

    def test_the_page_has_machine_versions_and_date(self) -> None:
        top = page().partition("## ")[0]
        assert "on 2026-01-02" in top
        assert "| processor | P |\n| smlint | 1.2 |\n" in top

    def test_the_short_form_is_marked(self) -> None:
        assert "short form" in page(short=True)
        assert "short form" not in page()


class TestProgram:
    def test_a_broken_benchmark_is_an_error(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        def broken(folder: Path, *, short: bool) -> str:
            raise BrokenBenchmark("smlint: expected exit code 0")

        monkeypatch.setattr(speed, "run", broken)
        assert speed.main(["--output", str(tmp_path / "page.md")]) == 1
        assert "expected exit code 0" in capsys.readouterr().err
        assert not (tmp_path / "page.md").exists()

    def test_a_missed_goal_is_no_error(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setattr(speed, "run", lambda folder, short: page(short=short))
        assert speed.main(["--output", str(tmp_path / "page.md")]) == 0
        assert "**missed**" in (tmp_path / "page.md").read_text(encoding="utf-8")

    def test_the_short_form_does_not_touch_the_results(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        monkeypatch.setattr(speed, "RESULTS", tmp_path / "RESULTS.md")
        monkeypatch.setattr(speed, "run", lambda folder, short: page(short=short))
        assert speed.main(["--short"]) == 0
        assert "short form" in capsys.readouterr().out
        assert not (tmp_path / "RESULTS.md").exists()

    @pytest.mark.install
    def test_the_short_form_runs_completely(self, tmp_path: Path) -> None:
        command = [ROOT / "benchmarks/run", "--short", "--folder", tmp_path / "cache", "--output", tmp_path / "page.md"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=900)
        assert done.returncode == 0, done.stderr
        text = (tmp_path / "page.md").read_text(encoding="utf-8")
        for title in ("Start", "Many templates", "Foreign files", "Large templates", "Fixes"):
            assert f"\n## {title}\n" in text
        for tool in ("cfn-lint", "check-jsonschema", "yamllint", "grep"):
            assert f"\n| {tool} | " in text

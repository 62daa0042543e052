"""Every format from the command line: on standard output, in files, and in the job summary of GitHub Actions."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from jsonschema import Draft4Validator

from smlint.cli.commands.check.command import OUTPUT_FORMAT
from smlint.reporters import REPORTERS
from smlint.runner.registry import load
from smlint.runtime.escaping import Medium
from tests.conftest import ROOT
from tests.test_cli import ARM, BEFORE, X86, native, run

SARIF = Draft4Validator(json.loads((ROOT / "tests/schemas/sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8")))
JSON = [name for name, reporter in REPORTERS.items() if reporter.medium is Medium.JSON]
MACHINE = [name for name, reporter in REPORTERS.items() if not reporter.for_people]
BAD = native(X86) + f"  - name: silent\n    instance_type: ml.c6g.xlarge\n    image_uri: {X86}  # smlint: ignore[image-architecture-mismatch] migrating\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a finding in one folder, a clean manifest, and an empty folder."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "deploy").mkdir()
    (tmp_path / "none").mkdir()
    (tmp_path / "deploy/bad.yaml").write_text(BAD)
    (tmp_path / "good.yaml").write_text(native(ARM))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def readable(output_format: str, text: str) -> None:
    """Fail unless the text is well-formed in its format."""
    match REPORTERS[output_format].medium:
        case Medium.XML:
            ElementTree.fromstring(text)  # noqa: S314  # written by smlint
        case Medium.WORKFLOW_COMMANDS:
            assert all(line.startswith(("::error ", "::warning ", "::notice ")) for line in text.splitlines())
        case Medium.JSON:
            data = json.loads(text)
            if output_format == "sarif":
                assert [error.message for error in SARIF.iter_errors(data)] == []


def test_the_option_offers_every_reporter() -> None:
    assert OUTPUT_FORMAT.choices == tuple(REPORTERS)


@pytest.mark.usefixtures("folder")
class TestFormats:
    """`--output-format`."""

    @pytest.mark.parametrize("output_format", MACHINE)
    @pytest.mark.parametrize(
        ("path", "code", "named"),
        [
            pytest.param("deploy", 1, True, id="a run with findings"),
            pytest.param("good.yaml", 0, False, id="a clean run"),
            pytest.param("none", 0, False, id="an empty run"),
        ],
    )
    def test_stdout_contains_only_the_report(self, output_format: str, path: str, code: int, named: bool) -> None:
        ran = run("check", path, "--output-format", output_format, *BEFORE)
        assert ran.code == code
        readable(output_format, ran.out)
        assert ("image-architecture-mismatch" in ran.out.partition('"results"')[2 if output_format == "sarif" else 0]) is named
        assert run("check", path, *BEFORE, environment={"SMLINT_OUTPUT_FORMAT": output_format}).out == ran.out

    @pytest.mark.parametrize("output_format", MACHINE)
    def test_output_is_reproducible(self, output_format: str) -> None:
        assert run("check", "--output-format", output_format, *BEFORE).out == run("check", "--output-format", output_format, *BEFORE).out

    def test_sarif_lists_all_rules_and_suppressed_findings(self) -> None:
        found = json.loads(run("check", "--output-format", "sarif", *BEFORE).out)["runs"][0]
        assert [rule["id"] for rule in found["tool"]["driver"]["rules"]] == [rule.name for rule in load()]
        live, silent = found["results"]
        assert live["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "deploy/bad.yaml"
        assert live["suppressions"] == []
        assert silent["suppressions"] == [{"kind": "inSource", "status": "accepted", "justification": "migrating"}]

    def test_sarif_lists_custom_rules(self, folder: Path) -> None:
        (folder / "own.yaml").write_text(
            "rules:\n"
            "  - name: our-instance-type\n    severity: warning\n    summary: We use one instance type\n    message: we use ml.m5.xlarge\n"
            "    require: {properties: {instance_type: {enum: [ml.m5.xlarge]}}}\n"
            "    good: ['instance_type: ml.m5.xlarge']\n    bad: ['instance_type: ml.c5.xlarge']\n"
        )
        (folder / "smlint.toml").write_text('rules-files = ["own.yaml"]\nexclude = ["own.yaml"]\n')
        found = json.loads(run("check", "good.yaml", "--output-format", "sarif", *BEFORE).out)["runs"][0]
        rules = found["tool"]["driver"]["rules"]
        assert [rule["id"] for rule in rules] == [*(rule.name for rule in load()), "our-instance-type"]
        assert rules[-1]["shortDescription"]["text"] == "We use one instance type"
        assert [result["ruleId"] for result in found["results"]] == ["our-instance-type"]

    def test_fixes_in_sarif_and_rdjson_match_applied_fixes(self, folder: Path) -> None:
        lines = BAD.split("\n")
        sarif = json.loads(run("check", "deploy", "--output-format", "sarif", *BEFORE).out)["runs"][0]["results"][0]
        expected = json.loads(run("check", "deploy", "--output-format", "rdjson", *BEFORE).out)["diagnostics"][0]["suggestions"][0]
        run("check", "deploy", "--fix", *BEFORE)
        fixed = (folder / "deploy/bad.yaml").read_text().split("\n")
        changes = sarif["fixes"][0]["artifactChanges"][0]["replacements"]
        for change in reversed(changes):
            region = change["deletedRegion"]
            line = lines[region["startLine"] - 1]
            lines[region["startLine"] - 1] = (
                line[: region["startColumn"] - 1] + change["insertedContent"]["text"] + line[region["endColumn"] - 1 :]
            )
        assert lines == fixed
        number, line = expected["range"]["start"]["line"], BAD.split("\n")[expected["range"]["start"]["line"] - 1]
        start, end = expected["range"]["start"]["column"], expected["range"]["end"]["column"]
        assert line[: start - 1] + expected["text"] + line[end - 1 :] == fixed[number - 1]

    @pytest.mark.parametrize(
        ("variable", "output_format"), [("GITHUB_WORKSPACE", "sarif"), ("GITHUB_WORKSPACE", "github"), ("CI_PROJECT_DIR", "gitlab")]
    )
    def test_paths_are_relative_to_the_checkout(self, variable: str, output_format: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(folder / "deploy")
        inside = run("check", ".", "--output-format", output_format, *BEFORE, environment={variable: str(folder)})
        assert "deploy/bad.yaml" in inside.out
        assert "deploy/bad.yaml" not in run("check", ".", "--output-format", output_format, *BEFORE).out
        elsewhere = run("check", ".", "--output-format", output_format, *BEFORE, environment={variable: str(folder / "none")})
        assert elsewhere.out == run("check", ".", "--output-format", output_format, *BEFORE).out
        absolute = run("check", str(folder / "deploy"), "--output-format", output_format, *BEFORE, environment={variable: str(folder)})
        assert absolute.out == inside.out

    def test_statistics_and_file_lists_are_text(self) -> None:
        assert run("check", "--statistics", "--output-format", "sarif").code == 2
        assert run("check", "--list-files", "--output", "sarif=a.sarif").code == 2


@pytest.mark.usefixtures("folder")
class TestFiles:
    """`--output`."""

    def test_several_report_files_in_one_run(self, folder: Path) -> None:
        words = [word for output_format in REPORTERS for word in ("--output", f"{output_format}=none/report.{output_format}")]
        ran = run("check", "--color", "always", *words, *BEFORE)
        assert ran.code == 1
        assert "\x1b[" in ran.out
        for output_format in REPORTERS:
            text = (folder / f"none/report.{output_format}").read_text(encoding="utf-8")
            assert text == run("check", "deploy", "good.yaml", "--output-format", output_format, *BEFORE).out
            assert "\x1b[" not in text

    def test_reports_are_not_linted_as_manifests(self, folder: Path) -> None:
        words = [word for output_format in JSON for word in ("--output", f"{output_format}=none/{output_format}.json")]
        first = run("check", "--output-format", "json", *words, *BEFORE)
        again = run("check", "--output-format", "json", *words, *BEFORE)
        assert len(list((folder / "none").iterdir())) == len(JSON)
        assert json.loads(again.out)["findings"] == json.loads(first.out)["findings"]
        assert json.loads(again.out)["summary"]["deployments"] == json.loads(first.out)["summary"]["deployments"]

    @pytest.mark.parametrize(
        ("words", "message"),
        [
            pytest.param(["--output", "sarif"], "use FORMAT=FILE", id="a missing file name"),
            pytest.param(["--output", "sarif="], "use FORMAT=FILE", id="an empty file name"),
            pytest.param(["--output", "sarfi=a"], "did you mean", id="an unknown format"),
            pytest.param(["--output", "json=-"], "--output-format json", id="standard output"),
            pytest.param(["--output", "json=a", "--output", "sarif=./a"], "two reports", id="two reports in one file"),
        ],
    )
    def test_invalid_values_fail_before_anything_runs(self, words: list[str], message: str, folder: Path) -> None:
        ran = run("check", "deploy", *words)
        assert (ran.code, ran.out) == (2, "")
        assert message in ran.err
        assert not (folder / "a").exists()

    def test_an_unwritable_report_file_is_an_error_after_the_report(self) -> None:
        ran = run("check", "good.yaml", "--output", "sarif=nowhere/a.sarif", *BEFORE)
        assert ran.code == 2
        assert ran.out.startswith("no findings")
        assert "smlint: error: nowhere/a.sarif: cannot write the report: " in ran.err

    def test_a_checked_manifest_is_never_overwritten(self, folder: Path) -> None:
        ran = run("check", "deploy", "--output", "json=./deploy/../deploy/bad.yaml", *BEFORE)
        assert ran.code == 2
        assert "report not written" in ran.err
        assert (folder / "deploy/bad.yaml").read_text() == BAD

    @pytest.mark.parametrize("name", ["hard.json", "other.yaml", "smlint.toml"])
    def test_hard_links_manifests_and_configurations_are_never_overwritten(self, name: str, folder: Path) -> None:
        if name == "hard.json":
            (folder / name).hardlink_to(folder / "deploy/bad.yaml")
        else:
            (folder / name).write_text("# mine\n")
        before = (folder / name).read_bytes()
        ran = run("check", "deploy", "--output", f"json={name}", *BEFORE)
        assert ran.code == 2
        assert f"{name}: report not written" in ran.err
        assert (folder / name).read_bytes() == before

    def test_report_files_with_diff_and_fix(self, folder: Path) -> None:
        ran = run("check", "deploy", "--diff", "--output", "json=a.json", "--output-format", "sarif", *BEFORE)
        assert ran.out.startswith("--- a/deploy/bad.yaml")
        assert all(finding["suppressed"] is not None for finding in json.loads((folder / "a.json").read_text())["findings"])
        ran = run("check", "deploy", "--fix", "--output", "json=a.json", *BEFORE)
        assert json.loads((folder / "a.json").read_text())["summary"]["fixed"] == 1


@pytest.mark.usefixtures("folder")
class TestStepSummary:
    """`GITHUB_STEP_SUMMARY`."""

    @pytest.mark.parametrize("words", [["--output-format", "github"], ["--output", "github=none/annotations"]])
    def test_the_summary_is_appended(self, words: list[str], folder: Path) -> None:
        summary = folder / "summary.md"
        summary.write_text("before\n")
        ran = run("check", *words, *BEFORE, environment={"GITHUB_STEP_SUMMARY": str(summary)})
        assert ran.code == 1
        text = summary.read_text(encoding="utf-8")
        assert text.startswith("before\n### smlint\n\n1 error")
        assert "| error | deploy/bad.yaml\\:6\\:" in text

    @pytest.mark.parametrize("words", [["--output-format", "sarif"], [], ["--output-format", "github", "--diff"], ["--output-format", "github", "--list-files"]])
    def test_other_runs_write_no_summary(self, words: list[str], folder: Path) -> None:
        run("check", *words, *BEFORE, environment={"GITHUB_STEP_SUMMARY": str(folder / "summary.md")})
        assert not (folder / "summary.md").exists()

    def test_an_unwritable_summary_is_a_warning(self) -> None:
        ran = run("check", "good.yaml", "--output-format", "github", *BEFORE, environment={"GITHUB_STEP_SUMMARY": "nowhere/summary.md"})
        assert ran.code == 0
        assert ran.out == ""
        assert "smlint: warning: cannot write the job summary: " in ran.err


def test_a_common_run_imports_only_its_reporter(tmp_path: Path) -> None:
    import subprocess

    (tmp_path / "bad.yaml").write_text(BAD)
    code = (
        "import sys; from smlint.cli.main import main; code = main(['check', 'bad.yaml', '--isolated']);"
        "print(sorted(name for name in sys.modules if name.startswith('smlint.reporters.') or name.endswith('check_files')), file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, env={"PYTHONPATH": str(ROOT)})
    assert ran.stderr == "['smlint.reporters.display', 'smlint.reporters.finding_block', 'smlint.reporters.full', 'smlint.reporters.style', 'smlint.reporters.summary']\n"

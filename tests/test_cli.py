"""The command line end to end: standard streams, files and exit codes."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from smlint.cli.main import main
from smlint.model.findings import Severity
from smlint.model.results import FixMode, Report, RunResult, Summary
from smlint.reporters import REPORTERS
from smlint.runtime.errors import SmlintError
from tests.conftest import ROOT
from tests.sample_reports import mismatch, report

HOST = "763104351884.dkr.ecr.us-west-2.amazonaws.com"
X86 = f"{HOST}/pytorch-inference:2.1.0-cpu-py310-ubuntu20.04-sagemaker"
ARM = f"{HOST}/pytorch-inference-graviton:2.1.0-cpu-py310-ubuntu20.04-sagemaker"
BEFORE = ("--as-of", "2024-01-01")
"""A day when these images were supported."""


def native(image: str, instance: str = "ml.c6g.xlarge") -> str:
    return f"smlint: 1\nmodels:\n  - name: churn\n    instance_type: {instance}\n    region: us-west-2\n    image_uri: {image}\n"


class CommandResult(NamedTuple):
    code: int
    out: str
    err: str


def run(*words: str, stdin: bytes = b"", environment: dict[str, str] | None = None) -> CommandResult:
    out = io.TextIOWrapper(io.BytesIO(), "utf-8", newline="")
    err = io.StringIO()
    code = main(list(words), io.BytesIO(stdin), out, err, environment or {})
    out.flush()
    buffer = out.buffer
    assert isinstance(buffer, io.BytesIO)
    return CommandResult(code, buffer.getvalue().decode("utf-8"), err.getvalue())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with a manifest that has a finding, one that has none, and an unrelated file."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "bad.yaml").write_text(native(X86))
    (tmp_path / "good.yaml").write_text(native(ARM))
    (tmp_path / "foreign.yaml").write_text("a: 1\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("folder")
class TestCheck:
    """`smlint check`."""

    def test_a_finding_in_the_full_format(self) -> None:
        result = run("check", "bad.yaml", *BEFORE)
        assert result.code == 1
        assert result.out.startswith("bad.yaml:6:61: error[image-architecture-mismatch] ")
        for words in (
            "ml.c6g.xlarge",
            ARM,
            "^^^",
            "fixable with --fix",
            "1 error, 0 warnings in 1 file (1 deployment)",
            "catalog 20",
        ):
            assert words in result.out
        assert result.err == ""

    @pytest.mark.parametrize(
        ("words", "code"),
        [
            pytest.param(["good.yaml", *BEFORE], 0, id="no findings"),
            pytest.param(["bad.yaml", *BEFORE], 1, id="an error"),
            pytest.param(["bad.yaml", "--exit-zero", *BEFORE], 0, id="--exit-zero"),
            pytest.param(["good.yaml", "--as-of", "2026-01-01"], 0, id="a warning below --fail-on error"),
            pytest.param(["good.yaml", "--as-of", "2026-01-01", "--fail-on", "warning"], 1, id="a warning at --fail-on warning"),
            pytest.param(["bad.yaml", "--ignore", "image-architecture-mismatch", *BEFORE], 0, id="an ignored rule"),
            pytest.param(["bad.yaml", "--select", "registry", *BEFORE], 0, id="a rule that is not selected"),
            pytest.param(["bad.yaml", "--fix", *BEFORE], 0, id="everything fixed"),
            pytest.param(["bad.yaml", "--fix", "--exit-non-zero-on-fix", *BEFORE], 1, id="--exit-non-zero-on-fix"),
            pytest.param(["good.yaml", "--fix", "--exit-non-zero-on-fix", *BEFORE], 0, id="nothing to fix"),
            pytest.param(["bad.yaml", "--diff", *BEFORE], 1, id="a patch"),
            pytest.param(["good.yaml", "--diff", *BEFORE], 0, id="an empty patch"),
            pytest.param(["nowhere.yaml"], 2, id="a missing path"),
            pytest.param(["--no-such"], 2, id="an unknown option"),
            pytest.param(["bad.yaml", "--select", "no-such-rule"], 2, id="an unknown rule"),
            pytest.param(["foreign.yaml", "--select", "no-such-rule"], 2, id="an unknown rule, without any manifest"),
            pytest.param(["bad.yaml", "--catalog", "foreign.yaml"], 2, id="an invalid catalog"),
        ],
    )
    def test_exit_codes_are_the_same_in_every_format(self, words: list[str], code: int, folder: Path) -> None:
        for output_format in REPORTERS:
            (folder / "bad.yaml").write_text(native(X86))
            result = run("check", *words, "--output-format", output_format)
            assert result.code == code, result
            if code == 2:
                assert result.out == ""
                assert result.err.startswith("smlint: error: ")
                assert result.err.count("\n") <= 2

    def test_json_is_the_only_output(self) -> None:
        result = run("check", "--output-format", "json", *BEFORE)
        data = json.loads(result.out)
        assert result.err == ""
        assert data["summary"]["files"] == 3
        assert [finding["path"] for finding in data["findings"]] == ["bad.yaml"]

    def test_concise_prints_the_summary_to_stderr(self) -> None:
        result = run("check", "bad.yaml", "--output-format", "concise", *BEFORE)
        assert result.out.count("\n") == 1
        assert result.out.endswith("[*]\n")
        assert result.err.startswith("1 error, ")
        assert run("check", "bad.yaml", "--output-format", "concise", "--quiet", *BEFORE).err == ""

    def test_quiet_prints_only_findings(self) -> None:
        assert run("check", "good.yaml", "-q", *BEFORE) == CommandResult(0, "", "")
        assert run("check", "foreign.yaml", "-q") == CommandResult(0, "", "")
        result = run("-q", "check", "bad.yaml", *BEFORE)
        assert "error[" in result.out
        assert "catalog" not in result.out

    def test_verbose_logs_configuration_and_files(self, folder: Path) -> None:
        (folder / "smlint.toml").write_text("eol-warn-days = 1\n")
        result = run("check", "-v", *BEFORE)
        assert f"smlint: configuration: {folder / 'smlint.toml'}\n" in result.err
        assert "smlint: bad.yaml: native\n" in result.err
        assert "smlint: foreign.yaml: skipped: no SageMaker content\n" in result.err

    def test_warning_without_any_deployment(self) -> None:
        result = run("check", "foreign.yaml")
        assert result.code == 0
        assert result.out.startswith("no findings in 1 file")
        assert "smlint: warning: no SageMaker deployment found in 1 file\n" in result.err

    @pytest.mark.parametrize("mode", [(), ("--fix",), ("--diff",)])
    def test_warning_for_an_unused_parameter(self, folder: Path, mode: tuple[str, ...]) -> None:
        template = {
            "Parameters": {"InstanceType": {"Type": "String"}},
            "Resources": {
                "M": {"Type": "AWS::SageMaker::Model", "Properties": {"PrimaryContainer": {"Image": X86}}},
                "C": {
                    "Type": "AWS::SageMaker::EndpointConfig",
                    "Properties": {"ProductionVariants": [{"ModelName": {"Ref": "M"}, "InstanceType": {"Ref": "InstanceType"}}]},
                },
            },
        }
        (folder / "stack.json").write_text(json.dumps(template))
        words = ("check", *mode, "--param", "InstanceTyp=ml.c7g.large", "--param", "InstanceType=ml.c7g.large", *BEFORE)
        said = "smlint: warning: option '--param': no file has a parameter '{}'\n"
        for paths, stdin in ((("stack.json", "bad.yaml"), b""), (("-",), (folder / "stack.json").read_bytes())):
            result = run(*words, *paths, stdin=stdin)
            assert said.format("InstanceTyp") in result.err
            assert said.format("InstanceType") not in result.err

    def test_statistics_replace_findings(self) -> None:
        result = run("check", "--statistics", *BEFORE)
        assert result.out.splitlines()[0] == "1  error    image-architecture-mismatch  1 fixable"
        assert "bad.yaml" not in result.out
        assert result.code == 1

    def test_list_files_with_their_formats(self) -> None:
        result = run("check", "--list-files")
        assert result == CommandResult(0, "bad.yaml: native\nforeign.yaml: skipped: no SageMaker content\ngood.yaml: native\n", "")
        listed = json.loads(run("check", "bad.yaml", "--list-files", "--output-format", "json").out)
        assert listed == [{"path": "bad.yaml", "format": "native"}]

    def test_diff_prints_only_the_patch_and_writes_nothing(self, folder: Path) -> None:
        before = (folder / "bad.yaml").read_bytes()
        result = run("check", "--diff", *BEFORE)
        assert result.out.startswith("--- a/bad.yaml\n+++ b/bad.yaml\n@@ ")
        assert f"+    image_uri: {ARM}\n" in result.out
        assert (folder / "bad.yaml").read_bytes() == before
        assert "1 would be fixed" in result.err

    def test_fix_writes_files_and_counts_them(self, folder: Path) -> None:
        result = run("check", "--fix", *BEFORE)
        assert (folder / "bad.yaml").read_text() == native(ARM)
        assert "no findings in 3 files" in result.out
        assert "; 1 fixed; " in result.out

    def test_standard_input(self) -> None:
        result = run("check", "-", "--stdin-filename", "x.yaml", "--output-format", "concise", *BEFORE, stdin=native(X86).encode())
        assert result.code == 1
        assert result.out.startswith("x.yaml:6:61: error[")

    def test_fixed_standard_input_is_the_only_output(self) -> None:
        result = run("check", "-", "--fix", *BEFORE, stdin=b"\xef\xbb\xbf" + native(X86).replace("\n", "\r\n").encode())
        assert (result.code, result.out) == (0, "\ufeff" + native(ARM).replace("\n", "\r\n"))
        assert "1 fixed" in result.err
        assert run("check", "-", "--fix", "-q", stdin=b"a: 1\n") == CommandResult(0, "a: 1\n", "")

    def test_standard_input_with_an_excluded_name_is_not_checked(self) -> None:
        words = ("check", "-", "--stdin-filename", "x.yaml", "--exclude", "x.yaml", "--fix", *BEFORE)
        assert run(*words, "--force-exclude", stdin=native(X86).encode()).out == native(X86)
        assert run(*words, stdin=native(X86).encode()).out == native(ARM)

    def test_no_ignores_reports_suppressed_findings(self, folder: Path) -> None:
        (folder / "bad.yaml").write_text(native(f"{X86}  # smlint: ignore[image-architecture-mismatch] in May"))
        result = run("check", "bad.yaml", *BEFORE)
        assert result.code == 0
        assert "1 suppressed" in result.out
        assert run("check", "bad.yaml", "--no-ignores", *BEFORE).code == 1

    @pytest.mark.parametrize(
        ("words", "what"),
        [
            pytest.param(["--fix", "--diff"], "--fix and --diff cannot be used together", id="--fix and --diff"),
            pytest.param(
                ["--config", "x", "--isolated"], "--config and --isolated cannot be used together", id="--config and --isolated"
            ),
            pytest.param(["--statistics", "--output-format", "json"], "--statistics cannot be printed as json", id="--statistics in JSON"),
            pytest.param(["-", "bad.yaml"], "'-' cannot be combined with other paths", id="standard input and a file"),
            pytest.param(["--stdin-filename", "x", "bad.yaml"], "--stdin-filename needs standard input", id="--stdin-filename without standard input"),
        ],
    )
    def test_contradictory_options_are_errors(self, words: list[str], what: str) -> None:
        result = run("check", *words)
        assert (result.code, result.out) == (2, "")
        assert result.err.startswith(f"smlint: error: {what}")

    def test_environment_variables_set_defaults(self) -> None:
        assert json.loads(run("check", "good.yaml", environment={"SMLINT_OUTPUT_FORMAT": "json"}).out)["version"] == 1
        result = run("check", environment={"SMLINT_OUTPUT_FORMAT": "jsn"})
        assert (result.code, result.err) == (2, f"smlint: error: SMLINT_OUTPUT_FORMAT: unknown format 'jsn'\nhint: choose from {', '.join(REPORTERS)}\n")
        assert run("check", "good.yaml", environment={"SMLINT_CATALOG": "nowhere.json"}).code == 2

    def test_aws_variables_are_not_read(self) -> None:
        class Watched(dict[str, str]):
            def get(self, key: str, default: str | None = None) -> str | None:  # type: ignore[override]
                assert not key.startswith("AWS_")
                return super().get(key, default)

        names = Watched(AWS_REGION="eu-west-1", AWS_DEFAULT_REGION="eu-west-1")
        assert run("check", "good.yaml", *BEFORE, environment=names).code == 0

    def test_color_on_request(self) -> None:
        assert "\x1b[" in run("check", "bad.yaml", environment={"FORCE_COLOR": "1"}).out
        assert "\x1b[" in run("check", "bad.yaml", "--color", "always", environment={"NO_COLOR": "1"}).out
        assert "\x1b[" not in run("check", "bad.yaml").out

    def test_one_report_for_two_configurations(self, folder: Path) -> None:
        (folder / "a").mkdir()
        (folder / "a" / "smlint.toml").write_text('ignore = ["image-architecture-mismatch"]\n')
        (folder / "a" / "bad.yaml").write_text(native(X86))
        data = json.loads(run("check", "--output-format", "json", *BEFORE).out)
        assert data["summary"]["files"] == 4
        assert [finding["path"] for finding in data["findings"]] == ["bad.yaml"]

    def test_warning_about_an_old_catalog(self) -> None:
        assert "days old" in run("check", "good.yaml", "--as-of", "2030-01-01").err
        assert "days old" not in run("check", "good.yaml", *BEFORE).err


class TestErrors:
    """Errors and interrupts."""

    @pytest.mark.parametrize(
        ("error", "code", "said"),
        [
            pytest.param(
                SmlintError("no such thing", "try another"),
                2,
                "smlint: error: no such thing\nhint: try another\n",
                id="a user error",
            ),
            pytest.param(KeyboardInterrupt(), 2, "smlint: interrupted\n", id="an interrupt"),
            pytest.param(
                ValueError("a\nb"),
                2,
                "smlint: internal error: ValueError: a b\nhint: rerun with -v for the traceback, and please report this\n",
                id="an internal error",
            ),
            pytest.param(
                OSError(28, "No space left on device"),
                2,
                "smlint: internal error: OSError: [Errno 28] No space left on device\n",
                id="a full disk",
            ),
        ],
    )
    def test_errors_are_one_line(self, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, said: str) -> None:
        def fail(*_: object) -> RunResult:
            raise error

        monkeypatch.setattr("smlint.runner.run.check", fail)
        result = run("check", "--isolated")
        assert (result.code, result.out) == (code, "")
        assert result.err.startswith(said)

    def test_verbose_shows_the_traceback_of_an_internal_error(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_: object) -> RunResult:
            raise ValueError("oops")

        monkeypatch.setattr("smlint.runner.run.check", fail)
        result = run("check", "--isolated", "-v")
        assert "Traceback (most recent call last)" in result.err
        assert result.err.endswith("smlint: internal error: ValueError: oops\n")

    @pytest.mark.parametrize(("words", "shown"), [((), False), (("-v",), True)], ids=["not by default", "with -v"])
    def test_verbose_shows_the_traceback_behind_an_error(self, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], shown: bool) -> None:
        def fail(*_: object) -> RunResult:
            try:
                raise ImportError("no module named nowhere")
            except ImportError as error:
                raise SmlintError("rule x cannot be imported") from error

        monkeypatch.setattr("smlint.runner.run.check", fail)
        ran = run("check", "--isolated", *words)
        assert ran.code == 2
        assert ran.err.endswith("smlint: error: rule x cannot be imported\n")
        assert ("Traceback (most recent call last)" in ran.err and "ImportError: no module named nowhere" in ran.err) == shown

    def test_unwritable_files_are_named_and_exit_2(self, monkeypatch: pytest.MonkeyPatch) -> None:
        outcome = RunResult(report(mismatch()), failures=("cannot write a.yaml: Permission denied",))
        monkeypatch.setattr("smlint.runner.run.check", lambda *_: outcome)
        result = run("check", "--fix", "--isolated")
        assert result.code == 2
        assert "error[image-architecture-mismatch]" in result.out
        assert result.err == "smlint: error: cannot write a.yaml: Permission denied\n"

    @pytest.mark.parametrize(("fail_on", "code"), [("error", 0), ("warning", 1), ("note", 1)])
    def test_severity_decides_the_exit_code(self, monkeypatch: pytest.MonkeyPatch, fail_on: str, code: int) -> None:
        monkeypatch.setattr("smlint.runner.run.check", lambda *_: RunResult(report(mismatch(severity=Severity.WARNING))))
        assert run("check", "--isolated", "--fail-on", fail_on).code == code

    def test_findings_that_a_patch_leaves_count(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def check(paths: object, settings: object, mode: FixMode, *_: object) -> RunResult:
            assert mode is FixMode.DIFF
            return RunResult(report(mismatch()))

        monkeypatch.setattr("smlint.runner.run.check", check)
        result = run("check", "--diff", "--isolated")
        assert (result.code, result.out) == (1, "")
        assert result.err.startswith("1 error, ")

    def test_exit_code_when_everything_is_fixed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("smlint.runner.run.check", lambda *_: RunResult(Report(summary=Summary(files=1, manifests=1, fixed=1))))
        assert run("check", "--fix", "--isolated").code == 0
        assert run("check", "--fix", "--isolated", "--exit-non-zero-on-fix").code == 1

    @pytest.mark.parametrize(
        ("words", "what", "hint"),
        [
            pytest.param(["chekc"], "unknown command 'chekc'", "did you mean 'check'?", id="a misspelled command"),
            pytest.param(["frobnicate"], "unknown command 'frobnicate'", "choose from check, ", id="an unknown command"),
            pytest.param([str(ROOT)], f"unknown command '{ROOT}'", f"did you mean 'smlint check {ROOT}'?", id="a path instead of a command"),
            pytest.param(
                ["--fix", "check"],
                "unknown option '--fix' before the command",
                "put it after the command: smlint check --fix",
                id="an option before the command",
            ),
            pytest.param(["--colour"], "unknown option '--colour'", "did you mean '--color'?", id="a misspelled option without a command"),
            pytest.param(["--color", "blue", "check"], "invalid value 'blue' for option '--color'", "", id="an invalid value"),
        ],
    )
    def test_usage_errors_have_a_hint(self, words: list[str], what: str, hint: str) -> None:
        result = run(*words)
        assert (result.code, result.out) == (2, "")
        assert result.err.startswith(f"smlint: error: {what}\nhint: {hint}")


class TestOthers:
    """The other commands."""

    def test_version(self) -> None:
        from smlint import __version__
        from smlint.images.catalog import load_catalog

        expected = CommandResult(0, f"smlint {__version__} (catalog {load_catalog().as_of})\n", "")
        assert run("--version") == run("-v", "--version") == run("check", "--version") == expected

    def test_help(self) -> None:
        assert run("--help").out.startswith("Find and fix container images")
        assert run("-h", "check").out == run("check", "--help").out
        assert "--exit-non-zero-on-fix" in run("check", "-h").out
        result = run()
        assert (result.code, result.out) == (2, "")
        assert "Commands:" in result.err

    @pytest.mark.parametrize(
        ("words", "uri"),
        [
            pytest.param(
                "--version 1.12.1 --instance-type ml.c6g.4xlarge",
                "pytorch-inference-graviton:1.12.1-cpu-py38-ubuntu20.04-sagemaker",
                id="Graviton",
            ),
            pytest.param(
                "--version 2.6.0 --instance-type ml.c5.xlarge --scope inference", "pytorch-inference:2.6.0-cpu-py312", id="x86_64"
            ),
        ],
    )
    def test_resolve_prints_only_the_uri(self, words: str, uri: str) -> None:
        given = ("resolve", "--framework", "pytorch", *words.split())
        assert run(*given, "--region", "us-west-2") == CommandResult(0, f"{HOST}/{uri}\n", "")
        assert run(*given, environment={"SMLINT_REGION": "us-west-2"}).out == f"{HOST}/{uri}\n"
        data = json.loads(run(*given, "--region", "us-west-2", "--output-format", "json").out)
        assert data["uri"] == f"{HOST}/{uri}"
        assert data["why"]
        assert data["alternatives"] == []

    def test_resolve_explains_why_there_is_no_image(self) -> None:
        words = [
            "resolve",
            "--framework",
            "pytorch",
            "--version",
            "2.2.0",
            "--instance-type",
            "ml.c7g.large",
            "--region",
            "us-west-2",
        ]
        result = run(*words)
        assert (result.code, result.out) == (1, "")
        assert result.err.startswith("smlint: Unsupported pytorch version: 2.2.0.")
        assert "2.2.1" in result.err.splitlines()[-1]
        data = json.loads(run(*words, "--output-format", "json").out)
        assert data["uri"] is None
        assert "2.2.1" in data["alternatives"]

    @pytest.mark.parametrize("left", ["--framework", "--instance-type", "--region"])
    def test_resolve_requires_three_options(self, left: str) -> None:
        words = {"--framework": "pytorch", "--instance-type": "ml.m5.large", "--region": "us-west-2"}
        result = run("resolve", *(word for pair in words.items() if pair[0] != left for word in pair))
        assert result == CommandResult(2, "", f"smlint: error: 'smlint resolve' needs {left}\nhint: see smlint resolve --help\n")

    @pytest.mark.parametrize(
        ("tag", "day", "shown"),
        [
            pytest.param("2.1.0-cpu-py310", "2024-10-04", "2024-10-04", id="on the last day"),
            pytest.param("2.1.0-cpu-py310", "2024-10-05", "2024-10-04 (ended)", id="a day later"),
            pytest.param("1.9.0-cpu-py38", "2020-01-01", "ended", id="older than the first known date"),
        ],
    )
    def test_inspect_says_if_the_end_of_patch_is_past(self, tag: str, day: str, shown: str) -> None:
        assert f"  end of patch  {shown}\n" in run("inspect", f"{HOST}/pytorch-inference:{tag}", "--as-of", day).out

    def test_inspect_describes_an_image(self) -> None:
        uri = f"{HOST}/huggingface-pytorch-inference:2.6.0-transformers4.49.0-gpu-py312-cu124-ubuntu22.04"
        data = json.loads(run("inspect", uri, "--output-format", "json").out)
        assert list(data) == [
            "uri",
            "registry",
            "repository",
            "tag",
            "digest",
            "framework",
            "version",
            "libraries",
            "python",
            "processor",
            "accelerator",
            "os",
            "platform",
            "architecture",
            "scope",
            "known_tag",
            "evidence",
            "released",
            "end_of_patch",
            "cuda",
            "cuda_may_change",
            "neuron_sdk",
            "compute_capabilities",
            "needs_gpu",
            "multi_model",
            "bind_to_port",
            "training_hardware",
            "problems",
        ]
        assert data["registry"] == {"account": "763104351884", "region": "us-west-2", "domain": "amazonaws.com", "owner": "aws"}
        assert data["libraries"] == {"pytorch": "2.6.0", "transformers": "4.49.0"}
        text = run("inspect", uri).out
        assert text.startswith("huggingface 4.49.0 for inference, on x86_64 GPUs.\n")
        assert "libraries     pytorch 2.6.0, transformers 4.49.0\n" in text
        assert (data["evidence"], data["released"], data["cuda"], data["multi_model"]) == ("release", "2025-04-04", "12.4", True)
        assert text.endswith("  CUDA          12.4\n  multi-model   yes\n  bind to port  yes\n  released      2025-04-04\n  evidence      release\n")

    def test_inspect_shows_requirements(self) -> None:
        text = run("inspect", f"{HOST}/vllm:server-sagemaker-cuda-v2").out
        assert "  CUDA          13.0 (later builds may have another)\n" in text
        assert "  needs a GPU   yes\n  capability    compute capability 7.0 or later\n" in text
        tei = f"{HOST}/tei:2.0.1-tei1.9.3-gpu-py310-cu129-ubuntu24.04"
        assert "compute capability 7.5, 8.0-8.9, 9.0, 10.0, 12.0\n" in run("inspect", tei).out
        assert json.loads(run("inspect", tei, "--output-format", "json").out)["compute_capabilities"] == ["7.5", "8.0-8.9", "9.0", "10.0", "12.0"]
        algorithm = "433757028032.dkr.ecr.us-west-2.amazonaws.com/kmeans:1"
        assert "  trains on     cpu and gpu\n" in run("inspect", algorithm).out
        assert json.loads(run("inspect", algorithm, "--output-format", "json").out)["training_hardware"] == ["cpu", "gpu"]

    @pytest.mark.parametrize(
        ("image", "evidence"),
        [
            pytest.param("vllm:0.13-gpu-py312-cu129-ubuntu22.04-sagemaker-v1", "documentation", id="documentation"),
            pytest.param("pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker-2025-03-04-05-06-07", "release", id="a build of a release"),
            pytest.param("pytorch-inference-arm64:2.6.0-gpu-py312-cu124-ubuntu22.04-sagemaker", "withdrawn documentation", id="withdrawn"),
            pytest.param("ray:serve-ml-sagemaker-cuda", "build configuration", id="a build configuration"),
            pytest.param("pytorch-inference:1.2.0-cpu-py2", "SDK", id="the SDK"),
            pytest.param("pytorch-inference:2.7.1-cpu-py312-ubuntu22.04-sagemaker", None, id="none"),
        ],
    )
    def test_inspect_says_what_shows_that_a_tag_was_released(self, image: str, evidence: str | None) -> None:
        assert json.loads(run("inspect", f"{HOST}/{image}", "--output-format", "json").out)["evidence"] == evidence

    @pytest.mark.parametrize(
        "uri",
        ["", "nginx", "-", "https://x", "\x1b[31m", "日本", "evil.com/x.dkr.ecr.us-east-1.amazonaws.com/pytorch-inference:1"],
    )
    def test_inspect_accepts_any_string(self, uri: str) -> None:
        for words in ((), ("--output-format", "json")):
            result = run("inspect", *words, "--", uri)
            assert result.code == 0
            assert "\x1b" not in result.out
        assert json.loads(result.out)["registry"] == {"account": None, "region": None, "domain": None, "owner": None}

    def test_images_on_graviton(self) -> None:
        rows = [line.split() for line in run("images", "--arch", "arm64", "--framework", "PyTorch").out.splitlines()[1:]]
        assert ["pytorch", "2.6.0", "inference", "arm64", "cpu"] in [row[:5] for row in rows]
        assert {row[3] for row in rows} == {"arm64"}
        versions = [row[1] for row in rows if row[4] == "cpu"]
        assert "2.6" not in versions, "a short version is the same image as a full one"
        assert versions == sorted(versions, key=lambda version: [int(part) for part in version.split(".")], reverse=True)

    def test_images_as_json(self) -> None:
        data = json.loads(run("images", "--framework", "xgboost", "--region", "eu-west-1", "--output-format", "json").out)
        assert all("eu-west-1" in row["regions"] for row in data)
        assert {row["architecture"] for row in data} == {"arm64", "x86_64"}

    def test_images_show_what_the_catalog_knows(self) -> None:
        rows = json.loads(run("images", "--framework", "pytorch", "--processor", "gpu", "--scope", "inference", "--output-format", "json").out)
        by_version = {row["version"]: row for row in rows if row["architecture"] == "x86_64"}
        newest, older = by_version["2.6.0"], by_version["1.13.1"]
        assert (newest["cuda"], newest["released"], newest["multi_model"], newest["bind_to_port"]) == (["12.4"], "2025-02-17", True, True)
        assert (older["cuda"], older["multi_model"], older["needs_gpu"]) == (["11.7"], False, None)
        assert set(newest["evidence"]) >= {"release", "documentation"}
        [vllm, *_] = json.loads(run("images", "--framework", "vllm-server", "--output-format", "json").out)
        assert (vllm["needs_gpu"], vllm["least_compute_capability"], vllm["neuron_sdks"]) == (True, "7.0", [])

    def test_a_row_of_images_shows_few_versions_of_a_toolkit(self) -> None:
        header, *rows = run("images", "--framework", "pytorch", "--processor", "neuronx").out.splitlines()
        at = header.index("CUDA/NEURON")
        shown = [row[at:].split()[0] for row in rows]
        assert max(word.count(",") for word in shown) == 2
        assert any(",+" in word for word in shown)

    def test_images_that_receive_patches(self) -> None:
        def ends(*words: str) -> list[str]:
            return [row["end_of_patch"] for row in json.loads(run("images", *words, "--output-format", "json").out)]

        assert None in ends()
        within = ends("--supported", "--as-of", "2026-01-01")
        assert within
        assert min(within) >= "2026-01-01"
        assert len(ends("--supported", "--as-of", "2025-01-01")) > len(within)

    @pytest.mark.parametrize(
        ("words", "code", "said"),
        [
            pytest.param(
                "images --framework pytroch",
                2,
                "smlint: error: unknown framework 'pytroch'\nhint: did you mean 'pytorch'?\n",
                id="a misspelled framework",
            ),
            pytest.param("images --framework kmeans --arch arm64", 1, "smlint: warning: no matching image\n", id="no matching image"),
            pytest.param(
                "images --as-of 2026-01-01", 2, "smlint: error: --as-of needs --supported", id="--as-of without --supported"
            ),
            pytest.param(
                "images --region nowhere", 2, "smlint: error: option '--region': 'nowhere' is not an AWS Region\n", id="an invalid Region"
            ),
            pytest.param("explain", 2, "smlint: error: 'smlint explain' needs either a rule or --all\n", id="no rule to explain"),
            pytest.param(
                "explain image-architecture",
                2,
                "smlint: error: unknown rule 'image-architecture'\nhint: did you mean",
                id="a misspelled rule",
            ),
            pytest.param(
                "schema manifst",
                2,
                "smlint: error: unknown schema 'manifst'\nhint: did you mean 'manifest'?\n",
                id="a misspelled schema",
            ),
        ],
    )
    def test_unknown_names(self, words: str, code: int, said: str) -> None:
        result = run(*words.split())
        assert (result.code, result.out) == (code, "")
        assert result.err.startswith(said)

    def test_explain_a_rule(self) -> None:
        text = run("explain", "image-architecture-mismatch").out
        assert text.startswith("image-architecture-mismatch (error, hardware, safe fix)\n")
        for words in ("exec format error", "Bad:", "Good:", "# smlint: ignore[image-architecture-mismatch]"):
            assert words in text
        data = json.loads(run("explain", "image-architecture-mismatch", "--output-format", "json").out)
        assert (data["name"], data["severity"], data["fix"], data["enabled"]) == (
            "image-architecture-mismatch",
            "error",
            "safe",
            True,
        )
        assert "off by default" in run("explain", "graviton-candidate").out

    def test_explain_all_rules(self) -> None:
        from smlint.runner.registry import load

        every = json.loads(run("explain", "--all", "--output-format", "json").out)
        assert [rule["name"] for rule in every] == [rule.name for rule in load()]
        assert all(rule["doc"] and rule["good"] and rule["bad"] for rule in every)
        assert all(f"{rule['name']} (" in run("explain", "--all").out for rule in every)

    @pytest.mark.parametrize("name", ["manifest", "config"])
    def test_schemas_are_printed(self, name: str) -> None:
        assert json.loads(run("schema", name).out)["$schema"] == "http://json-schema.org/draft-07/schema#"


def test_an_encoding_error_points_at_the_first_invalid_byte(tmp_path: Path) -> None:
    from smlint.model.settings import Settings
    from smlint.runner.run import check

    (tmp_path / "a.yaml").write_bytes("Type: AWS::SageMaker::Model\nx: \xe9\n".encode("latin-1"))
    (finding,) = check([str(tmp_path / "a.yaml")], Settings()).report.findings
    assert (finding.rule, finding.start) == ("syntax-error", (2, 4))


class TestProcess:
    """Behavior that needs a separate process."""

    @pytest.fixture(params=[["-m", "smlint"], ["-c", "from smlint.__main__ import run; run()"]], ids=["the module", "the command"])
    def start(self, request: pytest.FixtureRequest) -> list[str]:
        """Start smlint as a module, or as the installed command does."""
        return [sys.executable, *request.param]

    def test_any_encoding_works(self, folder: Path, start: list[str]) -> None:
        import os

        (folder / "日本.yaml").write_text(native(X86), encoding="utf-8")
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
        done = subprocess.run([*start, "check", "日本.yaml", *BEFORE], capture_output=True, env=environment, check=False)
        assert done.returncode == 1
        assert done.stdout.startswith(b"\\u65e5\\u672c.yaml:6:61: error[")
        assert b"Traceback" not in done.stderr

    def test_a_closed_pipe_is_silent_and_keeps_the_exit_code(self, folder: Path, start: list[str]) -> None:
        import os

        for number in range(300):
            (folder / f"{number}.yaml").write_text(native(X86))
        process = subprocess.Popen(
            [*start, "check", "--isolated", *BEFORE],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        err = process.stderr.read()
        process.stderr.close()
        assert (process.wait(), err) == (1, b"")

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
    def test_a_full_disk_is_one_line(self, folder: Path, start: list[str]) -> None:
        import os

        with Path("/dev/full").open("wb") as full:
            done = subprocess.run(
                [*start, "check", "bad.yaml", "-q"],
                stdout=full,
                stderr=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                check=False,
                cwd=folder,
            )
        assert done.stderr == b"smlint: error: cannot write to standard output: No space left on device\n"
        assert done.returncode == 2

    @pytest.mark.skipif(sys.platform == "win32", reason="closes file descriptors")
    def test_closed_streams(self, folder: Path, start: list[str]) -> None:
        import os
        import shlex

        done = subprocess.run(  # noqa: S602  # only a shell can close the streams
            f"{shlex.join(start)} check bad.yaml --isolated <&- >&- 2>&-",
            shell=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            check=False,
            cwd=folder,
        )
        assert done.returncode == 1

    def test_unrelated_files_load_no_parser_and_no_rules(self, folder: Path) -> None:
        import os

        slow = {"ruamel", "jsonschema", "pathspec", "shutil", "difflib", "tomllib", "pathlib", "datetime"}
        code = (
            "import sys; from smlint.cli.main import main; main(['check', 'foreign.yaml']); "
            f"print(sorted({{name.partition('.')[0] for name in sys.modules}} & {slow}), 'smlint.runner.registry' in sys.modules)"
        )

        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True, cwd=folder
        )
        assert done.stdout.decode().splitlines()[-1] == "[] False"

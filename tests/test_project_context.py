"""Which files are read as context, within which bounds, and what their suppressions do."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from smlint import fix, lint
from smlint.model.results import FixMode
from smlint.model.settings import Settings
from smlint.project.files import MAX_BYTES, MAX_FILES
from smlint.runner.run import check
from tests.test_project import ARM, MISMATCH, config, findings, model, write

DAY = "2024-01-01"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def rules(*paths: str, **more: object) -> list[str]:
    return [finding.rule for finding in findings(*paths, **more)]


class TestExclusion:
    def test_excluded_files_are_no_context(self, folder: Path) -> None:
        write(folder / "model.yaml", model())
        write(folder / "config.yaml", config())
        assert rules("model.yaml") == [MISMATCH]
        assert rules("model.yaml", exclude=("config.yaml",)) == []

    @pytest.mark.parametrize("line", ["config.yaml", "conf*", "*.yaml\n!model.yaml", "/config.yaml", "**/config.yaml"])
    def test_ignored_files_are_no_context(self, folder: Path, line: str) -> None:
        write(folder / "model.yaml", model())
        write(folder / "config.yaml", config())
        write(folder / ".gitignore", line + "\n")
        (folder / ".git").mkdir()
        assert rules("model.yaml") == []
        write(folder / ".gitignore", "*.pyc\nbuild/\n")
        assert rules("model.yaml") == [MISMATCH]

    def test_a_named_folder_is_read_even_if_it_is_ignored(self, folder: Path) -> None:
        write(folder / "out/model.yaml", model())
        write(folder / "out/config.yaml", config())
        write(folder / ".gitignore", "out/\n")
        (folder / ".git").mkdir()
        assert rules("out/model.yaml") == [MISMATCH]

    def test_text_without_a_file_has_no_context(self, folder: Path) -> None:
        write(folder / "deploy.yaml", "")
        write(folder / "config.yaml", config())
        assert lint(model(), as_of=DAY).summary.errors == 0
        assert lint(model(), "deploy.yaml", as_of=DAY).summary.errors == 1
        report = check(["-"], Settings(today=DAY), stdin=model().encode()).report
        assert report.summary.errors == 0

    def test_the_library_fixes_with_context(self, folder: Path) -> None:
        write(folder / "config.yaml", config())
        assert fix(model(), "model.yaml", as_of=DAY) == model(image=ARM)
        assert not (folder / "model.yaml").exists()


class TestBounds:
    def fill(self, folder: Path, count: int, text: str = "a: sagemaker\n") -> None:
        for number in range(count):
            write(folder / f"a{number:03}.yaml", text)

    def test_beyond_the_limit_missing_parts_are_unknown_and_nothing_is_fixed(self, folder: Path) -> None:
        write(folder / "model.yaml", model())
        write(folder / "zz-config.yaml", config())
        self.fill(folder, MAX_FILES - 1)
        (found,) = findings("model.yaml")
        assert (found.rule, found.fix is not None) == (MISMATCH, True)
        self.fill(folder, MAX_FILES)
        report = check(["model.yaml"], Settings(today=DAY)).report
        assert report.summary.errors == 0
        assert report.summary.skipped_checks > 0

    def test_findings_within_the_limit_are_reported_without_a_fix(self, folder: Path) -> None:
        write(folder / "model.yaml", model())
        write(folder / "a-config.yaml", config())
        self.fill(folder, MAX_FILES + 1)
        (found,) = findings("model.yaml")
        assert (found.rule, found.fix) == (MISMATCH, None)
        before = (folder / "model.yaml").read_text()
        check(["model.yaml"], Settings(today=DAY), FixMode.APPLY)
        assert (folder / "model.yaml").read_text() == before

    def test_large_files_count_by_their_size(self, folder: Path) -> None:
        write(folder / "model.yaml", model())
        write(folder / "zz-config.yaml", config())
        self.fill(folder, 2, "a: sagemaker\n" + "#" * (MAX_BYTES // 2))
        assert rules("model.yaml") == []

    def test_targets_do_not_count(self, folder: Path) -> None:
        write(folder / "model.yaml", model())
        write(folder / "zz-config.yaml", config())
        self.fill(folder, MAX_FILES + 50)
        (found,) = findings(".")
        assert found.fix is not None

    @pytest.mark.parametrize("others", [model(name="other"), config(name="other"), "Resources: {S: {Type: 'AWS::SageMaker::Model'}}\n"], ids=["models", "configs", "templates"])
    def test_one_file_among_many_takes_about_as_long_as_alone(self, folder: Path, others: str) -> None:
        """The whole command: the bound is 1.5 x, and a margin for a busy machine."""
        write(folder / "alone/model.yaml", model())
        write(folder / "among/model.yaml", model())
        self.fill(folder / "among", 500, others)

        def seconds(path: str) -> float:
            """Return the least processor time of the command, in seconds."""
            times = []
            for _ in range(5):
                before = resource.getrusage(resource.RUSAGE_CHILDREN)
                subprocess.run([sys.executable, "-m", "smlint", "check", path], capture_output=True, check=False)
                after = resource.getrusage(resource.RUSAGE_CHILDREN)
                times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
            return min(times)

        ratios = []
        for _ in range(3):
            ratios.append(seconds("among/model.yaml") / seconds("alone/model.yaml"))
            if ratios[-1] <= 1.6:
                return
        pytest.fail(f"{ratios}")


class TestSuppressions:
    IGNORE = f"  # smlint: ignore[{MISMATCH}] until the migration"

    def suppressed(self, *paths: str) -> list[tuple[str, str, bool]]:
        found = check(paths or ["."], Settings(today=DAY)).report.findings
        return [(one.rule, one.path, one.suppressed is not None) for one in found if one.severity != "note"]

    def test_a_comment_at_the_image_counts_wherever_the_finding_is_shown(self, folder: Path) -> None:
        write(folder / "model.yaml", model().rstrip() + self.IGNORE + "\n")
        write(folder / "config.yaml", config())
        assert self.suppressed("config.yaml") == [(MISMATCH, "config.yaml", True)]
        assert self.suppressed() == self.suppressed("model.yaml") == [(MISMATCH, "model.yaml", True)]

    def test_a_comment_at_the_instance_type_counts_wherever_the_finding_is_shown(self, folder: Path) -> None:
        write(folder / "model.yaml", model())
        write(folder / "config.yaml", config().rstrip() + self.IGNORE + "\n")
        assert self.suppressed("config.yaml") == [(MISMATCH, "config.yaml", True)]
        assert self.suppressed() == self.suppressed("model.yaml") == [(MISMATCH, "model.yaml", True)]

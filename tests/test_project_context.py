"""Which files are read as context, within which bounds, and what their suppressions do."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from smlint import fix, lint
from smlint.model.settings import Settings
from smlint.project.files import MAX_BYTES, MAX_FILES
from smlint.runner.run import check
from tests.test_project import ARM, MISMATCH, X86, config, findings, model, write

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

    @pytest.mark.parametrize("line", ["config.yaml", "conf*", "*.yaml\n!model.yaml", "/config.yaml", "**/config.yaml", "[^a]onfig.yaml"])
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

    def test_a_nested_template_in_an_ignored_folder_is_no_context(self, folder: Path) -> None:
        stack = "Resources: {S: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ./build/child.yaml, Parameters: {Size: ml.c7g.large}}}}\n"
        child = f"Parameters: {{Size: {{Type: String}}}}\nResources:\n  M: {{Type: AWS::SageMaker::Model, Properties: {{PrimaryContainer: {{Image: '{X86}'}}}}}}\n"
        variant = "  C: {Type: AWS::SageMaker::EndpointConfig, Properties: {ProductionVariants: [{ModelName: !GetAtt M.ModelName, InstanceType: !Ref Size}]}}\n"
        write(folder / "main.yaml", stack)
        write(folder / "build/child.yaml", child + variant)
        assert rules("main.yaml") == [MISMATCH]
        (folder / ".git").mkdir()
        write(folder / ".gitignore", "build/\n")
        assert rules("main.yaml") == []
        assert rules("build/child.yaml") == rules("build") == [MISMATCH]  # named, although ignored
        assert rules("main.yaml", exclude=("build/",)) == []

    def test_files_named_as_context_can_be_excluded(self, folder: Path) -> None:
        write(folder / "model.yaml", model())
        write(folder / "other/config.yaml", config())
        assert rules("model.yaml", context=("other/*.yaml",)) == [MISMATCH]
        assert rules("model.yaml", context=("other/*.yaml",), exclude=("other/config.yaml",)) == []

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

    def test_beyond_the_limit_nothing_is_linked(self, folder: Path) -> None:
        """A file that was not searched may define the same model again."""
        write(folder / "model.yaml", model())
        write(folder / "a-config.yaml", config())
        write(folder / "zz-model.yaml", model(image=ARM))
        self.fill(folder, MAX_FILES + 1)
        assert findings("model.yaml") == findings("a-config.yaml") == []

    def test_beyond_the_limit_a_suppression_may_be_needed(self, folder: Path) -> None:
        write(folder / "config.yaml", config().rstrip() + f"  # smlint: ignore[{MISMATCH}] known\n")
        write(folder / "zz-model.yaml", model())
        self.fill(folder, MAX_FILES + 1)
        assert findings("config.yaml") == []

    def test_ignored_files_do_not_count(self, folder: Path) -> None:
        write(folder / "model.yaml", model())
        write(folder / "zz-config.yaml", config())
        self.fill(folder, MAX_FILES + 10)
        write(folder / ".gitignore", "a[0-9]*.yaml\n")
        assert rules("model.yaml") == [MISMATCH]

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

    def test_a_comment_at_one_variant_does_not_hide_another(self, folder: Path) -> None:
        write(folder / "model.yaml", model())
        write(folder / "config.yaml", config().rstrip() + self.IGNORE + "\n")
        write(folder / "other.yaml", config().replace("churn-config", "other"))
        assert self.suppressed() == self.suppressed("model.yaml") == [(MISMATCH, "model.yaml", False)]
        assert self.suppressed("config.yaml") == [(MISMATCH, "config.yaml", True)]
        assert self.suppressed("other.yaml") == [(MISMATCH, "other.yaml", False)]

    def test_two_variants_of_a_model_are_one_finding_everywhere(self, folder: Path) -> None:
        variant = "    - {modelName: churn, variantName: b, instanceType: ml.c6g.large}\n"
        write(folder / "model.yaml", model())
        write(folder / "config.yaml", config() + variant)
        (home,) = findings(".")
        (remote,) = findings("config.yaml")
        assert home.fingerprint == remote.fingerprint
        assert len(remote.related) == 2

    def test_rules_ignored_for_the_file_of_the_image_are_ignored_everywhere(self, folder: Path) -> None:
        write(folder / "model.yaml", model())
        write(folder / "config.yaml", config())
        ignores = (("model.yaml", (MISMATCH,)),)
        assert rules("config.yaml", per_file_ignores=ignores) == rules("model.yaml", per_file_ignores=ignores) == []

    def test_a_fault_of_the_region_is_shown_at_both_ends(self, folder: Path) -> None:
        own = "123456789012.dkr.ecr.ap-south-2.amazonaws.com/own:1"
        annotation = "metadata: {annotations: {services.k8s.aws/region: ap-south-2}, name"
        write(folder / "model.yaml", model(image=own).replace("metadata: {name", annotation))
        write(folder / "config.yaml", config(instance="ml.g6e.xlarge"))
        (home,) = [found for found in findings(".") if found.rule == "instance-type-not-in-region"]
        (remote,) = [found for found in findings("config.yaml") if found.rule == "instance-type-not-in-region"]
        assert (home.path, remote.path) == ("model.yaml", "config.yaml")
        assert home.fingerprint == remote.fingerprint

"""The pre-commit hooks, run by pre-commit in a git repository."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.install

EXAMPLE = (ROOT / "examples/churn-endpoint.yaml").read_text(encoding="utf-8")


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false", *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as a committed repository, including uncommitted changes, because pre-commit clones it."""
    folder = tmp_path_factory.mktemp("project")
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True, text=True)
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    git(folder, "init", "-q", ".")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "all")
    return folder


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy/churn.yaml").write_text(EXAMPLE, encoding="utf-8")
    (tmp_path / "other.yml").write_text("a: 1\n", encoding="utf-8")
    (tmp_path / "package.json").write_text("{}\n", encoding="utf-8")
    (tmp_path / "stack.template").write_text(EXAMPLE, encoding="utf-8")
    git(tmp_path, "init", "-q", ".")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "all")
    return tmp_path


def try_hook(project: Path, repository: Path, hook: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pre_commit", "try-repo", str(project), hook, "--all-files", "--verbose"]
    return subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False, timeout=600, env={**os.environ, "NO_COLOR": "1"})


def test_the_hook_fails_on_a_finding_and_keeps_the_file(project: Path, repository: Path) -> None:
    done = try_hook(project, repository, "smlint")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "churn.yaml:10:61: error[image-architecture-mismatch]" in done.stdout
    assert "stack.template:10:61: error[image-architecture-mismatch]" in done.stdout
    assert (repository / "deploy/churn.yaml").read_text(encoding="utf-8") == EXAMPLE


def test_the_fixing_hook_fixes_the_file_and_passes_the_second_time(project: Path, repository: Path) -> None:
    first = try_hook(project, repository, "smlint-fix")
    assert first.returncode == 1, first.stdout + first.stderr
    fixed = (repository / "deploy/churn.yaml").read_text(encoding="utf-8")
    assert fixed == EXAMPLE.replace("pytorch-inference:", "pytorch-inference-arm64:")
    second = try_hook(project, repository, "smlint-fix")
    assert second.returncode == 0, second.stdout + second.stderr
    assert (repository / "deploy/churn.yaml").read_text(encoding="utf-8") == fixed


def test_excluded_files_are_skipped_even_if_pre_commit_names_them(project: Path, repository: Path) -> None:
    (repository / "smlint.toml").write_text('exclude = ["deploy", "*.template"]\n', encoding="utf-8")
    done = try_hook(project, repository, "smlint")
    assert done.returncode == 0, done.stdout + done.stderr

"""The scheduled refresh runs the commands in `tools/README.md`, and does not trust what it downloads."""

from __future__ import annotations

import re
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.conftest import ROOT
from tools import sources

PATH = ROOT / ".github/workflows/catalog.yml"
WORKFLOW = YAML(typ="safe", pure=True).load(PATH.read_text(encoding="utf-8"))
STEPS = {name: [step.get("run", "") for step in job["steps"]] for name, job in WORKFLOW["jobs"].items()}


def words(text: str) -> str:
    return " ".join(text.replace("\\\n", " ").split())


def test_it_runs_the_five_commands() -> None:
    block = re.search(r"```sh\n(.*?)```", (ROOT / "tools/README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert block is not None
    commands = block[1].splitlines()
    assert len(commands) == 5
    done = "\n".join(words(run) for run in STEPS["build"])
    for command in commands:
        for part in command.split(" && "):
            assert words(part) in done, part


def test_downloaded_code_never_runs_with_write_permission() -> None:
    assert WORKFLOW["permissions"] == {}
    assert WORKFLOW["jobs"]["build"]["permissions"] == {"contents": "read"}
    assert not [run for run in STEPS["propose"] if "python" in run or "pip" in run]


def test_every_action_is_official_and_pinned_to_a_commit() -> None:
    used = re.findall(r"uses: (\S+)", PATH.read_text(encoding="utf-8"))
    assert used
    assert not [action for action in used if not re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", action)]


def test_it_commits_what_the_tools_write() -> None:
    assert all((ROOT / name).exists() for run in STEPS["build"] for name in re.findall(r"git add --all (.*)", run)[:1] for name in name.split())


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_the_commit_of_the_documents_is_in_the_archive(tmp_path: Path) -> None:
    def git(*arguments: str) -> str:
        identity = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main"]
        return subprocess.run(["git", *identity, *arguments], cwd=tmp_path, check=True, capture_output=True, text=True).stdout.strip()

    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/a.yml").write_text("a: 1\n")
    git("init", "--quiet")
    git("add", "docs")
    git("commit", "--quiet", "--message", "x")
    git("archive", "--output", str(tmp_path / "x.tar.gz"), "HEAD", "docs")
    assert sources.commit(tmp_path / "x.tar.gz") == git("rev-parse", "HEAD")
    with tarfile.open(tmp_path / "y.tar.gz", "w:gz") as tar:
        tar.add(tmp_path / "docs/a.yml", "docs/a.yml")
    assert sources.commit(tmp_path / "y.tar.gz") == ""

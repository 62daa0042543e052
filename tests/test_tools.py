"""The scripts in `tools/`: their help changes nothing, and a missing file is an error in one line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

SCRIPTS = sorted(path.name for path in (ROOT / "tools").glob("*.py") if '__name__ == "__main__"' in path.read_text(encoding="utf-8"))


def run(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, ROOT / "tools" / script, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("script", SCRIPTS)
def test_help_is_printed_and_nothing_is_written(script: str) -> None:
    outputs = [ROOT / "README.md", ROOT / "docs/sdk-deviations.md", ROOT / "smlint/schemas/rules.json"]
    before = [path.stat().st_mtime_ns for path in outputs]
    ran = run(script, "--help")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith(f"usage: {script}")
    assert "--help" in ran.stdout
    assert [path.stat().st_mtime_ns for path in outputs] == before


@pytest.mark.parametrize("script", SCRIPTS)
def test_an_unknown_option_is_an_error_in_one_line(script: str) -> None:
    ran = run(script, "--no-such-option")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith(f"{script}: error: ")
    assert ran.stderr.count("\n") == 1


@pytest.mark.parametrize("script", ["build_catalog.py", "merge_tags.py"])
def test_a_missing_file_is_an_error_in_one_line(script: str, tmp_path: Path) -> None:
    ran = run(script, "--dlc-docs", str(tmp_path / "no.tar.gz"), "--as-of", "2026-01-01")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == f"{script}: error: argument --dlc-docs: no such file: {tmp_path / 'no.tar.gz'}\n"


@pytest.mark.parametrize("script", ["generate_docs.py", "generate_schemas.py", "write_deviations.py"])
def test_the_generated_files_are_up_to_date(script: str) -> None:
    ran = run(script, "--check")
    assert (ran.returncode, ran.stderr) == (0, "")

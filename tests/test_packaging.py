"""smlint works from a wheel, an sdist, an editable install and a bare checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.install

EXAMPLE = ROOT / "examples/churn-endpoint.yaml"


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("SMLINT_", "PYTHON", "COV_"))} | {"NO_COLOR": "1"}
    return subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True, env=environment, check=False, timeout=600)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of all files that git tracks or would track, including uncommitted changes."""
    target = tmp_path_factory.mktemp("checkout")
    listed = run("git", "ls-files", "--cached", "--others", "--exclude-standard", cwd=ROOT).stdout.splitlines()
    for name in listed:
        source = ROOT / name
        if source.is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target / name)
    return target


@pytest.fixture(scope="module")
def built(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("dist")
    done = run(sys.executable, "-m", "build", "--outdir", target, checkout, cwd=target)
    assert done.returncode == 0, done.stdout + done.stderr
    return target


def new_environment(folder: Path) -> Path:
    venv.create(folder, with_pip=True)
    return folder / ("Scripts" if os.name == "nt" else "bin") / "python"


def assert_finds_the_fault(python: Path, cwd: Path) -> None:
    done = run(python, "-m", "smlint", "check", EXAMPLE, "--isolated", "--as-of", "2026-01-01", cwd=cwd)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "image-architecture-mismatch" in done.stdout
    assert "pytorch-inference-arm64" in done.stdout
    version = run(python, "-m", "smlint", "--version", cwd=cwd)
    assert "catalog" in version.stdout, version.stderr


def test_the_wheel_contains_rules_and_catalog_but_no_tests(built: Path) -> None:
    wheel = next(built.glob("*.whl"))
    names = zipfile.ZipFile(wheel).namelist()
    assert "smlint/rules/image_architecture_mismatch.py" in names
    assert "smlint/py.typed" in names
    assert any(name.startswith("smlint/images/data/") and name.endswith(".json") for name in names)
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [name for name in names if name.startswith(("tests/", "fixtures/", "rules/", "tools/"))]


@pytest.mark.parametrize("kind", ["wheel", "sdist", "editable install"])
def test_works_installed_from(kind: str, built: Path, checkout: Path, tmp_path: Path) -> None:
    python = new_environment(tmp_path / "venv")
    packages: list[str | Path] = {"wheel": [next(built.glob("*.whl"))], "sdist": [next(built.glob("*.tar.gz"))], "editable install": ["-e", checkout]}[kind]
    done = run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert_finds_the_fault(python, tmp_path)


def test_works_in_a_bare_checkout(checkout: Path) -> None:
    assert_finds_the_fault(Path(sys.executable), checkout)

"""Virtual environments for the programs that are measured and compared: one each, below a folder that keeps them for the next time."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = Path(__file__).resolve().parent / "requirements.txt"


def pinned() -> dict[str, str]:
    """The version of each package that requirements.txt names."""
    lines = REQUIREMENTS.read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if line and not line.startswith("#"))


def programs_of(folder: Path, package: str) -> Path:
    """The folder of programs of an environment that has the package in the version that requirements.txt names.

    It is made when it is not there. Raises `subprocess.CalledProcessError` if the package cannot be installed.
    """
    version = pinned()[package]
    home = folder / f"{package}-{version}-{_interpreter()}"
    complete = home / "complete"
    if not complete.exists():
        print(f"installing {package} {version} ...", file=sys.stderr)
        venv.create(home, with_pip=True, clear=True)
        _pip(home, "install", f"{package}=={version}")
        complete.touch()
    return _programs(home)


def programs_of_smlint(folder: Path) -> Path:
    """The folder of programs of an environment that has smlint as it is in this checkout, installed anew each time.

    Its dependencies stay as they were installed first. Raises `subprocess.CalledProcessError` if it cannot be installed.
    """
    home = folder / f"smlint-{_interpreter()}"
    print("installing smlint from this checkout ...", file=sys.stderr)
    if (_programs(home) / "smlint").exists():
        _pip(home, "uninstall", "--yes", "smlint")  # pip takes a version that is there already for the same thing
    else:
        venv.create(home, with_pip=True, clear=True)
    _pip(home, "install", "--compile", str(ROOT))
    return _programs(home)


def clean_environment() -> dict[str, str]:
    """The environment variables without those that change how Python or smlint work; output is plain text in UTF-8."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "SMLINT_", "COV_"))}
    return kept | {"NO_COLOR": "1", "LC_ALL": "C.UTF-8"}


def _pip(home: Path, *words: str) -> None:
    command = [str(_programs(home) / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check", *words]
    # What pip has to say goes to standard error: standard output is for results.
    subprocess.run(command, check=True, env=clean_environment(), stdout=sys.stderr)


def _programs(home: Path) -> Path:
    return home / ("Scripts" if sys.platform == "win32" else "bin")


def _interpreter() -> str:
    """What tells this interpreter's environments from another's, such as `3.11`."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"

"""Virtual environments for the measured programs, one each, in a folder that keeps them for later runs."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = Path(__file__).resolve().parent / "requirements.txt"


def pinned() -> dict[str, str]:
    """Return the version of each package in requirements.txt."""
    lines = REQUIREMENTS.read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if line and not line.startswith("#"))


def programs_of(folder: Path, package: str) -> Path:
    """Return the `bin` folder of an environment with a package in the version of requirements.txt. Create the environment if needed.

    Raises `subprocess.CalledProcessError` if the package cannot be installed.
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
    """Return the `bin` folder of an environment with smlint from this checkout, which is reinstalled each time; its dependencies are not.

    Raises `subprocess.CalledProcessError` if smlint cannot be installed.
    """
    home = folder / f"smlint-{_interpreter()}"
    print("installing smlint from this checkout ...", file=sys.stderr)
    if (_programs(home) / "smlint").exists():
        _pip(home, "uninstall", "--yes", "smlint")  # pip does not reinstall a version that is already there
    else:
        venv.create(home, with_pip=True, clear=True)
    _pip(home, "install", "--compile", str(ROOT))
    return _programs(home)


def clean_environment() -> dict[str, str]:
    """Return the environment variables without those that change the behavior of Python or smlint; output is plain text in UTF-8."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "SMLINT_", "COV_"))}
    return kept | {"NO_COLOR": "1", "LC_ALL": "C.UTF-8"}


def _pip(home: Path, *words: str) -> None:
    command = [str(_programs(home) / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check", *words]
    # Standard output is for results, so pip writes to standard error.
    subprocess.run(command, check=True, env=clean_environment(), stdout=sys.stderr)


def _programs(home: Path) -> Path:
    return home / ("Scripts" if sys.platform == "win32" else "bin")


def _interpreter() -> str:
    """Return the version of this interpreter, such as `3.11`: its environments have it in their name."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"

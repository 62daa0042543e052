"""Fixtures and options for all tests."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="update the expected outputs; review the diff")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture(scope="session", autouse=True)
def no_project_around_the_tests(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Mark the folder above those of the tests as one that many projects share, so that no test reads the files of another one."""
    base = tmp_path_factory.getbasetemp()
    base.chmod(base.stat().st_mode | stat.S_ISVTX)

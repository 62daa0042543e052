"""Recognize by its path a file that is data of a test or a translation: its content may look like any configuration."""

from __future__ import annotations

import re

_TEST_DATA = frozenset({"__snapshots__", "__mocks__", "__fixtures__"})
_TESTS = frozenset({"test", "tests", "__tests__", "spec", "specs"})
_IN_TESTS = frozenset({"fixtures", "fixture", "testdata", "test_data", "cassettes", "snapshots", "mocks"})
_LOCALES = frozenset({"locale", "locales", "i18n", "translations", "lang"})
_LANGUAGE = r"[a-z]{2,3}(?:[-_][A-Za-z]{2,4})?"


def deploys_nothing(path: str) -> bool:
    """Return whether a path is that of a snapshot, a mock, a fixture in a folder of tests, a story of Storybook, or texts in one language."""
    *folders, name = path.replace("\\", "/").split("/")
    if not _TEST_DATA.isdisjoint(folders) or ".stories." in name:
        return True
    for index, folder in enumerate(folders):
        if folder in _IN_TESTS and not _TESTS.isdisjoint(folders[:index]):
            return True
    return not _LOCALES.isdisjoint(folders) and re.fullmatch(_LANGUAGE, name.partition(".")[0]) is not None

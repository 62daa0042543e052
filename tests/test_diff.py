"""Patches of fixes: as `difflib` writes them, in linear time."""

from __future__ import annotations

import random
from difflib import unified_diff

from smlint.model.source import Source
from smlint.runner.diff import patch
from tests.timing import assert_growth, seconds


def test_a_patch_that_keeps_the_number_of_lines_is_that_of_difflib() -> None:
    choose = random.Random(1)  # noqa: S311  # not for secrets
    for _ in range(300):
        before = [f"line {number}\n" for number in range(choose.randrange(1, 40))]
        after = [line.upper() if choose.random() < 0.15 else line for line in before]
        expected = "".join(unified_diff(before, after, "a/x.yaml", "b/x.yaml"))
        assert patch(Source("x.yaml", "".join(before)), Source("x.yaml", "".join(after))) == expected


def test_a_last_line_without_a_line_end_is_marked() -> None:
    expected = "--- a/x.yaml\n+++ b/x.yaml\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n"
    assert patch(Source("x.yaml", "a"), Source("x.yaml", "b")) == expected


def test_a_patch_of_many_fixes_takes_linear_time() -> None:
    def took(count: int) -> float:
        before = Source("x.yaml", "image: a\ntype: b\n" * count)
        after = Source("x.yaml", "image: c\ntype: b\n" * count)
        return seconds(lambda: patch(before, after))

    assert_growth(took, 1_000, 8_000, 16, 0.05)

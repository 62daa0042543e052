"""Suggestions for misspelled names."""

from __future__ import annotations

import pytest

from smlint.runner.registry import load
from smlint.runtime.suggest import did_you_mean

RULES = [*(rule.name for rule in load()), *{rule.rule.category for rule in load()}, "ALL", "custom"]


@pytest.mark.parametrize(
    ("word", "name"),
    [
        pytest.param("all", "ALL", id="another case"),
        pytest.param("image-regoin-mismatch", "image-region-mismatch", id="swapped letters"),
        pytest.param("image-arch-mismatch", "image-architecture-mismatch", id="an abbreviated word"),
        pytest.param("image-arch", "image-architecture-mismatch", id="an abbreviated beginning"),
        pytest.param("Unsupported-Graviton", "unsupported-graviton-version", id="a beginning in another case"),
        pytest.param("end-of-path-image", "end-of-patch-image", id="short words"),
    ],
)
def test_the_most_similar_name_is_suggested(word: str, name: str) -> None:
    assert did_you_mean(word, sorted(RULES)) == f"did you mean '{name}'?"


@pytest.mark.parametrize("word", ["zzzzzz", "", "-"])
def test_an_unlike_name_has_no_suggestion(word: str) -> None:
    assert did_you_mean(word, sorted(RULES)) == ""


def test_an_ambiguous_beginning_does_not_win() -> None:
    assert did_you_mean("imag", ["image-a", "image-b", "image"]) == "did you mean 'image'?"

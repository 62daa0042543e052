"""Suggest the correct spelling of a name."""

from __future__ import annotations

from collections.abc import Iterable


def did_you_mean(word: str, names: Iterable[str]) -> str:
    """Return a hint with the most similar name, such as `did you mean 'ignore'?`, or an empty string if no name is similar."""
    from difflib import get_close_matches

    near = get_close_matches(word, list(names), n=1)
    return f"did you mean '{near[0]}'?" if near else ""

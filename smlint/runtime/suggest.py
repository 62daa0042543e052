"""What a misspelt name may have meant."""

from __future__ import annotations

from collections.abc import Iterable


def did_you_mean(word: str, names: Iterable[str]) -> str:
    """A hint that names the one most similar name, such as `did you mean 'ignore'?`; empty when none is similar."""
    from difflib import get_close_matches

    near = get_close_matches(word, list(names), n=1)
    return f"did you mean '{near[0]}'?" if near else ""

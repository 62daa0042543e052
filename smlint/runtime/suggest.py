"""Suggest the correct spelling of a name."""

from __future__ import annotations

from collections.abc import Iterable


def did_you_mean(word: str, names: Iterable[str]) -> str:
    """Return a hint with the most similar name, such as `did you mean 'ignore'?`, or an empty string if no name is similar.

    A name that differs only in case comes first, then the only one that the word abbreviates (`image-arch` for
    `image-architecture-mismatch`), then the one with the most characters in common.
    """
    spellings = {name.lower(): name for name in names}
    lower = word.lower()
    nearest = lower if lower in spellings else _unabbreviated(lower, spellings)
    if nearest is None:
        from difflib import get_close_matches

        nearest = next(iter(get_close_matches(lower, spellings, n=1)), None)
    return f"did you mean '{spellings[nearest]}'?" if nearest is not None else ""


def _unabbreviated(word: str, names: Iterable[str]) -> str | None:
    """Return the only name whose words start with those of `word`, in order; None if there is none, or several."""
    parts = word.strip("-").split("-")
    if any(len(part) < 3 for part in parts):
        return None
    found = [name for name in names if _starts_with(name.strip("-").split("-"), parts)]
    return found[0] if len(found) == 1 else None


def _starts_with(words: list[str], parts: list[str]) -> bool:
    return len(words) >= len(parts) and all(word.startswith(part) for word, part in zip(words, parts, strict=False))

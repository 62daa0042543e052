"""The result of one group of paths that share their settings."""

from __future__ import annotations

from smlint.model.results import RunResult
from smlint.model.settings import Settings
from smlint.runtime.named_tuple import NamedTuple


class GroupResult(NamedTuple):
    """The result of checking one group of paths, and the settings it was checked with."""

    result: RunResult
    settings: Settings

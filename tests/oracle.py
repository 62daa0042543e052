"""Read `fixtures/oracle_golden.jsonl.gz` (its format: `fixtures/ORACLE.md`)."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"


class Asked(NamedTuple):
    """One question for all Regions: the arguments, and the outcomes with the mask of their Regions."""

    framework: str
    scope: str | None
    version: str | None
    py_version: str | None
    base: str | None
    instance: str | None
    extra: dict[str, Any]
    serverless: bool
    answers: tuple[tuple[str, int], ...]

    def outcome(self, bit: int) -> str | None:
        """What the SDK answered in the Region of this bit; None when it was not asked there."""
        return next((outcome for outcome, mask in self.answers if mask >> bit & 1), None)


def regions() -> list[str]:
    with gzip.open(FIXTURES / "oracle_golden.jsonl.gz", "rt") as lines:
        found: list[str] = json.loads(next(lines))["regions"]
    return found


def questions(every: int = 1, first: int = 0) -> Iterator[Asked]:
    """Every n-th question."""
    with gzip.open(FIXTURES / "oracle_golden.jsonl.gz", "rt") as lines:
        head = json.loads(next(lines))
        tick = first
        for line in lines:
            (framework, scope, version, python, base, extra), groups = json.loads(line)
            for answers, instances in groups:
                for number in instances:
                    tick += 1
                    if tick % every:
                        continue
                    instance = head["instances"][number]
                    serverless = instance == "<serverless>"
                    yield Asked(
                        framework,
                        scope,
                        version,
                        python,
                        base,
                        None if serverless else instance,
                        json.loads(extra) if extra else {},
                        serverless,
                        tuple((head["outcomes"][outcome], int(mask, 16)) for outcome, mask in answers),
                    )

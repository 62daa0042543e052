"""Read `fixtures/oracle_golden.jsonl.gz` (its format: `fixtures/ORACLE.md`)."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"


class RecordedCall(NamedTuple):
    """One call for all Regions: its arguments, and the outcomes with the mask of their Regions."""

    framework: str
    scope: str | None
    version: str | None
    py_version: str | None
    base_framework_version: str | None
    instance_type: str | None
    extra: dict[str, Any]
    serverless: bool
    answers: tuple[tuple[str, int], ...]

    def outcome(self, bit: int) -> str | None:
        """Return the SDK's answer in the Region with this bit; None if the call was not recorded there."""
        return next((outcome for outcome, mask in self.answers if mask >> bit & 1), None)


def regions() -> list[str]:
    """Return the recorded Regions, by bit."""
    with gzip.open(FIXTURES / "oracle_golden.jsonl.gz", "rt") as lines:
        found: list[str] = json.loads(next(lines))["regions"]
    return found


def recorded_calls(every: int = 1, first: int = 0) -> Iterator[RecordedCall]:
    """Yield every n-th recorded call."""
    with gzip.open(FIXTURES / "oracle_golden.jsonl.gz", "rt") as lines:
        head = json.loads(next(lines))
        count = first
        for line in lines:
            (framework, scope, version, python, base, extra), groups = json.loads(line)
            for answers, instances in groups:
                for number in instances:
                    count += 1
                    if count % every:
                        continue
                    instance = head["instances"][number]
                    serverless = instance == "<serverless>"
                    yield RecordedCall(
                        framework=framework,
                        scope=scope,
                        version=version,
                        py_version=python,
                        base_framework_version=base,
                        instance_type=None if serverless else instance,
                        extra=json.loads(extra) if extra else {},
                        serverless=serverless,
                        answers=tuple((head["outcomes"][outcome], int(mask, 16)) for outcome, mask in answers),
                    )

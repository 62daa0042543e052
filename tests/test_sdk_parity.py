"""`retrieve(..., sdk_compatible=True)` returns the recorded answers of sagemaker-core 2.27.0."""

from __future__ import annotations

import json
import re
from functools import cache, lru_cache

import pytest

from smlint import retrieve
from tests.oracle import FIXTURES, RecordedCall, recorded_calls, regions

REGIONS = regions()


@lru_cache(maxsize=1)
def registries() -> dict[str, object]:
    found: dict[str, object] = json.loads((FIXTURES / "registries.json").read_text())
    return found


@cache
def expected(repository_and_tag: str, region: str) -> str:
    table = registries()
    family = table["families"][table["repositories"][repository_and_tag.partition(":")[0]]]  # type: ignore[index]
    suffix = next(s for _, pattern, s in table["partitions"] if re.match(pattern, region))  # type: ignore[attr-defined]
    return f"{family[region]}.dkr.ecr.{region}.{suffix}/{repository_and_tag}"


def answer(call: RecordedCall, region: str) -> str:
    arguments = dict(call.extra)
    if call.serverless:
        arguments["serverless_inference_config"] = object()
    try:
        return retrieve(
            call.framework,
            region,
            version=call.version,
            py_version=call.py_version,
            instance_type=call.instance_type,
            image_scope=call.scope,
            base_framework_version=call.base_framework_version,
            sdk_compatible=True,
            **arguments,
        )
    except ValueError:
        return "!"


def is_different(call: RecordedCall, region: str, bit: int) -> bool:
    outcome = call.outcome(bit)
    if outcome is None:
        return False
    return answer(call, region) != ("!" if outcome.startswith("!") else expected(outcome, region))


def test_a_sample_of_the_recorded_answers_is_the_same():
    """One call in 13, each in one Region; the Region changes with every call."""
    different = []
    count = 0
    for number, call in enumerate(recorded_calls(every=13)):
        bit = number % len(REGIONS)
        count += call.outcome(bit) is not None
        if is_different(call, REGIONS[bit], bit):
            different.append((call, REGIONS[bit]))
    assert different == []
    assert count > 20_000


@pytest.mark.long
def test_all_recorded_answers_are_the_same():
    count = different = 0
    for call in recorded_calls():
        for bit, region in enumerate(REGIONS):
            if call.outcome(bit) is not None:
                count += 1
                different += is_different(call, region, bit)
    assert (count, different) == (16_246_341, 0)

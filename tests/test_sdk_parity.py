"""`retrieve(..., sdk_compatible=True)` answers as sagemaker-core 2.27.0 did."""

from __future__ import annotations

import json
import re
from functools import cache, lru_cache

import pytest

from smlint import retrieve
from tests.oracle import FIXTURES, Asked, questions, regions

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


def ask(asked: Asked, region: str) -> str:
    arguments = dict(asked.extra)
    if asked.serverless:
        arguments["serverless_inference_config"] = object()
    try:
        return retrieve(
            asked.framework, region, version=asked.version, py_version=asked.py_version, instance_type=asked.instance,
            image_scope=asked.scope, base_framework_version=asked.base, sdk_compatible=True, **arguments,
        )  # fmt: skip
    except ValueError:
        return "!"


def different(asked: Asked, region: str, bit: int) -> bool:
    outcome = asked.outcome(bit)
    if outcome is None:
        return False
    return ask(asked, region) != ("!" if outcome.startswith("!") else expected(outcome, region))


def test_a_fixed_sample_of_the_sdks_answers_is_repeated():
    """One question in 13, each in one Region, which moves on from question to question."""
    wrong = []
    count = 0
    for number, asked in enumerate(questions(every=13)):
        bit = number % len(REGIONS)
        count += asked.outcome(bit) is not None
        if different(asked, REGIONS[bit], bit):
            wrong.append((asked, REGIONS[bit]))
    assert wrong == []
    assert count > 20_000


@pytest.mark.long
def test_all_of_the_sdks_answers_are_repeated():
    count = wrong = 0
    for asked in questions():
        for bit, region in enumerate(REGIONS):
            if asked.outcome(bit) is not None:
                count += 1
                wrong += different(asked, region, bit)
    assert (count, wrong) == (16_246_341, 0)

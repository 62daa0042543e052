"""`retrieve` differs from the SDK as the rows of the table say, and in nothing else."""

from __future__ import annotations

import collections

import pytest

from smlint.catalog_build.evidence import mixes_spellings
from smlint.images.candidates import hardware_of
from smlint.images.catalog import load_catalog
from smlint.images.names import INTERNAL
from smlint.images.retrieve import ImageError, retrieve
from smlint.images.tags import parse_tag
from tests.catalog_versions import versions
from tests.oracle import FIXTURES, RecordedCall, recorded_calls, regions
from tools.deviations import DEVIATIONS, RetrieveCall
from tools.write_deviations import answer, document

NEWEST = "the newest version"

ANSWERS = {
    1: [
        ("pytorch-inference:2.6.0-cpu-py312", "pytorch-inference-arm64:2.6.0-cpu-py312-ubuntu22.04-sagemaker"),
        ("refused", "tensorflow-inference-graviton:2.9.1-cpu-py38-ubuntu20.04-sagemaker"),
    ],
    2: [("sagemaker-scikit-learn:1.0-1-arm64-cpu-py3", "UnsupportedGraviton")],
    3: [
        ("kmeans:1", "UnsupportedVersion"),
        ("pytorch-training-neuron:1.11.0-neuron-py38-sdk2.4.0-ubuntu20.04", "pytorch-training-neuronx:2.6.0-neuronx-py310-sdk2.23.0-ubuntu22.04"),
    ],
    4: [
        ("pytorch-inference-graviton:2.1.0-cpu-py310-ubuntu20.04-sagemaker", "UnsupportedGraviton"),
        ("djl-inference:0.28.0-lmi10.0.0-cu124", "UnsupportedScope"),
    ],
    5: [("pytorch-inference-graviton:2.1.0-cpu-py310-ubuntu20.04-sagemaker", "UnsupportedScope")],
    6: [("refused", "llama-cpp-arm64:server-sagemaker-cpu-v1.0.1")],
    7: [("djl-inference:0.33.0-lmi15.0.0-cu128", "UnsupportedProcessor")],
    8: [("kmeans:1", "UnsupportedProcessor"), ("djl-inference:0.33.0-lmi15.0.0-cu128", "UnsupportedProcessor")],
    9: [
        ("refused", "djl-inference:0.29.0-neuronx-sdk2.19.1"),
        ("refused", "huggingface-pytorch-training-neuronx:2.1.2-transformers4.48.1-neuronx-py310-sdk2.20.0-ubuntu20.04"),
    ],
    10: [
        ("pytorch-training:1.11.0-cpu-py38", "pytorch-training-habana:1.11.0-hpu-py38-synapseai1.5.0-ubuntu20.04"),
        ("mxnet-training:1.7.0-cpu-py3", "UnsupportedProcessor"),
    ],
    11: [("kmeans:1-neuron", "UnsupportedProcessor")],
    12: [("kmeans:1", "InvalidInstanceType"), ("kmeans:1", "InvalidInstanceType")],
    13: [("xgboost:latest", NEWEST), ("refused", NEWEST)],
    14: [("mxnet-training:1.7.0-gpu-py3", "InvalidInstanceType"), ("tensorflow-inference-eia:2.3.0-cpu", "UnsupportedProcessor")],
    15: [("pytorch:2.12-cu130-amzn2023-sagemaker", "UnsupportedFramework"), ("refused", "pytorch:2.12-cu130-amzn2023-sagemaker")],
    16: [
        ("autogluon-training:1.5.0-cpu-py311", "autogluon-training:1.5.0-cpu-py312-ubuntu22.04"),
        (
            "huggingface-pytorch-tgi-inference:2.1.2-optimum0.0.28-inf2-py310-ubuntu22.04",
            "huggingface-pytorch-tgi-inference:2.1.2-optimum0.0.28-neuronx-py310-ubuntu22.04",
        ),
    ],
    17: [("refused", "sagemaker-base-python-310:1.0"), ("refused", "UnsupportedFramework")],
    18: [
        ("pytorch-inference-arm64:2.6-cpu-py312-ubuntu22.04-sagemaker", "pytorch-inference-arm64:2.6-cpu-py312-ubuntu22.04-sagemaker-v1"),
        (
            "tensorflow-inference-graviton:2.16-cpu-py310-ubuntu20.04-sagemaker",
            "tensorflow-inference-graviton:2.16.1-cpu-py310-ubuntu20.04-sagemaker",
        ),
    ],
    19: [("pytorch-inference:2.6.0-cpu-py312", "InvalidInstanceType")],
    20: [("refused", "pytorch-inference:2.6.0-cpu-py312")],
    21: [
        (
            "huggingface-pytorch-inference:1.13-transformers4.26.0-cpu-py39-ubuntu20.04",
            "huggingface-pytorch-inference:1.13.1-transformers4.26.0-cpu-py39-ubuntu20.04",
        ),
    ],
}


@pytest.mark.parametrize(
    ("call", "from_sdk", "from_smlint"),
    [
        pytest.param(call, *ANSWERS[row.number][index], id=f"row {row.number}, call {index + 1}")
        for row in DEVIATIONS
        for index, call in enumerate(row.calls)
    ],
)
def test_both_answers_of_each_deviation(call: RetrieveCall, from_sdk: str, from_smlint: str):
    assert answer(call, sdk_compatible=True) == from_sdk
    found = answer(call, sdk_compatible=False)
    if from_smlint == NEWEST:
        assert parse_tag(found.partition(":")[2]).version == versions(load_catalog(), call.framework, "inference")[0]
    else:
        assert found == from_smlint


def test_every_row_differs_and_has_a_number():
    assert [row.number for row in DEVIATIONS] == list(range(1, 22))
    assert all(answer(call, sdk_compatible=True) != answer(call, sdk_compatible=False) for row in DEVIATIONS for call in row.calls)


def test_the_document_is_up_to_date():
    assert (FIXTURES.parent / "docs" / "sdk-deviations.md").read_text(encoding="utf-8") == document(), "run tools/write_deviations.py"


def is_ordinary(call: RecordedCall) -> bool:
    """Whether no row applies to a call: it is complete, for a CPU or GPU type on x86_64 that SageMaker still offers, without rare arguments."""
    hardware = hardware_of(call.instance_type) if call.instance_type else None
    return (
        not call.extra
        and not call.serverless
        and hardware is not None
        and (hardware.architecture, hardware.family != "p2") == ("x86_64", True)
        and hardware.processor in ("cpu", "gpu")
        and call.framework not in INTERNAL
        and call.scope in ("inference", "training", "processing")
        and call.version not in (None, "", "latest")
    )


def explanation(call: RecordedCall, from_sdk: str, from_smlint: str) -> str:
    """Return why the two answers to an ordinary call differ; empty if nothing explains it."""
    framework = call.framework
    if from_smlint in ("UnsupportedScope", "UnsupportedPython") or (from_smlint == "UnsupportedVersion" and call.version in ("0.0.0", "99")):
        return "3, 4: smlint changes nothing silently"
    if framework == "huggingface-llm" and call.version == "2.0":
        return "3: 2.0 is not 2.4.0"
    if framework == "huggingface" and mixes_spellings(*from_sdk.partition(":")[::2]):
        return "21: no mixed spellings"
    if framework.startswith("djl-") and from_smlint == "UnsupportedProcessor":
        return "7: CUDA and Neuron images"
    if framework == "autogluon" and (call.version or "").startswith("1.5"):
        return "16: py312"
    if call.py_version is None and (framework == "spark" or from_sdk == "!"):
        return "the default Python is the newest"
    if framework == "llama-cpp-arm64":
        return "5: arm64 images on x86_64"
    return ""


def test_ordinary_calls_get_the_answer_of_the_sdk():
    """On a third of all recorded calls in one Region, the answers are equal or a row of the table explains the difference."""
    bit = regions().index("us-west-2")
    equal = 0
    reasons: collections.Counter[str] = collections.Counter()
    unexplained = []
    for call in recorded_calls(every=3):
        outcome = call.outcome(bit)
        if outcome is None or not is_ordinary(call):
            continue
        from_sdk = "!" if outcome.startswith("!") else outcome
        try:
            from_smlint = retrieve(
                call.framework,
                "us-west-2",
                version=call.version,
                py_version=call.py_version,
                instance_type=call.instance_type,
                image_scope=call.scope,
                base_framework_version=call.base_framework_version,
            ).partition("/")[2]
        except ImageError as error:
            from_smlint = type(error).__name__
        if from_smlint == from_sdk or (from_sdk == "!" and from_smlint[0].isupper()):
            equal += 1
        elif reason := explanation(call, from_sdk, from_smlint):
            reasons[reason] += 1
        else:
            unexplained.append((call[:6], from_sdk, from_smlint))
    assert unexplained == []
    assert equal > 17_000
    assert len(reasons) == 7

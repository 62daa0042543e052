"""Where `retrieve` differs from the SDK: exactly in the rows of the table, and nowhere else."""

from __future__ import annotations

import collections

import pytest

from smlint.images.candidates import hardware_of
from smlint.images.names import INTERNAL
from smlint.images.retrieve import ImageError, retrieve
from tests.oracle import FIXTURES, Asked, questions, regions
from tools.deviations import DEVIATIONS, Question
from tools.write_deviations import answer, document

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
    13: [("xgboost:latest", "sagemaker-xgboost:3.2-0"), ("refused", "vllm:0.30.0-gpu-py312-cu130-ubuntu24.04-sagemaker")],
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
}


@pytest.mark.parametrize(
    ("question", "of_the_sdk", "right"),
    [
        pytest.param(question, *ANSWERS[row.number][index], id=f"row {row.number}, question {index + 1}")
        for row in DEVIATIONS
        for index, question in enumerate(row.questions)
    ],
)
def test_both_answers_of_each_deviation(question: Question, of_the_sdk: str, right: str):
    assert (answer(question, True), answer(question, False)) == (of_the_sdk, right)


def test_every_row_differs_and_has_a_number():
    assert [row.number for row in DEVIATIONS] == list(range(1, 19))
    assert all(answer(question, True) != answer(question, False) for row in DEVIATIONS for question in row.questions)


def test_the_document_is_generated_from_the_table():
    assert (FIXTURES.parent / "docs" / "sdk-deviations.md").read_text(encoding="utf-8") == document(), "run tools/write_deviations.py"


def ordinary(asked: Asked) -> bool:
    """A question that no row is about: everything given, x86_64 CPU or GPU that is still offered, no odd arguments."""
    hardware = hardware_of(asked.instance) if asked.instance else None
    return (
        not asked.extra
        and not asked.serverless
        and hardware is not None
        and (hardware.architecture, hardware.family != "p2") == ("x86_64", True)
        and hardware.processor in ("cpu", "gpu")
        and asked.framework not in INTERNAL
        and asked.scope in ("inference", "training", "processing")
        and asked.version not in (None, "", "latest")
    )


def classified(asked: Asked, of_the_sdk: str, right: str) -> str:
    """Why the two answers differ on an ordinary question; an empty text when nothing explains it."""
    framework = asked.framework
    if right in ("UnsupportedScope", "UnsupportedPython") or (right == "UnsupportedVersion" and asked.version in ("0.0.0", "99")):
        return "3, 4: nothing is changed silently"
    if framework == "huggingface-llm" and asked.version == "2.0":
        return "3: 2.0 is not 2.4.0"
    if framework.startswith("djl-") and right == "UnsupportedProcessor":
        return "7: CUDA and Neuron images"
    if framework == "autogluon" and (asked.version or "").startswith("1.5"):
        return "16: py312"
    if asked.py_version is None and (framework == "spark" or of_the_sdk == "!"):
        return "a missing Python is the newest"
    if framework == "llama-cpp-arm64":
        return "5: arm64 images on x86_64"
    return ""


def test_ordinary_questions_get_the_sdks_answer():
    """On a sample of a third of all questions in one Region: equal, or explained by a row of the table."""
    bit = regions().index("us-west-2")
    equal = 0
    reasons: collections.Counter[str] = collections.Counter()
    unexplained = []
    for asked in questions(every=3):
        outcome = asked.outcome(bit)
        if outcome is None or not ordinary(asked):
            continue
        of_the_sdk = "!" if outcome.startswith("!") else outcome
        try:
            right = retrieve(
                asked.framework, "us-west-2", version=asked.version, py_version=asked.py_version, instance_type=asked.instance,
                image_scope=asked.scope, base_framework_version=asked.base,
            ).partition("/")[2]  # fmt: skip
        except ImageError as error:
            right = type(error).__name__
        if right == of_the_sdk or (of_the_sdk == "!" and right[0].isupper()):
            equal += 1
        elif reason := classified(asked, of_the_sdk, right):
            reasons[reason] += 1
        else:
            unexplained.append((asked[:6], of_the_sdk, right))
    assert unexplained == []
    assert equal > 18_000
    assert len(reasons) == 6

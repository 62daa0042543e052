"""Where `retrieve` knowingly differs from sagemaker-core 2.27.0, and why. The source of `docs/sdk-deviations.md`.

Each row has questions on which the two differ; a test asks both. Figures count the 16,246,341 calls of
`fixtures/oracle_golden.jsonl.gz` (2026-11-22).
"""

from __future__ import annotations

from smlint.runtime.named_tuple import NamedTuple


class Question(NamedTuple):
    """Arguments of one call (all in us-west-2), as keyword arguments of `retrieve` in writing order."""

    framework: str
    arguments: tuple[tuple[str, str], ...]


class Deviation(NamedTuple):
    """What the SDK does, what `retrieve` does instead, how often it matters, and questions that show it."""

    number: int
    sdk: str
    here: str
    figure: str
    questions: tuple[Question, ...]


def _ask(framework: str, **arguments: str) -> Question:
    return Question(framework, tuple(arguments.items()))


DEVIATIONS = (
    Deviation(
        1,
        "knows eight Graviton families (m6g m6gd c6g c6gd c6gn c7g r6g r6gd); all others get x86_64 images",
        "tells arm64 by the grammar of families: c8g, m8g, r8g, r7gd, t4g, p6e-gb200, and those yet to come",
        "808,304 of 913,522 answers on arm64 instance types are x86_64 images",
        (
            _ask("pytorch", version="2.6.0", instance_type="ml.c8g.xlarge", image_scope="inference"),
            _ask("tensorflow", version="2.9.1", instance_type="ml.t4g.2xlarge", image_scope="inference"),
        ),
    ),
    Deviation(
        2,
        "changes the version on Graviton",
        "refuses, and names the versions that have arm64 images",
        "all of scikit-learn",
        (_ask("sklearn", version="1.2-1", instance_type="ml.c7g.large", image_scope="inference"),),
    ),
    Deviation(
        3,
        "ignores the version that is asked for where a configuration has one only",
        "refuses an unknown version; finds the image of the one that was asked for, if there is one",
        "36 parts of configurations",
        (
            _ask("kmeans", version="99", instance_type="ml.m5.large"),
            _ask("pytorch", version="2.6", instance_type="ml.trn2.48xlarge", image_scope="training"),
        ),
    ),
    Deviation(
        4,
        "changes the scope silently",
        "refuses; a scope is the only one or the one that was asked for",
        "pytorch and tensorflow training on Graviton; every configuration with one scope",
        (
            _ask("pytorch", version="2.1.0", instance_type="ml.c7g.large", image_scope="training"),
            _ask("djl-lmi", version="0.28.0", instance_type="ml.g5.xlarge", image_scope="training"),
        ),
    ),
    Deviation(
        5,
        "gives an arm64 image for an x86_64 instance type when the scope is inference_graviton",
        "refuses",
        "41,715 calls",
        (_ask("pytorch", version="2.1.0", instance_type="ml.m5.xlarge", image_scope="inference_graviton"),),
    ),
    Deviation(
        6,
        "refuses llama-cpp-arm64 on Graviton",
        "answers, and finds the image under llama-cpp too",
        "all of llama-cpp-arm64",
        (_ask("llama-cpp-arm64", version="1.0.1", instance_type="ml.c7g.large"),),
    ),
    Deviation(
        7,
        "gives CUDA-only images for CPU instance types where a configuration lists no processors, and for serverless inference",
        "refuses",
        "85,104 calls",
        (_ask("djl-lmi", version="0.33.0", instance_type="ml.m5.xlarge"),),
    ),
    Deviation(
        8,
        "gives plain x86_64 images for Inferentia",
        "refuses, or gives the Neuron image of that version",
        "23,474 calls",
        (_ask("kmeans", version="1", instance_type="ml.inf2.xlarge"), _ask("djl-lmi", version="0.33.0", instance_type="ml.inf2.xlarge")),
    ),
    Deviation(
        9,
        "refuses all frameworks but pytorch on Trainium",
        "answers wherever there is a Neuron image",
        "djl-neuronx, huggingface, huggingface-llm-neuronx, huggingface-vllm-neuronx, tensorflow",
        (
            _ask("djl-neuronx", version="0.29.0", instance_type="ml.trn1.2xlarge"),
            _ask(
                "huggingface", version="4.48.1", base_framework_version="pytorch2.1.2", instance_type="ml.trn1.2xlarge",
                image_scope="training",
            ),
        ),
    ),
    Deviation(
        10,
        "gives the CPU image for Gaudi (ml.dl1)",
        "gives the image for Gaudi where there is one, else refuses",
        "67,575 calls",
        (
            _ask("pytorch", version="1.11.0", instance_type="ml.dl1.24xlarge", image_scope="training"),
            _ask("mxnet", version="1.7.0", instance_type="ml.dl1.24xlarge", image_scope="training"),
        ),
    ),
    Deviation(
        11,
        "writes inference_tool into any tag",
        "takes it as a wish for a Neuron image, and refuses where there is none",
        "1,378 tags",
        (_ask("kmeans", version="1", instance_type="ml.m5.large", inference_tool="neuron"),),
    ),
    Deviation(
        12,
        "accepts malformed instance types where it does not need them",
        "refuses what has no ml., or no family with a generation; well-formed ones in no list are answered by the grammar",
        "all configurations without processors",
        (_ask("kmeans", version="1", instance_type="m5.xlarge"), _ask("kmeans", version="1", instance_type="ml.foo.bar")),
    ),
    Deviation(
        13,
        "has the oldest version of xgboost as latest, and no default version for vllm, sglang, huggingface-llm",
        "takes the newest version that has an image for the hardware and Region",
        "xgboost, and all frameworks with scopes and no latest",
        (
            _ask("xgboost", version="latest", instance_type="ml.m5.xlarge", image_scope="inference"),
            _ask("vllm", instance_type="ml.g5.xlarge"),
        ),
    ),
    Deviation(
        14,
        "refuses ml.p2 for pytorch and tensorflow only, and still gives Elastic Inference images",
        "refuses both: SageMaker does not offer them any more",
        "all other frameworks; all eia scopes",
        (
            _ask("mxnet", version="1.7.0", instance_type="ml.p2.xlarge", image_scope="training"),
            _ask("tensorflow", version="2.3.0", instance_type="ml.m5.xlarge", accelerator_type="ml.eia2.medium"),
        ),
    ),
    Deviation(
        15,
        "accepts the names of internal configurations as frameworks, and has pytorch 2.11 and later only there",
        "refuses them with the framework's own name, and finds their images under it",
        "6 configurations",
        (
            _ask("pytorch-amzn2023", version="2.12", instance_type="ml.g5.xlarge"),
            _ask("pytorch", version="2.12", instance_type="ml.g5.xlarge", image_scope="training"),
        ),
    ),
    Deviation(
        16,
        "gives Neuron tags of Hugging Face that are not published (no SDK in the tag for training, every pair of version and "
        "SDK for inference, `inf2` for `neuronx`), and autogluon 1.5.0 with py311",
        "gives the published tags",
        "43 of 49 pairs; 14 versions of huggingface-llm-neuronx",
        (
            _ask("autogluon", version="1.5.0", instance_type="ml.m5.xlarge", image_scope="training"),
            _ask("huggingface-llm-neuronx", version="0.0.28", instance_type="ml.inf2.xlarge"),
        ),
    ),
    Deviation(
        17,
        "crashes instead of saying what is wrong (KeyError, FileNotFoundError, UnboundLocalError)",
        "answers, or raises an error that says what is wrong",
        "24,104 calls",
        (_ask("sagemaker-base-python", version="1.0"), _ask("nope", version="1.0", instance_type="ml.m5.large")),
    ),
    Deviation(
        18,
        "gives unpublished tags for short versions on arm64",
        "gives the published tag nearest to it",
        "every alias of pytorch and tensorflow on Graviton",
        (
            _ask("pytorch", version="2.6", instance_type="ml.c7g.xlarge", image_scope="inference"),
            _ask("tensorflow", version="2.16", instance_type="ml.c7g.xlarge", image_scope="inference"),
        ),
    ),
)

"""The intended differences between `retrieve` and sagemaker-core 2.27.0: the source of `docs/sdk-deviations.md`.

Each row has calls for which the answers differ; a test makes all of them. The figures count the 16,246,341 calls in
`fixtures/oracle_golden.jsonl.gz` (2026-11-22).
"""

from __future__ import annotations

from smlint.runtime.named_tuple import NamedTuple


class RetrieveCall(NamedTuple):
    """The arguments of one call (all for us-west-2): keyword arguments of `retrieve`, in the order in which they are written."""

    framework: str
    arguments: tuple[tuple[str, str], ...]


class Deviation(NamedTuple):
    """One difference: what the SDK does, what smlint does instead, how often it matters, and calls that show it."""

    number: int
    sdk: str
    here: str
    figure: str
    calls: tuple[RetrieveCall, ...]


def _call(framework: str, **arguments: str) -> RetrieveCall:
    return RetrieveCall(framework, tuple(arguments.items()))


DEVIATIONS = (
    Deviation(
        number=1,
        sdk="knows eight Graviton families (m6g m6gd c6g c6gd c6gn c7g r6g r6gd); all others get x86_64 images",
        here="recognizes arm64 by the grammar of families: c8g, m8g, r8g, r7gd, t4g, p6e-gb200, and future ones",
        figure="808,304 of 913,522 answers on arm64 instance types are x86_64 images",
        calls=(
            _call("pytorch", version="2.6.0", instance_type="ml.c8g.xlarge", image_scope="inference"),
            _call("tensorflow", version="2.9.1", instance_type="ml.t4g.2xlarge", image_scope="inference"),
        ),
    ),
    Deviation(
        number=2,
        sdk="changes the version on Graviton",
        here="refuses, and names the versions that have arm64 images",
        figure="all of scikit-learn",
        calls=(_call("sklearn", version="1.2-1", instance_type="ml.c7g.large", image_scope="inference"),),
    ),
    Deviation(
        number=3,
        sdk="ignores the requested version if a configuration has only one",
        here="refuses an unknown version, and finds the image of the requested one if it exists",
        figure="36 parts of configurations",
        calls=(
            _call("kmeans", version="99", instance_type="ml.m5.large"),
            _call("pytorch", version="2.6", instance_type="ml.trn2.48xlarge", image_scope="training"),
        ),
    ),
    Deviation(
        number=4,
        sdk="silently changes the scope",
        here="refuses, unless the framework has only one scope",
        figure="pytorch and tensorflow training on Graviton; every configuration with one scope",
        calls=(
            _call("pytorch", version="2.1.0", instance_type="ml.c7g.large", image_scope="training"),
            _call("djl-lmi", version="0.28.0", instance_type="ml.g5.xlarge", image_scope="training"),
        ),
    ),
    Deviation(
        number=5,
        sdk="returns an arm64 image for an x86_64 instance type if the scope is inference_graviton",
        here="refuses",
        figure="41,715 calls",
        calls=(_call("pytorch", version="2.1.0", instance_type="ml.m5.xlarge", image_scope="inference_graviton"),),
    ),
    Deviation(
        number=6,
        sdk="refuses llama-cpp-arm64 on Graviton",
        here="returns the image, also for llama-cpp",
        figure="all of llama-cpp-arm64",
        calls=(_call("llama-cpp-arm64", version="1.0.1", instance_type="ml.c7g.large"),),
    ),
    Deviation(
        number=7,
        sdk="returns CUDA-only images for CPU instance types if a configuration lists no processors, and for serverless inference",
        here="refuses",
        figure="85,104 calls",
        calls=(_call("djl-lmi", version="0.33.0", instance_type="ml.m5.xlarge"),),
    ),
    Deviation(
        number=8,
        sdk="returns plain x86_64 images for Inferentia",
        here="refuses, or returns the Neuron image of that version",
        figure="23,474 calls",
        calls=(_call("kmeans", version="1", instance_type="ml.inf2.xlarge"), _call("djl-lmi", version="0.33.0", instance_type="ml.inf2.xlarge")),
    ),
    Deviation(
        number=9,
        sdk="refuses all frameworks but pytorch on Trainium",
        here="returns the Neuron image of every framework that has one",
        figure="djl-neuronx, huggingface, huggingface-llm-neuronx, huggingface-vllm-neuronx, tensorflow",
        calls=(
            _call("djl-neuronx", version="0.29.0", instance_type="ml.trn1.2xlarge"),
            _call(
                "huggingface", version="4.48.1", base_framework_version="pytorch2.1.2", instance_type="ml.trn1.2xlarge",
                image_scope="training",
            ),
        ),
    ),
    Deviation(
        number=10,
        sdk="returns the CPU image for Gaudi (ml.dl1)",
        here="returns the image for Gaudi if there is one, else refuses",
        figure="67,575 calls",
        calls=(
            _call("pytorch", version="1.11.0", instance_type="ml.dl1.24xlarge", image_scope="training"),
            _call("mxnet", version="1.7.0", instance_type="ml.dl1.24xlarge", image_scope="training"),
        ),
    ),
    Deviation(
        number=11,
        sdk="writes inference_tool into any tag",
        here="treats it as a request for a Neuron image, and refuses if there is none",
        figure="1,378 tags",
        calls=(_call("kmeans", version="1", instance_type="ml.m5.large", inference_tool="neuron"),),
    ),
    Deviation(
        number=12,
        sdk="accepts malformed instance types if it does not need them",
        here="refuses names without ml., or without a family and generation; the grammar decides for well-formed names that no list has",
        figure="all configurations without processors",
        calls=(_call("kmeans", version="1", instance_type="m5.xlarge"), _call("kmeans", version="1", instance_type="ml.foo.bar")),
    ),
    Deviation(
        number=13,
        sdk="treats the oldest version of xgboost as latest, and has no default version for vllm, sglang, huggingface-llm",
        here="uses the newest version that has an image for the hardware and Region",
        figure="xgboost, and all frameworks with scopes but without latest",
        calls=(
            _call("xgboost", version="latest", instance_type="ml.m5.xlarge", image_scope="inference"),
            _call("vllm", instance_type="ml.g5.xlarge"),
        ),
    ),
    Deviation(
        number=14,
        sdk="refuses ml.p2 for pytorch and tensorflow only, and still returns Elastic Inference images",
        here="refuses both: SageMaker no longer offers them",
        figure="all other frameworks; all eia scopes",
        calls=(
            _call("mxnet", version="1.7.0", instance_type="ml.p2.xlarge", image_scope="training"),
            _call("tensorflow", version="2.3.0", instance_type="ml.m5.xlarge", accelerator_type="ml.eia2.medium"),
        ),
    ),
    Deviation(
        number=15,
        sdk="accepts the names of internal configurations as frameworks, and has pytorch 2.11 and later only under such a name",
        here="refuses them and names the framework, under which it finds their images",
        figure="6 configurations",
        calls=(
            _call("pytorch-amzn2023", version="2.12", instance_type="ml.g5.xlarge"),
            _call("pytorch", version="2.12", instance_type="ml.g5.xlarge", image_scope="training"),
        ),
    ),
    Deviation(
        number=16,
        sdk="returns unpublished Neuron tags of Hugging Face (no SDK in the tag for training, every pair of version and "
        "SDK for inference, `inf2` for `neuronx`), and autogluon 1.5.0 with py311",
        here="returns the published tags",
        figure="43 of 49 pairs; 14 versions of huggingface-llm-neuronx",
        calls=(
            _call("autogluon", version="1.5.0", instance_type="ml.m5.xlarge", image_scope="training"),
            _call("huggingface-llm-neuronx", version="0.0.28", instance_type="ml.inf2.xlarge"),
        ),
    ),
    Deviation(
        number=17,
        sdk="crashes instead of reporting what is wrong (KeyError, FileNotFoundError, UnboundLocalError)",
        here="returns the image, or raises an error that says what is wrong",
        figure="24,104 calls",
        calls=(_call("sagemaker-base-python", version="1.0"), _call("nope", version="1.0", instance_type="ml.m5.large")),
    ),
    Deviation(
        number=18,
        sdk="returns unpublished tags for short versions on arm64",
        here="returns the nearest published tag",
        figure="every alias of pytorch and tensorflow on Graviton",
        calls=(
            _call("pytorch", version="2.6", instance_type="ml.c7g.xlarge", image_scope="inference"),
            _call("tensorflow", version="2.16", instance_type="ml.c7g.xlarge", image_scope="inference"),
        ),
    ),
    Deviation(
        number=19,
        sdk="accepts instance types in the form `ml_<family>`",
        here="refuses them",
        figure="every framework with processors",
        calls=(_call("pytorch", version="2.6.0", instance_type="ml_c5", image_scope="inference"),),
    ),
    Deviation(
        number=20,
        sdk="refuses `py3` unless the version has an image for it",
        here="takes it for the Python of that version",
        figure="pytorch 1.7 and later, tensorflow 2.2 and later",
        calls=(_call("pytorch", version="2.6.0", instance_type="ml.c5.xlarge", image_scope="inference", py_version="py3"),),
    ),
    Deviation(
        number=21,
        sdk="puts a short base framework and the full version of Transformers into one tag, which Hugging Face never publishes",
        here="returns the tag with both full versions",
        figure="80 tags",
        calls=(
            _call("huggingface", version="4.26.0", base_framework_version="pytorch1.13", instance_type="ml.m5.xlarge", image_scope="inference"),
        ),
    ),
)

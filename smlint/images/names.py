"""Names of frameworks: common spellings, and names for the images of another framework."""

from __future__ import annotations

SPELLINGS = {
    "scikit-learn": "sklearn",
    "scikitlearn": "sklearn",
    "sk-learn": "sklearn",
    "scikit": "sklearn",
    "xgb": "xgboost",
    "torch": "pytorch",
    "tf": "tensorflow",
    "hugging-face": "huggingface",
    "transformers": "huggingface",
    "apache-mxnet": "mxnet",
    "apache-spark": "spark",
    "pyspark": "spark",
    "triton": "sagemaker-tritonserver",
    "tritonserver": "sagemaker-tritonserver",
    "tgi": "huggingface-llm",
    "huggingface-tgi": "huggingface-llm",
    "tei": "huggingface-tei",
    "lmi": "djl-lmi",
    "djl-serving": "djl-lmi",
    "k-means": "kmeans",
    "random-cut-forest": "randomcutforest",
    "deepar": "forecasting-deepar",
    "llamacpp": "llama-cpp",
    "llama.cpp": "llama-cpp",
}
"""Common spellings of a framework, in lower case with dashes, and its name in the catalog."""

ALIASES: dict[str, tuple[str, str | None, str | None, str | None]] = {
    "llama-cpp-arm64": ("llama-cpp", "arm64", None, None),
    "hyperpod-recipes-neuron": ("pytorch", None, "trn1", "training"),
}
"""Names in the SDK for images of another framework: (framework, architecture, processor, default scope)."""

INTERNAL = {
    "huggingface-neuron": "huggingface",
    "huggingface-neuronx": "huggingface",
    "huggingface-training-compiler": "huggingface",
    "pytorch-amzn2023": "pytorch",
    "pytorch-neuron": "pytorch",
    "pytorch-training-compiler": "pytorch",
}
"""SDK configurations that `retrieve` selects through its other arguments, and the framework to ask for instead."""

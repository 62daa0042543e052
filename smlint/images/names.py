"""Names of frameworks: how users spell them, and which names mean another one's images."""

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
"""How users write a framework, in small letters with dashes, and the catalogue's name of it."""

ALIASES: dict[str, tuple[str, str | None, str | None, str | None]] = {
    "llama-cpp-arm64": ("llama-cpp", "arm64", None, None),
    "hyperpod-recipes-neuron": ("pytorch", None, "trn1", "training"),
}
"""Names of the SDK that mean another framework's images: (framework, architecture, processor, the scope if none is given)."""

INTERNAL = {
    "huggingface-neuron": "huggingface",
    "huggingface-neuronx": "huggingface",
    "huggingface-training-compiler": "huggingface",
    "pytorch-amzn2023": "pytorch",
    "pytorch-neuron": "pytorch",
    "pytorch-training-compiler": "pytorch",
}
"""Configurations that the SDK's `retrieve` reaches by itself through other arguments, and the framework to ask for instead."""

"""The manifest declares another framework than the image holds.

One of the two is wrong: either the model finds a server that cannot load it, or whoever reads the manifest is misled. What is declared wins, so
the fix gives the image of the declared framework and version; without a declared version there is none. A library inside the
image is no contradiction: `framework: pytorch` fits a Hugging Face image. Outside of smlint's own manifests a declared framework may describe
the model rather than its container, so there only frameworks that exclude each other count.
"""

from __future__ import annotations

from smlint.linter.rule import (
    Deployment,
    Expected,
    Image,
    Invalid,
    RelatedLocation,
    Replacement,
    Rule,
    RuleContext,
    Severity,
    Valid,
    Violation,
    Violations,
)

EXCLUSIVE = frozenset({"chainer", "mxnet", "pytorch", "sklearn", "tensorflow", "xgboost"})


def check(deployment: Deployment, context: RuleContext) -> Violations:
    image = deployment.image.value
    declared = context.images.framework_name(deployment.framework.value)
    if declared is None or image.is_mirror or image.problems or not contradicts(declared, image, deployment.format == "native"):
        return
    replacement = None
    if deployment.framework_version.known:
        version = deployment.framework_version.value
        changed = context.images.substitute(image, framework=declared, version=version, python=deployment.py_version.get())
        if isinstance(changed, Expected):
            replacement = Replacement(changed.uri, f"use the image of {declared} {version}")
    yield Violation(
        at=deployment.image.part("repository"),
        message=f"image holds {image.framework}, but the declared framework is {declared}",
        replacement=replacement,
        related=[RelatedLocation(deployment.framework.place, "declared framework")],
    )


def contradicts(declared: str, image: Image, strict: bool) -> bool:
    """Whether the image cannot be one of the declared framework; with `strict`, whether it is not the one to be had under that name."""
    actual = image.framework or ""
    if declared == actual or declared in dict(image.libraries):
        return False
    # `pytorch` and `pytorch-training-compiler`, `huggingface` and `huggingface-llm` are builds of one framework.
    if set(declared.split("-")) & set(actual.split("-")):
        return False
    if strict:
        return True
    # The XGBoost image holds scikit-learn too.
    return declared in EXCLUSIVE and actual in EXCLUSIVE and (declared, actual) != ("sklearn", "xgboost")


RULE = Rule(
    check,
    category="consistency",
    severity=Severity.ERROR,
    needs=["image", "image.framework", "framework"],
    sources=[
        "sagemaker-core 2.27.0, image_uri_config: the accounts, Regions and tags of AWS's SDK (2026-11-22)",
        "aws/deep-learning-containers at e0ecede, docs/src/data: the published images (2026-08-21)",
    ],
    valid=[
        Valid(
            """
            framework: pytorch
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310
            """
        ),
        Valid(
            """
            framework: PyTorch
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference-graviton:2.1.0-cpu-py310-ubuntu20.04-sagemaker
            instance_type: ml.c7g.large
            """
        ),
        # PyTorch is inside.
        Valid(
            """
            framework: pytorch
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/huggingface-pytorch-inference:2.6.0-transformers4.49.0-gpu-py312-cu124-ubuntu22.04
            instance_type: ml.g5.xlarge
            """
        ),
        Valid(
            """
            framework: scikit-learn
            image_uri: 683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3
            """
        ),
        # A mirror's image may hold anything.
        Valid(
            """
            framework: tensorflow
            image_uri: 444455556666.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310
            """
        ),
    ],
    invalid=[
        Invalid(
            """
            framework: tensorflow
            framework_version: "2.14.1"
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310-ubuntu20.04-sagemaker  # <- image holds pytorch, but the declared framework is tensorflow
            """,
            fixed="763104351884.dkr.ecr.us-west-2.amazonaws.com/tensorflow-inference:2.14.1-cpu-py310-ubuntu20.04-sagemaker",
        ),
        Invalid(
            """
            framework: xgboost
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310  # <- image holds pytorch, but the declared framework is xgboost
            """
        ),
    ],
)

"""The declared framework is not the one in the image.

One of the two is wrong: either the model meets a server that cannot load it, or the manifest misleads its readers. The declaration
wins, so the fix uses the image of the declared framework and version; without a declared version there is no fix. A library inside
the image is not a mismatch: `framework: pytorch` is right for a Hugging Face image. Outside the native manifest, a declared framework
may describe the model and not its container. There, the rule reports only frameworks that exclude each other, as a warning with an unsafe
fix: SageMaker runs the image, whatever else the file says about it.
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
    if declared is None or image.may_be_mirror or image.problems or not contradicts(declared, image, strict=deployment.format == "native"):
        return
    replacement = None
    if deployment.framework_version.known:
        version = deployment.framework_version.value
        substitute = context.images.substitute(image, framework=declared, version=version, python=deployment.py_version.get())
        if isinstance(substitute, Expected):
            replacement = Replacement.with_image(substitute, f"use the {declared} {version} image")
    violation = Violation(
        at=deployment.image.part("repository"),
        message=f"image contains {image.framework}, but the manifest declares {declared}",
        replacement=replacement,
        related=[RelatedLocation(deployment.framework.place, "declared framework")],
    )
    yield violation.against_declaration(deployment)


def contradicts(declared: str, image: Image, *, strict: bool) -> bool:
    """Return whether the image cannot contain the declared framework; if `strict`, whether it contains another one."""
    actual = image.framework or ""
    if declared == actual or declared in dict(image.libraries):
        return False
    # `pytorch` and `pytorch-training-compiler`, or `huggingface` and `huggingface-llm`, are builds of one framework.
    if set(declared.split("-")) & set(actual.split("-")):
        return False
    if strict:
        return True
    # The XGBoost image also contains scikit-learn.
    return declared in EXCLUSIVE and actual in EXCLUSIVE and (declared, actual) != ("sklearn", "xgboost")


RULE = Rule(
    check,
    category="consistency",
    severity=Severity.ERROR,
    needs=["image", "image.framework", "framework"],
    fixing="`--fix` changes the image to match the declaration.",
    sources=[
        "sagemaker-core 2.27.0, image_uri_config: the accounts, Regions and tags of the AWS SDK (2026-10-21)",
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
        # The image contains PyTorch.
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
        # An image in a private mirror may contain anything.
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
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310-ubuntu20.04-sagemaker  # <- image contains pytorch, but the manifest declares tensorflow
            """,
            fixed="763104351884.dkr.ecr.us-west-2.amazonaws.com/tensorflow-inference:2.14.1-cpu-py310-ubuntu20.04-sagemaker",
        ),
        Invalid(
            """
            framework: xgboost
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310  # <- image contains pytorch, but the manifest declares xgboost
            """
        ),
    ],
)

"""The image no longer receives security patches, or soon will not.

AWS patches each release of its Deep Learning Containers until a published end-of-patch date. The image still runs after that day,
with every vulnerability found since. AWS publishes dates for its PyTorch and TensorFlow images and a few others; images without a
date are not reported. An end-of-patch date within the next `eol-warn-days` (60) is a note.
"""

from __future__ import annotations

from smlint.linter.rule import Deployment, Invalid, Rule, RuleContext, Severity, Valid, Violation, Violations


def check(deployment: Deployment, context: RuleContext) -> Violations:
    image = deployment.image.value
    if image.may_be_mirror or image.problems or not (image.version or "")[:1].isdigit():
        return
    release, end = f"{image.repository} {image.version}", image.end_of_patch
    if context.images.is_past_patch(image):
        message = f"{release} stopped receiving security patches on {end}" if end else f"{release} no longer receives security patches"
        yield Violation(at=deployment.image.part("version"), message=message)
    elif end is not None and end <= context.patch_horizon:
        yield Violation(
            at=deployment.image.part("version"),
            message=f"{release} receives security patches only until {end}",
            severity=Severity.NOTE,
        )


RULE = Rule(
    check,
    category="support",
    severity=Severity.WARNING,
    needs=["image", "image.version"],
    fixing="No automatic fix: a newer version can behave differently, so the upgrade is your decision.",
    sources=[
        "Deep Learning Containers, framework support policy: https://docs.aws.amazon.com/deep-learning-containers/latest/devguide/support-policy.html",
        "aws/deep-learning-containers at e0ecede, docs/src/data: the published images (2026-08-21)",
        "SageMaker developer guide, support of prebuilt images: https://docs.aws.amazon.com/sagemaker/latest/dg/pre-built-containers-support-policy.html",
    ],
    valid=[
        Valid(
            "image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker",
            on="2026-01-01",
        ),
        # More than 60 days before the end-of-patch date.
        Valid(
            "image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker",
            on="2026-04-30",
        ),
        # The version behind `latest` is unknown.
        Valid("image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:latest"),
        # The catalog has no end-of-patch date.
        Valid("image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/huggingface-pytorch-inference:1.9.1-transformers4.12.3-cpu-py38-ubuntu20.04"),
        Valid("image_uri: 444455556666.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:1.9.0-cpu-py38"),
    ],
    invalid=[
        # AWS's documents say that its support has ended, but not when.
        Invalid(
            """
            image_uri: 246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-scikit-learn:1.4-2-cpu-py3  # <- sagemaker-scikit-learn 1.4-2 no longer receives security patches
            """,
            on="2026-11-29",
        ),
        Invalid(
            """
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310-ubuntu20.04-sagemaker  # <- pytorch-inference 2.1.0 stopped receiving security patches on 2024-10-04
            """,
            on="2026-01-01",
        ),
        Invalid(
            """
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker  # <- receives security patches only until 2026-06-30
            """,
            on="2026-05-01",
        ),
        Invalid(
            """
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker  # <- stopped receiving security patches on 2026-06-30
            """,
            on="2026-07-01",
        ),
        # Older than AWS's records of end-of-patch dates.
        Invalid(
            """
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:1.9.0-cpu-py38-ubuntu20.04  # <- pytorch-inference 1.9.0 no longer receives security patches
            """,
            on="2024-01-01",
        ),
    ],
)

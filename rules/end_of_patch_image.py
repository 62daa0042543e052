"""The image gets no security patches any more, or soon will not.

AWS patches a release of its Deep Learning Containers until a published end-of-patch date. The image runs on after that day, with every
hole that is found later. Dates are known for the PyTorch and TensorFlow images of AWS's own repositories and some others; where none is
known, nothing is said. An end within the days of `eol-warn-days` (60) is a note.
"""

from __future__ import annotations

from smlint.linter.rule import Deployment, Invalid, Rule, RuleContext, Severity, Valid, Violation, Violations


def check(deployment: Deployment, context: RuleContext) -> Violations:
    image = deployment.image.value
    if image.is_mirror or image.problems or not (image.version or "")[:1].isdigit():
        return
    name = f"{image.repository} {image.version}"
    if context.images.is_past_patch(image):
        since = f" since {image.end_of_patch}" if image.end_of_patch else ""
        yield Violation(at=deployment.image.part("version"), message=f"{name} gets no security patches any more{since}")
    elif image.end_of_patch is not None and image.end_of_patch <= context.patch_horizon:
        yield Violation(
            at=deployment.image.part("version"),
            message=f"{name} gets security patches until {image.end_of_patch} only",
            severity=Severity.NOTE,
        )


RULE = Rule(
    check,
    category="support",
    severity=Severity.WARNING,
    needs=["image", "image.version"],
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
        # The last day of patches is a day of patches, and 60 days before it are near enough only from then on.
        Valid(
            "image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker",
            on="2026-04-30",
        ),
        # What `latest` holds, nobody can tell from here.
        Valid("image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:latest"),
        # No date is known.
        Valid("image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/huggingface-pytorch-inference:1.9.1-transformers4.12.3-cpu-py38-ubuntu20.04"),
        Valid("image_uri: 444455556666.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:1.9.0-cpu-py38"),
    ],
    invalid=[
        Invalid(
            """
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310-ubuntu20.04-sagemaker  # <- pytorch-inference 2.1.0 gets no security patches any more since 2024-10-04
            """,
            on="2026-01-01",
        ),
        Invalid(
            """
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker  # <- gets security patches until 2026-06-30 only
            """,
            on="2026-05-01",
        ),
        Invalid(
            """
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker  # <- gets no security patches any more since 2026-06-30
            """,
            on="2026-07-01",
        ),
        # So old that nobody kept the date.
        Invalid(
            """
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:1.9.0-cpu-py38-ubuntu20.04-sagemaker  # <- pytorch-inference 1.9.0 gets no security patches any more
            """,
            on="2024-01-01",
        ),
    ],
)

"""The declared Python version is not the one in the image.

Wheels and pickles made for one Python version do not load in another, and the container exits at its first import. The declaration
wins, so the fix uses the image of the same version with the declared Python. Outside the native manifest, this is a warning with an
unsafe fix: SageMaker runs the image, whatever else the file says about it.
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


def check(deployment: Deployment, context: RuleContext) -> Violations:
    image = deployment.image.value
    declared, actual = digits(deployment.py_version.value), digits(image.python or "")
    # `py3` matches every Python 3.
    if not declared or not actual or declared.startswith(actual) or actual.startswith(declared) or image.may_be_mirror or image.problems:
        return
    substitute = context.images.substitute(image, python=f"py{declared}", version=other_version(deployment, image, context))
    violation = Violation(
        at=deployment.image.part("python"),
        message=f"image contains {image.python}, but the manifest declares py{declared}",
        replacement=Replacement.with_image(substitute, f"use the image with py{declared}") if isinstance(substitute, Expected) else None,
        related=[RelatedLocation(deployment.py_version.place, "declared Python")],
    )
    yield violation.against_declaration(deployment)


def digits(python: str) -> str:
    """Return `310` for `py310`, `3.10` and `python3.10`; an empty string for anything else."""
    bare = python.strip().lower().removeprefix("python").removeprefix("py").replace(".", "")
    return bare if bare.isdigit() else ""


def other_version(deployment: Deployment, image: Image, context: RuleContext) -> str | None:
    """Return the declared framework version, if it differs from the image's: then both have to change together."""
    declared = deployment.framework_version.get()
    name = deployment.framework.get()
    if declared is None or image.version is None or (name is not None and context.images.framework_name(name) != image.framework):
        return None
    same = context.images.same_version(declared, image.version) or context.images.same_version(image.version, declared)
    return None if same or not declared[:1].isdigit() else declared


RULE = Rule(
    check,
    category="consistency",
    severity=Severity.ERROR,
    needs=["image", "image.python", "py_version"],
    fixing="`--fix` changes the image to match the declaration.",
    sources=[
        "sagemaker-core 2.27.0, image_uri_config: the accounts, Regions and tags of the AWS SDK (2026-10-21)",
        "aws/deep-learning-containers at e0ecede, docs/src/data: the published images (2026-08-21)",
    ],
    valid=[
        Valid(
            """
            framework: pytorch
            py_version: py310
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310
            """
        ),
        Valid(
            """
            framework: pytorch
            py_version: py3
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310
            """
        ),
        Valid(
            """
            framework: sklearn
            py_version: py38
            image_uri: 683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3
            """
        ),
    ],
    invalid=[
        Invalid(
            """
            framework: pytorch
            framework_version: "2.6.0"
            py_version: py312
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.5.1-cpu-py311-ubuntu22.04-sagemaker  # <- image contains py311, but the manifest declares py312
            """,
            fixed="763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker",
            other_rules=["image-version-mismatch"],
        ),
        Invalid(
            """
            framework: pytorch
            py_version: py39
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310-ubuntu20.04-sagemaker  # <- image contains py310, but the manifest declares py39
            """
        ),
    ],
)

"""The framework has arm64 images, but not for this version.

On a Graviton instance type, the declared version needs an arm64 image. AWS built those for some versions only: PyTorch 1.12.1, 2.0.0,
2.0.1, 2.1.0, 2.2.1, ..., but not 1.13.1 or 2.2.0. The SDK silently returns another version, or fails. The message lists the nearest
versions that have an arm64 image; using the nearest is an unsafe fix. An x86_64 instance type works too.
"""

from __future__ import annotations

from smlint.linter.rule import (
    Applicability,
    Deployment,
    Invalid,
    Reason,
    RelatedLocation,
    Replacement,
    Rule,
    RuleContext,
    Severity,
    Unresolved,
    Valid,
    Violation,
    Violations,
)


def check(deployment: Deployment, context: RuleContext) -> Violations:
    expected = context.images.expected(deployment)
    if not isinstance(expected, Unresolved) or expected.reason is not Reason.GRAVITON_VERSION:
        return
    name, version = deployment.framework.value, deployment.framework_version.get()
    instance = deployment.instance_type.value
    message = f"{name} {version} has no arm64 image for {instance.name}" if version else f"{name} has no arm64 image for {instance.name}"
    nearest = None
    if expected.alternatives:
        message += f"; arm64 images exist for {', '.join(expected.alternatives)}"
        nearest = context.images.nearest_version(version, expected.alternatives) if version is not None else None
    yield Violation(
        at=deployment.framework_version.place or deployment.framework.place,
        message=message,
        replacement=Replacement(nearest, f"use {name} {nearest}", Applicability.UNSAFE) if nearest is not None else None,
        related=[RelatedLocation(deployment.instance_type.place, "arm64 instance type")],
    )


RULE = Rule(
    check,
    category="version",
    severity=Severity.ERROR,
    needs=["framework", "instance_type"],
    rests_on="images",
    sources=[
        "sagemaker-core 2.27.0, image_uris.py: what retrieve accepts, and its error messages (2026-10-21)",
        "aws/deep-learning-containers at e0ecede, docs/src/data: the published images (2026-08-21)",
    ],
    valid=[
        Valid(
            """
            framework: pytorch
            framework_version: "2.1.0"
            instance_type: ml.c6g.xlarge
            """
        ),
        Valid(
            """
            framework: pytorch
            framework_version: "1.13.1"
            instance_type: ml.c6i.xlarge
            """
        ),
        # Without a version, the newest one that has an arm64 image is used.
        Valid(
            """
            framework: pytorch
            instance_type: ml.c7g.xlarge
            """
        ),
        # No such version: `unsupported-framework-version` reports it.
        Valid(
            """
            framework: pytorch
            framework_version: "9.9.9"
            instance_type: ml.c7g.xlarge
            """
        ),
        Valid(
            """
            framework: xgboost
            framework_version: "1.5-1"
            instance_type: ml.m6g.large
            """
        ),
    ],
    invalid=[
        Invalid(
            """
            framework: pytorch
            framework_version: "1.13.1"  # <- pytorch 1.13.1 has no arm64 image for ml.c6g.xlarge; arm64 images exist for 1.12.1
            instance_type: ml.c6g.xlarge
            """,
            fixed="1.12.1",
            applicability=Applicability.UNSAFE,
        ),
        Invalid(
            """
            framework: pytorch
            framework_version: "2.2.0"  # <- arm64 images exist for 2.0.1, 2.1.0, 2.2.1
            instance_type: ml.c8g.large
            """,
            fixed="2.2.1",
            applicability=Applicability.UNSAFE,
        ),
        Invalid(
            """
            framework: sklearn
            framework_version: "1.2-1"  # <- sklearn 1.2-1 has no arm64 image for ml.m7g.large; arm64 images exist for 1.0-1
            instance_type: ml.m7g.large
            """,
            fixed="1.0-1",
            applicability=Applicability.UNSAFE,
        ),
    ],
)

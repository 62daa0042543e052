"""No image exists for the declared framework, version and scope.

A manifest without an image URI leaves the choice to `image_uris.retrieve`. For a version that AWS never built, or built only for another
scope or processor, the SDK fails with `Unsupported pytorch version: 2.1.9.`, or returns the URI of a different image. The message lists
the nearest versions that have an image; using the nearest is an unsafe fix. A version above every version of the framework that the
catalog has may be newer than the catalog: this is a note without a fix. A version that skips a major number (`9.9.9` after 2.14) is more
likely a mistake.
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
    if not isinstance(expected, Unresolved):
        return
    name, version, scope = deployment.framework.value, deployment.framework_version.get(), deployment.scope
    release = f"{name} {version}" if version is not None else name
    alternatives = expected.alternatives
    listed = ", ".join(alternatives)
    version_or_framework = deployment.framework_version.place or deployment.framework.place
    if expected.reason is Reason.FRAMEWORK:
        yield Violation(
            at=deployment.framework.place,
            message=f"unknown framework {name}" + (f"; did you mean {listed}?" if listed else ""),
            replacement=Replacement(alternatives[0], f"use {alternatives[0]}", Applicability.UNSAFE) if alternatives else None,
        )
    elif expected.reason is Reason.VERSION and context.images.is_newer(name, version) and not context.images.skips_a_major(name, version):
        message = f"{release} is newer than the catalog of {context.images.date}"
        yield Violation(at=version_or_framework, message=message, severity=Severity.NOTE)
    elif expected.reason is Reason.VERSION:
        nearest = context.images.nearest_version(version, alternatives) if version is not None else None
        yield Violation(
            at=version_or_framework,
            message=f"{release} has no {scope} image" + (f"; images exist for {listed}" if listed else ""),
            replacement=Replacement(nearest, f"use {name} {nearest}", Applicability.UNSAFE) if nearest is not None else None,
        )
    elif expected.reason is Reason.BASE_FRAMEWORK and context.images.is_newer(*split_base(deployment.base_framework_version.value)):
        message = f"base framework {deployment.base_framework_version.value} is newer than the catalog of {context.images.date}"
        yield Violation(at=deployment.base_framework_version.place, message=message, severity=Severity.NOTE)
    elif expected.reason is Reason.BASE_FRAMEWORK:
        base = deployment.base_framework_version.value
        nearest = context.images.nearest_version(base, alternatives)
        yield Violation(
            at=deployment.base_framework_version.place,
            message=f"{release} has no {scope} image on base framework {base}" + (f"; images exist for {listed}" if listed else ""),
            replacement=Replacement(nearest, f"use {nearest}", Applicability.UNSAFE) if nearest is not None else None,
            related=[RelatedLocation(deployment.framework_version.place, "declared version")],
        )
    elif expected.reason is Reason.SCOPE:
        yield Violation(
            at=deployment.image_scope.place or deployment.framework.place,
            message=f"{name} has no {scope} image" + (f"; images exist for {listed}" if listed else ""),
        )
    elif expected.reason is Reason.PROCESSOR:
        instance = deployment.instance_type.get()
        hardware = instance.name if instance is not None else "a CPU"
        yield Violation(
            at=version_or_framework,
            message=f"{release} has no {scope} image that runs on {hardware}" + (f"; nearest: {listed}" if listed else ""),
            related=[RelatedLocation(deployment.instance_type.place, "instance type")],
        )


def split_base(base: str) -> tuple[str, str]:
    """Return the framework and the version of a base framework: `pytorch2.6.0` is PyTorch 2.6.0."""
    framework = base.rstrip("0123456789.")
    return framework, base[len(framework) :]


RULE = Rule(
    check,
    category="version",
    severity=Severity.ERROR,
    needs=["framework"],
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
            py_version: py310
            region: us-west-2
            """
        ),
        # Without a version, the newest is used.
        Valid("framework: tensorflow"),
        # A shorter version resolves to its newest patch release.
        Valid(
            """
            framework: xgboost
            framework_version: "1.7-1"
            """
        ),
        # If the manifest has an image URI, the rules for images check it.
        Valid(
            """
            framework: pytorch
            framework_version: "9.9.9"
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310
            """
        ),
        # The version exists, but not for arm64: `unsupported-graviton-version` reports it.
        Valid(
            """
            framework: pytorch
            framework_version: "1.13.1"
            instance_type: ml.c6g.xlarge
            """
        ),
    ],
    invalid=[
        Invalid(
            """
            framework: pytorch
            framework_version: "2.1.9"  # <- pytorch 2.1.9 has no inference image; images exist for 2.0.1, 2.1.0, 2.2.0
            """,
            fixed="2.1.0",
            applicability=Applicability.UNSAFE,
        ),
        Invalid(
            """
            framework: pytorch
            framework_version: "3.0.0"  # <- pytorch 3.0.0 is newer than the catalog of
            """
        ),
        Invalid(
            """
            framework: pytroch  # <- unknown framework pytroch; did you mean pytorch
            framework_version: "2.1.0"
            """,
            fixed="pytorch",
            applicability=Applicability.UNSAFE,
        ),
        Invalid(
            """
            framework: sparkml-serving
            image_scope: training  # <- sparkml-serving has no training image; images exist for inference
            """
        ),
        # The version is right, but its base framework is not.
        Invalid(
            """
            framework: huggingface
            framework_version: "4.49.0"
            base_framework_version: pytorch2.1.0  # <- huggingface 4.49.0 has no inference image on base framework pytorch2.1.0; images exist for pytorch2.6.0
            instance_type: ml.g5.xlarge
            """,
            fixed="pytorch2.6.0",
            applicability=Applicability.UNSAFE,
        ),
        # The images of 4.49.0 have older versions of PyTorch, but no known image has this one.
        Invalid(
            """
            framework: huggingface
            framework_version: "4.49.0"
            base_framework_version: pytorch2.99.0  # <- base framework pytorch2.99.0 is newer than the catalog of
            instance_type: ml.g5.xlarge
            """
        ),
        # Written like a Git tag.
        Invalid(
            """
            framework: pytorch
            framework_version: v2.6  # <- pytorch v2.6 has no inference image; images exist for 2.4.0, 2.5.1, 2.6.0
            instance_type: ml.c7g.large
            """,
            fixed="2.6.0",
            applicability=Applicability.UNSAFE,
        ),
        Invalid(
            """
            framework: djl-lmi
            framework_version: "0.30.0"  # <- djl-lmi 0.30.0 has no inference image that runs on ml.m5.xlarge
            """
        ),
    ],
)

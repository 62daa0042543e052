"""There is no image of the declared framework, version and scope.

A manifest that names no image URI leaves the choice to `image_uris.retrieve`. For a version that was never built, or was built for
another scope or other processors only, the SDK ends with `Unsupported pytorch version: 9.9.`, or gives the URI of something else. The
message names the nearest versions that have an image; taking the nearest is an unsafe fix.
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
    wanted = context.images.expected(deployment)
    if not isinstance(wanted, Unresolved):
        return
    name, scope = deployment.framework.value, deployment.scope
    if wanted.reason is Reason.FRAMEWORK:
        message = f"unknown framework {name}"
        place, replacement = deployment.framework.place, None
        if wanted.alternatives:
            message += f"; did you mean {', '.join(wanted.alternatives)}?"
            replacement = Replacement(wanted.alternatives[0], f"use {wanted.alternatives[0]}", Applicability.UNSAFE)
        yield Violation(at=place, message=message, replacement=replacement)
    elif wanted.reason is Reason.VERSION:
        version = deployment.framework_version.get()
        message = f"{name} {version} has no {scope} image" if version is not None else f"{name} has no {scope} image"
        nearest = wanted.alternatives
        if nearest:
            message += f"; there are images of {', '.join(nearest)}"
        best = context.images.nearest_version(version, nearest) if version is not None else None
        replacement = Replacement(best, f"use {name} {best}", Applicability.UNSAFE) if best is not None else None
        yield Violation(at=deployment.framework_version.place or deployment.framework.place, message=message, replacement=replacement)
    elif wanted.reason is Reason.BASE_FRAMEWORK:
        release = " ".join(filter(None, (name, deployment.framework_version.get())))
        base = deployment.base_framework_version.value
        message = f"{release} has no {scope} image on base framework {base}"
        replacement = None
        if wanted.alternatives:
            message += f"; there are images on {', '.join(wanted.alternatives)}"
            replacement = Replacement(wanted.alternatives[0], f"use {wanted.alternatives[0]}", Applicability.UNSAFE)
        yield Violation(
            at=deployment.base_framework_version.place,
            message=message,
            replacement=replacement,
            related=[RelatedLocation(deployment.framework_version.place, "declared version")],
        )
    elif wanted.reason is Reason.SCOPE:
        message = f"{name} has no {scope} image"
        if wanted.alternatives:
            message += f", only for {', '.join(wanted.alternatives)}"
        yield Violation(at=deployment.image_scope.place or deployment.framework.place, message=message)
    elif wanted.reason is Reason.PROCESSOR:
        release = " ".join(filter(None, (name, deployment.framework_version.get())))
        instance = deployment.instance_type.get()
        message = f"{release} has no {scope} image that runs on {instance.name if instance is not None else 'a CPU'}"
        if wanted.alternatives:
            message += f"; nearest: {', '.join(wanted.alternatives)}"
        yield Violation(
            at=deployment.framework_version.place or deployment.framework.place,
            message=message,
            related=[RelatedLocation(deployment.instance_type.place, "instance type")],
        )


RULE = Rule(
    check,
    category="version",
    severity=Severity.ERROR,
    needs=["framework"],
    sources=[
        "sagemaker-core 2.27.0, image_uris.py: what retrieve accepts, and its error messages (2026-11-22)",
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
        # No version: the newest.
        Valid("framework: tensorflow"),
        # A shorter version means its newest patch release.
        Valid(
            """
            framework: xgboost
            framework_version: "1.7-1"
            """
        ),
        # With an image URI the rules about images speak.
        Valid(
            """
            framework: pytorch
            framework_version: "9.9.9"
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310
            """
        ),
        # The version exists, though not for arm64: `unsupported-graviton-version` says so.
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
            framework_version: "2.1.9"  # <- pytorch 2.1.9 has no inference image; there are images of 2.0.1, 2.1.0, 2.2.0
            """,
            fixed="2.1.0",
            applicability=Applicability.UNSAFE,
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
            image_scope: training  # <- sparkml-serving has no training image, only for inference
            """
        ),
        # The version is fine, and its base framework is not.
        Invalid(
            """
            framework: huggingface
            framework_version: "4.49.0"
            base_framework_version: pytorch2.1.0  # <- huggingface 4.49.0 has no inference image on base framework pytorch2.1.0; there are images on pytorch2.6.0
            instance_type: ml.g5.xlarge
            """,
            fixed="pytorch2.6.0",
            applicability=Applicability.UNSAFE,
        ),
        # As in the name of a Git tag.
        Invalid(
            """
            framework: pytorch
            framework_version: v2.6  # <- pytorch v2.6 has no inference image; there are images of 2.4.0, 2.5.1, 2.6.0
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

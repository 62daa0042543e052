"""The framework has no arm64 image for this scope, in any version.

AWS builds arm64 images only for inference, and only of PyTorch, TensorFlow, XGBoost, scikit-learn and llama.cpp. Any other framework
needs an x86_64 instance type, or your own image. The SDK fails with
`Unsupported framework: huggingface. Supported framework(s) for Graviton instances: ...`.
"""

from __future__ import annotations

from smlint.linter.rule import (
    Deployment,
    Invalid,
    Reason,
    RelatedLocation,
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
    if not isinstance(expected, Unresolved) or expected.reason is not Reason.GRAVITON_FRAMEWORK:
        return
    name, instance = deployment.framework.value, deployment.instance_type.value
    yield Violation(
        at=deployment.framework.place,
        message=f"{name} has no arm64 {deployment.scope} image, but {instance.name} is an arm64 instance type",
        related=[RelatedLocation(deployment.instance_type.place, "arm64 instance type")],
    )


RULE = Rule(
    check,
    category="version",
    severity=Severity.ERROR,
    needs=["framework", "instance_type"],
    rests_on="images",
    fixing="No automatic fix: the hardware and the framework are your choice.",
    sources=[
        "sagemaker-core 2.27.0, image_uris.py: what retrieve accepts, and its error messages (2026-10-21)",
        "aws/deep-learning-containers at e0ecede, docs/src/data: the published images (2026-08-21)",
    ],
    valid=[
        Valid(
            """
            framework: tensorflow
            framework_version: "2.9.1"
            instance_type: ml.c6g.xlarge
            """
        ),
        Valid(
            """
            framework: huggingface
            framework_version: "4.49.0"
            base_framework_version: pytorch2.6.0
            instance_type: ml.m5.xlarge
            """
        ),
        # SageMaker offers no training on Graviton: `instance-type-not-for-purpose` reports it.
        Valid(
            """
            framework: tensorflow
            framework_version: "2.14.1"
            image_scope: training
            instance_type: ml.c7g.large
            """
        ),
        # The framework has arm64 images, but not for this version.
        Valid(
            """
            framework: sklearn
            framework_version: "1.2-1"
            instance_type: ml.m7g.large
            """
        ),
    ],
    invalid=[
        Invalid(
            """
            framework: huggingface  # <- huggingface has no arm64 inference image, but ml.c7g.xlarge is an arm64 instance type
            framework_version: "4.49.0"
            base_framework_version: pytorch2.6.0
            instance_type: ml.c7g.xlarge
            """
        ),
        Invalid(
            """
            framework: autogluon  # <- autogluon has no arm64 inference image
            framework_version: "1.4.0"
            instance_type: ml.m6g.large
            """
        ),
    ],
)

"""The same version of the image is available for arm64.

Graviton instance types often serve the same model at a lower price. This rule is advice and off by default. It shows which
deployments could move to Graviton, and which image they would use. smlint only shows the fix, because the image has to change
together with the instance type, and your own libraries need arm64 builds too.
"""

from __future__ import annotations

from smlint.linter.rule import (
    Applicability,
    Deployment,
    Expected,
    Invalid,
    Kind,
    Replacement,
    Rule,
    RuleContext,
    Severity,
    Valid,
    Violation,
    Violations,
)


def check(deployment: Deployment, context: RuleContext) -> Violations:
    image, instance = deployment.image.value, deployment.instance_type.value
    if deployment.kind is not Kind.ENDPOINT or image.may_be_mirror or image.problems or image.architecture != "x86_64":
        return
    if instance.architecture != "x86_64" or instance.processor != "cpu" or image.processor not in ("cpu", None):
        return
    substitute = context.images.substitute(image, architecture="arm64", processor="cpu")
    if not isinstance(substitute, Expected):
        return
    yield Violation(
        at=deployment.image.part("repository"),
        message=f"x86_64 image on {instance.name}; this version also has an arm64 image, which runs on Graviton",
        replacement=Replacement.with_image(substitute, "use the arm64 image on a Graviton instance type", Applicability.DISPLAY),
    )


RULE = Rule(
    check,
    category="advice",
    severity=Severity.NOTE,
    enabled=False,
    needs=["image", "image.version", "instance_type"],
    sources=[
        "sagemaker-core 2.27.0, image_uri_config: the accounts, Regions and tags of the AWS SDK (2026-10-21)",
        "aws/deep-learning-containers at e0ecede, docs/src/data: the published images (2026-08-21)",
    ],
    valid=[
        Valid(
            """
            instance_type: ml.c7g.xlarge
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference-graviton:2.1.0-cpu-py310-ubuntu20.04-sagemaker
            """
        ),
        # No arm64 image of this version.
        Valid(
            """
            instance_type: ml.c5.xlarge
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:1.13.1-cpu-py39-ubuntu20.04-sagemaker
            """
        ),
        Valid(
            """
            instance_type: ml.g5.xlarge
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-gpu-py310-cu118-ubuntu20.04-sagemaker
            """
        ),
    ],
    invalid=[
        Invalid(
            """
            instance_type: ml.c5.xlarge
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310-ubuntu20.04-sagemaker  # <- this version also has an arm64 image
            """,
            fixed="763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference-graviton:2.1.0-cpu-py310-ubuntu20.04-sagemaker",
            applicability=Applicability.DISPLAY,
        ),
    ],
)

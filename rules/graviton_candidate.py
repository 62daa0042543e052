"""The same version of the image exists for arm64 as well.

Graviton instance types often serve the same model for less. This rule is advice, and off until it is selected: it shows which
deployments could move, and what their image would be then. The fix is shown only: the image has to change together with the instance
type, and libraries of one's own must exist for arm64.
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
    if deployment.kind is not Kind.ENDPOINT or image.is_mirror or image.problems or image.architecture != "x86_64":
        return
    if instance.architecture != "x86_64" or instance.processor != "cpu" or image.processor not in ("cpu", None):
        return
    wanted = context.images.substitute(image, architecture="arm64", processor="cpu")
    if not isinstance(wanted, Expected):
        return
    yield Violation(
        at=deployment.image.part("repository"),
        message=f"x86_64 image on {instance.name}; the same version exists for arm64 and would run on Graviton",
        replacement=Replacement(wanted.uri, "use the arm64 image with a Graviton instance type", Applicability.DISPLAY),
    )


RULE = Rule(
    check,
    category="advice",
    severity=Severity.NOTE,
    enabled=False,
    needs=["image", "image.version", "instance_type"],
    sources=[
        "sagemaker-core 2.27.0, image_uri_config: the accounts, Regions and tags of AWS's SDK (2026-11-22)",
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
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310-ubuntu20.04-sagemaker  # <- the same version exists for arm64
            """,
            fixed="763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference-graviton:2.1.0-cpu-py310-ubuntu20.04-sagemaker",
            applicability=Applicability.DISPLAY,
        ),
    ],
)

"""The image is the build for EC2, ECS and EKS, but SageMaker runs it.

AWS publishes its Deep Learning Containers in two builds. The build whose tag ends in `-ec2` lacks the SageMaker toolkit: it starts no
model server, and the endpoint fails its ping health check. It is the right build for plain Kubernetes Pods, and SageMaker HyperPod
runs both. A processing job, and a training job with its own `ContainerEntrypoint`, may use either build.
"""

from __future__ import annotations

from smlint.linter.rule import Deployment, Expected, Invalid, Kind, Replacement, Rule, RuleContext, Severity, Valid, Violation, Violations


def check(deployment: Deployment, context: RuleContext) -> Violations:
    image = deployment.image.value
    if image.platform != "ec2" or image.may_be_mirror or image.problems:
        return
    if deployment.platform != "sagemaker" or deployment.kind in (Kind.CLUSTER, Kind.PROCESSING):
        return
    if deployment.kind is Kind.TRAINING and deployment.image_scope.origin == "image":
        return  # the job runs its own command
    message = "image is built for EC2, but SageMaker runs it"
    replacement = None
    substitute = context.images.substitute(image, platform="sagemaker")
    if isinstance(substitute, Expected):
        replacement = Replacement.with_image(substitute, "use the SageMaker image of the same version")
    elif substitute.alternatives:
        message += f"; SageMaker images exist for {', '.join(substitute.alternatives)}"
    yield Violation(at=deployment.image.part("platform"), message=message, replacement=replacement)


RULE = Rule(
    check,
    category="consistency",
    severity=Severity.ERROR,
    needs=["image", "image.platform"],
    sources=[
        "aws/deep-learning-containers at e0ecede, docs/src/data: the published images (2026-08-21)",
        "SageMaker developer guide, processing containers: https://docs.aws.amazon.com/sagemaker/latest/dg/build-your-own-processing-container.html",
    ],
    valid=[
        Valid("image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker"),
        # The short tag form without a platform is the SageMaker build.
        Valid("image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-cpu-py312"),
        Valid("image_uri: 444455556666.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-ec2"),
    ],
    invalid=[
        Invalid(
            """
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-ec2  # <- image is built for EC2, but SageMaker runs it
            """,
            fixed="763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker",
        ),
        Invalid(
            """
            instance_type: ml.g5.xlarge
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-gpu-py312-ec2  # <- image is built for EC2
            """,
            fixed="763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-gpu-py312",
        ),
    ],
)

"""The image architecture does not match the instance type.

Graviton instance types (`c6g`, `m7g`, `r8g`, `t4g`, ...) are arm64, all others x86_64. An image of the wrong architecture passes all
of SageMaker's validation. Then its container exits with `exec format error`, and the endpoint fails its ping health check many
minutes later. The instance type is your choice of hardware, so the fix changes the image to the one with the same framework,
version, Python and libraries that runs there. If that version has no such image, the message lists the versions that do. A fix that
moves to another patch release or another Python is unsafe.

The instance family alone determines the architecture, so the rule also reports sizes that do not exist (`ml.c6g.42xlarge`), in
addition to `unknown-instance-type`. Those are two faults: with the right size, the image would still not run.
"""

from __future__ import annotations

from smlint.linter.rule import (
    Applicability,
    Deployment,
    Expected,
    Invalid,
    Reason,
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
    image, instance = deployment.image.value, deployment.instance_type.value
    if image.may_be_mirror or not instance.well_formed or image.architecture == instance.architecture:
        return
    # SageMaker runs no jobs on Graviton. There the instance type is the fault, and the image need not match it.
    if not context.instances.is_offered(deployment):
        return
    # A Kubernetes manifest may give only the architecture of its nodes, without an instance type.
    hardware = f"instance type {instance.name}" if instance.name else "nodes"
    message = f"{image.architecture} image on {instance.architecture} {hardware}"
    if image.processor == "gpu" and instance.processor == "cpu":
        message = f"{image.architecture} GPU image on {instance.architecture} CPU instance type {instance.name}"
    suffix, replacement = substitute(deployment, context)
    yield Violation(
        at=deployment.image.part("architecture" if "architecture" in image.parts else "repository"),
        message=message + suffix,
        replacement=replacement,
        related=[RelatedLocation(deployment.instance_type.place, f"{instance.architecture} {'instance type' if instance.name else 'nodes'}")],
    )


def substitute(deployment: Deployment, context: RuleContext) -> tuple[str, Replacement | None]:
    """Return a clause for the message that names what exists instead (empty if this version has an image), and the replacement."""
    image, instance = deployment.image.value, deployment.instance_type.value
    architecture, processor = instance.architecture, instance.processor or None
    # In a Kubernetes cluster, the EC2 build of an image is the right one.
    platform = image.platform if deployment.platform == "kubernetes" else None
    result = context.images.substitute(image, architecture=architecture, processor=processor, platform=platform)
    if isinstance(result, Expected):
        return "", Replacement.with_image(result, f"use the {architecture} image of the same version")
    if result.reason in (Reason.GRAVITON_VERSION, Reason.VERSION, Reason.PROCESSOR) and result.alternatives:
        suffix = f"; {architecture} images exist for {', '.join(result.alternatives)}"
        nearest = context.images.nearest_version(image.version or "", result.alternatives)
        if nearest is not None and image.version is not None and nearest.split(".")[:2] == image.version.split(".")[:2]:
            other = context.images.substitute(image, architecture=architecture, processor=processor, platform=platform, version=nearest)
            if isinstance(other, Expected):
                return suffix, Replacement.with_image(other, f"use the {architecture} image of version {nearest}", Applicability.UNSAFE)
        return suffix, None
    if result.reason is Reason.PYTHON and result.alternatives:
        python = result.alternatives[-1]
        suffix = f"; the {architecture} image of this version has {python}"
        other = context.images.substitute(image, architecture=architecture, processor=processor, platform=platform, python=python)
        if isinstance(other, Expected):
            return suffix, Replacement.with_image(other, f"use the {architecture} image with {python}", Applicability.UNSAFE)
        return suffix, None
    return f"; {image.repository} has no arm64 image" if result.reason is Reason.GRAVITON_FRAMEWORK else "", None


RULE = Rule(
    check,
    category="hardware",
    severity=Severity.ERROR,
    needs=["image", "image.architecture", "instance_type"],
    sources=[
        "botocore 1.44.5, SageMaker service model (2017-07-24): the instance types of each use (2026-11-17)",
        "moto 5.2.5, ec2/resources/instance_types.json.gz: the architecture of 189 EC2 families (2026-10-27)",
        "sagemaker-core 2.27.0, image_uri_config: the accounts, Regions and tags of the AWS SDK (2026-10-21)",
        "aws/deep-learning-containers at e0ecede, docs/src/data: the published images (2026-08-21)",
    ],
    valid=[
        Valid(
            """
            instance_type: ml.c6g.xlarge
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference-graviton:2.1.0-cpu-py310-ubuntu20.04-sagemaker
            """
        ),
        Valid(
            """
            instance_type: ml.c5.xlarge
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310-ubuntu20.04-sagemaker
            """
        ),
        # The `g` of a GPU family precedes the generation and has nothing to do with Graviton.
        Valid(
            """
            instance_type: ml.g4dn.xlarge
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-gpu-py310-cu118-ubuntu20.04-sagemaker
            """
        ),
        # SageMaker offers no training on Graviton: `instance-type-not-for-purpose` reports it.
        Valid(
            """
            instance_type: ml.c7g.large
            image_scope: training
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-training:2.6.0-cpu-py312-ubuntu22.04-sagemaker
            """
        ),
        # A private repository may have images of either architecture, whatever AWS publishes under that name.
        Valid(
            """
            instance_type: ml.c6g.xlarge
            image_uri: 444455556666.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310-ubuntu20.04-sagemaker
            """
        ),
        Valid(
            """
            instance_type: ml.c6g.xlarge
            image_uri: 444455556666.dkr.ecr.us-west-2.amazonaws.com/team/model:v1
            """
        ),
        Valid(
            """
            instance_type: ml.c7g.large
            image_uri: 246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-xgboost:1.5-1-arm64
            """
        ),
    ],
    invalid=[
        Invalid(
            """
            instance_type: ml.c6g.xlarge
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310-ubuntu20.04-sagemaker  # <- x86_64 image on arm64 instance type ml.c6g.xlarge
            """,
            fixed="763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference-graviton:2.1.0-cpu-py310-ubuntu20.04-sagemaker",
        ),
        # The family name alone determines the architecture, even of instance types that are not listed.
        Invalid(
            """
            instance_type: ml.c8g.2xlarge
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker  # <- x86_64 image on arm64 instance type ml.c8g.2xlarge
            """,
            fixed="763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference-arm64:2.6.0-cpu-py312-ubuntu22.04-sagemaker",
        ),
        Invalid(
            """
            instance_type: ml.m5.large
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference-graviton:2.0.1-cpu-py310-ubuntu20.04-sagemaker  # <- arm64 image on x86_64 instance type ml.m5.large
            """,
            fixed="763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.0.1-cpu-py310-ubuntu20.04-sagemaker",
        ),
        Invalid(
            """
            instance_type: ml.m6g.large
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-gpu-py312-cu124-ubuntu22.04-sagemaker  # <- x86_64 GPU image on arm64 CPU instance type ml.m6g.large
            """,
            fixed="763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference-arm64:2.6.0-cpu-py312-ubuntu22.04-sagemaker",
        ),
        Invalid(
            """
            instance_type: ml.c7g.large
            image_uri: 246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-xgboost:1.7-1  # <- arm64 images exist for 1.3-1, 1.5-1
            """
        ),
        Invalid(
            """
            instance_type: ml.c7g.large
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.2.0-cpu-py310-ubuntu20.04-sagemaker  # <- arm64 images exist for 2.0.1, 2.1.0, 2.2.1
            """,
            fixed="763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference-graviton:2.2.1-cpu-py310-ubuntu20.04-sagemaker",
            applicability=Applicability.UNSAFE,
        ),
        # `2.2` is 2.2.0 here, but 2.2.1 among the arm64 images.
        Invalid(
            """
            instance_type: ml.c7g.large
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.2-cpu-py310  # <- arm64 images exist for 2.0.1, 2.1.0, 2.2.1
            """,
            fixed="763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference-graviton:2.2.1-cpu-py310-ubuntu20.04-sagemaker",
            applicability=Applicability.UNSAFE,
        ),
        Invalid(
            """
            instance_type: ml.m5.large
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference-graviton:2.2.1-cpu-py310-ubuntu20.04-sagemaker  # <- x86_64 images exist for 2.1.0, 2.2.0, 2.3.0
            """,
            fixed="763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.2.0-cpu-py310-ubuntu20.04-sagemaker",
            applicability=Applicability.UNSAFE,
        ),
        Invalid(
            """
            instance_type: ml.r7gd.large
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/huggingface-pytorch-inference:2.6.0-transformers4.49.0-cpu-py312-ubuntu22.04  # <- huggingface-pytorch-inference has no arm64 image
            """
        ),
    ],
)

"""The image is in another Region than the deployment.

SageMaker pulls a container from Amazon ECR in its own Region only. A URI copied from another Region passes every schema check, and
fails minutes later with `Cross region ECR image pulls are not allowed`. The fix names the registry of the deployment's Region: its
account and DNS suffix too, which differ between Regions. The tag is left as it is. With a digest in the URI the fix is unsafe, since nothing
says that the other registry holds the same bytes. When only the URI tells the Region there is nothing to compare; in a
cluster that Kubernetes runs, whose nodes can pull across Regions, only the Region given for the run counts.
"""

from __future__ import annotations

from smlint.linter.rule import (
    Applicability,
    Deployment,
    Invalid,
    RelatedLocation,
    Rule,
    RuleContext,
    Severity,
    Valid,
    Violation,
    Violations,
)


def check(deployment: Deployment, context: RuleContext) -> Violations:
    image, region = deployment.image.value, deployment.region.value
    if not deployment.crosses_regions or image.problems or not context.regions.exists(region) or image.owner == "documentation":
        return
    message = f"image is in {image.region}, but the deployment is in {region}"
    replacement = context.images.in_region(image, region)
    if replacement is None and image.known_repository and not image.is_mirror and image.owner != "mirror" and image.repository is not None:
        message += f"; {image.repository} is not published in {region}"
    yield Violation(
        at=deployment.image.part("region"),
        message=message,
        replacement=replacement,
        related=[RelatedLocation(deployment.region.place, "the deployment's Region")],
    )


RULE = Rule(
    check,
    category="registry",
    severity=Severity.ERROR,
    needs=["image", "image.region", "region"],
    sources=[
        "sagemaker-core 2.27.0, image_uri_config: the accounts, Regions and tags of AWS's SDK (2026-11-22)",
        "SageMaker, registry paths by Region: https://docs.aws.amazon.com/sagemaker/latest/dg-ecr-paths/sagemaker-algo-docker-registry-paths.html",
    ],
    valid=[
        Valid(
            """
            region: us-west-2
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310
            """
        ),
        # Only the URI tells the Region.
        Valid("image_uri: 763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-inference:2.1.0-cpu-py310"),
        # Not a Region: perhaps the name of a stage.
        Valid(
            """
            region: production
            image_uri: 763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-inference:2.1.0-cpu-py310
            """
        ),
    ],
    invalid=[
        Invalid(
            """
            region: eu-south-1
            image_uri: 763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-inference:2.1.0-cpu-py310  # <- image is in us-east-1, but the deployment is in eu-south-1
            """,
            fixed="692866216735.dkr.ecr.eu-south-1.amazonaws.com/pytorch-inference:2.1.0-cpu-py310",
        ),
        # Into another partition: the DNS suffix changes as well.
        Invalid(
            """
            region: cn-north-1
            image_uri: 763104351884.dkr.ecr.us-east-1.amazonaws.com/tensorflow-inference:2.14.1-cpu  # <- image is in us-east-1, but the deployment is in cn-north-1
            """,
            fixed="727897471807.dkr.ecr.cn-north-1.amazonaws.com.cn/tensorflow-inference:2.14.1-cpu",
        ),
        # The account is already that of the other Region: still one fault.
        Invalid(
            """
            region: eu-south-1
            image_uri: 692866216735.dkr.ecr.us-east-1.amazonaws.com/pytorch-inference:2.1.0-cpu-py310  # <- image is in us-east-1
            """,
            fixed="692866216735.dkr.ecr.eu-south-1.amazonaws.com/pytorch-inference:2.1.0-cpu-py310",
        ),
        Invalid(
            """
            region: us-west-2
            image_uri: 763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-inference@sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0  # <- image is in us-east-1
            """,
            fixed="763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference@sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0",
            applicability=Applicability.UNSAFE,
        ),
        # An image of one's own: where else it lies, nobody here knows.
        Invalid(
            """
            region: us-west-2
            image_uri: 444455556666.dkr.ecr.us-east-1.amazonaws.com/team/model:v1  # <- image is in us-east-1, but the deployment is in us-west-2
            """
        ),
    ],
)

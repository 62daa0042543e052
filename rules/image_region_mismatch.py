"""The image is in a different Region than the deployment.

SageMaker pulls containers only from Amazon ECR in its own Region. A URI copied from another Region passes every schema check and
fails minutes later with `Cross region ECR image pulls are not allowed`. The fix uses the registry of the deployment's Region, with
its account and DNS suffix, and keeps the tag. If the URI has a digest, the fix is unsafe, because the other registry may hold
different bytes. If only `--region` names the Region of a template, and a file that names the template mentions another Region, there is no fix.
If only the URI names a Region, there is nothing to compare. Nodes of a Kubernetes cluster can pull across Regions, so
there the rule considers only the Region given for the run, and warns: such a pull works, but it is slower and costs more.
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
    if replacement is None and image.known_repository and not image.may_be_mirror and image.owner != "mirror" and context.images.published_regions(image.repository or ""):
        message += f"; {image.repository} is not published in {region}"
    if replacement is not None and deployment.serves_other_regions("region"):
        message, replacement = f"{message}; no fix: the template may be deployed in other Regions", None
    yield Violation(
        at=deployment.image.part("region"),
        message=message,
        replacement=replacement,
        related=[RelatedLocation(deployment.region.place, "Region of the deployment")],
        severity=Severity.WARNING if deployment.platform == "kubernetes" else None,
    )


RULE = Rule(
    check,
    category="registry",
    severity=Severity.ERROR,
    needs=["image", "image.region", "region"],
    sources=[
        "sagemaker-core 2.27.0, image_uri_config: the accounts, Regions and tags of the AWS SDK (2026-10-21)",
        "SageMaker, registry paths by Region: https://docs.aws.amazon.com/sagemaker/latest/dg-ecr-paths/sagemaker-algo-docker-registry-paths.html",
    ],
    valid=[
        Valid(
            """
            region: us-west-2
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310
            """
        ),
        # Only the URI names a Region.
        Valid("image_uri: 763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-inference:2.1.0-cpu-py310"),
        # Not a Region, perhaps the name of a stage.
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
        # To another partition: the DNS suffix changes too.
        Invalid(
            """
            region: cn-north-1
            image_uri: 763104351884.dkr.ecr.us-east-1.amazonaws.com/tensorflow-inference:2.14.1-cpu  # <- image is in us-east-1, but the deployment is in cn-north-1
            """,
            fixed="727897471807.dkr.ecr.cn-north-1.amazonaws.com.cn/tensorflow-inference:2.14.1-cpu",
        ),
        # The account is already the right one: still one fault.
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
        # A private image: the catalog does not know its other Regions.
        Invalid(
            """
            region: us-west-2
            image_uri: 444455556666.dkr.ecr.us-east-1.amazonaws.com/team/model:v1  # <- image is in us-east-1, but the deployment is in us-west-2
            """
        ),
    ],
)

"""The DNS suffix of the registry does not match the Region's partition.

Registries end in `amazonaws.com` in most Regions, in `amazonaws.com.cn` in China, and in other suffixes in the isolated partitions
and the European Sovereign Cloud. SageMaker refuses the wrong suffix with `Invalid DNS suffix`. The fix uses the suffix of the Region
in the URI. If the account does not publish the repository in that Region either, the Region may be the mistake, and smlint offers no
fix, unless the deployment states the same Region. A template whose image URI uses `${AWS::Region}`, and that mentions several Regions,
needs `${AWS::URLSuffix}`, which smlint does not write.
"""

from __future__ import annotations

from smlint.linter.rule import Deployment, Invalid, Rule, RuleContext, Severity, Valid, Violation, Violations


def check(deployment: Deployment, context: RuleContext) -> Violations:
    image = deployment.image.value
    # Hosts of dual-stack endpoints end in `on.aws` or `on.amazonwebservices.com.cn` and have a different form.
    if image.region is None or image.domain is None or image.problems or image.is_dual_stack or deployment.crosses_regions:
        return
    expected = context.regions.domain(image.region)
    if expected is None or expected == image.domain:
        return
    title = f"use the DNS suffix of {image.region}"
    yield Violation(
        at=deployment.image.part("domain"),
        message=f"registry DNS suffix is {image.domain}, but registries in {image.region} end in {expected}",
        replacement=None if _may_be_other_region(deployment, context) else context.images.with_domain(image, expected, title),
    )


def _may_be_other_region(deployment: Deployment, context: RuleContext) -> bool:
    """Return whether the URI is used in other Regions too, or the account contradicts its Region and nothing else confirms that."""
    image = deployment.image.value
    if deployment.serves_other_regions("domain"):
        return True
    if image.account is None or image.region is None or image.repository is None or not context.images.is_aws_account(image.account):
        return False
    if deployment.states_region(image.region):
        return False
    return image.known_repository and context.images.account(image.repository, image.region, image.version) != image.account


RULE = Rule(
    check,
    category="registry",
    severity=Severity.ERROR,
    needs=["image", "image.region", "image.domain"],
    sources=[
        "botocore 1.44.5, partitions.json: the DNS suffix of each partition (2026-11-17)",
        "Amazon ECR user guide, private registry: https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html",
    ],
    valid=[
        Valid("image_uri: 727897471807.dkr.ecr.cn-north-1.amazonaws.com.cn/pytorch-inference:2.1.0-cpu-py310"),
        Valid("image_uri: 763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-inference:2.1.0-cpu-py310"),
        # A dual-stack endpoint.
        Valid("image_uri: 763104351884.dkr-ecr.us-east-1.on.aws/pytorch-inference:2.1.0-cpu-py310"),
        # A URI of another Region: `image-region-mismatch` reports it, and its fix changes the suffix too.
        Valid(
            """
            region: cn-north-1
            image_uri: 763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-inference:2.1.0-cpu-py310
            """
        ),
    ],
    invalid=[
        Invalid(
            """
            image_uri: 727897471807.dkr.ecr.cn-north-1.amazonaws.com/pytorch-inference:2.1.0-cpu-py310  # <- registry DNS suffix is amazonaws.com, but registries in cn-north-1 end in amazonaws.com.cn
            """,
            fixed="727897471807.dkr.ecr.cn-north-1.amazonaws.com.cn/pytorch-inference:2.1.0-cpu-py310",
        ),
        Invalid(
            """
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com.cn/pytorch-inference:2.1.0-cpu-py310  # <- registry DNS suffix is amazonaws.com.cn
            """,
            fixed="763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310",
        ),
        Invalid(
            """
            image_uri: 444455556666.dkr.ecr.cn-northwest-1.amazonaws.com/team/model:v1  # <- registries in cn-northwest-1 end in amazonaws.com.cn
            """,
            fixed="444455556666.dkr.ecr.cn-northwest-1.amazonaws.com.cn/team/model:v1",
        ),
        # The account is not China's either: the Region may be the mistake.
        Invalid(
            """
            image_uri: 763104351884.dkr.ecr.cn-north-1.amazonaws.com/pytorch-inference:2.1.0-cpu-py310  # <- registries in cn-north-1 end in amazonaws.com.cn
            """,
            other_rules=("image-account-mismatch",),
        ),
    ],
)

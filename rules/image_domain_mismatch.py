"""The DNS suffix of the registry is not the one of the Region's partition.

Registries end in `amazonaws.com` in most Regions, but in `amazonaws.com.cn` in China, and in suffixes of their own in the isolated
partitions and in the European Sovereign Cloud. SageMaker refuses the wrong one with `Invalid DNS suffix`. The fix puts the right suffix
in place, when the catalogue knows the repository there.
"""

from __future__ import annotations

from smlint.linter.rule import Deployment, Invalid, Rule, RuleContext, Severity, Valid, Violation, Violations


def check(deployment: Deployment, context: RuleContext) -> Violations:
    image = deployment.image.value
    # `on.aws` belongs to the dual-stack endpoints, whose hosts have a form of their own.
    if image.region is None or image.domain is None or image.problems or "on.a" in image.domain or deployment.crosses_regions:
        return
    expected = context.regions.domain(image.region)
    if expected is None or expected == image.domain:
        return
    yield Violation(
        at=deployment.image.part("domain"),
        message=f"DNS suffix {image.domain} in {image.region}, whose registries end in {expected}",
        replacement=context.images.in_region(image, image.region, f"use the DNS suffix of {image.region}"),
    )


RULE = Rule(
    check,
    category="registry",
    severity=Severity.ERROR,
    needs=["image", "image.region", "image.domain"],
    sources=[
        "botocore 1.44.5, partitions.json: the DNS suffix of each partition",
        "Amazon ECR user guide, private registry: https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html",
    ],
    valid=[
        Valid("image_uri: 727897471807.dkr.ecr.cn-north-1.amazonaws.com.cn/pytorch-inference:2.1.0-cpu-py310"),
        Valid("image_uri: 763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-inference:2.1.0-cpu-py310"),
        # The dual-stack endpoint.
        Valid("image_uri: 763104351884.dkr-ecr.us-east-1.on.aws/pytorch-inference:2.1.0-cpu-py310"),
        # Another Region's URI: `image-region-mismatch` says so, and its fix takes the suffix along.
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
            image_uri: 727897471807.dkr.ecr.cn-north-1.amazonaws.com/pytorch-inference:2.1.0-cpu-py310  # <- DNS suffix amazonaws.com in cn-north-1, whose registries end in amazonaws.com.cn
            """,
            fixed="727897471807.dkr.ecr.cn-north-1.amazonaws.com.cn/pytorch-inference:2.1.0-cpu-py310",
        ),
        Invalid(
            """
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com.cn/pytorch-inference:2.1.0-cpu-py310  # <- DNS suffix amazonaws.com.cn in us-west-2
            """,
            fixed="763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310",
        ),
        Invalid(
            """
            image_uri: 444455556666.dkr.ecr.cn-northwest-1.amazonaws.com/team/model:v1  # <- whose registries end in amazonaws.com.cn
            """
        ),
    ],
)

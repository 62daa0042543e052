"""SageMaker does not offer the instance type in the Region, according to the AWS price list.

SageMaker offers an instance type in the Regions that have a price for it: `ml.c7g` in 13 Regions, `ml.c8g` in eight (price list,
2026-10-20). In other Regions SageMaker refuses the request, or it waits for capacity that never comes. This is a warning, because the
list may be out of date. The rule ignores instance types without any price, and Regions and uses without a price list. It also ignores
instance types that have no price in any of the three oldest Regions, which usually means that the list is incomplete: it has `ml.p5`
for training in São Paulo, but not in Virginia or Oregon. This does not apply to types that only the price list has, such as `ml.t3.medium`
for endpoints. A size that lacks a price in a Region where all smaller and larger sizes of its family have one is a gap in the list and not
reported; if it is the smallest or largest size, it is a note.
"""

from __future__ import annotations

from smlint.linter.rule import Deployment, Invalid, RelatedLocation, Rule, RuleContext, Severity, Valid, Violation, Violations

OLDEST_REGIONS = ("us-east-1", "us-west-2", "eu-west-1")


def check(deployment: Deployment, context: RuleContext) -> Violations:
    instance, region = deployment.instance_type.value, deployment.region.value
    # The nodes of a Kubernetes cluster need not be in the Region of the image.
    if deployment.platform == "kubernetes" and deployment.region.origin == "image":
        return
    # A map with a key per Region is a lookup table, not a list of the Regions that are deployed to.
    if deployment.region.origin == "map":
        return
    if deployment.crosses_regions or not context.instances.has_price_list(deployment.kind, region):
        return
    regions = context.instances.priced_regions(instance.name, deployment.kind)
    if not regions or region in regions:
        return
    only_priced = context.instances.status(instance.name, deployment.kind) == "priced-only"
    gap = context.instances.price_gap(instance.name, deployment.kind, region)
    if gap == "hole" or not (only_priced or any(oldest in regions for oldest in OLDEST_REGIONS)):
        return
    nearby = context.regions.nearby(region, regions) or regions[:3]
    source = f"AWS price list, {context.instances.price_list_date}"
    yield Violation(
        at=deployment.instance_type.place,
        message=f"{instance.name} is not offered in {region} ({source}); available in {', '.join(nearby)}",
        related=[RelatedLocation(deployment.region.place, "Region of the deployment")],
        severity=Severity.NOTE if gap == "edge" else None,
    )


RULE = Rule(
    check,
    category="instance",
    severity=Severity.WARNING,
    needs=["instance_type", "region"],
    rests_on="prices",
    fixing="No automatic fix: the hardware and the Region are your choice.",
    sources=[
        "cfn-lint 1.58.0, aws_sagemaker_* extensions: the instance types of the price list, by Region (2026-10-20)",
    ],
    valid=[
        Valid(
            """
            instance_type: ml.c7g.xlarge
            region: us-east-1
            framework: pytorch
            framework_version: "2.1.0"
            """
        ),
        # Not in the price list at all, which proves nothing.
        Valid(
            """
            instance_type: ml.p5e.48xlarge
            region: us-east-1
            framework: pytorch
            framework_version: "2.6.0"
            """
        ),
        # Not priced in any of the oldest Regions.
        Valid(
            """
            instance_type: ml.m6i.large
            region: eu-central-1
            framework: pytorch
            framework_version: "2.1.0"
            """
        ),
        # All other sizes of the family have a price in Hyderabad.
        Valid(
            """
            instance_type: ml.r5.2xlarge
            region: ap-south-2
            framework: pytorch
            framework_version: "2.1.0"
            """
        ),
        # There is no price list for this Region.
        Valid(
            """
            instance_type: ml.c7g.xlarge
            region: us-gov-east-7
            framework: pytorch
            framework_version: "2.1.0"
            """
        ),
    ],
    invalid=[
        # Only the price list has burstable types for endpoints, in a few Regions.
        Invalid(
            """
            instance_type: ml.t3.medium  # <- ml.t3.medium is not offered in us-east-1 (AWS price list, 2026-10-20); available in
            region: us-east-1
            framework: pytorch
            framework_version: "2.1.0"
            """
        ),
        Invalid(
            """
            instance_type: ml.c5.xlarge  # <- ml.c5.xlarge is not offered in mx-central-1 (AWS price list, 2026-10-20); available in
            region: mx-central-1
            framework: pytorch
            framework_version: "2.1.0"
            """
        ),
    ],
)

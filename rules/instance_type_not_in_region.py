"""The price list of the Region lacks the instance type.

SageMaker offers an instance type in the Regions for which it has a price: `ml.c7g` in 13 of them, `ml.c8g` in eight (price list,
2026-11-22). Elsewhere the request is refused, or waits for capacity that never comes. The list is of one day, so this is a warning. An instance
type that is priced nowhere, and a Region or a use without a price list, are passed over; so is an instance type that the list has in none of the
three oldest Regions, which says more of the list than of the type: it has `ml.p5` for training in Sao Paulo, but not in Virginia or Oregon.
"""

from __future__ import annotations

from smlint.linter.rule import Deployment, Invalid, RelatedLocation, Rule, RuleContext, Severity, Valid, Violation, Violations

_OLDEST = ("us-east-1", "us-west-2", "eu-west-1")


def check(deployment: Deployment, context: RuleContext) -> Violations:
    instance, region = deployment.instance_type.value, deployment.region.value
    # Nodes that Kubernetes runs need not be in the Region of the image.
    if deployment.platform == "kubernetes" and deployment.region.origin == "image":
        return
    # A map with a key for each Region is a table to look up, not a list of where the template is deployed.
    if deployment.region.origin == "map":
        return
    if deployment.crosses_regions or not context.instances.has_price_list(deployment.kind, region):
        return
    regions = context.instances.priced_regions(instance.name, deployment.kind)
    if region in regions or not any(oldest in regions for oldest in _OLDEST):
        return
    nearby = [other for other in regions if other.partition("-")[0] == region.partition("-")[0]] or list(regions)
    yield Violation(
        at=deployment.instance_type.place,
        message=f"instance type {instance.name} is not in the price list of {region}; it is in {', '.join(nearby[:3])}",
        related=[RelatedLocation(deployment.region.place, "the deployment's Region")],
    )


RULE = Rule(
    check,
    category="instance",
    severity=Severity.WARNING,
    needs=["instance_type", "region"],
    sources=[
        "cfn-lint 1.58.0, aws_sagemaker_* extensions: the instance types of the price list, by Region (2026-11-22)",
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
        # Priced nowhere: then the list proves nothing.
        Valid(
            """
            instance_type: ml.p5e.48xlarge
            region: us-east-1
            framework: pytorch
            framework_version: "2.6.0"
            """
        ),
        # In the list of none of the oldest Regions.
        Valid(
            """
            instance_type: ml.m6i.large
            region: eu-central-1
            framework: pytorch
            framework_version: "2.1.0"
            """
        ),
        # No price list for this Region.
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
        Invalid(
            """
            instance_type: ml.c5.xlarge  # <- instance type ml.c5.xlarge is not in the price list of mx-central-1; it is in
            region: mx-central-1
            framework: pytorch
            framework_version: "2.1.0"
            """
        ),
    ],
)

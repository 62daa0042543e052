"""The image is not published in the Region.

AWS does not publish every family of images in every Region. A pull from the Region's registry finds no repository, and SageMaker
reports that it cannot access the image. The rule checks image URIs, and the images that a declared framework and version resolve to.
The message lists nearby Regions that have the repository. There is no fix, because where to deploy is your decision. An unknown Region
is an error only if its name contains a word that no Region has and is close to a Region's (`us-est-1`). Any other may be newer than the
catalog, so it is a note.

It is an error if both the AWS SDK and the AWS documentation list the Regions of the registry, and the Region is in neither list. Otherwise
it is a warning: the documentation may not list the registry, or the registry has an account in the Region and only this image is missing
from the lists.
"""

from __future__ import annotations

from smlint.linter.rule import Deployment, Invalid, Reason, Rule, RuleContext, Severity, TextRange, Unresolved, Valid, Violation, Violations


def check(deployment: Deployment, context: RuleContext) -> Violations:
    region = deployment.region.value
    if deployment.image.absent:
        expected = context.images.expected(deployment)
        if isinstance(expected, Unresolved) and expected.reason is Reason.REGION:
            if context.regions.may_be_new(region):
                yield _new(region, deployment.region.place or deployment.framework.place, context)
                return
            message = f"{deployment.framework.get() or 'the framework'} has no image in {region}"
            if expected.alternatives:
                message += f"; available in {', '.join(expected.alternatives)}"
            severity = _severity(deployment.framework.get() or "", region, context)
            yield Violation(at=deployment.region.place or deployment.framework.place, message=message, severity=severity)
        return
    image = deployment.image.get()
    # A map with a key per Region is a lookup table, not a list of the Regions that are deployed to.
    if deployment.region.origin == "map":
        return
    if image is None or image.repository is None or image.may_be_mirror or image.owner in ("mirror", "gallery") or image.problems or deployment.crosses_regions:
        return
    if image.region is not None:
        region = image.region
    elif deployment.platform == "kubernetes":
        return
    published = context.images.published_regions(image.repository)
    if not published or region in published:
        return
    if not context.regions.exists(region):
        nearest = context.regions.nearest(region) if image.owner == "aws" else None
        if nearest is not None:
            yield Violation(at=deployment.image.part("region"), message=f"{region} is not an AWS Region; did you mean {nearest}?")
        elif image.owner == "aws" and context.regions.may_be_new(region):
            yield _new(region, deployment.image.part("region") if image.region is not None else deployment.region.place, context)
        return
    message = f"{image.repository} is not published in {region}"
    nearby = context.regions.nearby(region, published)
    if nearby:
        message += f"; available in {', '.join(nearby)}"
    place = deployment.image.part("region") if image.region is not None else deployment.region.place
    yield Violation(at=place or deployment.image.place, message=message, severity=_severity(image.repository, region, context))


def _new(region: str, at: TextRange | None, context: RuleContext) -> Violation:
    message = f"{region} is not a known AWS Region; it may be newer than the catalog of {context.regions.date}"
    return Violation(at=at, message=message, severity=Severity.NOTE)


def _severity(name: str, region: str, context: RuleContext) -> Severity | None:
    return None if context.images.is_surely_unavailable(name, region) else Severity.WARNING


RULE = Rule(
    check,
    category="registry",
    severity=Severity.ERROR,
    needs=["region"],
    rests_on="accounts",
    fixing="No automatic fix: where to deploy is your decision.",
    sources=[
        "sagemaker-core 2.27.0, image_uri_config: the accounts, Regions and tags of the AWS SDK (2026-10-21)",
        "SageMaker, registry paths by Region: https://docs.aws.amazon.com/sagemaker/latest/dg-ecr-paths/sagemaker-algo-docker-registry-paths.html",
        "aws/deep-learning-containers at e0ecede, docs/reference/region_availability.md: the Regions of two registries (2026-08-21)",
    ],
    valid=[
        Valid("image_uri: 763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-inference:2.1.0-cpu-py310"),
        Valid(
            """
            framework: pytorch
            framework_version: "2.1.0"
            py_version: py310
            region: eu-south-1
            """
        ),
        # A private mirror may be in any Region, and an unknown registry may be private.
        Valid("image_uri: 444455556666.dkr.ecr.us-gov-east-1.amazonaws.com/sagemaker-chainer:5.0.0-cpu-py3"),
        Valid(
            """
            region: mx-central-1
            image_uri: "{registry}/sagemaker-xgboost:1.7-1"
            """
        ),
        # The catalog does not know this repository.
        Valid("image_uri: 763104351884.dkr.ecr.ap-southeast-7.amazonaws.com/some-new-framework:1.0"),
    ],
    invalid=[
        # This could be a new Region: all of its words are known.
        Invalid("image_uri: 763104351884.dkr.ecr.us-east-3.amazonaws.com/pytorch-inference:2.1.0-cpu-py310  # <- us-east-3 is not a known AWS Region; it may be newer"),
        Invalid(
            """
            framework: pytorch
            framework_version: "2.1.0"
            region: mx-west-1  # <- mx-west-1 is not a known AWS Region; it may be newer than the catalog of
            """
        ),
        Invalid("image_uri: 763104351884.dkr.ecr.us-est-1.amazonaws.com/pytorch-inference:2.1.0-cpu-py310  # <- us-est-1 is not an AWS Region; did you mean us-east-1?"),
        Invalid(
            """
            image_uri: 081189585635.dkr.ecr.us-east-1.amazonaws.com/sagemaker-geospatial-v1-0:latest  # <- sagemaker-geospatial-v1-0 is not published in us-east-1; available in us-west-2
            """
        ),
        Invalid(
            """
            framework: xgboost
            framework_version: "1.7-1"
            region: mx-central-1  # <- xgboost has no image in mx-central-1
            """,
            other_rules=["instance-type-not-in-region"],
        ),
    ],
)

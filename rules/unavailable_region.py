"""The image is not published in the Region.

Not every family of images is published in every Region: a pull from the Region's registry finds no repository, and SageMaker
reports that it cannot access the image. This is judged for image URIs, and for the image that a declared framework and version ask for. The
message names Regions nearby that have the repository; there is no fix, since where a deployment runs is the user's decision. A Region that is
in no list is taken for a mistake only when its name has a word that no Region's has and is close to a Region's (`us-est-1`): it might be new.
"""

from __future__ import annotations

from smlint.linter.rule import Deployment, Invalid, Reason, Rule, RuleContext, Severity, Unresolved, Valid, Violation, Violations


def check(deployment: Deployment, context: RuleContext) -> Violations:
    region = deployment.region.value
    if deployment.image.absent:
        wanted = context.images.expected(deployment)
        if isinstance(wanted, Unresolved) and wanted.reason is Reason.REGION:
            name = deployment.framework.get() or "the framework"
            message = f"{name} has no image in {region}"
            if wanted.alternatives:
                message += f"; it has in {', '.join(wanted.alternatives)}"
            yield Violation(at=deployment.region.place or deployment.framework.place, message=message)
        return
    image = deployment.image.get()
    # A map with a key for each Region is a table to look up, not a list of where the template is deployed.
    if deployment.region.origin == "map":
        return
    if image is None or image.repository is None or image.is_mirror or image.owner == "mirror" or image.problems or deployment.crosses_regions:
        return
    if image.region is not None:
        region = image.region
    elif deployment.platform == "kubernetes":
        return
    published = context.images.published_regions(image.repository)
    if not published or region in published:
        return
    if not context.regions.exists(region):
        # A Region that no list has may be new, if its name can be a Region's.
        meant = context.regions.nearest(region) if image.owner == "aws" else None
        if meant is not None:
            yield Violation(at=deployment.image.part("region"), message=f"there is no Region {region}; did you mean {meant}?")
        return
    message = f"{image.repository} is not published in {region}"
    nearby = [other for other in published if other.partition("-")[0] == region.partition("-")[0]]
    if nearby:
        message += f"; it is in {', '.join(nearby[:3])}"
    place = deployment.image.part("region") if image.region is not None else deployment.region.place
    yield Violation(at=place or deployment.image.place, message=message)


RULE = Rule(
    check,
    category="registry",
    severity=Severity.ERROR,
    needs=["region"],
    sources=[
        "sagemaker-core 2.27.0, image_uri_config: the accounts, Regions and tags of AWS's SDK (2026-11-22)",
        "SageMaker, registry paths by Region: https://docs.aws.amazon.com/sagemaker/latest/dg-ecr-paths/sagemaker-algo-docker-registry-paths.html",
    ],
    valid=[
        # It may be new: Regions are numbered, and this one has a known direction.
        Valid("image_uri: 763104351884.dkr.ecr.us-east-3.amazonaws.com/pytorch-inference:2.1.0-cpu-py310"),
        Valid("image_uri: 763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-inference:2.1.0-cpu-py310"),
        Valid(
            """
            framework: pytorch
            framework_version: "2.1.0"
            py_version: py310
            region: eu-south-1
            """
        ),
        # A mirror of one's own may lie anywhere.
        Valid("image_uri: 444455556666.dkr.ecr.us-gov-east-1.amazonaws.com/sagemaker-chainer:5.0.0-cpu-py3"),
        # What the catalogue does not know, it cannot miss.
        Valid("image_uri: 763104351884.dkr.ecr.ap-southeast-7.amazonaws.com/some-new-framework:1.0"),
    ],
    invalid=[
        Invalid("image_uri: 763104351884.dkr.ecr.us-est-1.amazonaws.com/pytorch-inference:2.1.0-cpu-py310  # <- there is no Region us-est-1; did you mean us-east-1?"),
        Invalid(
            """
            image_uri: 081189585635.dkr.ecr.us-east-1.amazonaws.com/sagemaker-geospatial-v1-0:latest  # <- sagemaker-geospatial-v1-0 is not published in us-east-1; it is in us-west-2
            """
        ),
        # The Region is told by the deployment only.
        Invalid(
            """
            region: mx-central-1  # <- sagemaker-xgboost is not published in mx-central-1
            image_uri: "{registry}/sagemaker-xgboost:1.7-1"
            """
        ),
        Invalid(
            """
            framework: xgboost
            framework_version: "1.7-1"
            region: mx-central-1  # <- xgboost has no image in mx-central-1
            """
        ),
    ],
)

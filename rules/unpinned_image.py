"""The image URI does not pin a version: it has no tag, or the tag `latest`.

What such a URI runs can change while the manifest stays the same: tomorrow's deployment, or an instance that scales out tonight, may
run something that you did not test. The URIs of SageMaker's built-in algorithms (`kmeans:1`) cannot be pinned further, and a few
repositories have no tag but `latest`; the rule ignores both.
"""

from __future__ import annotations

from smlint.linter.rule import Deployment, Invalid, Rule, RuleContext, Severity, Valid, Violation, Violations


def check(deployment: Deployment, context: RuleContext) -> Violations:
    image = deployment.image.value
    # An unknown tag is None, but is among the parts.
    if image.digest is not None or "digest" in image.parts or image.problems:
        return
    if image.tag != "latest" and (image.tag is not None or "tag" in image.parts):
        return
    # An image of a repository that has no tags cannot name one.
    published = context.images.nearest_tags(image) if image.known_repository and not image.is_mirror else ()
    if image.known_repository and not image.is_mirror and not published:
        return
    message = "image without a tag does not pin a version" if image.tag is None else "image tag latest does not pin a version"
    if published and not image.may_be_mirror:
        message += f"; published tags: {', '.join(published)}"
    yield Violation(at=deployment.image.part("tag" if image.tag is not None else "repository"), message=message)


RULE = Rule(
    check,
    category="version",
    severity=Severity.NOTE,
    needs=["image", "image.repository"],
    sources=[
        "Amazon ECR user guide, image tag mutability: https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html",
    ],
    valid=[
        Valid("image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310"),
        Valid("image_uri: 174872318107.dkr.ecr.us-west-2.amazonaws.com/kmeans:1"),
        Valid("image_uri: 444455556666.dkr.ecr.us-west-2.amazonaws.com/team/model:latest-2"),
        Valid('image_uri: "444455556666.dkr.ecr.us-west-2.amazonaws.com/team/model:{version}"'),
        Valid(
            """
            image_uri: 444455556666.dkr.ecr.us-west-2.amazonaws.com/team/model@sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0
            """
        ),
        # The repository has no other tag, or no tags at all.
        Valid("image_uri: 503895931360.dkr.ecr.us-east-1.amazonaws.com/sagemaker-debugger-rules:latest"),
        Valid("image_uri: 156813124566.dkr.ecr.us-east-1.amazonaws.com/sagemaker-model-monitor-analyzer"),
    ],
    invalid=[
        Invalid("image_uri: 444455556666.dkr.ecr.us-west-2.amazonaws.com/team/model:latest  # <- image tag latest does not pin a version"),
        Invalid("image_uri: 444455556666.dkr.ecr.us-west-2.amazonaws.com/team/model  # <- image without a tag does not pin a version"),
        Invalid("image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:latest  # <- image tag latest does not pin a version; published tags:"),
        Invalid("image_uri: 683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost  # <- image without a tag does not pin a version"),
    ],
)

"""The image URI names no version: no tag, or `latest`.

What such a URI runs changes without a change of the manifest: tomorrow's deployment, or an instance that is added tonight, may run
something else than the tests did. The built-in algorithms of SageMaker (`kmeans:1`) are pinned as well as they can be, and the few
repositories whose only tag is `latest` leave no choice.
"""

from __future__ import annotations

from smlint.linter.rule import Deployment, Invalid, Rule, RuleContext, Severity, Valid, Violation, Violations


def check(deployment: Deployment, context: RuleContext) -> Violations:
    image = deployment.image.value
    # A tag that is an unknown piece has its place among the parts, though it is None.
    if image.digest is not None or "digest" in image.parts or image.problems:
        return
    if image.tag != "latest" and (image.tag is not None or "tag" in image.parts):
        return
    published: tuple[str, ...] = ()
    if image.known_repository and not image.is_mirror:
        published = context.images.nearest_tags(image)
        if not published:
            return
    message = "image without a tag" if image.tag is None else "image with the tag latest"
    message += ", which names no version"
    if published:
        message += f"; published tags are {', '.join(published)}"
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
        # There is no other tag, or none at all.
        Valid("image_uri: 503895931360.dkr.ecr.us-east-1.amazonaws.com/sagemaker-debugger-rules:latest"),
        Valid("image_uri: 156813124566.dkr.ecr.us-east-1.amazonaws.com/sagemaker-model-monitor-analyzer"),
    ],
    invalid=[
        Invalid("image_uri: 444455556666.dkr.ecr.us-west-2.amazonaws.com/team/model:latest  # <- image with the tag latest, which names no version"),
        Invalid("image_uri: 444455556666.dkr.ecr.us-west-2.amazonaws.com/team/model  # <- image without a tag"),
        Invalid("image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:latest  # <- image with the tag latest, which names no version; published tags are"),
        Invalid("image_uri: 683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost  # <- image without a tag"),
    ],
)

"""The tag is not known to be published in AWS's repository.

The catalogue knows every tag that AWS's SDK and documents name, and equal forms of them: without a date, a revision or `soci`. A tag
that is not among them is most likely misspelt, or joins parts that were never built together; yet it may be newer than the catalogue, or
older than the documents. So it is a warning, with the nearest published tags; taking the nearest is an unsafe fix.
"""

from __future__ import annotations

from smlint.linter.rule import Applicability, Deployment, Invalid, Replacement, Rule, RuleContext, Severity, Valid, Violation, Violations


def check(deployment: Deployment, context: RuleContext) -> Violations:
    image = deployment.image.value
    # Only in an account that is known to be AWS's, or to mirror AWS's images, an unknown tag says anything.
    if image.owner not in ("aws", "mirror") or not image.known_repository or image.problems:
        return
    if image.known_tag or image.tag in (None, "latest"):
        return
    message = f"tag {image.tag} of {image.repository} is not known"
    nearest = context.images.nearest_tags(image)
    replacement = None
    if nearest:
        message += f"; nearest: {', '.join(nearest)}"
        start, end = image.parts["tag"]
        if image.digest is None:
            replacement = Replacement(image.uri[:start] + nearest[0] + image.uri[end:], f"use the tag {nearest[0]}", Applicability.UNSAFE)
    yield Violation(at=deployment.image.part("tag"), message=message, replacement=replacement)


RULE = Rule(
    check,
    category="version",
    severity=Severity.WARNING,
    needs=["image", "image.tag"],
    sources=[
        "sagemaker-core 2.27.0, image_uri_config: the accounts, Regions and tags of AWS's SDK (2026-11-22)",
        "aws/deep-learning-containers at e0ecede, docs/src/data: the published images (2026-08-21)",
    ],
    valid=[
        Valid("image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310-ubuntu20.04-sagemaker"),
        # Short forms, revisions and dates are forms of a known tag.
        Valid("image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-cpu-py312"),
        Valid("image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6-cpu-py312-ubuntu22.04-sagemaker-v1.12"),
        Valid("image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker-2025-03-04-05-06-07"),
        Valid("image_uri: 683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"),
        # In a repository of one's own a tag is free text.
        Valid("image_uri: 444455556666.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:our-build-7"),
        Valid("image_uri: 444455556666.dkr.ecr.us-west-2.amazonaws.com/team/model:2.1.7-cpu"),
        Valid('image_uri: "{account}.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:our-build-7"'),
    ],
    invalid=[
        Invalid(
            """
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py39-ubuntu20.04-sagemaker  # <- tag 2.1.0-cpu-py39-ubuntu20.04-sagemaker of pytorch-inference is not known; nearest: 2.1.0-cpu-py310-ubuntu20.04-sagemaker
            """,
            fixed="763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310-ubuntu20.04-sagemaker",
            applicability=Applicability.UNSAFE,
        ),
        Invalid(
            """
            image_uri: 174872318107.dkr.ecr.us-west-2.amazonaws.com/kmeans:99  # <- tag 99 of kmeans is not known; nearest: 1
            """,
            fixed="174872318107.dkr.ecr.us-west-2.amazonaws.com/kmeans:1",
            applicability=Applicability.UNSAFE,
        ),
    ],
)

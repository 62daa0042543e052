"""The tag is not a known tag of the AWS repository.

The catalog has every tag that the releases of the AWS Deep Learning Containers, the AWS documentation and the AWS SDK name, and their
equivalents without a date, a revision or `soci`. Any other tag is probably misspelled, or combines parts that AWS never built together,
such as the CUDA or Ubuntu of another version. If every documented tag of the version has a release in the ledger of the AWS Deep Learning
Containers (at least two do), and the tag names a part that none of them has, this is an error. Otherwise the tag may be older than the
documentation, so this is a warning. The message lists the nearest published tags; using the nearest is an unsafe fix. If only the CUDA or
the operating system is wrong, and one published tag has all other parts, the fix is safe. A version above every version of the framework
in the catalog may be newer than the catalog: this is a note without a fix.
"""

from __future__ import annotations

from smlint.linter.rule import Applicability, Deployment, Invalid, Replacement, Rule, RuleContext, Severity, Valid, Violation, Violations


def check(deployment: Deployment, context: RuleContext) -> Violations:
    image = deployment.image.value
    # In any other account, the catalog does not know which tags exist.
    if image.owner not in ("aws", "mirror", "gallery") or not image.known_repository or image.problems:
        return
    if image.known_tag or image.tag in (None, "latest"):
        return
    if image.framework is not None and context.images.is_newer(image.framework, image.version, image.libraries):
        message = f"tag {image.tag} of {image.repository} is newer than the catalog of {context.images.date}"
        yield Violation(at=deployment.image.part("tag"), message=message, severity=Severity.NOTE)
        return
    message = f"unknown tag {image.tag} of {image.repository}"
    nearest = context.images.nearest_tags(image)
    replacement = None
    if nearest:
        message += f"; nearest: {', '.join(nearest)}"
        start, end = image.parts["tag"]
        if image.digest is None:
            same = context.images.only_other_form(image)
            # AWS may not have copied the tag to the public gallery.
            is_safe = same is not None and image.owner != "gallery"
            tag, applicability = same or nearest[0], Applicability.SAFE if is_safe else Applicability.UNSAFE
            replacement = Replacement(image.uri[:start] + tag + image.uri[end:], f"use the tag {tag}", applicability)
    # A mirror may have tags of its own.
    is_certain = image.owner != "mirror" and context.images.contradicts_releases(image)
    severity = None if is_certain else Severity.WARNING
    yield Violation(at=deployment.image.part("tag"), message=message, replacement=replacement, severity=severity)


RULE = Rule(
    check,
    category="version",
    severity=Severity.ERROR,
    needs=["image", "image.tag"],
    rests_on="images",
    sources=[
        "sagemaker-core 2.27.0, image_uri_config: the accounts, Regions and tags of the AWS SDK (2026-10-21)",
        "aws/deep-learning-containers at e0ecede, docs/src/data: the published images (2026-08-21)",
        "aws/deep-learning-containers, release git tags: the released images (2020-05-19 to 2026-08-07)",
    ],
    valid=[
        Valid("image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310-ubuntu20.04-sagemaker"),
        # Tags with a short form, a revision or a date are known too.
        Valid("image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-cpu-py312"),
        Valid("image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6-cpu-py312-ubuntu22.04-sagemaker-v1.12"),
        Valid("image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker-2025-03-04-05-06-07"),
        Valid("image_uri: 683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"),
        # In a private repository, a tag is free text.
        Valid("image_uri: 444455556666.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:our-build-7"),
        Valid("image_uri: 444455556666.dkr.ecr.us-west-2.amazonaws.com/team/model:2.1.7-cpu"),
        Valid('image_uri: "{account}.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:our-build-7"'),
    ],
    invalid=[
        Invalid(
            """
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py39-ubuntu20.04-sagemaker  # <- unknown tag 2.1.0-cpu-py39-ubuntu20.04-sagemaker of pytorch-inference; nearest: 2.1.0-cpu-py310-ubuntu20.04-sagemaker
            """,
            fixed="763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310-ubuntu20.04-sagemaker",
            applicability=Applicability.UNSAFE,
        ),
        # The Ubuntu of PyTorch 2.1.
        Invalid(
            """
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-cpu-py312-ubuntu20.04-sagemaker  # <- unknown tag 2.6.0-cpu-py312-ubuntu20.04-sagemaker of pytorch-inference; nearest: 2.6.0-cpu-py312-ubuntu22.04-sagemaker
            """,
            fixed="763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker",
        ),
        Invalid(
            """
            image_uri: 246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-xgboost:1.6-1  # <- unknown tag 1.6-1 of sagemaker-xgboost; nearest: 1.5-1
            """,
            fixed="246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-xgboost:1.5-1",
            applicability=Applicability.UNSAFE,
        ),
        # AWS may have published this version after the catalog was built.
        Invalid(
            """
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/autogluon-inference:9.9.9-cpu-py312-ubuntu22.04  # <- is newer than the catalog of
            """
        ),
    ],
)

"""The catalog does not list this repository in the AWS account.

The name may be misspelled, or newer than the catalog. smlint cannot know which, so this is a note, and rules that need to know the
repository do not apply.
"""

from __future__ import annotations

from smlint.linter.rule import Deployment, Invalid, Rule, RuleContext, Severity, Valid, Violation, Violations


def check(deployment: Deployment, context: RuleContext) -> Violations:
    image = deployment.image.value
    if image.known_repository or image.problems or not context.images.is_aws_account(image.account or ""):
        return
    yield Violation(
        at=deployment.image.part("repository"),
        message=f"unknown repository {image.repository} in AWS account {image.account}; it may be newer than the catalog of {context.images.date}",
    )


RULE = Rule(
    check,
    category="registry",
    severity=Severity.NOTE,
    needs=["image", "image.account", "image.repository"],
    sources=[
        "sagemaker-core 2.27.0, image_uri_config: the accounts, Regions and tags of the AWS SDK (2026-10-21)",
        "aws/deep-learning-containers at e0ecede, docs/src/data: the published images (2026-08-21)",
    ],
    valid=[
        Valid("image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310"),
        Valid("image_uri: 444455556666.dkr.ecr.us-west-2.amazonaws.com/team/model:v1"),
        Valid("image_uri: 123456789012.dkr.ecr.us-west-2.amazonaws.com/team/model:v1"),
    ],
    invalid=[
        Invalid(
            """
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-infrence:2.1.0-cpu-py310  # <- unknown repository pytorch-infrence in AWS account 763104351884
            """
        ),
    ],
)

"""The account is one of AWS's own, and the catalogue knows no such repository in it.

Perhaps the name is misspelt; perhaps it is newer than the catalogue. That cannot be told from here: a note, and nothing is claimed about
the image.
"""

from __future__ import annotations

from smlint.linter.rule import Deployment, Invalid, Rule, RuleContext, Severity, Valid, Violation, Violations


def check(deployment: Deployment, context: RuleContext) -> Violations:
    image = deployment.image.value
    if image.known_repository or image.problems or not context.images.is_aws_account(image.account or ""):
        return
    yield Violation(
        at=deployment.image.part("repository"),
        message=f"repository {image.repository} of account {image.account} is not in the catalogue",
    )


RULE = Rule(
    check,
    category="registry",
    severity=Severity.NOTE,
    needs=["image", "image.account", "image.repository"],
    sources=[
        "sagemaker-core 2.27.0, image_uri_config: the accounts, Regions and tags of AWS's SDK (2026-11-22)",
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
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-infrence:2.1.0-cpu-py310  # <- repository pytorch-infrence of account 763104351884 is not in the catalogue
            """
        ),
    ],
)

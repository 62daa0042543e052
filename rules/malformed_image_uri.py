"""The image URI is not a valid Amazon ECR image URI.

An account of eleven digits, an impossible Region, a port, two colons, an upper-case repository, an empty tag: SageMaker refuses such a
URI, or fails to pull its container. The fix removes whitespace around an otherwise valid URI, and a doubled colon before a known tag. The
other mistakes have no fix, because the intended URI is unknown.
"""

from __future__ import annotations

from smlint.linter.rule import Deployment, Image, Invalid, Replacement, Rule, RuleContext, Severity, Valid, Violation, Violations


def check(deployment: Deployment, context: RuleContext) -> Violations:
    image = deployment.image.value
    if not image.problems:
        return
    yield Violation(
        at=deployment.image.place,
        message=f"malformed image URI: {'; '.join(image.problems)}",
        replacement=_replacement(image, context) if len(image.problems) == 1 else None,
    )


def _replacement(image: Image, context: RuleContext) -> Replacement | None:
    """Return the only URI that can be meant; None if that is not certain."""
    stripped = image.uri.strip()
    if stripped != image.uri:
        return Replacement(stripped, "remove the surrounding whitespace")
    single = image.uri.replace("::", ":")
    if image.uri.count("::") == 1 and context.images.is_known(single):
        return Replacement(single, "remove the doubled colon")
    return None


RULE = Rule(
    check,
    category="registry",
    severity=Severity.ERROR,
    needs=["image"],
    sources=[
        "Amazon ECR user guide, private registry: https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html",
    ],
    valid=[
        Valid("image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310"),
        Valid("image_uri: 444455556666.dkr.ecr.us-west-2.amazonaws.com/team/model_2.server:v1"),
        # A URI with placeholders.
        Valid('image_uri: "{account}.dkr.ecr.{region}.amazonaws.com/pytorch-inference:2.1.0-cpu-py310"'),
        # A registry other than Amazon ECR.
        Valid("image_uri: ghcr.io/Acme/Model:V1"),
        Valid(
            """
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference@sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0
            """
        ),
    ],
    invalid=[
        Invalid("image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com:443/pytorch-inference:2.1.0-cpu-py310  # <- malformed image URI: port 443"),
        Invalid("image_uri: 76310435188.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310  # <- malformed image URI: "),
        Invalid("image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0:cpu  # <- malformed image URI: "),
        Invalid("image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/PyTorch-Inference:2.1.0-cpu-py310  # <- malformed image URI: "),
        Invalid("image_uri: https://763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310  # <- malformed image URI: "),
        Invalid("image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/  # <- malformed image URI: "),
        Invalid(
            """
            image_uri: "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310 "  # <- malformed image URI
            """,
            fixed="763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310",
        ),
        Invalid(
            "image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference::2.1.0-cpu-py310  # <- malformed image URI: two colons",
            fixed="763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310",
        ),
        # No such tag is known.
        Invalid("image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference::9.9.9-cpu  # <- malformed image URI: two colons"),
        Invalid("image_uri: 444455556666.dkr.ecr.us-west-2.amazonaws.com/team/model::v1  # <- malformed image URI: two colons"),
    ],
)

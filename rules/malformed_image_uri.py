"""The image URI is meant for Amazon ECR, and no registry can have it.

An account of eleven digits, a Region that cannot be one, a port, two colons, an upper-case repository, an empty tag: such a URI is refused when the
deployment is created, or when its container is pulled. Only blanks around an otherwise sound URI are repaired; what else was meant,
nobody can tell.
"""

from __future__ import annotations

from smlint.linter.rule import Deployment, Invalid, Replacement, Rule, RuleContext, Severity, Valid, Violation, Violations


def check(deployment: Deployment, context: RuleContext) -> Violations:
    image = deployment.image.value
    if not image.problems:
        return
    bare = image.uri.strip()
    only_blanks = bare != image.uri and len(image.problems) == 1
    yield Violation(
        at=deployment.image.place,
        message=f"malformed image URI: {'; '.join(image.problems)}",
        replacement=Replacement(bare, "take the surrounding blanks away") if only_blanks else None,
    )


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
        # A placeholder is not a mistake.
        Valid('image_uri: "{account}.dkr.ecr.{region}.amazonaws.com/pytorch-inference:2.1.0-cpu-py310"'),
        # A registry that is not ECR.
        Valid("image_uri: ghcr.io/Acme/Model:V1"),
        Valid(
            """
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference@sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0
            """
        ),
    ],
    invalid=[
        Invalid("image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com:443/pytorch-inference:2.1.0-cpu-py310  # <- malformed image URI: names port 443"),
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
    ],
)

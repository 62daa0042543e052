"""A suppression silences nothing, or names a rule that does not exist.

A comment `# smlint: ignore[rule] reason` that outlives its finding would silence the next one, unseen. The fix takes it away. The same
holds for metadata, which silences findings in its own object: `Metadata: {smlint: {ignore: {rule: reason}}}` in CloudFormation, the
annotation `smlint/ignore: "rule: reason"` in Kubernetes, and `smlint: ignore[rule] reason` in Terraform's `"//"` and the `Comment` of a
state; there the fix takes away only what is part of a longer text. An unknown rule name is an error, because what was to be silenced
is not, and so is metadata of another form; with `require-ignore-reason` a suppression that gives no reason is reported too.
"""

from __future__ import annotations

from smlint.linter.rule import Invalid, Rule, Severity, Valid

RULE = Rule(
    category="meta",
    severity=Severity.WARNING,
    sources=[
        "smlint's own rule about its comments",
    ],
    valid=[
        Valid("image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310  # pinned by the platform team"),
        # A rule that was not run may still need it.
        Valid("image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310  # smlint: ignore[end-of-patch-image] until May"),
        Valid(
            """
            Resources:
              Model:
                Type: AWS::SageMaker::Model
                Metadata: {smlint: {ignore: {end-of-patch-image: until May}}}
                Properties:
                  PrimaryContainer:
                    Image: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310
            """
        ),
    ],
    invalid=[
        Invalid(
            """
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310  # smlint: ignore[image-region] ours  # <- unknown rule image-region in a suppression
            """
        ),
        Invalid(
            """
            # smlint: ignore[unused-suppression] we like it so  # <- suppression of unused-suppression silences nothing
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310
            """,
            fixed="",
        ),
        Invalid(
            """
            Resources:
              Model:
                Type: AWS::SageMaker::Model
                Metadata:
                  smlint:
                    ignore:
                      image-region: ours  # <- unknown rule image-region in a suppression
                      unused-suppression: we like it so  # <- suppression of unused-suppression silences nothing
                Properties:
                  PrimaryContainer:
                    Image: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310
            """
        ),
    ],
)

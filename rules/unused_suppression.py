"""A suppression has no effect, or names a rule that does not exist.

A comment `# smlint: ignore[rule] reason` that outlives its finding would hide the next one. The fix removes it. The rule checks metadata
too, which suppresses findings in its own object: `Metadata: {smlint: {ignore: {rule: reason}}}` in CloudFormation, the annotation
`smlint/ignore: "rule: reason"` in Kubernetes, and `smlint: ignore[rule] reason` in Terraform's `"//"` and in the `Comment` of a state;
there, the fix removes a suppression only from a longer text. An unknown rule name is an error, because nothing is suppressed, and so is
malformed metadata. With `require-ignore-reason`, a suppression without a reason is reported too.

A suppression is not unused if a check of its rule was skipped, or depends on the Region and only an option can give it.
"""

from __future__ import annotations

from smlint.linter.rule import Invalid, Rule, Severity, Valid

RULE = Rule(
    category="meta",
    severity=Severity.WARNING,
    fixing="`--fix` removes the suppression.",
    suppressible=False,
    sources=[
        "smlint's own suppressions",
    ],
    valid=[
        Valid("image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310  # pinned by the platform team"),
        # The rule did not run, so its suppression may still be needed.
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
            # smlint: ignore[unused-suppression] accepted  # <- suppression of unused-suppression has no effect
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
                      unused-suppression: accepted  # <- suppression of unused-suppression has no effect
                Properties:
                  PrimaryContainer:
                    Image: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310
            """
        ),
    ],
)

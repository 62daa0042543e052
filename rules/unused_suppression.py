"""A suppression silences nothing, or names a rule that does not exist.

A comment `# smlint: ignore[rule] reason` that outlives its finding would silence the next one, unseen. The fix takes it away. An
unknown rule name is an error, because what was to be silenced is not; with `require-ignore-reason` a suppression that
gives no reason is reported too.
"""

from __future__ import annotations

from smlint.rule import Bad, Good, Rule, Severity

RULE = Rule(
    category="meta",
    severity=Severity.WARNING,
    good=[
        Good("image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310  # pinned by the platform team"),
        # A rule that was not run may still need it.
        Good("image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310  # smlint: ignore[end-of-patch-image] until May"),
    ],
    bad=[
        Bad(
            """
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310  # smlint: ignore[image-region] ours  # <- unknown rule image-region in a suppression
            """
        ),
        Bad(
            """
            # smlint: ignore[unused-suppression] we like it so  # <- suppression of unused-suppression silences nothing
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310
            """,
            fixed="",
        ),
    ],
)

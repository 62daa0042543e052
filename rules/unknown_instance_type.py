"""SageMaker has no instance type with this name.

Either the name is malformed (`m5.xlarge` lacks its `ml.`), or the family has no such size (`ml.c6g.42xlarge`): SageMaker refuses the
request. A well-formed name of an unlisted family is only a note, because AWS adds families faster than lists are updated. The known
instance types come from the enumerations of the SageMaker service model and from the AWS price list. If one edit turns the name into
exactly one existing name, the fix uses it; it is unsafe, because the instance type is your choice.

An unknown size does not hide the architecture of the family: an x86_64 image on `ml.c6g.42xlarge` is a second fault, because it fails on
every size of the family, and `image-architecture-mismatch` reports it too. For a malformed name, this is the only finding.
"""

from __future__ import annotations

from smlint.linter.rule import Applicability, Deployment, Invalid, Replacement, Rule, RuleContext, Severity, Valid, Violation, Violations


def check(deployment: Deployment, context: RuleContext) -> Violations:
    instance = deployment.instance_type.value
    # Nodes of a self-managed cluster are EC2 instances, whose names have no `ml.`.
    if deployment.platform == "kubernetes" and not instance.name.startswith("ml."):
        return
    status = context.instances.status(instance.name, deployment.kind)
    if status == "new":
        yield Violation(
            at=deployment.instance_type.place,
            message=f"{instance.name} is not a known {deployment.kind.noun} instance type; it may be newer than the catalog of {context.instances.date}",
            severity=Severity.NOTE,
        )
        return
    if status not in ("malformed", "unknown-size"):
        return
    nearest = context.instances.nearest(instance.name, deployment.kind)
    message = f"unknown instance type {instance.name}"
    if status == "unknown-size":
        message += f": family {instance.family} has no size {instance.size}"
    replacement = None
    if nearest:
        message += f"; did you mean {', '.join(nearest)}?"
        near = [name for name in nearest if one_edit_apart(instance.name, name)]
        if len(near) == 1:
            replacement = Replacement(near[0], f"use {near[0]}", Applicability.UNSAFE)
    yield Violation(at=deployment.instance_type.place, message=message, replacement=replacement, certain=status == "malformed")


def one_edit_apart(written: str, name: str) -> bool:
    """Return whether the names differ only by a missing `ml.`, case or whitespace, or by one added, missing, changed or swapped character."""
    written = written.strip().lower()
    if name in (written, "ml." + written):
        return True
    short, long = sorted((written, name), key=len)
    if len(long) - len(short) > 1:
        return False
    start = 0
    while start < len(short) and short[start] == long[start]:
        start += 1
    if len(short) < len(long):
        return short[start:] == long[start + 1 :]
    swapped = short[start : start + 2] == long[start : start + 2][::-1] and short[start + 2 :] == long[start + 2 :]
    return short[start + 1 :] == long[start + 1 :] or swapped


RULE = Rule(
    check,
    category="instance",
    severity=Severity.ERROR,
    needs=["instance_type"],
    rests_on="instances",
    sources=[
        "botocore 1.44.5, SageMaker service model (2017-07-24): the instance types of each use (2026-11-17)",
        "cfn-lint 1.58.0, aws_sagemaker_* extensions: the instance types of the price list, by Region (2026-10-20)",
        "moto 5.2.5, ec2/resources/instance_types.json.gz: the architecture of 189 EC2 families (2026-10-27)",
    ],
    valid=[
        Valid(
            """
            instance_type: ml.m5.xlarge
            framework: pytorch
            framework_version: "2.1.0"
            """
        ),
        Valid(
            """
            instance_type: ml.c8g.16xlarge
            framework: pytorch
            framework_version: "2.6.0"
            """
        ),
        # It exists, but not for endpoints: `instance-type-not-for-purpose` reports it.
        Valid(
            """
            instance_type: ml.t4g.medium
            framework: pytorch
            framework_version: "2.6.0"
            """
        ),
    ],
    invalid=[
        Invalid(
            """
            instance_type: m5.xlarge  # <- unknown instance type m5.xlarge; did you mean ml.m5.xlarge
            framework: pytorch
            framework_version: "2.1.0"
            """,
            fixed="ml.m5.xlarge",
            applicability=Applicability.UNSAFE,
        ),
        Invalid(
            """
            instance_type: ml.c6g.42xlarge  # <- family c6g has no size 42xlarge; did you mean
            framework: pytorch
            framework_version: "2.1.0"
            """
        ),
        Invalid(
            """
            instance_type: ml.m5.xlrage  # <- did you mean ml.m5.xlarge
            framework: pytorch
            framework_version: "2.1.0"
            """,
            fixed="ml.m5.xlarge",
            applicability=Applicability.UNSAFE,
        ),
        Invalid(
            """
            instance_type: ml.foo.bar  # <- unknown instance type ml.foo.bar
            framework: pytorch
            framework_version: "2.1.0"
            """
        ),
        Invalid(
            """
            instance_type: ml.c9g.xlarge  # <- ml.c9g.xlarge is not a known endpoint instance type
            framework: pytorch
            framework_version: "2.6.0"
            """
        ),
    ],
)

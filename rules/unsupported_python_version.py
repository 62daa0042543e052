"""The declared version has no image with the declared Python.

AWS builds most versions with a single Python. The SDK fails with `Unsupported Python version: py39.`, or silently uses another one. The
message lists the Python versions that exist; using one of them is an unsafe fix.
"""

from __future__ import annotations

from smlint.linter.rule import (
    Applicability,
    Deployment,
    Invalid,
    Reason,
    Replacement,
    Rule,
    RuleContext,
    Severity,
    Unresolved,
    Valid,
    Violation,
    Violations,
)


def check(deployment: Deployment, context: RuleContext) -> Violations:
    expected = context.images.expected(deployment)
    if not isinstance(expected, Unresolved) or expected.reason is not Reason.PYTHON:
        return
    release = " ".join(filter(None, (deployment.framework.value, deployment.framework_version.get())))
    pythons = expected.alternatives
    message = f"{release} has no image with {deployment.py_version.value}"
    if pythons:
        message += f"; images exist with {', '.join(pythons)}"
    yield Violation(
        at=deployment.py_version.place,
        message=message,
        replacement=Replacement(pythons[0], f"use {pythons[0]}", Applicability.UNSAFE) if pythons else None,
    )


RULE = Rule(
    check,
    category="version",
    severity=Severity.ERROR,
    needs=["framework", "py_version"],
    rests_on="images",
    sources=[
        "sagemaker-core 2.27.0, image_uris.py: what retrieve accepts, and its error messages (2026-10-21)",
        "aws/deep-learning-containers at e0ecede, docs/src/data: the published images (2026-08-21)",
    ],
    valid=[
        Valid(
            """
            framework: pytorch
            framework_version: "2.1.0"
            py_version: py310
            """
        ),
        # The image tag names a Python: `image-python-mismatch` compares it.
        Valid(
            """
            framework: pytorch
            py_version: py39
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310
            """
        ),
    ],
    invalid=[
        Invalid(
            """
            framework: pytorch
            framework_version: "2.1.0"
            py_version: py39  # <- pytorch 2.1.0 has no image with py39; images exist with py310
            """,
            fixed="py310",
            applicability=Applicability.UNSAFE,
        ),
    ],
)

"""A version is written as a number, which YAML may read as a different one.

`framework_version: 1.10` is the float 1.1, and `2.10` becomes 2.1: the trailing zero is gone before any tool sees it. The fix quotes
the value.
"""

from __future__ import annotations

from smlint.linter.rule import DocumentReading, Invalid, ProblemKind, Replacement, Rule, RuleContext, Severity, Valid, Violation, Violations


def check(reading: DocumentReading, context: RuleContext) -> Violations:
    for problem in reading.problems:
        if problem.kind is ProblemKind.UNQUOTED_VERSION:
            replacement = Replacement(problem.replacement, "quote the version") if problem.replacement is not None else None
            yield Violation(at=problem.place, message=problem.message, replacement=replacement, problem=problem)


RULE = Rule(
    on_document=check,
    category="manifest",
    severity=Severity.WARNING,
    sources=[
        "YAML 1.2.2, tag resolution of the core schema: https://yaml.org/spec/1.2.2/#1032-tag-resolution",
    ],
    valid=[
        Valid(
            """
            framework: tensorflow
            framework_version: "2.10"
            """
        ),
        # With two dots or a dash, YAML reads a string.
        Valid(
            """
            framework: pytorch
            framework_version: 2.1.0
            """
        ),
        Valid(
            """
            framework: xgboost
            framework_version: 1.7-1
            """
        ),
    ],
    invalid=[
        Invalid(
            """
            framework: pytorch
            framework_version: 1.10  # <- framework_version 1.10 is the number 1.1, expected a quoted string
            """,
            fixed="1.10",
        ),
        Invalid(
            """
            framework: tensorflow
            framework_version: 2  # <- framework_version 2 is a number, expected a quoted string
            """,
            fixed="2",
        ),
    ],
)

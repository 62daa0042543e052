"""A version is written as a number, and YAML may read another one.

`framework_version: 1.10` is the float 1.1, and `2.10` becomes 2.1: the trailing zero is gone before any tool sees it. The fix puts
quotes around what is written.
"""

from __future__ import annotations

from collections.abc import Iterator

from smlint.linter.rule import Bad, Context, Good, Hit, ProblemKind, Reading, Replace, Rule, Severity


def check(reading: Reading, context: Context) -> Iterator[Hit]:
    for problem in reading.problems:
        if problem.kind is ProblemKind.UNQUOTED_VERSION:
            replace = Replace(problem.replace, "put the version in quotes") if problem.replace is not None else None
            yield Hit(at=problem.place, message=problem.message, replace=replace)


RULE = Rule(
    on_document=check,
    category="manifest",
    severity=Severity.WARNING,
    sources=[
        "YAML 1.2.2, tag resolution of the core schema: https://yaml.org/spec/1.2.2/#1032-tag-resolution",
    ],
    good=[
        Good(
            """
            framework: tensorflow
            framework_version: "2.10"
            """
        ),
        # Two dots, or a dash, and YAML reads text.
        Good(
            """
            framework: pytorch
            framework_version: 2.1.0
            """
        ),
        Good(
            """
            framework: xgboost
            framework_version: 1.7-1
            """
        ),
    ],
    bad=[
        Bad(
            """
            framework: pytorch
            framework_version: 1.10  # <- framework_version 1.10 is the number 1.1, expected quoted text
            """,
            fixed="1.10",
        ),
        Bad(
            """
            framework: tensorflow
            framework_version: 2  # <- framework_version 2 is a number, expected quoted text
            """,
            fixed="2",
        ),
    ],
)

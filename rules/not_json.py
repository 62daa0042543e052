"""A `.json` file is not valid JSON, although a YAML parser accepts it.

A trailing comma, single quotes or a doubled colon make a file that YAML parsers accept, some with a value that its author does not expect.
JSON parsers, such as those of Terraform, the AWS CLI and Step Functions, refuse it. smlint reads it as YAML and checks the rest. The rule
ignores state machines with an unquoted `${Name}`, which is filled in first, and JSON with comments that no deployment tool reads, such as
the settings of an editor.
"""

from __future__ import annotations

from smlint.linter.rule import DocumentReading, Invalid, ProblemKind, Rule, RuleContext, Severity, Valid, Violation, Violations


def check(reading: DocumentReading, context: RuleContext) -> Violations:
    for problem in reading.problems:
        if problem.kind is ProblemKind.NOT_JSON:
            yield Violation(at=problem.place, message=problem.message, problem=problem)


RULE = Rule(
    on_document=check,
    category="manifest",
    severity=Severity.WARNING,
    sources=[
        "JSON, RFC 8259: https://www.rfc-editor.org/rfc/rfc8259",
    ],
    valid=[
        Valid(
            """
            {"image_uri": "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310", "instance_type": "ml.m5.xlarge"}
            """
        ),
    ],
    invalid=[
        Invalid(
            """
            {"image_uri": "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310", "instance_type": "ml.m5.xlarge",}  # <- not JSON
            """
        ),
    ],
)

"""The native manifest does not match its JSON Schema.

A misspelled key is valid YAML: smlint would not read it, and the model would not be what its author believes. `smlint schema manifest`
prints the schema, which editors use for completion.
"""

from __future__ import annotations

from smlint.linter.rule import DocumentReading, Invalid, ProblemKind, Rule, RuleContext, Severity, Valid, Violation, Violations


def check(reading: DocumentReading, context: RuleContext) -> Violations:
    for problem in reading.problems:
        if problem.kind is ProblemKind.SCHEMA:
            yield Violation(at=problem.place, message=problem.message, problem=problem)


RULE = Rule(
    on_document=check,
    category="manifest",
    severity=Severity.ERROR,
    sources=[
        "smlint's own manifest schema: smlint schema manifest",
    ],
    valid=[
        Valid(
            """
            smlint: 1
            defaults: {region: us-east-1, instance_type: ml.m5.xlarge}
            models:
              churn:
                framework: xgboost
                framework_version: "1.7-1"
              sentiment:
                framework: pytorch
                framework_version: "2.6.0"
                instance_types: [ml.c7g.xlarge, ml.c5.xlarge]
            """
        ),
        # `unquoted-version` reports a version that YAML reads as a number.
        Valid(
            """
            framework: xgboost
            framework_version: 1.7
            """
        ),
    ],
    invalid=[
        Invalid(
            """
            framework: pytorch
            framework_verson: "2.1.0"  # <- unknown key 'framework_verson'; did you mean 'framework_version'
            """
        ),
        Invalid(
            """
            smlint: 1
            models:
              - name: churn  # <- the model has no 'instance_type'
                framework: pytorch
            """
        ),
        Invalid(
            """
            framework: pytorch
            framework_version: "2.1.0"
            py_version: 3.10  # <- py_version is the number 3.1, expected
            """
        ),
        Invalid(
            """
            framework: pytorch
            image_scope: hosting  # <- image_scope is 'hosting', expected inference, training, processing or transform
            """
        ),
    ],
)

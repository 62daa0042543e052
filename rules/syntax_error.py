"""The file is not valid YAML or JSON, or cannot be read.

smlint cannot analyze such a file, and SageMaker's tools refuse it. No other rule checks it; the other files of the run are still
checked. smlint skips templates that another tool renders first (`{{ ... }}`, `{% ... %}`), and counts them as skipped.
"""

from __future__ import annotations

from smlint.linter.rule import Invalid, Rule, Severity, Valid

RULE = Rule(
    category="manifest",
    severity=Severity.ERROR,
    suppressible=False,
    sources=[
        "YAML 1.2.2: https://yaml.org/spec/1.2.2/",
        "JSON, RFC 8259: https://www.rfc-editor.org/rfc/rfc8259",
    ],
    valid=[
        Valid("image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310"),
        # CloudFormation's short functions are YAML tags, and a plain scalar may contain `:`, even in a flow sequence.
        Valid(
            """
            Resources:
              Model:
                Type: AWS::SageMaker::Model
                Properties:
                  PrimaryContainer:
                    Image: !Join ["", [763104351884.dkr.ecr., !Ref AWS::Region, .amazonaws.com/pytorch-inference:2.1.0-cpu-py310]]
            """
        ),
        # A Helm template is not YAML until it is rendered.
        Valid(
            """
            smlint: 1
            {{- if .Values.models }}
            models: [{{ .Values.models }}
            {{- end }}
            """
        ),
    ],
    invalid=[
        Invalid(
            """
            smlint: 1
            models:
              - name: churn
                instance_type: ml.m5.xlarge
                image_uri: a: b  # <- mapping values are not allowed
            """
        ),
        Invalid(
            """
            smlint: 1
            models:
              - {name: churn, instance_type: ml.m5.xlarge, framework: pytorch
              - {name: sentiment, instance_type: ml.m5.xlarge, framework: pytorch}  # <- while parsing a flow mapping
            """
        ),
    ],
)

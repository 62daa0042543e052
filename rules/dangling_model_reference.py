"""A production variant references a model that does not exist.

The variant references a model that the same template, manifest or plan should define and does not: a `!Ref` or `!GetAtt` to a
missing logical ID, or a name that is missing among the models next to it. Creating the endpoint fails with `Could not find model`.
A literal name alone is never reported, because the model may exist outside the file. Nor is a CloudFormation file without models that
has only `Resources`, `Outputs` and `Conditions`: a tool may merge it into a template that has the models.
"""

from __future__ import annotations

from smlint.linter.rule import DocumentReading, Invalid, ProblemKind, Rule, RuleContext, Severity, Valid, Violation, Violations


def check(reading: DocumentReading, context: RuleContext) -> Violations:
    for problem in reading.problems:
        if problem.kind is ProblemKind.DANGLING_REFERENCE:
            yield Violation(at=problem.place, message=problem.message, problem=problem)


RULE = Rule(
    on_document=check,
    category="manifest",
    severity=Severity.ERROR,
    sources=[
        "SageMaker API reference, ProductionVariant: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProductionVariant.html",
        "CloudFormation, the function Ref: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-ref.html",
    ],
    valid=[
        Valid(
            """
            Resources:
              ChurnModel:
                Type: AWS::SageMaker::Model
                Properties:
                  PrimaryContainer:
                    Image: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310
              ChurnConfig:
                Type: AWS::SageMaker::EndpointConfig
                Properties:
                  ProductionVariants:
                    - ModelName: !GetAtt ChurnModel.ModelName
                      VariantName: AllTraffic
                      InstanceType: ml.m5.xlarge
            """
        ),
        # The model may exist outside the file.
        Valid(
            """
            Parameters:
              ModelName: {Type: String}
            Resources:
              ChurnConfig:
                Type: AWS::SageMaker::EndpointConfig
                Properties:
                  ProductionVariants:
                    - ModelName: churn-model
                      VariantName: Current
                      InstanceType: ml.m5.xlarge
                    - ModelName: !Ref ModelName
                      VariantName: Next
                      InstanceType: ml.m5.xlarge
            """
        ),
    ],
    invalid=[
        Invalid(
            """
            Resources:
              ChurnModel:
                Type: AWS::SageMaker::Model
                Properties:
                  PrimaryContainer:
                    Image: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310
              ChurnConfig:
                Type: AWS::SageMaker::EndpointConfig
                Properties:
                  ProductionVariants:
                    - ModelName: !GetAtt ChrunModel.ModelName  # <- ChrunModel
                      VariantName: AllTraffic
                      InstanceType: ml.m5.xlarge
            """
        ),
        Invalid(
            """
            AWSTemplateFormatVersion: "2010-09-09"
            Resources:
              ChurnConfig:
                Type: AWS::SageMaker::EndpointConfig
                Properties:
                  ProductionVariants:
                    - ModelName: !Ref ChurnModel  # <- ChurnModel
                      VariantName: AllTraffic
                      InstanceType: ml.m5.xlarge
            """
        ),
    ],
)

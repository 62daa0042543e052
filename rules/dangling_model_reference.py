"""A production variant names a model that cannot exist.

The variant refers to a model that the same template, manifest or plan should have and lacks: a `!Ref` or `!GetAtt` to a logical id that is not
there, or a name missing among the models beside it. The endpoint cannot be created: `Could not find model`. A literal name alone is never
dangling, because the model may have been made elsewhere.
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
        # The model may have been made elsewhere.
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

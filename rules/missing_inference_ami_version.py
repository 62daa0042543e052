"""The image's CUDA is newer than the driver of the endpoint's default AMI.

GPU instances of an endpoint start with an old NVIDIA driver unless the production variant sets an `InferenceAmiVersion`. An image with
CUDA 12.8 or later then fails with a `CannotStartContainerError` and leaves no log (documentation of the AWS Deep Learning Containers).
CUDA 12 needs `al2-ami-sagemaker-inference-gpu-3-1`, CUDA 13 `al2023-ami-sagemaker-inference-gpu-4-1`. The rule checks only formats that
can set the AMI. This is a warning, because AWS may change the default at any time.
"""

from __future__ import annotations

from smlint.linter.rule import Deployment, Invalid, Kind, RelatedLocation, Rule, RuleContext, Severity, Valid, Violation, Violations

AMI_VERSIONS = {12: "al2-ami-sagemaker-inference-gpu-3-1", 13: "al2023-ami-sagemaker-inference-gpu-4-1"}
FORMATS_WITHOUT_AMI = ("native", "generic")


def check(deployment: Deployment, context: RuleContext) -> Violations:
    image, instance = deployment.image.value, deployment.instance_type.value
    if deployment.kind is not Kind.ENDPOINT or deployment.platform != "sagemaker" or deployment.format in FORMATS_WITHOUT_AMI:
        return
    if not deployment.inference_ami_version.absent or instance.processor != "gpu" or image.may_be_mirror or image.problems:
        return
    digits = (image.accelerator or "").removeprefix("cu")
    if len(digits) != 3 or not digits.isdecimal() or int(digits) < 128:
        return
    cuda, expected = f"CUDA {digits[:2]}.{digits[2]}", AMI_VERSIONS.get(int(digits[:2]))
    message = f"{cuda} image on {instance.name} without InferenceAmiVersion"
    yield Violation(
        at=deployment.instance_type.place,
        message=f"{message}; expected {expected}" if expected else message,
        related=[RelatedLocation(deployment.image.part("accelerator"), cuda)],
    )


RULE = Rule(
    check,
    category="hardware",
    severity=Severity.WARNING,
    needs=["image", "image.accelerator", "instance_type"],
    fixing="No automatic fix: a fix changes a value, and here the key is missing.",
    sources=[
        "aws/deep-learning-containers at e0ecede, docs/src/data: the published images (2026-08-21)",
        "SageMaker API reference, ProductionVariant: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProductionVariant.html",
    ],
    valid=[
        Valid(
            """
            Resources:
              Model:
                Type: AWS::SageMaker::Model
                Properties:
                  PrimaryContainer:
                    Image: 763104351884.dkr.ecr.us-west-2.amazonaws.com/djl-inference:0.33.0-lmi15.0.0-cu128
              Config:
                Type: AWS::SageMaker::EndpointConfig
                Properties:
                  ProductionVariants:
                    - ModelName: !GetAtt Model.ModelName
                      VariantName: AllTraffic
                      InstanceType: ml.g5.xlarge
                      InferenceAmiVersion: al2-ami-sagemaker-inference-gpu-3-1
            """
        ),
        # CUDA 12.4 runs on the default driver.
        Valid(
            """
            Resources:
              Model:
                Type: AWS::SageMaker::Model
                Properties:
                  PrimaryContainer:
                    Image: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-gpu-py312-cu124-ubuntu22.04-sagemaker
              Config:
                Type: AWS::SageMaker::EndpointConfig
                Properties:
                  ProductionVariants:
                    - ModelName: !GetAtt Model.ModelName
                      VariantName: AllTraffic
                      InstanceType: ml.g5.xlarge
            """
        ),
        # The native manifest has no key for the AMI.
        Valid(
            """
            instance_type: ml.g5.xlarge
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/djl-inference:0.33.0-lmi15.0.0-cu128
            """
        ),
    ],
    invalid=[
        Invalid(
            """
            Resources:
              Model:
                Type: AWS::SageMaker::Model
                Properties:
                  PrimaryContainer:
                    Image: 763104351884.dkr.ecr.us-west-2.amazonaws.com/djl-inference:0.33.0-lmi15.0.0-cu128
              Config:
                Type: AWS::SageMaker::EndpointConfig
                Properties:
                  ProductionVariants:
                    - ModelName: !GetAtt Model.ModelName
                      VariantName: AllTraffic
                      InstanceType: ml.g5.xlarge  # <- CUDA 12.8 image on ml.g5.xlarge without InferenceAmiVersion; expected al2-ami-sagemaker-inference-gpu-3-1
            """
        ),
        Invalid(
            """
            Resources:
              Model:
                Type: AWS::SageMaker::Model
                Properties:
                  PrimaryContainer:
                    Image: 763104351884.dkr.ecr.us-west-2.amazonaws.com/djl-inference:0.36.0-lmi25.0.0-cu130
              Config:
                Type: AWS::SageMaker::EndpointConfig
                Properties:
                  ProductionVariants:
                    - ModelName: !GetAtt Model.ModelName
                      VariantName: AllTraffic
                      InstanceType: ml.g6e.12xlarge  # <- CUDA 13.0 image on ml.g6e.12xlarge without InferenceAmiVersion; expected al2023-ami-sagemaker-inference-gpu-4-1
            """
        ),
    ],
)

"""The image's CUDA is newer than the driver of the endpoint's default machine image.

GPU instances of an endpoint start with an old NVIDIA driver unless the production variant names an `InferenceAmiVersion`. An image of CUDA 12.8 or
later then fails with a `CannotStartContainerError` that leaves no log (documentation of AWS's Deep Learning Containers). CUDA 12 wants
`al2-ami-sagemaker-inference-gpu-3-1`, CUDA 13 `al2023-ami-sagemaker-inference-gpu-4-1`. Only formats that can say so are judged, and
since the default may be moved any day, this is a warning.
"""

from __future__ import annotations

from smlint.linter.rule import Deployment, Invalid, Kind, RelatedLocation, Rule, RuleContext, Severity, Valid, Violation, Violations

NEEDED = {12: "al2-ami-sagemaker-inference-gpu-3-1", 13: "al2023-ami-sagemaker-inference-gpu-4-1"}
UNABLE = ("native", "generic")


def check(deployment: Deployment, context: RuleContext) -> Violations:
    image, instance = deployment.image.value, deployment.instance_type.value
    if deployment.kind is not Kind.ENDPOINT or deployment.platform != "sagemaker" or deployment.format in UNABLE:
        return
    if not deployment.inference_ami_version.absent or instance.processor != "gpu" or image.is_mirror or image.problems:
        return
    digits = (image.accelerator or "").removeprefix("cu")
    if len(digits) != 3 or not digits.isdecimal() or int(digits) < 128:
        return
    needed = NEEDED.get(int(digits[:2]))
    message = f"image of CUDA {digits[:2]}.{digits[2]} on {instance.name} without InferenceAmiVersion"
    yield Violation(
        at=deployment.instance_type.place,
        message=f"{message}; it needs {needed}" if needed else message,
        related=[RelatedLocation(deployment.image.part("accelerator"), f"CUDA {digits[:2]}.{digits[2]}")],
    )


RULE = Rule(
    check,
    category="hardware",
    severity=Severity.WARNING,
    needs=["image", "image.accelerator", "instance_type"],
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
                    Image: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.7.1-gpu-py312-cu128-ubuntu22.04-sagemaker
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
        # smlint's own manifest has no key for it.
        Valid(
            """
            instance_type: ml.g5.xlarge
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.7.1-gpu-py312-cu128-ubuntu22.04-sagemaker
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
                    Image: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.7.1-gpu-py312-cu128-ubuntu22.04-sagemaker
              Config:
                Type: AWS::SageMaker::EndpointConfig
                Properties:
                  ProductionVariants:
                    - ModelName: !GetAtt Model.ModelName
                      VariantName: AllTraffic
                      InstanceType: ml.g5.xlarge  # <- image of CUDA 12.8 on ml.g5.xlarge without InferenceAmiVersion; it needs al2-ami-sagemaker-inference-gpu-3-1
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
                      InstanceType: ml.g6e.12xlarge  # <- image of CUDA 13.0 on ml.g6e.12xlarge without InferenceAmiVersion; it needs al2023-ami-sagemaker-inference-gpu-4-1
            """
        ),
    ],
)

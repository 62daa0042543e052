"""The image's CUDA is newer than the driver of the endpoint's default AMI.

GPU instances of an endpoint start with the NVIDIA driver of their family unless the production variant sets an `InferenceAmiVersion`: 470
on P2, P3, G4dn, G5 and P4d, 535 on P5 and G6, 550 on P5e and P5en. An image that needs a newer one fails with a `CannotStartContainerError`
and leaves no log (documentation of the AWS Deep Learning Containers). Images with CUDA before 12.8 bring what they need to run on an old
driver. The message names the oldest AMI that runs the image: `al2-ami-sagemaker-inference-gpu-3-1` for CUDA 12, and
`al2023-ami-sagemaker-inference-gpu-4-1` for CUDA 13 and for the Blackwell GPUs of G7, G7e and P6, which need its driver.

It is a warning if the driver is certainly too old, and a note where the sources contradict each other (CUDA 12.8 with driver 535, CUDA 13
with driver 550) or the default driver of the family is unknown. The rule checks only formats that can set the AMI.
"""

from __future__ import annotations

from smlint.linter.rule import Deployment, Invalid, Kind, RelatedLocation, Rule, RuleContext, Severity, Valid, Violation, Violations

AMI_VERSIONS = {12: "al2-ami-sagemaker-inference-gpu-3-1", 13: "al2023-ami-sagemaker-inference-gpu-4-1"}
DEFAULT_DRIVERS = {
    "p2": 470, "p3": 470, "g4dn": 470, "g5": 470, "p4d": 470, "p4de": 470, "p5": 535, "g6": 535, "p5e": 550, "p5en": 550,
}  # fmt: skip
"""The driver of each family without an `InferenceAmiVersion`."""

BLACKWELL = ("g7", "p6")
"""The beginnings of the families with Blackwell GPUs, which need driver 570 or later."""

SEVERITIES: dict[int, dict[int, Severity | None]] = {
    12: {470: Severity.WARNING, 535: Severity.NOTE, 550: None},
    13: {470: Severity.WARNING, 535: Severity.WARNING, 550: Severity.NOTE},
}
"""The severity by the major version of CUDA and the driver; None if the image runs. CUDA 12 means 12.8 and 12.9."""

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
    major = int(digits[:2])
    driver = DEFAULT_DRIVERS.get(instance.family)
    severity = Severity.NOTE if driver is None else SEVERITIES[min(major, 13)][driver]
    if severity is None:
        return
    cuda, expected = f"CUDA {digits[:2]}.{digits[2]}", AMI_VERSIONS.get(major)
    if major == 12 and instance.family.startswith(BLACKWELL):
        expected = AMI_VERSIONS[13]
    message = f"{cuda} image on {instance.name} without InferenceAmiVersion"
    yield Violation(
        at=deployment.instance_type.place,
        message=f"{message}; expected {expected}" if expected else message,
        related=[RelatedLocation(deployment.image.part("accelerator"), cuda)],
        severity=severity,
    )


RULE = Rule(
    check,
    category="hardware",
    severity=Severity.WARNING,
    needs=["image", "image.accelerator", "instance_type"],
    fixing="No automatic fix: a fix changes a value, and here the key is missing.",
    sources=[
        "aws/deep-learning-containers at e0ecede, docs/src/data: the published images (2026-08-21)",
        "SageMaker developer guide, GPU drivers: https://docs.aws.amazon.com/sagemaker/latest/dg/inference-gpu-drivers.html (read on 2026-11-29)",
        "NVIDIA CUDA compatibility: https://docs.nvidia.com/deploy/cuda-compatibility/minor-version-compatibility.html (read on 2026-11-29)",
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
        # P5en starts with driver 550.
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
                      InstanceType: ml.p5en.48xlarge
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
                      InstanceType: ml.g5.12xlarge  # <- CUDA 13.0 image on ml.g5.12xlarge without InferenceAmiVersion; expected al2023-ami-sagemaker-inference-gpu-4-1
            """
        ),
        # NVIDIA's table allows CUDA 12.8 on driver 535, the documents of the images do not: a note.
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
                      InstanceType: ml.g6.12xlarge  # <- CUDA 12.8 image on ml.g6.12xlarge without InferenceAmiVersion; expected al2-ami-sagemaker-inference-gpu-3-1
            """
        ),
        # Blackwell GPUs do not run on driver 550.
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
                      InstanceType: ml.g7e.12xlarge  # <- CUDA 12.8 image on ml.g7e.12xlarge without InferenceAmiVersion; expected al2023-ami-sagemaker-inference-gpu-4-1
            """
        ),
    ],
)

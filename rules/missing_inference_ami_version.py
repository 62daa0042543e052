"""The image's CUDA is newer than the driver of the endpoint's default AMI.

GPU instances of an endpoint start with the NVIDIA driver of their family unless the production variant sets an `InferenceAmiVersion`: 470
on P2, P3, G4dn, G5 and P4d, 535 on P5 and G6, 550 on P5e and P5en. An image that needs a newer one fails with a `CannotStartContainerError`
and leaves no log (documentation of the AWS Deep Learning Containers). Images with CUDA before 12.8 bring what they need to run on an old
driver. The message names the oldest AMI that runs the image: `al2-ami-sagemaker-inference-gpu-3-1` for CUDA 12, and
`al2023-ami-sagemaker-inference-gpu-4-1` for CUDA 13 and for the Blackwell GPUs of G7, G7e and P6, which need its driver.

It is a warning if the driver is certainly too old, and a note where the sources contradict each other (CUDA 12.8 with driver 535, CUDA 13
with driver 550) or the default driver of the family is unknown. The CUDA is that of the tag; if the tag names none, as in vLLM and Triton
images, it is the one in the documents. The rule checks only formats that can set the AMI.
"""

from __future__ import annotations

from smlint.linter.rule import Deployment, Invalid, Kind, RelatedLocation, Rule, RuleContext, Severity, Valid, Violation, Violations

FORMATS_WITHOUT_AMI = ("native", "generic")


def check(deployment: Deployment, context: RuleContext) -> Violations:
    image, instance = deployment.image.value, deployment.instance_type.value
    if deployment.kind is not Kind.ENDPOINT or deployment.platform != "sagemaker" or deployment.format in FORMATS_WITHOUT_AMI:
        return
    if not deployment.inference_ami_version.absent or instance.processor != "gpu" or image.may_be_mirror or image.problems:
        return
    cuda = context.images.cuda(image)
    if cuda is None:
        return
    verdict = context.drivers.runs(cuda, instance.family, context.drivers.default_driver(instance.family))
    if verdict == "runs":
        return
    expected = context.drivers.oldest_ami(cuda, instance.family)
    message = f"CUDA {cuda} image on {instance.name} without InferenceAmiVersion"
    yield Violation(
        at=deployment.instance_type.place,
        message=f"{message}; expected {expected.name}" if expected is not None else message,
        related=[RelatedLocation(deployment.image.part("accelerator" if image.accelerator else "tag"), f"CUDA {cuda}")],
        severity=Severity.WARNING if verdict == "fails" else Severity.NOTE,
    )


RULE = Rule(
    check,
    category="hardware",
    severity=Severity.WARNING,
    needs=["image", "image.processor", "instance_type"],
    fixing="No automatic fix: a fix changes a value, and here the key is missing.",
    sources=[
        "aws/deep-learning-containers at e0ecede, docs/src/data, .github/config/image: the published images and their CUDA (2026-08-21)",
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
        # The tag names no CUDA; the build configuration of the image does.
        Invalid(
            """
            Resources:
              Model:
                Type: AWS::SageMaker::Model
                Properties:
                  PrimaryContainer:
                    Image: 763104351884.dkr.ecr.us-west-2.amazonaws.com/vllm:server-sagemaker-cuda-v2
              Config:
                Type: AWS::SageMaker::EndpointConfig
                Properties:
                  ProductionVariants:
                    - ModelName: !GetAtt Model.ModelName
                      VariantName: AllTraffic
                      InstanceType: ml.g5.12xlarge  # <- CUDA 13.0 image on ml.g5.12xlarge without InferenceAmiVersion; expected al2023-ami-sagemaker-inference-gpu-4-1
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

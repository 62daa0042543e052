"""The image needs a device that serverless inference does not have.

Serverless endpoints run only on CPUs. A GPU or Neuron image finds no device there, and the endpoint fails its ping health check. The
fix uses the CPU image of the same version; it is unsafe for a Neuron image, because its model was compiled for the device.
"""

from __future__ import annotations

from smlint.linter.rule import (
    Applicability,
    Deployment,
    Expected,
    Invalid,
    RelatedLocation,
    Replacement,
    Rule,
    RuleContext,
    Severity,
    Valid,
    Violation,
    Violations,
)

DEVICES = {"gpu": "GPU", "neuron": "Neuron", "neuronx": "Neuron", "hpu": "Gaudi"}


def check(deployment: Deployment, context: RuleContext) -> Violations:
    image = deployment.image.value
    device = DEVICES.get(image.processor or "")
    if not deployment.serverless.value or device is None or image.may_be_mirror or image.problems:
        return
    message = f"{device} image for serverless inference, which has only CPUs"
    replacement = None
    substitute = context.images.substitute(image, processor="cpu")
    if isinstance(substitute, Expected):
        # A model that was compiled for a Neuron device does not run on a CPU.
        applicability = Applicability.SAFE if device == "GPU" else Applicability.UNSAFE
        replacement = Replacement.with_image(substitute, "use the CPU image of the same version", applicability)
    elif substitute.alternatives:
        message += f"; CPU images exist for {', '.join(substitute.alternatives)}"
    yield Violation(
        at=deployment.image.part("processor" if "processor" in image.parts else "repository"),
        message=message,
        replacement=replacement,
        related=[RelatedLocation(deployment.serverless.place, "serverless inference")],
    )


RULE = Rule(
    check,
    category="consistency",
    severity=Severity.ERROR,
    needs=["image", "image.processor", "serverless"],
    sources=[
        "SageMaker developer guide, serverless inference: https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html",
    ],
    valid=[
        Valid(
            """
            Resources:
              Model:
                Type: AWS::SageMaker::Model
                Properties:
                  PrimaryContainer:
                    Image: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-cpu-py312
              Config:
                Type: AWS::SageMaker::EndpointConfig
                Properties:
                  ProductionVariants:
                    - ModelName: !GetAtt Model.ModelName
                      VariantName: AllTraffic
                      ServerlessConfig: {MemorySizeInMB: 2048, MaxConcurrency: 5}
            """
        ),
        Valid(
            """
            instance_type: ml.g5.xlarge
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-gpu-py312
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
                    Image: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-gpu-py312  # <- GPU image for serverless inference, which has only CPUs
              Config:
                Type: AWS::SageMaker::EndpointConfig
                Properties:
                  ProductionVariants:
                    - ModelName: !GetAtt Model.ModelName
                      VariantName: AllTraffic
                      ServerlessConfig: {MemorySizeInMB: 2048, MaxConcurrency: 5}
            """,
            fixed="763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-cpu-py312",
        ),
        Invalid(
            """
            Resources:
              Model:
                Type: AWS::SageMaker::Model
                Properties:
                  PrimaryContainer:
                    Image: 763104351884.dkr.ecr.us-west-2.amazonaws.com/djl-inference:0.33.0-lmi15.0.0-cu128  # <- GPU image for serverless inference
              Config:
                Type: AWS::SageMaker::EndpointConfig
                Properties:
                  ProductionVariants:
                    - ModelName: !GetAtt Model.ModelName
                      VariantName: AllTraffic
                      ServerlessConfig: {MemorySizeInMB: 6144, MaxConcurrency: 5}
            """
        ),
    ],
)

"""The deployment uses retired hardware: `ml.p2`, `ml.p3` or `ml.dl1` instances, or Elastic Inference.

AWS no longer lists a price for these families in any Region (price list, 2026-10-20), and Elastic Inference accepts no new accelerators.
A deployment that still uses them fails for lack of capacity, if not today, then at its next update. It is an error for uses with a price
list (endpoints, batch transform and processing jobs), and a warning for training jobs, notebooks and Elastic Inference, whose prices smlint
does not know.
"""

from __future__ import annotations

from smlint.linter.rule import Deployment, Invalid, Rule, RuleContext, Severity, Valid, Violation, Violations

RETIRED = frozenset({"p2", "p3", "dl1"})


def check(deployment: Deployment, context: RuleContext) -> Violations:
    instance = deployment.instance_type.get()
    if instance is not None and instance.family in RETIRED:
        # EC2 may still offer the family, to the nodes of a cluster of your own.
        is_sold_nowhere = instance.name.startswith("ml.") and context.instances.is_sold_nowhere(instance.family, deployment.kind)
        yield Violation(
            at=deployment.instance_type.place,
            message=f"{instance.name} belongs to the retired instance family {instance.family}",
            severity=Severity.ERROR if is_sold_nowhere else None,
        )
    if deployment.accelerator_type.known:
        yield Violation(
            at=deployment.accelerator_type.place,
            message=f"accelerator type {deployment.accelerator_type.value} belongs to Elastic Inference, which is retired",
        )
        return
    image = deployment.image.get()
    if image is not None and image.processor == "eia" and not image.may_be_mirror:
        yield Violation(
            at=deployment.image.part("repository"),
            message=f"{image.repository} is an image for Elastic Inference, which is retired",
        )


RULE = Rule(
    check,
    category="support",
    severity=Severity.WARNING,
    rests_on="prices",
    fixing="No automatic fix: the hardware is your choice.",
    sources=[
        "cfn-lint 1.58.0, aws_sagemaker_* extensions: the instance types of the price list, by Region (2026-10-20)",
        "SageMaker API reference, ProductionVariant: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProductionVariant.html",
    ],
    valid=[
        Valid(
            """
            instance_type: ml.g5.xlarge
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-gpu-py312
            """
        ),
        # Later generations of the same family are current.
        Valid(
            """
            instance_type: ml.p4d.24xlarge
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-gpu-py312
            """
        ),
        Valid("image_uri: 444455556666.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference-eia:1.5.1-cpu-py36-ubuntu16.04"),
    ],
    invalid=[
        Invalid(
            """
            instance_type: ml.p3.2xlarge  # <- ml.p3.2xlarge belongs to the retired instance family p3
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-gpu-py312
            """
        ),
        Invalid(
            """
            instance_type: ml.p2.xlarge  # <- retired instance family p2
            framework: pytorch
            framework_version: "1.12.1"
            """
        ),
        Invalid(
            """
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference-eia:1.5.1-cpu-py36-ubuntu16.04  # <- image for Elastic Inference, which is retired
            """
        ),
        Invalid(
            """
            Resources:
              Model:
                Type: AWS::SageMaker::Model
                Properties:
                  PrimaryContainer:
                    Image: 444455556666.dkr.ecr.us-west-2.amazonaws.com/team/model:v1
              Config:
                Type: AWS::SageMaker::EndpointConfig
                Properties:
                  ProductionVariants:
                    - ModelName: !GetAtt Model.ModelName
                      VariantName: AllTraffic
                      InstanceType: ml.m5.xlarge
                      AcceleratorType: ml.eia2.medium  # <- accelerator type ml.eia2.medium belongs to Elastic Inference, which is retired
            """
        ),
    ],
)

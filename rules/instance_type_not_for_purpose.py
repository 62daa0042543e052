"""The instance type exists, but SageMaker does not offer it for this use.

Each use has its own instance types: SageMaker does not offer `ml.t4g` at all, and offers Graviton families for endpoints but not for
training, transform or processing jobs. SageMaker refuses the request with a `ValidationException` that lists all valid types. There is
no fix, because the hardware is your choice.

It is an error for Graviton and burstable (`t`) families, and for a size that is missing from a family that this use has. For any other
family it is a warning: AWS adds families to a use before the lists say so.
"""

from __future__ import annotations

from smlint.linter.rule import Deployment, Invalid, Rule, RuleContext, Severity, Valid, Violation, Violations


def check(deployment: Deployment, context: RuleContext) -> Violations:
    instance = deployment.instance_type.value
    if deployment.platform == "kubernetes" and not instance.name.startswith("ml."):
        return
    if context.instances.status(instance.name, deployment.kind) != "wrong-purpose":
        return
    message = f"{instance.name} is not offered for {deployment.kind.noun}s"
    nearest = context.instances.nearest(instance.name, deployment.kind)
    if nearest:
        message += f"; similar types: {', '.join(nearest)}"
    is_burstable = instance.family[:1] == "t" and instance.family[1:2].isdigit()
    is_certain = instance.architecture == "arm64" or is_burstable or context.instances.has_family(instance.family, deployment.kind)
    yield Violation(at=deployment.instance_type.place, message=message, severity=None if is_certain else Severity.WARNING)


RULE = Rule(
    check,
    category="instance",
    severity=Severity.ERROR,
    needs=["instance_type"],
    rests_on="instances",
    fixing="No automatic fix: the hardware is your choice.",
    sources=[
        "botocore 1.44.5, SageMaker service model (2017-07-24): the instance types of each use (2026-11-17)",
        "moto 5.2.5, ec2/resources/instance_types.json.gz: the architecture of 189 EC2 families (2026-10-27)",
    ],
    valid=[
        Valid(
            """
            instance_type: ml.c7g.xlarge
            framework: pytorch
            framework_version: "2.1.0"
            """
        ),
        Valid(
            """
            instance_type: ml.p4d.24xlarge
            image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-training:2.6.0-gpu-py312-cu126-ubuntu22.04-sagemaker
            image_scope: training
            """
        ),
        # No such instance type: `unknown-instance-type` reports it.
        Valid(
            """
            instance_type: ml.c6g.42xlarge
            framework: pytorch
            framework_version: "2.1.0"
            """
        ),
    ],
    invalid=[
        Invalid(
            """
            instance_type: ml.t4g.medium  # <- ml.t4g.medium is not offered for endpoints
            framework: pytorch
            framework_version: "2.1.0"
            """
        ),
        Invalid(
            """
            Resources:
              Job:
                Type: AWS::SageMaker::ModelQualityJobDefinition
                Properties:
                  ModelQualityAppSpecification:
                    ImageUri: 156813124566.dkr.ecr.us-east-1.amazonaws.com/sagemaker-model-monitor-analyzer
                  JobResources:
                    ClusterConfig:
                      InstanceCount: 1
                      InstanceType: ml.c7g.xlarge  # <- ml.c7g.xlarge is not offered for processing jobs
                      VolumeSizeInGB: 20
            """
        ),
    ],
)

"""The paths of images, instance types and model names in requests of the SageMaker API.

Paths from botocore 1.44.5, `sagemaker/2017-07-24/service-2.json` (read 2026-11-22): every member of a Create or Update request that is a
container image or an instance type, except notebook images, quotas, and lists of types to choose from. Describe responses have the same
paths.
"""

from __future__ import annotations

from smlint.model.deployment import Kind
from smlint.readers.common import EACH, Path
from smlint.runtime.named_tuple import NamedTuple


class DeploymentShape(NamedTuple):
    """One use of images and instance types in a request.

    In each mapping at `base`, every image at `images` runs on every instance type at `instances`; an image that runs on none in any shape is
    a deployment without an instance type. `model` is the path of the name of a
    model whose images run there; `defines` the path of the name by which other requests refer to these images. `groups` is the path of
    instance types that one job uses together, each for a different purpose. With `any_scope`, an image of any scope may run. With
    `is_offer`, users choose among the instance types: each must exist and have the image's architecture, but need not have its accelerator.
    """

    kind: Kind
    base: Path = ()
    images: tuple[Path, ...] = ()
    instances: tuple[Path, ...] = ()
    model: Path = ()
    defines: Path = ()
    groups: Path = ()
    any_scope: bool = False
    is_offer: bool = False


class RequestKind(NamedTuple):
    """A kind of request: its `shapes`, the key of its `name`, and `marks`, sets of keys: a request of the kind has all keys of at least one."""

    marks: tuple[Path, ...]
    name: str
    shapes: tuple[DeploymentShape, ...]


ENTRYPOINT = "ContainerEntrypoint"
"""The key next to the image of a job for the command that it runs in place of the image's."""

_TRAINING_IMAGE = (("AlgorithmSpecification", "TrainingImage"),)
_TRAINING_INSTANCES = (("ResourceConfig", "InstanceType"),)
_TRAINING_GROUPS = ("ResourceConfig", "InstanceGroups", EACH, "InstanceType")
_TUNING = ("HyperParameterTuningResourceConfig",)
_TUNING_INSTANCES = (*_TRAINING_INSTANCES, (*_TUNING, "InstanceType"), (*_TUNING, "InstanceConfigs", EACH, "InstanceType"))
_CLUSTER = ("ClusterConfig", "InstanceType")
_VARIANT_INSTANCES = (("InstanceType",), ("InstancePools", EACH, "InstanceType"))
_CONTAINER_IMAGES = (("Container", "Image"), ("Container", "DeployedImage", "SpecifiedImage"))


def _rules(key: str) -> DeploymentShape:
    """Return the rules that watch a training job; each may run on its own instance."""
    return DeploymentShape(Kind.PROCESSING, (key, EACH), (("RuleEvaluatorImage",),), (("InstanceType",),))


def _variants(*base: str) -> DeploymentShape:
    return DeploymentShape(
        Kind.ENDPOINT, (*base, EACH), (("DeployedImages", EACH, "SpecifiedImage"),), _VARIANT_INSTANCES, model=("ModelName",)
    )


def _job_definition(key: str) -> RequestKind:
    shape = DeploymentShape(Kind.PROCESSING, (), ((key, "ImageUri"),), (("JobResources", *_CLUSTER),))
    return RequestKind(((key, "JobResources"), (key, "JobDefinitionName")), "JobDefinitionName", (shape,))


_PACKAGE_IMAGES = ("Containers", EACH, "Image")


def _offers(*base: str) -> tuple[DeploymentShape, ...]:
    """Return the uses of an inference specification: both lists describe the same containers."""
    endpoint, transform = (("SupportedRealtimeInferenceInstanceTypes", EACH),), (("SupportedTransformInstanceTypes", EACH),)
    return (
        DeploymentShape(Kind.ENDPOINT, base, (_PACKAGE_IMAGES,), endpoint, is_offer=True),
        DeploymentShape(Kind.TRANSFORM, base, (_PACKAGE_IMAGES,), transform, is_offer=True),
    )


# The transform jobs that validate a package run its own containers.
_VALIDATION = DeploymentShape(
    Kind.TRANSFORM,
    (),
    (("InferenceSpecification", *_PACKAGE_IMAGES),),
    (("ValidationSpecification", "ValidationProfiles", EACH, "TransformJobDefinition", "TransformResources", "InstanceType"),),
)

REQUEST_KINDS: dict[str, RequestKind] = {
    "TrainingJob": RequestKind(
        (("AlgorithmSpecification", "ResourceConfig"), ("AlgorithmSpecification", "TrainingJobName")),
        "TrainingJobName",
        (
            DeploymentShape(Kind.TRAINING, (), _TRAINING_IMAGE, _TRAINING_INSTANCES, groups=_TRAINING_GROUPS),
            _rules("DebugRuleConfigurations"),
            _rules("ProfilerRuleConfigurations"),
        ),
    ),
    "HyperParameterTuningJob": RequestKind(
        (("HyperParameterTuningJobConfig", "TrainingJobDefinition"), ("HyperParameterTuningJobConfig", "TrainingJobDefinitions")),
        "HyperParameterTuningJobName",
        tuple(
            DeploymentShape(Kind.TRAINING, base, _TRAINING_IMAGE, _TUNING_INSTANCES, groups=_TRAINING_GROUPS)
            for base in (("TrainingJobDefinition",), ("TrainingJobDefinitions", EACH))
        ),
    ),
    "ProcessingJob": RequestKind(
        (("AppSpecification", "ProcessingResources"), ("AppSpecification", "ProcessingJobName")),
        "ProcessingJobName",
        (DeploymentShape(Kind.PROCESSING, (), (("AppSpecification", "ImageUri"),), (("ProcessingResources", *_CLUSTER),)),),
    ),
    "TransformJob": RequestKind(
        (("TransformResources", "TransformInput"), ("TransformResources", "TransformJobName"), ("TransformResources", "ModelName")),
        "TransformJobName",
        (DeploymentShape(Kind.TRANSFORM, instances=(("TransformResources", "InstanceType"),), model=("ModelName",)),),
    ),
    "Model": RequestKind(
        tuple((container, key) for container in ("PrimaryContainer", "Containers") for key in ("ModelName", "ExecutionRoleArn")),
        "ModelName",
        (DeploymentShape(Kind.ENDPOINT, (), (("PrimaryContainer", "Image"), ("Containers", EACH, "Image")), defines=("ModelName",)),),
    ),
    # The description of an endpoint names its configuration as well, so it comes first.
    "Endpoint": RequestKind(
        (("ProductionVariants", "EndpointName"), ("ProductionVariants", "EndpointArn")),
        "EndpointName",
        (
            _variants("ProductionVariants"),
            _variants("ShadowProductionVariants"),
            _variants("PendingDeploymentSummary", "ProductionVariants"),
            _variants("PendingDeploymentSummary", "ShadowProductionVariants"),
        ),
    ),
    "EndpointConfig": RequestKind(
        (("ProductionVariants", "EndpointConfigName"),),
        "EndpointConfigName",
        (_variants("ProductionVariants"), _variants("ShadowProductionVariants")),
    ),
    "ModelPackage": RequestKind(
        (
            ("InferenceSpecification", "ModelPackageGroupName"),
            ("InferenceSpecification", "ModelPackageName"),
            ("InferenceSpecification", "ModelPackageArn"),
            ("InferenceSpecification", "ModelApprovalStatus"),
            ("AdditionalInferenceSpecificationsToAdd", "ModelPackageArn"),
        ),
        "ModelPackageName",
        (
            *_offers("InferenceSpecification"),
            *_offers("AdditionalInferenceSpecifications", EACH),
            *_offers("AdditionalInferenceSpecificationsToAdd", EACH),
            _VALIDATION,
        ),
    ),
    "Algorithm": RequestKind(
        (("TrainingSpecification", "AlgorithmName"),),
        "AlgorithmName",
        (
            DeploymentShape(Kind.TRAINING, ("TrainingSpecification",), (("TrainingImage",),)),
            *_offers("InferenceSpecification"),
            _VALIDATION,
        ),
    ),
    "InferenceComponent": RequestKind(
        (("Specification", "InferenceComponentName"), ("Specifications", "InferenceComponentName")),
        "InferenceComponentName",
        tuple(
            DeploymentShape(Kind.ENDPOINT, base, _CONTAINER_IMAGES, (("InstanceType",),), model=("ModelName",))
            for base in (("Specification",), ("Specifications", EACH))
        ),
    ),
    "DataQualityJobDefinition": _job_definition("DataQualityAppSpecification"),
    "ModelQualityJobDefinition": _job_definition("ModelQualityAppSpecification"),
    "ModelBiasJobDefinition": _job_definition("ModelBiasAppSpecification"),
    "ModelExplainabilityJobDefinition": _job_definition("ModelExplainabilityAppSpecification"),
    "MonitoringSchedule": RequestKind(
        (("MonitoringScheduleConfig", "MonitoringScheduleName"),),
        "MonitoringScheduleName",
        (
            DeploymentShape(
                Kind.PROCESSING,
                ("MonitoringScheduleConfig", "MonitoringJobDefinition"),
                (("MonitoringAppSpecification", "ImageUri"),),
                (("MonitoringResources", *_CLUSTER),),
            ),
        ),
    ),
    "NotebookInstance": RequestKind(
        (("NotebookInstanceName", "InstanceType"),), "NotebookInstanceName", (DeploymentShape(Kind.NOTEBOOK, (), (), (("InstanceType",),)),)
    ),
    "Cluster": RequestKind(
        (("ClusterName", "InstanceGroups"), ("ClusterName", "RestrictedInstanceGroups")),
        "ClusterName",
        tuple(
            DeploymentShape(Kind.CLUSTER, (key, EACH), (), (("InstanceType",), ("InstanceRequirements", "InstanceTypes", EACH)))
            for key in ("InstanceGroups", "RestrictedInstanceGroups")
        ),
    ),
    "InferenceExperiment": RequestKind(
        (("ModelVariants", "EndpointName"),),
        "Name",
        (
            DeploymentShape(
                Kind.ENDPOINT,
                ("ModelVariants", EACH),
                instances=(("InfrastructureConfig", "RealTimeInferenceConfig", "InstanceType"),),
                model=("ModelName",),
            ),
        ),
    ),
    # The image of an optimization job runs on machines that SageMaker chooses; the instance type is the one to optimize for.
    "OptimizationJob": RequestKind(
        (("OptimizationConfigs", "DeploymentInstanceType"),),
        "OptimizationJobName",
        (
            *(
                DeploymentShape(Kind.ENDPOINT, ("OptimizationConfigs", EACH, key), (("Image",),), any_scope=True)
                for key in ("ModelQuantizationConfig", "ModelCompilationConfig", "ModelShardingConfig")
            ),
            DeploymentShape(Kind.ENDPOINT, (), (), (("DeploymentInstanceType",),)),
        ),
    ),
}  # fmt: skip


def kind_by_keys(keys: frozenset[str]) -> str | None:
    """Return the kind of request that has these keys at its root; None if they are not those of a request."""
    for kind, request in REQUEST_KINDS.items():
        if any(keys.issuperset(mark) for mark in request.marks):
            return kind
    return None


def kind_by_operation(operation: str) -> str | None:
    """Return the kind of request of an operation: `TrainingJob` for `createTrainingJob` and `CreateTrainingJob`."""
    for verb in ("create", "update"):
        if operation[:1].lower() + operation[1:6] == verb and operation[6:] in REQUEST_KINDS:
            return operation[6:]
    return None

"""Paths of images and instance types in the Kubernetes APIs that create SageMaker resources.

Sources, as of 2026-11-22: the custom resource definitions of aws-controllers-k8s/sagemaker-controller (ACK),
aws/amazon-sagemaker-operator-for-k8s, crossplane-contrib/provider-upjet-aws and aws/sagemaker-hyperpod-cli. The first three spell the
SageMaker API in camel case with different initialisms (`imageURI`, `imageUri`), so they share one table. Paths start at the object's
parameters and pass through lists.
"""

from __future__ import annotations

from smlint.model.deployment import Kind
from smlint.runtime.named_tuple import NamedTuple


class JobFields(NamedTuple):
    """Paths of images and instance types in the object, or in each element at the path `at`. Every image runs on every instance type."""

    kind: Kind
    images: tuple[str, ...] = ()
    instances: tuple[str, ...] = ()
    at: str = ""


class ModelFields(NamedTuple):
    """Paths in a model: the object, or each element at the path `at`. `name` is the key of the name in SageMaker, if the API has one."""

    name: str
    containers: tuple[str, ...] = ("primaryContainer", "containers")
    at: str = ""


class ModelUseFields(NamedTuple):
    """Paths in an object that runs a model by its `modelName`: each element at the path `at`, with its instance type at the path `instance`."""

    kind: Kind
    at: str
    instance: str = "instanceType"


class ObjectFields(NamedTuple):
    """The fields of one kind of object.

    `strings` are the paths of strings that contain a document. If `local`, the object's variants can reference only its own models.
    """

    jobs: tuple[JobFields, ...] = ()
    models: tuple[ModelFields, ...] = ()
    uses: tuple[ModelUseFields, ...] = ()
    strings: tuple[str, ...] = ()
    local: bool = False


class ApiGroup(NamedTuple):
    """One API group.

    - `kinds`: the fields of each kind.
    - `roots`: paths of an object's parameters.
    - `region`: paths of its Region below the parameters.
    - `labels`: whether references name objects of the cluster, by name or by label.
    - `ami`: whether a production variant can set `InferenceAmiVersion`.
    - `platform`: as in `Deployment`.
    """

    kinds: dict[str, ObjectFields]
    roots: tuple[str, ...] = ("spec",)
    region: tuple[str, ...] = ()
    labels: bool = False
    ami: bool = False
    platform: str = "sagemaker"


ACK_REGION = "services.k8s.aws/region"
ACK_DEFAULT_REGION = "services.k8s.aws/default-region"
"""Annotations for the Region: of an ACK object, and of its namespace (https://aws-controllers-k8s.github.io/community/docs/user-docs/multi-region-resource-management/)."""


_TRAINING_IMAGE = ("algorithmSpecification.trainingImage",)
_TRAINING_INSTANCE = ("resourceConfig.instanceType", "resourceConfig.instanceGroups.instanceType")
_TUNING_INSTANCE = (
    *_TRAINING_INSTANCE,
    "hyperParameterTuningResourceConfig.instanceType",
    "hyperParameterTuningResourceConfig.instanceConfigs.instanceType",
)
_RULE_IMAGE = ("ruleEvaluatorImage",)
_MONITORED = "monitoringScheduleConfig.monitoringJobDefinition"

_TUNING = ObjectFields(
    (
        JobFields(Kind.TRAINING, _TRAINING_IMAGE, _TUNING_INSTANCE, "trainingJobDefinition"),
        JobFields(Kind.TRAINING, _TRAINING_IMAGE, _TUNING_INSTANCE, "trainingJobDefinitions"),
    )
)
_TRANSFORM = ObjectFields(uses=(ModelUseFields(Kind.TRANSFORM, "", "transformResources.instanceType"),))
_CONFIG = ObjectFields(uses=(ModelUseFields(Kind.ENDPOINT, "productionVariants"), ModelUseFields(Kind.ENDPOINT, "shadowProductionVariants")))


def _definition(name: str) -> ObjectFields:
    """Return the fields of a Model Monitor job definition."""
    images = (f"{name}AppSpecification.imageURI", f"{name}AppSpecification.imageUri")
    return ObjectFields((JobFields(Kind.PROCESSING, images, ("jobResources.clusterConfig.instanceType",)),))


_SAGEMAKER = {
    "Model": ObjectFields(models=(ModelFields("modelName"),)),
    "EndpointConfig": _CONFIG,
    "EndpointConfiguration": _CONFIG,
    "TrainingJob": ObjectFields(
        (
            JobFields(Kind.TRAINING, _TRAINING_IMAGE, _TRAINING_INSTANCE),
            JobFields(Kind.PROCESSING, _RULE_IMAGE, ("instanceType",), "debugRuleConfigurations"),
            JobFields(Kind.PROCESSING, _RULE_IMAGE, ("instanceType",), "profilerRuleConfigurations"),
        )
    ),
    "HyperParameterTuningJob": _TUNING,
    "HyperparameterTuningJob": _TUNING,
    "ProcessingJob": ObjectFields(
        (JobFields(Kind.PROCESSING, ("appSpecification.imageURI", "appSpecification.imageUri"), ("processingResources.clusterConfig.instanceType",)),)
    ),
    "TransformJob": _TRANSFORM,
    "BatchTransformJob": _TRANSFORM,
    "InferenceComponent": ObjectFields((JobFields(Kind.ENDPOINT, ("specification.container.image",)),)),
    # With a validation specification, the containers run immediately in a transform job; without one, when the package is deployed.
    "ModelPackage": ObjectFields(
        (
            JobFields(
                Kind.TRANSFORM,
                ("inferenceSpecification.containers.image",),
                ("validationSpecification.validationProfiles.transformJobDefinition.transformResources.instanceType",),
            ),
            JobFields(Kind.ENDPOINT, ("additionalInferenceSpecifications.containers.image",)),
        )
    ),
    "DataQualityJobDefinition": _definition("dataQuality"),
    "ModelBiasJobDefinition": _definition("modelBias"),
    "ModelExplainabilityJobDefinition": _definition("modelExplainability"),
    "ModelQualityJobDefinition": _definition("modelQuality"),
    "MonitoringSchedule": ObjectFields(
        (
            JobFields(
                Kind.PROCESSING,
                ("monitoringAppSpecification.imageURI", "monitoringAppSpecification.imageUri"),
                ("monitoringResources.clusterConfig.instanceType",),
                _MONITORED,
            ),
        )
    ),
    "Pipeline": ObjectFields(strings=("pipelineDefinition",)),
    "NotebookInstance": ObjectFields((JobFields(Kind.NOTEBOOK, (), ("instanceType",)),)),
    "HostingDeployment": ObjectFields(
        models=(ModelFields("name", at="models"),), uses=(ModelUseFields(Kind.ENDPOINT, "productionVariants"),), local=True
    ),
}

_HYPERPOD = {
    "InferenceEndpointConfig": ObjectFields((JobFields(Kind.CLUSTER, ("worker.image",), ("instanceType", "instanceTypes")),)),
    "JumpStartModel": ObjectFields((JobFields(Kind.CLUSTER, (), ("server.instanceType", "server.instanceTypes")),)),
    "ModelDeployment": ObjectFields((JobFields(Kind.CLUSTER, (), ("server.instanceType",)),)),
    # The only kind of this group that creates a SageMaker endpoint: `instanceType` is that of an endpoint configuration.
    "SageMakerEndpointRegistration": ObjectFields((JobFields(Kind.ENDPOINT, ("imageUri",), ("instanceType",)),)),
}

_CROSSPLANE = ApiGroup(_SAGEMAKER, ("spec.forProvider", "spec.initProvider"), ("region",), labels=True, ami=True)

APIS = {
    "sagemaker.services.k8s.aws": ApiGroup(_SAGEMAKER),
    "sagemaker.aws.amazon.com": ApiGroup(_SAGEMAKER, region=("region",)),
    "inference.sagemaker.aws.amazon.com": ApiGroup(_HYPERPOD, platform="kubernetes"),
    "sagemaker.aws.upbound.io": _CROSSPLANE,
    "sagemaker.aws.m.upbound.io": _CROSSPLANE,
    "sagemaker.aws.jet.crossplane.io": _CROSSPLANE,
}
"""API groups by name."""

HYPERPOD_TRAINING = "sagemaker.amazonaws.com"
"""API group of the HyperPod training operator, whose jobs contain Pod templates."""

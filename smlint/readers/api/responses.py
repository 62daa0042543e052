"""Responses of the SageMaker API: the keys that only they have, and the Region in their ARN."""

from __future__ import annotations

from collections.abc import Mapping

from smlint.images.regions import looks_like_region
from smlint.model.facts import ABSENT, Fact, known
from smlint.readers.common import text_of
from smlint.syntax import Node

# Only responses have these keys. A request may name a resource by its ARN, but not state when it was created or what its status is.
RESPONSE_KEYS = frozenset({
    "ResponseMetadata", "CreationTime", "LastModifiedTime", "FailureReason", "ModelArn", "EndpointConfigArn", "EndpointArn", "EndpointStatus",
    "TrainingJobArn", "TrainingJobStatus", "ProcessingJobArn", "ProcessingJobStatus", "TransformJobArn", "TransformJobStatus",
    "HyperParameterTuningJobArn", "HyperParameterTuningJobStatus", "ModelPackageStatus", "AlgorithmArn", "AlgorithmStatus", "JobDefinitionArn",
    "MonitoringScheduleArn", "MonitoringScheduleStatus", "InferenceComponentArn", "InferenceComponentStatus", "NotebookInstanceArn",
    "NotebookInstanceStatus", "ClusterArn", "ClusterStatus", "OptimizationJobArn", "OptimizationJobStatus",
})  # fmt: skip


def region_of_response(entries: Mapping[str, Node]) -> Fact[str]:
    """Return the Region in the ARN of the resource that a response describes; absent if there is no such ARN."""
    for key, node in entries.items():
        if key.endswith("Arn") and key in RESPONSE_KEYS:
            text = text_of(node)
            parts = text.value.split(":") if text is not None and text.known else []
            if len(parts) > 5 and parts[0] == "arn" and parts[2] == "sagemaker" and looks_like_region(parts[3]):
                return known(parts[3], text)
    return ABSENT

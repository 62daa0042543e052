"""Images for another processor than the instance type has: what fails is an error, and what works without its device is a warning."""

from __future__ import annotations

import json

import pytest

from smlint import fix, lint
from smlint.images.catalog import load_catalog
from smlint.images.uri import parse_image
from smlint.model.findings import Severity

HOST = "763104351884.dkr.ecr.us-west-2.amazonaws.com"
DAY = "2026-01-01"

FALLS_BACK = [
    "pytorch-inference:2.6.0-gpu-py312-cu124-ubuntu22.04-sagemaker",
    "tensorflow-inference:2.19.0-gpu-py312-cu122-ubuntu22.04-sagemaker",
    "huggingface-pytorch-inference:2.6.0-transformers4.51.3-gpu-py312-cu124-ubuntu22.04",
    "pytorch-training:2.6.0-gpu-py312",
    "mxnet-inference:1.9.0-gpu-py38",
]
FAILS = [
    "huggingface-pytorch-tgi-inference:2.7.0-tgi3.3.6-gpu-py311-cu124-ubuntu22.04",
    "vllm:0.24.0-gpu-py312-cu130-ubuntu22.04-sagemaker",
    "sglang:server-sagemaker-cuda-v1.4",
    "djl-inference:0.33.0-lmi15.0.0-cu128",
    "djl-inference:0.26.0-deepspeed0.12.6-cu121",
    "tei:2.0.1-tei1.8.2-gpu-py310-cu122-ubuntu22.04",
    "pytorch-inference-neuronx:2.6.0-neuronx-py310-sdk2.23.0-ubuntu22.04",
]


def native(image: str, instance_type: str) -> tuple[str, str]:
    return f"smlint: 1\nmodels:\n- {{name: churn, region: us-west-2, instance_type: {instance_type}, image_uri: {image!r}}}\n", "deploy.yaml"


def cloudformation(image: str, instance_type: str) -> tuple[str, str]:
    model = {"Type": "AWS::SageMaker::Model", "Properties": {"PrimaryContainer": {"Image": image}}}
    variant = {"VariantName": "all", "ModelName": {"Fn::GetAtt": ["Model", "ModelName"]}, "InstanceType": instance_type}
    config = {"Type": "AWS::SageMaker::EndpointConfig", "Properties": {"ProductionVariants": [variant]}}
    return json.dumps({"Resources": {"Model": model, "Config": config}}), "template.json"


def terraform(image: str, instance_type: str) -> tuple[str, str]:
    model = {"execution_role_arn": "arn", "primary_container": {"image": image}}
    variant = {"model_name": "${aws_sagemaker_model.m.name}", "instance_type": instance_type}
    resources = {"aws_sagemaker_model": {"m": model}, "aws_sagemaker_endpoint_configuration": {"c": {"production_variants": variant}}}
    return json.dumps({"resource": resources}), "main.tf.json"


def state_machine(image: str, instance_type: str) -> tuple[str, str]:
    parameters = {"AlgorithmSpecification": {"TrainingImage": image}, "ResourceConfig": {"InstanceType": instance_type}}
    state = {"Type": "Task", "Resource": "arn:aws:states:::sagemaker:createTrainingJob.sync", "Parameters": parameters, "End": True}
    return json.dumps({"StartAt": "Train", "States": {"Train": state}}), "machine.asl.json"


def adhoc(image: str, instance_type: str) -> tuple[str, str]:
    return f"endpoint:\n  image_uri: {image}\n  instance_type: {instance_type}\n", "settings.yaml"


def severities(written: tuple[str, str]) -> list[Severity]:
    return [one.severity for one in lint(*written, as_of=DAY).findings if one.rule == "image-processor-mismatch"]


@pytest.mark.parametrize("format", [native, cloudformation, terraform, state_machine, adhoc])
@pytest.mark.parametrize("path", FALLS_BACK)
def test_a_gpu_image_that_falls_back_to_the_cpu_is_a_warning(path, format):
    assert severities(format(f"{HOST}/{path}", "ml.m5.xlarge")) == ["warning"]


@pytest.mark.parametrize("format", [native, cloudformation, terraform, state_machine, adhoc])
@pytest.mark.parametrize("path", FAILS)
def test_an_image_that_does_not_start_without_its_device_is_an_error(path, format):
    assert severities(format(f"{HOST}/{path}", "ml.m5.xlarge")) == ["error"]


@pytest.mark.parametrize("path", [*FALLS_BACK[:3], *FAILS[:3]])
def test_a_gpu_image_on_a_neuron_instance_type_is_judged_as_on_a_cpu(path):
    assert severities(native(f"{HOST}/{path}", "ml.inf2.xlarge")) == ["warning" if path in FALLS_BACK else "error"]


@pytest.mark.parametrize("format", [native, cloudformation, terraform, adhoc])
def test_a_cpu_image_on_a_gpu_instance_type_is_a_warning_without_a_fix(format):
    text, filename = format(f"{HOST}/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker", "ml.g5.xlarge")
    assert severities((text, filename)) == ["warning"]
    assert fix(text, filename, unsafe=True, as_of=DAY) == text


def test_the_repositories_that_need_a_gpu_are_published():
    catalog = load_catalog()
    needing = {path.partition(":")[0] for path in FAILS if catalog.needs_gpu(parse_image(f"{HOST}/{path}", catalog))}
    assert needing == {"huggingface-pytorch-tgi-inference", "vllm", "sglang", "djl-inference", "tei"}
    assert set(catalog.gpu_servers) <= set(catalog.repositories)


DJL = f"{HOST}/djl-inference:0.28.0-lmi10.0.0-cu124"
NEURON = f"{HOST}/pytorch-training-neuronx:1.13.1-neuronx-py310-sdk2.14.1-ubuntu20.04"
TORCH = f"{HOST}/pytorch-training:2.6.0-gpu-py312-cu126-ubuntu22.04-sagemaker"


def processing_job(image: str, command: list[str] | None) -> dict[str, object]:
    entrypoint = {} if command is None else {"ContainerEntrypoint": command}
    cluster = {"InstanceType": "ml.c5.4xlarge", "InstanceCount": 1, "VolumeSizeInGB": 1}
    return {"ProcessingJobName": "p", "AppSpecification": {"ImageUri": image, **entrypoint}, "ProcessingResources": {"ClusterConfig": cluster}}


def as_request(image: str, command: list[str] | None) -> tuple[str, str]:
    return json.dumps(processing_job(image, command)), "job.json"


def as_state(image: str, command: list[str] | None) -> tuple[str, str]:
    state = {"Type": "Task", "Resource": "arn:aws:states:::sagemaker:createProcessingJob.sync", "Parameters": processing_job(image, command), "End": True}
    return json.dumps({"StartAt": "P", "States": {"P": state}}), "machine.asl.json"


def as_resource(image: str, command: list[str] | None) -> tuple[str, str]:
    resource = {"Type": "AWS::SageMaker::ProcessingJob", "Properties": processing_job(image, command)}
    return json.dumps({"Resources": {"P": resource}}), "template.json"


def as_object(image: str, command: list[str] | None) -> tuple[str, str]:
    entrypoint = {} if command is None else {"containerEntrypoint": command}
    spec = {"appSpecification": {"imageURI": image, **entrypoint}, "processingResources": {"clusterConfig": {"instanceType": "ml.c5.4xlarge"}}}
    body = {"apiVersion": "sagemaker.services.k8s.aws/v1alpha1", "kind": "ProcessingJob", "metadata": {"name": "p"}, "spec": spec}
    return json.dumps(body), "job.yaml"


@pytest.mark.parametrize("write", [as_request, as_state, as_resource, as_object])
@pytest.mark.parametrize("image", [DJL, NEURON])
def test_a_job_with_its_own_command_may_run_an_image_without_the_device_of_its_server(image, write):
    assert severities(write(image, None)) == ["error"]
    assert severities(write(image, ["python", "convert.py"])) == []


@pytest.mark.parametrize("write", [as_request, as_state, as_resource, as_object])
def test_the_image_of_a_job_with_its_own_command_has_no_safe_fix(write):
    def safety(command: list[str] | None) -> list[str]:
        found = [one for one in lint(*write(TORCH, command), as_of=DAY).findings if one.rule == "image-processor-mismatch"]
        return [str(one.fix.applicability.value) if one.fix is not None else "" for one in found]

    assert safety(None) == ["safe"]
    assert safety(["python", "train.py"]) == ["unsafe"]

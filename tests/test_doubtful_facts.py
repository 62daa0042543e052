"""What smlint does not claim: the contents of images in unknown registries, new families, new Regions, and other images in doubt."""

from __future__ import annotations

import json

import pytest

from smlint import fix, lint
from smlint.model.results import Report

TAG = "pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker"
HOST = ".dkr.ecr.us-west-2.amazonaws.com/" + TAG


def cloudformation(image: str, parameters: str = "") -> str:
    return f"""
Parameters:
  Size: {{Type: String, Default: ml.c7g.xlarge}}
{parameters}
Resources:
  Churn:
    Type: AWS::SageMaker::Model
    Properties:
      PrimaryContainer: {{Image: {image}}}
  Config:
    Type: AWS::SageMaker::EndpointConfig
    Properties:
      ProductionVariants:
        - {{VariantName: All, ModelName: !GetAtt Churn.ModelName, InstanceType: ml.c7g.xlarge, InitialInstanceCount: 1}}
"""


def terraform(image: str, **blocks: object) -> str:
    variants = {"variant_name": "all", "model_name": "${aws_sagemaker_model.m.name}", "instance_type": "ml.c7g.xlarge"}
    model = {"name": "m", "execution_role_arn": "arn:aws:iam::111122223333:role/r", "primary_container": {"image": image}}
    resources = {"aws_sagemaker_model": {"m": model}, "aws_sagemaker_endpoint_configuration": {"c": {"production_variants": variants}}}
    return json.dumps({"resource": resources, **blocks})


def machine(image: str) -> str:
    body = {"TrainingJobName": "j", "AlgorithmSpecification": {"TrainingImage": image}, "ResourceConfig": {"InstanceType": "ml.m5.xlarge"}}
    state = {"Type": "Task", "Resource": "arn:aws:states:::sagemaker:createTrainingJob.sync", "Parameters": body, "End": True}
    return json.dumps({"StartAt": "Train", "States": {"Train": state}})


KUBERNETES = f"""
apiVersion: sagemaker.services.k8s.aws/v1alpha1
kind: Model
metadata: {{name: m}}
spec: {{modelName: churn, primaryContainer: {{image: "${{AWS_ACCOUNT_ID}}{HOST}"}}}}
---
apiVersion: sagemaker.services.k8s.aws/v1alpha1
kind: EndpointConfig
metadata: {{name: c}}
spec:
  endpointConfigName: c
  productionVariants: [{{variantName: a, modelName: churn, instanceType: ml.c7g.xlarge, initialInstanceCount: 1}}]
"""

NATIVE = f"""
smlint: 1
models:
  churn: {{instance_type: ml.c7g.xlarge, image_uri: "{{account}}{HOST}"}}
"""

PREBUILT = {"aws_sagemaker_prebuilt_ecr_image": {"x": {"repository_name": "pytorch-inference", "image_tag": TAG.partition(":")[2]}}}

UNKNOWN = [
    pytest.param("a.yaml", cloudformation(f"!Sub '${{AWS::AccountId}}{HOST}'"), id="the account of the stack"),
    pytest.param("a.yaml", cloudformation(f"!Sub '${{Account}}{HOST}'", "  Account: {Type: String}"), id="parameter without default"),
    pytest.param("a.yaml", cloudformation(f"!Join ['/', [!ImportValue Registry, '{TAG}']]"), id="imported host"),
    pytest.param("a.yaml", cloudformation(f"'{{{{resolve:ssm:/registry}}}}/{TAG}'"), id="host in Parameter Store"),
    pytest.param("a.tf.json", terraform("${data.aws_caller_identity.me.account_id}" + HOST), id="Terraform, the caller's account"),
    pytest.param("a.tf.json", terraform("${var.account}" + HOST, variable={"account": {}}), id="Terraform variable without default"),
    pytest.param("a.yaml", KUBERNETES, id="Kubernetes, envsubst"),
    pytest.param("a.yaml", NATIVE, id="manifest of smlint"),
    pytest.param("a.asl.json", machine("${AccountId}" + HOST), id="Step Functions, substitution"),
]

KNOWN = [
    pytest.param("a.yaml", cloudformation(f"'763104351884{HOST}'"), id="literal"),
    pytest.param("a.yaml", cloudformation(f"!Sub '${{A}}{HOST}'", "  A: {Type: String, Default: '763104351884'}"), id="default"),
    pytest.param("a.tf.json", terraform("${data.aws_sagemaker_prebuilt_ecr_image.x.registry_path}", data=PREBUILT), id="prebuilt image, unknown Region"),
]


def report(text: str, filename: str = "a.yaml") -> Report:
    return lint(text, f"alone/{filename}", as_of="2026-01-01")


@pytest.mark.parametrize(("filename", "text"), UNKNOWN)
def test_an_image_in_an_unknown_registry_has_no_findings_but_skipped_checks(filename: str, text: str) -> None:
    result = report(text, filename)
    assert [(finding.rule, finding.message) for finding in result.findings] == []
    assert (result.summary.deployments, result.summary.skipped_checks > 0) == (1, True)


@pytest.mark.parametrize(("filename", "text"), KNOWN)
def test_an_image_in_a_registry_of_aws_is_checked(filename: str, text: str) -> None:
    assert "image-architecture-mismatch" in [finding.rule for finding in report(text, filename).findings]


def test_an_unpinned_image_in_an_unknown_registry_is_reported_without_the_tags_of_aws() -> None:
    latest = cloudformation("!Sub '${AWS::AccountId}.dkr.ecr.us-west-2.amazonaws.com/sagemaker-scikit-learn:latest'")
    assert [finding.message for finding in report(latest).findings] == ["image tag latest does not pin a version"]


def test_an_image_of_a_repository_without_tags_is_pinned_by_its_name() -> None:
    assert report(cloudformation("!Sub '${Account}.dkr.ecr.us-west-2.amazonaws.com/sagemaker-model-monitor-analyzer'")).findings == ()


@pytest.mark.parametrize(
    ("instance_type", "severity"),
    [
        pytest.param("ml.t4g.medium", "error", id="burstable"),
        pytest.param("ml.c7gn.16xlarge", "error", id="Graviton"),
        pytest.param("ml.m8i.xlarge", "warning", id="new family"),
        pytest.param("ml.gr6.4xlarge", "warning", id="family of another use"),
    ],
)
def test_only_families_that_aws_never_adds_are_errors_for_the_wrong_purpose(instance_type: str, severity: str) -> None:
    text = f"smlint: 1\nmodels: {{m: {{instance_type: {instance_type}, framework: pytorch, framework_version: '2.6.0'}}}}\n"
    found = {finding.rule: finding.severity.value for finding in report(text).findings}
    assert found.get("instance-type-not-for-purpose") == severity


@pytest.mark.parametrize(
    ("host", "repository", "severity"),
    [
        pytest.param("637423239942.dkr.ecr.mx-central-1", "huggingface-pytorch-inference", "warning", id="the registry has an account there"),
        pytest.param("081189585635.dkr.ecr.us-east-1", "sagemaker-geospatial-v1-0", "warning", id="no account there, by the SDK alone"),
        pytest.param("683313688378.dkr.ecr.mx-central-1", "sagemaker-xgboost", "error", id="no account there, by two sources"),
    ],
)
def test_a_region_is_certainly_unavailable_only_without_an_account(host: str, repository: str, severity: str) -> None:
    text = f"smlint: 1\nmodels: {{m: {{image_uri: '{host}.amazonaws.com/{repository}:1'}}}}\n"
    found = {finding.rule: finding.severity.value for finding in report(text).findings}
    assert found.get("unavailable-region") == severity


@pytest.mark.parametrize(("kind", "is_reported"), [("training", True), ("processing", False)])
def test_a_processing_job_may_use_the_build_for_ec2(kind: str, is_reported: bool) -> None:
    image = "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-training:2.6.0-cpu-py312-ubuntu22.04-ec2"
    training = {"AlgorithmSpecification": {"TrainingImage": image}, "ResourceConfig": {"InstanceType": "ml.m5.xlarge"}, "TrainingJobName": "j"}
    cluster = {"ClusterConfig": {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1}}
    processing = {"AppSpecification": {"ImageUri": image}, "ProcessingResources": cluster, "ProcessingJobName": "j"}
    text = json.dumps(training if kind == "training" else processing)
    result = report(text, "job.json")
    assert result.summary.deployments == 1
    assert ("image-platform-mismatch" in [finding.rule for finding in result.findings]) is is_reported


@pytest.mark.parametrize(("region", "host"), [("eu-west-1", "dkr.ecr"), ("us-east-2", "dkr.ecr-fips")])
def test_a_fix_uses_a_fips_endpoint_only_where_there_is_one(region: str, host: str) -> None:
    image = "763104351884.dkr.ecr-fips.us-west-2.amazonaws.com/" + TAG
    text = f"smlint: 1\nmodels: {{m: {{region: {region}, image_uri: {image}}}}}\n"
    assert f"763104351884.{host}.{region}.amazonaws.com/{TAG}" in fix(text, as_of="2026-01-01")


@pytest.mark.parametrize("has_entrypoint", [True, False])
@pytest.mark.parametrize(
    ("image", "rule"),
    [
        ("pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker", "image-scope-mismatch"),
        ("pytorch-training:2.6.0-cpu-py312-ubuntu22.04-ec2", "image-platform-mismatch"),
    ],
)
def test_a_training_job_with_its_own_command_may_use_any_image(image: str, rule: str, has_entrypoint: bool) -> None:
    algorithm = {"TrainingImage": f"763104351884.dkr.ecr.us-west-2.amazonaws.com/{image}", "TrainingInputMode": "File"}
    if has_entrypoint:
        algorithm["ContainerEntrypoint"] = ["python", "train.py"]  # type: ignore[assignment]
    job = {"TrainingJobName": "j", "AlgorithmSpecification": algorithm, "ResourceConfig": {"InstanceType": "ml.m5.xlarge"}}
    found = [finding.rule for finding in report(json.dumps(job), "job.json").findings]
    assert (rule in found) is not has_entrypoint

"""Ad-hoc configurations: what names an image and an instance type, but deploys nothing, or deploys something else."""

from __future__ import annotations

import json

import pytest
from ruamel.yaml import YAML

from smlint import lint
from smlint.model.deployment import Kind
from smlint.readers.generic import reader as generic
from smlint.readers.reader import ReadContext
from smlint.syntax import parse
from tests.test_generic import C5, CPU, G5, GPU, TRAIN, XGB, paired, reading, short
from tests.timing import assert_growth, seconds

M5 = "ml.m5.xlarge"
PAIR = {"image": CPU, "instance_type": C5}
VARIABLES = {"IMAGE_URI": CPU, "INSTANCE_TYPE": C5}


@pytest.mark.parametrize(
    "data",
    [
        pytest.param({"services": {"app": {"image": CPU, "environment": {"INSTANCE_TYPE": C5}}}}, id="a compose file"),
        pytest.param({"version": "3", "services": {"app": {"image": CPU, "environment": VARIABLES}}, "volumes": {}}, id="variables of a compose service"),
        pytest.param({"services": {"a": {"image": CPU, "environment": [f"INSTANCE_TYPE={C5}"]}}}, id="a compose file with a list of variables"),
        pytest.param({"on": "push", "jobs": {"t": {"runs-on": "x", "container": {"image": CPU}, "env": {"INSTANCE_TYPE": C5}}}}, id="a container of a GitHub job"),
        pytest.param({"on": "push", "jobs": {"t": {"runs-on": "x", "container": CPU, "env": {"INSTANCE_TYPE": C5}}}}, id="a container of a GitHub job in one line"),
        pytest.param({"on": "push", "env": VARIABLES, "jobs": {"t": {"runs-on": "x", "steps": [{"run": "make"}]}}}, id="variables of a workflow"),
        pytest.param({"image": CPU, "variables": {"INSTANCE_TYPE": C5}, "test": {"script": ["make"]}}, id="a GitLab pipeline"),
        pytest.param({"test": {"image": CPU, "variables": {"INSTANCE_TYPE": C5}, "script": ["make"]}}, id="a GitLab job"),
        pytest.param({"image": CPU, "pipelines": {"default": [{"step": {"script": ["make"]}}]}, "env": {"T": C5}}, id="a Bitbucket pipeline"),
        pytest.param({"version": 0.2, "env": {"variables": {"BASE_IMAGE": CPU, "INSTANCE_TYPE": C5}}, "phases": {"build": {"commands": ["make"]}}}, id="a buildspec"),
        pytest.param({"version": 2.1, "jobs": {"b": {"docker": [{"image": CPU}], "environment": {"INSTANCE_TYPE": C5}, "steps": ["checkout"]}}}, id="a CircleCI job"),
        pytest.param({"trigger": ["main"], "variables": VARIABLES, "steps": [{"script": "make"}]}, id="an Azure pipeline"),
        pytest.param({"image": CPU, "containerEnv": {"INSTANCE_TYPE": C5}, "remoteUser": "dev"}, id="a development container"),
        pytest.param({"version": "0.2.0", "configurations": [{"type": "debugpy", "request": "launch", "env": VARIABLES}]}, id="a debugger's launch configuration"),
        pytest.param({"family": "x", "containerDefinitions": [PAIR]}, id="an ECS task definition"),
        pytest.param({"openapi": "3.0.3", "paths": {"/d": {"post": {"example": PAIR}}}}, id="an example in OpenAPI"),
        pytest.param({"swagger": "2.0", "definitions": {"D": {"default": PAIR}}}, id="a default in Swagger"),
        pytest.param({"paths": {"/d": {"post": {"x": PAIR}}}}, id="a part of an API description"),
        pytest.param({"schema": {"example": PAIR}}, id="an example of a schema"),
        pytest.param({"type": "object", "properties": {"image": {"default": CPU}, "instance_type": {"default": C5}}}, id="a JSON Schema without its address"),
        pytest.param({"info": {"name": "api"}, "item": [{"request": PAIR}]}, id="a Postman collection"),
        pytest.param({"source_image": CPU, "instance_type": C5}, id="the source of a copy"),
        pytest.param({"old_image": CPU, "instance_type": C5}, id="the image before an upgrade"),
        pytest.param({"BASE_IMAGE": CPU, "INSTANCE_TYPE": C5}, id="the base of a build"),
        pytest.param({"from": CPU, "instance_type": C5}, id="the image that a build starts from"),
        pytest.param({"parentImageUri": CPU, "instanceType": C5}, id="the parent of an image"),
        pytest.param({"rollback": PAIR}, id="a rollback"),
        pytest.param({"image": CPU, "env": {"INSTANCE_TYPE": C5}}, id="an instance type among the environment variables of an image"),
        pytest.param({**PAIR, "status": "FAILED"}, id="a record with a status"),
        pytest.param({**PAIR, "state": "Completed"}, id="a record with a state"),
        pytest.param({"config": PAIR, "job_status": "Stopped"}, id="a record with its configuration inside"),
        pytest.param({"config": PAIR, "result": {"status": "success"}}, id="a record with its result inside"),
        pytest.param({**PAIR, "started_at": "2025-11-02T10:00:00Z"}, id="a record with its start"),
        pytest.param({**PAIR, "endTime": 1762077600}, id="a record with its end in seconds"),
        pytest.param({**PAIR, "exit_code": 1}, id="a record with an exit code"),
        pytest.param({"history": [PAIR]}, id="a history"),
        pytest.param({"last_run": PAIR}, id="the last run"),
        pytest.param({"before": PAIR, "after": {"image": CPU}}, id="what an upgrade starts from"),
        pytest.param({"definitions": {"D": {"type": "object", "properties": {"image": {"default": CPU}, "instance_type": {"default": C5}}}}}, id="a JSON Schema inside"),
        pytest.param({"cases": [{"input": PAIR, "expected_error": "x"}]}, id="a test case"),
        pytest.param({**PAIR, "failed": True}, id="a record that says that it failed"),
        pytest.param({**PAIR, "error": "ClientError: no capacity"}, id="a record with an error"),
        pytest.param({"detail-type": "x", "time": "2025-11-02T10:00:00Z", "detail": PAIR}, id="an event"),
        pytest.param({"eventTime": "2025-11-02T10:00:00Z", "requestParameters": PAIR}, id="an event of CloudTrail"),
        pytest.param({"run": {"info": {"status": "FINISHED"}, "data": {"params": PAIR}}}, id="a run of MLflow"),
        pytest.param({"build": {"image": CPU}, "instance_type": C5}, id="the image of a build"),
        pytest.param({"source": {"image": CPU}, "instance_type": C5}, id="the source of a copy in a mapping"),
        pytest.param({"version": "3", "vars": VARIABLES, "tasks": {"t": {"cmds": ["make"]}}}, id="a Taskfile"),
        pytest.param({"on": {"workflow_call": {"inputs": {"image": {"default": CPU}, "instance_type": {"default": C5}}}}, "jobs": {"t": {"runs-on": "x"}}}, id="inputs of a workflow"),
        pytest.param([{**PAIR, "timestamp": "2025-11-02 10:00"}], id="a list of records"),
    ],
)
def test_no_evidence_of_use(data: object) -> None:
    (document,) = parse(json.dumps(data))
    assert not generic.claims(document) or not generic.read(document, ReadContext()).deployments


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param({"services": {"churn": PAIR}}, [(CPU, C5)], id="services of another kind than those of Compose"),
        pytest.param(VARIABLES, [(CPU, C5)], id="variables next to each other"),
        pytest.param({"environment": VARIABLES}, [(CPU, C5)], id="variables of a function"),
        pytest.param({"model": {"image": CPU}, "environment": {"instance_type": C5, "vpc": "x"}}, [(CPU, C5)], id="an environment that is not variables"),
        pytest.param({"old_image": GPU, "image": CPU, "instance_type": C5}, [(CPU, C5)], id="an old image next to the new one"),
        pytest.param({"source_image": GPU, "target_image": CPU, "instance_type": C5}, [(CPU, C5)], id="the copy of an image"),
        pytest.param({**PAIR, "status": "active"}, [(CPU, C5)], id="a status that is no end"),
        pytest.param({**PAIR, "expected_latency_ms": 20}, [(CPU, C5)], id="an expectation that is no outcome"),
        pytest.param({**PAIR, "state": "present"}, [(CPU, C5)], id="a desired state"),
        pytest.param({**PAIR, "start_time": "09:00"}, [(CPU, C5)], id="the time of day of a schedule"),
        pytest.param({**PAIR, "data_start_time": "2025-01-01"}, [(CPU, C5)], id="the time range of data"),
        pytest.param({"jobs": {"d": {"runs-on": "x", "steps": [{"uses": "a/b", "with": PAIR}]}}}, [(CPU, C5)], id="the inputs of an action"),
        pytest.param({"pipelines": {"train": {"container": {"image": CPU}, "instance_type": C5}}}, [(CPU, C5)], id="pipelines that are not those of Bitbucket"),
        pytest.param({"jobs": {"train": {"container": {"image": CPU}, "instance_type": C5, "steps": ["a"]}}}, [(CPU, C5)], id="jobs that are not those of a build service"),
        pytest.param({**PAIR, "duration": 3600}, [(CPU, C5)], id="a duration"),
        pytest.param({**PAIR, "version": "1", "phases": ["train", "test"]}, [(CPU, C5)], id="phases that are not those of a build"),
    ],
)
def test_evidence_of_use(data: object, expected: list[tuple[str, str]]) -> None:
    assert paired(data) == short(*expected)
    (document,) = parse(json.dumps(data))
    assert generic.claims(document)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param({**PAIR, "environments": {"dev": {"instance_type": M5}, "prod": {"instance_type": G5}}}, [(CPU, M5), (CPU, G5)], id="each has an instance type"),
        pytest.param({**PAIR, "environments": {"dev": {"instance_type": M5}, "prod": {"count": 2}}}, [(CPU, M5), (CPU, C5)], id="one inherits"),
        pytest.param({**PAIR, "environments": {"dev": {"image": GPU}, "prod": {"image": TRAIN}}}, [(GPU, C5), (TRAIN, C5)], id="each has an image"),
        pytest.param({**PAIR, "environments": [{"name": "dev", "instance_type": M5}]}, [(CPU, M5)], id="a list of environments"),
        pytest.param({**PAIR, "dev": {"instance_type": M5}, "prod": {"instance_type": G5}}, [(CPU, M5), (CPU, G5)], id="environments by their names"),
        pytest.param({"default": PAIR, "production": {"instance_type": G5}}, [(CPU, G5)], id="defaults next to an environment"),
        pytest.param({"stages": {"defaults": PAIR, "a": {"instance_type": G5}, "b": {"instance_type": M5}}}, [(CPU, G5), (CPU, M5)], id="defaults among stages"),
        pytest.param({**PAIR, "prod": {"image": GPU, "instance_type": G5}}, [(GPU, G5)], id="an environment with both"),
        pytest.param({"model": PAIR, "overrides": {"eu": {"model": {"instance_type": M5}}}}, [(CPU, M5)], id="overrides of a mapping inside"),
        pytest.param({"model": PAIR, "environments": {"prod": {"training": {"instance_type": M5}}}}, [(CPU, C5)], id="overrides of another mapping"),
        pytest.param({"model": PAIR, "environments": {"prod": {"instanceType": M5}}}, [(CPU, M5)], id="overrides in another spelling"),
        pytest.param({"defaults": PAIR, "endpoints": [{"name": "a", "instance_type": M5}, {"name": "b"}]}, [(CPU, M5), (CPU, C5)], id="defaults of a list"),
        pytest.param({"default": PAIR, "models": {"a": {"instance_type": G5}}}, [(CPU, G5)], id="defaults of a mapping"),
        pytest.param({**PAIR, "processing": {"instance_type": M5}}, [(CPU, C5)], id="the instance type of another job"),
        pytest.param({"dev": PAIR, "prod": {"image": GPU, "instance_type": G5}}, [(CPU, C5), (GPU, G5)], id="environments without defaults"),
        pytest.param({"environments": {"a": PAIR, "b": {"image": GPU, "instance_type": G5}}}, [(CPU, C5), (GPU, G5)], id="a mapping of environments without defaults"),
        pytest.param({"stages": [{"name": "a", **PAIR}, {"name": "b", "image": GPU, "instance_type": G5}]}, [(CPU, C5), (GPU, G5)], id="a list of environments without defaults"),
        pytest.param({"dev": {"model": PAIR}, "prod": {"model": {"image": GPU}}}, [(CPU, C5)], id="an environment next to another"),
    ],
)
def test_environments_override_defaults(data: object, expected: list[tuple[str, str]]) -> None:
    (document,) = parse(json.dumps(data))
    assert generic.claims(document)
    assert paired(data) == short(*expected)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(
            {"processing_image_uri": CPU, "processing_input": {"InstanceType": C5}, "container_image_uri": XGB, "container_input": {"InstanceType": M5}},
            [(CPU, C5), (XGB, M5)],
            id="snake case",
        ),
        pytest.param(
            {"trainImage": TRAIN, "trainResources": {"hw": {"instanceType": G5}}, "serveImage": CPU, "serveResources": {"instanceType": C5}},
            [(CPU, C5), (TRAIN, G5)],
            id="camel case, a level deeper",
        ),
        pytest.param(
            {"a_image": CPU, "a_input": {"InstanceType": C5}, "a_output": {"InstanceType": M5}, "b_image": XGB}, [], id="two mappings with the prefix"
        ),
        pytest.param({"a_image": CPU, "a_image_uri": GPU, "a_input": {"InstanceType": C5}}, [], id="two images with the prefix"),
        pytest.param({"a_image": CPU, "b_image": GPU, "a_inputs": [{"InstanceType": C5}]}, [], id="a list"),
    ],
)
def test_an_image_and_a_mapping_with_one_prefix(data: object, expected: list[tuple[str, str]]) -> None:
    assert paired(data) == short(*expected)


def test_keys_of_an_endpoint_outrank_the_name_of_an_image() -> None:
    found = reading({"EndpointConfigName": "e", "InitialInstanceCount": 1, "InstanceType": "ml.t2.medium", "TrainingImage": TRAIN}).deployments
    assert [(d.kind, d.image.known, d.instance_type.known) for d in found] == [(Kind.ENDPOINT, False, True), (Kind.TRAINING, True, False)]
    (endpoint,) = reading({"VariantName": "v", "InstanceType": C5, "InferenceImage": CPU}).deployments
    assert (endpoint.kind, endpoint.image.known, endpoint.instance_type.known) == (Kind.ENDPOINT, True, True)


@pytest.mark.parametrize("key", ["transform", "batch_transform", "transformJob"])
def test_batch_transform_serves_the_model(key: str) -> None:
    def rules(image: str) -> set[str]:
        data = {"image_uri": image, key: {"instance_type": M5}}
        return {finding.rule for finding in lint(json.dumps(data), "settings.json").findings}

    assert "image-scope-mismatch" in rules(TRAIN)
    assert "image-scope-mismatch" not in rules(CPU)


def test_a_yaml_workflow_is_no_deployment() -> None:
    import io

    stream = io.StringIO()
    YAML().dump({"on": "push", "jobs": {"t": {"runs-on": "x", "container": {"image": CPU}, "env": {"INSTANCE_TYPE": "ml.c7g.xlarge"}}}}, stream)
    assert lint(stream.getvalue(), ".github/workflows/test.yaml").findings == ()


US = "811284229777.dkr.ecr.us-east-1.amazonaws.com/xgboost:1"
EU = "813361260812.dkr.ecr.eu-central-1.amazonaws.com/xgboost:1"


def function(variables: object, kind: str = "AWS::Lambda::Function", **more: object) -> str:
    return json.dumps({**more, "Resources": {"F": {"Type": kind, "Properties": {"Handler": "h", "Environment": {"Variables": variables}}}}})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(function({"TrainerImage": US, "InstanceType": M5}), {"image-region-mismatch"}, id="another Region"),
        pytest.param(function({"TrainerImage": EU, "InstanceType": M5}), set(), id="the Region of the function"),
        pytest.param(function({"IMAGE_URI": US, "INSTANCE_TYPE": M5}, "AWS::Serverless::Function"), {"image-region-mismatch"}, id="SAM"),
        pytest.param(function({"IMAGE_URI": EU, "INSTANCE_TYPE": "ml.c7g.xlarge"}), {"image-architecture-mismatch"}, id="an endpoint on arm64"),
        pytest.param(function({"IMAGE_URI": {"Ref": "I"}, "INSTANCE_TYPE": M5}, Parameters={"I": {"Type": "String", "Default": US}}), {"image-region-mismatch"}, id="a parameter"),
        pytest.param(function({"IMAGE_URI": {"Fn::Sub": "813361260812.dkr.ecr.${AWS::Region}.amazonaws.com/xgboost:1"}, "INSTANCE_TYPE": M5}), set(), id="a Region that is filled in"),
        pytest.param(function({"IMAGE_URI": US, "TABLE": "t"}), set(), id="an image alone"),
        pytest.param(function({"BASE_IMAGE": US, "INSTANCE_TYPE": M5}), set(), id="the base of a build"),
        pytest.param(function({"TRAINING_IMAGE": US, "ENDPOINT_INSTANCE_TYPE": M5}), set(), id="for different uses"),
    ],
)
def test_the_variables_of_a_function_are_used(text: str, expected: set[str]) -> None:
    found = {finding.rule for finding in lint(text, "t.json", regions=("eu-central-1",)).findings if finding.severity.value != "note"}
    assert found == expected


TYPES = {"type": "string"}


@pytest.mark.parametrize(
    ("configuration", "expected"),
    [
        pytest.param({"module": {"m": {"source": "acme/endpoint/aws", "image_uri": US, "instance_type": M5}}}, {"image-region-mismatch"}, id="one call"),
        pytest.param({"module": [{"m": [{"source": "git::https://x/y", "image_uri": US, "instance_type": M5}]}]}, {"image-region-mismatch"}, id="in lists"),
        pytest.param({"module": {"m": {"source": "./m", "image_uri": US, "instance_type": M5}}}, set(), id="a local folder"),
        pytest.param({"module": {"a": {"source": "a/b/c", "image_uri": US}, "b": {"source": "a/b/c", "instance_type": M5}}}, set(), id="two calls"),
        pytest.param({"variable": {"image_uri": {"default": US, **TYPES}, "instance_type": {"default": M5}}}, set(), id="defaults"),
        pytest.param({"provider": {"aws": {}}, "locals": {"image_uri": US, "instance_type": M5}}, set(), id="local values"),
        pytest.param({"locals": {"image_uri": US, "instance_type": M5}}, {"image-region-mismatch"}, id="perhaps not Terraform"),
    ],
)
def test_a_terraform_configuration_deploys_by_calls(configuration: dict[str, object], expected: set[str]) -> None:
    found = {finding.rule for finding in lint(json.dumps(configuration), "main.tf.json", regions=("eu-central-1",)).findings if finding.severity.value == "error"}
    assert found == expected


def test_the_region_of_a_response_inside_other_data_is_that_of_its_arn() -> None:
    job = {"TrainingJobArn": "arn:aws:sagemaker:eu-west-1:111122223333:training-job/n", "Image": CPU, "InstanceType": C5}
    (deployment,) = reading({"jobs": [{"answer": job}]}, "us-east-1").deployments
    assert (deployment.region.value, deployment.region.origin, deployment.fixable) == ("eu-west-1", "manifest", False)


def test_many_environments_take_linear_time() -> None:
    def seconds_for(count: int) -> float:
        many = {f"prod{index}": PAIR for index in range(count)}
        data = {"a": many, "b": {"defaults": PAIR, **many}, "c": [PAIR] * count, "environments": [{"instance_type": C5}] * count}
        (document,) = parse(json.dumps(data))
        return seconds(lambda: generic.read(document, ReadContext()))

    assert_growth(seconds_for, 500, 2000, 8, 0.05)

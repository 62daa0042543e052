"""What an ad-hoc configuration states for something else: a Region, a purpose, a Python version."""

from __future__ import annotations

import pytest

from smlint import fix, lint

IMAGE = "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker"


def findings(text: str) -> list[str]:
    report = lint(text.format(image=IMAGE), as_of="2026-01-01")
    assert report.summary.deployments == 1
    return [finding.rule for finding in report.findings]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("region: eu-west-1\nus: {{target_region: us-west-2, image_uri: '{image}', instance_type: ml.c5.xlarge}}\n", id="other key"),
        pytest.param("region: eu-west-1\nus: {{env: {{AWS_REGION: us-west-2}}, image_uri: '{image}', instance_type: ml.c5.xlarge}}\n", id="environment variable"),
        pytest.param("region: eu-west-1\nprod-us-west-2: {{image_uri: '{image}', instance_type: ml.c5.xlarge}}\n", id="key of the mapping"),
        pytest.param("region: eu-west-1\nregions: [us-west-2]\nimage_uri: '{image}'\ninstance_type: ml.c5.xlarge\n", id="list"),
        pytest.param('{{"sourceRegion": "us-west-2", "region": "eu-west-1", "source": {{"image_uri": "{image}", "instance_type": "ml.c5.xlarge"}}}}', id="same mapping, JSON"),
        pytest.param(
            "region: eu-west-1\na: {{arn: 'arn:aws:sagemaker:us-west-2:111122223333:endpoint/x', image_uri: '{image}', instance_type: ml.c5.xlarge}}\n", id="ARN"
        ),
        pytest.param("region: eu-west-1\nregions: {{us: us-west-2}}\nends:\n  us: {{image_uri: '{image}', instance_type: ml.c5.xlarge}}\n", id="elsewhere, if the Region is stated above"),
        pytest.param("aws: {{region: eu-west-1}}\ndev: {{image_uri: '{image}', instance_type: ml.c5.xlarge, vpc: {{zone: us-west-2b}}}}\n", id="availability zone"),
    ],
)
def test_another_region_mentioned_nearer_makes_it_unknown(text: str) -> None:
    assert findings(text) == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("region: eu-west-1\nimage_uri: '{image}'\ninstance_type: ml.c5.xlarge\n", id="same mapping"),
        pytest.param("region: eu-west-1\neu: {{bucket: my-eu-west-1-bucket, image_uri: '{image}', instance_type: ml.c5.xlarge}}\n", id="the same Region is mentioned"),
        pytest.param("region: eu-west-1\neu: {{zone: x-y-1, image_uri: '{image}', instance_type: ml.c5.xlarge}}\n", id="no Region"),
        pytest.param("other: {{region: us-west-2}}\neu: {{region: eu-west-1, image_uri: '{image}', instance_type: ml.c5.xlarge}}\n", id="elsewhere"),
    ],
)
def test_otherwise_the_nearest_region_counts(text: str) -> None:
    assert findings(text) == ["image-region-mismatch"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("evaluation: {{image_uri: '{training}', instance_type: ml.c5.xlarge, endpoint_name: x}}\n", id="an evaluation names the endpoint that it evaluates"),
        pytest.param("framework: onnx\nimage_uri: '{image}'\ninstance_type: ml.c5.xlarge\npython_version: '3.10'\n", id="Python of a project with another framework"),
    ],
)
def test_what_may_describe_something_else_is_not_compared(text: str) -> None:
    training = IMAGE.replace("pytorch-inference", "pytorch-training")
    assert lint(text.format(image=IMAGE, training=training), as_of="2025-06-01").findings == ()


@pytest.mark.parametrize(
    ("inner", "is_fixed"),
    [
        pytest.param("variants: [{{name: a, instance_type: ml.m5.xlarge}}, {{name: b}}]", False, id="a list of variants"),
        pytest.param("prod_endpoint: {{instance_type: ml.m5.xlarge}}", False, id="a mapping"),
        pytest.param("variants: [{{name: a, instance_type: ml.m7g.xlarge}}]", True, id="the same architecture"),
        pytest.param("other: {{image_uri: 444455556666.dkr.ecr.us-west-2.amazonaws.com/own:1, instance_type: ml.m5.xlarge}}", True, id="an image of its own"),
    ],
)
def test_an_instance_type_further_inside_may_inherit_the_image(inner: str, is_fixed: bool) -> None:
    text = f"endpoint:\n  image_uri: '{{image}}'\n  instance_type: ml.c7g.xlarge\n  {inner}\n".format(image=IMAGE)
    assert (fix(text, as_of="2026-01-01") != text) is is_fixed


@pytest.mark.parametrize(
    ("own", "is_fixed"),
    [
        pytest.param("instance_type: ml.m5.xlarge", False, id="it runs on another architecture"),
        pytest.param("instance_type: ml.m7g.xlarge", True, id="it runs on the same architecture"),
        pytest.param("replicas: 2", True, id="it is no deployment"),
    ],
)
def test_a_mapping_that_others_merge_may_be_a_deployment_too(own: str, is_fixed: bool) -> None:
    text = f"dev: &dev\n  image_uri: '{IMAGE}'\n  {own}\nprod:\n  <<: *dev\n  instance_type: ml.c7g.xlarge\n"
    assert (fix(text, as_of="2026-01-01") != text) is is_fixed


@pytest.mark.parametrize(("key", "deployments"), [("ecs", 0), ("lambda_function", 0), ("model", 1)])
def test_the_image_of_another_service_does_not_belong_to_the_instance_type(key: str, deployments: int) -> None:
    text = f"{key}: {{image: '{IMAGE}', cpu: 4}}\nsagemaker: {{instance_type: ml.c7g.large}}\n"
    assert lint(text, as_of="2026-01-01").summary.deployments == deployments


@pytest.mark.parametrize("value", ["ml.c7g.xlarge,ml.m5.xlarge", "ml.*", "ml.c7g.*", "ml.c7g.xlarge|ml.m5.xlarge"])
def test_several_instance_types_in_one_text_and_patterns_are_unknown(value: str) -> None:
    assert findings("image_uri: '{image}'\ninstance_type: " + value + "\n") == []


def test_the_image_of_a_model_package_may_be_the_one_that_is_deployed() -> None:
    package = "arn:aws:sagemaker:us-east-1:111122223333:model-package/churn/1"
    assert lint(f"model_package_arn: {package}\nimage_uri: '{IMAGE}'\ninstance_type: ml.c7g.xlarge\n").summary.deployments == 0
    assert lint(f"model_package_group_name: churn\nimage_uri: '{IMAGE}'\ninstance_type: ml.c7g.xlarge\n").summary.errors == 1


@pytest.mark.parametrize("declared", ["framework: sklearn", 'framework_version: "2.5.1"', "py_version: py311"])
def test_what_an_ad_hoc_file_declares_only_describes_the_image(declared: str) -> None:
    text = f"image_uri: '{IMAGE}'\ninstance_type: ml.c5.xlarge\n{declared}\n"
    (finding,) = lint(text, as_of="2026-01-01").findings
    assert finding.severity == "warning"
    assert fix(text) == text

"""Step Functions state machines, pipeline definitions, API requests, smlint's own manifests, and configurations of no known format."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.manifests import IMAGE, PATH, REPOSITORY, TAG
from tests.manifests.images import ChosenImage, chosen
from tests.manifests.shapes import ARN, TEXTS, Shape, container, training, variant
from tests.manifests.spelling import Shared, Tree


@st.composite
def state_machines(draw: st.DrawFn) -> tuple[Shape, ChosenImage]:
    """A training task, or a task that creates a model and one that creates its endpoint configuration, sometimes in a branch."""
    jsonata = draw(st.booleans())
    key = "Arguments" if jsonata else "Parameters"
    if draw(st.booleans()):
        image = draw(chosen("training"))
        states: dict[str, Tree] = {"Train": _task("createTrainingJob.sync", key, training(image), None)}
    else:
        image = draw(chosen())
        model: Tree = {"ModelName": "churn", "ExecutionRoleArn": ARN, "PrimaryContainer": container(draw)}
        config: Tree = {"EndpointConfigName": "churn", "ProductionVariants": [variant(image, "churn")]}
        states = {"Model": _task("createModel", key, model, "Config"), "Config": _task("createEndpointConfig", key, config, None)}
    tree: dict[str, Tree] = {"StartAt": next(iter(states)), "States": states}
    if draw(st.booleans()):
        tree = {"StartAt": "Both", "States": {"Both": {"Type": "Parallel", "Branches": [tree], "End": True}}}
    if jsonata:
        tree["QueryLanguage"] = "JSONata"
    return Shape({"Comment": draw(TEXTS), **tree}, (image.region,)), image


def _task(action: str, key: str, body: Tree, following: str | None) -> Tree:
    end: dict[str, Tree] = {"Next": following} if following else {"End": True}
    return {"Type": "Task", "Resource": f"arn:aws:states:::sagemaker:{action}", key: body, **end}


@st.composite
def pipelines(draw: st.DrawFn) -> tuple[Shape, ChosenImage]:
    """A pipeline with a training step; image and instance type are literal or parameters."""
    image = draw(chosen("training"))
    parameters: list[Tree] = [{"Name": "Note", "Type": "String", "DefaultValue": draw(TEXTS)}]
    uri: Tree = IMAGE
    if draw(st.booleans()):
        parameters.append({"Name": "Image", "Type": "String", "DefaultValue": IMAGE})
        uri = {"Get": "Parameters.Image"}
    elif draw(st.booleans()):
        uri = {"Std:Join": {"On": "", "Values": [f"{image.image.registry}/", PATH]}}
    instance_type: Tree = image.instance_type
    if draw(st.booleans()):
        parameters.append({"Name": "Type", "Type": "String", "DefaultValue": image.instance_type})
        instance_type = {"Get": "Parameters.Type"}
    step: Tree = {"Name": "Train", "Type": "Training", "Arguments": training(image, uri, instance_type)}
    return Shape({"Version": "2020-12-01", "Metadata": {}, "Parameters": parameters, "Steps": [step]}, (image.region,)), image


@st.composite
def requests(draw: st.DrawFn) -> tuple[Shape, ChosenImage]:
    """The request of a training job, or those of a model and its endpoint configuration."""
    if draw(st.booleans()):
        image = draw(chosen("training"))
        return Shape(training(image), (image.region,)), image
    image = draw(chosen())
    model: Tree = {"ModelName": "churn", "ExecutionRoleArn": ARN, "PrimaryContainer": container(draw)}
    config: Tree = {"EndpointConfigName": "churn", "ProductionVariants": [variant(image, "churn")]}
    return Shape(draw(st.permutations([model, config])), (image.region,)), image


@st.composite
def packages(draw: st.DrawFn) -> tuple[Shape, ChosenImage]:
    """The request of a model package."""
    image = draw(chosen())
    specification: Tree = {"Containers": [container(draw)], "SupportedRealtimeInferenceInstanceTypes": [image.instance_type]}
    return Shape({"ModelPackageGroupName": "churn", "InferenceSpecification": specification, "ModelApprovalStatus": "Approved"}, (image.region,), hardware=False), image


@st.composite
def responses(draw: st.DrawFn) -> tuple[Shape, ChosenImage]:
    """The response of `DescribeTrainingJob`, which is linted but never edited."""
    image = draw(chosen("training"))
    response: dict[str, Tree] = {"TrainingJobArn": f"arn:aws:sagemaker:{image.region}:111122223333:training-job/nightly", "TrainingJobStatus": "Completed"}
    return Shape({**training(image), **response, "CreationTime": "2026-01-01T00:00:00+00:00"}, (image.region,), fixable=False), image


@st.composite
def native(draw: st.DrawFn) -> tuple[Shape, ChosenImage]:
    """smlint's own manifest: models in a list or by name, the Region in each model or in the defaults."""
    image = draw(chosen(draw(st.sampled_from(("inference", "training")))))
    model: dict[str, Tree] = {"image_uri": IMAGE}
    model |= draw(st.sampled_from(({"instance_type": image.instance_type}, {"instance_types": [image.instance_type]})))
    if image.scope == "training":
        model["image_scope"] = "training"
    if draw(st.booleans()):
        model["model_data"] = "s3://bucket/model.tar.gz"
    tree: dict[str, Tree] = {"smlint": 1}
    if draw(st.booleans()):
        tree["defaults"] = {"region": image.region}
    else:
        model |= draw(st.sampled_from(({"region": image.region}, {"regions": [image.region]})))
    tree["models"] = {"churn": model} if draw(st.booleans()) else [{"name": "churn", **model}]
    return Shape(tree), image


@st.composite
def twins(draw: st.DrawFn) -> tuple[Shape, ChosenImage]:
    """Two models that share the image, or all fields: in YAML through an alias, so that no fix may edit them."""
    image = draw(chosen())
    uri = Shared("image", IMAGE)
    body: dict[str, Tree] = {"image_uri": uri, "instance_type": image.instance_type, "region": image.region}
    models: tuple[Tree, Tree] = (
        {"one": body, "other": {**body}},
        {"one": Shared("model", body), "other": Shared("model", body)},
    )
    return Shape({"smlint": 1, "models": draw(st.sampled_from(models))}, fixable=False, deployments=2), image


@st.composite
def generic(draw: st.DrawFn) -> tuple[Shape, ChosenImage]:
    """A configuration of no known format: image and instance type in one mapping, or in neighboring mappings."""
    image = draw(chosen())
    tree: Tree = {
        "note": draw(TEXTS),
        "region": image.region,
        "endpoint": {"instance_type": image.instance_type, "image_uri": IMAGE, "instance_count": 1},
    }
    if draw(st.booleans()):
        tree = {
            "region": image.region,
            "image": {"repository": REPOSITORY, "tag": TAG, "pullPolicy": "IfNotPresent"},
            "endpoint": {"name": "churn", "instanceType": image.instance_type},
        }
    return Shape(tree), image

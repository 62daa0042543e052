"""Objects of Kubernetes: the controllers of AWS and of Crossplane, the SageMaker operator, HyperPod, and Pods that run AWS's images."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.manifests import IMAGE
from tests.manifests.images import ChosenImage, chosen
from tests.manifests.shapes import ARN, TEXTS, Shape
from tests.manifests.spelling import Documents, Tree


@st.composite
def ack(draw: st.DrawFn) -> tuple[Shape, ChosenImage]:
    """A model and its endpoint configuration, of AWS's controllers."""
    image = draw(chosen())
    model: Tree = {
        "apiVersion": "sagemaker.services.k8s.aws/v1alpha1",
        "kind": "Model",
        "metadata": {"name": "churn", "annotations": {"services.k8s.aws/region": image.region, "note": draw(TEXTS)}},
        "spec": {"modelName": "churn", "executionRoleARN": ARN, **_containers(draw)},
    }
    variant: Tree = {"variantName": "all", "modelName": "churn", "instanceType": image.instance_type, "initialInstanceCount": 1}
    config: Tree = {
        "apiVersion": "sagemaker.services.k8s.aws/v1alpha1",
        "kind": "EndpointConfig",
        "metadata": {"name": "churn-config"},
        "spec": {"endpointConfigName": "churn-config", "productionVariants": [variant]},
    }
    return Shape(Documents(draw(st.permutations([model, config])))), image


def _containers(draw: st.DrawFn) -> dict[str, Tree]:
    one: Tree = {"image": IMAGE, "modelDataURL": "s3://bucket/model.tar.gz"}
    return {"containers": [one]} if draw(st.booleans()) else {"primaryContainer": one}


@st.composite
def ack_jobs(draw: st.DrawFn) -> tuple[Shape, ChosenImage]:
    """A training job, of AWS's controllers."""
    image = draw(chosen("training"))
    job: Tree = {
        "apiVersion": "sagemaker.services.k8s.aws/v1alpha1",
        "kind": "TrainingJob",
        "metadata": {"name": "train", "annotations": {"services.k8s.aws/region": image.region}},
        "spec": {
            "trainingJobName": "train",
            "algorithmSpecification": {"trainingImage": IMAGE, "trainingInputMode": "File"},
            "resourceConfig": {"instanceType": image.instance_type, "instanceCount": 1, "volumeSizeInGB": 50},
        },
    }
    return Shape(Documents([job])), image


_TIES: tuple[dict[str, Tree], ...] = (
    {"modelName": "forecast"},
    {"modelNameRef": {"name": "forecast"}},
    {"modelNameSelector": {"matchLabels": {"app": "forecast"}}},
)


@st.composite
def crossplane(draw: st.DrawFn) -> tuple[Shape, ChosenImage]:
    """A model and its endpoint configuration, of Crossplane: tied together by name, by reference or by labels."""
    image = draw(chosen())
    api = draw(st.sampled_from(("sagemaker.aws.upbound.io/v1beta1", "sagemaker.aws.m.upbound.io/v1beta1")))
    tie = draw(st.sampled_from(_TIES))
    container: Tree = {"image": IMAGE}
    model: Tree = {
        "apiVersion": api,
        "kind": "Model",
        "metadata": {"name": "forecast", "labels": {"app": "forecast"}},
        "spec": {"forProvider": {"region": image.region, "primaryContainer": draw(st.sampled_from((container, [container])))}},
    }
    variant: Tree = {"variantName": "a", **tie, "instanceType": image.instance_type, "initialInstanceCount": 1}
    config: Tree = {
        "apiVersion": api,
        "kind": "EndpointConfiguration",
        "metadata": {"name": "forecast"},
        "spec": {"forProvider": {"region": image.region, "productionVariants": [variant]}},
    }
    return Shape(Documents(draw(st.permutations([model, config])))), image


@st.composite
def operator(draw: st.DrawFn) -> tuple[Shape, ChosenImage]:
    """A hosting deployment, of the first SageMaker operator."""
    image = draw(chosen())
    container: Tree = {"containerHostname": "main", "image": IMAGE, "modelDataUrl": "s3://bucket/model.tar.gz"}
    spec: Tree = {
        "region": image.region,
        "productionVariants": [{"variantName": "a", "modelName": "m", "instanceType": image.instance_type, "initialInstanceCount": 1, "initialVariantWeight": 1}],
        "models": [{"name": "m", "executionRoleArn": ARN, "containers": [container]}],
    }
    metadata: Tree = {"name": "reviews", "annotations": {"note": draw(TEXTS)}}
    return Shape(Documents([{"apiVersion": "sagemaker.aws.amazon.com/v1", "kind": "HostingDeployment", "metadata": metadata, "spec": spec}])), image


@st.composite
def hyperpod(draw: st.DrawFn) -> tuple[Shape, ChosenImage]:
    """An endpoint on a HyperPod cluster."""
    image = draw(chosen(ec2=True, purpose="cluster"))
    types: dict[str, Tree] = draw(st.sampled_from(({"instanceType": image.instance_type}, {"instanceTypes": [image.instance_type]})))
    spec: Tree = {
        "modelName": "summaries",
        "endpointName": "summaries",
        **types,
        "modelSourceConfig": {"modelSourceType": "s3", "modelLocation": "v3", "s3Storage": {"bucketName": "weights", "region": "eu-central-1"}},
        "worker": {"image": IMAGE, "modelInvocationPort": {"containerPort": 8080, "name": "http"}},
    }
    tree: Tree = {"apiVersion": "inference.sagemaker.aws.amazon.com/v1", "kind": "InferenceEndpointConfig", "metadata": {"name": "s"}, "spec": spec}
    return Shape(Documents([tree]), (image.region,)), image


@st.composite
def pods(draw: st.DrawFn) -> tuple[Shape, ChosenImage]:
    """A Pod or a Deployment that runs an image of AWS's on an instance type of EC2."""
    image = draw(chosen(draw(st.sampled_from(("inference", "training"))), ec2=True))
    containers: list[Tree] = [{"name": "scorer", "image": IMAGE, "args": [draw(TEXTS)]}]
    if image.image.processor == "cpu":  # of several containers, another one may be what the node's GPU is for
        containers.append({"name": "proxy", "image": "public.ecr.aws/nginx/nginx:1.27"})
    pod: Tree = {"nodeSelector": {"node.kubernetes.io/instance-type": image.instance_type.removeprefix("ml.")}, "containers": containers}
    if draw(st.booleans()):
        return Shape(Documents([{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "scorer"}, "spec": pod}]), (image.region,)), image
    template: Tree = {"metadata": {"labels": {"app": "scorer"}}, "spec": pod}
    spec: Tree = {"selector": {"matchLabels": {"app": "scorer"}}, "template": template}
    return Shape(Documents([{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "scorer"}, "spec": spec}]), (image.region,)), image

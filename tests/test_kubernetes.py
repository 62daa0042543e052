"""Kubernetes objects: which image runs on which instance type or node."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smlint import lint
from smlint.model.deployment import Deployment, DocumentReading, Kind
from smlint.readers.documents import read_documents
from smlint.readers.kubernetes import reader as kubernetes
from smlint.readers.reader import ReadContext
from smlint.syntax import parse
from tests.timing import assert_growth, seconds

HOST = "763104351884.dkr.ecr.us-west-2.amazonaws.com"
IMAGE = f"{HOST}/pytorch-inference:2.1.0-cpu-py310"
OTHER = f"{HOST}/pytorch-inference:2.6.0-cpu-py312"
ACK = "sagemaker.services.k8s.aws/v1alpha1"
OPERATOR = "sagemaker.aws.amazon.com/v1"
HYPERPOD = "inference.sagemaker.aws.amazon.com/v1"
UPBOUND = "sagemaker.aws.upbound.io/v1beta2"


def readings(text: str, region: str | None = None) -> list[DocumentReading]:
    found = [document for document in parse(text) if kubernetes.claims(document)]
    return kubernetes.read_together(found, ReadContext(region))


def deployments(text: str, region: str | None = None) -> list[Deployment]:
    return [deployment for reading in readings(text, region) for deployment in reading.deployments]


def one(text: str, region: str | None = None) -> Deployment:
    (found,) = deployments(text, region)
    return found


def pairs(text: str) -> list[tuple[str | None, str]]:
    return [(tag(found), type_of(found)) for found in deployments(text)]


def tag(deployment: Deployment) -> str | None:
    image = deployment.image.get()
    return image.tag if image is not None else None


def type_of(deployment: Deployment) -> str:
    instance = deployment.instance_type
    return instance.value.name or instance.value.architecture if instance.known else instance.state.value


def model(name: str = "m", image: str = IMAGE, metadata: str = "name: m", api: str = ACK) -> str:
    return f"apiVersion: {api}\nkind: Model\nmetadata: {{{metadata}}}\nspec: {{modelName: {name}, primaryContainer: {{image: '{image}'}}}}\n"


def config(*variants: str, metadata: str = "name: c", api: str = ACK) -> str:
    return f"apiVersion: {api}\nkind: EndpointConfig\nmetadata: {{{metadata}}}\nspec:\n  productionVariants: [{', '.join(variants)}]\n"


def upbound(kind: str, parameters: str, metadata: str, api: str = UPBOUND) -> str:
    return f"apiVersion: {api}\nkind: {kind}\nmetadata: {{{metadata}}}\nspec: {{forProvider: {{region: us-west-2, {parameters}}}}}\n"


def variant(name: str = "m", instance: str = "ml.c5.large", more: str = "") -> str:
    return f"{{modelName: {name}, instanceType: {instance}{more}}}"


def stream(*documents: str) -> str:
    return "---\n".join(documents)


# ---------------------------------------------------------------- claimed documents


@pytest.mark.parametrize(
    ("text", "claimed_here"),
    [
        pytest.param(f"apiVersion: {ACK}\nkind: Endpoint", True, id="an ACK object without image and instance type"),
        pytest.param(f"apiVersion: {OPERATOR}\nkind: TrainingJob", True, id="a SageMaker operator object"),
        pytest.param(f"apiVersion: {HYPERPOD}\nkind: JumpStartModel", True, id="a HyperPod object"),
        pytest.param("apiVersion: sagemaker.aws.m.upbound.io/v1beta1\nkind: Model", True, id="a namespaced Crossplane object"),
        pytest.param(f"apiVersion: v1\nkind: List\nitems: [{{apiVersion: {ACK}, kind: Model}}]", True, id="a list"),
        pytest.param(f"apiVersion: {ACK}\nkind: ModelList\nitems: [{{spec: {{}}}}]", True, id="a typed list whose items omit version and kind"),
        pytest.param("apiVersion: iam.aws.upbound.io/v1beta1\nkind: Role", False, id="a Crossplane object of another service"),
        pytest.param("apiVersion: example.com/sagemaker.services.k8s.aws\nkind: Model", False, id="an unrelated API group"),
        pytest.param("kind: Model\nspec: {}", False, id="no API version"),
        pytest.param(f"apiVersion: {ACK}", False, id="no kind"),
        pytest.param(f"apiVersion: v1\nkind: Pod\nspec: {{containers: [{{image: '{IMAGE}'}}]}}", True, id="a Pod with an AWS image"),
        pytest.param("apiVersion: v1\nkind: Pod\nspec: {containers: [{image: nginx}]}", False, id="an unrelated Pod"),
        pytest.param(
            "apiVersion: v1\nkind: Pod\nspec: {containers: [{image: 602401143452.dkr.ecr.us-west-2.amazonaws.com/eks/coredns:v1}]}",
            False,
            id="a Pod with an EKS image",
        ),
        pytest.param(
            "apiVersion: v1\nkind: Pod\nspec: {containers: [{image: 444455556666.dkr.ecr.us-west-2.amazonaws.com/team/model:v1}]}",
            False,
            id="a Pod with a custom image",
        ),
        pytest.param(
            "apiVersion: v1\nkind: Pod\nspec: {nodeSelector: {node.kubernetes.io/instance-type: ml.g5.xlarge}, containers: [{image: nginx}]}",
            True,
            id="a Pod on a HyperPod node",
        ),
        pytest.param(f"apiVersion: v1\nkind: ConfigMap\ndata: {{image: '{IMAGE}', type: ml.c5.large}}", False, id="a ConfigMap"),
        pytest.param(f"apiVersion: v1\nkind: Pod\nstatus: {{containers: [{{image: '{IMAGE}'}}]}}", False, id="a status"),
        pytest.param(f"services: {{a: {{image: '{IMAGE}'}}}}", False, id="a Docker Compose file"),
        pytest.param(f"images: [{{name: a, newName: '{HOST}/pytorch-inference'}}]", False, id="a list of images outside a kustomization"),
        pytest.param(f"[{{op: add, path: /spec/worker/image, value: '{IMAGE}'}}]", True, id="a JSON patch of an image"),
        pytest.param("[{op: add, path: /spec/replicas, value: 3}]", False, id="a JSON patch of something else"),
        pytest.param("[{op: replace, path: /spec/instanceType, value: ml.g5.xlarge}]", False, id="a JSON patch whose object may be of several kinds"),
        pytest.param("---\n", False, id="an empty document"),
    ],
)
def test_claimed_documents(text: str, claimed_here: bool) -> None:
    assert [kubernetes.claims(document) for document in parse(text)] == [claimed_here]


# ---------------------------------------------------------------- fields


def ack_job(kind: str, spec: str, api: str = ACK) -> str:
    return f"apiVersion: {api}\nkind: {kind}\nmetadata: {{name: j}}\nspec: {spec}\n"


TRAINING = f"{{algorithmSpecification: {{trainingImage: '{IMAGE}'}}, resourceConfig: {{instanceType: ml.m5.large}}}}"


@pytest.mark.parametrize(
    ("text", "kind", "pointer"),
    [
        pytest.param(ack_job("TrainingJob", TRAINING), Kind.TRAINING, "/spec/algorithmSpecification/trainingImage", id="an ACK training job"),
        pytest.param(ack_job("TrainingJob", TRAINING, OPERATOR), Kind.TRAINING, "/spec/algorithmSpecification/trainingImage", id="an operator training job"),
        pytest.param(
            ack_job("TrainingJob", f"{{algorithmSpecification: {{trainingImage: '{IMAGE}'}}, resourceConfig: {{instanceGroups: [{{instanceType: ml.m5.large}}]}}}}"),
            Kind.TRAINING,
            "/spec/algorithmSpecification/trainingImage",
            id="a training job with instance groups",
        ),
        pytest.param(
            ack_job("TrainingJob", f"{{debugRuleConfigurations: [{{}}, {{ruleEvaluatorImage: '{IMAGE}', instanceType: ml.m5.large}}]}}"),
            Kind.PROCESSING,
            "/spec/debugRuleConfigurations/1/ruleEvaluatorImage",
            id="a Debugger rule",
        ),
        pytest.param(
            ack_job("HyperParameterTuningJob", f"{{trainingJobDefinition: {TRAINING}}}"),
            Kind.TRAINING,
            "/spec/trainingJobDefinition/algorithmSpecification/trainingImage",
            id="an ACK tuning job",
        ),
        pytest.param(
            ack_job("HyperparameterTuningJob", f"{{trainingJobDefinitions: [{TRAINING}]}}", OPERATOR),
            Kind.TRAINING,
            "/spec/trainingJobDefinitions/0/algorithmSpecification/trainingImage",
            id="an operator tuning job, with different spelling",
        ),
        pytest.param(
            ack_job("ProcessingJob", f"{{appSpecification: {{imageURI: '{IMAGE}'}}, processingResources: {{clusterConfig: {{instanceType: ml.m5.large}}}}}}"),
            Kind.PROCESSING,
            "/spec/appSpecification/imageURI",
            id="an ACK processing job",
        ),
        pytest.param(
            ack_job("ProcessingJob", f"{{appSpecification: {{imageUri: '{IMAGE}'}}, processingResources: {{clusterConfig: {{instanceType: ml.m5.large}}}}}}", OPERATOR),
            Kind.PROCESSING,
            "/spec/appSpecification/imageUri",
            id="an operator processing job",
        ),
        pytest.param(
            ack_job("ModelBiasJobDefinition", f"{{modelBiasAppSpecification: {{imageURI: '{IMAGE}'}}, jobResources: {{clusterConfig: {{instanceType: ml.m5.large}}}}}}"),
            Kind.PROCESSING,
            "/spec/modelBiasAppSpecification/imageURI",
            id="a Model Monitor job definition",
        ),
        pytest.param(
            ack_job(
                "MonitoringSchedule",
                f"{{monitoringScheduleConfig: {{monitoringJobDefinition: {{monitoringAppSpecification: {{imageURI: '{IMAGE}'}}, "
                "monitoringResources: {clusterConfig: {instanceType: ml.m5.large}}}}}",
            ),
            Kind.PROCESSING,
            "/spec/monitoringScheduleConfig/monitoringJobDefinition/monitoringAppSpecification/imageURI",
            id="a monitoring schedule with a job definition",
        ),
        pytest.param(
            ack_job(
                "ModelPackage",
                f"{{inferenceSpecification: {{containers: [{{image: '{IMAGE}'}}], supportedTransformInstanceTypes: [ml.c6g.large]}}, validationSpecification: "
                "{validationProfiles: [{transformJobDefinition: {transformResources: {instanceType: ml.m5.large}}}]}}",
            ),
            Kind.TRANSFORM,
            "/spec/inferenceSpecification/containers/0/image",
            id="a model package with a validation, and supported types",
        ),
        pytest.param(
            ack_job("InferenceEndpointConfig", f"{{instanceType: ml.m5.large, worker: {{image: '{IMAGE}'}}}}", HYPERPOD),
            Kind.CLUSTER,
            "/spec/worker/image",
            id="a HyperPod endpoint",
        ),
        pytest.param(
            ack_job("SageMakerEndpointRegistration", f"{{instanceType: ml.m5.large, imageUri: '{IMAGE}'}}", HYPERPOD),
            Kind.ENDPOINT,
            "/spec/imageUri",
            id="a SageMaker endpoint created by HyperPod",
        ),
    ],
)
def test_an_object_with_image_and_instance_type(text: str, kind: Kind, pointer: str) -> None:
    found = one(text)
    assert (tag(found), type_of(found), found.kind, found.pointer, found.resource) == ("2.1.0-cpu-py310", "ml.m5.large", kind, pointer, "j")
    assert found.platform == ("kubernetes" if kind is Kind.CLUSTER else "sagemaker")


def test_an_object_with_only_an_instance_type() -> None:
    found = one(ack_job("NotebookInstance", "{instanceType: ml.t3.medium}"))
    assert (found.kind, found.image.absent, found.pointer) == (Kind.NOTEBOOK, True, "/spec/instanceType")


def test_each_instance_type_of_a_list_is_a_deployment() -> None:
    text = ack_job("InferenceEndpointConfig", f"{{instanceTypes: [ml.g5.xlarge, ml.c5.large], worker: {{image: '{IMAGE}'}}}}", HYPERPOD)
    assert pairs(text) == [("2.1.0-cpu-py310", "ml.g5.xlarge"), ("2.1.0-cpu-py310", "ml.c5.large")]


def test_the_nodes_that_hyperpod_may_choose_are_alternatives() -> None:
    required = "requiredDuringSchedulingIgnoredDuringExecution"
    terms = "[{matchExpressions: [{key: node.kubernetes.io/instance-type, operator: In, values: [ml.g5.xlarge, ml.c5.large]}]}]"
    text = ack_job("InferenceEndpointConfig", f"{{nodeAffinity: {{{required}: {{nodeSelectorTerms: {terms}}}}}, worker: {{image: '{IMAGE}'}}}}", HYPERPOD)
    assert pairs(text) == [("2.1.0-cpu-py310", "ml.g5.xlarge"), ("2.1.0-cpu-py310", "ml.c5.large")]
    (group,) = {found.alternatives for found in deployments(text)}
    assert group


@pytest.mark.parametrize(
    ("written", "state"),
    [
        pytest.param("INSTANCE_TYPE", "unknown", id="an upper-case word"),
        pytest.param("$INSTANCE_TYPE", "unknown", id="a shell variable"),
        pytest.param("'{{ .Values.type }}'", "unknown", id="a Helm template"),
        pytest.param("<YOUR TYPE>", "unknown", id="angle brackets"),
        pytest.param("{type}", "unknown", id="braces, which YAML parses as a mapping"),
        pytest.param("null", "absent", id="null"),
        pytest.param("m5.large", "m5.large", id="a name without its prefix"),
    ],
)
def test_values_that_are_not_instance_types(written: str, state: str) -> None:
    assert type_of(deployments(ack_job("TrainingJob", f"{{algorithmSpecification: {{trainingImage: '{IMAGE}'}}, resourceConfig: {{instanceType: {written}}}}}"))[0]) == state


# ---------------------------------------------------------------- links


def test_a_variant_is_linked_to_a_model_in_another_document() -> None:
    text = stream(config(variant()), "kind: Other\n", model())
    assert pairs(text) == [("2.1.0-cpu-py310", "ml.c5.large")]
    assert [(reading.document, len(reading.deployments)) for reading in read_documents(parse(text), [ReadContext()])] == [(0, 0), (2, 1)]


def test_a_document_read_alone_is_not_linked() -> None:
    (document,) = parse(model())
    assert [type_of(found) for found in kubernetes.read(document, ReadContext()).deployments] == ["absent"]


@pytest.mark.parametrize(
    ("one_model", "one_config", "linked"),
    [
        pytest.param(model(), config(variant()), True, id="the same name"),
        pytest.param(model("x", metadata="name: m"), config(variant("m")), False, id="the object name is not the model name"),
        pytest.param(model("$NAME"), config(variant("$NAME")), True, id="the same shell variable"),
        pytest.param(model("$NAME"), config(variant("$OTHER")), False, id="a different shell variable"),
        pytest.param(model(metadata="name: m, namespace: a"), config(variant(), metadata="name: c, namespace: a"), True, id="the same namespace"),
        pytest.param(model(metadata="name: m, namespace: a"), config(variant()), True, id="a namespace that only one states"),
        pytest.param(model(metadata="name: m, namespace: a"), config(variant(), metadata="name: c, namespace: b"), False, id="a different namespace"),
        pytest.param(
            model(metadata="name: m, annotations: {services.k8s.aws/region: us-west-2}"),
            config(variant(), metadata="name: c, annotations: {services.k8s.aws/region: eu-west-1}"),
            False,
            id="a different Region",
        ),
        pytest.param(model(), config(variant(), api=OPERATOR), False, id="another API"),
        pytest.param(stream(model(), model(image=OTHER)), config(variant()), False, id="two models with the name"),
    ],
)
def test_a_variant_is_linked_by_the_model_name(one_model: str, one_config: str, linked: bool) -> None:
    assert (("2.1.0-cpu-py310", "ml.c5.large") in pairs(stream(one_model, one_config))) is linked


@pytest.mark.parametrize(
    ("parameters", "metadata", "reference", "linked"),
    [
        pytest.param(f"primaryContainer: {{image: '{IMAGE}'}}", "name: m", "modelName: m", True, id="by the object's name"),
        pytest.param(f"primaryContainer: [{{image: '{IMAGE}'}}]", "name: m", "modelNameRef: {name: m}", True, id="by reference, with a list"),
        pytest.param(f"containers: [{{image: '{IMAGE}'}}]", "name: m", "modelNameRef: {name: m}", True, id="by reference, several containers"),
        pytest.param(
            f"primaryContainer: {{image: '{IMAGE}'}}",
            "name: m, annotations: {crossplane.io/external-name: real}",
            "modelName: real",
            True,
            id="by the external name",
        ),
        pytest.param(
            f"primaryContainer: {{image: '{IMAGE}'}}", "name: m, annotations: {crossplane.io/external-name: real}", "modelName: m", False, id="by the wrong name"
        ),
        pytest.param(
            f"primaryContainer: {{image: '{IMAGE}'}}", "name: m, labels: {a: x, b: y}", "modelNameSelector: {matchLabels: {a: x}}", True, id="by a label"
        ),
        pytest.param(
            f"primaryContainer: {{image: '{IMAGE}'}}", "name: m, labels: {a: x}", "modelNameSelector: {matchLabels: {a: x, b: y}}", False, id="a missing label"
        ),
        pytest.param(
            f"primaryContainer: {{image: '{IMAGE}'}}", "name: m, labels: {a: x}", "modelNameSelector: {matchControllerRef: true}", False, id="by owner"
        ),
        pytest.param(f"primaryContainer: {{image: '{IMAGE}'}}", "name: m", "variantName: a", False, id="no reference"),
    ],
)
def test_crossplane_links(parameters: str, metadata: str, reference: str, linked: bool) -> None:
    text = stream(
        upbound("EndpointConfiguration", f"productionVariants: [{{instanceType: ml.c5.large, {reference}}}]", "name: c"),
        upbound("Model", parameters, metadata),
    )
    assert (("2.1.0-cpu-py310", "ml.c5.large") in pairs(text)) is linked


def test_a_selector_that_matches_two_models_selects_none() -> None:
    text = stream(
        upbound("EndpointConfiguration", "productionVariants: [{instanceType: ml.c5.large, modelNameSelector: {matchLabels: {a: x}}}]", "name: c"),
        upbound("Model", f"primaryContainer: {{image: '{IMAGE}'}}", "name: m, labels: {a: x}"),
        upbound("Model", f"primaryContainer: {{image: '{OTHER}'}}", "name: n, labels: {a: x}"),
    )
    assert sorted(pairs(text), key=str) == [("2.1.0-cpu-py310", "absent"), ("2.6.0-cpu-py312", "absent"), (None, "ml.c5.large")]


@pytest.mark.parametrize(
    ("one_model", "one_config", "linked"),
    [
        pytest.param(model(), config(variant()), True, id="by the model name"),
        pytest.param(model(metadata="name: m, namespace: a"), config(variant(), metadata="name: c, namespace: a"), True, id="in the same namespace"),
        pytest.param(model(metadata="name: m, namespace: a"), config(variant(), metadata="name: c, namespace: b"), False, id="in different namespaces"),
        pytest.param(model("$NAME"), config(variant("$NAME")), False, id="a variable may differ in another file"),
        pytest.param(model(), config(variant(), api=OPERATOR), False, id="another API"),
        pytest.param(
            upbound("Model", f"primaryContainer: {{image: '{IMAGE}'}}", "name: m"),
            upbound("EndpointConfiguration", "productionVariants: [{instanceType: ml.c5.large, modelNameRef: {name: m}}]", "name: c"),
            True,
            id="by reference",
        ),
        pytest.param(
            upbound("Model", f"primaryContainer: {{image: '{IMAGE}'}}", "name: m, labels: {a: x}"),
            upbound("EndpointConfiguration", "productionVariants: [{instanceType: ml.c5.large, modelNameSelector: {matchLabels: {a: x}}}]", "name: c"),
            False,
            id="by labels, which models in any file may have",
        ),
    ],
)
def test_exports_and_imports(one_model: str, one_config: str, linked: bool) -> None:
    (offering,), (wanting,) = readings(one_model), readings(one_config)
    ends = [{(link.key, link.namespace) for link in links if link.certain} for links in (offering.exports, wanting.imports)]
    assert bool(ends[0] & ends[1]) is linked
    assert all(any(link.deployment is found for found in reading.deployments) for reading in (offering, wanting) for link in (*reading.exports, *reading.imports))


def test_a_pair_linked_in_its_file_exports_the_model_for_other_variants() -> None:
    first, second = readings(stream(model(), config(variant())))
    assert [link.key for link in first.exports] == ["kubernetes sagemaker.services.k8s.aws name m", "model m"]
    assert (first.imports, second.exports, second.imports) == ((), (), ())


def test_variants_are_linked_independently() -> None:
    text = stream(config(variant("a", "ml.c5.large"), variant("b", "ml.g5.xlarge")), model("b", OTHER), model("a", IMAGE))
    assert sorted(pairs(text), key=str) == [("2.1.0-cpu-py310", "ml.c5.large"), ("2.6.0-cpu-py312", "ml.g5.xlarge")]


def test_a_transform_job_runs_a_model_of_the_file() -> None:
    found = one(stream(ack_job("TransformJob", "{modelName: m, transformResources: {instanceType: ml.m5.large}}"), model()))
    assert (found.kind, tag(found), type_of(found)) == (Kind.TRANSFORM, "2.1.0-cpu-py310", "ml.m5.large")


HOSTING = "apiVersion: sagemaker.aws.amazon.com/v1\nkind: HostingDeployment\nmetadata: {name: h}\nspec: {region: eu-west-1, "


@pytest.mark.parametrize(
    ("spec", "dangling"),
    [
        pytest.param(f"productionVariants: [{variant('m')}], models: [{{name: m, containers: [{{image: '{IMAGE}'}}]}}]}}", False, id="a model that exists"),
        pytest.param(f"productionVariants: [{variant('n')}], models: [{{name: m, containers: [{{image: '{IMAGE}'}}]}}]}}", True, id="a model that does not exist"),
        pytest.param(f"productionVariants: [{variant('$N')}], models: [{{name: m}}]}}", False, id="a variant with a placeholder"),
        pytest.param(f"productionVariants: [{variant('n')}], models: [{{name: $M}}]}}", False, id="a model with a placeholder"),
        pytest.param(f"productionVariants: [{variant('n')}]}}", False, id="a patch, whose models are in another file"),
    ],
)
def test_a_hosting_deployment_references_its_own_models(spec: str, dangling: bool) -> None:
    (reading,) = readings(HOSTING + spec)
    assert bool(reading.problems) is dangling
    assert not readings(stream(model("m"), config(variant("n"))))[1].problems, "elsewhere, a name may be that of anything"


def test_other_fields_of_a_variant() -> None:
    found = one(stream(model(), config("{modelName: m, serverlessConfig: {maxConcurrency: 1}, acceleratorType: ml.eia2.medium}")))
    assert (found.serverless.get(), found.accelerator_type.get(), found.instance_type.absent) == (True, "ml.eia2.medium", True)


@pytest.mark.parametrize(
    ("block", "is_serverless"), [("[]", False), ("[null]", False), ("null", False), ("[{maxConcurrency: 1}]", True), ("{maxConcurrency: 1}", True)]
)
def test_a_list_without_blocks_is_no_serverless_config(block: str, is_serverless: bool) -> None:
    variants = f"productionVariants: [{variant(more=f', serverlessConfig: {block}')}]"
    model_ = upbound("Model", f"primaryContainer: [{{image: '{IMAGE}'}}]", "name: m")
    found = one(stream(model_, upbound("EndpointConfiguration", variants.replace("modelName: m", "modelNameRef: {name: m}"), "name: c")))
    assert bool(found.serverless.get()) is is_serverless


@pytest.mark.parametrize(
    ("text", "state"),
    [
        pytest.param(stream(model(), config(variant())), "unknown", id="ACK has no field for it"),
        pytest.param(
            stream(upbound("Model", f"primaryContainer: {{image: '{IMAGE}'}}", "name: m"), upbound("EndpointConfiguration", f"productionVariants: [{variant()}]", "name: c")),
            "absent",
            id="Crossplane has a field, which is missing",
        ),
        pytest.param(
            stream(
                upbound("Model", f"primaryContainer: {{image: '{IMAGE}'}}", "name: m"),
                upbound("EndpointConfiguration", f"productionVariants: [{variant(more=', inferenceAmiVersion: al2')}]", "name: c"),
            ),
            "known",
            id="the field is set",
        ),
    ],
)
def test_the_machine_image_of_a_variant(text: str, state: str) -> None:
    assert one(text).inference_ami_version.state.value == state


# ---------------------------------------------------------------- Regions


@pytest.mark.parametrize(
    ("text", "region", "origin"),
    [
        pytest.param(stream(model(metadata="name: m, annotations: {services.k8s.aws/region: eu-west-1}")), "eu-west-1", "manifest", id="the ACK annotation"),
        pytest.param(
            stream("apiVersion: v1\nkind: Namespace\nmetadata: {name: a, annotations: {services.k8s.aws/default-region: eu-west-1}}\n", model(metadata="name: m, namespace: a")),
            "eu-west-1",
            "manifest",
            id="the annotation of the namespace",
        ),
        pytest.param(
            stream("apiVersion: v1\nkind: Namespace\nmetadata: {name: a, annotations: {services.k8s.aws/default-region: eu-west-1}}\n", model(metadata="name: m, namespace: b")),
            "ap-south-1",
            "settings",
            id="the annotation of another namespace",
        ),
        pytest.param(stream(model(metadata="name: m, annotations: {services.k8s.aws/region: $REGION}")), "ap-south-1", "settings", id="an annotation with a placeholder"),
        pytest.param(ack_job("TrainingJob", "{region: eu-west-1, " + TRAINING[1:], OPERATOR), "eu-west-1", "manifest", id="the operator field"),
        pytest.param(upbound("Model", f"primaryContainer: {{image: '{IMAGE}'}}", "name: m"), "us-west-2", "manifest", id="the Crossplane parameter"),
        pytest.param(
            ack_job("InferenceEndpointConfig", f"{{modelSourceConfig: {{s3Storage: {{region: eu-west-1}}}}, worker: {{image: '{IMAGE}'}}}}", HYPERPOD),
            "ap-south-1",
            "settings",
            id="the Region of a bucket is not that of the cluster",
        ),
    ],
)
def test_the_region(text: str, region: str, origin: str) -> None:
    found = one(text, "ap-south-1")
    assert (found.region.value, found.region.origin) == (region, origin)


# ---------------------------------------------------------------- Pods


def pod(nodes: str, image: str = IMAGE) -> str:
    return f"apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec: {{containers: [{{image: '{image}'}}], {nodes}}}\n"


def affinity(*terms: str) -> str:
    return f"affinity: {{nodeAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: {{nodeSelectorTerms: [{', '.join(terms)}]}}}}}}"


def term(key: str, values: str, operator: str = "In") -> str:
    return f"{{matchExpressions: [{{key: {key}, operator: {operator}, values: [{values}]}}]}}"


TYPE, ARCH = "node.kubernetes.io/instance-type", "kubernetes.io/arch"


@pytest.mark.parametrize(
    ("nodes", "types"),
    [
        pytest.param("nodeSelector: {}", ["absent"], id="any node"),
        pytest.param(f"nodeSelector: {{{TYPE}: c7g.large}}", ["c7g.large"], id="an EC2 instance type"),
        pytest.param("nodeSelector: {beta.kubernetes.io/instance-type: ml.g5.xlarge}", ["ml.g5.xlarge"], id="the older label, with a SageMaker instance type"),
        pytest.param(f"nodeSelector: {{{ARCH}: arm64}}", ["arm64"], id="an architecture"),
        pytest.param(f"nodeSelector: {{{ARCH}: amd64}}", ["x86_64"], id="the default architecture"),
        pytest.param(f"nodeSelector: {{{ARCH}: s390x}}", ["unknown"], id="an unknown architecture"),
        pytest.param(f"nodeSelector: {{{ARCH}: arm64, {TYPE}: c7g.large}}", ["c7g.large"], id="an architecture and an instance type"),
        pytest.param(f"nodeSelector: {{{TYPE}: metal-box}}", ["unknown"], id="an invalid instance type"),
        pytest.param(f"nodeSelector: {{{TYPE}: '{{{{ .Values.type }}}}'}}", ["unknown"], id="an instance type with a placeholder"),
        pytest.param(affinity(term(TYPE, "c7g.large, m7g.large")), ["c7g.large", "m7g.large"], id="several instance types"),
        pytest.param(affinity(term(TYPE, "c7g.large"), term(ARCH, "amd64")), ["c7g.large", "x86_64"], id="several terms"),
        pytest.param(affinity(term(TYPE, "c7g.large"), term("zone", "a")), ["absent"], id="a term that allows any node"),
        pytest.param(affinity(term(ARCH, "arm64", "NotIn")), ["absent"], id="an excluded value"),
        pytest.param(f"nodeSelector: {{{ARCH}: arm64}}, {affinity(term(TYPE, 'c7g.large'))}", ["c7g.large"], id="the affinity is more specific"),
        pytest.param(f"nodeSelector: {{{ARCH}: arm64}}, {affinity(term('zone', 'a'))}", ["arm64"], id="the selector is more specific"),
    ],
)
def test_the_nodes_of_a_pod(nodes: str, types: list[str]) -> None:
    found = deployments(pod(nodes))
    assert [type_of(deployment) for deployment in found] == types
    assert {(deployment.kind, deployment.platform) for deployment in found} == {(Kind.CLUSTER, "kubernetes")}
    assert len({deployment.alternatives for deployment in found}) == 1
    assert bool(found[0].alternatives) is (len(found) > 1)


TEMPLATE = f"{{spec: {{nodeSelector: {{{ARCH}: arm64}}, containers: [{{image: sidecar}}, {{image: '{IMAGE}'}}]}}}}"


@pytest.mark.parametrize(
    ("kind", "spec", "pointer"),
    [
        pytest.param("Deployment", f"{{template: {TEMPLATE}}}", "/spec/template/spec/containers/1/image", id="a Deployment"),
        pytest.param("CronJob", f"{{jobTemplate: {{spec: {{template: {TEMPLATE}}}}}}}", "/spec/jobTemplate/spec/template/spec/containers/1/image", id="a CronJob"),
        pytest.param(
            "PyTorchJob", f"{{pytorchReplicaSpecs: {{Worker: {{template: {TEMPLATE}}}}}}}", "/spec/pytorchReplicaSpecs/Worker/template/spec/containers/1/image", id="a Kubeflow job"
        ),
        pytest.param("RayCluster", f"{{workerGroupSpecs: [{{template: {TEMPLATE}}}]}}", "/spec/workerGroupSpecs/0/template/spec/containers/1/image", id="a Ray cluster"),
        pytest.param(
            "Workflow",
            f"{{templates: [{{nodeSelector: {{{ARCH}: arm64}}, container: {{image: '{IMAGE}'}}}}]}}",
            "/spec/templates/0/container/image",
            id="an Argo template",
        ),
    ],
)
def test_a_pod_template_at_any_path(kind: str, spec: str, pointer: str) -> None:
    found = one(ack_job(kind, spec, "example.com/v1"))
    assert (found.pointer, type_of(found)) == (pointer, "arm64")


def test_a_hyperpod_job_has_its_instance_type_without_a_known_image() -> None:
    spec = "{replicaSpecs: [{template: {spec: {nodeSelector: {beta.kubernetes.io/instance-type: ml.g5.12xlarge}, containers: [{image: 'lmcache/vllm:1'}]}}}]}"
    found = one(ack_job("HyperPodPyTorchJob", spec, "sagemaker.amazonaws.com/v1"))
    assert (found.image.absent, type_of(found), found.resource) == (True, "ml.g5.12xlarge", "j")


@pytest.mark.parametrize(
    ("nodes", "image", "rules"),
    [
        pytest.param(f"nodeSelector: {{{ARCH}: arm64}}", f"{HOST}/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-ec2", ["image-architecture-mismatch"], id="the wrong architecture"),
        pytest.param(f"nodeSelector: {{{ARCH}: amd64}}", f"{HOST}/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-ec2", [], id="the right architecture, and an EC2 build"),
        pytest.param(f"nodeSelector: {{{ARCH}: amd64}}", f"{HOST}/pytorch-inference:2.6.0-gpu-py312-cu124-ubuntu22.04-ec2", [], id="an unknown processor"),
        pytest.param(f"nodeSelector: {{{TYPE}: c7g.large}}", f"{HOST}/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-ec2", ["image-architecture-mismatch"], id="Graviton"),
        pytest.param(f"nodeSelector: {{{TYPE}: c7i.large}}", f"{HOST}/pytorch-inference:2.6.0-gpu-py312-cu124-ubuntu22.04-ec2", ["image-processor-mismatch"], id="a GPU image on a node without a GPU"),
        pytest.param(affinity(term(TYPE, "c7g.large, c7i.large")), f"{HOST}/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-ec2", [], id="one of the nodes fits"),
        pytest.param(
            affinity(term(TYPE, "c7g.large, m7g.large")), f"{HOST}/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-ec2", ["image-architecture-mismatch"], id="no node fits"
        ),
        pytest.param(f"nodeSelector: {{{TYPE}: x99.large}}", f"{HOST}/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-ec2", [], id="an unknown node type"),
        pytest.param(f"nodeSelector: {{{TYPE}: ml.c5.huge}}", f"{HOST}/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-ec2", ["unknown-instance-type"], id="a node type that HyperPod lacks"),
    ],
)
def test_findings_in_a_pod(nodes: str, image: str, rules: list[str]) -> None:
    assert [finding.rule for finding in lint(pod(nodes, image), "pod.yaml", as_of="2024-01-01").findings] == rules


@pytest.mark.parametrize(
    ("more", "rules"),
    [
        pytest.param("", ["image-processor-mismatch"], id="a single container"),
        pytest.param("initContainers: [{image: busybox}], ", [], id="next to a container that may use the GPU"),
    ],
)
def test_a_cpu_image_on_a_gpu_node(more: str, rules: list[str]) -> None:
    text = pod(f"{more}nodeSelector: {{{TYPE}: g5.xlarge}}", f"{HOST}/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-ec2")
    assert [finding.rule for finding in lint(text, "pod.yaml", as_of="2024-01-01").findings] == rules


# ---------------------------------------------------------------- Kustomize and exported objects


@pytest.mark.parametrize(
    ("entry", "uri"),
    [
        pytest.param(f"{{name: a, newName: '{HOST}/pytorch-inference', newTag: 2.6.0-cpu}}", f"{HOST}/pytorch-inference:2.6.0-cpu", id="name and tag"),
        pytest.param(f"{{name: '{HOST}/pytorch-inference', newTag: '1.10'}}", f"{HOST}/pytorch-inference:1.10", id="only a tag"),
        pytest.param(f"{{name: '{HOST}/pytorch-inference', newTag: 1.10}}", f"{HOST}/pytorch-inference:1.10", id="a tag that looks like a number"),
        pytest.param(f"{{name: a, newName: '{HOST}/pytorch-inference', digest: 'sha256:ab'}}", f"{HOST}/pytorch-inference@sha256:ab", id="a digest"),
        pytest.param(f"{{name: a, newName: '{HOST}/pytorch-inference'}}", f"{HOST}/pytorch-inference:${{tag}}", id="the tag of the replaced image"),
    ],
)
def test_an_image_in_a_kustomization(entry: str, uri: str) -> None:
    found = one(f"kind: Kustomization\napiVersion: kustomize.config.k8s.io/v1beta1\nimages: [{{name: nginx, newTag: '1'}}, {entry}]\n")
    assert found.image.text is not None
    assert (found.image.text.shown(), found.pointer, found.platform) == (uri, "/images/1", "kubernetes")


@pytest.mark.parametrize(
    ("operations", "expected"),
    [
        pytest.param(
            f"[{{op: replace, path: /spec/worker/image, value: '{IMAGE}'}}, {{op: add, path: /spec/instanceType, value: ml.c8g.large}}]",
            [(Kind.CLUSTER, "ml.c8g.large", "/0/value")],
            id="image and instance type of a HyperPod object",
        ),
        pytest.param(f"[{{op: add, path: /spec/primaryContainer, value: {{image: '{IMAGE}'}}}}]", [(Kind.ENDPOINT, "absent", "/0/value/image")], id="inside a value"),
        pytest.param(
            "[{op: test, path: /kind, value: EndpointConfig}, {op: replace, path: /spec/productionVariants/3/instanceType, value: ml.c5.large}]",
            [(Kind.ENDPOINT, "ml.c5.large", "/1/value")],
            id="only an instance type, in a list",
        ),
        pytest.param(
            f"[{{op: replace, path: /spec/template/spec/containers/0/image, value: '{IMAGE}'}}]",
            [(Kind.CLUSTER, "absent", "/0/value")],
            id="a Pod template",
        ),
    ],
)
def test_a_json_patch(operations: str, expected: list[tuple[Kind, str, str]]) -> None:
    assert [(found.kind, type_of(found), found.pointer) for found in deployments(operations)] == expected


def test_a_json_patch_with_a_long_path() -> None:
    assert deployments(json.dumps([{"op": "add", "path": "/spec" + "/a" * 5000, "value": IMAGE}])) == []


@pytest.mark.parametrize(
    ("metadata", "more", "fixable"),
    [
        pytest.param("name: j", "", True, id="handwritten"),
        pytest.param("name: j, creationTimestamp: null", "status: {}\n", True, id="generated"),
        pytest.param("name: j, uid: 1-2-3", "", False, id="with a UID"),
        pytest.param("name: j", "status: {trainingJobStatus: Completed}\n", False, id="with a status"),
    ],
)
def test_exported_objects_are_not_fixable(metadata: str, more: str, fixable: bool) -> None:
    assert one(f"apiVersion: {ACK}\nkind: TrainingJob\nmetadata: {{{metadata}}}\nspec: {TRAINING}\n{more}").fixable is fixable


def test_the_status_is_not_read() -> None:
    assert deployments(f"apiVersion: {ACK}\nkind: TrainingJob\nspec: {{}}\nstatus: {TRAINING}\n") == []


def test_pointers_lead_into_the_items_of_a_list() -> None:
    notebook = {"apiVersion": ACK, "kind": "NotebookInstance", "spec": {"instanceType": "ml.t3.medium"}}
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": [{}, notebook]})
    assert one(text).pointer == "/items/1/spec/instanceType"


# ---------------------------------------------------------------- hostile trees

WORDS = [
    "apiVersion", "kind", "metadata", "name", "namespace", "labels", "annotations", "services.k8s.aws/region", "spec", "forProvider", "items", "status",
    "modelName", "modelNameRef", "modelNameSelector", "matchLabels", "primaryContainer", "containers", "container", "image", "productionVariants",
    "instanceType", "instanceTypes", "worker", "models", "template", "nodeSelector", "affinity", "nodeAffinity", "nodeSelectorTerms", "matchExpressions",
    "requiredDuringSchedulingIgnoredDuringExecution", "key", "operator", "values", TYPE, ARCH, "images", "newName", "newTag", "digest", "op", "path", "value",
    "serverlessConfig", "trainingJobDefinitions", "algorithmSpecification", "trainingImage", "resourceConfig",
]  # fmt: skip
VALUES = [
    ACK, OPERATOR, HYPERPOD, UPBOUND, "v1", "Model", "EndpointConfig", "EndpointConfiguration", "HostingDeployment", "TrainingJob", "Pod", "List", "ModelList",
    "InferenceEndpointConfig", "Namespace", "Kustomization", "kustomize.config.k8s.io/v1beta1", IMAGE, "ml.c6g.large", "c7g.large", "arm64", "In", "m", "add",
    "/spec/worker/image", "/spec/", "/spec/a/-/b", "", "$X", "A_B",
]  # fmt: skip
leaves = st.sampled_from(VALUES) | st.none() | st.integers(0, 3) | st.booleans()
trees = st.recursive(leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=5), max_leaves=30)
heads = st.fixed_dictionaries({"apiVersion": st.sampled_from(VALUES[:5]), "kind": st.sampled_from(VALUES[5:17]), "metadata": trees, "spec": trees})


@settings(max_examples=200, deadline=None)
@given(st.lists(heads | trees, min_size=1, max_size=4))
def test_any_tree_is_read_without_an_error(roots: list[object]) -> None:
    documents = parse("---\n".join(json.dumps(root) + "\n" for root in roots))
    for document in documents:
        kubernetes.claims(document)
        kubernetes.read(document, ReadContext())
    assert len(kubernetes.read_together(documents, ReadContext("us-east-1"))) == len(documents)


WHOLE = json.loads(
    json.dumps(
        [
            {"apiVersion": ACK, "kind": "Model", "metadata": {"name": "m"}, "spec": {"modelName": "m", "containers": [{"image": IMAGE}]}},
            {"apiVersion": ACK, "kind": "EndpointConfig", "spec": {"productionVariants": [{"modelName": "m", "instanceType": "ml.c6g.large"}]}},
            {"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [{"image": IMAGE}], "nodeSelector": {ARCH: "arm64"}}},
        ]
    )
)


def all_steps(tree: object) -> list[tuple[str | int, ...]]:
    entries = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return [(), *((key, *below) for key, value in entries for below in all_steps(value))]


def changed(tree: object, steps: tuple[str | int, ...], value: object) -> object:
    if not steps:
        return value
    key, *rest = steps
    if isinstance(tree, dict):
        return {**tree, key: changed(tree[key], tuple(rest), value)}
    assert isinstance(tree, list)
    return [changed(item, tuple(rest), value) if index == key else item for index, item in enumerate(tree)]


@pytest.mark.parametrize("value", [None, 7, "x", [], {}, [None], {"x": None}], ids=str)
def test_a_wrong_type_anywhere_is_ignored(value: object) -> None:
    for steps in all_steps(WHOLE):
        roots = changed(WHOLE, steps, value)
        documents = parse("---\n".join(json.dumps(root) + "\n" for root in roots)) if isinstance(roots, list) else parse(json.dumps(roots))
        kubernetes.read_together(documents, ReadContext())
        [kubernetes.claims(document) for document in documents]


def test_aliases_do_not_multiply() -> None:
    items = ", ".join(["*g"] * 400)
    text = (
        f"x: &g {{instanceType: ml.c5.large}}\napiVersion: {ACK}\nkind: HyperParameterTuningJob\ny: &d {{resourceConfig: [{', '.join(['&r {instanceGroups: [' + items + ']}'] + ['*r'] * 400)}]}}\n"
        f"spec: {{trainingJobDefinitions: [{', '.join(['*d'] * 400)}]}}\n"
    )
    assert 0 < len(deployments(text)) <= 200 * 200


def test_a_long_stream_is_read_in_linear_time() -> None:
    def read_seconds(count: int) -> float:
        text = stream(*(part for index in range(count) for part in (model(f"m{index}"), config(variant(f"m{index}")))))

        def read() -> None:
            readings = kubernetes.read_together(parse(text), ReadContext())
            assert len([found for reading in readings for found in reading.deployments]) == count

        return seconds(read)

    assert_growth(read_seconds, 100, 800, 20, 0.1)

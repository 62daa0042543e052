"""Which image runs on which instance type or node, in Kubernetes objects."""

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


# ---------------------------------------------------------------- whose document it is


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        pytest.param(f"apiVersion: {ACK}\nkind: Endpoint", True, id="an object of ACK without image and instance type"),
        pytest.param(f"apiVersion: {OPERATOR}\nkind: TrainingJob", True, id="an object of the SageMaker operator"),
        pytest.param(f"apiVersion: {HYPERPOD}\nkind: JumpStartModel", True, id="an object of HyperPod"),
        pytest.param("apiVersion: sagemaker.aws.m.upbound.io/v1beta1\nkind: Model", True, id="an object of Crossplane in a namespace"),
        pytest.param(f"apiVersion: v1\nkind: List\nitems: [{{apiVersion: {ACK}, kind: Model}}]", True, id="in a list"),
        pytest.param(f"apiVersion: {ACK}\nkind: ModelList\nitems: [{{spec: {{}}}}]", True, id="in a typed list whose items say nothing of themselves"),
        pytest.param("apiVersion: iam.aws.upbound.io/v1beta1\nkind: Role", False, id="another service's object of Crossplane"),
        pytest.param("apiVersion: example.com/sagemaker.services.k8s.aws\nkind: Model", False, id="a group of somebody else"),
        pytest.param("kind: Model\nspec: {}", False, id="no version of an API"),
        pytest.param(f"apiVersion: {ACK}", False, id="no kind"),
        pytest.param(f"apiVersion: v1\nkind: Pod\nspec: {{containers: [{{image: '{IMAGE}'}}]}}", True, id="a Pod with an image of AWS's"),
        pytest.param("apiVersion: v1\nkind: Pod\nspec: {containers: [{image: nginx}]}", False, id="a Pod of others"),
        pytest.param(
            "apiVersion: v1\nkind: Pod\nspec: {containers: [{image: 602401143452.dkr.ecr.us-west-2.amazonaws.com/eks/coredns:v1}]}",
            False,
            id="a Pod with an image of EKS",
        ),
        pytest.param(
            "apiVersion: v1\nkind: Pod\nspec: {containers: [{image: 444455556666.dkr.ecr.us-west-2.amazonaws.com/team/model:v1}]}",
            False,
            id="a Pod with an image of one's own",
        ),
        pytest.param(
            "apiVersion: v1\nkind: Pod\nspec: {nodeSelector: {node.kubernetes.io/instance-type: ml.g5.xlarge}, containers: [{image: nginx}]}",
            True,
            id="a Pod on a node of HyperPod",
        ),
        pytest.param(f"apiVersion: v1\nkind: ConfigMap\ndata: {{image: '{IMAGE}', type: ml.c5.large}}", False, id="a ConfigMap"),
        pytest.param(f"apiVersion: v1\nkind: Pod\nstatus: {{containers: [{{image: '{IMAGE}'}}]}}", False, id="what the cluster reports"),
        pytest.param(f"services: {{a: {{image: '{IMAGE}'}}}}", False, id="a file for docker compose"),
        pytest.param(f"images: [{{name: a, newName: '{HOST}/pytorch-inference'}}]", False, id="a list of images that is no kustomization"),
        pytest.param(f"[{{op: add, path: /spec/worker/image, value: '{IMAGE}'}}]", True, id="a JSON patch of an image"),
        pytest.param("[{op: add, path: /spec/replicas, value: 3}]", False, id="a JSON patch of something else"),
        pytest.param("[{op: replace, path: /spec/instanceType, value: ml.g5.xlarge}]", False, id="a JSON patch whose object may be of several kinds"),
        pytest.param("---\n", False, id="nothing"),
    ],
)
def test_whose_document_it_is(text: str, ours: bool) -> None:
    assert [kubernetes.claims(document) for document in parse(text)] == [ours]


# ---------------------------------------------------------------- fields


def ack_job(kind: str, spec: str, api: str = ACK) -> str:
    return f"apiVersion: {api}\nkind: {kind}\nmetadata: {{name: j}}\nspec: {spec}\n"


TRAINING = f"{{algorithmSpecification: {{trainingImage: '{IMAGE}'}}, resourceConfig: {{instanceType: ml.m5.large}}}}"


@pytest.mark.parametrize(
    ("text", "kind", "pointer"),
    [
        pytest.param(ack_job("TrainingJob", TRAINING), Kind.TRAINING, "/spec/algorithmSpecification/trainingImage", id="a training job of ACK"),
        pytest.param(ack_job("TrainingJob", TRAINING, OPERATOR), Kind.TRAINING, "/spec/algorithmSpecification/trainingImage", id="one of the operator"),
        pytest.param(
            ack_job("TrainingJob", f"{{algorithmSpecification: {{trainingImage: '{IMAGE}'}}, resourceConfig: {{instanceGroups: [{{instanceType: ml.m5.large}}]}}}}"),
            Kind.TRAINING,
            "/spec/algorithmSpecification/trainingImage",
            id="a training job on groups of instances",
        ),
        pytest.param(
            ack_job("TrainingJob", f"{{debugRuleConfigurations: [{{}}, {{ruleEvaluatorImage: '{IMAGE}', instanceType: ml.m5.large}}]}}"),
            Kind.PROCESSING,
            "/spec/debugRuleConfigurations/1/ruleEvaluatorImage",
            id="a rule of the debugger",
        ),
        pytest.param(
            ack_job("HyperParameterTuningJob", f"{{trainingJobDefinition: {TRAINING}}}"),
            Kind.TRAINING,
            "/spec/trainingJobDefinition/algorithmSpecification/trainingImage",
            id="a tuning job of ACK",
        ),
        pytest.param(
            ack_job("HyperparameterTuningJob", f"{{trainingJobDefinitions: [{TRAINING}]}}", OPERATOR),
            Kind.TRAINING,
            "/spec/trainingJobDefinitions/0/algorithmSpecification/trainingImage",
            id="a tuning job of the operator, which spells it otherwise",
        ),
        pytest.param(
            ack_job("ProcessingJob", f"{{appSpecification: {{imageURI: '{IMAGE}'}}, processingResources: {{clusterConfig: {{instanceType: ml.m5.large}}}}}}"),
            Kind.PROCESSING,
            "/spec/appSpecification/imageURI",
            id="a processing job of ACK",
        ),
        pytest.param(
            ack_job("ProcessingJob", f"{{appSpecification: {{imageUri: '{IMAGE}'}}, processingResources: {{clusterConfig: {{instanceType: ml.m5.large}}}}}}", OPERATOR),
            Kind.PROCESSING,
            "/spec/appSpecification/imageUri",
            id="a processing job of the operator",
        ),
        pytest.param(
            ack_job("ModelBiasJobDefinition", f"{{modelBiasAppSpecification: {{imageURI: '{IMAGE}'}}, jobResources: {{clusterConfig: {{instanceType: ml.m5.large}}}}}}"),
            Kind.PROCESSING,
            "/spec/modelBiasAppSpecification/imageURI",
            id="a job definition of the model monitor",
        ),
        pytest.param(
            ack_job(
                "MonitoringSchedule",
                f"{{monitoringScheduleConfig: {{monitoringJobDefinition: {{monitoringAppSpecification: {{imageURI: '{IMAGE}'}}, "
                "monitoringResources: {clusterConfig: {instanceType: ml.m5.large}}}}}",
            ),
            Kind.PROCESSING,
            "/spec/monitoringScheduleConfig/monitoringJobDefinition/monitoringAppSpecification/imageURI",
            id="a monitoring schedule with a job definition in it",
        ),
        pytest.param(
            ack_job(
                "ModelPackage",
                f"{{inferenceSpecification: {{containers: [{{image: '{IMAGE}'}}], supportedTransformInstanceTypes: [ml.c6g.large]}}, validationSpecification: "
                "{validationProfiles: [{transformJobDefinition: {transformResources: {instanceType: ml.m5.large}}}]}}",
            ),
            Kind.TRANSFORM,
            "/spec/inferenceSpecification/containers/0/image",
            id="a model package that is validated, and what it merely supports",
        ),
        pytest.param(
            ack_job("InferenceEndpointConfig", f"{{instanceType: ml.m5.large, worker: {{image: '{IMAGE}'}}}}", HYPERPOD),
            Kind.CLUSTER,
            "/spec/worker/image",
            id="an endpoint of HyperPod",
        ),
        pytest.param(
            ack_job("SageMakerEndpointRegistration", f"{{instanceType: ml.m5.large, imageUri: '{IMAGE}'}}", HYPERPOD),
            Kind.ENDPOINT,
            "/spec/imageUri",
            id="an endpoint that HyperPod asks SageMaker for",
        ),
    ],
)
def test_an_object_holds_image_and_instance_type(text: str, kind: Kind, pointer: str) -> None:
    found = one(text)
    assert (tag(found), type_of(found), found.kind, found.pointer, found.resource) == ("2.1.0-cpu-py310", "ml.m5.large", kind, pointer, "j")
    assert found.platform == ("kubernetes" if kind is Kind.CLUSTER else "sagemaker")


def test_an_object_may_hold_an_instance_type_alone() -> None:
    found = one(ack_job("NotebookInstance", "{instanceType: ml.t3.medium}"))
    assert (found.kind, found.image.absent, found.pointer) == (Kind.NOTEBOOK, True, "/spec/instanceType")


def test_each_instance_type_of_a_list_is_one_deployment() -> None:
    text = ack_job("InferenceEndpointConfig", f"{{instanceTypes: [ml.g5.xlarge, ml.c5.large], worker: {{image: '{IMAGE}'}}}}", HYPERPOD)
    assert pairs(text) == [("2.1.0-cpu-py310", "ml.g5.xlarge"), ("2.1.0-cpu-py310", "ml.c5.large")]


def test_the_nodes_that_hyperpod_may_choose_from_are_alternatives() -> None:
    required = "requiredDuringSchedulingIgnoredDuringExecution"
    terms = "[{matchExpressions: [{key: node.kubernetes.io/instance-type, operator: In, values: [ml.g5.xlarge, ml.c5.large]}]}]"
    text = ack_job("InferenceEndpointConfig", f"{{nodeAffinity: {{{required}: {{nodeSelectorTerms: {terms}}}}}, worker: {{image: '{IMAGE}'}}}}", HYPERPOD)
    assert pairs(text) == [("2.1.0-cpu-py310", "ml.g5.xlarge"), ("2.1.0-cpu-py310", "ml.c5.large")]
    (group,) = {found.alternatives for found in deployments(text)}
    assert group


@pytest.mark.parametrize(
    ("written", "state"),
    [
        pytest.param("INSTANCE_TYPE", "unknown", id="a word in capitals"),
        pytest.param("$INSTANCE_TYPE", "unknown", id="a variable of the shell"),
        pytest.param("'{{ .Values.type }}'", "unknown", id="a template of Helm"),
        pytest.param("<YOUR TYPE>", "unknown", id="to be filled in"),
        pytest.param("{type}", "unknown", id="braces, which YAML takes for a mapping"),
        pytest.param("null", "absent", id="null"),
        pytest.param("m5.large", "m5.large", id="a name that lacks its prefix"),
    ],
)
def test_an_instance_type_that_is_no_instance_type(written: str, state: str) -> None:
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
        pytest.param(model("x", metadata="name: m"), config(variant("m")), False, id="the name of the object is not that of the model"),
        pytest.param(model("$NAME"), config(variant("$NAME")), True, id="the same variable of the shell"),
        pytest.param(model("$NAME"), config(variant("$OTHER")), False, id="another variable of the shell"),
        pytest.param(model(metadata="name: m, namespace: a"), config(variant(), metadata="name: c, namespace: a"), True, id="the same namespace"),
        pytest.param(model(metadata="name: m, namespace: a"), config(variant()), True, id="a namespace that only one of them names"),
        pytest.param(model(metadata="name: m, namespace: a"), config(variant(), metadata="name: c, namespace: b"), False, id="another namespace"),
        pytest.param(
            model(metadata="name: m, annotations: {services.k8s.aws/region: us-west-2}"),
            config(variant(), metadata="name: c, annotations: {services.k8s.aws/region: eu-west-1}"),
            False,
            id="another Region",
        ),
        pytest.param(model(), config(variant(), api=OPERATOR), False, id="another API"),
        pytest.param(stream(model(), model(image=OTHER)), config(variant()), False, id="two models of this name"),
    ],
)
def test_a_variant_is_linked_by_the_models_name(one_model: str, one_config: str, linked: bool) -> None:
    assert (("2.1.0-cpu-py310", "ml.c5.large") in pairs(stream(one_model, one_config))) is linked


@pytest.mark.parametrize(
    ("parameters", "metadata", "reference", "linked"),
    [
        pytest.param(f"primaryContainer: {{image: '{IMAGE}'}}", "name: m", "modelName: m", True, id="by name, which is that of the object"),
        pytest.param(f"primaryContainer: [{{image: '{IMAGE}'}}]", "name: m", "modelNameRef: {name: m}", True, id="by reference, in the shape of a list"),
        pytest.param(f"containers: [{{image: '{IMAGE}'}}]", "name: m", "modelNameRef: {name: m}", True, id="by reference, several containers"),
        pytest.param(
            f"primaryContainer: {{image: '{IMAGE}'}}",
            "name: m, annotations: {crossplane.io/external-name: real}",
            "modelName: real",
            True,
            id="by the name outside of the cluster",
        ),
        pytest.param(
            f"primaryContainer: {{image: '{IMAGE}'}}", "name: m, annotations: {crossplane.io/external-name: real}", "modelName: m", False, id="by the wrong name"
        ),
        pytest.param(
            f"primaryContainer: {{image: '{IMAGE}'}}", "name: m, labels: {a: x, b: y}", "modelNameSelector: {matchLabels: {a: x}}", True, id="by a label"
        ),
        pytest.param(
            f"primaryContainer: {{image: '{IMAGE}'}}", "name: m, labels: {a: x}", "modelNameSelector: {matchLabels: {a: x, b: y}}", False, id="a label is missing"
        ),
        pytest.param(
            f"primaryContainer: {{image: '{IMAGE}'}}", "name: m, labels: {a: x}", "modelNameSelector: {matchControllerRef: true}", False, id="by owner"
        ),
        pytest.param(f"primaryContainer: {{image: '{IMAGE}'}}", "name: m", "variantName: a", False, id="by nothing"),
    ],
)
def test_crossplane_links(parameters: str, metadata: str, reference: str, linked: bool) -> None:
    text = stream(
        upbound("EndpointConfiguration", f"productionVariants: [{{instanceType: ml.c5.large, {reference}}}]", "name: c"),
        upbound("Model", parameters, metadata),
    )
    assert (("2.1.0-cpu-py310", "ml.c5.large") in pairs(text)) is linked


def test_a_selector_that_two_models_match_selects_none() -> None:
    text = stream(
        upbound("EndpointConfiguration", "productionVariants: [{instanceType: ml.c5.large, modelNameSelector: {matchLabels: {a: x}}}]", "name: c"),
        upbound("Model", f"primaryContainer: {{image: '{IMAGE}'}}", "name: m, labels: {a: x}"),
        upbound("Model", f"primaryContainer: {{image: '{OTHER}'}}", "name: n, labels: {a: x}"),
    )
    assert sorted(pairs(text), key=str) == [("2.1.0-cpu-py310", "absent"), ("2.6.0-cpu-py312", "absent"), (None, "ml.c5.large")]


@pytest.mark.parametrize(
    ("one_model", "one_config", "linked"),
    [
        pytest.param(model(), config(variant()), True, id="by the model's name"),
        pytest.param(model(metadata="name: m, namespace: a"), config(variant(), metadata="name: c, namespace: a"), True, id="in one namespace"),
        pytest.param(model(metadata="name: m, namespace: a"), config(variant(), metadata="name: c, namespace: b"), False, id="in two namespaces"),
        pytest.param(model("$NAME"), config(variant("$NAME")), False, id="a variable may be another one in another file"),
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
            id="by labels, which the models of any file may have",
        ),
    ],
)
def test_what_another_file_may_complete(one_model: str, one_config: str, linked: bool) -> None:
    (offering,), (wanting,) = readings(one_model), readings(one_config)
    assert bool({link.key for link in offering.exports} & {link.key for link in wanting.imports}) is linked
    assert all(any(link.deployment is found for found in reading.deployments) for reading in (offering, wanting) for link in (*reading.exports, *reading.imports))


def test_nothing_is_left_open_by_what_is_linked_in_the_file() -> None:
    assert [(reading.exports, reading.imports) for reading in readings(stream(model(), config(variant())))] == [((), ()), ((), ())]


def test_variants_have_no_cross_talk() -> None:
    text = stream(config(variant("a", "ml.c5.large"), variant("b", "ml.g5.xlarge")), model("b", OTHER), model("a", IMAGE))
    assert sorted(pairs(text), key=str) == [("2.1.0-cpu-py310", "ml.c5.large"), ("2.6.0-cpu-py312", "ml.g5.xlarge")]


def test_a_transform_job_runs_a_model_of_the_file() -> None:
    found = one(stream(ack_job("TransformJob", "{modelName: m, transformResources: {instanceType: ml.m5.large}}"), model()))
    assert (found.kind, tag(found), type_of(found)) == (Kind.TRANSFORM, "2.1.0-cpu-py310", "ml.m5.large")


HOSTING = "apiVersion: sagemaker.aws.amazon.com/v1\nkind: HostingDeployment\nmetadata: {name: h}\nspec: {region: eu-west-1, "


@pytest.mark.parametrize(
    ("spec", "dangling"),
    [
        pytest.param(f"productionVariants: [{variant('m')}], models: [{{name: m, containers: [{{image: '{IMAGE}'}}]}}]}}", False, id="a model that is there"),
        pytest.param(f"productionVariants: [{variant('n')}], models: [{{name: m, containers: [{{image: '{IMAGE}'}}]}}]}}", True, id="one that is not"),
        pytest.param(f"productionVariants: [{variant('$N')}], models: [{{name: m}}]}}", False, id="one that is named later"),
        pytest.param(f"productionVariants: [{variant('n')}], models: [{{name: $M}}]}}", False, id="models that are named later"),
        pytest.param(f"productionVariants: [{variant('n')}]}}", False, id="a patch, whose models are elsewhere"),
    ],
)
def test_a_hosting_deployment_names_its_own_models(spec: str, dangling: bool) -> None:
    (reading,) = readings(HOSTING + spec)
    assert bool(reading.problems) is dangling
    assert not readings(stream(model("m"), config(variant("n"))))[1].problems, "elsewhere, a name may be that of anything"


def test_what_a_variant_says_besides() -> None:
    found = one(stream(model(), config("{modelName: m, serverlessConfig: {maxConcurrency: 1}, acceleratorType: ml.eia2.medium}")))
    assert (found.serverless.get(), found.accelerator_type.get(), found.instance_type.absent) == (True, "ml.eia2.medium", True)


@pytest.mark.parametrize(
    ("text", "state"),
    [
        pytest.param(stream(model(), config(variant())), "unknown", id="ACK has no word for it"),
        pytest.param(
            stream(upbound("Model", f"primaryContainer: {{image: '{IMAGE}'}}", "name: m"), upbound("EndpointConfiguration", f"productionVariants: [{variant()}]", "name: c")),
            "absent",
            id="Crossplane has one, and it is not said",
        ),
        pytest.param(
            stream(
                upbound("Model", f"primaryContainer: {{image: '{IMAGE}'}}", "name: m"),
                upbound("EndpointConfiguration", f"productionVariants: [{variant(more=', inferenceAmiVersion: al2')}]", "name: c"),
            ),
            "known",
            id="it is said",
        ),
    ],
)
def test_the_machine_image_of_a_variant(text: str, state: str) -> None:
    assert one(text).inference_ami_version.state.value == state


# ---------------------------------------------------------------- Regions


@pytest.mark.parametrize(
    ("text", "region", "origin"),
    [
        pytest.param(stream(model(metadata="name: m, annotations: {services.k8s.aws/region: eu-west-1}")), "eu-west-1", "manifest", id="ACK's annotation"),
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
        pytest.param(stream(model(metadata="name: m, annotations: {services.k8s.aws/region: $REGION}")), "ap-south-1", "settings", id="an annotation that is filled in later"),
        pytest.param(ack_job("TrainingJob", "{region: eu-west-1, " + TRAINING[1:], OPERATOR), "eu-west-1", "manifest", id="the operator's field"),
        pytest.param(upbound("Model", f"primaryContainer: {{image: '{IMAGE}'}}", "name: m"), "us-west-2", "manifest", id="Crossplane's parameter"),
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
        pytest.param(f"nodeSelector: {{{TYPE}: c7g.large}}", ["c7g.large"], id="an instance type of EC2"),
        pytest.param("nodeSelector: {beta.kubernetes.io/instance-type: ml.g5.xlarge}", ["ml.g5.xlarge"], id="the older label, one of SageMaker's"),
        pytest.param(f"nodeSelector: {{{ARCH}: arm64}}", ["arm64"], id="an architecture"),
        pytest.param(f"nodeSelector: {{{ARCH}: amd64}}", ["x86_64"], id="the usual architecture"),
        pytest.param(f"nodeSelector: {{{ARCH}: s390x}}", ["unknown"], id="an architecture of which we know nothing"),
        pytest.param(f"nodeSelector: {{{ARCH}: arm64, {TYPE}: c7g.large}}", ["c7g.large"], id="both"),
        pytest.param(f"nodeSelector: {{{TYPE}: metal-box}}", ["unknown"], id="an instance type of no cloud"),
        pytest.param(f"nodeSelector: {{{TYPE}: '{{{{ .Values.type }}}}'}}", ["unknown"], id="an instance type that is filled in later"),
        pytest.param(affinity(term(TYPE, "c7g.large, m7g.large")), ["c7g.large", "m7g.large"], id="a choice of instance types"),
        pytest.param(affinity(term(TYPE, "c7g.large"), term(ARCH, "amd64")), ["c7g.large", "x86_64"], id="a choice of terms"),
        pytest.param(affinity(term(TYPE, "c7g.large"), term("zone", "a")), ["absent"], id="a term that allows any node"),
        pytest.param(affinity(term(ARCH, "arm64", "NotIn")), ["absent"], id="what is not wanted says nothing of what is"),
        pytest.param(f"nodeSelector: {{{ARCH}: arm64}}, {affinity(term(TYPE, 'c7g.large'))}", ["c7g.large"], id="the affinity says more"),
        pytest.param(f"nodeSelector: {{{ARCH}: arm64}}, {affinity(term('zone', 'a'))}", ["arm64"], id="the selector says more"),
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
        pytest.param("Deployment", f"{{template: {TEMPLATE}}}", "/spec/template/spec/containers/1/image", id="a deployment"),
        pytest.param("CronJob", f"{{jobTemplate: {{spec: {{template: {TEMPLATE}}}}}}}", "/spec/jobTemplate/spec/template/spec/containers/1/image", id="a cron job"),
        pytest.param(
            "PyTorchJob", f"{{pytorchReplicaSpecs: {{Worker: {{template: {TEMPLATE}}}}}}}", "/spec/pytorchReplicaSpecs/Worker/template/spec/containers/1/image", id="Kubeflow's job"
        ),
        pytest.param("RayCluster", f"{{workerGroupSpecs: [{{template: {TEMPLATE}}}]}}", "/spec/workerGroupSpecs/0/template/spec/containers/1/image", id="a Ray cluster"),
        pytest.param(
            "Workflow",
            f"{{templates: [{{nodeSelector: {{{ARCH}: arm64}}, container: {{image: '{IMAGE}'}}}}]}}",
            "/spec/templates/0/container/image",
            id="a template of Argo",
        ),
    ],
)
def test_a_pod_template_wherever_it_stands(kind: str, spec: str, pointer: str) -> None:
    found = one(ack_job(kind, spec, "example.com/v1"))
    assert (found.pointer, type_of(found)) == (pointer, "arm64")


def test_a_job_of_hyperpod_has_its_instance_type_even_without_an_image_that_is_known() -> None:
    spec = "{replicaSpecs: [{template: {spec: {nodeSelector: {beta.kubernetes.io/instance-type: ml.g5.12xlarge}, containers: [{image: 'lmcache/vllm:1'}]}}}]}"
    found = one(ack_job("HyperPodPyTorchJob", spec, "sagemaker.amazonaws.com/v1"))
    assert (found.image.absent, type_of(found), found.resource) == (True, "ml.g5.12xlarge", "j")


@pytest.mark.parametrize(
    ("nodes", "image", "rules"),
    [
        pytest.param(f"nodeSelector: {{{ARCH}: arm64}}", f"{HOST}/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-ec2", ["image-architecture-mismatch"], id="the wrong architecture"),
        pytest.param(f"nodeSelector: {{{ARCH}: amd64}}", f"{HOST}/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-ec2", [], id="the right one, and a build for EC2"),
        pytest.param(f"nodeSelector: {{{ARCH}: amd64}}", f"{HOST}/pytorch-inference:2.6.0-gpu-py312-cu124-ubuntu22.04-ec2", [], id="of the processor nothing is told"),
        pytest.param(f"nodeSelector: {{{TYPE}: c7g.large}}", f"{HOST}/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-ec2", ["image-architecture-mismatch"], id="Graviton"),
        pytest.param(f"nodeSelector: {{{TYPE}: c7i.large}}", f"{HOST}/pytorch-inference:2.6.0-gpu-py312-cu124-ubuntu22.04-ec2", ["image-processor-mismatch"], id="a GPU image without GPU"),
        pytest.param(affinity(term(TYPE, "c7g.large, c7i.large")), f"{HOST}/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-ec2", [], id="right on one of the nodes"),
        pytest.param(
            affinity(term(TYPE, "c7g.large, m7g.large")), f"{HOST}/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-ec2", ["image-architecture-mismatch"], id="wrong on all nodes"
        ),
        pytest.param(f"nodeSelector: {{{TYPE}: x99.large}}", f"{HOST}/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-ec2", [], id="a node of a kind yet to come"),
        pytest.param(f"nodeSelector: {{{TYPE}: ml.c5.huge}}", f"{HOST}/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-ec2", ["unknown-instance-type"], id="a node that HyperPod lacks"),
    ],
)
def test_what_is_found_in_a_pod(nodes: str, image: str, rules: list[str]) -> None:
    assert [finding.rule for finding in lint(pod(nodes, image), "pod.yaml", as_of="2024-01-01").findings] == rules


@pytest.mark.parametrize(
    ("more", "rules"),
    [
        pytest.param("", ["image-processor-mismatch"], id="alone"),
        pytest.param("initContainers: [{image: busybox}], ", [], id="beside a container that may use the GPU"),
    ],
)
def test_a_cpu_image_on_a_gpu_node(more: str, rules: list[str]) -> None:
    text = pod(f"{more}nodeSelector: {{{TYPE}: g5.xlarge}}", f"{HOST}/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-ec2")
    assert [finding.rule for finding in lint(text, "pod.yaml", as_of="2024-01-01").findings] == rules


# ---------------------------------------------------------------- Kustomize, exports


@pytest.mark.parametrize(
    ("entry", "uri"),
    [
        pytest.param(f"{{name: a, newName: '{HOST}/pytorch-inference', newTag: 2.6.0-cpu}}", f"{HOST}/pytorch-inference:2.6.0-cpu", id="name and tag"),
        pytest.param(f"{{name: '{HOST}/pytorch-inference', newTag: '1.10'}}", f"{HOST}/pytorch-inference:1.10", id="a tag alone"),
        pytest.param(f"{{name: '{HOST}/pytorch-inference', newTag: 1.10}}", f"{HOST}/pytorch-inference:1.10", id="a tag that looks like a number"),
        pytest.param(f"{{name: a, newName: '{HOST}/pytorch-inference', digest: 'sha256:ab'}}", f"{HOST}/pytorch-inference@sha256:ab", id="a digest"),
        pytest.param(f"{{name: a, newName: '{HOST}/pytorch-inference'}}", f"{HOST}/pytorch-inference:${{tag}}", id="the tag of the image that it replaces"),
    ],
)
def test_an_image_of_a_kustomization(entry: str, uri: str) -> None:
    found = one(f"kind: Kustomization\napiVersion: kustomize.config.k8s.io/v1beta1\nimages: [{{name: nginx, newTag: '1'}}, {entry}]\n")
    assert found.image.text is not None
    assert (found.image.text.shown(), found.pointer, found.platform) == (uri, "/images/1", "kubernetes")


@pytest.mark.parametrize(
    ("operations", "expected"),
    [
        pytest.param(
            f"[{{op: replace, path: /spec/worker/image, value: '{IMAGE}'}}, {{op: add, path: /spec/instanceType, value: ml.c8g.large}}]",
            [(Kind.CLUSTER, "ml.c8g.large", "/0/value")],
            id="image and instance type of HyperPod",
        ),
        pytest.param(f"[{{op: add, path: /spec/primaryContainer, value: {{image: '{IMAGE}'}}}}]", [(Kind.ENDPOINT, "absent", "/0/value/image")], id="in a value"),
        pytest.param(
            "[{op: test, path: /kind, value: EndpointConfig}, {op: replace, path: /spec/productionVariants/3/instanceType, value: ml.c5.large}]",
            [(Kind.ENDPOINT, "ml.c5.large", "/1/value")],
            id="an instance type alone, somewhere in a list",
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


def test_a_path_of_a_json_patch_may_be_as_long_as_it_likes() -> None:
    assert deployments(json.dumps([{"op": "add", "path": "/spec" + "/a" * 5000, "value": IMAGE}])) == []


@pytest.mark.parametrize(
    ("metadata", "more", "fixable"),
    [
        pytest.param("name: j", "", True, id="written by hand"),
        pytest.param("name: j, creationTimestamp: null", "status: {}\n", True, id="made by a generator"),
        pytest.param("name: j, uid: 1-2-3", "", False, id="with a UID"),
        pytest.param("name: j", "status: {trainingJobStatus: Completed}\n", False, id="with a status"),
    ],
)
def test_what_the_cluster_has_written_is_not_edited(metadata: str, more: str, fixable: bool) -> None:
    assert one(f"apiVersion: {ACK}\nkind: TrainingJob\nmetadata: {{{metadata}}}\nspec: {TRAINING}\n{more}").fixable is fixable


def test_the_status_is_not_read() -> None:
    assert deployments(f"apiVersion: {ACK}\nkind: TrainingJob\nspec: {{}}\nstatus: {TRAINING}\n") == []


def test_a_list_points_into_its_items() -> None:
    notebook = {"apiVersion": ACK, "kind": "NotebookInstance", "spec": {"instanceType": "ml.t3.medium"}}
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": [{}, notebook]})
    assert one(text).pointer == "/items/1/spec/instanceType"


# ---------------------------------------------------------------- trees of any shape

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
def test_no_tree_makes_it_stumble(roots: list[object]) -> None:
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


def places(tree: object) -> list[tuple[str | int, ...]]:
    entries = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return [(), *((key, *below) for key, value in entries for below in places(value))]


def changed(tree: object, place: tuple[str | int, ...], value: object) -> object:
    if not place:
        return value
    key, *rest = place
    if isinstance(tree, dict):
        return {**tree, key: changed(tree[key], tuple(rest), value)}
    assert isinstance(tree, list)
    return [changed(item, tuple(rest), value) if index == key else item for index, item in enumerate(tree)]


@pytest.mark.parametrize("value", [None, 7, "x", [], {}, [None], {"x": None}], ids=str)
def test_a_wrong_type_anywhere_is_passed_over(value: object) -> None:
    for place in places(WHOLE):
        roots = changed(WHOLE, place, value)
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
    def took(count: int) -> float:
        text = stream(*(part for index in range(count) for part in (model(f"m{index}"), config(variant(f"m{index}")))))

        def read() -> None:
            readings = kubernetes.read_together(parse(text), ReadContext())
            assert len([found for reading in readings for found in reading.deployments]) == count

        return seconds(read)

    assert_growth(took, 100, 800, 20, 0.1)

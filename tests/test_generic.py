"""Ad-hoc configurations: which image and instance type belong together, and what else they declare."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smlint.model.deployment import Deployment, DocumentReading, Kind, ProblemKind
from smlint.readers.generic import reader as generic
from smlint.readers.generic.keywords import image_stem, instance_stem, is_image_key, is_instance_key, kind_of, words_of
from smlint.readers.reader import ReadContext
from smlint.syntax import parse
from tests.timing import assert_growth, seconds

HOST = "763104351884.dkr.ecr.us-west-2.amazonaws.com"
CPU = f"{HOST}/pytorch-inference:2.1.0-cpu-py310"
GPU = f"{HOST}/pytorch-inference:2.1.0-gpu-py310"
TRAIN = f"{HOST}/pytorch-training:2.1.0-gpu-py310"
XGB = "246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-xgboost:1.7-1"
HF = f"{HOST}/huggingface-pytorch-inference:2.6.0-transformers4.49.0-gpu-py312-cu124-ubuntu22.04"
DJL = f"{HOST}/djl-inference:0.27.0-deepspeed0.12.6-cu121"
C5, G5 = "ml.c5.large", "ml.g5.xlarge"


def reading(data: object, region: str | None = None) -> DocumentReading:
    (document,) = parse(data if isinstance(data, str) else json.dumps(data))
    found = generic.read(document, ReadContext(region))
    if generic.claims(document):
        assert found.deployments, "what is claimed has deployments"
    return found


def paired(data: object) -> list[tuple[str, str]]:
    """Return (repository and tag, instance type) of each deployment; `?` for an unknown instance type."""
    found = reading(data).deployments
    return sorted((d.image.value.uri.rpartition("/")[2], d.instance_type.value.name if d.instance_type.known else "?") for d in found)


def only(data: object, region: str | None = None) -> Deployment:
    (deployment,) = reading(data, region).deployments
    return deployment


def short(*pairs: tuple[str, str]) -> list[tuple[str, str]]:
    return sorted((image.rpartition("/")[2], instance) for image, instance in pairs)


# ---------------------------------------------------------------- pairs


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param({"image": CPU, "instance_type": C5}, [(CPU, C5)], id="siblings"),
        pytest.param({"EcrAddress": CPU, "size": C5}, [(CPU, C5)], id="siblings under any keys"),
        pytest.param({"image": CPU, "instance": {"type": C5}}, [(CPU, C5)], id="the instance type one level down"),
        pytest.param({"container": {"image": CPU}, "instance_type": C5}, [(CPU, C5)], id="the image one level down"),
        pytest.param({"model": {"image": CPU}, "endpoint": {"instance_type": C5}}, [(CPU, C5)], id="both one level down"),
        pytest.param({"a": {"b": {"image": CPU}}, "c": {"d": {"instance_type": C5}}}, [(CPU, C5)], id="both two levels down"),
        pytest.param({"x": {"y": {"z": {"image": CPU, "instance_type": C5}}}}, [(CPU, C5)], id="siblings at any depth"),
        pytest.param([[{"image": CPU, "instance_type": C5}]], [(CPU, C5)], id="siblings in a list of lists"),
        pytest.param(
            [{"image": CPU, "instance_type": C5}, {"image": GPU, "instance_type": G5}], [(CPU, C5), (GPU, G5)], id="each element of a list separately"
        ),
        pytest.param(
            {"a": {"image": CPU, "instance_type": C5}, "b": {"image": GPU, "instance_type": G5}},
            [(CPU, C5), (GPU, G5)],
            id="each entry of a mapping separately",
        ),
        pytest.param({"image": CPU, "instance_types": [C5, G5]}, [(CPU, C5), (CPU, G5)], id="a list of instance types"),
        pytest.param({"image": CPU, "hardware": {"types": [C5, G5]}}, [(CPU, C5), (CPU, G5)], id="a list of instance types one level down"),
        pytest.param(
            {"image": CPU, "instance_type": C5, "other": {"image": GPU}, "hw": {"instance_type": G5}},
            [(CPU, C5), (GPU, G5)],
            id="siblings first, then the rest",
        ),
        pytest.param(
            {"train_image": TRAIN, "train_instance_type": G5, "inference_image": CPU, "inference_instance_type": C5},
            [(TRAIN, G5), (CPU, C5)],
            id="several siblings with matching keys",
        ),
        pytest.param(
            {"image_a": CPU, "image_b": GPU, "instance_type_a": C5, "instance_type_b": G5},
            [(CPU, C5), (GPU, G5)],
            id="several siblings with matching key endings",
        ),
        pytest.param(
            {"image": CPU, "instance_type": C5, "training_image": TRAIN, "training_instance_type": G5},
            [(CPU, C5), (TRAIN, G5)],
            id="the remaining pair of several siblings",
        ),
        pytest.param(
            {"image": CPU, "instance_type": C5, "notebook_instance_type": "ml.t3.medium"}, [(CPU, C5)], id="a notebook instance type is ignored"
        ),
        pytest.param(
            {"image": CPU, "instance_type": C5, "supported_instance_types": [G5, "ml.p3.2xlarge"]}, [(CPU, C5)], id="a list of options is ignored"
        ),
        pytest.param(
            {"image": CPU, "notebook": {"instance_type": G5}, "endpoint": {"instance_type": C5}}, [(CPU, C5)], id="a notebook next to the endpoint"
        ),
        pytest.param({"image": CPU, "icon": {"image": "logo.png"}, "instance_type": C5}, [(CPU, C5)], id="a picture is not a container image"),
        pytest.param({"image": CPU, "expectedImage": GPU, "instance_type": C5}, [(CPU, C5)], id="an expected image is not deployed"),
        pytest.param({"image": CPU, "instance_type": "{{ type }}"}, [(CPU, "?")], id="an instance type with a placeholder"),
    ],
)
def test_pairs(data: object, expected: list[tuple[str, str]]) -> None:
    assert paired(data) == short(*expected)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param({"image": CPU, "runs": [{"instance_type": C5}]}, id="a list in between"),
        pytest.param({"containers": [{"image": CPU}], "variants": [{"instance_type": C5}]}, id="both in lists"),
        pytest.param({"a": {"b": {"c": {"image": CPU}}}, "instance_type": C5}, id="the image three levels down"),
        pytest.param({"image": CPU, "a": {"b": {"c": {"instance_type": C5}}}}, id="the instance type three levels down"),
        pytest.param({"a": {"image": CPU}, "b": {"image": GPU}, "instance_type": C5}, id="two images, one instance type"),
        pytest.param({"image": CPU, "a": {"instance_type": C5}, "b": {"instance_type": G5}}, id="one image, two instance types"),
        pytest.param({"image": CPU, "instance_type_1": C5, "instance_type_2": G5}, id="two numbered instance types next to one image"),
        pytest.param({"image": CPU, "sidecar_image": GPU, "instance_type": C5}, id="two images next to one instance type"),
        pytest.param({"image": CPU, "instance_type": C5, "processing_instance_type": G5}, id="two instance types next to one image"),
        pytest.param({"image": CPU, "training_image": TRAIN, "instance_type": G5, "endpoint_instance_type": C5}, id="two of each, with ambiguous keys"),
        pytest.param({"image": CPU, "instance_type": "{{ type }}", "other": C5}, id="two instance type fields, one with a placeholder"),
        pytest.param({"training": {"image": TRAIN}, "inference": {"instance_type": C5}}, id="keys with different uses"),
        pytest.param({"training_image": TRAIN, "processing_instance_type": C5}, id="siblings with different uses"),
        pytest.param(
            {"image": CPU, "inner": {"image": "other:1", "hw": {"instance_type": C5}}}, id="the instance type belongs to an image in another registry"
        ),
        pytest.param({"image": CPU, "inner": {"image_uri": None, "instance_type": C5}}, id="the instance type belongs to a missing image"),
        pytest.param(
            {"instance_type": C5, "inner": {"image": CPU, "instance_type": "{x}"}, "y": C5}, id="the image has an instance type with a placeholder"
        ),
        pytest.param(
            {"image": CPU, "hw": {"instance_type": C5}, "more": [{"image": GPU}]}, id="another image in a list"
        ),
        pytest.param({"image": CPU, "notebook": {"instance_type": "ml.t3.medium"}}, id="only a notebook instance type"),
        pytest.param({"image": CPU, "supported_instance_types": [C5, G5]}, id="only a list of options"),
        pytest.param({"status": {"image": CPU, "instance_type": C5}}, id="a status block"),
        pytest.param({"ResolvedImage": CPU, "InstanceType": C5}, id="a resolved image"),
    ],
)
def test_not_paired(data: object) -> None:
    assert [pair for pair in paired(data) if pair[1] != "?"] == []


@pytest.mark.parametrize(
    "data",
    [
        pytest.param({"image": "nginx:1.2", "instance_type": C5}, id="an image in another registry"),
        pytest.param({"image": CPU, "instance_type": "c5.large"}, id="an EC2 instance type"),
        pytest.param({"registry": HOST, "instance_type": C5}, id="a registry without a repository"),
        pytest.param({"allow": f"{HOST}/*", "instance_type": C5}, id="a pattern of images"),
        pytest.param({"run": f"docker pull {CPU}", "instance_type": C5}, id="an image inside a command"),
        pytest.param({"host": f"evil.com/x.dkr.ecr.us-east-1.amazonaws.com/{C5}", "instance_type": C5}, id="a host that resembles a registry"),
        pytest.param({"url": f"https://{CPU}", "instance_type": C5}, id="a URL"),
        pytest.param({"images": [CPU], "types": [C5]}, id="lists of images"),
        pytest.param({"image": CPU, "module": "ml.training.job"}, id="a dotted name that starts with `ml`"),
        pytest.param({"image": CPU, "note": "use ml.c5.large here"}, id="an instance type inside a sentence"),
        pytest.param({"apiVersion": "apps/v1", "kind": "Deployment", "image": CPU, "x": C5}, id="an unrelated Kubernetes object"),
        pytest.param({"$schema": "http://json-schema.org/draft-07/schema#", "properties": {"image": CPU, "type": C5}}, id="a JSON Schema"),
        pytest.param([CPU, C5], id="two strings"),
        pytest.param({"a": 1}, id="no image and no instance type"),
    ],
)
def test_not_claimed(data: object) -> None:
    (document,) = parse(json.dumps(data))
    assert not generic.claims(document) or not [d for d in generic.read(document, ReadContext()).deployments if d.instance_type.known]


@pytest.mark.parametrize("text", ["", "---\n", "text\n", "- [a, {b: c}]\n", "{{ x }}: {{ y }}\n"])
def test_other_documents_are_not_claimed(text: str) -> None:
    for document in parse(text):
        assert not generic.claims(document)


def test_merge_keys_apply_and_a_merged_mapping_is_not_a_deployment() -> None:
    text = f"base: &base {{image: '{CPU}', instance_type: {C5}}}\nruns:\n  - {{<<: *base}}\n  - {{<<: *base, instance_type: {G5}}}\n"
    assert paired(text) == short((CPU, C5), (CPU, G5))


def test_a_merged_value_has_the_span_of_its_definition() -> None:
    text = f"base: &base {{image: '{CPU}'}}\nrun: {{<<: *base, instance_type: {C5}}}\n"
    image = only(text).image.text
    assert image is not None
    assert text[image.anchor.start : image.anchor.end] == CPU


# ---------------------------------------------------------------- Regions

PAIR = {"image": CPU, "instance_type": C5}


@pytest.mark.parametrize(
    ("data", "option", "expected"),
    [
        pytest.param({**PAIR, "region": "eu-west-1"}, "us-east-1", ("eu-west-1", "manifest"), id="next to the pair"),
        pytest.param({**PAIR, "aws_region": "eu-west-1"}, None, ("eu-west-1", "manifest"), id="next to the pair, as `aws_region`"),
        pytest.param({**PAIR, "AWSRegion": "eu-west-1"}, None, ("eu-west-1", "manifest"), id="next to the pair, as `AWSRegion`"),
        pytest.param({"region": "eu-west-1", "a": [{"b": PAIR}]}, None, ("eu-west-1", "manifest"), id="above the pair"),
        pytest.param({"aws": {"region": "eu-west-1"}, "runs": [PAIR]}, None, ("eu-west-1", "manifest"), id="in `aws` above the pair"),
        pytest.param({"region": "us-east-1", "a": {**PAIR, "region": "eu-west-1"}}, None, ("eu-west-1", "manifest"), id="the nearest Region"),
        pytest.param({"eu-west-1": PAIR, "us-east-1": {}}, None, ("eu-west-1", "manifest"), id="the key of a mapping by Region"),
        pytest.param(
            {"model": {"image": CPU}, "endpoint": {"instance_type": C5, "region": "eu-west-1"}},
            None,
            ("eu-west-1", "manifest"),
            id="next to the instance type",
        ),
        pytest.param({**PAIR, "endpoint": {"region": "eu-west-1"}}, None, ("eu-west-1", "manifest"), id="in the endpoint next to the pair"),
        pytest.param(PAIR, "us-east-1", ("us-east-1", "settings"), id="the Region of the run"),
        pytest.param(PAIR, None, ("us-west-2", "image"), id="the image's Region"),
        pytest.param({**PAIR, "region": "{region}"}, "us-east-1", ("us-east-1", "settings"), id="a placeholder"),
        pytest.param({**PAIR, "region": "((REGION))"}, None, ("us-west-2", "image"), id="another placeholder"),
        pytest.param({**PAIR, "region": "EMEA"}, None, ("us-west-2", "image"), id="a region that is not an AWS Region"),
        pytest.param({**PAIR, "region": {"region": None}}, None, ("us-west-2", "image"), id="a placeholder that YAML parses as a mapping"),
        pytest.param({**PAIR, "regions": ["eu-west-1"]}, None, ("us-west-2", "image"), id="a list of Regions"),
        pytest.param({**PAIR, "s3": {"region": "eu-west-1"}}, None, ("us-west-2", "image"), id="the Region of a bucket"),
        pytest.param({**PAIR, "s3_region": "eu-west-1"}, None, ("us-west-2", "image"), id="the Region of a bucket next to the pair"),
        pytest.param(
            {**PAIR, "bucket": "data-eu-west-1", "role": "arn:aws:iam:eu-west-1:1:role/x"}, None, ("us-west-2", "image"), id="a Region inside names"
        ),
        pytest.param(
            {"ecr": {"image": CPU, "region": "eu-west-1"}, "instance_type": C5}, None, ("us-west-2", "image"), id="the Region of a registry"
        ),
        pytest.param(
            {"model": {"image": CPU, "region": "us-east-1"}, "endpoint": {"instance_type": C5, "region": "eu-west-1"}},
            None,
            ("us-west-2", "image"),
            id="two contradicting Regions",
        ),
    ],
)
def test_the_region_is_the_first_known_one(data: object, option: str | None, expected: tuple[str, str]) -> None:
    deployment = only(data, option)
    assert (deployment.region.value, deployment.region.origin) == expected


def test_a_mapping_of_images_by_region_has_one_deployment_per_region() -> None:
    other = CPU.replace("us-west-2", "eu-west-1")
    found = reading({"images": {"us-west-2": CPU, "eu-west-1": other}, "instance_type": C5}).deployments
    assert [(d.region.get(), d.image.value.uri, d.pointer) for d in found] == [
        ("us-west-2", CPU, "/images/us-west-2"),
        ("eu-west-1", other, "/images/eu-west-1"),
    ]


# ---------------------------------------------------------------- the text of the image


@pytest.mark.parametrize(
    ("uri", "account", "region"),
    [
        pytest.param(
            "763104351884.dkr.ecr.{region}.amazonaws.com/pytorch-inference:2.1.0-gpu-py310", "763104351884", None, id="the Region in braces"
        ),
        pytest.param("((REGISTRY)).dkr.ecr.((REGION)).amazonaws.com/pytorch-inference:2.1.0-gpu-py310", None, None, id="Concourse variables"),
        pytest.param("ACCOUNT_ID.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-gpu-py310", None, "us-west-2", id="a word for the account"),
        pytest.param("SMP_ACCOUNTID.dkr.ecr.SMP_REGION.amazonaws.com/pytorch-inference:2.1.0-gpu-py310", None, None, id="words for account and Region"),
        pytest.param("<account>.dkr.ecr.<region>.amazonaws.com/pytorch-inference:2.1.0-gpu-py310", None, None, id="angle brackets"),
        pytest.param("${ACCOUNT}.dkr.ecr.${AWS_REGION}.amazonaws.com/pytorch-inference:2.1.0-gpu-py310", None, None, id="shell variables"),
        pytest.param("your-account.dkr.ecr.your-region.amazonaws.com/pytorch-inference:2.1.0-gpu-py310", None, None, id="words in lower case"),
    ],
)
def test_placeholders_are_unknown_and_the_rest_is_known(uri: str, account: str | None, region: str | None) -> None:
    image = only({"image": uri, "instance_type": C5}).image.value
    assert (image.account, image.region, image.tag, image.problems) == (account, region, "2.1.0-gpu-py310", ())
    assert (image.framework, image.processor) == ("pytorch", "gpu")


def test_only_the_literal_parts_of_a_templated_image_are_editable() -> None:
    text = f"image: ACCOUNT.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-gpu-py310\ninstance_type: {C5}\n"
    image = only(text).image.text
    assert image is not None
    assert [(text[p.span.start : p.span.end], p.editable) for p in image.pieces if p.span is not None] == [
        ("ACCOUNT", False),
        (".dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-gpu-py310", True),
    ]


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        pytest.param("2.1.0-cpu-py310", "2.1.0-cpu-py310", id="a tag"),
        pytest.param("{{ tag }}", None, id="a tag with a placeholder"),
        pytest.param("", None, id="an empty tag"),
        pytest.param(None, None, id="a null"),
        pytest.param(["a"], None, id="a list"),
    ],
)
def test_a_tag_next_to_the_repository(tag: object, expected: str | None) -> None:
    image = only({"image": {"repository": f"{HOST}/pytorch-inference", "tag": tag}, "instance_type": C5}).image.value
    assert (image.repository, image.tag) == ("pytorch-inference", expected)


def test_a_tag_next_to_an_image_with_a_tag_is_ignored() -> None:
    assert only({"image": CPU, "tag": "v7", "instance_type": C5}).image.value.uri == CPU


# ---------------------------------------------------------------- the kind of deployment


@pytest.mark.parametrize(
    ("data", "kind", "scope"),
    [
        pytest.param(PAIR, Kind.ENDPOINT, "inference", id="an inference image on an endpoint"),
        pytest.param({"image": TRAIN, "instance_type": G5}, Kind.TRAINING, "training", id="a training image in a training job"),
        pytest.param({"image": XGB, "instance_type": C5}, Kind.ENDPOINT, "inference", id="an image for both, on an endpoint"),
        pytest.param({"TrainingImage": XGB, "instance_type": C5}, Kind.TRAINING, "training", id="the image key names training"),
        pytest.param({"Training": {"a": {"image": XGB}, "b": {"instance_type": C5}}}, Kind.TRAINING, "training", id="the key above names training"),
        pytest.param(
            {"endpoint": {"instance_type": G5}, "model": {"image": TRAIN}},
            Kind.ENDPOINT,
            "inference",
            id="a training image for an endpoint is a contradiction",
        ),
        pytest.param(
            {"image": TRAIN, "instance_type": G5, "endpoint_name": "e"}, Kind.ENDPOINT, "inference", id="an endpoint name next to a training image"
        ),
        pytest.param({"image": TRAIN, "instance_type": G5, "s3_endpoint": "e"}, Kind.TRAINING, "training", id="another kind of endpoint"),
        pytest.param(
            {"image": CPU, "instance_type": "ml.c5.xlarge", "training_job_name": "e"},
            Kind.TRAINING,
            "inference",
            id="the source of the model does not contradict",
        ),
        pytest.param({"inference": {"image": TRAIN, "instance_type": G5}}, Kind.ENDPOINT, "training", id="`inference` may be a processing job"),
        pytest.param({"preprocess": {"image": TRAIN, "instance_type": G5}}, Kind.PROCESSING, "training", id="a processing job may run any image"),
        pytest.param({"image": CPU, "instance_type": C5, "image_scope": "training"}, Kind.TRAINING, "training", id="a declared scope is certain"),
        pytest.param({"hyperpod": {"image": TRAIN, "instance_type": G5}}, Kind.CLUSTER, "training", id="HyperPod"),
        pytest.param(
            {"image": XGB, "instance_type": "ml.t3.medium"}, Kind.TRAINING, "inference", id="the instance type does not exist for endpoints"
        ),
        pytest.param({"image": XGB, "instance_type": "ml.c5.24xlarge"}, Kind.CLUSTER, "inference", id="the instance type exists only for clusters"),
        pytest.param({"image": XGB, "instance_type": "ml.t4g.medium"}, Kind.ENDPOINT, "inference", id="an instance type that does not exist"),
    ],
)
def test_the_kind_comes_from_keys_then_from_the_image(data: object, kind: Kind, scope: str) -> None:
    deployment = only(data)
    assert deployment.kind is kind
    assert deployment.scope == scope or deployment.image.value.scope is None


@pytest.mark.parametrize(
    ("data", "resource", "pointer"),
    [
        pytest.param([{"name": "a", **PAIR}], "a", "/0/image", id="the name"),
        pytest.param({"x": {"model_id": "m", **PAIR}}, "m", "/x/image", id="the model ID"),
        pytest.param(
            {"model": {"name": "m", "image": CPU}, "endpoint": {"instance_type": C5, "name": "e"}},
            "m",
            "/model/image",
            id="the name of the image, not of the endpoint",
        ),
        pytest.param({"a/b": {"c": [PAIR]}}, "a/b.c.0.image", "/a~1b/c/0/image", id="the keys, without a name"),
        pytest.param({"name": "{x}", **PAIR}, "image", "/image", id="a name with a placeholder"),
    ],
)
def test_the_name_of_the_resource(data: object, resource: str, pointer: str) -> None:
    deployment = only(data)
    assert (deployment.resource, deployment.pointer) == (resource, pointer)


@pytest.mark.parametrize(
    ("data", "fixable"),
    [
        pytest.param(PAIR, True, id="a handwritten file"),
        pytest.param({"x": PAIR, "CreationTime": 1}, False, id="an API response"),
        pytest.param({"terraform_version": "1.9", "x": PAIR}, False, id="a saved state"),
    ],
)
def test_responses_are_not_fixable(data: object, fixable: bool) -> None:
    assert only(data).fixable is fixable


# ---------------------------------------------------------------- declarations


def facts(**fields: object) -> tuple[object, ...]:
    d = only({"image": CPU, "instance_type": C5, **fields})
    return d.framework.get(), d.framework_version.get(), d.py_version.get(), [(name, fact.value) for name, fact in d.libraries]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({}, (None, None, None, []), id="no declarations"),
        pytest.param({"framework": "PyTorch"}, ("pytorch", None, None, []), id="a framework with official spelling"),
        pytest.param({"framework": "pytorch", "framework_version": "2.0"}, ("pytorch", "2.0", None, []), id="a framework and its version"),
        pytest.param({"framework_version": "2.0"}, (None, "2.0", None, []), id="a version without a framework"),
        pytest.param(
            {"framework": "tensorflow", "framework_version": "2.13"},
            ("tensorflow", None, None, []),
            id="the version of another framework",
        ),
        pytest.param({"framework": "langchain", "framework_version": "0.3"}, (None, None, None, []), id="an unrelated framework"),
        pytest.param({"framework_version": "latest"}, (None, None, None, []), id="not a version"),
        pytest.param({"framework_version": "{{ v }}"}, (None, None, None, []), id="a version with a placeholder"),
        pytest.param({"py_version": "py39"}, (None, None, "py39", []), id="a Python version"),
        pytest.param({"python_version": "3.9"}, (None, None, "py39", []), id="a Python version with a dot"),
        pytest.param({"python_version": "python3.9"}, (None, None, "py39", []), id="a Python version with the word `python`"),
        pytest.param({"py_version": "py3"}, (None, None, None, []), id="an unspecific `py3`"),
        pytest.param({"py_version": "3"}, (None, None, None, []), id="an unspecific `3`"),
        pytest.param({"pytorch_version": "2.0.1"}, (None, None, None, [("pytorch", "2.0.1")]), id="a library"),
        pytest.param({"transformers_version": "4.26"}, (None, None, None, [("transformers", "4.26")]), id="a library outside the image"),
        pytest.param({"estimator_options": {"framework_version": "2.0"}}, (None, "2.0", None, []), id="a Hydra launcher"),
    ],
)
def test_unambiguous_declarations_count(fields: dict[str, object], expected: tuple[object, ...]) -> None:
    assert facts(**fields) == expected


@pytest.mark.parametrize(
    ("image", "fields", "expected"),
    [
        pytest.param(HF, {"framework_version": "4.49.0"}, (None, None), id="an ambiguous version next to a Hugging Face image"),
        pytest.param(HF, {"framework": "huggingface", "framework_version": "4.49.0"}, ("huggingface", "4.49.0"), id="a Hugging Face framework"),
        pytest.param(HF, {"framework": "pytorch", "framework_version": "2.6.0"}, ("pytorch", "2.6.0"), id="a library as framework"),
        pytest.param(DJL, {"framework": "pytorch", "framework_version": "2.0"}, (None, None), id="a serving stack"),
        pytest.param(
            "444455556666.dkr.ecr.us-west-2.amazonaws.com/team/own:1",
            {"framework": "pytorch", "framework_version": "2"},
            (None, None),
            id="a custom image",
        ),
    ],
)
def test_a_declared_framework_counts_only_next_to_an_image_named_after_it(
    image: str, fields: dict[str, object], expected: tuple[object, ...]
) -> None:
    deployment = only({"image": image, "instance_type": G5, **fields})
    assert (deployment.framework.get(), deployment.framework_version.get()) == expected


def test_declarations_in_another_mapping_do_not_count() -> None:
    deployment = only({"framework_version": "1.0", "a": {**PAIR, "env": {"framework_version": "1.0"}}})
    assert deployment.framework_version.absent


@pytest.mark.parametrize(
    ("version", "lost"),
    [("1.10", True), ("2.10", True), ("0.20", True), ("1.1", False), ("2.0", False), ("2", False), ('"1.10"', False), ("1.10.0", False)],
)
def test_a_version_that_loses_a_digit_is_a_problem_and_counts_as_written(version: str, lost: bool) -> None:
    found = reading(f"image: {CPU}\ninstance_type: {C5}\nframework_version: {version}\n")
    assert found.deployments[0].framework_version.value == version.strip('"')
    assert [(p.kind, p.replacement) for p in found.problems] == ([(ProblemKind.UNQUOTED_VERSION, version)] if lost else [])


# ---------------------------------------------------------------- keys


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("EndpointInstanceType", ("endpoint", "instance", "type")),
        ("endpoint_instance-type", ("endpoint", "instance", "type")),
        ("imageURI", ("image", "uri")),
        ("AWSRegion", ("aws", "region")),
        ("ec2_instance_type", ("ec2", "instance", "type")),
        ("instanceType2", ("instance", "type2")),
        ("instance_type_2", ("instance", "type", "2")),
        ("", ()),
        ("--", ()),
        ("\u00c4rger", ("\u00e4rger",)),
    ],
)
def test_the_words_of_a_key(key: str, words: tuple[str, ...]) -> None:
    assert words_of(key) == words


@pytest.mark.parametrize("key", ["image", "image_uri", "ModelDockerImage", "trainingImage", "imageURI", "EcrAddress", "container-uri"])
def test_image_keys(key: str) -> None:
    assert is_image_key(key)
    assert not is_instance_key(key)


@pytest.mark.parametrize("key", ["imagePullPolicy", "image_scope", "images", "ami", "ImageVersion", "model_name"])
def test_other_keys_are_not_image_keys(key: str) -> None:
    assert not is_image_key(key)


@pytest.mark.parametrize("key", ["instance_type", "instanceType", "EndpointInstanceType", "instance_types", "instance_type_1", "instancetype"])
def test_instance_type_keys(key: str) -> None:
    assert is_instance_key(key)


@pytest.mark.parametrize("key", ["instance", "type", "instance_count", "instance_type_count", "typeInstance"])
def test_other_keys_are_not_instance_type_keys(key: str) -> None:
    assert not is_instance_key(key)


def test_the_stem_of_a_key_is_its_purpose() -> None:
    assert image_stem("training_image_uri") == instance_stem("TrainingInstanceType") == ("training",)
    assert image_stem("ModelDockerImage") == instance_stem("ec2_instance_type") == ()


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("endpoint", (Kind.ENDPOINT, True)),
        ("productionVariants", (Kind.ENDPOINT, True)),
        ("inference", (Kind.ENDPOINT, False)),
        ("TrainingJob", (Kind.TRAINING, True)),
        ("finetuned", None),
        ("finetune", (Kind.TRAINING, False)),
        ("training_endpoint", None),
        ("clusterConfig", None),
        ("transformers", None),
        ("model", None),
    ],
)
def test_what_a_key_says_about_the_use(key: str, expected: tuple[Kind, bool] | None) -> None:
    assert kind_of(key) == expected


# ---------------------------------------------------------------- hostile trees

JUNK: list[object] = [
    None,
    5,
    [],
    {},
    "",
    "{{ x }}",
    "ml.",
    "ml.c5.large",
    CPU,
    [CPU],
    [C5, None],
    {"image": CPU},
    ".dkr.ecr./",
    "a.dkr.ecr",
    [[[]]],
    "\u00e9" * 3000,
    True,
]
TREE: dict[str, object] = {
    "region": "us-west-2",
    "aws": {"region": "us-east-1"},
    "runs": [
        {"name": "a", "image": {"repository": f"{HOST}/x", "tag": "1"}, "instance_types": [C5, G5], "framework": "pytorch", "framework_version": "1"}
    ],
    "sagemaker": {"model": {"image": CPU}, "endpoint": {"instance": {"type": C5}}},
    "images": {"us-west-2": CPU, "eu-west-1": CPU},
    "estimator_options": {"instance_type": C5, "py_version": "py310"},
}


def paths(tree: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if path:
        yield path
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in items:
        yield from paths(value, (*path, key))


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(list(paths(TREE))), st.sampled_from(JUNK)), min_size=1, max_size=4))
def test_a_mutated_configuration_is_read_without_an_error(mutations: list[tuple[tuple[str | int, ...], object]]) -> None:
    tree = copy.deepcopy(TREE)
    for path, junk in mutations:
        target: object = tree
        for step in path[:-1]:
            target = (
                target.get(step)
                if isinstance(target, dict)
                else target[step]
                if isinstance(target, list) and isinstance(step, int) and step < len(target)
                else None
            )
        if isinstance(target, dict) or (isinstance(target, list) and isinstance(path[-1], int) and path[-1] < len(target)):
            target[path[-1]] = copy.deepcopy(junk)  # type: ignore[index,call-overload]
    text = json.dumps(tree, ensure_ascii=False)
    (document,) = parse(text)
    generic.claims(document)
    for region in (None, "eu-west-1"):
        for deployment in generic.read(document, ReadContext(region)).deployments:
            for found in deployment.texts():
                assert 0 <= found.anchor.start <= found.anchor.end <= len(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"a: &a\n  image: {CPU}\n  instance_type: {C5}\n  self: *a\n", id="an alias of its parent"),
        pytest.param(f"a: &a\n  <<: *a\n  image: {CPU}\n  instance_type: {C5}\n", id="a mapping that merges itself"),
        pytest.param(f"? [x]\n: {{image: {CPU}}}\n? {{y: z}}\n: {C5}\n", id="non-scalar keys"),
        pytest.param(f"image: !x {CPU}\ninstance_type: {C5}\n", id="a tagged image"),
        pytest.param(f"a: !x {{image: {CPU}, instance_type: {C5}}}\nb: {C5}\n", id="a tagged mapping"),
        pytest.param(f"image: |\n  {CPU}\ninstance_type: >-\n  {C5}\n", id="block scalars"),
    ],
)
def test_unusual_yaml_is_read_without_an_error(text: str) -> None:
    (document,) = parse(text)
    generic.claims(document)
    generic.read(document, ReadContext())


def test_reading_takes_linear_time() -> None:
    """Twice the levels, each with an unpaired image, take about twice the time: no list of candidates moves from level to level."""
    from smlint.readers.generic.pairing import find_pairs

    def deep(levels: int) -> object:
        data: dict[str, object] = {"instance_type": C5}
        for number in range(levels):
            data = {f"a{number}": {"image": CPU}, f"b{number}": {"image": GPU}, "inner": data}
        return data

    def took(levels: int) -> float:
        (document,) = parse(json.dumps(deep(levels)))
        return seconds(lambda: find_pairs(document.root))

    assert_growth(took, 225, 900, 8, 0.01)

"""Parse image URIs, and format them again."""

from __future__ import annotations

import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smlint import lint, parse_image
from smlint.images.catalog import load_catalog
from smlint.images.names import ALIASES, INTERNAL
from smlint.images.placeholders import mask, names_placeholder
from smlint.images.tags import same_version
from smlint.images.uri import format_image
from smlint.model.text import is_placeholder
from tests.oracle import FIXTURES, recorded_calls, regions

BUNDLED = load_catalog()
US = "763104351884.dkr.ecr.us-west-2.amazonaws.com"
ALGORITHMS = "246618743249.dkr.ecr.us-west-2.amazonaws.com"
LONG = "2.6.0-gpu-py312-cu124-ubuntu22.04-sagemaker"
DIGEST = "sha256:" + "0a" * 32


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        pytest.param(
            f"{US}/pytorch-inference:{LONG}",
            {
                "registry": US, "account": "763104351884", "region": "us-west-2", "domain": "amazonaws.com", "endpoint": "ecr",
                "owner": "aws", "repository": "pytorch-inference", "tag": LONG, "framework": "pytorch", "version": "2.6.0",
                "python": "py312", "processor": "gpu", "accelerator": "cu124", "os": "ubuntu22.04", "platform": "sagemaker",
                "architecture": "x86_64", "scope": "inference", "known_tag": True, "end_of_patch": "2026-06-30", "problems": (),
            },
            id="a long tag",
        ),
        pytest.param(
            f"{US}/pytorch-inference-arm64:2.6-cpu-py312-ubuntu22.04-sagemaker-v1",
            {"version": "2.6", "architecture": "arm64", "known_tag": True, "end_of_patch": "2026-06-30"},
            id="a floating version of an arm64 repository",
        ),
        pytest.param(f"{US}/pytorch-training:2.6.0-gpu-py312", {"scope": "training", "end_of_patch": "2026-01-29"}, id="dates differ by scope"),
        pytest.param(f"{US}/pytorch-inference:2.5.1-cpu-py311", {"end_of_patch": "2025-10-29", "known_tag": True}, id="a date in the legacy table"),
        pytest.param(
            f"{US}/huggingface-pytorch-inference:2.6.0-transformers4.49.0-gpu-py312-cu124-ubuntu22.04",
            {"framework": "huggingface", "version": "4.49.0", "libraries": (("pytorch", "2.6.0"), ("transformers", "4.49.0"))},
            id="Hugging Face has the version of transformers",
        ),
        pytest.param(
            f"{US}/huggingface-pytorch-tgi-inference:2.7.0-tgi3.3.6-gpu-py311-cu124-ubuntu22.04",
            {"framework": "huggingface-llm", "version": "3.3.6", "libraries": (("pytorch", "2.7.0"), ("tgi", "3.3.6"))},
            id="TGI has its own version",
        ),
        pytest.param(
            f"{US}/huggingface-pytorch-tgi-inference:2.1.2-optimum0.0.28-neuronx-py310-ubuntu22.04",
            {"framework": "huggingface-llm-neuronx", "version": "0.0.28", "processor": "neuronx"},
            id="TGI on Neuron has the version of optimum",
        ),
        pytest.param(
            f"{US}/djl-inference:0.33.0-lmi15.0.0-cu128",
            {"framework": "djl-lmi", "version": "0.33.0", "libraries": (("lmi", "15.0.0"),), "processor": "gpu", "accelerator": "cu128"},
            id="DJL Serving by its engine",
        ),
        pytest.param(f"{US}/djl-inference:0.29.0-neuronx-sdk2.19.1", {"framework": "djl-neuronx", "processor": "neuronx"}, id="DJL Serving on Neuron"),
        pytest.param(f"{US}/vllm:server-sagemaker-cuda-v2.3", {"framework": "vllm-server", "version": "2.3", "processor": "gpu", "platform": "sagemaker"}, id="a server's version is its revision"),
        pytest.param(f"{US}/vllm:server-cuda-v2.3", {"framework": "vllm-server", "platform": "ec2"}, id="the same for EC2"),
        pytest.param(f"{US}/vllm:0.20.0-gpu-py312-ec2", {"framework": "vllm", "version": "0.20.0", "platform": "ec2"}, id="a short tag for EC2"),
        pytest.param(f"{US}/pytorch:2.12-cu130-amzn2023-sagemaker", {"framework": "pytorch", "scope": "training", "processor": "gpu"}, id="a repository for training without a scope in its name"),
        pytest.param(f"{ALGORITHMS}/sagemaker-xgboost:1.5-1-arm64", {"framework": "xgboost", "version": "1.5-1", "architecture": "arm64", "scope": None}, id="arm64 in the tag"),
        pytest.param(f"{ALGORITHMS}/sagemaker-xgboost:1.2-1-cpu-py3", {"version": "1.2-1", "processor": None, "known_tag": True}, id="an alias of 1.2-1"),
        pytest.param(f"{ALGORITHMS}/sagemaker-xgboost:1.7-1-cpu-py3", {"version": "1.7-1", "processor": None, "known_tag": True}, id="an alias of 1.7-1"),
        pytest.param(f"{ALGORITHMS}/sagemaker-xgboost:1.0-1-cpu-py3", {"version": "1.0-1", "processor": "cpu", "known_tag": True}, id="an XGBoost for CPU only"),
        pytest.param(f"{ALGORITHMS}/sagemaker-scikit-learn:1.4-2-cpu-py3", {"scope": None, "scopes": ("inference", "training")}, id="a scope for which the SDK names one tag"),
        pytest.param(US.replace(".com", ".com:443") + "/pytorch-inference:2.6.0-cpu-py312", {"domain": "amazonaws.com", "problems": ("port 443 is not allowed in an ECR image URI",)}, id="a port"),
        pytest.param(f"{ALGORITHMS}/sagemaker-xgboost:1.7-1", {"version": "1.7-1", "architecture": "x86_64", "processor": None, "scope": None, "scopes": ("inference", "training")}, id="xgboost serves CPU and GPU"),
        pytest.param(f"{ALGORITHMS}/sagemaker-scikit-learn:1.4-2-py312-cpu-py3", {"framework": "sklearn", "version": "1.4-2-py312", "python": "py312"}, id="a version that contains the Python"),
        pytest.param(f"{ALGORITHMS}/sagemaker-scikit-learn:1.9-0", {"processor": "cpu", "end_of_patch": "2027-07-16"}, id="scikit-learn runs on CPUs"),
        pytest.param(f"{US}/sagemaker-tritonserver:24.09-py3", {"framework": "sagemaker-tritonserver", "version": "24.09", "processor": "gpu"}, id="Triton is for GPU"),
        pytest.param(f"{US}/sagemaker-tritonserver:24.09-py3-cpu", {"processor": "cpu"}, id="unless the tag says CPU"),
        pytest.param("301217895009.dkr.ecr.us-west-2.amazonaws.com/sagemaker-tritonserver:22.07-py3", {"owner": "aws", "version": "22.07", "known_tag": True}, id="old Triton in the Neo account"),
        pytest.param("301217895009.dkr.ecr.us-west-2.amazonaws.com/sagemaker-neo-pytorch:1.9-inf-py3", {"framework": "inferentia-pytorch", "processor": "neuron"}, id="Neo for Inferentia 1"),
        pytest.param(f"{US}/pytorch-trcomp-training:1.13.1-gpu-py39", {"framework": "pytorch", "version": "1.13.1"}, id="the training compiler's framework is the framework"),
        pytest.param(f"{US}/tensorflow-inference-eia:2.3.0-cpu", {"processor": "eia", "scope": "eia"}, id="Elastic Inference"),
        pytest.param("520713654638.dkr.ecr.us-west-2.amazonaws.com/sagemaker-rl-tensorflow:coach0.11.1-gpu-py3", {"framework": "coach-tensorflow", "version": "0.11.1"}, id="reinforcement learning by its toolkit"),
        pytest.param("462105765813.dkr.ecr.us-west-2.amazonaws.com/sagemaker-rl-ray-container:ray-1.6.0-torch-cpu-py36", {"framework": "ray-pytorch", "version": "1.6.0"}, id="reinforcement learning by its library"),
        pytest.param("159807026194.dkr.ecr.us-west-2.amazonaws.com/sagemaker-model-monitor-analyzer", {"framework": "model-monitor", "tag": None, "known_tag": True}, id="an AWS image without a tag"),
        pytest.param("174872318107.dkr.ecr.us-west-2.amazonaws.com/kmeans:1", {"framework": "kmeans", "version": "1", "known_tag": True, "processor": None}, id="an algorithm"),
        pytest.param(f"{US}/pytorch-inference:9.9.9-cpu-py399", {"version": "9.9.9", "known_tag": False, "architecture": "x86_64"}, id="an invented tag"),
        pytest.param(f"{US}/sagemaker-unheard-of:1", {"owner": "aws", "known_repository": False, "framework": None, "architecture": None}, id="an unknown AWS repository"),
        pytest.param(f"{US}/pytorch-inference:1.1.0-cpu-py310-2024-05-23-17-49-22", {"version": "1.1.0", "tag": "1.1.0-cpu-py310-2024-05-23-17-49-22"}, id="a dated tag"),
        pytest.param(f"{US}/vllm:0.27.1-gpu-py312-soci", {"known_tag": True}, id="a SOCI index of a known image"),
        pytest.param(f"{ALGORITHMS}/sagemaker-xgboost@{DIGEST}", {"digest": DIGEST, "tag": None, "framework": "xgboost", "version": None, "architecture": None, "problems": ()}, id="pinned by digest"),
        pytest.param(f"{US}/pytorch-inference:2.6.0-cpu-py312@{DIGEST}", {"digest": DIGEST, "tag": "2.6.0-cpu-py312", "problems": ()}, id="a tag and a digest"),
        pytest.param(f"763104351884.dkr.ecr-fips.us-east-1.amazonaws.com/pytorch-inference:{LONG}", {"endpoint": "ecr-fips", "account": "763104351884", "known_tag": True}, id="FIPS"),
        pytest.param(f"763104351884.dkr-ecr.us-east-1.on.aws/pytorch-inference:{LONG}", {"endpoint": "dual-stack", "domain": "on.aws", "region": "us-east-1"}, id="dual stack"),
        pytest.param(f"727897471807.dkr.ecr.cn-north-1.amazonaws.com.cn/pytorch-inference:{LONG}", {"owner": "aws", "domain": "amazonaws.com.cn"}, id="China"),
        pytest.param(f"727897471807.dkr.ecr.cn-north-1.amazonaws.com/pytorch-inference:{LONG}", {"domain": "amazonaws.com", "problems": ()}, id="a wrong suffix is not malformed"),
        pytest.param("1.dkr.ecr.us-iso-east-1.c2s.ic.gov/x:1", {"region": "us-iso-east-1", "domain": "c2s.ic.gov"}, id="an iso partition"),
    ],
)  # fmt: skip
def test_parse_image(uri: str, expected: dict[str, object]):
    image = parse_image(uri)
    assert {name: getattr(image, name) for name in expected} == expected
    assert image.is_ecr


@pytest.mark.parametrize(
    ("uri", "registry"),
    [
        pytest.param("evil.com/x.dkr.ecr.us-east-1.amazonaws.com/pytorch-inference:1", "evil.com", id="the registry is before the first slash"),
        pytest.param("763104351884.dkr.ecr.us-east-1.amazonaws.com.evil.com/pytorch-inference:1", "763104351884.dkr.ecr.us-east-1.amazonaws.com.evil.com", id="a longer host"),
        pytest.param("evil.763104351884.dkr.ecr.us-east-1.amazonaws.com/x:1", "evil.763104351884.dkr.ecr.us-east-1.amazonaws.com", id="a host before the account"),
        pytest.param("nginx:1.2", "", id="Docker Hub"),
        pytest.param("library/nginx", "", id="Docker Hub with a folder"),
        pytest.param("ghcr.io/org/pytorch-inference:2.6.0-cpu-py312", "ghcr.io", id="another registry"),
        pytest.param("localhost:5000/pytorch-inference:2.6.0-cpu-py312", "localhost:5000", id="a registry with a port"),
        pytest.param("public.ecr.aws/docker/library/pytorch-inference:2.6.0-cpu-py312", "public.ecr.aws", id="the public gallery of others"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_images_outside_ecr_have_no_meaning(uri: str, registry: str):
    image = parse_image(uri)
    assert (image.registry, image.is_ecr, image.account, image.framework, image.architecture, image.owner) == (registry, False, None, None, None, None)
    assert image.known_tag is False


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        pytest.param("763104351884.dkr.ecr.\ue001.amazonaws.com/pytorch-inference:2.1.0-cpu-py310", {"account": "763104351884", "region": None, "framework": "pytorch", "processor": "cpu", "architecture": "x86_64"}, id="the Region is unknown"),
        pytest.param("\ue001.dkr.ecr.us-east-1.\ue003/pytorch-inference:2.1.0-gpu-py310", {"account": None, "region": "us-east-1", "domain": None, "processor": "gpu", "framework": "pytorch"}, id="account and suffix are unknown"),
        pytest.param("763104351884.dkr.ecr.\ue001/pytorch-inference:2.1.0-gpu-py310", {"account": "763104351884", "region": None, "domain": None, "framework": "pytorch"}, id="Region and suffix are one unknown"),
        pytest.param("763104351884.dkr.ecr.{region}.amazonaws.com/pytorch-inference:2.6.0-gpu-py312", {"region": None, "owner": "aws", "processor": "gpu", "problems": ()}, id="{region}"),
        pytest.param("${AWS::AccountId}.dkr.ecr.${AWS::Region}.${AWS::URLSuffix}/pytorch-inference:2.6.0-gpu-py312", {"account": None, "region": None, "domain": None, "processor": "gpu", "problems": ()}, id="CloudFormation's ${}"),
        pytest.param("<account>.dkr.ecr.<region>.amazonaws.com/pytorch-inference:2.6.0-gpu-py312", {"account": None, "processor": "gpu", "problems": ()}, id="<>"),
        pytest.param("((XGBOOST)).dkr.ecr.((REGION)).amazonaws.com/sagemaker-xgboost:1.5-1-arm64", {"account": None, "architecture": "arm64", "problems": ()}, id="(())"),
        pytest.param("{{ .Values.account }}.dkr.ecr.{{ .Values.region }}.amazonaws.com/pytorch-inference:2.6.0-cpu-py312", {"account": None, "framework": "pytorch", "problems": ()}, id="{{}} with dots and spaces"),
        pytest.param("ACCOUNT_ID.dkr.ecr.REGION.amazonaws.com/pytorch-inference:2.6.0-cpu-py312", {"account": None, "region": None, "framework": "pytorch", "problems": ()}, id="upper-case words"),
        pytest.param("$ACCOUNT.dkr.ecr.$REGION.amazonaws.com/pytorch-inference:2.6.0-cpu-py312", {"account": None, "region": None, "framework": "pytorch", "problems": ()}, id="shell variables"),
        pytest.param("123456789012.dkr.ecr.us-east-1.amazonaws.com/pytorch-inference:2.6.0-cpu-py312", {"owner": "documentation", "framework": "pytorch", "architecture": "x86_64"}, id="an account in the AWS documentation"),
        pytest.param(f"{US}/pytorch-inference:2.1.0-\ue001-py310", {"tag": None, "version": "2.1.0", "python": "py310", "processor": None, "architecture": "x86_64"}, id="the processor is unknown"),
        pytest.param(f"{US}/pytorch-inference:\ue001-gpu-py310", {"tag": None, "version": None, "processor": "gpu"}, id="the version is unknown"),
        pytest.param(f"{ALGORITHMS}/sagemaker-xgboost:1.5-\ue001", {"version": None, "architecture": None}, id="the version may continue"),
        pytest.param(f"{US}/\ue001:2.6.0-cpu-py312", {"repository": None, "framework": None, "tag": "2.6.0-cpu-py312"}, id="the repository is unknown"),
        pytest.param(f"{US}/djl-inference:0.33.0-\ue001", {"framework": None, "processor": None, "version": "0.33.0"}, id="the engine is unknown"),
    ],
)  # fmt: skip
def test_the_known_parts_of_a_uri_with_placeholders(uri: str, expected: dict[str, object]):
    image = parse_image(uri)
    assert {name: getattr(image, name) for name in expected} == expected
    assert image.is_ecr


def test_an_unknown_part_has_offsets():
    uri = "763104351884.dkr.ecr.${AWS::Region}.amazonaws.com/pytorch-inference:2.1.0-cpu-py310"
    start, end = parse_image(uri).parts["region"]
    assert uri[start:end] == "${AWS::Region}"


def test_an_unknown_host_is_not_a_registry():
    image = parse_image("\ue001/x:1")
    assert (image.is_ecr, image.framework, image.owner) == (False, None, None)
    assert parse_image("\ue001/vllm:latest").framework is None
    assert parse_image("\ue001/pytorch-inference:2.1.0-cpu-py310-ubuntu20.04-sagemaker").architecture == "x86_64"


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        pytest.param("111111111111.dkr.ecr.us-east-1.amazonaws.com/xgboost:1", {"known_repository": True, "framework": None, "architecture": None}, id="a common repository name"),
        pytest.param("111111111111.dkr.ecr.us-east-1.amazonaws.com/pytorch-inference:my-model-v3", {"known_repository": True, "framework": None, "processor": None}, id="a free-text tag"),
        pytest.param("111111111111.dkr.ecr.us-east-1.amazonaws.com/pytorch-inference:9.9.9-gpu-py399", {"framework": "pytorch", "version": "9.9.9", "processor": None, "architecture": None, "known_tag": False}, id="a tag that follows the grammar says nothing about hardware"),
        pytest.param(f"111111111111.dkr.ecr.us-east-1.amazonaws.com/pytorch-inference:{LONG}", {"framework": "pytorch", "processor": "gpu", "architecture": "x86_64", "known_tag": True, "owner": None}, id="a mirror of a known image"),
        pytest.param("111111111111.dkr.ecr.us-east-1.amazonaws.com/team/model:v1", {"known_repository": False, "framework": None, "problems": ()}, id="a private image"),
        pytest.param("123456789012.dkr.ecr.us-east-1.amazonaws.com/xgboost:latest", {"framework": None, "architecture": None}, id="a common name in a documentation account"),
    ],
)  # fmt: skip
def test_a_tag_in_another_account_is_free_text(uri: str, expected: dict[str, object]):
    image = parse_image(uri)
    assert {name: getattr(image, name) for name in expected} == expected
    assert image.owner in (None, "documentation")


@pytest.mark.parametrize(
    ("uri", "problem"),
    [
        pytest.param(f" {US}/x:1", "surrounding whitespace", id="a leading space"),
        pytest.param(f"{US}/x:1\n", "surrounding whitespace", id="a trailing line break"),
        pytest.param(f"https://{US}/x:1", "https://", id="a scheme"),
        pytest.param("76310435188.dkr.ecr.us-west-2.amazonaws.com/x:1", "12 digits", id="eleven digits"),
        pytest.param("abc.dkr.ecr.us-west-2.amazonaws.com/x:1", "12 digits", id="letters"),
        pytest.param("763104351884.dkr.ecr.uswest2.amazonaws.com/x:1", "not a valid Region", id="not a Region name"),
        pytest.param(US, "no repository", id="only a registry"),
        pytest.param(f"{US}/", "no repository", id="only a registry and a slash"),
        pytest.param(f"{US}/:1", "no repository", id="only a tag"),
        pytest.param(f"{US}/x:y:z", "two colons", id="two colons"),
        pytest.param(f"{US}/PyTorch-Inference:1", "upper-case letters", id="upper-case letters"),
        pytest.param(f"{US}/pytorch inference:1", "not a valid repository name", id="a space in the repository"),
        pytest.param(f"{US}/x:", "empty tag", id="an empty tag"),
        pytest.param(f"{US}/x:-a", "not a valid tag", id="a tag that begins with a dash"),
        pytest.param(f"{US}/x:a+b", "not a valid tag", id="a plus in the tag"),
        pytest.param(f"{US}/x:" + "a" * 129, "not a valid tag", id="a tag too long"),
        pytest.param(f"{US}/x@sha256:abc", "digest", id="a digest too short"),
        pytest.param(f"{US}/x@md5:" + "0" * 32, "digest", id="another kind of digest"),
    ],
)
def test_problems_of_ecr_uris(uri: str, problem: str):
    assert problem in " | ".join(parse_image(uri).problems)


def test_surrounding_whitespace_does_not_hide_the_image():
    image = parse_image(f"  {US}/pytorch-inference:{LONG} ")
    assert (image.framework, image.known_tag, len(image.problems)) == ("pytorch", True, 1)
    assert {name: f"  {US}/pytorch-inference:{LONG} "[a:b] for name, (a, b) in image.parts.items()}["tag"] == LONG


def test_every_tag_in_the_catalog_is_known_and_has_a_version():
    for repository in BUNDLED.repositories:
        account = BUNDLED.account_of(repository, "us-west-2") or "763104351884"  # the documents name no account for a new repository
        for release in BUNDLED.releases_of(repository):
            uri = f"{account}.dkr.ecr.us-west-2.amazonaws.com/{repository}" + (f":{release.tag}" if release.tag else "")
            image = parse_image(uri)
            assert image.known_tag, uri
            assert image.problems == (), uri
            # Floating tags of servers have none, nor have short tags of Hugging Face without Transformers.
            assert image.version is not None or release.parsed.version is None or repository.startswith("huggingface-pytorch-"), uri


def test_images_from_the_sdk_have_the_requested_framework_and_version():
    """The framework and version of an image are those in the call, except where the SDK silently changes them."""
    bit = regions().index("us-west-2")
    wrong = []
    count = 0
    changed = ("0.0.0", "99")
    for call in recorded_calls(every=11):
        outcome = call.outcome(bit)
        if call.extra or outcome is None or outcome[0] == "!" or call.version in (None, "", "latest", *changed):
            continue
        repository = outcome.partition(":")[0]
        if call.instance_type and call.instance_type[3:6] in ("trn", "inf"):
            continue
        if call.framework in (*INTERNAL, "huggingface-llm-neuronx", "sklearn", "model-monitor") or (call.framework, call.version) == ("huggingface-llm", "2.0"):
            continue
        image = parse_image(f"{BUNDLED.account_of(repository, 'us-west-2')}.dkr.ecr.us-west-2.amazonaws.com/{outcome}")
        framework = ALIASES[call.framework][0] if call.framework in ALIASES else call.framework
        count += 1
        if image.framework != framework or not same_version(call.version, image.version or ""):
            wrong.append((call[:6], outcome, image.framework, image.version))
    assert wrong == []
    assert count > 5_000


def test_all_tags_in_the_golden_file_parse():
    with gzip.open(FIXTURES / "oracle_golden.jsonl.gz", "rt") as lines:
        outcomes = json.loads(next(lines))["outcomes"]
    for outcome in outcomes:
        if not outcome.startswith("!"):
            image = parse_image(f"{US}/{outcome}")
            assert image.known_repository, outcome
            assert image.problems == (), outcome


HOSTS = st.sampled_from([US, "123456789012.dkr.ecr.eu-west-1.amazonaws.com", "\ue001.dkr.ecr.{region}.amazonaws.com", "evil.com", "x", "\ue000", "$A.dkr-ecr.b.on.aws"])
REPOSITORIES = st.sampled_from(["pytorch-inference", "djl-inference", "sagemaker-xgboost", "vllm", "A/b", "", "x"])


@given(st.text(max_size=120) | st.builds("{}/{}:{}".format, HOSTS, REPOSITORIES, st.text(alphabet="abcgpuv0123456789.-_:@\ue001{}$<> ", max_size=50)))
def test_any_text_parses_and_formats_to_itself(uri: str):
    image = parse_image(uri)
    assert format_image(image) == uri
    assert all(0 <= start <= end <= len(uri) for start, end in image.parts.values())
    for name in ("account", "region", "domain", "repository", "tag", "digest"):
        value = getattr(image, name)
        if value is not None and name in image.parts:
            start, end = image.parts[name]
            assert uri[start:end] == value
    assert all(isinstance(problem, str) and problem for problem in image.problems)


@given(st.text(alphabet="{}$<>()[]%ab.\ue001", max_size=60))
def test_masking_keeps_every_offset(text: str):
    masked = mask(text)
    assert len(masked) == len(text)
    assert all(b in (a, "\ue000") for a, b in zip(text, masked, strict=True))
    names_placeholder(text)


def test_a_long_text_parses_quickly():
    image = parse_image(f"{US}/pytorch-inference:" + "2.6.0-" * 100_000)
    assert image.problems
    parse_image("{" * 20_000)
    parse_image("a/" * 100_000)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        pytest.param("##IMAGE##", 9, id="two number signs"),
        pytest.param("@@IMAGE@@", 9, id="two at signs"),
        pytest.param("@IMAGE@", 7, id="one at sign"),
        pytest.param("__IMAGE_URI__", 13, id="two underscores"),
        pytest.param("%IMAGE%", 7, id="percent signs"),
        pytest.param("#{IMAGE}", 8, id="a number sign and braces"),
        pytest.param("host/team/a__b__c:1", 0, id="underscores inside a name"),
        pytest.param("host/a@sha256:0123", 0, id="a digest"),
        pytest.param("host/a:50%", 0, id="one percent sign"),
        pytest.param("host/a:__TAG__-cpu", 7, id="underscores before a dash"),
        pytest.param("host/a:____", 0, id="underscores without a name"),
        pytest.param("host/a:%s", 2, id="a conversion of printf"),
        pytest.param("host/a:%v-cpu-%d", 4, id="two conversions"),
        pytest.param("host/a:%s-%s", 4, id="two of one kind"),
        pytest.param("host/a:%(tag)s", 7, id="a conversion by name"),
        pytest.param("host/a:%(tag)", 6, id="a conversion by name without a type"),
        pytest.param("host/a:%1$s", 4, id="a conversion by number"),
        pytest.param("host/a:%+v", 3, id="a conversion with a flag"),
        pytest.param("host/a%2fb", 0, id="a percent-encoded slash"),
        pytest.param("host/a:%(tag", 0, id="an open parenthesis"),
    ],
)
def test_marks_around_a_name_are_a_placeholder(text: str, masked: int) -> None:
    assert sum(is_placeholder(c) for c in mask(text)) == masked
    assert len(mask(text)) == len(text)


@pytest.mark.parametrize("placeholder", ["##X##", "@@X@@", "@X@", "__X__", "%X%", "#{X}", "<X>", "${X}", "{X}", "((X))", "%s", "%(x)s"])
@pytest.mark.parametrize(
    "template",
    [
        "image_uri: '{0}'\ninstance_type: ml.m5.xlarge",
        "image_uri: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker\ninstance_type: '{0}'",
        "smlint: 1\nmodels: [{{name: a, image_uri: '{0}', instance_type: '{0}', region: '{0}'}}]",
        "Resources: {{M: {{Type: AWS::SageMaker::Model, Properties: {{ExecutionRoleArn: r, PrimaryContainer: {{Image: '{0}'}}}}}}}}",
        "apiVersion: sagemaker.services.k8s.aws/v1alpha1\nkind: Model\nspec: {{modelName: a, containers: [{{image: '{0}'}}]}}",
        "TrainingJobName: t\nAlgorithmSpecification: {{TrainingImage: '{0}'}}\nResourceConfig: {{InstanceType: '{0}'}}",
    ],
)
def test_a_placeholder_is_no_image_and_no_instance_type(template: str, placeholder: str) -> None:
    assert {finding.rule for finding in lint(template.format(placeholder)).findings} <= {"end-of-patch-image"}

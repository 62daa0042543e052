"""Image overrides and registry mirrors in the configuration."""

from __future__ import annotations

import pytest

from smlint import fix, lint, parse_image
from smlint.images.catalog import load_catalog
from smlint.images.overrides import ImageOverride, RegistryMirror, apply_overrides
from smlint.images.substitute import substitute
from smlint.model.findings import Finding
from smlint.model.images import Expected, Unresolved
from smlint.model.settings import Settings

BUNDLED = load_catalog()
AWS = "763104351884"
X86 = "pytorch-inference:2.1.0-cpu-py310-ubuntu20.04-sagemaker"
ARM = "pytorch-inference-graviton:2.1.0-cpu-py310-ubuntu20.04-sagemaker"
GPU = "pytorch-inference:2.6.0-gpu-py312-cu124-ubuntu22.04-sagemaker"
ECR = "444455556666.dkr.ecr.us-west-2.amazonaws.com"
DIGEST = "@sha256:" + "0" * 64


def settings(images: dict[str, tuple[str | None, str | None]] | None = None, registries: dict[str, str] | None = None) -> Settings:
    return Settings(
        images=tuple((pattern, *expected) for pattern, expected in (images or {}).items()),
        registries=tuple((prefix, tuple(accounts.split())) for prefix, accounts in (registries or {}).items()),
    )


def manifest(image: str, instance_type: str, region: str = "us-west-2") -> str:
    return f"smlint: 1\nmodels:\n  - instance_type: {instance_type}\n    region: {region}\n    image_uri: {image}\n"


def findings(text: str, configured: Settings) -> list[Finding]:
    return list(lint(text, as_of="2024-01-01", settings=configured).findings)


MIRRORS = {"registry.example.com:5000/dlc": AWS, "444455556666/aws": AWS, "555566667777": AWS, "555566667777/ml": "246618743249 " + AWS}


@pytest.mark.parametrize(
    ("uri", "repository"),
    [
        pytest.param(f"registry.example.com:5000/dlc/{X86}", "pytorch-inference", id="a host with a port and a folder"),
        pytest.param(f"{ECR}/aws/{X86}", "pytorch-inference", id="an account with the prefix of a pull-through cache"),
        pytest.param(f"{ECR}/aws/{X86}{DIGEST}", "pytorch-inference", id="with a digest"),
        pytest.param(f"444455556666.dkr-ecr.us-west-2.on.aws/aws/{X86}", "pytorch-inference", id="a dual-stack host"),
        pytest.param(f"444455556666.dkr.ecr.{{region}}.amazonaws.com/aws/{X86}", "pytorch-inference", id="an unknown Region"),
        pytest.param(f"555566667777.dkr.ecr.eu-west-1.amazonaws.com/{X86}", "pytorch-inference", id="only an account"),
        pytest.param("555566667777.dkr.ecr.eu-west-1.amazonaws.com/ml/sagemaker-xgboost:1.7-1", "sagemaker-xgboost", id="the longest prefix, and its second account"),
        pytest.param(f"registry.example.com/dlc/{X86}", None, id="another port"),
        pytest.param(f"registry.example.com:5000/{X86}", None, id="another folder"),
        pytest.param(f"registry.example.com:5000/dlcs/{X86}", None, id="a folder with the same start"),
        pytest.param(f"registry.example.com:5000/dlc/team/{X86}", None, id="an additional folder"),
        pytest.param(f"evil.com/registry.example.com:5000/dlc/{X86}", None, id="the host in a folder"),
        pytest.param(f"666677778888.dkr.ecr.us-west-2.amazonaws.com/aws/{X86}", None, id="another account"),
        pytest.param(f"{ECR}/aws/sagemaker-xgboost:1.7-1", None, id="a repository in another AWS account"),
        pytest.param(f"{ECR}/aws/our-model:v1", None, id="a repository that AWS does not have"),
        pytest.param(f"{AWS}.dkr.ecr.us-west-2.amazonaws.com/{X86}", None, id="a registry of AWS"),
    ],
)
def test_an_image_in_a_mirror_means_what_it_means_at_aws(uri: str, repository: str | None) -> None:
    image = parse_image(uri)
    meant = apply_overrides(image, (), [RegistryMirror(prefix, tuple(accounts.split())) for prefix, accounts in MIRRORS.items()], BUNDLED)
    if repository is None:
        assert meant is image
        return
    name = uri[uri.index(repository) :]
    host = "246618743249.dkr.ecr.us-west-2" if "xgboost" in repository else f"{AWS}.dkr.ecr.us-west-2"
    original = parse_image(f"{host}.amazonaws.com/{name}")
    assert original.owner == "aws"
    assert meant.owner == "mirror"
    assert (meant.uri, meant.registry, meant.account, meant.region) == (uri, image.registry, image.account, image.region)
    assert meant[meant._fields.index("repository") : -2] == original[original._fields.index("repository") : -2]
    assert uri[slice(*meant.parts["repository"])] == repository
    assert uri[slice(*meant.parts["version"])] == original.uri[slice(*original.parts["version"])]


OWN = {
    "*/team/*": ("arm64", None),
    "*/team/gpu-*": (None, "gpu"),
    "*/exact:v1": ("x86_64", None),
    f"{ECR}/pytorch-inference": ("arm64", "cpu"),
}


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        pytest.param(f"{ECR}/team/model:v1", ("arm64", None), id="one pattern"),
        pytest.param(f"{ECR}/team/gpu-model:v1", ("arm64", "gpu"), id="two patterns for different properties"),
        pytest.param("registry.example.com/team/model", ("arm64", None), id="any registry"),
        pytest.param(f"{ECR}/exact:v1", ("x86_64", None), id="with its tag"),
        pytest.param(f"{ECR}/exact:v2", None, id="another tag"),
        pytest.param(f"{ECR}/pytorch-inference:ours{DIGEST}", ("arm64", "cpu"), id="without tag and digest, with an AWS name"),
        pytest.param(f"{ECR}/{X86}", ("arm64", "cpu"), id="with an AWS tag"),
        pytest.param(f"{ECR}/other/model:v1", None, id="no matching pattern"),
        pytest.param(f"{AWS}.dkr.ecr.us-west-2.amazonaws.com/{X86}", None, id="an AWS image"),
        pytest.param(f"123456789012.dkr.ecr.us-west-2.amazonaws.com/team/{X86}", ("arm64", None), id="a documentation account without an AWS name"),
    ],
)
def test_an_override_sets_architecture_and_processor(uri: str, expected: tuple[str | None, str | None] | None) -> None:
    image = parse_image(uri)
    meant = apply_overrides(image, [ImageOverride(pattern, *said) for pattern, said in OWN.items()], (), BUNDLED)
    if expected is None:
        assert meant is image
        return
    assert (meant.architecture, meant.processor) == expected
    assert (meant.uri, meant.account, meant.tag, meant.digest) == (uri, image.account, image.tag, image.digest)
    assert (meant.framework, meant.version, meant.known_repository, meant.is_mirror) == (None, None, False, False)


def test_a_pattern_for_everything_does_not_affect_aws_images() -> None:
    image = parse_image(f"{{account}}.dkr.ecr.us-west-2.amazonaws.com/{X86}")
    assert image.architecture == "x86_64"
    assert apply_overrides(image, [ImageOverride("*", "arm64", None)], (), BUNDLED) is image


def test_the_last_matching_pattern_wins() -> None:
    image = parse_image(f"{ECR}/team/model:v1")
    expected = [ImageOverride("*/team/*", "arm64", None), ImageOverride("*/model:*", "x86_64", None)]
    assert apply_overrides(image, expected, (), BUNDLED).architecture == "x86_64"
    assert apply_overrides(image, expected[::-1], (), BUNDLED).architecture == "arm64"


@pytest.mark.parametrize(
    ("image", "instance_type", "region", "configured", "rules"),
    [
        pytest.param(f"{ECR}/team/model:v1", "ml.c7g.large", "us-west-2", settings({"*/team/*": ("x86_64", None)}), ["image-architecture-mismatch"], id="an x86_64 image on Graviton"),
        pytest.param(f"{ECR}/team/model:v1", "ml.c7g.large", "us-west-2", settings({"*/team/*": ("arm64", None)}), [], id="an arm64 image on Graviton"),
        pytest.param(f"{ECR}/team/model:v1", "ml.c7g.large", "us-west-2", settings(), [], id="no override"),
        pytest.param(f"{ECR}/team/model:v1", "ml.c5.large", "us-west-2", settings({"*/team/*": (None, "gpu")}), ["image-processor-mismatch"], id="a GPU image without a GPU"),
        pytest.param(f"{ECR}/team/model:v1", "ml.inf2.xlarge", "us-west-2", settings({"*/team/*": (None, "neuronx")}), [], id="a Neuron image"),
        pytest.param(f"{ECR}/{X86}", "ml.c7g.large", "us-west-2", settings({f"{ECR}/*": ("x86_64", None)}), ["image-architecture-mismatch"], id="an image with an AWS name"),
        pytest.param(f"{ECR}/{X86}", "ml.c7g.large", "us-west-2", settings(registries={"444455556666": AWS}), ["image-architecture-mismatch"], id="a mirror on Graviton"),
        pytest.param(f"{ECR}/{X86}", "ml.c7g.large", "us-west-2", settings(), [], id="an unconfigured mirror"),
        pytest.param(f"{ECR}/aws/{GPU}", "ml.c5.large", "us-west-2", settings(registries={"444455556666/aws": AWS}), ["image-processor-mismatch"], id="a cache without a GPU"),
        pytest.param(f"{ECR}/{X86}", "ml.c5.large", "eu-west-1", settings(registries={"444455556666": AWS}), ["image-region-mismatch"], id="a mirror in another Region"),
        pytest.param(f"444455556666.dkr.ecr.eu-south-1.amazonaws.com/{X86}", "ml.c5.large", "eu-south-1", settings(registries={"444455556666": AWS}), [], id="a Region in which AWS has another account"),
        pytest.param("444455556666.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py399", "ml.c5.large", "us-west-2", settings(registries={"444455556666": AWS}), ["unknown-image-tag"], id="a tag that AWS does not have"),
        pytest.param(f"{ECR}/{GPU.replace('inference', 'training').replace('cu124', 'cu126')}", "ml.g5.xlarge", "us-west-2", settings(registries={"444455556666": AWS}), ["image-scope-mismatch"], id="other rules about the AWS image"),
    ],
)  # fmt: skip
def test_findings(image: str, instance_type: str, region: str, configured: Settings, rules: list[str]) -> None:
    assert [finding.rule for finding in findings(manifest(image, instance_type, region), configured)] == rules


@pytest.mark.parametrize(
    ("image", "fixed", "registries"),
    [
        pytest.param(f"{ECR}/{X86}", f"{ECR}/{ARM}", {"444455556666": AWS}, id="the account stays"),
        pytest.param(f"{ECR}/aws/{X86}", f"{ECR}/aws/{ARM}", {"444455556666/aws": AWS}, id="the prefix of the cache stays"),
        pytest.param(f"registry.example.com:5000/a/b/{X86}", f"registry.example.com:5000/a/b/{ARM}", {"registry.example.com:5000/a/b": AWS}, id="the host stays"),
        pytest.param(f"{ECR}/{X86}{DIGEST}", f"{ECR}/{X86}{DIGEST}", {"444455556666": AWS}, id="pinned by digest"),
        pytest.param(f"{ECR}/other/{X86}", f"{ECR}/other/{X86}", {"444455556666/aws": AWS}, id="no fix for an unconfigured mirror"),
    ],
)
def test_a_fix_stays_in_the_mirror(image: str, fixed: str, registries: dict[str, str]) -> None:
    configured = settings(registries=registries)
    assert fix(manifest(image, "ml.c7g.large"), as_of="2024-01-01", settings=configured) == manifest(fixed, "ml.c7g.large")
    if fixed != image:
        assert not findings(manifest(fixed, "ml.c7g.large"), configured)


def test_the_mirror_may_not_copy_another_aws_registry() -> None:
    # TensorFlow 1.12 is in the predecessor of the Deep Learning Containers registry.
    image = parse_image(f"{ECR}/sagemaker-tensorflow-serving:1.12-cpu")
    mirrored = apply_overrides(image, (), [RegistryMirror("444455556666", ("520713654638",))], BUNDLED)
    assert (mirrored.framework, mirrored.version) == ("tensorflow", "1.12")
    wanted = substitute(mirrored, BUNDLED, version="2.12.1")
    assert isinstance(wanted, Unresolved)
    assert "tensorflow-inference is in another AWS registry" in wanted.message
    original = parse_image("520713654638.dkr.ecr.us-west-2.amazonaws.com/sagemaker-tensorflow-serving:1.12-cpu")
    assert isinstance(substitute(original, BUNDLED, version="2.12.1"), Expected)


def test_overrides_apply_to_deployments_in_two_documents() -> None:
    model = f"apiVersion: sagemaker.services.k8s.aws/v1alpha1\nkind: Model\nmetadata: {{name: m}}\nspec:\n  modelName: m\n  primaryContainer:\n    image: {ECR}/team/model:v1\n"
    config = (
        "apiVersion: sagemaker.services.k8s.aws/v1alpha1\nkind: EndpointConfig\nmetadata: {name: c}\nspec:\n  productionVariants:\n"
        "    - {modelName: m, variantName: a, instanceType: ml.c7g.large}\n"
    )
    configured = settings({"*/team/*": ("x86_64", None)})
    assert [finding.rule for finding in findings(f"{model}---\n{config}", configured)] == ["image-architecture-mismatch"]

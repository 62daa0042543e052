"""Images outside SageMaker's usual registries: the public gallery, registries of others, and repositories without lists of tags."""

from __future__ import annotations

import pytest

from smlint import lint, parse_image
from smlint.cli.commands.inspect import as_text
from smlint.images.catalog import load_catalog
from smlint.model.findings import Finding

CATALOG = load_catalog()
GALLERY = "public.ecr.aws/deep-learning-containers"
NOVA = "708977205387.dkr.ecr.us-east-1.amazonaws.com"
POD = """
apiVersion: v1
kind: Pod
metadata: {{name: chat}}
spec:
  nodeSelector: {{node.kubernetes.io/instance-type: {instance}}}
  containers: [{{name: chat, image: "{image}"}}]
"""


def findings(text: str, filename: str = "deploy.yaml") -> list[Finding]:
    return list(lint(text, filename, as_of="2026-01-01").findings)


def of_model(image: str, instance: str = "ml.m5.xlarge", region: str = "us-east-1", **fields: str) -> list[Finding]:
    body = ", ".join(f"{name}: '{value}'" for name, value in {"image_uri": image, "instance_type": instance, "region": region, **fields}.items())
    return findings(f"smlint: 1\nmodels:\n  - {{name: a, {body}}}\n")


def rules(found: list[Finding]) -> list[tuple[str, str]]:
    return [(finding.rule, finding.severity) for finding in found]


class TestGallery:
    def test_an_image_means_what_the_private_one_does(self) -> None:
        image = parse_image(f"{GALLERY}/pytorch-inference:2.6.0-gpu-py312-cu124-ubuntu22.04-ec2-v1.43")
        assert (image.owner, image.repository, image.framework, image.version, image.processor) == ("gallery", "pytorch-inference", "pytorch", "2.6.0", "gpu")
        assert (image.account, image.region, image.known_tag, image.may_be_mirror) == (None, None, True, False)
        start, end = image.parts["repository"]
        assert image.uri[start:end] == "pytorch-inference"

    @pytest.mark.parametrize(
        ("image", "instance", "expected"),
        [
            pytest.param("vllm:server-cuda", "c6i.4xlarge", [("image-processor-mismatch", "error")], id="a GPU server without a GPU"),
            pytest.param("pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-ec2", "c7g.xlarge", [("image-architecture-mismatch", "error")], id="x86_64 on arm64"),
            pytest.param("vllm:server-cuda", "g5.4xlarge", [], id="on a GPU"),
        ],
    )
    def test_a_pod_is_checked(self, image: str, instance: str, expected: list[tuple[str, str]]) -> None:
        assert rules(findings(POD.format(image=f"{GALLERY}/{image}", instance=instance))) == expected

    def test_an_ad_hoc_configuration_is_checked(self) -> None:
        text = f"endpoint:\n  image: {GALLERY}/pytorch-inference:2.6.0-gpu-py312-cu124-ubuntu22.04-sagemaker\n  instance_type: ml.c6g.xlarge\n"
        assert ("image-architecture-mismatch", "error") in rules(findings(text, "settings.yaml"))

    def test_no_fix_is_safe_because_the_gallery_may_lack_the_tag(self) -> None:
        image = f"{GALLERY}/pytorch-inference:2.6.0-gpu-py312-cu124-ubuntu20.04-sagemaker"
        [finding] = [found for found in of_model(image, "ml.g5.xlarge") if found.rule == "unknown-image-tag"]
        assert finding.severity == "error"
        assert finding.fix is not None
        assert finding.fix.applicability == "unsafe"
        [finding] = [found for found in of_model(f"{GALLERY}/pytorch-inference:2.6.0-cpu-py312", "ml.c7g.xlarge") if found.rule.endswith("-mismatch")]
        assert finding.fix is not None
        assert finding.fix.applicability == "unsafe"
        assert finding.fix.edits[0].new == f"{GALLERY}/pytorch-inference-arm64:2.6.0-cpu-py312"

    def test_a_substitute_that_is_not_in_the_gallery_is_no_fix(self) -> None:
        """The gallery has no `pytorch-inference-neuronx`."""
        found = of_model(f"{GALLERY}/pytorch-inference:2.5.1-cpu-py311-ubuntu22.04-sagemaker", "ml.inf2.xlarge")
        assert [finding.fix for finding in found if finding.rule == "image-processor-mismatch"] == [None]

    def test_an_image_has_no_region(self) -> None:
        found = of_model(f"{GALLERY}/pytorch-inference:2.6.0-cpu-py312", region="eu-isoe-west-1")
        assert not [finding for finding in found if "region" in finding.rule and finding.rule.startswith(("image", "unavailable"))]

    @pytest.mark.parametrize("uri", ["evil.com/public.ecr.aws/deep-learning-containers/vllm:x", "public.ecr.aws.evil.com/deep-learning-containers/vllm:x"])
    def test_another_host_is_not_the_gallery(self, uri: str) -> None:
        assert parse_image(uri).owner is None

    @pytest.mark.parametrize("uri", [f"{GALLERY}/private/vllm:server-cuda", f"{GALLERY}/huggingface-vllm:1", "public.ecr.aws/docker/library/vllm:1"])
    def test_a_repository_that_the_gallery_is_not_known_to_have_says_nothing(self, uri: str) -> None:
        image = parse_image(uri)
        assert (image.owner, image.framework, image.known_repository) == (None, None, False)


@pytest.mark.parametrize(
    ("uri", "owner"),
    [
        pytest.param("709825985650.dkr.ecr.us-east-1.amazonaws.com/seller/product:1", "marketplace", id="a container of AWS Marketplace"),
        pytest.param("865070037744.dkr.ecr.us-east-1.amazonaws.com/0a1b/model:1", "marketplace", id="a model package of AWS Marketplace"),
        pytest.param("nvcr.io/nim/meta/llama-3.1-8b-instruct:1.8.4", "nvidia", id="a NIM in NVIDIA's registry"),
        pytest.param("public.ecr.aws/nvidia/nim:llama3.1-nemotron-nano-8b-v1-1.8.4", "nvidia", id="a NIM in the public gallery"),
        pytest.param("public.ecr.aws/sagemaker/sagemaker-distribution:5.1.0-cpu", "gallery", id="SageMaker Distribution"),
    ],
)
def test_images_of_others_are_named_and_not_judged(uri: str, owner: str):
    image = parse_image(uri)
    assert (image.owner, image.framework, image.architecture, image.processor) == (owner, None, None, None)
    assert of_model(uri, "ml.c7g.xlarge") == []
    assert "smlint does not know what it contains" in as_text(image, past_patch=False)


class TestUnlistedRepositories:
    def test_the_owner_is_known_but_not_the_contents(self) -> None:
        image = parse_image(f"{NOVA}/nova-fine-tune-repo:SM-TJ-SFT-latest")
        assert (image.owner, image.known_repository, image.known_tag) == ("aws", True, True)
        assert (image.framework, image.architecture, image.processor, image.scopes) == (None, None, None, ())
        assert of_model(image.uri, "ml.p5.48xlarge", image_scope="training") == []

    @pytest.mark.parametrize(
        "uri",
        [
            pytest.param("327873000638.dkr.ecr.us-east-1.amazonaws.com/hyperpod-recipes:smp-1", id="HyperPod recipes"),
            pytest.param("763104351884.dkr.ecr.us-east-1.amazonaws.com/sagemaker-evaluation:latest", id="evaluation"),
            pytest.param("885854791233.dkr.ecr.us-east-1.amazonaws.com/sagemaker-distribution-prod:2.9.3-cpu", id="a version that the SDK does not name"),
            pytest.param("763104351884.dkr.ecr.us-east-1.amazonaws.com/nova-evaluation-repo:x", id="an account that may publish it"),
            pytest.param("470633809225.dkr.ecr.eu-west-2.amazonaws.com/nova-fine-tune-repo:x", id="a Region with the repository, seen or not"),
        ],
    )
    def test_nothing_is_reported(self, uri: str) -> None:
        region = uri.split(".")[3]
        assert [finding for finding in of_model(uri, "ml.m5.xlarge", region) if finding.rule != "unpinned-image"] == []

    def test_the_account_of_another_region_is_an_error_with_an_unsafe_fix(self) -> None:
        [finding] = of_model("708977205387.dkr.ecr.us-west-2.amazonaws.com/nova-inference-repo:x", "ml.p5.48xlarge", "us-west-2")
        assert (finding.rule, finding.severity) == ("image-account-mismatch", "error")
        assert finding.fix is None or finding.fix.applicability == "unsafe"

    def test_an_unlisted_region_is_no_finding(self) -> None:
        found = of_model(f"{NOVA}/nova-inference-repo:x", "ml.p5.48xlarge", "eu-central-1")
        assert rules(found) == [("image-region-mismatch", "error")]
        assert "not published" not in found[0].message
        assert found[0].fix is None

    def test_openfold_falls_back_to_the_cpu(self) -> None:
        """aws/deep-learning-containers at e0ecede, scripts/docker/openfold3/sagemaker_handler.py: a pool of one CPU."""
        found = of_model("763104351884.dkr.ecr.us-east-1.amazonaws.com/openfold3:0.4-cu130-amzn2023", "ml.m5.xlarge")
        assert ("image-processor-mismatch", "warning") in rules(found)

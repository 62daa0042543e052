"""Completion and hover of the language server, without the server."""

from __future__ import annotations

import sys

import pytest

from smlint.cli.lsp.completion import complete
from smlint.cli.lsp.hover import hover_text
from smlint.images.catalog import load_catalog
from smlint.model.settings import Settings
from smlint.model.source import from_text
from tests.test_cli import run

HEAD = "smlint: 1\nmodels:\n  - name: churn\n"
ARM = "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference-arm64:2.6.0-cpu-py312-ubuntu22.04-sagemaker"


def offered(marked: str) -> dict[str, str]:
    """The completions at `|`: inserted text by label."""
    text, _, rest = marked.partition("|")
    found = complete(text + rest, len(text), load_catalog())
    return {one.label: one.insert for one in found.candidates} if found is not None else {}


class TestCompletion:
    @pytest.mark.parametrize(
        ("text", "has", "lacks"),
        [
            pytest.param(HEAD + "    instance_type: |", "ml.c7g.xlarge", "ml.dl1.24xlarge2", id="an instance type"),
            pytest.param(HEAD + "    instance_type: ml.c7|\n    region: us-east-1\n", "ml.c7g.xlarge", "ml.trn2.48xlarge.x", id="part of an instance type"),
            pytest.param(HEAD + '    instance_type: "ml.|"\n', "ml.g5.xlarge", "", id="in quotes"),
            pytest.param(HEAD + '    instance_type: "ml.|\n', "ml.g5.xlarge", "", id="in an open quote"),
            pytest.param(HEAD + "    instance_types: [ml.c5.xlarge, |]\n", "ml.c7g.xlarge", "", id="in a list"),
            pytest.param(HEAD + "    instance_types: [ml.c5.xlarge,\n      |\n", "ml.c7g.xlarge", "", id="in an open flow list over several lines"),
            pytest.param(HEAD + "    instance_types:\n      - ml.c5.xlarge\n      - |\n", "ml.c7g.xlarge", "", id="in a block list"),
            pytest.param(HEAD + "    image_scope: training\n    instance_type: |", "ml.trn1.2xlarge", "ml.c7g.xlarge", id="for the scope of the model"),
            pytest.param("smlint: 1\ndefaults: {image_scope: training}\nmodels:\n- instance_type: |", "ml.trn1.2xlarge", "ml.c7g.xlarge", id="for the default scope"),
            pytest.param(HEAD + "    framework: pytorch\n    framework_version: |", "2.6.0", "1.7-1", id="a version"),
            pytest.param(HEAD + "    framework: PyTorch\n    framework_version: '2.|'", "2.6.0", "", id="a version for an alias of a framework"),
            pytest.param(HEAD + "    framework: pytorch\n    instance_type: ml.c7g.xlarge\n    framework_version: |", "2.6.0", "1.13.1", id="a version for the instance type"),
            pytest.param(HEAD + "    framework: xgboost\n    framework_version: |\n  - name: b\n    framework: pytorch\n", "1.7-1", "2.6.0", id="a version for the second model"),
            pytest.param(HEAD + '    framework: pytorch\n    framework_version: "2.6.0"\n    py_version: |\n', "py312", "py38", id="a Python version"),
            pytest.param(HEAD + "    framework: |", "pytorch", "pytorch-neuron", id="a framework"),
            pytest.param("smlint: 1\ndefaults: {region: eu-|}\nmodels: []\n", "eu-west-1", "", id="a Region"),
            pytest.param("# a comment\n---\nsmlint: 1\nmodels:\n  a: {image_scope: |}\n", "training", "", id="a scope"),
            pytest.param('{"smlint": 1, "models": [{"framework": "pytorch", "framework_version": "|"}]}', "2.6.0", "1.7-1", id="in JSON"),
            pytest.param('{"smlint": 1, "models": [{"instance_types": [\n"ml.c5.xlarge",\n"|"\n]}]}', "ml.c7g.xlarge", "", id="in a JSON list"),
        ],
    )
    def test_completions(self, text: str, has: str, lacks: str) -> None:
        found = offered(text)
        assert has in found
        assert lacks not in found

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param("kind: Endpoint\ninstance_type: |", id="another kind of file"),
            pytest.param(HEAD + "    image_uri: |", id="another key"),
            pytest.param(HEAD + "    framework: nope\n    framework_version: |", id="an unknown framework"),
            pytest.param(HEAD + "    framework_version: |", id="no framework"),
            pytest.param(HEAD + "    |", id="a key"),
            pytest.param("|", id="an empty file"),
            pytest.param(HEAD + "    tags:\n      - |", id="another list"),
        ],
    )
    def test_no_completions(self, text: str) -> None:
        assert offered(text) == {}

    def test_the_complete_word_is_replaced(self) -> None:
        text = HEAD + "    instance_type: ml.c7g.xl"
        found = complete(text + "arge # why\n", len(text) - 3, load_catalog())
        assert found is not None
        assert (text + "arge")[found.span.start : found.span.end] == "ml.c7g.xlarge"

    def test_a_version_is_a_string(self) -> None:
        assert offered(HEAD + "    framework: pytorch\n    framework_version: |")["2.6.0"] == '"2.6.0"'
        assert offered(HEAD + '    framework: pytorch\n    framework_version: "|"')["2.6.0"] == "2.6.0"
        assert offered(HEAD + "    instance_type: |")["ml.c7g.xlarge"] == "ml.c7g.xlarge"
        assert offered('{"smlint": 1, "models": [{"instance_type": |')["ml.c7g.xlarge"] == '"ml.c7g.xlarge"'

    def test_versions_are_newest_first_with_their_architectures(self) -> None:
        text = HEAD + "    framework: pytorch\n    framework_version: "
        found = complete(text, len(text), load_catalog())
        assert found is not None
        labels = [one.label for one in found.candidates]
        assert labels.index("2.6.0") < labels.index("2.5.1") < labels.index("1.13.1")
        assert "2.6" not in labels
        details = {one.label: one.detail for one in found.candidates}
        assert details["2.6.0"] == "arm64, x86_64; end of patch 2026-06-30"

    def test_small_instance_types_come_first(self) -> None:
        text = HEAD + "    instance_type: ml.c5."
        found = complete(text, len(text), load_catalog())
        assert found is not None
        sizes = [one.label for one in found.candidates if one.label.startswith("ml.c5.")]
        assert sizes[:4] == ["ml.c5.large", "ml.c5.xlarge", "ml.c5.2xlarge", "ml.c5.4xlarge"]


def hover_at(marked: str, path: str = "deploy.yaml") -> tuple[str, str, str] | None:
    """The hover sentence at `|`, the details, and the text they describe."""
    text, _, rest = marked.partition("|")
    found = hover_text(from_text(text + rest, path), Settings(regions=("eu-west-1",)), len(text))
    return (found.sentence, found.details, (text + rest)[found.span.start : found.span.end]) if found is not None else None


class TestHover:
    def test_hover_over_an_image(self) -> None:
        found = hover_at(HEAD + f"    instance_type: ml.c7g.xlarge\n    image_uri: {ARM[:30]}|{ARM[30:]}\n")
        assert found is not None
        sentence, details, text = found
        assert sentence == "pytorch 2.6.0 for inference, on arm64 CPUs."
        assert "account 763104351884 (owned by SageMaker) in us-west-2" in details
        assert "2026-06-30" in details
        assert "multi-model   yes" in details
        assert text == ARM

    def test_hover_over_an_instance_type(self) -> None:
        found = hover_at(HEAD + f"    instance_type: ml.c7|g.xlarge\n    image_uri: {ARM}\n")
        assert found == ("ml.c7g.xlarge: arm64 (AWS Graviton), without an accelerator.", "  vCPUs         4\n  memory        8 GiB", "ml.c7g.xlarge")

    @pytest.mark.parametrize(
        ("instance_type", "details"),
        [
            pytest.param("ml.g5.12xlarge", ["vCPUs 48", "memory 192 GiB", "accelerators 4 A10G, 22.4 GiB each", "capability compute capability 8.6"], id="GPUs"),
            pytest.param("ml.inf2.24xlarge", ["vCPUs 96", "memory 384 GiB", "accelerators 6 Inferentia2, 32 GiB each", "Neuron cores 12"], id="Neuron"),
            pytest.param("ml.p6e-gb200.36xlarge", ["vCPUs 144", "accelerators 4 GB200", "capability compute capability 10.0"], id="unknown memory"),
            pytest.param("ml.c99.xlarge", [], id="an unknown type"),
        ],
    )
    def test_hover_shows_the_hardware_of_an_instance_type(self, instance_type: str, details: list[str]) -> None:
        found = hover_at(HEAD + f"    instance_type: {instance_type[:4]}|{instance_type[4:]}\n    image_uri: {ARM}\n")
        assert found is not None
        assert [" ".join(line.split()) for line in found[1].splitlines()] == details

    def test_template_functions_are_resolved(self) -> None:
        image = "763104351884.dkr.ecr.${AWS::Region}.amazonaws.com/pytorch-inference:2.6.0-cpu-py312"
        found = hover_at(
            "Resources:\n  Model:\n    Type: AWS::SageMaker::Model\n    Properties:\n      PrimaryContainer:\n"
            f"        Image: !Sub {image[:20]}|{image[20:]}\n"
        )
        assert found is not None
        assert found[0].startswith("pytorch 2.6.0")

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            pytest.param(f"a: {ARM[:9]}|{ARM[9:]}\n", "pytorch 2.6.0 for inference, on arm64 CPUs.", id="an image in any file"),
            pytest.param(f"a: [{ARM[:9]}|{ARM[9:]}\nb: }}", "pytorch 2.6.0 for inference, on arm64 CPUs.", id="an image in an invalid document"),
            pytest.param("a: ml.in|f2.xlarge\n", "ml.inf2.xlarge: x86_64, with Inferentia.", id="an instance type in any file"),
            pytest.param("a: {x: ml.p4d.24xlarge|\n", "ml.p4d.24xlarge: x86_64, with GPUs.", id="at the end of an instance type"),
        ],
    )
    def test_hover_over_any_matching_text(self, text: str, sentence: str) -> None:
        found = hover_at(text)
        assert found is not None
        assert found[0] == sentence

    @pytest.mark.parametrize("text", ["a: nginx:1.2|5\n", "|", "a: |b\n", f"# before | {ARM}\n", "a: html.in|dex.page\n"])
    def test_no_hover_elsewhere(self, text: str) -> None:
        assert hover_at(text) is None


class TestCommand:
    @pytest.mark.parametrize("missing", ["pygls", "lsprotocol"])
    def test_missing_pygls_is_an_error_with_a_hint(self, missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in [name for name in sys.modules if name.startswith("smlint.cli.commands.lsp.")]:
            monkeypatch.delitem(sys.modules, name)
        monkeypatch.setitem(sys.modules, missing, None)
        assert run("lsp") == (2, "", "smlint: error: 'smlint lsp' needs pygls\nhint: python -m pip install 'smlint[lsp]'\n")

    def test_config_and_isolated_are_exclusive(self) -> None:
        pytest.importorskip("pygls")
        assert run("lsp", "--isolated", "--config", "x").code == 2

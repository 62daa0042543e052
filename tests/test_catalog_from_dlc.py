"""`smlint catalog update --from-dlc` reads a clone of aws/deep-learning-containers as files, and writes a catalog with what it adds."""

from __future__ import annotations

import copy
import hashlib
import io
import json
import os
import zlib
from pathlib import Path
from typing import Any

import pytest

from smlint.api import lint
from smlint.catalog_build.dlc_clone import read_clone
from smlint.catalog_build.dlc_update import LEDGER, SOURCES, update_from_clone
from smlint.catalog_build.git_files import GitClone, commit_date, open_clone
from smlint.catalog_build.release_tags import parse_release_tag, released_tags
from smlint.cli.main import main
from smlint.images import catalog_file
from smlint.images.catalog import load_catalog
from smlint.images.uri import parse_image
from smlint.linter.rule import Severity
from smlint.model.settings import Settings
from smlint.runtime.errors import SmlintError

CATALOG: dict[str, Any] = json.loads(Path(catalog_file.CATALOG).read_text(encoding="utf-8"))
HOST = "763104351884.dkr.ecr.us-west-2.amazonaws.com"
TODAY = "2099-05-01"
COMMIT_TEXT = b"tree 0\nauthor A <a@example.com> 1800000000 +0000\ncommitter A <a@example.com> 4078702800 -0700\n\nRelease\n"
COMMIT = hashlib.sha1(b"commit %d\0" % len(COMMIT_TEXT) + COMMIT_TEXT, usedforsecurity=False).hexdigest()
DAY = "2099-03-31"
"""The day of the commit: 2099-03-31 22:00 in the time zone of the committer, seven hours later in UTC."""

DOCUMENTS = {
    "pytorch-inference/9.1-cpu-sagemaker.yml": """\
framework: PyTorch
version: "9.1"
accelerator: cpu
platform: sagemaker
ga: "2099-03-01"
eop: "2100-03-01"
tags:
  - "9.1.0-cpu-py315-ubuntu26.04-sagemaker"
  - "9.1-cpu-py315"
""",
    "pytorch-inference/2.6-gpu-sagemaker.yml": """\
framework: PyTorch
version: "2.6"
accelerator: gpu
platform: sagemaker
ga: "2025-01-29"
eop: "2099-12-31"
tags:
  - "2.6.0-gpu-py312-cu124-ubuntu22.04-sagemaker"
""",
    "marimba/1.0-cpu-sagemaker.yml": """\
framework: Marimba
version: "1.0"
accelerator: cpu
platform: sagemaker
tags:
  - "1.0.0-cpu-py315-ubuntu26.04-sagemaker"
""",
    "vllm-server/9.9-gpu-sagemaker.yml": """\
framework: vLLM
version: "9.9"
ecr_repository: vllm
accelerator: gpu
platform: sagemaker
tags:
  - "server-cuda-v99"
  - "9.9.0-gpu-py315-cu140-amzn2026-sagemaker"
""",
    "template/image-template.yml": "framework: X\nversion: '0'\nplatform: sagemaker\ntags: ['0.0.0']\n",
}
CONFIGURATION = """\
metadata:
  framework: "marimba"
  job_type: "{job}"
  prod_image: "{image}"
release:
  release: true
  environment: "{environment}"
"""
CONFIGURATIONS = {
    "marimba/sagemaker.yml": CONFIGURATION.format(job="inference", image="marimba:1.0-cpu-py315", environment="production"),
    "marimba/gamma.yml": CONFIGURATION.format(job="inference", image="marimba:2.0-cpu-py315", environment="gamma"),
    "banjo/sagemaker.yml": CONFIGURATION.format(job="training", image="banjo:1.0-cpu", environment="production"),
}
LEGACY = 'pytorch:\n  - {version: "0.9", ga: "2019-01-01", eop: "2020-01-01"}\n'


PLAN = """\
release_images:
  1:
    framework: "pytorch"
    version: "9.2.0"
    arch_type: "x86"
    customer_type: "sagemaker"
    inference: {device_types: [cpu, gpu], python_versions: [py315], os_version: "ubuntu26.04", cuda_version: "cu140"}
  2:
    framework: "pytorch"
    version: "9.3.0"
    arch_type: "arm64"
    customer_type: "sagemaker"
    inference: {device_types: [cpu], python_versions: [py315], os_version: "ubuntu26.04"}
  3:
    framework: "djl"
    version: "9.9"
    inference: {device_types: [gpu], lmi_version: "99.0.0"}
"""


def make_clone(folder: Path, *, tags: tuple[str, ...] = ("v1.0-pt-sagemaker-9.1.0-inf-py315",)) -> Path:
    """Write the working tree of a clone, and the files of Git that have its commit and tags."""
    for path, text in {
        **{f"docs/src/data/{name}": text for name, text in DOCUMENTS.items()},
        **{f".github/config/image/{name}": text for name, text in CONFIGURATIONS.items()},
        "docs/src/legacy/legacy_support.yml": LEGACY,
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    git = folder / ".git"
    (git / "refs/tags").mkdir(parents=True)
    (git / "objects" / COMMIT[:2]).mkdir(parents=True)
    (git / "objects" / COMMIT[:2] / COMMIT[2:]).write_bytes(zlib.compress(b"commit %d\0" % len(COMMIT_TEXT) + COMMIT_TEXT))
    (git / "HEAD").write_text("ref: refs/heads/master\n")
    packed = "".join(f"{COMMIT} refs/tags/{tag}\n" for tag in tags)
    (git / "packed-refs").write_text(f"# pack-refs with: peeled fully-peeled sorted \n{COMMIT} refs/heads/master\n{packed}")
    return folder


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    return make_clone(tmp_path / "dlc")


def run(*words: str) -> tuple[int, str]:
    """Return the exit code and standard error of an update. Standard output stays empty."""
    out, err = io.StringIO(), io.StringIO()
    code = main(["catalog", "update", *words], io.BytesIO(), out, err, {})
    assert out.getvalue() == ""
    return code, err.getvalue()


class TestUpdate:
    """What a newer clone adds is known afterwards, and what the bundled catalog knows stays known."""

    @pytest.fixture
    def file(self, clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
        monkeypatch.setattr("smlint.runtime.clock.today", lambda: TODAY)
        code, stderr = run("--from-dlc", str(clone), "--output", str(tmp_path / "new.json"))
        assert (code, stderr.count("\n")) == (0, 1)
        assert stderr.startswith(f"aws/deep-learning-containers {COMMIT[:7]}: 5 new tags, new repositories: marimba, ")
        assert " new support periods" in stderr
        assert "1 tag left out, whose platform is not clear" in stderr
        return str(tmp_path / "new.json")

    def test_its_tags_are_known_with_their_evidence(self, file: str) -> None:
        catalog = load_catalog(file)
        for image in ("pytorch-inference:9.1.0-cpu-py315-ubuntu26.04-sagemaker", "pytorch-inference:9.1-cpu-py315", "marimba:1.0-cpu-py315"):
            assert not parse_image(f"{HOST}/{image}", load_catalog()).known_tag
            assert parse_image(f"{HOST}/{image}", catalog).known_tag
        assert catalog.evidence_of("pytorch-inference", "9.1.0-cpu-py315-ubuntu26.04-sagemaker") == "r"
        assert catalog.evidence_of("pytorch-inference", "9.1-cpu-py315") == "d"
        assert catalog.evidence_of("marimba", "1.0-cpu-py315") == "c"

    def test_plans_for_other_environments_and_repositories_without_a_document_are_left_out(self, file: str) -> None:
        repositories = load_catalog(file).repositories
        assert "2.0-cpu-py315" not in repositories["marimba"]["published"]
        assert "banjo" not in repositories
        assert "server-cuda-v99" not in repositories["vllm"]["published"]

    def test_its_dates_scopes_and_full_versions_are_known(self, file: str) -> None:
        catalog = load_catalog(file)
        assert catalog.support_of("pytorch-inference", "9.1.0") == ("2099-03-01", "2100-03-01")
        assert catalog.support_of("pytorch-inference", "2.6.0") == ("2025-01-29", "2099-12-31")
        assert catalog.support_of("pytorch-inference", "2.5.1") == load_catalog().support_of("pytorch-inference", "2.5.1")
        assert catalog.repositories["marimba"]["scopes"] == ["inference"]
        assert catalog.contents_of("pytorch-inference", "9.1", ()).version == "9.1.0"

    def test_known_tags_are_kept(self, file: str) -> None:
        old, new = load_catalog(), load_catalog(file)
        for name in old.repositories:
            assert {release.tag for release in old.releases_of(name)} <= {release.tag for release in new.releases_of(name)}, name

    def test_the_file_says_what_it_changed_and_from_where(self, file: str) -> None:
        data = json.loads(Path(file).read_text())
        [changes] = data["changes"]
        assert changes["source"] == f"aws/deep-learning-containers {COMMIT}"
        assert changes["tags"]["marimba"] == ["1.0-cpu-py315", "1.0.0-cpu-py315-ubuntu26.04-sagemaker"]
        assert changes["repositories"] == ["marimba"]
        assert changes["dates"]["pytorch-inference"] == ["0.9", "2.6", "9.1"]
        source = data["provenance"][-1]
        assert (source["name"], source["version"], source["date"]) == ("aws/deep-learning-containers", COMMIT, DAY)
        assert source["lists"].split() == ["images", "support"]
        assert [old["name"] for old in data["provenance"][:-1] if "support" in old["lists"]] == []
        assert {old["name"] for old in data["provenance"] if not old["lists"]} >= {*SOURCES, LEDGER}

    def test_rules_use_it(self, file: str) -> None:
        text = (
            "smlint: 1\nmodels:\n  - {name: a, region: us-west-2, instance_type: ml.m5.xlarge, "
            f"image_uri: {HOST}/pytorch-inference:9.1.0-cpu-py315-ubuntu26.04-sagemaker}}\n"
        )
        assert [finding.severity for finding in lint(text, as_of=TODAY).findings] == [Severity.NOTE]
        assert lint(text, as_of=TODAY, settings=Settings(catalog=file)).findings == ()


def test_both_sources_in_one_run(clone: Path, tmp_path: Path) -> None:
    from tests.test_catalog_update import install, newer

    packages = install(tmp_path / "packages", newer())
    output = tmp_path / "new.json"
    code, stderr = run("--from-dlc", str(clone), "--from-installed", "--packages", str(packages), "--output", str(output))
    assert code == 0
    assert "deep-learning-containers" in stderr
    assert "; sagemaker-core 99.1.0: " in stderr
    data = json.loads(output.read_text())
    assert {"marimba", "foresight"} <= set(data["repositories"])
    assert [entry["source"].split()[0] for entry in data["changes"]] == ["aws/deep-learning-containers", "sagemaker-core"]
    assert load_catalog(str(output)).as_of == data["as_of"]
    assert data["repositories"]["marimba"]["scopes"] == ["inference"]
    assert [source["lists"] for source in data["provenance"] if source["name"] in ("aws/deep-learning-containers", "sagemaker-core")] == [
        "", "images support", "images accounts",
    ]  # fmt: skip


def test_a_plan_counts_only_with_a_release_git_tag(clone: Path) -> None:
    (clone / "release_images_inference.yml").write_text(PLAN)
    planned = {("pytorch-inference", f"9.2.0-{middle}-ubuntu26.04-sagemaker") for middle in ("cpu-py315", "gpu-py315-cu140")}
    assert planned.isdisjoint(update_from_clone(read_clone(str(clone)), TODAY).tags)
    (clone / ".git/refs/tags/v1.0-pt-sagemaker-9.2.0-inf-py315").write_text(COMMIT + "\n")
    tags = update_from_clone(read_clone(str(clone)), TODAY).tags
    assert planned <= set(tags)
    assert not [tag for _, tag in tags if tag.startswith("9.3.0")]
    (clone / "release_images_inference.yml").write_text("release_images: 1\n")
    with pytest.raises(SmlintError, match=r"release_images_inference\.yml .* has an unknown shape"):
        read_clone(str(clone))


def test_an_older_clone_adds_nothing(clone: Path) -> None:
    old = read_clone(str(clone))._replace(date="2026-01-01")
    update = update_from_clone(old, TODAY)
    assert update.is_empty
    assert update.data == CATALOG


def test_a_clone_of_the_documents_that_the_catalog_has_changes_no_fact(tmp_path: Path) -> None:
    """The bundled catalog after an update with the same clone is the same as after the first one."""
    clone = read_clone(str(make_clone(tmp_path / "dlc")))
    first = update_from_clone(clone, TODAY)
    again = update_from_clone(clone, TODAY, copy.deepcopy(first.data))
    assert again.is_empty
    assert {key: value for key, value in again.data.items() if key not in ("provenance", "changes")} == {
        key: value for key, value in first.data.items() if key not in ("provenance", "changes")
    }


def test_a_copy_without_git_gives_documents_only(clone: Path) -> None:
    (clone / ".git").rename(clone / "elsewhere")
    for path in (clone / "docs").rglob("*.yml"):
        os.utime(path, (4_077_172_800, 4_077_172_800))
    copied = read_clone(str(clone))
    assert (copied.commit, copied.date, copied.release_tags) == ("", "2099-03-14", ())
    update = update_from_clone(copied, TODAY)
    published = update.data["repositories"]
    assert isinstance(published, dict)
    sources = update.data["provenance"]
    assert isinstance(sources, list)
    assert [source["lists"] for source in sources if isinstance(source, dict) and source["name"] == LEDGER] == ["images"], "the ledger is as old as before"


@pytest.mark.parametrize(
    ("path", "content", "words"),
    [
        pytest.param("docs/src/data/marimba/1.0-cpu-sagemaker.yml", "tags: 3", "docs/src/data/marimba/1.0-cpu-sagemaker.yml in the clone", id="a document"),
        pytest.param("docs/src/data/marimba/1.0-cpu-sagemaker.yml", "a: [", "unknown shape", id="no YAML"),
        pytest.param("docs/src/legacy/legacy_support.yml", "- 1", "legacy_support.yml in the clone", id="old dates"),
        pytest.param(".github/config/image/marimba/gamma.yml", "metadata: 1", "unknown shape", id="a configuration"),
    ],
)
def test_files_of_an_unknown_shape_are_refused_in_one_line(path: str, content: str, words: str, clone: Path, tmp_path: Path) -> None:
    (clone / path).write_text(content)
    code, stderr = run("--from-dlc", str(clone), "--output", str(tmp_path / "new.json"))
    assert code == 2
    assert words in stderr
    assert stderr.count("\n") == 2  # with the hint
    assert not (tmp_path / "new.json").exists()


def test_a_folder_without_documents_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SmlintError, match=r"has no docs/src/data") as caught:
        read_clone(str(tmp_path))
    assert caught.value.hint is not None
    assert "git clone" in caught.value.hint


class TestGit:
    """Git's files are read without Git."""

    def test_packed_loose_and_annotated_tags(self, clone: Path) -> None:
        git = clone / ".git"
        (git / "refs/tags/v9.9-pt-9.1.0-py315").write_text("0" * 40 + "\n")
        with (git / "packed-refs").open("a") as file:
            file.write(f"{'1' * 40} refs/tags/annotated\n^{'2' * 40}\n")
        found = open_clone(str(clone))
        assert found is not None
        assert found.head == COMMIT
        assert found.tags == {"v1.0-pt-sagemaker-9.1.0-inf-py315": COMMIT, "v9.9-pt-9.1.0-py315": "0" * 40, "annotated": "2" * 40}
        assert commit_date(found, COMMIT) == DAY
        assert commit_date(found, "3" * 40) is None
        assert commit_date(found, "../../etc/passwd") is None

    def test_a_linked_work_tree(self, clone: Path, tmp_path: Path) -> None:
        linked = tmp_path / "linked"
        (clone / ".git/worktrees/linked").mkdir(parents=True)
        (clone / ".git/worktrees/linked/HEAD").write_text(COMMIT + "\n")
        (clone / ".git/worktrees/linked/commondir").write_text("../..\n")
        linked.mkdir()
        (linked / ".git").write_text(f"gitdir: {clone}/.git/worktrees/linked\n")
        found = open_clone(str(linked))
        assert found is not None
        assert (found.head, len(found.tags)) == (COMMIT, 1)
        assert commit_date(found, COMMIT) == DAY

    @pytest.mark.parametrize(("kind", "date"), [pytest.param(1, DAY, id="a commit"), pytest.param(7, None, id="a difference"), pytest.param(3, None, id="a file")])
    def test_a_packed_commit(self, kind: int, date: str | None, tmp_path: Path) -> None:
        """A pack with one object, and its index: 256 counts, the name, a checksum, the offset."""
        name = bytes.fromhex(COMMIT)
        size = len(COMMIT_TEXT)
        head = bytes([0x80 | kind << 4 | size & 15, size >> 4])
        pack = b"PACK\0\0\0\2\0\0\0\1" + head + zlib.compress(COMMIT_TEXT)
        counts = b"".join((1 if byte >= name[0] else 0).to_bytes(4) for byte in range(256))
        index = b"\xfftOc\0\0\0\2" + counts + name + b"\0\0\0\0" + (12).to_bytes(4)
        folder = tmp_path / "objects/pack"
        folder.mkdir(parents=True)
        (folder / "pack-1.pack").write_bytes(pack)
        (folder / "pack-1.idx").write_bytes(index)
        found = GitClone(str(tmp_path), COMMIT, {})
        assert commit_date(found, COMMIT) == date
        assert commit_date(found, "0" * 40) is None
        (folder / "pack-1.idx").write_bytes(b"old format")
        assert commit_date(found, COMMIT) is None


CANDIDATES = {
    "pytorch-inference": ["2.6.0-cpu-py312-ubuntu22.04-sagemaker", "2.6.0-gpu-py312-cu124-ubuntu22.04-sagemaker", "2.6.0-cpu-py312", "2.6.0-cpu-py312-ubuntu22.04-ec2"],
    "pytorch-training": ["2.6.0-cpu-py312-ubuntu22.04-sagemaker"],
    "pytorch-inference-arm64": ["2.6.0-cpu-py312-ubuntu22.04-sagemaker"],
    "pytorch-inference-graviton": ["2.6.0-cpu-py312-ubuntu22.04-sagemaker"],
    "djl-inference": ["0.28.0-lmi10.0.0-cu124", "0.28.0-cpu-full"],
    "huggingface-pytorch-tgi-inference": ["2.4.0-tgi2.4.0-gpu-py311-cu124-ubuntu22.04"],
    "huggingface-pytorch-inference-neuronx": ["2.1.2-transformers4.43.2-neuronx-py310-sdk2.20.0-ubuntu20.04"],
    "tensorflow-inference-eia": ["2.3.0-cpu-py37-ubuntu18.04"],
    "autogluon-training": ["1.2.0-gpu-py311-cu124-ubuntu22.04", "1.2.0-gpu-py311-cu121-ubuntu22.04", "1.2.0-cpu-py311-ubuntu22.04"],
}


@pytest.mark.parametrize(
    ("name", "images"),
    [
        pytest.param("v1.8-pt-sagemaker-2.6.0-inf-py312", ["pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker", "pytorch-inference:2.6.0-gpu-py312-cu124-ubuntu22.04-sagemaker"], id="both processors"),
        pytest.param("v1.8-pt-sagemaker-2.6.0-inf-gpu-py312", ["pytorch-inference:2.6.0-gpu-py312-cu124-ubuntu22.04-sagemaker"], id="one processor"),
        pytest.param("v1.0-pt-arm64-sagemaker-2.6.0-inf-cpu-py312", ["pytorch-inference-arm64:2.6.0-cpu-py312-ubuntu22.04-sagemaker"], id="arm64"),
        pytest.param("v1.0-pt-graviton-sagemaker-2.6.0-inf-cpu-py312", ["pytorch-inference-graviton:2.6.0-cpu-py312-ubuntu22.04-sagemaker"], id="Graviton"),
        pytest.param("v1.0-djl-0.28.0-inf-lmi-10.0.0-cu124", ["djl-inference:0.28.0-lmi10.0.0-cu124"], id="LMI"),
        pytest.param("v1.2-djl-0.28.0-inf-cpu-full", ["djl-inference:0.28.0-cpu-full"], id="DJL"),
        pytest.param("v2.0-hf-tgi-2.4.0-pt-2.4.0-inf-gpu-py311", ["huggingface-pytorch-tgi-inference:2.4.0-tgi2.4.0-gpu-py311-cu124-ubuntu22.04"], id="TGI"),
        pytest.param("v1.0-hf-4.43.2-pt-2.1.2-inf-neuronx-sdk2.20.0-py310", ["huggingface-pytorch-inference-neuronx:2.1.2-transformers4.43.2-neuronx-py310-sdk2.20.0-ubuntu20.04"], id="Neuron"),
        pytest.param("v1.0-tf-2.3.0-inf-eia-py37", ["tensorflow-inference-eia:2.3.0-cpu-py37-ubuntu18.04"], id="Elastic Inference"),
        pytest.param("v1.0-ag-1.2.0-tr-py311", ["autogluon-training:1.2.0-cpu-py311-ubuntu22.04"], id="two candidates for the GPU"),
        pytest.param("v1.0-pt-sagemaker-2.7.0-inf-py312", [], id="another version"),
        pytest.param("v1.0-pt-sagemaker-2.6.0-inf-py311", [], id="another Python"),
    ],
)
def test_a_release_git_tag_proves_the_long_tags_that_agree_with_it(name: str, images: list[str]) -> None:
    proved = released_tags([name], CANDIDATES)
    assert sorted(f"{repository}:{tag}" for repository, tags in proved.items() for tag in tags) == sorted(images)


@pytest.mark.parametrize("name", ["v1.0", "master", "v1.0-pt-inf", "v1.0-quantum-1.0-inf", "1.0-pt-2.6.0-inf", "v1.0-2.6.0", ""])
def test_other_git_tags_are_no_releases(name: str) -> None:
    assert parse_release_tag(name) is None

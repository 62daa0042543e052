"""`tools/merge_releases.py` adds what a newer clone has, and nothing on a second run."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.test_catalog_from_dlc import COMMIT, DAY, make_clone
from tools import merge_releases, sources

FIXTURES = ROOT / "fixtures"
TAG = "v1.0-pt-sagemaker-9.1.0-inf-py315"
IMAGE = "pytorch-inference:9.1.0-cpu-py315-ubuntu26.04-sagemaker"


def merge(clone: Path, folder: Path, output: Path) -> Path:
    """Merge a clone with the files in a folder, and return the output folder."""
    words = [
        f"--clone={clone}", f"--published-tags={FIXTURES / 'published_tags.json'}", f"--releases={folder / 'dlc_release_tags.tsv.gz'}",
        f"--build-configurations={folder / 'dlc_images.json.gz'}", f"--output={output}",
    ]  # fmt: skip
    assert merge_releases.main(words) == 0
    return output


def rows(folder: Path) -> dict[str, dict[str, str]]:
    with gzip.open(folder / "dlc_release_tags.tsv.gz", "rt", encoding="utf-8", newline="") as file:
        lines = [line for line in file if not line.startswith("#")]
    return {row["git_tag"]: row for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)}


def test_new_releases_and_configurations_are_added_once(tmp_path: Path) -> None:
    clone = make_clone(tmp_path / "dlc", tags=(TAG, "v1.0-pt-sagemaker-9.2.0-inf-py315"))
    first = merge(clone, FIXTURES, tmp_path / "first")
    old, new = rows(FIXTURES), rows(first)
    assert {name: new[name] for name in old} == old
    assert new.keys() - old.keys() == {TAG, "v1.0-pt-sagemaker-9.2.0-inf-py315"}
    assert [new[TAG][key] for key in ("commit", "commit_date", "revision", "image_tags", "joined_by")] == [COMMIT, DAY, "1.0", IMAGE, "docs"]
    assert new["v1.0-pt-sagemaker-9.2.0-inf-py315"]["image_tags"] == ""
    releases, configurations = first / "dlc_release_tags.tsv.gz", first / "dlc_images.json.gz"
    assert (sources.ledger_date(releases), sources.configurations_date(configurations)) == (DAY, DAY)
    assert IMAGE.partition(":")[2] in sources.released_tags(releases)["pytorch-inference"]
    before, after = sources.configured_tags(FIXTURES / "dlc_images.json.gz"), sources.configured_tags(configurations)
    assert all(after[name] >= tags for name, tags in before.items())
    assert after["marimba"] == {"1.0-cpu-py315"}
    second = merge(clone, first, tmp_path / "second")
    for name in ("dlc_release_tags.tsv.gz", "dlc_images.json.gz"):
        assert (second / name).read_bytes() == (first / name).read_bytes()


def test_the_cuda_of_documents_is_kept(tmp_path: Path) -> None:
    clone = make_clone(tmp_path / "dlc")
    document = clone / "docs/src/data/marimba/1.0-cpu-sagemaker.yml"
    document.write_text(document.read_text() + "cuda: cu140\n")
    images = json.loads(gzip.decompress((merge(clone, FIXTURES, tmp_path / "out") / "dlc_images.json.gz").read_bytes()))["images"]
    assert [image["cuda"] for image in images if image["repository"] == "marimba" and image["source"] == "docs"] == ["cu140"]


def test_a_folder_without_git_is_an_error_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        merge(tmp_path, FIXTURES, tmp_path / "out")
    assert caught.value.code == 2
    assert capsys.readouterr().err.endswith(f"error: no clone of Git: {tmp_path}\n")

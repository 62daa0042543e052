"""The catalog: its contents, its methods, and how it is loaded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from packaging.version import Version

from smlint import lint, parse_image
from smlint.images import catalog_file, uri
from smlint.images.catalog import Catalog, load_catalog
from smlint.images.catalog_file import catalog_date
from smlint.images.tags import same_version
from smlint.model.settings import Settings
from smlint.runtime.errors import SmlintError
from tests.catalog_versions import versions
from tests.oracle import FIXTURES
from tools.build_catalog import LIMITS

BUNDLED = load_catalog()
DATA = Path(catalog_file.DATA)


def test_it_is_small_and_has_a_date_and_provenance():
    assert {path.name: path.stat().st_size for path in DATA.glob("*.json") if path.stat().st_size > LIMITS[path.name]} == {}
    assert catalog_date() == catalog_date(catalog_file.CATALOG) == BUNDLED.as_of >= "2026-08-21"
    sources = {source["name"]: source for source in BUNDLED.provenance}
    oldest = {"sagemaker-core": "2.27.0", "botocore": "1.44.5", "cfn-lint": "1.58.0", "moto": "5.2.5"}
    assert all(Version(sources[name]["version"]) >= Version(version) for name, version in oldest.items())
    assert all(len(source["sha256"]) == 64 and source["license"] and source["gives"] for source in sources.values())


def test_accounts_match_an_independent_table():
    """The catalog has every account in an independent table, and no other for the same repository and Region."""
    table = json.loads((FIXTURES / "registries.json").read_text())
    for repository, number in table["repositories"].items():
        registry = BUNDLED.registry_of(repository)
        for region, account in table["families"][number].items():
            assert registry[region] == account, (repository, region)
            assert BUNDLED.account_of(repository, region) in (account, None)
            assert account in BUNDLED.aws_accounts


@pytest.mark.parametrize(
    ("repository", "region", "account"),
    [
        pytest.param("pytorch-inference", "us-west-2", "763104351884", id="Deep Learning Containers"),
        pytest.param("pytorch-inference", "eu-south-1", "692866216735", id="in a Region with its own account"),
        pytest.param("tensorflow-inference-arm64", "eu-south-1", "692866216735", id="a repository that only the documents have"),
        pytest.param("pytorch-inference-neuronx", "us-west-2", "763104351884", id="a Neuron repository"),
        pytest.param("sagemaker-xgboost", "us-west-2", "246618743249", id="an algorithm"),
        pytest.param("pytorch-inference", "xx-west-2", None, id="an unknown Region"),
        pytest.param("sagemaker-geospatial-v1-0", "us-east-1", None, id="not published in the Region"),
        pytest.param("nope", "us-west-2", None, id="an unknown repository"),
    ],
)
def test_the_account_of_a_repository(repository: str, region: str, account: str | None):
    assert BUNDLED.account_of(repository, region) == account


def test_triton_moved_to_another_account():
    assert BUNDLED.account_of("sagemaker-tritonserver", "us-west-2", "22.07") == "301217895009"
    assert BUNDLED.account_of("sagemaker-tritonserver", "us-west-2", "23.12") == "763104351884"
    assert BUNDLED.owns("301217895009", "sagemaker-tritonserver")
    assert BUNDLED.owns("763104351884", "sagemaker-tritonserver")
    assert not BUNDLED.owns("763104351884", "sagemaker-xgboost")


def test_owners_and_regions():
    assert "246618743249" in BUNDLED.aws_accounts
    assert "123456789012" not in BUNDLED.aws_accounts
    assert "pytorch-inference-arm64" in BUNDLED.repositories
    assert "team/model" not in BUNDLED.repositories
    assert BUNDLED.regions_of("sagemaker-geospatial-v1-0") == {"us-west-2"}
    assert len(BUNDLED.regions_of("pytorch-inference")) > 30
    assert BUNDLED.regions_of("nope") == frozenset()


def test_framework_names_are_public():
    names = BUNDLED.frameworks
    assert {"pytorch", "tensorflow", "sklearn", "xgboost", "huggingface", "kmeans", "djl-lmi", "vllm-server"} <= set(names)
    assert not {"pytorch-amzn2023", "huggingface-neuronx", "pytorch-training-compiler", "base", "instance_gpu_info"} & set(names)
    assert list(names) == sorted(names)


def test_arm64_versions_come_from_the_sdk_and_the_documents():
    """The versions as of 2026-08-21; a later catalog may have more."""
    assert {"2.6.0", "2.5.1", "2.4.0", "2.3.0", "2.2.1", "2.1.0", "2.0.1", "2.0.0", "1.12.1"} <= {*versions(BUNDLED, "pytorch", "inference", "arm64")}
    assert {"2.19.0", "2.18.0", "2.16.1", "2.14.1", "2.13.0", "2.12.1", "2.9.1"} <= {*versions(BUNDLED, "tensorflow", "inference", "arm64")}
    assert {"1.13.1", "2.2.0"}.isdisjoint(versions(BUNDLED, "pytorch", "inference", "arm64"))
    assert {"1.5-1", "1.3-1"} <= {*versions(BUNDLED, "xgboost", architecture="arm64")}
    assert "1.0-1" in versions(BUNDLED, "sklearn", architecture="arm64")
    assert versions(BUNDLED, "kmeans", processor="gpu") == ("1",)
    assert versions(BUNDLED, "nope") == ()


@pytest.mark.parametrize(
    ("uri", "today", "past"),
    [
        pytest.param("pytorch-inference:2.6.0-cpu-py312", "2026-06-30", False, id="on the last day"),
        pytest.param("pytorch-inference:2.6.0-cpu-py312", "2026-07-01", True, id="on the day after"),
        pytest.param("pytorch-training:2.6.0-cpu-py312", "2026-02-01", True, id="training ends earlier"),
        pytest.param("pytorch-inference:1.12.1-cpu-py38", "2020-01-01", True, id="older than any version with a date"),
        pytest.param("tensorflow-training:2.13.0-cpu-py310", "2020-01-01", True, id="TensorFlow, older than any version with a date"),
        pytest.param("tensorflow-inference:2.16.1-cpu", "2026-01-01", True, id="a date in the legacy table"),
        pytest.param("vllm:0.11.0-gpu-py312-cu128-ubuntu22.04-sagemaker", "2030-01-01", None, id="no known date"),
        pytest.param("djl-inference:0.33.0-lmi15.0.0-cu128", "2030-01-01", None, id="a repository without dates"),
        pytest.param("pytorch-inference-neuronx:1.13.0-neuronx-py38-sdk2.9.0-ubuntu20.04", "2030-01-01", None, id="Neuron"),
    ],
)
def test_end_of_patch(uri: str, today: str, past: bool | None):
    assert BUNDLED.is_past_patch(parse_image(f"763104351884.dkr.ecr.us-west-2.amazonaws.com/{uri}"), today) is past


@pytest.mark.parametrize(
    ("content", "word"),
    [
        pytest.param(b"", "not valid JSON", id="empty"),
        pytest.param(b"[1]", "not an smlint catalog", id="not an object"),
        pytest.param(b"{}", "not an smlint catalog", id="an empty object"),
        pytest.param(b'{"format": 99}', "format 99", id="a later format"),
        pytest.param(b"\xff\xfe\x00", "not valid JSON", id="not text"),
        pytest.param(b"[" * 200_000, "not valid JSON", id="nested too deeply"),
        pytest.param(b'{"format": 1, "as_of": "2026-01-01", "provenance": [], "partitions": []}', "not an smlint catalog", id="incomplete"),
    ],
)
def test_an_invalid_file_is_an_error_in_one_line(tmp_path: Path, content: bytes, word: str):
    path = tmp_path / "catalog.json"
    path.write_bytes(content)
    with pytest.raises(SmlintError) as caught:
        load_catalog(str(path))
    assert word in caught.value.what
    assert caught.value.hint
    assert "\n" not in caught.value.what


def test_a_missing_file_is_an_error(tmp_path: Path):
    with pytest.raises(SmlintError, match="cannot read"):
        load_catalog(str(tmp_path / "nowhere.json"))


def another_catalog(path: Path, as_of: str = "2027-01-01") -> Catalog:
    """Write and load a catalog that has one more tag than the bundled one."""
    data = json.loads((DATA / "catalog.json").read_text())
    data["as_of"] = as_of
    data["repositories"]["pytorch-inference"]["published"].append("9.9.9-cpu-py399-ubuntu30.04-sagemaker")
    path.write_text(json.dumps(data))
    return load_catalog(str(path))


NEW_URI = "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:9.9.9-cpu-py399-ubuntu30.04-sagemaker"


def test_two_catalogs_are_used_side_by_side(tmp_path: Path):
    other = another_catalog(tmp_path / "mine.json")
    for _ in range(2):
        assert not uri.parse_image(NEW_URI, BUNDLED).known_tag
        assert uri.parse_image(NEW_URI, other).known_tag
        assert "9.9.9" in versions(other, "pytorch")
        assert "9.9.9" not in versions(BUNDLED, "pytorch")
    assert other.as_of == "2027-01-01"
    assert catalog_date(str(tmp_path / "mine.json")) == "2027-01-01"
    assert load_catalog() is BUNDLED


def test_texts_are_linted_with_the_catalog_in_their_settings(tmp_path: Path):
    another_catalog(tmp_path / "mine.json")
    text = f"smlint: 1\nmodels:\n  - {{name: a, image_uri: '{NEW_URI}', instance_type: ml.c5.large, region: us-west-2}}\n"
    for catalog, rules in ((None, ["unknown-image-tag"]), (str(tmp_path / "mine.json"), []), (None, ["unknown-image-tag"])):
        assert [finding.rule for finding in lint(text, settings=Settings(catalog=catalog)).findings] == rules


def test_a_file_is_loaded_again_only_after_it_changed(tmp_path: Path):
    path = tmp_path / "mine.json"
    first = another_catalog(path)
    assert load_catalog(str(path)) is first
    path.write_text(path.read_text().replace('"as_of": "2027-01-01"', '"as_of":   "2027-01-02"'))
    second = load_catalog(str(path))
    assert second is not first
    assert second.as_of == "2027-01-02"


def test_releases_near_finds_every_release_of_a_version():
    whole, fresh = BUNDLED, Catalog(json.loads(Path(catalog_file.CATALOG).read_text()))
    asked = 0
    for framework in sorted({framework for entry in whole.repositories.values() for framework in entry["frameworks"]}):
        every = whole.releases(framework)
        for version in sorted({r.version for r in every if r.version}):
            same = [r for r in every if r.version and (same_version(version, r.version) or same_version(r.version, version))]
            assert list(fresh.releases_near(framework, (), version)) == same, (framework, version)
            asked += 1
    assert asked > 500


def test_a_scope_excludes_repositories_that_do_not_serve_it():
    for framework, scope in (("pytorch", "inference"), ("pytorch", "training"), ("xgboost", "inference"), ("spark", "processing")):
        serving = [r for r in BUNDLED.releases(framework) if not r.scopes or scope in r.scopes]
        assert serving
        assert [r for r in BUNDLED.releases(framework, (scope,)) if r in serving] == serving
    assert len(BUNDLED.releases("pytorch", ("inference",))) < len(BUNDLED.releases("pytorch"))


@pytest.mark.parametrize("path", sorted(DATA.glob("*.json")), ids=lambda path: path.name)
def test_bundled_files_are_decoded_as_json_decodes_them(path: Path) -> None:
    assert catalog_file.read_catalog_file(str(path)) == json.loads(path.read_text())

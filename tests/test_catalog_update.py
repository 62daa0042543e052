"""`smlint catalog update --from-installed` reads an installed SDK as files and writes a catalog with what it adds."""

from __future__ import annotations

import copy
import io
import json
import os
from pathlib import Path
from typing import Any

import pytest

from smlint.catalog_build.build import repositories
from smlint.catalog_build.completeness import kept_complete_versions
from smlint.catalog_build.installed_sdk import InstalledSdk, find, read_configs
from smlint.catalog_build.known import full_versions, kept_overrides, published_tags
from smlint.catalog_build.sdk_config import condense
from smlint.catalog_build.update import expand, merge_accounts, merge_configs, update_catalog
from smlint.cli.main import main
from smlint.images import catalog_file
from smlint.images.catalog import load_catalog
from smlint.images.retrieve import retrieve
from smlint.images.uri import parse_image
from smlint.runtime.errors import SmlintError

DATA = Path(catalog_file.DATA)
CATALOG = json.loads((DATA / "catalog.json").read_text())
SDK = json.loads((DATA / "sdk.json").read_text())
OURS = expand(SDK, CATALOG)
AS_OF = CATALOG["as_of"]
BASE = next(source["version"] for source in CATALOG["provenance"] if source["name"] == "sagemaker-core")


def configs() -> dict[str, Any]:
    """Return a copy of the SDK configurations that the bundled catalog was built from."""
    return copy.deepcopy(OURS)


def newer() -> dict[str, Any]:
    """Return the configurations of an SDK with PyTorch 9.1, a new Region and a new algorithm."""
    found = configs()
    inference = found["pytorch"]["inference"]
    last = copy.deepcopy(inference["versions"]["2.6.0"])
    last["registries"]["eu-north-9"] = "999999999999"
    inference["versions"]["9.1.0"] = last
    inference["version_aliases"]["9.1"] = "9.1.0"
    found["foresight"] = {"scope": ["inference"], "versions": {"1": {"registries": {"us-west-2": "888888888888"}, "repository": "foresight"}}}
    return found


def install(folder: Path, found: dict[str, Any], name: str = "sagemaker_core", version: str = "99.1.0") -> Path:
    """Create a package folder as pip does. Importing any of it would end the process."""
    inner = "sagemaker/core" if name.startswith("sagemaker_core") else "sagemaker"
    package = folder / inner / "image_uri_config"
    package.mkdir(parents=True)
    for parent in (folder / "sagemaker", folder / inner):
        (parent / "__init__.py").write_text("raise SystemExit('never imported')\n")
    for key, config in found.items():
        (package / f"{key}.json").write_text(json.dumps(config))
    (package / "instance_gpu_info.json").write_text('{"us-west-2": {"ml.g5.xlarge": {"Count": 1}}}')
    info = folder / f"{name}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    return folder


def update(*words: str, environment: dict[str, str] | None = None) -> tuple[int, str]:
    """Return the exit code and standard error. Standard output stays empty."""
    out, err = io.StringIO(), io.StringIO()
    code = main(["catalog", "update", *words], io.BytesIO(), out, err, environment or {})
    assert out.getvalue() == ""
    return code, err.getvalue()


class TestTheSameSdk:
    """Expanding and combining the bundled sources again changes nothing."""

    def test_expand_reverses_condense(self) -> None:
        assert condense(OURS) == SDK

    def test_the_combined_catalog_is_the_bundled_one(self) -> None:
        entries, registries = repositories(
            condense(merge_configs(OURS, OURS)),
            merge_accounts(OURS, OURS, prefer_new=True),
            published_tags(CATALOG),
            kept_overrides(CATALOG),
            full_versions(CATALOG),
            kept_complete_versions(CATALOG["repositories"]),
        )
        assert json.loads(json.dumps(entries)) == CATALOG["repositories"]
        assert registries == CATALOG["accounts"]

    def test_an_older_sdk_adds_nothing(self, tmp_path: Path) -> None:
        [sdk] = find([str(install(tmp_path, newer(), version="2.26.0"))])
        result = update_catalog(sdk, read_configs(sdk), "2027-01-01")
        assert result.is_empty
        assert result.data == CATALOG


class TestANewerSdk:
    """The additions are in the written catalog and are used."""

    @pytest.fixture
    def file(self, tmp_path: Path) -> str:
        packages = install(tmp_path / "packages", newer())
        code, stderr = update("--from-installed", "--packages", str(packages), "--output", str(tmp_path / "new.json"))
        assert code == 0
        assert stderr.startswith("sagemaker-core 99.1.0: ")
        assert "new repositories: foresight" in stderr
        assert "new Regions: eu-north-9" in stderr
        return str(tmp_path / "new.json")

    def test_its_version_is_known(self, file: str) -> None:
        with pytest.raises(ValueError, match=r"^Unsupported pytorch version: 9\.1\.0"):
            retrieve("pytorch", "us-west-2", version="9.1.0", instance_type="ml.m5.xlarge")
        catalog = load_catalog(file)
        host = "763104351884.dkr.ecr.us-west-2.amazonaws.com"
        for version in ("9.1.0", "9.1"):
            assert retrieve("pytorch", "us-west-2", version=version, instance_type="ml.m5.xlarge", catalog=catalog).startswith(f"{host}/pytorch-inference:9.1")
            ours = retrieve("pytorch", "us-west-2", version=version, image_scope="inference", instance_type="ml.m5.xlarge", sdk_compatible=True, catalog=catalog)
            assert ours == f"{host}/pytorch-inference:{version}-cpu-py312"
        assert parse_image(f"{host}/pytorch-inference:9.1.0-cpu-py312", catalog).known_tag

    def test_its_region_and_repository_are_known(self, file: str) -> None:
        catalog = load_catalog(file)
        image = retrieve("pytorch", "eu-north-9", version="9.1.0", instance_type="ml.m5.xlarge", catalog=catalog)
        assert image.startswith("999999999999.dkr.ecr.eu-north-9.amazonaws.com/pytorch-inference:9.1.0-cpu-py312")
        assert retrieve("foresight", "us-west-2", instance_type="ml.m5.xlarge", catalog=catalog) == "888888888888.dkr.ecr.us-west-2.amazonaws.com/foresight:1"

    def test_known_tags_are_kept(self, file: str) -> None:
        old, new = load_catalog(), load_catalog(file)
        for repository in old.repositories:
            tags = {release.tag: release.regions for release in new.releases_of(repository)}
            for release in old.releases_of(repository):
                assert release.regions <= tags[release.tag], (repository, release.tag)
        assert (new.support, new._unsupported_below, new.partitions) == (old.support, old._unsupported_below, old.partitions)

    def test_the_file_has_its_provenance(self, file: str) -> None:
        last = load_catalog(file).provenance[-1]
        assert (last["name"], last["version"], len(last["sha256"])) == ("sagemaker-core", "99.1.0", 64)

    def test_every_command_accepts_it(self, file: str) -> None:
        out = io.StringIO()
        words = ["resolve", "--framework", "foresight", "--instance-type", "ml.m5.xlarge", "--region", "us-west-2"]
        assert main(words, io.BytesIO(), out, io.StringIO(), {"SMLINT_CATALOG": file}) == 0
        assert out.getvalue() == "888888888888.dkr.ecr.us-west-2.amazonaws.com/foresight:1\n"
        assert main(["images", "--framework", "foresight", "--catalog", file], io.BytesIO(), out, io.StringIO(), {}) == 0

    def test_check_knows_its_regions(self, file: str, tmp_path: Path) -> None:
        manifest = tmp_path / "models.yaml"
        manifest.write_text("smlint: 1\nmodels: []\n")
        for options, warned in (((), True), (("--catalog", file), False)):
            err = io.StringIO()
            main(["check", "--isolated", "--region", "eu-north-9", *options, str(manifest)], io.BytesIO(), io.StringIO(), err, {})
            assert ("Region 'eu-north-9' is not in the catalog" in err.getvalue()) is warned


class TestReviewedExceptions:
    """The reviewed exceptions apply to a newer SDK too."""

    def updated(self, tmp_path: Path, found: dict[str, Any]) -> dict[str, Any]:
        [sdk] = find([str(install(tmp_path / "packages", found))])
        return dict(update_catalog(sdk, read_configs(sdk), "2027-01-01").data)

    def test_wrong_tags_stay_out(self, tmp_path: Path) -> None:
        data = self.updated(tmp_path, newer())
        tags = [tag for tags in data["repositories"]["autogluon-inference"]["given"].values() for tag in tags]
        assert "1.4.0-cpu-py311" in tags
        assert "1.5.0-cpu-py311" not in tags

    def test_a_new_account_replaces_the_old_one(self, tmp_path: Path) -> None:
        found = configs()
        for config in (found["sklearn"], found["xgboost"]):
            text = json.dumps(config).replace("246618743249", "777777777777")
            config.update(json.loads(text))
        data = self.updated(tmp_path, found)
        assert data["accounts"][data["repositories"]["sagemaker-scikit-learn"]["accounts"]]["us-west-2"] == "777777777777"

    def test_a_version_that_the_sdk_dropped_is_kept(self, tmp_path: Path) -> None:
        found = newer()
        del found["pytorch"]["inference"]["versions"]["1.12.1"]
        del found["kmeans"]
        path = tmp_path / "new.json"
        path.write_text(json.dumps(self.updated(tmp_path, found)))
        catalog = load_catalog(str(path))
        assert "1.12.1-cpu-py38" in retrieve("pytorch", "us-west-2", version="1.12.1", instance_type="ml.m5.xlarge", catalog=catalog)
        assert retrieve("kmeans", "us-west-2", instance_type="ml.m5.xlarge", catalog=catalog) == "174872318107.dkr.ecr.us-west-2.amazonaws.com/kmeans:1"
        with pytest.raises(ValueError, match="Unsupported"):
            retrieve("kmeans", "us-west-2", instance_type="ml.m5.xlarge", sdk_compatible=True, catalog=catalog)


class TestVersion2:
    """`sagemaker` 2 only adds what the catalog lacks."""

    def test_it_adds_but_changes_nothing(self, tmp_path: Path) -> None:
        found = newer()
        found["pytorch"]["inference"]["versions"]["2.6.0"]["py_versions"] = ["py27"]
        packages = install(tmp_path, found, name="sagemaker", version="2.257.7")
        [sdk] = find([str(packages)])
        assert sdk.name == "sagemaker"
        result = update_catalog(sdk, read_configs(sdk), "2030-01-01")
        data: dict[str, Any] = dict(result.data)
        assert ("foresight", "1") in result.tags
        assert ("pytorch-inference", "9.1.0-cpu-py312") in result.tags
        assert not [tag for _, tag in result.tags if "py27" in tag]
        assert data["as_of"] == AS_OF
        assert "sdk" not in data

    def test_without_additions_the_catalog_stays_the_same(self, tmp_path: Path) -> None:
        [sdk] = find([str(install(tmp_path, configs(), name="sagemaker", version="2.257.7"))])
        assert update_catalog(sdk, read_configs(sdk), "2030-01-01").data == CATALOG


class TestFindSdk:
    """The SDKs in a package folder."""

    def test_sagemaker_core_goes_before_version_2(self, tmp_path: Path) -> None:
        packages = install(tmp_path / "a", {"kmeans": OURS["kmeans"]}, name="sagemaker", version="2.1.0")
        (packages / "sagemaker/core").mkdir()
        other = install(tmp_path / "b", {"kmeans": OURS["kmeans"]}, name="sagemaker_core", version="2.28.0")
        assert [sdk.name for sdk in find([str(packages), str(other)])] == ["sagemaker-core", "sagemaker"]

    @pytest.mark.parametrize("name", ["sagemaker-core", "SageMaker_Core", "sagemaker.core"])
    def test_distribution_names_are_normalized(self, name: str, tmp_path: Path) -> None:
        packages = install(tmp_path, {"kmeans": OURS["kmeans"]})
        (packages / "sagemaker_core-99.1.0.dist-info/METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2.3\n")
        assert [(sdk.name, sdk.version) for sdk in find([str(packages)])] == [("sagemaker-core", "1.2.3")]

    def test_version_3_has_no_configurations(self, tmp_path: Path) -> None:
        info = tmp_path / "sagemaker-3.27.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: sagemaker\nVersion: 3.27.0\n")
        assert find([str(tmp_path)]) == []

    def test_the_working_directory_is_not_searched(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(install(tmp_path, newer()))
        monkeypatch.setattr("sys.path", ["", str(tmp_path)])
        code, stderr = update("--from-installed", "--output", "new.json")
        assert code == 2
        assert "not found in the environment of smlint" in stderr

    def test_the_environment_of_smlint_is_searched(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        packages = install(tmp_path / "packages", newer())
        monkeypatch.setattr("sys.path", [str(packages)])
        path = tmp_path / "new.json"
        assert update("--from-installed", environment={"SMLINT_CATALOG": str(path)})[0] == 0
        assert "foresight" in json.loads(path.read_text())["repositories"]


def source_dates(data: dict[str, Any]) -> dict[str, str]:
    """Return the dates of the sources that make lists complete."""
    return {f"{source['name']} {source.get('version', '')}".strip(): source["date"] for source in data["provenance"] if source["lists"]}


class TestDate:
    """The SDK is as old as its files, but not newer than today and not older than the one before it. Other sources keep their dates."""

    @pytest.mark.parametrize(
        ("day", "date"),
        [
            pytest.param("2027-02-03", "2027-02-03", id="the day of the installation"),
            pytest.param("1980-01-01", source_dates(CATALOG)[f"sagemaker-core {BASE}"], id="an installer that keeps the file dates of a reproducible build"),
            pytest.param("2050-01-01", "2027-03-01", id="a wrong clock"),
        ],
    )
    def test_the_date_is_bounded(self, day: str, date: str, tmp_path: Path) -> None:
        [sdk] = find([str(install(tmp_path, newer()))])
        data = update_catalog(sdk._replace(day=day), read_configs(sdk), "2027-03-01").data
        others = {name: old for name, old in source_dates(CATALOG).items() if not name.startswith("sagemaker-core")}
        assert source_dates(data) == others | {"sagemaker-core 99.1.0": date}
        assert data["as_of"] == min([date, *others.values()])

    def test_another_distribution_makes_no_list_newer(self, tmp_path: Path) -> None:
        [sdk] = find([str(install(tmp_path, newer(), name="sagemaker", version="2.300.0"))])
        result = update_catalog(sdk._replace(day="2027-02-03"), read_configs(sdk), "2027-03-01")
        assert not result.is_empty
        assert source_dates(result.data) == source_dates(CATALOG)
        assert result.data["as_of"] == AS_OF

    def test_the_date_is_that_of_the_files(self, tmp_path: Path) -> None:
        install(tmp_path, {"kmeans": OURS["kmeans"]})
        for path in (tmp_path / "sagemaker/core/image_uri_config").iterdir():
            os.utime(path, (1_800_000_000, 1_800_000_000))
        [sdk] = find([str(tmp_path)])
        assert sdk.day == "2027-01-15"

    def test_a_newer_sdk_without_changes_advances_the_date(self, tmp_path: Path) -> None:
        [sdk] = find([str(install(tmp_path, configs()))])
        result = update_catalog(sdk._replace(day="2027-01-05"), read_configs(sdk), "2027-03-01")
        assert result.is_empty
        assert source_dates(result.data)["sagemaker-core 99.1.0"] == "2027-01-05"
        assert result.data["repositories"] == CATALOG["repositories"]


class TestErrors:
    """Errors are one line, with exit code 2."""

    @pytest.mark.parametrize(
        ("words", "stderr"),
        [
            pytest.param(["--output", "x.json"], "needs a source", id="no source"),
            pytest.param(["--from-installed"], "needs a file to write", id="no file"),
            pytest.param(["--from-installed", "--output", "x.json", "--packages", "."], "sagemaker-core or sagemaker 2 not found in .", id="no SDK"),
        ],
    )
    def test_missing_arguments(self, words: list[str], stderr: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        code, text = update(*words)
        assert code == 2
        assert stderr in text
        assert "hint: " in text
        assert not (tmp_path / "x.json").exists()

    def test_an_unwritable_file(self, tmp_path: Path) -> None:
        packages = install(tmp_path / "packages", configs())
        target = tmp_path / "no" / "x.json"
        code, text = update("--from-installed", "--packages", str(packages), "--output", str(target))
        assert code == 2
        assert f"cannot write {target}: No such file or directory" in text
        taken = tmp_path / "folder"
        taken.mkdir()
        assert update("--from-installed", "--packages", str(packages), "--output", str(taken))[0] == 2
        assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "packages"]

    @pytest.mark.parametrize(
        ("content", "stderr"),
        [
            pytest.param("{", "cannot read", id="not JSON"),
            pytest.param('{"versions": {"1": {"registries": {"us-west-2": 1}, "repository": "kmeans"}}}', "two accounts", id="no account"),
            pytest.param('{"versions": []}', "unknown shape", id="another shape"),
        ],
    )
    def test_an_invalid_sdk(self, content: str, stderr: str, tmp_path: Path) -> None:
        packages = install(tmp_path / "packages", configs())
        (packages / "sagemaker/core/image_uri_config/broken.json").write_text(content)
        code, text = update("--from-installed", "--packages", str(packages), "--output", str(tmp_path / "x.json"))
        assert code == 2
        assert stderr in text
        assert "internal error" not in text

    def test_an_empty_sdk(self, tmp_path: Path) -> None:
        [sdk] = find([str(install(tmp_path, {}))])
        with pytest.raises(SmlintError, match="no image configurations in"):
            read_configs(sdk)

    def test_an_invalid_version_is_not_newer(self, tmp_path: Path) -> None:
        [sdk] = find([str(install(tmp_path, newer()))])
        odd = InstalledSdk(sdk.name, "main", sdk.folder, sdk.day)
        assert update_catalog(odd, read_configs(odd), "2027-01-01").is_empty


@pytest.mark.parametrize(
    ("words", "environment"),
    [
        pytest.param(["--version"], {}, id="the version"),
        pytest.param(["inspect", "x"], {}, id="inspect"),
        pytest.param(["images", "--framework", "kmeans"], {}, id="images"),
        pytest.param(["resolve", "--framework", "kmeans", "--instance-type", "ml.m5.xlarge", "--region", "us-west-2"], {}, id="resolve"),
    ],
)
def test_every_command_warns_about_an_old_catalog(words: list[str], environment: dict[str, str], tmp_path: Path) -> None:
    old = tmp_path / "old.json"
    old.write_text(json.dumps(CATALOG | {"as_of": "2020-01-02"}))
    err = io.StringIO()
    assert main(words, io.BytesIO(), io.StringIO(), err, {"SMLINT_CATALOG": str(old)}) == 0
    assert "days old (2020-01-02)" in err.getvalue()
    quiet = io.StringIO()
    main([*words, "--quiet"], io.BytesIO(), io.StringIO(), quiet, {"SMLINT_CATALOG": str(old)})
    assert quiet.getvalue() == ""

"""The baseline: accepted findings, new findings, and stale entries."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from smlint import fix, lint
from smlint.linter.baseline import Baseline, BaselineEntry, BaselineKey, load_baseline
from smlint.model.settings import Settings
from smlint.runtime.errors import SmlintError
from tests.hostile import smlint
from tests.test_cli import run as run_cli

X86 = "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310-ubuntu20.04-sagemaker"
OLDER = X86.replace("2.1.0", "2.0.1")
ARM = X86.replace("pytorch-inference", "pytorch-inference-graviton")
RULE = "image-architecture-mismatch"
DAY = ("--as-of", "2024-01-01")


def model(image: str = X86, name: str = "a") -> str:
    return f"  - name: {name}\n    instance_type: ml.c7g.large\n    region: us-west-2\n    image_uri: {image}\n"


def manifest(*models: str) -> str:
    return "smlint: 1\nmodels:\n" + "".join(models or (model(),))


def identical(count: int) -> str:
    """Identical documents."""
    return "---\n".join([manifest()] * count)


def ack(*names: str) -> str:
    """ACK models, each with an endpoint configuration, all in separate documents."""
    documents = [
        f"apiVersion: sagemaker.services.k8s.aws/v1alpha1\nkind: Model\nmetadata: {{name: {name}}}\n"
        f"spec:\n  modelName: {name}\n  primaryContainer:\n    image: {X86}\n---\n"
        f"apiVersion: sagemaker.services.k8s.aws/v1alpha1\nkind: EndpointConfig\nmetadata: {{name: c-{name}}}\n"
        f"spec:\n  productionVariants:\n    - {{modelName: {name}, variantName: a, instanceType: ml.c7g.large}}\n"
        for name in names
    ]
    return "---\n".join(documents)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write_with_baseline(folder: Path, text: str, name: str = "deploy.yaml") -> None:
    """Write a manifest, and a baseline that accepts all of its findings."""
    (folder / name).write_text(text, encoding="utf-8")
    done = run_cli("check", name, "--write-baseline", "base.json", *DAY)
    assert (done.code, done.out) == (0, "")


@pytest.mark.parametrize(
    ("before", "after", "live", "accepted", "stale"),
    [
        pytest.param(manifest(), manifest(), 0, 1, 0, id="no change"),
        pytest.param(manifest(), "# one\n# two\n" + manifest(), 0, 1, 0, id="moved lines"),
        pytest.param(manifest(), manifest().replace("    image_uri: ", '    image_uri:   "').rstrip() + '"\n', 0, 1, 0, id="different spelling"),
        pytest.param(manifest(), manifest(model(OLDER)), 1, 0, 1, id="different value"),
        pytest.param(manifest(), manifest(model(ARM)), 0, 0, 1, id="fixed"),
        pytest.param(manifest(), manifest(model(), model(name="b")), 1, 1, 0, id="additional resource"),
        pytest.param(ack("a", "b"), ack("a", "b"), 0, 2, 0, id="two documents, same pointer and value"),
        pytest.param(ack("a", "b"), ack("b"), 0, 1, 1, id="one of two documents removed"),
        pytest.param(ack("a", "b"), ack("b", "a"), 0, 2, 0, id="documents reordered"),
        pytest.param(ack("a"), ack("b", "a"), 1, 1, 0, id="document inserted before"),
        pytest.param(identical(2), identical(3), 1, 2, 0, id="equal findings are counted"),
        pytest.param("smlint: 1\nmodels: [\n", "smlint: 1\nmodels: [\n", 0, 1, 0, id="unparseable file"),
    ],
)  # fmt: skip
def test_new_findings_and_stale_entries(folder: Path, before: str, after: str, live: int, accepted: int, stale: int) -> None:
    write_with_baseline(folder, before)
    (folder / "deploy.yaml").write_text(after, encoding="utf-8")
    done = run_cli("check", "deploy.yaml", "--baseline", "base.json", "--output-format", "json", *DAY)
    report = json.loads(done.out)
    assert [f["suppressed"] for f in report["findings"]].count({"by": "baseline", "reason": ""}) == accepted
    assert (len(report["findings"]) - accepted, report["summary"]["suppressed"]) == (live, accepted)
    assert done.err.count("stale entry") == stale
    assert done.code == (1 if live else 0)
    assert len({f["fingerprint"] for f in report["findings"]}) == len(report["findings"])


def test_file_format(folder: Path) -> None:
    write_with_baseline(folder, identical(2))
    assert json.loads((folder / "base.json").read_text(encoding="utf-8")) == {
        "version": 1,
        "findings": [
            {"path": "deploy.yaml", "rule": RULE, "pointer": "/models/0/image_uri", "resource": "a", "value": X86, "count": 2}
        ],
    }


def test_paths_are_relative_to_the_baseline(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "a").mkdir()
    (folder / "a/deploy.yaml").write_text(manifest(), encoding="utf-8")
    (folder / "lists").mkdir()
    assert run_cli("check", ".", "--write-baseline", "lists/base.json", *DAY).code == 0
    monkeypatch.chdir(folder / "a")
    for path in ("deploy.yaml", "./deploy.yaml", str(folder / "a/deploy.yaml"), ".."):
        done = run_cli("check", path, "--baseline", "../lists/base.json", *DAY)
        assert (done.code, "stale" in done.err) == (0, False), path


def test_entries_for_unchecked_files_and_rules_are_not_stale(folder: Path) -> None:
    write_with_baseline(folder, manifest())
    (folder / "other.yaml").write_text(manifest(model(ARM)), encoding="utf-8")
    assert "stale" not in run_cli("check", "other.yaml", "--baseline", "base.json", *DAY).err
    assert "stale" not in run_cli("check", "deploy.yaml", "--baseline", "base.json", "--ignore", "hardware", *DAY).err
    assert "stale" not in run_cli("check", "deploy.yaml", "--baseline", "base.json", "--list-files", *DAY).err
    (folder / "deploy.yaml").unlink()
    done = run_cli("check", "other.yaml", "--baseline", "base.json", *DAY)
    assert f"stale entry: deploy.yaml no longer has {RULE} at /models/0/image_uri" in done.err
    assert run_cli("check", "other.yaml", "--baseline", "base.json", "--quiet", *DAY).err == ""


def test_findings_suppressed_by_comments_are_not_recorded(folder: Path) -> None:
    (folder / "deploy.yaml").write_text(manifest(model(X86 + f"  # smlint: ignore[{RULE}] x"), model(name="b")), encoding="utf-8")
    assert run_cli("check", "deploy.yaml", "--write-baseline", "base.json", *DAY).code == 0
    [entry] = json.loads((folder / "base.json").read_text(encoding="utf-8"))["findings"]
    assert (entry["resource"], entry["count"]) == ("b", 1)
    # Writing a baseline on top of another one keeps the findings that it accepts.
    assert run_cli("check", "deploy.yaml", "--baseline", "base.json", "--write-baseline", "again.json", *DAY).code == 0
    assert (folder / "again.json").read_bytes() == (folder / "base.json").read_bytes()


def test_a_finding_is_accepted_in_whichever_file_it_is_shown(folder: Path) -> None:
    model, config = ack("a").split("---\n")
    (folder / "model.yaml").write_text(model, encoding="utf-8")
    (folder / "config.yaml").write_text(config, encoding="utf-8")
    assert run_cli("check", ".", "--write-baseline", "base.json", *DAY).code == 0
    for path in (".", "model.yaml", "config.yaml"):
        done = run_cli("check", path, "--baseline", "base.json", *DAY)
        assert (done.code, "1 suppressed" in done.out, "stale" in done.err) == (0, True, False), path


def test_accepted_findings_are_not_fixed(folder: Path) -> None:
    write_with_baseline(folder, manifest())
    text = manifest(model(), model(name="b"))
    (folder / "deploy.yaml").write_text(text, encoding="utf-8")
    assert run_cli("check", "deploy.yaml", "--baseline", "base.json", "--fix", *DAY).code == 0
    assert (folder / "deploy.yaml").read_text(encoding="utf-8") == manifest(model(), model(ARM, "b"))
    given = Settings(baseline="base.json")
    assert fix(manifest(), str(folder / "deploy.yaml"), as_of="2024-01-01", settings=given) == manifest()
    assert lint(manifest(), "deploy.yaml", as_of="2024-01-01", settings=given).summary.suppressed == 1


def test_the_baseline_is_not_linted_as_a_manifest(folder: Path) -> None:
    write_with_baseline(folder, manifest())
    done = run_cli("check", ".", "--baseline", "base.json", "--output-format", "json", *DAY)
    assert (done.code, json.loads(done.out)["summary"]["manifests"]) == (0, 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(None, "cannot read baseline base.json: No such file or directory", id="missing file"),
        pytest.param("{", "baseline base.json is not valid JSON (line 1)", id="invalid JSON"),
        pytest.param("[" * 100000, "baseline base.json is not valid JSON", id="nested too deeply"),
        pytest.param("[]", "base.json is not an smlint baseline", id="list"),
        pytest.param('{"findings": {}}', "base.json is not an smlint baseline", id="findings are not a list"),
        pytest.param('{"version": 2, "findings": []}', "baseline base.json has version 2", id="newer version"),
        pytest.param('{"version": 1, "findings": [{"path": "a"}]}', "findings[0] is not a valid entry", id="incomplete entry"),
        pytest.param(
            json.dumps({"version": 1, "findings": [{"path": "a", "rule": "b", "pointer": "c", "resource": "d", "value": "e", "count": 0}]}),
            "findings[0] is not a valid entry",
            id="count of zero",
        ),
    ],
)
def test_invalid_baselines(folder: Path, text: str | None, message: str) -> None:
    (folder / "deploy.yaml").write_text(manifest(), encoding="utf-8")
    if text is not None:
        (folder / "base.json").write_text(text, encoding="utf-8")
    with pytest.raises(SmlintError) as raised:
        load_baseline("base.json")
    assert message in f"{raised.value}"
    done = run_cli("check", "deploy.yaml", "--baseline", "base.json", *DAY)
    assert (done.code, done.out) == (2, "")


@pytest.mark.parametrize("option", ["--fix", "--diff", "--statistics", "--list-files", "--output=json=x"])
def test_write_baseline_excludes_other_output(folder: Path, option: str) -> None:
    done = run_cli("check", ".", "--write-baseline", "base.json", option)
    assert done.code == 2
    assert f"--write-baseline and {option.partition('=')[0]} cannot be used together" in done.err


def test_unwritable_baseline(folder: Path) -> None:
    (folder / "deploy.yaml").write_text(manifest(), encoding="utf-8")
    done = run_cli("check", "deploy.yaml", "--write-baseline", "no/base.json", *DAY)
    assert done.code == 2
    assert "cannot write the baseline no/base.json: No such file or directory" in done.err


@pytest.mark.parametrize("name", ["deploy.yaml", "other.yaml", "smlint.toml", "report.json"])
@pytest.mark.parametrize("paths", [[], ["deploy.yaml"]], ids=["folder", "file"])
def test_write_baseline_never_overwrites_another_file(name: str, paths: list[str], folder: Path) -> None:
    (folder / "deploy.yaml").write_text(manifest(), encoding="utf-8")
    texts = {"deploy.yaml": manifest(), "smlint.toml": "ignore = []\n", "report.json": '{"version": 1, "findings": [], "tool": {}}'}
    (folder / name).write_text(texts.get(name, manifest()), encoding="utf-8")
    done = run_cli("check", *paths, "--write-baseline", name, *DAY)
    assert done.code == 2
    assert f"{name} exists and is not a baseline" in done.err
    assert (folder / name).read_text(encoding="utf-8") == texts.get(name, manifest())


@pytest.mark.parametrize("before", ["", '{"version": 0, "findings": []}'], ids=["empty file", "baseline of another version"])
def test_write_baseline_overwrites_an_older_baseline(before: str, folder: Path) -> None:
    (folder / "base.json").write_text(before, encoding="utf-8")
    write_with_baseline(folder, manifest())
    assert run_cli("check", "deploy.yaml", "--baseline", "base.json", *DAY).code == 0


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX")
def test_an_older_baseline_survives_a_full_disk(folder: Path) -> None:
    import resource

    write_with_baseline(folder, manifest())
    before = (folder / "base.json").read_bytes()
    done = smlint("check", "deploy.yaml", "--write-baseline", "base.json", cwd=folder, before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20, 20)))
    assert done.code == 2
    assert (folder / "base.json").read_bytes() == before


def test_stale_entries_keep_their_count() -> None:
    entries = [BaselineEntry(BaselineKey("gone.yaml", "r", f"/{index}", resource="", value="v"), times=2) for index in range(3)]
    assert list(Baseline.from_entries("base.json", entries).stale_entries((), (), frozenset())) == entries

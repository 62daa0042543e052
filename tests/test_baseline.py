"""The baseline: what is accepted, what is new beside it, and what is stale in it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from smlint import fix, lint
from smlint.linter import baseline
from smlint.linter.baseline import Baseline, BaselineEntry
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


def alike(count: int) -> str:
    """So many documents that differ in nothing."""
    return "---\n".join([manifest()] * count)


def ack(*names: str) -> str:
    """Models of ACK, each with its endpoint configuration, all in documents of their own."""
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


def written(folder: Path, text: str, name: str = "deploy.yaml") -> None:
    """A manifest, and a baseline that accepts all that is found in it."""
    (folder / name).write_text(text, encoding="utf-8")
    done = run_cli("check", name, "--write-baseline", "base.json", *DAY)
    assert (done.code, done.out) == (0, "")


@pytest.mark.parametrize(
    ("before", "after", "live", "accepted", "stale"),
    [
        pytest.param(manifest(), manifest(), 0, 1, 0, id="nothing has changed"),
        pytest.param(manifest(), "# one\n# two\n" + manifest(), 0, 1, 0, id="lines have moved"),
        pytest.param(manifest(), manifest().replace("    image_uri: ", '    image_uri:   "').rstrip() + '"\n', 0, 1, 0, id="it is written otherwise"),
        pytest.param(manifest(), manifest(model(OLDER)), 1, 0, 1, id="another value"),
        pytest.param(manifest(), manifest(model(ARM)), 0, 0, 1, id="it was repaired"),
        pytest.param(manifest(), manifest(model(), model(name="b")), 1, 1, 0, id="a further resource"),
        pytest.param(ack("a", "b"), ack("a", "b"), 0, 2, 0, id="two documents with the same pointer and value"),
        pytest.param(ack("a", "b"), ack("b"), 0, 1, 1, id="one of two documents has gone"),
        pytest.param(ack("a", "b"), ack("b", "a"), 0, 2, 0, id="documents have moved"),
        pytest.param(ack("a"), ack("b", "a"), 1, 1, 0, id="a document was put before it"),
        pytest.param(alike(2), alike(3), 1, 2, 0, id="equal findings are counted"),
        pytest.param("smlint: 1\nmodels: [\n", "smlint: 1\nmodels: [\n", 0, 1, 0, id="a file that cannot be parsed"),
    ],
)  # fmt: skip
def test_what_is_new_and_what_is_stale(folder: Path, before: str, after: str, live: int, accepted: int, stale: int) -> None:
    written(folder, before)
    (folder / "deploy.yaml").write_text(after, encoding="utf-8")
    done = run_cli("check", "deploy.yaml", "--baseline", "base.json", "--output-format", "json", *DAY)
    report = json.loads(done.out)
    assert [f["suppressed"] for f in report["findings"]].count({"by": "baseline", "reason": ""}) == accepted
    assert (len(report["findings"]) - accepted, report["summary"]["suppressed"]) == (live, accepted)
    assert done.err.count("stale entry") == stale
    assert done.code == (1 if live else 0)
    assert len({f["fingerprint"] for f in report["findings"]}) == len(report["findings"])


def test_the_file(folder: Path) -> None:
    written(folder, alike(2))
    assert json.loads((folder / "base.json").read_text(encoding="utf-8")) == {
        "version": 1,
        "findings": [
            {"path": "deploy.yaml", "rule": RULE, "pointer": "/models/0/image_uri", "resource": "a", "value": X86, "count": 2}
        ],
    }


def test_paths_are_relative_to_the_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "a").mkdir()
    (folder / "a/deploy.yaml").write_text(manifest(), encoding="utf-8")
    (folder / "lists").mkdir()
    assert run_cli("check", ".", "--write-baseline", "lists/base.json", *DAY).code == 0
    monkeypatch.chdir(folder / "a")
    for path in ("deploy.yaml", "./deploy.yaml", str(folder / "a/deploy.yaml"), ".."):
        done = run_cli("check", path, "--baseline", "../lists/base.json", *DAY)
        assert (done.code, "stale" in done.err) == (0, False), path


def test_what_is_not_checked_is_not_called_stale(folder: Path) -> None:
    written(folder, manifest())
    (folder / "other.yaml").write_text(manifest(model(ARM)), encoding="utf-8")
    assert "stale" not in run_cli("check", "other.yaml", "--baseline", "base.json", *DAY).err
    assert "stale" not in run_cli("check", "deploy.yaml", "--baseline", "base.json", "--ignore", "hardware", *DAY).err
    assert "stale" not in run_cli("check", "deploy.yaml", "--baseline", "base.json", "--list-files", *DAY).err
    (folder / "deploy.yaml").unlink()
    done = run_cli("check", "other.yaml", "--baseline", "base.json", *DAY)
    assert f"stale entry: deploy.yaml has no {RULE} at /models/0/image_uri any more" in done.err
    assert run_cli("check", "other.yaml", "--baseline", "base.json", "--quiet", *DAY).err == ""


def test_what_comments_silence_is_not_in_it(folder: Path) -> None:
    (folder / "deploy.yaml").write_text(manifest(model(X86 + f"  # smlint: ignore[{RULE}] x"), model(name="b")), encoding="utf-8")
    assert run_cli("check", "deploy.yaml", "--write-baseline", "base.json", *DAY).code == 0
    [entry] = json.loads((folder / "base.json").read_text(encoding="utf-8"))["findings"]
    assert (entry["resource"], entry["count"]) == ("b", 1)
    # A baseline that is written with another one keeps what that one accepts.
    assert run_cli("check", "deploy.yaml", "--baseline", "base.json", "--write-baseline", "again.json", *DAY).code == 0
    assert (folder / "again.json").read_bytes() == (folder / "base.json").read_bytes()


def test_what_is_accepted_is_not_fixed(folder: Path) -> None:
    written(folder, manifest())
    text = manifest(model(), model(name="b"))
    (folder / "deploy.yaml").write_text(text, encoding="utf-8")
    assert run_cli("check", "deploy.yaml", "--baseline", "base.json", "--fix", *DAY).code == 0
    assert (folder / "deploy.yaml").read_text(encoding="utf-8") == manifest(model(), model(ARM, "b"))
    given = Settings(baseline="base.json")
    assert fix(manifest(), str(folder / "deploy.yaml"), as_of="2024-01-01", settings=given) == manifest()
    assert lint(manifest(), "deploy.yaml", as_of="2024-01-01", settings=given).summary.suppressed == 1


def test_the_baseline_itself_is_no_manifest(folder: Path) -> None:
    written(folder, manifest())
    done = run_cli("check", ".", "--baseline", "base.json", "--output-format", "json", *DAY)
    assert (done.code, json.loads(done.out)["summary"]["manifests"]) == (0, 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(None, "cannot read baseline base.json: No such file or directory", id="no file"),
        pytest.param("{", "baseline base.json is not JSON", id="no JSON"),
        pytest.param("[" * 100000, "baseline base.json is not JSON", id="too deep"),
        pytest.param("[]", "base.json is not a baseline of smlint", id="a list"),
        pytest.param('{"findings": {}}', "base.json is not a baseline of smlint", id="no list"),
        pytest.param('{"version": 2, "findings": []}', "baseline base.json has version 2", id="a later version"),
        pytest.param('{"version": 1, "findings": [{"path": "a"}]}', "findings[0] is not an entry of a baseline", id="half an entry"),
        pytest.param(
            json.dumps({"version": 1, "findings": [{"path": "a", "rule": "b", "pointer": "c", "resource": "d", "value": "e", "count": 0}]}),
            "findings[0] is not an entry of a baseline",
            id="a count of none",
        ),
    ],
)
def test_what_is_no_baseline(folder: Path, text: str | None, message: str) -> None:
    (folder / "deploy.yaml").write_text(manifest(), encoding="utf-8")
    if text is not None:
        (folder / "base.json").write_text(text, encoding="utf-8")
    with pytest.raises(SmlintError) as raised:
        baseline.read("base.json")
    assert message in f"{raised.value}"
    done = run_cli("check", "deploy.yaml", "--baseline", "base.json", *DAY)
    assert (done.code, done.out) == (2, "")


@pytest.mark.parametrize("option", ["--fix", "--diff", "--statistics", "--list-files", "--output=json=x"])
def test_what_cannot_be_asked_with_it(folder: Path, option: str) -> None:
    done = run_cli("check", ".", "--write-baseline", "base.json", option)
    assert done.code == 2
    assert f"--write-baseline and {option.partition('=')[0]} exclude each other" in done.err


def test_a_baseline_that_cannot_be_written(folder: Path) -> None:
    (folder / "deploy.yaml").write_text(manifest(), encoding="utf-8")
    done = run_cli("check", "deploy.yaml", "--write-baseline", "no/base.json", *DAY)
    assert done.code == 2
    assert "cannot write the baseline no/base.json: No such file or directory" in done.err


@pytest.mark.parametrize("name", ["deploy.yaml", "other.yaml", "smlint.toml", "report.json"])
@pytest.mark.parametrize("paths", [[], ["deploy.yaml"]], ids=["the folder", "the file"])
def test_a_baseline_does_not_take_the_place_of_something_else(name: str, paths: list[str], folder: Path) -> None:
    (folder / "deploy.yaml").write_text(manifest(), encoding="utf-8")
    texts = {"deploy.yaml": manifest(), "smlint.toml": "ignore = []\n", "report.json": '{"version": 1, "findings": [], "tool": {}}'}
    (folder / name).write_text(texts.get(name, manifest()), encoding="utf-8")
    done = run_cli("check", *paths, "--write-baseline", name, *DAY)
    assert done.code == 2
    assert f"{name}: not overwritten: it is not a baseline" in done.err
    assert (folder / name).read_text(encoding="utf-8") == texts.get(name, manifest())


@pytest.mark.parametrize("before", ["", '{"version": 0, "findings": []}'], ids=["an empty file", "a baseline of another version"])
def test_a_baseline_takes_the_place_of_an_older_one(before: str, folder: Path) -> None:
    (folder / "base.json").write_text(before, encoding="utf-8")
    written(folder, manifest())
    assert run_cli("check", "deploy.yaml", "--baseline", "base.json", *DAY).code == 0


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX")
def test_an_older_baseline_outlives_a_full_disk(folder: Path) -> None:
    import resource

    written(folder, manifest())
    before = (folder / "base.json").read_bytes()
    done = smlint("check", "deploy.yaml", "--write-baseline", "base.json", cwd=folder, before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20, 20)))
    assert done.code == 2
    assert (folder / "base.json").read_bytes() == before


def test_many_stale_entries_are_counted() -> None:
    entries = [BaselineEntry("gone.yaml", "r", f"/{index}", "", "v", 2) for index in range(3)]
    assert list(Baseline("base.json", entries).stale((), (), frozenset())) == entries

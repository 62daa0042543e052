"""Discovery of files, and the quick scan that skips files which do not mention SageMaker."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from smlint.files.discovery import DiscoveredFile, find
from smlint.files.ignoring import matches
from smlint.readers.table import QUICK_SCAN, SUFFIXES
from smlint.runtime.errors import SmlintError
from tests.conftest import ROOT

Tree = dict[str, str]


def make(root: Path, *names: str, **ignoring: str) -> None:
    """Write files with these names; a keyword argument `a__b` is the content of `a/b/.gitignore`."""
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("a: b\n")
    for folder, text in ignoring.items():
        path = root / folder.strip("_").replace("__", "/")
        path.mkdir(parents=True, exist_ok=True)
        (path / ".gitignore").write_text(text)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def found(*paths: str, exclude: tuple[str, ...] = (), force_exclude: bool = False, root: str = ".") -> list[str]:
    return [file.path for file in find(paths, exclude, force_exclude, root, suffixes=SUFFIXES)]


def test_the_manifests_of_a_folder_are_found_in_order(here: Path) -> None:
    make(here, "b.yaml", "a/z.yml", "a/B.JSON", "c.template", "a/a.tf.json", "a/x.txt", "yaml", "x.yaml.bak", "a.yaml", ".hidden.yaml")
    assert found(".") == [".hidden.yaml", "a.yaml", "a/B.JSON", "a/a.tf.json", "a/z.yml", "b.yaml", "c.template"]


def test_hidden_folders_and_node_modules_are_not_walked_unless_named(here: Path) -> None:
    make(here, ".github/workflows/a.yaml", "node_modules/b.yaml", "x/node_modules/c.yaml", "d.yaml")
    assert found(".") == ["d.yaml"]
    assert found(".github", "node_modules") == [".github/workflows/a.yaml", "node_modules/b.yaml"]


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        pytest.param(".", "a/x.yaml", id="the working directory"),
        pytest.param("./", "a/x.yaml", id="the working directory with a slash"),
        pytest.param("a", "a/x.yaml", id="a folder"),
        pytest.param("a/", "a/x.yaml", id="a folder with a slash"),
        pytest.param("./a", "a/x.yaml", id="a folder with a dot"),
        pytest.param(".//a//", "a/x.yaml", id="a folder with several slashes"),
        pytest.param("./a/x.yaml", "a/x.yaml", id="a file with a dot"),
        pytest.param("a/../a/x.yaml", "a/../a/x.yaml", id="a detour is kept"),
    ],
)
def test_paths_as_shown(here: Path, path: str, shown: str) -> None:
    make(here, "a/x.yaml")
    assert found(path) == [shown]


def test_an_absolute_path_stays_absolute(here: Path) -> None:
    make(here, "a/x.yaml")
    assert found(str(here)) == [f"{here}/a/x.yaml"]
    assert found(str(here / "a/x.yaml")) == [f"{here}/a/x.yaml"]


def test_the_parent_folder(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(here, "a/x.yaml", "b/y.yaml")
    monkeypatch.chdir(here / "a")
    assert found("..") == ["../a/x.yaml", "../b/y.yaml"]
    assert found("../b") == ["../b/y.yaml"]


def test_each_file_is_found_once_by_its_first_path(here: Path) -> None:
    make(here, "a/x.yaml", "y.yaml")
    assert found("a/x.yaml", ".", "a", str(here)) == ["a/x.yaml", "y.yaml"]


def test_a_file_knows_the_folder_it_was_found_in(here: Path) -> None:
    make(here, "a/b/x.yaml", "y.yaml")
    assert list(find(["a", "y.yaml"], suffixes=SUFFIXES)) == [DiscoveredFile("a/b/x.yaml", "a"), DiscoveredFile("y.yaml")]


def test_a_named_file_is_found_whatever_its_suffix(here: Path) -> None:
    make(here, "x.txt", "Dockerfile")
    assert found("x.txt", "Dockerfile") == ["Dockerfile", "x.txt"]


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("none.yaml", ""),
        ("a.yaml/b", ""),
        ("*.nothing", "no file matches this pattern"),
        ("a\0b", ""),
    ],
)
def test_a_path_that_does_not_exist(here: Path, path: str, hint: str) -> None:
    make(here, "a.yaml")
    with pytest.raises(SmlintError, match="no such file or folder") as caught:
        found("a.yaml", path)
    assert caught.value.hint == hint


def test_a_glob_that_the_shell_did_not_expand_is_expanded(here: Path) -> None:
    make(here, "a/x.yaml", "b/c/x.yaml", "b/y.txt")
    assert found("*/x.yaml") == ["a/x.yaml"]
    assert found("**/x.yaml") == ["a/x.yaml", "b/c/x.yaml"]
    assert found("b/*.txt") == ["b/y.txt"]


def test_a_file_whose_name_is_a_glob_is_not_expanded(here: Path) -> None:
    make(here, "[a].yaml", "a.yaml")
    assert found("[a].yaml") == ["[a].yaml"]


def test_links(here: Path) -> None:
    make(here, "real/x.yaml")
    (here / "loop").symlink_to(here)
    (here / "real/up").symlink_to("..")
    (here / "file.yaml").symlink_to("real/x.yaml")
    (here / "dangling.yaml").symlink_to("nothing")
    (here / "circle.yaml").symlink_to("circle.yaml")
    assert found(".") == ["file.yaml", "real/x.yaml"]
    assert found("loop") == ["loop/file.yaml", "loop/real/x.yaml"]
    assert found("dangling.yaml") == ["dangling.yaml"]


def test_a_pipe_is_skipped_and_a_folder_named_like_a_file_is_walked(here: Path) -> None:
    os.mkfifo(here / "pipe.yaml")
    make(here, "folder.yaml/x.yaml")
    assert found(".") == ["folder.yaml/x.yaml"]
    assert found("pipe.yaml") == ["pipe.yaml"]


def test_unusual_names(here: Path) -> None:
    names = ["\udcff.yaml", "a\nb.yaml", " x.yaml", "é\U0001f600.yaml", "-x.yaml", "a\\b.yaml"]
    make(here, *names, **{"_": "nothing"})
    assert found(".") == sorted(names)


def test_a_deep_tree(here: Path) -> None:
    folder = here
    for _ in range(300):
        folder = folder / "abcdef"
    folder.mkdir(parents=True)
    (folder / "x.yaml").touch()
    assert len(found(".")) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_a_folder_without_read_permission_is_returned_like_a_file(here: Path) -> None:
    make(here, "a/x.yaml", "b.yaml")
    (here / "a").chmod(0o000)
    try:
        assert found(".") == ["a", "b.yaml"]
    finally:
        (here / "a").chmod(0o755)


def test_an_unreadable_folder_is_returned_like_a_file(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(here, "a/x.yaml", "b.yaml", "gone/x.yaml")
    scandir = os.scandir

    def refuse(path: str) -> object:
        if path.rstrip("/").endswith("/a"):
            raise PermissionError(13, "Permission denied")
        if path.rstrip("/").endswith("/gone"):
            raise FileNotFoundError(2, "No such file or directory")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert found(".") == ["a", "b.yaml"]


# ---------------------------------------------------------------- .gitignore


def test_ignore_files_in_a_folder_and_its_parent(here: Path) -> None:
    make(
        here,
        "a.yaml",
        "build/b.yaml",
        "x/c.yaml",
        "x/keep.yaml",
        "x/build/d.yaml",
        "x/y/only.yaml",
        "only.yaml",
        _="build/\n/only.yaml\n",
        x="*.yaml\n!keep.yaml\n!y/\n",
        x__y="!only.yaml\n",
    )
    assert found(".") == ["a.yaml", "x/keep.yaml", "x/y/only.yaml"]


def test_an_ignored_folder_is_not_walked(here: Path) -> None:
    make(here, "build/x.yaml", _="build\n!build/x.yaml\n")
    assert found(".") == []


def test_ignore_files_above_a_folder_count_up_to_the_root_of_the_repository(here: Path) -> None:
    make(here, "repo/a/b/x.yaml", "repo/a/b/z.yaml", "repo/a/b/w.yaml", repo="/a/b/z.yaml\n", repo__a="x.yaml\n", _="w.yaml\n")
    assert found("repo/a/b") == ["repo/a/b/w.yaml", "repo/a/b/x.yaml", "repo/a/b/z.yaml"]
    (here / "repo/.git").mkdir()
    assert found("repo/a/b") == ["repo/a/b/w.yaml"]


@pytest.mark.parametrize("pattern", ["cdk.out", "cdk.out/", "/x/cdk.out", "/x", "**/cdk.out/**", "*.out", "x/*", "x/cdk.out/*"])
def test_a_named_folder_is_walked_even_if_it_is_ignored(here: Path, pattern: str) -> None:
    make(here, "x/cdk.out/a.template.json", "x/cdk.out/inner/b.json", "x/cdk.out/tmp/c.json", _=f"{pattern}\ntmp/\n")
    (here / ".git").mkdir()
    assert found("x/cdk.out") == ["x/cdk.out/a.template.json", "x/cdk.out/inner/b.json"]
    assert found("x/cdk.out/a.template.json") == ["x/cdk.out/a.template.json"]
    assert not any("cdk.out" in path for path in found("."))


def test_ignore_rules_apply_inside_a_named_ignored_folder(here: Path) -> None:
    make(here, "cdk.out/a.json", "cdk.out/tmp/b.json", _="cdk.out\ntmp/\n")
    (here / ".git").mkdir()
    assert found("cdk.out") == ["cdk.out/a.json"]


def test_malformed_lines_ignore_nothing(here: Path) -> None:
    make(here, "a.yaml", "b.yaml")
    (here / ".gitignore").write_bytes(b"!\n\xff\n/\nb.yaml\n# c\n\n")
    assert found(".") == ["a.yaml"]


def test_an_ignore_file_that_is_a_folder_or_a_pipe_ignores_nothing(here: Path) -> None:
    make(here, "a.yaml", "x/b.yaml")
    (here / ".gitignore").mkdir()
    os.mkfifo(here / "x/.gitignore")
    assert found(".") == ["a.yaml", "x/b.yaml"]


def test_git_ignores_the_same_files(here: Path) -> None:
    """`git ls-files` lists the files that git does not ignore."""
    make(
        here, "a.yaml", "b.json", "dist/c.yaml", "src/dist/d.yaml", "src/e.yaml", "src/f.tmp.yaml", "logs/g.yaml", "logs/keep/h.yaml", "deep/x/y/i.yaml", "j k.yaml", "#l.yaml", "!m.yaml",
        _="/dist\n*.tmp.yaml\nlogs/*\n!logs/keep/\ndeep/**/y\nj\\ k.yaml\n\\#l.yaml\n\\!m.yaml\n", src="e.yaml\n!*.tmp.yaml\n",
    )  # fmt: skip
    subprocess.run(["git", "init", "-q", "."], check=True)
    done = subprocess.run(
        ["git", "-c", "core.excludesFile=/dev/null", "ls-files", "-z", "--others", "--exclude-standard"], check=True, capture_output=True
    )
    expected = sorted(name for name in done.stdout.decode().split("\0") if name.endswith((".yaml", ".json")))
    assert found(".") == expected


# ---------------------------------------------------------------- exclude


@pytest.mark.parametrize(
    ("exclude", "expected"),
    [
        pytest.param(("vendor",), ["a.yaml", "x/a.yaml"], id="a folder at any depth"),
        pytest.param(("/vendor",), ["a.yaml", "x/a.yaml", "x/vendor/c.yaml"], id="a folder at the root"),
        pytest.param(("x/**",), ["a.yaml", "vendor/b.yaml"], id="all below a folder"),
        pytest.param(("a.yaml",), ["vendor/b.yaml", "x/vendor/c.yaml"], id="a file at any depth"),
        pytest.param(("*.yaml", "!/a.yaml"), ["a.yaml"], id="all but one file"),
    ],
)
def test_exclude_globs(here: Path, exclude: tuple[str, ...], expected: list[str]) -> None:
    make(here, "a.yaml", "vendor/b.yaml", "x/a.yaml", "x/vendor/c.yaml")
    assert found(".", exclude=exclude) == expected


def test_globs_are_relative_to_the_root(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(here, "x/y/a.yaml", "x/b.yaml")
    monkeypatch.chdir(here / "x")
    assert found(".", exclude=("/x/y",), root="..") == ["b.yaml"]
    assert found(".", exclude=("/y",), root="..") == ["b.yaml", "y/a.yaml"]
    assert found(str(here), exclude=("/x/y",), root=str(here)) == [f"{here}/x/b.yaml"]


def test_a_named_path_is_excluded_only_by_force(here: Path) -> None:
    make(here, "vendor/a.yaml", "vendor/deep/b.yaml", "c.yaml")
    named = ("vendor/a.yaml", "vendor/deep", "c.yaml")
    assert found(*named, exclude=("vendor",)) == ["c.yaml", "vendor/a.yaml", "vendor/deep/b.yaml"]
    assert found(*named, exclude=("vendor",), force_exclude=True) == ["c.yaml"]
    assert found("vendor", exclude=("vendor/",)) == ["vendor/a.yaml", "vendor/deep/b.yaml"]
    assert found("vendor", exclude=("vendor/",), force_exclude=True) == []


def test_matches(here: Path) -> None:
    make(here, "a/b.yaml")
    assert matches("a/b.yaml", ("a/",))
    assert matches("a", ("a/",))
    assert not matches("b.yaml", ("a/",))
    assert not matches("a/b.yaml", ())
    assert matches(str(here / "a/b.yaml"), ("/b.yaml",), str(here / "a"))


def test_a_malformed_glob(here: Path) -> None:
    with pytest.raises(SmlintError, match="malformed glob: !"):
        found(".", exclude=("!",))


@pytest.mark.parametrize("ignore", [False, True])
def test_pathspec_is_imported_only_for_patterns(here: Path, ignore: bool) -> None:
    make(here, "a/x.yaml", **({"a": "*.log\n"} if ignore else {}))
    code = "import sys; from smlint.files.discovery import find; list(find(['a'], suffixes=('.yaml',))); sys.exit('pathspec' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert done.returncode == ignore


# ---------------------------------------------------------------- the quick scan

RELEVANT = {
    "CloudFormation": "Resources: {M: {Type: AWS::SageMaker::Model}}",
    "SAM": "Transform: AWS::Serverless-2016-10-31\nResources: {M: {Type: 'AWS::SageMaker::Endpoint'}}",
    "CDK output": '{"Resources":{"M":{"Type":"AWS::SageMaker::Model","Properties":{"PrimaryContainer":{"Image":{"Fn::Sub":"x"}}}}}}',
    "ACK": "apiVersion: sagemaker.services.k8s.aws/v1alpha1",
    "operator v1": "apiVersion: sagemaker.aws.amazon.com/v1",
    "HyperPod": "apiVersion: inference.sagemaker.aws.amazon.com/v1",
    "Crossplane": "apiVersion: sagemaker.aws.upbound.io/v1beta1",
    "a Pod with a Deep Learning Container": "kind: Pod\nspec: {containers: [{image: 763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-training:2.6-cpu-py312}]}",
    "Terraform JSON": '{"resource":{"aws_sagemaker_model":{"m":{}}}}',
    "Terraform plan": '{"planned_values":{"root_module":{"resources":[{"type":"aws_sagemaker_endpoint_configuration"}]}}}',
    "Step Functions": '{"States":{"A":{"Resource":"arn:aws:states:::sagemaker:createTransformJob.sync"}}}',
    "Step Functions, AWS SDK": '{"States":{"A":{"Resource":"arn:aws:states:::aws-sdk:sagemaker:createModel"}}}',
    "pipeline definition": '{"Version":"2020-12-01","Steps":[{"Arguments":{"AppSpecification":{"ImageUri":"1.dkr.ecr.us-east-1.amazonaws.com/x"}}}]}',
    "pipeline parameter": '{"Parameters":[{"Name":"I","DefaultValue":"ml.m5.xlarge"}]}',
    "API request": '{"ProductionVariants":[{"InstanceType":"ml.c6g.xlarge"}]}',
    "native": "smlint: 1\nmodels: []",
    "native JSON": '{"smlint": 1}',
    "an image": "image: 763104351884.dkr.ecr.us-east-1.amazonaws.com/x",
    "an image of the dual-stack host": "image: 763104351884.dkr-ecr.us-east-1.on.aws/x",
    "an image of the FIPS host": "image: 763104351884.dkr.ecr-fips.us-gov-west-1.amazonaws.com/x",
    "an instance type": "instance_type: ml.p6e-gb200.36xlarge",
    "an instance type in capitals": "INSTANCE: ML.M5.XLARGE",
    "an instance type with an escaped dot": '{"InstanceType":"ml\\u002em5.xlarge"}',
    "an escaped letter": '{"x":"AWS::\\u0053ageMaker::Model"}',
    "an escaped letter of YAML": 'x: "AWS::\\x53ageMaker::Model"',
    "a letter escaped with eight digits": 'x: "AWS::\\U00000053ageMaker::Model"',
    "a word continued on the next line": 'x: "AWS::Sage\\\n   Maker::Model"',
    "a word continued after a carriage return": 'x: "AWS::Sage\\\r   Maker::Model"',
    "a word continued after a line separator": 'x: "AWS::Sage\\\u2028   Maker::Model"',
    "a word continued after a next-line character": 'x: "AWS::Sage\\\x85   Maker::Model"',
    "a word continued after a tab": 'x: "AWS::Sage\\\r\n\tMaker::Model"',
}


@pytest.mark.parametrize("text", RELEVANT.values(), ids=RELEVANT.keys())
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_every_format_passes(text: str, encoding: str) -> None:
    assert QUICK_SCAN.may_match(text.encode(encoding))
    assert QUICK_SCAN.may_match((" " * 100_000 + text).encode(encoding))


IRRELEVANT = {
    "an empty file": "",
    "a workflow": "on: push\njobs: {a: {runs-on: ubuntu-latest, steps: [{uses: actions/checkout@v4}, {run: 'echo \\\\x1b[0m'}]}}",
    "a Helm template": "{{- if .Values.x }}\nimage: nginx\n{{- end }}",
    "a Kubernetes object": "apiVersion: apps/v1\nkind: Deployment\nspec: {template: {spec: {containers: [{image: nginx:1.27}]}}}",
    "another template": "Resources: {B: {Type: AWS::S3::Bucket}}",
    "file names": "files: [index.html, a.xml, pom.xml.bak, ml.py, data.toml]",
    "an EC2 instance type": "instance: m5.xlarge",
    "a command on several lines": "run: |\n  make \\\n    all\n",
    "escapes of JSON": json.dumps({"a": "<b>&'é\n\U0001f600"}) + '{"html":"\\u003cb\\u003e \\u0026 \\u0027"}',
    "binary": bytes(range(256)).decode("latin-1"),
}


@pytest.mark.parametrize("text", IRRELEVANT.values(), ids=IRRELEVANT.keys())
def test_irrelevant_files_are_skipped(text: str) -> None:
    assert not QUICK_SCAN.may_match(text.encode("latin-1" if text == IRRELEVANT["binary"] else "utf-8"))


def test_no_fixture_is_skipped() -> None:
    files = [path for kind in ("ok", "bad") for path in (ROOT / "fixtures" / kind).rglob("*") if path.suffix in SUFFIXES]
    assert len(files) > 20
    assert [str(path) for path in files if not QUICK_SCAN.may_match(path.read_bytes())] == []

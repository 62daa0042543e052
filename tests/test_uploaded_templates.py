"""Nested templates whose `TemplateURL` is in Amazon S3: the local file with the same end of its path is probably the template."""

from __future__ import annotations

from pathlib import Path

import pytest

from smlint.model.findings import Finding
from smlint.runner.run import check
from tests.test_parameter_files import SETTINGS, TEMPLATE
from tests.test_project import MISMATCH, write

URL = "https://bucket.s3.amazonaws.com/templates/child.yaml"
X86_TYPE, ARM_TYPE = "ml.m5.xlarge", "ml.c7g.xlarge"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def stack(url: str, parameters: str, kind: str = "AWS::CloudFormation::Stack", key: str = "TemplateURL") -> str:
    declared = "Parameters: {Bucket: {Type: String}, Prefix: {Type: String}, Size: {Type: String}}\n"
    return f"{declared}Resources:\n  S:\n    Type: {kind}\n    Properties:\n      {key}: {url}\n      Parameters: {parameters}\n"


def mismatches(*paths: str) -> list[Finding]:
    return [finding for finding in check(list(paths), SETTINGS).report.findings if finding.rule == MISMATCH]


@pytest.mark.parametrize("paths", [(".",), ("templates/child.yaml",)], ids=["all files", "the nested template"])
@pytest.mark.parametrize(
    ("parent", "name"),
    [
        pytest.param(stack(URL, f"{{Size: {X86_TYPE}}}"), "main.yaml", id="an address"),
        pytest.param(stack(URL, f"{{Size: {X86_TYPE}}}"), "templates/main.yaml", id="in the same folder"),
        pytest.param(
            stack("!Sub https://${Bucket}.s3.${AWS::Region}.${AWS::URLSuffix}/${Prefix}/templates/child.yaml", f"{{Size: {X86_TYPE}}}"),
            "main.yaml",
            id="placeholders",
        ),
        pytest.param(stack("!Sub https://${Bucket}.s3.amazonaws.com/${Prefix}templates/child.yaml", f"{{Size: {X86_TYPE}}}"), "main.yaml", id="a prefix"),
        pytest.param(stack("!Join ['/', [!Ref Bucket, 'templates/child.yaml']]", f"{{Size: {X86_TYPE}}}"), "main.yaml", id="joined"),
        pytest.param(
            stack("!Sub ['https://${B}/templates/child.yaml', {B: !If [Own, !Ref Bucket, public.s3.amazonaws.com]}]", f"{{Size: {X86_TYPE}}}"),
            "main.yaml",
            id="either of two buckets",
        ),
        pytest.param(
            stack("s3://bucket/templates/child.yaml", f"{{Size: {X86_TYPE}}}", "AWS::Serverless::Application", "Location"), "main.yaml", id="SAM"
        ),
        pytest.param(stack(URL, "{Size: !Ref Size}"), "main.yaml", id="an unknown argument"),
    ],
)
def test_the_argument_of_a_parent_replaces_the_default(folder: Path, parent: str, name: str, paths: tuple[str, ...]) -> None:
    write(folder / "templates/child.yaml", TEMPLATE)
    write(folder / name, parent)
    assert mismatches(*paths) == []


def test_an_argument_that_is_wrong_is_reported(folder: Path) -> None:
    write(folder / "templates/child.yaml", TEMPLATE.replace(ARM_TYPE, X86_TYPE))
    assert mismatches(".") == []
    write(folder / "main.yaml", stack(URL, f"{{Size: {ARM_TYPE}}}"))
    (finding,) = mismatches(".")
    assert finding.source.path == "templates/child.yaml"
    assert finding.fix is None  # the template may be deployed with its default as well


@pytest.mark.parametrize(
    ("url", "parameters"),
    [
        pytest.param(URL, f"{{Size: {X86_TYPE}, Other: x}}", id="a parameter that the file does not have"),
        pytest.param("https://bucket.s3.amazonaws.com/other/child.yaml", f"{{Size: {X86_TYPE}}}", id="another folder"),
    ],
)
def test_another_template_does_not_replace_the_default(folder: Path, url: str, parameters: str) -> None:
    write(folder / "templates/child.yaml", TEMPLATE)
    write(folder / "main.yaml", stack(url, parameters))
    (finding,) = mismatches(".")
    assert finding.fix is None  # but it may be an older version of this one


def test_a_template_with_a_required_parameter_is_another_one(folder: Path) -> None:
    write(folder / "templates/child.yaml", TEMPLATE.replace("Resources:", "  Name: {Type: String}\nResources:"))
    write(folder / "main.yaml", stack(URL, f"{{Size: {X86_TYPE}}}"))
    assert len(mismatches(".")) == 1

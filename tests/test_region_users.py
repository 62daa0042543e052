"""With `--region`, a fix that depends on the Region suits the other Regions in which files of the repository deploy the template."""

from __future__ import annotations

from pathlib import Path

import pytest

from smlint.model.findings import Finding
from smlint.model.results import FixMode
from smlint.model.settings import Settings
from smlint.runner.run import check

REGISTRY = "763104351884.dkr.ecr.us-west-2.amazonaws.com"
IMAGE = f"{REGISTRY}/pytorch-inference:2.1.0-cpu-py310-ubuntu20.04-sagemaker"
TEMPLATE = (
    "Resources:\n"
    f"  M: {{Type: 'AWS::SageMaker::Model', Properties: {{PrimaryContainer: {{Image: '{IMAGE}'}}}}}}\n"
    "  C: {Type: 'AWS::SageMaker::EndpointConfig', Properties: {ProductionVariants: [{ModelName: !Ref M, InstanceType: ml.m5.large}]}}\n"
)
DEPLOY = "aws cloudformation deploy --template-file t.yaml --stack-name x"
STACK_SET = (
    "Resources:\n  S: {Type: 'AWS::CloudFormation::StackSet', Properties: {TemplateURL: 'https://b.s3.amazonaws.com/t.yaml', "
    "StackInstancesGroup: [{Regions: [us-west-2]}]}}\n"
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    return tmp_path


def findings(folder: Path, template: str, files: dict[str, str], region: str) -> list[Finding]:
    for name, text in {**files, "t.yaml": template}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    found = check(["."], Settings(today="2024-01-01", regions=(region,))).report.findings
    return [finding for finding in found if finding.category == "registry"]


@pytest.mark.parametrize(
    "files",
    [
        {"deploy.sh": f"for r in us-west-2 eu-west-1; do {DEPLOY} --region $r; done\n"},
        {"ci/deploy.sh": f"export AWS_REGION=us-west-2\n{DEPLOY}\n"},
        {".github/workflows/deploy.yml": f"env: {{AWS_REGION: us-west-2}}\njobs: {{a: {{steps: [{{run: {DEPLOY}}}]}}}}\n"},
        {"ss.yaml": STACK_SET},
        {"samconfig.toml": 'version = 0.1\n[default.deploy.parameters]\nregion = "us-west-2"\n'},
    ],
    ids=["a loop over Regions", "a variable of the environment", "a workflow", "a stack set", "the settings of SAM"],
)
def test_an_image_is_not_moved_to_the_region_of_the_option_if_a_file_deploys_the_template_elsewhere(folder: Path, files: dict[str, str]) -> None:
    (finding,) = findings(folder, TEMPLATE, files, "eu-west-1")
    assert (finding.rule, finding.fix) == ("image-region-mismatch", None)
    assert finding.message.endswith("; no fix: the template may be deployed in other Regions")
    check(["."], Settings(today="2024-01-01", regions=("eu-west-1",)), FixMode.APPLY)
    assert (folder / "t.yaml").read_text(encoding="utf-8") == TEMPLATE


def test_a_registry_is_not_changed_to_that_of_the_option_if_a_file_deploys_the_template_elsewhere(folder: Path) -> None:
    template = TEMPLATE.replace("Image: '", "Image: !Sub '").replace("us-west-2", "${AWS::Region}")
    found = findings(folder, template, {"deploy.sh": f"{DEPLOY} --region us-west-2\n"}, "cn-north-1")
    assert [(finding.rule, finding.fix) for finding in found] == [("image-account-mismatch", None), ("image-domain-mismatch", None)]


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"deploy.sh": f"{DEPLOY} --region eu-west-1\n"},
        {"deploy.sh": DEPLOY.replace("t.yaml", "other.yaml") + " --region us-west-2\n"},
        {"deploy.sh": DEPLOY.replace("t.yaml", "my-t.yaml") + " --region us-west-2\n"},
        {"parent.yaml": STACK_SET.replace("[us-west-2]", "[eu-west-1]") + f"# {IMAGE}\n"},
    ],
    ids=["no other file", "the same Region", "another template", "a template with a longer name", "an image of another Region"],
)
def test_an_image_is_moved_to_the_region_of_the_option_if_no_file_deploys_the_template_elsewhere(folder: Path, files: dict[str, str]) -> None:
    (finding,) = findings(folder, TEMPLATE, files, "eu-west-1")
    assert finding.rule == "image-region-mismatch"
    assert finding.fix is not None

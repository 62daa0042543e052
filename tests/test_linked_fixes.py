"""Fixes in linked files, and in files with several paths: the result is that of the fixed files, and a fix suits each path."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from smlint.model.findings import Finding
from smlint.model.results import FixMode
from smlint.model.settings import Settings
from smlint.runner.run import check

X86 = "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310-ubuntu20.04-sagemaker"
MISMATCH = "image-architecture-mismatch"
SETTINGS = Settings(today="2024-01-01")

ACK = "apiVersion: sagemaker.services.k8s.aws/v1alpha1\nkind: {}\nmetadata: {{name: {}, namespace: prod}}\nspec:\n"
KUBERNETES = {
    "model.yaml": ACK.format("Model", "churn") + f"  modelName: churn\n  primaryContainer:\n    image: {X86}\n",
    "config.yaml": ACK.format("EndpointConfig", "config") + "  productionVariants:\n    - {modelName: churn, instanceType: ml.c7g.large}\n",
}
REQUESTS = {
    "model.json": json.dumps({"ModelName": "m", "ExecutionRoleArn": "arn:aws:iam::111122223333:role/r", "PrimaryContainer": {"Image": X86}}),
    "config.json": json.dumps(
        {"EndpointConfigName": "c", "ProductionVariants": [{"VariantName": "a", "ModelName": "m", "InstanceType": "ml.c7g.large", "InitialInstanceCount": 1}]}
    ),
}
TERRAFORM = {
    "model.tf.json": json.dumps({"resource": {"aws_sagemaker_model": {"m": {"execution_role_arn": "r", "primary_container": {"image": X86}}}}}),
    "config.tf.json": json.dumps(
        {
            "resource": {
                "aws_sagemaker_endpoint_configuration": {
                    "c": {"production_variants": [{"model_name": "${aws_sagemaker_model.m.name}", "instance_type": "ml.c7g.large"}]}
                }
            }
        }
    ),
}
TEMPLATE = (
    "Parameters: {InstanceType: {Type: String, Default: ml.c7g.xlarge}}\nResources:\n"
    f"  M: {{Type: 'AWS::SageMaker::Model', Properties: {{PrimaryContainer: {{Image: '{X86}'}}}}}}\n"
    "  C: {Type: 'AWS::SageMaker::EndpointConfig', Properties: {ProductionVariants: [{ModelName: !Ref M, InstanceType: !Ref InstanceType}]}}\n"
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    return tmp_path


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def mismatches(mode: FixMode = FixMode.NO, *paths: str) -> list[Finding]:
    return [finding for finding in check(paths or ["."], SETTINGS, mode).report.findings if finding.rule == MISMATCH]


@pytest.mark.parametrize("files", [KUBERNETES, REQUESTS, TERRAFORM], ids=["Kubernetes", "requests", "Terraform"])
@pytest.mark.parametrize("mode", [FixMode.APPLY, FixMode.DIFF])
def test_linked_files_are_judged_again_after_a_fix(folder: Path, files: dict[str, str], mode: FixMode) -> None:
    write(folder, files)
    assert [finding.fix is not None for finding in mismatches()] == [True]
    result = check(["."], SETTINGS, mode)
    assert result.report.summary.fixed == 1
    assert [finding for finding in result.report.findings if finding.rule == MISMATCH] == []
    assert bool(result.diff) is (mode is FixMode.DIFF)
    if mode is FixMode.APPLY:
        assert mismatches() == []


class TestSymbolicLinks:
    def link(self, folder: Path, instance_type: str) -> None:
        write(folder, {"endpoint.yaml": TEMPLATE})
        settings = f'version = 0.1\n[default.deploy.parameters]\ntemplate_file = "template.yaml"\nparameter_overrides = "InstanceType={instance_type}"\n'
        write(folder, {"prod/samconfig.toml": settings})
        (folder / "prod/template.yaml").symlink_to("../endpoint.yaml")

    def test_a_fix_that_the_deployment_of_a_link_does_not_need_is_withheld(self, folder: Path) -> None:
        self.link(folder, "ml.m5.xlarge")
        found = mismatches(FixMode.APPLY)
        assert [(finding.path, finding.fix) for finding in found] == [("endpoint.yaml", None), ("prod/template.yaml", None)]
        assert found[0].message.endswith("no fix: prod/template.yaml is the same file and does not need it")
        assert (folder / "endpoint.yaml").read_text(encoding="utf-8") == TEMPLATE

    def test_a_fix_that_suits_all_paths_is_made_once(self, folder: Path) -> None:
        self.link(folder, "ml.c7g.2xlarge")
        result = check(["."], SETTINGS, FixMode.APPLY)
        assert result.report.summary.fixed == 1
        assert [finding for finding in result.report.findings if finding.rule == MISMATCH] == mismatches() == []
        assert (folder / "prod/template.yaml").is_symlink()

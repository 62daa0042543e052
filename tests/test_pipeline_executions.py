"""Files that start a pipeline set its parameters: the values take part in the decision about a fix."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from smlint.runner.run import check
from tests.test_parameter_files import SETTINGS
from tests.test_project import write

RULE = "image-processor-mismatch"
GPU_IMAGE = "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-training:2.1.0-gpu-py310-cu121-ubuntu20.04-sagemaker"


def pipeline() -> str:
    parameter = {"Name": "Size", "Type": "String", "DefaultValue": "ml.m5.xlarge"}
    resources = {"InstanceType": {"Get": "Parameters.Size"}, "InstanceCount": 1}
    arguments = {"AlgorithmSpecification": {"TrainingImage": GPU_IMAGE}, "ResourceConfig": resources}
    return json.dumps({"Version": "2020-12-01", "Parameters": [parameter], "Steps": [{"Name": "t", "Type": "Training", "Arguments": arguments}]})


STARTS = {
    "boto3": ("start.py", 'sm.start_pipeline_execution(PipelineParameters=[{"Name": "Size", "Value": "ml.g5.xlarge"}])\n'),
    "boto3: a variable": ("start.py", 'sm.start_pipeline_execution(PipelineParameters=[{"Name": "Size", "Value": size}])\n'),
    "the SDK: a mapping": ("run/start.py", 'pipeline.start(parameters={"Size": "ml.g5.xlarge"})\n'),
    "the SDK: arguments": ("start.py", 'pipeline.start(\n    parameters=dict(\n        Size="ml.g5.xlarge",\n    )\n)\n'),
    "the AWS CLI": ("start.sh", "aws sagemaker start-pipeline-execution --pipeline-parameters Name=Size,Value=ml.g5.xlarge\n"),
    "the AWS CLI: JSON": (
        ".github/workflows/train.yml",
        """steps: [{run: 'aws sagemaker start-pipeline-execution --pipeline-parameters "[{\\"Name\\":\\"Size\\",\\"Value\\":\\"ml.g5.xlarge\\"}]"'}]\n""",
    ),
    "EventBridge": (
        "schedule.yaml",
        "Targets:\n- SageMakerPipelineParameters:\n    PipelineParameterList:\n    - Name: Size\n      Value: ml.g5.xlarge\n",
    ),
}

OTHERS = {
    "another parameter": ("start.py", 'sm.start_pipeline_execution(PipelineParameters=[{"Name": "Other", "Value": "ml.g5.xlarge"}])\n'),
    "a value that suits the fix": ("start.py", 'sm.start_pipeline_execution(PipelineParameters=[{"Name": "Size", "Value": "ml.c5.xlarge"}])\n'),
    "no start of a pipeline": ("tags.py", 'parameters = [{"Name": "Size", "Value": "ml.g5.xlarge"}]\n'),
}


def has_fix(folder: Path, name: str, text: str) -> bool:
    (folder / ".git").mkdir()
    write(folder / "pipelines/train.json", pipeline())
    write(folder / name, text)
    (finding,) = [each for each in check([str(folder / "pipelines/train.json")], SETTINGS).report.findings if each.rule == RULE]
    return finding.fix is not None


@pytest.mark.parametrize(("name", "text"), STARTS.values(), ids=STARTS)
def test_an_image_that_an_execution_needs_is_not_fixed(tmp_path: Path, name: str, text: str) -> None:
    assert not has_fix(tmp_path, name, text)


@pytest.mark.parametrize(("name", "text"), OTHERS.values(), ids=OTHERS)
def test_other_files_do_not_count(tmp_path: Path, name: str, text: str) -> None:
    assert has_fix(tmp_path, name, text)

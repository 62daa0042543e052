"""`.json` files that are not JSON: which ones smlint reads, reports, or skips."""

from __future__ import annotations

import json

import pytest

from smlint import lint
from smlint.model.results import Report
from smlint.syntax import ParseError, parse, to_data

IMAGE = "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker"
TEMPLATE = json.dumps(
    {"Resources": {"M": {"Type": "AWS::SageMaker::Model", "Properties": {"ExecutionRoleArn": "arn:aws:iam::111122223333:role/r", "PrimaryContainer": {"Image": IMAGE}}}}}, indent=1
)
TASK = {"Type": "Task", "Resource": "arn:aws:states:::sagemaker:createTrainingJob.sync", "End": True, "Parameters": {"TrainingJobName": "t", "AlgorithmSpecification": {"TrainingImage": IMAGE.replace("inference", "training")}, "ResourceConfig": {"InstanceCount": "COUNT", "InstanceType": "ml.m5.xlarge"}}}  # fmt: skip
PAIR = f'"image_uri": "{IMAGE}", "instance_type": "ml.m5.xlarge"'


def rules(report: Report) -> set[str]:
    return {finding.rule for finding in report.findings} - {"end-of-patch-image"}


@pytest.mark.parametrize(
    ("text", "filename", "expected"),
    [
        pytest.param(TEMPLATE.replace(IMAGE + '"', IMAGE + '",'), "t.json", {"not-json"}, id="a template with a trailing comma"),
        pytest.param(TEMPLATE.replace('"', "'"), "t.json", {"not-json"}, id="a template in single quotes"),
        pytest.param(json.dumps(json.loads(TEMPLATE)).replace('"ExecutionRoleArn": ', '"ExecutionRoleArn"::'), "t.json", {"not-json"}, id="two colons"),
        pytest.param(TEMPLATE.replace(IMAGE + '"', IMAGE + '",'), "t.yaml", set(), id="the same in a YAML file"),
        pytest.param(TEMPLATE, "t.json", set(), id="JSON"),
        pytest.param(TEMPLATE.replace('"Type"', '# note\n"Type"'), "t.json", {"not-json"}, id="a YAML comment in a template"),
        pytest.param(TEMPLATE.replace('"Type"', '// note\n"Type"'), "t.json", {"syntax-error"}, id="a comment in a template"),
        pytest.param("{" + PAIR + ",}", "settings.json", {"not-json"}, id="settings with a trailing comma"),
        pytest.param("{" + PAIR + ', "rate": NaN}', "settings.json", set(), id="a number that Python's JSON reader accepts"),
        pytest.param("{\n// arm64 later\n" + PAIR + ",}", "settings.json", set(), id="settings with comments, which their own tool reads"),
        pytest.param("{" + PAIR + "}\n{" + PAIR.replace("m5", "c7g") + "}\n", "log.json", set(), id="a log of JSON lines"),
        pytest.param('image_uri: "' + IMAGE + '"\ninstance_type: ml.m5.xlarge\n', "settings.json", {"not-json"}, id="block YAML in a JSON file"),
        pytest.param(json.dumps({"StartAt": "A", "States": {"A": TASK}}).replace('"COUNT"', "${Count}"), "m.asl.json", set(), id="an unquoted substitution in a state machine"),
        pytest.param('{\n// see sagemaker.md\n"compilerOptions": {"target": "es2020",}}', "tsconfig.json", set(), id="settings of a compiler"),
        pytest.param('{\n/* sagemaker */\nkey: "ml.g5.xlarge",}', "x.json", set(), id="comments and a key without quotes"),
        pytest.param('{"image_uri": "' + IMAGE + '", "instance_type": ', "x.json", {"syntax-error"}, id="broken"),
    ],
)
def test_what_is_reported(text: str, filename: str, expected: set[str]) -> None:
    assert rules(lint(text, filename)) == expected


def test_comments_do_not_move_the_spans() -> None:
    (document,) = parse('{"u": "http://a/*b*/", /* é\n */ "k": "v", // x\n}', "a.json")
    assert to_data(document.root) == {"u": "http://a/*b*/", "k": "v"}
    assert document.flaw is not None
    assert document.flaw.commented


def test_an_error_names_what_is_wrong_as_json() -> None:
    with pytest.raises(ParseError, match="expected a value"):
        parse('{"a": ', "a.json")


def test_a_long_unclosed_comment_or_string_takes_linear_time() -> None:
    for text in ('{"a": 1 ' + "/*" * 200_000, '{"a": "' + '\\"' * 200_000, "{" + '"' * 200_001):
        with pytest.raises(ParseError):
            parse(text, "a.json")

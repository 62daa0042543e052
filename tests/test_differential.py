"""Compare smlint with itself on other people's templates, and with the SDK on random calls. All of these take minutes (`pytest -m long`).

The templates are those of the checkouts of cfn-lint and of the SAM specification in the folder `SMLINT_TEMPLATES` (CONTRIBUTING.md), and
any that the installed packages contain.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import cache
from importlib import metadata, util
from pathlib import Path
from random import Random

import pytest

from fuzz.invariants.whole import DAY
from smlint import fix, lint, retrieve
from smlint.model.results import Report

pytestmark = pytest.mark.long

PACKAGES = ("cfn-lint", "aws-sam-translator", "aws-sam-cli")
SAMPLE = 3_000
CALLS = 10_000  # the SDK answers 60 to 150 a second
SEED = 20261129

REGISTRY = "763104351884.dkr.ecr.us-west-2.amazonaws.com"
TAG = "2.6.0-cpu-py312-ubuntu22.04-sagemaker"
RIGHT, WRONG = f"{REGISTRY}/pytorch-inference-arm64:{TAG}", f"{REGISTRY}/pytorch-inference:{TAG}"

YAML = """\
  InjectedModel:
    Type: AWS::SageMaker::Model
    Properties:
      ExecutionRoleArn: arn:aws:iam::111122223333:role/deploy
      PrimaryContainer: {Image: IMAGE}
  InjectedConfig:
    Type: AWS::SageMaker::EndpointConfig
    Properties:
      ProductionVariants:
        - {VariantName: all, ModelName: !GetAtt InjectedModel.ModelName, InstanceType: ml.c7g.xlarge, InitialInstanceCount: 1}
"""
JSON = (
    '"InjectedModel": {"Type": "AWS::SageMaker::Model", "Properties": {"ExecutionRoleArn": "arn:aws:iam::111122223333:role/deploy",'
    ' "PrimaryContainer": {"Image": "IMAGE"}}}, "InjectedConfig": {"Type": "AWS::SageMaker::EndpointConfig", "Properties": {"ProductionVariants":'
    ' [{"VariantName": "all", "ModelName": {"Fn::GetAtt": ["InjectedModel", "ModelName"]}, "InstanceType": "ml.c7g.xlarge", "InitialInstanceCount": 1}]}}'
)


@cache
def templates() -> tuple[Path, ...]:
    """The templates that can be found, in a random order that is the same in every run."""
    found = [Path(str(path.locate())) for path in _packaged()]
    folder = os.environ.get("SMLINT_TEMPLATES")
    if folder:
        found += [path for suffix in ("yaml", "yml", "json", "template") for path in Path(folder).rglob(f"*.{suffix}")]
    paths = sorted(path for path in set(found) if path.is_file() and path.stat().st_size < 500_000)
    Random(SEED).shuffle(paths)  # noqa: S311  # not a secret
    return tuple(paths)


def _packaged() -> Iterator[metadata.PackagePath]:
    for name in PACKAGES:
        try:
            files = metadata.files(name) or []
        except metadata.PackageNotFoundError:
            continue
        yield from (path for path in files if path.suffix in (".yaml", ".yml", ".template"))


def inject(text: str, image: str) -> str | None:
    """Add a deployment to the resources of a template; None if they are not written in the usual way."""
    block = re.search(r"^Resources:[ \t]*\n(?:[ \t]*(?:#.*)?\n)*( +)(?=[\"'\w])", text, re.MULTILINE)
    if block is not None:
        indent = " " * (len(block[1]) - 2) if len(block[1]) >= 2 else None
        if indent is None:
            return None
        start = block.start(1)
        return text[:start] + "".join(f"{indent}{line}\n" for line in YAML.replace("IMAGE", image).splitlines()) + text[start:]
    resources = re.search(r'^[ \t]*"Resources"\s*:\s*\{(?=\s*")', text, re.MULTILINE)
    return text[: resources.end()] + JSON.replace("IMAGE", image) + "," + text[resources.end() :] if resources is not None else None


def sample() -> Iterator[tuple[Path, str]]:
    """Yield readable CloudFormation templates to which a deployment can be added."""
    if not templates():
        pytest.skip("no templates: set SMLINT_TEMPLATES to a folder with checkouts of cfn-lint and the SAM specification")
    count = 0
    for path in templates():
        try:
            text = path.read_bytes().decode()
        except UnicodeDecodeError:
            continue
        injected = inject(text, RIGHT)
        if injected is None or "\r" in text or "InjectedModel" in text:
            continue
        if any(finding.rule == "syntax-error" for finding in lint(injected, f"deploy{path.suffix}", as_of=DAY).findings):
            continue
        yield path, text
        count += 1
        if count == SAMPLE:
            return


def findings(report: Report) -> list[tuple[str, str, str]]:
    return sorted((finding.rule, finding.message, finding.resource) for finding in report.findings)


def of_injected(report: Report) -> list[tuple[str, str]]:
    return [(finding.rule, finding.severity.value) for finding in report.findings if finding.resource.startswith("Injected") and finding.severity.value != "note"]


def is_transformed(text: str) -> bool:
    """Return whether a macro may change anything in the template."""
    names = re.findall(r"Transform[\"']?:\s*(.*(?:\n\s*-.*)*)", text)
    return any(re.search(r"[\w:-]+", re.sub(r"AWS::(?:Serverless-2016-10-31|LanguageExtensions|SecretsManager-2020-07-23)(?![\w-])", "", name)) for name in names)


def test_a_correct_deployment_in_a_template_changes_no_finding() -> None:
    count = 0
    for path, text in sample():
        name = f"deploy{path.suffix}"
        injected = inject(text, RIGHT) or ""
        report = lint(injected, name, as_of=DAY)
        assert of_injected(report) == [], path
        before = findings(lint(text, name, as_of=DAY))
        assert [finding for finding in findings(report) if not finding[2].startswith("Injected")] == before, path
        count += 1
    assert count > 100


def test_a_wrong_deployment_in_a_template_is_the_only_new_error_and_is_fixed() -> None:
    for path, text in sample():
        if is_transformed(text):
            continue
        name = f"deploy{path.suffix}"
        wrong, right = inject(text, WRONG) or "", inject(text, RIGHT) or ""
        report = lint(wrong, name, as_of=DAY)
        assert of_injected(report) == [("image-architecture-mismatch", "error")], path
        assert fix(wrong, name, as_of=DAY) == fix(right, name, as_of=DAY), path


def test_random_calls_have_the_answers_of_the_installed_sdk() -> None:
    if util.find_spec("sagemaker") is None or util.find_spec("sagemaker.core") is None:
        pytest.skip("sagemaker-core is not installed")
    from sagemaker.core import image_uris  # type: ignore[import-not-found]

    from tests.oracle import recorded_calls, regions

    random = Random(SEED)  # noqa: S311  # not a secret
    calls = list(recorded_calls(every=97, first=random.randrange(97)))
    names = {
        "framework": sorted({call.framework for call in calls}),
        "image_scope": sorted({call.scope for call in calls}, key=str),
        "version": sorted({call.version for call in calls}, key=str),
        "py_version": sorted({call.py_version for call in calls}, key=str),
        "instance_type": sorted({call.instance_type for call in calls}, key=str),
        "base_framework_version": sorted({call.base_framework_version for call in calls}, key=str),
    }
    different = []
    for _ in range(CALLS):
        call, region = random.choice(calls), random.choice(regions())
        arguments = {
            "framework": call.framework, "image_scope": call.scope, "version": call.version, "py_version": call.py_version,
            "instance_type": call.instance_type, "base_framework_version": call.base_framework_version,
        }  # fmt: skip
        for name in random.sample(sorted(names), random.choice((0, 1, 1, 2))):
            arguments[name] = random.choice(names[name])
        theirs = _answer(lambda: image_uris.retrieve(region=region, **arguments))  # noqa: B023
        ours = _answer(lambda: retrieve(region=region, sdk_compatible=True, **arguments))  # type: ignore[arg-type]  # noqa: B023
        if theirs != ours:
            different.append((region, arguments, theirs, ours))
    assert different == [], f"{len(different)} of {CALLS} calls differ, such as {different[:5]}"


def _answer(call: object) -> str:
    try:
        return str(call())  # type: ignore[operator]
    except Exception:
        return "refused"

"""Suppressions in metadata, for formats without comments."""

from __future__ import annotations

import json

import pytest

from smlint import fix, lint
from smlint.model.findings import Severity
from smlint.model.results import Report
from smlint.model.settings import Settings

X86 = "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310-ubuntu20.04-sagemaker"
ARM = X86.replace("pytorch-inference", "pytorch-inference-graviton")
RULE = "image-architecture-mismatch"
OTHER = "image-domain-mismatch"
DAY = "2024-01-01"

Json = dict[str, object]


def template(metadata: object = None, *, image: object = X86, top: Json | None = None, config: object = None, **sections: Json) -> Json:
    """Return a CloudFormation template with a model and its endpoint configuration, each with metadata."""
    model: Json = {"Type": "AWS::SageMaker::Model", "Properties": {"PrimaryContainer": {"Image": image}}}
    variant = {"ModelName": {"Fn::GetAtt": ["Model", "ModelName"]}, "VariantName": "a", "InstanceType": "ml.c7g.large"}
    endpoint: Json = {"Type": "AWS::SageMaker::EndpointConfig", "Properties": {"ProductionVariants": [variant]}}
    if metadata is not None:
        model["Metadata"] = metadata
    if config is not None:
        endpoint["Metadata"] = config
    return {**sections, **({"Metadata": top} if top else {}), "Resources": {"Model": model, "Config": endpoint}}


def ignoring(**rules: object) -> Json:
    return {"smlint": {"ignore": {name.replace("_", "-"): reason for name, reason in rules.items()}}}


def kubernetes(annotation: str | None, image: str = X86, name: str = "m") -> str:
    """Return an ACK model and its endpoint configuration, as YAML."""
    annotations = f"\n  annotations:\n    smlint/ignore: {annotation}" if annotation is not None else ""
    return (
        f"apiVersion: sagemaker.services.k8s.aws/v1alpha1\nkind: Model\nmetadata:\n  name: {name}{annotations}\n"
        f"spec:\n  modelName: {name}\n  primaryContainer:\n    image: {image}\n---\n"
        f"apiVersion: sagemaker.services.k8s.aws/v1alpha1\nkind: EndpointConfig\nmetadata: {{name: c-{name}}}\n"
        f"spec:\n  productionVariants:\n    - {{modelName: {name}, variantName: a, instanceType: ml.c7g.large}}\n"
    )


def terraform(text: object, image: str = X86, **top: object) -> Json:
    """Return a Terraform configuration in JSON."""
    model: Json = {"//": text, "primary_container": {"image": image}}
    variant = {"model_name": "${aws_sagemaker_model.m.name}", "instance_type": "ml.c7g.large"}
    return {
        **top,
        "resource": {"aws_sagemaker_model": {"m": model}, "aws_sagemaker_endpoint_configuration": {"c": {"production_variants": variant}}},
    }


def machine(comment: str, image: str = X86, **top: object) -> Json:
    """Return a state machine with a training job."""
    states = {
        "Train": {
            "Type": "Task",
            "Comment": comment,
            "Resource": "arn:aws:states:::sagemaker:createTrainingJob.sync",
            "Parameters": {
                "AlgorithmSpecification": {"TrainingImage": image, "TrainingInputMode": "File"},
                "ResourceConfig": {"InstanceCount": 1, "InstanceType": "ml.c5.xlarge", "VolumeSizeInGB": 10},
            },
            "End": True,
        }
    }
    return {**top, "StartAt": "Train", "States": states}


def checked(manifest: Json | str, filename: str = "", **settings: object) -> Report:
    text = manifest if isinstance(manifest, str) else json.dumps(manifest, indent=2)
    name = filename or ("deploy.yaml" if isinstance(manifest, str) else "deploy.json")
    return lint(text, name, as_of=DAY, settings=Settings(**settings))  # type: ignore[arg-type]  # only what the cases below give


def outcome(report: Report) -> tuple[list[str], list[tuple[str, str, str]]]:
    """Return the live findings, and how the others are suppressed."""
    live = sorted(f"{f.severity} {f.rule}" for f in report.findings if f.suppressed is None)
    return live, sorted((f.rule, f.suppressed.by, f.suppressed.reason) for f in report.findings if f.suppressed is not None)


SUPPRESSED: tuple[list[str], list[tuple[str, str, str]]] = ([], [(RULE, "metadata", "in May")])
INEFFECTIVE: tuple[list[str], list[tuple[str, str, str]]] = ([f"error {RULE}", "warning unused-suppression"], [])
PARAMETER: Json = {"Parameters": {"ImageUri": {"Type": "String", "Default": X86}}}
REF = {"Ref": "ImageUri"}


@pytest.mark.parametrize(
    ("manifest", "expected"),
    [
        pytest.param(template(ignoring(image_architecture_mismatch="in May")), SUPPRESSED, id="resource"),
        pytest.param(template(top=ignoring(image_architecture_mismatch="in May")), SUPPRESSED, id="whole template"),
        pytest.param(template(config=ignoring(image_architecture_mismatch="in May")), INEFFECTIVE, id="other resource"),
        pytest.param(template(ignoring(image_architecture_mismatch="in May"), image=REF, **PARAMETER), SUPPRESSED, id="image in a parameter default"),
        pytest.param(template(config=ignoring(image_architecture_mismatch="in May"), image=REF, **PARAMETER), INEFFECTIVE, id="other resource, image in a parameter default"),
        pytest.param(template(ignoring(image_architecture_mismatch="in May", image_domain_mismatch="x")), (["warning unused-suppression"], SUPPRESSED[1]), id="one of two is unused"),
        pytest.param(template(ignoring(image_architecture="in May")), ([f"error {RULE}", "error unused-suppression"], []), id="unknown rule"),
        pytest.param(template(ignoring(image_architecture_mismatch=None)), ([], [(RULE, "metadata", "")]), id="no reason"),
        pytest.param(template(ignoring(image_architecture_mismatch=["x"])), ([f"error {RULE}", "error unused-suppression"], []), id="reason is not a string"),
        pytest.param(template({"smlint": {"ignore": [RULE]}}), ([f"error {RULE}", "error unused-suppression"], []), id="list of rules"),
        pytest.param(template({"smlint": {"ignored": {RULE: "x"}}}), ([f"error {RULE}", "error unused-suppression"], []), id="misspelled key"),
        pytest.param(template({"smlint": f"ignore {RULE}"}), ([f"error {RULE}", "error unused-suppression"], []), id="not a map"),
        pytest.param(template({"cfn-lint": {"config": {"ignore_checks": ["E3002"]}}}), ([f"error {RULE}"], []), id="metadata of another tool"),
        pytest.param(terraform(f"smlint: ignore[{RULE}] in May"), SUPPRESSED, id="Terraform comment"),
        pytest.param(terraform(f"why. smlint: ignore[{RULE}] in May"), SUPPRESSED, id="Terraform comment after other text"),
        pytest.param(terraform(["why", f"smlint: ignore[{RULE}] in May"]), SUPPRESSED, id="list of comments"),
        pytest.param(terraform("x", **{"//": f"smlint: ignore[{RULE}] in May"}), SUPPRESSED, id="Terraform comment at the top"),
        pytest.param(terraform("x", provider={"//": f"smlint: file-ignore[{RULE}] in May"}), SUPPRESSED, id="file-ignore anywhere"),
        pytest.param(terraform("x", provider={"//": f"smlint: ignore[{RULE}] in May"}), INEFFECTIVE, id="Terraform comment elsewhere"),
        pytest.param(terraform(f"smlint: ignore[{RULE}, {OTHER}] in May"), (["warning unused-suppression"], SUPPRESSED[1]), id="one name of two is unused"),
        pytest.param(terraform(f"smlint: ignore {RULE}"), ([f"error {RULE}"], []), id="missing brackets"),
    ],
)  # fmt: skip
def test_json(manifest: Json, expected: tuple[list[str], list[tuple[str, str, str]]]) -> None:
    name = "main.tf.json" if "resource" in manifest else ""
    assert outcome(checked(manifest, name)) == expected


@pytest.mark.parametrize(
    ("annotation", "left", "reasons"),
    [
        pytest.param(f'"{RULE}: in May"', [], ["in May"], id="one rule"),
        pytest.param(f"{RULE}", [], [""], id="name only"),
        pytest.param(f'"{RULE}: slow, but known, see https://x.example/a"', [], ["slow, but known, see https://x.example/a"], id="commas and colons in the reason"),
        pytest.param(f'"{RULE}: a, {OTHER}: b"', ["warning unused-suppression"], ["a"], id="two rules, comma"),
        pytest.param(f'"{OTHER}, {RULE}: a, b"', ["warning unused-suppression"], ["a, b"], id="name, and name with reason"),
        pytest.param(f"|\n      {OTHER}: b\n      {RULE}: a", ["warning unused-suppression"], ["a"], id="two rules, two lines"),
        pytest.param(f'"{RULE}: a, image-architecture: b"', ["error unused-suppression"], ["a"], id="unknown rule"),
        pytest.param(f'"{RULE}, image-architecture"', ["error unused-suppression"], [""], id="unknown rule in a list of names"),
        pytest.param('"no such: thing"', [f"error {RULE}", "error unused-suppression"], [], id="not a rule name"),
        pytest.param('""', [f"error {RULE}"], [], id="empty"),
    ],
)
def test_kubernetes(annotation: str, left: list[str], reasons: list[str]) -> None:
    live, silenced = outcome(checked(kubernetes(annotation)))
    assert (live, [reason for _, _, reason in silenced]) == (left, reasons)


def test_an_annotation_covers_its_own_document() -> None:
    both = kubernetes(f'"{RULE}: in May"', name="m") + "---\n" + kubernetes(None, name="n")
    report = checked(both)
    assert outcome(report) == ([f"error {RULE}"], [(RULE, "metadata", "in May")])
    assert [f.resource for f in report.findings if f.suppressed is None] == ["n"]


def test_yaml_forms() -> None:
    text = f"""\
Resources:
  Model:
    Type: AWS::SageMaker::Model
    Metadata:
      smlint: {{ignore: {{{RULE}: in May}}}}
    Properties:
      PrimaryContainer: {{Image: {X86}}}
  Config:
    Type: AWS::SageMaker::EndpointConfig
    Properties:
      ProductionVariants:
        - {{ModelName: !GetAtt Model.ModelName, VariantName: a, InstanceType: ml.c7g.large}}
"""
    assert outcome(checked(text)) == SUPPRESSED


SCOPE = "image-scope-mismatch"


@pytest.mark.parametrize(
    ("manifest", "left", "reasons"),
    [
        pytest.param(machine(f"Trains. smlint: ignore[{SCOPE}] a, b"), [], ["a, b"], id="state"),
        pytest.param(machine("Trains.", Comment=f"All. smlint: ignore[{SCOPE}] all"), [], ["all"], id="state machine"),
        pytest.param(machine("Trains."), [f"error {SCOPE}"], [], id="no suppression"),
        pytest.param(machine("smlint: ignore[nope] x"), [f"error {SCOPE}", "error unused-suppression"], [], id="unknown rule"),
    ],
)
def test_a_state_machine(manifest: Json, left: list[str], reasons: list[str]) -> None:
    live, silenced = outcome(checked(manifest))
    assert (live, [reason for _, _, reason in silenced]) == (left, reasons)


DEFINITION = json.dumps(machine(f"smlint: ignore[{SCOPE}] a"))


@pytest.mark.parametrize(
    "definition",
    [
        pytest.param(DEFINITION, id="a string"),
        pytest.param(
            {"Fn::Join": ["", [DEFINITION.partition("us-west-2")[0], {"Ref": "AWS::Region"}, DEFINITION.partition("us-west-2")[2]]]},
            id="joined, as the CDK does",
        ),
    ],
)
def test_a_state_machine_inside_a_template(definition: object) -> None:
    manifest: Json = {"Resources": {"M": {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"DefinitionString": definition}}}}
    assert outcome(checked(manifest)) == ([], [(SCOPE, "metadata", "a")])


def two_models(first: object, second: object) -> Json:
    """Return a template in which two models on separate endpoints share a parameter default as image."""
    manifest = template(first, image=REF, **PARAMETER)
    resources = manifest["Resources"]
    assert isinstance(resources, dict)
    text = json.dumps(template(second, image=REF)["Resources"]).replace('"Model"', '"Second"').replace('"Config"', '"SecondConfig"')
    resources.update(json.loads(text))
    return manifest


@pytest.mark.parametrize(
    ("first", "second", "left"),
    [
        pytest.param(ignoring(image_architecture_mismatch="a"), ignoring(image_architecture_mismatch="b"), [], id="both suppressed"),
        pytest.param(ignoring(image_architecture_mismatch="a"), None, [f"error {RULE}", "warning unused-suppression"], id="one not suppressed"),
    ],
)
def test_a_value_shared_by_two_resources(first: object, second: object, left: list[str]) -> None:
    assert outcome(checked(two_models(first, second)))[0] == left


def test_settings_for_suppressions() -> None:
    without = template(ignoring(image_architecture_mismatch=""))
    assert outcome(checked(without, require_ignore_reason=True))[0] == [f"error {RULE}", "warning unused-suppression"]
    with_reason = template(ignoring(image_architecture_mismatch="in May"))
    assert outcome(checked(with_reason, require_ignore_reason=True)) == SUPPRESSED
    assert outcome(checked(with_reason, apply_suppressions=False))[0] == [f"error {RULE}"]
    unused = template(ignoring(image_architecture_mismatch="x"), image=ARM)
    assert outcome(checked(unused, ignore=("hardware",))) == ([], [])
    assert outcome(checked(unused, severities=(("unused-suppression", Severity.NOTE),)))[0] == ["note unused-suppression"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(json.dumps(terraform(f"why. smlint: ignore[{RULE}] x", ARM)), json.dumps(terraform("why.", ARM)), id="end of a text"),
        pytest.param(json.dumps(terraform(f"smlint: ignore[{RULE}, {OTHER}] x")), json.dumps(terraform(f"smlint: ignore[{RULE}] x")), id="one of two names"),
        pytest.param(json.dumps(terraform(f"smlint: ignore[{RULE}] x", ARM)), None, id="whole text is kept"),
        pytest.param(json.dumps(template(ignoring(image_architecture_mismatch="x"), image=ARM)), None, id="map entry is kept"),
        pytest.param(kubernetes(f'"{RULE}: a, {OTHER}: b, c"'), kubernetes(f'"{RULE}: a"'), id="last entry"),
        pytest.param(kubernetes(f'"{OTHER}: b, c, {RULE}: a"'), kubernetes(f'"{RULE}: a"'), id="first entry"),
        pytest.param(kubernetes(f'"{OTHER}: b"', ARM), None, id="only entry is kept"),
        pytest.param(kubernetes(f"|\n      {RULE}: a\n      {OTHER}: b"), None, id="line of a block scalar is kept"),
        pytest.param(json.dumps(terraform(f'"why" smlint: ignore[{RULE}] x', ARM)), None, id="escaped text is kept"),
    ],
)  # fmt: skip
def test_unused_suppressions_are_removed_if_the_edit_is_exact(before: str, after: str | None) -> None:
    name = "main.tf.json" if '"resource"' in before else "deploy.json" if before[0] == "{" else "deploy.yaml"
    assert any(f.rule == "unused-suppression" for f in lint(before, name, as_of=DAY).findings)
    assert fix(before, name, as_of=DAY) == (before if after is None else after)

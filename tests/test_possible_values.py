"""Templates whose values depend on conditions, defaults and allowed values: what is reported, and what is fixed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from smlint import fix, lint
from smlint.model.results import FixMode
from smlint.model.settings import Settings
from smlint.runner.run import check

REPOSITORY = "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference"
X86 = f"{REPOSITORY}:2.6.0-cpu-py312-ubuntu22.04-sagemaker"
GPU = f"{REPOSITORY}:2.6.0-gpu-py312-cu124-ubuntu22.04-sagemaker"
ARM = f"{REPOSITORY}-arm64:2.6.0-cpu-py312-ubuntu22.04-sagemaker"
CHINA = "727897471807.dkr.ecr.cn-north-1.amazonaws.com.cn/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker"


def template(head: str, image: str, instance: str, more: str = "") -> str:
    return f"""{head}
Resources:
  Model:
    Type: AWS::SageMaker::Model
    Properties:
      PrimaryContainer: {{Image: {image}}}
  Config:
    Type: AWS::SageMaker::EndpointConfig
    Properties:
      ProductionVariants: [{{VariantName: main, ModelName: !GetAtt Model.ModelName, InstanceType: {instance}}}]
{more}"""


def rules(text: str, regions: tuple[str, ...] = ()) -> set[str]:
    return {finding.rule for finding in lint(text, as_of="2025-01-01", regions=regions).findings}


def is_fixed(text: str) -> bool:
    return fix(text, as_of="2025-01-01") != text


IS_CHINA = {
    "a part of the Region": "!Equals [!Select [0, !Split ['-', !Ref AWS::Region]], cn]",
    "the Region in a string": "!Equals [!Sub 'x-${AWS::Region}', x-cn-north-1]",
    "a map": "!Equals [!FindInMap [Places, !Ref AWS::Region, Name], china]",
    "the partition": "!Equals [!Join ['', [p-, !Ref AWS::Partition]], p-aws-cn]",
}


@pytest.mark.parametrize("condition", [pytest.param(value, id=key) for key, value in IS_CHINA.items()])
def test_the_region_decides_a_condition(condition: str) -> None:
    head = f"Mappings: {{Places: {{cn-north-1: {{Name: china}}, us-west-2: {{Name: oregon}}}}}}\nConditions: {{IsChina: {condition}}}"
    text = template(head, f"!If [IsChina, '{CHINA}', '{X86}']", "ml.m5.xlarge")
    assert rules(text, ("us-west-2", "cn-north-1")) == set()


@pytest.mark.parametrize(
    ("head", "image", "instance", "expected", "fixed"),
    [
        pytest.param(
            "Parameters: {Gpu: {Type: String, Default: 'no'}, Size: {Type: String, Default: ml.m5.xlarge}}\nConditions: {G: !Equals [!Ref Gpu, 'yes']}",
            f"!If [G, '{GPU}', '{X86}']",
            "!Ref Size",
            set(),
            False,
            id="a default is not paired with the arm of an undecided condition",
        ),
        pytest.param(
            "Parameters: {Size: {Type: String, Default: ml.c7g.xlarge}}\nConditions: {A: !Equals [!Select [1, !Split [., !Ref Size]], c7g]}",
            f"!If [A, '{ARM}', '{X86}']",
            "!Ref Size",
            set(),
            False,
            id="a default decides a condition on itself",
        ),
        pytest.param(
            "Parameters: {Arm: {Type: String}}\nConditions: {A: !Equals [!Ref Arm, 'yes']}",
            f"'{X86}'",
            "!If [A, ml.c7g.xlarge, ml.m5.xlarge]",
            {"image-architecture-mismatch"},
            False,
            id="an arm is paired with a fixed value",
        ),
        pytest.param(
            "Parameters: {Size: {Type: String, Default: ml.c7g.xlarge}}",
            f"'{X86}'",
            "!Ref Size",
            {"image-architecture-mismatch"},
            True,
            id="a default without other values",
        ),
        pytest.param(
            "Parameters: {Size: {Type: String, Default: ml.c7g.xlarge, AllowedValues: [ml.c7g.xlarge, ml.c6g.xlarge]}}",
            f"'{X86}'",
            "!Ref Size",
            {"image-architecture-mismatch"},
            True,
            id="allowed values that need the same fix",
        ),
        pytest.param(
            "Parameters: {Size: {Type: String, Default: ml.c7g.xlarge, AllowedValues: [ml.c7g.xlarge, ml.m5.xlarge]}}",
            f"'{X86}'",
            "!Ref Size",
            {"image-architecture-mismatch"},
            False,
            id="an allowed value that needs the image as it is",
        ),
        pytest.param(
            "Parameters: {Size: {Type: String, Default: ml.m5.xlarge, AllowedValues: [ml.m5.xlarge, ml.m5.hugee]}}",
            f"'{X86}'",
            "!Ref Size",
            {"unknown-instance-type"},
            False,
            id="an allowed value that does not exist",
        ),
        pytest.param(
            "Parameters: {Env: {Type: String, Default: dev}}\nMappings: {S: {dev: {i: ml.c7g.xlarge}, prod: {i: ml.m5.xlarge}}}",
            f"'{X86}'",
            "!FindInMap [S, !Ref Env, i]",
            {"image-architecture-mismatch"},
            False,
            id="another row of a map needs the image as it is",
        ),
        pytest.param(
            f"Parameters: {{Uri: {{Type: String, Default: '{X86}', AllowedValues: ['{X86}', '{GPU}']}}}}",
            "!Ref Uri",
            "ml.c7g.xlarge",
            {"image-architecture-mismatch"},
            False,
            id="the fixed default is not an allowed value",
        ),
        pytest.param(
            f"Parameters: {{Uri: {{Type: String, Default: '{X86}', AllowedValues: ['{X86}', '{ARM}']}}}}",
            "!Ref Uri",
            "ml.c7g.xlarge",
            {"image-architecture-mismatch"},
            True,
            id="the fixed default is an allowed value",
        ),
        pytest.param(
            f"Parameters: {{Uri: {{Type: String, Default: '{X86}', MaxLength: {len(X86) + 2}}}}}",
            "!Ref Uri",
            "ml.c7g.xlarge",
            {"image-architecture-mismatch"},
            False,
            id="the fixed default is too long",
        ),
        pytest.param(
            f"Parameters: {{Uri: {{Type: String, Default: '{X86}', AllowedPattern: '.*inference:.*'}}}}",
            "!Ref Uri",
            "ml.c7g.xlarge",
            {"image-architecture-mismatch"},
            False,
            id="a default with a pattern",
        ),
        pytest.param("Transform: [Resize]", f"'{X86}'", "ml.c7g.xlarge", set(), False, id="a macro may change every value"),
        pytest.param("Transform: AWS::Serverless-2016-10-31", f"'{X86}'", "ml.c7g.xlarge", {"image-architecture-mismatch"}, True, id="SAM changes no value"),
        pytest.param(
            "Parameters: {Sizes: {Type: CommaDelimitedList, Default: 'ml.m5.xlarge, ml.c7g.xlarge'}}",
            f"'{ARM}'",
            "!Select [0, !Ref Sizes]",
            {"image-architecture-mismatch"},
            True,
            id="a member of a list",
        ),
        pytest.param(
            "Mappings: {S: {a: {L: [ml.m5.xlarge, ml.c7g.xlarge]}}}", f"'{X86}'", "!Select [1, !FindInMap [S, a, L]]", {"image-architecture-mismatch"}, True, id="a list in a map"
        ),
        pytest.param("", f"'{X86}'", "!Join [., !Split ['|', 'ml|c7g|xlarge']]", {"image-architecture-mismatch"}, True, id="a joined list"),
    ],
)
def test_values_of_a_template(head: str, image: str, instance: str, expected: set[str], fixed: bool) -> None:
    text = template(head, image, instance)
    assert rules(text) == expected
    assert is_fixed(text) is fixed


@pytest.mark.parametrize(
    "more",
    [
        pytest.param("  Probe: {Type: AWS::Lambda::Function, Properties: {Environment: {Variables: {MODEL: !GetAtt Model.ModelName}}}}", id="a function"),
        pytest.param("Outputs: {Name: {Value: !GetAtt Model.ModelName, Export: {Name: rank}}}", id="an export"),
        pytest.param(
            "  Part: {Type: AWS::SageMaker::InferenceComponent, Properties: {EndpointName: shared, VariantName: v, Specification: {ModelName: !GetAtt Model.ModelName}}}",
            id="an inference component on another endpoint",
        ),
        pytest.param(
            "  Fn::ForEach::L: [X, [a], {'C${X}': {Type: AWS::SageMaker::EndpointConfig, Properties: {ProductionVariants: [{ModelName: !GetAtt Model.ModelName}]}}}]", id="a loop"
        ),
    ],
)
def test_a_user_on_an_unknown_instance_type_prevents_a_fix_of_the_architecture(more: str) -> None:
    text = template("", f"'{X86}'", "ml.c7g.xlarge", more)
    assert "image-architecture-mismatch" in rules(text)
    assert not is_fixed(text)


def test_a_user_on_an_unknown_instance_type_does_not_prevent_a_fix_of_the_region() -> None:
    text = template("", f"'{X86}'", "ml.m5.xlarge", "Outputs: {Name: {Value: !GetAtt Model.ModelName, Export: {Name: rank}}}")
    assert "us-east-1" in fix(text, as_of="2025-01-01", regions=("us-east-1",))


def test_an_output_without_an_export_is_no_user() -> None:
    assert is_fixed(template("", f"'{X86}'", "ml.c7g.xlarge", "Outputs: {Name: {Value: !GetAtt Model.ModelName}}"))


LISTS = {
    "an unknown type": ("[ml.c6i.xlarge, ml.m5.larg]", "unknown-instance-type"),
    "another architecture": ("[ml.c7g.xlarge, ml.m5.large]", "image-architecture-mismatch"),
    "a GPU": ("[ml.g5.xlarge, ml.m5.large]", None),
    "a parameter": ("!Ref Types", "unknown-instance-type"),
}


@pytest.mark.parametrize(("types", "expected"), [pytest.param(*value, id=key) for key, value in LISTS.items()])
def test_the_instance_types_that_a_model_package_offers_are_checked(types: str, expected: str | None) -> None:
    text = f"""Parameters: {{Types: {{Type: CommaDelimitedList, Default: 'ml.m5.large, ml.m5.larg'}}}}
Resources:
  Package:
    Type: AWS::SageMaker::ModelPackage
    Properties:
      InferenceSpecification: {{Containers: [{{Image: '{X86}'}}], SupportedRealtimeInferenceInstanceTypes: {types}}}
"""
    assert rules(text) == ({expected} if expected else set())
    assert not is_fixed(text)


def machine(image: str, instance: str) -> str:
    request = (
        f'{{"TrainingJobName": "fit", "AlgorithmSpecification": {{"TrainingImage": "{image}"}}, '
        f'"ResourceConfig": {{"InstanceType": "{instance}", "InstanceCount": ${{Count}}}}}}'
    )
    resource = "arn:aws:states:::sagemaker:createTrainingJob.sync"
    return f'{{"StartAt": "Fit", "States": {{"Fit": {{"Type": "Task", "Resource": "{resource}", "End": true, "Parameters": {request}}}}}}}'


TRAINING = X86.replace("pytorch-inference", "pytorch-training").replace("cpu-py312", "gpu-py312-cu126")
CPU_TRAINING = TRAINING.replace("gpu-py312-cu126", "cpu-py312")


@pytest.mark.parametrize(
    ("parameter", "expected"),
    [
        pytest.param("Default: ml.m5.4xlarge", ["image-processor-mismatch"], id="a default"),
        pytest.param("Default: ml.m5.4xlarge, AllowedValues: [ml.m5.4xlarge, ml.g5.xlarge]", ["image-processor-mismatch"], id="a default with other values"),
        pytest.param("Default: ml.g5.xlarge", [], id="a type with a GPU"),
        pytest.param("Description: no default", [], id="no default"),
    ],
)
def test_a_template_fills_in_the_definition_of_its_state_machine(parameter: str, expected: list[str], tmp_path: Path) -> None:
    template = f"""Transform: AWS::Serverless-2016-10-31
Parameters: {{Size: {{Type: String, {parameter}}}}}
Resources:
  Machine:
    Type: AWS::Serverless::StateMachine
    Properties: {{DefinitionUri: machine.asl.json, DefinitionSubstitutions: {{Size: !Ref Size, Count: 1}}}}
"""
    (tmp_path / "template.yaml").write_text(template)
    definition = tmp_path / "machine.asl.json"
    definition.write_text(machine(TRAINING, "${Size}"))
    settings = Settings(today=date(2025, 1, 1))
    assert [finding.rule for finding in check([str(tmp_path)], settings).report.findings] == expected
    check([str(tmp_path)], settings, FixMode.APPLY)
    # Another template may use the definition with other substitutions.
    assert definition.read_text() == machine(TRAINING, "${Size}")
    assert (tmp_path / "template.yaml").read_text() == template


def test_a_definition_with_a_substitution_outside_strings_is_read() -> None:
    text = machine(TRAINING, "ml.m5.4xlarge")
    assert rules(text) == {"image-processor-mismatch"}
    assert fix(text, as_of="2025-01-01") == text.replace(TRAINING, CPU_TRAINING)


def test_the_instance_type_of_an_endpoint_with_a_model_package_is_checked() -> None:
    text = template("Parameters: {Package: {Type: String}}", "", "ml.m5.larg").replace("PrimaryContainer: {Image: }", "Containers: [{ModelPackageName: !Ref Package}]")
    assert rules(text) == {"unknown-instance-type"}


def test_the_image_of_a_model_package_runs_on_its_endpoint() -> None:
    package = f"  Package: {{Type: AWS::SageMaker::ModelPackage, Properties: {{InferenceSpecification: {{Containers: [{{Image: '{X86}'}}]}}}}}}"
    text = template("", "", "ml.c7g.xlarge", package).replace("PrimaryContainer: {Image: }", "Containers: [{ModelPackageName: !Ref Package}]")
    assert "image-architecture-mismatch" in rules(text)


@pytest.mark.parametrize(
    ("name", "text", "fixed"),
    [
        pytest.param("prod.json", '[{"ParameterKey": "Size", "ParameterValue": "ml.m5.xlarge"}]', False, id="a parameter file"),
        pytest.param("prod.json", '{"Parameters": {"Size": "ml.m5.xlarge"}}', False, id="a template configuration"),
        pytest.param("prod.json", '["Size=ml.m5.xlarge"]', False, id="a list of overrides"),
        pytest.param("parameters/prod.json", '[{"ParameterKey": "Size", "ParameterValue": "ml.m5.xlarge"}]', False, id="a folder of parameter files"),
        pytest.param("samconfig.toml", '[prod.deploy.parameters]\nparameter_overrides = "Stage=prod Size=\\"ml.m5.xlarge\\""', False, id="a SAM configuration"),
        pytest.param("samconfig.toml", '[a.b.parameters]\nparameter_overrides = ["ParameterKey=Size,ParameterValue=ml.m5.xlarge"]', False, id="a list in a SAM configuration"),
        pytest.param("prod.json", '[{"ParameterKey": "Size", "ParameterValue": "ml.c6g.xlarge"}]', True, id="a value that needs the same fix"),
        pytest.param("prod.json", '{"Size": [', True, id="no JSON"),
    ],
)
def test_a_parameter_file_has_another_value(name: str, text: str, fixed: bool, tmp_path: Path) -> None:
    path = tmp_path / "t.yaml"
    path.write_text(template("Parameters: {Size: {Type: String, Default: ml.c7g.xlarge}}", f"'{X86}'", "!Ref Size"))
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(text)
    settings = Settings(today=date(2025, 1, 1))
    assert [finding.rule for finding in check([str(path)], settings).report.findings] == ["image-architecture-mismatch"]
    check([str(path)], settings, FixMode.APPLY)
    assert (ARM in path.read_text()) is fixed


@pytest.mark.parametrize("other", [pytest.param("ml.m5.4xlarge", id="one that needs the same fix"), pytest.param("ml.g5.xlarge", id="one that needs the image as it is")])
def test_an_allowed_value_in_the_definition_of_a_state_machine(other: str) -> None:
    definition = machine(TRAINING, "${Size}").replace("${Count}", "1")
    text = f"""Parameters: {{Size: {{Type: String, Default: ml.m5.xlarge, AllowedValues: [ml.m5.xlarge, {other}]}}}}
Resources:
  Machine:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      DefinitionSubstitutions: {{Size: !Ref Size}}
      DefinitionString: |
        {definition}
"""
    assert rules(text) == {"image-processor-mismatch"}
    assert not is_fixed(text)  # the definition has an unknown instance type if the parameter has several values


def test_resources_of_one_condition_are_not_paired_with_a_default() -> None:
    text = f"""Parameters:
  UseGpu: {{Type: String, Default: 'no'}}
  Size: {{Type: String, Default: ml.m5.xlarge}}
Conditions: {{Gpu: !Equals [!Ref UseGpu, 'yes'], Cpu: !Not [!Condition Gpu]}}
Resources:
  Large: {{Type: AWS::SageMaker::Model, Condition: Gpu, Properties: {{PrimaryContainer: {{Image: '{GPU}'}}}}}}
  Small: {{Type: AWS::SageMaker::Model, Condition: Cpu, Properties: {{PrimaryContainer: {{Image: '{X86}'}}}}}}
  Config:
    Type: AWS::SageMaker::EndpointConfig
    Properties:
      ProductionVariants: [{{VariantName: v, ModelName: !If [Gpu, !GetAtt Large.ModelName, !GetAtt Small.ModelName], InstanceType: !Ref Size}}]
"""
    assert rules(text) == set()


def test_a_default_is_not_part_of_the_image_in_an_arm_of_an_undecided_condition() -> None:
    head = "Parameters: {Place: {Type: String, Default: aws}, Where: {Type: String, Default: us-west-2}}\nConditions: {China: !Equals [!Ref Place, aws-cn]}"
    china, other = CHINA.replace("cn-north-1", "${Where}"), X86.replace("us-west-2", "${Where}")
    assert rules(template(head, f"!If [China, !Sub '{china}', !Sub '{other}']", "ml.m5.xlarge")) == set()


def test_a_macro_in_a_resource_may_change_its_values() -> None:
    text = template("", f"'{X86}', Fn::Transform: {{Name: Resize}}", "ml.c7g.xlarge")
    assert rules(text) == set()


@pytest.mark.parametrize(
    ("rows", "size", "found"),
    [
        pytest.param((ARM, X86), "!Ref Size", set[str](), id="a row that fits the default and one that does not"),
        pytest.param((ARM, ARM), "!Ref Size", {"image-architecture-mismatch"}, id="no row fits the default"),
        pytest.param((ARM, X86), "ml.m5.large", {"image-architecture-mismatch"}, id="a row does not fit a literal"),
    ],
)
def test_the_rows_of_a_map_by_region_are_paired_with_a_default_together(rows: tuple[str, str], size: str, found: set[str]) -> None:
    table = f"Mappings: {{Images: {{us-west-2: {{Image: '{rows[0]}'}}, eu-west-1: {{Image: '{rows[1].replace('us-west-2', 'eu-west-1')}'}}}}}}"
    head = f"Parameters: {{Size: {{Type: String, Default: ml.m5.large}}}}\n{table}"
    text = template(head, "!FindInMap [Images, !Ref AWS::Region, Image]", size)
    assert rules(text) == found
    assert rules(text, ("us-west-2",)) == {"image-architecture-mismatch"}


def test_the_mildest_fault_of_the_allowed_values_is_reported() -> None:
    head = "Parameters: {Size: {Type: String, AllowedValues: [ml.c7g.large, ml.m5.large]}}"
    (finding,) = [one for one in lint(template(head, GPU, "ml.m5.large"), as_of="2025-01-01").findings if one.rule == "image-processor-mismatch"]
    assert finding.severity == "warning"
    assert rules(template(head, GPU, "!Ref Size")) == set()


IS_BIG = "!Equals [!Select [1, !Split ['.', !Ref Size]], c6i]"


@pytest.mark.parametrize(
    ("parameters", "condition", "found"),
    [
        pytest.param("Size: {Type: String, AllowedValues: [ml.c6i.large, ml.c6i.xlarge]}", IS_BIG, set[str](), id="all allowed values make it true"),
        pytest.param("Size: {Type: String, AllowedValues: [ml.c6i.large, ml.m5.xlarge]}", IS_BIG, {"image-architecture-mismatch"}, id="one does not"),
        pytest.param("Size: {Type: String, Default: ml.c6i.large}", IS_BIG, {"image-architecture-mismatch"}, id="other values are allowed"),
        pytest.param("Size: {Type: CommaDelimitedList, AllowedValues: [ml.c6i.large]}", IS_BIG, {"image-architecture-mismatch"}, id="a list of allowed values"),
        pytest.param(
            "Stage: {Type: String, AllowedValues: [dev, prod]}",
            "!Or [!Equals [!Ref Stage, dev], !Not [!Equals [!Ref Stage, dev]]]",
            set[str](),
            id="each value makes one operand true",
        ),
        pytest.param(
            "Stage: {Type: String, AllowedValues: [dev, prod]}, Other: {Type: String}",
            "!Or [!Condition IsKnown, !Equals [!Ref Other, x]]",
            set[str](),
            id="an open parameter does not matter",
        ),
        pytest.param(
            "Stage: {Type: String, AllowedValues: [dev, prod]}, Other: {Type: String}",
            "!And [!Condition IsKnown, !Equals [!Ref Other, x]]",
            {"image-architecture-mismatch"},
            id="an open parameter matters",
        ),
    ],
)
def test_an_arm_that_no_allowed_value_selects_is_not_reported(parameters: str, condition: str, found: set[str]) -> None:
    known = "IsKnown: !Or [!Equals [!Ref Stage, dev], !Equals [!Ref Stage, prod]]" if "Stage" in parameters else "IsKnown: !Equals [a, a]"
    head = f"Parameters: {{{parameters}}}\nConditions:\n  Is: {condition}\n  {known}"
    assert rules(template(head, f"!If [Is, '{X86}', '{ARM}']", "ml.c6i.large")) == found


def test_conditions_that_allowed_values_exclude_from_each_other_are_not_paired() -> None:
    head = (
        "Parameters: {Stage: {Type: String, AllowedValues: [dev, prod]}}\n"
        "Conditions: {IsDev: !Equals [!Ref Stage, dev], IsProd: !Equals [!Ref Stage, prod]}"
    )
    assert rules(template(head, f"!If [IsDev, '{ARM}', '{X86}']", "!If [IsProd, ml.m5.large, ml.c7g.large]")) == set()
    assert rules(template(head, f"!If [IsDev, '{X86}', '{ARM}']", "!If [IsProd, ml.m5.large, ml.c7g.large]")) == {"image-architecture-mismatch"}


def test_conditions_that_are_written_alike_have_the_same_value() -> None:
    text = """
Parameters: {Size: {Type: String, Default: ml.m5.xlarge}}
Conditions:
  Is: !Equals [m5, !Select [1, !Split [".", !Ref Size]]]
  Same: {"Fn::Equals": [{"Fn::Select": [1, {"Fn::Split": [".", {"Ref": "Size"}]}]}, m5]}
  Other: !Not [!Equals [m5, !Select [1, !Split [".", !Ref Size]]]]
Resources:
  M: {Type: AWS::SageMaker::Model, Condition: WHEN, Properties: {PrimaryContainer: {Image: 'IMAGE'}}}
  C:
    Type: AWS::SageMaker::EndpointConfig
    Condition: WHEN
    Properties:
      ProductionVariants: [{VariantName: a, ModelName: !GetAtt M.ModelName, InstanceType: !If [Is, ml.m5.xlarge, ml.c6i.xlarge], InitialInstanceCount: 1}]
""".replace("IMAGE", "763104351884.dkr.ecr.us-west-2.amazonaws.com/djl-inference:0.36.0-lmi18.0.0-cu128")
    for condition, instance_type in (("Same", "ml.m5.xlarge"), ("Other", "ml.c6i.xlarge")):
        (finding,) = lint(text.replace("WHEN", condition), as_of="2026-01-01").findings
        assert finding.message == f"GPU image on CPU instance type {instance_type}"

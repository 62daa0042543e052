"""Templates whose values depend on conditions, defaults and allowed values: what is reported, and what is fixed."""

from __future__ import annotations

import pytest

from smlint import fix, lint

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


def test_the_instance_type_of_an_endpoint_with_a_model_package_is_checked() -> None:
    text = template("Parameters: {Package: {Type: String}}", "", "ml.m5.larg").replace("PrimaryContainer: {Image: }", "Containers: [{ModelPackageName: !Ref Package}]")
    assert rules(text) == {"unknown-instance-type"}


def test_the_image_of_a_model_package_runs_on_its_endpoint() -> None:
    package = f"  Package: {{Type: AWS::SageMaker::ModelPackage, Properties: {{InferenceSpecification: {{Containers: [{{Image: '{X86}'}}]}}}}}}"
    text = template("", "", "ml.c7g.xlarge", package).replace("PrimaryContainer: {Image: }", "Containers: [{ModelPackageName: !Ref Package}]")
    assert "image-architecture-mismatch" in rules(text)

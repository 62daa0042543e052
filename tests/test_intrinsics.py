"""CloudFormation's intrinsic functions: their values, placeholders and spans."""

from __future__ import annotations

import pytest

from smlint.readers.assumptions import AssumedValue
from smlint.readers.cloudformation.intrinsics import Intrinsics
from smlint.readers.reader import ReadContext
from smlint.syntax import Mapping, parse

TEMPLATE = """
Parameters:
  Size: {Type: String, Default: ml.m5.xlarge}
  Family: {Type: String, AllowedValues: [c5, c6g]}
  Only: {Type: String, AllowedValues: [c5]}
  Bare: {Type: String}
  Empty: {Type: String, Default: ""}
  Stored: {Type: "AWS::SSM::Parameter::Value<String>", Default: /images/churn}
  Listed: {Type: CommaDelimitedList, Default: "ml.c5.large,ml.c6g.large"}
Mappings:
  Accounts:
    us-east-1: {dlc: "763104351884"}
    eu-south-1: {dlc: "692866216735"}
  Stages:
    prod: {type: ml.m5.4xlarge}
Conditions:
  Prod: !Equals [!Ref Stage, prod]
  Default: !Equals [!Ref Size, ml.m5.xlarge]
  China: !Equals [!Ref "AWS::Partition", aws-cn]
  East: !Or [!Equals [!Ref "AWS::Region", us-east-1], !Condition China]
  NotEast: !Not [!Condition East]
Resources:
  Value: %s
"""


def values(expression: str, region: str | None = None, parameters: tuple[tuple[str, str], ...] = ()) -> list[str]:
    return [shown(value) for value in evaluated(expression, region, parameters)[1]]


def evaluated(expression: str, region: str | None = None, parameters: tuple[tuple[str, str], ...] = ()) -> tuple[str, tuple[AssumedValue, ...]]:
    text = TEMPLATE % expression
    root = parse(text)[0].root
    assert isinstance(root, Mapping)
    resources = root.get("Resources")
    assert isinstance(resources, Mapping)
    return text, Intrinsics(root, ReadContext(region, parameters)).values(resources.get("Value"))


def shown(value: AssumedValue) -> str:
    assumed = [f"{variable}={said}" for variable, said in value.assumptions if not variable.startswith("Default ")]
    given = " if " + ", ".join(assumed) if assumed else ""
    return (value.text.shown() if value.text is not None else "no value") + given


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        pytest.param("ml.c5.large", ["ml.c5.large"], id="a literal is itself"),
        pytest.param("!Ref Size", ["ml.m5.xlarge"], id="a parameter is its default"),
        pytest.param("{Ref: Size}", ["ml.m5.xlarge"], id="in the long form too"),
        pytest.param("!Ref Bare", ["${Bare}"], id="a parameter without a default is unknown"),
        pytest.param("!Ref Empty", ["${Empty}"], id="an empty default is unknown"),
        pytest.param("!Ref Stored", ["${Stored}"], id="a Systems Manager parameter is looked up at deployment"),
        pytest.param("!Ref Nothing", ["${Nothing}"], id="CloudFormation generates the name of a resource"),
        pytest.param("!Ref Family", ["c5 if Parameter Family=c5", "c6g if Parameter Family=c6g"], id="allowed values are alternatives"),
        pytest.param("!Ref Only", ["c5"], id="one allowed value is the value"),
        pytest.param("!Ref AWS::Region", ["${AWS::Region}"], id="an unknown Region is unknown"),
        pytest.param("!Ref AWS::NoValue", ["no value"], id="AWS::NoValue is no value"),
        pytest.param('!Sub "ml.${Family}.xlarge"', ["ml.c5.xlarge if Parameter Family=c5", "ml.c6g.xlarge if Parameter Family=c6g"], id="a substitution takes each alternative"),
        pytest.param('!Sub "${!Literal}-${Size}"', ["${Literal}-ml.m5.xlarge"], id="an escaped substitution is literal"),
        pytest.param('!Sub ["${a}/${b}", {a: x, b: !Ref Size}]', ["x/ml.m5.xlarge"], id="a substitution with variables"),
        pytest.param('{"Fn::Sub": "${Role.Arn}"}', ["${Role.Arn}"], id="an attribute is unknown"),
        pytest.param('!Join [".", [a, !Ref Size, c]]', ["a.ml.m5.xlarge.c"], id="a join"),
        pytest.param('!Join ["", !Split [",", !Ref Listed]]', ["ml.c5.largeml.c6g.large"], id="a join of a list that another function makes"),
        pytest.param("!Select [1, [a, b]]", ["b"], id="an element of a list"),
        pytest.param('!Select ["1", !Split [".", ml.c6g.large]]', ["c6g"], id="an element of a split string"),
        pytest.param("!Select [1, !Ref Listed]", ["ml.c6g.large"], id="an element of a list parameter"),
        pytest.param("!Select [9, [a, b]]", ["${Fn::Select}"], id="a missing element is unknown"),
        pytest.param("!FindInMap [Stages, prod, type]", ["ml.m5.4xlarge"], id="a cell of a map"),
        pytest.param("!FindInMap [Stages, !Ref Bare, type]", ["${Fn::FindInMap}"], id="an unknown key is unknown"),
        pytest.param("!FindInMap [Nowhere, a, b]", ["${Fn::FindInMap}"], id="an unknown map is unknown"),
        pytest.param(
            "!FindInMap [Accounts, !Ref AWS::Region, dlc]",
            ["763104351884 if AWS::Region=us-east-1", "692866216735 if AWS::Region=eu-south-1"],
            id="each cell assumes its Region",
        ),
        pytest.param(
            '!Join ["", [!FindInMap [Accounts, !Ref AWS::Region, dlc], ".dkr.ecr.", !Ref AWS::Region, ".", !Ref AWS::URLSuffix]]',
            ["763104351884.dkr.ecr.us-east-1.amazonaws.com if AWS::Region=us-east-1", "692866216735.dkr.ecr.eu-south-1.amazonaws.com if AWS::Region=eu-south-1"],
            id="a cell's Region is that of the whole text",
        ),
        pytest.param("!If [Prod, a, b]", ["a if Condition Prod=true", "b if Condition Prod=false"], id="both arms of an undecided condition"),
        pytest.param("!If [Default, a, b]", ["a if Condition Default=true", "b if Condition Default=false"], id="a default does not decide a condition"),
        pytest.param('!Join ["", [!If [Prod, a, b], !If [Prod, c, d]]]', ["ac if Condition Prod=true", "bd if Condition Prod=false"], id="one condition is decided the same way everywhere"),
        pytest.param('!Join ["", [!If [Prod, a, b], !If [East, c, d]]]', ["a${...} if Condition Prod=true", "b${...} if Condition Prod=false"], id="two conditions are not combined"),
        pytest.param("!If [Prod, !Ref AWS::NoValue, b]", ["no value if Condition Prod=true", "b if Condition Prod=false"], id="an arm may have no value"),
        pytest.param("!ImportValue shared-image", ["${Fn::ImportValue}"], id="another stack's export is unknown"),
        pytest.param('"{{resolve:ssm:/image}}"', ["${resolve:ssm:/image}"], id="a dynamic reference is unknown"),
        pytest.param("[a, b]", ["${...}"], id="a list instead of a string is unknown"),
        pytest.param("null", [], id="null has no values"),
    ],
)
def test_values(expression: str, expected: list[str]) -> None:
    assert values(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        pytest.param("!Ref AWS::Region", ["cn-north-1"], id="the Region"),
        pytest.param("!Ref AWS::URLSuffix", ["amazonaws.com.cn"], id="its DNS suffix"),
        pytest.param("!Ref AWS::Partition", ["aws-cn"], id="its partition"),
        pytest.param("!Ref AWS::AccountId", ["${AWS::AccountId}"], id="the account stays unknown"),
        pytest.param("!If [China, a, b]", ["a"], id="a condition on the Region is decided"),
        pytest.param("!If [East, a, b]", ["a"], id="through another condition"),
        pytest.param("!If [NotEast, a, b]", ["b"], id="through its negation"),
        pytest.param("!FindInMap [Accounts, !Ref AWS::Region, dlc]", ["${Fn::FindInMap}"], id="a map without the Region is unknown"),
    ],
)
def test_values_in_a_given_region(expression: str, expected: list[str]) -> None:
    assert values(expression, "cn-north-1") == expected


def test_a_given_parameter_wins_over_the_default_and_decides_conditions() -> None:
    assert values("!Ref Size", parameters=(("Size", "ml.c6g.large"),)) == ["ml.c6g.large"]
    assert values("!If [Default, a, b]", parameters=(("Size", "ml.c6g.large"),)) == ["b"]


def test_each_known_piece_has_its_span() -> None:
    text, (value,) = evaluated('!Sub "763104351884.dkr.ecr.${AWS::Region}.amazonaws.com/x:${Size}"')
    assert value.text is not None
    for piece in value.text.pieces:
        if piece.text is not None and piece.span is not None:
            assert text[piece.span.start : piece.span.end] == piece.text
    assert [piece.editable for piece in value.text.pieces] == [True, False, True, False], "an unchecked property uses the parameter too"


def test_a_cyclic_alias_is_unknown() -> None:
    text = "Resources: {Value: &a {'Fn::Sub': ['${x}', {x: *a}]}}"
    root = parse(text)[0].root
    assert isinstance(root, Mapping)
    resources = root.get("Resources")
    assert isinstance(resources, Mapping)
    found = Intrinsics(root, ReadContext()).values(resources.get("Value"))
    assert len(found) == 1
    assert found[0].text is not None
    assert not found[0].text.known


def test_no_more_than_64_values() -> None:
    allowed = ", ".join(f"v{n}" for n in range(10))
    text = f"Parameters: {{A: {{AllowedValues: [{allowed}]}}, B: {{AllowedValues: [{allowed}]}}}}\nResources: {{Value: !Sub '${{A}}${{B}}'}}"
    root = parse(text)[0].root
    assert isinstance(root, Mapping)
    resources = root.get("Resources")
    assert isinstance(resources, Mapping)
    assert len(Intrinsics(root, ReadContext()).values(resources.get("Value"))) <= 64

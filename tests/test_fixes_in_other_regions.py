"""A URI that takes its Region from where it is deployed has a fix for one Region only if the template mentions no other."""

from __future__ import annotations

import pytest

from smlint import fix

TEMPLATE = """
{extra}
Resources:
  Churn:
    Type: AWS::SageMaker::Model
    Properties:
      PrimaryContainer:
        Image: !Sub '763104351884.dkr.ecr.${{AWS::Region}}.amazonaws.com/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker'
"""

MAP = "Mappings: {Sizes: {us-west-2: {Type: ml.m5.large}, REGION: {Type: ml.m6i.large}}}"
CONDITION = "Conditions: {InOregon: !Equals [!Ref AWS::Region, us-west-2]}"


@pytest.mark.parametrize(("region", "host"), [("eu-south-1", "692866216735"), ("cn-north-1", "727897471807")])
@pytest.mark.parametrize(
    ("extra", "is_fixed"),
    [
        pytest.param("", True, id="no other Region"),
        pytest.param("Mappings: {Sizes: {REGION: {Type: ml.m6i.large}}}", True, id="this Region"),
        pytest.param(MAP, False, id="map of two Regions"),
        pytest.param(CONDITION, False, id="condition on another Region"),
    ],
)
def test_the_account_and_the_suffix_are_replaced_only_if_no_other_region_uses_them(region: str, host: str, extra: str, is_fixed: bool) -> None:
    text = TEMPLATE.format(extra=extra.replace("REGION", region))
    fixed = fix(text, regions=(region,), as_of="2026-01-01")
    assert (fixed != text) is is_fixed
    assert not is_fixed or f"{host}.dkr.ecr.${{AWS::Region}}.amazonaws.com" in fixed


def test_a_row_for_the_region_in_a_map_of_accounts_is_fixed() -> None:
    rows = "Mappings: {Accounts: {us-west-2: {Dlc: '763104351884'}, eu-south-1: {Dlc: '763104351884'}}}"
    account = "!FindInMap [Accounts, !Ref AWS::Region, Dlc]"
    uri = "!Join ['', [ACCOUNT, .dkr.ecr., !Ref AWS::Region, '.amazonaws.com/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker']]"
    literal = TEMPLATE.format(extra=rows)
    text = literal.partition("!Sub")[0] + uri.replace("ACCOUNT", account) + "\n"
    assert fix(text, regions=("eu-south-1",), as_of="2026-01-01") == text.replace("eu-south-1: {Dlc: '763104351884'}", "eu-south-1: {Dlc: '692866216735'}")

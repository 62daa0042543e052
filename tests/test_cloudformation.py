"""CloudFormation templates: which image runs on which instance type."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smlint.model.deployment import Deployment, DocumentReading
from smlint.readers.cloudformation import reader as cloudformation
from smlint.readers.reader import ReadContext
from smlint.syntax import parse

IMAGE = "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310"


def reading(text: str, region: str | None = None) -> DocumentReading:
    (document,) = parse(text)
    assert cloudformation.claims(document)
    return cloudformation.read(document, ReadContext(region))


def template(model: str = f"{{PrimaryContainer: {{Image: '{IMAGE}'}}}}", variant: str = "{ModelName: !Ref Model, InstanceType: ml.c5.large}", more: str = "") -> str:
    return (
        f"Resources:\n  Model: {{Type: 'AWS::SageMaker::Model', Properties: {model}}}\n"
        f"  Config: {{Type: 'AWS::SageMaker::EndpointConfig', Properties: {{ProductionVariants: [{variant}]}}}}\n{more}"
    )


def pairs(found: DocumentReading) -> list[tuple[str, str | None, str | None]]:
    return [(d.resource, tag(d), d.instance_type.value.name if d.instance_type.known else d.instance_type.state.value) for d in found.deployments]


def tag(deployment: Deployment) -> str | None:
    image = deployment.image.get()
    return image.tag if image is not None else None


TAG = "2.1.0-cpu-py310"


@pytest.mark.parametrize(
    "reference",
    [
        pytest.param("!Ref Model", id="Ref"),
        pytest.param("{Ref: Model}", id="Ref in the long form"),
        pytest.param("!GetAtt Model.ModelName", id="GetAtt"),
        pytest.param("{'Fn::GetAtt': [Model, ModelName]}", id="GetAtt with a list"),
        pytest.param("{'Fn::GetAtt': Model.ModelName}", id="GetAtt with a dotted string"),
        pytest.param("!Sub '${Model.ModelName}'", id="Sub of the attribute alone"),
        pytest.param("!Sub '${Model}'", id="Sub of the resource alone"),
        pytest.param("!If [C, !Ref Model, !Ref Model]", id="If"),
    ],
)
def test_a_variant_is_linked_to_its_model_by(reference: str) -> None:
    found = reading(template(variant=f"{{ModelName: {reference}, InstanceType: ml.c5.large}}"))
    assert ("Model", TAG, "ml.c5.large") in pairs(found)
    assert found.problems == ()


@pytest.mark.parametrize(
    ("own", "named", "linked"),
    [
        pytest.param("churn", "churn", True, id="the same literal name"),
        pytest.param("churn", "other", False, id="another name"),
        pytest.param("!Sub '${AWS::StackName}-m'", "!Sub '${AWS::StackName}-m'", True, id="the same name with the same placeholder"),
        pytest.param("!Sub '${AWS::StackName}-m'", "{'Fn::Join': ['', [!Ref 'AWS::StackName', -m]]}", True, id="the same name in another form"),
        pytest.param("!Sub '${AWS::StackName}-m'", "!Sub '${Other}-m'", False, id="names with different placeholders"),
    ],
)
def test_a_variant_is_linked_by_the_models_name(own: str, named: str, linked: bool) -> None:
    text = template(f"{{ModelName: {own}, PrimaryContainer: {{Image: '{IMAGE}'}}}}", f"{{ModelName: {named}, InstanceType: ml.c5.large}}")
    assert (("Model", TAG, "ml.c5.large") in pairs(reading(text))) is linked


@pytest.mark.parametrize(
    ("variant", "more", "dangling"),
    [
        pytest.param("{ModelName: !Ref Modle}", "", True, id="a logical ID that does not exist"),
        pytest.param("{ModelName: !GetAtt Modle.ModelName}", "", True, id="an attribute of a missing resource"),
        pytest.param("{ModelName: somewhere-else}", "", False, id="a literal name may be a model outside the template"),
        pytest.param("{ModelName: !Ref Name}", "Parameters: {Name: {Type: String}}\n", False, id="a parameter"),
        pytest.param("{ModelName: !ImportValue Model}", "", False, id="another stack's export"),
        pytest.param("{ModelName: !Ref Modle}", "Transform: MyMacro\n", False, id="a macro may add the model"),
        pytest.param("{ModelName: !Ref Modle}", "Transform: 'AWS::Serverless-2016-10-31'\n", True, id="SAM adds no model"),
        pytest.param("{ModelName: !Ref Modle}", "  'Fn::ForEach::M': [X, [a], {}]\n", False, id="a loop may create the model"),
        pytest.param("{ModelName: !Ref 'AWS::StackName'}", "", False, id="a pseudo parameter"),
        pytest.param("{ModelName: !GetAtt XModel.ModelName}", "Modules: {X: {Source: ./m.yaml}}\n", False, id="a module that packaging replaces"),
        pytest.param("{ModelName: !GetAtt XModel.ModelName}", "  X: {Type: !Rain::Module ./m.yaml}\n", False, id="a module of Rain"),
        pytest.param("{ModelName: !GetAtt XModel.ModelName}", "  X: {Type: {'Fn::Rain::Module': ./m.yaml}}\n", False, id="a module of Rain in long form"),
    ],
)
def test_a_dangling_reference(variant: str, more: str, dangling: bool) -> None:
    assert bool(reading(template(variant=variant, more=more)).problems) is dangling


@pytest.mark.parametrize(
    ("before", "dangling"),
    [
        pytest.param("", False, id="nothing but resources"),
        pytest.param("Outputs: {A: {Value: b}}\n", False, id="resources and outputs, which a merge may add to"),
        pytest.param("AWSTemplateFormatVersion: '2010-09-09'\n", True, id="a whole template"),
        pytest.param("Parameters: {A: {Type: String}}\n", True, id="parameters"),
    ],
)
def test_a_part_of_a_template_may_refer_to_models_in_another_part(before: str, dangling: bool) -> None:
    variant = "{VariantName: a, ModelName: !Ref Elsewhere, InstanceType: ml.c5.large}"
    text = f"{before}Resources:\n  C: {{Type: 'AWS::SageMaker::EndpointConfig', Properties: {{ProductionVariants: [{variant}]}}}}\n"
    assert bool(reading(text).problems) is dangling


def test_each_container_is_paired_with_each_variant() -> None:
    model = f"{{Containers: [{{Image: '{IMAGE}'}}, {{Image: '{IMAGE}-b'}}]}}"
    variants = "{ModelName: !Ref Model, InstanceType: ml.c5.large}, {ModelName: !Ref Model, InstanceType: ml.c6g.large}"
    assert pairs(reading(template(model, variants))) == [
        ("Model", TAG, "ml.c5.large"),
        ("Model", TAG + "-b", "ml.c5.large"),
        ("Model", TAG, "ml.c6g.large"),
        ("Model", TAG + "-b", "ml.c6g.large"),
    ]


def test_the_pointer_is_that_of_the_image() -> None:
    model = f"{{Containers: [{{Image: '{IMAGE}'}}]}}"
    assert reading(template(model)).deployments[0].pointer == "/Resources/Model/Properties/Containers/0/Image"


def test_arms_of_one_condition_are_paired_with_each_other() -> None:
    model = f"{{PrimaryContainer: {{Image: !If [Arm, '{IMAGE}-arm', '{IMAGE}']}}}}"
    found = reading(template(model, "{ModelName: !Ref Model, InstanceType: !If [Arm, ml.c6g.large, ml.c5.large]}"))
    assert pairs(found) == [("Model", TAG + "-arm", "ml.c6g.large"), ("Model", TAG, "ml.c5.large")]


def test_arms_of_different_conditions_are_not_paired() -> None:
    model = f"{{PrimaryContainer: {{Image: !If [Arm, '{IMAGE}-arm', '{IMAGE}']}}}}"
    found = reading(template(model, "{ModelName: !Ref Model, InstanceType: !If [X86, ml.c5.large, ml.c6g.large]}"))
    assert {instance for _, image, instance in pairs(found) if image is not None} == {"unknown"}
    assert {instance for _, image, instance in pairs(found) if image is None} == {"ml.c5.large", "ml.c6g.large"}


ARM_OR_X86 = f"{{PrimaryContainer: {{Image: !If [Arm, '{IMAGE}-arm', '{IMAGE}']}}}}"
STAGES = (
    "Parameters: {Stage: {Type: String, Default: dev}}\nConditions: {Arm: !Equals [!Ref Stage, prod]}\n"
    "Mappings: {Sizes: {dev: {i: ml.c5.large}, prod: {i: ml.c6g.large}}}\n"
)


@pytest.mark.parametrize(
    ("instance", "more", "expected"),
    [
        pytest.param("!FindInMap [Sizes, !Ref Stage, i]", STAGES, [(TAG, "ml.c5.large")], id="a map with the parameter of the condition as key"),
        pytest.param("!If [X86, ml.c5.large, ml.c6g.large]", "Conditions: {X86: !Not [!Condition Arm]}\n", [(TAG + "-arm", "ml.c6g.large"), (TAG, "ml.c5.large")], id="the opposite condition"),
        pytest.param(
            "!If [X86, ml.c5.large, ml.c6g.large]",
            "Parameters: {A: {Type: String}}\nConditions: {Arm: !Equals [!Ref A, arm], X86: !Equals [!Ref A, x86]}\n",
            [(TAG + "-arm", "ml.c6g.large"), (TAG, "ml.c5.large")],
            id="two conditions on one parameter",
        ),
        pytest.param("!Ref Size", "Parameters: {Size: {Type: String, Default: ml.c5.large}}\nConditions: {Arm: !Equals [!Ref Size, ml.c6g.large]}\n", [(TAG, "ml.c5.large")], id="a condition on the instance type itself"),
    ],
)
def test_conditions_decide_which_values_are_paired(instance: str, more: str, expected: list[tuple[str, str]]) -> None:
    found = pairs(reading(template(ARM_OR_X86, f"{{ModelName: !Ref Model, InstanceType: {instance}}}", more)))
    assert [(image, kind) for _, image, kind in found if kind != "unknown" and image is not None] == expected


def test_a_resource_assumes_its_own_condition() -> None:
    text = (
        "Conditions: {Arm: !Equals [!Ref A, arm], X86: !Not [!Condition Arm]}\nResources:\n"
        f"  Model: {{Type: 'AWS::SageMaker::Model', Properties: {ARM_OR_X86}}}\n"
        + "".join(
            f"  {name}: {{Type: 'AWS::SageMaker::EndpointConfig', Condition: {name}, Properties: {{ProductionVariants: [{{ModelName: !Ref Model, InstanceType: {kind}}}]}}}}\n"
            for name, kind in (("Arm", "ml.c6g.large"), ("X86", "ml.c5.large"))
        )
    )
    assert pairs(reading(text)) == [("Model", TAG + "-arm", "ml.c6g.large"), ("Model", TAG, "ml.c5.large")]


def test_a_resource_whose_condition_is_false_is_not_created() -> None:
    text = template(more="Conditions: {China: !Equals [!Ref 'AWS::Partition', aws-cn]}\n").replace("Type: 'AWS::SageMaker::Model',", "Type: 'AWS::SageMaker::Model', Condition: China,")
    assert [image for _, image, _ in pairs(reading(text, "us-east-1"))] == [None]
    assert [image for _, image, _ in pairs(reading(text, "cn-north-1"))] == [TAG]


@pytest.mark.parametrize(
    ("more", "editable"),
    [
        pytest.param("", True, id="only a deployment uses the parameter"),
        pytest.param("  Build: {Type: 'AWS::CodeBuild::Project', Properties: {Environment: {Image: !Ref Uri}}}\n", False, id="a build project uses it too"),
        pytest.param("  Role: {Type: 'AWS::IAM::Role', Properties: {RoleName: !Sub 'x-${Uri}'}}\n", False, id="another property uses it in a string"),
        pytest.param("Outputs: {Image: {Value: !Ref Uri}}\n", False, id="an output exports it"),
        pytest.param("Conditions: {Own: !Equals [!Ref Uri, x]}\n", False, id="a condition reads it"),
    ],
)
def test_a_parameter_used_elsewhere_is_not_edited(more: str, editable: bool) -> None:
    text = template("{PrimaryContainer: {Image: !Ref Uri}}", more=more) + f"Parameters: {{Uri: {{Type: String, Default: '{IMAGE}'}}}}\n"
    (found,) = reading(text).deployments
    assert found.image.text is not None
    assert found.image.text.pieces[0].editable is editable


def test_a_map_used_in_the_variables_of_a_substitution_is_editable() -> None:
    image = "!Sub ['${A}.dkr.ecr.us-east-1.amazonaws.com/x:1', {A: !FindInMap [Accounts, all, dlc]}]"
    (found,) = reading(template(f"{{PrimaryContainer: {{Image: {image}}}}}", more="Mappings: {Accounts: {all: {dlc: '763104351884'}}}\n")).deployments
    assert found.image.text is not None
    assert found.image.text.pieces[0].editable


def test_an_arm_may_contain_a_complete_container() -> None:
    model = f"{{PrimaryContainer: !If [Arm, {{Image: '{IMAGE}-arm'}}, {{Image: '{IMAGE}'}}]}}"
    assert [image for _, image, _ in pairs(reading(template(model)))] == [TAG + "-arm", TAG]


def test_allowed_values_are_alternatives_of_one_group() -> None:
    text = template(variant="{ModelName: !Ref Model, InstanceType: !Ref Size}", more="Parameters: {Size: {AllowedValues: [ml.c5.large, ml.c6g.large]}}\n")
    groups = {deployment.alternatives for deployment in reading(text).deployments}
    assert len(groups) == 1
    assert groups != {""}


def test_a_serverless_variant_has_no_instance_type() -> None:
    (found,) = reading(template(variant="{ModelName: !Ref Model, ServerlessConfig: {MaxConcurrency: 1}}")).deployments
    assert found.serverless.get() is True
    assert found.instance_type.absent


def test_a_variant_whose_model_is_elsewhere_still_has_its_instance_type() -> None:
    found = reading(template(variant="{ModelName: elsewhere, InstanceType: ml.c5.large}"))
    assert ("Config", None, "ml.c5.large") in pairs(found)
    assert ("Model", TAG, "absent") in pairs(found)


def test_a_map_of_accounts_gives_a_deployment_for_each_region() -> None:
    image = "!Join ['', [!FindInMap [A, !Ref 'AWS::Region', dlc], '.dkr.ecr.', !Ref 'AWS::Region', '.amazonaws.com/pytorch-inference:2.1.0-cpu-py310']]"
    text = template(f"{{PrimaryContainer: {{Image: {image}}}}}", more="Mappings: {A: {us-east-1: {dlc: '1'}, us-west-2: {dlc: '2'}}}\n")
    assert [(d.region.get(), d.region.origin) for d in reading(text).deployments] == [("us-east-1", "map"), ("us-west-2", "map")]
    assert [d.region.get() for d in reading(text, "us-west-2").deployments] == ["us-west-2"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a: 1", id="a mapping"),
        pytest.param("Resources: [a]", id="resources that are a list"),
        pytest.param("Resources: {a: {type: x}}", id="resources without a type"),
        pytest.param("Resources: {Deployment: {Type: apps}}", id="another tool's resources"),
        pytest.param("[1]", id="a list"),
    ],
)
def test_other_documents_are_not_claimed(text: str) -> None:
    assert not cloudformation.claims(parse(text)[0])


leaves = st.sampled_from(
    ["Model", "ml.c5.large", IMAGE, "${AWS::Region}", "${", "", "null", "1", "!Ref Model", "!Sub 'a${Model}'", "!GetAtt Model.ModelName", "!If [A, b, c]", "!FindInMap [A, b, c]", "!Join [a, [b]]", "!Select [0, [a]]"]
)
keys = st.sampled_from(
    ["Resources", "Type", "Properties", "PrimaryContainer", "Containers", "Image", "ProductionVariants", "ModelName", "InstanceType", "Ref", "Fn::Sub", "Fn::If", "Fn::Join", "Fn::GetAtt", "Fn::FindInMap", "Fn::Select", "Fn::Split", "Parameters", "Mappings", "Default", "AllowedValues", "Conditions"]
)


def flow(tree: object) -> str:
    if isinstance(tree, dict):
        return "{" + ", ".join(f"'{key}': {flow(value)}" for key, value in tree.items()) + "}"
    if isinstance(tree, list):
        return "[" + ", ".join(map(flow, tree)) + "]"
    return str(tree) if str(tree).startswith("!") else "'" + str(tree).replace("'", "''") + "'"


trees = st.recursive(leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4), max_leaves=25)


@settings(max_examples=150, deadline=None)
@given(model=trees, variants=trees, parameters=trees, mappings=trees)
def test_no_tree_raises(model: object, variants: object, parameters: object, mappings: object) -> None:
    text = (
        f"Parameters: {flow(parameters)}\nMappings: {flow(mappings)}\nConditions: {flow(mappings)}\nResources:\n"
        f"  Model: {{Type: 'AWS::SageMaker::Model', Properties: {flow(model)}}}\n"
        f"  Config: {{Type: 'AWS::SageMaker::EndpointConfig', Properties: {{ProductionVariants: {flow(variants)}}}}}\n"
        f"  Other: {flow(variants)}\n"
    )
    reading(text)
    reading(text, "us-east-1")

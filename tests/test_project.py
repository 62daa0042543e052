"""Deployments whose parts are in different files of a run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from smlint.model.findings import Finding
from smlint.model.results import FixMode
from smlint.model.settings import Settings
from smlint.runner.run import check
from tests.timing import assert_growth, seconds

X86 = "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.1.0-cpu-py310-ubuntu20.04-sagemaker"
ARM = X86.replace("pytorch-inference", "pytorch-inference-graviton")
MISMATCH = "image-architecture-mismatch"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def findings(*paths: str, **more: object) -> list[Finding]:
    settings = Settings(today="2024-01-01", **more)  # type: ignore[arg-type]  # only fields of Settings are given below
    return [finding for finding in check(paths or ["."], settings).report.findings if finding.severity != "note"]


def model(name: str = "churn", image: str = X86, namespace: str = "prod") -> str:
    return (
        f"apiVersion: sagemaker.services.k8s.aws/v1alpha1\nkind: Model\nmetadata: {{name: {name}, namespace: {namespace}}}\n"
        f"spec:\n  modelName: {name}\n  primaryContainer:\n    image: {image}\n"
    )


def config(name: str = "churn", instance: str = "ml.c7g.large", namespace: str = "prod") -> str:
    return (
        f"apiVersion: sagemaker.services.k8s.aws/v1alpha1\nkind: EndpointConfig\nmetadata: {{name: {name}-config, namespace: {namespace}}}\n"
        f"spec:\n  endpointConfigName: {name}\n  productionVariants:\n    - {{modelName: {name}, variantName: a, instanceType: {instance}}}\n"
    )


def test_a_template_referenced_by_a_parameter_is_read_with_its_parent(folder: Path) -> None:
    stack = "Metadata: {{a: sagemaker}}\nParameters: {{{}}}\nResources:\n  S:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: {}\n      Parameters: {{{}}}\n"
    write(folder / "parent.yaml", stack.format("", "child.yaml", f"Which: grandchild.yaml, Image: '{X86}'"))
    declared = "Which: {Type: String}, Image: {Type: String}"
    write(folder / "child.yaml", stack.format(declared, "!Ref Which", "Image: !Ref Image, T: ml.c7g.large"))
    write(
        folder / "grandchild.yaml",
        "Parameters: {Image: {Type: String}, T: {Type: String}}\nResources:\n"
        "  M: {Type: AWS::SageMaker::Model, Properties: {PrimaryContainer: {Image: !Ref Image}}}\n"
        "  C: {Type: AWS::SageMaker::EndpointConfig, Properties: {ProductionVariants: [{ModelName: !GetAtt M.ModelName, InstanceType: !Ref T}]}}\n",
    )
    (finding,) = findings()
    assert (finding.rule, finding.path) == (MISMATCH, "grandchild.yaml")


class TestKubernetes:
    def test_a_model_and_its_variant_in_two_files(self, folder: Path) -> None:
        write(folder / "model.yaml", model())
        write(folder / "config.yaml", config())
        (finding,) = findings()
        assert (finding.rule, finding.path) == (MISMATCH, "model.yaml")
        (related,) = finding.related
        assert related.elsewhere is not None
        assert related.elsewhere.path == "config.yaml"
        assert related.elsewhere.text[related.span.start : related.span.end] == "ml.c7g.large"

    def test_the_file_with_the_image_is_fixed(self, folder: Path) -> None:
        write(folder / "model.yaml", model())
        write(folder / "config.yaml", config())
        check(["."], Settings(today="2024-01-01"), FixMode.APPLY)
        assert (folder / "model.yaml").read_text() == model(image=ARM)
        assert (folder / "config.yaml").read_text() == config()
        assert findings() == []

    def test_no_fix_of_an_image_that_fits_one_of_two_files(self, folder: Path) -> None:
        write(folder / "model.yaml", model())
        write(folder / "arm.yaml", config())
        write(folder / "x86.yaml", config(instance="ml.c7i.large"))
        (finding,) = findings()
        assert finding.fix is None
        assert "no fix: churn on ml.c7i.large shares this image URI" in finding.message

    @pytest.mark.parametrize(
        "files",
        [
            pytest.param({"m.yaml": model(), "c.yaml": config(namespace="dev")}, id="another namespace"),
            pytest.param({"m.yaml": model(), "c.yaml": config(name="other")}, id="another name"),
            pytest.param({"a/m.yaml": model(), "b/m.yaml": model(), "c/c.yaml": config()}, id="model in two files"),
        ],
    )
    def test_ambiguous_references_are_not_linked(self, folder: Path, files: dict[str, str]) -> None:
        for name, text in files.items():
            write(folder / name, text)
        assert findings() == []

    def test_a_model_in_the_same_folder_is_preferred(self, folder: Path) -> None:
        for stage, image in (("dev", X86), ("prod", ARM)):
            write(folder / stage / "model.yaml", model(image=image))
            write(folder / stage / "config.yaml", config())
        assert [finding.path for finding in findings()] == ["dev/model.yaml"]

    def test_a_symbolic_link_is_not_a_second_model(self, folder: Path) -> None:
        write(folder / "model.yaml", model())
        write(folder / "config.yaml", config())
        (folder / "other.yaml").symlink_to("model.yaml")
        assert [(found.path, found.rule) for found in findings()] == [("model.yaml", MISMATCH), ("other.yaml", MISMATCH)]

    def test_time_grows_linearly_with_the_number_of_files(self, folder: Path) -> None:
        def took(count: int) -> float:
            for number in range(count):
                write(folder / f"{count}/{number}/model.yaml", model())
                write(folder / f"{count}/{number}/config.yaml", config())
            return seconds(lambda: findings(str(count)))

        assert_growth(took, 20, 160, 20, 0.05)

    def test_the_files_of_the_folder_are_context(self, folder: Path) -> None:
        write(folder / "model.yaml", model())
        write(folder / "config.yaml", config())
        assert [(found.path, found.rule) for found in findings("model.yaml")] == [("model.yaml", MISMATCH)]

    def test_files_of_other_folders_can_be_named_as_context(self, folder: Path) -> None:
        write(folder / "models/model.yaml", model())
        write(folder / "configs/config.yaml", config())
        assert findings("models/model.yaml") == []
        assert [found.rule for found in findings("models/model.yaml", context=("configs/*.yaml",))] == [MISMATCH]

    def test_a_fault_in_two_files_is_reported_in_the_one_that_was_named(self, folder: Path) -> None:
        write(folder / "model.yaml", model())
        write(folder / "config.yaml", config())
        (finding,) = findings("config.yaml")
        assert (finding.rule, finding.path, finding.fix) == (MISMATCH, "config.yaml", None)
        assert finding.source.text[finding.span.start : finding.span.end] == "ml.c7g.large"
        (related,) = finding.related
        assert related.elsewhere is not None
        assert (related.elsewhere.path, related.message) == ("model.yaml", "image")
        (at_home,) = findings("model.yaml", "config.yaml")
        assert at_home.fingerprint == finding.fingerprint

    def test_a_fault_of_the_other_file_alone_is_not_reported(self, folder: Path) -> None:
        write(folder / "model.yaml", model(image=ARM.replace("us-west-2", "us-west-9")))
        write(folder / "config.yaml", config())
        assert findings("config.yaml") == []


class TestCloudAssembly:
    TEMPLATE = json.dumps({"Resources": {"M": {"Type": "AWS::SageMaker::Model", "Properties": {"PrimaryContainer": {"Image": X86}}}}})

    def manifest(self, *environments: str) -> str:
        properties = {"templateFile": "Stack.template.json"}
        stacks = {
            f"Stack{number}": {"type": "aws:cloudformation:stack", "environment": environment, "properties": properties}
            for number, environment in enumerate(environments)
        }
        return json.dumps({"version": "36.0.0", "artifacts": {**stacks, "Tree": {"type": "cdk:tree"}}})

    @pytest.mark.parametrize(
        ("environment", "rules"),
        [
            pytest.param("aws://111122223333/eu-south-1", ["image-region-mismatch"], id="another Region in the manifest"),
            pytest.param("aws://111122223333/us-west-2", [], id="Region of the image in the manifest"),
            pytest.param("aws://unknown-account/unknown-region", [], id="environment-agnostic stack"),
        ],
    )
    def test_the_cdk_manifest_sets_the_region_of_a_template(self, folder: Path, environment: str, rules: list[str]) -> None:
        write(folder / "cdk.out/Stack.template.json", self.TEMPLATE)
        write(folder / "cdk.out/manifest.json", self.manifest(environment))
        assert [finding.rule for finding in findings("cdk.out/Stack.template.json")] == rules

    def test_two_stacks_deploy_a_template_to_two_regions(self, folder: Path) -> None:
        write(folder / "cdk.out/Stack.template.json", self.TEMPLATE)
        write(folder / "cdk.out/manifest.json", self.manifest("aws://111122223333/us-west-2", "aws://111122223333/eu-west-1"))
        for regions in ((), ("ap-east-1",)):
            (finding,) = findings("cdk.out/Stack.template.json", regions=regions)
            assert (finding.rule, finding.regions, finding.fix) == ("image-region-mismatch", ("eu-west-1",), None)

    @pytest.mark.parametrize("text", ["", "[]", "{", '{"artifacts": [1]}', '{"artifacts": {"a": 1, "b": {"type": "aws:cloudformation:stack"}}}'])
    def test_other_manifests_are_ignored(self, folder: Path, text: str) -> None:
        write(folder / "Stack.template.json", self.TEMPLATE)
        write(folder / "manifest.json", text)
        assert findings("Stack.template.json") == []


class TestNestedStacks:
    CHILD = (
        "Parameters: {Size: {Type: String, Default: ml.c7i.large}, Image: {Type: String}}\nResources:\n"
        "  M: {Type: 'AWS::SageMaker::Model', Properties: {PrimaryContainer: {Image: !Ref Image}}}\n"
        "  C: {Type: 'AWS::SageMaker::EndpointConfig', Properties: {ProductionVariants: [{ModelName: !Ref M, InstanceType: !Ref Size}]}}\n"
    )

    def parent(self, *sizes: str) -> str:
        return "Resources:\n" + "".join(
            f"  S{n}:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: ./nested/child.yaml\n"
            f"      Parameters: {{Size: {size}, Image: '{X86}'}}\n"
            for n, size in enumerate(sizes)
        )

    def test_a_nested_stack_is_checked_with_its_parameters(self, folder: Path) -> None:
        write(folder / "main.yaml", self.parent("ml.c7g.large"))
        write(folder / "nested/child.yaml", self.CHILD)
        (finding,) = findings()
        assert (finding.rule, finding.path, finding.fix) == (MISMATCH, "nested/child.yaml", None)

    def test_a_nested_stack_is_checked_with_each_set_of_arguments(self, folder: Path) -> None:
        write(folder / "main.yaml", self.parent("ml.c7g.large", "ml.m5.large"))
        write(folder / "nested/child.yaml", self.CHILD)
        (finding,) = findings()
        assert (finding.rule, finding.path, finding.fix) == (MISMATCH, "nested/child.yaml", None)
        assert "ml.c7g.large" in finding.message
        assert "ml.m5.large" not in finding.message

    def test_templates_that_nest_each_other_are_checked(self, folder: Path) -> None:
        for own, other in (("a", "b"), ("b", "c"), ("c", "a")):
            text = self.CHILD.replace("Resources:\n", f"Resources:\n  S: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: ./{other}.yaml, Parameters: {{Size: !Ref Size, Image: '{X86}'}}}}}}\n")
            write(folder / f"{own}.yaml", text.replace("ml.c7i.large", "ml.c7g.large"))
        assert {finding.rule for finding in findings()} == {MISMATCH}
        assert {finding.rule for finding in findings("a.yaml")} == {MISMATCH}

    def test_many_stacks_of_one_template_take_linear_time(self, folder: Path) -> None:
        for level in range(5):
            parameters = "Parameters: {Size: {Type: String, Default: ml.c7g.large}}\n"
            stacks = "".join(
                f"  S{n}: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: ./t{level + 1}.yaml, Parameters: {{Size: !Ref Size, Image: '{X86}'}}}}}}\n"
                for n in range(12)
            )
            write(folder / f"t{level}.yaml", f"{parameters}Resources:\n{stacks}")
        write(folder / "t5.yaml", self.CHILD)
        assert seconds(findings) < 5
        assert {finding.path for finding in findings()} == {"t5.yaml"}

    def test_stacks_that_multiply_at_each_level_take_linear_time(self, folder: Path) -> None:
        def took(levels: int) -> float:
            for level in range(levels):
                stacks = "".join(
                    f"  S{n}: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: ./t{level + 1}.yaml, Parameters: {{Tag: !Sub '${{Tag}}{n}'}}}}}}\n"
                    for n in range(3)
                )
                write(folder / f"{levels}/t{level}.yaml", f"Parameters: {{Tag: {{Type: String, Default: a}}}}\nResources:\n{stacks}")
            model = f"  M: {{Type: 'AWS::SageMaker::Model', Properties: {{ModelName: !Ref Tag, PrimaryContainer: {{Image: '{X86}'}}}}}}\n"
            write(folder / f"{levels}/t{levels}.yaml", f"Parameters: {{Tag: {{Type: String}}}}\nResources:\n{model}")
            return seconds(lambda: findings(str(levels)))

        assert_growth(took, 3, 9, 6, 0.5)

    def test_an_argument_reaches_a_template_that_is_nested_many_levels_deep(self, folder: Path) -> None:
        stack = "Parameters: {{Size: {{Type: String, Default: ml.c7g.large}}}}\nResources:\n  S: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: ./{}.yaml, Parameters: {{Size: {}, Image: '{}'}}}}}}\n"
        write(folder / "z.yaml", stack.format("t9", "ml.m5.large", X86))
        for level in range(1, 10):
            write(folder / f"t{level}.yaml", stack.format(f"t{level - 1}", "!Ref Size", X86))
        write(folder / "t0.yaml", self.CHILD)
        assert findings() == []
        write(folder / "z.yaml", stack.format("t9", "ml.c7g.large", X86))
        assert {finding.rule for finding in findings()} == {MISMATCH}

    def test_templates_that_pass_each_other_ever_longer_arguments_have_unknown_arguments(self, folder: Path) -> None:
        stack = "Resources:\n  S: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: ./{}.yaml, Parameters: {{Size: !Sub '${{Size}}{}', Image: '{}'}}}}}}\n"
        for own, other in (("a", "b"), ("b", "a")):
            write(folder / f"{own}.yaml", self.CHILD.replace("Resources:\n", stack.format(other, "x", X86)))
        result = check(["."], Settings(today="2024-01-01"))
        assert [finding for finding in result.report.findings if finding.severity != "note"] == []
        assert result.report.summary.skipped_checks > 0

    def test_the_arguments_of_stacks_beyond_a_limit_are_unknown(self, folder: Path) -> None:
        child = self.CHILD.replace("Image: {Type: String}", "Name: {Type: String}").replace("!Ref Image", X86)
        child = child.replace("PrimaryContainer", "ModelName: !Ref Name, PrimaryContainer")
        stack = "  S{0}: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: ./child.yaml, Parameters: {{Size: {1}, Name: m{0}}}}}}}\n"
        write(folder / "child.yaml", child)
        skipped_checks = []
        for count in (20, 21):
            write(folder / "main.yaml", "Resources:\n" + "".join(stack.format(n, "ml.c7g.large" if n < 20 else "ml.m5.large") for n in range(count)))
            result = check(["child.yaml"], Settings(today="2024-01-01"))
            assert [finding.fix for finding in result.report.findings if finding.rule == MISMATCH] == [None]
            skipped_checks.append(result.report.summary.skipped_checks)
        assert skipped_checks[0] < skipped_checks[1]

    def test_a_parent_that_was_not_found_may_pass_another_argument(self, folder: Path) -> None:
        write(folder / "main.yaml", self.parent("ml.c7g.large"))
        write(folder / "nested/child.yaml", self.CHILD.replace("Image: {Type: String}", f"Image: {{Type: String, Default: '{X86}'}}"))
        write(folder / "elsewhere/main.yaml", self.parent("ml.m5.large").replace("./nested/", "../nested/"))
        before = (folder / "nested/child.yaml").read_text()
        (finding,) = findings("nested/child.yaml")
        assert (finding.rule, finding.fix) == (MISMATCH, None)
        check(["nested/child.yaml"], Settings(today="2024-01-01"), FixMode.APPLY)
        assert (folder / "nested/child.yaml").read_text() == before

    def test_the_parents_of_parents_are_found(self, folder: Path) -> None:
        middle = f"Parameters: {{Size: {{Type: String, Default: ml.c7g.large}}}}\nResources:\n  S: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: ./nested/child.yaml, Parameters: {{Size: !Ref Size, Image: '{X86}'}}}}}}\n"
        write(folder / "main.yaml", "Resources:\n  S: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ./a/middle.yaml, Parameters: {Size: ml.m5.large}}}\n")
        write(folder / "a/middle.yaml", middle)
        write(folder / "a/nested/child.yaml", self.CHILD)
        assert findings("a/nested/child.yaml") == findings() == []

    REGIONS = ("us-west-2", "eu-west-1")

    @pytest.mark.parametrize(
        "image",
        [
            pytest.param(f"!Sub '{X86.replace('us-west-2', '${AWS::Region}')}'", id="Sub"),
            pytest.param(f"!Join ['', ['763104351884.dkr.ecr.', !Ref AWS::Region, '{X86.partition('us-west-2')[2]}']]", id="Join"),
            pytest.param("!FindInMap [Images, !Ref AWS::Region, Image]", id="FindInMap"),
            pytest.param(f"!If [IsWest, '{X86}', '{X86.replace('us-west-2', 'eu-west-1')}']", id="If"),
        ],
    )
    @pytest.mark.parametrize(("size", "regions"), [("ml.m5.large", []), ("ml.c7g.large", [REGIONS])])
    def test_an_argument_is_evaluated_in_each_region(self, folder: Path, image: str, size: str, regions: list[tuple[str, ...]]) -> None:
        conditions = "Conditions: {IsWest: !Equals [!Ref AWS::Region, us-west-2]}\n"
        rows = ", ".join(f"{region}: {{Image: '{X86.replace('us-west-2', region)}'}}" for region in self.REGIONS)
        stacks = self.parent(size).replace(f"'{X86}'", image)
        write(folder / "main.yaml", f"Mappings: {{Images: {{{rows}}}}}\n{conditions}{stacks}")
        write(folder / "nested/child.yaml", self.CHILD)
        found = findings(regions=self.REGIONS)
        assert [(finding.rule, finding.regions) for finding in found] == [(MISMATCH, tuple(sorted(each))) for each in regions]

    def test_an_argument_that_is_wrong_in_one_region_is_reported_there(self, folder: Path) -> None:
        write(folder / "main.yaml", self.parent("ml.m5.large"))
        write(folder / "nested/child.yaml", self.CHILD)
        (finding,) = findings(regions=self.REGIONS)
        assert (finding.rule, finding.regions) == ("image-region-mismatch", ("eu-west-1",))

    def test_a_stack_that_does_not_exist_in_the_region_is_not_checked(self, folder: Path) -> None:
        condition = "Conditions: {IsWest: !Equals [!Ref AWS::Region, us-west-2]}\n"
        write(folder / "main.yaml", condition + self.parent("ml.c7g.large").replace("    Properties:", "    Condition: IsWest\n    Properties:"))
        write(folder / "nested/child.yaml", self.CHILD)
        assert findings(regions=("eu-west-1",)) == []
        assert [finding.rule for finding in findings(regions=("us-west-2",))] == [MISMATCH]

    @pytest.mark.parametrize(
        ("arguments", "named"),
        [
            pytest.param(f"Size: !If [IsProd, ml.c7g.large, ml.m5.large], Image: '{X86}'", {"ml.c7g.large"}, id="a wrong arm"),
            pytest.param(f"Size: !If [IsProd, ml.c7g.large, ml.c7g.xlarge], Image: '{X86}'", {"ml.c7g.large", "ml.c7g.xlarge"}, id="two wrong arms"),
            pytest.param(f"Size: !If [IsProd, ml.c7g.large, ml.m5.large], Image: !If [IsProd, '{ARM}', '{X86}']", set[str](), id="arms that fit each other"),
            pytest.param(f"Size: !If [IsProd, ml.m5.large, ml.c7g.large], Image: !If [IsProd, '{ARM}', '{X86}']", {"ml.m5.large", "ml.c7g.large"}, id="crossed arms"),
            pytest.param(f"Size: !Ref Size, Image: !If [IsProd, '{ARM}', '{X86}']", set[str](), id="an arm and a default"),
            pytest.param(f"Size: !Ref Size, Image: '{ARM}'", {"ml.m5.large"}, id="a default"),
        ],
    )
    def test_each_arm_of_a_condition_is_a_set_of_arguments(self, folder: Path, arguments: str, named: set[str]) -> None:
        parameters = "Parameters: {Stage: {Type: String}, Size: {Type: String, Default: ml.m5.large}}\nConditions: {IsProd: !Equals [!Ref Stage, prod]}\n"
        stack = f"  S: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: ./nested/child.yaml, Parameters: {{{arguments}}}}}}}\n"
        write(folder / "main.yaml", f"{parameters}Resources:\n{stack}")
        write(folder / "nested/child.yaml", self.CHILD)
        found = findings()
        assert {name for name in ("ml.m5.large", "ml.c7g.large", "ml.c7g.xlarge") for finding in found if name in finding.message} == named
        assert all(finding.rule == MISMATCH and finding.path == "nested/child.yaml" for finding in found)

    def test_a_default_that_no_stack_overrides_decides_the_conditions_of_a_nested_template(self, folder: Path) -> None:
        child = self.CHILD.replace("Parameters: {", "Conditions: {IsArm: !Equals [!Ref Arm, 'yes']}\nParameters: {Arm: {Type: String, Default: 'no'}, ")
        write(folder / "nested/child.yaml", child.replace("InstanceType: !Ref Size", "InstanceType: !If [IsArm, ml.c7g.large, !Ref Size]"))
        write(folder / "main.yaml", self.parent("ml.m5.large"))
        assert findings() == []
        write(folder / "main.yaml", self.parent("ml.m5.large").replace("{Size:", "{Arm: 'yes', Size:"))
        assert [finding.rule for finding in findings()] == [MISMATCH]

    def test_a_parameter_of_the_run_does_not_replace_an_argument(self, folder: Path) -> None:
        write(folder / "main.yaml", self.parent("ml.m5.large"))
        write(folder / "nested/child.yaml", self.CHILD)
        assert findings(parameters=(("Size", "ml.c7g.large"),)) == []

    def test_a_finding_in_a_template_that_is_nested_at_two_levels_is_reported_once(self, folder: Path) -> None:
        middle = "Parameters: {Size: {Type: String}}\n" + self.parent("!Ref Size").replace("./nested/", "./")
        stacks = "".join(
            f"  S{n}: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: ./nested/middle.yaml, Parameters: {{Size: {size}}}}}}}\n"
            for n, size in enumerate(("ml.c7g.large", "ml.c7g.large", "ml.m5.large"))
        )
        write(folder / "main.yaml", f"Resources:\n{stacks}")
        write(folder / "nested/middle.yaml", middle)
        write(folder / "nested/child.yaml", self.CHILD)
        (finding,) = findings()
        assert (finding.rule, finding.path) == (MISMATCH, "nested/child.yaml")
        (from_above,) = findings("main.yaml")
        assert (from_above.rule, from_above.path) == (MISMATCH, "main.yaml")

    def test_a_template_that_nests_itself_ends(self, folder: Path) -> None:
        write(folder / "nested/child.yaml", self.parent("ml.c7g.large").replace("./nested/", "./") + self.CHILD.partition("Resources:\n")[2])
        assert findings() == []


class TestTerraformModule:
    def files(self, folder: Path, extra: dict[str, object]) -> None:
        main = {
            "resource": {
                "aws_sagemaker_model": {"m": {"primary_container": {"image": X86}}},
                "aws_sagemaker_endpoint_configuration": {
                    "c": {"production_variants": {"model_name": "${aws_sagemaker_model.m.name}", "instance_type": "${var.size}"}}
                },
            }
        }
        write(folder / "main.tf.json", json.dumps(main, indent=2))
        for name, data in extra.items():
            write(folder / name, json.dumps(data))

    @pytest.mark.parametrize(
        ("extra", "rules"),
        [
            pytest.param({}, [], id="variable without a value"),
            pytest.param({"variables.tf.json": {"variable": {"size": {"default": "ml.c7g.large"}}}}, [MISMATCH], id="default in another file"),
            pytest.param({"terraform.tfvars.json": {"size": "ml.c7g.large"}}, [MISMATCH], id="value in terraform.tfvars.json"),
            pytest.param({"a.auto.tfvars.json": {"size": "ml.c7g.large"}}, [MISMATCH], id="value in an auto.tfvars.json file"),
            pytest.param({"prod.tfvars.json": {"size": "ml.c7g.large"}}, [], id="file that Terraform does not load automatically"),
            pytest.param(
                {"variables.tf.json": {"variable": {"size": {"default": "ml.c7g.large"}}}, "terraform.tfvars.json": {"size": "ml.c7i.large"}}, [], id="value overrides a default"
            ),
        ],
    )
    def test_module_files_set_variables(self, folder: Path, extra: dict[str, object], rules: list[str]) -> None:
        self.files(folder, extra)
        assert [finding.rule for finding in findings("main.tf.json")] == rules

    def test_a_model_and_its_configuration_in_two_files_of_a_module(self, folder: Path) -> None:
        write(folder / "model.tf.json", json.dumps({"resource": {"aws_sagemaker_model": {"m": {"primary_container": {"image": X86}}}}}))
        variant = {"model_name": "${aws_sagemaker_model.m.name}", "instance_type": "ml.c7g.large"}
        write(folder / "endpoint.tf.json", json.dumps({"resource": {"aws_sagemaker_endpoint_configuration": {"c": {"production_variants": variant}}}}))
        (finding,) = findings()
        assert (finding.rule, finding.path) == (MISMATCH, "model.tf.json")

    def test_models_in_other_folders_are_not_linked(self, folder: Path) -> None:
        write(folder / "a/model.tf.json", json.dumps({"resource": {"aws_sagemaker_model": {"m": {"primary_container": {"image": X86}}}}}))
        variant = {"model_name": "${aws_sagemaker_model.m.name}", "instance_type": "ml.c7g.large"}
        write(folder / "b/endpoint.tf.json", json.dumps({"resource": {"aws_sagemaker_endpoint_configuration": {"c": {"production_variants": variant}}}}))
        write(folder / "b/other.tf", "")
        assert findings() == []

    @pytest.mark.parametrize(
        ("extra", "rules"),
        [
            pytest.param({}, ["dangling-model-reference"], id="not in the folder"),
            pytest.param({"m.tf.json": json.dumps({"resource": {"aws_sagemaker_model": {"m": {}}}})}, [], id="in another file"),
            pytest.param({"m.tf": 'resource "aws_sagemaker_model" "m" {}'}, [], id="possibly in an HCL file"),
            pytest.param({"m.tf.json": "{"}, [], id="possibly in a broken file"),
        ],
    )
    def test_a_reference_dangles_if_no_file_of_the_folder_defines_it(self, folder: Path, extra: dict[str, str], rules: list[str]) -> None:
        variant = {"model_name": "${aws_sagemaker_model.m.name}", "instance_type": "ml.c7i.large"}
        write(folder / "main.tf.json", json.dumps({"resource": {"aws_sagemaker_endpoint_configuration": {"c": {"production_variants": variant}}}}))
        for name, text in extra.items():
            write(folder / name, text)
        assert [finding.rule for finding in findings("main.tf.json")] == rules

    @pytest.mark.parametrize(
        ("provider", "rules"),
        [
            pytest.param({"aws": {"region": "eu-south-1"}}, ["image-region-mismatch"], id="a literal Region"),
            pytest.param({"aws": [{"region": "us-west-2"}, {"alias": "eu", "region": "eu-south-1"}]}, [], id="alias that the resource does not use"),
            pytest.param({"aws": {"region": "${var.region}"}}, [], id="an expression is unknown"),
        ],
    )
    def test_the_provider_in_another_file(self, folder: Path, provider: dict[str, object], rules: list[str]) -> None:
        write(folder / "main.tf.json", json.dumps({"resource": {"aws_sagemaker_model": {"m": {"primary_container": {"image": X86}}}}}))
        write(folder / "provider.tf.json", json.dumps({"provider": provider}))
        assert [finding.rule for finding in findings("main.tf.json")] == rules


class TestImportedModels:
    def exporting(self, name: str = "churn-model", image: str = f"'{X86}'", head: str = "") -> str:
        return (
            f"{head}Resources:\n  M: {{Type: AWS::SageMaker::Model, Properties: {{PrimaryContainer: {{Image: {image}}}}}}}\n"
            f"Outputs:\n  Name: {{Value: !GetAtt M.ModelName, Export: {{Name: {name}}}}}\n"
        )

    def importing(self, reference: str = "!ImportValue churn-model", size: str = "ml.c7g.large", head: str = "") -> str:
        variant = f"{{VariantName: a, ModelName: {reference}, InstanceType: {size}}}"
        return f"{head}Resources:\n  C:\n    Type: AWS::SageMaker::EndpointConfig\n    Properties:\n      ProductionVariants:\n        - {variant}\n"

    @pytest.mark.parametrize(
        ("model", "variant", "rules"),
        [
            pytest.param({}, {}, [MISMATCH], id="a literal name"),
            pytest.param({}, {"size": "ml.m5.large"}, [], id="an instance type that fits"),
            pytest.param({}, {"reference": "{'Fn::ImportValue': !Sub 'churn-model'}"}, [MISMATCH], id="a name that is computed"),
            pytest.param({}, {"reference": "{'Fn::ImportValue': !Sub '${Stack}-model'}", "head": "Parameters: {Stack: {Type: String}}\n"}, [], id="an unknown name"),
            pytest.param({"name": "!Sub '${AWS::StackName}-model'"}, {}, [], id="an unknown export"),
            pytest.param({}, {"reference": "!ImportValue churn"}, [], id="another export"),
            pytest.param(
                {}, {"size": "!Ref Size", "head": "Parameters: {Size: {Type: String, Default: ml.c7g.large}}\n"}, [MISMATCH], id="a default"
            ),
            pytest.param(
                {"image": f"!If [IsArm, '{ARM}', '{X86}']", "head": "Parameters: {A: {Type: String}}\nConditions: {IsArm: !Equals [!Ref A, x]}\n"},
                {"size": "!Ref Size", "head": "Parameters: {Size: {Type: String, Default: ml.c7g.large}}\n"},
                [],
                id="an arm and a default",
            ),
            pytest.param(
                {"image": f"!If [IsArm, '{ARM}', '{X86}']", "head": "Parameters: {A: {Type: String}}\nConditions: {IsArm: !Equals [!Ref A, x]}\n"},
                {"size": "!If [IsArm, ml.c7g.large, ml.m5.large]", "head": "Parameters: {A: {Type: String}}\nConditions: {IsArm: !Equals [!Ref A, x]}\n"},
                [],
                id="conditions of one name in two templates",
            ),
        ],
    )
    def test_a_variant_is_checked_with_the_model_that_it_imports(self, folder: Path, model: dict[str, str], variant: dict[str, str], rules: list[str]) -> None:
        write(folder / "model.yaml", self.exporting(**model))
        write(folder / "endpoint.yaml", self.importing(**variant))
        assert [(finding.rule, finding.path) for finding in findings()] == [(rule, "model.yaml") for rule in rules]
        assert [(finding.rule, finding.path) for finding in findings("endpoint.yaml")] == [(rule, "endpoint.yaml") for rule in rules]

    def test_an_export_belongs_to_one_region(self, folder: Path) -> None:
        write(folder / "model.yaml", self.exporting(image=f"!Sub '{X86.replace('us-west-2', '${AWS::Region}')}'"))
        write(folder / "endpoint.yaml", self.importing(size="ml.m5.large"))
        assert findings(regions=("us-west-2", "eu-west-1")) == []

    def test_a_name_that_two_templates_export_is_not_linked(self, folder: Path) -> None:
        write(folder / "a.yaml", self.exporting())
        write(folder / "b.yaml", self.exporting(image=f"'{ARM}'"))
        write(folder / "endpoint.yaml", self.importing())
        assert findings() == []

    def test_the_image_of_an_exported_model_is_not_changed(self, folder: Path) -> None:
        write(folder / "model.yaml", self.exporting())
        write(folder / "endpoint.yaml", self.importing())
        check(["."], Settings(today="2024-01-01"), FixMode.APPLY)
        assert (folder / "model.yaml").read_text() == self.exporting()

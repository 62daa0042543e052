"""Files that deploy a template set its parameters: the values take part in the decision about a fix."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from smlint.model.results import FixMode
from smlint.runner.run import check
from tests.test_parameter_files import SETTINGS, TEMPLATE
from tests.test_project import MISMATCH, write

X86_TYPE, ARM_TYPE = "ml.m5.xlarge", "ml.m6g.xlarge"
PAIRS = [{"ParameterKey": "Size", "ParameterValue": X86_TYPE}]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def stack(url: str, parameters: str = f"{{Size: {X86_TYPE}}}") -> str:
    return f"Resources:\n  S:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: {url}\n      Parameters: {parameters}\n"


def stack_set(properties: str) -> str:
    return f"Resources:\n  S:\n    Type: AWS::CloudFormation::StackSet\n    Properties:\n      StackSetName: s\n{properties}"


def action(configuration: dict[str, str]) -> str:
    actions = [{"Name": "Deploy", "ActionTypeId": {"Category": "Deploy", "Provider": "CloudFormation"}, "Configuration": configuration}]
    properties = {"Stages": [{"Name": "Deploy", "Actions": actions}]}
    return json.dumps({"Resources": {"P": {"Type": "AWS::CodePipeline::Pipeline", "Properties": properties}}})


SETTERS = {
    "a stack in S3": ("main.yaml", stack("s3://bucket/1.2/child.yaml")),
    "a stack set": ("main.yaml", stack_set(f"      TemplateURL: templates/child.yaml\n      Parameters: {json.dumps(PAIRS)}\n")),
    "a stack set: overrides": (
        "main.yaml",
        stack_set(
            "      TemplateURL: https://bucket.s3.amazonaws.com/templates/child.yaml\n"
            f"      StackInstancesGroup: [{{Regions: [us-west-2], ParameterOverrides: {json.dumps(PAIRS)}}}]\n"
        ),
    ),
    "CodePipeline": ("pipeline.json", action({"TemplatePath": "Source::templates/child.yaml", "ParameterOverrides": json.dumps({"Size": X86_TYPE})})),
    "CodePipeline: a function": (
        "pipeline.json",
        action({"TemplatePath": "Build::child.yaml", "ParameterOverrides": json.dumps({"Size": {"Fn::GetParam": ["Build", "out.json", "Size"]}})}),
    ),
    "CodePipeline: a template configuration": ("prod-config.json", json.dumps({"Parameters": {"Size": X86_TYPE}})),
    "Sceptre": ("config/prod/churn.yaml", f"template: {{path: child.yaml, type: file}}\nparameters: {{Size: {X86_TYPE}}}\n"),
    "Customizations for Control Tower": (
        "manifest.yaml",
        f"resources:\n- resource_file: templates/child.yaml\n  parameters: [{{parameter_key: Size, parameter_value: {X86_TYPE}}}]\n",
    ),
    "taskcat": (".taskcat.yml", f"tests: {{a: {{template: templates/child.yaml, parameters: {{Size: {X86_TYPE}}}}}}}\n"),
    "a Makefile": ("Makefile", f"deploy:\n\taws cloudformation deploy --template-file templates/child.yaml --parameter-overrides Size={X86_TYPE}\n"),
    "a script": (
        "scripts/deploy.sh",
        f"aws cloudformation create-stack --template-body file://templates/child.yaml --parameters ParameterKey=Size,ParameterValue={X86_TYPE}\n",
    ),
    "a script: a variable": ("deploy.sh", 'sam deploy -t templates/child.yaml --parameter-overrides Size="$SIZE"\n'),
    "boto3": ("deploy.py", f'BODY = open("templates/child.yaml").read()\nstacks(Parameters=[{{"ParameterKey": "Size", "ParameterValue": "{X86_TYPE}"}}])\n'),
    "Terraform": ("main.tf", f'template_body = file("templates/child.yaml")\nparameters = {{\n  Size = "{X86_TYPE}"\n}}\n'),
    "a workflow": (
        ".github/workflows/deploy.yml",
        f"jobs: {{d: {{steps: [{{with: {{template: templates/child.yaml, parameter-overrides: 'Size={X86_TYPE}'}}}}]}}}}\n",
    ),
    "a Rakefile": ("Rakefile", f'sh "aws cloudformation deploy --template-file templates/child.yaml --parameter-overrides Size={X86_TYPE}"\n'),
    "a command in a README": ("README.md", f"    sam deploy -t templates/child.yaml --parameter-overrides Size={X86_TYPE}\n"),
    "a command in a sentence": ("README.md", f"Deploy it with `sam deploy -t templates/child.yaml --parameter-overrides Size={X86_TYPE}`.\n"),
    "a parameter file in another folder": ("params/prod.json", json.dumps(PAIRS)),
    "a parameter file in YAML": ("templates/child-params.yaml", f"Parameters: {{Size: {X86_TYPE}}}\n"),
    "a parameter file of an environment": ("env/prod/params.yml", f"StackName: live\nParameters:\n  Size: {X86_TYPE}\n"),
    "the CDK": ("lib/stack.ts", f"new CfnInclude(this, 'T', {{templateFile: 'templates/child.yaml', parameters: {{Size: '{X86_TYPE}'}}}});\n"),
    "a hidden folder": (".deploy/eu/prod.json", json.dumps({"Template": "child.yaml", "Parameters": {"Size": X86_TYPE}})),
    "a script without a suffix": ("bin/deploy", f"aws cloudformation deploy --template-file templates/child.yaml --parameter-overrides Size={X86_TYPE}\n"),
    "a long script": ("deploy.sh", f"{'# comment' * 50_000}\nsam deploy -t templates/child.yaml --parameter-overrides Size={X86_TYPE}\n"),
    "a task in TOML": ("pyproject.toml", f'deploy="sam deploy -t templates/child.yaml --parameter-overrides Size={X86_TYPE}"\n'),
    "a task in INI": ("tox.ini", f"commands = sam deploy -t templates/child.yaml --parameter-overrides Size={X86_TYPE}\n"),
    "a document": ("docs/deploy.rst", f"    sam deploy -t templates/child.yaml --parameter-overrides Size={X86_TYPE}\n"),
    "a notebook": ("deploy.ipynb", json.dumps({"source": [f"!sam deploy -t templates/child.yaml --parameter-overrides Size={X86_TYPE}\n"]})),
    "a link to create a stack": ("README.md", f"https://x/#/create?templateURL=https://b.s3.amazonaws.com/child.yaml&param_Size={X86_TYPE})\n"),
    "Service Catalog": (
        "sc.yaml",
        "A: {LoadTemplateFromURL: 'https://b.s3.amazonaws.com/child.yaml'}\n"
        f"B: {{ProvisioningParameters: [{{Key: Size, Value: {X86_TYPE}}}]}}\n",
    ),
    "Service Catalog in Terraform": (
        "sc.tf",
        f'template_url = "https://b.s3.amazonaws.com/child.yaml"\nprovisioning_parameters {{\n  key   = "Size"\n  value = "{X86_TYPE}"\n}}\n',
    ),
    "Go": ("main.go", f'f("child.yaml", types.Parameter{{ParameterKey: aws.String("Size"), ParameterValue: aws.String("{X86_TYPE}")}})\n'),
    "Go: a variable": ("main.go", 'f("child.yaml", types.Parameter{ParameterKey: aws.String("Size"), ParameterValue: aws.String(size)})\n'),
    "Java": ("D.java", f'f("child.yaml", Parameter.builder().parameterKey("Size").parameterValue("{X86_TYPE}").build());\n'),
    "Kotlin": ("D.kt", f'f("child.yaml", Parameter {{ parameterKey = "Size"; parameterValue = "{X86_TYPE}" }})\n'),
    "Rust": ("main.rs", f'f("child.yaml", Parameter::builder().parameter_key("Size").parameter_value("{X86_TYPE}").build());\n'),
    "PowerShell": ("d.ps1", f'New-CFNStack -TemplateBody "child.yaml" -Parameter @( @{{ ParameterKey="Size"; ParameterValue="{X86_TYPE}" }} )\n'),
    "a name from a variable": ("deploy.sh", f'sam deploy -t "$1.yaml" --parameter-overrides Size={X86_TYPE}\n'),
    "a name from a variable, and a value": ("deploy.sh", 'sam deploy -t "templates/$1.yaml" --parameter-overrides "Size=$2"\n'),
    "a name in a Makefile": ("Makefile", "deploy:\n\tsam deploy -t $(STACK).yaml --parameter-overrides Size=$(SIZE)\n"),
    "a name in a Taskfile": ("Taskfile.yml", "cmds: ['sam deploy -t {{.STACK}}.yaml --parameter-overrides Size={{.SIZE}}']\n"),
    "a name in Python": ("deploy.py", f"CfnInclude(self, 'T', template_file=f'{{t}}.yaml', parameters={{'Size': '{X86_TYPE}'}})\n"),
    "a name in Ruby": ("deploy.rb", f"parameters: [{{parameter_key: 'Size', parameter_value: '{X86_TYPE}'}}], template_body: File.read(\"#{{S}}.yaml\")\n"),
    "names in Terraform": ("s.tf", f'template_body = file("${{each.key}}.yaml")\nparameters = {{\n  Size = "{X86_TYPE}"\n}}\n'),
    "a packaged template": ("pipeline.json", action({"TemplatePath": "Build::out.yaml", "ParameterOverrides": json.dumps({"Size": X86_TYPE})})),
    "no name but that of a schema": ("deploy.sh", f"# https://example.com/schema.json\ndeploy.sh Size={X86_TYPE}\n"),
    "no name": ("params.env", f"Size={X86_TYPE}\n"),
    "Sceptre with Jinja": ("config/child.yaml.j2.yaml", "template: {path: child.yaml}\nparameters:\n  Size: {{ var.size }}\n"),
    "Runway": ("stacks.yaml", "stacks:\n  - template_path: child.yaml\n    variables:\n      Size: ${size}\n"),
    "not YAML until it is rendered": ("stack.yaml", "readFile: child.yaml\nparameters: {Size: ${size}}\n"),
    "samconfig.toml of the project": ("samconfig.toml", f'[prod.deploy.parameters]\nparameter_overrides = "Size={X86_TYPE}"\n'),
}  # fmt: skip

OTHERS = {
    "the same architecture": ("main.yaml", stack("s3://bucket/1.2/child.yaml").replace(X86_TYPE, ARM_TYPE)),
    "another parameter": ("main.yaml", stack("https://bucket.s3.amazonaws.com/templates/child.yaml", "{Other: ml.m5.xlarge}")),
    "another template": ("main.yaml", stack("https://bucket.s3.amazonaws.com/templates/other.yaml")),
    "the end of another name": ("main.yaml", stack("https://bucket.s3.amazonaws.com/templates/grandchild.yaml")),
    "the values are for another template": (
        "main.yaml",
        stack("https://bucket.s3.amazonaws.com/templates/other.yaml")
        + "  T:\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: https://bucket.s3.amazonaws.com/templates/child.yaml}\n",
    ),
    "declarations of the parent": (
        "main.yaml",
        "Parameters: {Size: {Type: String}}\n"
        "Resources:\n  T:\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: https://bucket.s3.amazonaws.com/templates/child.yaml}\n",
    ),
    "a nearer file of the same name": ("other/main.yaml", stack("child.yaml")),
    "a script for another template": ("deploy.sh", f"sam deploy -t templates/other.yaml --parameter-overrides Size={X86_TYPE}\n"),
    "the API": ("deploy.py", f'create_endpoint_config(ProductionVariants=[{{"Size": "{X86_TYPE}"}}], Size="{X86_TYPE}")\n'),
    "the shorthand of the AWS CLI": ("deploy.sh", f"aws sagemaker create-endpoint-config --production-variants VariantName=a,Size={X86_TYPE},Weight=1\n"),
    "a property of another template": ("other.yaml", f"Resources: {{C: {{Type: 'AWS::SageMaker::EndpointConfig', Properties: {{Size: {X86_TYPE}}}}}}}\n"),
    "a cache": (".terraform/prod.json", json.dumps({"Template": "child.yaml", "Parameters": {"Size": X86_TYPE}})),
    "a virtual environment": ("venv/deploy.sh", f"sam deploy -t templates/child.yaml --parameter-overrides Size={X86_TYPE}\n"),
    "a binary": ("bin/tool", f"\0sam deploy -t templates/child.yaml --parameter-overrides Size={X86_TYPE}\n"),
    "a large file": ("data.txt", f"{'x' * 1_100_000} Size={X86_TYPE}\n"),
    "not YAML": ("main.yaml", "templates/child.yaml: [parameters\n"),
}


def is_fixed(folder: Path, name: str, text: str) -> bool:
    write(folder / "templates/child.yaml", TEMPLATE)
    write(folder / name, text)
    found = [finding for finding in check(["templates/child.yaml"], SETTINGS).report.findings if finding.rule == MISMATCH]
    assert len(found) == 1  # what the default does is reported
    check(["templates/child.yaml"], SETTINGS, FixMode.APPLY)
    return (folder / "templates/child.yaml").read_text() != TEMPLATE


@pytest.mark.parametrize(("name", "text"), SETTERS.values(), ids=SETTERS)
def test_an_image_that_a_deployed_value_needs_is_not_fixed(folder: Path, name: str, text: str) -> None:
    assert not is_fixed(folder, name, text)


@pytest.mark.parametrize(("name", "text"), OTHERS.values(), ids=OTHERS)
def test_other_files_do_not_count(folder: Path, name: str, text: str) -> None:
    write(folder / "other/child.yaml", "Resources: {A: {Type: AWS::SNS::Topic}}\n")
    write(folder / "templates/other.yaml", "Parameters: {Size: {Type: String}}\nResources: {A: {Type: AWS::SNS::Topic}}\n")
    write(folder / "venv/pyvenv.cfg", "")
    assert is_fixed(folder, name, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("params/prod.json", json.dumps([{"ParameterKey": "Size", "ParameterValue": "t3.micro"}]), id="an EC2 instance type"),
        pytest.param("params/prod.json", json.dumps([{"ParameterKey": "Size", "ParameterValue": "ml.c99.xlarge"}]), id="an unknown instance type"),
        pytest.param("samconfig.toml", '[b.deploy.parameters]\ntemplate_file = "b.yaml"\nparameter_overrides = "Size=t3.micro"\n', id="SAM: another template"),
        pytest.param("README.md", "Deploy it with `sam deploy -t templates/child.yaml --parameter-overrides Size=ml.m5.xlarge`.\n", id="a sentence"),
        pytest.param("README.md", "Run sam deploy -t templates/child.yaml --parameter-overrides Size=ml.m5.xlarge.\n", id="the end of a sentence"),
        pytest.param("README.md", "    sam deploy -t templates/child.yaml --parameter-overrides Size=ml.xxx\n", id="a placeholder"),
        pytest.param("tests/test_t.py", "T = 'child.yaml'\nwith raises(E): deploy(T, parameters={'Size': 'ml.bogus'})\n", id="a test of an invalid value"),
    ],
)
def test_a_value_that_another_file_sets_makes_no_finding(folder: Path, name: str, text: str) -> None:
    write(folder / "templates/child.yaml", TEMPLATE)
    write(folder / name, text)
    assert {finding.rule for finding in check(["templates/child.yaml"], SETTINGS).report.findings} == {MISMATCH}


@pytest.mark.parametrize("value", ["t3.micro", "ml.xxx", "not-an-instance"])
def test_a_value_that_is_no_instance_type_has_no_vote(folder: Path, value: str) -> None:
    assert is_fixed(folder, "params/prod.json", json.dumps([{"ParameterKey": "Size", "ParameterValue": value}]))


def test_an_invalid_value_that_the_template_allows_is_reported(folder: Path) -> None:
    write(folder / "templates/child.yaml", TEMPLATE.replace("Type: String,", "Type: String, AllowedValues: [ml.c7g.xlarge, t3.micro],"))
    assert {finding.rule for finding in check(["templates/child.yaml"], SETTINGS).report.findings} == {MISMATCH, "unknown-instance-type"}


def test_a_value_for_something_else_is_no_instance_type(folder: Path) -> None:
    write(folder / "templates/child.yaml", TEMPLATE)
    write(folder / "deploy.sh", "Size=10\naws cloudformation deploy --template-file templates/child.yaml --parameter-overrides Other=1\n")
    rules = {finding.rule for finding in check(["templates/child.yaml"], SETTINGS).report.findings}
    assert rules == {MISMATCH}


def test_a_fix_is_withheld_if_not_all_files_are_searched(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smlint.project.setting_files.MAX_FILES", 3)
    for index in range(4):
        write(folder / f"src/{index}.py", "")
    assert not is_fixed(folder, "a.txt", "")


def test_ignored_files_are_not_counted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smlint.project.setting_files.MAX_FILES", 3)
    for index in range(4):
        write(folder / f"src/{index}.py", "")
    assert is_fixed(folder, ".gitignore", "src/\n")


def test_a_fix_is_withheld_if_a_file_is_too_large_to_search(folder: Path) -> None:
    assert not is_fixed(folder, "deploy.sh", f"{'x' * 1_100_000} sam deploy -t templates/child.yaml --parameter-overrides Size=ml.c7g.large\n")


def test_a_fix_is_withheld_if_the_files_are_too_large_together(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smlint.project.setting_files.MAX_TREE_BYTES", 1000)
    assert not is_fixed(folder, "a.py", "x" * 2000)


def test_a_fix_that_depends_on_no_parameter_is_made_in_any_tree(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smlint.project.setting_files.MAX_FILES", 0)
    write(folder / "t.yaml", TEMPLATE.replace("!Ref Size", "ml.c7g.xlarge"))
    check(["t.yaml"], SETTINGS, FixMode.APPLY)
    assert (folder / "t.yaml").read_text() != TEMPLATE.replace("!Ref Size", "ml.c7g.xlarge")


def test_files_of_the_project_around_a_submodule_count(folder: Path) -> None:
    write(folder / "sub/.git", "gitdir: ../.git/modules/sub\n")
    write(folder / "sub/t.yaml", TEMPLATE)
    write(folder / "deploy.sh", f"sam deploy -t sub/t.yaml --parameter-overrides Size={X86_TYPE}\n")
    check(["."], SETTINGS, FixMode.APPLY)
    assert (folder / "sub/t.yaml").read_text() == TEMPLATE


def test_a_value_that_the_template_does_not_allow_selects_no_row(folder: Path) -> None:
    rows = "Mappings: {Sizes: {prod: {T: ml.c7g.xlarge}, old: {T: t3.micro}}}\n"
    template = rows + TEMPLATE.replace("Default: ml.c7g.xlarge", "Default: prod, AllowedValues: [prod]").replace("!Ref Size", "!FindInMap [Sizes, !Ref Size, T]")
    write(folder / "t.yaml", template)
    write(folder / "prod.json", json.dumps({"Parameters": {"Size": "old"}}))
    assert {finding.rule for finding in check(["t.yaml"], SETTINGS).report.findings} == {MISMATCH}
    check(["t.yaml"], SETTINGS, FixMode.APPLY)
    assert (folder / "t.yaml").read_text() != template


def test_a_fix_that_suits_all_allowed_values_is_made_in_any_tree(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smlint.project.setting_files.MAX_FILES", 0)
    template = TEMPLATE.replace("Type: String,", f"Type: String, AllowedValues: [ml.c7g.xlarge, {ARM_TYPE}],")
    write(folder / "t.yaml", template)
    check(["t.yaml"], SETTINGS, FixMode.APPLY)
    assert (folder / "t.yaml").read_text() != template

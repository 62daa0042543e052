"""Texts that try to break a parser or a reader: each run ends in time, with or without a finding."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from smlint.inventory import INVENTORY_FORMATS
from smlint.reporters import REPORTERS
from smlint.runtime.escaping import Medium
from tests.hostile import CHECK, FORMATS, TEMPLATE, X86, smlint

IMAGE = f"Image: {X86}"


def with_image(value: str, before: str = "") -> str:
    """Return the template with another image, and with text before it."""
    return before + TEMPLATE.replace(IMAGE, f"Image: {value}")


def nested(opening: str, closing: str, depth: int) -> str:
    return opening * depth + X86 + closing * depth


def aliases(first: str, each: Callable[[int], str], count: int) -> str:
    """Return a mapping `X` in which each entry contains the previous one several times."""
    return f"X:\n  a0: &a0 {first}\n" + "".join(f"  a{i}: &a{i} {each(i)}\n" for i in range(1, count))


def doubled(i: int) -> str:
    return f"[*a{i - 1} , *a{i - 1} , *a{i - 1} ]"


def conditions(count: int, each: Callable[[int], str]) -> str:
    head = "Parameters: {P: {Type: String}}\nConditions:\n  c0: !Equals [!Ref P, a]\n"
    return head + "".join(f"  c{i}: {each(i)}\n" for i in range(1, count))


def terraform(locals_: dict[str, object], image: str) -> str:
    return json.dumps({"locals": locals_, "resource": {"aws_sagemaker_model": {"m": {"primary_container": {"image": image}}}}})


def state_machine(depth: int) -> str:
    text = '{"Type": "Task", "Resource": "arn:aws:states:::sagemaker:createModel", "Parameters": {}, "End": true}'
    for _ in range(depth):
        text = f'{{"Type": "Parallel", "Branches": [{{"StartAt": "a", "States": {{"a": {text}}}}}], "End": true}}'
    return f'{{"StartAt": "a", "States": {{"a": {text}}}}}'


def kubernetes(count: int, metadata: str, reference: str) -> str:
    head = f"--- {{apiVersion: sagemaker.services.k8s.aws/v1alpha1, metadata: {metadata}, kind: "
    model = f"{head}Model, spec: {{modelName: a, primaryContainer: {{image: {X86}}}}}}}\n"
    return (model + f"{head}EndpointConfig, spec: {{productionVariants: [{{{reference}, instanceType: ml.c7g.large}}]}}}}\n") * count


def crossplane(count: int) -> str:
    """Return models and their endpoint configurations; each pair has a label that all share, and a unique one."""
    text = ""
    for i in range(count):
        head = "--- {apiVersion: sagemaker.aws.upbound.io/v1beta1, kind: "
        text += f"{head}Model, metadata: {{name: a{i}, labels: {{all: y, own: z{i}}}}}, "
        text += f"spec: {{forProvider: {{region: us-west-2, primaryContainer: [{{image: {X86}}}]}}}}}}\n"
        text += f"{head}EndpointConfiguration, metadata: {{name: a{i}}}, spec: {{forProvider: {{region: us-west-2, productionVariants: "
        text += f"[{{modelNameSelector: {{matchLabels: {{all: y, own: z{i}}}}}, instanceType: ml.c7g.large}}]}}}}}}\n"
    return text


def strings_in_strings(depth: int) -> str:
    text = json.dumps({"PrimaryContainer": {"Image": X86}})
    for _ in range(depth):
        text = json.dumps({"sagemaker": text})
    return text


MODEL = "  - {name: m, framework: pytorch, instance_type: ml.c7g.large, region: us-east-1, framework_version: %s}\n"

TEXTS: dict[str, tuple[str, str | bytes, int]] = {
    # Description: file name, text, exit code.
    "100,000 brackets in YAML": ("a.yaml", "Type: AWS::SageMaker::Model\nx: " + "[" * 100_000 + "]" * 100_000, 1),
    "100,000 brackets in JSON": ("a.json", '{"a": "AWS::SageMaker::Model", "b": ' + "[" * 100_000 + "]" * 100_000 + "}", 1),
    "100,000 unclosed brackets": ("a.yaml", "Type: AWS::SageMaker::Model\nx: " + "[" * 100_000, 1),
    "100,000 braces": ("a.json", '{"sagemaker":' * 100_000, 1),
    "9,000 nested block mappings": ("a.yaml", "sagemaker: ml.c5.large\n" + "".join(" " * i + "a:\n" for i in range(9_000)), 1),
    "10,000 nested block mappings in a file that is too large": ("a.yaml", "sagemaker:\n" + "".join(" " * i + "aaa:\n" for i in range(10_000)), 1),
    "10,000 nested block sequences": ("a.yaml", "sagemaker: ml.c5.large\nx:\n" + "- " * 10_000 + "x\n", 1),
    "10,000 nested keys": ("a.yaml", "sagemaker: ml.c5.large\nx:\n  " + "? " * 10_000 + "x\n", 1),
    "an alias bomb": ("a.yaml", aliases("[ml.c5.large, sagemaker]", doubled, 40), 0),
    "an alias bomb as an image": ("a.yaml", with_image("*a39", aliases(f"[{X86}]", doubled, 40)), 0),
    "an alias bomb of Fn::Join": ("a.yaml", with_image("*a39", aliases(f"!Join ['', [{X86}]]", lambda i: f"!Join ['', {doubled(i)}]", 40)), 0),
    "an alias bomb of Fn::Sub": ("a.yaml", with_image("*a39", aliases("!Sub x", lambda i: f"!Sub ['${{A}}${{A}}', {{A: *a{i - 1} }}]", 40)), 0),
    "an alias bomb of Fn::If": ("a.yaml", with_image("*a39", conditions(1, doubled) + aliases("x", lambda i: f"!If [c0, *a{i - 1} , *a{i - 1} ]", 40)), 0),
    "an alias bomb of models": ("a.yaml", "smlint: 1\n" + aliases("{name: m}", doubled, 40) + "models: *a39\n", 1),
    "an alias bomb of variants": ("a.yaml", TEMPLATE.replace("        - {", "        - *a39\n        - {").replace("Res", aliases("x", doubled, 40) + "Res"), 1),
    "an alias to its parent": ("a.yaml", "sagemaker: &a [*a , ml.c5.large]\n", 0),
    "a function with itself as argument": ("a.yaml", with_image("&a !Join ['', [*a , *a , *a ]]"), 0),
    "a mapping that merges itself": ("a.yaml", "sagemaker: &a\n  <<: *a\n  x: ml.c5.large\n", 0),
    "mappings that merge each other": ("a.yaml", "sagemaker: &a\n  x: &b {<<: *a}\n  <<: [*a , *b ]\n  y: ml.c5.large\n", 0),
    "a merge bomb": ("a.yaml", aliases("{k: ml.c5.large}", lambda i: "{<<: " + doubled(i) + f", k{i}: sagemaker}}", 40), 0),
    "50,000 duplicate keys": ("a.yaml", "Resources: {}\n" * 50_000 + TEMPLATE, 1),
    "duplicate keys in JSON": ("a.json", '{"Type": "AWS::SageMaker::Model", ' * 5 + '"Type": "x"' + "}" * 5, 0),
    "a NUL": ("a.yaml", with_image("a\0b"), 1),
    "a NUL in JSON": ("a.json", '{"AWS::SageMaker::Model": "a\0b"}', 1),
    "only NULs": ("a.yaml", "sagemaker" + "\0" * 1_000_000, 1),
    "a lone surrogate as an escape in JSON": ("a.json", '{"Type": "AWS::SageMaker::Model", "x": "\\ud83d"}', 0),
    "a lone surrogate in an image": ("a.json", json.dumps({"PrimaryContainer": {"Image": X86 + "\ud83d"}, "ModelName": "m"}), 1),
    "a lone surrogate as an escape in YAML": ("a.yaml", with_image('"\\ud83d"'), 0),
    "a lone surrogate in bytes": ("a.yaml", with_image("\ud83d").encode("utf-8", "surrogatepass"), 1),
    "invalid UTF-8": ("a.yaml", TEMPLATE.encode() + b"# \xff\xfe\n", 1),
    "truncated UTF-8": ("a.yaml", (TEMPLATE + "# \u20ac").encode()[:-1], 1),
    "UTF-16": ("a.yaml", TEMPLATE.encode("utf-16"), 1),
    "UTF-16 without a byte order mark": ("a.yaml", TEMPLATE.encode("utf-16-le"), 0),
    "truncated UTF-16": ("a.yaml", TEMPLATE.encode("utf-16")[:-1], 1),
    "UTF-32": ("a.yaml", TEMPLATE.encode("utf-32"), 1),
    "Latin-1": ("a.yaml", TEMPLATE.replace("Model:", "Modèle:").encode("latin-1"), 1),
    "all bytes": ("a.yaml", bytes(range(256)) * 40 + b"sagemaker", 1),
    "a byte order mark in the middle": ("a.yaml", "\ufeff\ufeff" + TEMPLATE, 1),
    "10 MB on one line of YAML": ("a.yaml", "sagemaker: [" + "ml.c5.large, " * 800_000 + "]", 0),
    "10 MB on one line of JSON": ("a.json", '{"sagemaker": [' + '"ml.c5.large",' * 750_000 + "1]}", 0),
    "an image of 10 MB": ("a.yaml", with_image('"' + X86 + "x" * 10_000_000 + '"'), 1),
    "an instance type of 10 MB": ("a.yaml", TEMPLATE.replace("ml.c7g.xlarge", "ml." + "c" * 10_000_000), 1),
    "a comment of 10 MB": ("a.yaml", TEMPLATE + "# smlint: ignore[" + "x," * 5_000_000, 1),
    "20,000 comments that are not suppressions": ("a.yaml", "# smlint: ignore[\n" * 20_000 + TEMPLATE, 1),
    "an unclosed template": ("a.yaml", "sagemaker: [" + "{{ " * 1_000_000, 0),
    "250 nested calls of Fn::Join": ("a.yaml", with_image(nested("!Join ['', [", "]]", 250)), 0),
    "900 nested calls of Fn::If": ("a.yaml", with_image(nested("!If [c0, ", ", x]", 900), conditions(2, lambda i: "!Ref x")), 0),
    "300 nested calls of Fn::Select": ("a.yaml", with_image(nested("!Select [0, [", "]]", 300)), 0),
    "an index of 5,000 digits": ("a.yaml", with_image(f"!Select [{'1' * 5000}, [{X86}]]"), 0),
    "conditions that double": ("a.yaml", with_image(f"!If [c59, {X86}, x]", conditions(60, lambda i: f"!And [!Condition c{i - 1}, !Condition c{i - 1}]")), 1),
    "circular conditions": ("a.yaml", with_image(f"!If [c1, {X86}, x]", conditions(3, lambda i: f"!Not [!Condition c{3 - i}]")), 1),
    "a chain of 3,000 conditions": ("a.yaml", with_image(f"!If [c2999, {X86}, x]", conditions(3000, lambda i: f"!Not [!Condition c{i - 1}]")), 1),
    "a parameter that refers to itself": ("a.yaml", with_image("!Ref P", "Parameters: {P: {Type: String, Default: !Ref P}}\n"), 0),
    "local values that double": ("a.tf.json", terraform({"l0": "x", **{f"l{i}": f"${{local.l{i - 1}}}${{local.l{i - 1}}}" for i in range(1, 50)}}, "${local.l49}"), 0),
    "circular local values": ("a.tf.json", terraform({"a": "${local.b}", "b": "${local.a}"}, "${local.a}"), 0),
    "a chain of 5,000 local values": ("a.tf.json", terraform({"l0": "x", **{f"l{i}": f"${{local.l{i - 1}}}" for i in range(1, 5000)}}, "${local.l4999}"), 0),
    "nested parentheses in an expression": ("a.tf.json", terraform({}, "${" + "(" * 50_000 + "1" + ")" * 50_000 + "}"), 0),
    "nested templates in an expression": ("a.tf.json", terraform({}, '${"' * 20_000 + "1" + '"}' * 20_000), 0),
    "nested lists in an expression": ("a.tf.json", terraform({}, "${" + "[" * 50_000 + "}"), 0),
    "nested calls in an expression": ("a.tf.json", terraform({}, "${" + 'format("%s", ' * 5_000 + "1" + ")" * 5_000 + "}"), 0),
    "nested conditions in an expression": ("a.tf.json", terraform({}, "${" + "true ? " * 20_000 + "1" + " : 1" * 20_000 + "}"), 0),
    "200 nested states": ("a.json", state_machine(200), 0),
    "2,000 nested states": ("a.json", state_machine(2_000), 1),
    "documents nested in strings": ("a.json", strings_in_strings(15), 0),
    "a version of 5,000 digits": ("a.yaml", "smlint: 1\nmodels:\n" + MODEL % ("9" * 5000), 1),
    "a quoted version of 5,000 digits": ("a.yaml", "smlint: 1\nmodels:\n" + MODEL % f"'{'9' * 5000}.0'", 1),
    "a version of superscript digits": ("a.yaml", "smlint: 1\nmodels:\n" + MODEL % "'²²²'", 1),
    "a tag of 5,000 digits": ("a.yaml", with_image(X86.replace("2.1.0", "9" * 5000)), 1),
    "a Python of 5,000 digits": ("a.yaml", with_image(X86.replace("py310", "py" + "3" * 5000)), 1),
    "an instance type of 5,000 digits": ("a.yaml", TEMPLATE.replace("c7g", "c" + "7" * 5000 + "g"), 1),
    "an instance type of superscript digits": ("a.yaml", TEMPLATE.replace("c7g.xlarge", "c²g.²xlarge"), 1),
    "an account of full-width digits": ("a.yaml", with_image(X86.replace("763104351884", "\uff17" * 12)), 1),
    "a Region of 5,000 digits": ("a.yaml", with_image(X86.replace("us-west-2", "us-west-" + "2" * 5000)), 1),
    "a number of 5,000 digits in JSON": ("a.json", '{"sagemaker": ' + "9" * 5000 + ', "x": 1e99999, "y": -0}', 0),
    "an invalid timestamp": ("a.yaml", "smlint: 1\nmodels:\n" + MODEL % "9999-99-99T99:99:99Z", 0),
    "a Python tag": ("a.yaml", "a: !!python/object/apply:os.system ['exit 3']\n" + TEMPLATE, 1),
    "5,000 Kubernetes models with the same name": ("a.yaml", kubernetes(5000, "{name: a}", "modelName: a"), 0),
    "1,000 Kubernetes models selected by labels": ("a.yaml", crossplane(1000), 1),
    "100,000 documents": ("a.yaml", "--- sagemaker\n" * 100_000, 0),
    "an unknown directive": ("a.yaml", "%SAGEMAKER " + "x" * 100_000 + "\n---\na: 1\n", 0),
    "a YAML version of 5,000 digits": ("a.yaml", "%YAML 1." + "2" * 5000 + "\n---\nsagemaker: 1\n", 1),
}


@pytest.mark.parametrize(("name", "text", "code"), TEXTS.values(), ids=TEXTS.keys())
def test_a_run_ends_in_time_with_the_expected_exit_code(name: str, text: str | bytes, code: int, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    run = smlint(*CHECK, name, "--quiet", "--output-format", "concise", cwd=tmp_path)
    assert run.code == code, run


# One text per kind of problem, and those that put the longest texts into reports.
REPORTED = (
    "100,000 brackets in YAML",
    "an alias bomb as an image",
    "an alias bomb of variants",
    "a NUL",
    "a lone surrogate in an image",
    "invalid UTF-8",
    "UTF-16",
    "an image of 10 MB",
    "a tag of 5,000 digits",
)


@pytest.mark.parametrize("description", REPORTED)
def test_every_report_is_written(description: str, tmp_path: Path) -> None:
    name, text, _ = TEXTS[description]
    (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    outputs = [f"--output={output_format}={output_format}.out" for output_format in FORMATS]
    code = smlint(*CHECK, name, *outputs, cwd=tmp_path, stdout=subprocess.DEVNULL, env={"GITHUB_STEP_SUMMARY": "summary"}).code
    assert code in (0, 1)
    for output_format in FORMATS:
        report = (tmp_path / f"{output_format}.out").read_text(encoding="utf-8")
        if REPORTERS[output_format].medium is Medium.JSON:
            json.loads(report)
    for output_format in INVENTORY_FORMATS:
        smlint("facts", "--isolated", name, "--output-format", output_format, cwd=tmp_path)


@pytest.mark.parametrize("description", [name for name in TEXTS if "10 MB" not in name])
def test_fixing_changes_only_the_file(description: str, tmp_path: Path) -> None:
    name, text, _ = TEXTS[description]
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    path = tmp_path / name
    path.write_bytes(data)
    piped = smlint(*CHECK, "-", "--stdin-filename", name, "--fix", "--quiet", stdin=data, cwd=tmp_path) if len(data) < 50_000_000 else None
    assert path.read_bytes() == data
    smlint(*CHECK, name, "--fix", "--quiet", cwd=tmp_path)
    after = path.read_bytes()
    assert piped is None or piped.out == after
    smlint(*CHECK, name, "--diff", "--quiet", cwd=tmp_path)
    assert path.read_bytes() == after
    assert [entry.name for entry in tmp_path.iterdir()] == [name]

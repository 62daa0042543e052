"""Custom rules: from a rules file to findings, without running any code in the file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from smlint.api import lint
from smlint.custom_rules.loader import load_file, load_files
from smlint.model.settings import Settings
from smlint.runner.registry import reserved_names
from smlint.runtime.errors import SmlintError
from tests.conftest import ROOT
from tests.test_cli import CommandResult, run

LONG = "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker"
RULE = """
- name: eu-only
  severity: error
  summary: We deploy in the EU only.
  require: {properties: {region: {pattern: '^eu-'}}}
  message: the Region must be in the EU
  good: ["region: eu-west-1"]
  bad: ["region: us-east-1"]
"""


def rule(**changes: object) -> str:
    """Return a rules file with one rule; None removes a key."""
    fields: dict[str, object] = {
        "name": "eu-only",
        "severity": "error",
        "summary": "We deploy in the EU only.",
        "require": {"properties": {"region": {"pattern": "^eu-"}}},
        "message": "the Region must be in the EU",
        "good": ["region: eu-west-1"],
        "bad": ["region: us-east-1"],
    }
    fields.update(changes)
    return json.dumps([{key: value for key, value in fields.items() if value is not None}])


def native(**fields: str) -> str:
    return "smlint: 1\nmodels:\n  - name: churn\n" + "".join(f"    {key}: {value}\n" for key, value in fields.items())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "ours.yaml").write_text(RULE)
    (tmp_path / "smlint.toml").write_text('rules-files = ["ours.yaml"]\n')
    (tmp_path / "n.yaml").write_text(native(instance_type="ml.m5.xlarge", region="us-west-2", image_uri=LONG))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def found(result: CommandResult, name: str = "eu-only") -> list[dict[str, object]]:
    assert result.code in (0, 1), result.err
    return [finding for finding in json.loads(result.out)["findings"] if finding["rule"] == name]


def check(*words: str) -> CommandResult:
    return run("check", "n.yaml", "--output-format", "json", *words)


def findings(rules: str, manifest: str, tmp_path: Path) -> list[tuple[int, int, str]]:
    path = tmp_path / "rules.yaml"
    path.write_text(rules)
    settings = Settings(rules_files=(str(path),), select=("custom",))
    report = lint(manifest, as_of="2026-01-01", settings=settings)
    return [(finding.start.line, finding.start.column, finding.message) for finding in report.findings]


@pytest.mark.usefixtures("folder")
class TestConfiguredFile:
    """A rules file listed in the configuration."""

    def test_findings_point_at_the_exact_value(self) -> None:
        [finding] = found(check())
        assert (finding["category"], finding["severity"], finding["message"]) == ("custom", "error", "the Region must be in the EU")
        assert (finding["start"], finding["end"]) == ({"line": 5, "column": 13}, {"line": 5, "column": 22})
        assert finding["fix"] is None

    def test_paths_are_relative_to_the_configuration(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (folder / "deep").mkdir()
        monkeypatch.chdir(folder / "deep")
        assert found(run("check", "../n.yaml", "--output-format", "json"))

    @pytest.mark.parametrize(
        ("words", "count"),
        [
            pytest.param(("--select", "eu-only"), 1, id="selected by name"),
            pytest.param(("--select", "custom"), 1, id="selected by category"),
            pytest.param(("--select", "hardware"), 0, id="not selected"),
            pytest.param(("--ignore", "eu-only"), 0, id="ignored"),
            pytest.param(("--isolated",), 0, id="no configuration"),
        ],
    )
    def test_rules_are_selected_like_built_in_rules(self, words: tuple[str, ...], count: int) -> None:
        assert len(found(check(*words))) == count

    def test_configuration_can_change_severity_and_ignore(self, folder: Path) -> None:
        (folder / "smlint.toml").write_text('rules-files = ["ours.yaml"]\n[severity]\neu-only = "note"\n')
        assert [one["severity"] for one in found(check())] == ["note"]
        (folder / "smlint.toml").write_text('rules-files = ["ours.yaml"]\n[per-file-ignores]\n"n.yaml" = ["eu-only"]\n')
        assert not found(check())

    def test_comments_suppress_findings(self, folder: Path) -> None:
        text = (folder / "n.yaml").read_text()
        (folder / "n.yaml").write_text(text.replace("us-west-2\n", "us-west-2  # smlint: ignore[eu-only] until the move\n", 1))
        [finding] = found(check())
        assert finding["suppressed"] == {"by": "comment", "reason": "until the move"}

    def test_an_extended_configuration_adds_its_rules(self, folder: Path) -> None:
        (folder / "base").mkdir()
        (folder / "ours.yaml").rename(folder / "base/ours.yaml")
        (folder / "base/base.toml").write_text('rules-files = ["ours.yaml"]\n')
        (folder / "smlint.toml").write_text('extend = "base/base.toml"\nselect = ["eu-only"]\n')
        assert len(found(check())) == 1

    def test_names_from_any_configuration_of_the_run_are_known(self, folder: Path) -> None:
        (folder / "sub").mkdir()
        (folder / "sub/smlint.toml").write_text("")
        (folder / "sub/n.yaml").write_text((folder / "n.yaml").read_text())
        result = run("check", ".", "--select", "eu-only", "--output-format", "json")
        assert [one["path"] for one in found(result)] == ["n.yaml"]

    def test_two_configurations_can_use_the_same_rule_name(self, folder: Path) -> None:
        (folder / "sub").mkdir()
        (folder / "sub/smlint.toml").write_text('rules-files = ["ours.yaml"]\n')
        (folder / "sub/ours.yaml").write_text(RULE.replace("'^eu-'", "'^us-'").replace("eu-west-1", "X").replace("us-east-1", "eu-west-1").replace("X", "us-east-1"))
        (folder / "sub/n.yaml").write_text((folder / "n.yaml").read_text())
        result = run("check", ".", "--select", "eu-only", "--output-format", "json")
        assert [one["path"] for one in found(result)] == ["n.yaml"]

    def test_misspelled_name_is_an_error_with_a_hint(self) -> None:
        assert run("check", "n.yaml", "--select", "eu-onl") == CommandResult(
            2, "", "smlint: error: option '--select': unknown rule or category 'eu-onl'\nhint: did you mean 'eu-only'?\n"
        )

    @pytest.mark.parametrize("text", ["a: [", "- {name: x}\n", "", "42\n"])
    def test_invalid_file_is_an_error_even_without_manifests(self, folder: Path, text: str) -> None:
        (folder / "ours.yaml").write_text(text)
        (folder / "n.yaml").write_text("a: 1\n")
        result = check()
        assert (result.code, result.out) == (2, "")
        assert result.err.startswith("smlint: error: ours.yaml:1: ")

    def test_missing_file_is_an_error(self, folder: Path) -> None:
        (folder / "ours.yaml").unlink()
        assert check().err.startswith("smlint: error: cannot read the rules file ours.yaml: ")

    def test_unknown_facts_become_skipped_checks(self, folder: Path) -> None:
        (folder / "n.yaml").write_text(native(instance_type="ml.m5.xlarge", region="'{{ region }}'", image_uri="'{{ image }}'"))
        result = check("--select", "eu-only")
        assert found(result) == []
        assert json.loads(result.out)["summary"]["skipped_checks"] == 1


class TestFinding:
    """Location and message of a finding."""

    def test_facts_in_the_message_become_values(self, tmp_path: Path) -> None:
        text = rule(message="{instance_type} in {region} for {digest}, {end_of_patch}, {known_tag}, {libraries}")
        manifest = native(instance_type="ml.m5.xlarge", region="us-west-2", image_uri=LONG)
        assert findings(text, manifest, tmp_path) == [(5, 13, "ml.m5.xlarge in us-west-2 for none, 2026-06-30, true, unknown")]

    def test_points_at_the_part_of_the_image(self, tmp_path: Path) -> None:
        text = rule(require={"properties": {"tag": {"pattern": "gpu"}}})
        assert [column for _, column, _ in findings(text, native(instance_type="ml.m5.xlarge", image_uri=LONG), tmp_path)] == [16 + LONG.index("2.6.0")]

    def test_missing_facts_point_at_the_image_or_the_name(self, tmp_path: Path) -> None:
        text = rule(require={"required": ["digest"]})
        assert [line for line, _, _ in findings(text, native(instance_type="ml.m5.xlarge", image_uri=LONG), tmp_path)] == [5]
        text = rule(require={"required": ["region"]})
        manifest = native(instance_type="ml.m5.xlarge", framework="pytorch", framework_version="'2.6.0'")
        assert [line for line, _, _ in findings(text, manifest, tmp_path)] == [3]

    def test_a_deployment_that_does_not_satisfy_when_has_no_finding(self, tmp_path: Path) -> None:
        text = rule(when={"properties": {"kind": {"const": "training"}}})
        assert findings(text, native(instance_type="ml.m5.xlarge", region="us-west-2", image_uri=LONG), tmp_path) == []

    def test_two_models_are_two_findings_in_any_format(self, tmp_path: Path) -> None:
        template = (ROOT / "examples/churn-endpoint.yaml").read_text("utf-8")
        text = rule(require={"properties": {"instance_type": {"enum": ["ml.m5.xlarge"]}}}, message="not on our list")
        [(line, _, message)] = findings(text, template, tmp_path)
        assert (template.splitlines()[line - 1].strip(), message) == ("InstanceType: ml.c7g.xlarge", "not on our list")


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        pytest.param(rule(name=None), "1: the rule has no 'name'", "", id="no name"),
        pytest.param(rule(good=None), "the rule has no 'good'", "good and bad examples", id="no good example"),
        pytest.param(rule(bad=[]), "'bad' must be a list of examples", "", id="no bad example"),
        pytest.param(rule(bad=["region: eu-west-1"]), "has a duplicate example", "", id="duplicate example"),
        pytest.param(rule(require=None), "the rule has no 'require'", "", id="no condition"),
        pytest.param(rule(fix="x"), "unknown key 'fix'", "", id="unknown key"),
        pytest.param(rule(severty="error"), "unknown key 'severty'", "did you mean 'severity'?", id="misspelled key"),
        pytest.param(rule(severity="err"), "unknown severity 'err'", "did you mean 'error'?", id="misspelled severity"),
        pytest.param(rule(name="EU only"), "invalid rule name 'EU only'", "", id="name with blanks"),
        pytest.param(rule(name="unpinned-image"), "the name of a built-in rule", "", id="name of a built-in rule"),
        pytest.param(rule(name="hardware"), "the name of a built-in rule or category", "", id="name of a category"),
        pytest.param(rule(message="{regoin} is wrong"), "unknown fact 'regoin' in the message", "did you mean 'region'?", id="misspelled fact in the message"),
        pytest.param(rule(message="{region.__class__}"), "unknown fact 'region.__class__' in the message", "", id="attribute in the message"),
        pytest.param(rule(message="a\nb"), "'message' must be one line", "", id="two lines"),
        pytest.param(rule(message=""), "'message' must be a string", "", id="empty message"),
        pytest.param(rule(require={"$ref": "file:///etc/passwd"}), "rule 'eu-only': require.$ref: keyword '$ref' is not allowed", "", id="reference"),
        pytest.param(rule(when={"properties": {"version": {"const": 2.1}}}), "when.properties.version.const: the value is a string", "quote", id="unquoted version"),
        pytest.param("- !!python/object/apply:os.system [echo]\n", "a rule must be a mapping", "", id="YAML tag that some loaders execute"),
        pytest.param(RULE.replace("'^eu-'", "!Sub x"), "must be a string, not a value with a tag", "", id="CloudFormation tag"),
        pytest.param(RULE + RULE, "duplicate rule 'eu-only'", "", id="duplicate rule"),
        pytest.param(RULE + "---\n" + RULE, "expected one document, found 2", "", id="two documents"),
        pytest.param("{}", "expected a list of rules", "", id="not a list"),
    ],
)
def test_invalid_files(text: str, message: str, hint: str, tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(text)
    with pytest.raises(SmlintError) as error:
        load_file(str(path), reserved_names())
    assert message in error.value.what
    assert hint in error.value.hint


def test_an_error_names_the_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "rules.yaml").write_text(RULE.replace("pattern: '^eu-'", "\n    pattrn: '^eu-'"))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SmlintError) as error:
        load_file("rules.yaml", reserved_names())
    assert error.value.what == "rules.yaml:6: rule 'eu-only': require.properties.region.pattrn: keyword 'pattrn' is not allowed"
    assert error.value.hint == "did you mean 'pattern'?"


def test_duplicate_name_in_two_files_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(RULE)
    (tmp_path / "b.yaml").write_text(RULE)
    with pytest.raises(SmlintError, match="rule 'eu-only' is also in"):
        load_files([str(tmp_path / "a.yaml"), str(tmp_path / "b.yaml")], reserved_names())


def test_file_can_be_json_or_a_mapping_with_rules(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(rule())
    (tmp_path / "b.yaml").write_text("rules:" + RULE.replace("\n", "\n  ").rstrip() + "\n")
    assert [load_file(str(tmp_path / name), reserved_names())[0].name for name in ("a.json", "b.yaml")] == ["eu-only"] * 2


def test_python_files_are_never_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "rules.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    (tmp_path / "smlint.toml").write_text('rules-files = ["rules.py"]\n')
    (tmp_path / "n.yaml").write_text(native(instance_type="ml.m5.xlarge", image_uri=LONG))
    monkeypatch.chdir(tmp_path)
    assert run("check", "n.yaml").code == 2
    assert not (tmp_path / "result").exists()


class TestCheckRules:
    """`smlint check-rules`."""

    def check(self, tmp_path: Path, text: str) -> CommandResult:
        (tmp_path / "ours.yaml").write_text(text)
        return run("check-rules", str(tmp_path / "ours.yaml"))

    def test_passing_examples_are_counted(self, tmp_path: Path) -> None:
        assert self.check(tmp_path, RULE) == CommandResult(0, "", "1 rule, 2 examples: all passed\n")

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            pytest.param({"good": ["region: us-east-1"], "bad": ["region: us-east-2"]}, "good example 1: unexpected finding in line 4: the Region", id="good example fails"),
            pytest.param({"bad": ["region: eu-west-2"]}, "bad example 1: no finding\n", id="bad example passes"),
            pytest.param({"bad": ["region: '{{ region }}'"]}, "bad example 1: no finding: a value that the rule needs is unknown", id="undecided"),
            pytest.param({"bad": ["region: us-east-1\nname: x  # <- EU"]}, "finding in line 4, but the mark is in line 5", id="other line"),
            pytest.param({"bad": ["region: us-east-1  # <- Asia"]}, "line 4 is marked 'Asia', but the message is 'the Region", id="other words"),
            pytest.param({"good": ["smlint: 1\nmodels: []\n"]}, "good example 1: no deployment found", id="no deployment"),
            pytest.param({"bad": ["smlint: ["]}, "bad example 1: no deployment found", id="invalid YAML"),
            pytest.param({"good": ["region: eu-west-1  # <- EU"]}, "a good example cannot have a mark", id="mark in a good example"),
        ],
    )
    def test_failing_examples_exit_1(self, tmp_path: Path, changes: dict[str, list[str]], message: str) -> None:
        result = self.check(tmp_path, rule(**changes))
        assert result.code == 1
        assert f"eu-only: {message}" in result.out or message in result.out
        assert "1 failed" in result.err

    def test_other_files_are_an_error(self, tmp_path: Path) -> None:
        assert self.check(tmp_path, "a: 1").code == 2

    def test_shipped_example_passes(self) -> None:
        assert run("check-rules", str(ROOT / "examples/house-rules.yaml")).code == 0

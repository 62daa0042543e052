"""The documentation says what the code does: its commands work, its links lead somewhere, its tables are those of the catalogue."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from benchmarks.compare import AS_OF, Defect, defects
from smlint import lint
from smlint.cli.command_table import COMMANDS
from smlint.cli.command_table import load as load_command
from smlint.cli.commands.explain import as_json, as_markdown, as_text
from smlint.cli.commands.image_list import ImageFilter, listing
from smlint.cli.options.parse import parse as parse_options
from smlint.config.file import KEYS, parse
from smlint.images.catalog import load_catalog
from smlint.images.instances import parse_instance_type
from smlint.linter.deployment_facts import FIELDS
from smlint.linter.loaded_rule import LoadedRule
from smlint.model.settings import Settings
from smlint.runner.registry import load
from tests.conftest import ROOT
from tools import build_docs, doc_pages

BUNDLED = load_catalog()
PAGES = sorted((ROOT / "docs").rglob("*.md"))
_BLOCK = re.compile(r"^( *)```(\w+)(?: title=\"([^\"]+)\")?\n(.*?)^ *```", re.MULTILINE | re.DOTALL)


def blocks(path: Path) -> Iterator[tuple[str, str, str]]:
    """Language, title and text of each block of code, without the indentation of the fence."""
    for indent, language, title, text in _BLOCK.findall(path.read_text(encoding="utf-8")):
        yield language, title, "".join(line.removeprefix(indent) for line in text.splitlines(keepends=True))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("docs") / "stage"
    build_docs.stage(target)
    return target


class TestPages:
    def test_every_page_is_in_the_navigation_and_the_other_way_round(self, staged: Path) -> None:
        def pages(entry: object) -> Iterator[str]:
            if isinstance(entry, str):
                yield entry
            elif isinstance(entry, dict):
                for value in entry.values():
                    yield from pages(value)
            elif isinstance(entry, list):
                for one in entry:
                    yield from pages(one)

        found = list(pages(YAML(typ="safe").load((staged / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]))
        assert sorted(found) == sorted(path.relative_to(staged / "docs").as_posix() for path in (staged / "docs").rglob("*.md"))

    def test_links_between_pages_lead_somewhere(self, staged: Path) -> None:
        wrong = []
        for path in (staged / "docs").rglob("*.md"):
            text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
            for target in re.findall(r"\]\(([^)\s]+)\)", text):
                if target.startswith("https://"):
                    continue
                name, _, anchor = target.partition("#")
                file = (path.parent / name).resolve() if name else path
                if not file.is_file() or (anchor and anchor not in anchors(file)):
                    wrong.append(f"{path.name}: {target}")
        assert wrong == []

    def test_no_part_is_left_to_generate(self, staged: Path) -> None:
        assert not [path for path in (staged / "docs").rglob("*.md") if "<!-- generated:" in path.read_text(encoding="utf-8")]

    def test_the_address_of_the_project_stands_in_one_place(self, staged: Path) -> None:
        configuration = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
        assert YAML(typ="safe").load(configuration)["extra"]["repository"] == build_docs.PLACEHOLDER, "update this test, and RULE_ADDRESS, with it"
        assert build_docs.completed(f"uses: {build_docs.PLACEHOLDER}@1", "an-owner/smlint") == "uses: an-owner/smlint@1"
        for path in [*PAGES, ROOT / "action.yml"]:
            addresses = re.findall(r"(?:github|gitlab)\.com/([\w-]+/[\w-]+)", path.read_text(encoding="utf-8"))
            assert set(addresses) <= {build_docs.PLACEHOLDER}, path

    def test_an_unknown_part_and_a_lost_place_are_refused(self) -> None:
        with pytest.raises(KeyError):
            build_docs.completed("<!-- generated: nothing -->", "a/b")
        with pytest.raises(ValueError, match="must contain the line"):
            build_docs.with_rules("nav: []")


def anchors(path: Path) -> set[str]:
    """The anchors of a page's headings, as Markdown makes them."""
    found = set()
    for heading in re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE):
        told = re.search(r"\{#([\w-]+)\}", heading)
        found.add(told[1] if told else re.sub(r"[\s]+", "-", re.sub(r"[^\w\s-]", "", heading).strip().lower()))
    return found


class TestRules:
    @pytest.mark.parametrize("rule", load(), ids=lambda rule: rule.name)
    def test_its_page_says_what_explain_prints(self, rule: LoadedRule) -> None:
        page = doc_pages.rule_pages()[f"rules/{rule.name}.md"]
        text = as_text(rule)
        assert as_markdown(rule) in page
        for part in (rule.doc.strip(), *rule.rule.sources, f"ignore[{rule.name}]", f"file-ignore[{rule.name}]"):
            assert part in text
        assert as_json(rule)["sources"] == list(rule.rule.sources)
        for example in (*rule.rule.invalid, *rule.rule.valid):
            assert example.text.strip().splitlines()[0].strip() in page

    @pytest.mark.parametrize("rule", load(), ids=lambda rule: rule.name)
    def test_it_tells_where_its_facts_come_from(self, rule: LoadedRule) -> None:
        assert rule.rule.sources
        for source in rule.rule.sources:
            assert re.search(r"https://|\d{4}-\d{2}-\d{2}|\d+\.\d+\.\d+|^smlint's own", source), f"{source}: a version, a date or an address"

    def test_an_address_becomes_a_link(self) -> None:
        rule = next(rule for rule in load() if rule.name == "serverless-incompatible-image")
        assert re.search(r"^- \[SageMaker .*\]\(https://docs\.aws\.amazon\.com/\S+\)$", as_markdown(rule), re.MULTILINE)

    def test_the_list_names_them_all_with_their_severity(self) -> None:
        page = doc_pages.rule_pages()["rules/index.md"]
        for rule in load():
            assert re.search(rf"\[`{rule.name}`\]\({rule.name}\.md\) \| .* \| {rule.rule.severity.value}", page), rule.name


class TestTables:
    def test_the_graviton_guide_has_every_arm64_image_of_the_catalogue(self) -> None:
        page = doc_pages.graviton()
        rows = listing(ImageFilter(scope="inference", architecture="arm64"))
        assert len(rows) > 15
        for row in rows:
            section = page.partition(f"### {row.key.framework}\n")[2].partition("### ")[0]
            assert f"| {row.key.version} | yes |" in section, row.key
        assert "| 1.13.1 | x86_64 only |" in page

    def test_it_has_every_graviton_family_of_endpoints(self) -> None:
        wanted = {f"`ml.{name.split('.')[1]}`" for name in BUNDLED.instance_types.names("hosting") if parse_instance_type(name).architecture == "arm64"}
        assert set(re.findall(r"^\| (`ml\.[\w-]+`)", doc_pages.instances(), re.MULTILINE)) == wanted

    def test_the_configuration_has_every_key(self) -> None:
        assert re.findall(r"^\| `([\w-]+)` \|", doc_pages.configuration(), re.MULTILINE) == list(json.loads((ROOT / "smlint/schemas/config.json").read_text())["properties"])
        assert set(KEYS) <= set(re.findall(r"^\| `([\w-]+)` \|", doc_pages.configuration(), re.MULTILINE))

    def test_the_facts_are_all_there(self) -> None:
        assert re.findall(r"^\| `(\w+)` \|", doc_pages.facts(), re.MULTILINE) == [field.name for field in FIELDS]

    def test_the_commands_are_all_there(self) -> None:
        assert re.findall(r"^## smlint (\S+)$", doc_pages.commands(), re.MULTILINE) == list(COMMANDS)

    def test_a_language_server_is_described_only_if_there_is_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(doc_pages, "COMMANDS", ("check",))
        assert doc_pages.language_server() == ""
        monkeypatch.setattr(doc_pages, "COMMANDS", ("check", "lsp"))
        assert "smlint lsp" in doc_pages.language_server()


def commands() -> list[tuple[str, list[str]]]:
    """Every call of smlint in the pages, with the page it stands in."""
    found = []
    for path in PAGES:
        for language, _, text in blocks(path):
            if language not in ("console", "yaml", "groovy", "sh"):
                continue
            joined = re.sub(r"\\\n\s*", "", text)
            for line in joined.splitlines():
                for words in re.findall(r"(?:^|[\s/|])smlint\"? ((?:check|resolve|inspect|images|facts|explain|check-rules|schema|catalog|lsp|completions)\b[^|&<>]*)", line):
                    found.append((name_of(path), shlex.split(words)))
    return found


@pytest.mark.parametrize(("page", "words"), commands(), ids=lambda value: " ".join(value) if isinstance(value, list) else value)
def test_a_command_of_the_documentation_is_one(page: str, words: list[str]) -> None:
    name, *rest = words
    assert name in COMMANDS, page
    parse_options(load_command(name).COMMAND, rest)


def test_there_are_commands_in_the_documentation() -> None:
    assert len(commands()) > 20


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_configurations_of_the_documentation_are_valid(path: Path) -> None:
    for language, title, text in blocks(path):
        if language == "toml" and (title == "smlint.toml" or text.startswith("#:schema")):
            parse("smlint.toml", tomllib.loads(text))


def test_the_json_of_the_output_page_is_of_its_schema() -> None:
    import jsonschema

    told = next(text for language, _, text in blocks(ROOT / "docs/reference/output.md") if language == "json")
    jsonschema.validate(json.loads(told), json.loads((ROOT / "smlint/schemas/output.json").read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", ["cloudformation", "terraform", "kubernetes"])
def test_a_suppression_of_the_documentation_is_understood(name: str) -> None:
    """The form that the platform's page shows, put into a manifest of that platform, silences its finding."""
    page = (ROOT / f"docs/platforms/{name}.md").read_text(encoding="utf-8")
    text = next(text for _, _, text in reversed(list(blocks(ROOT / f"docs/platforms/{name}.md"))))
    assert "end-of-patch-image" in text, page
    uri = "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.4.0-cpu-py311"
    manifest = {
        "cloudformation": lambda: "Resources:\n" + "".join(f"  {line}\n" for line in text.splitlines()) + f"    Properties: {{PrimaryContainer: {{Image: {uri}}}}}\n",
        "terraform": lambda: text.replace('"execution_role_arn"', f'"primary_container": {{"image": "{uri}"}}, "execution_role_arn"'),
        "kubernetes": lambda: f"apiVersion: sagemaker.services.k8s.aws/v1alpha1\nkind: Model\n{text}  name: churn\nspec: {{modelName: churn, primaryContainer: {{image: {uri}}}}}\n",
    }[name]()
    filename = "churn.tf.json" if name == "terraform" else "churn.yaml"
    found = lint(manifest, filename, as_of="2026-01-01").findings
    assert [(finding.rule, finding.suppressed is not None) for finding in found] == [("end-of-patch-image", True)]


def test_the_tutorials_template_has_the_fault_that_it_tells_of() -> None:
    text = next(text for _, title, text in blocks(ROOT / "docs/tutorial.md") if title == "churn.yaml")
    found = {finding.rule for finding in lint(text, "churn.yaml", as_of="2026-01-01").findings}
    assert found == {"image-architecture-mismatch"}
    assert "image-region-mismatch" in {finding.rule for finding in lint(text, "churn.yaml", regions=["eu-west-1"], as_of="2026-01-01").findings}


def test_the_python_page_runs(tmp_path: Path) -> None:
    (tmp_path / "deploy.yaml").write_text((ROOT / "examples/churn-endpoint.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    text = "\n".join(text for language, _, text in blocks(ROOT / "docs/reference/python.md") if language == "python")
    done = subprocess.run([sys.executable, "-c", text], cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "image-architecture-mismatch 10 x86_64 image on arm64 instance type ml.c7g.xlarge" in done.stdout
    assert "pytorch 2.6.0 x86_64 2026-06-30" in done.stdout


class TestComparison:
    PAGE = (ROOT / "docs/comparison.md").read_text(encoding="utf-8")

    @pytest.mark.parametrize("defect", defects(), ids=lambda defect: defect.file)
    def test_smlint_finds_what_the_table_says(self, defect: Defect) -> None:
        def rules(text: str) -> set[str]:
            return {finding.rule for finding in lint(text, defect.file, settings=Settings(regions=(defect.region,)), as_of=AS_OF).findings}

        row = re.search(rf"^\| {re.escape(defect.title)} \| ([^|]*) \|", self.PAGE, re.MULTILINE)
        assert row is not None
        assert rules(defect.text) - rules(defect.corrected) == set(re.findall(r"`([\w-]+)`", row[1]))
        assert rules(defect.corrected) == set()

    def test_there_are_fourteen_manifests_and_rows(self) -> None:
        assert {defect.file for defect in defects()} == {path.name for path in (ROOT / "benchmarks/comparison").glob("*.yaml")}
        assert len(defects()) == 14
        assert re.search(r"^\| \*\*found, of 14\*\* \| \*\*14\*\* \|", self.PAGE, re.MULTILINE)
        assert re.search(r"^Measured on \d{4}-\d{2}-\d{2} with smlint .*, cfn-lint \S+, checkov \S+, sagemaker-core \S+\.$", self.PAGE, re.MULTILINE)


@pytest.mark.install
def test_the_site_is_built_without_a_warning(staged: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "zensical", "build", "--strict", "--config-file", str(staged / "mkdocs.yml")], cwd=staged, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (staged / "site/index.html").is_file()
    pages = list((staged / "site").rglob("*.html"))
    assert len(pages) > len(load())
    # A reader's browser asks nobody else.
    for page in pages:
        assert not re.findall(r"<(?:script|link|img)\b[^>]*(?:src|href)=\"(?:https?:)?//", page.read_text(encoding="utf-8")), page


@pytest.mark.install
def test_a_dead_link_fails_the_build(tmp_path: Path) -> None:
    build_docs.stage(tmp_path / "stage")
    with (tmp_path / "stage/docs/index.md").open("a", encoding="utf-8") as file:
        file.write("\n[nothing](nowhere.md)\n")
    command = [sys.executable, "-m", "zensical", "build", "--strict", "--config-file", str(tmp_path / "stage/mkdocs.yml")]
    assert subprocess.run(command, capture_output=True, check=False).returncode != 0

"""The documentation matches the code: commands parse, links work, tables agree with the catalog."""

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
from smlint.linter.fact_fields import FIELDS
from smlint.linter.rule import LoadedRule
from smlint.model.settings import Settings
from smlint.reporters import REPORTERS
from smlint.runner.registry import load
from tests.conftest import ROOT
from tools import build_docs, doc_pages

BUNDLED = load_catalog()
PAGES = sorted((ROOT / "docs").rglob("*.md"))
_BLOCK = re.compile(r"^( *)```(\w+)(?: title=\"([^\"]+)\")?\n(.*?)^ *```", re.MULTILINE | re.DOTALL)


def blocks(path: Path) -> Iterator[tuple[str, str, str]]:
    """Yield the language, title and text of each code block, without the indentation of its fence."""
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
    def test_navigation_lists_exactly_the_pages(self, staged: Path) -> None:
        def pages(entry: object) -> Iterator[str]:
            if isinstance(entry, str):
                yield entry
            elif isinstance(entry, dict):
                for value in entry.values():
                    yield from pages(value)
            elif isinstance(entry, list):
                for item in entry:
                    yield from pages(item)

        found = list(pages(YAML(typ="safe").load((staged / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]))
        assert sorted(found) == sorted(path.relative_to(staged / "docs").as_posix() for path in (staged / "docs").rglob("*.md"))

    def test_links_between_pages_work(self, staged: Path) -> None:
        broken = []
        for path in (staged / "docs").rglob("*.md"):
            text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
            for target in re.findall(r"\]\(([^)\s]+)\)", text):
                if target.startswith("https://"):
                    continue
                name, _, anchor = target.partition("#")
                file = (path.parent / name).resolve() if name else path
                if not file.is_file() or (anchor and anchor not in anchors(file)):
                    broken.append(f"{path.name}: {target}")
        assert broken == []

    def test_all_parts_are_generated(self, staged: Path) -> None:
        assert not [path for path in (staged / "docs").rglob("*.md") if "<!-- generated:" in path.read_text(encoding="utf-8")]

    def test_the_repository_address_is_configured_in_one_place(self, staged: Path) -> None:
        configuration = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
        assert YAML(typ="safe").load(configuration)["extra"]["repository"] == build_docs.PLACEHOLDER, "update this test and RULE_ADDRESS as well"
        assert build_docs.completed(f"uses: {build_docs.PLACEHOLDER}@1", "an-owner/smlint") == "uses: an-owner/smlint@1"
        for path in [*PAGES, ROOT / "action.yml"]:
            addresses = re.findall(r"(?:github|gitlab)\.com/([\w-]+/[\w-]+)", path.read_text(encoding="utf-8"))
            assert set(addresses) <= {build_docs.PLACEHOLDER}, path

    def test_unknown_parts_and_missing_lines_are_errors(self) -> None:
        with pytest.raises(KeyError):
            build_docs.completed("<!-- generated: nothing -->", "a/b")
        with pytest.raises(ValueError, match="must contain the line"):
            build_docs.with_rules("nav: []")


def anchors(path: Path) -> set[str]:
    """Return the anchors that Markdown creates for the headings of a page."""
    found = set()
    for heading in re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE):
        explicit = re.search(r"\{#([\w-]+)\}", heading)
        found.add(explicit[1] if explicit else re.sub(r"[\s]+", "-", re.sub(r"[^\w\s-]", "", heading).strip().lower()))
    return found


class TestRules:
    @pytest.mark.parametrize("rule", load(), ids=lambda rule: rule.name)
    def test_page_contains_the_output_of_explain(self, rule: LoadedRule) -> None:
        page = doc_pages.rule_pages()[f"rules/{rule.name}.md"]
        text = as_text(rule)
        assert as_markdown(rule) in page
        suppressions = [f"ignore[{rule.name}]", f"file-ignore[{rule.name}]"] if rule.rule.suppressible else [f"--ignore {rule.name}", f'"legacy/*" = ["{rule.name}"]']
        for part in (rule.doc.strip(), *rule.rule.sources, *suppressions):
            assert part in text
        assert as_json(rule)["sources"] == list(rule.rule.sources)
        for example in (*rule.rule.invalid, *rule.rule.valid):
            assert example.text.strip().splitlines()[0].strip() in page

    @pytest.mark.parametrize("rule", load(), ids=lambda rule: rule.name)
    def test_sources_have_a_version_date_or_address(self, rule: LoadedRule) -> None:
        assert rule.rule.sources
        for source in rule.rule.sources:
            assert re.search(r"https://|\d{4}-\d{2}-\d{2}|\d+\.\d+\.\d+|^smlint's own", source), f"{source}: a version, a date or an address"

    def test_addresses_become_links(self) -> None:
        rule = next(rule for rule in load() if rule.name == "serverless-incompatible-image")
        assert re.search(r"^- \[SageMaker .*\]\(https://docs\.aws\.amazon\.com/\S+\)$", as_markdown(rule), re.MULTILINE)

    def test_index_lists_all_rules_with_severity(self) -> None:
        page = doc_pages.rule_pages()["rules/index.md"]
        for rule in load():
            assert re.search(rf"\[`{rule.name}`\]\({rule.name}\.md\) \| .* \| {rule.rule.severity.value}", page), rule.name


class TestTables:
    def test_graviton_guide_has_every_arm64_image_of_the_catalog(self) -> None:
        page = doc_pages.graviton()
        rows = listing(ImageFilter(scope="inference", architecture="arm64"), BUNDLED)
        assert len(rows) > 15
        for row in rows:
            section = page.partition(f"### {row.key.framework}\n")[2].partition("### ")[0]
            assert f"| {row.key.version} | yes |" in section, row.key
        assert "| 1.13.1 | x86_64 only |" in page

    def test_graviton_guide_has_every_endpoint_family(self) -> None:
        expected = {f"`ml.{name.split('.')[1]}`" for name in BUNDLED.instance_types.names("hosting") if parse_instance_type(name).architecture == "arm64"}
        assert set(re.findall(r"^\| (`ml\.[\w-]+`)", doc_pages.instances(), re.MULTILINE)) == expected

    def test_configuration_page_has_every_key(self) -> None:
        assert re.findall(r"^\| `([\w-]+)` \|", doc_pages.configuration(), re.MULTILINE) == list(json.loads((ROOT / "smlint/schemas/config.json").read_text())["properties"])
        assert set(KEYS) <= set(re.findall(r"^\| `([\w-]+)` \|", doc_pages.configuration(), re.MULTILINE))

    def test_facts_table_is_complete(self) -> None:
        assert re.findall(r"^\| `(\w+)` \|", doc_pages.facts(), re.MULTILINE) == [field.name for field in FIELDS]

    def test_commands_page_is_complete(self) -> None:
        assert re.findall(r"^## smlint (\S+)$", doc_pages.commands(), re.MULTILINE) == list(COMMANDS)

    def test_the_output_page_has_every_format(self) -> None:
        table = (ROOT / "docs/reference/output.md").read_text(encoding="utf-8").partition("| format | use |")[2].partition("\n\n")[0]
        assert re.findall(r"^\| `([\w-]+)` \|", table, re.MULTILINE) == list(REPORTERS)

    def test_language_server_is_described_only_if_available(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(doc_pages, "COMMANDS", ("check",))
        assert doc_pages.language_server() == ""
        monkeypatch.setattr(doc_pages, "COMMANDS", ("check", "lsp"))
        assert "smlint lsp" in doc_pages.language_server()


def commands() -> list[tuple[str, list[str]]]:
    """Return every smlint command in the pages, with its page."""
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
def test_documented_commands_parse(page: str, words: list[str]) -> None:
    name, *rest = words
    assert name in COMMANDS, page
    parse_options(load_command(name).COMMAND, rest)


def test_documentation_contains_commands() -> None:
    assert len(commands()) > 20


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_documented_configuration_is_valid(path: Path) -> None:
    for language, title, text in blocks(path):
        if language == "toml" and (title == "smlint.toml" or text.startswith("#:schema")):
            parse("smlint.toml", tomllib.loads(text))


def test_json_on_the_output_page_matches_its_schema() -> None:
    import jsonschema

    example = next(text for language, _, text in blocks(ROOT / "docs/reference/output.md") if language == "json")
    jsonschema.validate(json.loads(example), json.loads((ROOT / "smlint/schemas/output.json").read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", ["cloudformation", "terraform", "kubernetes"])
def test_documented_suppressions_work(name: str) -> None:
    """The suppression on the platform's page suppresses the finding in a manifest of that platform."""
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


def test_the_tutorial_template_has_the_described_fault() -> None:
    text = next(text for _, title, text in blocks(ROOT / "docs/tutorial.md") if title == "churn.yaml")
    found = {finding.rule for finding in lint(text, "churn.yaml", as_of="2026-01-01").findings}
    assert found == {"image-architecture-mismatch"}
    assert "image-region-mismatch" in {finding.rule for finding in lint(text, "churn.yaml", regions=["eu-west-1"], as_of="2026-01-01").findings}


def test_examples_on_the_python_page_run(tmp_path: Path) -> None:
    (tmp_path / "deploy.yaml").write_text((ROOT / "examples/churn-endpoint.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    text = "\n".join(text for language, _, text in blocks(ROOT / "docs/reference/python.md") if language == "python")
    done = subprocess.run([sys.executable, "-c", text], cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "image-architecture-mismatch 10 x86_64 image on arm64 instance type ml.c7g.xlarge" in done.stdout
    assert "pytorch 2.6.0 x86_64 2026-06-30" in done.stdout


class TestComparison:
    PAGE = (ROOT / "docs/comparison.md").read_text(encoding="utf-8")

    @pytest.mark.parametrize("defect", defects(), ids=lambda defect: defect.file)
    def test_smlint_reports_the_rules_in_the_table(self, defect: Defect) -> None:
        def rules(text: str) -> set[str]:
            return {finding.rule for finding in lint(text, defect.file, settings=Settings(regions=(defect.region,)), as_of=AS_OF).findings}

        row = re.search(rf"^\| {re.escape(defect.title)} \| ([^|]*) \|", self.PAGE, re.MULTILINE)
        assert row is not None
        assert rules(defect.text) - rules(defect.corrected) == set(re.findall(r"`([\w-]+)`", row[1]))
        assert rules(defect.corrected) == set()

    def test_table_has_fourteen_defects(self) -> None:
        assert {defect.file for defect in defects()} == {path.name for path in (ROOT / "benchmarks/comparison").glob("*.yaml")}
        assert len(defects()) == 14
        assert re.search(r"^\| \*\*found, of 14\*\* \| \*\*14\*\* \|", self.PAGE, re.MULTILINE)
        assert re.search(r"^Measured on \d{4}-\d{2}-\d{2} with smlint .*, cfn-lint \S+, checkov \S+, sagemaker-core \S+\.$", self.PAGE, re.MULTILINE)


@pytest.mark.install
def test_the_site_builds_without_warnings(staged: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "zensical", "build", "--strict", "--config-file", str(staged / "mkdocs.yml")], cwd=staged, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (staged / "site/index.html").is_file()
    pages = list((staged / "site").rglob("*.html"))
    assert len(pages) > len(load())
    # The pages load nothing from other servers.
    for page in pages:
        assert not re.findall(r"<(?:script|link|img)\b[^>]*(?:src|href)=\"(?:https?:)?//", page.read_text(encoding="utf-8")), page


@pytest.mark.install
def test_a_broken_link_fails_the_build(tmp_path: Path) -> None:
    build_docs.stage(tmp_path / "stage")
    with (tmp_path / "stage/docs/index.md").open("a", encoding="utf-8") as file:
        file.write("\n[nothing](nowhere.md)\n")
    command = [sys.executable, "-m", "zensical", "build", "--strict", "--config-file", str(tmp_path / "stage/mkdocs.yml")]
    assert subprocess.run(command, capture_output=True, check=False).returncode != 0

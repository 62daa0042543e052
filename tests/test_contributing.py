"""The complete examples in CONTRIBUTING.md work, and its lists match the code."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from types import ModuleType

import pytest
from hypothesis import given, settings

from smlint.api import lint
from smlint.linter.engine import LintContext, lint_source
from smlint.linter.examples import to_manifest
from smlint.linter.rule import CATEGORIES
from smlint.linter.rule_context import RuleContext
from smlint.model.settings import Settings
from smlint.model.source import from_text
from smlint.readers.reader import ReadContext
from smlint.reporters.style import Style
from smlint.runner.registry import load_rule
from smlint.syntax import parse
from tests.conftest import ROOT
from tests.manifests import Manifest
from tests.manifests.images import ChosenImage
from tests.manifests.shapes import Shape

CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return CONTRIBUTING.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def code(title: str, language: str = "python") -> str:
    """Return the first code block of a section in a language."""
    block = re.search(rf"^ *```{language}\n(.*?)^ *```", section(title), re.MULTILINE | re.DOTALL)
    assert block is not None, title
    return dedent(block[1])


@pytest.fixture
def package(tmp_path: Path) -> Iterator[Path]:
    """A package on the import path for the example rule."""
    (tmp_path / "example_rules").mkdir()
    (tmp_path / "example_rules/__init__.py").write_text("")
    sys.path.insert(0, str(tmp_path))
    yield tmp_path / "example_rules"
    sys.path.remove(str(tmp_path))
    for name in [name for name in sys.modules if name.startswith("example_rules")]:
        del sys.modules[name]


def module(text: str, name: str, folder: Path) -> ModuleType:
    path = folder / f"{name}.py"
    path.write_text(text)
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def test_the_example_rule_passes_its_examples(package: Path) -> None:
    (package / "redundant_tag.py").write_text(code("Add a rule"))
    rule = load_rule("redundant_tag", "example_rules")
    for example in (*rule.rule.valid, *rule.rule.invalid):
        manifest = to_manifest(example.text)
        job = LintContext((rule,), frozenset({rule.name}), RuleContext(example.on), Settings(today=example.on))
        findings = lint_source(from_text(manifest.text, manifest.filename), job).findings
        assert [finding.start.line for finding in findings] == [line for line, _ in manifest.marks]
        for finding, (_, words) in zip(findings, manifest.marks, strict=True):
            assert words in finding.message
            assert finding.fix is not None


def test_the_example_reader_reads_its_fixture(tmp_path: Path) -> None:
    reader = module(code("Add a reader"), "acme", tmp_path).READER
    [document] = parse(code("Add a reader", "yaml"), "endpoint.yaml")
    assert reader.claims(document, ReadContext())
    [deployment] = reader.read(document, ReadContext()).deployments
    assert (deployment.resource, deployment.instance_type.value.name, deployment.region.value) == ("churn", "ml.c7g.xlarge", "eu-west-1")
    assert deployment.image.value.architecture == "arm64"


def test_the_example_strategy_makes_manifests_that_the_example_reader_reads(tmp_path: Path) -> None:
    blocks = [dedent(block) for block in re.findall(r"^ *```python\n(.*?)^ *```", section("Add a reader"), re.MULTILINE | re.DOTALL)]
    strategy = next(block for block in blocks if block.startswith("@st.composite"))
    (tmp_path / "strategy").mkdir()
    imports = "from tests.manifests.workflows import *\nfrom tests.manifests.workflows import st\n"
    shapes = module(f"from __future__ import annotations\n{imports}\n{strategy}", "acme_manifests", tmp_path / "strategy").acme()
    reader = module(code("Add a reader"), "acme", tmp_path).READER

    @settings(max_examples=5, derandomize=True, database=None, deadline=None)
    @given(shapes)
    def check(drawn: tuple[Shape, ChosenImage]) -> None:
        shape, image = drawn
        manifest = Manifest("acme", json.dumps(shape.tree), "deploy.json", image)
        [document] = parse(manifest.correct, manifest.filename)
        assert reader.claims(document, ReadContext())
        [deployment] = reader.read(document, ReadContext()).deployments
        assert deployment.image.value.uri == image.uri

    check()


def test_the_example_reporter_renders_a_report(tmp_path: Path) -> None:
    text = (ROOT / "examples/churn-endpoint.yaml").read_text(encoding="utf-8")
    rendered = module(code("Add an output format"), "csv_table", tmp_path).render(lint(text, "=a.yaml", as_of="2026-01-01"), Style())
    assert rendered.splitlines()[0] == "path,line,column,severity,rule,message"
    assert rendered.splitlines()[1].startswith("'=a.yaml,10,61,error,image-architecture-mismatch,")


def test_the_list_of_categories_is_complete() -> None:
    assert re.findall(r"^\| `(\w+)` \|", section("Add a rule").partition("### Rule categories")[2], re.MULTILINE) == list(CATEGORIES)


def test_every_named_path_exists() -> None:
    created = {"rules/NAME.py", "rules/redundant_tag.py", "smlint/readers/NAME.py", "smlint/readers/acme.py", "smlint/reporters/NAME.py", "smlint/reporters/csv_table.py"}
    paths = set(re.findall(r"`((?:smlint|rules|tools|tests|docs|fuzz|benchmarks|examples|fixtures|\.github)/[\w./-]*)`", CONTRIBUTING))
    missing = {path for path in paths - created if not (ROOT / path).exists() and "NAME" not in path and "acme" not in path}
    assert missing == set()

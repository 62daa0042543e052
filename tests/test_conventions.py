"""Conventions of the code and its language that no linter checks."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

CODE = sorted([*(ROOT / "smlint").rglob("*.py"), *(ROOT / "rules").glob("*.py")])
FOLDERS = ("smlint", "rules", "docs", "tools", "tests", "benchmarks", "fuzz", "examples")
PAGES = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "action.yml")
TEXTS = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.suffix in (".py", ".md", ".yaml"))

# Archaic words, and words that a translator would use. In each, a class of one character keeps this list from matching itself.
UNWANTED = re.compile(
    r"\b(t[o]ld|wh[e]nce|b[e]side|in n[o] list|of [o]ne's own|catal[o]gue|gets n[o]|what st[a]nds|be h[a]d|any m[o]re|as it c[o]mes"
    r"|t[e]lls? (?:what|whether|which|of))\b",
    re.IGNORECASE,
)
# A docstring that names a value (a property's may): "The newest image", "Whether it is known".
NO_VERB = re.compile(r"(?:The|Whether|What|Which|How|Where|An?) ")
# Names that the project used before it had a glossary.
RETIRED = {"Also", "Bad", "Checked", "Draft", "Environment", "FileOutcome", "Good", "Halves", "Hit", "Job", "Judge", "Neighbours", "Outcome", "Place", "Safety", "Ties"}


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in CODE:
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def place(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"


def test_texts_use_plain_words() -> None:
    files = [*TEXTS, *(ROOT / name for name in PAGES)]
    lines = ((path, number, line) for path in files for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1))
    assert [f"{path.relative_to(ROOT)}:{number}: {match[0]}" for path, number, line in lines for match in UNWANTED.finditer(line.replace("_", " "))] == []


def test_the_vocabulary_test_finds_unwanted_words() -> None:
    assert UNWANTED.search("what a file t" + "ells of another")
    assert UNWANTED.search("Wh" + "ence it is")
    assert not UNWANTED.search("The catalog lists the images besides algorithms")


def test_one_name_is_one_class() -> None:
    names = Counter(node.name for path, tree in trees() for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and not node.name.startswith("_"))
    assert {name for name, count in names.items() if count > 1} == set()
    assert names.keys() & RETIRED == set()


def test_docstrings_of_functions_start_with_a_verb() -> None:
    functions = [(path, node) for path, tree in trees() for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    found = [
        place(path, node)
        for path, node in functions
        if NO_VERB.match(ast.get_docstring(node) or "") and not any("property" in ast.unparse(decorator) for decorator in node.decorator_list)
    ]
    assert len(functions) > 1000
    assert found == []


def test_values_with_many_fields_are_made_with_keywords() -> None:
    values = {
        node.name: sum(isinstance(field, ast.AnnAssign) for field in node.body)
        for _, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and any(isinstance(base, ast.Name) and base.id == "NamedTuple" for base in node.bases)
    }
    found = [
        f"{place(path, node)}: {node.func.id}"
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in values and len(node.args) > 4
    ]
    assert len(values) > 50
    assert found == []


def test_no_value_is_looked_up_by_its_identity() -> None:
    calls = [
        place(path, node)
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "id"
    ]
    assert calls == []


@pytest.mark.parametrize("word", ["exec(", "sys.modules", "forget("])
def test_modules_have_no_state_that_needs_a_reset(word: str) -> None:
    pattern = re.compile(rf"(?<![.\w]){re.escape(word)}")
    assert [str(path.relative_to(ROOT)) for path in CODE if pattern.search(path.read_text(encoding="utf-8"))] == []

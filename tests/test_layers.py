"""The structure of the package: layers, file cycles, and what each part may do."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "smlint"

# Lowest first. A module belongs to the first layer that has a prefix of its name. Folders of one layer do not import each other.
LAYERS = [
    ["smlint.runtime"],
    ["smlint.model"],
    ["smlint.files", "smlint.syntax"],
    ["smlint.images"],
    ["smlint.catalog_build", "smlint.readers"],
    ["smlint.project"],
    ["smlint.linter"],
    ["smlint.rules", "smlint.custom_rules"],
    ["smlint.runner"],
    ["smlint.config"],
    ["smlint.reporters"],
    ["smlint.inventory"],
    ["smlint.api"],
    ["smlint.cli"],
    ["smlint.__main__"],
]
# Lower folders that a folder must not import.
FORBIDDEN = {
    "smlint.reporters": {"smlint.syntax", "smlint.readers", "smlint.images", "smlint.project", "smlint.linter", "smlint.runner"},
    "smlint.rules": {"smlint.model", "smlint.images", "smlint.readers", "smlint.project", "smlint.files", "smlint.syntax"},
    "smlint.catalog_build": {"smlint.syntax", "smlint.files.discovery"},
}


def source_files() -> dict[str, Path]:
    """Return every module of the package and of the rules, by its name at run time."""
    found = {module_name(path, ROOT): path for path in sorted(PACKAGE.rglob("*.py"))}
    return found | {f"smlint.{module_name(path, ROOT)}": path for path in sorted((ROOT / "rules").glob("*.py"))}


def module_name(path: Path, root: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = source_files()
MODULES = sorted(name for name in FILES if name != "smlint")


def nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """Walk a tree, including imports inside functions, but not code for type checkers."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            for branch in child.orelse:
                yield from nodes(branch)
            continue
        yield child
        yield from nodes(child)


def imported(name: str) -> set[str]:
    """Return the modules of smlint that a module imports."""
    found: set[str] = set()
    for node in nodes(ast.parse(FILES[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "smlint":
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                found.add(full if full in FILES else node.module)
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.split(".")[0] == "smlint"}
    return {module for module in found if module != name}


IMPORTS = {name: imported(name) for name in FILES}


def layer_of(module: str) -> tuple[int, str]:
    for level, names in enumerate(LAYERS):
        for name in names:
            if module == name or module.startswith(name + "."):
                return level, name
    raise AssertionError(f"{module} is in no layer: add it to LAYERS")


@pytest.mark.parametrize("module", MODULES)
def test_a_folder_imports_only_from_lower_layers(module: str) -> None:
    level, folder = layer_of(module)
    for name in IMPORTS[module] - {"smlint"}:
        other_level, other = layer_of(name)
        assert other == folder or other_level < level, f"{module} imports {name}"
        assert other not in FORBIDDEN.get(folder, ()), f"{folder} must not know {other}"


@pytest.mark.parametrize("module", MODULES)
def test_no_source_file_runs_text_or_looks_into_loaded_modules(module: str) -> None:
    text = FILES[module].read_text(encoding="utf-8")
    assert "sys.modules" not in text
    assert not re.search(r"(?<![\w.])exec\(", text)


def test_there_are_no_import_cycles() -> None:
    assert cycles(IMPORTS) == []


@pytest.mark.parametrize(
    ("imports", "found"),
    [
        pytest.param({"a": {"b"}, "b": set()}, [], id="a line"),
        pytest.param({"a": {"b", "c"}, "b": {"d"}, "c": {"d"}, "d": set()}, [], id="a diamond"),
        pytest.param({"a": {"b"}, "b": {"a"}}, [["a", "b"]], id="two files"),
        pytest.param({"x": {"a"}, "a": {"b"}, "b": {"c"}, "c": {"a", "d"}, "d": set()}, [["a", "b", "c"]], id="three files"),
    ],
)
def test_import_cycles_are_detected(imports: dict[str, set[str]], found: list[list[str]]) -> None:
    assert cycles(imports) == found


def cycles(imports: dict[str, set[str]]) -> list[list[str]]:
    """Return the import cycles: groups of files that import each other."""
    graph = {name: {other for other in others if other in imports} for name, others in imports.items()}
    while True:
        used = {other for others in graph.values() for other in others}
        loose = {name for name, others in graph.items() if not others or name not in used}
        if not loose:
            break
        graph = {name: others - loose for name, others in graph.items() if name not in loose}
    groups = []
    while graph:
        first = min(graph)
        group = {name for name in reachable(graph, first) if first in reachable(graph, name)} or {first}
        groups.append(sorted(group))
        graph = {name: others - group for name, others in graph.items() if name not in group}
    return [group for group in groups if len(group) > 1]


def reachable(graph: dict[str, set[str]], start: str) -> set[str]:
    found: set[str] = set()
    pending = [start]
    while pending:
        for other in graph.get(pending.pop(), set()) - found:
            found.add(other)
            pending.append(other)
    return found


def test_only_three_modules_are_outside_a_folder() -> None:
    assert {path.name for path in PACKAGE.glob("*.py")} <= {"__init__.py", "__main__.py", "api.py"}


@pytest.mark.parametrize("module", MODULES)
def test_only_the_command_line_prints_exits_or_reads_the_environment(module: str) -> None:
    if module.startswith(("smlint.cli", "smlint.__main__")):
        return
    for node in ast.walk(ast.parse(FILES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in ("print", "exit", "eval", "exec", "input"), node.func.id
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            assert (node.value.id, node.attr) not in {("os", "environ"), ("os", "getenv"), ("sys", "argv"), ("sys", "exit"), ("os", "system"), ("sys", "modules")}


@pytest.mark.parametrize("module", MODULES)
def test_nothing_can_open_a_socket_or_start_a_process(module: str) -> None:
    suspect = {"socket", "ssl", "http", "urllib", "requests", "subprocess", "multiprocessing", "asyncio"}
    if module == "smlint.runtime.process_pool":  # copies of smlint itself that lint a share of the files; they talk through pipes
        suspect -= {"multiprocessing"}
    for node in ast.walk(ast.parse(FILES[module].read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        assert not {name.split(".")[0] for name in names} & suspect

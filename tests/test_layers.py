"""A room imports only from the rooms below it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "smlint"

# Lowest first. A module belongs to the first room whose prefix it has; rooms on one line may not import each other, but for the pairs below.
ROOMS = [
    ["smlint.runtime.errors", "smlint.runtime.clock", "smlint.runtime.named_tuple", "smlint.runtime.suggest", "smlint.runtime.signals", "smlint.files.gitignore"],
    ["smlint.model"],
    ["smlint.findings", "smlint.cli.options"],
    ["smlint.settings", "smlint.linter.examples", "smlint.syntax", "smlint.files.source", "smlint.images", "smlint.linter.rule", "smlint.files.discovery"],
    ["smlint.linter.edits", "smlint.readers", "smlint.linter.rule_context", "smlint.runner.registry", "smlint.linter.deployment_facts"],
    ["smlint.linter.suppressions", "smlint.linter.aggregate", "smlint.custom_rules", "smlint.project.image_overrides", "smlint.linter.baseline"],
    ["smlint.linter.engine"],
    ["smlint.project"],
    ["smlint.linter.fixer", "smlint.runner.diff", "smlint.reporters", "smlint.outcome", "smlint.files.loading", "smlint.runtime.process_pool"],
    ["smlint.runner.file_linter"],
    ["smlint.runner.run", "smlint.inventory"],
    ["smlint.api", "smlint.config.layers", "smlint.cli.console"],
    ["smlint.cli.commands"],
    ["smlint.cli.main"],
    ["smlint.__main__"],
]
# What a room may not know although it stands below.
FORBIDDEN = {
    "smlint.images": {"smlint.syntax", "smlint.files.source", "smlint.linter.rule", "smlint.settings", "smlint.files.discovery"},
    "smlint.reporters": {"smlint.syntax", "smlint.readers", "smlint.linter.engine", "smlint.images", "smlint.runner.registry", "smlint.linter.rule"},
    "smlint.readers": {"smlint.linter.rule", "smlint.runner.registry", "smlint.linter.rule_context", "smlint.settings"},
    "smlint.linter.rule": {"smlint.images", "smlint.syntax", "smlint.files.source"},
}


def room_of(module: str) -> tuple[int, str]:
    for level, names in enumerate(ROOMS):
        for name in names:
            if module == name or module.startswith(name + "."):
                return level, name
    raise AssertionError(f"{module} belongs to no room: add it to ROOMS")


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("smlint"):
            found |= {node.module} if node.module != "smlint" else {f"smlint.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.startswith("smlint.")}
    return {name for name in found if name.removeprefix("smlint.") not in ("__version__", "lint", "fix", "retrieve", "parse_image")}


@pytest.mark.parametrize("path", modules(), ids=module_name)
def test_a_room_imports_only_from_rooms_below_it(path: Path) -> None:
    level, room = room_of(module_name(path))
    for name in imported(path):
        other_level, other = room_of(name)
        assert other == room or other_level < level, f"{module_name(path)} imports {name}"
        assert other not in FORBIDDEN.get(room, ()), f"{room} must not know {other}"


@pytest.mark.parametrize("path", modules(), ids=module_name)
def test_only_the_command_line_prints_exits_or_reads_the_environment(path: Path) -> None:
    if module_name(path).startswith(("smlint.cli", "smlint.__main__", "smlint.cli.commands", "smlint.cli.console")):
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            # The registry runs the project's own rule files, by path: no module finder reads the working directory.
            own_rules = node.func.id == "exec" and module_name(path) == "smlint.runner.registry"
            assert own_rules or node.func.id not in ("print", "exit", "eval", "exec", "input"), node.func.id
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            assert (node.value.id, node.attr) not in {("os", "environ"), ("os", "getenv"), ("sys", "argv"), ("sys", "exit"), ("os", "system")}


@pytest.mark.parametrize("path", modules(), ids=module_name)
def test_nothing_can_open_a_socket_or_start_a_process(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        suspect = {"socket", "ssl", "http", "urllib", "requests", "subprocess", "multiprocessing", "asyncio"}
        # Copies of smlint itself, which judge a part of the files; they talk through pipes.
        own_workers = {"multiprocessing"} if module_name(path) == "smlint.runtime.process_pool" else set()
        assert not {name.split(".")[0] for name in names} & suspect - own_workers

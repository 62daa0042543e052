"""The commands, one module each, which print what they have to say through the console.

Each has a `COMMAND`, the table of its options, and a `run` that returns the exit code.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from smlint.cli.console import Console
    from smlint.cli.options import Command, Parsed

    class Module(Protocol):
        """What a module of `smlint.cli.commands` offers."""

        COMMAND: Command

        def run(self, parsed: Parsed, console: Console) -> int: ...


COMMANDS = ("check", "resolve", "inspect", "images", "facts", "explain", "check-rules", "schema", "catalog", "lsp", "completions")


def load(name: str) -> Module:
    """The module of a command, one of `COMMANDS`. Only the one that is called is imported."""
    module: Module
    if name == "check":
        from smlint.cli.commands import check as module
    elif name == "resolve":
        from smlint.cli.commands import resolve as module
    elif name == "inspect":
        from smlint.cli.commands import inspect as module
    elif name == "images":
        from smlint.cli.commands import images as module
    elif name == "facts":
        from smlint.cli.commands import facts as module
    elif name == "check-rules":
        from smlint.cli.commands import check_rules as module
    elif name == "explain":
        from smlint.cli.commands import explain as module
    elif name == "schema":
        from smlint.cli.commands import schema as module
    elif name == "catalog":
        from smlint.cli.commands import catalog as module
    elif name == "lsp":
        from smlint.cli.commands import lsp as module
    else:
        from smlint.cli.commands import completions as module
    return module

"""The commands of smlint: the name of each, and the module that implements it."""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Protocol

    from smlint.cli.console import Console
    from smlint.cli.options.model import Command, ParsedOptions

    class CommandModule(Protocol):
        """A module that implements a command: its option table, and a function that runs it and returns the exit code."""

        COMMAND: Command

        def run(self, parsed: ParsedOptions, console: Console) -> int: ...


COMMANDS = {
    "check": "check.command",
    "resolve": "resolve",
    "inspect": "inspect",
    "images": "images",
    "facts": "facts",
    "explain": "explain",
    "check-rules": "check_rules",
    "schema": "schema",
    "catalog": "catalog",
    "lsp": "lsp",
    "completions": "completions",
}
"""The module of each command in `smlint.cli.commands`, in the order of the help text."""


def load(name: str) -> CommandModule:
    """Import the module of a command."""
    module: Any = import_module(f"smlint.cli.commands.{COMMANDS[name]}")
    loaded: CommandModule = module
    return loaded

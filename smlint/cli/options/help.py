"""The help texts of commands and options."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill

from smlint.cli.options.model import GLOBAL_OPTIONS, HELP_WIDTH, Command, Option, OptionGroup


def help_text(command: Command) -> str:
    """Return the help of a command."""
    usage = " ".join(word for word in ("smlint", command.name, "[OPTIONS]", command.arguments) if word)
    parts = [fill(f"{command.summary[0].upper()}{command.summary[1:]}.", HELP_WIDTH), f"Usage: {usage}"]
    parts += [options_text(group) for group in (*command.groups, OptionGroup(GLOBAL_OPTIONS.title, command.global_options()))]
    if command.epilog:
        parts.append("\n".join(fill(line, HELP_WIDTH, break_on_hyphens=False) for line in command.epilog.split("\n")))
    return "\n\n".join(parts) + "\n"


def options_text(group: OptionGroup) -> str:
    """Return the title of a group, and each option with its help."""
    return f"{group.title}:\n" + table_text([(_signature(option), _description(option)) for option in group.options])


def table_text(rows: Sequence[tuple[str, str]]) -> str:
    """Return two columns, the second one wrapped. A first cell that is too wide gets its own line."""
    lines = []
    for name, text in rows:
        head = f"  {name:<28}"
        if len(name) > 26:
            lines.append(f"  {name}")
            head = " " * 30
        lines.append(fill(text, HELP_WIDTH, initial_indent=head, subsequent_indent=" " * 30, break_on_hyphens=False))
    return "\n".join(lines)


def _signature(option: Option) -> str:
    short = "" if len(option.names) == 1 else f"{option.names[0]},"
    return f"{short:<4}{option.name} {option.metavar}".rstrip()


def _description(option: Option) -> str:
    text = option.help
    if option.choices:
        text += f" [{', '.join(option.choices)}]"
    return text + (" [repeatable]" if option.repeatable else "")

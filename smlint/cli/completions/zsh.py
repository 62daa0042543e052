"""The completion script for zsh: to be put into a folder of `$fpath` as `_smlint`, or to be sourced after `compinit`."""

from __future__ import annotations

from collections.abc import Sequence

from smlint.cli.completions.words import Kind, Values, Words
from smlint.cli.options import GLOBAL, Command, Option


def script(commands: Sequence[Command], words: Words) -> str:
    """The whole script."""
    lines = [
        "#compdef smlint",
        "# Completions of smlint for zsh. Written by 'smlint completions zsh'.",
        "",
        "_smlint() {",
        "    local curcontext=$curcontext state state_descr line",
        "    local -a commands",
        "    typeset -A opt_args",
        "    commands=(",
        *(f"        {_quoted(command.name + ':' + command.summary.replace(':', chr(92) + ':'))}" for command in commands),
        "    )",
        "    _arguments -C -S \\",
        *(f"        {spec} \\" for option in GLOBAL.options for spec in _specs(option, words)),
        "        '1:command:->command' '*::argument:->argument' && return",
        "    case $state in",
        "        command) _describe -t commands command commands ;;",
        "        argument)",
        "            case $words[1] in",
    ]
    for command in commands:
        lines += [f"                {command.name})", "                    _arguments -S \\"]
        lines += [f"                        {spec} \\" for option in command.options() for spec in _specs(option, words)]
        lines += [f"                        {_quoted(_arguments(command, words))}", "                    ;;"]
    lines += [
        "            esac",
        "            ;;",
        "    esac",
        "}",
        "",
        'if [[ $funcstack[1] == _smlint ]]; then _smlint "$@"; else compdef _smlint smlint; fi',
    ]
    return "\n".join(lines) + "\n"


def _specs(option: Option, words: Words) -> list[str]:
    """How `_arguments` is told of an option, each of its names by itself."""
    text = option.help.translate({ord(char): "\\" + char for char in "\\[]:"})
    action = f":{option.metavar}:{_action(words.of_option(option), option.metavar)}" if option.metavar else ""
    others = " ".join(option.names)
    found = []
    for name in option.names:
        # An option with a value takes it behind a blank or an equals sign.
        sign = "=" if option.metavar and name.startswith("--") else ""
        head = "*" if option.several else f"({others})" if len(option.names) > 1 else ""
        found.append(_quoted(f"{head}{name}{sign}[{text}]{action}"))
    return found


def _arguments(command: Command, words: Words) -> str:
    values = words.of_arguments(command)
    if not command.arguments:
        return "*: :"
    return f"*:{command.arguments.replace(':', ' ')}:{_action(values, 'argument')}"


def _action(values: Values, name: str) -> str:
    if values.kind is Kind.FILES:
        return "_files"
    if values.kind is Kind.FOLDERS:
        return "_files -/"
    if values.kind is Kind.COMMAS:
        return f" _values -s , {name} {' '.join(values.words)}"  # the blank keeps _arguments from adding options of its own
    return f"({' '.join(values.words)})" if values.kind is Kind.LIST else " "


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"

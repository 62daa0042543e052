"""The completion script for fish."""

from __future__ import annotations

from collections.abc import Sequence

from smlint.cli.completions.words import Kind, Values, Words
from smlint.cli.options import GLOBAL, Command, Option

_HEAD = """\
# Completions of smlint for fish. Written by 'smlint completions fish'.

function __fish_smlint_command -d 'The command of the line, if it has one yet'
    set -l words (commandline -opc)
    set -e words[1]
    while set -q words[1]
        switch $words[1]
            case @SKIPPED@
                set -e words[1]
            case '-*'
            case '*'
                echo $words[1]
                return
        end
        set -e words[1]
    end
end

function __fish_smlint_is -d 'Whether this is the command of the line'
    set -l command (__fish_smlint_command)
    test "$command" = "$argv[1]"
end

complete -c smlint -e
"""
_NO_COMMAND = "__fish_smlint_is ''"


def script(commands: Sequence[Command], words: Words) -> str:
    """The whole script."""
    lines = [f"complete -c smlint -n {_quoted(_NO_COMMAND)} -f -a {command.name} -d {_quoted(command.summary)}" for command in commands]
    lines += [_option(option, _NO_COMMAND, words) for option in GLOBAL.options]
    for command in commands:
        condition = f"__fish_smlint_is {command.name}"
        lines += [_option(option, condition, words) for option in command.options()]
        values = words.of_arguments(command)
        if values.kind is not Kind.FILES:
            words_of = f" -a {_quoted(' '.join(values.words))}" if values.words else ""
            lines.append(f"complete -c smlint -n {_quoted(condition)} -f{words_of}")
    skipped = " ".join(name for option in GLOBAL.options if option.metavar for name in option.names)
    return _HEAD.replace("@SKIPPED@", skipped) + "\n".join(lines) + "\n"


def _option(option: Option, condition: str, words: Words) -> str:
    names = " ".join(f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names)
    value = _value(words.of_option(option)) if option.metavar else ""
    return f"complete -c smlint -n {_quoted(condition)} {names}{value} -d {_quoted(option.help)}"


def _value(values: Values) -> str:
    if values.kind is Kind.FILES:
        return " -r -F"
    if values.kind is Kind.FOLDERS:
        return " -x -a '(__fish_complete_directories)'"
    if values.kind is Kind.COMMAS:
        return f" -x -a '(__fish_complete_list , \"string split \\\" \\\" -- {' '.join(values.words)}\")'"
    return f" -x -a {_quoted(' '.join(values.words))}" if values.words else " -x"


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"

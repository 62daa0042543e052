"""The completion script for bash, from version 3.2 on."""

from __future__ import annotations

from collections.abc import Sequence

from smlint.cli.completions.words import Kind, Values, Words
from smlint.cli.options import GLOBAL, Command

_HEAD = """\
# Completions of smlint for bash. Written by 'smlint completions bash'.

_smlint() {
    local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}" command='' index word
    # --option=value comes as three words
    if [[ $current == = ]]; then
        current=''
    elif [[ $previous == = && $COMP_CWORD -gt 1 ]]; then
        previous="${COMP_WORDS[COMP_CWORD-2]}"
    fi
    for ((index = 1; index < COMP_CWORD; index++)); do
        word="${COMP_WORDS[index]}"
        case "$word" in
            @SKIPPED@) index=$((index + 1)) ;;
            -* | =) ;;
            *)
                command="$word"
                break
                ;;
        esac
    done
    COMPREPLY=()
"""
_TAIL = """\
}

complete -o bashdefault -o default -F _smlint smlint
"""


def script(commands: Sequence[Command], words: Words) -> str:
    """The whole script. An empty answer makes bash complete the names of files."""
    skipped = " | ".join(name for option in GLOBAL.options if option.metavar for name in option.names)
    parts = [_HEAD.replace("@SKIPPED@", skipped), '    case "$command $previous" in\n']
    parts += [_values(pattern, values) for values, pattern in _patterns(commands, words).items()]
    parts += ["    esac\n", '    case "$command" in\n']
    own = " ".join(name for option in GLOBAL.options for name in option.names)
    parts.append(_arm("''", own, " ".join(command.name for command in commands)))
    for command in commands:
        options = " ".join(name for option in command.options() for name in option.names)
        arguments = words.of_arguments(command)
        parts.append(_arm(command.name, options, " ".join(arguments.words)))
    parts += ["    esac\n", _TAIL]
    return "".join(parts)


def _patterns(commands: Sequence[Command], words: Words) -> dict[Values, str]:
    """The patterns of `command option` by the values that follow, so that no list stands there twice."""
    found: dict[Values, list[str]] = {}
    for command in commands:
        for option in command.options():
            if option.metavar:
                found.setdefault(words.of_option(option), []).extend(f'"{command.name} {name}"' for name in option.names)
    for option in GLOBAL.options:
        if option.metavar:
            found.setdefault(words.of_option(option), []).extend(f'" {name}"' for name in option.names)
    return {values: " | ".join(patterns) for values, patterns in found.items()}


def _values(pattern: str, values: Values) -> str:
    words = " ".join(values.words)
    if values.kind is Kind.COMMAS:
        body = (
            "            local before=''\n"
            '            [[ $current == *,* ]] && before="${current%,*},"\n'
            f"            COMPREPLY=($(compgen -P \"$before\" -W '{words}' -- \"${{current##*,}}\"))\n"
        )
    elif values.kind is Kind.LIST:
        body = f"            {_offer(words)}\n"
    else:
        body = "            # files, by default\n"
    return f"        {pattern})\n{body}            return\n            ;;\n"


def _arm(command: str, options: str, arguments: str) -> str:
    lines = [f"{command})", "    if [[ $current == -* ]]; then", f"        {_offer(options)}"]
    if arguments:
        lines += ["    else", f"        {_offer(arguments)}"]
    return "".join(f"        {line}\n" for line in (*lines, "    fi", "    ;;"))


def _offer(words: str) -> str:
    return f"COMPREPLY=($(compgen -W '{words}' -- \"$current\"))"

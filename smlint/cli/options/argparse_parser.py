"""Parse a command line with argparse, which is built from the option table.

smlint prints its own help text: argparse's changes between Python versions, and the README quotes ours.
"""

from __future__ import annotations

from argparse import ArgumentParser, HelpFormatter
from collections.abc import Callable, Sequence
from functools import cache
from typing import NoReturn

from smlint.cli.options.model import HELP_WIDTH, Command, Option
from smlint.runtime.errors import SmlintError

_ARGUMENTS = "arguments"


def parse_words(command: Command, words: Sequence[str]) -> tuple[dict[str, list[str] | None], list[str]]:
    """Return the values of each option by its long name (None if it was not given), and the arguments.

    Raises `SmlintError` with the word at fault.
    """
    # argparse handles `--` differently in each Python version.
    end = words.index("--") if "--" in words else len(words)
    namespace, unknown = _parser(command).parse_known_intermixed_args(words[:end])
    if unknown:
        from smlint.runtime.suggest import did_you_mean

        name = unknown[0].partition("=")[0]
        names = (name for option in command.options() for name in option.names)
        raise SmlintError(f"unknown option '{name}'", did_you_mean(name, names) or _see_help(command))
    values: dict[str, list[str] | None] = vars(namespace)
    return values, [*(values.pop(_ARGUMENTS) or ()), *words[end + 1 :]]


class _ArgumentParser(ArgumentParser):
    """A parser that raises `SmlintError` instead of ending the process."""

    def error(self, message: str) -> NoReturn:
        raise SmlintError(_in_our_words(message), f"see {self.prog} --help")


def _in_our_words(message: str) -> str:
    """Return a message of argparse about the value of an option as smlint writes it; other messages as they are."""
    for ending, words in ((": expected one argument", "needs a value"), (": ignored explicit argument ", "takes no value, but has ")):
        subject, found, value = message.partition(ending)
        if found:
            return f"option '{subject.rpartition('/')[2].removeprefix('argument ')}' {words}{value}"
    return message


def _see_help(command: Command) -> str:
    return f"see {_program(command)} --help"


def _program(command: Command) -> str:
    return f"smlint {command.name}".rstrip()


def _parser(command: Command) -> ArgumentParser:
    """Build the parser of a command."""
    parser = _ArgumentParser(prog=_program(command), usage="", add_help=False, allow_abbrev=False, formatter_class=_formatter)
    for option in command.options():
        if option.metavar:
            parser.add_argument(*option.names, dest=option.name, action="append", type=_validator(option))
        else:
            parser.add_argument(*option.names, dest=option.name, action="append_const", const="")
    parser.add_argument(_ARGUMENTS, nargs="*")
    return parser


@cache
def _formatter(prog: str) -> HelpFormatter:
    """Return the formatter with which argparse checks each option. It is shared, and has a width so as not to import shutil."""
    return HelpFormatter(prog, width=HELP_WIDTH)


def _validator(option: Option) -> Callable[[str], str]:
    """Return a function that checks a value of the option. The error of argparse's own `choices` has no hint."""

    def validate(value: str) -> str:
        if option.choices and value not in option.choices:
            from smlint.runtime.suggest import did_you_mean

            hint = did_you_mean(value, option.choices) or f"choose from {', '.join(option.choices)}"
            raise SmlintError(f"invalid value '{value}' for option '{option.name}'", hint)
        return value

    return validate

"""A command's table of options as a parser of argparse's.

argparse's own help text is not used: it changes with the Python version, and ours stands in the README.
"""

from __future__ import annotations

from argparse import ArgumentParser, HelpFormatter
from collections.abc import Callable, Sequence
from functools import cache
from typing import NoReturn

from smlint.cli.options import HELP_WIDTH, Command, Option
from smlint.runtime.errors import SmlintError


def sort(command: Command, words: Sequence[str]) -> tuple[dict[str, list[str] | None], list[str]]:
    """The values of each option by its long name, None for one that was not used, and the arguments.

    Raises a `SmlintError` that names the word at fault.
    """
    # What argparse does with `--` differs from one Python version to the next.
    end = words.index("--") if "--" in words else len(words)
    found, unknown = _parser(command).parse_known_intermixed_args(words[:end])
    if unknown:
        from smlint.runtime.suggest import did_you_mean

        name = unknown[0].partition("=")[0]
        names = (name for option in command.options() for name in option.names)
        raise SmlintError(f"unknown option '{name}'", did_you_mean(name, names) or "see --help")
    given: dict[str, list[str] | None] = vars(found)
    return given, [*(given.pop(_ARGUMENTS) or ()), *words[end + 1 :]]


_ARGUMENTS = "arguments"


class _Parser(ArgumentParser):
    """A parser whose mistakes are errors like any other, instead of the end of the process."""

    def error(self, message: str) -> NoReturn:
        raise SmlintError(message, f"see {self.prog} --help")


def _parser(command: Command) -> ArgumentParser:
    """The parser of one command: what it gives is, for each option by its long name, the values in order, and None for an option not used."""
    prog = f"smlint {command.name}".rstrip()
    parser = _Parser(prog=prog, usage="", add_help=False, allow_abbrev=False, formatter_class=_formatter)
    for option in command.options():
        if option.metavar:
            parser.add_argument(*option.names, dest=option.name, action="append", type=_checked(option))
        else:
            parser.add_argument(*option.names, dest=option.name, action="append_const", const="")
    parser.add_argument(_ARGUMENTS, nargs="*")
    return parser


@cache
def _formatter(prog: str) -> HelpFormatter:
    """What argparse checks each option with. One is enough; and one without a width would import shutil, which takes milliseconds."""
    return HelpFormatter(prog, width=HELP_WIDTH)


def _checked(option: Option) -> Callable[[str], str]:
    """What takes a value of the option. Not argparse's `choices`, whose error has no hint."""

    def take(value: str) -> str:
        if option.choices and value not in option.choices:
            from smlint.runtime.suggest import did_you_mean

            hint = did_you_mean(value, option.choices) or f"it takes {', '.join(option.choices)}"
            raise SmlintError(f"option '{option.name}' does not take '{value}'", hint)
        return value

    return take

"""Options of a command as a table: of it argparse's parser is built, the help text is printed, and the tests are made.

argparse sorts the words of a command line. Its own help text is not used: it changes with the Python version, and ours stands in the README.
"""

from __future__ import annotations

from argparse import ArgumentParser, HelpFormatter
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import NoReturn

from smlint.errors import SmlintError
from smlint.named_tuple import NamedTuple

HELP_WIDTH = 100
"""The width of every help text, whatever the terminal, because the README repeats it."""


class Option(NamedTuple):
    """One option. `metavar` names its value, and is empty for a switch; `choices` are the values allowed, if they are few.

    `several` tells that each further use adds a value; without it the last use counts.
    """

    names: tuple[str, ...]
    help: str
    metavar: str = ""
    choices: tuple[str, ...] = ()
    several: bool = False

    @property
    def name(self) -> str:
        """The long name, by which the code asks for it."""
        return self.names[-1]


class Group(NamedTuple):
    """Options that belong together, under a title in the help text."""

    title: str
    options: tuple[Option, ...]


class Command(NamedTuple):
    """A command: what it does in one line, what it takes after its options, and its options by group.

    `arguments` is shown in the usage line; `most` bounds their number (None: any). `epilog` ends the help text.
    """

    name: str
    summary: str
    groups: tuple[Group, ...] = ()
    arguments: str = ""
    least: int = 0
    most: int | None = 0
    epilog: str = ""

    def general(self) -> tuple[Option, ...]:
        """The global options, but for those whose name is one of its own (`--version` of a framework)."""
        own = {option.name for group in self.groups for option in group.options}
        return tuple(option for option in GLOBAL.options if option.name not in own)

    def options(self) -> tuple[Option, ...]:
        """All options, its own and the global ones."""
        return (*(option for group in self.groups for option in group.options), *self.general())


GLOBAL = Group(
    "Global options",
    (
        Option(("-q", "--quiet"), "print findings and data only"),
        Option(("-v", "--verbose"), "tell on stderr what is done, and the traceback of an internal error"),
        Option(("--color",), "colour the output (default: auto, on a terminal)", "WHEN", ("auto", "always", "never")),
        Option(("--version",), "print the version and the date of the catalogue"),
        Option(("-h", "--help"), "print this help"),
    ),
)


class Parsed:
    """The options and arguments of one call. Asking for an option that the command does not have is a `KeyError`."""

    __slots__ = ("_command", "_given", "arguments")

    def __init__(self, command: Command, given: Mapping[str, list[str] | None], arguments: list[str]) -> None:
        self._command = command
        self._given = given
        self.arguments = arguments

    def flag(self, name: str) -> bool:
        """Whether the option was given."""
        return self._given[name] is not None

    def asks(self, name: str) -> bool:
        """Whether the global switch of this name was given, not an option of the command that has the same name."""
        return self.flag(name) and any(option.name == name for option in self._command.general())

    def value(self, name: str) -> str | None:
        """The last value given, or None."""
        values = self._given[name]
        return values[-1] if values else None

    def values(self, name: str) -> tuple[str, ...]:
        """All values given, in order."""
        return tuple(self._given[name] or ())

    def listed(self, name: str) -> tuple[str, ...]:
        """All values given, each split at its commas, blanks taken off."""
        return tuple(part.strip() for value in self.values(name) for part in value.split(",") if part.strip())


def parse(command: Command, words: Sequence[str]) -> Parsed:
    """Sort the words of a command line into options and arguments.

    Options and arguments may be mixed; after `--` all words are arguments, and `-` is always one. With `--help` or `--version`
    nothing else is demanded. Raises a `SmlintError` that names the word at fault.
    """
    # What argparse does with `--` differs from one Python version to the next.
    end = words.index("--") if "--" in words else len(words)
    found, unknown = _parser(command).parse_known_intermixed_args(words[:end])
    if unknown:
        from smlint.suggest import did_you_mean

        name = unknown[0].partition("=")[0]
        names = (name for option in command.options() for name in option.names)
        raise SmlintError(f"unknown option '{name}'", did_you_mean(name, names) or "see --help")
    given: dict[str, list[str] | None] = vars(found)
    parsed = Parsed(command, given, [*(given.pop(_ARGUMENTS) or ()), *words[end + 1 :]])
    if not (parsed.asks("--help") or parsed.asks("--version")):
        _count(command, parsed.arguments)
    return parsed


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
            from smlint.suggest import did_you_mean

            hint = did_you_mean(value, option.choices) or f"it takes {', '.join(option.choices)}"
            raise SmlintError(f"option '{option.name}' does not take '{value}'", hint)
        return value

    return take


def _count(command: Command, arguments: Sequence[str]) -> None:
    if len(arguments) < command.least:
        raise SmlintError(f"'smlint {command.name}' needs {command.arguments}", f"see smlint {command.name} --help")
    if command.most is not None and len(arguments) > command.most:
        raise SmlintError(f"unexpected argument '{arguments[command.most]}'", f"see smlint {command.name} --help")


def help_text(command: Command) -> str:
    """The help of one command."""
    from textwrap import fill

    usage = " ".join(word for word in ("smlint", command.name, "[OPTIONS]", command.arguments) if word)
    parts = [fill(f"{command.summary[0].upper()}{command.summary[1:]}.", HELP_WIDTH), f"Usage: {usage}"]
    parts += [options_text(group) for group in (*command.groups, Group(GLOBAL.title, command.general()))]
    if command.epilog:
        parts.append(command.epilog)
    return "\n\n".join(parts) + "\n"


def options_text(group: Group) -> str:
    """One group of options, each with its help beside it."""
    return f"{group.title}:\n" + table_text([(_spelling(option), _described(option)) for option in group.options])


def table_text(rows: Sequence[tuple[str, str]]) -> str:
    """Two columns, the second one wrapped; a first cell that is too long stands on a line of its own."""
    from textwrap import fill

    lines = []
    for name, text in rows:
        head = f"  {name:<28}"
        if len(name) > 26:
            lines.append(f"  {name}")
            head = " " * 30
        lines.append(fill(text, HELP_WIDTH, initial_indent=head, subsequent_indent=" " * 30, break_on_hyphens=False))
    return "\n".join(lines)


def _spelling(option: Option) -> str:
    short = "" if len(option.names) == 1 else f"{option.names[0]},"
    return f"{short:<4}{option.name} {option.metavar}".rstrip()


def _described(option: Option) -> str:
    text = option.help
    if option.choices:
        text += f" [{', '.join(option.choices)}]"
    return text + (" [repeatable]" if option.several else "")

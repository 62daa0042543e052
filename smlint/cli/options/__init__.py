"""Options of a command as a table: by it the words of a command line are sorted, the help text is printed, and the tests are made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from smlint.runtime.errors import SmlintError
from smlint.runtime.named_tuple import NamedTuple

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
    sorted_words = _plain(command, words)
    if sorted_words is None:
        from smlint.cli.options.parser import sort

        sorted_words = sort(command, words)
    parsed = Parsed(command, *sorted_words)
    if not (parsed.asks("--help") or parsed.asks("--version")):
        _count(command, parsed.arguments)
    return parsed


def _plain(command: Command, words: Sequence[str]) -> tuple[dict[str, list[str] | None], list[str]] | None:
    """Options and arguments, where they are paths and whole switches only, as in most calls; None if anything needs a closer look.

    To import argparse and to tell it all options takes a twelfth of the time that judging a template does.
    """
    options = command.options()
    switches = {name: option.name for option in options if not option.metavar for name in option.names}
    given: dict[str, list[str] | None] = {option.name: None for option in options}
    arguments = []
    for word in words:
        if word in switches:
            given[switches[word]] = [""]
        elif word.startswith("-") and word != "-":
            return None
        else:
            arguments.append(word)
    return given, arguments


def _count(command: Command, arguments: Sequence[str]) -> None:
    if len(arguments) < command.least:
        raise SmlintError(f"'smlint {command.name}' needs {command.arguments}", f"see smlint {command.name} --help")
    if command.most is not None and len(arguments) > command.most:
        raise SmlintError(f"unexpected argument '{arguments[command.most]}'", f"see smlint {command.name} --help")

"""The options of a command as a table. Parsing, help texts, completions, documentation and tests are derived from it."""

from __future__ import annotations

from smlint.runtime.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

HELP_WIDTH = 100
"""The width of help texts in columns. It does not depend on the terminal, because the README quotes them."""


class Option(NamedTuple):
    """An option. `metavar` names its value and is empty for a switch; `choices` lists the allowed values, if they are few.

    If `repeatable`, each use adds a value; otherwise the last use counts.
    """

    names: tuple[str, ...]
    help: str
    metavar: str = ""
    choices: tuple[str, ...] = ()
    repeatable: bool = False

    @property
    def name(self) -> str:
        """The long name, which identifies the option in code."""
        return self.names[-1]


class OptionGroup(NamedTuple):
    """Options under a title in the help text."""

    title: str
    options: tuple[Option, ...]


class Command(NamedTuple):
    """A command: its one-line summary, its options by group, and its arguments.

    `arguments` is how the usage line shows them; `least` and `most` bound their number (None: no bound). `epilog` ends the help text; its
    lines are wrapped.
    """

    name: str
    summary: str
    groups: tuple[OptionGroup, ...] = ()
    arguments: str = ""
    least: int = 0
    most: int | None = 0
    epilog: str = ""

    def global_options(self) -> tuple[Option, ...]:
        """Return the global options, except those that an option of the command hides (`--version` of a framework)."""
        own = {option.name for group in self.groups for option in group.options}
        return tuple(option for option in GLOBAL_OPTIONS.options if option.name not in own)

    def options(self) -> tuple[Option, ...]:
        """Return all options, the global ones last."""
        return (*(option for group in self.groups for option in group.options), *self.global_options())


GLOBAL_OPTIONS = OptionGroup(
    "Global options",
    (
        Option(("-q", "--quiet"), "print findings and data only"),
        Option(("-v", "--verbose"), "log progress to stderr; show tracebacks for internal errors"),
        Option(("--color",), "color the output (default: auto, on a terminal)", "WHEN", ("auto", "always", "never")),
        Option(("--version",), "show the version and the date of the catalog"),
        Option(("-h", "--help"), "show this help"),
    ),
)


class ParsedOptions:
    """The options and arguments of one call. Asking for an option that the command does not have is a `KeyError`."""

    __slots__ = ("_command", "_given", "arguments")

    def __init__(self, command: Command, given: Mapping[str, list[str] | None], arguments: list[str]) -> None:
        self._command = command
        self._given = given
        self.arguments = arguments

    def flag(self, name: str) -> bool:
        """Return whether the option was given."""
        return self._given[name] is not None

    def global_flag(self, name: str) -> bool:
        """Return whether the global switch was given, as opposed to an option of the command with the same name."""
        return self.flag(name) and any(option.name == name for option in self._command.global_options())

    def value(self, name: str) -> str | None:
        """Return the last value given, or None."""
        values = self._given[name]
        return values[-1] if values else None

    def values(self, name: str) -> tuple[str, ...]:
        """Return all values given, in order."""
        return tuple(self._given[name] or ())

    def split_values(self, name: str) -> tuple[str, ...]:
        """Return all values given, each split at commas and stripped of spaces."""
        return tuple(part.strip() for value in self.values(name) for part in value.split(",") if part.strip())

"""Options of a command as a table: one table is parsed, is printed as help, and is checked by the tests.

Not argparse, for three reasons: it takes no paths after an option that stands between paths (`check a --fix b`), its help text
changes with the Python version (ours stands in the README), and its results are untyped.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from smlint.model import SmlintError
from smlint.suggest import did_you_mean

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

    def options(self) -> tuple[Option, ...]:
        """All options: the global ones, and its own, which count where both have one name (`--version` of a framework)."""
        return tuple(option for group in (GLOBAL, *self.groups) for option in group.options)


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

    __slots__ = ("_known", "_values", "arguments")

    def __init__(self, command: Command) -> None:
        self._known = {name: option for option in command.options() for name in option.names}
        self._values: dict[str, list[str]] = {}
        self.arguments: list[str] = []

    def option(self, name: str) -> Option | None:
        """The option of this name, long or short."""
        return self._known.get(name)

    def add(self, option: Option, value: str) -> None:
        """Record one use of an option."""
        if option.choices and value not in option.choices:
            hint = did_you_mean(value, option.choices) or f"it takes {', '.join(option.choices)}"
            raise SmlintError(f"option '{option.name}' does not take '{value}'", hint)
        self._values.setdefault(option.name, []).append(value)

    def unknown(self, name: str) -> SmlintError:
        """The error for an option that the command does not have."""
        return SmlintError(f"unknown option '{name}'", did_you_mean(name, self._known) or "see --help")

    def flag(self, name: str) -> bool:
        """Whether the switch was given."""
        return self._known[name].name in self._values

    def asks(self, name: str) -> bool:
        """Whether the global switch of this name was given, not an option of the command that has the same name."""
        return self._known[name] in GLOBAL.options and self.flag(name)

    def value(self, name: str) -> str | None:
        """The last value given, or None."""
        values = self._values.get(self._known[name].name)
        return values[-1] if values else None

    def values(self, name: str) -> tuple[str, ...]:
        """All values given, in order."""
        return tuple(self._values.get(self._known[name].name, ()))

    def listed(self, name: str) -> tuple[str, ...]:
        """All values given, each split at its commas, blanks taken off."""
        return tuple(part.strip() for value in self.values(name) for part in value.split(",") if part.strip())


def parse(command: Command, words: Sequence[str]) -> Parsed:
    """Sort the words of a command line into options and arguments.

    Options and arguments may be mixed; after `--` all words are arguments, and `-` is always one. With `--help` or `--version`
    nothing else is demanded. Raises a `SmlintError` that names the word at fault.
    """
    parsed = Parsed(command)
    position = 0
    while position < len(words):
        word = words[position]
        position += 1
        if word == "--":
            parsed.arguments.extend(words[position:])
            break
        if word == "-" or not word.startswith("-"):
            parsed.arguments.append(word)
        elif not word.startswith("--"):
            _switches(parsed, word)
        else:
            position += _long(parsed, word, words[position] if position < len(words) else None)
    if not (parsed.asks("--help") or parsed.asks("--version")):
        _count(command, parsed.arguments)
    return parsed


def _switches(parsed: Parsed, word: str) -> None:
    """`-q`, or several in one: `-qv`. No short option takes a value."""
    for letter in word[1:]:
        option = parsed.option(f"-{letter}")
        if option is None:
            raise parsed.unknown(word)
        parsed.add(option, "")


def _long(parsed: Parsed, word: str, following: str | None) -> int:
    """`--name`, `--name=value` or `--name value`; returns how many further words it took."""
    name, equals, value = word.partition("=")
    option = parsed.option(name)
    if option is None:
        raise parsed.unknown(name)
    if not option.metavar:
        if equals:
            raise SmlintError(f"option '{name}' takes no value")
        parsed.add(option, "")
        return 0
    if equals:
        parsed.add(option, value)
        return 0
    if following is None or (following.startswith("-") and following != "-"):
        raise SmlintError(f"option '{name}' needs a value", f"write {name}={option.metavar}")
    parsed.add(option, following)
    return 1


def _count(command: Command, arguments: Sequence[str]) -> None:
    if len(arguments) < command.least:
        raise SmlintError(f"'smlint {command.name}' needs {command.arguments}", f"see smlint {command.name} --help")
    if command.most is not None and len(arguments) > command.most:
        raise SmlintError(f"unexpected argument '{arguments[command.most]}'", f"see smlint {command.name} --help")


def help_text(command: Command) -> str:
    """The help of one command."""
    usage = " ".join(word for word in ("smlint", command.name, "[OPTIONS]", command.arguments) if word)
    parts = [f"{_sentence(command.summary)}\n\nUsage: {usage}"]
    own = {option.name for group in command.groups for option in group.options}
    general = Group(GLOBAL.title, tuple(option for option in GLOBAL.options if option.name not in own))
    parts += [options_text(group) for group in (*command.groups, general)]
    if command.epilog:
        parts.append(command.epilog)
    return "\n\n".join(parts) + "\n"


def options_text(group: Group) -> str:
    """One group of options, each with its help beside it."""
    return f"{group.title}:\n" + table_text([(_spelling(option), _described(option)) for option in group.options])


def table_text(rows: Sequence[tuple[str, str]]) -> str:
    """Two columns, the second one wrapped; a first cell that is too long stands on a line of its own."""
    left = 30
    lines = []
    for name, text in rows:
        first, *others = _wrapped(text, HELP_WIDTH - left)
        if len(name) > left - 4:
            lines.append(f"  {name}")
            name = ""
        lines.append(f"  {name:<{left - 2}}{first}")
        lines += [" " * left + line for line in others]
    return "\n".join(lines)


def _spelling(option: Option) -> str:
    short, long = ("", option.names[0]) if len(option.names) == 1 else option.names
    return f"{short + ', ' if short else '    '}{long}{' ' + option.metavar if option.metavar else ''}"


def _described(option: Option) -> str:
    text = option.help
    if option.choices:
        text += f" [{', '.join(option.choices)}]"
    return text + (" [repeatable]" if option.several else "")


def _wrapped(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append("")
        lines[-1] += f" {word}" if lines[-1] else word
    return lines


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."

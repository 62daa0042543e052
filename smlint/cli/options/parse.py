"""Parse a command line with the option table of its command."""

from __future__ import annotations

from smlint.cli.options.model import Command, ParsedOptions
from smlint.runtime.errors import SmlintError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def parse(command: Command, words: Sequence[str]) -> ParsedOptions:
    """Parse the words of a command line into options and arguments.

    Options and arguments may be mixed. After `--` every word is an argument; `-` always is. With `--help` or `--version`, arguments may be
    missing. Raises `SmlintError` with the word at fault.
    """
    given_and_arguments = _parse_plain(command, words)
    if given_and_arguments is None:
        from smlint.cli.options.argparse_parser import parse_words

        given_and_arguments = parse_words(command, words)
    parsed = ParsedOptions(command, *given_and_arguments)
    if not (parsed.global_flag("--help") or parsed.global_flag("--version")):
        _require_arguments(command, parsed.arguments)
    return parsed


def require_exclusive(parsed: ParsedOptions, *pairs: tuple[str, str]) -> None:
    """Raise `SmlintError` if both options of a pair were given."""
    for first, second in pairs:
        if parsed.flag(first) and parsed.flag(second):
            raise SmlintError(f"{first} and {second} cannot be used together", f"remove {first} or {second}")


def _parse_plain(command: Command, words: Sequence[str]) -> tuple[dict[str, list[str] | None], list[str]] | None:
    """Parse a line of paths and of options that are written out, each value as a word of its own, as most are; None if it needs the full parser.

    Importing and filling argparse takes a twelfth of the time it takes to lint a template.
    """
    options = command.options()
    by_name = {name: option for option in options for name in option.names}
    values: dict[str, list[str] | None] = {option.name: None for option in options}
    arguments = []
    waiting = iter(words)
    for word in waiting:
        option = by_name.get(word)
        if option is None:
            if word.startswith("-") and word != "-":
                return None
            arguments.append(word)
            continue
        value = next(waiting, "-") if option.metavar else ""
        if value.startswith("-") or (option.choices and value not in option.choices):
            return None  # the full parser says what is wrong
        values[option.name] = [*(values[option.name] or ()), value]
    return values, arguments


def _require_arguments(command: Command, arguments: Sequence[str]) -> None:
    if len(arguments) < command.least:
        raise SmlintError(f"expected {_expected(command)}", f"see smlint {command.name} --help")
    if command.most is not None and len(arguments) > command.most:
        raise SmlintError(f"unexpected argument '{arguments[command.most]}'", f"see smlint {command.name} --help")


def _expected(command: Command) -> str:
    """Return the arguments of a command in words: `at least one path`, `one of bash, zsh, fish`."""
    name, several, _ = command.arguments.strip("[]").partition(" ...")
    if several:
        return f"at least one {name.lower()}"
    return f"one of {name.replace('|', ', ')}" if "|" in name else name if name.isupper() else f"'{name}'"

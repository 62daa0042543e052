# pathlib costs several milliseconds at start
"""The command line: argv -> a command -> an exit code. With the commands, the only place that prints or reads the environment.

Exit codes: 0 nothing to report, 1 findings are left (or a patch, or no image), 2 a mistake in the call or an error of our own.
"""

from __future__ import annotations

import os
import sys

from smlint.cli.commands import COMMANDS, load
from smlint.cli.console import Console
from smlint.runtime.errors import SmlintError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import BinaryIO, TextIO


def main(
    argv: Sequence[str] | None = None,
    stdin: BinaryIO | None = None,
    stdout: TextIO | None = None,
    stderr: TextIO | None = None,
    environment: Mapping[str, str] | None = None,
) -> int:
    """Run one command line (without the program's name) and return its exit code. What is not given is the process's own."""
    own = stdout is None
    console = Console(
        stdin or (sys.stdin.buffer if sys.stdin is not None else None),
        stdout or sys.stdout or _nowhere(),
        stderr or sys.stderr or _nowhere(),
        os.environ if environment is None else environment,
    )
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        code = _run(words, console)
        console.flush()
    except SmlintError as error:
        code = 2
        console.complain(f"smlint: error: {error.what}")
        if error.hint:
            console.complain(f"hint: {error.hint}")
    except KeyboardInterrupt:
        code = 2
        console.complain("smlint: interrupted")
    except Exception as error:
        code = 2
        if isinstance(error, FileNotFoundError) and not _has_working_directory():
            console.complain("smlint: error: the working directory is not there any more")
        else:
            _own_fault(error, console)
    if own:
        _leave(console)
    return code


def _run(words: list[str], console: Console) -> int:
    if words in (["--version"], ["-V"]):
        return _version(console)
    from smlint.cli.options import parse

    name, words = _split(words)
    if name is None:
        return _without_command(words, console)
    module = load(name)
    parsed = parse(module.COMMAND, words)
    console.quiet, console.verbose = parsed.flag("--quiet"), parsed.flag("--verbose")
    console.color = parsed.value("--color") or "auto"
    if parsed.asks("--version"):
        return _version(console)
    if parsed.asks("--help"):
        from smlint.cli.options.help import help_text

        console.write(help_text(module.COMMAND))
        return 0
    return module.run(parsed, console)


def _split(words: list[str]) -> tuple[str | None, list[str]]:
    """The command's name, and the other words. Only global options may stand before the name."""
    from smlint.cli.options import GLOBAL

    switches = {name: option for option in GLOBAL.options for name in option.names}
    position = 0
    while position < len(words) and words[position].startswith("-") and words[position] != "-":
        name, equals, _ = words[position].partition("=")
        option = switches.get(name)
        position += 2 if option is not None and option.metavar and not equals else 1
    if position >= len(words):
        return None, words
    name, before, after = words[position], words[:position], words[position + 1 :]
    if name not in COMMANDS:
        raise _unknown_command(name)
    for word in before:
        if word.startswith("--") and word.partition("=")[0] not in switches:
            raise SmlintError(f"unknown option '{word}' before the command", f"write it behind: smlint {name} {word}")
    return name, before + after


def _unknown_command(name: str) -> SmlintError:
    from smlint.runtime.suggest import did_you_mean

    if name == "-" or os.path.exists(name):
        return SmlintError(f"unknown command '{name}'", f"did you mean 'smlint check {name}'?")
    return SmlintError(f"unknown command '{name}'", did_you_mean(name, COMMANDS) or f"commands are {', '.join(COMMANDS)}")


def _without_command(words: list[str], console: Console) -> int:
    from smlint.cli.options import Command, parse

    parsed = parse(Command("", ""), words)
    console.quiet = parsed.flag("--quiet")
    if parsed.flag("--version"):
        return _version(console)
    if parsed.flag("--help"):
        console.write(help_of_all())
        return 0
    console.write_aside(help_of_all().rstrip())
    return 2


def help_of_all() -> str:
    """The help text of the program: its commands and the global options."""
    from smlint.cli.options import GLOBAL
    from smlint.cli.options.help import options_text, table_text

    commands = table_text([(name, load(name).COMMAND.summary) for name in COMMANDS])
    return (
        "Check that the container image of every SageMaker deployment fits its instance type and Region,\n"
        "and repair it. Works offline.\n\n"
        f"Usage: smlint [OPTIONS] COMMAND ...\n\nCommands:\n{commands}\n\n{options_text(GLOBAL)}\n\n"
        "Exit codes: 0 nothing to report; 1 findings are left, or there is no such image; 2 an error.\n"
        "'smlint COMMAND --help' tells the options of a command.\n"
    )


def _version(console: Console) -> int:
    from smlint import __version__
    from smlint.cli.commands.catalog_age import warn_if_old
    from smlint.images.bundled import date_of
    from smlint.runtime.clock import today

    day = date_of(console.environment.get("SMLINT_CATALOG") or None)
    console.write(f"smlint {__version__} (catalog {day})\n")
    warn_if_old(day, today(), console)
    return 0


def _has_working_directory() -> bool:
    try:
        os.getcwd()
    except FileNotFoundError:
        return False
    return True


def _own_fault(error: Exception, console: Console) -> None:
    """Say that smlint failed: in one line, or with the traceback if that is wanted."""
    if console.verbose:
        from traceback import format_exc

        for line in format_exc().splitlines():
            console.complain(line)
    what = " ".join(f"{type(error).__name__}: {error}".split())
    console.complain(f"smlint: internal error: {what}")
    if not console.verbose:
        console.complain("hint: run it again with -v to see where, and please report it")


def _nowhere() -> TextIO:
    return open(os.devnull, "w", encoding="utf-8")  # lives as long as the process


def _leave(console: Console) -> None:
    """Keep the interpreter from complaining at its end about what it cannot write any more: the reader left, or the disk is full."""
    try:  # noqa: SIM105  # contextlib takes a millisecond to import
        console.flush()  # of a run that failed, something may still be waiting
    except SmlintError:
        pass
    if console.reader_left:
        devnull = os.open(os.devnull, os.O_WRONLY)
        os.dup2(devnull, console.stdout.fileno())

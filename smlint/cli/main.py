# os.path, not pathlib: importing pathlib takes several milliseconds
"""Run a command line: parse it, run its command, and return the exit code.

Exit codes: 0 success, or only findings below `--fail-on`; 1 findings (or a patch, or no matching image); 2 invalid usage or an internal
error. Only `smlint.cli` prints, or reads arguments and environment variables.
"""

from __future__ import annotations

import os
import sys

from smlint.cli.command_table import COMMANDS, load
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
    """Run a command line (without the program name) and return its exit code.

    Arguments, streams and environment variables default to those of the process.
    """
    own_stdout = stdout is None
    console = Console(
        stdin or (sys.stdin.buffer if sys.stdin is not None else None),
        stdout or sys.stdout or _null_stream(),
        stderr or sys.stderr or _null_stream(),
        os.environ if environment is None else environment,
    )
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        code = _run(words, console)
        console.flush()
    except SmlintError as error:
        code = 2
        if console.verbose and error.__cause__ is not None:
            _print_traceback(error.__cause__, console)
        console.print_error(f"smlint: error: {error.what}")
        if error.hint:
            console.print_error(f"hint: {error.hint}")
    except KeyboardInterrupt:
        code = 2
        console.print_error("smlint: interrupted")
    except Exception as error:
        code = 2
        if isinstance(error, FileNotFoundError) and not _has_working_directory():
            console.print_error("smlint: error: the working directory no longer exists")
        else:
            _print_internal_error(error, console)
    if own_stdout:
        _silence_exit(console)
    return code


def _run(words: list[str], console: Console) -> int:
    if words in (["--version"], ["-V"]):
        return _version(console)
    from smlint.cli.options.parse import parse

    name, words = _split(words)
    if name is None:
        return _without_command(words, console)
    module = load(name)
    parsed = parse(module.COMMAND, words)
    console.quiet, console.verbose = parsed.flag("--quiet"), parsed.flag("--verbose")
    console.color = parsed.value("--color") or "auto"
    if parsed.global_flag("--version"):
        return _version(console)
    if parsed.global_flag("--help"):
        from smlint.cli.options.help import help_text

        console.write(help_text(module.COMMAND))
        return 0
    return module.run(parsed, console)


def _split(words: list[str]) -> tuple[str | None, list[str]]:
    """Split the name of the command from the other words. Only global options may precede it."""
    from smlint.cli.options.model import GLOBAL_OPTIONS

    switches = {name: option for option in GLOBAL_OPTIONS.options for name in option.names}
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
            raise SmlintError(f"unknown option '{word}' before the command", f"put it after the command: smlint {name} {word}")
    return name, before + after


def _unknown_command(name: str) -> SmlintError:
    from smlint.runtime.suggest import did_you_mean

    if name == "-" or os.path.exists(name):
        return SmlintError(f"unknown command '{name}'", f"did you mean 'smlint check {name}'?")
    return SmlintError(f"unknown command '{name}'", did_you_mean(name, COMMANDS) or f"choose from {', '.join(COMMANDS)}")


def _without_command(words: list[str], console: Console) -> int:
    from smlint.cli.options.model import Command
    from smlint.cli.options.parse import parse

    parsed = parse(Command("", ""), words)
    console.quiet = parsed.flag("--quiet")
    if parsed.flag("--version"):
        return _version(console)
    if parsed.flag("--help"):
        console.write(program_help())
        return 0
    console.write_stderr(program_help().rstrip())
    return 2


def program_help() -> str:
    """Return the help text of smlint: its commands and the global options."""
    from smlint.cli.options.help import options_text, table_text
    from smlint.cli.options.model import GLOBAL_OPTIONS

    commands = table_text([(name, load(name).COMMAND.summary) for name in COMMANDS])
    return (
        "Find and fix container images that do not match the instance type or AWS Region of a SageMaker\n"
        "deployment. Works offline.\n\n"
        f"Usage: smlint [OPTIONS] COMMAND ...\n\nCommands:\n{commands}\n\n{options_text(GLOBAL_OPTIONS)}\n\n"
        "Exit codes: 0 success, or only findings below --fail-on; 1 findings, or no matching image;\n2 an error.\n"
        "Run 'smlint COMMAND --help' for the options of a command.\n"
    )


def _version(console: Console) -> int:
    from smlint import __version__
    from smlint.cli.commands.catalog_age import warn_if_old
    from smlint.images.catalog_file import catalog_date
    from smlint.runtime.clock import today

    day = catalog_date(console.environment.get("SMLINT_CATALOG") or None)
    console.write(f"smlint {__version__} (catalog {day})\n")
    warn_if_old(day, today(), console)
    return 0


def _has_working_directory() -> bool:
    try:
        os.getcwd()
    except FileNotFoundError:
        return False
    return True


def _print_internal_error(error: Exception, console: Console) -> None:
    """Report an internal error: in one line, and with the traceback if --verbose was given."""
    if console.verbose:
        _print_traceback(error, console)
    what = " ".join(f"{type(error).__name__}: {error}".split())
    console.print_error(f"smlint: internal error: {what}")
    if not console.verbose:
        console.print_error("hint: rerun with -v for the traceback, and please report this")


def _print_traceback(error: BaseException, console: Console) -> None:
    from traceback import format_exception

    for line in "".join(format_exception(error)).splitlines():
        console.print_error(line)


def _null_stream() -> TextIO:
    return open(os.devnull, "w", encoding="utf-8")  # open until the process ends


def _silence_exit(console: Console) -> None:
    """Keep the interpreter from reporting at exit that it cannot flush a closed pipe or a full disk."""
    try:  # noqa: SIM105  # contextlib takes a millisecond to import
        console.flush()  # a failed run may have left output in the buffer
    except SmlintError:
        pass
    if console.pipe_closed:
        devnull = os.open(os.devnull, os.O_WRONLY)
        os.dup2(devnull, console.stdout.fileno())

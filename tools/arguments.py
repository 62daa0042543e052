"""The command lines of the scripts: `--help`, `--check`, and errors in one line with exit code 2."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import NoReturn


class Arguments(argparse.ArgumentParser):
    """A parser whose help starts with the docstring of the script, and whose errors take one line."""

    def __init__(self, docstring: str | None) -> None:
        super().__init__(description=docstring, formatter_class=argparse.RawDescriptionHelpFormatter)

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: error: {message}\n")


def existing_file(text: str) -> Path:
    """Return the path of a file. Raises `ArgumentTypeError` if there is no such file."""
    path = Path(text)
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"no such file: {text}")
    return path


def check_only(docstring: str | None, argv: list[str] | None = None) -> bool:
    """Parse the command line of a script that generates files, and return whether `--check` was given."""
    parser = Arguments(docstring)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the files are out of date")
    return bool(parser.parse_args(argv).check)

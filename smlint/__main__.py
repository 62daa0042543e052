"""`python -m smlint`, and the entry point of the installed command."""

import gc
import os
import sys


def run() -> None:
    """Run the process's own command line, and end the process.

    It ends without the interpreter's clearing up, which takes a tenth of the time of a short run. `python -m smlint` does clear up, for
    the sake of profilers and the like.
    """
    code = _code()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (AttributeError, OSError, ValueError):  # there is none, its reader left, or it was closed
        pass
    os._exit(code)


def _code() -> int:
    """The exit code of the command line; an interrupt while the program is still being imported ends it quietly too."""
    gc.set_threshold(100_000)  # a short run ends before the collector first goes through all that was imported
    try:
        from smlint.cli import main

        return main()
    except KeyboardInterrupt:
        return 2


if __name__ == "__main__":
    raise SystemExit(_code())

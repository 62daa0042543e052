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
    """The exit code of the command line: 2 when it was interrupted, also while the program is still being imported."""
    gc.set_threshold(100_000)  # a short run ends before the collector first goes through all that was imported
    from smlint.runtime.signals import ignore_interrupts, raise_on_interrupt, report_interrupt

    try:
        raise_on_interrupt()
        from smlint.cli.main import main

        code = main()
        ignore_interrupts()  # the code is known: an interrupt comes too late
    except KeyboardInterrupt:  # before or after what tells of it itself
        report_interrupt()
        code = 2
    return code


def _forget_working_directory() -> None:
    """Take the working directory, which `python -m` puts first, off the path of imports: what lies in a linted folder is never run."""
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    if sys.path and not sys.flags.safe_path and os.path.realpath(sys.path[0]) != os.path.realpath(here):
        del sys.path[0]


if __name__ == "__main__":
    _forget_working_directory()
    raise SystemExit(_code())

"""`python -m smlint`, and the entry point of the installed command."""

import gc
import os
import sys


def run() -> None:
    """Run the command line of the process, and exit.

    The process exits without the interpreter's cleanup, which takes a tenth of the time of a short run. `python -m smlint` does clean up,
    as profilers need it.
    """
    code = _exit_code()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (AttributeError, OSError, ValueError):  # missing, a closed pipe, or closed
        pass
    os._exit(code)


def _exit_code() -> int:
    """Run the command line and return its exit code: 2 if it was interrupted, even while smlint is still being imported."""
    gc.set_threshold(100_000)  # a short run ends before the collector first traverses all imported modules
    from smlint.runtime.signals import ignore_interrupts, raise_on_interrupt, report_interrupt

    try:
        raise_on_interrupt()
        from smlint.cli.main import main

        code = main()
        ignore_interrupts()  # the exit code is final: an interrupt comes too late
    except KeyboardInterrupt:  # before or after `main`, which reports its own
        report_interrupt()
        code = 2
    return code


def _drop_working_directory() -> None:
    """Remove the working directory, which `python -m` prepends, from the import path: files of a linted folder are never run."""
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    if sys.path and not sys.flags.safe_path and os.path.realpath(sys.path[0]) != os.path.realpath(here):
        del sys.path[0]


if __name__ == "__main__":
    _drop_working_directory()
    raise SystemExit(_exit_code())

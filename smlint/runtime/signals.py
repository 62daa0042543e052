"""Handle the signals that interrupt smlint, and defer them while files are written."""

from __future__ import annotations

# The C module behind `signal`, without the enums that make `signal` slow to import.
import _signal  # type: ignore[import-not-found]
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sys import UnraisableHookArgs


def interrupts() -> list[int]:
    """Return the numbers of the interrupting signals that the platform has."""
    return [getattr(_signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(_signal, name)]


def raise_on_interrupt() -> None:
    """Make each signal raise `KeyboardInterrupt`, so that temporary files are removed. Signals ignored so far (`nohup`) stay ignored."""
    for number in interrupts():
        if _signal.getsignal(number) in (_signal.SIG_DFL, _signal.default_int_handler):
            _signal.signal(number, _interrupt)
    sys.unraisablehook = _unraisable


def exit_on_interrupt() -> None:
    """Make each signal end the process at once: for a process that writes no files and whose threads would delay the exit."""
    for number in interrupts():
        if _signal.getsignal(number) is not _signal.SIG_IGN:
            _signal.signal(number, _exit)


def ignore_interrupts() -> None:
    """Ignore each signal from now on."""
    for number in interrupts():
        _signal.signal(number, _signal.SIG_IGN)


def report_interrupt() -> None:
    """Write that the run was interrupted to standard error, without the console."""
    try:  # noqa: SIM105  # importing contextlib takes 1 ms
        os.write(2, b"smlint: interrupted\n")
    except OSError:  # standard error is closed
        pass


def _interrupt(*_: object) -> None:
    """Raise for the first signal, and ignore later ones, which would disturb the cleanup."""
    ignore_interrupts()
    raise KeyboardInterrupt


def _exit(*_: object) -> None:
    report_interrupt()
    os._exit(2)


def _unraisable(unraisable: UnraisableHookArgs) -> None:
    """End the process if the interrupt arrived in a destructor, where Python cannot raise it; report other errors as Python does."""
    if unraisable.exc_type is not KeyboardInterrupt:
        sys.__unraisablehook__(unraisable)
        return
    _exit()  # no manifest is being written: signals are deferred during a write


class DeferSignals:
    """Context manager that defers interrupting signals until the end of a `with` block. Has no effect on Windows."""

    def __enter__(self) -> None:
        if hasattr(_signal, "pthread_sigmask"):
            self._before = _signal.pthread_sigmask(_signal.SIG_BLOCK, interrupts())

    def __exit__(self, *_: object) -> None:
        if hasattr(_signal, "pthread_sigmask"):
            _signal.pthread_sigmask(_signal.SIG_SETMASK, self._before)

"""The signals that ask smlint to end: what they do, and the moments at which they have to wait."""

from __future__ import annotations

# What `signal` is made of, which puts names to its numbers, at the cost of an import.
import _signal  # type: ignore[import-not-found]
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sys import UnraisableHookArgs


def interrupts() -> list[int]:
    """The numbers of the signals, as far as the platform has them."""
    return [getattr(_signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(_signal, name)]


def raise_on_interrupt() -> None:
    """Let each of them raise `KeyboardInterrupt`, so that what is being written is cleared away; one that was to be ignored (`nohup`) still is."""
    for number in interrupts():
        if _signal.getsignal(number) in (_signal.SIG_DFL, _signal.default_int_handler):
            _signal.signal(number, _interrupt)
    sys.unraisablehook = _unraisable


def exit_on_interrupt() -> None:
    """Let each of them end the process then and there: for one that writes no file, and whose threads would be waited for."""
    for number in interrupts():
        if _signal.getsignal(number) is not _signal.SIG_IGN:
            _signal.signal(number, _end)


def ignore_interrupts() -> None:
    """Let none of them do anything any more."""
    for number in interrupts():
        _signal.signal(number, _signal.SIG_IGN)


def report_interrupt() -> None:
    """Say that the run was interrupted, where nothing is left of what could say it otherwise."""
    try:  # noqa: SIM105  # contextlib takes a millisecond to import
        os.write(2, b"smlint: interrupted\n")
    except OSError:  # standard error is closed, or its reader left
        pass


def _interrupt(*_: object) -> None:
    """Handle the first signal. Those after it say nothing new, and would disturb the clearing up."""
    ignore_interrupts()
    raise KeyboardInterrupt


def _end(*_: object) -> None:
    report_interrupt()
    os._exit(2)


def _unraisable(unraisable: UnraisableHookArgs) -> None:
    """End the process if the interrupt came in a destructor, out of which Python raises nothing; report any other error as Python does."""
    if unraisable.exc_type is not KeyboardInterrupt:
        sys.__unraisablehook__(unraisable)
        return
    _end()  # no manifest is being written: signals are held back then


class DeferSignals:
    """Lets them wait until the end of a `with` block, where the platform can (Windows cannot)."""

    def __enter__(self) -> None:
        if hasattr(_signal, "pthread_sigmask"):
            self._before = _signal.pthread_sigmask(_signal.SIG_BLOCK, interrupts())

    def __exit__(self, *_: object) -> None:
        if hasattr(_signal, "pthread_sigmask"):
            _signal.pthread_sigmask(_signal.SIG_SETMASK, self._before)

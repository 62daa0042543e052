"""The error that smlint reports to users. A module without imports, because a short run may need nothing else."""


class SmlintError(Exception):
    """An error that the user can fix: a bad option, configuration, catalog or path. Caught once, in the command line.

    `what` states the problem in one line, `hint` the remedy.
    """

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint


def line_of(error: Exception) -> str:
    """Return the line of a syntax error for a message, such as ` (line 3)`; empty if the error has none."""
    line = getattr(error, "lineno", None)
    return f" (line {line})" if line is not None else ""

"""The error that smlint reports to users. A module without imports, because a short run may need nothing else."""


class SmlintError(Exception):
    """An error that the user can fix: a bad option, configuration, catalog or path. Caught once, in the command line.

    `what` states the problem in one line, `hint` the remedy.
    """

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint

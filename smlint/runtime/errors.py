"""The one error that is shown to users. In a file of its own, since much of a short run needs nothing else of `smlint.model`."""


class SmlintError(Exception):
    """Something the user can put right: a bad option, configuration, catalogue or path. Caught once, in the command line.

    `what` says what is wrong in one line, `hint` what to do about it.
    """

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint

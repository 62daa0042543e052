"""Versions that YAML reads as numbers."""

from __future__ import annotations

from smlint.model.deployment import Problem, ProblemKind
from smlint.model.text import TextRange
from smlint.readers.common import scalar_text
from smlint.syntax import Scalar, scalar_data


def unquoted_version(scalar: Scalar, key: str, path: str, resource: str) -> Problem:
    """Return the problem of a version written as a number: `1.10` is the float 1.1. The intended version is the text as written.

    `path` is the JSON pointer of the version.
    """
    number = str(scalar_data(scalar))
    seen = f"is the number {number}" if number != scalar.value else "is a number"
    return Problem(
        kind=ProblemKind.UNQUOTED_VERSION,
        place=TextRange(scalar_text(scalar)),
        message=f"{key} {scalar.value} {seen}, expected a quoted string",
        pointer=path,
        resource=resource,
        replacement=scalar.value,
    )

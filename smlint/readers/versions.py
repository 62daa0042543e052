"""Versions that YAML reads as numbers."""

from __future__ import annotations

from smlint.model.deployment import Problem, ProblemKind
from smlint.model.text import TextRange
from smlint.readers.common import scalar_text
from smlint.syntax import Scalar, scalar_data


def unquoted_version(scalar: Scalar, key: str, where: str, resource: str) -> Problem:
    """The problem of a version written as a number: `1.10` is the float 1.1. The version that was meant is the text as written."""
    read = str(scalar_data(scalar))
    seen = f"is the number {read}" if read != scalar.value else "is a number"
    message = f"{key} {scalar.value} {seen}, expected quoted text"
    return Problem(ProblemKind.UNQUOTED_VERSION, TextRange(scalar_text(scalar)), message, where, resource, scalar.value)

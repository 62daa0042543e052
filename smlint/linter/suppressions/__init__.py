"""Suppressions written in the linted file: comments, and metadata in formats that have no comments.

A suppression names rules and gives a reason. It is reported if it names an unknown rule or suppresses nothing.
"""

from __future__ import annotations

from smlint.linter.suppressions.apply import apply_suppressions, covering_directive
from smlint.linter.suppressions.comments import comment_directives
from smlint.linter.suppressions.directive import RULE, Area, Directive, Directives, MalformedDirective
from smlint.linter.suppressions.metadata import metadata_directives

__all__ = [
    "RULE",
    "Area",
    "Directive",
    "Directives",
    "MalformedDirective",
    "apply_suppressions",
    "comment_directives",
    "covering_directive",
    "metadata_directives",
]

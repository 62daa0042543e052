"""What is written in a manifest to silence findings: comments, and metadata in formats that have no comments.

Whatever it is written in, it names rules and gives a reason, and it is reported when it names no rule or silences nothing.
"""

from smlint.linter.suppressions.apply import apply
from smlint.linter.suppressions.comments import in_comments
from smlint.linter.suppressions.directive import RULE, Area, Directive, Mistake
from smlint.linter.suppressions.metadata import in_metadata

__all__ = ["RULE", "Area", "Directive", "Mistake", "apply", "in_comments", "in_metadata"]

"""Values for the parameters of a template in files that deploy it: pipelines, stack sets, workflows, scripts and tools' own files.

Such a file names the template, by its path below the file or one of the folders above it, at the end of an address in Amazon S3, or as an
artifact (`source::templates/child.yaml`). What it sets is a value that the parameter may have. Formats, read 2026-11-29:
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-stackset.html,
https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CloudFormation.html,
https://docs.sceptre-project.org/latest/docs/stack_config.html, https://aws-ia.github.io/taskcat/docs/usage/GENERAL_USAGE/,
https://docs.aws.amazon.com/cli/latest/reference/cloudformation/create-stack.html.
"""

from __future__ import annotations

import os

from smlint.project.files import ProjectFiles
from smlint.project.setting_files import SettingFiles, sets_parameters

_MAX_PATH = 300
"""The most characters of a path before the name of the template."""


class ParameterUsers:
    """The files in the trees around templates that may deploy them."""

    def __init__(self, files: ProjectFiles, settings: SettingFiles) -> None:
        self._files = files
        self._settings = settings

    def values(self, path: str) -> tuple[tuple[str, str | None], ...]:
        """Return the values that files in the tree of a template, an absolute path, set its parameters to, as (name, value) pairs."""
        tree = self._settings.around(os.path.dirname(path))
        name = os.path.basename(path).encode("utf-8", "replace")
        found: dict[tuple[str, str | None], None] = {}
        if name not in tree.parameter_bytes:  # most templates are named in no other file: one search instead of hundreds
            return ()
        for other, data in tree.files:
            if name not in data or other == path or not sets_parameters(data):
                continue
            mention = _Mention(path, other, tree.folders[0])
            if mention.is_in(data.decode("utf-8", "replace")) and self._files.accepts(other):
                from smlint.project.set_parameters import set_parameters

                found |= dict.fromkeys(set_parameters(other, self._files.text(other) or "", mention.is_in))
        return tuple(found)


class _Mention:
    """Recognizes the name of a template, an absolute path, in another file below `root`."""

    def __init__(self, path: str, other: str, root: str) -> None:
        self._path = path
        self._other = other
        self._above = [os.path.dirname(other)]
        while self._above[-1] != root and len(self._above) < 10 and self._above[-1] != os.path.dirname(self._above[-1]):
            self._above.append(os.path.dirname(self._above[-1]))

    def is_in(self, text: str) -> bool:
        """Return whether a text names the template."""
        name = os.path.basename(self._path)
        start = text.find(name)
        while start >= 0:
            end = start + len(name)
            if not _continues_name(text[end : end + 1]):
                first = start
                while first > max(start - _MAX_PATH, 0) and _is_in_path(text[first - 1]):
                    first -= 1
                if self._is_path(text[first:end]):
                    return True
            start = text.find(name, end)
        return False

    def _is_path(self, token: str) -> bool:
        """Return whether a path is that of the template: the longest end of it that is a file, from the nearest folder, decides."""
        parts = [part for part in token.replace("::", "/").split("/") if part not in ("", ".", "..")]
        if parts[-1] != os.path.basename(self._path):
            return False
        for length in range(len(parts), 0, -1):
            end = os.path.join(*parts[-length:])
            for folder in self._above:
                named = os.path.join(folder, end)
                if named != self._other and os.path.isfile(named):
                    return named == self._path
        return True


def _continues_name(character: str) -> bool:
    return character.isalnum() or (character != "" and character in "_.-")


def _is_in_path(character: str) -> bool:
    return character.isalnum() or character in "_./${}:@~+-"

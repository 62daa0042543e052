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
from smlint.project.folder_tree import FolderTrees
from smlint.runtime.named_tuple import NamedTuple

MAX_FILES = 500
"""The most files of a tree to search."""

MAX_BYTES = 100_000
"""The largest file to search."""

_SUFFIXES = (
    ".yaml", ".yml", ".json", ".template",
    ".sh", ".bash", ".ps1", ".py", ".tf", ".mk", ".toml", ".cmd", ".bat", ".groovy", ".ts", ".js",
)  # fmt: skip
_SCRIPT_NAMES = ("Makefile", "Jenkinsfile", "justfile")
_HIDDEN_FOLDERS = (os.path.join(".github", "workflows"),)

_MAX_PATH = 300
"""The most characters of a path before the name of the template."""


class _Setters(NamedTuple):
    """The files in some folders that may set parameters, each with its bytes, and all bytes together."""

    files: tuple[tuple[str, bytes], ...]
    joined: bytes


class ParameterUsers:
    """The files in the trees around templates that may deploy them. Each file is read once."""

    def __init__(self, files: ProjectFiles) -> None:
        self._files = files
        self._trees = FolderTrees(files)
        self._setters: dict[str, _Setters] = {}

    def values(self, path: str) -> tuple[tuple[str, str | None], ...]:
        """Return the values that files in the tree of a template, an absolute path, set its parameters to, as (name, value) pairs."""
        folders, _ = self._trees.around(os.path.dirname(path))
        name = os.path.basename(path).encode("utf-8", "replace")
        found: dict[tuple[str, str | None], None] = {}
        setters = self._setters_in(folders)
        if name not in setters.joined:  # most templates are named in no other file: one search instead of hundreds
            return ()
        for other, data in setters.files:
            if name not in data or other == path:
                continue
            mention = _Mention(path, other, folders[0])
            if mention.is_in(data.decode("utf-8", "replace")) and self._files.accepts(other):
                from smlint.project.set_parameters import set_parameters

                found |= dict.fromkeys(set_parameters(other, self._files.text(other) or "", mention.is_in))
        return tuple(found)

    def _setters_in(self, folders: tuple[str, ...]) -> _Setters:
        root = folders[0]
        if root not in self._setters:
            paths = [
                os.path.join(folder, name)
                for folder in (*folders, *(os.path.join(root, hidden) for hidden in _HIDDEN_FOLDERS))
                for name in self._files.names(folder)
                if name.endswith(_SUFFIXES) or name in _SCRIPT_NAMES
            ]
            read = ((path, self._files.data(path)) for path in paths[:MAX_FILES] if self._files.size(path) <= MAX_BYTES)
            setters = tuple((path, data) for path, data in read if b"arameter" in data or b"params" in data)
            self._setters[root] = _Setters(setters, b"\n".join(data for _, data in setters))
        return self._setters[root]


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

"""The files of a repository that may set parameters of its templates and variables of its Terraform modules: workflows, scripts, settings."""

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
    ".yaml", ".yml", ".json", ".template", ".tf", ".hcl", ".toml", ".env", ".envrc", ".md",
    ".sh", ".bash", ".zsh", ".fish", ".cmd", ".bat", ".ps1", ".psm1", ".mk", ".gradle", ".groovy",
    ".py", ".ts", ".mts", ".js", ".mjs", ".cjs", ".rb", ".go", ".java", ".kt", ".cs",
)  # fmt: skip
_SCRIPT_NAMES = ("Makefile", "makefile", "GNUmakefile", "Jenkinsfile", "Rakefile", "Earthfile", "justfile", "Justfile")
_HIDDEN_FOLDERS = (os.path.join(".github", "workflows"), ".circleci", ".buildkite")
_WORDS = (b"TF_VAR_", b"-var", b"inputs")


Value = tuple[str, "str | None"]
"""A parameter or variable that a file sets, and its value; None for a value that the file does not determine."""


def literal(value: str) -> str | None:
    """Return a value, without the punctuation of a sentence around it; None if it is empty, or filled in later."""
    if is_hardware_or_image(value := value.strip("\"'`")):
        value = value.rstrip(".,;:!?*_`")
    return None if not value or any(mark in value for mark in "${<%") else value


def is_hardware_or_image(value: str) -> bool:
    """Return whether a value is an instance type or an image."""
    return value.startswith("ml.") or ".dkr" in value


class SettingTree(NamedTuple):
    """The folders around a file, their root first, and the files in them that may set something, each with its bytes.

    `parameter_bytes` are the bytes of all files that may set parameters of templates.
    """

    folders: tuple[str, ...]
    files: tuple[tuple[str, bytes], ...]
    parameter_bytes: bytes


class SettingFiles:
    """Finds the files in the trees around templates and modules. Each file is read once."""

    def __init__(self, files: ProjectFiles) -> None:
        self._files = files
        self._trees = FolderTrees(files)
        self._found: dict[str, SettingTree] = {}

    def around(self, folder: str) -> SettingTree:
        """Return the files in the tree around a folder."""
        folders, _ = self._trees.around(folder)
        root = folders[0]
        if root not in self._found:
            paths = [
                os.path.join(each, name)
                for each in (*folders, *(os.path.join(root, hidden) for hidden in _HIDDEN_FOLDERS))
                for name in self._files.names(each)
                if name.endswith(_SUFFIXES) or name in _SCRIPT_NAMES
            ]
            read = ((path, self._files.data(path)) for path in paths[:MAX_FILES] if self._files.size(path) <= MAX_BYTES)
            found = tuple((path, data) for path, data in read if sets_parameters(data) or any(word in data for word in _WORDS))
            self._found[root] = SettingTree(folders, found, b"\n".join(data for _, data in found if sets_parameters(data)))
        return self._found[root]


def sets_parameters(data: bytes) -> bool:
    """Return whether a file may set parameters of a template."""
    return b"arameter" in data or b"params" in data

"""The files of a repository that may deploy its templates and Terraform modules, with values and Regions of their own: workflows, scripts."""

from __future__ import annotations

import os
from collections.abc import Iterator

from smlint.project.files import ProjectFiles
from smlint.project.folder_tree import FolderTrees, is_repository, root_of
from smlint.runtime.named_tuple import NamedTuple

MAX_FILES = 2000
"""The most files of a tree to search."""

MAX_FOLDERS = 1000
"""The most folders of a tree to search."""

MAX_DEPTH = 20

MAX_BYTES = 1_000_000
"""The largest file to search for values. Of a larger one, only the templates that it names are of interest."""

MAX_TREE_BYTES = 16_000_000
"""The most bytes of a tree to search."""

_SUFFIXES = (
    ".yaml", ".yml", ".json", ".template", ".tf", ".hcl", ".toml", ".ini", ".cfg", ".conf", ".properties", ".xml", ".env", ".envrc",
    ".md", ".rst", ".adoc", ".txt", ".ipynb", ".sh", ".bash", ".zsh", ".fish", ".nu", ".cmd", ".bat", ".ps1", ".psm1", ".mk", ".just",
    ".gradle", ".groovy", ".py", ".ts", ".tsx", ".mts", ".cts", ".js", ".mjs", ".cjs", ".rb", ".rake", ".go", ".java", ".kt", ".kts",
    ".scala", ".cs", ".fs", ".rs", ".swift", ".php", ".pl", ".lua", ".nix", ".ex", ".exs", ".clj",
)  # fmt: skip
_CACHES = frozenset([
    ".git", ".terraform", ".terragrunt-cache", ".venv", ".tox", ".nox", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", ".cache",
    ".aws-sam", ".serverless", ".idea", ".eggs", ".gradle", ".yarn", ".pnpm-store", ".next", ".nuxt", ".ipynb_checkpoints",
])  # fmt: skip
"""The hidden folders at the root of a tree that tools fill."""

_MAX_HIDDEN_FOLDERS = 200

_START = 8192
"""The bytes of a file that show whether it is binary."""

_WORDS = (b"TF_VAR_", b"-var", b"inputs")
_REGION_STARTS = (b"us-", b"eu-", b"eusc-", b"ap-", b"ca-", b"sa-", b"me-", b"af-", b"il-", b"mx-", b"cn-")

Value = tuple[str, "str | None"]
"""A parameter or variable that a file sets, and its value; None for a value that the file does not determine."""


def literal(value: str) -> str | None:
    """Return a value, without the punctuation of a sentence or an escaped line end after it; None if it is empty, or filled in later."""
    if is_hardware_or_image(value := value.strip("\"'`")):
        value = value.partition("\\")[0].rstrip(".,;:!?*_`")
    return None if not value or any(mark in value for mark in "${<%") else value


def is_hardware_or_image(value: str) -> bool:
    """Return whether a value is an instance type or an image."""
    return value.startswith("ml.") or ".dkr" in value


class SettingTree(NamedTuple):
    """The folders around a file, their root first, and the files in them that may set something, each with its bytes.

    `variable_files` are those among `files` that may set variables of Terraform, `region_files` the files that may name a Region,
    `large_files` those that may set something and are too large to search for values. The tree is not `is_complete` if it has more folders,
    files or bytes than smlint searches.
    """

    folders: tuple[str, ...]
    files: tuple[tuple[str, bytes], ...]
    variable_files: tuple[tuple[str, bytes], ...]
    region_files: tuple[tuple[str, bytes], ...]
    large_files: tuple[tuple[str, bytes], ...]
    is_complete: bool


class SettingFiles:
    """Finds the files in the trees around templates and modules. Each file is read once."""

    def __init__(self, files: ProjectFiles) -> None:
        self._files = files
        self._trees = FolderTrees(files, MAX_FOLDERS, MAX_DEPTH)
        self._found: dict[str, SettingTree] = {}

    def around(self, folder: str) -> SettingTree:
        """Return the files in the tree around a folder.

        Without a repository, the folder above may have nothing to do with it: it is left out if it has too many files.
        """
        root = root_of(folder, self._files)
        tree = self._tree(root)
        is_guess = root == os.path.dirname(folder) and root not in (os.getcwd(), self._files.folder_of_targets) and not is_repository(root)
        return tree if tree.is_complete or not is_guess else self._tree(folder)

    def _tree(self, root: str) -> SettingTree:
        if root not in self._found:
            folders, is_complete = self._trees.below(root)
            paths = list(self._paths(folders))
            if len(paths) > MAX_FILES:
                paths = [path for path in paths if self._files.accepts(path)]
            found: list[tuple[str, bytes]] = []
            regional: list[tuple[str, bytes]] = []
            large: list[tuple[str, bytes]] = []
            size = 0
            for path in paths[:MAX_FILES]:
                if size > MAX_TREE_BYTES:
                    break
                data = self._files.data(path)
                if b"\0" in data[:_START] or (len(data) > MAX_BYTES and not self._files.accepts(path)):
                    continue
                size += len(data)
                if _may_set(data):
                    (found if len(data) <= MAX_BYTES else large).append((path, data))
                if len(data) <= MAX_BYTES and any(start in data for start in _REGION_STARTS):
                    regional.append((path, data))
            is_complete = is_complete and len(paths) <= MAX_FILES and size <= MAX_TREE_BYTES
            variables = tuple((path, data) for path, data in found if any(word in data for word in _WORDS))
            self._found[root] = SettingTree(
                folders=folders,
                files=tuple(found),
                variable_files=variables,
                region_files=tuple(regional),
                large_files=tuple(large),
                is_complete=is_complete,
            )
        return self._found[root]

    def _paths(self, folders: tuple[str, ...]) -> Iterator[str]:
        """Yield the files in folders, and in the hidden folders at their root, that may set something."""
        for folder in (*self._hidden(folders[0]), *folders):
            for name in self._files.names(folder):
                if name.endswith(_SUFFIXES) or "." not in name or name.startswith("param"):
                    yield os.path.join(folder, name)

    def _hidden(self, root: str) -> Iterator[str]:
        """Yield the hidden folders at the root, other than those that tools fill, and the folders in them."""
        waiting = [path for path in self._files.hidden_folders(root) if os.path.basename(path) not in _CACHES]
        for _ in range(_MAX_HIDDEN_FOLDERS):
            if waiting:
                yield (folder := waiting.pop(0))
                waiting += self._files.folders(folder)


def _may_set(data: bytes) -> bool:
    return sets_parameters(data) or b"ml." in data or b".dkr" in data or any(word in data for word in _WORDS)


def sets_parameters(data: bytes) -> bool:
    """Return whether a file may set parameters of a template."""
    return any(word in data for word in (b"arameter", b"param", b"ariables"))

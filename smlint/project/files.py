"""The files around the targets of a run, each read at most once. Unsaved text replaces the file on disk."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from functools import cached_property

from smlint.files.discovery import list_folder
from smlint.files.loading import UnreadableFile, decode_source, load_source
from smlint.files.read import SourceError, read_bytes, read_source
from smlint.model.settings import Settings
from smlint.model.source import Source
from smlint.readers.table import QUICK_SCAN, SUFFIXES
from smlint.runtime.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from smlint.files.ignoring import FolderFilter

MAX_FILES = 200
"""The most files of one folder, besides targets, to search for parts of the targets' deployments."""

MAX_BYTES = 16_000_000
"""The most bytes of these files to read."""


Needle = tuple[str, ...]
"""Words that a file must all contain."""

_LETTER_ESCAPE = rb"\\(?:u00|x)(?:2[dD]|3\d|[4-7][0-9a-fA-F])"


class Search(NamedTuple):
    """The files of a folder in which a needle was found, and whether all files of the folder were searched."""

    sources: tuple[Source, ...]
    complete: bool


class ProjectFiles:
    """Lists folders and loads files, without those that are ignored or excluded.

    `targets` are the paths of the files that the run reports, `unsaved` the texts that replace files, by absolute path.
    """

    def __init__(self, settings: Settings, targets: Iterable[str], unsaved: Mapping[str, Source]) -> None:
        self._settings = settings
        self._paths = tuple(targets)
        self._unsaved = unsaved
        self._names: dict[str, tuple[str, ...]] = {}
        self._filters: dict[str, FolderFilter] = {}
        self._sources: dict[str, Source | None] = {}
        self._folder_of_targets: str | None = None

    @cached_property
    def _targets(self) -> frozenset[str]:
        """The absolute paths of the targets: a run over files without a deployment needs none of them."""
        return frozenset(map(os.path.abspath, self._paths))

    @property
    def folder_of_targets(self) -> str | None:
        """The deepest folder that contains all targets; None if there is none, as on different drives."""
        if self._folder_of_targets is None and self._targets:
            try:
                self._folder_of_targets = os.path.commonpath([os.path.dirname(path) for path in self._targets])
            except ValueError:
                self._folder_of_targets = ""
        return self._folder_of_targets or None

    def names(self, folder: str) -> tuple[str, ...]:
        """Return the names of the regular files in a folder, sorted: saved or not, ignored and excluded ones included."""
        if folder not in self._names:
            own = {os.path.basename(path) for path in self._unsaved if os.path.dirname(path) == folder}
            self._names[folder] = tuple(sorted({*list_folder(folder), *own}))
        return self._names[folder]

    def folders(self, folder: str) -> tuple[str, ...]:
        """Return the paths of the folders in a folder, sorted, without hidden ones."""
        return tuple(path for path in _folders_in(folder) if not os.path.basename(path).startswith(".") and os.path.basename(path) != "node_modules")

    def hidden_folders(self, folder: str) -> tuple[str, ...]:
        """Return the paths of the hidden folders in a folder, sorted."""
        return tuple(path for path in _folders_in(folder) if os.path.basename(path).startswith("."))

    def accepts(self, path: str) -> bool:
        """Return whether a file may be read as context: it is a target, or is not ignored and not excluded."""
        if path in self._targets:
            return True
        folder, name = os.path.split(path)
        if folder not in self._filters:
            from smlint.files.ignoring import FolderFilter

            is_named = any(target.startswith(folder + os.sep) for target in self._targets)
            self._filters[folder] = FolderFilter(folder, self._settings.exclude, self._settings.root, is_named=is_named)
        return self._filters[folder].accepts(name)

    def is_target(self, path: str) -> bool:
        """Return whether the run reports the file at an absolute path."""
        return path in self._targets

    def size(self, path: str) -> int:
        """Return the size of the file at an absolute path in bytes; 0 if there is none."""
        try:
            return os.path.getsize(path)
        except OSError:
            return 0

    def text(self, path: str) -> str | None:
        """Return the text of the file at an absolute path, even if it does not mention SageMaker; None if it cannot be read."""
        if path in self._unsaved:
            return self._unsaved[path].text
        try:
            return read_source(path).text
        except SourceError:
            return None

    def target(self, path: str, regular: bool = False) -> Source | UnreadableFile | None:
        """Load a target; None if the quick scan finds no word of any format. `regular` is as for `read_bytes`."""
        unsaved = self._unsaved.get(os.path.abspath(path)) if self._unsaved else None
        if unsaved is not None:
            return unsaved
        return load_source(path, QUICK_SCAN, regular)

    def context(self, path: str) -> Source | None:
        """Load a file as context, once; None if it is ignored, excluded, unreadable, or not about SageMaker."""
        absolute = os.path.abspath(path)
        if absolute not in self._sources:
            is_small = absolute in self._unsaved or self.size(absolute) <= MAX_BYTES
            loaded = self.target(path) if is_small and self.accepts(absolute) else None
            self._sources[absolute] = loaded if isinstance(loaded, Source) else None
        return self._sources[absolute]

    def search(self, folder: str, shown: str, needles: Iterable[Needle]) -> Search:
        """Return the files of a folder in which one of the needles is found and that are not targets.

        `folder` is absolute; `shown` is the same folder as it appears in reports. At most `MAX_FILES` files and `MAX_BYTES` bytes are
        read, in sorted order, without ignored and excluded files.
        """
        searched = [[word.encode("utf-8", "replace") for word in needle] for needle in needles]
        sources: list[Source] = []
        read = size = 0
        for name in self.names(folder):
            path = os.path.join(folder, name)
            if not name.lower().endswith(SUFFIXES) or path in self._targets or not self.accepts(path):
                continue
            if read >= MAX_FILES or size >= MAX_BYTES:
                return Search(tuple(sources), complete=False)
            read += 1
            data = self.data(path)
            size += len(data)
            if not any(all(_contains(data, word) for word in needle) for needle in searched) and not _may_hide_words(data):
                continue
            if path not in self._sources:
                loaded = decode_source(data, os.path.join(shown, name), QUICK_SCAN)
                self._sources[path] = loaded if isinstance(loaded, Source) else None
            source = self._sources[path]
            if source is not None:
                sources.append(source)
        return Search(tuple(sources), complete=True)

    def data(self, path: str) -> bytes:
        """Return the bytes of the file at an absolute path; none if it cannot be read."""
        if path in self._unsaved:
            return self._unsaved[path].encode()
        try:
            return read_bytes(path, regular=True)
        except SourceError:
            return b""


def _folders_in(folder: str) -> list[str]:
    try:
        with os.scandir(folder) as scan:
            return sorted(entry.path for entry in scan if entry.is_dir(follow_symlinks=False))
    except OSError:
        return []


def _contains(data: bytes, word: bytes) -> bool:
    """Return whether data contain a word, but not as a part of a longer name.

    Most files do not contain it in any form, which `in` finds 80 times faster than the pattern does (300 KB of text, 2026-11).
    """
    return word in data and re.search(rb"(?<![\w-])" + re.escape(word) + rb"(?![\w-])", data) is not None


def _may_hide_words(data: bytes) -> bool:
    """Return whether words in a file may not be visible in its bytes: it is UTF-16, or has escapes for letters and digits."""
    return data[:2] in (b"\xff\xfe", b"\xfe\xff") or re.search(_LETTER_ESCAPE, data) is not None

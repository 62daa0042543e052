"""Find the calls of local Terraform modules, and the variables that they set.

Source: https://developer.hashicorp.com/terraform/language/modules/sources#local-paths (read 2026-11-29).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from smlint.project.files import MAX_FILES, ProjectFiles
from smlint.project.terraform_file import HCL_SUFFIX, JSON_SUFFIX, blocks, parse_object
from smlint.runtime.named_tuple import NamedTuple

_MAX_LEVELS = 3
"""Folders above a module whose repository may hold a call."""

_MAX_DEPTH = 2
"""Levels of folders below those that are searched too."""

_MAX_FOLDERS = 100

_META_ARGUMENTS = frozenset({"source", "version", "count", "for_each", "providers", "depends_on"})

_CALL_IN_HCL = re.compile(r'^module[ \t]*"[^"\n]*"[ \t]*\{', re.MULTILINE)
_END_IN_HCL = re.compile(r"^\}", re.MULTILINE)
_SOURCE_IN_HCL = re.compile(r'^[ \t]*source[ \t]*=[ \t]*"([^"\n]*)"', re.MULTILINE)
_ARGUMENT_IN_HCL = re.compile(r"^[ \t]*([A-Za-z_][\w-]*)[ \t]*=", re.MULTILINE)


class ModuleCall(NamedTuple):
    """A call of a module in a local folder, an absolute path, and the names of the variables that it sets."""

    folder: str
    variables: frozenset[str]


class ModuleCalls:
    """The calls in the folders around the Terraform modules of a run. Each folder is searched at most once."""

    def __init__(self, files: ProjectFiles) -> None:
        self._files = files
        self._calls: dict[str, tuple[ModuleCall, ...]] = {}
        self._trees: dict[tuple[str, int], tuple[str, ...]] = {}

    def of(self, folder: str) -> list[ModuleCall]:
        """Return the calls of the module in a folder, an absolute path.

        They are searched in its repository, at most three folders up and two folders down from there; without a repository, in the folder
        above and those in it.
        """
        return [call for other in self._around(folder) if other != folder for call in self._calls_in(other) if call.folder == folder]

    def _around(self, folder: str) -> tuple[str, ...]:
        top = folder
        for _ in range(_MAX_LEVELS):
            if os.path.lexists(os.path.join(top, ".git")):
                break
            top = os.path.dirname(top)
        is_repository = any(os.path.lexists(os.path.join(each, ".git")) for each in _upwards(top))
        key = (top, _MAX_DEPTH) if is_repository else (os.path.dirname(folder), 1)
        if key not in self._trees:
            self._trees[key] = tuple(self._below(*key))[:_MAX_FOLDERS]
        return self._trees[key]

    def _below(self, folder: str, depth: int) -> Iterator[str]:
        """Yield a folder and those below it, level by level."""
        level = [folder]
        for _ in range(depth + 1):
            yield from level
            level = [child for each in level[:_MAX_FOLDERS] for child in self._files.folders(each)]

    def _calls_in(self, folder: str) -> tuple[ModuleCall, ...]:
        if folder not in self._calls:
            names = [name for name in self._files.names(folder) if name.endswith((JSON_SUFFIX, HCL_SUFFIX))]
            paths = [path for name in names[:MAX_FILES] if self._files.accepts(path := os.path.join(folder, name))]
            self._calls[folder] = tuple(call for path in paths for call in _calls_in_text(path, self._files.text(path) or ""))
        return self._calls[folder]


def _upwards(folder: str) -> Iterator[str]:
    while True:
        yield folder
        above = os.path.dirname(folder)
        if above == folder:
            return
        folder = above


def _calls_in_text(path: str, text: str) -> Iterator[ModuleCall]:
    if "module" not in text:
        return
    for source, names in _calls_in_json(text) if path.endswith(JSON_SUFFIX) else _calls_in_hcl(text):
        if source.startswith("."):
            yield ModuleCall(os.path.normpath(os.path.join(os.path.dirname(path), source)), names - _META_ARGUMENTS)


def _calls_in_json(text: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the source and the argument names of each call."""
    for modules in blocks(parse_object(text).get("module")):
        for bodies in modules.values():
            for body in blocks(bodies):
                yield str(body.get("source")), frozenset(body)


def _calls_in_hcl(text: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the source of each call and the names that are set in it; names in nested values count too."""
    for match in _CALL_IN_HCL.finditer(text):
        end = _END_IN_HCL.search(text, match.end())
        body = text[match.end() : end.start() if end is not None else len(text)]
        source = _SOURCE_IN_HCL.search(body)
        if source is not None:
            yield source[1], frozenset(_ARGUMENT_IN_HCL.findall(body))

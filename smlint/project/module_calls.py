"""Find the calls of local Terraform modules, and what they pass to variables.

Source: https://developer.hashicorp.com/terraform/language/modules/sources#local-paths (read 2026-11-29).
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator

from smlint.project.files import MAX_FILES, ProjectFiles
from smlint.project.folder_tree import is_repository, root_of
from smlint.project.terraform_file import HCL_SUFFIX, JSON_SUFFIX, OPENTOFU_SUFFIXES, blocks, parse_object
from smlint.readers.reader import ANY, ReadContext
from smlint.readers.terraform.blocks import META_ARGUMENTS
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import ParseError, parse

_MAX_LEVELS = 3
"""The most folders above a module to search, up to the root of its repository."""

_MAX_DEPTH = 2
"""The most levels of folders to search below the topmost of those."""

_MAX_FOLDERS = 100
"""The most folders to search."""

MAX_USES = 20
"""The most sets of arguments with which a module is read."""

ContextOf = Callable[[str], ReadContext]
"""Return the context of the file at an absolute path."""

_CALL_IN_HCL = re.compile(r'^module[ \t]*"[^"\n]*"[ \t]*\{', re.MULTILINE)
_END_IN_HCL = re.compile(r"^\}", re.MULTILINE)
_SOURCE_IN_HCL = re.compile(r'^[ \t]*source[ \t]*=[ \t]*"([^"\n]*)"', re.MULTILINE)
_ARGUMENT_IN_HCL = re.compile(r"^[ \t]*([A-Za-z_][\w-]*)[ \t]*=", re.MULTILINE)


class ModuleCall(NamedTuple):
    """A call of the module in a local folder, an absolute path, by the file at `path`.

    `variables` are the variables that a call in HCL, or in a file of OpenTofu, sets: smlint does not evaluate it; None for one that it does.
    """

    folder: str
    path: str
    variables: frozenset[str] | None = None


class CalledWith(NamedTuple):
    """The Region and the arguments with which a module is used, and an identifier of the call.

    `unknown` are the variables with an unknown argument, `varying` those whose argument depends on a default of the caller. `provider` is the
    Region of the caller's default provider, if known. With `is_possible`, the caller itself is only used that way if defaults are overridden.
    """

    call: str
    region: str | None = None
    values: tuple[tuple[str, str], ...] = ()
    unknown: frozenset[str] = frozenset()
    varying: frozenset[str] = frozenset()
    provider: str | None = None
    is_possible: bool = False


class ModuleCalls:
    """The calls in the folders around the Terraform modules of a run. Each folder is searched at most once."""

    def __init__(self, files: ProjectFiles, context_of: ContextOf, regions: tuple[str, ...]) -> None:
        self._files = files
        self._context_of = context_of
        self._regions = regions
        self._calls: dict[str, tuple[ModuleCall, ...]] = {}
        self._trees: dict[tuple[str, int], tuple[str, ...]] = {}
        self._pending: set[str] = set()

    def uses_of(self, folder: str) -> tuple[CalledWith, ...] | None:
        """Return the uses of the module in a folder, an absolute path; None if nothing calls it.

        Calls are searched in its repository, or in the project that smlint runs in, at most three folders up and two folders down from
        there; else in the folder above and those in it.
        """
        calls = [call for other in self._around(folder) if other != folder for call in self._calls_in(other) if call.folder == folder]
        if not calls:
            return None
        if folder in self._pending:  # modules that call each other
            return (CalledWith(folder, unknown=frozenset({ANY})),)
        self._pending.add(folder)
        uses = tuple(use for call in dict.fromkeys(calls) for use in self._uses(call))
        self._pending.discard(folder)
        return uses

    def _uses(self, call: ModuleCall) -> Iterator[CalledWith]:
        if call.variables is not None:
            yield CalledWith(call.path, unknown=call.variables)
            return
        from smlint.readers.terraform.calls import call_instances

        context = self._context_of(call.path)
        try:
            documents = parse(self._files.text(call.path) or "", call.path)
        except ParseError:
            return
        for each in (context, *context.others):
            for region in (each.region,) if each.region is not None else self._regions or (None,):
                for document in documents:
                    for instance in call_instances(document, each._replace(region=region)):
                        if _folder_of(call.path, instance.source) == call.folder:
                            yield CalledWith(
                                call=f"{each.call} {call.path} {instance.address}",
                                region=region,
                                values=instance.values,
                                unknown=instance.unknown,
                                varying=instance.varying,
                                provider=instance.region,
                                is_possible=each.is_possible,
                            )

    def _around(self, folder: str) -> tuple[str, ...]:
        """Return the folders to search for calls of the module in a folder."""
        root = root_of(folder, self._files)
        is_in_repository = any(map(is_repository, _upwards(root)))
        top = folder
        for _ in range(_MAX_LEVELS):
            if is_repository(top) or (top == root and not is_in_repository):
                break
            top = os.path.dirname(top)
        is_unbounded = not is_in_repository and root == os.path.dirname(folder)
        key = (root, 1) if is_unbounded else (top, _MAX_DEPTH)
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
        """Return the calls of local modules in the configuration files of a folder."""
        if folder not in self._calls:
            names = [name for name in self._files.names(folder) if name.endswith((JSON_SUFFIX, HCL_SUFFIX, *OPENTOFU_SUFFIXES))]
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
    if path.endswith(".json"):
        calls = (body for modules in blocks(parse_object(text).get("module")) for bodies in modules.values() for body in blocks(bodies))
        for body in calls:
            source = str(body.get("source"))
            if source.startswith("."):
                variables = None if path.endswith(JSON_SUFFIX) else frozenset(body) - META_ARGUMENTS
                yield ModuleCall(_folder_of(path, source), path, variables)
        return
    for source, names in _calls_in_hcl(text):
        if source.startswith("."):
            yield ModuleCall(_folder_of(path, source), path, names - META_ARGUMENTS)


def _folder_of(path: str, source: str) -> str:
    return os.path.normpath(os.path.join(os.path.dirname(path), source))


def _calls_in_hcl(text: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the source of each call and the names that are set in it; names in nested values count too."""
    for match in _CALL_IN_HCL.finditer(text):
        end = _END_IN_HCL.search(text, match.end())
        body = text[match.end() : end.start() if end is not None else len(text)]
        source = _SOURCE_IN_HCL.search(body)
        if source is not None:
            yield source[1], frozenset(_ARGUMENT_IN_HCL.findall(body))

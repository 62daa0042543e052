"""Values for the variables of a Terraform module in files outside its folder: values for `-var-file`, commands, workflows, Terragrunt."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from smlint.project.files import ProjectFiles
from smlint.project.set_variables import Inputs, inputs_of, set_variables
from smlint.project.setting_files import MAX_BYTES, SettingFiles, Value
from smlint.project.terraform_file import HCL_SUFFIX, JSON_SUFFIX, OPENTOFU_SUFFIXES
from smlint.project.terraform_values import SUFFIXES, Assignments, assignments, named
from smlint.readers.reader import ANY


class VariableUsers:
    """The files in the trees around modules that may deploy them with other values. Each is evaluated once."""

    def __init__(self, files: ProjectFiles, settings: SettingFiles) -> None:
        self._files = files
        self._settings = settings
        self._assigned: dict[str, tuple[Value, ...]] = {}
        self._set: dict[str, tuple[Value, ...]] = {}
        self._inputs: dict[str, Inputs] = {}

    def values(self, folder: str, variables: Iterable[str], *, is_called: bool) -> tuple[Value, ...]:
        """Return the values that files set some variables of the module in a folder, an absolute path, to.

        If another module calls it, commands set the variables of that one: only Terragrunt may also deploy it by its address.
        """
        names = sorted(variables)
        found = self._of_terragrunt(folder, is_named=is_called) if is_called else self._all(folder)
        return tuple(dict.fromkeys(pair for each in found for pair in named(each, names)))

    def _all(self, folder: str) -> Iterator[Value]:
        tree = self._settings.around(folder)
        if not tree.is_complete or any(b"TF_VAR_" in data or b"-var" in data for _, data in tree.large_files):
            yield ANY, None
        for other in tree.folders:
            if other != folder:
                yield from self._assigned_in(other)
        for path, data in tree.variable_files:
            if b"TF_VAR_" in data or b"-var" in data:
                if path not in self._set:
                    self._set[path] = tuple(set_variables(data.decode("utf-8", "replace"))) if self._files.accepts(path) else ()
                yield from self._set[path]
        yield from self._of_terragrunt(folder, is_named=False)

    def _assigned_in(self, folder: str) -> tuple[Value, ...]:
        """Return what the files for `-var-file` in a folder assign; nothing in the folder of another module, which they are for."""
        if folder not in self._assigned:
            names = self._files.names(folder)
            is_module = any(name.endswith((JSON_SUFFIX, HCL_SUFFIX, *OPENTOFU_SUFFIXES)) for name in names)
            paths = [] if is_module else [os.path.join(folder, name) for name in names if name.endswith(SUFFIXES)]
            accepted = [path for path in paths if self._files.size(path) <= MAX_BYTES and self._files.accepts(path)]
            self._assigned[folder] = tuple(pair for path in accepted for pair in _pairs(assignments(path, self._files.text(path))))
        return self._assigned[folder]

    def _of_terragrunt(self, folder: str, *, is_named: bool) -> Iterator[Value]:
        for path, data in self._settings.around(folder).variable_files:
            if path.endswith(".hcl") and b"inputs" in data and self._files.accepts(path):
                if path not in self._inputs:
                    self._inputs[path] = inputs_of(data.decode("utf-8", "replace"))
                given, source = self._inputs[path]
                if not is_named if source is None else _is_address(source, path, folder):
                    yield from _pairs(given)


def _pairs(given: Assignments) -> Iterator[Value]:
    yield from given.values.items()
    yield from ((name, None) for name in sorted(given.unknown))


def _is_address(source: str, path: str, folder: str) -> bool:
    """Return whether an address in a file may be that of the module in a folder: its path, or one with its name that smlint cannot follow."""
    address = source.partition("?")[0]
    if address.startswith(".") and "${" not in address:
        return os.path.normpath(os.path.join(os.path.dirname(path), address.replace("//", "/"))) == folder
    last = os.path.basename(address.rstrip("/"))
    return last == os.path.basename(folder) or "${" in last

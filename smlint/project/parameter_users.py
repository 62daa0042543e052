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
import re

from smlint.project.files import ProjectFiles
from smlint.project.set_hardware import Setter, setter
from smlint.project.setting_files import SettingFiles, SettingTree, Value, sets_parameters
from smlint.readers.reader import ANY
from smlint.runtime.named_tuple import NamedTuple

_MAX_PATH = 300
"""The most characters of a path before the name of the template."""


_INDEXED = re.compile(r"[A-Za-z0-9_.-]+\.(?:ya?ml|json|template)")
"""A name of a template that `Setter.names` has in the files that name it."""


class _Index(NamedTuple):
    """The files of a tree by what they name and set, and the names of its templates."""

    naming: dict[str, list[tuple[str, bytes]]]
    setting: dict[str, list[Setter]]
    templates: frozenset[str]


class ParameterUsers:
    """The files in the trees around templates that may deploy them. Each file is searched for the names of templates once."""

    def __init__(self, files: ProjectFiles, settings: SettingFiles) -> None:
        self._files = files
        self._settings = settings
        self._indexes: dict[str, _Index] = {}

    def values(self, path: str, parameters: str) -> tuple[Value, ...]:
        """Return the values that files in the tree of a template, an absolute path, may set its parameters to, as (name, value) pairs.

        `parameters` is the text that declares its parameters. If not all files are searched, any parameter may have any value.
        """
        tree = self._settings.around(os.path.dirname(path))
        index = self._index(tree)
        name = os.path.basename(path)
        encoded = name.encode("utf-8", "replace")
        is_complete = tree.is_complete and not any(encoded in data for _, data in tree.large_files)
        found: dict[Value, None] = {} if is_complete else {(ANY, None): None}
        naming = index.naming.get(name, ()) if _INDEXED.fullmatch(name) else [(other, data) for other, data in tree.files if encoded in data]
        named = set()
        for other, data in naming:
            if other == path or not sets_parameters(data):
                continue
            mention = _Mention(path, other, tree.folders[0])
            if mention.is_in(data.decode("utf-8", "replace")) and self._files.accepts(other):
                from smlint.project.set_parameters import set_parameters

                named.add(other)
                found |= dict.fromkeys(set_parameters(other, self._files.text(other) or "", mention.is_in))
        for parameter, setters in index.setting.items():
            if parameter in parameters:
                for each in setters:
                    if each.path not in named and each.path != path and not _is_for_others(each, index) and self._files.accepts(each.path):
                        found |= dict.fromkeys(pair for pair in each.values if pair[0] == parameter)
        return tuple(found)

    def _index(self, tree: SettingTree) -> _Index:
        root = tree.folders[0]
        if root not in self._indexes:
            index = _Index({}, {}, frozenset(os.path.basename(path) for path, data in tree.files if b"AWS::" in data and b"Resources" in data))
            for path, data in tree.files:
                found = setter(path, data)
                for name in found.names:
                    index.naming.setdefault(name, []).append((path, data))
                for parameter in {name for name, _ in found.values}:
                    index.setting.setdefault(parameter, []).append(found)
            self._indexes[root] = index
        return self._indexes[root]


def _is_for_others(found: Setter, index: _Index) -> bool:
    """Return whether a file that does not name a template is for others, which it names."""
    return not found.is_open and bool(found.addresses or not found.names.isdisjoint(index.templates))


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

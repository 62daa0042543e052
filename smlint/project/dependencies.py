"""The dependencies between files: what each needs from others, and what others may need from it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping

from smlint.model.deployment import NestedTemplate
from smlint.project.reading import FileReading
from smlint.runtime.named_tuple import NamedTuple

MAX_NESTING = 5
"""The most levels of nested templates to follow."""

STACK_WORDS = ("CloudFormation::Stack", "Serverless::Application", "DefinitionSubstitutions")
"""Every template that nests another one, or the definition of a state machine, contains one of these."""


class Dependencies(NamedTuple):
    """What links a file to others.

    `exports` and `imports` are the link keys of its models and of the models that it references, `names` the words of these names that files
    are searched for, `optional` the keys that leave nothing open if not all files were searched. `nested` are the absolute paths that the
    templates it nests may have. `may_be_nested` says that another template may set its parameters or use its outputs. `values` are the names
    of the values that it gives to the other files of a Terraform module.
    """

    exports: frozenset[str] = frozenset()
    imports: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    nested: frozenset[str] = frozenset()
    may_be_nested: bool = False
    values: frozenset[str] = frozenset()

    @property
    def needs_all_files(self) -> bool:
        """Whether something is left open if not all files of the folder were searched."""
        return bool(self.values or not self.exports | self.imports <= self.optional)


def dependencies_of(file: FileReading) -> Dependencies | None:
    """Return what may link a file to others; None if nothing does."""
    readings = file.readings
    values = frozenset[str]()
    if file.source.path.endswith((".tf.json", ".tfvars.json")):
        from smlint.project.module_values import module_values

        values = frozenset(module_values(file.source))
    if not values and not file.has_links:
        return None
    links = [link for reading in readings for link in (*reading.exports, *reading.imports)]
    return Dependencies(
        exports=frozenset(link.key for reading in readings for link in reading.exports),
        imports=frozenset(link.key for reading in readings for link in reading.imports),
        names=frozenset(_name_in(link.key) for link in links if not link.by_nesting),
        optional=frozenset(link.key for link in links if link.optional),
        nested=frozenset(path for reading in readings for stack in reading.nested for path in nested_paths(file.source.path, stack)),
        may_be_nested=any(reading.parameters is not None or any(link.by_nesting for link in reading.exports) for reading in readings),
        values=values,
    )


def _name_in(key: str) -> str:
    """Return the last part of the model's name in a link key. Every file with the other end contains it as a word."""
    return key.rsplit(" ", maxsplit=1)[-1].partition("[")[0].rpartition(".")[2]


def connected(files: Mapping[str, Dependencies]) -> set[str]:
    """Return the paths of the files that must be read together with others among them.

    These are the files that import a model of another one, and the files that export it. The arguments of a nested template can change what
    it exports, imports and nests, so if any template is nested, all templates are read together. In a Terraform module, files that give
    values to others are read with all files of their folder.
    """
    paths: set[str] = set()
    absolute = {os.path.abspath(path) for path in files}
    if any(not absolute.isdisjoint(file.nested) for file in files.values()):
        paths = {path for path, file in files.items() if file.nested or file.may_be_nested}
    exported = {key for file in files.values() for key in file.exports}
    shared = {key for file in files.values() for key in file.imports if key in exported}
    if shared:
        paths |= {path for path, file in files.items() if not shared.isdisjoint(file.exports | file.imports)}
    folders = {os.path.dirname(os.path.abspath(path)) for path, file in files.items() if file.values}
    return paths | {path for path in files if folders and path.endswith(".json") and os.path.dirname(os.path.abspath(path)) in folders}


def parents_first(nests: Mapping[str, Iterable[str]]) -> list[str]:
    """Return all paths in an order in which each template comes before those that it nests, except where templates nest each other."""
    order: list[str] = []
    seen: set[str] = set()
    for root in nests:
        waiting = [(root, iter(nests[root]))] if root not in seen else []
        seen.add(root)
        while waiting:
            path, children = waiting[-1]
            child = next((child for child in children if child not in seen), None)
            if child is None:
                order.append(path)
                waiting.pop()
            else:
                seen.add(child)
                waiting.append((child, iter(nests.get(child, ()))))
    return order[::-1]


def nested_paths(path: str, stack: NestedTemplate) -> Iterator[str]:
    """Yield the absolute paths that the template of a stack in the file at `path` may have, the likeliest first."""
    if stack.is_uploaded:
        from smlint.project.uploaded import local_paths

        yield from local_paths(path, stack.path)
    else:
        yield os.path.abspath(os.path.join(os.path.dirname(path), stack.path))

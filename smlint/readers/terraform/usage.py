"""Which variables, locals and data sources of a Terraform module serve more than deployments: what anything else uses must not be edited.

Everything counts as a use that is not an argument which deployments are read from: other resources, outputs, modules, validations, the
environment of a container. Uses are told by their words alone: what looks like one is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from smlint.readers.terraform.blocks import COMMENT, Steps, labelled
from smlint.readers.terraform.data_sources import PREBUILT
from smlint.readers.terraform.expressions import Expression, QuotedTemplate, has_template
from smlint.readers.terraform.resources import checked_paths, is_relevant_type
from smlint.syntax import Mapping, Node, Scalar, Sequence

EVERYTHING = "*"
"""Stands for all names, where a file that may use them cannot be read."""

_NAME = r"[A-Za-z_][\w-]*"
# In a file that is not parsed, quotes within JSON have a backslash before them.
_REFERENCE = re.compile(
    rf'\b(?:(?P<root>var|local)\s*\.\s*(?P<name>{_NAME})(?:\s*\.\s*(?P<step>{_NAME})|\s*\[\s*\\?"(?P<index>[^"\\\]$]+)\\?"\s*\])?'
    rf"|data\s*\.\s*(?P<kind>{_NAME})\s*\.\s*(?P<label>{_NAME}))"
)
_ELEMENT = re.compile(rf"(?<!\w)(?<!\w-){_NAME}+\s*+\.\s*value\b(?:\s*\.\s*(?P<step>{_NAME}))?")
_MAX_DEPTH = 100


def references(text: str) -> frozenset[str]:
    """What a text refers to: `var.image`, `local.images`, with the attribute where one is named (`local.images.cpu`), `data.kind.label`."""
    return frozenset(_spelled(match) for match in _REFERENCE.finditer(text))


def _spelled(match: re.Match[str]) -> str:
    if match["root"] is None:
        return f"data.{match['kind']}.{match['label']}"
    step = match["step"] or match["index"]
    return f"{match['root']}.{match['name']}" + (f".{step}" if step else "")


class NameUsage:
    """What uses what in a file; `elsewhere` is what other files of the folder use."""

    def __init__(self, root: Mapping, elsewhere: Iterable[str]) -> None:
        found = _Found(root)
        self._definitions = found.definitions
        self._shared = self.behind((*elsewhere, *found.others))

    def behind(self, names: Iterable[str]) -> frozenset[str]:
        """These names, and all that the locals and data sources among them are made of."""
        found: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting.extend(self._definitions.get(_whole(name), ()))
        return frozenset(found)

    def variables(self, text: str) -> frozenset[str]:
        """The names of the variables that an expression rests on, directly or through locals."""
        return frozenset(_whole(name).removeprefix("var.") for name in self.behind(references(text)) if name.startswith("var."))

    def is_shared(self, name: str, attribute: str | None) -> bool:
        """Whether something besides deployments uses a name as a whole, or the attribute; any attribute, where it is not told which is meant."""
        names = self._shared
        if not names:
            return False
        if EVERYTHING in names or name in names:
            return True
        return f"{name}.{attribute}" in names if attribute is not None else any(one.startswith(name + ".") for one in names)


def _whole(name: str) -> str:
    """A name without attribute."""
    return name if name.startswith("data.") else ".".join(name.split(".", 2)[:2])


def attribute_of(steps: tuple[str | Expression, ...]) -> str | None:
    """The attribute that a reference's steps name (`["images", "cpu"]`), written with a point or as an index; None when that is not told."""
    step = steps[1] if len(steps) > 1 else None
    if isinstance(step, QuotedTemplate) and len(step.parts) == 1 and step.parts[0].expression is None:
        return step.parts[0].literal
    return step if isinstance(step, str) else None


class _Found:
    """`others`: what is used besides deployments. `definitions`: what locals and data sources use, by their names."""

    def __init__(self, root: Mapping) -> None:
        self.others: set[str] = set()
        self.definitions: dict[str, set[str]] = {}
        for key, node in root.items:
            kind = key.value if isinstance(key, Scalar) else ""
            if kind == "locals":
                for _, body, _, _ in labelled(node, 0):
                    for name, child in body.items:
                        self._define(f"local.{name.value}" if isinstance(name, Scalar) else "", child)
            elif kind == "variable":
                for _, body, _, _ in labelled(node, 1):
                    for name, child in body.items:
                        if not (isinstance(name, Scalar) and name.value == "default"):  # a literal
                            self._other(child)
            elif kind == "data":
                for (source, label), body, _, _ in labelled(node, 2):
                    if source == PREBUILT:
                        self._define(f"data.{source}.{label}", body)
                    else:
                        self._other(body)
            elif kind == "resource":
                for (resource, _), body, _, _ in labelled(node, 2):
                    if is_relevant_type(resource):
                        self._resource(resource, body)
                    else:
                        self._other(body)
            else:
                self._other(node)

    def _define(self, name: str, node: Node) -> None:
        found = self.definitions.setdefault(name, set())
        for _, text in _templates(node, ()):
            found |= references(text)

    def _other(self, node: Node) -> None:
        for _, text in _templates(node, ()):
            self.others |= references(text)

    def _resource(self, kind: str, body: Mapping) -> None:
        """A resource that deployments are read from: what its other arguments use, directly or through `each.value`."""
        judged = checked_paths(kind)
        collections: set[str] = set()
        elements: dict[bool, set[str]] = {True: set(), False: set()}
        for path, text in _templates(body, ()):
            names = _names(path)
            if names[-1:] == ("for_each",) and names[:-1] in ((), *((one[0],) for one in judged)):
                collections |= references(text)
                continue
            is_judged = names in judged
            elements[is_judged] |= {match["step"] or EVERYTHING for match in _ELEMENT.finditer(text)}
            if not is_judged:
                self.others |= references(text)
        ours, theirs = elements[True], elements[False]
        if ours & theirs or (EVERYTHING in ours and theirs) or (EVERYTHING in theirs and ours):
            self.others |= collections


def _names(path: Steps) -> tuple[str, ...]:
    """The names of blocks and arguments on a path; a dynamic block counts as those that it makes."""
    return tuple(step for step in path if isinstance(step, str) and step not in ("dynamic", "content"))


def _templates(node: Node, path: Steps) -> Iterator[tuple[Steps, str]]:
    """The strings below a node that refer to something, with the steps to each; keys too."""
    if len(path) > _MAX_DEPTH:
        return
    if isinstance(node, Mapping):
        for key, child in node.items:
            name = key.value if isinstance(key, Scalar) else ""
            if name == COMMENT:
                continue
            if has_template(name):
                yield (*path, "", name), name
            yield from _templates(child, (*path, name))
    elif isinstance(node, Sequence):
        for index, item in enumerate(node.items):
            yield from _templates(item, (*path, index))
    elif isinstance(node, Scalar) and has_template(node.value):
        yield path, node.value

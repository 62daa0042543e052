"""Find which variables, locals and data sources of a Terraform module have other uses than deployments, and so must not be edited.

Any use counts that is not an argument from which deployments are read: other resources, outputs, modules, validations, the environment of a
container. References are recognized by their form alone, so a mention in a string counts as a use.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from smlint.readers.terraform.blocks import COMMENT, labeled_blocks
from smlint.readers.terraform.data_sources import PREBUILT
from smlint.readers.terraform.expression_parser import has_template
from smlint.readers.terraform.expressions import Expression, QuotedTemplate
from smlint.readers.terraform.functions import TRANSPARENT
from smlint.readers.terraform.resources import ENDPOINT_CONFIGURATION, INFERENCE_COMPONENT, SPECIFICATIONS, VARIANTS, checked_paths, is_relevant_type
from smlint.syntax import Mapping, Node, Scalar, Sequence, Steps

EVERYTHING = "*"
"""Represents all names, if a file that may use them is unreadable."""

_NAME = r"[A-Za-z_][\w-]*"
# In an unparsed file, quotes inside JSON strings are escaped.
_REFERENCE = re.compile(
    rf'\b(?:(?P<root>var|local)\s*\.\s*(?P<name>{_NAME})(?:\s*\.\s*(?P<step>{_NAME})|\s*\[\s*\\?"(?P<index>[^"\\\]$]+)\\?"\s*\])?'
    rf"|data\s*\.\s*(?P<kind>{_NAME})\s*\.\s*(?P<label>{_NAME}))"
)
_ELEMENT = re.compile(rf"(?<!\w)(?<!\w-){_NAME}+\s*+\.\s*value\b(?:\s*\.\s*(?P<step>{_NAME}))?")
_MODEL = re.compile(rf"\b(?P<model>aws_sagemaker_model\s*\.\s*{_NAME})(?:\s*\[[^\]]*\])?(?:\s*\.\s*(?P<attribute>{_NAME}))?")
_SIMPLE_MODEL_NAME = re.compile(rf"\$\{{\s*(?:aws_sagemaker_model|local|var)\.{_NAME}(?:\[[^\]$]*\])?(?:\.(?:name|id))?\s*\}}")
_LITERAL_MODEL_NAME = re.compile(r'\bmodel_name\s*=\s*"(?P<name>[^"$]+)"')
_ORDER_ONLY = re.compile(r"\b(?:depends_on|replace_triggered_by)\s*=\s*\[[^\]]*\]")
_CALL = re.compile(r"\b([a-z][a-z0-9_]*)\(")
_MODEL_NAMES = frozenset((key, "model_name") for key in VARIANTS)
_COMPONENT_MODEL_NAMES = frozenset((key, "model_name") for key in SPECIFICATIONS)
_MAX_DEPTH = 100


def references(text: str) -> frozenset[str]:
    """Return the names that a text refers to: `var.image`, `data.kind.label`, `local.images`, or `local.images.cpu` with an attribute."""
    return frozenset(_normalize(match) for match in _REFERENCE.finditer(text))


def changed_references(text: str) -> frozenset[str]:
    """Return the names in the arguments of functions that return another text, such as `replace`: a fix of their value changes that text too."""
    found: set[str] = set()
    for match in _CALL.finditer(text):
        if match[1] not in TRANSPARENT:
            end, depth = match.end(), 1
            while end < len(text) and depth:
                depth += {"(": 1, ")": -1}.get(text[end], 0)
                end += 1
            found |= references(text[match.end() : end])
    return frozenset(found)


def model_references(text: str) -> frozenset[str]:
    """Return the models whose name, or more than one attribute, a text refers to, as `aws_sagemaker_model.rank`."""
    return frozenset(
        re.sub(r"\s", "", match["model"]) for match in _MODEL.finditer(text) if match["attribute"] in (None, "name", "id")
    )


def users_in_hcl(text: str) -> frozenset[str]:
    """Return the models, and the names that may lead to models, that an unparsed file refers to. A literal name is `name rank`."""
    if "aws_sagemaker_model" not in text and "local." not in text and "model_name" not in text:
        return frozenset()
    text = _ORDER_ONLY.sub("", text)
    return references(text) | model_references(text) | {f"name {match['name']}" for match in _LITERAL_MODEL_NAME.finditer(text)}


def users_in_json(root: Mapping) -> frozenset[str]:
    """Return the models, and the names that may lead to models, that a file refers to other than by the simple name of a variant's model."""
    collector = _UsageCollector(root)
    return frozenset(collector.users | collector.users_by_complex_name | collector.component_users)


def _normalize(match: re.Match[str]) -> str:
    if match["root"] is None:
        return f"data.{match['kind']}.{match['label']}"
    step = match["step"] or match["index"]
    return f"{match['root']}.{match['name']}" + (f".{step}" if step else "")


class NameUsage:
    """The uses of names in one file and, as `elsewhere`, in the other files of its folder."""

    def __init__(self, root: Mapping, elsewhere: Iterable[str], users_elsewhere: Iterable[str] = ()) -> None:
        collector = _UsageCollector(root)
        self._definitions = collector.definitions
        self._shared = self.dependencies((*elsewhere, *collector.other_uses))
        self._users = self.dependencies((*users_elsewhere, *collector.users))

    def dependencies(self, names: Iterable[str]) -> frozenset[str]:
        """Return the names and everything that the locals and data sources among them depend on."""
        dependencies: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in dependencies:
                dependencies.add(name)
                waiting.extend(self._definitions.get(_without_attribute(name), ()))
        return frozenset(dependencies)

    def has_unknown_users(self, *names: str) -> bool:
        """Return whether anything but the variants of this file may use a model, given by its address and its own name."""
        return EVERYTHING in self._users or any(name in self._users for name in names)

    def models_in(self, text: str) -> frozenset[str]:
        """Return the models that an expression depends on, directly or through locals."""
        return self.dependencies(references(text) | model_references(text))

    def variables(self, text: str) -> frozenset[str]:
        """Return the names of the variables that an expression depends on, directly or through locals."""
        return frozenset(_without_attribute(name).removeprefix("var.") for name in self.dependencies(references(text)) if name.startswith("var."))

    def is_shared(self, name: str, attribute: str | None = None) -> bool:
        """Return whether a name has uses other than deployments: as a whole, or the attribute (any attribute, if `attribute` is None)."""
        names = self._shared
        if not names:
            return False
        if EVERYTHING in names or name in names:
            return True
        return f"{name}.{attribute}" in names if attribute is not None else any(each.startswith(name + ".") for each in names)


def _without_attribute(name: str) -> str:
    return name if name.startswith("data.") else ".".join(name.split(".", 2)[:2])


def attribute_of(steps: tuple[str | Expression, ...]) -> str | None:
    """Return the attribute in the steps of a reference (`["images", "cpu"]`), whether after a dot or an index; None if unknown."""
    step = steps[1] if len(steps) > 1 else None
    if isinstance(step, QuotedTemplate) and len(step.parts) == 1 and step.parts[0].expression is None:
        return step.parts[0].literal
    return step if isinstance(step, str) else None


class _UsageCollector:
    """Collects the uses of names in one file.

    `other_uses` are the names used for anything but deployments, `definitions` the names each local or data source uses. `users` are the
    names that may lead to models, used for anything but the name of a variant's or component's model; `users_by_complex_name` are those
    in names of a variant's model that are more than one reference, and `component_users` those in names of a component's model.
    """

    def __init__(self, root: Mapping) -> None:
        self.other_uses: set[str] = set()
        self.users: set[str] = set()
        self.users_by_complex_name: set[str] = set()
        self.component_users: set[str] = set()
        self.definitions: dict[str, set[str]] = {}
        for key, node in root.items:
            kind = key.value if isinstance(key, Scalar) else ""
            if kind == "locals":
                for _, body, _, _ in labeled_blocks(node, 0):
                    for name, child in body.items:
                        self._add_definition(f"local.{name.value}" if isinstance(name, Scalar) else "", child)
            elif kind == "variable":
                for _, body, _, _ in labeled_blocks(node, 1):
                    for name, child in body.items:
                        if not (isinstance(name, Scalar) and name.value == "default"):  # a default is a literal
                            self._add_other_use(child)
            elif kind == "data":
                for (source, label), body, _, _ in labeled_blocks(node, 2):
                    if source == PREBUILT:
                        self._add_definition(f"data.{source}.{label}", body)
                    else:
                        self._add_other_use(body)
            elif kind == "resource":
                for (resource, _), body, _, _ in labeled_blocks(node, 2):
                    if is_relevant_type(resource):
                        self._add_resource(resource, body)
                    else:
                        self._add_other_use(body)
            else:
                self._add_other_use(node)

    def _add_definition(self, name: str, node: Node) -> None:
        names = self.definitions.setdefault(name, set())
        for _, text in _templates(node, ()):
            names |= references(text) | model_references(text)
            self.other_uses |= changed_references(text)

    def _add_other_use(self, node: Node) -> None:
        for _, text in _templates(node, ()):
            self.other_uses |= references(text)
            self.users |= references(text) | model_references(text)

    def _add_user(self, kind: str, names: tuple[str, ...], text: str) -> None:
        used = references(text) | model_references(text)
        if kind == ENDPOINT_CONFIGURATION and names in _MODEL_NAMES:
            if _SIMPLE_MODEL_NAME.fullmatch(text.strip()) is None:
                self.users_by_complex_name |= used
        elif kind == INFERENCE_COMPONENT and names in _COMPONENT_MODEL_NAMES:
            self.component_users |= used
        elif names[-1:] != ("for_each",):
            self.users |= used

    def _add_resource(self, kind: str, body: Mapping) -> None:
        """Add what the other arguments of a resource use, directly or through `each.value`."""
        checked = checked_paths(kind)
        collections: set[str] = set()
        elements: dict[bool, set[str]] = {True: set(), False: set()}  # attributes of `each.value`, by whether the argument is checked
        for path, text in _templates(body, ()):
            names = _names(path)
            if names[-1:] == ("for_each",) and names[:-1] in ((), *((each[0],) for each in checked)):
                collections |= references(text)
                continue
            self._add_user(kind, names, text)
            is_checked = names in checked
            elements[is_checked] |= {match["step"] or EVERYTHING for match in _ELEMENT.finditer(text)}
            self.other_uses |= changed_references(text) if is_checked else references(text)
        ours, theirs = elements[True], elements[False]
        if ours & theirs or (EVERYTHING in ours and theirs) or (EVERYTHING in theirs and ours):
            self.other_uses |= collections


def _names(path: Steps) -> tuple[str, ...]:
    """Return the block and argument names on a path. A dynamic block counts as the blocks that it generates."""
    return tuple(step for step in path if isinstance(step, str) and step not in ("dynamic", "content"))


def _templates(node: Node, path: Steps) -> Iterator[tuple[Steps, str]]:
    """Yield the strings below a node that contain a template, keys included, with the steps to each."""
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

"""Extract the parameters that a file sets for a template: from data where it names the template, from commands, and from scripts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from smlint.project.set_hardware import open_overrides, overrides, pairs
from smlint.project.setting_files import Value, is_hardware_or_image, literal
from smlint.readers.common import mapping_of
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Document, Mapping, Node, ParseError, Scalar, Sequence, parse, resolve

DATA_SUFFIXES = (".yaml", ".yml", ".json", ".template")

_MAX_DEPTH = 60

_PAIR = re.compile(
    r"ParameterKey[\"']?[ \t]{0,4}([:=])[ \t]{0,4}[\"']?(\w+)[\"']?[ \t]{0,4},\s{0,40}[\"']?ParameterValue[\"']?[ \t]{0,4}[:=][ \t]{0,4}"
    r"(\"[^\"\n]*\"|'[^'\n]*'|[^\s\"',)}\]]+)"
)
_ASSIGNMENT = re.compile(r"(?<![\w$.-])(\w+)[ \t]{0,8}=[ \t]{0,4}(\"[^\"\n]*\"|'[^'\n]*'|[^\s\"',;&|()}\]]+)")

_FIELD = re.compile(r"(?<![\w$.-])(\w+)[\"']?[ \t]{0,4}:[ \t]{0,4}[\"'](ml\.[^\"'\s]*|[^\"'\s]*\.dkr[.-]ecr[^\"'\s]*)[\"']")
"""A field of an object in a script. Only an instance type or an image is certainly meant for a template."""

_FIELD_NAME = re.compile(r"(?<![\w$.-])(\w{1,100})[\"']?[ \t]{0,4}[:=]")

NamesTemplate = Callable[[str], bool]
"""Return whether a text names the template."""


class _Part(NamedTuple):
    """What a part of a file contains: whether it names the template, whether it names another file, and values that are for one of the two."""

    names: bool = False
    values: tuple[Value, ...] = ()
    names_other: bool = False


def set_parameters(path: str, text: str, names_template: NamesTemplate) -> Iterator[Value]:
    """Yield the parameters that a file which names a template sets, with their values; None for a value that the file does not determine."""
    if path.endswith(DATA_SUFFIXES):
        documents = _documents(path, text)
        if documents is None:  # a template that is not YAML until it is rendered: any name in it may get any value
            yield from ((match[1], None) for match in _FIELD_NAME.finditer(text))
            return
        for document in documents:
            found: list[Value] = []
            _visit(document.root, names_template, found, 0)
            yield from found
    else:
        yield from _in_script(text)


# A file often names many templates: the ones after the first need not wait for it to be parsed again.
@lru_cache(maxsize=2)
def _documents(path: str, text: str) -> tuple[Document, ...] | None:
    try:
        return tuple(parse(text, path))
    except ParseError:
        return None


@lru_cache(maxsize=2)
def _in_script(text: str) -> tuple[Value, ...]:
    return tuple(dict.fromkeys(_assigned(text, is_command=False)))


def _visit(node: Node | None, names_template: NamesTemplate, found: list[Value], depth: int) -> _Part:
    """Add the values in each innermost part that names the template and sets parameters; return what is left for the part around it.

    Values next to the name of another file are for that one. Does not follow aliases, so every node is visited once.
    """
    if depth > _MAX_DEPTH:
        return _Part()
    if isinstance(node, Scalar):
        names = names_template(node.value)
        names_other = not names and node.value.endswith(DATA_SUFFIXES) and " " not in node.value
        part = _Part(names, tuple(_assigned(node.value, is_command=False)) if names or "ParameterKey=" in node.value else (), names_other)
    elif isinstance(node, Mapping):
        parts = []
        for key, value in node.items:
            name = key.value if isinstance(key, Scalar) else ""
            parts.append(_Part(values=tuple(_parameters(value))) if _sets_parameters(name) else _visit(value, names_template, found, depth + 1))
        part = _together(parts)
    elif isinstance(node, Sequence):
        part = _together([_visit(item, names_template, found, depth + 1) for item in node.items])
    else:
        return _Part()
    if not part.values or not (part.names or part.names_other):
        return part
    if part.names:
        found += part.values
    return _Part()


def _together(parts: list[_Part]) -> _Part:
    """Return one part that contains what these contain."""
    names_other = any(part.names_other for part in parts)
    return _Part(any(part.names for part in parts), tuple(value for part in parts for value in part.values), names_other)


def _sets_parameters(key: str) -> bool:
    plain = key.lower().replace("-", "").replace("_", "")
    return plain in ("parameters", "params", "parameteroverrides", "stackparameters", "templateparameters", "provisioningparameters", "variables")


def _parameters(node: Node | None) -> Iterator[Value]:
    """Yield the parameters in a mapping, a list of keys and values, or a string: JSON, or assignments."""
    content = resolve(node)
    if isinstance(content, Mapping):
        for name, value in content.own().items():
            if not _is_declaration(value):
                yield name, _literal(value)
    elif isinstance(content, Sequence):
        for item in content.items:
            mapping = mapping_of(item)
            fields = {key.lower().replace("_", ""): value for key, value in mapping.own().items()} if mapping is not None else {}
            name_node = resolve(fields.get("parameterkey", fields.get("key")))
            if isinstance(name_node, Scalar):
                yield name_node.value, _literal(fields.get("parametervalue", fields.get("value")))
            elif mapping is None:
                yield from _parameters(item)
    elif isinstance(content, Scalar) and content.value.lstrip().startswith(("{", "[")):
        try:
            documents = parse(content.value, "parameters.json")
        except ParseError:
            return
        if documents and not isinstance(resolve(documents[0].root), Scalar):
            yield from _parameters(documents[0].root)
    elif isinstance(content, Scalar):
        yield from _assigned(content.value, is_command=True)


def _is_declaration(node: Node) -> bool:
    """Return whether a node declares a parameter, as in a template; the only mappings that are values are function calls, and `{{ name }}`."""
    mapping = mapping_of(node)
    if mapping is not None and not all(isinstance(key, Scalar) for key, _ in mapping.items):
        return False
    return mapping is not None and not any(key == "Ref" or key.startswith("Fn::") for key in mapping.own())


def _literal(node: Node | None) -> str | None:
    content = resolve(node)
    return literal(content.value) if isinstance(content, Scalar) and content.tag is None else None


def _assigned(text: str, *, is_command: bool) -> Iterator[Value]:
    """Yield the assignments in a text: `Name=value`, and pairs of `ParameterKey` and `ParameterValue`.

    Unless it is the argument of a command, an assignment may be for something else: only an instance type or an image is certain.
    """
    for match in _PAIR.finditer(text):
        is_variable = match.group(1) == ":" and match.group(3)[0] not in "\"'"
        yield match.group(2), None if is_variable else literal(match.group(3).strip("\"'"))
    yield from pairs(text)
    yield from overrides(text)
    yield from open_overrides(text)
    for match in _ASSIGNMENT.finditer(text):
        value = literal(match.group(2).strip("\"'"))
        yield match.group(1).removeprefix("param_"), value if is_command or (value is not None and is_hardware_or_image(value)) else None
    for match in _FIELD.finditer(text):
        yield match.group(1), literal(match.group(2))

"""Values for the parameters of a template in the files next to it: parameter files of `aws cloudformation`, and `samconfig.toml`.

Formats: https://docs.aws.amazon.com/cli/latest/reference/cloudformation/deploy/ and
https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-config.html (read 2026-11-28).
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from smlint.project.files import ProjectFiles
from smlint.project.folder_tree import root_of
from smlint.readers.common import mapping_of, scalar_of
from smlint.syntax import ParseError, parse

MAX_FILES = 50
"""The most files of a folder to look for parameters in."""

MAX_BYTES = 100_000
"""The largest file to look for parameters in."""

MAX_DOTS = 1000
"""The most dots in a TOML file: `tomllib` takes quadratic time in their number."""

_FOLDERS = frozenset(["config", "configs", "parameters", "params", "environments", "environment", "envs", "env", "stages"])
_OTHER_SUFFIXES = (".template.json", ".tf.json", ".asl.json", "package.json", "package-lock.json", "tsconfig.json")


def listed_values(folder: str, files: ProjectFiles) -> tuple[tuple[str, str | None], ...]:
    """Return the values that files around the templates of a folder, an absolute path, set parameters to, as (name, value) pairs.

    Ignored and excluded files do not count.
    """
    values: dict[tuple[str, str | None], None] = {}
    for where in _folders(folder, files):
        names = [name for name in files.names(where) if _may_have_parameters(name)]
        for name in names[:MAX_FILES]:
            file = os.path.join(where, name)
            if files.size(file) <= MAX_BYTES and files.accepts(file) and (text := files.text(file)) is not None:
                values |= dict.fromkeys(_values_in(name, text))
    return tuple(values)


def _folders(folder: str, files: ProjectFiles) -> Iterator[str]:
    """Yield the folder of a template and the one above in its repository, and the folders for parameters in both."""
    for around in (folder,) if root_of(folder, files) == folder else (folder, os.path.dirname(folder)):
        yield around
        for inner in files.folders(around):
            if os.path.basename(inner) in _FOLDERS:
                yield inner
                yield from files.folders(inner)


def _may_have_parameters(name: str) -> bool:
    if name.endswith(".toml"):
        return name.startswith("samconfig")
    if name.endswith((".yaml", ".yml")):
        return any(word in name.lower() for word in ("param", "config"))
    return name.endswith(".json") and not name.endswith(_OTHER_SUFFIXES)


def _values_in(name: str, text: str) -> Iterator[tuple[str, str]]:
    if name.endswith(".toml"):
        return _toml_values(text)
    return _json_values(text) if name.endswith(".json") else _yaml_values(text)


def _json_values(text: str) -> Iterator[tuple[str, str]]:
    """Yield the values of a list of `ParameterKey` and `ParameterValue`, of `Key=Value` strings, or of an object with `Parameters`."""
    import json

    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return
    if isinstance(data, dict):
        data = data.get("Parameters")
    if isinstance(data, dict):
        yield from ((name, value) for name, value in data.items() if isinstance(value, str))
    for item in data if isinstance(data, list) else ():
        if isinstance(item, dict):
            name, value = item.get("ParameterKey"), item.get("ParameterValue")
            if isinstance(name, str) and isinstance(value, str):
                yield name, value
        elif isinstance(item, str):
            yield from _overrides(item)


def _yaml_values(text: str) -> Iterator[tuple[str, str]]:
    """Yield the values in a file with `Parameters` that is not a template."""
    try:
        documents = parse(text, "parameters.yaml")
    except ParseError:
        return
    root = mapping_of(documents[0].root) if documents else None
    parameters = mapping_of(root.get("Parameters")) if root is not None else None
    if root is None or parameters is None or root.get("Resources") is not None:
        return
    for name, node in parameters.own().items():
        scalar = scalar_of(node)
        if scalar is not None:
            yield name, scalar.value


def _toml_values(text: str) -> Iterator[tuple[str, str]]:
    """Yield the `parameter_overrides` of every environment and command."""
    import tomllib

    if text.count(".") > MAX_DOTS:
        return
    try:
        waiting: list[object] = [tomllib.loads(text)]
    except ValueError:
        return
    while waiting:
        table = waiting.pop()
        for key, value in table.items() if isinstance(table, dict) else ():
            if key != "parameter_overrides":
                waiting.append(value)
            elif isinstance(value, dict):
                yield from ((name, inner) for name, inner in value.items() if isinstance(inner, str))
            else:
                for item in value if isinstance(value, list) else [value]:
                    if isinstance(item, str):
                        yield from _overrides(item)


def _overrides(text: str) -> Iterator[tuple[str, str]]:
    """Yield the values in `Key=Value` or `ParameterKey=Key,ParameterValue=Value`, separated by blanks."""
    import shlex

    try:
        words = shlex.split(text)
    except ValueError:
        return
    for word in words:
        if word.startswith("ParameterKey=") and ",ParameterValue=" in word:
            name, _, value = word.removeprefix("ParameterKey=").partition(",ParameterValue=")
            yield name, value
        elif "=" in word:
            name, _, value = word.partition("=")
            yield name, value

"""Values for the parameters of a template in the files next to it: parameter files of `aws cloudformation` and Rain, and `samconfig`.

Formats: https://docs.aws.amazon.com/cli/latest/reference/cloudformation/deploy/,
https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-config.html and
https://aws-cloudformation.github.io/rain/rain_deploy.html (read 2026-11-29).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from smlint.project.files import ProjectFiles
from smlint.project.folder_tree import root_of
from smlint.readers.reader import ANY
from smlint.syntax import ParseError, parse, to_data

MAX_FILES = 2000
"""The most files of a folder to look for parameters in."""

MAX_BYTES = 1_000_000
"""The largest file to look for parameters in."""

MAX_DOTS = 1000
"""The most dots in a TOML file: `tomllib` takes quadratic time in their number."""

_FOLDERS = frozenset(["config", "configs", "parameters", "params", "environments", "environment", "envs", "env", "stages"])
_SAM = "samconfig."
_YAML_PARAMETERS = re.compile(r"^(?:[Pp]arameters[ \t]*:|- *[\w\"{]*Parameter)", re.MULTILINE)
_YAML_RESOURCES = re.compile(r"^Resources[ \t]*:", re.MULTILINE)
_OTHER_SUFFIXES = (".template.json", ".tf.json", ".asl.json", "package.json", "package-lock.json", "tsconfig.json")


def listed_values(folder: str, files: ProjectFiles) -> tuple[tuple[str, str | None], ...]:
    """Return the values that files around the templates of a folder, an absolute path, set parameters to, as (name, value) pairs.

    Ignored and excluded files do not count. In a folder with too many files, any parameter may have any value: `(ANY, None)`.
    """
    values: dict[tuple[str, str | None], None] = {}
    for where in _folders(folder, files):
        # In a folder with many files, those that are named after parameters or a configuration come first.
        names = sorted((name for name in files.names(where) if _may_have_parameters(name)), key=_is_named_otherwise)
        if len(names) > MAX_FILES:
            values[ANY, None] = None
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
        return name.startswith(_SAM)
    return name.endswith((".yaml", ".yml")) or (name.endswith(".json") and not name.endswith(_OTHER_SUFFIXES))


def _is_named_otherwise(name: str) -> bool:
    return name.endswith((".yaml", ".yml")) and not any(word in name.lower() for word in ("param", "config"))


def _values_in(name: str, text: str) -> Iterator[tuple[str, str]]:
    if name.startswith(_SAM):
        yield from _sam_values(_data(name, text))
    elif name.endswith(".json"):
        is_template = '"AWS::' in text and '"Resources"' in text
        data = _data(name, text) if not is_template else None
        yield from _values(data.get("Parameters") if isinstance(data, dict) else data)
    elif _YAML_PARAMETERS.search(text) is not None and _YAML_RESOURCES.search(text) is None:
        data = _data(name, text)
        yield from _values(data.get("Parameters", data.get("parameters")) if isinstance(data, dict) else data)


def _data(name: str, text: str) -> object:
    """Return the content of a file; None if it is not valid, or too large to be a file of parameters."""
    if name.endswith(".toml"):
        import tomllib

        try:
            return tomllib.loads(text) if text.count(".") <= MAX_DOTS else None
        except ValueError:
            return None
    if name.endswith(".json"):
        import json

        try:
            data: object = json.loads(text)
            return data
        except (ValueError, RecursionError):
            return None
    try:
        documents = parse(text, name)
    except ParseError:
        return None
    return to_data(documents[0].root) if documents else None


def _values(data: object) -> Iterator[tuple[str, str]]:
    """Yield the values of an object, or of a list of objects with `ParameterKey` and `ParameterValue` or of strings `Key=Value`."""
    if isinstance(data, dict):
        yield from ((name, value) for name, value in data.items() if isinstance(value, str))
    for item in data if isinstance(data, list) else ():
        if isinstance(item, dict):
            name, value = item.get("ParameterKey"), item.get("ParameterValue")
            if isinstance(name, str) and isinstance(value, str):
                yield name, value
        elif isinstance(item, str):
            yield from _overrides(item)


def _sam_values(data: object) -> Iterator[tuple[str, str]]:
    """Yield the `parameter_overrides` of every environment and command."""
    waiting = [data]
    while waiting:
        table = waiting.pop()
        for key, value in table.items() if isinstance(table, dict) else ():
            if key != "parameter_overrides":
                waiting.append(value)
            elif isinstance(value, str):
                yield from _overrides(value)
            else:
                yield from _values(value)


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

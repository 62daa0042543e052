# os.path, not pathlib: importing pathlib takes several milliseconds
"""Read a configuration file into a `SettingsLayer`. An unknown key or a value of the wrong type is an error. Nothing in it is run."""

from __future__ import annotations

import os

from smlint.config.layers import SettingsLayer
from smlint.config.rule_names import check_rule_names
from smlint.config.table_reader import Table, TableReader
from smlint.files.read import shown_path
from smlint.runtime.errors import SmlintError

KEYS = {
    "extend": "a string",
    "select": "a list of strings",
    "extend-select": "a list of strings",
    "ignore": "a list of strings",
    "fail-on": "a string",
    "regions": "a list of strings",
    "exclude": "a list of strings",
    "context": "a list of strings",
    "unsafe-fixes": "a boolean",
    "eol-warn-days": "a whole number",
    "require-ignore-reason": "a boolean",
    "preview": "a boolean",
    "rules-files": "a list of strings",
    "severity": "a table",
    "per-file-ignores": "a table",
    "parameters": "a table",
    "images": "a table",
    "registries": "a table",
}
"""Every key, and the type of its value."""

SIZE_LIMIT = 5_000_000
"""The largest configuration file to read, in bytes."""

KEY_PARTS_LIMIT = 1000
"""The most dots in what may be a key: `tomllib` takes quadratic time in their number, ten seconds for 20,000."""


def load_config(path: str) -> SettingsLayer:
    """Read a configuration file and merge it over the file it extends. Raises `SmlintError` if either is invalid."""
    return _load(os.path.abspath(path), ())


def has_table(path: str) -> bool:
    """Return whether a `pyproject.toml` has a table `[tool.smlint]`. It is parsed only if it contains the word smlint."""
    return b"smlint" in _read_bytes(path) and _read_table(path) is not None


def _load(path: str, extending: tuple[str, ...]) -> SettingsLayer:
    """Read a file. `extending` are the files that led here through `extend`."""
    if path in extending:
        raise SmlintError(f"{shown_path(extending[-1])}: 'extend' leads back to {shown_path(path)}", "a file cannot extend itself")
    table = _read_table(path)
    if table is None:
        raise SmlintError(f"{shown_path(path)}: missing table [tool.smlint]")
    layer, extended = parse(path, table)
    lower = SettingsLayer() if extended is None else _load(os.path.normpath(os.path.join(os.path.dirname(path), extended)), (*extending, path))
    files = lower.rules_files + layer.rules_files
    check_rule_names(layer, f"{shown_path(path)}: '{{key}}'", [files] if files else [])
    return layer.over(lower)


def parse(path: str, table: Table) -> tuple[SettingsLayer, str | None]:
    """Return the settings in the table of one file, and the file it extends. `path` is for messages and relative paths."""
    reader = TableReader(path, table, KEYS)
    return _layer(reader), reader.string("extend")


def _layer(reader: TableReader) -> SettingsLayer:
    """Read every key except `extend`."""
    fail_on = reader.string("fail-on")
    return SettingsLayer(
        select=reader.optional_strings("select"),
        extend_select=reader.strings("extend-select"),
        ignore=reader.strings("ignore"),
        severities=tuple((rule, reader.severity(f"severity.{rule}", word)) for rule, word in reader.items("severity")),
        per_file_ignores=tuple(
            (glob, reader.text_list(f"per-file-ignores.{glob}", names)) for glob, names in reader.items("per-file-ignores")
        ),
        fail_on=None if fail_on is None else reader.severity("fail-on", fail_on),
        regions=reader.optional_strings("regions"),
        parameters=tuple((name, reader.text(f"parameters.{name}", value)) for name, value in reader.items("parameters")),
        exclude=reader.strings("exclude"),
        context=reader.strings("context"),
        unsafe_fixes=reader.boolean("unsafe-fixes"),
        eol_warn_days=reader.days("eol-warn-days"),
        require_ignore_reason=reader.boolean("require-ignore-reason"),
        preview=reader.boolean("preview"),
        images=_images(reader),
        registries=_registries(reader),
        rules_files=tuple(os.path.join(os.path.dirname(reader.path), path) for path in reader.strings("rules-files")),
    )


def _images(reader: TableReader) -> tuple[tuple[str, str | None, str | None], ...]:
    if "images" not in reader.table:
        return ()
    from smlint.config.image_tables import images

    return tuple(images(reader))


def _registries(reader: TableReader) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if "registries" not in reader.table:
        return ()
    from smlint.config.image_tables import registries

    return tuple(registries(reader))


def _read_bytes(path: str) -> bytes:
    from smlint.files.read import read_data

    try:
        return read_data(path, SIZE_LIMIT)
    except OSError as error:
        raise SmlintError(f"cannot read the configuration file {shown_path(path)}: {error.strerror}") from None


def _read_table(path: str) -> Table | None:
    """Return the table of smlint's keys; None if a `pyproject.toml` has none."""
    import tomllib

    content = _read_bytes(path)
    if _has_long_key(content):
        raise SmlintError(f"{shown_path(path)}: a key has more than {KEY_PARTS_LIMIT:,} parts")
    try:
        data: Table = tomllib.loads(content.decode("utf-8"))
    except UnicodeDecodeError:
        raise SmlintError(f"{shown_path(path)}: not valid UTF-8", "TOML files are encoded in UTF-8") from None
    except (ValueError, RecursionError) as error:  # tomllib raises a plain ValueError for a number of thousands of digits
        raise SmlintError(f"{shown_path(path)}: not valid TOML: {error}") from None
    if os.path.basename(path) != "pyproject.toml":
        return data
    tool = data.get("tool")
    table = tool.get("smlint") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise SmlintError(f"{shown_path(path)}: 'tool.smlint' must be a table")
    return table


def _has_long_key(content: bytes) -> bool:
    """Return whether anything that may be a key (dotted words, bare or quoted) has more than `KEY_PARTS_LIMIT` dots."""
    if content.count(b".") <= KEY_PARTS_LIMIT:
        return False
    import re

    bare = re.sub(rb"\"[^\"\n]*+\"|'[^'\n]*+'", b"a", content)
    return any(run.count(b".") > KEY_PARTS_LIMIT for run in re.findall(rb"[\w. \t-]++", bare))

# pathlib costs several milliseconds at start
"""A configuration file -> a `Layer`. Every key is known and of the right type, or the file is refused, and it is said where."""

from __future__ import annotations

import os
from collections.abc import Iterator

from smlint.config import rule_names
from smlint.config.layers import Layer
from smlint.model.findings import Severity
from smlint.runtime.errors import SmlintError
from smlint.runtime.suggest import did_you_mean

Table = dict[str, object]

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
"""Every key, and what it must hold."""

SIZE_LIMIT = 5_000_000
"""Bytes of the largest file that is read."""

MOST_KEY_PARTS = 1000
"""Points in what may be a key: `tomllib` takes a time that grows with the square of their number, ten seconds for 20,000."""

SEVERITIES = tuple(severity.value for severity in reversed(Severity))


def load_config(path: str) -> Layer:
    """What a file says, laid over what the file says that it extends. Raises `SmlintError` for whatever is not as it must be."""
    return _read(os.path.abspath(path), ())


def has_table(path: str) -> bool:
    """Whether a `pyproject.toml` has a table `[tool.smlint]`. It is parsed only if it mentions the name at all."""
    return b"smlint" in _bytes(path) and _table(path) is not None


def _read(path: str, above: tuple[str, ...]) -> Layer:
    if path in above:
        raise SmlintError(f"{shown_path(above[-1])}: 'extend' leads back to {shown_path(path)}", "a file cannot extend itself")
    table = _table(path)
    if table is None:
        raise SmlintError(f"{shown_path(path)}: there is no table [tool.smlint]")
    layer, extended = parse(path, table)
    lower = Layer() if extended is None else _read(os.path.normpath(os.path.join(os.path.dirname(path), extended)), (*above, path))
    rule_names.check(layer, f"{shown_path(path)}: '{{key}}'", [files] if (files := lower.rules_files + layer.rules_files) else [])
    return layer.over(lower)


def parse(path: str, table: Table) -> tuple[Layer, str | None]:
    """What the table of one file says, and which other file it extends. `path` is for messages."""
    reader = TableReader(path, table)
    return reader.layer(), reader.string("extend")


def _bytes(path: str) -> bytes:
    from smlint.files.read import read_data

    try:
        return read_data(path, SIZE_LIMIT)
    except OSError as error:
        raise SmlintError(f"cannot read the configuration file {shown_path(path)}: {error.strerror}") from None


def _has_long_key(content: bytes) -> bool:
    """Whether more than `MOST_KEY_PARTS` points stand in what may be a key: words, bare or in quotes, with points between them."""
    if content.count(b".") <= MOST_KEY_PARTS:
        return False
    import re

    bare = re.sub(rb"\"[^\"\n]*+\"|'[^'\n]*+'", b"a", content)
    return any(run.count(b".") > MOST_KEY_PARTS for run in re.findall(rb"[\w. \t-]++", bare))


def _table(path: str) -> Table | None:
    """The table of smlint's keys; None when a `pyproject.toml` has none."""
    import tomllib

    content = _bytes(path)
    if _has_long_key(content):
        raise SmlintError(f"{shown_path(path)}: a key has more than {MOST_KEY_PARTS:,} parts")
    try:
        data: Table = tomllib.loads(content.decode("utf-8"))
    except UnicodeDecodeError:
        raise SmlintError(f"{shown_path(path)}: not UTF-8", "TOML files are UTF-8") from None
    except (ValueError, RecursionError) as error:  # besides TOMLDecodeError, a number of thousands of digits is a plain ValueError
        raise SmlintError(f"{shown_path(path)}: not TOML: {error}") from None
    if os.path.basename(path) != "pyproject.toml":
        return data
    tool = data.get("tool")
    table = tool.get("smlint") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise SmlintError(f"{shown_path(path)}: 'tool.smlint' must be a table")
    return table


class TableReader:
    """Takes the values out of a table, each of the type that its key must have."""

    def __init__(self, path: str, table: Table) -> None:
        self.path = path
        self.table = table
        for key in table:
            if key not in KEYS:
                raise self.error(f"unknown key '{key}'", did_you_mean(key, KEYS) or f"keys are {', '.join(KEYS)}")

    def layer(self) -> Layer:
        """All of the table but `extend`."""
        fail_on = self.string("fail-on")
        return Layer(
            select=self.optional_strings("select"),
            extend_select=self.strings("extend-select"),
            ignore=self.strings("ignore"),
            severities=tuple((rule, self.severity(f"severity.{rule}", word)) for rule, word in self.items("severity")),
            per_file_ignores=tuple(
                (glob, self.listed(f"per-file-ignores.{glob}", names)) for glob, names in self.items("per-file-ignores")
            ),
            fail_on=None if fail_on is None else self.severity("fail-on", fail_on),
            regions=self.optional_strings("regions"),
            parameters=tuple((name, self.text(f"parameters.{name}", value)) for name, value in self.items("parameters")),
            exclude=self.strings("exclude"),
            context=self.strings("context"),
            unsafe_fixes=self.boolean("unsafe-fixes"),
            eol_warn_days=self.days("eol-warn-days"),
            require_ignore_reason=self.boolean("require-ignore-reason"),
            preview=self.boolean("preview"),
            images=self.images(),
            registries=self.registries(),
            rules_files=tuple(os.path.join(os.path.dirname(self.path), path) for path in self.strings("rules-files")),
        )

    def images(self) -> tuple[tuple[str, str | None, str | None], ...]:
        if "images" not in self.table:
            return ()
        from smlint.config import image_tables

        return tuple(image_tables.images(self))

    def registries(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        if "registries" not in self.table:
            return ()
        from smlint.config import image_tables

        return tuple(image_tables.registries(self))

    def error(self, what: str, hint: str = "") -> SmlintError:
        return SmlintError(f"{shown_path(self.path)}: {what}", hint)

    def wrong(self, key: str, wanted: str, value: object) -> SmlintError:
        return self.error(f"'{key}' must be {wanted}, not {_kind(value)}")

    def string(self, key: str) -> str | None:
        return self.text(key, self.table[key]) if key in self.table else None

    def strings(self, key: str) -> tuple[str, ...]:
        return self.optional_strings(key) or ()

    def optional_strings(self, key: str) -> tuple[str, ...] | None:
        return self.listed(key, self.table[key]) if key in self.table else None

    def boolean(self, key: str) -> bool | None:
        value = self.table.get(key)
        if value is not None and not isinstance(value, bool):
            raise self.wrong(key, KEYS[key], value)
        return value

    def days(self, key: str) -> int | None:
        value = self.table.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.wrong(key, KEYS[key], value)
        if value < 0:
            raise self.error(f"'{key}' must not be negative")
        return value

    def items(self, key: str) -> Iterator[tuple[str, object]]:
        value = self.table.get(key, {})
        if not isinstance(value, dict):
            raise self.wrong(key, KEYS[key], value)
        yield from value.items()

    def text(self, key: str, value: object) -> str:
        if not isinstance(value, str):
            raise self.wrong(key, "a string", value)
        return value

    def listed(self, key: str, value: object) -> tuple[str, ...]:
        if not isinstance(value, list):
            raise self.wrong(key, "a list of strings", value)
        return tuple(self.text(f"{key}[{index}]", item) for index, item in enumerate(value))

    def severity(self, key: str, value: object) -> Severity:
        word = self.text(key, value)
        if word not in SEVERITIES:
            raise self.error(f"'{key}' must be one of {', '.join(SEVERITIES)}, not '{word}'", did_you_mean(word, SEVERITIES))
        return Severity(word)


def _kind(value: object) -> str:
    """What a TOML value is, in TOML's words."""
    names = (
        (bool, "a boolean"),
        (str, "a string"),
        (int, "a whole number"),
        (float, "a number"),
        (list, "a list"),
        (dict, "a table"),
    )
    return next((name for kind, name in names if isinstance(value, kind)), "a date or time")


def shown_path(path: str) -> str:
    """The path as a person would write it: relative if it is below the working directory."""
    try:
        relative = os.path.relpath(path)
    except ValueError:  # on another drive
        return path
    return path if relative.startswith("..") else relative

"""Read typed values from a TOML table, with errors that name the file and the key."""

from __future__ import annotations

from smlint.files.read import shown_path
from smlint.model.findings import Severity
from smlint.runtime.errors import SmlintError
from smlint.runtime.suggest import did_you_mean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Table = dict[str, object]

SEVERITIES = tuple(severity.value for severity in reversed(Severity))


class TableReader:
    """Reads the values of a table. `keys` maps every key to a description of its type; any other key is a `SmlintError`.

    All methods raise `SmlintError` for a value of the wrong type.
    """

    def __init__(self, path: str, table: Table, keys: Mapping[str, str]) -> None:
        self.path = path
        self.table = table
        self.keys = keys
        for key in table:
            if key not in keys:
                raise self.error(f"unknown key '{key}'", did_you_mean(key, keys) or f"valid keys: {', '.join(keys)}")

    def error(self, what: str, hint: str = "") -> SmlintError:
        """Return an error about this file."""
        return SmlintError(f"{shown_path(self.path)}: {what}", hint)

    def type_error(self, key: str, expected: str, value: object) -> SmlintError:
        """Return an error about a value of the wrong type."""
        return self.error(f"'{key}' must be {expected}, not {_type_name(value)}")

    def string(self, key: str) -> str | None:
        """Return a string; None if the key is missing."""
        return self.text(key, self.table[key]) if key in self.table else None

    def strings(self, key: str) -> tuple[str, ...]:
        """Return a list of strings; empty if the key is missing."""
        return self.optional_strings(key) or ()

    def optional_strings(self, key: str) -> tuple[str, ...] | None:
        """Return a list of strings; None if the key is missing."""
        return self.text_list(key, self.table[key]) if key in self.table else None

    def boolean(self, key: str) -> bool | None:
        """Return a boolean; None if the key is missing."""
        value = self.table.get(key)
        if value is not None and not isinstance(value, bool):
            raise self.type_error(key, self.keys[key], value)
        return value

    def days(self, key: str) -> int | None:
        """Return a number of days; None if the key is missing."""
        value = self.table.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.type_error(key, self.keys[key], value)
        if value < 0:
            raise self.error(f"'{key}' must not be negative")
        return value

    def items(self, key: str) -> Iterator[tuple[str, object]]:
        """Yield the keys and values of a table; nothing if the key is missing."""
        value = self.table.get(key, {})
        if not isinstance(value, dict):
            raise self.type_error(key, self.keys[key], value)
        yield from value.items()

    def text(self, key: str, value: object) -> str:
        """Return a value that must be a string. `key` is for messages."""
        if not isinstance(value, str):
            raise self.type_error(key, "a string", value)
        return value

    def text_list(self, key: str, value: object) -> tuple[str, ...]:
        """Return a value that must be a list of strings. `key` is for messages."""
        if not isinstance(value, list):
            raise self.type_error(key, "a list of strings", value)
        return tuple(self.text(f"{key}[{index}]", item) for index, item in enumerate(value))

    def severity(self, key: str, value: object) -> Severity:
        """Return a value that must be the name of a severity. `key` is for messages."""
        word = self.text(key, value)
        if word not in SEVERITIES:
            raise self.error(f"'{key}' must be one of {', '.join(SEVERITIES)}, not '{word}'", did_you_mean(word, SEVERITIES))
        return Severity(word)


def _type_name(value: object) -> str:
    """Return the type of a TOML value in TOML's terms."""
    names = (
        (bool, "a boolean"),
        (str, "a string"),
        (int, "a whole number"),
        (float, "a number"),
        (list, "a list"),
        (dict, "a table"),
    )
    return next((name for kind, name in names if isinstance(value, kind)), "a date or time")

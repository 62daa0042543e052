"""Read the tables `[images."PATTERN"]` and `[registries]`, which describe private images and mirrors of AWS images."""

from __future__ import annotations

import re

from smlint.config.table_reader import TableReader
from smlint.images.overrides import ARCHITECTURES, PROCESSORS
from smlint.runtime.suggest import did_you_mean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

IMAGE_KEYS = {"arch": ARCHITECTURES, "processor": PROCESSORS}
"""The keys of an image table, and their values."""

PREFIX = r"^[a-z0-9][a-z0-9.-]*(:[0-9]+)?(/[a-z0-9]+([._-]+[a-z0-9]+)*)*$"
"""A registry prefix: an account or a host, optionally a port, and folders."""

ACCOUNT = r"^[0-9]{12}$"


def images(reader: TableReader) -> Iterator[tuple[str, str | None, str | None]]:
    """Yield the pattern, architecture and processor of each image table."""
    for pattern, table in reader.items("images"):
        key = f"images.{pattern}"
        if not isinstance(table, dict):
            raise reader.type_error(key, "a table", table)
        if not table:
            raise reader.error(f"'{key}' is empty", f"valid keys: {', '.join(IMAGE_KEYS)}")
        values = {}
        for name, value in table.items():
            if name not in IMAGE_KEYS:
                raise reader.error(f"unknown key '{key}.{name}'", did_you_mean(name, IMAGE_KEYS) or f"valid keys: {', '.join(IMAGE_KEYS)}")
            word = reader.text(f"{key}.{name}", value)
            if word not in IMAGE_KEYS[name]:
                hint = did_you_mean(word, IMAGE_KEYS[name])
                raise reader.error(f"'{key}.{name}' must be one of {', '.join(IMAGE_KEYS[name])}, not '{word}'", hint)
            values[name] = word
        yield pattern, values.get("arch"), values.get("processor")


def registries(reader: TableReader) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the registry prefix of each mirror, and the AWS accounts that it mirrors."""
    for prefix, value in reader.items("registries"):
        key = f"registries.{prefix}"
        if not re.search(PREFIX, prefix):
            hint = "use an account or a host, and the folders before the repository name, such as 111122223333/aws"
            raise reader.error(f"'{key}' is not a registry prefix", hint)
        if not isinstance(value, str | list):
            raise reader.type_error(key, "an AWS account, or a list of them", value)
        accounts = (value,) if isinstance(value, str) else reader.text_list(key, value)
        if not accounts:
            raise reader.error(f"'{key}' is empty", "name the AWS accounts that it mirrors, such as 763104351884")
        for account in accounts:
            if not re.search(ACCOUNT, account):
                raise reader.error(f"'{key}': '{account}' is not an account ID of 12 digits")
        yield prefix, accounts

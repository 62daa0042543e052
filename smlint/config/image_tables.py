"""The tables `[images."PATTERN"]` and `[registries]` of a configuration file: what is said of images of one's own, and of copies of AWS's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from smlint.images.overrides import ARCHITECTURES, PROCESSORS
from smlint.runtime.suggest import did_you_mean

if TYPE_CHECKING:
    from smlint.config.file import TableReader

CHOICES = {"arch": ARCHITECTURES, "processor": PROCESSORS}
"""The keys of the table of an image, and their values."""

PREFIX = r"^[a-z0-9][a-z0-9.-]*(:[0-9]+)?(/[a-z0-9]+([._-]+[a-z0-9]+)*)*$"
"""What may stand before the name of a repository: an account or a host, perhaps with a port, and folders."""

ACCOUNT = r"^[0-9]{12}$"


def images(reader: TableReader) -> Iterator[tuple[str, str | None, str | None]]:
    """The images of one's own: pattern, architecture and processor."""
    for pattern, told in reader.items("images"):
        key = f"images.{pattern}"
        if not isinstance(told, dict):
            raise reader.wrong(key, "a table", told)
        if not told:
            raise reader.error(f"'{key}' says nothing", f"keys are {', '.join(CHOICES)}")
        chosen = {}
        for name, value in told.items():
            if name not in CHOICES:
                raise reader.error(f"unknown key '{key}.{name}'", did_you_mean(name, CHOICES) or f"keys are {', '.join(CHOICES)}")
            word = reader.text(f"{key}.{name}", value)
            if word not in CHOICES[name]:
                hint = did_you_mean(word, CHOICES[name])
                raise reader.error(f"'{key}.{name}' must be one of {', '.join(CHOICES[name])}, not '{word}'", hint)
            chosen[name] = word
        yield pattern, chosen.get("arch"), chosen.get("processor")


def registries(reader: TableReader) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The registries that hold copies of AWS's images: prefix, and the accounts that they are copied from."""
    for prefix, told in reader.items("registries"):
        key = f"registries.{prefix}"
        if not re.search(PREFIX, prefix):
            hint = "write an account or a host, and the folders before the name of the repository, such as 111122223333/aws"
            raise reader.error(f"'{key}' does not name a registry", hint)
        if not isinstance(told, str | list):
            raise reader.wrong(key, "an account of AWS's, or a list of them", told)
        accounts = (told,) if isinstance(told, str) else reader.listed(key, told)
        if not accounts:
            raise reader.error(f"'{key}' says nothing", "name the accounts of AWS's that are copied, such as 763104351884")
        for account in accounts:
            if not re.search(ACCOUNT, account):
                raise reader.error(f"'{key}': an account has 12 digits, not '{account}'")
        yield prefix, accounts

"""The words that completion scripts offer for options and arguments."""

from __future__ import annotations

from enum import Enum

from smlint.cli.options.model import Command, Option
from smlint.runtime.named_tuple import NamedTuple


class ValueKind(Enum):
    """How to complete a value: from a list, a comma-separated list, files, folders, or not at all."""

    LIST = "list"
    COMMAS = "commas"
    FILES = "files"
    FOLDERS = "folders"
    ANY = "any"


class CompletionValues(NamedTuple):
    """How to complete a value, and the words of a list."""

    kind: ValueKind
    words: tuple[str, ...] = ()


ANY = CompletionValues(ValueKind.ANY)
FILES = CompletionValues(ValueKind.FILES)


class CompletionWords:
    """The values of options and arguments, with the rules and the catalog at the time the script is written."""

    def __init__(self) -> None:
        from smlint.images.catalog import load_catalog
        from smlint.images.instances import PURPOSES
        from smlint.runner.registry import ALL, load

        rules = load()
        self._rules = tuple(rule.name for rule in rules)
        self._choices = (*self._rules, *sorted({rule.rule.category for rule in rules}), ALL)
        catalog = load_catalog()
        self._regions = catalog.regions.names
        self._frameworks = catalog.frameworks
        self._types = tuple(sorted({name for purpose in PURPOSES for name in catalog.instance_types.names(purpose)}))

    def of_option(self, option: Option) -> CompletionValues:
        """Return the values of an option with a metavar."""
        if option.choices:
            return CompletionValues(ValueKind.LIST, option.choices)
        by_name = {
            "--framework": self._frameworks,
            "--instance-type": self._types,
            "--scope": ("inference", "training", "processing", "transform"),
        }
        if option.name in by_name:
            return CompletionValues(ValueKind.LIST, by_name[option.name])
        by_metavar = {
            "REGION": CompletionValues(ValueKind.LIST, self._regions),
            "RULES": CompletionValues(ValueKind.COMMAS, self._choices),
            "FILE": FILES,
            "FOLDER": CompletionValues(ValueKind.FOLDERS),
        }
        return by_metavar.get(option.metavar, ANY)

    def of_arguments(self, command: Command) -> CompletionValues:
        """Return the values of the arguments of a command, derived from its usage line."""
        text = command.arguments
        if "PATH" in text or "FILE" in text:
            return FILES
        if "RULE" in text:
            return CompletionValues(ValueKind.LIST, self._rules)
        return CompletionValues(ValueKind.LIST, tuple(text.split("|"))) if text.islower() else ANY

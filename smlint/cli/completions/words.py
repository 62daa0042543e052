"""What may stand as the value of an option, or as an argument: the words that every shell's completion script offers."""

from __future__ import annotations

from enum import Enum

from smlint.cli.options import Command, Option
from smlint.runtime.named_tuple import NamedTuple


class Kind(Enum):
    """Where the words come from."""

    LIST = "list"
    COMMAS = "commas"
    FILES = "files"
    FOLDERS = "folders"
    ANY = "any"


class Values(NamedTuple):
    """The values that fit: some words (with `COMMAS`, several of them with commas between), files, folders, or what only the user knows."""

    kind: Kind
    words: tuple[str, ...] = ()


ANY = Values(Kind.ANY)
FILES = Values(Kind.FILES)


class Words:
    """The values of options and arguments. Those that the catalogue or the rules tell are as they are when the script is written."""

    def __init__(self) -> None:
        from smlint.images.catalog import frameworks
        from smlint.images.instances import PURPOSES, instance_types
        from smlint.images.regions import every_region
        from smlint.runner.registry import ALL, load

        rules = load()
        self._rules = tuple(rule.name for rule in rules)
        self._choices = (*self._rules, *sorted({rule.rule.category for rule in rules}), ALL)
        self._regions = every_region()
        self._frameworks = frameworks()
        self._types = tuple(sorted({name for purpose in PURPOSES for name in instance_types(purpose)}))

    def of_option(self, option: Option) -> Values:
        """The values of an option that takes one."""
        if option.choices:
            return Values(Kind.LIST, option.choices)
        by_name = {
            "--framework": self._frameworks,
            "--instance-type": self._types,
            "--scope": ("inference", "training", "processing", "transform"),
        }
        if option.name in by_name:
            return Values(Kind.LIST, by_name[option.name])
        by_metavar = {
            "REGION": Values(Kind.LIST, self._regions),
            "RULES": Values(Kind.COMMAS, self._choices),
            "FILE": FILES,
            "FOLDER": Values(Kind.FOLDERS),
        }
        return by_metavar.get(option.metavar, ANY)

    def of_arguments(self, command: Command) -> Values:
        """The values of a command's arguments, told by how its usage line writes them."""
        text = command.arguments
        if "PATH" in text or "FILE" in text:
            return FILES
        if "RULE" in text:
            return Values(Kind.LIST, self._rules)
        return Values(Kind.LIST, tuple(text.split("|"))) if text.islower() else ANY

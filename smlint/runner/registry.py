"""Find, load and choose rules. Every module of the package `smlint.rules` is a rule; its file name is the rule's name."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import import_module

from smlint.linter.loaded_rule import CUSTOM, LoadedRule
from smlint.linter.rule import CATEGORIES, Rule
from smlint.runtime.errors import SmlintError

ALL = "ALL"


@cache
def load() -> tuple[LoadedRule, ...]:
    """Return every built-in rule, sorted by name. Raises `SmlintError` for a rule module that is incomplete or cannot be imported."""
    return tuple(load_rule(name) for name in rule_modules())


def rule_modules() -> list[str]:
    """Return the names of the modules in `smlint.rules`, sorted. Raises `SmlintError` if the package is missing."""
    try:
        package = import_module("smlint.rules")
    except ModuleNotFoundError:
        raise SmlintError("the rules are missing: there is no package smlint.rules", "install smlint again") from None
    return sorted(entry[:-3] for entry in os.listdir(package.__path__[0]) if entry.endswith(".py") and entry[0] not in "._")


def load_rule(name: str, package: str = "smlint.rules") -> LoadedRule:
    """Import one rule module of a package.

    Raises `SmlintError` if the import fails, or if the module lacks `RULE`, a docstring, or an example of either kind.
    """
    try:
        module = import_module(f"{package}.{name}")
    except Exception as error:
        raise SmlintError(f"rule {name} cannot be imported: {type(error).__name__}: {error}", "run it with `python -v` for more") from error
    path = module.__file__ or name
    rule, doc = getattr(module, "RULE", None), module.__doc__
    if not isinstance(rule, Rule):
        raise SmlintError(f"rule file {path} has no RULE", "a rule file ends with `RULE = Rule(...)`")
    if doc is None or not doc.strip():
        raise SmlintError(f"rule file {path} has no docstring", "its docstring is what `smlint explain` prints")
    if rule.category not in CATEGORIES:
        raise SmlintError(f"rule file {path} has an unknown category '{rule.category}'", f"categories are {', '.join(CATEGORIES)}")
    if not rule.valid or not rule.invalid:
        raise SmlintError(f"rule file {path} has no {'valid' if not rule.valid else 'invalid'} examples", "a rule needs examples of both kinds")
    return LoadedRule(name.replace("_", "-"), rule, doc, path)


def load_custom(paths: Sequence[str]) -> tuple[LoadedRule, ...]:
    """Return the rules of users' own files, sorted by name. Raises `SmlintError` for an invalid file or a name that is taken."""
    from smlint.custom_rules.loader import load_files

    return load_files(paths, reserved_names())


def reserved_names() -> frozenset[str]:
    """Return the names that a user's own rule cannot have: those of built-in rules and categories."""
    return frozenset(name for rule in load() for name in (rule.name, rule.rule.category)) | {CUSTOM}


def choose(
    loaded: Sequence[LoadedRule],
    select: Iterable[str],
    extend_select: Iterable[str],
    ignore: Iterable[str],
    others: Iterable[str] = (),
    *,
    preview: bool = False,
) -> tuple[LoadedRule, ...]:
    """The rules to run: those selected (all that are enabled, when `select` is empty) and those added, without those ignored.

    Each of the three holds names of rules, categories or `ALL`. The more specific word wins (a name over a category, a category over
    `ALL`), and of equally specific ones `ignore`. A rule on trial runs if it is selected by its name, or with `preview`.
    Raises `SmlintError` for a word that is none of these, nor one of the `others`.
    """
    wanted, ignored = tuple(select), tuple(ignore)
    added = tuple(extend_select)
    if wanted or added or ignored:
        _require_known((*wanted, *added, *ignored), loaded, others)
    found = []
    for one in loaded:
        chosen = max(_weight(one, (*wanted, *added)), -1 if wanted or not one.rule.enabled else 0)
        if one.rule.preview and not preview and chosen < _BY_NAME:
            continue
        if chosen >= 0 and chosen > _weight(one, ignored):
            found.append(one)
    return tuple(found)


_BY_NAME = 2


def _weight(one: LoadedRule, words: Iterable[str]) -> int:
    """How specifically the words name the rule: 2 by its name, 1 by its category, 0 by `ALL`, -1 not at all."""
    ranks = {one.name: _BY_NAME, one.rule.category: 1, ALL: 0}
    return max((ranks.get(word, -1) for word in words), default=-1)


def _require_known(words: Iterable[str], loaded: Sequence[LoadedRule], others: Iterable[str]) -> None:
    """Raise `SmlintError` for a word that names no rule. A rule that exists, but is not among those to choose from, is known."""
    known = {ALL, CUSTOM, *others}
    for one in (*loaded, *load()):
        known.update((one.name, one.rule.category))
    for word in words:
        if word not in known:
            from smlint.runtime.suggest import did_you_mean

            raise SmlintError(f"unknown rule or category '{word}'", did_you_mean(word, sorted(known)) or "'smlint explain --all' lists the rules")


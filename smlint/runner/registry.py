"""Find, load and select rules. Every module in the package `smlint.rules` is a rule, named after its file."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import import_module

from smlint.linter.rule import CATEGORIES, CUSTOM, LoadedRule, Rule
from smlint.model.deployment import FACT_NAMES
from smlint.model.images import Image
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

    Raises `SmlintError` if the import fails, if the module lacks `RULE`, a docstring, a known category, or an example of either kind, or if it
    needs an unknown fact.
    """
    try:
        module = import_module(f"{package}.{name}")
    except Exception as error:
        what = f"rule {name} cannot be imported: {type(error).__name__}: {error}"
        raise SmlintError(what, "run the command with -v for the traceback") from error
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
    for need in rule.needs:
        _require_fact(need, path)
    return LoadedRule(name.replace("_", "-"), rule, doc, path)


def _require_fact(need: str, path: str) -> None:
    """Raise `SmlintError` unless `need` is a fact of a deployment (`instance_type`) or a part of its image (`image.tag`)."""
    fact, dot, part = need.partition(".")
    if fact in FACT_NAMES and (not dot or (fact == "image" and part in Image._fields)):
        return
    from smlint.runtime.suggest import did_you_mean

    names = (*FACT_NAMES, *(f"image.{field}" for field in Image._fields))
    hint = did_you_mean(need, names) or "`needs` takes facts of Deployment, and parts of the image such as image.tag"
    raise SmlintError(f"rule file {path} needs an unknown fact '{need}'", hint)


def load_custom(paths: Sequence[str]) -> tuple[LoadedRule, ...]:
    """Return the rules of custom rule files, sorted by name. Raises `SmlintError` for an invalid file or a name that is taken."""
    from smlint.custom_rules.loader import load_files

    return load_files(paths, reserved_names())


def reserved_names() -> frozenset[str]:
    """Return the names that custom rules cannot have: those of built-in rules and categories."""
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
    """Return the rules to run: those selected (by default all enabled ones) plus those added, minus those ignored.

    `select`, `extend_select` and `ignore` are rule names, categories or `ALL`. The more specific selector wins: a name over a category, a
    category over `ALL`. Between equally specific selectors, `ignore` wins. A preview rule runs only if it is selected by name or if
    `preview` is set. Raises `SmlintError` for a selector that names no rule or category and is not among the `others`.
    """
    select, ignored = tuple(select), tuple(ignore)
    selected = (*select, *extend_select)
    if selected or ignored:
        _require_known((*selected, *ignored), loaded, others)
    chosen = []
    for rule in loaded:
        specificity = max(_specificity(rule, selected), -1 if select or not rule.rule.enabled else 0)
        if rule.rule.preview and not preview and specificity < _BY_NAME:
            continue
        if specificity >= 0 and specificity > _specificity(rule, ignored):
            chosen.append(rule)
    return tuple(chosen)


_BY_NAME = 2


def _specificity(rule: LoadedRule, selectors: Iterable[str]) -> int:
    """Return how specifically the selectors name the rule: 2 by name, 1 by category, 0 by `ALL`, -1 not at all."""
    ranks = {rule.name: _BY_NAME, rule.rule.category: 1, ALL: 0}
    return max((ranks.get(selector, -1) for selector in selectors), default=-1)


def _require_known(selectors: Iterable[str], loaded: Sequence[LoadedRule], others: Iterable[str]) -> None:
    """Raise `SmlintError` for a selector that names no rule or category. Built-in rules are known even if they are not among `loaded`."""
    known = {ALL, CUSTOM, *others}
    for rule in (*loaded, *load()):
        known.update((rule.name, rule.rule.category))
    for selector in selectors:
        if selector not in known:
            from smlint.runtime.suggest import did_you_mean

            hint = did_you_mean(selector, sorted(known)) or f"choose from {', '.join(sorted(known))}"
            raise SmlintError(f"unknown rule or category '{selector}'", hint)

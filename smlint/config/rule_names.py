"""Check that the rules that a configuration or an option names exist."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from smlint.config.layers import SettingsLayer
from smlint.runtime.errors import SmlintError


def check_rule_names(layer: SettingsLayer, where: str, rules_files: Iterable[Sequence[str]] = ()) -> None:
    """Raise `SmlintError` for the first name that is not a rule (or, where those are allowed, a category or `ALL`).

    `rules_files` are the custom rule files of each configuration; two configurations may have rules of the same name. `where` starts the
    message; `{key}` in it is replaced by the configuration key that holds the name.
    """
    selectors = [("select", layer.select or ()), ("extend-select", layer.extend_select), ("ignore", layer.ignore)]
    selectors += [("per-file-ignores", names) for _, names in layer.per_file_ignores]
    remapped = [name for name, _ in layer.severities]
    if not (remapped or any(names for _, names in selectors)):
        return  # do not load the rules
    from smlint.linter.rule import CUSTOM
    from smlint.runner.registry import ALL, load, load_custom

    loaded = load()
    for files in rules_files:
        loaded = (*loaded, *load_custom(files))
    rules = {rule.name for rule in loaded}
    groups = {rule.rule.category for rule in loaded} | {ALL, CUSTOM}
    for key, names in selectors:
        _require(names, rules | groups, "rule or category", where.replace("{key}", key))
    _require(remapped, rules, "rule", where.replace("{key}", "severity"))


def _require(names: Iterable[str], known: set[str], what: str, where: str) -> None:
    for name in names:
        if name not in known:
            from smlint.runtime.suggest import did_you_mean

            raise SmlintError(
                f"{where}: unknown {what} '{name}'", did_you_mean(name, sorted(known)) or f"choose from {', '.join(sorted(known))}"
            )

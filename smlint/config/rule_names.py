"""Whether the rules that a configuration or an option names exist."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from smlint.config.layers import Layer
from smlint.runtime.errors import SmlintError


def check(layer: Layer, where: str, rules_files: Iterable[Sequence[str]] = ()) -> None:
    """Raise a `SmlintError` for the first name that is no rule (nor a category nor `ALL`, where those are allowed).

    `rules_files` are the files of users' own rules that may be named too, by configuration: two of them may each have a rule of one name.
    `where` is what the message begins with; `{key}` in it becomes the configuration key that holds the name.
    """
    chosen = [("select", layer.select or ()), ("extend-select", layer.extend_select), ("ignore", layer.ignore)]
    chosen += [("per-file-ignores", names) for _, names in layer.per_file_ignores]
    remapped = [name for name, _ in layer.severities]
    if not (remapped or any(names for _, names in chosen)):
        return  # the rules need not be loaded
    from smlint.linter.loaded_rule import CUSTOM
    from smlint.runner.registry import ALL, load

    loaded = load()
    for files in rules_files:
        from smlint.runner.registry import load_custom

        loaded = (*loaded, *load_custom(files))
    rules = {rule.name for rule in loaded}
    groups = {rule.rule.category for rule in loaded} | {ALL, CUSTOM}
    for key, names in chosen:
        _require(names, rules | groups, "rule or category", where.replace("{key}", key))
    _require(remapped, rules, "rule", where.replace("{key}", "severity"))


def _require(names: Iterable[str], known: set[str], what: str, where: str) -> None:
    for name in names:
        if name not in known:
            from smlint.runtime.suggest import did_you_mean

            raise SmlintError(
                f"{where}: unknown {what} '{name}'", did_you_mean(name, sorted(known)) or "'smlint explain --all' lists the rules"
            )

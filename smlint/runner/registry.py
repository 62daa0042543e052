"""Finds and loads the rules: every file of the rules folder is one, and its name, documentation and fixes are derived from it.

The folder is `_rules` beside this file when smlint is installed, else `rules` of the checkout that this file belongs to; never
anything in the working directory.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.machinery import SourceFileLoader

from smlint.linter.rule import Rule
from smlint.model.findings import Safety
from smlint.runtime.errors import SmlintError
from smlint.runtime.named_tuple import NamedTuple

ALL = "ALL"
CUSTOM = "custom"
"""The category of all users' own rules (`smlint.custom_rules.loader`)."""


class Loaded(NamedTuple):
    """A rule with what its file tells: its `name` in output and configuration (the file's, with dashes), its `doc` and its `path`."""

    name: str
    rule: Rule
    doc: str
    path: str

    @property
    def summary(self) -> str:
        """The documentation's first sentence, in one line."""
        return " ".join(self.doc.strip().partition("\n\n")[0].split())

    @property
    def safety(self) -> Safety | None:
        """The safety of its safest fix; None when it offers none."""
        found = [bad.safety for bad in self.rule.bad if bad.fixed is not None]
        return max(found, key=lambda safety: safety.rank) if found else None

    @property
    def fixable(self) -> bool:
        """Whether it offers fixes of any kind."""
        return self.safety is not None


@cache
def load() -> tuple[Loaded, ...]:
    """Every rule, sorted by name. Raises `SmlintError` for a rule file that is incomplete or cannot be run."""
    folder = rules_folder()
    names = [entry[:-3] for entry in os.listdir(folder) if entry.endswith(".py") and entry[0] not in "._"]
    return tuple(load_file(f"{folder}{os.sep}{name}.py") for name in sorted(names))


def rules_folder() -> str:
    """The folder of the rule files. Raises `SmlintError` when there is none."""
    package = os.path.dirname(os.path.abspath(__file__))
    installed = f"{package}{os.sep}_rules"
    if os.path.isdir(installed):
        return installed
    checkout = os.path.dirname(package)
    if os.path.isfile(f"{checkout}{os.sep}pyproject.toml") and os.path.isdir(f"{checkout}{os.sep}rules"):
        return f"{checkout}{os.sep}rules"
    raise SmlintError(f"the rules are missing: there is no {installed}", "install smlint again")


def load_file(path: str) -> Loaded:
    """The rule of one file. Raises `SmlintError` when it cannot be run, or lacks `RULE`, its docstring or an example of either kind."""
    stem = path.rpartition(os.sep)[2].removesuffix(".py")
    module = f"smlint._rules.{stem}"
    # Through the loader the byte code is cached; the import system's search for a module would only cost time.
    namespace: dict[str, object] = {"__name__": module, "__file__": path}
    try:
        code = SourceFileLoader(module, path).get_code(module)
        if code is not None:
            exec(code, namespace)  # noqa: S102  # the project's own files, from the folder beside this one
    except Exception as error:
        raise SmlintError(f"rule file {path} cannot be run: {type(error).__name__}: {error}", "run it with `python -v` for more") from error
    rule, doc = namespace.get("RULE"), namespace.get("__doc__")
    if not isinstance(rule, Rule):
        raise SmlintError(f"rule file {path} has no RULE", "a rule file ends with `RULE = Rule(...)`")
    if not isinstance(doc, str) or not doc.strip():
        raise SmlintError(f"rule file {path} has no documentation", "its docstring is what `smlint explain` prints")
    if not rule.good or not rule.bad:
        raise SmlintError(f"rule file {path} lacks {'good' if not rule.good else 'bad'} examples", "a rule is proved by examples of both kinds")
    return Loaded(stem.replace("_", "-"), rule, doc, path)


def choose(
    loaded: Sequence[Loaded],
    select: Iterable[str],
    extend_select: Iterable[str],
    ignore: Iterable[str],
    others: Iterable[str] = (),
    *,
    preview: bool = False,
) -> tuple[Loaded, ...]:
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


def _weight(one: Loaded, words: Iterable[str]) -> int:
    """How specifically the words name the rule: 2 by its name, 1 by its category, 0 by `ALL`, -1 not at all."""
    ranks = {one.name: _BY_NAME, one.rule.category: 1, ALL: 0}
    return max((ranks.get(word, -1) for word in words), default=-1)


def _require_known(words: Iterable[str], loaded: Sequence[Loaded], others: Iterable[str]) -> None:
    """Raise `SmlintError` for a word that names no rule. A rule that exists, but is not among those to choose from, is known."""
    known = {ALL, CUSTOM, *others}
    for one in (*loaded, *load()):
        known.update((one.name, one.rule.category))
    for word in words:
        if word not in known:
            from smlint.runtime.suggest import did_you_mean

            raise SmlintError(f"unknown rule or category '{word}'", did_you_mean(word, sorted(known)) or "'smlint explain --all' lists the rules")


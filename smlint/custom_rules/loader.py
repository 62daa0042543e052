"""Users' own rules: a YAML or JSON file of rules over the facts record, turned into the same `Rule` as the built-in ones.

A rule is data. Nothing in it is run, fetched or read: its conditions are a small part of JSON Schema (`constraint.py`), and its message may name
facts in braces. What is wrong with a file is an error that names the line, and no rule of the file is used.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import ClassVar

from smlint.custom_rules.conditions import Fault, Shape, Verdict, faults, judge
from smlint.files.read import SourceError, read_source
from smlint.linter.deployment_facts import BY_NAME, FIELDS, DeploymentFacts, deployment_facts
from smlint.linter.loaded_rule import CUSTOM, LoadedRule
from smlint.linter.rule import Invalid, RelatedLocation, Rule, RuleContext, Undecided, Valid, Violation
from smlint.model.deployment import Deployment
from smlint.model.facts import State
from smlint.model.findings import Severity
from smlint.model.source import Source
from smlint.runtime.errors import SmlintError
from smlint.runtime.named_tuple import NamedTuple
from smlint.runtime.suggest import did_you_mean
from smlint.syntax import UNKNOWN, Data, Mapping, Node, ParseError, parse, resolve, to_data
from smlint.syntax import Sequence as Items

SIZE_LIMIT = 1_000_000
MOST_RULES = 500
MOST_REMEMBERED = 50_000

KEYS = ("name", "severity", "summary", "description", "message", "when", "require", "good", "bad")
REQUIRED = ("name", "severity", "summary", "message", "require", "good", "bad")
NAME = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
LONGEST_NAME = 60
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_LONGEST_VALUE = 120

SHAPE = Shape("object", {field.name: Shape(field.type, None, field.values) for field in FIELDS})


class _Definition(NamedTuple):
    """What one rule of a file says."""

    when: Data
    require: Data
    message: str


def load_files(paths: Sequence[str], reserved: frozenset[str]) -> tuple[LoadedRule, ...]:
    """Return the rules of several files, sorted by name.

    `reserved` are the names of built-in rules and categories. Raises `SmlintError` for an invalid file, or a name used twice.
    """
    found: dict[str, LoadedRule] = {}
    for path in dict.fromkeys(os.path.abspath(path) for path in paths):
        for one in load_file(path, reserved):
            if one.name in found:
                raise SmlintError(f"{_shown(path)}: rule '{one.name}' is also in {_shown(found[one.name].path)}", "give it another name")
            found[one.name] = one
    return tuple(found[name] for name in sorted(found))


def load_file(path: str, reserved: frozenset[str]) -> tuple[LoadedRule, ...]:
    """Return the rules of one file, in file order. Raises `SmlintError` that names the line."""
    try:
        size = os.path.getsize(path) if os.path.isfile(path) else 0
        if size > SIZE_LIMIT:
            raise SmlintError(f"rules file {_shown(path)} is larger than {SIZE_LIMIT} bytes")
        source = read_source(path)
    except SourceError as error:
        raise SmlintError(f"cannot read the rules file {_shown(path)}: {error.message}") from None
    return _from_text(source.path, source.text, reserved)


@lru_cache(maxsize=16)
def _from_text(path: str, text: str, reserved: frozenset[str]) -> tuple[LoadedRule, ...]:
    return _File(Source(path, text), reserved).rules()


class _File:
    """Takes the rules out of one file."""

    def __init__(self, source: Source, reserved: frozenset[str]) -> None:
        self.source = source
        self.reserved = reserved
        try:
            documents = parse(source.text, source.path)
        except ParseError as error:
            raise SmlintError(f"{self.at(error.offset)}: {error.message}") from None
        self.root = documents[0].root if documents else None
        self.data = to_data(self.root)
        if len(documents) > 1:
            raise SmlintError(f"{_shown(source.path)}: a rules file is one document, this has {len(documents)}")
        if isinstance(self.data, dict) and list(self.data) == ["rules"]:
            self.root = resolve(self.root)
            self.root = self.root.get("rules") if isinstance(self.root, Mapping) else None
            self.data = self.data["rules"]

    def at(self, offset: int) -> str:
        return f"{_shown(self.source.path)}:{self.source.position(offset).line}"

    def error(self, path: Sequence[str | int], what: str, hint: str = "") -> SmlintError:
        """An error at the place in the file that the path leads to, as far as it does."""
        return SmlintError(f"{self.at(_offset(self.root, path))}: {what}", hint)

    def rules(self) -> tuple[LoadedRule, ...]:
        if not isinstance(self.data, list) or not self.data:
            raise self.error((), "a rules file is a list of rules, each with a name", "'smlint schema rules' describes it")
        if len(self.data) > MOST_RULES:
            raise self.error((), f"there are more than {MOST_RULES} rules")
        names: set[str] = set()
        found = []
        for index, item in enumerate(self.data):
            if not isinstance(item, dict):
                raise self.error((index,), "a rule is a mapping with name, severity, summary, message, require, good and bad")
            one = self.rule(index, item)
            if one.name in names:
                raise self.error((index, "name"), f"rule '{one.name}' is there twice")
            names.add(one.name)
            found.append(one)
        return tuple(found)

    def rule(self, index: int, item: dict[str, Data]) -> LoadedRule:
        self.require_keys(index, item)
        name = self.name(index, item)
        severity = self.line(index, item, "severity")
        words = [one.value for one in Severity]
        if severity not in words:
            raise self.error((index, "severity"), f"severity '{severity}' is none", did_you_mean(severity, words) or "it is error, warning or note")
        when, require = item.get("when", True), item["require"]
        for key, schema in (("when", when), ("require", require)):
            for fault in faults(schema, SHAPE):
                raise self.fault(index, key, name, fault)
        message = self.message(index, item)
        good, bad = self.examples(index, item, "good"), self.examples(index, item, "bad")
        if len({*good, *bad}) < len(good) + len(bad):
            raise self.error((index, "good"), f"rule '{name}' has an example twice")
        doc = self.line(index, item, "summary")
        if "description" in item:
            doc += "\n\n" + self.text(index, item, "description").strip()
        rule = Rule(
            _check(_Definition(when, require, message)),
            category=CUSTOM,
            severity=Severity(severity),
            valid=[Valid(text) for text in good],
            invalid=[Invalid(text) for text in bad],
        )
        return LoadedRule(name, rule, doc, self.source.path)

    def require_keys(self, index: int, item: dict[str, Data]) -> None:
        for key in item:
            if key not in KEYS:
                raise self.error((index, key), f"unknown key '{key}'", did_you_mean(key, KEYS) or f"keys are {', '.join(KEYS)}")
        for key in REQUIRED:
            if key not in item:
                hint = "a rule is proved by examples of both kinds" if key in ("good", "bad") else f"keys are {', '.join(KEYS)}"
                raise self.error((index,), f"the rule has no '{key}'", hint)

    def name(self, index: int, item: dict[str, Data]) -> str:
        name = self.line(index, item, "name")
        if not re.fullmatch(NAME, name) or len(name) > LONGEST_NAME:
            raise self.error((index, "name"), f"'{name[:60]}' cannot be a rule's name", "write words of small letters and digits with dashes between")
        if name in self.reserved:
            raise self.error((index, "name"), f"'{name}' is the name of a built-in rule or category", "give it another name")
        return name

    def text(self, index: int, item: dict[str, Data], key: str) -> str:
        value = item[key]
        if not isinstance(value, str) or not value.strip():
            raise self.error((index, key), f"'{key}' must be a text")
        return value

    def line(self, index: int, item: dict[str, Data], key: str) -> str:
        text = self.text(index, item, key).strip()
        if "\n" in text or "\r" in text:
            raise self.error((index, key), f"'{key}' must be one line")
        return text

    def message(self, index: int, item: dict[str, Data]) -> str:
        message = self.line(index, item, "message")
        for name in _PLACEHOLDER.findall(message):
            if name not in BY_NAME:
                hint = did_you_mean(name, BY_NAME) or "'smlint schema rules' describes them all"
                raise self.error((index, "message"), f"the message names a fact '{name}' that there is not", hint)
        return message

    def examples(self, index: int, item: dict[str, Data], key: str) -> tuple[str, ...]:
        values = item[key]
        if not isinstance(values, list) or not values or not all(isinstance(value, str) and value.strip() for value in values):
            raise self.error((index, key), f"'{key}' must be a list of examples, each a text", "a manifest, or the body of one native model")
        return tuple(str(value) for value in values)

    def fault(self, index: int, key: str, name: str, fault: Fault) -> SmlintError:
        return self.error((index, key, *fault.path), f"rule '{name}': {'.'.join(map(str, (key, *fault.path)))}: {fault.message}", fault.hint)


def _offset(root: Node | None, path: Sequence[str | int]) -> int:
    """Where the node at the end of a path begins, or the last one on the way that is there."""
    node = root
    for step in path:
        found = resolve(node)
        inner: Node | None = None
        if isinstance(found, Mapping) and isinstance(step, str):
            inner = found.get(step)
        elif isinstance(found, Items) and isinstance(step, int) and step < len(found.items):
            inner = found.items[step]
        if inner is None:
            break
        node = inner
    return node.start if node is not None else 0


def _check(definition: _Definition) -> Callable[[Deployment, RuleContext], Iterator[Violation]]:
    """The check of a rule: where `when` holds, `require` must."""

    def check(deployment: Deployment, context: RuleContext) -> Iterator[Violation]:
        facts, data = _remembered(deployment, context)
        applies = judge(definition.when, data).truth
        if applies is False:
            return
        verdict = judge(definition.require, data)
        if verdict.truth is True:
            return
        if applies is None or verdict.truth is None:
            raise Undecided
        yield _hit(definition.message, verdict, facts)

    return check


class _Memory:
    """The records of the deployments of a text: every rule judges each of them, and a record takes longer than a rule."""

    context: RuleContext | None = None
    records: ClassVar[dict[int, tuple[Deployment, DeploymentFacts, dict[str, Data]]]] = {}


def _remembered(deployment: Deployment, context: RuleContext) -> tuple[DeploymentFacts, dict[str, Data]]:
    if _Memory.context is not context or len(_Memory.records) > MOST_REMEMBERED:
        _Memory.context = context
        _Memory.records.clear()
    held = _Memory.records.get(id(deployment))
    if held is None:
        # With the deployment itself, so that no other one takes its identity.
        facts = deployment_facts(deployment, context)
        held = _Memory.records[id(deployment)] = (deployment, facts, as_data(facts))
    return held[1], held[2]


def as_data(facts: DeploymentFacts) -> dict[str, Data]:
    """A record as the data that schemas judge: what is missing is not there, and what cannot be told is UNKNOWN."""
    found: dict[str, Data] = {}
    for name, entry in facts.items():
        if entry.state is State.UNKNOWN or (entry.state is State.KNOWN and entry.value is None):
            found[name] = UNKNOWN
        elif isinstance(entry.value, dict):
            found[name] = dict(entry.value)
        elif entry.state is State.KNOWN:
            found[name] = entry.value
    return found


def _hit(message: str, verdict: Verdict, facts: DeploymentFacts) -> Violation:
    """The finding stands at the first value at fault that stands in the file; the others explain it."""
    names = list(dict.fromkeys(str(path[0]) for path in verdict.faults if path))
    placed = [(name, facts[name].place) for name in names if facts[name].place is not None]
    at = placed[0][1] if placed else None
    related = [RelatedLocation(place, _label(name, facts)) for name, place in placed[1:4]]
    return Violation(at, _PLACEHOLDER.sub(lambda match: _value(match[1], facts), message), related=related)


def _label(name: str, facts: DeploymentFacts) -> str:
    title = BY_NAME[name].title
    return f"{title[0].lower() if title != 'Region' else title[0]}{title[1:]} {_value(name, facts)}"


def _value(name: str, facts: DeploymentFacts) -> str:
    entry = facts[name]
    if entry.state is not State.KNOWN or entry.value is None:
        return "unknown" if entry.state is State.UNKNOWN else "none"
    if isinstance(entry.value, dict):
        return ", ".join(f"{library} {version}" for library, version in entry.value.items())
    text = str(entry.value).lower() if isinstance(entry.value, bool) else " ".join(str(entry.value).split())
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 3] + "..."


def _shown(path: str) -> str:
    """The path as a person would write it: relative if it is below the working directory."""
    try:
        relative = os.path.relpath(path)
    except ValueError:  # on another drive
        return path
    return path if relative.startswith("..") else relative

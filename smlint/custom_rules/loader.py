"""Load custom rules: YAML or JSON files of rules about deployment facts, each turned into the same `Rule` as a built-in one.

A rule is data: loading it runs no code and reads no other file. Its conditions are a subset of JSON Schema (`conditions.py`), and its message can
name facts in braces. Any problem in a file is an error that names the line, and no rule of that file is used.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from functools import lru_cache

from smlint.custom_rules.condition_schema import SchemaProblem, ValueType, schema_problems
from smlint.custom_rules.rule_check import PLACEHOLDER, rule_check
from smlint.files.read import SourceError, read_source, shown_path
from smlint.linter.fact_fields import BY_NAME, FIELDS
from smlint.linter.rule import CUSTOM, Invalid, LoadedRule, Rule, Valid
from smlint.model.findings import Severity
from smlint.model.source import Source
from smlint.runtime.errors import SmlintError
from smlint.runtime.suggest import did_you_mean
from smlint.syntax import Data, Mapping, Node, ParseError, parse, resolve, to_data
from smlint.syntax import Sequence as SequenceNode

SIZE_LIMIT = 1_000_000
MOST_RULES = 500

KEYS = ("name", "severity", "summary", "description", "message", "when", "require", "good", "bad")
REQUIRED = ("name", "severity", "summary", "message", "require", "good", "bad")
NAME = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
LONGEST_NAME = 60

FACTS_TYPE = ValueType("object", {field.name: ValueType(field.type, None, field.values) for field in FIELDS})


def load_files(paths: Sequence[str], reserved: frozenset[str]) -> tuple[LoadedRule, ...]:
    """Load the rules of several files, sorted by name.

    `reserved` are the names that custom rules cannot have: those of built-in rules and categories. Raises `SmlintError` for an invalid file or a
    duplicate name.
    """
    rules: dict[str, LoadedRule] = {}
    for path in dict.fromkeys(os.path.abspath(path) for path in paths):
        for rule in load_file(path, reserved):
            if rule.name in rules:
                raise SmlintError(f"{shown_path(path)}: rule '{rule.name}' is also in {shown_path(rules[rule.name].path)}", "rename one of them")
            rules[rule.name] = rule
    return tuple(rules[name] for name in sorted(rules))


def load_file(path: str, reserved: frozenset[str]) -> tuple[LoadedRule, ...]:
    """Load the rules of one file, in file order. Raises `SmlintError` that names the line of the first problem."""
    try:
        size = os.path.getsize(path) if os.path.isfile(path) else 0
        if size > SIZE_LIMIT:
            raise SmlintError(f"rules file {shown_path(path)} is larger than {SIZE_LIMIT} bytes")
        source = read_source(path)
    except SourceError as error:
        raise SmlintError(f"cannot read the rules file {shown_path(path)}: {error.message}") from None
    return _rules_of_text(source.path, source.text, reserved)


@lru_cache(maxsize=16)
def _rules_of_text(path: str, text: str, reserved: frozenset[str]) -> tuple[LoadedRule, ...]:
    return _rules_file(Source(path, text), reserved).rules()


def _rules_file(source: Source, reserved: frozenset[str]) -> _RulesFile:
    """Parse a rules file: one document, a list of rules or a mapping with the only key `rules`."""
    try:
        documents = parse(source.text, source.path)
    except ParseError as error:
        raise SmlintError(f"{_location(source, error.offset)}: {error.message}") from None
    if len(documents) > 1:
        raise SmlintError(f"{shown_path(source.path)}: expected one document, found {len(documents)}")
    root: Node | None = resolve(documents[0].root) if documents else None
    data = to_data(root)
    if isinstance(data, dict) and list(data) == ["rules"]:
        root = root.get("rules") if isinstance(root, Mapping) else None
        data = data["rules"]
    return _RulesFile(source, root, data, reserved)


class _RulesFile:
    """Turns the content of one rules file into rules, and problems into errors that name the line."""

    def __init__(self, source: Source, root: Node | None, data: Data, reserved: frozenset[str]) -> None:
        self.source = source
        self.root = root
        self.data = data
        self.reserved = reserved

    def error(self, path: Sequence[str | int], what: str, hint: str = "") -> SmlintError:
        """Return an error at the node that `path` leads to, or at the last node on the way that exists."""
        return SmlintError(f"{_location(self.source, _offset(self.root, path))}: {what}", hint)

    def rules(self) -> tuple[LoadedRule, ...]:
        if not isinstance(self.data, list) or not self.data:
            raise self.error((), "expected a list of rules, each with a name", "'smlint schema rules' describes the format")
        if len(self.data) > MOST_RULES:
            raise self.error((), f"more than {MOST_RULES} rules")
        rules: dict[str, LoadedRule] = {}
        for index, item in enumerate(self.data):
            if not isinstance(item, dict):
                raise self.error((index,), f"a rule must be a mapping with {', '.join(REQUIRED)}")
            rule = self.rule(index, item)
            if rule.name in rules:
                raise self.error((index, "name"), f"duplicate rule '{rule.name}'")
            rules[rule.name] = rule
        return tuple(rules.values())

    def rule(self, index: int, item: dict[str, Data]) -> LoadedRule:
        self.require_keys(index, item)
        name = self.name(index, item)
        severity = self.severity(index, item)
        when, require = item.get("when", True), item["require"]
        for key, schema in (("when", when), ("require", require)):
            for problem in schema_problems(schema, FACTS_TYPE):
                raise self.schema_error(index, key, name, problem)
        message = self.message(index, item)
        good, bad = self.examples(index, item, "good"), self.examples(index, item, "bad")
        if len({*good, *bad}) < len(good) + len(bad):
            raise self.error((index, "good"), f"rule '{name}' has a duplicate example")
        doc = self.line(index, item, "summary")
        if "description" in item:
            doc += "\n\n" + self.string(index, item, "description").strip()
        rule = Rule(
            rule_check(when, require, message),
            category=CUSTOM,
            severity=severity,
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
                hint = "every rule needs good and bad examples" if key in ("good", "bad") else f"keys are {', '.join(KEYS)}"
                raise self.error((index,), f"the rule has no '{key}'", hint)

    def name(self, index: int, item: dict[str, Data]) -> str:
        name = self.line(index, item, "name")
        if not re.fullmatch(NAME, name) or len(name) > LONGEST_NAME:
            raise self.error((index, "name"), f"invalid rule name '{name[:60]}'", "use lowercase words and digits, joined by dashes")
        if name in self.reserved:
            raise self.error((index, "name"), f"'{name}' is the name of a built-in rule or category", "use another name")
        return name

    def severity(self, index: int, item: dict[str, Data]) -> Severity:
        word = self.line(index, item, "severity")
        words = [severity.value for severity in Severity]
        if word not in words:
            raise self.error((index, "severity"), f"unknown severity '{word}'", did_you_mean(word, words) or "use error, warning or note")
        return Severity(word)

    def string(self, index: int, item: dict[str, Data], key: str) -> str:
        value = item[key]
        if not isinstance(value, str) or not value.strip():
            raise self.error((index, key), f"'{key}' must be a string that is not empty")
        return value

    def line(self, index: int, item: dict[str, Data], key: str) -> str:
        text = self.string(index, item, key).strip()
        if "\n" in text or "\r" in text:
            raise self.error((index, key), f"'{key}' must be one line")
        return text

    def message(self, index: int, item: dict[str, Data]) -> str:
        message = self.line(index, item, "message")
        for name in PLACEHOLDER.findall(message):
            if name not in BY_NAME:
                hint = did_you_mean(name, BY_NAME) or "'smlint schema rules' describes all facts"
                raise self.error((index, "message"), f"unknown fact '{name}' in the message", hint)
        return message

    def examples(self, index: int, item: dict[str, Data], key: str) -> tuple[str, ...]:
        values = item[key]
        if not isinstance(values, list) or not values or not all(isinstance(value, str) and value.strip() for value in values):
            hint = "write a manifest, or the body of one native model"
            raise self.error((index, key), f"'{key}' must be a list of examples, each a string", hint)
        return tuple(str(value) for value in values)

    def schema_error(self, index: int, key: str, name: str, problem: SchemaProblem) -> SmlintError:
        path = (key, *problem.path)
        return self.error((index, *path), f"rule '{name}': {'.'.join(map(str, path))}: {problem.message}", problem.hint)


def _location(source: Source, offset: int) -> str:
    return f"{shown_path(source.path)}:{source.position(offset).line}"


def _offset(root: Node | None, path: Sequence[str | int]) -> int:
    """Return the offset of the node that a path leads to, or of the last node on the way that exists."""
    node = root
    for step in path:
        container = resolve(node)
        child: Node | None = None
        if isinstance(container, Mapping) and isinstance(step, str):
            child = container.get(step)
        elif isinstance(container, SequenceNode) and isinstance(step, int) and step < len(container.items):
            child = container.items[step]
        if child is None:
            break
        node = child
    return node.start if node is not None else 0

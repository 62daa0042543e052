"""Every example of every rule, through the real engine, with that rule alone."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from smlint.api import lint
from smlint.linter.examples import Manifest, written_out
from smlint.linter.fixer import splice
from smlint.linter.loaded_rule import LoadedRule
from smlint.linter.rule import Invalid, Valid
from smlint.model.deployment import Deployment
from smlint.model.findings import Applicability, Finding
from smlint.model.images import Image
from smlint.model.settings import Settings
from smlint.runner.registry import load
from smlint.syntax import Scalar, parse, walk

if TYPE_CHECKING:
    from _pytest.mark.structures import ParameterSet

RULES = load()


class Expectation(NamedTuple):
    """What the documentation promises of a rule: category, the severities its findings may have (its own first), and its fixes."""

    category: str
    severities: tuple[str, ...]
    fixes: frozenset[str] = frozenset()


SAFE, UNSAFE, DISPLAY, BOTH = frozenset({"safe"}), frozenset({"unsafe"}), frozenset({"display"}), frozenset({"safe", "unsafe"})
PROMISED = {
    "syntax-error": Expectation("manifest", ("error",)),
    "schema-violation": Expectation("manifest", ("error",)),
    "unquoted-version": Expectation("manifest", ("warning",), SAFE),
    "dangling-model-reference": Expectation("manifest", ("error",)),
    "image-architecture-mismatch": Expectation("hardware", ("error",), BOTH),
    "image-processor-mismatch": Expectation("hardware", ("error", "warning"), BOTH),
    "missing-inference-ami-version": Expectation("hardware", ("warning",)),
    "image-region-mismatch": Expectation("registry", ("error",), BOTH),
    "image-account-mismatch": Expectation("registry", ("error",), SAFE),
    "image-domain-mismatch": Expectation("registry", ("error",), SAFE),
    "unavailable-region": Expectation("registry", ("error",)),
    "malformed-image-uri": Expectation("registry", ("error",), SAFE),
    "unknown-image-repository": Expectation("registry", ("note",)),
    "unknown-image-tag": Expectation("version", ("warning",), UNSAFE),
    "unpinned-image": Expectation("version", ("note",)),
    "unsupported-framework-version": Expectation("version", ("error",), UNSAFE),
    "unsupported-graviton-version": Expectation("version", ("error",), UNSAFE),
    "unsupported-graviton-framework": Expectation("version", ("error",)),
    "unsupported-python-version": Expectation("version", ("error",), UNSAFE),
    "end-of-patch-image": Expectation("support", ("warning", "note")),
    "retired-hardware": Expectation("support", ("warning",)),
    "unknown-instance-type": Expectation("instance", ("error", "note"), UNSAFE),
    "instance-type-not-for-purpose": Expectation("instance", ("error",)),
    "instance-type-not-in-region": Expectation("instance", ("warning",)),
    "image-scope-mismatch": Expectation("consistency", ("error",), SAFE),
    "image-platform-mismatch": Expectation("consistency", ("error",), SAFE),
    "image-framework-mismatch": Expectation("consistency", ("error",), SAFE),
    "image-version-mismatch": Expectation("consistency", ("error",), BOTH),
    "image-python-mismatch": Expectation("consistency", ("error",), SAFE),
    "serverless-incompatible-image": Expectation("consistency", ("error",), SAFE),
    "graviton-candidate": Expectation("advice", ("note",), DISPLAY),
    "unused-suppression": Expectation("meta", ("warning", "error"), SAFE),
}


def examples(kind: type[Valid] | type[Invalid], *, fixable: bool = False) -> list[ParameterSet]:
    """All examples of a kind as parameters; with `fixable` only those that give a fixed value."""
    found = []
    for rule in RULES:
        chosen = rule.rule.valid if kind is Valid else rule.rule.invalid
        for index, example in enumerate(chosen, 1):
            if not fixable or (isinstance(example, Invalid) and example.fixed is not None):
                found.append(pytest.param(rule.name, example, id=f"{rule.name}, {kind.__name__.lower()} example {index}"))
    return found


def findings_in(name: str, manifest: Manifest, on: str) -> tuple[Finding, ...]:
    return lint(manifest.text, manifest.filename, as_of=on, settings=Settings(select=(name,))).findings


def described(findings: tuple[Finding, ...]) -> list[str]:
    return [f"line {finding.start.line}: {finding.severity}: {finding.message}" for finding in findings]


@pytest.mark.parametrize(("name", "example"), examples(Valid))
def test_a_good_example_is_silent(name: str, example: Valid) -> None:
    manifest = written_out(example.text)
    assert not manifest.marks
    assert described(findings_in(name, manifest, example.on)) == []


@pytest.mark.parametrize(("name", "example"), examples(Invalid))
def test_a_bad_example_is_hit_in_the_marked_lines_with_the_marked_words(name: str, example: Invalid) -> None:
    manifest = written_out(example.text)
    findings = findings_in(name, manifest, example.on)
    assert manifest.marks
    assert all(finding.rule == name for finding in findings)
    assert Counter(finding.start.line for finding in findings) == Counter(line for line, _ in manifest.marks), described(findings)
    for line, words in manifest.marks:
        assert any(finding.start.line == line and words in finding.message for finding in findings), (words, described(findings))


@pytest.mark.parametrize(("name", "example"), examples(Invalid))
def test_a_message_is_one_line_and_the_finding_shows_a_part_of_its_line(name: str, example: Invalid) -> None:
    for finding in findings_in(name, written_out(example.text), example.on):
        assert finding.message == finding.message.strip()
        assert "\n" not in finding.message
        assert "None" not in finding.message
        assert not finding.message.endswith(".")
        assert finding.span.start < finding.span.end


@pytest.mark.parametrize(("name", "example"), examples(Invalid))
def test_a_fix_is_offered_exactly_where_the_example_gives_one(name: str, example: Invalid) -> None:
    fixes = [finding.fix for finding in findings_in(name, written_out(example.text), example.on)]
    if example.fixed is None:
        assert fixes == [None] * len(fixes)
    else:
        assert all(fix is not None for fix in fixes), fixes
        assert {fix.applicability for fix in fixes if fix is not None} == {example.applicability}
        assert all(fix.title and fix.title == fix.title.strip().rstrip(".") for fix in fixes if fix is not None)


@pytest.mark.parametrize(("name", "example"), examples(Invalid, fixable=True))
def test_a_fix_puts_its_value_in_place_and_nothing_else_and_then_the_rule_is_silent(name: str, example: Invalid) -> None:
    manifest = written_out(example.text)
    findings = findings_in(name, manifest, example.on)
    edits = sorted({edit for finding in findings if finding.fix is not None for edit in finding.fix.edits})
    text = splice(manifest.text, edits)
    assert text != manifest.text
    before, after = scalars(manifest.text), scalars(text)
    assert len(before) == len(after)
    changed = [(old, new) for old, new in zip(before, after, strict=True) if (old.value, old.style) != (new.value, new.style)]
    if name == "unused-suppression":
        assert not changed
        assert {edit.new for edit in edits} == {example.fixed}
    else:
        [(old, new)] = changed
        assert new.value == example.fixed
        assert all(old.start <= edit.span.start and edit.span.end <= old.end for edit in edits)
        quotes = int(old.style == "plain" and new.style == "double")  # an unquoted version gets them
        assert (manifest.text[: old.start], manifest.text[old.end :]) == (text[: new.start - quotes], text[new.end + quotes :])
    assert described(findings_in(name, manifest._replace(text=text), example.on)) == []


def scalars(text: str) -> list[Scalar]:
    return [node for document in parse(text) for node in walk(document.root) if isinstance(node, Scalar)]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
class TestARuleFile:
    """What holds for a rule as a whole."""

    def test_is_what_the_documentation_promises(self, rule: LoadedRule) -> None:
        promised = PROMISED[rule.name]
        assert rule.rule.category == promised.category
        assert rule.rule.severity == promised.severities[0]
        assert {str(bad.applicability) for bad in rule.rule.invalid if bad.fixed is not None} == promised.fixes

    def test_shows_every_severity_in_its_examples(self, rule: LoadedRule) -> None:
        seen = {str(f.severity) for bad in rule.rule.invalid for f in findings_in(rule.name, written_out(bad.text), bad.on)}
        assert seen == set(PROMISED[rule.name].severities)

    def test_has_no_example_twice(self, rule: LoadedRule) -> None:
        every: list[Valid | Invalid] = [*rule.rule.valid, *rule.rule.invalid]
        texts = [(written_out(example.text).text, example.on) for example in every]
        assert len(set(texts)) == len(texts)

    def test_begins_its_documentation_with_a_sentence_and_goes_on(self, rule: LoadedRule) -> None:
        first, _, rest = rule.doc.partition("\n\n")
        assert first.endswith(".")
        assert rest.strip()
        assert rule.summary == " ".join(first.split())

    def test_imports_only_the_vocabulary_of_rules(self, rule: LoadedRule) -> None:
        tree = ast.parse(Path(rule.path).read_text("utf-8"))
        imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert not any(isinstance(node, ast.Import) for node in ast.walk(tree))
        assert imported <= {"__future__", "collections.abc", "smlint.linter.rule"}

    def test_needs_facts_that_exist(self, rule: LoadedRule) -> None:
        for need in rule.rule.needs:
            name, _, part = need.partition(".")
            assert name in Deployment._fields
            assert not part or (name == "image" and part in Image._fields)


COMPANIONS = {
    # Two declared facts contradict the image, and each is named.
    "image-python-mismatch": {"image-version-mismatch"},
    "image-version-mismatch": {"image-python-mismatch"},
    # Few Regions have these instance types, whatever the image.
    "image-architecture-mismatch": {"instance-type-not-in-region"},
    "unavailable-region": {"instance-type-not-in-region"},
}


@pytest.mark.parametrize(("name", "example"), examples(Invalid))
def test_one_fault_is_one_finding(name: str, example: Invalid) -> None:
    """With all rules at work no second one finds the same fault, notes apart. The day is one on which old images were in support."""
    manifest = written_out(example.text)
    on = example.on if name == "end-of-patch-image" else "2023-06-01"
    findings = lint(manifest.text, manifest.filename, as_of=on, settings=Settings()).findings
    others = tuple(f for f in findings if f.rule != name and f.severity != "note" and f.rule not in COMPANIONS.get(name, ()))
    assert described(others) == []


def test_every_promised_rule_is_there_and_no_other() -> None:
    assert {rule.name for rule in RULES} == set(PROMISED)


def test_only_advice_is_off_until_it_is_selected() -> None:
    assert [rule.name for rule in RULES if not rule.rule.enabled] == ["graviton-candidate"]


def test_an_unsafe_fix_of_an_example_is_never_called_safe() -> None:
    assert {bad.applicability for rule in RULES for bad in rule.rule.invalid if bad.fixed is not None} == set(Applicability)

"""`smlint check-rules`: run the examples of users' own rules."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from smlint.cli.console import Console
from smlint.cli.options import Command, Parsed

if TYPE_CHECKING:
    from smlint.linter.engine import Checked
    from smlint.linter.loaded_rule import LoadedRule
    from smlint.linter.rule import Invalid, Valid

COMMAND = Command(
    "check-rules",
    "run the examples of a file of your own rules",
    arguments="FILE ...",
    least=1,
    most=None,
    epilog=(
        "Every good example must stay silent, and every bad one be found: in the lines marked\n"
        "'# <- words of the message', if it has marks. An example is a manifest, or the body of one\n"
        "native model, on ml.m5.xlarge unless it says otherwise.\n\n"
        "Exit codes: 0 all examples are as they should be; 1 some are not; 2 the file is not a file of rules."
    ),
)


def run(parsed: Parsed, console: Console) -> int:
    """Run the examples, print what is wrong with them, and return 1 if anything is."""
    from smlint.reporters.display import counted, shown
    from smlint.runner.registry import load_custom

    rules = load_custom(parsed.arguments)
    faults = [f"{rule.name}: {fault}" for rule in rules for fault in _faults(rule)]
    for fault in faults:
        console.write(shown(fault) + "\n")
    if not console.quiet:
        examples = sum(len(rule.rule.valid) + len(rule.rule.invalid) for rule in rules)
        wrong = f"{counted(len(faults), 'fault')}" if faults else "all as they should be"
        console.complain(f"{counted(len(rules), 'rule')}, {counted(examples, 'example')}: {wrong}")
    return 1 if faults else 0


def _faults(rule: LoadedRule) -> list[str]:
    """What is wrong with the examples of a rule, each in one line."""
    found = []
    for index, good in enumerate(rule.rule.valid, 1):
        found += [f"good example {index}: {fault}" for fault in _good(rule, good)]
    for index, bad in enumerate(rule.rule.invalid, 1):
        found += [f"bad example {index}: {fault}" for fault in _bad(rule, bad)]
    return found


def _good(rule: LoadedRule, example: Valid) -> list[str]:
    from smlint.linter.examples import to_manifest

    checked = _checked(rule, example)
    if not checked.deployments:
        return [_without_deployment(checked)]
    if to_manifest(example.text).marks:
        return ["it has a mark '# <-', but nothing is to be found in it"]
    return [f"found, and should not be: line {finding.start.line}: {finding.message}" for finding in checked.findings]


def _bad(rule: LoadedRule, example: Invalid) -> list[str]:
    from smlint.linter.examples import to_manifest

    checked = _checked(rule, example)
    if not checked.deployments:
        return [_without_deployment(checked)]
    marks = to_manifest(example.text).marks
    if not checked.findings:
        undecided = ": a fact that decides cannot be told from it" if checked.skipped_checks else ""
        return [f"not found{undecided}"]
    lines = Counter(finding.start.line for finding in checked.findings)
    if marks and lines != Counter(line for line, _ in marks):
        return [f"found in line {', '.join(map(str, sorted(lines)))}, but marked in line {', '.join(str(line) for line, _ in marks)}"]
    said = [(line, words) for line, words in marks if not any(f.start.line == line and words in f.message for f in checked.findings)]
    return [f"line {line} is marked '{words}', but the message is '{checked.findings[0].message}'" for line, words in said]


def _without_deployment(checked: Checked) -> str:
    return f"there is no deployment in it ({checked.findings[0].message if checked.findings else checked.reason or 'nothing to judge'})"


def _checked(rule: LoadedRule, example: Valid | Invalid) -> Checked:
    """What is found in an example with this rule alone."""
    from smlint.linter.engine import LintContext, check
    from smlint.linter.examples import to_manifest
    from smlint.linter.rule_context import RuleContext
    from smlint.model.settings import Settings
    from smlint.model.source import from_text
    from smlint.runner.registry import load

    manifest = to_manifest(example.text)
    # A text that does not parse is told by the rule for that.
    rules = (rule, *(one for one in load() if one.name == "syntax-error"))
    known = frozenset(one.name for one in (*load(), rule))
    return check(from_text(manifest.text, manifest.filename), LintContext(rules, known, RuleContext(example.on), Settings(today=example.on)))

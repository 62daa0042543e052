"""`smlint check-rules`: test custom rules against their examples."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from smlint.cli.console import Console
from smlint.cli.options.model import Command, ParsedOptions

if TYPE_CHECKING:
    from smlint.linter.rule import Invalid, LoadedRule, Valid
    from smlint.model.results import FileResult

COMMAND = Command(
    "check-rules",
    "test custom rules against their examples",
    arguments="FILE ...",
    least=1,
    most=None,
    epilog=(
        "A rule must report nothing in its good examples, and something in its bad ones: exactly the lines "
        "marked '# <- words of the message', if there are marks. An example is a manifest, or the body of "
        "one native model, on ml.m5.xlarge by default.\n\n"
        "Exit codes: 0 all examples pass; 1 some fail; 2 the file does not contain valid rules."
    ),
)


def run(parsed: ParsedOptions, console: Console) -> int:
    """Run the examples, print those that fail, and return 1 if any did."""
    from smlint.reporters.display import counted
    from smlint.runner.registry import load_custom
    from smlint.runtime.escaping import for_terminal

    rules = load_custom(parsed.arguments)
    faults = [f"{rule.name}: {fault}" for rule in rules for fault in _faults(rule)]
    for fault in faults:
        console.write(for_terminal(fault) + "\n")
    if not console.quiet:
        examples = sum(len(rule.rule.valid) + len(rule.rule.invalid) for rule in rules)
        outcome = f"{len(faults)} failed" if faults else "all passed"
        console.print_error(f"{counted(len(rules), 'rule')}, {counted(examples, 'example')}: {outcome}")
    return 1 if faults else 0


def _faults(rule: LoadedRule) -> list[str]:
    """Return a line for each failed example of a rule."""
    faults = []
    for index, good in enumerate(rule.rule.valid, 1):
        faults += [f"good example {index}: {fault}" for fault in _good(rule, good)]
    for index, bad in enumerate(rule.rule.invalid, 1):
        faults += [f"bad example {index}: {fault}" for fault in _bad(rule, bad)]
    return faults


def _good(rule: LoadedRule, example: Valid) -> list[str]:
    from smlint.linter.examples import to_manifest

    checked = _checked(rule, example)
    if not checked.deployments:
        return [_without_deployment(checked)]
    if to_manifest(example.text).marks:
        return ["a good example cannot have a mark '# <-'"]
    return [f"unexpected finding in line {finding.start.line}: {finding.message}" for finding in checked.findings]


def _bad(rule: LoadedRule, example: Invalid) -> list[str]:
    from smlint.linter.examples import to_manifest

    checked = _checked(rule, example)
    if not checked.deployments:
        return [_without_deployment(checked)]
    marks = to_manifest(example.text).marks
    if not checked.findings:
        reason = ": a value that the rule needs is unknown" if checked.skipped_checks else ""
        return [f"no finding{reason}"]
    lines = Counter(finding.start.line for finding in checked.findings)
    if marks and lines != Counter(line for line, _ in marks):
        return [f"finding in line {', '.join(map(str, sorted(lines)))}, but the mark is in line {', '.join(str(line) for line, _ in marks)}"]
    missing = [(line, words) for line, words in marks if not any(f.start.line == line and words in f.message for f in checked.findings)]
    return [f"line {line} is marked '{words}', but the message is '{checked.findings[0].message}'" for line, words in missing]


def _without_deployment(checked: FileResult) -> str:
    return f"no deployment found ({checked.findings[0].message if checked.findings else checked.reason or 'nothing to check'})"


def _checked(rule: LoadedRule, example: Valid | Invalid) -> FileResult:
    """Lint an example with this rule alone."""
    from smlint.linter.engine import LintContext, lint_source
    from smlint.linter.examples import to_manifest
    from smlint.linter.rule_context import RuleContext
    from smlint.model.settings import Settings
    from smlint.model.source import from_text
    from smlint.runner.registry import load

    manifest = to_manifest(example.text)
    # An example that does not parse is reported by syntax-error.
    rules = (rule, *(other for other in load() if other.name == "syntax-error"))
    known = frozenset(other.name for other in (*load(), rule))
    return lint_source(from_text(manifest.text, manifest.filename), LintContext(rules, known, RuleContext(example.on), Settings(today=example.on)))

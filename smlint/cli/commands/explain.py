"""`smlint explain`: what a rule finds, why that matters, and how to fix it."""

from __future__ import annotations

from textwrap import dedent, indent
from typing import TYPE_CHECKING

from smlint.cli.console import Console
from smlint.cli.options.model import Command, Option, OptionGroup, ParsedOptions
from smlint.cli.options.shared import TEXT_OR_JSON
from smlint.model.findings import Applicability
from smlint.runtime.errors import SmlintError

if TYPE_CHECKING:
    from smlint.linter.rule import LoadedRule

COMMAND = Command(
    "explain",
    "explain a rule, with examples",
    (OptionGroup("Output", (Option(("--all",), "explain all rules"), TEXT_OR_JSON)),),
    arguments="RULE ...",
    most=None,
)


def run(parsed: ParsedOptions, console: Console) -> int:
    """Print the explanations of the named rules in the given order, or of all rules in alphabetical order."""
    from smlint.runner.registry import load

    rules = {rule.name: rule for rule in load()}
    if parsed.flag("--all") == bool(parsed.arguments):
        raise SmlintError("'smlint explain' needs either a rule or --all", f"rules are {', '.join(rules)}")
    chosen = []
    for name in parsed.arguments or rules:
        if name not in rules:
            from smlint.runtime.suggest import did_you_mean

            raise SmlintError(f"unknown rule '{name}'", did_you_mean(name, rules) or f"rules are {', '.join(rules)}")
        chosen.append(rules[name])
    if parsed.value("--output-format") == "json":
        from json import dumps

        data = [as_json(rule) for rule in chosen]
        console.write(dumps(data if parsed.flag("--all") or len(data) > 1 else data[0], indent=2) + "\n")
    else:
        from smlint.reporters.display import BOLD, paint

        color = console.colored()
        console.write("\n\n".join(as_text(rule).replace(rule.name, paint(rule.name, BOLD, color), 1) for rule in chosen))
    return 0


def as_json(loaded: LoadedRule) -> dict[str, object]:
    """Return the rule as JSON data: its documentation and examples."""
    rule = loaded.rule
    return {
        "name": loaded.name,
        "category": rule.category,
        "severity": rule.severity.value,
        "fix": _fix(loaded),
        "enabled": rule.enabled,
        "doc": loaded.doc.strip(),
        "fixing": fixing(loaded),
        "sources": list(rule.sources),
        "good": [dedent(example.text).strip() for example in rule.valid],
        "bad": [
            {
                "text": dedent(example.text).strip(),
                "fixed": example.fixed,
                "safety": example.applicability.value if example.fixed is not None else None,
            }
            for example in rule.invalid
        ],
    }


def as_text(loaded: LoadedRule) -> str:
    """Return the explanation as plain text: documentation, one example of each kind, fix, suppression and sources."""
    parts = [f"{loaded.name} ({traits(loaded)})", loaded.doc.strip()]
    invalid, valid = loaded.rule.invalid[0], loaded.rule.valid[0]
    parts.append("Bad:\n\n" + _example(invalid.text))
    if invalid.fixed is not None:
        parts.append("The fix changes the marked value to:\n\n" + indent(invalid.fixed, "    "))
    parts += ["Good:\n\n" + _example(valid.text), f"Fix: {fixing(loaded)}" if loaded.fixable else fixing(loaded)]
    parts += [f"{purpose}:\n\n{indent(text, '    ')}" for purpose, text in suppressing(loaded)]
    if loaded.rule.sources:
        parts.append("Sources:\n\n" + "\n".join(f"    {source}" for source in loaded.rule.sources))
    return "\n\n".join(parts) + "\n"


def as_markdown(loaded: LoadedRule) -> str:
    """Return the same explanation as Markdown, without a heading."""
    invalid, valid = loaded.rule.invalid[0], loaded.rule.valid[0]
    parts = [loaded.doc.strip(), "**Bad**", _code(invalid.text)]
    if invalid.fixed is not None:
        parts += ["**The fix** changes the marked value to", _code(invalid.fixed)]
    parts += ["**Good**", _code(valid.text), f"**Fix**: {fixing(loaded)}" if loaded.fixable else fixing(loaded)]
    for purpose, text in suppressing(loaded):
        parts += [f"{purpose}:", _code(text)]
    if loaded.rule.sources:
        parts.append("**Sources**\n\n" + "\n".join(f"- {_linked(source)}" for source in loaded.rule.sources))
    return "\n\n".join(parts) + "\n"


def traits(loaded: LoadedRule) -> str:
    """Return severity, category and fix in a few words, and how to enable a rule that is off by default."""
    fix = _fix(loaded)
    parts = [loaded.rule.severity.value, loaded.rule.category, f"{fix} fix" if fix else "no fix"]
    if not loaded.rule.enabled:
        parts.append(f"off by default, enable with --extend-select {loaded.name}")
    if loaded.rule.preview:
        parts.append("preview, enable by name or with `preview = true`")
    return ", ".join(parts)


def fixing(loaded: LoadedRule) -> str:
    """Return which options apply the rule's fixes and what these change, or why there are none."""
    if loaded.rule.fixing:
        return loaded.rule.fixing
    offered = {example.applicability for example in loaded.rule.invalid if example.fixed is not None}
    return _FIXING[frozenset(offered)]


_SAFE = "`--fix` applies the safe fix, which keeps framework, version, Python and libraries."
_FIXING = {
    frozenset[Applicability](): "No automatic fix: the manifest does not show the intended value.",
    frozenset({Applicability.SAFE}): _SAFE,
    frozenset({Applicability.UNSAFE}): "`--unsafe-fixes` applies the fix, which changes a version or the instance type.",
    frozenset({Applicability.DISPLAY}): "shown only, never applied.",
    frozenset({Applicability.SAFE, Applicability.UNSAFE}): f"{_SAFE} `--unsafe-fixes` also applies fixes that change more than that.",
}


def suppressing(loaded: LoadedRule) -> tuple[tuple[str, str], ...]:
    """Return the ways to suppress a rule, each as (purpose, text to write)."""
    name = loaded.name
    if not loaded.rule.suppressible:
        return (
            ("The file itself cannot suppress this rule. To ignore it in a run, use the option", f"--ignore {name}"),
            ("To ignore it in some files, add a pattern to smlint.toml", f'[per-file-ignores]\n"legacy/*" = ["{name}"]'),
        )
    return (
        ("To suppress one finding, add a comment to its line or to the line above", f"# smlint: ignore[{name}] reason"),
        ("To suppress the rule in a file, add a comment anywhere in the file", f"# smlint: file-ignore[{name}] reason"),
        ("In formats without comments, add metadata, such as in CloudFormation", f'"Metadata": {{"smlint": {{"ignore": {{"{name}": "reason"}}}}}}'),
    )


def _fix(loaded: LoadedRule) -> str | None:
    """Return the best applicability of the rule's fixes: `safe`, `unsafe` or `display`; None if it has no fix."""
    return loaded.applicability.value if loaded.applicability is not None else None


def _linked(source: str) -> str:
    """Return a source as Markdown: a link if it ends with an address."""
    title, separator, rest = source.partition(": https://")
    return f"[{title}](https://{rest})" if separator else source


def _code(text: str) -> str:
    return f"```yaml\n{dedent(text).strip()}\n```"


def _example(text: str) -> str:
    return indent(dedent(text).strip(), "    ")

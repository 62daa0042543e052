"""`smlint explain`: what a rule finds, why it matters, and how it is repaired."""

from __future__ import annotations

from textwrap import dedent, indent
from typing import TYPE_CHECKING

from smlint.commands.catalog_option import TEXT_OR_JSON
from smlint.console import Console
from smlint.model import SmlintError
from smlint.options import Command, Group, Option, Parsed

if TYPE_CHECKING:
    from smlint.registry import Loaded

COMMAND = Command(
    "explain",
    "explain a rule, with examples",
    (Group("Output", (Option(("--all",), "explain all rules"), TEXT_OR_JSON)),),
    arguments="RULE ...",
    most=None,
)


def run(parsed: Parsed, console: Console) -> int:
    """Print the explanations in the order asked for, or of all rules in that of their names."""
    from smlint.registry import load

    rules = {rule.name: rule for rule in load()}
    if parsed.flag("--all") == bool(parsed.arguments):
        raise SmlintError("'smlint explain' needs either a rule or --all", f"rules are {', '.join(rules)}")
    chosen = []
    for name in parsed.arguments or rules:
        if name not in rules:
            from smlint.suggest import did_you_mean

            raise SmlintError(f"unknown rule '{name}'", did_you_mean(name, rules) or "'smlint explain --all' lists the rules")
        chosen.append(rules[name])
    if parsed.value("--output-format") == "json":
        from json import dumps

        data = [as_json(rule) for rule in chosen]
        console.write(dumps(data if parsed.flag("--all") or len(data) > 1 else data[0], indent=2) + "\n")
    else:
        from smlint.report.display import BOLD, paint

        color = console.colored()
        console.write("\n\n".join(as_text(rule).replace(rule.name, paint(rule.name, BOLD, color), 1) for rule in chosen))
    return 0


def as_json(loaded: Loaded) -> dict[str, object]:
    """The rule as plain data: its documentation and its examples."""
    rule = loaded.rule
    return {
        "name": loaded.name,
        "category": rule.category,
        "severity": rule.severity.value,
        "fix": _fix(loaded),
        "enabled": rule.enabled,
        "doc": loaded.doc.strip(),
        "good": [dedent(example.text).strip() for example in rule.good],
        "bad": [
            {
                "text": dedent(example.text).strip(),
                "fixed": example.fixed,
                "safety": example.safety.value if example.fixed is not None else None,
            }
            for example in rule.bad
        ],
    }


def as_text(loaded: Loaded) -> str:
    """Name, what it is, why, one bad example and one good one, and how to ignore it."""
    rule = loaded.rule
    fix = _fix(loaded)
    traits = [rule.severity.value, rule.category, f"{fix} fix" if fix else "no fix"]
    if not rule.enabled:
        traits.append(f"off unless selected: --extend-select {loaded.name}")
    bad = rule.bad[0]
    parts = [f"{loaded.name} ({', '.join(traits)})", loaded.doc.strip(), "Bad:\n\n" + _example(bad.text)]
    if bad.fixed is not None:
        parts.append("Fixed, the marked value becomes:\n\n" + indent(bad.fixed, "    "))
    parts += [
        "Good:\n\n" + _example(rule.good[0].text),
        f"To ignore it in one place, write on the line, or on the line above:\n\n    # smlint: ignore[{loaded.name}] the reason",
    ]
    return "\n\n".join(parts) + "\n"


def _fix(loaded: Loaded) -> str | None:
    """The best that a fix of this rule may be: `safe`, `unsafe` or `display`; None when it has none."""
    return loaded.safety.value if loaded.safety is not None else None


def _example(text: str) -> str:
    return indent(dedent(text).strip(), "    ")

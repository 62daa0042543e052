"""`smlint explain`: what a rule finds, why it matters, and how it is repaired."""

from __future__ import annotations

from textwrap import dedent, indent
from typing import TYPE_CHECKING

from smlint.cli.commands.catalog_option import TEXT_OR_JSON
from smlint.cli.console import Console
from smlint.cli.options import Command, Group, Option, Parsed
from smlint.model.findings import Applicability
from smlint.runtime.errors import SmlintError

if TYPE_CHECKING:
    from smlint.linter.loaded_rule import LoadedRule

COMMAND = Command(
    "explain",
    "explain a rule, with examples",
    (Group("Output", (Option(("--all",), "explain all rules"), TEXT_OR_JSON)),),
    arguments="RULE ...",
    most=None,
)


def run(parsed: Parsed, console: Console) -> int:
    """Print the explanations in the order asked for, or of all rules in that of their names."""
    from smlint.runner.registry import load

    rules = {rule.name: rule for rule in load()}
    if parsed.flag("--all") == bool(parsed.arguments):
        raise SmlintError("'smlint explain' needs either a rule or --all", f"rules are {', '.join(rules)}")
    chosen = []
    for name in parsed.arguments or rules:
        if name not in rules:
            from smlint.runtime.suggest import did_you_mean

            raise SmlintError(f"unknown rule '{name}'", did_you_mean(name, rules) or "'smlint explain --all' lists the rules")
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
    """The rule as plain data: its documentation and its examples."""
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
    """Name, what it is, why, one bad example and one good one, how it is fixed, how to ignore it, and where its facts come from."""
    parts = [f"{loaded.name} ({traits(loaded)})", loaded.doc.strip()]
    bad = loaded.rule.invalid[0]
    parts.append("Bad:\n\n" + _example(bad.text))
    if bad.fixed is not None:
        parts.append("Fixed, the marked value becomes:\n\n" + indent(bad.fixed, "    "))
    parts += ["Good:\n\n" + _example(loaded.rule.valid[0].text), f"Fix: {fixing(loaded)}"]
    parts += ["To ignore it " + f"{where}:\n\n    {text}" for where, text in ignoring(loaded.name)]
    if loaded.rule.sources:
        parts.append("Sources:\n\n" + "\n".join(f"    {source}" for source in loaded.rule.sources))
    return "\n\n".join(parts) + "\n"


def as_markdown(loaded: LoadedRule) -> str:
    """The same as Markdown, without a heading."""
    bad, good = loaded.rule.invalid[0], loaded.rule.valid[0]
    parts = [loaded.doc.strip(), "**Bad**", _code(bad.text)]
    if bad.fixed is not None:
        parts += ["**Fixed**, the marked value becomes", _code(bad.fixed)]
    parts += ["**Good**", _code(good.text), f"**Fix**: {fixing(loaded)}"]
    for where, text in ignoring(loaded.name):
        parts += [f"**To ignore it** {where}", _code(text)]
    if loaded.rule.sources:
        parts.append("**Sources**\n\n" + "\n".join(f"- {_linked(source)}" for source in loaded.rule.sources))
    return "\n\n".join(parts) + "\n"


def traits(loaded: LoadedRule) -> str:
    """Severity, category, the fix it has, and how to switch it on if it is off."""
    fix = _fix(loaded)
    found = [loaded.rule.severity.value, loaded.rule.category, f"{fix} fix" if fix else "no fix"]
    if not loaded.rule.enabled:
        found.append(f"off unless selected: --extend-select {loaded.name}")
    if loaded.rule.preview:
        found.append("on trial: runs if it is selected by name, or with `preview = true`")
    return ", ".join(found)


def fixing(loaded: LoadedRule) -> str:
    """Which options make the fixes that this rule has examples of."""
    offered = {bad.applicability for bad in loaded.rule.invalid if bad.fixed is not None}
    told = [_FIXING[applicability] for applicability in sorted(offered, key=lambda applicability: -applicability.rank)]
    return "; ".join(told) + "." if told else "none: what is right cannot be told from the manifest."


_FIXING = {
    Applicability.SAFE: "`--fix` makes the safe ones, which keep framework, version, Python and libraries",
    Applicability.UNSAFE: "`--unsafe-fixes` makes those that change a version or the hardware as well",
    Applicability.DISPLAY: "shown only, never made",
}


def ignoring(name: str) -> tuple[tuple[str, str], ...]:
    """The ways to silence a rule where it speaks: each as (where, what to write)."""
    return (
        ("in one place, write on the line, or on the line above", f"# smlint: ignore[{name}] the reason"),
        ("in a whole file, write anywhere in it", f"# smlint: file-ignore[{name}] the reason"),
        ("where there are no comments, in CloudFormation's Metadata for one", f'"Metadata": {{"smlint": {{"ignore": {{"{name}": "the reason"}}}}}}'),
    )


def _fix(loaded: LoadedRule) -> str | None:
    """The best that a fix of this rule may be: `safe`, `unsafe` or `display`; None when it has none."""
    return loaded.applicability.value if loaded.applicability is not None else None


def _linked(source: str) -> str:
    """A source in Markdown: one that ends with an address is a link."""
    title, found, rest = source.partition(": https://")
    return f"[{title}](https://{rest})" if found else source


def _code(text: str) -> str:
    return f"```yaml\n{dedent(text).strip()}\n```"


def _example(text: str) -> str:
    return indent(dedent(text).strip(), "    ")

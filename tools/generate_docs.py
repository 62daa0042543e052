"""Update the generated parts of the README: the report of the example, the table of rules and the help texts.

    python tools/generate_docs.py [--check]
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from smlint.cli.main import main  # noqa: E402  # the checkout, not an installed smlint
from smlint.linter.rule import CATEGORIES  # noqa: E402
from smlint.runner.registry import load  # noqa: E402
from tools.arguments import check_only  # noqa: E402

README = ROOT / "README.md"
DAY = "2026-11-22"
"""The date of the example report: that of the catalog. Later dates give the same report."""


def output(*arguments: str) -> str:
    """Return what a command prints to stdout."""
    stream = io.StringIO()
    main(arguments, stdin=io.BytesIO(), stdout=stream, stderr=io.StringIO(), environment={"COLUMNS": "140"})
    return stream.getvalue().rstrip("\n")


def example() -> str:
    """Return the report of the shipped example."""
    path = "examples/churn-endpoint.yaml"
    full = str(ROOT / path)
    report = output("check", full, "--isolated", "--as-of", DAY).replace(full, path)
    return f"```text\n$ smlint check {path}\n{report}\n```"


def rules() -> str:
    """Return the table of rules, ordered by category."""
    rows = ["| rule | finds | severity | fix |", "|---|---|---|---|"]
    categories = list(CATEGORIES)
    for rule in sorted(load(), key=lambda rule: (categories.index(rule.rule.category), rule.name)):
        fix = str(rule.applicability) if rule.fixable else ""
        off = "" if rule.rule.enabled else ", off by default"
        rows.append(f"| `{rule.name}` | {rule.summary.rstrip('.')} | {rule.rule.severity}{off} | {fix} |")
    return "\n".join(rows)


def help_texts() -> str:
    """Return the help of smlint and of `smlint check`."""
    return f"```text\n{output('--help')}\n```\n\n```text\n{output('check', '--help')}\n```"


def generated(text: str) -> str:
    """Return the text of the README with its generated parts up to date."""
    for name, part in (("example", example()), ("rules", rules()), ("help", help_texts())):
        begin, end = f"<!-- begin {name} -->\n", f"<!-- end {name} -->"
        before, marker, rest = text.partition(begin)
        if not marker or end not in rest:
            raise SystemExit(f"README.md lacks the markers of the generated part {name}")
        text = before + begin + part + "\n" + end + rest.partition(end)[2]
    return text


if __name__ == "__main__":
    check = check_only(__doc__)
    old = README.read_text(encoding="utf-8")
    new = generated(old)
    if check:
        raise SystemExit(0 if new == old else "README.md is out of date: run tools/generate_docs.py")
    README.write_text(new, encoding="utf-8")

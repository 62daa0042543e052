"""Write the parts of the README that the code itself tells: the example's report, the table of rules, the help text.

    python tools/generate_docs.py [--check]
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from smlint.cli.main import main  # noqa: E402  # the checkout's own code, not an installed one
from smlint.linter.rule import CATEGORIES  # noqa: E402
from smlint.runner.registry import load  # noqa: E402

README = ROOT / "README.md"
DAY = "2026-11-22"
"""The day of the example's report: that of the catalogue. Later days give the same."""


def output(*arguments: str) -> str:
    """What a command prints on stdout."""
    stream = io.StringIO()
    main(arguments, stdin=io.BytesIO(), stdout=stream, stderr=io.StringIO(), environment={"COLUMNS": "140"})
    return stream.getvalue().rstrip("\n")


def example() -> str:
    """The report on the shipped example."""
    path = "examples/churn-endpoint.yaml"
    full = str(ROOT / path)
    report = output("check", full, "--isolated", "--as-of", DAY).replace(full, path)
    return f"```text\n$ smlint check {path}\n{report}\n```"


def rules() -> str:
    """The table of rules, by category."""
    rows = ["| rule | finds | severity | fix |", "|---|---|---|---|"]
    categories = list(CATEGORIES)
    for one in sorted(load(), key=lambda one: (categories.index(one.rule.category), one.name)):
        fix = str(one.applicability) if one.fixable else ""
        off = "" if one.rule.enabled else ", off by default"
        rows.append(f"| `{one.name}` | {one.summary.rstrip('.')} | {one.rule.severity}{off} | {fix} |")
    return "\n".join(rows)


def help_texts() -> str:
    """The help of smlint, and of its main command."""
    return f"```text\n{output('--help')}\n```\n\n```text\n{output('check', '--help')}\n```"


def generated(text: str) -> str:
    """The README with all generated parts as they are now."""
    for name, part in (("example", example()), ("rules", rules()), ("help", help_texts())):
        begin, end = f"<!-- begin {name} -->\n", f"<!-- end {name} -->"
        before, found, rest = text.partition(begin)
        if not found or end not in rest:
            raise SystemExit(f"README.md has no place for {name}")
        text = before + begin + part + "\n" + end + rest.partition(end)[2]
    return text


if __name__ == "__main__":
    old = README.read_text(encoding="utf-8")
    new = generated(old)
    if "--check" in sys.argv[1:]:
        raise SystemExit(0 if new == old else "README.md is not as the code tells: run tools/generate_docs.py")
    README.write_text(new, encoding="utf-8")

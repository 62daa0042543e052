"""The figures as a page in Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from benchmarks.cases import Goal, Group
from benchmarks.measuring import Figure

MEGABYTE = 1_000_000

HEAD = """\
# Results of the benchmark

Written by `{command}` on {date}; [README.md](README.md) tells how. Every figure is of whole processes, from start to end.
In a group, all commands run in turns (the first once, the second once, ..., and from the beginning), after a turn that is not counted.
"""

SHORT = """\
This is the short form: it shows that the benchmark works. Its runs and files are too few for figures to be quoted.
"""

TOOLS = """\
## What is compared

The tools do different things with these files, and a ratio between them says what a hook costs, not which is better.

- **smlint** works out which image each instance type and Region needs, and checks image, framework, version, hardware and Region of each deployment.
- **cfn-lint** checks the whole of a CloudFormation template against the schemas of all its resources. It knows the instance types, but not what an
  image holds. [Which seeded defects each finds](../docs/comparison.md) is measured elsewhere.
- **check-jsonschema** checks against the schema that it is given. Here it is a small one: that there are resources, and that each has a type.
- **yamllint** checks the form of YAML: indentation, spaces, duplicate keys. It knows nothing of what the text means.
"""

NOTES = """\
## How to read it

*Minimum* is what the program takes when nothing disturbs it, *median* what it usually took in this run. Ratios and goals are of minimums.
*Memory* is the peak of the largest single process, over all runs; the program that measures held {floor:.0f} MB itself, and less than that
cannot be seen. 1 MB is a million bytes.
"""


class Page(NamedTuple):
    """All that the page tells. `machine` and `versions` are names with what is to be said of them.

    `floor` is the least memory that can be seen, in bytes; `results` are the groups, each with the figures of its commands by their names.
    """

    short: bool
    command: str
    date: str
    machine: Mapping[str, str]
    versions: Mapping[str, str]
    floor: int
    results: Sequence[tuple[Group, Mapping[str, Figure]]]


def render(page: Page) -> str:
    """The page, goals first."""
    judged = [(group, group.goals(figures)) for group, figures in page.results]
    goals = [(group, goal) for group, all_of_it in judged for goal in all_of_it if goal.limit is not None]
    met = sum(goal.met is True for _, goal in goals)
    parts = [
        HEAD.format(command=page.command, date=page.date),
        *([SHORT] if page.short else []),
        _table(["", ""], [[name, value] for name, value in {**page.machine, **page.versions}.items()], "ll"),
        f"**{met} of {len(goals)} goals are met.**" + _missed([(group, goal) for group, goal in goals if not goal.met]),
        TOOLS,
        NOTES.format(floor=page.floor / MEGABYTE),
        *(_group(group, figures, goals_of, page.floor) for (group, figures), (_, goals_of) in zip(page.results, judged, strict=True)),
    ]
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def _missed(goals: Sequence[tuple[Group, Goal]]) -> str:
    lines = [f"- {group.title}: {goal.what} is {_value(goal)}, and should be {_limit(goal)}" for group, goal in goals]
    return " Missed:\n\n" + "\n".join(lines) if lines else ""


def _group(group: Group, figures: Mapping[str, Figure], goals: Sequence[Goal], floor: int) -> str:
    rows = [[name, str(len(figure.seconds)), _time(figure.minimum), _time(figure.median), _peak(figure, floor)] for name, figure in figures.items()]
    head = ["command", "runs", "minimum", "median", "memory"]
    text = group.text
    if group.reference is not None:
        head.append("ratio")
        reference = figures[group.reference].minimum
        rows = [[*row, f"{figure.minimum / reference:.2f} x"] for row, figure in zip(rows, figures.values(), strict=True)]
        text += f" Ratios are to *{group.reference}*."
    measured = _table(head, rows, "l" + "r" * (len(head) - 1))
    judged = _table(["derived", "measured", "goal", ""], [[goal.what, _value(goal), _limit(goal), _verdict(goal)] for goal in goals], "lrrl")
    return f"## {group.title}\n\n{text}\n\n{measured}\n{judged}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], alignment: str) -> str:
    """A table, its columns aligned as the letters say: `l`eft or `r`ight."""
    rules = ["---:" if letter == "r" else "---" for letter in alignment]
    return "".join(f"| {' | '.join(row)} |\n" for row in (head, rules, *rows))


def _time(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


def _peak(figure: Figure, floor: int) -> str:
    megabytes = f"{max(figure.peak, floor) / MEGABYTE:.0f} MB"
    return megabytes if figure.peak > floor else f"< {megabytes}"


def _value(goal: Goal) -> str:
    return f"{goal.value:.0f} {goal.unit}" if goal.unit == "MB" else f"{goal.value:#.4g} {goal.unit}"


def _limit(goal: Goal) -> str:
    if goal.limit is None:
        return ""
    return f"{'at least' if goal.at_least else 'at most'} {goal.limit:g} {goal.unit}"


def _verdict(goal: Goal) -> str:
    return {None: "", True: "met", False: "**missed**"}[goal.met]

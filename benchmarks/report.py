"""Render the figures as a Markdown page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from benchmarks.cases import Goal, Group
from benchmarks.measuring import Figure

MEGABYTE = 1_000_000

HEAD = """\
# Results of the benchmark

Written by `{command}` on {date}; [README.md](README.md) describes the method. Every figure is for whole processes, from start to end.
The commands of a group run in turns (each once, then each again), after a warm-up turn that is not counted.
"""

SHORT = """\
This is the short form, which shows that the benchmark works. It has too few runs and files: do not quote its figures.
"""

TOOLS = """\
## What is compared

The tools do different things with these files. A ratio between them shows what a hook costs, not which tool is better.

- **smlint** determines which image each instance type and Region needs, and checks image, framework, version, hardware and Region of each deployment.
- **cfn-lint** checks a whole CloudFormation template against the schemas of all its resources. It knows the instance types, but not the contents of
  images. [docs/comparison.md](../docs/comparison.md) shows which seeded defects each tool finds.
- **check-jsonschema** validates against a given schema. Here it is a small one: the template has resources, and each has a type.
- **yamllint** checks the form of YAML: indentation, spaces, duplicate keys. It does not look at the meaning.
"""

NOTES = """\
## How to read it

*Minimum* is the time without interference from other processes, *median* the typical time in this run. Ratios and goals use minimums.
*Memory* is the peak of the largest single process over all runs. The benchmark itself used {floor:.0f} MB, and a lower peak cannot be
measured. 1 MB is a million bytes.
"""


class Page(NamedTuple):
    """The contents of the page.

    `machine` and `versions` are descriptions by name, `floor` is the lowest peak memory that can be measured, in bytes. `results` are the groups,
    each with the figures of its commands by name.
    """

    short: bool
    command: str
    date: str
    machine: Mapping[str, str]
    versions: Mapping[str, str]
    floor: int
    results: Sequence[tuple[Group, Mapping[str, Figure]]]


def render(page: Page) -> str:
    """Return the text of the page, goals first."""
    goals_by_group = [(group, group.goals(figures)) for group, figures in page.results]
    goals = [(group, goal) for group, its_goals in goals_by_group for goal in its_goals if goal.limit is not None]
    met = sum(goal.met is True for _, goal in goals)
    parts = [
        HEAD.format(command=page.command, date=page.date),
        *([SHORT] if page.short else []),
        _table(["", ""], [[name, value] for name, value in {**page.machine, **page.versions}.items()], "ll"),
        f"**{met} of {len(goals)} goals are met.**" + _missed([(group, goal) for group, goal in goals if not goal.met]),
        TOOLS,
        NOTES.format(floor=page.floor / MEGABYTE),
        *(_group(group, figures, goals_of, page.floor) for (group, figures), (_, goals_of) in zip(page.results, goals_by_group, strict=True)),
    ]
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def _missed(goals: Sequence[tuple[Group, Goal]]) -> str:
    lines = [f"- {group.title}: {goal.name} is {_value(goal)}, but should be {_limit(goal)}" for group, goal in goals]
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
    derived = _table(["derived", "measured", "goal", ""], [[goal.name, _value(goal), _limit(goal), _result(goal)] for goal in goals], "lrrl")
    return f"## {group.title}\n\n{text}\n\n{measured}\n{derived}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], alignment: str) -> str:
    """Return a Markdown table. Each letter of `alignment` aligns a column: `l`eft or `r`ight."""
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


def _result(goal: Goal) -> str:
    return {None: "", True: "met", False: "**missed**"}[goal.met]

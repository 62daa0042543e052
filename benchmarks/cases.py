"""The groups of commands that the benchmark measures in turns, and the goals for their figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from benchmarks import inputs
from benchmarks.measuring import Command, Figure

YARDSTICKS = str(Path(__file__).resolve().parent / "yardsticks.py")
MEGABYTE = 1_000_000

ONE_WORKER = ("--workers", "1")

BARE = "`python -c pass`"
RUAMEL = '`python -c "import ruamel.yaml"`'


class Scale(NamedTuple):
    """The amount of work. `runs` is for short commands, `few_runs` for those that take a second, `fewest_runs` for those that take many."""

    runs: int
    few_runs: int
    fewest_runs: int
    templates: int
    some_templates: int
    foreign: int
    sizes: tuple[int, int]
    fixes: int


FULL = Scale(runs=15, few_runs=5, fewest_runs=3, templates=1000, some_templates=100, foreign=10_000, sizes=(MEGABYTE, 10 * MEGABYTE), fixes=1000)
SHORT = Scale(runs=2, few_runs=1, fewest_runs=1, templates=20, some_templates=10, foreign=200, sizes=(MEGABYTE // 10, MEGABYTE), fixes=20)


class Tools(NamedTuple):
    """The paths of the programs. `python` is the one in smlint's environment."""

    smlint: str
    python: str
    cfn_lint: str
    check_jsonschema: str
    yamllint: str


class Goal(NamedTuple):
    """A figure derived from the measured ones, and its goal: at most `limit`, or with `at_least` at least that. Without a limit it has no goal."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    at_least: bool = False

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None without a limit."""
        if self.limit is None:
            return None
        return self.value >= self.limit if self.at_least else self.value <= self.limit


class Group(NamedTuple):
    """Commands that run in turns. `reference` is the name of the command to which the other times are compared, None without one."""

    title: str
    text: str
    commands: tuple[Command, ...]
    runs: int
    reference: str | None
    goals: Callable[[Mapping[str, Figure]], list[Goal]]


def groups(tools: Tools, folder: Path, scale: Scale) -> list[Group]:
    """Return all groups. `folder` is where `prepare` wrote the inputs."""
    return [
        start(tools, scale),
        templates(tools, folder, scale),
        foreign(tools, scale),
        large(tools, scale),
        fixes(tools, folder, scale),
    ]


def prepare(folder: Path, scale: Scale) -> None:
    """Write the inputs of all groups into an empty folder."""
    (folder / ".git").mkdir(parents=True)  # the search for configuration and ignore files stops at the root of a repository
    inputs.write(folder / "schema.json", iter((inputs.SCHEMA,)))
    inputs.write(folder / "template.yaml", iter((inputs.template(0),)))
    inputs.write(folder / "wrong.yaml", iter((inputs.wrong_template(0),)))
    inputs.write(folder / "foreign.yaml", iter((inputs.foreign(0),)))
    for count in (1, scale.some_templates, scale.templates):
        inputs.write_templates(folder / f"templates-{count}", count)
    inputs.write_foreign(folder / "foreign", scale.foreign)
    for shape, size in large_templates(scale):
        inputs.write(folder / shape.file(size), shape.pieces(size))


def _check(tools: Tools, name: str, *words: str, code: int = 0, says: str = "no findings", prepare: Callable[[], object] | None = None) -> Command:
    """Return a run of `smlint check`, with a fixed date, so that the findings do not depend on the date of the benchmark."""
    return Command(name=name, words=(tools.smlint, "check", "--as-of", inputs.AS_OF, *words), code=code, says=says, prepare=prepare)


def start(tools: Tools, scale: Scale) -> Group:
    """Return the group with one file or none: the cost of a hook."""
    one, wrong, foreign, version = "smlint, one template", "smlint, one template with an error", "smlint, one foreign file", "`smlint --version`"
    cfn_lint = "cfn-lint, same template"

    def goals(figures: Mapping[str, Figure]) -> list[Goal]:
        return [
            _ratio(figures, one, RUAMEL, 1.5),
            _ratio(figures, wrong, RUAMEL, 1.5),
            _ratio(figures, cfn_lint, one, 5, at_least=True),
            _ratio(figures, foreign, BARE, 4),
            _ratio(figures, version, BARE, 4),
        ]

    commands = (
        Command(BARE, (tools.python, "-c", "pass")),
        Command(RUAMEL, (tools.python, "-c", "import ruamel.yaml")),
        Command(version, (tools.smlint, "--version"), says="catalog"),
        _check(tools, foreign, "foreign.yaml", says="1 file"),
        _check(tools, one, "template.yaml"),
        _check(tools, wrong, "wrong.yaml", code=1, says="1 error"),
        *others(tools, "same template", ["template.yaml"], None),
    )
    text = "Each program starts, checks one file, and exits. A foreign file has nothing to do with SageMaker."
    return Group(title="Start", text=text, commands=commands, runs=scale.runs, reference=one, goals=goals)


def others(tools: Tools, what: str, files: list[str], most_runs: int | None) -> tuple[Command, ...]:
    """Return the other tools on the same files: cfn-lint with defaults, yamllint with its relaxed rules, check-jsonschema with a small schema."""
    return (
        Command(f"cfn-lint, {what}", (tools.cfn_lint, "--", *files), most_runs=most_runs),
        Command(f"check-jsonschema, {what}", (tools.check_jsonschema, "--schemafile", "schema.json", *files), says="ok", most_runs=most_runs),
        Command(f"yamllint, {what}", (tools.yamllint, "-d", "relaxed", *files), most_runs=most_runs),
    )


def templates(tools: Tools, folder: Path, scale: Scale) -> Group:
    """Return the group with many small templates: the cost of each additional one."""
    some, many = scale.some_templates, scale.templates

    def single(count: int) -> str:
        return f"smlint, {_counted(count, 'template')}, one worker"

    default = f"smlint, {_counted(many, 'template')}, default workers"

    def goals(figures: Mapping[str, Figure]) -> list[Goal]:
        def additional(fewer: int, more: int) -> Goal:
            seconds = figures[single(more)].minimum - figures[single(fewer)].minimum
            return Goal(f"each additional template, from {fewer:,} to {more:,}, one worker", seconds * 1000 / (more - fewer), "ms", 1.5)

        return [
            additional(1, some),
            additional(some, many),
            *(_ratio(figures, f"{tool}, same {some:,} templates", single(some)) for tool in ("cfn-lint", "check-jsonschema", "yamllint")),
            _ratio(figures, single(many), default),
        ]

    files = sorted(str(path.relative_to(folder)) for path in (folder / f"templates-{some}").iterdir())
    commands = (
        *(_check(tools, single(count), *ONE_WORKER, f"templates-{count}") for count in (1, some, many)),
        _check(tools, default, f"templates-{many}"),
        *others(tools, f"same {some:,} templates", files, scale.few_runs),
    )
    text = "Each template has 20 lines, a model and an endpoint configuration, and no error."
    return Group(title="Many templates", text=text, commands=commands, runs=scale.runs, reference=single(some), goals=goals)


def foreign(tools: Tools, scale: Scale) -> Group:
    """Return the group with many files that have nothing to do with SageMaker."""
    counted = _counted(scale.foreign, "foreign file")
    grep, single, default = f"`grep -rlF SageMaker`, {counted}", f"smlint, {counted}, one worker", f"smlint, {counted}, default workers"

    def goals(figures: Mapping[str, Figure]) -> list[Goal]:
        return [_ratio(figures, default, grep, 3), _ratio(figures, single, grep)]

    commands = (
        Command(grep, ("grep", "-rlF", "SageMaker", "foreign"), code=1),
        _check(tools, single, *ONE_WORKER, "foreign", says=f"{scale.foreign} files"),
        _check(tools, default, "foreign", says=f"{scale.foreign} files"),
    )
    text = "YAML files of pipelines, Kubernetes, Compose and Helm charts, a hundred per folder. None contains the word that grep searches for."
    return Group(title="Foreign files", text=text, commands=commands, runs=scale.runs, reference=grep, goals=goals)


class Shape(NamedTuple):
    """A kind of large template: its name, the function that makes one of a given size, and whether it is mostly nodes without SageMaker content."""

    title: str
    pieces: Callable[[int], Iterator[str]]
    dense: bool = False

    def file(self, size: int) -> str:
        """Return the file name for a size in bytes."""
        return f"{self.title.replace(' ', '-')}-{size}.yaml"


SHAPES = (
    Shape("all SageMaker", lambda size: inputs.large_template(size, 1)),
    Shape("one deployment in 20 resources", lambda size: inputs.large_template(size, 20)),
    Shape("dense flow", inputs.dense_flow, dense=True),
    Shape("dense block", inputs.dense_block, dense=True),
)


def large_templates(scale: Scale) -> list[tuple[Shape, int]]:
    """Return the large templates with their sizes in bytes. Dense ones are small, because the composer takes most of a minute for a large one."""
    return [(shape, size) for size in scale.sizes for shape in SHAPES if size == scale.sizes[0] or not shape.dense]


def large(tools: Tools, scale: Scale) -> Group:
    """Return the group with one large template: time and memory must not grow faster than its size."""
    small, large = scale.sizes
    measured = large_templates(scale)

    def composer(shape: Shape, size: int) -> str:
        return f"composer, {size / MEGABYTE:g} MB, {shape.title}"

    def smlint(shape: Shape, size: int) -> str:
        return f"smlint, {size / MEGABYTE:g} MB, {shape.title}"

    def goals(figures: Mapping[str, Figure]) -> list[Goal]:
        def memory(shape: Shape, size: int) -> Goal:
            name = smlint(shape, size)
            return Goal(f"memory of {name}", figures[name].peak / MEGABYTE, "MB", 40 * size / MEGABYTE + 60)

        growing = [shape for shape in SHAPES if not shape.dense]
        return [
            *(_ratio(figures, smlint(shape, size), composer(shape, size), 3) for shape, size in measured),
            *(_ratio(figures, smlint(shape, large), composer(shape, small), 3 * large / small) for shape in growing),
            *(memory(shape, size) for shape, size in measured),
        ]

    commands = []
    for shape, size in measured:
        runs = None if size == small else scale.fewest_runs
        commands.append(Command(composer(shape, size), (tools.python, YARDSTICKS, "compose", shape.file(size)), most_runs=runs))
        commands.append(_check(tools, smlint(shape, size), *ONE_WORKER, shape.file(size))._replace(most_runs=runs))
    text = (
        "The composer is that of ruamel.yaml, in C, in a process that does nothing else: it turns the text into nodes and ignores them. "
        "Dense flow is `[1,1,1,...]`, dense block is lines `- a: 1`. The memory goal is 40 times the size of the file plus 60 MB."
    )
    return Group(title="Large templates", text=text, commands=tuple(commands), runs=scale.few_runs, reference=None, goals=goals)


def fixes(tools: Tools, folder: Path, scale: Scale) -> Group:
    """Return the group with many templates with an error each, which smlint fixes on disk."""
    count = scale.fixes
    counted = _counted(count, "file")
    target = folder / "fixes"
    yardstick = f"write, sync and rename {counted}, nothing else"
    fix, again = f"`smlint check --fix`, {counted}", f"`smlint check --fix` again, {counted}"

    def goals(figures: Mapping[str, Figure]) -> list[Goal]:
        return [
            _ratio(figures, fix, yardstick),
            Goal("each fix", figures[fix].minimum * 1000 / count, "ms"),
        ]

    def damage() -> None:
        inputs.write_wrong_templates(target, count)

    commands = (
        Command(yardstick, (tools.python, YARDSTICKS, "rewrite", "fixes"), prepare=damage),
        _check(tools, fix, "--fix", "fixes", says=f"{count} fixed", prepare=damage),
        _check(tools, again, "--fix", "fixes"),
    )
    text = (
        "Each file has an x86_64 image on an arm64 instance type. smlint lints a fixed file again, writes it to a temporary file, "
        "and syncs that to disk (`fsync`) before it replaces the original."
    )
    return Group(title="Fixes", text=text, commands=commands, runs=scale.fewest_runs, reference=yardstick, goals=goals)


def _ratio(figures: Mapping[str, Figure], command: str, reference: str, limit: float | None = None, *, at_least: bool = False) -> Goal:
    """Return the ratio of the minimum of one command to that of another."""
    ratio = figures[command].minimum / figures[reference].minimum
    return Goal(name=f"{command} : {reference}", value=ratio, unit="x", limit=limit, at_least=at_least)


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + ("s" if count != 1 else "")

"""The inventory: the record of every deployment in some files, whatever any rule says of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from smlint.linter.deployment_facts import DeploymentFacts, Value, deployment_facts
from smlint.model.deployment import Deployment
from smlint.model.facts import State
from smlint.model.settings import Settings
from smlint.model.text import TextRange
from smlint.runtime.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from smlint.linter.engine import FileReading
    from smlint.linter.rule import RuleContext
    from smlint.model.source import Source


class Row(NamedTuple):
    """One deployment: where it stands (`line` from 1; `pointer` is the JSON pointer of its image) and what its facts are."""

    file: str
    line: int
    pointer: str
    facts: DeploymentFacts

    def get(self, name: str) -> Value | None:
        """The value of a fact; None unless it is known."""
        entry = self.facts[name]
        return entry.value if entry.state is State.KNOWN else None

    def text(self, name: str) -> str:
        """The value of a fact in words; empty unless it is known."""
        value = self.get(name)
        if value is None:
            return ""
        if isinstance(value, dict):
            return ", ".join(f"{library} {version}" for library, version in value.items())
        return str(value).lower() if isinstance(value, bool) else str(value)

    def is_unknown(self, name: str) -> bool:
        """Whether the fact cannot be told from the file, rather than being missing."""
        return self.facts[name].state is State.UNKNOWN


class Inventory(NamedTuple):
    """The deployments of a run by file and line, how many files were looked at, and those that could not be read, each with the reason."""

    rows: tuple[Row, ...] = ()
    files: int = 0
    broken: tuple[tuple[str, str], ...] = ()


def inventory(paths: Sequence[str], settings: Settings, stdin: bytes | None = None, stdin_filename: str | None = None) -> Inventory:
    """The inventory of the files that the paths name (`-` is `stdin`). Raises `SmlintError` for a path that is not there."""
    from smlint.linter.rule_context import RuleContext

    context = RuleContext(settings.today, settings.eol_warn_days, settings.catalog)
    if "-" in paths:
        return _of_bytes(stdin or b"", stdin_filename or "<stdin>", context, settings)
    from smlint.files.discovery import find
    from smlint.files.loading import UnreadableFile, load_context, load_source
    from smlint.project.project import Project
    from smlint.readers.table import QUICK_SCAN, SUFFIXES

    found = find(paths, settings.exclude, settings.force_exclude, settings.root, suffixes=SUFFIXES)
    loaded = {one.path: load_source(one.path, QUICK_SCAN) for one in found}
    broken = [(path, one.reason) for path, one in loaded.items() if isinstance(one, UnreadableFile)]
    sources = [one for one in loaded.values() if one is not None and not isinstance(one, UnreadableFile)]
    rows: list[Row] = []
    neighbours = Project(sources, load_context(settings, loaded, QUICK_SCAN), settings)
    for source in sources:
        read = neighbours.read(source)
        broken += _error(read)
        rows += _rows(read, context)
    return Inventory(_in_order(rows), len(found), tuple(sorted(broken)))


def _of_bytes(data: bytes, name: str, context: RuleContext, settings: Settings) -> Inventory:
    from smlint.files.read import SourceError, from_bytes
    from smlint.linter.engine import read

    try:
        found = read(from_bytes(data, name), settings)
    except SourceError as error:
        return Inventory((), 1, ((name, error.message),))
    return Inventory(_in_order(_rows(found, context)), 1, tuple(_error(found)))


def _error(read: FileReading) -> list[tuple[str, str]]:
    if read.error is None:
        return []
    line = read.source.position(read.error.offset).line
    return [(read.source.path, f"line {line}: {read.error.message}")]


def _rows(read: FileReading, context: RuleContext) -> Iterator[Row]:
    for reading, _ in read.readings:
        for deployment in reading.deployments:
            yield Row(read.source.path, _line(deployment, read.source), deployment.pointer, deployment_facts(deployment, context))


def _line(deployment: Deployment, source: Source) -> int:
    """The line of the image, else that of what stands for the deployment."""
    from smlint.linter.edits import span_of

    for place in (deployment.image.place, TextRange(deployment.anchor) if deployment.anchor is not None else None, deployment.instance_type.place):
        if place is not None and place.text.elsewhere is None:
            return source.position(span_of(place).start).line
    return 1


def _in_order(rows: Iterator[Row] | list[Row]) -> tuple[Row, ...]:
    """By file and line, each once: a template that is judged for two Regions may say the same for both."""
    distinct: dict[tuple[object, ...], Row] = {}
    for row in rows:
        values = (row.text(name) + "?" * row.is_unknown(name) for name in row.facts)
        distinct.setdefault((row.file, row.line, row.pointer, *values), row)
    return tuple(sorted(distinct.values(), key=lambda row: (row.file, row.line, row.text("instance_type"), row.text("region"))))

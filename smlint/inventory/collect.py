"""Collect the inventory: the facts of every deployment in some files, independent of any rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from smlint.linter.deployment_facts import deployment_facts
from smlint.linter.fact_fields import DeploymentFacts, Value
from smlint.model.deployment import Deployment
from smlint.model.facts import State
from smlint.model.settings import Settings
from smlint.model.text import TextRange
from smlint.runtime.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from smlint.linter.rule import RuleContext
    from smlint.model.source import Source
    from smlint.project.reading import FileReading


class InventoryRow(NamedTuple):
    """One deployment: its location (`line` counts from 1, `pointer` is the JSON pointer of its image) and its facts."""

    file: str
    line: int
    pointer: str
    facts: DeploymentFacts

    def get(self, name: str) -> Value | None:
        """Return the value of a fact; None unless it is known."""
        entry = self.facts[name]
        return entry.value if entry.state is State.KNOWN else None

    def text(self, name: str) -> str:
        """Return the value of a fact as text; empty unless it is known."""
        value = self.get(name)
        if value is None:
            return ""
        if isinstance(value, dict):
            return ", ".join(f"{library} {version}" for library, version in value.items())
        return str(value).lower() if isinstance(value, bool) else str(value)

    def is_unknown(self, name: str) -> bool:
        """Return whether the file states the fact, or must, but smlint could not determine its value."""
        return self.facts[name].state is State.UNKNOWN


class Inventory(NamedTuple):
    """The deployments of a run by file and line, the number of files searched, and (path, reason) of each file that could not be read."""

    rows: tuple[InventoryRow, ...] = ()
    files: int = 0
    broken: tuple[tuple[str, str], ...] = ()


def collect(paths: Sequence[str], settings: Settings, stdin: bytes | None = None, stdin_filename: str | None = None) -> Inventory:
    """Collect the deployments of the files under `paths` (`-` is `stdin`). Raises `SmlintError` if a path does not exist."""
    from smlint.images.catalog import load_catalog
    from smlint.linter.rule_context import RuleContext

    context = RuleContext(settings.today, settings.eol_warn_days, load_catalog(settings.catalog))
    from smlint.files.discovery import DiscoveredFile, find
    from smlint.files.loading import UnreadableFile
    from smlint.project.project import Project
    from smlint.readers.table import SUFFIXES

    unsaved = []
    if "-" in paths:
        from smlint.files.read import SourceError, from_bytes

        files = [DiscoveredFile(stdin_filename or "<stdin>")]
        try:
            unsaved.append(from_bytes(stdin or b"", files[0].path))
        except SourceError as error:
            return Inventory((), 1, ((files[0].path, error.message),))
    else:
        files = find(paths, settings.exclude, settings.force_exclude, settings.root, suffixes=SUFFIXES)
    project = Project(settings, [file.path for file in files], unsaved, siblings="-" not in paths or stdin_filename is not None)
    rows: list[InventoryRow] = []
    broken = []
    for file in project.read_all():
        if isinstance(file, UnreadableFile):
            broken.append((file.path, file.reason))
        else:
            broken += _error(file)
            rows += _rows(file, context)
    return Inventory(_in_order(rows), len(files), tuple(sorted(broken)))


def _error(read: FileReading) -> list[tuple[str, str]]:
    if read.error is None:
        return []
    line = read.source.position(read.error.offset).line
    return [(read.source.path, f"line {line}: {read.error.message}")]


def _rows(read: FileReading, context: RuleContext) -> Iterator[InventoryRow]:
    for reading in read.readings:
        for deployment in reading.deployments:
            yield InventoryRow(read.source.path, _line(deployment, read.source), deployment.pointer, deployment_facts(deployment, context))


def _line(deployment: Deployment, source: Source) -> int:
    """Return the line of the image, else of the deployment, else of the instance type; 1 if none is in this file."""
    from smlint.linter.edits import span_of

    for place in (deployment.image.place, TextRange(deployment.anchor) if deployment.anchor is not None else None, deployment.instance_type.place):
        if place is not None and place.text.elsewhere is None:
            return source.position(span_of(place).start).line
    return 1


def _in_order(rows: Iterator[InventoryRow] | list[InventoryRow]) -> tuple[InventoryRow, ...]:
    """Sort the rows by file and line, and drop duplicates: a template linted for two Regions may give the same facts for both."""
    distinct: dict[tuple[object, ...], InventoryRow] = {}
    for row in rows:
        values = (row.text(name) + "?" * row.is_unknown(name) for name in row.facts)
        distinct.setdefault((row.file, row.line, row.pointer, *values), row)
    return tuple(sorted(distinct.values(), key=lambda row: (row.file, row.line, row.text("instance_type"), row.text("region"))))

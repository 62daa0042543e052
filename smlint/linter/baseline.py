"""The baseline file: it accepts current findings, so that a run reports only new ones.

An entry has the path, rule, JSON pointer, resource and value of a finding, and how often it occurs. It has no line number, so it survives
moved lines. Paths are relative to the folder of the baseline, with forward slashes.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence

from smlint.model.findings import Finding, Suppression
from smlint.runtime.errors import SmlintError, line_of
from smlint.runtime.named_tuple import NamedTuple

VERSION = 1
SUPPRESSED_BY = "baseline"


class BaselineKey(NamedTuple):
    """What identifies an accepted finding. Equal findings share a key.

    `path` is the file of the deployment, even if the finding is shown in another file.
    """

    path: str
    rule: str
    pointer: str
    resource: str
    value: str


class BaselineEntry(NamedTuple):
    """A number of equal findings to accept."""

    key: BaselineKey
    times: int = 1


class Baseline:
    """The accepted findings of one baseline file."""

    def __init__(self, folder: str, counts: dict[BaselineKey, int]) -> None:
        self._folder = folder
        self._counts = counts

    @classmethod
    def from_entries(cls, path: str, entries: Iterable[BaselineEntry]) -> Baseline:
        """Create a baseline from the entries of the file at `path`."""
        counts: dict[BaselineKey, int] = {}
        for entry in entries:
            counts[entry.key] = counts.get(entry.key, 0) + entry.times
        return cls(folder_of(path), counts)

    def accept(self, findings: Sequence[Finding]) -> list[Finding]:
        """Return the findings of one file, suppressing as many of each key as the baseline accepts.

        Findings that are already suppressed are returned unchanged and do not count.
        """
        remaining: dict[BaselineKey, int] = {}
        result = []
        for finding in findings:
            key = key_of(finding, self._folder)
            accepted = remaining.setdefault(key, self._counts.get(key, 0))
            if accepted and finding.suppressed is None:
                remaining[key] = accepted - 1
                result.append(finding._replace(suppressed=Suppression(SUPPRESSED_BY, "")))
            else:
                result.append(finding)
        return result

    def stale_entries(self, findings: Iterable[Finding], paths: Iterable[str], rules: frozenset[str]) -> Iterator[BaselineEntry]:
        """Yield the entries, or the part of their count, that a run did not need.

        `findings` are all findings of the run, `paths` the files it checked, and `rules` the rules it used. An entry for another file or rule may
        still be needed, unless its file no longer exists.
        """
        used: dict[BaselineKey, int] = {}
        for finding in findings:
            if finding.suppressed is not None and finding.suppressed.by == SUPPRESSED_BY:
                key = key_of(finding, self._folder)
                used[key] = used.get(key, 0) + 1
        checked = {relative(path, self._folder) for path in paths}
        for key, count in self._counts.items():
            unused = count - used.get(key, 0)
            if unused <= 0:
                continue
            if (key.path in checked and key.rule in rules) or not os.path.exists(os.path.join(self._folder, key.path)):
                yield BaselineEntry(key, unused)


def folder_of(path: str) -> str:
    """Return the folder of a baseline file; its paths are relative to this folder."""
    return os.path.dirname(os.path.abspath(path))


def relative(path: str, folder: str) -> str:
    """Return a path as a baseline in `folder` spells it."""
    try:
        return os.path.relpath(os.path.abspath(path), folder).replace(os.sep, "/")
    except ValueError:  # on another drive
        return os.path.abspath(path).replace(os.sep, "/")


def key_of(finding: Finding, folder: str) -> BaselineKey:
    """Return the key of a finding for a baseline in `folder`."""
    return BaselineKey(
        path=relative(finding.home_path, folder),
        rule=finding.rule,
        pointer=finding.pointer,
        resource=finding.resource,
        value=finding.value,
    )


def load_baseline(path: str) -> Baseline:
    """Load a baseline file. Raises `SmlintError` if it is unreadable or not a baseline of this version."""
    import json

    from smlint.files.read import read_data

    try:
        data: object = json.loads(read_data(path))
    except OSError as error:
        raise SmlintError(f"cannot read baseline {path}: {error.strerror}", "'smlint check --write-baseline FILE' writes one") from None
    except (ValueError, RecursionError) as error:
        raise SmlintError(f"baseline {path} is not valid JSON{line_of(error)}", "'smlint check --write-baseline FILE' writes one") from None
    if not isinstance(data, dict) or not isinstance(items := data.get("findings"), list):
        raise SmlintError(f"{path} is not an smlint baseline", "'smlint check --write-baseline FILE' writes one")
    if data.get("version") != VERSION:
        raise SmlintError(f"baseline {path} has version {data.get('version')!r}", f"this smlint reads version {VERSION}: write it again")
    return Baseline.from_entries(path, [_entry(item, path, index) for index, item in enumerate(items)])


def is_baseline(data: bytes) -> bool:
    """Return whether the bytes of a file are a baseline, of any version."""
    import json

    try:
        content: object = json.loads(data)
    except (ValueError, RecursionError):
        return False
    return isinstance(content, dict) and set(content) == {"version", "findings"} and isinstance(content["findings"], list)


def _entry(item: object, path: str, index: int) -> BaselineEntry:
    if isinstance(item, dict):
        fields = {field: item.get(field) for field in BaselineKey._fields}
        count = item.get("count", 1)
        strings = {field: value for field, value in fields.items() if isinstance(value, str)}
        if len(strings) == len(fields) and isinstance(count, int) and not isinstance(count, bool) and count > 0:
            return BaselineEntry(BaselineKey(**strings), count)
    raise SmlintError(f"baseline {path}: findings[{index}] is not a valid entry", "write the file again")


def format_baseline(findings: Iterable[Finding], path: str) -> str:
    """Return the text of a baseline at `path` that accepts all findings except those suppressed in another way."""
    import json

    folder = folder_of(path)
    counts: dict[BaselineKey, int] = {}
    for finding in findings:
        if finding.suppressed is None or finding.suppressed.by == SUPPRESSED_BY:
            key = key_of(finding, folder)
            counts[key] = counts.get(key, 0) + 1
    entries = [{**key._asdict(), "count": count} for key, count in sorted(counts.items())]
    # ASCII only: lone surrogates in file names become escapes.
    return json.dumps({"version": VERSION, "findings": entries}, indent=2) + "\n"

"""The baseline: findings that are known and accepted for now, in a file. What is new beside them is reported.

An entry tells the path, the rule, the JSON pointer, the resource and the value, and how often; no line, so that it survives whatever
moves lines. The paths are relative to the folder of the baseline, with forward slashes.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence

from smlint.model.findings import Finding, Suppression
from smlint.runtime.errors import SmlintError
from smlint.runtime.named_tuple import NamedTuple

VERSION = 1
SUPPRESSED_BY = "baseline"

Key = tuple[str, str, str, str, str]
"""Path, rule, pointer, resource, value."""

_FIELDS = ("path", "rule", "pointer", "resource", "value")


class BaselineEntry(NamedTuple):
    """So many findings that are alike."""

    path: str
    rule: str
    pointer: str
    resource: str
    value: str
    times: int = 1


class Baseline:
    """The accepted findings of one file."""

    def __init__(self, path: str, entries: Iterable[BaselineEntry]) -> None:
        self.path = path
        self._folder = folder_of(path)
        self._counts: dict[Key, int] = {}
        for entry in entries:
            self._counts[entry[:5]] = self._counts.get(entry[:5], 0) + entry.times

    def applied(self, findings: Sequence[Finding]) -> list[Finding]:
        """The findings of one file, as many of each kind suppressed as were accepted. What is suppressed already is not counted."""
        left: dict[Key, int] = {}
        done = []
        for finding in findings:
            key = key_of(finding, self._folder)
            accepted = left.setdefault(key, self._counts.get(key, 0))
            if accepted and finding.suppressed is None:
                left[key] = accepted - 1
                done.append(finding._replace(suppressed=Suppression(SUPPRESSED_BY, "")))
            else:
                done.append(finding)
        return done

    def stale(self, findings: Iterable[Finding], paths: Iterable[str], rules: frozenset[str]) -> Iterator[BaselineEntry]:
        """The entries, or as much of their count, that no finding of a run needs any more.

        `findings` are all of the run, `paths` the files that were checked and `rules` those that were run: an entry for another file or rule
        may still be needed. One for a file that is gone is not.
        """
        used: dict[Key, int] = {}
        for finding in findings:
            if finding.suppressed is not None and finding.suppressed.by == SUPPRESSED_BY:
                key = key_of(finding, self._folder)
                used[key] = used.get(key, 0) + 1
        checked = {relative(path, self._folder) for path in paths}
        for key, count in self._counts.items():
            entry = BaselineEntry(*key, count - used.get(key, 0))
            if entry.times <= 0:
                continue
            if (entry.path in checked and entry.rule in rules) or not os.path.exists(os.path.join(self._folder, entry.path)):
                yield entry


def folder_of(path: str) -> str:
    """The folder that the paths of a baseline are relative to."""
    return os.path.dirname(os.path.abspath(path))


def relative(path: str, folder: str) -> str:
    """A path as a baseline in a folder writes it."""
    try:
        return os.path.relpath(os.path.abspath(path), folder).replace(os.sep, "/")
    except ValueError:  # on another drive
        return os.path.abspath(path).replace(os.sep, "/")


def key_of(finding: Finding, folder: str) -> Key:
    """What identifies a finding, but for how many there are like it."""
    return relative(finding.path, folder), finding.rule, finding.pointer, finding.resource, finding.value


def load_baseline(path: str) -> Baseline:
    """The baseline in a file. Raises `SmlintError` when it cannot be read, or is none."""
    import json

    from smlint.files import data_file

    try:
        data: object = json.loads(data_file.read_data(path))
    except OSError as error:
        raise SmlintError(f"cannot read baseline {path}: {error.strerror}", "'smlint check --write-baseline FILE' writes one") from None
    except (ValueError, RecursionError) as error:
        raise SmlintError(f"baseline {path} is not JSON: {error}") from None
    if not isinstance(data, dict) or not isinstance(found := data.get("findings"), list):
        raise SmlintError(f"{path} is not a baseline of smlint", "'smlint check --write-baseline FILE' writes one")
    if data.get("version") != VERSION:
        raise SmlintError(f"baseline {path} has version {data.get('version')!r}", f"this smlint reads version {VERSION}: write it again")
    return Baseline(path, [_entry(item, path, index) for index, item in enumerate(found)])


def is_one(data: bytes) -> bool:
    """Whether the bytes of a file are a baseline, of any version."""
    import json

    try:
        found: object = json.loads(data)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and set(found) == {"version", "findings"} and isinstance(found["findings"], list)


def _entry(item: object, path: str, index: int) -> BaselineEntry:
    if isinstance(item, dict):
        texts = [item.get(field) for field in _FIELDS]
        count = item.get("count", 1)
        strings = [text for text in texts if isinstance(text, str)]
        if len(strings) == len(texts) and isinstance(count, int) and not isinstance(count, bool) and count > 0:
            where, rule, pointer, resource, value = strings
            return BaselineEntry(where, rule, pointer, resource, value, count)
    raise SmlintError(f"baseline {path}: findings[{index}] is not an entry of a baseline", "write the file again")


def text_of(findings: Iterable[Finding], path: str) -> str:
    """The text of a baseline at this path that accepts the findings, but for those that are silenced otherwise."""
    import json

    folder = folder_of(path)
    counts: dict[Key, int] = {}
    for finding in findings:
        if finding.suppressed is None or finding.suppressed.by == SUPPRESSED_BY:
            key = key_of(finding, folder)
            counts[key] = counts.get(key, 0) + 1
    entries = [{**dict(zip(_FIELDS, key, strict=True)), "count": count} for key, count in sorted(counts.items())]
    # ASCII, so that every file name can be written: half a surrogate pair is an escape.
    return json.dumps({"version": VERSION, "findings": entries}, indent=2) + "\n"

"""Templates that the Serverless Framework merges with others: the files in `resources` of `serverless.yml`.

Each file is a part of one template: a model may be in another part, and the default of a parameter that another part declares too is
replaced. https://www.serverless.com/framework/docs/providers/aws/guide/resources (read 2026-11-29).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence

from smlint.model.deployment import DocumentReading, ProblemKind
from smlint.project.files import ProjectFiles
from smlint.project.folder_tree import MAX_LEVELS, is_repository
from smlint.project.reading import FileReading

SERVICES = ("serverless.yml", "serverless.yaml", "serverless.json", "serverless.ts", "serverless.js", "serverless.mjs", "serverless.cjs")

MAX_BYTES = 500_000
"""The largest file to search."""

_MAX_PARTS = 50  # files of one service that are searched for parameters
# Compiled where they are used: few templates belong to a service.
_FILE = r"file\(([^)\n]{1,300})\)"
_PLACEHOLDER = r"\$\{[^}]{0,100}\}"


def replaced_parameters(path: str, files: ProjectFiles) -> tuple[str, ...] | None:
    """Return the parameters of a template, an absolute path, whose default another part may replace; None if no service merges it.

    Any word of another part that declares parameters may be the name of one.
    """
    name = os.path.basename(path)
    services = [(service, text) for service, text in _services(os.path.dirname(path), files) if _names(text, name)]
    texts = [part for service, text in services for part in _parts(service, text, path, files)]
    if not texts:
        return None
    return tuple(sorted({word for text in texts if "Parameters" in text for word in re.findall(r"\w+", text)}))


def without_dangling(file: FileReading) -> FileReading:
    """Return a file without references to missing models: another part of the template may have them."""
    return file._replace(readings=tuple(map(_without_dangling, file.readings)))


def _without_dangling(reading: DocumentReading) -> DocumentReading:
    return reading._replace(problems=tuple(each for each in reading.problems if each.kind is not ProblemKind.DANGLING_REFERENCE))


def _services(folder: str, files: ProjectFiles) -> Iterator[tuple[str, str]]:
    """Yield the path and text of each service in a folder and the folders above it in its repository."""
    for _ in range(MAX_LEVELS):
        for name in files.names(folder):
            if name in SERVICES and (text := _text(os.path.join(folder, name), files)) is not None:
                yield os.path.join(folder, name), text
        if is_repository(folder) or folder == os.path.dirname(folder):
            return
        folder = os.path.dirname(folder)


def _text(path: str, files: ProjectFiles) -> str | None:
    return files.text(path) if files.accepts(path) and files.size(path) <= MAX_BYTES else None


def _names(text: str, name: str) -> bool:
    """Return whether a service names a file, or has a path with variables that may be that of the file."""
    if name in text:
        return True
    for written in re.findall(_FILE, text):
        parts = os.path.basename(re.sub(_PLACEHOLDER, "\0", written.strip())).split("\0")
        if len(parts) > 1 and _contains_in_order(name, parts):
            return True
    return False


def _contains_in_order(name: str, parts: Sequence[str]) -> bool:
    """Return whether a name starts with the first part and ends with the last one, and has the others between them in their order."""
    first, *middle, last = parts
    if not name.startswith(first):
        return False
    position = len(first)
    for part in middle:
        position = name.find(part, position) + len(part)
        if position < len(part):
            return False
    return name.endswith(last) and len(name) - len(last) >= position


def _parts(service: str, text: str, path: str, files: ProjectFiles) -> Iterator[str]:
    """Yield the text of a service and of the other files that it names."""
    yield text
    for written in re.findall(_FILE, text)[:_MAX_PARTS]:
        other = os.path.normpath(os.path.join(os.path.dirname(service), written.strip().strip("'\"")))
        if other not in (path, service) and "$" not in written and (part := _text(other, files)) is not None:
            yield part

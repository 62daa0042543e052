"""Load the files that may concern SageMaker."""

from __future__ import annotations

import os
from collections.abc import Iterable

from smlint.files.discovery import find_context
from smlint.files.quick_scan import QuickScan
from smlint.files.read import SourceError, from_bytes, read_bytes
from smlint.model.settings import Settings
from smlint.model.source import Source
from smlint.runtime.named_tuple import NamedTuple

NO_SAGEMAKER_CONTENT = "no SageMaker content"


class UnreadableFile(NamedTuple):
    """Why a file could not be read as text; `before` is the decoded text before the error."""

    reason: str
    before: str = ""


def load_source(path: str, scan: QuickScan, regular: bool = False) -> Source | UnreadableFile | None:
    """Read and decode a file; None if `scan` rules it out. `regular` is as for `read_bytes`."""
    try:
        data = read_bytes(path, regular)
    except SourceError as error:
        return UnreadableFile(error.message, error.before)
    return decode_source(data, path, scan)


def decode_source(data: bytes, path: str, scan: QuickScan) -> Source | UnreadableFile | None:
    """Decode the content of a file; None if `scan` rules it out."""
    if not scan.may_match(data):
        return None
    try:
        return from_bytes(data, path)
    except SourceError as error:
        return UnreadableFile(error.message, error.before)


def load_context(settings: Settings, targets: Iterable[str], scan: QuickScan) -> list[Source]:
    """Load the context files that the configuration names, without those that are targets of the run."""
    if not settings.context:
        return []
    target_paths = {os.path.abspath(path) for path in targets}
    loaded = [load_source(path, scan) for path in find_context(settings.context, settings.root) if os.path.abspath(path) not in target_paths]
    return [source for source in loaded if isinstance(source, Source)]

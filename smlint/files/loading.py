"""Load the files that may concern SageMaker."""

from __future__ import annotations

from smlint.files.quick_scan import QuickScan
from smlint.files.read import SourceError, from_bytes, read_bytes
from smlint.model.source import Source
from smlint.runtime.named_tuple import NamedTuple

NO_SAGEMAKER_CONTENT = "no SageMaker content"


class UnreadableFile(NamedTuple):
    """A file that could not be read as text, and why; `before` is the decoded text before the error."""

    path: str
    reason: str
    before: str = ""


def load_source(path: str, scan: QuickScan, regular: bool = False) -> Source | UnreadableFile | None:
    """Read and decode a file; None if `scan` rules it out. `regular` is as for `read_bytes`."""
    try:
        data = read_bytes(path, regular)
    except SourceError as error:
        return UnreadableFile(path, error.message, error.before)
    return decode_source(data, path, scan)


def decode_source(data: bytes, path: str, scan: QuickScan) -> Source | UnreadableFile | None:
    """Decode the content of a file; None if `scan` rules it out."""
    if not scan.may_match(data):
        return None
    try:
        return from_bytes(data, path)
    except SourceError as error:
        return UnreadableFile(path, error.message, error.before)

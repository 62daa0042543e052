"""From files to texts that can be read."""

from __future__ import annotations

import os
from collections.abc import Iterable

from smlint.files.discovery import concerns_sagemaker, find_context
from smlint.files.read import SourceError, from_bytes, read_bytes
from smlint.model.settings import Settings
from smlint.model.source import Source
from smlint.runtime.named_tuple import NamedTuple

NO_SAGEMAKER_CONTENT = "no SageMaker content"


class UnreadableFile(NamedTuple):
    """Why a file has no text to read; `before` is the text before the place where it stops to be one."""

    reason: str
    before: str = ""


def load_source(path: str, regular: bool = False) -> Source | UnreadableFile | None:
    """The text of a file; None for one that cannot concern SageMaker. `regular` is as for `read_bytes`."""
    try:
        data = read_bytes(path, regular)
    except SourceError as error:
        return UnreadableFile(error.message, error.before)
    return decode_source(data, path)


def decode_source(data: bytes, path: str) -> Source | UnreadableFile | None:
    """The text of a file with these bytes; None if it cannot concern SageMaker."""
    if not concerns_sagemaker(data):
        return None
    try:
        return from_bytes(data, path)
    except SourceError as error:
        return UnreadableFile(error.message, error.before)


def load_context(settings: Settings, judged: Iterable[str]) -> list[Source]:
    """The files that the configuration names as context, which are read and never reported, but for those that are judged anyway."""
    if not settings.context:
        return []
    places = {os.path.abspath(path) for path in judged}
    loaded = [load_source(path) for path in find_context(settings.context, settings.root) if os.path.abspath(path) not in places]
    return [one for one in loaded if isinstance(one, Source)]

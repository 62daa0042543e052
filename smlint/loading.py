"""From files to texts that can be read: at once those that stand alone, together those that other files may tell something of."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from smlint.named_tuple import NamedTuple
from smlint.settings import Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from smlint.discover import Found
    from smlint.neighbours import Neighbours
    from smlint.source import Source

FOREIGN = "no SageMaker content"


class Loaded(NamedTuple):
    """A text, the file it is in, and the neighbours that complete it, if it has any."""

    source: Source
    found: Found
    neighbours: Neighbours | None = None


class Unloaded(NamedTuple):
    """A file that has no text to read, and why. `broken` tells that it should have one: it cannot be read, or is no text.

    `before` is the text before the place where it stops to be one.
    """

    path: str
    reason: str
    broken: bool = False
    before: str = ""


def texts(found: Sequence[Found], settings: Settings) -> Iterator[Loaded | Unloaded]:
    """The texts of files, in no order."""
    waiting: list[tuple[Source, Found]] = []
    paths = [one.path for one in found]
    for one in found:
        loaded = _load(one.path)
        if isinstance(loaded, Unloaded):
            yield loaded
        elif _has_neighbours(loaded, paths, settings):
            waiting.append((loaded, one))
        else:
            yield Loaded(loaded, one)
    if not waiting:
        return
    from smlint.neighbours import Neighbours

    neighbours = Neighbours([source for source, _ in waiting], _context(paths, settings), settings)
    for source, one in waiting:
        yield Loaded(source, one, neighbours)


def _load(path: str) -> Source | Unloaded:
    from smlint.discover import concerns_sagemaker
    from smlint.source import SourceError, from_bytes, read_bytes

    try:
        data = read_bytes(path)
        if not concerns_sagemaker(data):
            return Unloaded(path, FOREIGN)
        return from_bytes(data, path)
    except SourceError as error:
        return Unloaded(path, error.message, broken=True, before=error.before)


def _has_neighbours(source: Source, paths: Sequence[str], settings: Settings) -> bool:
    """Whether other files may complete what this one says: further ones of the run, context files, or those that stand beside it."""
    from smlint.discover import may_have_neighbours

    return may_have_neighbours(source.path, source.text, alone=len(paths) == 1 and not settings.context)


def _context(paths: Sequence[str], settings: Settings) -> list[Source]:
    """The files that the configuration names as context: read, never reported."""
    if not settings.context:
        return []
    from smlint.discover import find_context

    judged = {os.path.abspath(path) for path in paths}
    loaded = [_load(path) for path in find_context(settings.context, settings.root) if os.path.abspath(path) not in judged]
    return [one for one in loaded if not isinstance(one, Unloaded)]

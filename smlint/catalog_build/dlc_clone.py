"""Read a clone of aws/deep-learning-containers: its documents, its build configurations and its release tags."""

from __future__ import annotations

import os
from collections.abc import Iterator

from smlint.catalog_build.dlc_documents import ConfiguredImage, DlcDocuments, configurations, documents, planned_tags
from smlint.catalog_build.git_files import commit_date, open_clone
from smlint.runtime.clock import day_of
from smlint.runtime.errors import SmlintError
from smlint.runtime.named_tuple import NamedTuple

DOCUMENTS = "docs/src/data"
LEGACY = "docs/src/legacy"
CONFIGURATIONS = ".github/config/image"


class DlcClone(NamedTuple):
    """What a clone contains. `date` is the ISO date of its commit, or that of its newest document if the commit cannot be read.

    `planned` are the image tags of each repository in the release plans of the working tree. `commit` is empty, and there are no release tags,
    if the folder is no clone of Git but a copy of the files.
    """

    documents: DlcDocuments
    configurations: list[ConfiguredImage]
    planned: dict[str, set[str]]
    release_tags: tuple[str, ...]
    commit: str
    date: str


def read_clone(path: str) -> DlcClone:
    """Read the working tree and the tags of a clone. Raises `SmlintError` if the folder has no documents, or documents of an unknown shape."""
    found = list(_files(path, DOCUMENTS))
    if not found:
        raise SmlintError(
            f"{path} has no {DOCUMENTS}/*/*.yml",
            "name the working tree of a clone: git clone https://github.com/aws/deep-learning-containers",
        )
    clone = open_clone(path)
    day = commit_date(clone, clone.head) if clone is not None else None
    return DlcClone(
        documents=documents([*found, *_files(path, LEGACY)]),
        configurations=configurations(_files(path, CONFIGURATIONS)),
        planned=planned_tags(_plans(path)),
        release_tags=tuple(sorted(clone.tags)) if clone is not None else (),
        commit=clone.head if clone is not None else "",
        date=day or _newest_day(path, [name for name, _ in found]),
    )


def _files(path: str, folder: str) -> Iterator[tuple[str, bytes]]:
    """Yield the YAML files below a folder, as paths in the clone, sorted. Links are not followed."""
    for root, folders, names in os.walk(os.path.join(path, *folder.split("/"))):
        folders.sort()
        for name in sorted(names):
            file = os.path.join(root, name)
            if name.endswith(".yml") and not os.path.islink(file):
                yield os.path.relpath(file, path).replace(os.sep, "/"), _content(file)


def _plans(path: str) -> Iterator[tuple[str, bytes]]:
    for name in sorted(os.listdir(path)):
        if name.startswith("release_images") and name.endswith(".yml"):
            yield name, _content(os.path.join(path, name))


def _content(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise SmlintError(f"cannot read {path}: {error.strerror}") from None


def _newest_day(path: str, names: list[str]) -> str:
    return day_of(max(os.stat(os.path.join(path, name)).st_mtime for name in names))

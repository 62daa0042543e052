"""Manifests that are right, in every format that smlint reads, and in every spelling; and what makes them wrong.

An image stands in a manifest as marks, which `Manifest.text` replaces, so that the text with a wrong image differs from the right
one in nothing else.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from smlint import parse_image
from tests.manifests.images import Chosen

IMAGE = "0IMAGE0"
ACCOUNT = "0ACCOUNT0"
REGION = "0REGION0"
DOMAIN = "0DOMAIN0"
PATH = "0PATH0"
REPOSITORY = "0REPOSITORY0"
TAG = "0TAG0"

MARKS = (IMAGE, ACCOUNT, REGION, DOMAIN, PATH, REPOSITORY, TAG)
"""A whole URI, or its parts: `PATH` is all that follows the registry, `REPOSITORY` all before the tag.

What is written with marks can be wrong; a Region that is written without one stays what it is.
"""

_WRITTEN_BY = {
    "Region": {IMAGE, REPOSITORY},
    "account": {IMAGE, REPOSITORY, ACCOUNT},
    "domain": {IMAGE, REPOSITORY, DOMAIN},
    "architecture": {IMAGE, PATH, TAG},
    "processor": {IMAGE, PATH, TAG},
}
"""The marks of which one must be there, so that this can be wrong."""


class Manifest(NamedTuple):
    """A manifest with marks for `image`. `regions` are told to smlint beside it; `fixable` is False where a repair must leave it alone.

    `deployments` counts the places where the image runs; `hardware` tells whether the manifest decides on what. With `slashes`, those
    of the image are written `\\/`, as some JSON libraries do.
    """

    format: str
    written: str
    filename: str
    image: Chosen
    regions: tuple[str, ...] = ()
    fixable: bool = True
    deployments: int = 1
    hardware: bool = True
    slashes: bool = False

    def text(self, uri: str) -> str:
        """The text with another image."""
        values = {mark: part.replace("/", r"\/") if self.slashes else part for mark, part in _parts(uri).items()}
        return re.sub("|".join(MARKS), lambda match: values[match.group()], self.written)

    @property
    def right(self) -> str:
        """The text with the image that fits."""
        return self.text(self.image.uri)

    def can_tell(self, what: str) -> bool:
        """Whether the marks write what is wrong."""
        if not self.hardware and what in ("architecture", "processor"):
            return False
        return any(mark in self.written for mark in _WRITTEN_BY[what])

    def is_right(self, text: str) -> bool:
        """Whether a text is the one with the image that fits; a repair writes slashes as they are."""
        return text.replace(r"\/", "/") == self.right.replace(r"\/", "/")

    def is_otherwise_as_written(self, text: str) -> bool:
        """Whether a text is this manifest with any image: all that stands between the marks is the same."""
        pieces = [re.escape(piece) for piece in re.split("|".join(MARKS), self.written)]
        return re.fullmatch(r"([A-Za-z0-9_.:/@\\-]*?)".join(pieces), text, re.DOTALL) is not None


def _parts(uri: str) -> dict[str, str]:
    image = parse_image(uri)
    path = uri[len(image.registry) + 1 :]
    name, _, tag = path.partition(":")
    return {
        IMAGE: uri, ACCOUNT: image.account or "", REGION: image.region or "", DOMAIN: image.domain or "",
        PATH: path, REPOSITORY: f"{image.registry}/{name}", TAG: tag,
    }  # fmt: skip

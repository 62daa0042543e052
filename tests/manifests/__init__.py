"""Correct manifests in every format that smlint reads and in every spelling, and ways to break them.

A manifest holds marks instead of an image. `Manifest.text` replaces them, so that a broken text differs from the correct one only in
its image.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from smlint import parse_image
from tests.manifests.images import ChosenImage

IMAGE = "0IMAGE0"
ACCOUNT = "0ACCOUNT0"
REGION = "0REGION0"
DOMAIN = "0DOMAIN0"
PATH = "0PATH0"
REPOSITORY = "0REPOSITORY0"
TAG = "0TAG0"

MARKS = (IMAGE, ACCOUNT, REGION, DOMAIN, PATH, REPOSITORY, TAG)
"""A whole URI, or its parts: `PATH` is everything after the registry, `REPOSITORY` everything before the tag.

Only parts written as marks can be broken; a Region that a manifest writes out never changes.
"""

_MARKS_OF = {
    "Region": {IMAGE, REPOSITORY},
    "account": {IMAGE, REPOSITORY, ACCOUNT},
    "domain": {IMAGE, REPOSITORY, DOMAIN},
    "architecture": {IMAGE, PATH, TAG},
    "processor": {IMAGE, PATH, TAG},
}
"""Each part of an image, and the marks that write it: the part can be broken only if a manifest has one of them."""


class Manifest(NamedTuple):
    """A manifest with marks for `image`. `regions` are options of the run; if not `fixable`, no fix may change the manifest.

    `deployments` is the number of deployments of the image; `hardware` says whether the manifest determines their instance types. With
    `slashes`, the slashes of the image are written `\\/`, as some JSON libraries do.
    """

    format: str
    written: str
    filename: str
    image: ChosenImage
    regions: tuple[str, ...] = ()
    fixable: bool = True
    deployments: int = 1
    hardware: bool = True
    slashes: bool = False

    def text(self, uri: str) -> str:
        """Return the text with another image."""
        values = {mark: part.replace("/", r"\/") if self.slashes else part for mark, part in _parts(uri).items()}
        return re.sub("|".join(MARKS), lambda match: values[match.group()], self.written)

    @property
    def correct(self) -> str:
        """The text with the correct image."""
        return self.text(self.image.uri)

    def can_break(self, part: str) -> bool:
        """Return whether a mark writes this part of the image."""
        if not self.hardware and part in ("architecture", "processor"):
            return False
        return any(mark in self.written for mark in _MARKS_OF[part])

    def is_correct(self, text: str) -> bool:
        """Return whether a text is the correct one; fixes do not escape slashes."""
        return text.replace(r"\/", "/") == self.correct.replace(r"\/", "/")

    def only_the_image_differs(self, text: str) -> bool:
        """Return whether a text is this manifest with some image, that is, whether everything between the marks is the same."""
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

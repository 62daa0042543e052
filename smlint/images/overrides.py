"""What the user knows of images and the catalogue cannot: how their own are built, and which registries hold copies of AWS's."""

from __future__ import annotations

from collections.abc import Sequence

from smlint.images.catalog import is_owner
from smlint.images.classify import Parts, understand
from smlint.images.placeholders import mask
from smlint.model.images import Image
from smlint.runtime.named_tuple import NamedTuple

ARCHITECTURES = ("x86_64", "arm64")
PROCESSORS = ("cpu", "gpu", "neuron", "neuronx", "hpu")

_WRITTEN = ("account", "region", "domain", "registry", "repository", "tag", "digest")
"""The parts of a URI that do not depend on what its tag means."""


class OwnImage(NamedTuple):
    """Images of one's own: those whose URI, with or without tag and digest, the glob `pattern` matches (`*` matches `/` too).

    `architecture` is one of `ARCHITECTURES`, `processor` one of `PROCESSORS`; None where nothing is said.
    """

    pattern: str
    architecture: str | None = None
    processor: str | None = None


class Mirror(NamedTuple):
    """A registry that holds copies of AWS's images under AWS's names.

    `prefix` is what stands before the repository's name: the 12 digits of an ECR account, or a host, either with the folders that a
    pull-through cache puts before the name (`111122223333/aws`, `registry.example.com:5000/dlc`). `accounts` are AWS's: only the
    repositories that one of them publishes are there.
    """

    prefix: str
    accounts: tuple[str, ...]


def apply_overrides(image: Image, own: Sequence[OwnImage], mirrors: Sequence[Mirror]) -> Image:
    """The image with what the user says of it; the image itself when that is nothing, or when it stands in AWS's own registry.

    Of several mirrors the longest prefix counts, and of several patterns the last that says something. An image of a mirror means what
    AWS's image of that name and tag means: its `owner` becomes `mirror` and its `repository` AWS's name, while `uri`, `account` and
    `region` stay the mirror's. An image of one's own has the said architecture and processor, and no other meaning.
    """
    if image.owner == "aws" or image.repository is None:
        return image
    return _copied(image, mirrors) or _own(image, own) or image


def _copied(image: Image, mirrors: Sequence[Mirror]) -> Image | None:
    """The image as AWS's; None unless a mirror holds it."""
    path = image.repository or ""
    found: tuple[int, str, tuple[str, ...]] | None = None
    for mirror in mirrors:
        host, _, folder = mirror.prefix.partition("/")
        if host not in (image.account, image.registry) or (folder and not path.startswith(folder + "/")):
            continue
        if found is None or len(mirror.prefix) > found[0]:
            found = len(mirror.prefix), path[len(folder) + 1 :] if folder else path, mirror.accounts
    if found is None:
        return None
    _, name, accounts = found
    account = next((account for account in accounts if is_owner(account, name)), None)
    if account is None:
        return None
    parts: Parts = {part: image.parts[part] for part in _WRITTEN if part in image.parts}
    end = parts["repository"][1]
    parts["repository"] = (end - len(name), end)
    facts = understand(mask(image.uri), account, True, name, image.tag, parts)
    return Image(
        image.uri, image.registry, image.account, image.region, image.domain, image.endpoint, "mirror", name, image.tag, image.digest,
        *facts[1:], image.problems, parts,
    )  # fmt: skip


def _own(image: Image, own: Sequence[OwnImage]) -> Image | None:
    """The image as one's own; None when no pattern names it, or when an unknown account leaves it AWS's."""
    if image.known_repository and (image.account is None or image.owner == "documentation"):
        return None
    from fnmatch import fnmatchcase

    bare = image.uri[: image.parts["repository"][1]].strip()
    architecture = processor = None
    for one in own:
        if fnmatchcase(image.uri.strip(), one.pattern) or fnmatchcase(bare, one.pattern):
            architecture = one.architecture or architecture
            processor = one.processor or processor
    if architecture is None and processor is None:
        return None
    return Image(
        image.uri, image.registry, image.account, image.region, image.domain, image.endpoint, image.owner, image.repository,
        image.tag, image.digest, processor=processor, architecture=architecture, problems=image.problems,
        parts={part: image.parts[part] for part in _WRITTEN if part in image.parts},
    )  # fmt: skip

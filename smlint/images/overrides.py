"""Apply what the configuration says about images: how the user's images are built, and which registries mirror AWS's."""

from __future__ import annotations

from collections.abc import Sequence

from smlint.images.catalog import Catalog
from smlint.images.classify import Parts, classify
from smlint.images.placeholders import mask
from smlint.model.images import GALLERY, Image
from smlint.runtime.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from smlint.images.classify import WrittenFields

ARCHITECTURES = ("x86_64", "arm64")
PROCESSORS = ("cpu", "gpu", "neuron", "neuronx", "hpu")

_WRITTEN = ("account", "region", "domain", "registry", "repository", "tag", "digest")
"""The parts of a URI that do not depend on the meaning of its tag."""


class ImageOverride(NamedTuple):
    """The architecture and processor of the images whose URI, with or without tag and digest, matches a glob (`*` matches `/` too).

    `architecture` is one of `ARCHITECTURES`, `processor` one of `PROCESSORS`; None leaves it unknown.
    """

    pattern: str
    architecture: str | None = None
    processor: str | None = None


class RegistryMirror(NamedTuple):
    """A registry with copies of AWS's images, under AWS's names.

    `prefix` is the part of a URI before the repository name: a 12-digit ECR account or a host, optionally with the folders that a pull-through
    cache inserts (`111122223333/aws`, `registry.example.com:5000/dlc`). `accounts` are the AWS accounts that it mirrors.
    """

    prefix: str
    accounts: tuple[str, ...]


def apply_overrides(image: Image, overrides: Sequence[ImageOverride], mirrors: Sequence[RegistryMirror], catalog: Catalog) -> Image:
    """Return the image with its configured properties. An image in AWS's own registries, or in its public gallery, is returned unchanged.

    The mirror with the longest prefix applies, and for each property the last matching override that sets it. An image in a mirror means what
    AWS's image of that name and tag means: its `owner` is `mirror` and its `repository` AWS's name, while `uri`, `account` and `region` are
    the mirror's. An overridden image has the configured architecture and processor; its other properties are unknown.
    """
    if image.owner in ("aws", GALLERY) or image.repository is None:
        return image
    return _from_mirror(image, mirrors, catalog) or _overridden(image, overrides) or image


def _from_mirror(image: Image, mirrors: Sequence[RegistryMirror], catalog: Catalog) -> Image | None:
    """Return the image with the meaning of the AWS image that it copies; None if no mirror has it."""
    path = image.repository or ""
    longest: RegistryMirror | None = None
    for mirror in mirrors:
        host, _, folder = mirror.prefix.partition("/")
        if host not in (image.account, image.registry) or (folder and not path.startswith(folder + "/")):
            continue
        if longest is None or len(mirror.prefix) > len(longest.prefix):
            longest = mirror
    if longest is None:
        return None
    folder = longest.prefix.partition("/")[2]
    name = path[len(folder) + 1 :] if folder else path
    account = next((account for account in longest.accounts if catalog.owns(account, name)), None)
    if account is None:
        return None
    parts: Parts = {part: image.parts[part] for part in _WRITTEN if part in image.parts}
    end = parts["repository"][1]
    parts["repository"] = (end - len(name), end)
    written: WrittenFields = {
        "uri": image.uri,
        "registry": image.registry,
        "account": account,
        "region": image.region,
        "domain": image.domain,
        "endpoint": image.endpoint,
        "repository": name,
        "tag": image.tag,
        "digest": image.digest,
        "problems": image.problems,
        "parts": parts,
    }
    return classify(catalog, mask(image.uri), written, is_ecr=True)._replace(account=image.account, owner="mirror")


def _overridden(image: Image, overrides: Sequence[ImageOverride]) -> Image | None:
    """Return the image with its configured properties; None if no pattern matches, or if it may be AWS's because its account is unknown."""
    if image.known_repository and (image.account is None or image.owner == "documentation"):
        return None
    from fnmatch import fnmatchcase

    bare = image.uri[: image.parts["repository"][1]].strip()
    architecture = processor = None
    for override in overrides:
        if fnmatchcase(image.uri.strip(), override.pattern) or fnmatchcase(bare, override.pattern):
            architecture = override.architecture or architecture
            processor = override.processor or processor
    if architecture is None and processor is None:
        return None
    return Image(
        uri=image.uri,
        registry=image.registry,
        account=image.account,
        region=image.region,
        domain=image.domain,
        endpoint=image.endpoint,
        owner=image.owner,
        repository=image.repository,
        tag=image.tag,
        digest=image.digest,
        processor=processor,
        architecture=architecture,
        problems=image.problems,
        parts={part: image.parts[part] for part in _WRITTEN if part in image.parts},
    )

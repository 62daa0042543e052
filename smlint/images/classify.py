"""Classify an image URI that has been split: combine the catalog with the grammar of tags."""

from __future__ import annotations

from smlint.images.catalog import DOCUMENTATION_ACCOUNTS, Catalog
from smlint.images.families import architecture_of, interpret_tag, platform_of, processor_of
from smlint.images.names import INTERNAL
from smlint.images.tags import Tag, parse_tag
from smlint.model.images import GALLERY, Image
from smlint.model.text import has_placeholder, is_placeholder

TYPE_CHECKING = False

Parts = dict[str, tuple[int, int]]
"""The half-open offsets of the parts of a URI, by name of the part."""

_TAG_PARTS = ("version", "python", "processor", "accelerator", "os", "platform", "architecture")


if TYPE_CHECKING:
    from typing import TypedDict

    class WrittenFields(TypedDict):
        """The fields of `Image` that a URI states without regard to the catalog. `repository` and `tag` are None if they contain a placeholder."""

        uri: str
        registry: str
        account: str | None
        region: str | None
        domain: str | None
        endpoint: str
        repository: str | None
        tag: str | None
        digest: str | None
        problems: tuple[str, ...]
        parts: Parts


def classify(catalog: Catalog, text: str, written: WrittenFields, *, is_ecr: bool) -> Image:
    """Classify an image in an ECR registry (or on a host that is entirely unknown), and add the parts of its tag to its parts.

    `text` is the URI with its placeholders masked.
    """
    account, repository, parts = written["account"], written["repository"], written["parts"]
    owner = None
    if account is not None:
        owner = "documentation" if account in DOCUMENTATION_ACCOUNTS else "aws" if account in catalog.aws_accounts else catalog.owner_of(account)
    entry = catalog.repositories.get(repository) if repository is not None else None
    if repository is None or entry is None:
        return Image(**written, owner=owner)
    if entry.get("unlisted"):
        return Image(**written, owner=owner, known_repository=True, known_tag=owner == "aws")
    parsed = parse_tag(written["tag"]) if written["tag"] is not None else None
    if parsed is not None:
        known = catalog.known_tag(repository, parsed)
    else:
        known = "tag" not in parts and "digest" not in parts and catalog.known_tag(repository, _UNTAGGED)  # model-monitor has no tags
    specific = parsed is not None and parsed.text.count("-") >= 2  # `1` and `latest` do not show that this is a SageMaker image
    is_sagemaker = owner == "aws" or (is_ecr and (account is None or owner == "documentation"))
    if is_sagemaker and owner != "aws" and "-" not in repository:
        is_sagemaker = specific  # anyone can name a repository `ray`, `xgboost` or `pytorch`
    if is_sagemaker or (known and specific):
        return _sagemaker_image(catalog, text, written, repository, parsed, owner=owner, known=known)
    if parsed is None or parsed.version is None or parsed.unknown or not is_ecr or not specific:
        return Image(**written, owner=owner, known_repository=True)
    framework, version, libraries = interpret_tag(repository, parsed)
    _add_parts(parts, parsed)
    return Image(
        **written,
        owner=owner,
        framework=framework,
        version=version,
        libraries=libraries,
        python=parsed.python,
        accelerator=parsed.accelerator,
        os=parsed.os,
        platform=parsed.platform,
        known_repository=True,
        known_tag=known,
    )


def classify_gallery(catalog: Catalog, text: str, written: WrittenFields) -> Image:
    """Classify an image on a host that is not a private ECR registry: it may be in the public gallery of ECR, or in a registry of NVIDIA.

    An image in the gallery means what AWS's image of that name and tag means: its `repository` is AWS's name.
    """
    alias, _, name = f"{written['registry']}/{written['repository'] or ''}".rpartition("/")
    if not catalog.in_gallery(alias, name):
        return Image(**written, owner=catalog.owner_of(alias))
    end = written["parts"]["repository"][1]
    written["parts"]["repository"] = (end - len(name), end)
    written["repository"] = name
    tag = parse_tag(written["tag"]) if written["tag"] is not None else None
    if name not in catalog.repositories:
        return Image(**written, owner=GALLERY)
    known = tag is not None and catalog.known_tag(name, tag)
    return _sagemaker_image(catalog, text, written, name, tag, owner=GALLERY, known=known)


_UNTAGGED = parse_tag("")


def _add_parts(parts: Parts, tag: Tag) -> None:
    at = parts["tag"][0]
    spans = tag.spans
    for name in _TAG_PARTS:
        if name in spans:
            start, end = spans[name]
            parts[name] = (at + start, at + end)


def _sagemaker_image(
    catalog: Catalog, text: str, written: WrittenFields, repository: str, parsed: Tag | None, *, owner: str | None, known: bool
) -> Image:
    """Classify an image in SageMaker's registries, or one that cannot be anything else."""
    parts = written["parts"]
    entry = catalog.repositories[repository]
    scopes: tuple[str, ...] = tuple(entry["scopes"])
    complete = parsed is not None
    tag = parsed if parsed is not None else _partial_tag(text, parts)
    if "tag" in parts:
        _add_parts(parts, tag)
    framework, version, libraries = interpret_tag(repository, tag)
    if framework is not None:
        framework = INTERNAL.get(framework, framework)
    frameworks: list[str] = entry["frameworks"]
    if not complete and not tag.libraries and framework is not None:
        framework = framework if len(frameworks) == 1 else None
    architecture: str | None = architecture_of(repository, tag)
    if complete:
        if "versions" in entry:
            version = entry["versions"].get(tag.text, version)
        processor, platform = processor_of(repository, tag), platform_of(repository, tag)
    else:
        version = version if tag.version is not None else None
        processor, platform = "eia" if repository.endswith("-eia") else tag.processor, tag.platform
        if architecture == "x86_64" and repository in _BOTH_ARCHITECTURES:
            architecture = None
    if version == "latest" and not known:
        version = None
    support = catalog.support_of(repository, version, tag.python) if version is not None else None
    return Image(
        **written,
        owner=owner,
        framework=framework,
        version=version,
        libraries=libraries,
        python=tag.python,
        processor=processor,
        accelerator=tag.accelerator,
        os=tag.os,
        platform=platform,
        architecture=architecture,
        scope=scopes[0] if len(scopes) == 1 else None,
        scopes=scopes,
        known_repository=True,
        known_tag=known,
        end_of_patch=support[1] if support is not None else None,
    )


_BOTH_ARCHITECTURES = frozenset(("sagemaker-xgboost", "sagemaker-scikit-learn"))
"""Repositories whose tags, not whose names, decide the architecture."""


def _partial_tag(text: str, parts: Parts) -> Tag:
    """Return what is certain about a missing tag or one with a placeholder: its complete tokens.

    A placeholder may stand for any text, so a version directly before it may continue (`1.5-` followed by `1`). Only a version with three
    numbers counts as complete.
    """
    span = parts.get("tag")
    if span is None:
        return parse_tag("")._replace(unknown=())
    tag = parse_tag(text[span[0] : span[1]])
    spans = {name: offsets for name, offsets in tag.spans.items() if name != "revision"}
    version = tag.version
    if version is not None:
        follows = tag.text[spans["version"][1] + 1 : spans["version"][1] + 2]
        if (follows and is_placeholder(follows) and version.count(".") < 2) or has_placeholder(tag.text[: spans["version"][0]]):
            version = None
            del spans["version"]
    return tag._replace(version=version, revision=None, unknown=(), spans=spans)

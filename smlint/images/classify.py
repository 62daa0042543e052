"""What an image means, once its URI is taken apart: the catalogue and the tag's grammar put together."""

from __future__ import annotations

from smlint.images.catalog import DOCUMENTATION_ACCOUNTS, current
from smlint.images.families import architecture_of, meaning, platform_of, processor_of
from smlint.images.names import INTERNAL
from smlint.images.tags import Tag, parse_tag
from smlint.model.text import has_placeholder, is_placeholder
from smlint.runtime.named_tuple import NamedTuple

Parts = dict[str, tuple[int, int]]
_TAG_PARTS = ("version", "python", "processor", "accelerator", "os", "platform", "architecture")


class TagFacts(NamedTuple):
    """What the catalogue and the tag tell; but for the first, in the order of `Image`'s fields."""

    owner: str | None = None
    framework: str | None = None
    version: str | None = None
    libraries: tuple[tuple[str, str], ...] = ()
    python: str | None = None
    processor: str | None = None
    accelerator: str | None = None
    os: str | None = None
    platform: str | None = None
    architecture: str | None = None
    scope: str | None = None
    scopes: tuple[str, ...] = ()
    known_repository: bool = False
    known_tag: bool = False
    end_of_patch: str | None = None


def understand(text: str, account: str | None, is_ecr: bool, repository: str | None, tag: str | None, parts: Parts) -> TagFacts:
    """What an image of an ECR registry (or of a wholly unknown host) means; adds the parts of its tag."""
    catalog = current()
    owner = None
    if account is not None:
        owner = "documentation" if account in DOCUMENTATION_ACCOUNTS else "aws" if account in catalog.owned() else None
    entry = catalog.repositories.get(repository) if repository is not None else None
    if repository is None or entry is None:
        return TagFacts(owner)
    parsed = parse_tag(tag) if tag is not None else None
    if parsed is not None:
        known = catalog.known_tag(repository, parsed)
    else:
        known = "tag" not in parts and "digest" not in parts and catalog.known_tag(repository, _UNTAGGED)  # model-monitor has none
    specific = parsed is not None and parsed.text.count("-") >= 2  # `1` and `latest` are no evidence for an image of SageMaker's
    ours = owner == "aws" or (is_ecr and (account is None or owner == "documentation"))
    if ours and owner != "aws" and "-" not in repository:
        ours = specific  # `ray`, `xgboost`, `pytorch`, ... are names that anyone would give
    if ours or (known and specific):
        return _ours(text, owner, repository, parsed, known, parts)
    if parsed is None or parsed.version is None or parsed.unknown or not is_ecr or not specific:
        return TagFacts(owner, known_repository=True)
    framework, version, libraries = meaning(repository, parsed)
    _add_parts(parts, parsed)
    return TagFacts(
        owner, framework, version, libraries, parsed.python, None, parsed.accelerator, parsed.os, parsed.platform,
        known_repository=True, known_tag=known,
    )  # fmt: skip


_UNTAGGED = parse_tag("")


def _add_parts(parts: Parts, tag: Tag) -> None:
    at = parts["tag"][0]
    spans = tag.spans
    for name in _TAG_PARTS:
        if name in spans:
            first, last = spans[name]
            parts[name] = (at + first, at + last)


def _ours(text: str, owner: str | None, repository: str, parsed: Tag | None, known: bool, parts: Parts) -> TagFacts:
    """An image of SageMaker's registries, or one that can be nothing else."""
    catalog = current()
    entry = catalog.repositories[repository]
    scopes: tuple[str, ...] = tuple(entry["scopes"])
    certain = parsed is not None
    tag = parsed if parsed is not None else _partial_tag(text, parts)
    if "tag" in parts:
        _add_parts(parts, tag)
    framework, version, libraries = meaning(repository, tag)
    if framework is not None:
        framework = INTERNAL.get(framework, framework)
    frameworks: list[str] = entry["frameworks"]
    if not certain and not tag.libraries and framework is not None:
        framework = framework if len(frameworks) == 1 else None
    architecture: str | None = architecture_of(repository, tag)
    if certain:
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
    support = catalog.support_of(repository, version) if version is not None else None
    return TagFacts(
        owner, framework, version, libraries, tag.python, processor, tag.accelerator, tag.os, platform, architecture,
        scopes[0] if len(scopes) == 1 else None, scopes, True, known, support[1] if support is not None else None,
    )  # fmt: skip


_BOTH_ARCHITECTURES = frozenset(("sagemaker-xgboost", "sagemaker-scikit-learn"))
"""Repositories whose tag, and not whose name, tells the architecture."""


def _partial_tag(text: str, parts: Parts) -> Tag:
    """What a missing tag, or one with an unknown part, says for certain: the tokens that are whole.

    An unknown part may stand for any text, so a version directly before it may go on (`1.5-` and then `1`); only one of
    three numbers is taken as complete.
    """
    span = parts.get("tag")
    if span is None:
        return parse_tag("")._replace(unknown=())
    tag = parse_tag(text[span[0] : span[1]])
    spans = {name: place for name, place in tag.spans.items() if name != "revision"}
    version = tag.version
    if version is not None:
        follows = tag.text[spans["version"][1] + 1 : spans["version"][1] + 2]
        if (follows and is_placeholder(follows) and version.count(".") < 2) or has_placeholder(tag.text[: spans["version"][0]]):
            version = None
            del spans["version"]
    return tag._replace(version=version, revision=None, unknown=(), spans=spans)

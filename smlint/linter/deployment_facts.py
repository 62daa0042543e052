"""The facts of one deployment as a flat, public record: custom rules check them, and the inventory lists them.

A fact is known and has a value, or it is known to be absent, or the file does not determine it. If the manifest names a framework instead of an
image, the image is the one that `smlint resolve` returns, because the SageMaker SDK would deploy that one.
"""

from __future__ import annotations

from collections.abc import Iterator

from smlint.linter.catalog_facts import IMAGE_FACTS, hardware_facts, image_facts
from smlint.linter.fact_fields import ABSENT, FIELDS, UNKNOWN, DeploymentFacts, FactEntry
from smlint.linter.rule import RuleContext
from smlint.model.deployment import Deployment
from smlint.model.facts import Fact, State
from smlint.model.images import GALLERY, Expected, Image, InstanceType
from smlint.model.text import TextRange, has_placeholder

_URI_FACTS = ("registry", "account", "repository", "tag", "digest")
_SOFTWARE_FACTS = ("framework", "version", "python", "scope", "architecture", "processor", "accelerator", "os")
_PLACEHOLDERS = frozenset("{}<>$[]()")


def deployment_facts(deployment: Deployment, context: RuleContext) -> DeploymentFacts:
    """Return every fact of `FIELDS`, in that order. `context` resolves images and provides the current day."""
    entries = dict(_entries(deployment, context))
    return {field.name: entries.get(field.name, ABSENT) for field in FIELDS}


def _entries(deployment: Deployment, context: RuleContext) -> Iterator[tuple[str, FactEntry]]:
    """Yield facts by name. A later entry for the same name replaces an earlier one."""
    for name, text in (
        ("format", deployment.format),
        ("kind", deployment.kind.value),
        ("platform", deployment.platform),
        ("resource", deployment.resource),
    ):
        yield name, FactEntry(State.KNOWN, text) if text else ABSENT
    yield from _hardware(deployment)
    yield from hardware_facts(deployment, context)
    for name, fact in (("accelerator_type", deployment.accelerator_type), ("inference_ami_version", deployment.inference_ami_version)):
        yield name, _entry(fact)
    image_fact, origin = _image_of(deployment, context)
    place = None if origin == "manifest" else deployment.framework_version.place or deployment.framework.place
    region = _entry(deployment.region)
    if deployment.region.origin == "image":
        region = region._replace(place=image_fact.part("region"))
    yield "region", region
    image = image_fact.get()
    if image is None:
        for name in ("image", "image_origin", "image_region", "owner", "known_tag", *_URI_FACTS, *IMAGE_FACTS):
            yield name, FactEntry(image_fact.state, None, image_fact.place)
        yield from _declared(deployment, image_fact)
        return
    if origin != "region-less":
        yield "image", FactEntry(State.UNKNOWN if _is_partial(image) else State.KNOWN, image.uri.strip(), image_fact.place or place)
        yield "image_origin", FactEntry(State.KNOWN, origin, image_fact.place or place)
        yield from _uri_facts(image, image_fact, place)
    else:
        for name in ("image", "image_origin", "image_region", "owner", "known_tag", *_URI_FACTS):
            yield name, UNKNOWN
    yield from _declared(deployment, image_fact)
    yield from _image_facts(image, image_fact, deployment, place)
    yield from image_facts(image, image_fact.place or place, context)
    yield from _support(image, image_fact, place, context)


def _entry(fact: Fact[str]) -> FactEntry:
    return FactEntry(fact.state, fact.get(), fact.place)


def _hardware(deployment: Deployment) -> Iterator[tuple[str, FactEntry]]:
    fact: Fact[InstanceType] = deployment.instance_type
    instance = fact.get()
    serverless = deployment.serverless
    yield "serverless", FactEntry(serverless.state, serverless.get(), serverless.place)
    for name, value in (
        ("instance_type", instance.name if instance is not None else ""),
        ("instance_family", instance.family if instance is not None else ""),
        ("instance_architecture", instance.architecture if instance is not None else ""),
        ("instance_processor", instance.processor if instance is not None else ""),
    ):
        state = fact.state if fact.state is not State.KNOWN or value else State.UNKNOWN
        yield name, FactEntry(state, value or None, fact.place)


def _image_of(deployment: Deployment, context: RuleContext) -> tuple[Fact[Image], str]:
    """Return the image and its origin: `manifest`, `resolved`, or `region-less` if its registry depends on an unknown Region."""
    if not deployment.image.absent or deployment.framework.absent:
        return deployment.image, "manifest"
    expected = context.images.expected(deployment)
    if not isinstance(expected, Expected):
        return Fact(State.UNKNOWN), "resolved"
    from smlint.images.uri import parse_image

    return Fact(State.KNOWN, parse_image(expected.uri, context.catalog)), "resolved" if deployment.region.known else "region-less"


def _is_partial(image: Image) -> bool:
    """Return whether the URI contains placeholders, so that a missing part may still appear when they are filled in."""
    return has_placeholder(image.uri) or not _PLACEHOLDERS.isdisjoint(image.uri) or any(getattr(image, part, "") is None for part in image.parts)


def _uri_facts(image: Image, fact: Fact[Image], place: TextRange | None) -> Iterator[tuple[str, FactEntry]]:
    """Yield the facts that the URI spells out. A part that the URI lacks is absent."""
    missing = State.UNKNOWN if _is_partial(image) else State.ABSENT
    for name, part, value in (
        ("registry", "registry", image.registry or None),
        ("account", "account", image.account),
        ("image_region", "region", image.region),
        ("repository", "repository", image.repository),
        ("tag", "tag", image.tag or None),
        ("digest", "digest", image.digest),
    ):
        state = State.KNOWN if value is not None else State.UNKNOWN if part in image.parts and part != "tag" else missing
        yield name, FactEntry(state, value, fact.part(part) or place)
    state = State.KNOWN if image.owner is not None else State.UNKNOWN if image.is_ecr and image.account is None else missing
    yield "owner", FactEntry(state, image.owner, fact.part("account") or place)
    in_catalog = image.owner in ("aws", GALLERY) and image.known_repository and image.tag is not None
    yield "known_tag", FactEntry(State.KNOWN, image.known_tag, fact.part("tag") or place) if in_catalog else UNKNOWN


def _declared(deployment: Deployment, image: Fact[Image]) -> Iterator[tuple[str, FactEntry]]:
    """Yield the software facts that the manifest declares. Others are unknown, since the image may contain them."""
    default = FactEntry(State.ABSENT if image.absent else State.UNKNOWN, None, image.place)
    for name in _SOFTWARE_FACTS:
        yield name, default
    for name, fact in (
        ("framework", deployment.framework),
        ("version", deployment.framework_version),
        ("python", deployment.py_version),
        ("scope", deployment.image_scope),
    ):
        if not fact.absent:
            yield name, _entry(fact)
    yield "libraries", _libraries(deployment, image.get(), image.place, default)
    for name in ("end_of_patch", "patch_days_left", "past_patch"):
        yield name, default


def _libraries(deployment: Deployment, image: Image | None, place: TextRange | None, default: FactEntry) -> FactEntry:
    if any(fact.state is State.UNKNOWN for _, fact in deployment.libraries):
        return default
    declared = {name: version for name, fact in deployment.libraries if (version := fact.get()) is not None}
    versions = {**declared, **dict(image.libraries if image is not None else ())}
    first = next((fact.place for _, fact in deployment.libraries if fact.place is not None), None)
    return FactEntry(State.KNOWN, versions, place or first) if versions else default


def _image_facts(image: Image, fact: Fact[Image], deployment: Deployment, place: TextRange | None) -> Iterator[tuple[str, FactEntry]]:
    """Yield the software facts of the image. They replace declared ones, because the image is what runs."""
    for name, value in (
        ("framework", image.framework),
        ("version", image.version),
        ("python", image.python),
        ("scope", image.scope),
        ("architecture", image.architecture),
        ("processor", image.processor),
        ("accelerator", image.accelerator),
        ("os", image.os),
    ):
        if value is not None:
            yield name, FactEntry(State.KNOWN, value, fact.part(name) or place)
    if image.framework is not None and image.version is None and deployment.framework.get() not in (None, image.framework):
        yield "version", UNKNOWN  # the declared version belongs to another framework
    if image.accelerator is None and image.processor == "cpu" and image.known_tag:
        yield "accelerator", ABSENT


def _support(image: Image, fact: Fact[Image], place: TextRange | None, context: RuleContext) -> Iterator[tuple[str, FactEntry]]:
    version_place = fact.part("version") or place
    if image.end_of_patch is not None:
        yield "end_of_patch", FactEntry(State.KNOWN, image.end_of_patch, version_place)
        left = _days(context.today, image.end_of_patch)
        if left is not None:
            yield "patch_days_left", FactEntry(State.KNOWN, left, version_place)
    past = context.images.is_past_patch(image)
    if past is not None:
        yield "past_patch", FactEntry(State.KNOWN, past, version_place)


def _days(today: str, day: str) -> int | None:
    from datetime import date

    try:
        return (date.fromisoformat(day) - date.fromisoformat(today)).days
    except ValueError:
        return None

"""The facts of one deployment as a flat record: what users' own rules judge, and what the inventory lists.

A fact is there with its value, or it is known to be missing, or it cannot be told from the file. Where the manifest names no image but a
framework, the image is the one that `smlint resolve` gives, since that is what SageMaker's SDK would deploy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from smlint.linter.rule import RuleContext
from smlint.model.deployment import Deployment
from smlint.model.facts import Fact, State
from smlint.model.images import Expected, Image, InstanceType
from smlint.model.text import TextRange, has_placeholder
from smlint.readers.table import FORMATS
from smlint.runtime.named_tuple import NamedTuple

Value = str | bool | int | dict[str, str]


class FactField(NamedTuple):
    """One fact that a record may hold: its name, JSON type, title in tables, and meaning. `values` are all it can be, if they are few."""

    name: str
    type: str
    title: str
    description: str
    values: tuple[str, ...] = ()


FIELDS = (
    FactField("format", "string", "Format", "The format of the file.", FORMATS),
    FactField(
        "kind",
        "string",
        "Kind",
        "What runs on the instance.",
        ("endpoint", "training", "processing", "transform", "notebook", "cluster"),
    ),
    FactField("platform", "string", "Platform", "What runs the container: SageMaker, or Kubernetes itself.", ("sagemaker", "kubernetes")),
    FactField("resource", "string", "Resource", "The name of the object that holds the image."),
    FactField("region", "string", "Region", "The Region that is deployed to: as declared, else as told for the run, else that of the image."),
    FactField("instance_type", "string", "Instance type", "The instance type: ml.c7g.xlarge."),
    FactField("instance_family", "string", "Instance family", "The family in the instance type's name: c7g."),
    FactField("instance_architecture", "string", "Instance architecture", "The architecture of the instance type.", ("x86_64", "arm64")),
    FactField("instance_processor", "string", "Instance processor", "What the instance type computes on: cpu, gpu, inf2, trn1, hpu, ..."),
    FactField("serverless", "boolean", "Serverless", "Whether the deployment is serverless inference, which has no instance type."),
    FactField("image", "string", "Image", "The URI of the container image."),
    FactField(
        "image_origin",
        "string",
        "Image from",
        "Whether the manifest names the image, or it follows from framework and version.",
        ("manifest", "resolved"),
    ),
    FactField("registry", "string", "Registry", "The host of the image's registry."),
    FactField("account", "string", "Account", "The AWS account of the image's registry, 12 digits; missing when it is not in Amazon ECR."),
    FactField("image_region", "string", "Image Region", "The Region of the image's registry; missing when it is not in Amazon ECR."),
    FactField(
        "owner",
        "string",
        "Owner",
        "Whose account it is: one of SageMaker's own, a placeholder of AWS's documents, or a mirror by the configuration; else missing.",
        ("aws", "documentation", "mirror"),
    ),
    FactField("repository", "string", "Repository", "The image's repository."),
    FactField("tag", "string", "Tag", "The image's tag."),
    FactField("digest", "string", "Digest", "The image's digest, sha256: and 64 hexadecimal digits."),
    FactField("known_tag", "boolean", "Known tag", "Whether the catalogue knows the tag to be published; told for SageMaker's own images only."),
    FactField("framework", "string", "Framework", "The framework or algorithm in the image, as in sagemaker.image_uris.retrieve; else as declared."),
    FactField("version", "string", "Version", "The framework's version in the image, else as declared; of a HuggingFace image that of transformers."),
    FactField("python", "string", "Python", "The Python of the image: py312."),
    FactField("libraries", "object", "Libraries", "The versions of further libraries that image and manifest tell, by name."),
    FactField("scope", "string", "Scope", "What the image is for: inference, training, processing, ..., where it is for one use only."),
    FactField("architecture", "string", "Architecture", "The architecture the image was built for.", ("x86_64", "arm64")),
    FactField("processor", "string", "Processor", "What the image computes on.", ("cpu", "gpu", "neuron", "neuronx", "hpu", "eia")),
    FactField("accelerator", "string", "Accelerator", "The accelerator's toolkit in the image, as in its tag: cu124, sdk2.20.0."),
    FactField("os", "string", "System", "The operating system in the image: ubuntu22.04."),
    FactField("accelerator_type", "string", "Elastic Inference", "The Elastic Inference accelerator that is attached: ml.eia2.medium."),
    FactField("inference_ami_version", "string", "Inference AMI", "The production variant's InferenceAmiVersion."),
    FactField("end_of_patch", "string", "End of patch", "The day on which the image's security patches end, as an ISO date."),
    FactField("patch_days_left", "integer", "Patch days left", "The days from today to the end of patch; negative when it is over."),
    FactField("past_patch", "boolean", "Past patch", "Whether the end of patch is over, also where the catalogue knows no day."),
)
"""Every fact, in the order of the inventory's columns."""

BY_NAME: Mapping[str, FactField] = {field.name: field for field in FIELDS}


class FactEntry(NamedTuple):
    """One fact: its state, its value when it is known, and where in the file it stands (None: nowhere)."""

    state: State
    value: Value | None = None
    place: TextRange | None = None


DeploymentFacts = dict[str, FactEntry]
_ABSENT, _UNKNOWN = FactEntry(State.ABSENT), FactEntry(State.UNKNOWN)
_WRITTEN = ("registry", "account", "repository", "tag", "digest")
_MEANT = ("framework", "version", "python", "scope", "architecture", "processor", "accelerator", "os")
_PLACEHOLDERS = frozenset("{}<>$[]()")


def deployment_facts(deployment: Deployment, context: RuleContext) -> DeploymentFacts:
    """Every fact of `FIELDS`, in that order. `context` tells the image where the manifest names none, and what day it is."""
    held = dict(_entries(deployment, context))
    return {field.name: held.get(field.name, _ABSENT) for field in FIELDS}


def _entries(deployment: Deployment, context: RuleContext) -> Iterator[tuple[str, FactEntry]]:
    for name, text in (
        ("format", deployment.format),
        ("kind", deployment.kind.value),
        ("platform", deployment.platform),
        ("resource", deployment.resource),
    ):
        yield name, FactEntry(State.KNOWN, text) if text else _ABSENT
    yield from _hardware(deployment)
    for name, fact in (("accelerator_type", deployment.accelerator_type), ("inference_ami_version", deployment.inference_ami_version)):
        yield name, _entry(fact)
    image, origin = _image_of(deployment, context)
    place = None if origin == "manifest" else deployment.framework_version.place or deployment.framework.place
    region = _entry(deployment.region)
    if deployment.region.origin == "image":
        region = region._replace(place=image.part("region"))
    yield "region", region
    found = image.get()
    if found is None:
        for name in ("image", "image_origin", "image_region", "owner", "known_tag", *_WRITTEN):
            yield name, FactEntry(image.state, None, image.place)
        yield from _declared(deployment, image)
        return
    if origin != "region-less":
        yield "image", FactEntry(State.UNKNOWN if _is_partial(found) else State.KNOWN, found.uri.strip(), image.place or place)
        yield "image_origin", FactEntry(State.KNOWN, origin, image.place or place)
        yield from _written(found, image, place)
    else:
        for name in ("image", "image_origin", "image_region", "owner", "known_tag", *_WRITTEN):
            yield name, _UNKNOWN
    yield from _declared(deployment, image)
    yield from _meaning(found, image, deployment, place)
    yield from _support(found, image, place, context)


def _entry(fact: Fact[str]) -> FactEntry:
    return FactEntry(fact.state, fact.get(), fact.place)


def _hardware(deployment: Deployment) -> Iterator[tuple[str, FactEntry]]:
    fact: Fact[InstanceType] = deployment.instance_type
    found = fact.get()
    serverless = deployment.serverless
    yield "serverless", FactEntry(serverless.state, serverless.get(), serverless.place)
    for name, value in (
        ("instance_type", found.name if found is not None else ""),
        ("instance_family", found.family if found is not None else ""),
        ("instance_architecture", found.architecture if found is not None else ""),
        ("instance_processor", found.processor if found is not None else ""),
    ):
        state = fact.state if fact.state is not State.KNOWN or value else State.UNKNOWN
        yield name, FactEntry(state, value or None, fact.place)


def _image_of(deployment: Deployment, context: RuleContext) -> tuple[Fact[Image], str]:
    """The image, and whence it is: `manifest`, `resolved`, or `region-less` when its registry depends on a Region that is not told."""
    if not deployment.image.absent or deployment.framework.absent:
        return deployment.image, "manifest"
    expected = context.images.expected(deployment)
    if not isinstance(expected, Expected):
        return Fact(State.UNKNOWN), "resolved"
    from smlint.images.uri import parse_image

    return Fact(State.KNOWN, parse_image(expected.uri)), "resolved" if deployment.region.known else "region-less"


def _is_partial(image: Image) -> bool:
    """Whether something in the URI is filled in later: then a part that is not seen may be there all the same."""
    return has_placeholder(image.uri) or not _PLACEHOLDERS.isdisjoint(image.uri) or any(getattr(image, part, "") is None for part in image.parts)


def _written(image: Image, fact: Fact[Image], place: TextRange | None) -> Iterator[tuple[str, FactEntry]]:
    """What stands in the URI for all to see: what is not there is missing."""
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
    told = image.owner == "aws" and image.known_repository and image.tag is not None
    yield "known_tag", FactEntry(State.KNOWN, image.known_tag, fact.part("tag") or place) if told else _UNKNOWN


def _declared(deployment: Deployment, image: Fact[Image]) -> Iterator[tuple[str, FactEntry]]:
    """What the manifest states about the software. What it does not state may be in the image all the same."""
    otherwise = FactEntry(State.ABSENT if image.absent else State.UNKNOWN, None, image.place)
    for name in _MEANT:
        yield name, otherwise
    for name, fact in (
        ("framework", deployment.framework),
        ("version", deployment.framework_version),
        ("python", deployment.py_version),
        ("scope", deployment.image_scope),
    ):
        if not fact.absent:
            yield name, _entry(fact)
    yield "libraries", _libraries(deployment, image.get(), image.place, otherwise)
    for name in ("end_of_patch", "patch_days_left", "past_patch"):
        yield name, otherwise


def _libraries(deployment: Deployment, image: Image | None, place: TextRange | None, otherwise: FactEntry) -> FactEntry:
    if any(fact.state is State.UNKNOWN for _, fact in deployment.libraries):
        return otherwise
    declared = {name: version for name, fact in deployment.libraries if (version := fact.get()) is not None}
    versions = {**declared, **dict(image.libraries if image is not None else ())}
    first = next((fact.place for _, fact in deployment.libraries if fact.place is not None), None)
    return FactEntry(State.KNOWN, versions, place or first) if versions else otherwise


def _meaning(image: Image, fact: Fact[Image], deployment: Deployment, place: TextRange | None) -> Iterator[tuple[str, FactEntry]]:
    """What the image is. It is what runs, so it goes before what is declared."""
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
        yield "version", _UNKNOWN  # what is declared is the version of something else
    if image.accelerator is None and image.processor == "cpu" and image.known_tag:
        yield "accelerator", _ABSENT


def _support(image: Image, fact: Fact[Image], place: TextRange | None, context: RuleContext) -> Iterator[tuple[str, FactEntry]]:
    where = fact.part("version") or place
    if image.end_of_patch is not None:
        yield "end_of_patch", FactEntry(State.KNOWN, image.end_of_patch, where)
        left = _days(context.today, image.end_of_patch)
        if left is not None:
            yield "patch_days_left", FactEntry(State.KNOWN, left, where)
    past = context.images.is_past_patch(image)
    if past is not None:
        yield "past_patch", FactEntry(State.KNOWN, past, where)


def _days(today: str, day: str) -> int | None:
    from datetime import date

    try:
        return (date.fromisoformat(day) - date.fromisoformat(today)).days
    except ValueError:
        return None

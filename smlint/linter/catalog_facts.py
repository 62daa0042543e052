"""Deployment facts that the catalog knows about an instance type or an image, and no file states."""

from __future__ import annotations

from collections.abc import Iterator

from smlint.linter.fact_fields import ABSENT, UNKNOWN, FactEntry, Value
from smlint.linter.rule import RuleContext
from smlint.model.deployment import Deployment, Kind
from smlint.model.facts import Fact, State
from smlint.model.images import GALLERY, Image, InstanceType
from smlint.model.text import TextRange

HARDWARE_FACTS = (
    "instance_vcpus", "instance_memory_gib", "instance_accelerator", "instance_accelerators", "accelerator_memory_gib", "compute_capability",
    "neuron_cores", "default_driver",
)  # fmt: skip
IMAGE_FACTS = ("cuda", "neuron_sdk", "least_compute_capability", "needs_gpu", "multi_model", "bind_to_port", "released", "evidence")


def hardware_facts(deployment: Deployment, context: RuleContext) -> Iterator[tuple[str, FactEntry]]:
    """Yield the facts about the hardware of the instance type."""
    fact: Fact[InstanceType] = deployment.instance_type
    instance = fact.get()
    if instance is None or not instance.family:
        state = fact.state if instance is None else State.UNKNOWN
        yield from ((name, FactEntry(state, None, fact.place)) for name in HARDWARE_FACTS)
        return
    hardware = context.hardware.of(instance)
    if hardware is None:
        yield from ((name, UNKNOWN) for name in HARDWARE_FACTS)
        return
    device = hardware.accelerator

    def entry(value: Value | None) -> FactEntry:
        return FactEntry(State.KNOWN, value, fact.place) if value is not None else UNKNOWN

    yield "instance_vcpus", entry(hardware.vcpus)
    yield "instance_memory_gib", entry(_number(hardware.memory))
    if device is None:
        return
    yield "instance_accelerator", entry(device.name)
    yield "instance_accelerators", entry(hardware.accelerators)
    yield "accelerator_memory_gib", entry(_number(device.memory))
    if device.capability is not None:
        yield "compute_capability", entry(_number(device.capability))
        if deployment.kind in (Kind.ENDPOINT, Kind.TRANSFORM) and deployment.platform == "sagemaker":
            yield "default_driver", entry(context.drivers.default_driver(instance.family, batch=deployment.kind is Kind.TRANSFORM))
    if device.cores is not None:
        yield "neuron_cores", entry(device.cores * hardware.accelerators)


def image_facts(image: Image, place: TextRange | None, context: RuleContext) -> Iterator[tuple[str, FactEntry]]:
    """Yield the facts about an image that its URI does not spell out. What no source establishes is unknown."""
    facts = context.images.facts(image)

    def entry(value: Value | None, missing: FactEntry = UNKNOWN) -> FactEntry:
        return FactEntry(State.KNOWN, value, place) if value is not None else missing

    from smlint.images.evidence import NAMES

    is_known = image.known_tag and not image.may_be_mirror
    yield "cuda", entry(facts.cuda, ABSENT if is_known and image.processor not in ("gpu", None) else UNKNOWN)
    yield "neuron_sdk", entry(facts.neuron_sdk, ABSENT if is_known and image.processor in ("cpu", "gpu", "hpu") else UNKNOWN)
    yield "least_compute_capability", entry(_number(facts.least_capability))
    yield "needs_gpu", entry(facts.needs_gpu)
    yield "multi_model", entry(facts.multi_model)
    yield "bind_to_port", entry(facts.bind_to_port)
    yield "released", entry(facts.released)
    in_catalog = image.owner in ("aws", GALLERY) and image.known_repository and image.tag is not None
    yield "evidence", entry(NAMES.get(facts.evidence or ""), ABSENT if in_catalog else UNKNOWN)


def _number(value: float | str | None) -> float | None:
    return float(value) if value is not None else None

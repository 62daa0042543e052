"""Describe the image URI or instance type at the cursor."""

from __future__ import annotations

import re
from collections.abc import Iterator

from smlint.cli.commands.inspect import as_text
from smlint.images.catalog import Catalog
from smlint.images.image_facts import image_facts
from smlint.model.deployment import Deployment
from smlint.model.images import Image, InstanceType
from smlint.model.settings import Settings
from smlint.model.source import Source, Span
from smlint.model.text import Text
from smlint.project.reading import read_file
from smlint.readers.reader import ReadContext
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Scalar, walk

_URI = re.compile(r"[\w.-]{1,99}\.amazonaws\.[\w./:@-]{1,400}|[\w.-]{1,99}\.dkr[.-]ecr[\w./:@-]{1,400}")
_INSTANCE = re.compile(r"\bml\.[a-z0-9-]{2,20}\.[a-z0-9-]{2,20}\b")


class HoverText(NamedTuple):
    """A sentence about the text at `span`, and further lines (may be empty)."""

    sentence: str
    details: str
    span: Span


def hover_text(source: Source, settings: Settings, offset: int) -> HoverText | None:
    """Describe the image URI or instance type at the offset; None if there is none.

    Images of deployments come first, because their parts may come from a template function. Otherwise any text of the right form
    counts, even in a document that does not parse yet.
    """
    from smlint.images.catalog import load_catalog
    from smlint.images.uri import parse_image

    catalog = load_catalog(settings.catalog)
    file = read_file(source, settings, ReadContext())
    for text, value in _facts([deployment for reading in file.readings for deployment in reading.deployments]):
        if text.elsewhere is None and _holds(text.anchor, offset):
            return _of_image(value, text.anchor, catalog, settings) if isinstance(value, Image) else _of_instance(value, text.anchor, catalog)
    for document in file.documents:
        for node in walk(document.root):
            if isinstance(node, Scalar) and _holds(node.span, offset) and (image := parse_image(node.value, catalog)).is_ecr:
                return _of_image(image, node.span, catalog, settings)
    return _in_line(source, offset, catalog, settings)


def _holds(span: Span, offset: int) -> bool:
    return span.start <= offset <= span.end


def _facts(deployments: list[Deployment]) -> Iterator[tuple[Text, Image | InstanceType]]:
    for deployment in deployments:
        image, instance = deployment.image, deployment.instance_type
        if image.known and image.text is not None:
            yield image.text, image.value
        if instance.known and instance.text is not None:
            yield instance.text, instance.value


def _in_line(source: Source, offset: int, catalog: Catalog, settings: Settings) -> HoverText | None:
    from smlint.images.instances import parse_instance_type
    from smlint.images.uri import parse_image

    line, column = source.position(offset)
    start, text = offset - column + 1, source.line_text(line)
    for match in _URI.finditer(text):
        if match.start() < column <= match.end() + 1 and (image := parse_image(match[0], catalog)).is_ecr:
            return _of_image(image, Span(start + match.start(), start + match.end()), catalog, settings)
    for match in _INSTANCE.finditer(text):
        if match.start() < column <= match.end() + 1:
            return _of_instance(parse_instance_type(match[0]), Span(start + match.start(), start + match.end()), catalog)
    return None


def _of_image(image: Image, span: Span, catalog: Catalog, settings: Settings) -> HoverText:
    past_patch = catalog.is_past_patch(image, settings.today) is True
    sentence, _, details = as_text(image, past_patch=past_patch, facts=image_facts(catalog, image)).partition("\n\n")
    return HoverText(sentence.strip(), details.strip("\n"), span)


def _of_instance(instance: InstanceType, span: Span, catalog: Catalog) -> HoverText | None:
    if not instance.well_formed:
        return None
    processors = {"cpu": "without an accelerator", "gpu": "with GPUs", "hpu": "with Gaudi accelerators"}
    neuron = {"inf": "with Inferentia", "trn": "with Trainium"}
    what = processors.get(instance.processor) or neuron.get(instance.processor[:3], instance.processor)
    architecture = "arm64 (AWS Graviton)" if instance.architecture == "arm64" and instance.processor == "cpu" else instance.architecture
    return HoverText(f"{instance.name}: {architecture}, {what}.", "\n".join(_hardware_lines(instance, catalog)), span)


def _hardware_lines(instance: InstanceType, catalog: Catalog) -> Iterator[str]:
    """Yield a line for each known property of the hardware."""
    hardware = catalog.hardware.of(instance)
    if hardware is None:
        return
    yield f"  {'vCPUs':<14}{hardware.vcpus}"
    if hardware.memory is not None:
        yield f"  {'memory':<14}{hardware.memory} GiB"
    device = hardware.accelerator
    if device is None:
        return
    size = f", {device.memory} GiB each" if device.memory is not None else ""
    yield f"  {'accelerators':<14}{hardware.accelerators} {device.name}{size}"
    if device.capability is not None:
        yield f"  {'capability':<14}compute capability {device.capability}"
    if device.cores is not None:
        yield f"  {'Neuron cores':<14}{device.cores * hardware.accelerators}"

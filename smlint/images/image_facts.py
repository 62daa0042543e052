"""Facts about images that their tags do not name: CUDA, hardware requirements, SageMaker labels, release dates. Read on first use.

The facts come from `images.json` and `releases.json`, which name their sources. A fact that no source establishes is None: nothing follows from that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from smlint.images.caching import cached_per_catalog
from smlint.images.catalog import Catalog
from smlint.images.tags import normalize_tag, parse_tag, same_version
from smlint.model.images import Image
from smlint.runtime.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_LABELS: dict[str, tuple[bool, bool]] = {"both": (True, True), "port": (False, True), "none": (False, False)}
"""Whether an image has the labels multi-models and accept-bind-to-port, by the word for it in the file."""


class ImageFacts(NamedTuple):
    """What is known about an image apart from its tag.

    `cuda` is a version such as `12.4`, also if the tag names it (`cu124`); `cuda_may_change` is true if later builds have the same tag.
    `neuron_sdk` is the version of the Neuron SDK. `capabilities` are the compute capabilities that the image supports (`7.5`, `8.0-8.9`, `7.0-`
    for all from 7.0 on). `needs_gpu` says whether it starts only on a GPU. `multi_model` and `bind_to_port` are its SageMaker labels: the first is
    for `Mode: MultiModel`, the second for inference pipelines. `training_hardware` is what a built-in algorithm trains on: `gpu`, `cpu` or
    `cpu gpu`. `released` is the ISO date of the first release, `evidence` a letter of `images.evidence`.
    """

    cuda: str | None = None
    cuda_may_change: bool = False
    neuron_sdk: str | None = None
    capabilities: tuple[str, ...] = ()
    needs_gpu: bool | None = None
    multi_model: bool | None = None
    bind_to_port: bool | None = None
    training_hardware: str | None = None
    released: str | None = None
    evidence: str | None = None

    @property
    def least_capability(self) -> str | None:
        """The least compute capability that the image supports, such as `7.5`."""
        return self.capabilities[0].partition("-")[0] if self.capabilities else None

    def supports(self, capability: str) -> bool | None:
        """Return whether the image supports a compute capability; None if that is unknown."""
        if not self.capabilities:
            return None
        wanted = _numbers(capability)
        for text in self.capabilities:
            least, dash, most = text.partition("-")
            if _numbers(least) <= wanted and (wanted <= _numbers(most or least) if most or not dash else True):
                return True
        return False


@cached_per_catalog(1024)
def image_facts(catalog: Catalog, image: Image) -> ImageFacts:
    """Return the facts about an image. In a registry that may not be AWS's, a tag proves nothing, and nothing is known."""
    if image.repository is None or image.tag is None or not image.known_repository or image.may_be_mirror:
        return ImageFacts()
    section = catalog.section("images")
    tag = parse_tag(image.tag)
    facts: dict[str, Any] = {}
    labels = _labels(section["labels"].get(image.repository, {}), image.processor, tag.version)
    if labels is not None:
        facts["multi_model"], facts["bind_to_port"] = labels
    for row in _rows(section["images"], image.repository, image.tag):
        facts.update({name: row[name] for name in ("needs_gpu", "multi_model", "bind_to_port", "training_hardware") if name in row})
        if "capabilities" in row:
            facts["capabilities"] = tuple(row["capabilities"])
    if "needs_gpu" not in facts and image.processor is not None:
        facts["needs_gpu"] = True if catalog.needs_gpu(image) else False if image.processor == "cpu" else None
    cuda = cuda_of(catalog, image)
    return ImageFacts(
        cuda=cuda,
        cuda_may_change=cuda is not None and tag.version is None and (tag.revision or "").count(".") < 2,
        neuron_sdk=tag.sdk,
        released=_value(catalog.section("releases")["released"].get(image.repository, {}), image.tag),
        evidence=catalog.evidence_of(image.repository, image.tag) if image.known_tag else None,
        **facts,
    )


def cuda_of(catalog: Catalog, image: Image) -> str | None:
    """Return the version of CUDA in an image, from its tag or from the catalog; None if it has none or it is unknown."""
    if image.accelerator is not None and image.accelerator.startswith("cu") and image.accelerator[2:].isdecimal():
        digits = image.accelerator[2:]
        return f"{digits[:-1]}.{digits[-1]}" if len(digits) > 1 else None
    if image.repository is None or image.tag is None or image.accelerator is not None or image.may_be_mirror:
        return None
    return _value(catalog.section("images")["cuda"].get(image.repository, {}), image.tag)


def _labels(table: Mapping[str, Mapping[str, str]], processor: str | None, version: str | None) -> tuple[bool, bool] | None:
    if version is None:
        return None
    for word, versions in table.get(processor or "", {}).items():
        if any(same_version(short, version) for short in versions.split()):
            return _LABELS[word]
    return None


def _rows(rows: list[dict[str, Any]], repository: str, tag: str) -> Iterator[dict[str, Any]]:
    """Yield the reviewed facts of an image."""
    from fnmatch import fnmatchcase

    for row in rows:
        if row["repository"] == repository and any(fnmatchcase(tag, pattern) for pattern in row["tags"]):
            yield row


def _value(groups: Mapping[str, str], tag: str) -> str | None:
    """Return the value of a tag, or of the tag without time stamp, `soci` and revision."""
    for text in dict.fromkeys((tag, normalize_tag(tag))):
        for value, tags in groups.items():
            if text in tags.split():
                return value
    return None


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.split("."))

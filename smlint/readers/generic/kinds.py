"""Decide what runs on the hardware of a pair: an endpoint, or a training, processing or transform job."""

from __future__ import annotations

from smlint.images.catalog import Catalog
from smlint.model.deployment import Kind
from smlint.model.facts import Fact
from smlint.model.images import Image, InstanceType
from smlint.readers.generic.keywords import KindHint, is_certain_endpoint, kind_of, kind_of_siblings
from smlint.readers.generic.levels import MappingLevel, Pair, upwards
from smlint.readers.generic.pairing import kind_of_field

_DEPLOYED = (Kind.ENDPOINT, Kind.TRAINING, Kind.PROCESSING, Kind.TRANSFORM, Kind.CLUSTER)
_KIND_OF_SCOPE = {"inference": Kind.ENDPOINT, "training": Kind.TRAINING, "processing": Kind.PROCESSING}


def kind_of_pair(
    levels: list[MappingLevel], pair: Pair, scope: Fact[str], image: Image | None, *, instance_type: Fact[InstanceType], catalog: Catalog
) -> KindHint:
    """Return what runs: according to the keys, or else the image, or else an endpoint.

    If that is uncertain and the instance type does not exist for the kind, the result is the kind for which it exists.
    """
    hint = _kind_from_keys(levels, pair)
    if hint is not None and (hint.certain or (hint.kind is Kind.TRANSFORM and image is not None and image.scope == "training")):
        return hint._replace(certain=True)  # a transform job serves the model; only as the name of a processing step is `transform` uncertain
    declared_scope = scope.get()
    if declared_scope is not None:
        return KindHint(_KIND_OF_SCOPE.get(declared_scope, Kind.ENDPOINT), certain=True)
    kind = hint.kind if hint is not None else _KIND_OF_SCOPE.get(image.scope or "" if image is not None else "", Kind.ENDPOINT)
    instance = instance_type.get()
    if instance is not None and catalog.instance_types.status(instance.name, kind.purpose) != "known":
        for other in _DEPLOYED:
            if catalog.instance_types.status(instance.name, other.purpose) == "known":
                return KindHint(other, certain=False)
    return KindHint(kind, certain=False)


def _kind_from_keys(levels: list[MappingLevel], pair: Pair) -> KindHint | None:
    """Return what the keys say: those of the instance type and the image, then those next to them, then those above.

    Keys that only an endpoint has outrank the key of the image.
    """
    if _is_certain_endpoint(levels, pair):
        return KindHint(Kind.ENDPOINT, certain=True)
    for field in (pair.instance, pair.image):
        hint = kind_of_field(levels, pair.common, field)
        if hint is not None:
            return hint
    for index in dict.fromkeys((pair.instance.level, pair.image.level, pair.common)):
        hint = kind_of_siblings(levels[index].entries)
        if hint is not None:
            # `endpoint_name` in `evaluation` may name the endpoint to evaluate.
            own = kind_of(levels[index].key)
            return hint if own is None or own.kind is hint.kind else KindHint(own.kind, certain=False)
    for index in upwards(levels, pair.common):
        hint = kind_of(levels[index].key)
        if hint is not None:
            return KindHint(hint.kind, hint.certain and index == pair.common)
    return None


def other_use_of_image(levels: list[MappingLevel], pair: Pair) -> Kind | None:
    """Return what the key of an image says that it is for, if the hardware next to it is certainly for an endpoint."""
    hint = kind_of_field(levels, pair.common, pair.image)
    return hint.kind if hint is not None and hint.kind is not Kind.ENDPOINT and _is_certain_endpoint(levels, pair) else None


def _is_certain_endpoint(levels: list[MappingLevel], pair: Pair) -> bool:
    return kind_of(pair.instance.key) is None and is_certain_endpoint(levels[pair.instance.level].entries)

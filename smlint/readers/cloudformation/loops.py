"""Resources that `Fn::ForEach` creates: smlint does not evaluate them, but counts them as unknown deployments.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-foreach-example-resource.html (read 2026-11-23).
"""

from __future__ import annotations

from collections.abc import Iterator

from smlint.model.deployment import Deployment, Kind
from smlint.model.facts import unknown
from smlint.readers.cloudformation.calls import LOOP
from smlint.readers.cloudformation.template import FORMAT, PREFIX
from smlint.readers.common import mapping_of, pointer
from smlint.syntax import Mapping, Scalar, resolve, walk

_DEPLOYED = frozenset(PREFIX + kind for kind in ("Model", "EndpointConfig", "InferenceComponent"))


def unknown_deployments(root: Mapping) -> Iterator[Deployment]:
    """Yield a deployment without any known fact for each loop that contains models or endpoints."""
    resources = mapping_of(root.get("Resources"))
    for key, node in resources.items if resources is not None else ():
        name = resolve(key)
        if not isinstance(name, Scalar) or not name.value.startswith(LOOP):
            continue
        if any(isinstance(inner, Scalar) and inner.value in _DEPLOYED for inner in walk(node)):
            yield Deployment(
                format=FORMAT,
                kind=Kind.ENDPOINT,
                resource=name.value,
                pointer=pointer("Resources", name.value),
                image=unknown(),
                instance_type=unknown(),
            )

"""Resources that `Fn::ForEach` makes: they are not evaluated, but counted as what cannot be told.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-foreach-example-resource.html (read 2026-11-23).
"""

from __future__ import annotations

from collections.abc import Iterator

from smlint.model.deployment import Deployment, Kind
from smlint.model.facts import unknown
from smlint.readers.cloudformation.calls import LOOP
from smlint.readers.common import mapping_of, pointer
from smlint.syntax import Mapping, Scalar, resolve, walk

_DEPLOYED = frozenset(f"AWS::SageMaker::{kind}" for kind in ("Model", "EndpointConfig", "InferenceComponent"))


def loops(root: Mapping, format: str) -> Iterator[Deployment]:
    """A deployment of which nothing is known, for each loop with models or endpoints in it."""
    resources = mapping_of(root.get("Resources"))
    for key, node in resources.items if resources is not None else ():
        name = resolve(key)
        if isinstance(name, Scalar) and name.value.startswith(LOOP) and any(isinstance(one, Scalar) and one.value in _DEPLOYED for one in walk(node)):
            yield Deployment(format, Kind.ENDPOINT, name.value, pointer("Resources", name.value), unknown(), unknown())

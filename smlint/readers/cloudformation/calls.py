"""Calls of CloudFormation's intrinsic functions, in their long and short forms, and the pseudo parameters.

Functions: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html (read 2026-11-22).
"""

from __future__ import annotations

from smlint.images.regions import RegionTable
from smlint.model.source import Span
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Mapping, Node, Scalar, resolve

REGION = "AWS::Region"
LOOP = "Fn::ForEach::"
"""How the keys begin under which resources are made in a loop."""


class IntrinsicCall(NamedTuple):
    """An intrinsic function as written."""

    name: str
    argument: Node
    span: Span


def intrinsic_call(node: Node | None) -> IntrinsicCall | None:
    """The intrinsic function that a node calls: `!Sub x`, `{"Fn::Sub": x}` or `{"Ref": x}`; None for anything else."""
    found = resolve(node)
    if found is None:
        return None
    if found.tag is not None and found.tag.startswith("!") and not found.tag.startswith("!!") and len(found.tag) > 1:
        name = found.tag[1:]
        return IntrinsicCall(name if name in ("Ref", "Condition") else "Fn::" + name, found, found.span)
    if isinstance(found, Mapping) and found.tag is None and len(found.items) == 1:
        key, argument = found.items[0]
        if isinstance(key, Scalar) and (key.value in ("Ref", "Condition") or key.value.startswith("Fn::")):
            return IntrinsicCall(key.value, argument, found.span)
    return None


def pseudo_parameter(name: str, region: str, regions: RegionTable) -> str | None:
    """The value of a pseudo parameter that the Region decides."""
    if name == REGION:
        return region
    if name == "AWS::URLSuffix":
        return regions.domain_of(region)
    return regions.partition_of(region) if name == "AWS::Partition" else None

"""Calls of CloudFormation's intrinsic functions, in their long and short forms, and the pseudo parameters.

Functions: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html (read 2026-11-22).
"""

from __future__ import annotations

from collections.abc import Iterator

from smlint.images.regions import RegionTable
from smlint.model.source import Span
from smlint.readers.assumptions import REGION
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Mapping, Node, Scalar, Sequence, resolve

NO_VALUE = "AWS::NoValue"
LOOP = "Fn::ForEach::"
"""The prefix of the keys under which loops create resources."""


class IntrinsicCall(NamedTuple):
    """A call of an intrinsic function, as written. `name` is that of the long form: `Fn::Sub`, `Ref`, `Condition`."""

    name: str
    argument: Node
    span: Span

    @property
    def items(self) -> list[Node]:
        """The arguments; empty unless they are written as a list."""
        argument = resolve(self.argument)
        return argument.items if isinstance(argument, Sequence) else []


def intrinsic_call(node: Node | None) -> IntrinsicCall | None:
    """Return the call that a node is (`!Sub x`, `{"Fn::Sub": x}`, `{"Ref": x}`); None for any other node."""
    content = resolve(node)
    if content is None:
        return None
    if content.tag is not None and content.tag.startswith("!") and not content.tag.startswith("!!") and len(content.tag) > 1:
        name = content.tag[1:]
        return IntrinsicCall(name if name in ("Ref", "Condition") else "Fn::" + name, content, content.span)
    if isinstance(content, Mapping) and content.tag is None and len(content.items) == 1:
        key, argument = content.items[0]
        if isinstance(key, Scalar) and (key.value in ("Ref", "Condition") or key.value.startswith("Fn::")):
            return IntrinsicCall(key.value, argument, content.span)
    return None


def attribute_path(call: IntrinsicCall) -> tuple[str, ...]:
    """Return the logical ID and attribute of a `Fn::GetAtt`, in its list or dotted form; empty if they are not literal."""
    argument = resolve(call.argument)
    if isinstance(argument, Scalar):
        return tuple(argument.value.split(".", 1))
    scalars = [item for item in map(resolve, call.items) if isinstance(item, Scalar)]
    return tuple(scalar.value for scalar in scalars) if len(scalars) == len(call.items) else ()


def substitutions(template: str) -> Iterator[tuple[int, int, str | None]]:
    """Yield the parts of a `Fn::Sub` string as (start, end, name): literal ones, with name None, and `${Name}`. `${!Name}` is literal."""
    at = 0
    while (start := template.find("${", at)) >= 0:
        end = template.find("}", start)
        if end < 0:
            break
        if template.startswith("${!", start):
            yield at, end + 1, None
        else:
            if start > at:
                yield at, start, None
            yield start, end + 1, template[start + 2 : end].strip()
        at = end + 1
    if at < len(template) or not template:
        yield at, len(template), None


def pseudo_parameter(name: str, region: str, regions: RegionTable) -> str | None:
    """Return the value of a pseudo parameter that depends only on the AWS Region; None for any other."""
    if name == REGION:
        return region
    if name == "AWS::URLSuffix":
        return regions.domain_of(region)
    return regions.partition_of(region) if name == "AWS::Partition" else None

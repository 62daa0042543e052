"""References to models that the template does not have."""

from __future__ import annotations

from collections.abc import Iterator

from smlint.model.deployment import Problem, ProblemKind
from smlint.model.text import TextRange
from smlint.readers.cloudformation.calls import attribute_path, intrinsic_call
from smlint.readers.cloudformation.endpoints import Endpoints
from smlint.readers.cloudformation.template import CloudFormationTemplate
from smlint.readers.common import scalar_text
from smlint.syntax import Node, Scalar, resolve

_KEYS_OF_TEMPLATES = ("AWSTemplateFormatVersion", "Description", "Parameters", "Mappings", "Metadata", "Transform", "Rules")


def dangling_references(template: CloudFormationTemplate, endpoints: Endpoints) -> Iterator[Problem]:
    """Yield the variants and inference components that refer to a logical ID which the template does not have."""
    if not template.complete or _may_be_fragment(template):
        return
    for variant in endpoints.variants():
        yield from _dangling(template, variant.body.get("ModelName"), "variant", variant.pointer + "/ModelName", variant.config)
    for component in endpoints.components:
        yield from _dangling(template, component.model, "inference component", component.pointer + "/ModelName", component.name)


def _may_be_fragment(template: CloudFormationTemplate) -> bool:
    """Return whether a tool may merge the file into a template that has its models: it has no model, and no key that only a whole template has."""
    return next(template.of_type("Model"), None) is None and not any(template.root.get(key) is not None for key in _KEYS_OF_TEMPLATES)


def _dangling(template: CloudFormationTemplate, name: Node | None, noun: str, path: str, resource: str) -> Iterator[Problem]:
    for node, _ in template.branches.nodes_and_calls(name):
        call = intrinsic_call(node)
        if call is None or call.name not in ("Ref", "Fn::GetAtt"):
            continue
        target = next(iter(attribute_path(call)), "")
        if not target or target.startswith("AWS::") or "${" in target or target in template.names:
            continue
        argument = resolve(call.argument)
        scalar = argument if isinstance(argument, Scalar) else resolve(call.items[0])
        if not isinstance(scalar, Scalar):
            continue
        models = ", ".join(sorted(model.name for model in template.of_type("Model"))[:3])
        message = f"{noun} refers to {target}, but the template has no such resource" + (f"; its models are {models}" if models else "")
        place = TextRange(scalar_text(scalar, editable=False), 0, len(target))
        yield Problem(kind=ProblemKind.DANGLING_REFERENCE, place=place, message=message, pointer=path, resource=resource)

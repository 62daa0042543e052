"""Read Terraform in JSON: configuration (`*.tf.json`), and the plans and states that `terraform show -json` prints."""

from __future__ import annotations

from collections.abc import Iterable

from smlint.model.deployment import DocumentReading, Problem
from smlint.model.facts import unknown
from smlint.readers.common import mapping_of
from smlint.readers.reader import ANY, ReadContext, Reader, without_context
from smlint.readers.terraform.blocks import blocks
from smlint.readers.terraform.resources import STRINGS, ResourceSource, is_relevant_type
from smlint.syntax import Document, Mapping

FORMAT = "terraform"


def claims(document: Document) -> bool:
    """Return whether a document is a plan, a state, or a configuration with a SageMaker resource."""
    root = mapping_of(document.root)
    if root is None:
        return False
    if root.get("resource") is not None:
        return _is_configuration(root)
    if root.get("format_version") is None and root.get("terraform_version") is None:
        return False
    from smlint.readers.terraform.plan import is_plan_or_state

    return is_plan_or_state(root)


def read(document: Document, context: ReadContext) -> DocumentReading:
    """Read the deployments of a configuration, a plan or a state."""
    root = mapping_of(document.root)
    if root is None:
        return DocumentReading(FORMAT)
    if _is_configuration(root):
        return _read_configuration(root, document, context)
    from smlint.readers.terraform.plan import PlanOrState

    plan = PlanOrState(root)
    return _read_resources(plan, plan.problems(), document, context)


def _read_configuration(root: Mapping, document: Document, context: ReadContext) -> DocumentReading:
    """Read a configuration with the defaults of its variables; with other values that the module lists, its deployments are possible."""
    from smlint.readers.terraform.configuration import TerraformConfiguration

    if context.overrides:
        from smlint.readers.terraform.overrides import with_overrides

        root = with_overrides(root, context.overrides)
    configuration = TerraformConfiguration(root, context)
    reading = _read_resources(configuration, (), document, context)
    own = configuration.other_values()
    set_elsewhere = sorted({*context.listed}.difference(own), key=lambda pair: (pair[0], pair[1] or ""))
    others = [*own, *set_elsewhere]
    if not others:
        return reading
    from smlint.readers.outside_values import from_outside, plausible
    from smlint.readers.terraform.other_values import MAX_OTHER_VALUES

    possible, imports = list(reading.possible), list(reading.imports)
    known = {link.deployment._replace(key="") for link in imports}
    for index, (name, value) in enumerate(others[:MAX_OTHER_VALUES]):
        given = tuple(pair for pair in context.parameters if name not in (pair[0], ANY))
        given, unread = ((*given, (name, value)), ()) if value is not None else (given, (name,))
        with_other = context._replace(parameters=given, unknown=(*context.unknown, *unread), listed=(), allowed=())
        other = _read_resources(TerraformConfiguration(root, with_other), (), document, with_other)
        made = (deployment._replace(key="") for deployment in other.deployments if deployment not in reading.deployments)
        possible += made if index < len(own) else plausible(from_outside(made))
        imports += (link._replace(certain=False) for link in other.imports if link.deployment._replace(key="") not in known)
    if len(others) > MAX_OTHER_VALUES:
        possible += (deployment._replace(instance_type=unknown(), key="") for deployment in reading.deployments)
        imports += (link._replace(certain=False) for link in reading.imports)
    return reading._replace(possible=tuple(possible), imports=tuple(imports))


def _read_resources(source: ResourceSource, problems: Iterable[Problem], document: Document, context: ReadContext) -> DocumentReading:
    from smlint.readers.terraform.pairing import pair_resources

    reading = pair_resources(source, context)._replace(problems=tuple(problems))
    if not any(resource.type in STRINGS for resource in source.resources):
        return reading
    from smlint.readers.terraform.strings import read_resource_strings

    for inner in read_resource_strings(source, document, context):
        reading = reading._replace(deployments=(*reading.deployments, *inner.deployments), problems=(*reading.problems, *inner.problems))
    return reading


def _is_configuration(root: Mapping) -> bool:
    return any(is_relevant_type(kind) for _, body in blocks(root.get("resource")) for kind in body.own())


READER = Reader(without_context(claims), read)

"""Models that one stack exports, and the production variants of other stacks that import them (`Fn::ImportValue`).

An account has one export of a name in each Region. An export cannot be removed while another stack imports it, so the model exists
wherever a variant imports it. The outputs of a nested stack are for the template that nests it (`!GetAtt Child.Outputs.Name`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from smlint.model.deployment import Deployment, Kind, Link
from smlint.readers.assumptions import CONDITION, DEFAULT, PARAMETER, REGION, Assumptions
from smlint.readers.cloudformation.calls import IntrinsicCall, intrinsic_call
from smlint.readers.cloudformation.endpoints import Endpoints
from smlint.readers.cloudformation.template import FORMAT, CloudFormationTemplate
from smlint.readers.common import mapping_of, pointer
from smlint.syntax import Scalar, resolve, walk

_IMPORT = "Fn::ImportValue"
_OUTPUT = re.compile(r"\bOutputs\.(\w+)")


def exported_models(template: CloudFormationTemplate, endpoints: Endpoints) -> Iterator[Link]:
    """Yield a link for each image of each model whose name an output exports."""
    outputs = mapping_of(template.root.get("Outputs"))
    for _, node in outputs.items if outputs is not None else ():
        output = mapping_of(node)
        export = mapping_of(output.get("Export")) if output is not None else None
        name = template.intrinsics.single_text(export.get("Name")) if export is not None else None
        if output is None or name is None or not name.known:
            continue
        values = template.branches.nodes_and_calls(output.get("Value"))
        for value, _ in values:
            model = template.target(value)
            for deployment, assumptions in endpoints.images_of(model) if model is not None else ():
                yield Link(
                    key=_key(template, name.value),
                    deployment=deployment,
                    assumptions=_of_stack("exporting", assumptions),
                    certain=len(values) == 1 and _is_certain(assumptions),
                    by_default=template.branches.conditions.holds_by_default(assumptions),
                )


def models_in_outputs(template: CloudFormationTemplate, endpoints: Endpoints) -> Iterator[Link]:
    """Yield a link for each image of each model that an output names, for a template that may nest this one."""
    outputs = mapping_of(template.root.get("Outputs"))
    for key, node in outputs.own().items() if outputs is not None else ():
        output = mapping_of(node)
        for value, _ in template.branches.nodes_and_calls(output.get("Value")) if output is not None else ():
            model = template.target(value)
            for deployment, _ in endpoints.images_of(model) if model is not None else ():
                yield _output_link(key, deployment)


def used_outputs(template: CloudFormationTemplate) -> Iterator[Link]:
    """Yield a link for each output of a nested stack that a resource uses: what for is not followed."""
    for name, resource in template.resources.items():
        for node in walk(resource.properties):
            for match in _OUTPUT.finditer(node.value) if isinstance(node, Scalar) and "Outputs." in node.value else ():
                yield _output_link(match[1], Deployment(FORMAT, Kind.ENDPOINT, name, pointer("Resources", name)))


def _output_link(output: str, deployment: Deployment) -> Link:
    return Link(f"{FORMAT} output {output}", deployment, certain=False, optional=True, by_nesting=True)


def importing_variants(template: CloudFormationTemplate, endpoints: Endpoints) -> Iterator[Link]:
    """Yield a link for each instance type of each variant whose model another stack exports."""
    for variant in endpoints.variants():
        for node, assumed in template.branches.nodes_and_calls(variant.body.get("ModelName")):
            call = intrinsic_call(node)
            name = _imported_name(template, call) if call is not None and call.name == _IMPORT else None
            for deployment, own in endpoints.types_of(variant) if name is not None else ():
                assumptions = template.branches.combine(assumed, own)
                if name is not None and assumptions is not None:
                    yield Link(
                        key=_key(template, name),
                        deployment=deployment,
                        assumptions=_of_stack("importing", assumptions),
                        certain=_is_certain(assumptions),
                        by_default=template.branches.conditions.holds_by_default(assumptions),
                    )


def _imported_name(template: CloudFormationTemplate, call: IntrinsicCall) -> str | None:
    content = resolve(call.argument)
    inner = intrinsic_call(call.argument)
    if inner is None or inner.name == _IMPORT:  # the argument of the short form has the tag of the call
        return content.value if isinstance(content, Scalar) else None
    name = template.intrinsics.single_text(call.argument)
    return name.value if name is not None and name.known else None


def _key(template: CloudFormationTemplate, name: str) -> str:
    return f"{FORMAT} export {template.context.region or ''} {name}"


def _of_stack(side: str, assumptions: Assumptions) -> Assumptions:
    """Return the assumptions of one of two templates, whose conditions and parameters are not those of the other."""
    renamed = []
    for variable, value in assumptions:
        kind = next((kind for kind in (CONDITION, DEFAULT, PARAMETER) if variable.startswith(kind)), "")
        renamed.append((f"{kind}{side} {variable.removeprefix(kind)}" if kind else variable, value))
    return tuple(sorted(renamed))


def _is_certain(assumptions: Assumptions) -> bool:
    """Return whether some stack certainly has a value: an allowed value, and the row of a map by Region, is one of several."""
    return not any(variable == REGION or variable.startswith(PARAMETER) for variable, _ in assumptions)

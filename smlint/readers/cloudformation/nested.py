"""Nested stacks and state machines whose template or definition is a local file, as it is before `aws cloudformation package`."""

from __future__ import annotations

from collections.abc import Iterator

from smlint.model.deployment import NestedTemplate
from smlint.model.text import Text
from smlint.readers.assumptions import DEFAULT
from smlint.readers.cloudformation.parameters import ParameterMode
from smlint.readers.cloudformation.template import CloudFormationTemplate
from smlint.readers.common import mapping_of

# The properties with the path of the file and with its arguments, by resource type.
_PROPERTIES = {
    "AWS::CloudFormation::Stack": ("TemplateURL", "Parameters"),
    "AWS::Serverless::Application": ("Location", "Parameters"),
    "AWS::Serverless::StateMachine": ("DefinitionUri", "DefinitionSubstitutions"),
    "AWS::StepFunctions::StateMachine": ("DefinitionS3Location", "DefinitionSubstitutions"),
}


def nested_templates(template: CloudFormationTemplate) -> Iterator[NestedTemplate]:
    """Yield the local templates and definitions that a template deploys, with their arguments."""
    varied: CloudFormationTemplate | None = None
    for resource in template.resources.values():
        path_key, parameters_key = _PROPERTIES.get(resource.type, ("", ""))
        properties = mapping_of(resource.properties)
        if not path_key or properties is None:
            continue
        path = template.intrinsics.single_text(properties.get(path_key))
        if path is None or not path.known or "://" in path.value or not path.value:
            continue
        arguments: list[tuple[str, Text]] = []
        unknown, varying = [], []
        parameters = mapping_of(properties.get(parameters_key))
        for name in dict.fromkeys(parameters.keys()) if parameters is not None else ():
            node = parameters.get(name) if parameters is not None else None
            values = template.intrinsics.values(node)
            is_certain = len(values) == 1 and all(variable.startswith(DEFAULT) for variable, _ in values[0].assumptions)
            text = values[0].text if is_certain else None
            if text is None or not text.known:
                unknown.append(name)
                continue
            arguments.append((name, text))
            if values[0].assumptions:
                varied = varied or CloudFormationTemplate(template.root, template.context, ParameterMode.ALL)
                if len(varied.intrinsics.values(node)) != 1:
                    varying.append(name)
        yield NestedTemplate(path.value, tuple(arguments), tuple(unknown), tuple(varying))

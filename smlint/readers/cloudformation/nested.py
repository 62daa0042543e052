"""Nested stacks whose template is a local file, as it is before `aws cloudformation package`."""

from __future__ import annotations

from collections.abc import Iterator

from smlint.model.deployment import NestedTemplate
from smlint.readers.assumptions import DEFAULT
from smlint.readers.cloudformation.template import CloudFormationTemplate
from smlint.readers.common import mapping_of

# The property with the path of the template, by resource type.
_PATHS = {"AWS::CloudFormation::Stack": "TemplateURL", "AWS::Serverless::Application": "Location"}


def nested_templates(template: CloudFormationTemplate) -> Iterator[NestedTemplate]:
    """Yield the local templates that a template deploys, with the parameters whose value is known."""
    for resource in template.resources.values():
        key = _PATHS.get(resource.type)
        properties = mapping_of(resource.properties)
        if key is None or properties is None:
            continue
        path = template.intrinsics.single_text(properties.get(key))
        if path is None or not path.known or "://" in path.value or not path.value:
            continue
        arguments = []
        parameters = mapping_of(properties.get("Parameters"))
        for name in dict.fromkeys(parameters.keys()) if parameters is not None else ():
            values = template.intrinsics.values(parameters.get(name)) if parameters is not None else ()
            is_certain = len(values) == 1 and all(variable.startswith(DEFAULT) for variable, _ in values[0].assumptions)
            text = values[0].text if is_certain else None
            if text is not None and text.known:
                arguments.append((name, text))
        yield NestedTemplate(path.value, tuple(arguments))

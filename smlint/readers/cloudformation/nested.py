"""Nested stacks whose template is a local file, as before `aws cloudformation package`: what they are called, and the parameters they are given."""

from __future__ import annotations

from collections.abc import Iterator

from smlint.model.deployment import NestedTemplate
from smlint.readers.assumptions import DEFAULT
from smlint.readers.cloudformation.template import CloudFormationTemplate
from smlint.readers.common import mapping_of

_STACK = "AWS::CloudFormation::Stack"
_APPLICATION = "AWS::Serverless::Application"


def nested(template: CloudFormationTemplate) -> Iterator[NestedTemplate]:
    """The local templates that a template deploys, with those of their parameters that can be told."""
    for resource in template.resources.values():
        key = {_STACK: "TemplateURL", _APPLICATION: "Location"}.get(resource.type)
        properties = mapping_of(resource.properties)
        if key is None or properties is None:
            continue
        locations = template.intrinsics.values(properties.get(key))
        text = locations[0].text if len(locations) == 1 else None
        if text is None or not text.known or "://" in text.value or not text.value:
            continue
        given = []
        parameters = mapping_of(properties.get("Parameters"))
        for name in dict.fromkeys(parameters.keys()) if parameters is not None else ():
            values = template.intrinsics.values(parameters.get(name)) if parameters is not None else ()
            value = values[0].text if len(values) == 1 and all(variable.startswith(DEFAULT) for variable, _ in values[0].assumptions) else None
            if value is not None and value.known:
                given.append((name, value.value))
        yield NestedTemplate(text.value, tuple(given))

"""Nested stacks and state machines whose template or definition is a local file, as it is before `aws cloudformation package`.

A template that was uploaded to Amazon S3 by other means is probably the local file with the same end of its path.
"""

from __future__ import annotations

from collections.abc import Iterator

from smlint.model.deployment import NestedTemplate
from smlint.model.text import is_placeholder
from smlint.readers.assumptions import CONDITION, DEFAULT, AssumedValue, Assumptions
from smlint.readers.cloudformation.template import CloudFormationTemplate, TemplateResource
from smlint.readers.common import mapping_of
from smlint.syntax import Node

# The properties with the path of the file and with its arguments, by resource type.
_PROPERTIES = {
    "AWS::CloudFormation::Stack": ("TemplateURL", "Parameters"),
    "AWS::Serverless::Application": ("Location", "Parameters"),
    "AWS::Serverless::StateMachine": ("DefinitionUri", "DefinitionSubstitutions"),
    "AWS::StepFunctions::StateMachine": ("DefinitionS3Location", "DefinitionSubstitutions"),
}


MAX_SETS = 8
"""The most sets of arguments of one stack; a stack with more has unknown arguments."""


_Arguments = tuple[tuple[str, AssumedValue], ...]
"""Arguments of one stack that are passed together."""


def nested_templates(template: CloudFormationTemplate) -> Iterator[NestedTemplate]:
    """Yield the local templates and definitions that a template deploys, once with each set of arguments that they may get."""
    for resource in (*template.resources.values(), *template.absent_resources):
        path_key, parameters_key = _PROPERTIES.get(resource.type, ("", ""))
        properties = mapping_of(resource.properties)
        if not path_key or properties is None:
            continue
        path, is_uploaded = _path_of(template, properties.get(path_key))
        if not path or (is_uploaded and parameters_key != "Parameters"):
            continue
        for arguments in _sets_of_arguments(template, resource, properties.get(parameters_key)):
            kinds = _kinds(template, resource, arguments)
            yield NestedTemplate(
                path,
                arguments=tuple((name, value.text) for name, value in arguments if name in kinds and value.text is not None),
                unknown=tuple(name for name, _ in arguments if name not in kinds),
                defaults=tuple(name for name, kind in kinds.items() if kind == DEFAULT),
                conditional=tuple(name for name, kind in kinds.items() if kind == CONDITION),
                region=template.context.region,
                exists=resource.name in template.resources,
                is_uploaded=is_uploaded,
            )


def _path_of(template: CloudFormationTemplate, node: Node | None) -> tuple[str, bool]:
    """Return the path of a local file and False, or the end of an address in Amazon S3 and True; an empty path if it is unknown."""
    texts = {value.text for value in template.intrinsics.values(node)}
    if len(texts) == 1 and (text := next(iter(texts))) is not None and text.known and "://" not in text.value:
        return text.value, False
    ends = {_end_of_address(text.value) if text is not None else "" for text in texts}
    return (ends.pop(), True) if len(ends) == 1 else ("", True)


def _end_of_address(address: str) -> str:
    """Return the path in an address, from behind its last placeholder on."""
    _, _, path = address.rpartition("://")[2].partition("/")
    last = max((index for index, character in enumerate(path) if is_placeholder(character)), default=-1)
    return path[last + 1 :].lstrip("/")


def _sets_of_arguments(template: CloudFormationTemplate, resource: TemplateResource, node: Node | None) -> list[_Arguments]:
    """Return the sets of arguments that `Fn::If` makes: one if no argument depends on an open condition, or if there are too many."""
    parameters = mapping_of(node)
    sets: list[tuple[_Arguments, Assumptions]] = [((), resource.assumptions)]
    for name in dict.fromkeys(parameters.keys()) if parameters is not None else ():
        values = template.intrinsics.values(parameters.get(name)) if parameters is not None else ()
        longer = []
        for arguments, assumptions in sets:
            for value in values:
                both = template.branches.combine(assumptions, value.assumptions)
                if both is not None:
                    longer.append(((*arguments, (name, value)), both))
        if not longer or len(longer) > MAX_SETS:
            longer = [((*arguments, (name, AssumedValue(None))), assumptions) for arguments, assumptions in sets]
        sets = longer
    return [arguments for arguments, _ in sets]


def _kinds(template: CloudFormationTemplate, resource: TemplateResource, arguments: _Arguments) -> dict[str, str]:
    """Return the arguments that are known and certainly passed together, each with what its value depends on: `DEFAULT`, `CONDITION` or nothing."""
    branches = template.branches
    own: dict[str, Assumptions] = {}
    kinds: dict[str, str] = {}
    for name, value in arguments:
        variables = [variable for variable, _ in value.assumptions]
        if value.text is None or not value.text.known or not all(variable.startswith((CONDITION, DEFAULT)) for variable in variables):
            continue
        if not variables:
            kinds[name] = ""
            continue
        own[name] = branches.combine(resource.assumptions, value.assumptions) or value.assumptions
        if all(variable.startswith(DEFAULT) for variable in variables) or branches.conditions.holds_by_default(value.assumptions):
            kinds[name] = DEFAULT
        elif all(variable.startswith(CONDITION) for variable in variables):
            kinds[name] = CONDITION
    doubtful = {
        name
        for name, assumptions in own.items()
        for other, others in own.items()
        if other != name and branches.may_conflict(assumptions, others)
    }
    return {name: kind for name, kind in kinds.items() if name not in doubtful}

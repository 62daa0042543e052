"""What a folder tells of one text in it: the CDK's manifest of the Region of its stack, the other files of a Terraform configuration of it all."""

from __future__ import annotations

from smlint.linter.engine import NOTHING, FileReading, read
from smlint.model.settings import Settings
from smlint.model.source import Source
from smlint.readers.reader import ReadContext

_CDK = ".template.json"
_TERRAFORM = ".tf.json"


def read_beside(source: Source, settings: Settings) -> FileReading:
    """A text as the readers see it, with what its folder tells of it."""
    return with_dangling(read(source, settings, outside_of(source)))


def outside_of(source: Source) -> ReadContext:
    """What the files beside a text tell of it."""
    if source.path.endswith(_CDK):
        from smlint.project.cdk import region_of_stack

        return ReadContext(region_of_stack(source.path))
    if source.path.endswith(_TERRAFORM):
        from smlint.project.terraform_module import outside_of as outside_of_module

        return outside_of_module(source.path)
    return NOTHING


def with_dangling(file: FileReading) -> FileReading:
    """A Terraform configuration with the references that its whole folder does not resolve; any other text as it is."""
    if not file.source.path.endswith(_TERRAFORM) or not file.readings:
        return file
    from smlint.project.terraform_module import dangling

    problems = dangling(file.source.path, file.source.text)
    (reading, index), *others = file.readings
    return file._replace(readings=((reading._replace(problems=(*reading.problems, *problems)), index), *others))

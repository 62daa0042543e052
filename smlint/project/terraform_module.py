"""Facts that the files of a Terraform module share: values of variables, Regions of providers, and the resources they define.

Precedence of values: https://developer.hashicorp.com/terraform/language/values/variables#variable-definition-precedence (read 2026-11-22).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cached_property

from smlint.model.deployment import DocumentReading, Problem
from smlint.model.facts import unknown
from smlint.model.source import Source
from smlint.project.files import MAX_BYTES, MAX_FILES, ProjectFiles
from smlint.project.folder_tree import FolderTrees, is_repository
from smlint.project.module_calls import MAX_USES, CalledWith, ModuleCalls
from smlint.project.reading import FileReading
from smlint.project.terraform_file import HCL_SUFFIX, JSON_SUFFIX, OPENTOFU_SUFFIXES, ModuleFile, read_module_file
from smlint.project.terraform_values import SUFFIXES, Assignments, assignments, automatic
from smlint.readers.reader import ANY, ReadContext
from smlint.syntax import ParseError, parse

_MAX_FOLDERS = 20
_TERRAGRUNT = frozenset({"terragrunt.hcl", "terragrunt.hcl.json", "root.hcl", "terragrunt.stack.hcl"})
_LOCK = ".terraform.lock.hcl"


class TerraformModule:
    """The files of one folder, an absolute path, as Terraform reads them together. Each is read at most once."""

    def __init__(self, folder: str, files: ProjectFiles, calls: ModuleCalls) -> None:
        self._folder = folder
        self._files = files
        self._calls = calls
        self._texts: dict[str, str | None] = {}
        self._parsed: dict[str, ModuleFile] = {}

    @cached_property
    def _names(self) -> tuple[str, ...]:
        """The names of the module's files, in the order in which Terraform loads them."""
        names = (name for name in self._files.names(self._folder) if name.endswith((JSON_SUFFIX, HCL_SUFFIX, *SUFFIXES)))
        return tuple(name for name in names if self._files.accepts(os.path.join(self._folder, name)))

    @cached_property
    def is_complete(self) -> bool:
        """Whether the module is within the bounds for files that are read as context."""
        others = [os.path.join(self._folder, name) for name in self._names if not self._files.is_target(os.path.join(self._folder, name))]
        return len(others) <= MAX_FILES and sum(self._files.size(path) for path in others) <= MAX_BYTES

    @cached_property
    def _has_unread_files(self) -> bool:
        """Whether the folder has configuration files that are not read: ignored, excluded, or of OpenTofu."""
        names = self._files.names(self._folder)
        return any(name.endswith(OPENTOFU_SUFFIXES) or (name.endswith((JSON_SUFFIX, HCL_SUFFIX)) and name not in self._names) for name in names)

    @cached_property
    def _may_be_generated(self) -> bool:
        """Whether another tool may add files to the module: Terragrunt, from any folder of its repository, or one with its own files in HCL."""
        folders, is_complete = FolderTrees(self._files).around(self._folder)
        if not is_repository(folders[0]):
            folders, is_complete = (self._folder, os.path.dirname(self._folder)), True
        terragrunt = any(name in _TERRAGRUNT for folder in folders for name in self._files.names(folder))
        return not is_complete or terragrunt or any(name.endswith(".hcl") and name != _LOCK for name in self._files.names(self._folder))

    def context_of(self, name: str) -> ReadContext:
        """Return the context of the file of this name: what the other files of the module contribute, and the arguments of its calls.

        A module with several calls has several contexts.
        """
        own = self._own_context(name)
        if self._uses is None:
            return own
        contexts = [context for use in self._uses[:MAX_USES] for context in self._used(own, use)]
        if len(self._uses) > MAX_USES or not contexts:  # a module without instances, or with too many
            passed = {variable for use in self._uses for variable in (*dict(use.values), *use.unknown)}
            contexts.append(own._replace(unknown=tuple(sorted({*own.unknown, *passed})), is_possible=True))
        first, *others = dict.fromkeys(contexts)
        return first._replace(others=tuple(others))

    @cached_property
    def variables(self) -> frozenset[str]:
        """The variables that its files refer to; none if these are not all read."""
        if not self.is_complete:
            return frozenset()
        uses = (use for name in self._names if name.endswith((JSON_SUFFIX, HCL_SUFFIX)) for use in self._file(name).uses)
        return frozenset(use.split(".")[1] for use in uses if use.startswith("var."))

    @property
    def is_called(self) -> bool:
        """Whether another module calls it."""
        return self._uses is not None

    @cached_property
    def _uses(self) -> tuple[CalledWith, ...] | None:
        return self._calls.uses_of(self._folder)

    def _used(self, own: ReadContext, use: CalledWith) -> Iterator[ReadContext]:
        """Yield the context in which a call uses the module, and, as a possible one, that with other values of the varying arguments.

        The values in files of the module apply if it is not called.
        """
        assigned = self._values.values.keys()
        listed = {*own.listed, *((variable, None) for variable in (*dict(use.values), *use.unknown) if variable in assigned)}
        context = own._replace(
            region=use.region,
            parameters=(*own.parameters, *(pair for pair in use.values if pair[0] not in assigned)),
            unknown=tuple(sorted({*own.unknown, *(use.unknown - assigned)})),
            listed=tuple(sorted(listed, key=lambda pair: (pair[0], pair[1] or ""))),
            providers=own.providers or ((("aws", use.provider),) if use.provider is not None else ()),
            call=use.call,
            is_possible=use.is_possible,
        )
        yield context
        if use.varying:
            certain = tuple(pair for pair in context.parameters if pair[0] not in use.varying)
            yield context._replace(parameters=certain, unknown=tuple(sorted({*context.unknown, *use.varying})), is_possible=True)

    def _own_context(self, name: str) -> ReadContext:
        """Return the context that the other files of the module give the file of this name.

        Beyond the bounds, the other files are not read: everything they may define is unknown, and they may use any value.
        """
        from smlint.readers.terraform.overrides import is_override, may_override_provider
        from smlint.readers.terraform.usage import EVERYTHING

        if not self.is_complete:
            return ReadContext(
                parameters=tuple(sorted(self._values.values.items())),
                unknown=tuple(sorted(self._values.unknown)),
                uses=(EVERYTHING,),
                users=(EVERYTHING,),
            )
        defaults: dict[str, str] = {}
        providers: dict[str, set[str | None]] = {}
        uses: set[str] = set()
        users: set[str] = set()
        local_values: dict[str, set[str]] = {}
        allowed: set[tuple[str, str | None]] = set()
        for other in sorted(self._names, key=is_override):
            if other == name or not other.endswith((JSON_SUFFIX, HCL_SUFFIX)):
                continue
            file = self._file(other)
            allowed |= file.listed
            if is_override(other):
                local_values.update((key, set()) for key, _ in file.locals)
            uses |= file.uses
            users |= file.users
            defaults.update(file.defaults)
            for key, value in file.locals:
                local_values.setdefault(key, set()).add(value)
            for provider, region in file.providers:
                providers.setdefault(provider, set()).add(region)
            if may_override_provider(other, self._text(other)):
                providers.clear()  # the override files come last
        return ReadContext(
            parameters=tuple(sorted(self._values.values.items())),
            unknown=tuple(sorted(self._values.unknown)),
            listed=tuple(sorted(self._other_values, key=lambda pair: (pair[0], pair[1] or ""))),
            allowed=tuple(sorted(allowed, key=lambda pair: (pair[0], pair[1] or ""))),
            overrides=tuple((other, self._text(other) or "") for other in self._names if other != name and is_override(other)),
            defaults=tuple(sorted(defaults.items())),
            providers=tuple(sorted((key, region) for key, (region, *others) in providers.items() if region is not None and not others)),
            uses=tuple(sorted(uses)),
            users=tuple(sorted(users)),
            locals=tuple(sorted((key, value) for key, (value, *others) in local_values.items() if not others)),
        )

    def complete(self, file: FileReading, name: str) -> FileReading:
        """Return the reading of a file of the module with the references that no file resolves.

        An override file is a part of what it overrides: what it does not state is unknown, and other files find its models there.
        """
        from smlint.readers.terraform.overrides import is_override

        if not file.readings:
            return file
        if is_override(name):
            file = file._replace(readings=tuple(_as_override(reading) for reading in file.readings))
        first, *others = file.readings
        problems = self.dangling(file.source)
        return file._replace(readings=(first._replace(problems=(*first.problems, *problems)), *others)) if problems else file

    def dangling(self, source: Source) -> tuple[Problem, ...]:
        """Return the references of a file to models that no file of the module defines; none if an unreadable file may define them."""
        from smlint.readers.terraform.configuration import missing_models

        if not self.is_complete or any(name.endswith(HCL_SUFFIX) for name in self._names) or self._has_unread_files:
            return ()
        try:
            missing = [model for document in parse(source.text, source.path) for model in missing_models(document, ReadContext())]
        except ParseError:
            return ()
        if not missing or self._may_be_generated:
            return ()
        own = os.path.basename(source.path)
        defined: set[str] = set()
        for name in self._names:
            if name != own and name.endswith(JSON_SUFFIX):
                resources = self._defined_in(name)
                if resources is None:
                    return ()
                defined |= resources
        return tuple(model.problem for model in missing if model.address not in defined)

    @cached_property
    def _values(self) -> Assignments:
        """The values that files assign to variables, of the files that Terraform always loads."""
        values: dict[str, str] = {}
        unread: set[str] = set()
        for name in automatic(self._names):
            file = assignments(name, self._text(name))
            values.update(file.values)
            unread = unread.difference(file.values) | file.unknown
            for variable in file.unknown:
                values.pop(variable, None)
        return Assignments(values, frozenset(unread))

    @cached_property
    def _other_values(self) -> frozenset[tuple[str, str | None]]:
        """The values that files for `-var-file` assign to variables; None for those that cannot be read."""
        found: set[tuple[str, str | None]] = set()
        for name in (*self._names, *self._values_below()):
            if name.endswith(SUFFIXES) and name not in automatic(self._names):
                file = assignments(name, self._text(name))
                found.update((variable, value) for variable, value in file.values.items() if self._values.values.get(variable) != value)
                found.update((variable, None) for variable in file.unknown)
        if (ANY, None) in found:
            found |= {(variable, None) for variable in self.variables}
        return frozenset(found)

    def _values_below(self) -> Iterator[str]:
        """Yield the files that assign values in the folders below, such as `env/prod.tfvars`, unless the folder is a module of its own."""
        for folder in self._files.folders(self._folder)[:_MAX_FOLDERS]:
            names = self._files.names(folder)
            if not any(name.endswith((JSON_SUFFIX, HCL_SUFFIX)) for name in names):
                paths = (os.path.join(folder, name) for name in names if name.endswith(SUFFIXES))
                yield from (os.path.relpath(path, self._folder) for path in paths if self._files.accepts(path))

    def _file(self, name: str) -> ModuleFile:
        if name not in self._parsed:
            self._parsed[name] = read_module_file(name, self._text(name))
        return self._parsed[name]

    def _defined_in(self, name: str) -> frozenset[str] | None:
        """Return the addresses of the SageMaker resources that a file defines; None if it is unreadable."""
        from smlint.readers.terraform.configuration import defined_resources

        text = self._text(name)
        try:
            documents = parse(text, name) if text is not None else None
        except ParseError:
            return None
        return frozenset(address for document in documents for address in defined_resources(document)) if documents is not None else None

    def _text(self, name: str) -> str | None:
        if name not in self._texts:
            self._texts[name] = self._files.text(os.path.join(self._folder, name))
        return self._texts[name]


def _as_override(reading: DocumentReading) -> DocumentReading:
    deployments = []
    for deployment in reading.deployments:
        instance = unknown() if deployment.instance_type.absent else deployment.instance_type
        image = unknown() if deployment.image.absent else deployment.image
        deployments.append(deployment._replace(image=image, instance_type=instance, key=""))
    return reading._replace(deployments=tuple(deployments), exports=(), imports=())

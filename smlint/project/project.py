"""The files of a run: targets, which are reported, and context, which is read to understand them.

Every run takes this path, whether its text comes from files, standard input, the library or an editor. `read` reads one target with the
context of its folder; `link` then finds the files that belong together, targets or not, and joins their deployments.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence

from smlint.files.discovery import find_context
from smlint.files.loading import UnreadableFile
from smlint.model.settings import Settings
from smlint.model.source import Source
from smlint.project.files import ProjectFiles

# Imported late: files without a deployment, which a hook sees often, need none of these.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from smlint.model.deployment import DocumentReading
    from smlint.project.dependencies import Dependencies
    from smlint.project.gitops import GitOps
    from smlint.project.kustomize import Kustomizations
    from smlint.project.linked_files import LinkedFiles
    from smlint.project.module_calls import ModuleCalls
    from smlint.project.parameter_users import ParameterUsers
    from smlint.project.pipeline_executions import PipelineExecutions
    from smlint.project.reading import FileReading
    from smlint.project.region_users import RegionUsers
    from smlint.project.setting_files import SettingFiles
    from smlint.project.terraform_module import TerraformModule
    from smlint.project.variable_users import VariableUsers
    from smlint.readers.reader import ReadContext
    from smlint.syntax import Document

_TERRAFORM_SUFFIX, _VALUES_SUFFIX, _CDK_SUFFIX = ".tf.json", ".tfvars.json", ".template.json"
_CLOUDFORMATION, _KUBERNETES, _AD_HOC, _PIPELINE = "cloudformation", "kubernetes", "generic", "pipeline"
_PARAMETERS = "Parameters."

MAX_KEPT = 64
"""The most readings of targets to keep between reading and linking: enough for a hook, without filling memory in a run over thousands of files."""


class Project:
    """Reads files in the context of their folders.

    `targets` are the paths of the files to report. `unsaved` are texts that replace the file of their path, for a target that is not saved
    yet. Without `siblings`, no other file is read, because the text is not in a folder.
    """

    def __init__(
        self, settings: Settings, targets: Iterable[str] = (), unsaved: Iterable[Source] = (), *, siblings: bool = True
    ) -> None:
        self.settings = settings
        self._targets = tuple(targets)
        self._unsaved = tuple(unsaved)
        self._siblings = siblings
        self._files = ProjectFiles(settings, self._targets, {os.path.abspath(source.path): source for source in self._unsaved})
        self._modules: dict[str, TerraformModule] = {}
        self._module_calls: ModuleCalls | None = None
        self._kustomizations: Kustomizations | None = None
        self._gitops: GitOps | None = None
        self._stack_regions: dict[str, dict[str, tuple[str | None, ...]]] = {}
        self._parameter_values: dict[str, tuple[tuple[str, str | None], ...]] = {}
        self._parameter_users: ParameterUsers | None = None
        self._region_users: RegionUsers | None = None
        self._variable_users: VariableUsers | None = None
        self._pipeline_executions: PipelineExecutions | None = None
        self._settings_of_trees: SettingFiles | None = None
        self._kept: dict[str, FileReading] = {}

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return _restore, (self.settings, self._targets, self._unsaved, self._siblings)  # worker processes read the files themselves

    def with_texts(self, sources: Iterable[Source]) -> Project:
        """Return a project over the same targets in which these texts replace files. It has read no file yet."""
        return Project(self.settings, self._targets, [*self._unsaved, *sources], siblings=self._siblings)

    def load(self, path: str, regular: bool = False) -> Source | UnreadableFile | None:
        """Load a target; None if it does not mention SageMaker. `regular` says that a folder walk found a regular file of this name."""
        return self._files.target(path, regular)

    def read(self, source: Source, arguments: ReadContext | None = None) -> FileReading:
        """Read one file in the context of its folder, or with the arguments of the template that nests it."""
        from smlint.project.reading import FileReading, read_file, read_parsed
        from smlint.readers.reader import ReadContext

        if not self._siblings:
            return read_file(source, self.settings, ReadContext())
        if source.path.endswith(_TERRAFORM_SUFFIX):
            folder, name = os.path.split(os.path.abspath(source.path))
            module = self._module(folder)
            context = module.context_of(name)
            file = read_file(source, self.settings, context)
            if any(reading.deployments for reading in file.readings) and (listed := self._set_outside(folder, source, module)):
                file = read_parsed(source, file.documents, self.settings, _with_listed(context, listed))
            return module.complete(file, name)
        if source.path.endswith(_VALUES_SUFFIX) and self._has_module(source):
            return FileReading(source)  # the module uses the values
        if arguments is not None:
            return self._as_applied(self._in_other_regions(read_file(source, self.settings, arguments)), arguments)
        first, *others = [ReadContext(region) for region in self._regions_of(source)]
        context = first._replace(others=tuple(others))
        file = read_file(source, self.settings, context)
        if "AWS::SageMaker::" in source.text and any(reading.parameters is not None or reading.problems for reading in file.readings):
            if listed := self._listed(file):
                context = _with_listed(context, listed)
                file = read_parsed(source, file.documents, self.settings, context)
            file = self._as_merged(file, context)
        elif _PARAMETERS in source.text and any(reading.format == _PIPELINE for reading in file.readings) and (listed := self._executions(source)):
            file = read_parsed(source, file.documents, self.settings, _with_listed(context, listed))
        return self._as_applied(self._in_other_regions(file), context)

    def _in_other_regions(self, file: FileReading) -> FileReading:
        """Return a CloudFormation template whose deployments know whether other files deploy it in Regions that the run does not name."""
        if not self.settings.regions or not any(reading.format == _CLOUDFORMATION for reading in file.readings):
            return file
        if self._region_users is None:
            from smlint.images.catalog import load_catalog
            from smlint.project.region_users import RegionUsers

            self._region_users = RegionUsers(self._files, self._setting_files(), load_catalog(self.settings.catalog).regions, self.settings.regions)
        return self._region_users.mark(file)

    def _as_merged(self, file: FileReading, context: ReadContext) -> FileReading:
        """Return a template as a part of the one that the Serverless Framework merges it into, if a service names it."""
        from smlint.project.serverless import replaced_parameters, without_dangling

        replaced = replaced_parameters(os.path.abspath(file.source.path), self._files)
        if replaced is None:
            return file
        if replaced:
            from smlint.project.reading import read_parsed

            contexts = [each._replace(unknown=(*each.unknown, *replaced)) for each in (context, *context.others)]
            file = read_parsed(file.source, file.documents, self.settings, contexts[0]._replace(others=tuple(contexts[1:])))
        return without_dangling(file)

    def _has_module(self, source: Source) -> bool:
        """Return whether a file that assigns values to variables is in the folder of a module that smlint reads, or in one below."""
        folder = os.path.dirname(os.path.abspath(source.path))
        return any(name.endswith(_TERRAFORM_SUFFIX) for each in (folder, os.path.dirname(folder)) for name in self._files.names(each))

    def _listed(self, file: FileReading) -> tuple[tuple[str, str | None], ...]:
        """Return the values that parameter files around a CloudFormation template, and files that deploy it, set its parameters to."""
        source = file.source
        parameters = "".join(source.text[span.start : span.end] for reading in file.readings if (span := reading.parameters) is not None)
        if not parameters:
            return ()
        path = os.path.abspath(source.path)
        folder = os.path.dirname(path)
        if folder not in self._parameter_values:
            from smlint.project.parameter_files import listed_values

            self._parameter_values[folder] = listed_values(folder, self._files)
        if self._parameter_users is None:
            from smlint.project.parameter_users import ParameterUsers

            self._parameter_users = ParameterUsers(self._files, self._setting_files())
        return (*self._parameter_values[folder], *self._parameter_users.values(path, parameters))

    def _executions(self, source: Source) -> tuple[tuple[str, str | None], ...]:
        """Return the values that files in the tree around a pipeline definition start executions with."""
        if self._pipeline_executions is None:
            from smlint.project.pipeline_executions import PipelineExecutions

            self._pipeline_executions = PipelineExecutions(self._files, self._setting_files())
        return self._pipeline_executions.values(os.path.dirname(os.path.abspath(source.path)))

    def _set_outside(self, folder: str, source: Source, module: TerraformModule) -> tuple[tuple[str, str | None], ...]:
        """Return the values that files outside the folder of a Terraform module set variables to, if a file refers to any."""
        if ("var." not in source.text and "local." not in source.text) or not module.variables:
            return ()
        if self._variable_users is None:
            from smlint.project.variable_users import VariableUsers

            self._variable_users = VariableUsers(self._files, self._setting_files())
        return self._variable_users.values(folder, module.variables, is_called=module.is_called)

    def _setting_files(self) -> SettingFiles:
        if self._settings_of_trees is None:
            from smlint.project.setting_files import SettingFiles

            self._settings_of_trees = SettingFiles(self._files)
        return self._settings_of_trees

    def _as_applied(self, file: FileReading, context: ReadContext) -> FileReading:
        """Return a Kubernetes file as the kustomizations that include it change it, and a values file of a Helm chart with the other ones."""
        formats = {reading.format for reading in file.readings if reading.deployments}
        if formats.isdisjoint((_KUBERNETES, _AD_HOC)):
            return file
        from smlint.project.reading import read_parsed

        def read(documents: Sequence[Document]) -> tuple[DocumentReading, ...]:
            return read_parsed(file.source, documents, self.settings, context).readings

        if _KUBERNETES in formats:
            if self._kustomizations is None:
                from smlint.project.kustomize import Kustomizations

                self._kustomizations = Kustomizations(self._files, self._deployed())
            file = self._kustomizations.apply(file, read)
        if _AD_HOC in formats:
            from smlint.project.values_files import with_values_files

            file = with_values_files(file, self._files, read, self._deployed)
        return file

    def _deployed(self) -> GitOps:
        if self._gitops is None:
            from smlint.project.gitops import GitOps

            self._gitops = GitOps(self._files)
        return self._gitops

    def dependencies_of(self, file: FileReading) -> Dependencies | None:
        """Return what links a target to other files; None if nothing may. Keeps the readings of the first `MAX_KEPT` linked targets for `link`."""
        if not file.has_links and not file.source.path.endswith((_TERRAFORM_SUFFIX, _VALUES_SUFFIX)):
            return None
        from smlint.project.dependencies import dependencies_of

        dependencies = dependencies_of(file)
        if dependencies is not None and len(self._kept) < MAX_KEPT:
            self._kept[file.source.path] = file
        return dependencies

    def link(self, targets: Mapping[str, Dependencies]) -> LinkedFiles | None:
        """Find the files that belong together and join their deployments; None if no target is linked to another file.

        `targets` are the targets that may need other files, by path, each with its dependencies.
        """
        if not self._siblings or not (targets or self.settings.context):
            return None
        from smlint.project.dependencies import connected, dependencies_of

        context, incomplete = self._context(targets)
        readings = {source.path: self.read(source) for source in context}
        dependencies = {path: needs for path, file in readings.items() if (needs := dependencies_of(file)) is not None}
        together = connected({**dependencies, **targets})
        chosen = [path for path in targets if path in together or path in incomplete]
        if not chosen:
            return None
        from smlint.project.linked_files import LinkedFiles

        files = [file for path in chosen if (file := self._kept.get(path) or self._reread(path)) is not None]
        return LinkedFiles(
            files,
            [file for path, file in readings.items() if path in together],
            incomplete=frozenset(incomplete),
            read=self.read,
        )

    def _reread(self, path: str) -> FileReading | None:
        """Read a target again that another process read, or that was not kept."""
        source = self.load(path)
        return self.read(source) if isinstance(source, Source) else None

    def read_all(self) -> Iterator[FileReading | UnreadableFile]:
        """Read and link all targets, in their order, without those that do not mention SageMaker."""
        files: dict[str, FileReading | UnreadableFile] = {}
        dependencies: dict[str, Dependencies] = {}
        for path in self._targets:
            source = self.load(path)
            if isinstance(source, UnreadableFile):
                files[path] = source
            elif source is not None:
                files[path] = file = self.read(source)
                if (needs := self.dependencies_of(file)) is not None:
                    dependencies[path] = needs
        linked = self.link(dependencies)
        if linked is not None:
            files |= {source.path: linked.read(source) for source in linked.targets}
        yield from files.values()

    def _regions_of(self, source: Source) -> tuple[str | None, ...]:
        """Return the Regions of a template's stacks in the CDK's manifest; None for an unknown one."""
        if not source.path.endswith(_CDK_SUFFIX):
            return (None,)
        folder, name = os.path.split(os.path.abspath(source.path))
        if folder not in self._stack_regions:
            from smlint.project import cdk

            manifest = os.path.join(folder, cdk.MANIFEST)
            self._stack_regions[folder] = cdk.stack_regions(self._files.text(manifest)) if self._files.accepts(manifest) else {}
        return self._stack_regions[folder].get(name, (None,))

    def _module(self, folder: str) -> TerraformModule:
        if folder not in self._modules:
            from smlint.project.module_calls import ModuleCalls
            from smlint.project.terraform_module import TerraformModule

            if self._module_calls is None:
                self._module_calls = ModuleCalls(self._files, self._context_of_module_file, self.settings.regions)
            self._modules[folder] = TerraformModule(folder, self._files, self._module_calls)
        return self._modules[folder]

    def _context_of_module_file(self, path: str) -> ReadContext:
        folder, name = os.path.split(path)
        return self._module(folder).context_of(name)

    def _context(self, targets: Mapping[str, Dependencies]) -> tuple[list[Source], set[str]]:
        """Return the files that may belong to the targets, and the targets for which not all files were searched."""
        from smlint.project.context_search import ContextSearch

        search = ContextSearch(self._files, self.read)
        for path in find_context(self.settings.context, self.settings.root) if self.settings.context else ():
            search.add(path)
        search.run(targets)
        return list(search.sources.values()), search.incomplete


def _with_listed(context: ReadContext, listed: tuple[tuple[str, str | None], ...]) -> ReadContext:
    """Return a context, and its further ones, with other values that files set parameters to."""
    others = tuple(each._replace(listed=(*each.listed, *listed)) for each in context.others)
    return context._replace(listed=(*context.listed, *listed), others=others)


def _restore(settings: Settings, targets: tuple[str, ...], unsaved: tuple[Source, ...], siblings: bool) -> Project:
    return Project(settings, targets, unsaved, siblings=siblings)

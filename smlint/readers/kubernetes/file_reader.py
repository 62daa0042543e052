"""Read all documents of one Kubernetes file into deployments.

`fields.py` defines where objects keep their values; `links.py` resolves references between them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from smlint.model.deployment import Deployment, DocumentReading, Kind, Link, Problem
from smlint.model.facts import ABSENT, Fact, known, unknown
from smlint.model.images import Image, InstanceType
from smlint.readers.common import mapping_of, mentions_ecr, pointer, region_fact, stated, text_of
from smlint.readers.kubernetes import kustomize, patches
from smlint.readers.kubernetes.api_objects import (
    ImageOnInstance,
    first_instance_type,
    inference_ami_version,
    is_stated,
    job_combinations,
    model_containers,
    parameters,
    stated_region,
)
from smlint.readers.kubernetes.fields import ACK_DEFAULT_REGION, APIS, HYPERPOD_TRAINING, ApiGroup, ObjectFields
from smlint.readers.kubernetes.links import ModelIndex, ModelObject, ModelUse, dangling_reference, link
from smlint.readers.kubernetes.objects import KubernetesObject, at_path, objects
from smlint.readers.kubernetes.pods import pods, relevant_containers
from smlint.readers.reader import ReadContext
from smlint.syntax import Document, Mapping, Scalar, Steps, walk

FORMAT = "kubernetes"

_NO_FIELDS = ObjectFields()


def is_relevant(document: Document, context: ReadContext) -> bool:
    """Return whether a document concerns SageMaker, as `reader.claims` defines it."""
    if kustomize.sets_aws_image(document.root, context.catalog) or patches.deployments(document.root, _single_document_reader(context)):
        return True
    api_objects = list(objects(document))
    if any(each.group in APIS or each.group == HYPERPOD_TRAINING or _is_namespace_with_region(each) for each in api_objects):
        return True
    if not api_objects or not _may_have_relevant_pods(document):
        return False
    return any(relevant_containers(each, pod, context.catalog) is not None for each in api_objects for pod in pods(each.body))


def read_file(documents: Sequence[Document], context: ReadContext) -> list[DocumentReading]:
    """Read the documents of one file; return one reading per document."""
    reader = _FileReader(documents, context)
    reader.read()
    return [
        DocumentReading(
            FORMAT,
            deployments=tuple(reader.deployments[index]),
            problems=tuple(reader.problems[index]),
            exports=tuple(reader.exports[index]),
            imports=tuple(reader.imports[index]),
            possible=tuple(reader.possible[index]),
        )
        for index in range(len(documents))
    ]


def _single_document_reader(context: ReadContext) -> Callable[[Document], tuple[Deployment, ...]]:
    """Return a function that reads the deployments of a single document."""
    return lambda document: read_file([document], context)[0].deployments


def _is_namespace_with_region(candidate: KubernetesObject) -> bool:
    """Return whether an object is a namespace that states the Region of its ACK objects."""
    return candidate.group == "" and candidate.kind == "Namespace" and candidate.annotation(ACK_DEFAULT_REGION) is not None


def _may_have_relevant_pods(document: Document) -> bool:
    """Return whether a scalar resembles an ECR image or a SageMaker instance type. A fast check that rejects nearly all files."""
    return any(isinstance(node, Scalar) and (mentions_ecr(node.value) or node.value.startswith("ml.")) for node in walk(document.root))


class _FileReader:
    """Collects the deployments, problems, exports and imports of a file, by document index."""

    def __init__(self, documents: Sequence[Document], context: ReadContext) -> None:
        self.documents = documents
        self.context = context
        self.deployments: list[list[Deployment]] = [[] for _ in documents]
        self.problems: list[list[Problem]] = [[] for _ in documents]
        self.exports: list[list[Link]] = [[] for _ in documents]
        self.imports: list[list[Link]] = [[] for _ in documents]
        self.possible: list[list[Deployment]] = [[] for _ in documents]
        self._keys = 0
        self._models: list[ModelObject] = []
        self._uses: list[ModelUse] = []
        self._namespace_regions: dict[str, Fact[str]] = {}

    def read(self) -> None:
        """Read all documents."""
        indexed_objects = [(index, each) for index, document in enumerate(self.documents) for each in objects(document)]
        for _, each in indexed_objects:
            if _is_namespace_with_region(each):
                self._namespace_regions[each.name] = stated(each.annotation(ACK_DEFAULT_REGION))
        for index, each in indexed_objects:
            api = APIS.get(each.group)
            if api is not None:
                self._read_api_object(index, each, api)
            else:
                self._read_pods(index, each)
        for index, document in enumerate(self.documents):
            for image, steps in kustomize.images(document.root, self.context.catalog):
                self.deployments[index].append(self._kustomization_deployment(image, steps))
            self._read_patches(index, document)
        self._link_models()

    # ---------------------------------------------------------------- objects of the SageMaker APIs

    def _read_api_object(self, index: int, api_object: KubernetesObject, api: ApiGroup) -> None:
        fields = api.kinds.get(api_object.kind, _NO_FIELDS)
        region = stated_region(api_object, api, self._namespace_regions)
        scope = f"{index} {pointer(*api_object.steps)}" if fields.local else api_object.group
        for root, path in parameters(api_object, api):
            self._read_strings(index, api_object, fields, root, path, region)
            for job in fields.jobs:
                for pair in job_combinations(job, root, path, api, self.context.catalog):
                    group = self._alternatives_group(index, pointer(*api_object.steps, *pair.steps)) if pair.alternative else ""
                    self.deployments[index].append(self._deployment(api_object, job.kind, pair, region, api, group=group))
            for model_fields in fields.models:
                for steps, node in at_path(root, model_fields.at):
                    body = mapping_of(node)
                    if body is not None:
                        name = text_of(body.get(model_fields.name))
                        self._models.append(
                            ModelObject(
                                number=len(self._models),
                                document=index,
                                object=api_object,
                                scope=scope,
                                name=name.shown() if name is not None else "",
                                region=region,
                                containers=tuple(model_containers(body, model_fields.containers, (*path, *steps), self.context.catalog)),
                            )
                        )
            for use_fields in fields.uses:
                for steps, node in at_path(root, use_fields.at):
                    body = mapping_of(node)
                    if body is not None:
                        instance, instance_steps = first_instance_type(body, use_fields.instance, api)
                        self._uses.append(
                            ModelUse(
                                document=index,
                                object=api_object,
                                scope=scope,
                                kind=use_fields.kind,
                                body=body,
                                steps=(*path, *steps),
                                instance=instance,
                                instance_steps=(*path, *steps, *instance_steps),
                                region=region,
                                name=text_of(body.get("modelName")),
                            )
                        )

    def _read_strings(self, index: int, api_object: KubernetesObject, fields: ObjectFields, root: Mapping, path: Steps, region: Fact[str]) -> None:
        if not fields.strings:
            return
        from smlint.readers.kubernetes.strings import read_object_strings

        strings = [(node, (*api_object.steps, *path, *steps)) for key in fields.strings for steps, node in at_path(root, key)]
        for reading in read_object_strings(api_object, strings, self.documents[index], self.context, region=region, format=FORMAT):
            self.deployments[index] += reading.deployments
            self.problems[index] += reading.problems

    def _read_patches(self, index: int, document: Document) -> None:
        """Read the inline patches of a kustomization, and the document as a JSON patch."""
        strings = list(kustomize.patches(document.root))
        if strings:
            from smlint.readers.kubernetes.strings import read_strings

            for reading in read_strings(strings, document, self.context, FORMAT):
                self.deployments[index] += reading.deployments
        self.deployments[index] += patches.deployments(document.root, _single_document_reader(self.context))

    # ---------------------------------------------------------------- Pods

    def _read_pods(self, index: int, holder: KubernetesObject) -> None:
        for pod in pods(holder.body):
            containers = relevant_containers(holder, pod, self.context.catalog)
            if containers is None:
                continue
            nodes = pod.nodes or (ABSENT,)
            base = (*holder.steps, *pod.steps)
            for steps, image in containers or [((), ABSENT)]:
                if image.absent and pod.nodes == ():
                    continue
                path = pointer(*base, *steps)
                group = self._alternatives_group(index, path) if len(nodes) > 1 else ""
                self.deployments[index] += [self._pod_deployment(holder, path, image, node, group=group) for node in nodes]

    def _pod_deployment(self, holder: KubernetesObject, path: str, image: Fact[Image], node: Fact[InstanceType], *, group: str) -> Deployment:
        return Deployment(
            format=FORMAT,
            kind=Kind.CLUSTER,
            resource=holder.name,
            pointer=path,
            image=image,
            instance_type=node,
            region=region_fact(ABSENT, self.context, image),
            platform="kubernetes",
            anchor=image.text or node.text or holder.anchor,
            alternatives=group,
            fixable=not holder.exported,
        )

    def _kustomization_deployment(self, image: Fact[Image], steps: Steps) -> Deployment:
        return Deployment(
            format=FORMAT,
            kind=Kind.CLUSTER,
            resource="Kustomization",
            pointer=pointer(*steps),
            image=image,
            region=region_fact(ABSENT, self.context, image),
            platform="kubernetes",
            anchor=image.text,
        )

    # ---------------------------------------------------------------- models and their uses

    def _link_models(self) -> None:
        index = ModelIndex(self._models, frozenset(group for group, api in APIS.items() if api.labels))
        links = link(self._uses, self._models, index)
        for model, use in links.pairs:
            region = use.region if not use.region.absent else model.region
            for container in model.containers:
                pair = ImageOnInstance(container.image, container.steps, use.instance)
                deployment = self._deployment(model.object, use.kind, pair, region, APIS[use.object.group], use=use)
                self.deployments[model.document].append(deployment)
        unused = {model.number for model in links.models}
        for model in self._models:
            for deployment in self._alone(model):
                if model.number in unused:
                    self.deployments[model.document].append(deployment)
                self.exports[model.document] += index.exports(model, deployment)
        for model in links.ambiguous:
            self.possible[model.document] += (each._replace(instance_type=unknown(), key="") for each in self._alone(model))
        for use in links.uses:
            pair = ImageOnInstance(ABSENT, use.instance_steps, use.instance)
            deployment = self._deployment(use.object, use.kind, pair, use.region, APIS[use.object.group], use=use)
            deployment = deployment._replace(key=self._next_key())
            if not use.instance.absent:
                self.deployments[use.document].append(deployment)
            self.imports[use.document] += index.imports(use, deployment)
            problem = dangling_reference(use, index)
            if problem is not None:
                self.problems[use.document].append(problem)

    def _alone(self, model: ModelObject) -> Iterator[Deployment]:
        """Yield the deployments of a model's containers without an instance type."""
        for container in model.containers:
            pair = ImageOnInstance(container.image, container.steps, ABSENT)
            deployment = self._deployment(model.object, Kind.ENDPOINT, pair, model.region, APIS[model.object.group])
            yield deployment._replace(key=self._next_key())

    def _next_key(self) -> str:
        """Return a new key for a deployment that other files may complete."""
        self._keys += 1
        return str(self._keys)

    def _alternatives_group(self, index: int, path: str) -> str:
        """Name the group of deployments that run one container on each node it may run on."""
        return f"{self.documents[index].index} {path}"

    def _deployment(
        self,
        holder: KubernetesObject,
        kind: Kind,
        pair: ImageOnInstance,
        region: Fact[str],
        api: ApiGroup,
        *,
        use: ModelUse | None = None,
        group: str = "",
    ) -> Deployment:
        serverless = use is not None and is_stated(use.body.get("serverlessConfig"))
        return Deployment(
            format=FORMAT,
            kind=kind,
            resource=holder.name,
            pointer=pointer(*holder.steps, *pair.steps),
            image=pair.image,
            instance_type=pair.instance,
            region=region_fact(region, self.context, pair.image),
            accelerator_type=stated(use.body.get("acceleratorType")) if use is not None else ABSENT,
            inference_ami_version=inference_ami_version(use, api),
            serverless=known(True) if serverless else ABSENT,
            platform=api.platform if kind is Kind.CLUSTER else "sagemaker",
            anchor=pair.image.text or pair.instance.text or holder.anchor,
            alternatives=group,
            fixable=not holder.exported and (use is None or not use.object.exported),
            own_command=pair.own_command,
        )

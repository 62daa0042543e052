"""The documents of one Kubernetes file on their way to deployments.

Where an object keeps what is a table (`kubernetes_fields`); who names whom is told by `kubernetes_links`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice, product

from smlint.images.catalog import Catalog
from smlint.model.deployment import Deployment, DocumentReading, Kind, Link, Problem
from smlint.model.facts import ABSENT, Fact, known, unknown
from smlint.model.images import Image, InstanceType
from smlint.readers.common import instance_fact as sagemaker_instance
from smlint.readers.common import mapping_of, pointer, region_fact, stated, text_of
from smlint.readers.kubernetes import kustomize, patches
from smlint.readers.kubernetes.fields import ACK_DEFAULT_REGION, ACK_REGION, APIS, HYPERPOD_TRAINING, ApiGroup, JobFields, ObjectFields
from smlint.readers.kubernetes.links import Links, ModelContainer, ModelIndex, ModelObject, ModelUse, dangling, link
from smlint.readers.kubernetes.objects import LIMIT, KubernetesObject, Steps, at_path, field_text, image_of, objects
from smlint.readers.kubernetes.pods import containers_of, instance_fact, nodes_required, pods
from smlint.readers.reader import ReadContext
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Document, Mapping, Node, Scalar, is_null, walk

FORMAT = "kubernetes"

_NO_FIELDS = ObjectFields()


def claims(document: Document, context: ReadContext) -> bool:
    """As `kubernetes.claims`, of a document that may be one."""
    if kustomize.claims(document.root, context.catalog) or patches.deployments(document.root, _alone(context)):
        return True
    found = list(objects(document))
    if any(one.group in APIS or one.group == HYPERPOD_TRAINING or _names_region(one) for one in found):
        return True
    if not found or not _may_run_ours(document):
        return False
    return any(containers_of(one, pod, context.catalog) is not None for one in found for pod in pods(one.body))


def read_together(documents: Sequence[Document], environment: ReadContext) -> list[DocumentReading]:
    """As `kubernetes.read_together`."""
    stream = _Stream(documents, environment)
    stream.read()
    found = zip(stream.deployments, stream.problems, stream.exports, stream.imports, strict=True)
    return [DocumentReading(FORMAT, tuple(runs), tuple(problems), tuple(exports), tuple(imports)) for runs, problems, exports, imports in found]


def _alone(environment: ReadContext) -> Callable[[Document], tuple[Deployment, ...]]:
    """How to read a document alone, for those who make one."""
    return lambda document: read_together([document], environment)[0].deployments


def _names_region(one: KubernetesObject) -> bool:
    """Whether this is a namespace that names the Region of the ACK objects in it."""
    return one.group == "" and one.kind == "Namespace" and one.annotation(ACK_DEFAULT_REGION) is not None


def _may_run_ours(document: Document) -> bool:
    """Whether a text in it looks like an image in ECR or an instance type of SageMaker: a quick no for nearly every file."""
    return any(isinstance(node, Scalar) and (".dkr" in node.value or node.value.startswith("ml.")) for node in walk(document.root))


class _Found(NamedTuple):
    """One image on one instance type, and where the image is written, else the type. `choice`: it is one of several types that it may run on."""

    image: Fact[Image]
    steps: Steps
    instance: Fact[InstanceType]
    choice: bool = False


class _Stream:
    """The documents of one file on their way to deployments."""

    def __init__(self, documents: Sequence[Document], environment: ReadContext) -> None:
        self.documents = documents
        self.environment = environment
        self.deployments: list[list[Deployment]] = [[] for _ in documents]
        self.problems: list[list[Problem]] = [[] for _ in documents]
        self.exports: list[list[Link]] = [[] for _ in documents]
        self.imports: list[list[Link]] = [[] for _ in documents]
        self.models: list[ModelObject] = []
        self.uses: list[ModelUse] = []
        self.namespaces: dict[str, Fact[str]] = {}

    def read(self) -> None:
        """Read everything; `deployments` and `problems` then hold what was found, by document."""
        found = [(index, one) for index, document in enumerate(self.documents) for one in objects(document)]
        for _, one in found:
            if _names_region(one):
                self.namespaces[one.name] = stated(one.annotation(ACK_DEFAULT_REGION))
        for index, one in found:
            api = APIS.get(one.group)
            if api is not None:
                self._resource(index, one, api)
            else:
                self._pods(index, one)
        for index, document in enumerate(self.documents):
            for image, steps in kustomize.images(document.root, self.environment.catalog):
                self.deployments[index].append(self._image_of_kustomization(image, steps))
            self._patches(index, document)
        self._linked()

    # ---------------------------------------------------------------- objects of the table

    def _resource(self, index: int, one: KubernetesObject, api: ApiGroup) -> None:
        fields = api.kinds.get(one.kind, _NO_FIELDS)
        region = self._region(one, api)
        scope = f"{index} {pointer(*one.steps)}" if fields.local else one.group
        for root, path in _parameters(one, api):
            if fields.strings:
                from smlint.readers.kubernetes import strings

                written = [(node, (*one.steps, *path, *steps)) for each in fields.strings for steps, node in at_path(root, each)]
                for inner in strings.in_object(one, written, self.documents[index], self.environment, region, FORMAT):
                    self.deployments[index] += inner.deployments
                    self.problems[index] += inner.problems
            for job in fields.jobs:
                for found in self._job(job, root, path, api):
                    group = self._group(index, pointer(*one.steps, *found.steps)) if found.choice else ""
                    self.deployments[index].append(self._deployment(one, job.kind, found, region, api, group=group))
            for models in fields.models:
                for steps, node in at_path(root, models.at):
                    body = mapping_of(node)
                    if body is not None:
                        name = text_of(body.get(models.name))
                        containers = tuple(_model_containers(body, models.containers, (*path, *steps), self.environment.catalog))
                        self.models.append(ModelObject(index, one, scope, name.shown() if name is not None else "", region, containers))
            for uses in fields.uses:
                for steps, node in at_path(root, uses.at):
                    body = mapping_of(node)
                    if body is not None:
                        name = text_of(body.get("modelName"))
                        self._use(ModelUse(index, one, scope, uses.kind, body, (*path, *steps), ABSENT, (), region, name), uses.instance)

    def _patches(self, index: int, document: Document) -> None:
        """The patches that a kustomization holds as texts, and those that a document is itself."""
        texts = list(kustomize.patches(document.root))
        if texts:
            from smlint.readers.kubernetes import strings

            for found in strings.in_text(texts, document, self.environment, FORMAT):
                self.deployments[index] += found.deployments
        self.deployments[index] += patches.deployments(document.root, _alone(self.environment))

    def _use(self, use: ModelUse, path: str) -> None:
        for steps, node in at_path(use.body, path)[:1]:
            use = use._replace(instance=_instance(node, APIS[use.object.group]), instance_steps=(*use.steps, *steps))
        self.uses.append(use)

    def _job(self, job: JobFields, root: Mapping, path: Steps, api: ApiGroup) -> Iterator[_Found]:
        for at, node in at_path(root, job.at):
            base = (*path, *at)
            catalog = self.environment.catalog
            images = [((*base, *steps), image_of(found, catalog)) for one in job.images for steps, found in at_path(node, one) if not is_null(found)]
            types = [((*base, *steps), _instance(found, api)) for one in job.instances for steps, found in at_path(node, one) if not is_null(found)]
            choice = not types and api.platform == "kubernetes"
            if choice:
                types = [((*base, "nodeAffinity"), fact) for _, found in at_path(node, "nodeAffinity")[:1] for fact in nodes_required(found)]
            if not images and not types:
                continue
            none: Steps = ()
            for (steps, image), (elsewhere, instance) in islice(product(images or [(none, ABSENT)], types or [(none, ABSENT)]), LIMIT):
                yield _Found(image, steps or elsewhere, instance, choice and len(types) > 1)

    def _region(self, one: KubernetesObject, api: ApiGroup) -> Fact[str]:
        """The Region that an object states: in its parameters, or in an annotation of its own or of its namespace."""
        for root, _ in _parameters(one, api):
            for path in api.region:
                for _, node in at_path(root, path)[:1]:
                    if not is_null(node):
                        return stated(node)
        if api.region:
            return ABSENT
        own = stated(one.annotation(ACK_REGION))
        return own if not own.absent else self.namespaces.get(one.namespace or "", ABSENT)

    # ---------------------------------------------------------------- Pods

    def _pods(self, index: int, one: KubernetesObject) -> None:
        for pod in pods(one.body):
            containers = containers_of(one, pod, self.environment.catalog)
            if containers is None:
                continue
            nodes = pod.nodes or (ABSENT,)
            base = (*one.steps, *pod.steps)
            for steps, image in containers or [((), ABSENT)]:
                if image.absent and pod.nodes == ():
                    continue
                path = pointer(*base, *steps)
                for node in nodes:
                    group = self._group(index, path) if len(nodes) > 1 else ""
                    self.deployments[index].append(self._on_kubernetes(one.name, path, image, node, one, group))

    def _on_kubernetes(self, name: str, path: str, image: Fact[Image], node: Fact[InstanceType], one: KubernetesObject, group: str) -> Deployment:
        return Deployment(
            format=FORMAT,
            kind=Kind.CLUSTER,
            resource=name,
            pointer=path,
            image=image,
            instance_type=node,
            region=region_fact(ABSENT, self.environment, image),
            platform="kubernetes",
            anchor=image.text or node.text or one.anchor,
            alternatives=group,
            fixable=not one.exported,
        )

    def _image_of_kustomization(self, image: Fact[Image], steps: Steps) -> Deployment:
        return Deployment(
            format=FORMAT,
            kind=Kind.CLUSTER,
            resource="Kustomization",
            pointer=pointer(*steps),
            image=image,
            region=region_fact(ABSENT, self.environment, image),
            platform="kubernetes",
            anchor=image.text,
        )

    # ---------------------------------------------------------------- models and their uses

    def _linked(self) -> None:
        index = ModelIndex(self.models, frozenset(group for group, api in APIS.items() if api.labels))
        links: Links = link(self.uses, self.models, index)
        for model, use in links.pairs:
            region = use.region if not use.region.absent else model.region
            for container in model.containers:
                found = _Found(container.image, container.steps, use.instance)
                deployment = self._deployment(model.object, use.kind, found, region, APIS[use.object.group], use)
                self.deployments[model.document].append(deployment)
        for model in links.models:
            for container in model.containers:
                found = _Found(container.image, container.steps, ABSENT)
                alone = self._deployment(model.object, Kind.ENDPOINT, found, model.region, APIS[model.object.group])
                self.deployments[model.document].append(alone)
                self.exports[model.document] += [Link(key, alone) for key in index.keys_of(model)]
        for use in links.uses:
            if not use.instance.absent:
                found = _Found(ABSENT, use.instance_steps, use.instance)
                alone = self._deployment(use.object, use.kind, found, use.region, APIS[use.object.group], use)
                self.deployments[use.document].append(alone)
                self.imports[use.document] += [Link(key, alone) for key in index.keys_wanted(use)]
            problem = dangling(use, index)
            if problem is not None:
                self.problems[use.document].append(problem)

    def _group(self, index: int, path: str) -> str:
        """The name of the deployments of one container on each of the nodes that it may run on."""
        return f"{self.documents[index].index} {path}"

    def _deployment(
        self, one: KubernetesObject, kind: Kind, found: _Found, region: Fact[str], api: ApiGroup, use: ModelUse | None = None, group: str = ""
    ) -> Deployment:
        serverless = use is not None and not is_null(use.body.get("serverlessConfig")) and use.body.get("serverlessConfig") is not None
        platform = api.platform if kind is Kind.CLUSTER else "sagemaker"
        return Deployment(
            format=FORMAT,
            kind=kind,
            resource=one.name,
            pointer=pointer(*one.steps, *found.steps),
            image=found.image,
            instance_type=found.instance,
            region=region_fact(region, self.environment, found.image),
            accelerator_type=stated(use.body.get("acceleratorType")) if use is not None else ABSENT,
            inference_ami_version=_ami(use, api),
            serverless=known(True) if serverless else ABSENT,
            platform=platform,
            anchor=found.image.text or found.instance.text or one.anchor,
            alternatives=group,
            fixable=not one.exported and (use is None or not use.object.exported),
        )


def _parameters(one: KubernetesObject, api: ApiGroup) -> list[tuple[Mapping, Steps]]:
    """The mappings that hold an object's parameters, and where each is."""
    found = [(mapping_of(node), steps) for path in api.roots for steps, node in at_path(one.body, path)[:1]]
    return [(body, steps) for body, steps in found if body is not None]


def _model_containers(body: Mapping, paths: Sequence[str], base: Steps, catalog: Catalog) -> Iterator[ModelContainer]:
    for path in paths:
        for steps, node in at_path(body, path + ".image"):
            if not is_null(node):
                yield ModelContainer(image_of(node, catalog), (*base, *steps))


def _instance(node: Node | None, api: ApiGroup) -> Fact[InstanceType]:
    """The instance type of a field; on HyperPod the `ml.` may be missing, as it is in the labels of nodes elsewhere."""
    if node is None or is_null(node):
        return ABSENT
    text = field_text(node)
    if text is None:
        return unknown()
    return instance_fact(text) if api.platform == "kubernetes" else sagemaker_instance(text)


def _ami(use: ModelUse | None, api: ApiGroup) -> Fact[str]:
    """The machine image that a production variant names. Where its API has no word for it, what SageMaker will take cannot be told."""
    if use is None:
        return unknown() if not api.ami else ABSENT
    named = stated(use.body.get("inferenceAmiVersion") or use.body.get("inferenceAMIVersion"))
    return unknown() if named.absent and not api.ami else named

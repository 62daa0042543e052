"""Which model a production variant or a transform job of the same file runs: by its name, by an object's name, or by labels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from smlint.model.deployment import Kind, Problem, ProblemKind
from smlint.model.facts import Fact
from smlint.model.images import Image, InstanceType
from smlint.model.text import Text, TextRange
from smlint.readers.common import mapping_of, pointer, text_of
from smlint.readers.kubernetes.fields import APIS
from smlint.readers.kubernetes.objects import KubernetesObject, Steps, texts
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Mapping, Node

EXTERNAL_NAME = "crossplane.io/external-name"


class ModelContainer(NamedTuple):
    """One container of a model: its image, and where that is written."""

    image: Fact[Image]
    steps: Steps


class ModelObject(NamedTuple):
    """A model that is defined in the file.

    `scope` tells who may name it: an API group, or one object. `name` is the name that SageMaker knows, empty without one; `region` the one
    that its object states. `document` is its place among the documents that are read together.
    """

    document: int
    object: KubernetesObject
    scope: str
    name: str
    region: Fact[str]
    containers: tuple[ModelContainer, ...]


class ModelUse(NamedTuple):
    """What runs a model that it names: a production variant, or a transform job. It may name a model of another file, which is not seen here.

    `body` is the variant or job with its other fields, `steps` where it is, `instance` its instance type; the rest is as for `Model`.
    """

    document: int
    object: KubernetesObject
    scope: str
    kind: Kind
    body: Mapping
    steps: Steps
    instance: Fact[InstanceType]
    instance_steps: Steps
    region: Fact[str]
    name: Text | None


class Links(NamedTuple):
    """Who runs what: the pairs, the models that nothing here runs, and the uses whose model is not here."""

    pairs: tuple[tuple[ModelObject, ModelUse], ...]
    models: tuple[ModelObject, ...]
    uses: tuple[ModelUse, ...]


class ModelIndex:
    """The models of a file, to be found by what refers to them."""

    def __init__(self, models: Sequence[ModelObject], labelled: frozenset[str]) -> None:
        """`labelled` are the scopes whose references are to objects of the cluster."""
        self._labelled = labelled
        self._by: dict[tuple[str, str, str], list[ModelObject]] = {}
        self._scopes: dict[str, list[ModelObject]] = {}
        self._by_label: dict[str, dict[tuple[str, str], list[ModelObject]]] = {}
        for model in models:
            self._scopes.setdefault(model.scope, []).append(model)
            for how, name in self._names(model):
                self._by.setdefault((model.scope, how, name), []).append(model)

    def _names(self, model: ModelObject) -> list[tuple[str, str]]:
        """What a model may be called by: the name that SageMaker knows, and where references are to objects, that of the object."""
        if model.scope not in self._labelled:
            return [("name", model.name)] if model.name else []
        external = text_of(model.object.annotation(EXTERNAL_NAME))
        return [("name", external.shown() if external is not None else model.object.name), ("object", model.object.name)]

    def keys_of(self, model: ModelObject) -> list[str]:
        """By what a use in another file may name a model (`Link`): no name that is filled in later, and no model that is its object's alone."""
        if model.scope != model.object.group:
            return []
        return [_key(model.object, how, name) for how, name in self._names(model) if "${" not in name]

    def keys_wanted(self, use: ModelUse) -> list[str]:
        """The name by which a use refers to a model that is not in its file; none where it refers to one that is, or by no name."""
        how, name = self._reference(use)
        if not name or "${" in name or use.scope != use.object.group or (use.scope, how, name) in self._by:
            return []
        return [_key(use.object, how, name)]

    def names(self, scope: str) -> list[str]:
        """The names of a scope's models, in order; empty when one of them cannot be told."""
        names = [model.name for model in self._scopes.get(scope, ())]
        return names if all(names) and not any("${" in name for name in names) else []

    def model_of(self, use: ModelUse) -> ModelObject | None:
        """The one model of the file that a use can mean; None when there is none, or more than one."""
        found = (model for model in self._candidates(use) if _together(model, use))
        model = next(found, None)
        return model if next(found, None) is None else None

    def _reference(self, use: ModelUse) -> tuple[str, str]:
        """How a use names its model, and the name; an empty one where it does not, or labels select it."""
        if use.name is not None:
            return "name", use.name.shown()
        reference = mapping_of(use.body.get("modelNameRef")) if use.scope in self._labelled else None
        name = text_of(reference.get("name")) if reference is not None else None
        return "object", name.shown() if name is not None else ""

    def _candidates(self, use: ModelUse) -> Iterable[ModelObject]:
        how, name = self._reference(use)
        if name or use.scope not in self._labelled:
            return self._by.get((use.scope, how, name), ())
        return self._selected(use.scope, use.body.get("modelNameSelector"))

    def _selected(self, scope: str, node: Node | None) -> Iterable[ModelObject]:
        """The models that have all the labels of a selector. A selector without labels selects by owner, which no file tells."""
        selector = mapping_of(node)
        wanted = texts(selector.get("matchLabels")) if selector is not None else {}
        if not wanted:
            return ()
        # Those that have the rarest label are few to look at more closely.
        rarest = min((self._labels(scope).get(label, []) for label in wanted.items()), key=len)
        return (model for model in rarest if wanted.items() <= model.object.labels().items())

    def _labels(self, scope: str) -> dict[tuple[str, str], list[ModelObject]]:
        """The models of a scope by each of their labels."""
        if scope not in self._by_label:
            found: dict[tuple[str, str], list[ModelObject]] = {}
            self._by_label[scope] = found
            for model in self._scopes.get(scope, ()):
                for label in model.object.labels().items():
                    found.setdefault(label, []).append(model)
        return self._by_label[scope]


def _key(one: KubernetesObject, how: str, name: str) -> str:
    return f"kubernetes {one.group} {one.namespace or ''} {how} {name}"


def _together(model: ModelObject, use: ModelUse) -> bool:
    """Whether both may be in the same namespace, and in the same Region: elsewhere, the same name is another model."""
    namespaces = {model.object.namespace, use.object.namespace} - {None}
    regions = {fact.value for fact in (model.region, use.region) if fact.known}
    return len(namespaces) < 2 and len(regions) < 2


def link(uses: Sequence[ModelUse], models: Sequence[ModelObject], index: ModelIndex) -> Links:
    """Bring together what belongs together."""
    pairs, alone = [], []
    used: set[int] = set()
    for use in uses:
        model = index.model_of(use)
        if model is None or not model.containers:
            alone.append(use)
        if model is not None:
            used.add(id(model))
            pairs.append((model, use))
    return Links(tuple(pairs), tuple(model for model in models if id(model) not in used), tuple(alone))


def dangling(use: ModelUse, index: ModelIndex) -> Problem | None:
    """The problem of a use that can name only models of its own object, and names none of them."""
    names = index.names(use.scope)
    name = use.name
    if not APIS[use.object.group].kinds[use.object.kind].local or not names or name is None or not name.known or name.value in names:
        return None
    message = f"variant refers to model {name.value}, but the {use.object.kind} has no such model; its models are {', '.join(sorted(names)[:3])}"
    path = pointer(*use.object.steps, *use.steps, "modelName")
    return Problem(ProblemKind.DANGLING_REFERENCE, TextRange(name), message, path, use.object.name)

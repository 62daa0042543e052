"""Find the model in the same file that a production variant or a transform job runs: by model name, by object name, or by labels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from smlint.model.deployment import Deployment, Kind, Link, Problem, ProblemKind
from smlint.model.facts import Fact
from smlint.model.images import Image, InstanceType
from smlint.model.text import Text, TextRange
from smlint.readers.common import mapping_of, pointer, text_of
from smlint.readers.kubernetes.fields import APIS
from smlint.readers.kubernetes.objects import KubernetesObject, texts
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Mapping, Node, Steps

EXTERNAL_NAME = "crossplane.io/external-name"
_MAX_MODELS = 20
"""The most models that one use is compared with."""


class ModelContainer(NamedTuple):
    """One container of a model: its image, and the steps to it."""

    image: Fact[Image]
    steps: Steps


class ModelObject(NamedTuple):
    """A model that the file defines.

    - `number`: its position among the models of the file.
    - `document`: index of its document among those read together.
    - `scope`: who may reference it: an API group, or a single object.
    - `name`: its name in SageMaker; empty if it has none.
    - `region`: the Region that its object states.
    """

    number: int
    document: int
    object: KubernetesObject
    scope: str
    name: str
    region: Fact[str]
    containers: tuple[ModelContainer, ...]


class ModelUse(NamedTuple):
    """A production variant or transform job, which runs a model that it references. The model may be in another file.

    `body` is the variant or job, `steps` the steps to it, `name` the model name it states, `instance` its instance type. The rest is as
    for `ModelObject`.
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
    """The pairs of models and their uses, the models without a use, and the uses without a model.

    `ambiguous` are the models of uses that may reference several.
    """

    pairs: tuple[tuple[ModelObject, ModelUse], ...]
    models: tuple[ModelObject, ...]
    uses: tuple[ModelUse, ...]
    ambiguous: tuple[ModelObject, ...]


class ModelIndex:
    """Looks up the models of a file by reference."""

    def __init__(self, models: Sequence[ModelObject], scopes_with_object_references: frozenset[str]) -> None:
        """`scopes_with_object_references` are the API groups that reference objects of the cluster, by name or label."""
        self._object_scopes = scopes_with_object_references
        self._by_reference: dict[tuple[str, str, str], list[ModelObject]] = {}
        self._by_scope: dict[str, list[ModelObject]] = {}
        self._by_label: dict[str, dict[tuple[str, str], list[ModelObject]]] = {}
        for model in models:
            self._by_scope.setdefault(model.scope, []).append(model)
            for attribute, name in self._names(model):
                self._by_reference.setdefault((model.scope, attribute, name), []).append(model)

    def _names(self, model: ModelObject) -> list[tuple[str, str]]:
        """Return the (attribute, name) pairs that may reference a model: its name in SageMaker and, in some APIs, that of its object."""
        if model.scope not in self._object_scopes:
            return [("name", model.name)] if model.name else []
        external = text_of(model.object.annotation(EXTERNAL_NAME))
        return [("name", external.shown() if external is not None else model.object.name), ("object", model.object.name)]

    def exports(self, model: ModelObject, deployment: Deployment) -> Iterator[Link]:
        """Yield the links under which other files may reference a model.

        Excludes names with placeholders, and models that only their own object may reference. Labels are uncertain: a selector may have
        others, too.
        """
        if model.scope != model.object.group:
            return
        for attribute, name in self._names(model):
            if "${" not in name:
                yield Link(_link_key(model.object, attribute, name), deployment, namespace=model.object.namespace)
                if attribute == "name":
                    yield Link.by_name(name, deployment, other_formats=True)
        for label in sorted(model.object.labels().items()) if model.scope in self._object_scopes else ():
            yield Link(_label_key(model.object, label), deployment, namespace=model.object.namespace, certain=False)

    def imports(self, use: ModelUse, deployment: Deployment) -> Iterator[Link]:
        """Yield the link of a use whose model is not in its file; none if the model may be in the file or the use names none."""
        if use.scope != use.object.group or any(_may_be_linked(model, use) for model in self._candidates(use)):
            return
        attribute, name = self._reference(use)
        if name and "${" not in name:
            yield Link(_link_key(use.object, attribute, name), deployment, namespace=use.object.namespace)
            if attribute == "name":
                yield Link.by_name(name, deployment, other_formats=True)
        selector = mapping_of(use.body.get("modelNameSelector")) if not name and use.scope in self._object_scopes else None
        labels = sorted(texts(selector.get("matchLabels")).items()) if selector is not None else []
        for label in labels[:1]:
            yield Link(_label_key(use.object, label), deployment, namespace=use.object.namespace, certain=False)

    def names(self, scope: str) -> list[str]:
        """Return the names of the models of a scope, in file order; empty if one of them is unknown."""
        names = [model.name for model in self._by_scope.get(scope, ())]
        return names if all(names) and not any("${" in name for name in names) else []

    def models_of(self, use: ModelUse) -> list[ModelObject]:
        """Return the models of the file that a use may reference."""
        return list(islice((model for model in self._candidates(use) if _may_be_linked(model, use)), _MAX_MODELS))

    def _reference(self, use: ModelUse) -> tuple[str, str]:
        """Return the attribute and the name by which a use references its model; an empty name if it uses labels or no reference."""
        if use.name is not None:
            return "name", use.name.shown()
        reference = mapping_of(use.body.get("modelNameRef")) if use.scope in self._object_scopes else None
        name = text_of(reference.get("name")) if reference is not None else None
        return "object", name.shown() if name is not None else ""

    def _candidates(self, use: ModelUse) -> Iterable[ModelObject]:
        attribute, name = self._reference(use)
        if name or use.scope not in self._object_scopes:
            return self._by_reference.get((use.scope, attribute, name), ())
        return self._selected(use.scope, use.body.get("modelNameSelector"))

    def _selected(self, scope: str, node: Node | None) -> Iterable[ModelObject]:
        """Return the models with all labels of a selector. A selector without labels selects by owner, which no file shows."""
        selector = mapping_of(node)
        labels = texts(selector.get("matchLabels")) if selector is not None else {}
        if not labels:
            return ()
        # Start with the models that have the rarest label: few remain to check.
        rarest = min((self._models_by_label(scope).get(label, []) for label in labels.items()), key=len)
        return (model for model in rarest if labels.items() <= model.object.labels().items())

    def _models_by_label(self, scope: str) -> dict[tuple[str, str], list[ModelObject]]:
        """Return the models of a scope by each of their labels."""
        if scope not in self._by_label:
            by_label: dict[tuple[str, str], list[ModelObject]] = {}
            self._by_label[scope] = by_label
            for model in self._by_scope.get(scope, ()):
                for label in model.object.labels().items():
                    by_label.setdefault(label, []).append(model)
        return self._by_label[scope]


def _link_key(holder: KubernetesObject, attribute: str, name: str) -> str:
    return f"kubernetes {holder.group} {attribute} {name}"


def _label_key(holder: KubernetesObject, label: tuple[str, str]) -> str:
    return f"kubernetes {holder.group} label {label[0]} {label[1]}"


def _may_be_linked(model: ModelObject, use: ModelUse) -> bool:
    """Return whether a model and a use may be in the same namespace and Region: elsewhere, the same name is a different model."""
    namespaces = {model.object.namespace, use.object.namespace} - {None}
    regions = {fact.value for fact in (model.region, use.region) if fact.known}
    return len(namespaces) < 2 and len(regions) < 2


def link(uses: Sequence[ModelUse], models: Sequence[ModelObject], index: ModelIndex) -> Links:
    """Pair each use with its model."""
    pairs, unlinked = [], []
    used: set[int] = set()
    ambiguous: dict[int, ModelObject] = {}
    for use in uses:
        found = index.models_of(use)
        if len(found) != 1 or not found[0].containers:
            unlinked.append(use)
        if len(found) == 1:
            used.add(found[0].number)
            pairs.append((found[0], use))
        ambiguous.update((model.number, model) for model in found[1:] and found)
    unused = tuple(model for model in models if model.number not in used)
    return Links(tuple(pairs), unused, tuple(unlinked), tuple(ambiguous.values()))


def dangling_reference(use: ModelUse, index: ModelIndex) -> Problem | None:
    """Return a problem if a use can reference only the models of its own object, and references none of them."""
    names = index.names(use.scope)
    name = use.name
    if not APIS[use.object.group].kinds[use.object.kind].local or not names or name is None or not name.known or name.value in names:
        return None
    return Problem(
        kind=ProblemKind.DANGLING_REFERENCE,
        place=TextRange(name),
        message=f"variant refers to model {name.value}, but the {use.object.kind} has no such model; its models are {', '.join(sorted(names)[:3])}",
        pointer=pointer(*use.object.steps, *use.steps, "modelName"),
        resource=use.object.name,
    )

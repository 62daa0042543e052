"""smlint's own manifest, marked by its first key `smlint`: models with framework or image, instance type and AWS Region."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

from smlint.images.regions import looks_like_region
from smlint.model.deployment import Deployment, DocumentReading, Kind
from smlint.model.facts import ABSENT, Fact, unknown
from smlint.model.images import Image, InstanceType
from smlint.model.text import Text
from smlint.readers.common import image_fact, instance_fact, mapping_of, pointer, region_fact, scalar_text, string_fact, text_of
from smlint.readers.native.manifest_schema import VERSION_KEYS, models_of, problems
from smlint.readers.native.places import Path
from smlint.readers.reader import ReadContext, Reader, without_context
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Document, Mapping, Node, Scalar, Sequence, is_null, plain_type, resolve

FORMAT = "native"

_KINDS = {"inference": Kind.ENDPOINT, "training": Kind.TRAINING, "processing": Kind.PROCESSING, "transform": Kind.TRANSFORM}
_TYPES = ("instance_type", "instance_types")
_REGIONS = ("region", "regions")


class ManifestModel(NamedTuple):
    """A model of a manifest: its own fields, the defaults, its path, its name, and the scalar that identifies it."""

    fields: Mapping
    defaults: Mapping | None
    path: Path
    name: str
    head: Scalar | None

    def find(self, *keys: str) -> tuple[Node | None, Path]:
        """Return the value of the first of these keys, in the model's own fields, else in the defaults, and its path; None without a value."""
        for path, fields in ((self.path, self.fields), (("defaults",), self.defaults)):
            for key in keys:
                node = fields.get(key) if fields is not None else None
                if node is not None:
                    return node, (*path, key)
        return None, self.path

    def fact(self, key: str) -> Fact[str]:
        """Return a field as a fact: unknown if it is not a string or has placeholders."""
        node, _ = self.find(key)
        text = _text(node, number=key in VERSION_KEYS)
        return string_fact(text) if text is not None else _not_text(node)

    def choice(self, key: str, allowed: Callable[[str], bool]) -> Fact[str]:
        """Return a field as a fact: unknown if the schema rejects its value, so that no rule reports it too."""
        fact = self.fact(key)
        return fact if not fact.known or allowed(fact.value) else unknown(fact.text)


def claims(document: Document) -> bool:
    """Return whether the first key is `smlint` and its value a version, or the document has models; not a job or dependency of that name."""
    root = mapping_of(document.root)
    if root is None or not root.items:
        return False
    key, value = root.items[0]
    if not isinstance(key, Scalar) or key.value != "smlint":
        return False
    version = resolve(value)
    if not isinstance(version, Scalar):
        return False
    return plain_type(version) == "int" or root.get("models") is not None or root.get("defaults") is not None


def read(document: Document, context: ReadContext) -> DocumentReading:
    """Read a manifest: each model on each of its instance types in each of its AWS Regions."""
    root = mapping_of(document.root)
    if root is None:
        return DocumentReading(FORMAT)
    defaults = mapping_of(root.get("defaults"))
    deployments: list[Deployment] = []
    for path, node, key in models_of(root):
        fields = mapping_of(node)
        if fields is not None:
            model = _model(fields, defaults, path, key)
            deployments += _deployments(model, context)
    return DocumentReading(FORMAT, tuple(deployments), tuple(problems(root)))


def _model(fields: Mapping, defaults: Mapping | None, path: Path, key: Scalar | None) -> ManifestModel:
    named = resolve(fields.get("name"))
    first = resolve(fields.items[0][0]) if fields.items else None
    head = key
    for scalar in (named, first):
        if head is None and isinstance(scalar, Scalar):
            head = scalar
    name = named.value if isinstance(named, Scalar) and named.value else ""
    name = name or (key.value if key is not None else ".".join(map(str, path)))
    return ManifestModel(fields=fields, defaults=defaults, path=path, name=name, head=head)


def _deployments(model: ManifestModel, context: ReadContext) -> list[Deployment]:
    image_node, image_path = model.find("image_uri")
    image_text = _text(image_node)
    image: Fact[Image] = image_fact(image_text, context.catalog) if image_text is not None else _not_text(image_node)
    scope = model.choice("image_scope", _KINDS.__contains__)
    kind = _KINDS.get(scope.get() or "", Kind.ENDPOINT)
    anchor = scalar_text(model.head, editable=False) if model.head is not None else None
    deployments = []
    for instance_type in _instance_types(model):
        for region in _regions(model):
            deployments.append(
                Deployment(
                    format=FORMAT,
                    kind=kind,
                    resource=model.name,
                    pointer=pointer(*(image_path if image_node is not None else model.path)),
                    image=image,
                    instance_type=instance_type,
                    region=region_fact(region, context, image),
                    framework=model.fact("framework"),
                    framework_version=model.fact("framework_version"),
                    py_version=model.choice("py_version", _is_python),
                    # A transform job runs an inference image: the kind determines the scope.
                    image_scope=ABSENT if kind is Kind.TRANSFORM else scope,
                    base_framework_version=model.fact("base_framework_version"),
                    accelerator_type=model.fact("accelerator_type"),
                    inference_ami_version=model.fact("inference_ami_version"),
                    anchor=anchor,
                )
            )
    return deployments


def _instance_types(model: ManifestModel) -> list[Fact[InstanceType]]:
    return [_not_text(node) if text is None else instance_fact(text) for node, text in _each(model, _TYPES)]


def _regions(model: ManifestModel) -> list[Fact[str]]:
    facts = [_not_text(node) if text is None else string_fact(text) for node, text in _each(model, _REGIONS)]
    return [unknown(fact.text) if fact.known and not looks_like_region(fact.value) else fact for fact in facts]


def _is_python(value: str) -> bool:
    return value.startswith("py") and value[2:].isdecimal()


def _each(model: ManifestModel, keys: tuple[str, str]) -> list[tuple[Node | None, Text | None]]:
    """Return the values of a field with a single value or a list, as nodes with their texts; a single None for an absent field."""
    node, _ = model.find(*keys)
    content = resolve(node)
    nodes: list[Node | None] = list(content.items) if isinstance(content, Sequence) else [node]
    return [(item, _text(item)) for item in nodes or [None]]


def _text(node: Node | None, *, number: bool = False) -> Text | None:
    """Return the text of a string, and, with `number`, of a number as written; None for any other node."""
    content = resolve(node)
    if not isinstance(content, Scalar):
        return None
    kind = plain_type(content)
    return text_of(node) if kind == "str" or (number and kind in ("int", "float")) else None


def _not_text(node: Node | None) -> Fact[NoReturn]:
    """Return the fact of a field that is not a string: absent if it is null or missing, else unknown."""
    return ABSENT if is_null(node) else unknown()


READER = Reader(without_context(claims), read)

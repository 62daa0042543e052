"""What `terraform show -json` prints of a plan or a state, and the state file itself (version 4): outputs, which are never edited.

A plan's `planned_values` hold what will be; what is known only after apply is missing there, and `configuration` tells what it refers to.
https://developer.hashicorp.com/terraform/internals/json-format (read 2026-11-22).
"""

from __future__ import annotations

from collections.abc import Iterator

from smlint.model.deployment import Problem
from smlint.model.facts import ABSENT, Fact, known
from smlint.model.text import Piece, Text
from smlint.readers.assumptions import AssumedValue, Assumptions
from smlint.readers.common import is_null, items_of, mapping_of, scalar_of
from smlint.readers.terraform.blocks import Steps, blocks
from smlint.readers.terraform.plan_configuration import PlanConfiguration, without_indexes
from smlint.readers.terraform.possible_values import Scope
from smlint.readers.terraform.resources import ENDPOINT_CONFIGURATION, MODEL, VARIANTS, Targets, TerraformResource, is_relevant_type
from smlint.syntax import Mapping, Node, Scalar, Sequence, resolve

_MAX_MODULES = 5_000
_REGION_NAMES = ("region", "name", "id")


def is_plan_or_state(root: Mapping) -> bool:
    """Whether a document is a plan or a state: both carry a format version, or a state file's lineage, and values or changes."""
    if mapping_of(root.get("planned_values")) is not None or mapping_of(root.get("prior_state")) is not None:
        return root.get("format_version") is not None
    if root.get("resource_changes") is not None:
        return root.get("format_version") is not None
    values = mapping_of(root.get("values"))
    if values is not None and mapping_of(values.get("root_module")) is not None:
        return root.get("format_version") is not None or root.get("terraform_version") is not None
    return root.get("lineage") is not None and root.get("terraform_version") is not None and isinstance(resolve(root.get("resources")), Sequence)


class PlanOrState:
    """A plan or a state."""

    fixable = False

    def __init__(self, root: Mapping) -> None:
        self._modules = PlanConfiguration(root)
        self._by_name: dict[tuple[str, str], list[TerraformResource]] = {}
        self._by_address: dict[tuple[str, str], list[TerraformResource]] = {}
        everything = list(_everything(root))
        self._region = _only_region(everything)
        self.resources = [
            self._resource(body, values, path, kind, address, module)
            for body, values, path, kind, address, module in everything
            if is_relevant_type(kind) and (_string(body.get("mode")) or "managed") == "managed"
        ]
        for resource in self.resources:
            self._by_name.setdefault((resource.type, _string(resource.body.get("name")) or ""), []).append(resource)
            self._by_address.setdefault((without_indexes(resource.module), _base(resource)), []).append(resource)

    def _resource(self, body: Mapping, values: Mapping, path: Steps, kind: str, address: str, module: str) -> TerraformResource:
        region = _text(values.get("region"))
        declared: Fact[str] = known(region.value, region) if region is not None and region.value else ABSENT
        if declared.absent:
            provider = self._modules.provider_region(module, kind, _string(body.get("name")) or "")
            declared = known(provider) if provider is not None else self._region
        return TerraformResource(kind, address, values, path, (), declared, _text(body.get("address")) or _text(body.get("name")), module)

    def texts(self, node: Node | None, scope: Scope = ()) -> tuple[AssumedValue, ...]:
        text = _text(node)
        return (AssumedValue(text),) if text is not None else ()

    def named(self, expression: str) -> Text | None:
        return None  # all that can be known is filled in

    def blocks(self, body: Mapping, key: str, scope: Scope) -> Iterator[tuple[Steps, Mapping, Scope]]:
        for steps, block in blocks(body.get(key)):
            yield (key, *steps), block, scope

    # ---------------------------------------------------------------- links

    def offered(self, resource: TerraformResource) -> tuple[str, ...]:
        return ()  # a plan is whole

    def wanted(self, node: Node | None, scope: Scope, kind: str) -> tuple[str, ...]:
        return ()

    def targets(self, resource: TerraformResource, steps: Steps, node: Node | None, scope: Scope, kind: str) -> Targets:
        """The resource of a type that a name leads to: by its value, or by what the configuration refers to while it is not known."""
        text = _text(node)
        if text is not None and text.value:
            found = self._named(resource, text.value, kind)
        else:
            reference = self._modules.reference(resource.module, _base(resource), steps)
            found = self._referred(resource, reference.module, reference.address, kind) if reference is not None else []
        linked: tuple[tuple[TerraformResource, Assumptions], ...] = tuple((one, ()) for one in found)
        return Targets(linked, not linked)

    def _named(self, resource: TerraformResource, name: str, kind: str) -> list[TerraformResource]:
        """The resource of this name: names are unique in an account's Region, so of several the one in the same module."""
        found = self._by_name.get((kind, name), [])
        if len(found) > 1:
            found = [one for one in found if one.region.get() == resource.region.get()]
        if len(found) > 1:
            found = [one for one in found if one.module == resource.module]
        return found if len(found) == 1 else []

    def _referred(self, resource: TerraformResource, module: str, address: str, kind: str) -> list[TerraformResource]:
        """The resource instance that a reference leads to; of several instances the one of the same index, in the same module instance."""
        base, bracket, index = address.partition("[")
        found = [one for one in self._by_address.get((module, base), ()) if one.type == kind]
        if len(found) > 1:
            found = [one for one in found if one.module == resource.module] or [one for one in found if one.module.startswith(resource.module + ".")]
        if bracket:
            return [one for one in found if _index(one) == bracket + index]
        return found if len(found) == 1 else [one for one in found if _index(one) and _index(one) == _index(resource)]

    # ---------------------------------------------------------------- problems

    def problems(self) -> Iterator[Problem]:
        """Variants that refer to a model which neither the plan nor its configuration has."""
        for config in self.resources:
            if config.type != ENDPOINT_CONFIGURATION:
                continue
            for key in VARIANTS:
                for steps, body, _ in self.blocks(config.body, key, ()):
                    if _text(body.get("model_name")) is None:
                        yield from self._modules.dangling(config, _base(config), (*steps, "model_name"), MODEL, self._by_address.keys())


# -------------------------------------------------------------------- what an output holds

_Found = tuple[Mapping, Mapping, Steps, str, str, str]


def _everything(root: Mapping) -> Iterator[_Found]:
    """Each resource instance: its object, its values, the steps to them, its type, its address and that of its module."""
    for steps in (("planned_values",), ("values",)):
        values = mapping_of(root.get(steps[0]))
        if values is not None:
            yield from _values(values, steps)
            return
    if isinstance(resolve(root.get("resource_changes")), Sequence):
        yield from _changes(root)
    elif root.get("lineage") is not None:
        yield from _state_file(root)
    else:
        prior = mapping_of(root.get("prior_state"))
        values = mapping_of(prior.get("values")) if prior is not None else None
        if values is not None:
            yield from _values(values, ("prior_state", "values"))


def _values(values: Mapping, steps: Steps) -> Iterator[_Found]:
    """The resources of the root module and of all modules below it."""
    root = mapping_of(values.get("root_module"))
    waiting: list[tuple[Mapping, Steps]] = [(root, (*steps, "root_module"))] if root is not None else []
    seen = 0
    while waiting and seen < _MAX_MODULES:
        module, path = waiting.pop()
        seen += 1
        name = _string(module.get("address")) or ""
        for index, node in enumerate(items_of(module.get("resources"))):
            body = mapping_of(node)
            held = mapping_of(body.get("values")) if body is not None else None
            kind = _string(body.get("type")) if body is not None else None
            if body is not None and held is not None and kind is not None:
                label = _string(body.get("name")) or ""
                yield body, held, (*path, "resources", index, "values"), kind, _string(body.get("address")) or f"{kind}.{label}", name
        below = [(mapping_of(child), (*path, "child_modules", i)) for i, child in enumerate(items_of(module.get("child_modules")))]
        waiting += [(child, where) for child, where in reversed(below) if child is not None]


def _changes(root: Mapping) -> Iterator[_Found]:
    """The resources of a plan that was cut down to its changes: as they will be."""
    for index, node in enumerate(items_of(root.get("resource_changes"))):
        body = mapping_of(node)
        change = mapping_of(body.get("change")) if body is not None else None
        after = mapping_of(change.get("after")) if change is not None else None
        kind = _string(body.get("type")) if body is not None else None
        if body is not None and after is not None and kind is not None:
            path = ("resource_changes", index, "change", "after")
            yield body, after, path, kind, _string(body.get("address")) or kind, _string(body.get("module_address")) or ""


def _state_file(root: Mapping) -> Iterator[_Found]:
    """The resources of a state file, each with its instances."""
    for index, node in enumerate(items_of(root.get("resources"))):
        body = mapping_of(node)
        kind = _string(body.get("type")) if body is not None else None
        if body is None or kind is None:
            continue
        module = _string(body.get("module")) or ""
        base = f"{module}." if module else ""
        for number, instance in enumerate(items_of(body.get("instances"))):
            held = mapping_of(instance)
            attributes = mapping_of(held.get("attributes")) if held is not None else None
            if held is None or attributes is None:
                continue
            key = scalar_of(held.get("index_key"))
            suffix = "" if key is None else f"[{key.value}]" if key.style == "plain" else f'["{key.value}"]'
            address = f"{base}{kind}.{_string(body.get('name')) or ''}{suffix}"
            yield body, attributes, ("resources", index, "instances", number, "attributes"), kind, address, module


def _only_region(everything: list[_Found]) -> Fact[str]:
    """The Region that all `aws_region` data sources of the output agree on."""
    found = {
        name
        for _, values, _, kind, _, _ in everything
        if kind == "aws_region" and (name := next((n for key in _REGION_NAMES if (n := _string(values.get(key)))), None)) is not None
    }
    return known(found.pop()) if len(found) == 1 else ABSENT


def _text(node: Node | None) -> Text | None:
    """The text of a value, which must not be edited."""
    scalar = resolve(node)
    if not isinstance(scalar, Scalar) or is_null(scalar):
        return None
    return Text((Piece(scalar.value, scalar.span),), scalar.span)


def _string(node: Node | None) -> str | None:
    text = _text(node)
    return text.value if text is not None else None


def _local(resource: TerraformResource) -> str:
    """The address of a resource within its module."""
    return resource.address.removeprefix(resource.module + ".") if resource.module else resource.address


def _base(resource: TerraformResource) -> str:
    """The address of a resource within its module, without index."""
    return _local(resource).partition("[")[0]


def _index(resource: TerraformResource) -> str:
    """The index of an instance, as written in its address; empty without one."""
    _, bracket, index = _local(resource).partition("[")
    return bracket + index

"""Read a Terraform plan or state as `terraform show -json` prints it, or a state file (version 4). These are outputs, which nobody edits.

A plan's `planned_values` contain the values after apply. Values that are known only after apply are missing there; `configuration` shows
what they refer to. Source: https://developer.hashicorp.com/terraform/internals/json-format (as of 2026-11-22).
"""

from __future__ import annotations

from collections.abc import Iterator

from smlint.model.deployment import Problem
from smlint.model.facts import ABSENT, Fact, known
from smlint.model.text import Piece, Text
from smlint.readers.assumptions import AssumedValue, Assumptions, Compatibility
from smlint.readers.common import is_explicit_null, items_of, mapping_of, scalar_of
from smlint.readers.terraform.blocks import blocks
from smlint.readers.terraform.plan_configuration import PlanConfiguration, without_indexes
from smlint.readers.terraform.possible_values import Scope
from smlint.readers.terraform.resources import ENDPOINT_CONFIGURATION, MODEL, VARIANTS, Targets, TerraformResource, is_relevant_type
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Mapping, Node, Scalar, Sequence, Steps, resolve

_MAX_MODULES = 5_000
_REGION_NAMES = ("region", "name", "id")


class RecordedResource(NamedTuple):
    """A resource instance in a plan or state: its object, its values, the steps to them, its type, its address and that of its module."""

    body: Mapping
    values: Mapping
    path: Steps
    type: str
    address: str
    module: str = ""


def is_plan_or_state(root: Mapping) -> bool:
    """Return whether a document is a plan or a state: it has a format version, or the lineage of a state file, and values or changes."""
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
    compatibility = Compatibility()

    def __init__(self, root: Mapping) -> None:
        self._configuration = PlanConfiguration(root)
        self._by_name: dict[tuple[str, str], list[TerraformResource]] = {}
        self._by_address: dict[tuple[str, str], list[TerraformResource]] = {}
        recorded = list(_recorded_resources(root))
        self._region = _common_region(recorded)
        self.resources = [
            self._resource(each) for each in recorded if is_relevant_type(each.type) and (_string(each.body.get("mode")) or "managed") == "managed"
        ]
        for resource in self.resources:
            self._by_name.setdefault((resource.type, _string(resource.body.get("name")) or ""), []).append(resource)
            self._by_address.setdefault((without_indexes(resource.module), _base_address(resource)), []).append(resource)

    def _resource(self, recorded: RecordedResource) -> TerraformResource:
        text = _text(recorded.values.get("region"))
        region: Fact[str] = known(text.value, text) if text is not None and text.value else ABSENT
        if region.absent:
            of_provider = self._configuration.provider_region(recorded.module, recorded.type, _string(recorded.body.get("name")) or "")
            region = known(of_provider) if of_provider is not None else self._region
        return TerraformResource(
            type=recorded.type,
            address=recorded.address,
            body=recorded.values,
            path=recorded.path,
            scope=(),
            region=region,
            anchor=_text(recorded.body.get("address")) or _text(recorded.body.get("name")),
            module=recorded.module,
        )

    def is_doubtful(self, assumptions: Assumptions) -> bool:
        return False

    def texts(self, node: Node | None, scope: Scope = ()) -> tuple[AssumedValue, ...]:
        text = _text(node)
        return (AssumedValue(text),) if text is not None else ()

    def text_of_expression(self, expression: str) -> Text | None:
        return None  # Terraform has evaluated all known expressions

    def blocks(self, body: Mapping, key: str, scope: Scope) -> Iterator[tuple[Steps, Mapping, Scope]]:
        for steps, block in blocks(body.get(key)):
            yield (key, *steps), block, scope

    # ---------------------------------------------------------------- references

    def has_unknown_users(self, resource: TerraformResource) -> bool:
        """Return False: a plan is never fixed, so its unknown users do not matter."""
        return False

    def export_keys(self, resource: TerraformResource) -> tuple[str, ...]:
        return ()  # a plan is complete: no other file refers to it

    def import_keys(self, node: Node | None, scope: Scope, kind: str) -> tuple[str, ...]:
        return ()

    def targets(self, resource: TerraformResource, steps: Steps, node: Node | None, scope: Scope, kind: str) -> Targets:
        """Return the resource of a type that a name refers to: by its value or, if that is known only after apply, by the configuration."""
        text = _text(node)
        if text is not None and text.value:
            resources = self._with_name(resource, text.value, kind)
        else:
            reference = self._configuration.reference(resource.module, _base_address(resource), steps)
            resources = self._at_address(resource, reference.module, reference.address, kind) if reference is not None else []
        targets: tuple[tuple[TerraformResource, Assumptions], ...] = tuple((target, ()) for target in resources)
        return Targets(targets, unclear=not targets)

    def _with_name(self, resource: TerraformResource, name: str, kind: str) -> list[TerraformResource]:
        """Return the resource with a name, which is unique in an account and Region; if there are several, the one in the same module."""
        resources = self._by_name.get((kind, name), [])
        if len(resources) > 1:
            resources = [each for each in resources if each.region.get() == resource.region.get()]
        if len(resources) > 1:
            resources = [each for each in resources if each.module == resource.module]
        return resources if len(resources) == 1 else []

    def _at_address(self, resource: TerraformResource, module: str, address: str, kind: str) -> list[TerraformResource]:
        """Return the resource instance at an address; if there are several, the one with the same index in the same module instance."""
        base, bracket, index = address.partition("[")
        resources = [each for each in self._by_address.get((module, base), ()) if each.type == kind]
        if len(resources) > 1:
            same_module = [each for each in resources if each.module == resource.module]
            resources = same_module or [each for each in resources if each.module.startswith(resource.module + ".")]
        if bracket:
            return [each for each in resources if _index(each) == bracket + index]
        return resources if len(resources) == 1 else [each for each in resources if _index(each) and _index(each) == _index(resource)]

    # ---------------------------------------------------------------- problems

    def problems(self) -> Iterator[Problem]:
        """Yield a problem for each variant that refers to a model missing from both the plan and its configuration."""
        for config in self.resources:
            if config.type != ENDPOINT_CONFIGURATION:
                continue
            for key in VARIANTS:
                for steps, body, _ in self.blocks(config.body, key, ()):
                    if _text(body.get("model_name")) is None:
                        argument = (*steps, "model_name")
                        yield from self._configuration.dangling(config, _base_address(config), argument, MODEL, planned=self._by_address.keys())


# -------------------------------------------------------------------- the resources of an output


def _recorded_resources(root: Mapping) -> Iterator[RecordedResource]:
    """Yield each resource instance of a plan or state."""
    for steps in (("planned_values",), ("values",)):
        values = mapping_of(root.get(steps[0]))
        if values is not None:
            yield from _in_modules(values, steps)
            return
    if isinstance(resolve(root.get("resource_changes")), Sequence):
        yield from _in_changes(root)
    elif root.get("lineage") is not None:
        yield from _in_state_file(root)
    else:
        prior = mapping_of(root.get("prior_state"))
        values = mapping_of(prior.get("values")) if prior is not None else None
        if values is not None:
            yield from _in_modules(values, ("prior_state", "values"))


def _in_modules(values: Mapping, steps: Steps) -> Iterator[RecordedResource]:
    """Yield the resources of the root module and of all modules below it."""
    root = mapping_of(values.get("root_module"))
    waiting: list[tuple[Mapping, Steps]] = [(root, (*steps, "root_module"))] if root is not None else []
    visited = 0
    while waiting and visited < _MAX_MODULES:
        module, path = waiting.pop()
        visited += 1
        module_address = _string(module.get("address")) or ""
        for index, node in enumerate(items_of(module.get("resources"))):
            body = mapping_of(node)
            resource_values = mapping_of(body.get("values")) if body is not None else None
            kind = _string(body.get("type")) if body is not None else None
            if body is not None and resource_values is not None and kind is not None:
                yield RecordedResource(
                    body=body,
                    values=resource_values,
                    path=(*path, "resources", index, "values"),
                    type=kind,
                    address=_string(body.get("address")) or f"{kind}.{_string(body.get('name')) or ''}",
                    module=module_address,
                )
        children = [(mapping_of(child), (*path, "child_modules", i)) for i, child in enumerate(items_of(module.get("child_modules")))]
        waiting += [(child, child_path) for child, child_path in reversed(children) if child is not None]


def _in_changes(root: Mapping) -> Iterator[RecordedResource]:
    """Yield the resources of a plan that contains only its changes, with the values after apply."""
    for index, node in enumerate(items_of(root.get("resource_changes"))):
        body = mapping_of(node)
        change = mapping_of(body.get("change")) if body is not None else None
        after = mapping_of(change.get("after")) if change is not None else None
        kind = _string(body.get("type")) if body is not None else None
        if body is not None and after is not None and kind is not None:
            yield RecordedResource(
                body=body,
                values=after,
                path=("resource_changes", index, "change", "after"),
                type=kind,
                address=_string(body.get("address")) or kind,
                module=_string(body.get("module_address")) or "",
            )


def _in_state_file(root: Mapping) -> Iterator[RecordedResource]:
    """Yield the resource instances of a state file."""
    for index, node in enumerate(items_of(root.get("resources"))):
        body = mapping_of(node)
        kind = _string(body.get("type")) if body is not None else None
        if body is None or kind is None:
            continue
        module = _string(body.get("module")) or ""
        prefix = f"{module}." if module else ""
        for number, item in enumerate(items_of(body.get("instances"))):
            instance = mapping_of(item)
            attributes = mapping_of(instance.get("attributes")) if instance is not None else None
            if instance is None or attributes is None:
                continue
            key = scalar_of(instance.get("index_key"))
            suffix = "" if key is None else f"[{key.value}]" if key.style == "plain" else f'["{key.value}"]'
            yield RecordedResource(
                body=body,
                values=attributes,
                path=("resources", index, "instances", number, "attributes"),
                type=kind,
                address=f"{prefix}{kind}.{_string(body.get('name')) or ''}{suffix}",
                module=module,
            )


def _common_region(recorded: list[RecordedResource]) -> Fact[str]:
    """Return the Region that all `aws_region` data sources agree on."""
    regions = set()
    for each in recorded:
        if each.type == "aws_region":
            names = (_string(each.values.get(key)) for key in _REGION_NAMES)
            region = next((name for name in names if name), None)
            if region is not None:
                regions.add(region)
    return known(regions.pop()) if len(regions) == 1 else ABSENT


def _text(node: Node | None) -> Text | None:
    """Return the text of a value, which is not editable."""
    scalar = resolve(node)
    if not isinstance(scalar, Scalar) or is_explicit_null(scalar):
        return None
    return Text((Piece(scalar.value, scalar.span),), scalar.span)


def _string(node: Node | None) -> str | None:
    text = _text(node)
    return text.value if text is not None else None


def _local_address(resource: TerraformResource) -> str:
    """Return the address of a resource within its module."""
    return resource.address.removeprefix(resource.module + ".") if resource.module else resource.address


def _base_address(resource: TerraformResource) -> str:
    """Return the address of a resource within its module, without index."""
    return _local_address(resource).partition("[")[0]


def _index(resource: TerraformResource) -> str:
    """Return the index in the address of an instance, with brackets; empty without one."""
    _, bracket, index = _local_address(resource).partition("[")
    return bracket + index

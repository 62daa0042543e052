"""Resolve references in the configuration that a plan contains, through variables and outputs of modules, and find provider Regions.

An expression there is `{"constant_value": ...}` or `{"references": ["aws_sagemaker_model.m.name", "aws_sagemaker_model.m"]}`, most specific
first. Source: https://developer.hashicorp.com/terraform/internals/json-format#configuration-representation (as of 2026-11-22).
"""

from __future__ import annotations

from collections.abc import Container, Iterator

from smlint.model.deployment import Problem, ProblemKind
from smlint.model.text import TextRange
from smlint.readers.common import items_of, mapping_of, pointer, scalar_of, scalar_text
from smlint.readers.terraform.resources import PREFIX, TerraformResource
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Mapping, Node, Scalar, Sequence, Steps, resolve

_MAX_HOPS = 20
_ATTRIBUTES = (".name", ".id")


class ResolvedReference(NamedTuple):
    """The target of a reference: a module (`module.a.module.b`, empty for the root), an address in it, and the scalar with the reference."""

    module: str
    address: str
    scalar: Scalar


class PlanConfiguration:
    """The configuration in a plan."""

    def __init__(self, root: Mapping) -> None:
        configuration = mapping_of(root.get("configuration"))
        self._root = mapping_of(configuration.get("root_module")) if configuration is not None else None
        self._providers = mapping_of(configuration.get("provider_config")) if configuration is not None else None
        self._variables = mapping_of(root.get("variables"))
        self._resources: dict[str, dict[str, Mapping]] = {}

    # ---------------------------------------------------------------- modules and resources

    def _module(self, address: str) -> Mapping | None:
        """Return the configuration of a module, by its address without indexes."""
        module = self._root
        for name in [part for part in address.split(".") if part != "module"] if address else []:
            call = self._call(module, name)
            module = mapping_of(call.get("module")) if call is not None else None
        return module

    @staticmethod
    def _call(module: Mapping | None, name: str) -> Mapping | None:
        calls = mapping_of(module.get("module_calls")) if module is not None else None
        return mapping_of(calls.get(name)) if calls is not None else None

    def _resource(self, module: str, address: str) -> Mapping | None:
        """Return the configuration of a resource, by the address of its module and its address there, both without indexes."""
        resources = self._resources.get(module)
        if resources is None:
            resources = self._resources[module] = {}
            holder = self._module(module)
            for node in items_of(holder.get("resources")) if holder is not None else []:
                body = mapping_of(node)
                own = scalar_of(body.get("address")) if body is not None else None
                if body is not None and own is not None:
                    resources.setdefault(own.value, body)
        return resources.get(address)

    # ---------------------------------------------------------------- references

    def reference(self, module: str, address: str, steps: Steps) -> ResolvedReference | None:
        """Follow the reference in an argument of a resource to a resource; None if it leads to anything else."""
        path = without_indexes(module)
        body = self._resource(path, address)
        node: Node | None = body.get("expressions") if body is not None else None
        for step in steps:
            content = resolve(node)
            if isinstance(content, Sequence):
                if not isinstance(step, int) or step >= len(content.items):
                    return None
                node = content.items[step]
            elif isinstance(content, Mapping):
                if isinstance(step, int):  # a single block is an object here, but a list in the values
                    if step:
                        return None
                    continue
                node = content.get(step)
            else:
                return None
        return self._resolved(path, node)

    def _resolved(self, path: str, expression: Node | None) -> ResolvedReference | None:
        for _ in range(_MAX_HOPS):
            body = mapping_of(expression)
            references = [item for item in map(resolve, items_of(body.get("references")) if body is not None else []) if isinstance(item, Scalar)]
            if not references:
                return None
            first = references[0]
            root, _, rest = first.value.partition(".")
            name = rest.partition(".")[0].partition("[")[0]
            if root == "var" and path:
                above, _, called = path.rpartition("module.")
                path = above.rstrip(".")
                call = self._call(self._module(path), called)
                arguments = mapping_of(call.get("expressions")) if call is not None else None
                expression = arguments.get(name) if arguments is not None else None
            elif root == "module":
                path = f"{path}.module.{name}" if path else f"module.{name}"
                module = self._module(path)
                outputs = mapping_of(module.get("outputs")) if module is not None else None
                output = mapping_of(outputs.get(first.value.rpartition(".")[2])) if outputs is not None else None
                expression = output.get("expression") if output is not None else None
            elif root.startswith(PREFIX):
                address = next((first.value.removesuffix(attribute) for attribute in _ATTRIBUTES if first.value.endswith(attribute)), None)
                # With an index such as `each.key`, which is a separate reference, the attribute is missing.
                return ResolvedReference(path, address if address is not None else first.value, first)
            else:
                return None
        return None

    def dangling(
        self, resource: TerraformResource, address: str, steps: Steps, kind: str, *, planned: Container[tuple[str, str]]
    ) -> Iterator[Problem]:
        """Yield a problem if an argument refers to a resource missing from both the plan and the module's configuration."""
        target = self.reference(resource.module, address, steps)
        if target is None:
            return
        base = target.address.partition("[")[0]
        module = self._module(target.module)
        if base.count(".") != 1 or not base.startswith(kind + ".") or (target.module, base) in planned or module is None:
            return
        if not isinstance(resolve(module.get("resources")), Sequence) or self._resource(target.module, base) is not None:
            return
        yield Problem(
            kind=ProblemKind.DANGLING_REFERENCE,
            place=TextRange(scalar_text(target.scalar, editable=False), 0, len(base)),
            message=f"variant refers to {base}, but the plan has no such resource",
            pointer=pointer(*resource.path, *steps),
            resource=resource.address,
        )

    # ---------------------------------------------------------------- providers

    def provider_region(self, module: str, kind: str, name: str) -> str | None:
        """Return the Region of a resource's provider, if it is a constant or a variable of the root module; None otherwise."""
        body = self._resource(without_indexes(module), f"{kind}.{name}")
        key = scalar_of(body.get("provider_config_key")) if body is not None else None
        provider = mapping_of(self._providers.get(key.value)) if key is not None and self._providers is not None else None
        if provider is None or provider.get("module_address") is not None:
            return None
        expressions = mapping_of(provider.get("expressions"))
        region = mapping_of(expressions.get("region")) if expressions is not None else None
        if region is None:
            return None
        constant = scalar_of(region.get("constant_value"))
        if constant is not None:
            return constant.value or None
        references = [item.value for item in map(resolve, items_of(region.get("references"))) if isinstance(item, Scalar)]
        if len(references) != 1 or not references[0].startswith("var."):
            return None
        variable = mapping_of(self._variables.get(references[0][4:])) if self._variables is not None else None
        value = scalar_of(variable.get("value")) if variable is not None else None
        return value.value or None if value is not None else None


def without_indexes(address: str) -> str:
    """Remove the indexes from a module address: `module.a["x.y"].module.b[0]` becomes `module.a.module.b`."""
    if "[" not in address:
        return address
    kept, quoted, inside = [], False, False
    for char in address:
        if char == '"' and inside:
            quoted = not quoted
        elif char == "[" and not quoted:
            inside = True
        elif char == "]" and not quoted:
            inside = False
        elif not inside:
            kept.append(char)
    return "".join(kept)

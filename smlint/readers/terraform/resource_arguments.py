"""Read the arguments of Terraform resources: images, instance types and the strings next to them."""

from __future__ import annotations

from collections.abc import Iterator

from smlint.model.facts import ABSENT, Fact, known, unknown
from smlint.readers.assumptions import AssumedValue
from smlint.readers.common import pointer, string_fact
from smlint.readers.terraform.possible_values import Scope
from smlint.readers.terraform.resources import CONTAINERS, ENDPOINT_CONFIGURATION, VARIANTS, ResourceSource, TerraformResource
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Mapping, Sequence, Steps, resolve


class ResourceArgument(NamedTuple):
    """An argument of a resource: its possible values, the block that contains it, and the steps from the resource to it."""

    resource: TerraformResource
    values: tuple[AssumedValue, ...]
    body: Mapping
    steps: Steps
    scope: Scope

    @property
    def pointer(self) -> str:
        return pointer(*self.resource.path, *self.steps)


class ArgumentReader:
    """Reads the arguments of the resources in a configuration, plan or state."""

    def __init__(self, source: ResourceSource) -> None:
        self._source = source

    def model_images(self, model: TerraformResource) -> Iterator[ResourceArgument]:
        """Yield the image of each container of a model."""
        for key in CONTAINERS:
            for steps, body, scope in self._source.blocks(model.body, key, model.scope):
                yield self._argument(model, body, (*steps, "image"), scope)

    def variants(self, config: TerraformResource) -> Iterator[ResourceArgument]:
        """Yield the instance type of each variant of an endpoint configuration."""
        for key in VARIANTS:
            for steps, body, scope in self._source.blocks(config.body, key, config.scope):
                yield self._argument(config, body, (*steps, "instance_type"), scope)

    def at_path(self, resource: TerraformResource, body: Mapping, path: tuple[str, ...], steps: Steps, scope: Scope) -> Iterator[ResourceArgument]:
        """Yield the arguments at a path of block names below a block. Each item of a list is an argument."""
        if len(path) > 1:
            for further, inner, inner_scope in self._source.blocks(body, path[0], scope):
                yield from self.at_path(resource, inner, path[1:], (*steps, *further), inner_scope)
            return
        node = resolve(body.get(path[0]))
        if isinstance(node, Sequence):
            for index, item in enumerate(node.items):
                values = self._source.texts(item, scope)
                yield ResourceArgument(resource=resource, values=values, body=body, steps=(*steps, path[0], index), scope=scope)
        elif node is not None:
            yield self._argument(resource, body, (*steps, path[0]), scope)

    def _argument(self, resource: TerraformResource, body: Mapping, steps: Steps, scope: Scope) -> ResourceArgument:
        values = self._source.texts(body.get(str(steps[-1])), scope)
        return ResourceArgument(resource=resource, values=values, body=body, steps=steps, scope=scope)

    def display_texts(self, body: Mapping, key: str, scope: Scope) -> set[str]:
        """Return the values of an argument as display texts, with placeholders by name."""
        return {value.text.shown() for value in self._source.texts(body.get(key), scope) if value.text is not None}

    def string_fact(self, argument: ResourceArgument | None, key: str) -> Fact[str]:
        """Return the string next to an argument, in the same block."""
        values = self._source.texts(argument.body.get(key), argument.scope) if argument is not None else ()
        if not values or values[0].text is None or (values[0].text.known and not values[0].text.value):
            return ABSENT
        return string_fact(values[0].text) if len(values) == 1 else unknown(values[0].text)

    def serverless(self, instance: ResourceArgument | None) -> Fact[bool]:
        """Return whether the argument is in a serverless variant: unknown if only a dynamic block that may generate none says so."""
        if instance is None or instance.resource.type != ENDPOINT_CONFIGURATION:
            return ABSENT
        iterations = [scope[len(instance.scope) :] for _, _, scope in self._source.blocks(instance.body, "serverless_config", instance.scope)]
        if not iterations:
            return ABSENT
        is_certain = any(all(each.key is not None and not each.assumptions for each in generated) for generated in iterations)
        return known(True) if is_certain else unknown()

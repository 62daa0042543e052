"""Evaluate a configuration file with the Regions of the module's providers."""

from __future__ import annotations

from smlint.model.facts import ABSENT, Fact, known, unknown
from smlint.model.text import Text
from smlint.readers.assumptions import Assumptions
from smlint.readers.common import scalar_of
from smlint.readers.reader import ReadContext
from smlint.readers.terraform.blocks import labeled_blocks
from smlint.readers.terraform.evaluator import Evaluator
from smlint.readers.terraform.expression_parser import has_template, parse_template
from smlint.readers.terraform.expressions import Reference
from smlint.readers.terraform.possible_values import Scope
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Mapping, Node

# Variables with these names are assumed to be the AWS Region, whatever else the module does with them.
_REGION_VARIABLES = frozenset({"region", "aws_region"})
_DEFAULT_PROVIDER = "aws"
_MAX_LOCALS = 5


class DeclaredRegion(NamedTuple):
    """The Region that a block declares, and its assumptions."""

    fact: Fact[str]
    assumptions: Assumptions = ()


class ModuleEvaluator(Evaluator):
    """An evaluator that knows the providers of the module."""

    def __init__(self, root: Mapping, context: ReadContext) -> None:
        self._providers_elsewhere = dict(context.providers)
        self._providers: dict[str, Mapping] = {}
        for names, body, _, _ in labeled_blocks(root.get("provider"), 1):
            alias = scalar_of(body.get("alias"))
            self._providers.setdefault(names[0] if alias is None else f"{names[0]}.{alias.value}", body)
        self._regions: dict[str, DeclaredRegion] = {}
        super().__init__(root, context, _REGION_VARIABLES | self._provider_variables(root))

    def _provider_variables(self, root: Mapping) -> frozenset[str]:
        """Return the variable that sets the default provider's Region, directly or through locals."""
        provider = self._providers.get(_DEFAULT_PROVIDER)
        reference = simple_reference(provider.get("region")) if provider is not None else None
        for _ in range(_MAX_LOCALS):
            if reference is None or reference[0] != "local":
                break
            name = reference[1]
            definitions = (body.get(name) for _, body, _, _ in labeled_blocks(root.get("locals"), 0))
            reference = next((simple_reference(node) for node in definitions if node is not None), None)
        return frozenset({reference[1]}) if reference is not None and reference[0] == "var" else frozenset()

    def region_of(self, body: Mapping, scope: Scope) -> DeclaredRegion:
        """Return the Region that a block declares: its own `region` (AWS provider 6 and later), or that of its provider.

        The Region is absent if the Region of the run applies: that of the default provider usually comes from the environment, but that of a
        provider with an alias does not.
        """
        if body.get("region") is not None:
            return self._declared(body.get("region"), scope)
        written = scalar_of(body.get("provider"))
        name = written.value.strip() if written is not None else _DEFAULT_PROVIDER
        if name.startswith("${") and name.endswith("}"):
            name = name[2:-1].strip()
        if name not in self._regions:
            self._regions[name] = DeclaredRegion(unknown())  # for a provider whose Region depends on itself
            self._regions[name] = self._provider_region(name)
        return self._regions[name]

    def _provider_region(self, name: str) -> DeclaredRegion:
        provider = self._providers.get(name)
        if provider is not None:
            region = self._declared(provider.get("region"), ())
        else:
            region = DeclaredRegion(known(self._providers_elsewhere[name]) if name in self._providers_elsewhere else ABSENT)
        if name == _DEFAULT_PROVIDER:
            return DeclaredRegion(ABSENT) if self.region is not None and not region.fact.known else region
        return DeclaredRegion(unknown()) if region.fact.absent else region

    def data_source_region(self, body: Mapping | None, scope: Scope) -> tuple[str | None, Assumptions]:
        """Return the Region of a data source, and its assumptions."""
        declared = self.region_of(body if body is not None else Mapping(0), scope)
        return (self.region, ()) if declared.fact.absent else (declared.fact.get(), declared.assumptions)

    def _declared(self, node: Node | None, scope: Scope) -> DeclaredRegion:
        values = () if node is None else self.node(node, scope, 0)
        if not values or (len(values) == 1 and values[0].value is None):
            return DeclaredRegion(ABSENT)
        text, assumptions = values[0]
        if len(values) != 1 or not isinstance(text, Text) or not text.known or not text.value:
            return DeclaredRegion(unknown(text if isinstance(text, Text) else None))
        if text.value == self.region and all(piece.span is None for piece in text.pieces):
            return DeclaredRegion(known(text.value, None, "settings"))  # a variable with the Region of the run
        return DeclaredRegion(known(text.value, text), assumptions)


def simple_reference(node: Node | None) -> tuple[str, str] | None:
    """Return the root and name of a node that is exactly `${root.name}`."""
    scalar = scalar_of(node)
    parts = parse_template(scalar.value) if scalar is not None and has_template(scalar.value) else ()
    expression = parts[0].expression if len(parts) == 1 else None
    if isinstance(expression, Reference) and len(expression.steps) == 1 and isinstance(expression.steps[0], str):
        return expression.root, expression.steps[0]
    return None

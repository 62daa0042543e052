"""Terraform configuration in JSON (`*.tf.json`), such as people and the CDK for Terraform write: one file of a module's folder.

What other files of the folder define is unknown here: a reference to it is never dangling, and `missing_models` tells it to whoever
knows the whole folder. Values of variables from `*.tfvars.json` come in as parameters of the environment.
"""

from __future__ import annotations

from collections.abc import Iterator

from smlint.model.deployment import Problem, ProblemKind
from smlint.model.facts import ABSENT, Fact, known, unknown
from smlint.model.text import Text, TextRange
from smlint.readers.assumptions import DEFAULT, MAX_VALUES, AssumedValue, Assumptions
from smlint.readers.common import mapping_of, pointer, scalar_of, scalar_text
from smlint.readers.reader import ReadContext
from smlint.readers.terraform.blocks import Steps, blocks, labelled
from smlint.readers.terraform.evaluator import Evaluator, simple_reference
from smlint.readers.terraform.possible_values import Collection, Iteration, Scope, under_assumptions
from smlint.readers.terraform.resources import ENDPOINT_CONFIGURATION, MODEL, PREFIX, VARIANTS, Targets, TerraformResource, is_relevant_type
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Document, Mapping, Node

# A variable of this name is the Region that is deployed to, whatever else the module does with it.
_REGION_VARIABLES = frozenset({"region", "aws_region"})
_DEFAULT_PROVIDER = "aws"
_NAME_ATTRIBUTES = (".name", ".id")


class MissingModel(NamedTuple):
    """A model that a variant refers to and this file does not define: its address, and the problem if the whole module lacks it."""

    address: str
    problem: Problem


class Where(NamedTuple):
    """A Region that is declared, and what that rests on."""

    fact: Fact[str]
    assumptions: Assumptions = ()


class _Values(Evaluator):
    """The evaluator, with the Regions of the module's providers."""

    def __init__(self, root: Mapping, environment: ReadContext) -> None:
        self._providers_elsewhere = dict(environment.providers)
        self._providers: dict[str, Mapping] = {}
        for names, body, _, _ in labelled(root.get("provider"), 1):
            alias = scalar_of(body.get("alias"))
            self._providers.setdefault(names[0] if alias is None else f"{names[0]}.{alias.value}", body)
        variables = _REGION_VARIABLES | self._provider_variables(root)
        super().__init__(root, environment, variables)
        self._regions: dict[str, Where] = {}

    def _provider_variables(self, root: Mapping) -> frozenset[str]:
        """The variable that is the provider's Region, directly or through locals."""
        provider = self._providers.get(_DEFAULT_PROVIDER)
        found = simple_reference(provider.get("region")) if provider is not None else None
        for _ in range(5):
            if found is None or found[0] != "local":
                break
            name = found[1]
            found = next((simple_reference(b.get(name)) for _, b, _, _ in labelled(root.get("locals"), 0) if b.get(name) is not None), None)
        return frozenset({found[1]}) if found is not None and found[0] == "var" else frozenset()

    def region_of(self, body: Mapping, scope: Scope) -> Where:
        """The Region that a block declares: its own `region` (AWS provider 6 and later), else that of its provider.

        Absent where the run may tell it: the default provider is deployed to another Region by the environment, one with an alias is not.
        """
        if body.get("region") is not None:
            return self._declared(body.get("region"), scope)
        written = scalar_of(body.get("provider"))
        name = written.value.strip() if written is not None else _DEFAULT_PROVIDER
        if name.startswith("${") and name.endswith("}"):
            name = name[2:-1].strip()
        if name not in self._regions:
            self._regions[name] = Where(unknown())  # a provider whose Region asks for itself has none
            self._regions[name] = self._of_provider(name)
        return self._regions[name]

    def _of_provider(self, name: str) -> Where:
        provider = self._providers.get(name)
        if provider is not None:
            found = self._declared(provider.get("region"), ())
        else:
            found = Where(known(self._providers_elsewhere[name]) if name in self._providers_elsewhere else ABSENT)
        if name == _DEFAULT_PROVIDER:
            return Where(ABSENT) if self.region is not None and not found.fact.known else found
        return Where(unknown()) if found.fact.absent else found

    def region_where(self, body: Mapping | None, scope: Scope) -> tuple[str | None, Assumptions]:
        declared = self.region_of(body if body is not None else Mapping(0), scope)
        return (self.region, ()) if declared.fact.absent else (declared.fact.get(), declared.assumptions)

    def _declared(self, node: Node | None, scope: Scope) -> Where:
        options = () if node is None else self.node(node, scope, 0)
        if not options or (len(options) == 1 and options[0].value is None):
            return Where(ABSENT)
        text, assumptions = options[0]
        if len(options) != 1 or not isinstance(text, Text) or not text.known or not text.value:
            return Where(unknown(text if isinstance(text, Text) else None))
        if text.value == self.region and all(piece.span is None for piece in text.pieces):
            return Where(known(text.value, None, "settings"))  # a variable that took the Region of the run
        return Where(known(text.value, text), assumptions)


class TerraformConfiguration:
    """One file of a module."""

    fixable = True

    def __init__(self, root: Mapping, environment: ReadContext) -> None:
        self._values = _Values(root, environment)
        self.resources = list(self._resources(root))
        self._by_address: dict[str, list[TerraformResource]] = {}
        for resource in self.resources:
            self._by_address.setdefault(_base(resource.address), []).append(resource)
        self._by_name: dict[tuple[str, str], list[TerraformResource]] | None = None

    def _resources(self, root: Mapping) -> Iterator[TerraformResource]:
        for (kind, name), body, path, key in labelled(root.get("resource"), 2, ("resource",)):
            if not is_relevant_type(kind):
                continue
            anchor = scalar_text(key, editable=False) if key is not None else None
            for index, scope in self._instances(body):
                self._values.begin()
                where = self._values.region_of(body, scope)
                yield TerraformResource(kind, f"{kind}.{name}{index}", body, path, scope, where.fact, anchor, resting=where.assumptions)

    def texts(self, node: Node | None, scope: Scope = ()) -> tuple[AssumedValue, ...]:
        return self._values.texts(node, scope)

    def named(self, expression: str) -> Text | None:
        """What `${expression}` stands for in a string that is a document of its own; None where it has no single value."""
        return self._values.named(expression)

    # ---------------------------------------------------------------- instances and blocks

    def _instances(self, body: Mapping) -> list[tuple[str, Scope]]:
        """The instances that `count` or `for_each` make, as (index as in an address, scope); one when they cannot be told."""
        count, for_each = body.get("count"), body.get("for_each")
        if for_each is not None:
            found = self._iterations(for_each, "each", ())
            return [("", (Iteration("each"),))] if found is None else [(f'["{each.key}"]', (each,)) for each in found]
        if count is None:
            return [("", ())]
        values = self.texts(count)
        text = values[0].text if len(values) == 1 else None
        # A variable's default may be overridden: then there is one at least to be read.
        number = _number(text.value) if text is not None and text.known and not any(piece.name for piece in text.pieces) else None
        if number is None or number > MAX_VALUES:
            return [("", (Iteration("count"),))]
        return [(f"[{index}]", (Iteration("count", str(index)),)) for index in range(number)]

    def blocks(self, body: Mapping, key: str, scope: Scope) -> Iterator[tuple[Steps, Mapping, Scope]]:
        """The nested blocks of a type, and those that dynamic blocks make, with the steps from the body to each."""
        for steps, block in blocks(body.get(key)):
            yield (key, *steps), block, scope
        for steps, dynamics in blocks(body.get("dynamic")):
            for inner, dynamic in blocks(dynamics.get(key)):
                iterator = scalar_of(dynamic.get("iterator"))
                name = iterator.value.strip("${} ") if iterator is not None else key
                for_each = dynamic.get("for_each")
                found = self._iterations(for_each, name, scope) if for_each is not None else None
                for each in [Iteration(name)] if found is None else found:
                    for deepest, content in blocks(dynamic.get("content")):
                        yield ("dynamic", *steps, key, *inner, "content", *deepest), content, (*scope, each)

    def _iterations(self, node: Node, name: str, scope: Scope) -> list[Iteration] | None:
        """What a `for_each` goes through; None when it cannot be told."""
        options = self._values.options(node, scope)
        collection = options[0].value if len(options) == 1 else None
        if not isinstance(collection, Collection) or len(collection.entries) > MAX_VALUES:
            return None
        found = []
        for key, entry in collection.entries.items():
            values = under_assumptions(entry(), options[0].assumptions)
            if len(values) != 1:
                return None
            value = values[0].value
            if not collection.is_list or name != "each":
                found.append(Iteration(name, key, values[0], options[0].assumptions))
            elif isinstance(value, Text) and value.known:  # a set of strings: key and value are the same
                found.append(Iteration(name, value.value, values[0], values[0].assumptions))
            else:
                return None
        return found

    # ---------------------------------------------------------------- links

    def targets(self, resource: TerraformResource, steps: Steps, node: Node | None, scope: Scope, kind: str) -> Targets:
        """The resources of a type that a name may refer to, by reference or by their own name."""
        found: list[tuple[TerraformResource, Assumptions]] = []
        values = self.texts(node, scope)
        unclear = not values
        for value in values:
            address = _address(value.text, kind)
            if address is None:
                linked = self._named(resource, value.text, kind)
            else:
                linked = [one for one in self._by_address.get(_base(address), ()) if one.address == address or _unexpanded(one, address)]
            found.extend((one, value.assumptions) for one in linked)
            unclear = unclear or not linked
        return Targets(tuple(found), unclear)

    def _named(self, resource: TerraformResource, text: Text | None, kind: str) -> list[TerraformResource]:
        """The one resource in the same Region whose own name reads as this text, unknown parts included."""
        name = _comparable(text)
        if name is None:
            return []
        if self._by_name is None:
            self._by_name = {}
            for one in self.resources:
                own = self.texts(one.body.get("name"), one.scope)
                shown = _comparable(own[0].text) if len(own) == 1 else None
                if shown is not None:
                    self._by_name.setdefault((one.type, shown), []).append(one)
        found = [
            one for one in self._by_name.get((kind, name), ()) if None in (regions := {one.region.get(), resource.region.get()}) or len(regions) == 1
        ]
        return found if len(found) == 1 else []

    # ---------------------------------------------------------------- other files of the module's folder

    def offered(self, resource: TerraformResource) -> tuple[str, ...]:
        """The keys under which another file of the folder may name a resource: its address, and its own name if that is known."""
        unexpanded = any(each.key is None for each in resource.scope)
        keys = [_key(resource.address + ("[]" if unexpanded else ""))]
        names = self.texts(resource.body.get("name"), resource.scope)
        if len(names) == 1 and names[0].text is not None and names[0].text.known:
            keys.append(_key("name " + names[0].text.value))
        return tuple(keys)

    def wanted(self, node: Node | None, scope: Scope, kind: str) -> tuple[str, ...]:
        """The keys of the resource that a name refers to, when that is in no doubt, but in another file of the folder."""
        values = self.texts(node, scope)
        sure = len(values) == 1 and all(variable.startswith(DEFAULT) for variable, _ in values[0].assumptions)
        text = values[0].text if sure else None
        address = _address(text, kind)
        if address is not None:
            base = _base(address)
            if base in self._by_address:
                return ()
            return (_key(address),) if base == address else (_key(address), _key(base + "[]"))
        return (_key("name " + text.value),) if text is not None and text.known and text.value else ()

    def missing(self) -> Iterator[MissingModel]:
        """The models that variants refer to and this file does not define."""
        for config in self.resources:
            for key in VARIANTS if config.type == ENDPOINT_CONFIGURATION else ():
                for steps, body, scope in self.blocks(config.body, key, config.scope):
                    scalar = scalar_of(body.get("model_name"))
                    for value in self.texts(scalar, scope):
                        base = _base(_address(value.text, MODEL) or "")
                        if scalar is not None and base and base not in self._by_address:
                            message = f"variant refers to {base}, but the module has no such resource"
                            place, path = TextRange(scalar_text(scalar, editable=False)), pointer(*config.path, *steps, "model_name")
                            yield MissingModel(base, Problem(ProblemKind.DANGLING_REFERENCE, place, message, path, config.address))


def missing_models(document: Document, environment: ReadContext) -> tuple[MissingModel, ...]:
    """The models that a file's variants refer to and that other files of its folder must define, `.tf` files too."""
    root = mapping_of(document.root)
    return tuple(TerraformConfiguration(root, environment).missing()) if root is not None else ()


def defined_resources(document: Document) -> frozenset[str]:
    """The addresses of the SageMaker resources that a file defines, without index."""
    root = mapping_of(document.root)
    found = labelled(root.get("resource"), 2) if root is not None else iter(())
    return frozenset(f"{kind}.{name}" for (kind, name), _, _, _ in found if kind.startswith(PREFIX))


def _key(name: str) -> str:
    """The key of a link between files of one folder: it means nothing in another folder."""
    return f"terraform {name}"


def _number(value: str) -> int | None:
    """A small whole number."""
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 5 else None


def _address(text: Text | None, kind: str) -> str | None:
    """The address in a text that is nothing but the name of a resource of this type."""
    if text is None or len(text.pieces) != 1 or text.pieces[0].text is not None:
        return None
    name = text.pieces[0].name
    if not name.startswith(kind + "."):
        return None
    return next((name.removesuffix(attribute) for attribute in _NAME_ATTRIBUTES if name.endswith(attribute)), None)


def _base(address: str) -> str:
    """An address without index."""
    return address.partition("[")[0]


def _comparable(text: Text | None) -> str | None:
    """A name that reads the same wherever it stands, unknown parts by what they are called; None when not even that can be told."""
    if text is None or not any(piece.text for piece in text.pieces) or any(piece.text is None and "..." in piece.name for piece in text.pieces):
        return None
    return text.shown()


def _unexpanded(resource: TerraformResource, address: str) -> bool:
    """Whether an address is of an instance of a resource whose instances cannot be told."""
    indexed = address.startswith(resource.address + "[") and address.endswith("]")
    return indexed and any(each.name in ("each", "count") and each.key is None for each in resource.scope)

"""A Terraform module under construction, for `doubt_terraform.py`: its variables, locals and conditions, and the values that use them."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st

from tests.manifests.doubt import (
    PARTITIONS,
    REGISTRIES,
    Cells,
    Deployment,
    Doubt,
    Environment,
    Expression,
    Fixed,
    Joined,
    OfParameter,
    Parameter,
    Picked,
    Pseudo,
    Switch,
    Value,
    Written,
)  # fmt: skip
from tests.manifests.shapes import ARN
from tests.manifests.spelling import Tree

SETTINGS = {"stage": ("dev", "prod", "test"), "use_arm": ("true", "false"), "tier": ("small", "large")}
"""The variables that switch, and their values. `use_arm` is a bool."""

REGION, PARTITION = "data.aws_region.current.name", "data.aws_partition.current.partition"
PSEUDO = {"Region": REGION, "URLSuffix": "data.aws_partition.current.dns_suffix"}
Tokens = tuple[str, ...]
"""An expression in pieces, of which some are cells."""

_REGIONS: tuple[tuple[str, ...], ...] = ((), ("us-west-2",), ("us-west-2",), ("cn-north-1",), ("us-west-2", "cn-north-1"), ("us-west-2", "eu-west-1"))


class Module:
    """A module under construction: its variables and locals, and the switches and values that its resources may use."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.cells = Cells(draw)
        self.regions: tuple[str, ...] = draw(st.sampled_from(_REGIONS))
        self.variables: dict[str, Tree] = {}
        self.locals: dict[str, Tree] = {}
        self.models: dict[str, Tree] = {}
        self.configs: dict[str, Tree] = {}
        self.calls: dict[str, Tree] = {}
        self.applied: dict[str, Tree] = {}
        self.automatic: dict[str, Tree] = {}
        self.overriding: dict[str, Tree] = {}
        self.listed: dict[str, Tree] = {}
        self.parameters: list[Parameter] = []
        self.switches: list[Switch] = []
        for _ in range(draw(st.integers(0, 2))):
            self.switches.append(self._switch())

    def files(self) -> dict[str, Tree]:
        """The files of the module: `main`, perhaps `endpoint`, and those with values of variables."""
        data: Tree = {"aws_region": {"current": {}}, "aws_partition": {"current": {}}}
        main: dict[str, Tree] = {"data": data, "variable": self.variables, "locals": self.locals, "module": self.calls}
        models: dict[str, Tree] = {"aws_sagemaker_model": self.models} if self.models else {}
        configs: dict[str, Tree] = {"aws_sagemaker_endpoint_configuration": self.configs} if self.configs else {}
        if len(self.regions) == 1 and self.draw(st.booleans()):
            main["provider"] = {"aws": {"region": self.regions[0]}}
        files: dict[str, Tree] = {}
        if configs and self.draw(st.integers(0, 3)) == 3:
            files["endpoint.tf.json"], configs = {"resource": configs}, {}
        main["resource"] = models | configs
        files["main.tf.json"] = {name: section for name, section in main.items() if section}
        if self.applied:
            files["terraform.tfvars.json"] = self.applied
        if self.automatic:
            files["more.auto.tfvars.json"] = self.automatic
        if self.overriding:
            files["override.tf.json"] = {"resource": {"aws_sagemaker_endpoint_configuration": self.overriding}}
        if self.listed:
            files["prod.tfvars.json"] = self.listed
        return files

    def written(self, deployments: list[Deployment], called: dict[str, Tree] | None = None) -> Written:
        files = self.files() | ({"called/main.tf.json": called} if called is not None else {})
        return Written(Doubt(tuple(self.parameters), self.regions, tuple(deployments)), files)

    # Switches

    def _switch(self) -> Switch:
        return self.draw(st.sampled_from((self._setting, self._setting, self._region, self._by_type, self._combined)))()

    def _setting(self) -> Switch:
        """A variable such as `stage`, as the key of a map or in a condition."""
        base = self.draw(st.sampled_from(sorted(SETTINGS)))
        values = SETTINGS[base]
        as_key = base != "use_arm" and self.draw(st.booleans())
        name = free(self.variables, base)
        default = self.draw(st.sampled_from((*values, None)))
        listed = self.draw(st.booleans())
        variable: dict[str, Tree] = {"type": "string"}
        if base == "use_arm":
            variable["type"] = "bool"
        if default is not None:
            variable["default"] = default if base != "use_arm" else default == "true"
        if listed and base != "use_arm":
            variable["validation"] = validation(name, values)
        self.variables[name] = variable
        self.parameters.append(Parameter(name, default, values, base == "use_arm" or listed or as_key))
        if as_key:
            return Switch(values, lambda environment: environment.values[name], f"var.{name}", True)
        true = self.draw(st.sampled_from(values))
        of_bool = f"var.{name}" if true == "true" else f"!var.{name}"
        return self.condition(of_bool if base == "use_arm" else self._is(f"var.{name}", true), lambda environment: environment.values[name] == true)

    def _is(self, reference: str, value: str) -> str:
        """A condition that a reference has a value, in one of several spellings."""
        forms = (
            f'{reference} == "{value}"', f'"{value}" == {reference}', f'!({reference} != "{value}")', f'contains(["{value}", "none"], {reference})',
            f'"${{{reference}}}-x" == "{value}-x"', f'join("/", [{reference}, "x"]) == "{value}/x"', f'split("|", "${{{reference}}}|x")[0] == "{value}"',
            f'format("%s-x", {reference}) == "{value}-x"', f'lookup({{ {value.replace("-", "_")} = "yes" }}, replace({reference}, "-", "_"), "no") == "yes"',
        )  # fmt: skip
        return self.draw(st.sampled_from(forms))

    def condition(self, written: str, of: Callable[[Environment], bool]) -> Switch:
        """A condition, in place or in a local."""
        if self.draw(st.booleans()):
            name = free(self.locals, "is")
            self.locals[name] = f"${{{written}}}"
            written = f"local.{name}"
        return Switch(("true", "false"), lambda environment: "true" if of(environment) else "false", written)

    def _region(self) -> Switch:
        """The Region or its partition, as the key of a map or in a condition."""
        kind = self.draw(st.integers(0, 3))
        if kind == 0:
            return Switch(tuple(REGISTRIES), lambda environment: environment.region, REGION, True)
        if kind == 1:
            return Switch(("aws", "aws-cn", "aws-us-gov"), lambda environment: PARTITIONS[environment.region], PARTITION, True)
        if kind == 2:
            china = (f'startswith({REGION}, "cn-")', f'{PARTITION} == "aws-cn"', f'split("-", {REGION})[0] == "cn"', f'substr({REGION}, 0, 3) == "cn-"')
            return self.condition(self.draw(st.sampled_from(china)), lambda environment: environment.region == "cn-north-1")
        name = self.draw(st.sampled_from(sorted(REGISTRIES)))
        return self.condition(self._is(REGION, name), lambda environment: environment.region == name)

    def _by_type(self) -> Switch:
        """The family of the instance type that is a variable: `ml.c7g.xlarge` has `c7g`."""
        parameter = self.type_variable()
        if parameter.closed and len({str(value).split(".")[1] for value in parameter.values}) == 1:
            return self._setting()
        family = self.draw(st.sampled_from(sorted({str(value) for value in parameter.values}))).split(".")[1]
        forms = (f'split(".", var.{parameter.name})[1] == "{family}"', f'startswith(var.{parameter.name}, "ml.{family}.")', f'contains(split(".", var.{parameter.name}), "{family}")')
        return self.condition(self.draw(st.sampled_from(forms)), lambda environment: environment.values[parameter.name].split(".")[1:2] == [family])

    def _combined(self) -> Switch:
        """Two conditions joined."""
        named = [switch for switch in self.switches if not switch.is_key]
        second = self._setting()
        if not named or second.is_key:
            return second
        first = self.draw(st.sampled_from(named))
        if self.draw(st.booleans()):
            return self.condition(f"({first.written}) && ({second.written})", lambda environment: first.of(environment) == second.of(environment) == "true")
        return self.condition(f"({first.written}) || ({second.written})", lambda environment: "true" in (first.of(environment), second.of(environment)))

    # Values

    def type_variable(self) -> Parameter:
        return self._variable("size", self.cells.instance_type)

    def _variable(self, base: str, drawn: Callable[[], str]) -> Parameter:
        """A variable for an image or an instance type, with other values in a validation or in a file."""
        old = [parameter for parameter in self.parameters if parameter.name.startswith(base)]
        if old and self.draw(st.booleans()):
            return self.draw(st.sampled_from(old))
        name = free(self.variables, base)
        listed = [drawn() for _ in range(self.draw(st.sampled_from((0, 0, 1, 2))))]
        allowed = tuple(self.cells.cell(text) for text in dict.fromkeys(listed))
        default = self.cells.cell(self.draw(st.sampled_from(listed)) if listed else drawn())
        variable: dict[str, Tree] = {"type": "string", "default": default}
        if allowed:
            variable["validation"] = validation(name, allowed)
        self.variables[name] = variable
        values = allowed or (default,)
        kind = self.draw(st.integers(0, 5))
        if kind == 4 and not allowed:
            default = self.applied[name] = self.cells.cell(drawn())
            if self.draw(st.booleans()):  # a later file wins
                default = self.automatic[name] = self.cells.cell(drawn())
            values = (default,)
        elif kind == 5 and not allowed:
            self.listed[name] = other = self.cells.cell(drawn())
            values = (default, other)
        # Terraform always loads `terraform.tfvars.json`, so its value is the only one.
        self.parameters.append(Parameter(name, default, values, bool(allowed) or name in self.applied))
        return self.parameters[-1]

    def instance_type(self) -> Value:
        """Draw the value of an instance type."""
        kind = self.draw(st.integers(0, 9))
        if kind < 4 or (kind >= 7 and not self.switches):
            return Fixed(self.cells.cell(self.cells.instance_type()))
        return OfParameter(self.type_variable().name) if kind < 7 else self._picked(self.cells.instance_type, self.instance_type)

    def image(self) -> Value:
        """Draw the value of an image."""
        kind = self.draw(st.integers(0, 9))
        if kind < 3 or (kind > 3 and not self.switches):
            return Fixed(self.cells.cell(self.literal_image() if kind else self._image_of_the_region()))
        if kind == 3:
            return OfParameter(self._variable("image", self.literal_image).name)
        if kind == 4:
            switch = self.draw(st.sampled_from(self.switches))
            path = Picked(switch, {outcome: Fixed(self.cells.cell(f"/{self.cells.path()}")) for outcome in switch.outcomes})
            account = Fixed(self.cells.cell(REGISTRIES[(self.regions or ("us-west-2",))[0]][0]))
            return Joined((account, Pseudo(".dkr.ecr."), Pseudo("Region"), Pseudo("."), Pseudo("URLSuffix"), path))
        return self._picked(self.literal_image, self.image)

    def _picked(self, text: Callable[[], str], nested: Callable[[], Value]) -> Value:
        switch = self.draw(st.sampled_from(self.switches))
        deep = not switch.is_key and self.draw(st.integers(0, 3)) == 3
        return Picked(switch, {outcome: nested() if deep else Fixed(self.cells.cell(text())) for outcome in switch.outcomes})

    def literal_image(self) -> str:
        here = self.regions or ("us-west-2",)
        region = self.draw(st.sampled_from((*here, *here, *here, *here, "eu-west-1")))
        account, domain = REGISTRIES[region]
        return f"{account}.dkr.ecr.{region}.{domain}/{self.cells.path()}"

    def _image_of_the_region(self) -> str:
        account, domain = REGISTRIES[(self.regions or ("us-west-2",))[0]]
        suffix = self.draw(st.sampled_from((domain, f"${{{PSEUDO['URLSuffix']}}}")))
        return f"{account}.dkr.ecr.${{{REGION}}}.{suffix}/{self.cells.path()}"

    def text(self, value: Value) -> Tree:
        """Write a value as a JSON string."""
        if isinstance(value, Fixed) and self.draw(st.booleans()):
            return value.cell
        if isinstance(value, Joined):
            tokens: list[str] = []
            for part in value.parts:
                if isinstance(part, Pseudo):
                    tokens.append(f"${{{PSEUDO[part]}}}" if part in PSEUDO else part)
                else:
                    tokens += ("${", *self.tokens(part), "}") if not isinstance(part, Fixed) else (part.cell,)
            return Expression(tuple(tokens))
        return Expression(("${", *self.tokens(value), "}"))

    def tokens(self, value: Value) -> Tokens:
        """Write a value as an expression."""
        match value:
            case Fixed(cell) if self.draw(st.booleans()):
                name = free(self.locals, "value")
                self.locals[name] = cell
                return (f"local.{name}",)
            case Fixed(cell):
                return ('"', cell, '"')
            case OfParameter(name):
                forms = (f"var.{name}", f"var.{name}", f"coalesce(var.{name})", f"trimspace(var.{name})", f"lower(var.{name})", f'join("", [var.{name}])', f"one([var.{name}])")
                return (self.draw(st.sampled_from(forms)),)
            case Picked(switch, arms) if not switch.is_key:
                return (f"{switch.written} ? ", *self._nested(arms["true"]), " : ", *self._nested(arms["false"]))
            case Picked(switch, arms):
                name = free(self.locals, "table")
                self.locals[name] = {outcome: arm.cell for outcome, arm in arms.items()}  # type: ignore[union-attr]
                forms = (f"local.{name}[{switch.written}]", f'lookup(local.{name}, {switch.written}, "none")', f'try(local.{name}[{switch.written}], "none")')
                return (self.draw(st.sampled_from(forms)),)
        raise TypeError(value)

    def _nested(self, value: Value) -> Tokens:
        if isinstance(value, Joined):
            text = self.text(value)
            return ('"', *text.tokens, '"')  # type: ignore[union-attr]
        return ("(", *self.tokens(value), ")") if isinstance(value, Picked) else self.tokens(value)

    # Resources

    def model(self, image: Tree, count: Tree = None) -> str:
        name = free(self.models, "model")
        self.models[name] = {"execution_role_arn": ARN, "primary_container": {"image": image}, **({"count": count} if count else {})}
        return f"aws_sagemaker_model.{name}{'[0]' if count else ''}.name"

    def config(self, model: str, instance_type: Tree, count: Tree = None) -> None:
        self.configs[free(self.configs, "config")] = {"production_variants": variant(f"${{{model}}}", instance_type), **({"count": count} if count else {})}

    def maybe_count(self) -> tuple[Tree, Callable[[Environment], bool]]:
        """The `count` of a resource, and whether it exists; often it does everywhere."""
        named = [switch for switch in self.switches if not switch.is_key]
        if not named or self.draw(st.integers(0, 2)) < 2:
            return None, lambda environment: True
        switch = self.draw(st.sampled_from(named))
        return f"${{{switch.written} ? 1 : 0}}", lambda environment: switch.of(environment) == "true"


def free(taken: dict[str, Tree], base: str) -> str:
    """Return a name that is not taken."""
    return next(name for name in (base, *(f"{base}_{number}" for number in range(2, 30))) if name not in taken)


def validation(name: str, values: tuple[str, ...]) -> Tree:
    tokens: list[str] = []
    for value in values:
        tokens += (", " if tokens else "", '"', value, '"')
    return {"condition": Expression(("${contains([", *tokens, f"], var.{name})}}")), "error_message": "Not supported."}


def variant(model: str, instance_type: Tree) -> Tree:
    return {"variant_name": "all", "model_name": model, "instance_type": instance_type, "initial_instance_count": 1}

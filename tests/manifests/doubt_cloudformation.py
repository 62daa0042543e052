"""CloudFormation templates written from a table of environments (`doubt.py`): conditions, maps, parameters, nested and second templates."""

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

ROLE: dict[str, Tree] = {"ExecutionRoleArn": ARN}
SETTINGS = {"Stage": ("dev", "prod", "test"), "UseArm": ("true", "false"), "Tier": ("small", "large")}
"""The parameters that switch, and their values."""


@st.composite
def templates(draw: st.DrawFn) -> Written:
    """One template, or a parent with nested templates, or two templates of which one imports from the other."""
    layout = draw(st.sampled_from((_one_model, _many_models, _branches, _one_model, _many_models, _branches, _by_region, _nested, _deep, _imported)))
    return layout(_Template(draw))


class _Template:
    """A template under construction: its sections, and the switches and values that its resources may use."""

    def __init__(self, draw: st.DrawFn, shared: _Template | None = None, prefix: str = "") -> None:
        self.draw = draw
        self.cells = shared.cells if shared is not None else Cells(draw)
        self.regions: tuple[str, ...] = shared.regions if shared is not None else draw(st.sampled_from(_REGIONS))
        self.prefix = prefix
        self.sections: dict[str, dict[str, Tree]] = {"Parameters": {}, "Mappings": {}, "Conditions": {}, "Resources": {}, "Outputs": {}}
        self.parameters: list[Parameter] = []
        self.switches: list[Switch] = []
        for _ in range(draw(st.integers(0, 2))):
            self.switches.append(self._switch())

    def tree(self) -> dict[str, Tree]:
        """The tree of the template."""
        sections = {name: section for name, section in self.sections.items() if section}
        return {"AWSTemplateFormatVersion": "2010-09-09", **sections}

    def doubt(self, deployments: list[Deployment], *others: _Template) -> Doubt:
        """The table of the deployments of this template and others."""
        parameters = [parameter for template in (self, *others) for parameter in template.parameters]
        return Doubt(tuple(parameters), self.regions, tuple(deployments))

    def name(self, section: str, base: str) -> str:
        """Return a name that is free in a section."""
        names = [f"{self.prefix}{base}", *(f"{self.prefix}{base}{number}" for number in range(2, 20))]
        return next(name for name in names if name not in self.sections[section])

    # Switches

    def _switch(self) -> Switch:
        kinds = [self._setting, self._setting, self._region, self._by_type]
        if self.switches:
            kinds.append(self._combined)
        return self.draw(st.sampled_from(kinds))()

    def parameter(self, base: str, values: tuple[str, ...], *, closed: bool = False) -> Parameter:
        """Add a parameter: with or without a default, with or without a list of allowed values."""
        name = self.name("Parameters", base)
        default = self.draw(st.sampled_from((None, *values)))
        allowed = self.draw(st.booleans())
        written: dict[str, Tree] = {"Type": "String"}
        if default is not None:
            written["Default"] = default
        if allowed:
            written["AllowedValues"] = list(values)
        self.sections["Parameters"][name] = written
        self.parameters.append(Parameter(name, default, values, closed or allowed))
        return self.parameters[-1]

    def _setting(self) -> Switch:
        """A parameter such as `Stage`, as the key of a map or in a condition."""
        base = self.draw(st.sampled_from(sorted(SETTINGS)))
        values = SETTINGS[base]
        as_key = self.draw(st.booleans())
        by_map = not as_key and self.draw(st.integers(0, 3)) == 3
        parameter = self.parameter(base, values, closed=as_key or by_map)
        name, reference = parameter.name, {"Ref": parameter.name}
        if as_key:
            return Switch(values, lambda environment: environment.values[name], reference, True)
        true = self.draw(st.lists(st.sampled_from(values), min_size=1, max_size=len(values) - 1, unique=True))
        if by_map:
            flags = self.name("Mappings", "Flags")
            self.sections["Mappings"][flags] = {value: {"On": "yes" if value in true else "no"} for value in values}
            condition = self.equals({"Fn::FindInMap": [flags, reference, "On"]}, "yes")
        else:
            condition = self.any_of([self._is(reference, f"${{{name}}}", value) for value in true])
        return self.condition(condition, lambda environment: environment.values[name] in true)

    def _is(self, reference: Tree, substituted: str, value: str) -> Tree:
        """A condition that a reference has a value, in one of several spellings."""
        forms: list[tuple[Tree, str]] = [
            (reference, value), (reference, value), (reference, value),
            ({"Fn::Sub": substituted}, value),
            ({"Fn::Sub": f"{substituted}-x"}, f"{value}-x"),
            ({"Fn::Join": ["", [reference, "/x"]]}, f"{value}/x"),
            ({"Fn::Select": [0, {"Fn::Split": ["|", {"Fn::Sub": f"{substituted}|x"}]}]}, value),
        ]  # fmt: skip
        return self.equals(*self.draw(st.sampled_from(forms)))

    def equals(self, left: Tree, right: Tree) -> Tree:
        """`Fn::Equals` in either order, perhaps in a double negation."""
        condition: Tree = {"Fn::Equals": [left, right] if self.draw(st.booleans()) else [right, left]}
        return {"Fn::Not": [{"Fn::Not": [condition]}]} if self.draw(st.integers(0, 5)) == 5 else condition

    def any_of(self, conditions: list[Tree]) -> Tree:
        return conditions[0] if len(conditions) == 1 else {"Fn::Or": conditions}

    def condition(self, written: Tree, of: Callable[[Environment], bool]) -> Switch:
        """Add a named condition, or its negation."""
        if self.draw(st.integers(0, 3)) == 3:
            written, positive = {"Fn::Not": [written]}, of
            of = lambda environment: not positive(environment)  # noqa: E731
        name = self.name("Conditions", "Is")
        self.sections["Conditions"][name] = written
        return Switch(("true", "false"), lambda environment: "true" if of(environment) else "false", name)

    def _region(self) -> Switch:
        """The Region or its partition, as the key of a map or in a condition."""
        region, partition = {"Ref": "AWS::Region"}, {"Ref": "AWS::Partition"}
        kind = self.draw(st.integers(0, 5))
        if kind == 0:
            return Switch(tuple(REGISTRIES), lambda environment: environment.region, region, True)
        if kind == 1:
            return Switch(("aws", "aws-cn", "aws-us-gov"), lambda environment: PARTITIONS[environment.region], partition, True)
        china: list[Tree] = [
            self.equals({"Fn::Select": [0, {"Fn::Split": ["-", region]}]}, "cn"),
            self.equals(partition, "aws-cn"),
            self.equals({"Ref": "AWS::URLSuffix"}, "amazonaws.com.cn"),
            self.any_of([self._is(region, "${AWS::Region}", name) for name in ("cn-north-1", "cn-northwest-1")]),
        ]
        if kind == 2:
            return self.condition(self.draw(st.sampled_from(china)), lambda environment: environment.region == "cn-north-1")
        if kind == 3:
            regions = self.name("Mappings", "Areas")
            self.sections["Mappings"][regions] = {name: {"Area": name.split("-")[0]} for name in REGISTRIES}
            chosen = self.draw(st.sampled_from(("us", "cn", "eu")))
            return self.condition(self.equals({"Fn::FindInMap": [regions, region, "Area"]}, chosen), lambda environment: environment.region.startswith(chosen))
        name = self.draw(st.sampled_from(sorted(REGISTRIES)))
        return self.condition(self._is(region, "${AWS::Region}", name), lambda environment: environment.region == name)

    def _by_type(self) -> Switch:
        """The family of the instance type that is a parameter: `ml.c7g.xlarge` has `c7g`."""
        parameter = self.type_parameter()
        family = self.draw(st.sampled_from(sorted({str(value) for value in parameter.values}))).split(".")[1]
        written = self.equals({"Fn::Select": [1, {"Fn::Split": [".", {"Ref": parameter.name}]}]}, family)
        return self.condition(written, lambda environment: environment.values[parameter.name].split(".")[1:2] == [family])

    def _combined(self) -> Switch:
        """Two conditions joined."""
        named = [switch for switch in self.switches if not switch.is_key]
        if not named:
            return self._setting()
        first, second = self.draw(st.sampled_from(named)), self._setting() if self.draw(st.booleans()) else self.draw(st.sampled_from(named))
        if second.is_key:
            second = first
        operands: list[Tree] = [{"Condition": first.written}, {"Condition": second.written}]
        if self.draw(st.booleans()):
            return self.condition({"Fn::And": operands}, lambda environment: first.of(environment) == second.of(environment) == "true")
        return self.condition({"Fn::Or": operands}, lambda environment: "true" in (first.of(environment), second.of(environment)))

    # Values

    def type_parameter(self) -> Parameter:
        """A parameter for the instance type: often the same for several deployments."""
        return self._value_parameter("Size", self.cells.instance_type)

    def image_parameter(self) -> Parameter:
        """A parameter for a whole image."""
        return self._value_parameter("Image", self._literal_image)

    def _value_parameter(self, base: str, drawn: Callable[[], str]) -> Parameter:
        old = [parameter for parameter in self.parameters if parameter.name.startswith(self.prefix + base)]
        if old and self.draw(st.booleans()):
            return self.draw(st.sampled_from(old))
        listed = [drawn() for _ in range(self.draw(st.sampled_from((0, 0, 1, 2, 3))))]
        first = listed[0] if listed else drawn()
        allowed = tuple(self.cells.cell(text) for text in dict.fromkeys(listed))
        default = self.cells.cell(self.draw(st.sampled_from(listed)) if listed else first)
        name = self.name("Parameters", base)
        self.sections["Parameters"][name] = {"Type": "String", "Default": default, **({"AllowedValues": list(allowed)} if allowed else {})}
        self.parameters.append(Parameter(name, default, allowed or (default,), bool(allowed)))
        return self.parameters[-1]

    def instance_type(self) -> Value:
        """Draw the value of an instance type."""
        kind = self.draw(st.integers(0, 9))
        if kind < 4 or (kind >= 7 and not self.switches):
            return Fixed(self.cells.cell(self.cells.instance_type()))
        if kind < 7:
            return OfParameter(self.type_parameter().name)
        return self._picked(lambda: Fixed(self.cells.cell(self.cells.instance_type())), self.instance_type)

    def image(self) -> Value:
        """Draw the value of an image."""
        kind = self.draw(st.integers(0, 9))
        if kind < 2:
            return Fixed(self.cells.cell(self._literal_image()))
        if kind == 2:
            return Fixed(self.cells.cell(self._image_of_the_stack()))
        if kind == 3:
            return OfParameter(self.image_parameter().name)
        if kind == 4 and self.switches:
            return self._joined()
        if self.switches:
            return self._picked(lambda: Fixed(self.cells.cell(self._literal_image())), self.image)
        return Fixed(self.cells.cell(self._literal_image()))

    def _picked(self, leaf: Callable[[], Value], nested: Callable[[], Value]) -> Value:
        switch = self.draw(st.sampled_from(self.switches))
        arm = leaf if switch.is_key or self.draw(st.integers(0, 3)) < 3 else nested
        return Picked(switch, {outcome: arm() for outcome in switch.outcomes})

    def _literal_image(self) -> str:
        here = self.regions or ("us-west-2",)
        region = self.draw(st.sampled_from((*here, *here, *here, *here, "eu-west-1")))
        account, domain = REGISTRIES[region]
        return f"{account}.dkr.ecr.{region}.{domain}/{self.cells.path()}"

    def _image_of_the_stack(self) -> str:
        account, domain = REGISTRIES[self.draw(st.sampled_from(self.regions or ("us-west-2",)))]
        suffix = self.draw(st.sampled_from((domain, "${AWS::URLSuffix}")))
        return f"{account}.dkr.ecr.${{AWS::Region}}.{suffix}/{self.cells.path()}"

    def _joined(self) -> Value:
        """An image of which a switch selects the account, the path, or both."""
        switch = self.draw(st.sampled_from(self.switches))
        outcomes = switch.outcomes
        fixed = lambda text: Fixed(self.cells.cell(text))  # noqa: E731
        if outcomes == tuple(REGISTRIES):
            account: Value = Picked(switch, {region: fixed(REGISTRIES[region][0]) for region in outcomes})
            path: Value = fixed(f"/{self.cells.path()}")
        else:
            account = fixed(REGISTRIES[(self.regions or ("us-west-2",))[0]][0])
            path = Picked(switch, {outcome: fixed(f"/{self.cells.path()}") for outcome in outcomes})
        return Joined((account, fixed(".dkr.ecr."), Pseudo("Region"), fixed("."), Pseudo("URLSuffix"), path))

    def written(self, value: Value) -> Tree:
        """Write a value."""
        match value:
            case Fixed(cell):
                return {"Fn::Sub": cell} if "${" in cell else cell
            case OfParameter(name):
                return {"Ref": name}
            case Picked(switch, arms) if not switch.is_key:
                return {"Fn::If": [switch.written, self.written(arms["true"]), self.written(arms["false"])]}
            case Picked(switch, arms):
                table = self.name("Mappings", "Table")
                self.sections["Mappings"][table] = {outcome: {"Value": self.written(arm)} for outcome, arm in arms.items()}
                return {"Fn::FindInMap": [table, switch.written, "Value"]}
            case Joined(parts):
                return {"Fn::Join": ["", [{"Ref": f"AWS::{part}"} if isinstance(part, Pseudo) else self.written(part) for part in parts]]}

    # Resources

    def add(self, kind: str, base: str, properties: Tree, switch: Switch | None = None) -> str:
        """Add a resource, perhaps with a condition, and return its logical ID."""
        name = self.name("Resources", base)
        resource: dict[str, Tree] = {"Type": f"AWS::{kind}", "Properties": properties}
        if switch is not None:
            resource["Condition"] = switch.written
        self.sections["Resources"][name] = resource
        return name

    def model(self, image: Tree, switch: Switch | None = None) -> str:
        return self.add("SageMaker::Model", "Model", {**ROLE, "PrimaryContainer": {"Image": image}}, switch)

    def config(self, model: Tree, instance_type: Tree, switch: Switch | None = None) -> str:
        return self.add("SageMaker::EndpointConfig", "Config", {"ProductionVariants": [variant(model, instance_type)]}, switch)

    def maybe_condition(self) -> Switch | None:
        """A switch for the `Condition` of a resource, or None, more often."""
        named = [switch for switch in self.switches if not switch.is_key]
        return self.draw(st.sampled_from(named)) if named and self.draw(st.integers(0, 2)) == 2 else None


_REGIONS: tuple[tuple[str, ...], ...] = (
    (), (), ("us-west-2",), ("us-west-2",), ("cn-north-1",), ("us-west-2", "cn-north-1"), ("us-west-2", "eu-west-1"), ("us-gov-west-1", "us-west-2"),
)  # fmt: skip


def variant(model: Tree, instance_type: Tree) -> Tree:
    """A production variant."""
    return {"VariantName": "all", "ModelName": model, "InstanceType": instance_type, "InitialInstanceCount": 1, "InitialVariantWeight": 1}


def model_name(model: str) -> Tree:
    return {"Fn::GetAtt": [model, "ModelName"]}


def on(switch: Switch | None, outcome: str = "true") -> Callable[[Environment], bool]:
    """Return the function that says whether a resource with this condition exists."""
    return lambda environment: switch is None or switch.of(environment) == outcome


def _one_model(template: _Template) -> Written:
    """A model on several endpoints."""
    image = template.image()
    model = template.model(template.written(image))
    deployments = [Deployment(image, None)]
    for _ in range(template.draw(st.integers(1, 3))):
        instance_type, switch = template.instance_type(), template.maybe_condition()
        template.config(model_name(model), template.written(instance_type), switch)
        deployments.append(Deployment(image, instance_type, on(switch)))
    return Written(template.doubt(deployments), {"deploy": template.tree()})


def _many_models(template: _Template) -> Written:
    """Several models, each on its endpoint, which may share parameters."""
    deployments = []
    for _ in range(template.draw(st.integers(2, 3))):
        image, instance_type, switch = template.image(), template.instance_type(), template.maybe_condition()
        model = template.model(template.written(image), switch)
        template.config(model_name(model), template.written(instance_type), switch)
        deployments.append(Deployment(image, instance_type, on(switch)))
    return Written(template.doubt(deployments), {"deploy": template.tree()})


def _branches(template: _Template) -> Written:
    """`Fn::If` around a container, a variant, or the name of a model."""
    draw = template.draw
    named = [switch for switch in template.switches if not switch.is_key]
    if not named:
        return _one_model(template)
    switch = draw(st.sampled_from(named))

    def either(first: Tree, second: Tree) -> Tree:
        return {"Fn::If": [switch.written, first, second]}

    first, second, size = template.image(), template.image(), template.instance_type()
    kind = draw(st.integers(0, 3))
    alone = [Deployment(first, None), Deployment(second, None)] if kind else []
    if kind == 0:
        container = either({"Image": template.written(first)}, {"Image": template.written(second)})
        model = template.add("SageMaker::Model", "Model", {**ROLE, "PrimaryContainer": container})
        template.config(model_name(model), template.written(size))
    elif kind == 1:
        models = [template.model(template.written(image)) for image in (first, second)]
        template.config(either(model_name(models[0]), model_name(models[1])), template.written(size))
    else:
        models = [template.model(template.written(first)), template.model(template.written(second))]
        other = template.instance_type()
        variants = variant(model_name(models[0]), template.written(size)), variant(model_name(models[1]), template.written(other))
        listed: Tree = [either(*variants)] if kind == 2 else either([variants[0]], [variants[1]])
        template.add("SageMaker::EndpointConfig", "Config", {"ProductionVariants": listed})
        deployments = [*alone, Deployment(first, size, on(switch)), Deployment(second, other, on(switch, "false"))]
        return Written(template.doubt(deployments), {"deploy": template.tree()})
    return Written(template.doubt([*alone, Deployment(first, size, on(switch)), Deployment(second, size, on(switch, "false"))]), {"deploy": template.tree()})


def _by_region(template: _Template) -> Written:
    """A model whose image, or whose instance type, is the row of a map by Region."""
    by_region = Switch(tuple(REGISTRIES), lambda environment: environment.region, {"Ref": "AWS::Region"}, True)
    image, instance_type = template.image(), template.instance_type()
    if template.draw(st.booleans()):
        image = Picked(by_region, {region: Fixed(template.cells.cell(template._literal_image())) for region in by_region.outcomes})
    else:
        instance_type = Picked(by_region, {region: Fixed(template.cells.cell(template.cells.instance_type())) for region in by_region.outcomes})
    model = template.model(template.written(image))
    template.config(model_name(model), template.written(instance_type))
    return Written(template.doubt([Deployment(image, None), Deployment(image, instance_type)]), {"deploy": template.tree()})


def _nested(template: _Template) -> Written:
    """A template that deploys another one several times, with arguments."""
    draw, cells = template.draw, template.cells
    literal = draw(st.booleans())
    defaults = {"Size": Fixed(cells.cell(cells.instance_type()))} | ({} if literal else {"Image": Fixed(cells.cell(template._literal_image()))})
    optional = draw(st.booleans())
    parameters: Tree = {name: {"Type": "String", **({"Default": default.cell} if optional else {})} for name, default in defaults.items()}
    image = Fixed(cells.cell(template._literal_image()))
    child = _child_template(parameters, image.cell if literal else {"Ref": "Image"})
    deployments = []
    for _ in range(draw(st.integers(1, 3))):
        values: dict[str, Value] = {name: default for name, default in defaults.items() if optional and draw(st.booleans())}
        given = {name: template.image() if name == "Image" else template.instance_type() for name in defaults if name not in values}
        switch = template.maybe_condition()
        arguments: Tree = {name: template.written(value) for name, value in given.items()}
        template.add("CloudFormation::Stack", "Stack", {"TemplateURL": "./child.FORMAT", **({"Parameters": arguments} if given else {})}, switch)
        values |= given
        deployments.append(Deployment(image if literal else values["Image"], values["Size"], on(switch)))
    return Written(template.doubt(deployments), {"parent": template.tree(), "child": child})


def _deep(template: _Template) -> Written:
    """A template that nests another one, which nests a third: its own condition, and the arguments that it passes on, decide the instance type."""
    draw, cells = template.draw, template.cells
    own = draw(st.booleans())
    image = Fixed(cells.cell(template._literal_image()))
    child = _child_template({"Size": {"Type": "String"}} | ({} if own else {"Image": {"Type": "String"}}), image.cell if own else {"Ref": "Image"})
    arms = {outcome: Fixed(cells.cell(cells.instance_type())) for outcome in ("true", "false")}
    kind = draw(st.sampled_from(("argument", "condition", "arm")))
    size: Tree = {"Ref": "Size"}
    if kind != "argument":
        size = {"Fn::If": ["Is", arms["true"].cell, {"Ref": "Size"} if kind == "arm" else arms["false"].cell]}
    default = draw(st.sampled_from(("dev", "prod")))
    passed: Tree = {"Size": size} | ({} if own else {"Image": {"Ref": "Image"}})
    middle: Tree = {
        "Parameters": {"Size": {"Type": "String", "Default": "ml.m5.xlarge"}, "Stage": {"Type": "String", "Default": default}} | ({} if own else {"Image": {"Type": "String"}}),
        "Conditions": {"Is": template.equals({"Ref": "Stage"}, "prod")},
        "Resources": {"Child": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "./child.FORMAT", "Parameters": passed}}},
    }
    deployments = []
    for _ in range(draw(st.integers(1, 2))):
        switch, passed_size = template.maybe_condition(), template.instance_type()
        passed_image = image if own else template.image()
        arguments: Tree = {"Size": template.written(passed_size)} | ({} if own else {"Image": template.written(passed_image)})
        stage, arguments["Stage"] = draw(st.sampled_from((_stage_is(default), _stage_is("dev"), _stage_is("prod"), _stage_of(template))))
        if stage(None) == default and draw(st.booleans()):
            del arguments["Stage"]
        template.add("CloudFormation::Stack", "Stack", {"TemplateURL": "./middle.FORMAT", "Parameters": arguments}, switch)
        value: Value = passed_size
        if kind != "argument":
            is_prod = Switch(("true", "false"), lambda environment, stage=stage: "true" if stage(environment) == "prod" else "false", "Is")
            value = Picked(is_prod, arms | ({"false": passed_size} if kind == "arm" else {}))
        deployments.append(Deployment(passed_image, value, on(switch)))
    return Written(template.doubt(deployments), {"parent": template.tree(), "middle": middle, "child": child})


def _stage_is(value: str) -> tuple[Callable[[Environment | None], str], Tree]:
    return lambda environment: value, value


def _stage_of(template: _Template) -> tuple[Callable[[Environment | None], str], Tree]:
    """A stage that is a parameter of the parent."""
    parameter = template.parameter("MiddleStage", ("dev", "prod"))
    return lambda environment: environment.values[parameter.name] if environment is not None else "", {"Ref": parameter.name}


def _child_template(parameters: Tree, image: Tree) -> Tree:
    """A model on an endpoint whose instance type is a parameter."""
    model: Tree = {"Type": "AWS::SageMaker::Model", "Properties": {**ROLE, "PrimaryContainer": {"Image": image}}}
    config: Tree = {"Type": "AWS::SageMaker::EndpointConfig", "Properties": {"ProductionVariants": [variant(model_name("Model"), {"Ref": "Size"})]}}
    return {"AWSTemplateFormatVersion": "2010-09-09", "Parameters": parameters, "Resources": {"Model": model, "Config": config}}


def _imported(template: _Template) -> Written:
    """A template that exports the name of its model, and one that deploys the model on endpoints."""
    image = template.image()
    model = template.model(template.written(image))
    template.sections["Outputs"]["ModelName"] = {"Value": model_name(model), "Export": {"Name": "churn-model"}}
    other = _Template(template.draw, template, "B")
    deployments = [Deployment(image, None)]
    for user, count in ((template, template.draw(st.integers(0, 1))), (other, template.draw(st.integers(1, 2)))):
        for _ in range(count):
            instance_type, switch = user.instance_type(), user.maybe_condition()
            reference: Tree = model_name(model) if user is template else {"Fn::ImportValue": "churn-model"}
            user.config(reference, user.written(instance_type), switch)
            deployments.append(Deployment(image, instance_type, on(switch)))
    return Written(template.doubt(deployments, other), {"model": template.tree(), "endpoint": other.tree()})

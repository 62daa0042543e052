"""Deployments whose image and instance type depend on parameters, conditions and the Region, and an oracle that knows which of them work.

A `Doubt` is drawn as a table: the environments in which a text can be deployed, and the image and instance type of each deployment in each
environment. The template is written from the table, so the oracle evaluates no template: after a fix, it looks up the changed texts (`Cell`)
in the same table. Whether an image runs on an instance type is a table written by hand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import product
from typing import Any, NamedTuple, TypeAlias

from hypothesis import strategies as st

WORKS, IDLE, FAILS = 0, 1, 2
"""How an image runs on an instance type: as intended, with an idle device or without its own (a warning), or not at all (an error)."""

FITS = {
    ("x86", "x86"): WORKS, ("x86", "arm"): FAILS, ("x86", "gpu"): IDLE, ("x86", "neuron"): IDLE,
    ("arm", "x86"): FAILS, ("arm", "arm"): WORKS, ("arm", "gpu"): FAILS, ("arm", "neuron"): FAILS,
    ("gpu", "x86"): IDLE, ("gpu", "arm"): FAILS, ("gpu", "gpu"): WORKS, ("gpu", "neuron"): IDLE,
    ("gpu only", "x86"): FAILS, ("gpu only", "arm"): FAILS, ("gpu only", "gpu"): WORKS, ("gpu only", "neuron"): FAILS,
    ("neuron", "x86"): FAILS, ("neuron", "arm"): FAILS, ("neuron", "gpu"): FAILS, ("neuron", "neuron"): WORKS,
}  # fmt: skip

IMAGES = {
    "pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker": "x86",
    "pytorch-inference:2.6.0-cpu-py312": "x86",
    "tensorflow-inference:2.19.0-cpu-py312-ubuntu22.04-sagemaker": "x86",
    "pytorch-inference-arm64:2.6.0-cpu-py312-ubuntu22.04-sagemaker": "arm",
    "pytorch-inference-arm64:2.6.0-cpu-py312": "arm",
    "tensorflow-inference-arm64:2.19.0-cpu-py312-ubuntu22.04-sagemaker": "arm",
    "pytorch-inference:2.6.0-gpu-py312-cu124-ubuntu22.04-sagemaker": "gpu",
    "pytorch-inference:2.6.0-gpu-py312": "gpu",
    "tensorflow-inference:2.19.0-gpu-py312-cu122-ubuntu22.04-sagemaker": "gpu",
    "djl-inference:0.36.0-lmi18.0.0-cu128": "gpu only",
    "pytorch-inference-neuronx:2.6.0-neuronx-py310-sdk2.23.0-ubuntu22.04": "neuron",
}
"""Published images, from the release notes of aws/deep-learning-containers (2026-08-21). A fix may choose no other."""

FAMILIES = {"m5": "x86", "c6i": "x86", "c7g": "arm", "m6g": "arm", "g5": "gpu", "g4dn": "gpu", "inf2": "neuron"}
INSTANCE_TYPES = {f"ml.{family}.{size}": kind for family, kind in FAMILIES.items() for size in ("xlarge", "2xlarge") if (family, size) != ("inf2", "2xlarge")}

REGISTRIES = {
    "us-west-2": ("763104351884", "amazonaws.com"),
    "eu-west-1": ("763104351884", "amazonaws.com"),
    "us-gov-west-1": ("442386744353", "amazonaws.com"),
    "cn-north-1": ("727897471807", "amazonaws.com.cn"),
}
"""The account and the domain of AWS's images in the Regions that are drawn."""

PARTITIONS = {"us-west-2": "aws", "eu-west-1": "aws", "us-gov-west-1": "aws-us-gov", "cn-north-1": "aws-cn"}

OTHER = "another value"
"""The value of a parameter that the template does not mention."""

HARDWARE_RULES = {"image-architecture-mismatch", "image-processor-mismatch"}
REGISTRY_RULES = {"image-region-mismatch", "image-account-mismatch", "image-domain-mismatch"}


class Cell(str):
    """A text of a template that a fix may change; each has its own number and is written once."""

    __slots__ = ("number",)
    number: int

    def __new__(cls, text: str, number: int) -> Cell:
        cell = super().__new__(cls, text)
        cell.number = number
        return cell


class Expression(str):
    """An expression of a format in one string, made of tokens; some are cells."""

    __slots__ = ("tokens",)
    tokens: tuple[str, ...]

    def __new__(cls, tokens: tuple[str, ...]) -> Expression:
        expression = super().__new__(cls, "".join(tokens))
        expression.tokens = tokens
        return expression

    def cells_in(self, text: str) -> dict[int, str]:
        """Return the cells of the expression, after a fix made it this text."""
        pattern = "".join("(.*?)" if isinstance(token, Cell) else re.escape(token) for token in self.tokens)
        match = re.fullmatch(pattern, text, re.DOTALL)
        assert match is not None, f"more than a value changed: {self} is now {text}"
        return dict(zip((token.number for token in self.tokens if isinstance(token, Cell)), match.groups(), strict=True))


class Pseudo(str):
    """`Region` or `URLSuffix` of the deployment, or a fixed text, as a part of an image."""


class Parameter(NamedTuple):
    """A parameter: its default, and the values that the file lists or mentions. If `closed`, it has no other values."""

    name: str
    default: str | None
    values: tuple[str, ...]
    closed: bool = False

    @property
    def domain(self) -> tuple[str, ...]:
        """All values; the default is the first."""
        first = () if self.default is None else (self.default,)
        return (*first, *(value for value in self.values if value is not self.default), *(() if self.closed else (OTHER,)))


class Environment(NamedTuple):
    """Values that one deployment of the template gives to its parameters, and its Region."""

    region: str
    values: Mapping[str, str]


class Switch(NamedTuple):
    """A function of the environment, and how a template writes it: as a condition, or as the key of a map."""

    outcomes: tuple[str, ...]
    of: Callable[[Environment], str | None]
    written: Any
    is_key: bool = False


class Fixed(NamedTuple):
    """The same text everywhere."""

    cell: Cell


class OfParameter(NamedTuple):
    """The value of a parameter."""

    name: str


class Picked(NamedTuple):
    """One of several values, by a switch."""

    switch: Switch
    arms: Mapping[str, Value]


class Joined(NamedTuple):
    """Several values one after the other."""

    parts: tuple[Value | Pseudo, ...]


Value: TypeAlias = "Fixed | OfParameter | Picked | Joined"


class Deployment(NamedTuple):
    """An image on an instance type; `exists` says in which environments, if not in all. Without instance type, it is a model alone."""

    image: Value
    instance_type: Value | None
    exists: Callable[[Environment], bool] = lambda environment: True


class Row(NamedTuple):
    """What a deployment is in one environment: the cells that it uses, the kinds of image and instance type, and how they fit."""

    environment: Environment
    cells: frozenset[int]
    image: str
    instance_type: str
    hardware: int
    registry: int
    region: str


class Doubt(NamedTuple):
    """The table. `regions` are given to the run; without them, every Region is possible."""

    parameters: tuple[Parameter, ...]
    regions: tuple[str, ...]
    deployments: tuple[Deployment, ...]

    def environments(self) -> Iterator[Environment]:
        """Yield every environment."""
        names = [parameter.name for parameter in self.parameters]
        for region in self.regions or tuple(REGISTRIES):
            for values in product(*(parameter.domain for parameter in self.parameters)):
                yield Environment(region, dict(zip(names, values, strict=True)))

    def rows(self, texts: Mapping[int, str]) -> dict[tuple[int, int], Row]:
        """Return the row of each deployment in each environment, by their indices, where it exists; `texts` are the cells after a fix."""
        return {
            (index, number): _row(deployment, environment, texts)
            for number, environment in enumerate(self.environments())
            for index, deployment in enumerate(self.deployments)
            if deployment.exists(environment)
        }

    def justified(self) -> list[Row]:
        """Return the rows that smlint may report: those whose group of environments fails as a whole.

        A group is (a) the environment of all defaults, whatever the parameters without one are, or (b, c) all environments in which the
        deployment uses one text: an arm of a condition, the row of a map, a listed value. The level of a row is that of its group.
        """
        rows = self.rows({})
        found = []
        for region in self.regions or (None,):
            for index in range(len(self.deployments)):
                of_one = [row for (deployment, _), row in rows.items() if deployment == index and region in (None, row.environment.region)]
                groups = [[row for row in of_one if self._is_default(row.environment)]]
                groups += [[row for row in of_one if cell in row.cells] for cell in sorted({cell for row in of_one for cell in row.cells})]
                for group in groups:
                    if group:
                        levels = min(row.hardware for row in group), min(row.registry for row in group)
                        found += [row._replace(hardware=levels[0], registry=levels[1]) for row in group if any(levels)]
        return found

    def default_failures(self) -> list[Row]:
        """Return the rows of the environment of all defaults that fail; none if the Region or a parameter is unknown."""
        if not self.regions or any(parameter.default is None for parameter in self.parameters):
            return []
        return [row for row in self.rows({}).values() if row.hardware == FAILS and self._is_default(row.environment)]

    def _is_default(self, environment: Environment) -> bool:
        return all(environment.values[parameter.name] is parameter.default for parameter in self.parameters if parameter.default is not None)


def evaluate(value: Value, environment: Environment) -> tuple[str, ...] | None:
    """Return the cells and other texts of a value, or None if it is unknown."""
    match value:
        case Fixed(cell):
            return (cell,)
        case OfParameter(name):
            text = environment.values[name]
            return None if text is OTHER else (text,)
        case Picked(switch, arms):
            outcome = switch.of(environment)
            return None if outcome is None or outcome not in arms else evaluate(arms[outcome], environment)
        case Joined(parts):
            found: list[str] = []
            for part in parts:
                texts = (part,) if isinstance(part, Pseudo) else evaluate(part, environment)
                if texts is None:
                    return None
                found += texts
            return tuple(found)


def text_of(pieces: tuple[str, ...], environment: Environment, texts: Mapping[int, str]) -> str:
    """Return pieces as one text, with the Region and the domain of the environment."""
    named = {"Region": environment.region, "URLSuffix": REGISTRIES[environment.region][1]}
    joined = "".join(named.get(piece, piece) if isinstance(piece, Pseudo) else texts.get(piece.number, piece) if isinstance(piece, Cell) else piece for piece in pieces)
    return _PLACEHOLDER.sub(lambda match: named["Region" if match[1] in _REGION_NAMES else "URLSuffix"], joined)


_PLACEHOLDER = re.compile(r"\$\{(AWS::\w+|data\.\w+\.current\.\w+)\}")
_REGION_NAMES = {"AWS::Region", "data.aws_region.current.name"}


def _row(deployment: Deployment, environment: Environment, texts: Mapping[int, str]) -> Row:
    pieces = evaluate(deployment.image, environment)
    machine = evaluate(deployment.instance_type, environment) if deployment.instance_type is not None else None
    cells = frozenset(piece.number for piece in (*(pieces or ()), *(machine or ())) if isinstance(piece, Cell))
    image = text_of(pieces, environment, texts) if pieces is not None else ""
    instance_type = text_of(machine, environment, texts) if machine is not None else ""
    hardware = registry = WORKS
    if image:
        host, _, path = image.partition("/")
        account, _, _, region, domain = host.split(".", 4)
        registry = WORKS if (account, region, domain) == (REGISTRIES[environment.region][0], environment.region, REGISTRIES[environment.region][1]) else FAILS
        hardware = FITS[IMAGES[path], INSTANCE_TYPES[instance_type]] if instance_type else WORKS
    return Row(environment, cells, image, instance_type, hardware, registry, environment.region)


class Written(NamedTuple):
    """A table, and the trees of the files that are written from it, by file name; without a suffix, the name gets that of the style."""

    doubt: Doubt
    files: dict[str, Any]


class Cells:
    """Draws texts and numbers them."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw
        self.count = 0

    def cell(self, text: str) -> Cell:
        """Return a text as a cell of its own."""
        self.count += 1
        return Cell(text, self.count)

    def path(self) -> str:
        """Draw the repository and tag of an image, more often one for a CPU."""
        kind = self._draw(st.sampled_from(("x86", "arm", "x86", "arm", "gpu", "gpu only", "neuron")))
        return self._draw(st.sampled_from([path for path, is_for in IMAGES.items() if is_for == kind]))

    def instance_type(self) -> str:
        """Draw an instance type, more often one with a CPU alone."""
        kind = self._draw(st.sampled_from(("x86", "arm", "x86", "arm", "gpu", "neuron")))
        return self._draw(st.sampled_from([name for name, is_for in INSTANCE_TYPES.items() if is_for == kind]))

"""The values that the readers make of files. They hold facts and behave as little as possible; what is found in them is in `smlint.findings`.

Everything here is immutable. A value that came from a file knows where it stood (`Span`), a string that was put together
from several places knows each of them (`Text`), and a value that may be missing or undecidable says which (`Fact`).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Generic, NoReturn, Protocol, TypeVar

from smlint.runtime.errors import SmlintError as SmlintError  # noqa: PLC0414  # for all who import it from here
from smlint.runtime.named_tuple import NamedTuple

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

HOLE_FIRST, HOLE_LAST = "\ue000", "\uf8ff"
HOLES = 6400
"""An unknown part of a text is one character of Unicode's private use area, so that offsets stay simple."""


def is_hole(character: str) -> bool:
    """Whether this one character stands for an unknown part of a text."""
    return HOLE_FIRST <= character <= HOLE_LAST


def has_hole(text: str) -> bool:
    """Whether any part of the text is unknown."""
    return not text.isascii() and any(is_hole(c) for c in text)


class Span(NamedTuple):
    """A half-open range of character offsets into a source's decoded text (after a byte order mark)."""

    start: int
    end: int


class Position(NamedTuple):
    """A 1-based line and column; columns count Unicode characters."""

    line: int
    column: int


class SourceText(Protocol):
    """What a finding needs of the file it stands in (`smlint.files.source.Source`)."""

    @property
    def path(self) -> str: ...
    @property
    def text(self) -> str: ...
    def position(self, offset: int) -> Position: ...
    def line_text(self, line: int) -> str: ...


class Piece(NamedTuple):
    """One part of a `Text`.

    `text` is None for an unknown part, which `name` then names (`AWS::Region`). `span` is where the part stands in the
    file, None when it stands nowhere (a pseudo parameter's value). `style` tells how it is written there, and so how a
    replacement must be written; None means that it must not be edited.
    """

    text: str | None
    span: Span | None = None
    style: str | None = None
    name: str = ""

    @property
    def editable(self) -> bool:
        return self.style is not None and self.span is not None and self.text is not None


class Text(NamedTuple):
    """A string with provenance: pieces in order. Joined, an unknown piece is one private-use character.

    `anchor` is where the whole stands in the file (the scalar, or the function call), for pointing at it. `elsewhere` is the file, when
    it is another than the one that is judged: such a text explains a finding, and is never edited.
    """

    pieces: tuple[Piece, ...]
    anchor: Span
    elsewhere: SourceText | None = None

    @property
    def value(self) -> str:
        """The string, each unknown piece as one private-use character."""
        if len(self.pieces) == 1 and self.pieces[0].text is not None:
            return self.pieces[0].text
        return "".join(
            piece.text if piece.text is not None else chr(ord(HOLE_FIRST) + index % HOLES)
            for index, piece in enumerate(self.pieces)
        )

    @property
    def known(self) -> bool:
        return all(piece.text is not None for piece in self.pieces)

    def shown(self) -> str:
        """The string for a person: an unknown piece as `${name}`."""
        return "".join(p.text if p.text is not None else "${" + (p.name or "...") + "}" for p in self.pieces)


class Place(NamedTuple):
    """A text, or the part `[start:end)` of its value: what a finding points at."""

    text: Text
    start: int = 0
    end: int | None = None


class State(Enum):
    """KNOWN has a value; UNKNOWN has one that cannot be told from the file; ABSENT was not written at all."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    ABSENT = "absent"


class Fact(NamedTuple, Generic[T_co]):
    """A value that a deployment may or may not state, with the text it was read from.

    `origin` says who stated it: `manifest`, `map` (the key of a map that a template looks the value up in), `settings` (an option or
    the configuration), or `image` (told by the image URI only).
    """

    state: State
    held: T_co | None = None
    text: Text | None = None
    origin: str = "manifest"

    @property
    def known(self) -> bool:
        return self.state is State.KNOWN

    @property
    def absent(self) -> bool:
        return self.state is State.ABSENT

    @property
    def value(self) -> T_co:
        """The value; a `LookupError` unless the fact is known."""
        if self.state is not State.KNOWN or self.held is None:
            raise LookupError(f"fact is {self.state.value}")
        return self.held

    def get(self) -> T_co | None:
        """The value, or None unless the fact is known."""
        return self.held if self.state is State.KNOWN else None

    @property
    def place(self) -> Place | None:
        """Where the fact stands in the file, if it stands there."""
        return Place(self.text) if self.text is not None else None

    def part(self, name: str) -> Place | None:
        """The named part of an image URI (`region`, `tag`, ...); the whole when the value has no such part."""
        if self.text is None:
            return None
        if isinstance(self.held, Image) and name in self.held.parts:
            start, end = self.held.parts[name]
            return Place(self.text, start, end)
        return Place(self.text)


def known(value: T, text: Text | None = None, origin: str = "manifest") -> Fact[T]:
    """A fact with a value."""
    return Fact(State.KNOWN, value, text, origin)


def unknown(text: Text | None = None) -> Fact[NoReturn]:
    """A fact that is stated, but cannot be told from the file."""
    return Fact(State.UNKNOWN, None, text)


ABSENT: Fact[NoReturn] = Fact(State.ABSENT)


class InstanceType(NamedTuple):
    """What the name of an instance type means, by the family grammar.

    For `ml.c6g.xlarge`: family `c6g`, size `xlarge`, architecture `arm64`, processor `cpu`. `processor` is one of `cpu`,
    `gpu`, `inf1`, `inf2`, `trn1`, ... (Inferentia and Trainium by generation) and `hpu`. A malformed name (no `ml.`, or no family and
    generation) has `well_formed` False and empty strings.

    Of the nodes that a Kubernetes manifest asks for, `name` is that of EC2, without `ml.`. Where only their architecture is told, all
    but that is empty; where several containers share a node, `processor` is, since one of them may leave the device to another.
    """

    name: str
    family: str
    size: str
    architecture: str
    processor: str
    well_formed: bool


class Image(NamedTuple):
    """What a container image URI means. Any field may be None: not told by the URI, or not known to the catalogue.

    `uri` is as written (`format` gives it back); `parts` maps the name of a part (`account`, `region`, `domain`,
    `registry`, `repository`, `tag`, `digest`, and within the tag `version`, `python`, `processor`, `accelerator`, `os`,
    `platform`, `architecture`) to its half-open offsets in `uri`. A part that holds an unknown piece is None and has offsets all the same.

    `account`, `region` and `domain` are None unless the host is an ECR registry. `owner` is `aws` when the catalogue knows
    the account as one of SageMaker's own, `documentation` for the placeholder accounts of AWS's documents, `mirror` when the settings
    say that the registry holds copies of AWS's images (`repository` is then AWS's name of it, and `account` the mirror's), else None.
    `architecture` is `x86_64` or `arm64`; `processor` is `cpu`, `gpu`, `neuron`, `neuronx`, `hpu` or `eia`;
    `accelerator` the toolkit as in the tag (`cu124`); `platform` is `sagemaker` or `ec2`; `scope` is `inference`, `training`, `processing`, ...;
    None when the repository serves several. `scopes` lists all it serves. `known_repository` tells whether the catalogue lists the repository name,
    `known_tag` whether the tag is known to be published. `end_of_patch` is an ISO date. `problems` are short sentences.
    `libraries` are (name, version) pairs, such as `("transformers", "4.49.0")`.
    """

    uri: str
    registry: str = ""
    account: str | None = None
    region: str | None = None
    domain: str | None = None
    endpoint: str = "ecr"
    owner: str | None = None
    repository: str | None = None
    tag: str | None = None
    digest: str | None = None
    framework: str | None = None
    version: str | None = None
    libraries: tuple[tuple[str, str], ...] = ()
    python: str | None = None
    processor: str | None = None
    accelerator: str | None = None
    os: str | None = None
    platform: str | None = None
    architecture: str | None = None
    scope: str | None = None
    scopes: tuple[str, ...] = ()
    known_repository: bool = False
    known_tag: bool = False
    end_of_patch: str | None = None
    problems: tuple[str, ...] = ()
    parts: Mapping[str, tuple[int, int]] = MappingProxyType({})

    @property
    def is_ecr(self) -> bool:
        """Whether the host is an ECR registry, even where its account or Region is an unknown piece."""
        return "account" in self.parts

    @property
    def is_mirror(self) -> bool:
        """Whether this is AWS's repository name in an account that is not AWS's: there a tag is free text, and proves nothing.

        False for a mirror that the settings vouch for.
        """
        return self.known_repository and self.account is not None and self.owner not in ("aws", "mirror")


class Reason(Enum):
    """Why there is no image."""

    ARGUMENT = "argument"
    FRAMEWORK = "framework"
    VERSION = "version"
    BASE_FRAMEWORK = "base-framework"
    PYTHON = "python"
    SCOPE = "scope"
    PROCESSOR = "processor"
    GRAVITON_FRAMEWORK = "graviton-framework"
    GRAVITON_VERSION = "graviton-version"
    REGION = "region"
    INSTANCE_TYPE = "instance-type"
    UNKNOWN = "unknown"


class Expected(NamedTuple):
    """The image that a request should have, and a sentence that says why."""

    uri: str
    why: str


class Unresolved(NamedTuple):
    """There is no such image: the reason, a sentence that says what was asked, and at most three nearest alternatives.

    An alternative is what the user could write instead: a version, a Region, a framework name.
    """

    reason: Reason
    message: str
    alternatives: tuple[str, ...] = ()


class Kind(str, Enum):
    """What runs on the instance: decides which instance types exist for it."""

    ENDPOINT = "endpoint"
    TRAINING = "training"
    PROCESSING = "processing"
    TRANSFORM = "transform"
    NOTEBOOK = "notebook"
    CLUSTER = "cluster"

    def __str__(self) -> str:
        return self.value

    @property
    def noun(self) -> str:
        """In words: `endpoint`, `training job`."""
        return f"{self.value} job" if self.is_job else self.value

    @property
    def one(self) -> str:
        """With its article: `an endpoint`, `a training job`."""
        return f"{'an' if self is Kind.ENDPOINT else 'a'} {self.noun}"

    @property
    def is_job(self) -> bool:
        """Whether it ends by itself: a training, processing or transform job."""
        return self.value in ("training", "processing", "transform")


class Deployment(NamedTuple):
    """One image on one instance type in one Region, with what the manifest declares about it.

    `resource` is the name of the object that holds the image, `pointer` the JSON pointer of the image in its document (of the
    resource when it has no image). `platform` is `sagemaker`, or `kubernetes` where Kubernetes runs the container itself.
    `libraries` are the declared versions of libraries, by name. `alternatives` names a group of deployments of which one
    will be real, as a parameter's allowed values are: a finding counts only when all of the group have it. `fixable` is
    False for outputs, which are never edited.
    """

    format: str
    kind: Kind
    resource: str
    pointer: str
    image: Fact[Image] = ABSENT
    instance_type: Fact[InstanceType] = ABSENT
    region: Fact[str] = ABSENT
    framework: Fact[str] = ABSENT
    framework_version: Fact[str] = ABSENT
    py_version: Fact[str] = ABSENT
    image_scope: Fact[str] = ABSENT
    base_framework_version: Fact[str] = ABSENT
    accelerator_type: Fact[str] = ABSENT
    inference_ami_version: Fact[str] = ABSENT
    serverless: Fact[bool] = ABSENT
    libraries: tuple[tuple[str, Fact[str]], ...] = ()
    platform: str = "sagemaker"
    anchor: Text | None = None
    alternatives: str = ""
    fixable: bool = True

    @property
    def scope(self) -> str:
        """The image scope that this kind of deployment needs: as declared, else by its kind."""
        declared = self.image_scope.get()
        if declared is not None:
            return declared
        return {Kind.TRAINING: "training", Kind.PROCESSING: "processing"}.get(self.kind, "inference")

    @property
    def crosses_regions(self) -> bool:
        """Whether the image stands in another Region than the deployment, where that is a fault.

        It is one for SageMaker. Nodes of a Kubernetes cluster can pull across Regions, and a manifest's own Region need not be the
        cluster's: there only a Region that the user named for the run counts.
        """
        image, region = self.image.get(), self.region.get()
        if image is None or image.region is None or region is None or self.region.origin == "image":
            return False
        return image.region != region and (self.platform != "kubernetes" or self.region.origin == "settings")

    def texts(self) -> tuple[Text, ...]:
        """Every text of the file that this deployment rests on."""
        facts: tuple[Fact[object], ...] = (
            self.image, self.instance_type, self.region, self.framework, self.framework_version, self.py_version,
            self.image_scope, self.base_framework_version, self.accelerator_type, self.inference_ami_version,
            *(fact for _, fact in self.libraries),
        )  # fmt: skip
        return tuple(fact.text for fact in facts if fact.text is not None)


class ProblemKind(Enum):
    """What a reader may find wrong with a document itself."""

    SCHEMA = "schema"
    UNQUOTED_VERSION = "unquoted-version"
    DANGLING_REFERENCE = "dangling-reference"


class Problem(NamedTuple):
    """Something wrong with a document, seen by its reader. `replace` is the value that would repair it."""

    kind: ProblemKind
    place: Place
    message: str
    pointer: str = ""
    resource: str = ""
    replace: str | None = None


class Link(NamedTuple):
    """A deployment of which one half stands in another file: the model with the image, or the production variant that names it.

    `key` says who the other half is, and is the same on both sides: the format, the namespace or module, and the name. `beside` tells that
    it means something in one folder only, as names in a Terraform module do. `given` is what the half rests on, as (variable, value) pairs.
    """

    key: str
    deployment: Deployment
    beside: bool = False
    given: tuple[tuple[str, str], ...] = ()


class Nested(NamedTuple):
    """A template that another one deploys as a nested stack: its path from there, and the parameters it is given, as (name, value) pairs."""

    path: str
    parameters: tuple[tuple[str, str], ...]


class Reading(NamedTuple):
    """What a reader found in one document. `offers` are its models that other files may name, `wants` its variants whose model is not here.

    Their deployments are among `deployments` too. `nested` are the templates it deploys.
    """

    format: str
    deployments: tuple[Deployment, ...] = ()
    problems: tuple[Problem, ...] = ()
    offers: tuple[Link, ...] = ()
    wants: tuple[Link, ...] = ()
    nested: tuple[Nested, ...] = ()

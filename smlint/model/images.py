"""What image URIs and instance types mean, and which image a request resolves to."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from smlint.runtime.named_tuple import NamedTuple


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

    def __hash__(self) -> int:
        return hash(self.uri)  # `parts` is not hashable

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

"""Images, instance types, and answers of the resolver."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from smlint.runtime.named_tuple import NamedTuple


class InstanceType(NamedTuple):
    """An instance type, with the properties that follow from its name.

    For `ml.c6g.xlarge`, family is `c6g`, size `xlarge`, architecture `arm64`, processor `cpu`. `processor` is `cpu`, `gpu`, `inf1`, `inf2`,
    `trn1`, ... (Inferentia and Trainium by generation) or `hpu`. A malformed name (without `ml.`, or without a family and generation) has
    `well_formed` False and empty properties.

    For nodes in a Kubernetes manifest, `name` is the EC2 name, without `ml.`. If the manifest only selects an architecture, everything else is
    empty. If several containers share a node, `processor` is empty: one of them may leave the device to another.
    """

    name: str
    family: str
    size: str
    architecture: str
    processor: str
    well_formed: bool


GALLERY = "gallery"
"""The owner of an image in the public gallery of Amazon ECR that has the name and tag of one in AWS's private registries."""

CONTENTS = frozenset(("framework", "version", "python", "processor", "accelerator", "os", "platform", "architecture", "scopes"))
"""The fields of an image that describe what is in it, as far as its repository and tag say so."""


class Image(NamedTuple):
    """The meaning of a container image URI. A field is None if the URI does not state it or the catalog does not know it.

    `uri` is the URI as written. `parts` maps each part (`account`, `region`, `domain`, `registry`, `repository`, `tag`, `digest`, and within the
    tag `version`, `python`, `processor`, `accelerator`, `os`, `platform`, `architecture`) to its half-open offsets in `uri`. A part with a
    placeholder is None but has offsets.

    `account`, `region` and `domain` are None unless the host is an ECR registry. `owner` is `aws` if the account is one of SageMaker's in the
    catalog, `documentation` for the placeholder accounts of the AWS documentation, `mirror` for a configured mirror (`repository` is then AWS's
    name, `account` the mirror's), `gallery` for AWS's images in the public gallery of ECR, `marketplace` or `nvidia` for a registry of others
    that smlint knows, else None. `architecture` is `x86_64` or `arm64`, `processor` is `cpu`, `gpu`, `neuron`, `neuronx`, `hpu` or
    `eia`, `accelerator` is the toolkit as in the tag (`cu124`), `platform` is `sagemaker` or `ec2`. `scope` is `inference`, `training`,
    `processing`, ..., or None if the repository serves several; `scopes` lists all. `known_repository` is true if the catalog has the repository
    name, `known_tag` if the tag is known to be published. `end_of_patch` is an ISO date. `problems` are short phrases. `libraries` are
    (name, version) pairs, such as `("transformers", "4.49.0")`.
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
        """Whether the host is an ECR registry; its account or Region may be a placeholder."""
        return "account" in self.parts

    @property
    def is_in_ecr(self) -> bool:
        """Whether the host is an ECR registry, or the image is AWS's in the public gallery of ECR."""
        return self.is_ecr or self.owner == GALLERY

    @property
    def is_dual_stack(self) -> bool:
        """Whether the host is a dual-stack endpoint, such as `123456789012.dkr-ecr.us-east-1.on.aws`."""
        return self.endpoint.startswith("dual-stack")

    @property
    def is_mirror(self) -> bool:
        """Whether this is an AWS repository name in another account, where a tag is free text and proves nothing. False for a configured mirror."""
        return self.may_be_mirror and self.account is not None

    @property
    def may_be_mirror(self) -> bool:
        """Whether this is an AWS repository name in a registry that is not known to be AWS's: a mirror, or an unknown account or host.

        An unknown account (`${AWS::AccountId}`, a parameter without a default) is often that of the deployment, whose images are its own.
        """
        return self.known_repository and self.owner not in ("aws", "mirror", GALLERY)


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
    """The image for a request, with an explanation.

    `withdrawn` is true if the image may not exist: the only evidence for it is a document that AWS has removed, or AWS may not have copied it
    to the public gallery.
    """

    uri: str
    why: str
    withdrawn: bool = False


class Unresolved(NamedTuple):
    """No image fits a request: the reason, a message, and up to three nearest alternatives.

    An alternative is what the user could write instead: a version, a Region, a framework name.
    """

    reason: Reason
    message: str
    alternatives: tuple[str, ...] = ()

"""Data sources of the AWS provider that an image URI is made of: the Region, the partition, and SageMaker's prebuilt images.

`aws_sagemaker_prebuilt_ecr_image` answers the registry path of a repository in a Region; its tag is `1` unless given, and it knows a
fixed list of repositories. https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/sagemaker_prebuilt_ecr_image
(repository names as of provider 7.16, read 2026-11-22).
"""

from __future__ import annotations

from typing import Protocol

from smlint.images.catalog import Catalog
from smlint.model.source import Span
from smlint.model.text import Piece, Text
from smlint.readers.assumptions import MAX_VALUES, Assumptions, combine
from smlint.readers.terraform.possible_values import (
    PossibleValue,
    Scope,
    concatenate,
    literal,
    placeholder,
    read_only,
    under_assumptions,
    unknown_value,
)
from smlint.syntax import Mapping, Node

PREBUILT = "aws_sagemaker_prebuilt_ecr_image"
REGION_ATTRIBUTES = frozenset({"name", "id", "region"})
_ARGUMENTS = frozenset({"repository_name", "image_tag", "dns_suffix", "region"})
_DEFAULT_TAG = "1"


class Nodes(Protocol):
    """What a data source asks of the evaluator."""

    @property
    def catalog(self) -> Catalog: ...
    def node(self, node: Node, scope: Scope, depth: int) -> tuple[PossibleValue, ...]: ...
    def argument(self, body: Mapping, key: str, scope: Scope, depth: int) -> tuple[PossibleValue, ...]: ...
    def region_where(self, body: Mapping | None, scope: Scope) -> tuple[str | None, Assumptions]: ...
    def is_shared(self, name: str) -> bool: ...


class DataSource:
    """A reference to an attribute of a data source: `data.<kind>.<label>.<attribute>`; `body` is None when it is in another file."""

    def __init__(self, values: Nodes, kind: str, label: str, attribute: str, body: Mapping | None, scope: Scope, span: Span, depth: int) -> None:
        self.values = values
        self.kind = kind
        self.attribute = attribute
        self.body = body
        self.scope = scope
        self.span = span
        self.depth = depth
        self.address = f"data.{kind}.{label}"

    @property
    def name(self) -> str:
        return f"{self.address}.{self.attribute}"

    def options(self) -> tuple[PossibleValue, ...]:
        """The values of the attribute."""
        found: tuple[PossibleValue, ...] = ()
        if self.kind == "aws_region" and self.attribute in REGION_ATTRIBUTES:
            found = self._argument("name") or (self._piece(*self.values.region_where(self.body, self.scope), self.name),)
        elif self.kind == "aws_partition" and self.attribute in ("dns_suffix", "partition"):
            region, assumptions = self.values.region_where(self.body, self.scope)
            regions = self.values.catalog.regions
            told = (regions.domain_of(region) if self.attribute == "dns_suffix" else regions.partition_of(region)) if region is not None else None
            found = (self._piece(told, assumptions, self.name),)
        elif self.kind == PREBUILT and self.body is not None:
            found = self._prebuilt()
            found = read_only(found) if self.values.is_shared(self.address) else found
        return found or (unknown_value(self.name, self.span),)

    def _piece(self, text: str | None, assumptions: Assumptions, name: str) -> PossibleValue:
        return PossibleValue(Text((Piece(text, None, None, name),), self.span), assumptions)

    def _argument(self, key: str) -> tuple[PossibleValue, ...]:
        return self.values.argument(self.body, key, self.scope, self.depth) if self.body is not None else ()

    def _prebuilt(self) -> tuple[PossibleValue, ...]:
        if self.attribute in _ARGUMENTS:
            return self._argument(self.attribute)
        if self.attribute not in ("registry_path", "registry_id"):
            return ()
        region, where = self.values.region_where(self.body, self.scope)
        tags = self._argument("image_tag") or (PossibleValue(literal(_DEFAULT_TAG, self.span)),)
        suffix = self.values.catalog.regions.domain_of(region) if region is not None else None
        suffixes = self._argument("dns_suffix") or (self._piece(suffix, (), self.address + ".dns_suffix"),)
        found: list[PossibleValue] = []
        for repository in self._argument("repository_name") or (unknown_value(self.address + ".repository_name", self.span),):
            text = repository.value if isinstance(repository.value, Text) else placeholder(self.address + ".repository_name", self.span)
            registry = Piece(_account(text, region, self.values.catalog), None, None, self.address + ".registry_id")
            if self.attribute == "registry_id":
                found.append(PossibleValue(Text((registry,), self.span), repository.assumptions))
                continue
            host = Text((registry, Piece(".dkr.ecr."), Piece(region, None, None, self.address + ".region"), Piece(".")), self.span)
            slash, colon = (PossibleValue(literal("/", self.span)),), (PossibleValue(literal(":", self.span)),)
            for tag in tags:
                assumptions = combine(repository.assumptions, tag.assumptions)
                if assumptions is not None:
                    named = PossibleValue(_as_far_as_accepted(text, tag, self.values.catalog))
                    found.extend(
                        concatenate([(PossibleValue(host, assumptions),), suffixes, slash, (named,), colon, (PossibleValue(tag.value),)], self.span)
                    )
        return under_assumptions(tuple(found[:MAX_VALUES]), where)


def _account(repository: Text, region: str | None, catalog: Catalog) -> str | None:
    """The account that has a repository in a Region."""
    if region is None or not repository.known:
        return None
    return catalog.account_of(repository.value, region)


def _as_far_as_accepted(repository: Text, tag: PossibleValue, catalog: Catalog) -> Text:
    """The repository name, not to be edited where the arm64 image is in a repository that the data source does not accept.

    It accepts `pytorch-inference-graviton` and `tensorflow-inference-graviton`, but none of the newer `-arm64` repositories.
    """
    text = tag.value
    if not repository.known or not isinstance(text, Text) or f"{repository.value}-arm64" not in catalog.repositories:
        return repository
    from smlint.images.substitute import substitute
    from smlint.images.uri import parse_image
    from smlint.model.images import Expected

    # The registry does not matter to the question; without one, the name alone says which repository it is.
    image = parse_image(f"763104351884.dkr.ecr.us-east-1.amazonaws.com/{repository.value}:{text.value}", catalog)
    changed = substitute(image, catalog, architecture="arm64")
    if isinstance(changed, Expected) and "-arm64:" not in changed.uri:
        return repository
    return Text(tuple(piece._replace(style=None) for piece in repository.pieces), repository.anchor)

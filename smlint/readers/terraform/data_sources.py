"""Evaluate the data sources of the AWS provider that image URIs are composed of: the Region, the partition, and prebuilt images.

`aws_sagemaker_prebuilt_ecr_image` returns the registry path of a repository in a Region. Its tag defaults to `1`, and it accepts a fixed
list of repositories. Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/sagemaker_prebuilt_ecr_image
(repository names as of provider 7.16, 2026-11-22).
"""

from __future__ import annotations

from smlint.images.catalog import Catalog
from smlint.model.facts import Fact
from smlint.model.images import Image
from smlint.model.source import Span
from smlint.model.text import Piece, Text
from smlint.readers.assumptions import MAX_VALUES, Assumptions, combine
from smlint.readers.terraform.possible_values import (
    PossibleValue,
    Scope,
    ValueEvaluator,
    concatenate,
    literal,
    placeholder,
    under_assumptions,
    unknown_value,
)
from smlint.syntax import Mapping

PREBUILT = "aws_sagemaker_prebuilt_ecr_image"
REGION_ATTRIBUTES = frozenset({"name", "id", "region"})
_ARGUMENTS = frozenset({"repository_name", "image_tag", "dns_suffix", "region"})
_DEFAULT_TAG = "1"
_REGISTRY_ID = ".registry_id"


class DataSource:
    """A reference to `data.<kind>.<label>.<attribute>`. `body` is None if the data source is in another file."""

    def __init__(
        self, evaluator: ValueEvaluator, kind: str, label: str, attribute: str, *, body: Mapping | None, scope: Scope, span: Span, depth: int
    ) -> None:
        self.address = f"data.{kind}.{label}"
        self._evaluator = evaluator
        self._kind = kind
        self._attribute = attribute
        self._body = body
        self._scope = scope
        self._span = span
        self._depth = depth

    def values(self) -> tuple[PossibleValue, ...]:
        """Return the possible values of the attribute."""
        name = f"{self.address}.{self._attribute}"
        values: tuple[PossibleValue, ...] = ()
        if self._kind == "aws_region" and self._attribute in REGION_ATTRIBUTES:
            values = self._argument("name") or (self._piece(*self._region(), name),)
        elif self._kind == "aws_partition" and self._attribute in ("dns_suffix", "partition"):
            region, assumptions = self._region()
            regions = self._evaluator.catalog.regions
            text = None
            if region is not None:
                text = regions.domain_of(region) if self._attribute == "dns_suffix" else regions.partition_of(region)
            values = (self._piece(text, assumptions, name),)
        elif self._kind == PREBUILT and self._body is not None:
            values = self._prebuilt_image()
        return values or (unknown_value(name, self._span),)

    def _region(self) -> tuple[str | None, Assumptions]:
        return self._evaluator.data_source_region(self._body, self._scope)

    def _piece(self, text: str | None, assumptions: Assumptions, name: str) -> PossibleValue:
        return PossibleValue(Text((Piece(text, None, None, name),), self._span), assumptions)

    def _argument(self, key: str) -> tuple[PossibleValue, ...]:
        return self._evaluator.argument(self._body, key, self._scope, self._depth) if self._body is not None else ()

    def _prebuilt_image(self) -> tuple[PossibleValue, ...]:
        if self._attribute in _ARGUMENTS:
            return self._argument(self._attribute)
        if self._attribute not in ("registry_path", "registry_id"):
            return ()
        catalog = self._evaluator.catalog
        region, region_assumptions = self._region()
        tags = self._argument("image_tag") or (PossibleValue(literal(_DEFAULT_TAG, self._span)),)
        suffix = catalog.regions.domain_of(region) if region is not None else None
        suffixes = self._argument("dns_suffix") or (self._piece(suffix, (), self.address + ".dns_suffix"),)
        values: list[PossibleValue] = []
        for repository in self._argument("repository_name") or (unknown_value(self.address + ".repository_name", self._span),):
            name = repository.value if isinstance(repository.value, Text) else placeholder(self.address + ".repository_name", self._span)
            account = catalog.account_of(name.value, region) if region is not None and name.known else None
            registry = Piece(account, None, None, self.address + _REGISTRY_ID)
            if self._attribute == "registry_id":
                values.append(PossibleValue(Text((registry,), self._span), repository.assumptions))
                continue
            host = Text((registry, Piece(".dkr.ecr."), Piece(region, None, None, self.address + ".region"), Piece(".")), self._span)
            slash, colon = (PossibleValue(literal("/", self._span)),), (PossibleValue(literal(":", self._span)),)
            for tag in tags:
                assumptions = combine(repository.assumptions, tag.assumptions)
                if assumptions is not None:
                    editable_name = PossibleValue(_editable_if_accepted(name, tag, catalog))
                    parts = [(PossibleValue(host, assumptions),), suffixes, slash, (editable_name,), colon, (PossibleValue(tag.value),)]
                    values.extend(concatenate(parts, self._span))
        return under_assumptions(tuple(values[:MAX_VALUES]), region_assumptions)


def in_registry(text: Text, image: Fact[Image]) -> Fact[Image]:
    """Return an image as one of AWS's if its registry is that of a prebuilt image in an unknown Region, whose account is unknown too."""
    unknown = [piece.name for piece in text.pieces if piece.text is None]
    is_prebuilt = any(name.startswith(f"data.{PREBUILT}.") and name.endswith(_REGISTRY_ID) for name in unknown)
    value = image.get()
    return image._replace(raw_value=value._replace(owner="aws")) if is_prebuilt and value is not None else image


def _editable_if_accepted(repository: Text, tag: PossibleValue, catalog: Catalog) -> Text:
    """Return the repository name, read-only if its arm64 image is in a repository that the data source does not accept.

    The data source accepts `pytorch-inference-graviton` and `tensorflow-inference-graviton`, but none of the newer `-arm64` repositories.
    """
    text = tag.value
    if not repository.known or not isinstance(text, Text) or f"{repository.value}-arm64" not in catalog.repositories:
        return repository
    from smlint.images.substitute import substitute
    from smlint.images.uri import parse_image
    from smlint.model.images import Expected

    # Any registry will do: only the repository name of the substitute matters.
    image = parse_image(f"763104351884.dkr.ecr.us-east-1.amazonaws.com/{repository.value}:{text.value}", catalog)
    changed = substitute(image, catalog, architecture="arm64")
    if isinstance(changed, Expected) and "-arm64:" not in changed.uri:
        return repository
    return Text(tuple(piece._replace(style=None) for piece in repository.pieces), repository.anchor)

"""Hosts and URIs of images in the registries of AWS Regions."""

from __future__ import annotations

from smlint.images.catalog import Catalog
from smlint.images.regions import RegionTable
from smlint.images.release import Release
from smlint.model.images import Image

_DUAL_STACK = {"aws-cn": "on.amazonwebservices.com.cn"}
_HOSTS = {"ecr": "dkr.ecr", "ecr-fips": "dkr.ecr-fips", "dual-stack": "dkr-ecr", "dual-stack-fips": "dkr-ecr-fips"}


_FIPS_REGIONS = frozenset(("us-east-1", "us-east-2", "us-west-1", "us-west-2", "us-gov-east-1", "us-gov-west-1"))
"""The Regions with FIPS endpoints of ECR registries (https://docs.aws.amazon.com/general/latest/gr/ecr.html, read 2026-11-29)."""


def host_of(regions: RegionTable, account: str, region: str, endpoint: str = "ecr") -> str | None:
    """Return the host of a registry for a kind of endpoint; None if the text is not a Region.

    A Region without FIPS endpoints gets the same kind without FIPS.
    """
    suffix = regions.domain_of(region)
    if suffix is None:
        return None
    if region not in _FIPS_REGIONS:
        endpoint = endpoint.removesuffix("-fips")
    if endpoint.startswith("dual-stack"):
        suffix = _DUAL_STACK.get(regions.partition_of(region) or "", "on.aws")
    return f"{account}.{_HOSTS.get(endpoint, 'dkr.ecr')}.{region}.{suffix}"


def uri_of(catalog: Catalog, release: Release, region: str, tag: str | None = None) -> str | None:
    """Return the URI of a release in a Region, optionally with another form of its tag; None if no account is known there."""
    account = catalog.registry_of(release.repository, release.version).get(region)
    host = host_of(catalog.regions, account, region) if account is not None else None
    if host is None:
        return None
    text = release.tag if tag is None else tag
    return f"{host}/{release.repository}:{text}" if text else f"{host}/{release.repository}"


def in_region(image: Image, region: str, catalog: Catalog) -> str | None:
    """Return the URI of the same repository and tag in another Region, with the account and domain of that Region and the same kind of endpoint.

    None if the repository is unknown or not published there. Everything after the registry stays the same; the tag may be unknown.
    """
    host = host_in_region(catalog, image, region)
    if host is None or "repository" not in image.parts:
        return None
    return host + image.uri[image.parts["repository"][0] - 1 :].rstrip()


def host_in_region(catalog: Catalog, image: Image, region: str, repository: str | None = None) -> str | None:
    """Return the host of the registry in a Region that publishes a repository, by default that of the image; None if there is none."""
    name = repository or image.repository
    if name is None or not image.is_ecr:
        return None
    registry = catalog.registry_of(name, image.version)
    if registry is catalog.registry_of(name) and region not in catalog.regions_of(name):
        return None
    account = registry.get(region)
    return host_of(catalog.regions, account, region, image.endpoint) if account is not None else None
